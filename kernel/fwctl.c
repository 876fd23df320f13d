// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The second face: /dev/fwctl/fwctlN, for programs of mainline's fwctl on
 * kernels that have none. Numbers, sizes and errors are mainline's (uapi/fwctl.h);
 * the session, the judge and the way to the device are those of the first face.
 *
 * A scope is a ceiling: it can close a command for its caller, never open one,
 * and needs no capability by itself. What a row of the policy needs is asked
 * for, whatever the scope.
 *
 * Lifetimes. `faces` has each attached function by its number. open() takes a
 * reference under its lock, so a function whose face is down is not found, and
 * one that was found may go at any time, as for the first face.
 */
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "fwctl.h"
#include "mctl.h"

#define MOST_FACES 4096

static DEFINE_XARRAY(faces);
static int major;		/* of the nodes; 0: there is no such face */
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

static long face_ioctl(struct file *file, unsigned int number,
		       unsigned long address)
{
	static const struct mctl_call calls[] = {
		{ FWCTL_IOCTL_ABOUT, about, sizeof(struct fwctl_about) },
		{ FWCTL_IOCTL_COMMAND, command, sizeof(struct fwctl_command) },
		{ }
	};

	return mctl_call(calls, file, number, address);
}

static int face_open(struct inode *inode, struct file *file)
{
	struct mctl_function *function;
	int ret;

	xa_lock(&faces);
	function = xa_load(&faces, iminor(inode));
	if (function)
		kref_get(&function->ref);
	xa_unlock(&faces);
	if (!function)
		return -ENODEV;
	ret = mctl_session_open(function, inode, file);
	mctl_function_put(function);
	return ret;
}

static const struct file_operations face_fops = {
	.owner = THIS_MODULE,
	.open = face_open,
	.release = mctl_session_close,
	.unlocked_ioctl = face_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static char *face_node(MCTL_DEVNODE_CONST struct device *device, umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "fwctl/%s", dev_name(device));
}

static struct class face_class = {
	.name = "fwctl",
	.devnode = face_node,
};

/* What sysfs shows of the first face is shown here, too: it asks for the same. */
int mctl_fwctl_up(struct mctl_function *function, u32 number)
{
	struct device *face;
	int ret;

	if (!major || number >= MOST_FACES)
		return 0;
	ret = xa_insert(&faces, number, function, GFP_KERNEL);
	if (ret)
		return ret;
	face = device_create_with_groups(&face_class, function->node.parent,
					 MKDEV(major, number),
					 &function->node, mctl_attributes,
					 "fwctl%u", number);
	if (IS_ERR(face)) {
		xa_erase(&faces, number);
		return PTR_ERR(face);
	}
	function->face = face;
	return 0;
}

void mctl_fwctl_down(struct mctl_function *function)
{
	if (!function->face)
		return;
	xa_erase(&faces, MINOR(function->face->devt));
	device_unregister(function->face);
}

/* A class that is there already belongs to a fwctl of somebody else's. */
static bool is_taken(void)
{
	struct path path;

	if (kern_path("/sys/class/fwctl", 0, &path))
		return false;
	path_put(&path);
	return true;
}

int mctl_fwctl_start(void)
{
	int ret;

	if (!is_wanted || IS_ENABLED(CONFIG_FWCTL) || is_taken())
		return 0;
	ret = class_register(&face_class);
	if (ret)
		return ret;
	ret = __register_chrdev(0, 0, MOST_FACES, "mlx5ctl", &face_fops);
	if (ret < 0)
		class_unregister(&face_class);
	else
		major = ret;
	return min(ret, 0);
}

void mctl_fwctl_stop(void)
{
	if (!major)
		return;
	__unregister_chrdev(major, 0, MOST_FACES, "mlx5ctl");
	class_unregister(&face_class);
	xa_destroy(&faces);
}
