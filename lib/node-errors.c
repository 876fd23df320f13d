// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The errnos of the kernel's side in the library's words. */
#include "node-errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy.h"

/* The errors of uapi/mlx5ctl.h, as they are for whoever asked. */
static const struct {
	int error;
	int code;
	const char *text;
	const char *hint;
} errors[] = {
	{ EPERM, -EPERM, "is not permitted",
	  "the memory may belong to another process, the capability be gone, or the kernel be locked down" },
	{ EBADMSG, -EBADMSG, "is refused by the rules" },
	{ EINVAL, -EINVAL, "has a length or an address that makes no sense" },
	{ EFAULT, -EFAULT, "has an address where memory cannot be read or written" },
	{ ENOENT, -ENOENT, "names memory that is not registered" },
	{ ENOSPC, -ENOSPC, "would go past what a user or a function may have" },
	{ EAGAIN, -EAGAIN, "was not sent: mlx5_core is busy", "try again" },
	{ EREMOTEIO, -EREMOTEIO, "needs a command that the device refused" },
	{ EIO, -EIO, "was not delivered, and may have been executed" },
	{ ETIMEDOUT, -ETIMEDOUT, "was not answered, and may have been executed",
	  "dmesg and the attribute 'state' of the node may say more" },
	{ ENODEV, -ENODEV, "found the device gone", "open it again" },
	{ ENOTTY, -ENODEV, "is nothing that this node knows",
	  "is it a node of the driver mlx5ctl?" },
	{ EMSGSIZE, -EMSGSIZE, "has a mailbox that is too short or too long" },
	{ ENOMEM, -ENOMEM, "found no memory left" },
};

/* ENODEV is also said while the device awaits a reset: then the node says why. */
static bool awaits_reset(const struct node_kind *kind, const char *name,
			 int number, char *state, int size)
{
	struct node node = { .kind = kind };

	snprintf(node.name, sizeof(node.name), "%s", name);
	return number == ENODEV && node_attribute(&node, "state", state, size) &&
	       !strncmp(state, "awaiting", 8);
}

int node_fail(const struct node_kind *kind, const char *name, const char *what,
	      int number, struct mlx5ctl_error *error)
{
	char state[128];

	if (awaits_reset(kind, name, number, state, sizeof(state))) {
		if (error)
			error->hint = "'mlx5ctl doctor' says what ends that; then there is a new node";
		return mlx5ctl_fail(error, -ENODEV,
				    "%s was not sent: %s is %s.", what, name,
				    state);
	}
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].error != number)
			continue;
		if (error)
			error->hint = errors[i].hint;
		return mlx5ctl_fail(error, errors[i].code, "%s to %s %s.",
				    what, name, errors[i].text);
	}
	return mlx5ctl_fail(error, -number, "%s to %s failed: %s.", what,
			    name, strerror(number));
}

int node_fail_open(const char *device, int number,
		   struct mlx5ctl_error *error)
{
	static const char is_it_loaded[] =
		"is the driver loaded? modprobe mlx5ctl";
	static const char be_root[] =
		"run it as root, or as a member of the group of the node";
	bool is_gone = number == ENOENT || number == ENXIO || number == ENODEV;
	bool may_not = number == EACCES || number == EPERM;

	if (error && (is_gone || may_not))
		error->hint = is_gone ? is_it_loaded : be_root;
	if (is_gone)
		return mlx5ctl_fail(error, -ENODEV,
				    "There is no device '%.64s'.", device);
	return mlx5ctl_fail(error, may_not ? -EACCES : -number,
			    "The device '%.64s' cannot be opened: %s.", device,
			    number == ENOSPC ?
			    "this user, or all without CAP_SYS_ADMIN, have as many files of it open as they may" :
			    strerror(number));
}
