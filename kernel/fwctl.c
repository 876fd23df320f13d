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
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "fwctl.h"
#include "mctl.h"

#define MOST_FACES 4096

static DEFINE_XARRAY(faces);
static struct cdev nodes;
static dev_t region;
static bool is_there;			/* the class, and with it the face */

static const char *const modes[] = { "auto", "off" };
static bool is_off;

static int set_mode(const char *text, const struct kernel_param *parameter)
{
	int i = sysfs_match_string(modes, text);

	if (i < 0)
		return i;
	is_off = i;
	return 0;
}

static int get_mode(char *text, const struct kernel_param *parameter)
{
	return sysfs_emit(text, "%s\n", modes[is_off]);
}

static const struct kernel_param_ops mode_ops = {
	.set = set_mode,
	.get = get_mode,
};

module_param_cb(fwctl, &mode_ops, NULL, 0444);
MODULE_PARM_DESC(fwctl, "auto: /dev/fwctl unless the kernel has its own; or off");

union argument {
	struct fwctl_about about;
	struct fwctl_command command;
};

static int tell(struct mctl_session *session, struct fwctl_about *about)
{
	u8 __user *to = u64_to_user_ptr(about->data);
	struct fwctl_about_mlx5 data;
	u32 length = min_t(u32, about->data_len, sizeof(data));
	int ret = mctl_session_introduce(session);

	if (ret)
		return ret;
	data = (struct fwctl_about_mlx5){
		.uid = READ_ONCE(session->uid),
		.uctx_cap = mctl_session_uctx_cap(session),
	};
	if (copy_to_user(to, &data, length) ||
	    clear_user(to + length, about->data_len - length))
		return -EFAULT;
	about->data_len = sizeof(data);
	return 0;
}

static int about(struct mctl_session *session, union argument *argument)
{
	int ret = 0;

	if (argument->about.flags)
		return -EOPNOTSUPP;
	if (argument->about.data_len)
		ret = tell(session, &argument->about);
	argument->about.type = FWCTL_TYPE_MLX5;
	return ret;
}

static int run(struct mctl_session *session, const struct fwctl_command *command)
{
	struct mctl_request *request =
		mctl_request_new(session, command->in_len, command->out_len);
	int ret = -EFAULT;

	if (!request)
		return -ENOMEM;
	if (!copy_from_user(request->in, u64_to_user_ptr(command->in),
			    command->in_len))
		ret = mctl_request_run(request,
				       policy_labels[command->scope].classes);
	if (!ret && copy_to_user(u64_to_user_ptr(command->out), request->out,
				 command->out_len))
		ret = -EFAULT;
	mctl_request_put(request);
	return ret;
}

static int command(struct mctl_session *session, union argument *argument)
{
	const struct fwctl_command *command = &argument->command;

	if (command->in_len > FWCTL_MAX_BYTES ||
	    command->out_len > FWCTL_MAX_BYTES)
		return -EMSGSIZE;
	if (command->scope >= policy_n_labels)
		return -EOPNOTSUPP;
	if (command->in_len < MLX5CTL_MIN_BYTES ||
	    command->out_len < MLX5CTL_MIN_BYTES)
		return -EMSGSIZE;
	return run(session, command);
}

static const struct {
	unsigned int number;
	u32 size;		/* which is the least, too, until one grows */
	int (*handle)(struct mctl_session *session, union argument *argument);
} table[] = {
	{ FWCTL_IOCTL_ABOUT, sizeof(struct fwctl_about), about },
	{ FWCTL_IOCTL_COMMAND, sizeof(struct fwctl_command), command },
};

static long face_ioctl(struct file *file, unsigned int number,
		       unsigned long address)
{
	struct mctl_session *session = file->private_data;
	u32 __user *user = (u32 __user *)address;
	union argument argument = { };
	u32 size, i = 0;
	int ret;

	while (i < ARRAY_SIZE(table) && table[i].number != number)
		i++;
	if (i == ARRAY_SIZE(table))
		return -ENOTTY;
	if (get_user(size, user))
		return -EFAULT;
	if (size < table[i].size)
		return -EINVAL;
	ret = copy_struct_from_user(&argument, table[i].size, user, size);
	if (ret)
		return ret;
	ret = mctl_function_gate(session->function);
	if (!ret)
		ret = table[i].handle(session, &argument);
	if (ret)
		return ret;
	return copy_to_user(user, &argument, table[i].size) ? -EFAULT : 0;
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

	if (!is_there || number >= MOST_FACES)
		return 0;
	ret = xa_insert(&faces, number, function, GFP_KERNEL);
	if (ret)
		return ret;
	face = device_create_with_groups(&face_class, function->node.parent,
					 MKDEV(MAJOR(region), number),
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

	if (is_off || IS_ENABLED(CONFIG_FWCTL) || is_taken())
		return 0;
	ret = alloc_chrdev_region(&region, 0, MOST_FACES, "mlx5ctl");
	if (ret)
		return ret;
	cdev_init(&nodes, &face_fops);
	nodes.owner = THIS_MODULE;
	ret = cdev_add(&nodes, region, MOST_FACES);
	if (ret)
		goto err_region;
	ret = class_register(&face_class);
	if (ret)
		goto err_cdev;
	is_there = true;
	return 0;

err_cdev:
	cdev_del(&nodes);
err_region:
	unregister_chrdev_region(region, MOST_FACES);
	return ret;
}

void mctl_fwctl_stop(void)
{
	if (!is_there)
		return;
	class_unregister(&face_class);
	cdev_del(&nodes);
	unregister_chrdev_region(region, MOST_FACES);
	xa_destroy(&faces);
}
