// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The second face: /dev/fwctl/fwctlN, for programs of mainline's fwctl on
 * kernels that have none. Numbers, sizes and errors are mainline's (uapi/fwctl.h);
 * the session, the judge and the way to the device are those of the first face.
 *
 * A scope is a ceiling: it can close a command for its caller, never open one,
 * and needs no capability by itself. What a row of the policy needs is asked
 * for, whatever the scope.
 */
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/uaccess.h>

#include "fwctl.h"
#include "mctl.h"

static bool is_wanted = true;
module_param_named(fwctl, is_wanted, bool, 0444);
MODULE_PARM_DESC(fwctl, "on: /dev/fwctl unless the kernel has its own; or off");

static int about(struct mctl_session *session, void *argument)
{
	struct fwctl_about *about = argument;
	u8 __user *to = u64_to_user_ptr(about->data);
	struct fwctl_about_mlx5 data;
	u32 length = min_t(u32, about->data_len, sizeof(data));
	int ret;

	if (about->flags)
		return -EOPNOTSUPP;
	about->type = FWCTL_TYPE_MLX5;
	if (!about->data_len)
		return 0;
	ret = mctl_session_introduce(session);
	if (ret)
		return ret;
	data = (struct fwctl_about_mlx5){
		.uid = READ_ONCE(session->uid),
		.uctx_cap = session->function->uctx_cap & MCTL_UCTX_CAP,
	};
	if (copy_to_user(to, &data, length) ||
	    clear_user(to + length, about->data_len - length))
		return -EFAULT;
	about->data_len = sizeof(data);
	return 0;
}

static int command(struct mctl_session *session, void *argument)
{
	const struct fwctl_command *command = argument;

	if (command->in_len > FWCTL_MAX_BYTES ||
	    command->out_len > FWCTL_MAX_BYTES)
		return -EMSGSIZE;
	if (command->scope >= policy_n_labels)
		return -EOPNOTSUPP;
	if (command->in_len < MLX5CTL_MIN_BYTES ||
	    command->out_len < MLX5CTL_MIN_BYTES)
		return -EMSGSIZE;
	return mctl_command(session, command->in, command->in_len, command->out,
			    command->out_len,
			    policy_labels[command->scope].classes);
}

const struct mctl_call mctl_fwctl_calls[] = {
	{ FWCTL_IOCTL_ABOUT, about, sizeof(struct fwctl_about) },
	{ FWCTL_IOCTL_COMMAND, command, sizeof(struct fwctl_command) },
	{ }
};

/* A class that is there already belongs to a fwctl of somebody else's. */
static bool is_taken(void)
{
	struct path path;

	if (kern_path("/sys/class/fwctl", 0, &path))
		return false;
	path_put(&path);
	return true;
}

bool mctl_fwctl_is_wanted(void)
{
	return is_wanted && !IS_ENABLED(CONFIG_FWCTL) && !is_taken();
}
