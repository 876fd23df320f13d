// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The nodes of a function: /dev/mlx5ctl-mlx5_core.ctl.N, and beside it, where the
 * kernel has none, /dev/fwctl/fwctlN.
 *
 * They are no misc devices. Whoever opens one of those holds a lock of misc's, and
 * who opens /dev/snapshot waits meanwhile for a suspend, or begins one, for which
 * nodes have to go: that needs the lock.
 *
 * Lifetimes. `functions` has each attached function by its number. open() takes a
 * reference under its lock, so a function whose nodes are down is not found, and
 * one that was found may go at any time. No node's open waits for anything.
 */
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/module.h>

#include "compat/compat.h"
#include "mctl.h"

#define MOST_FUNCTIONS 4096

static DEFINE_XARRAY(functions);
static int major;

static char *fwctl_folder(MCTL_DEVNODE_CONST struct device *device,
			  umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "fwctl/%s", dev_name(device));
}

static struct face {
	struct class class;
	const char *name;		/* of a function's node, by its number */
	const struct mctl_call *calls;
	bool is_there;
} faces[MCTL_FACES] = {
	{ { .name = "mlx5ctl" }, MCTL_NAME, mctl_calls },
	{ { .name = "fwctl", .devnode = fwctl_folder }, "fwctl%u",
	  mctl_fwctl_calls },
};

static int node_open(struct inode *inode, struct file *file)
{
	const struct face *face = &faces[iminor(inode) / MOST_FUNCTIONS];
	struct mctl_function *function = NULL;
	int ret;

	xa_lock(&functions);
	if (face->is_there)
		function = xa_load(&functions, iminor(inode) % MOST_FUNCTIONS);
	if (function)
		kref_get(&function->ref);
	xa_unlock(&functions);
	if (!function)
		return -ENODEV;
	ret = mctl_session_open(function, inode, file);
	mctl_function_put(function);
	return ret;
}

static long node_ioctl(struct file *file, unsigned int number,
		       unsigned long address)
{
	u32 i = iminor(file_inode(file)) / MOST_FUNCTIONS;

	return mctl_call(faces[i].calls, file, number, address);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = node_open,
	.release = mctl_session_close,
	.unlocked_ioctl = node_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct device *node_new(struct mctl_function *function, u32 i)
{
	u32 minor = i * MOST_FUNCTIONS + function->number;

	return device_create_with_groups(&faces[i].class,
					 &function->mdev->pdev->dev,
					 MKDEV(major, minor), function,
					 mctl_attributes, faces[i].name,
					 function->number);
}

int mctl_nodes_up(struct mctl_function *function)
{
	struct device *node;
	int ret = -ENOSPC;

	if (function->number < MOST_FUNCTIONS)
		ret = xa_insert(&functions, function->number, function,
				GFP_KERNEL);
	for (u32 i = 0; !ret && i < MCTL_FACES && faces[i].is_there; i++) {
		node = node_new(function, i);
		ret = PTR_ERR_OR_ZERO(node);
		if (!ret)
			function->nodes[i] = node;
	}
	return ret ? ret : sysfs_create_link(&function->nodes[0]->kobj,
					     &function->mdev->device->kobj,
					     "mdev");
}

void mctl_nodes_down(struct mctl_function *function)
{
	xa_cmpxchg(&functions, function->number, function, NULL, GFP_KERNEL);
	for (u32 i = 0; i < MCTL_FACES && function->nodes[i]; i++)
		device_unregister(function->nodes[i]);
}

int mctl_nodes_start(void)
{
	u32 n = mctl_fwctl_is_wanted() ? MCTL_FACES : 1;
	int ret = __register_chrdev(0, 0, MCTL_FACES * MOST_FUNCTIONS,
				    "mlx5ctl", &operations);

	if (ret < 0)
		return ret;
	major = ret;
	ret = 0;
	for (u32 i = 0; !ret && i < n; i++) {
		ret = class_register(&faces[i].class);
		faces[i].is_there = !ret;
	}
	if (ret)
		mctl_nodes_stop();
	return ret;
}

void mctl_nodes_stop(void)
{
	for (u32 i = 0; i < MCTL_FACES && faces[i].is_there; i++)
		class_unregister(&faces[i].class);
	__unregister_chrdev(major, 0, MCTL_FACES * MOST_FUNCTIONS, "mlx5ctl");
	xa_destroy(&functions);
}
