// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Devices that the kernel driver has: it judges, sends and owns the memory. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../uapi/mlx5ctl.h"
#include "node-errors.h"
#include "nodes.h"
#include "policy.h"
#include "refusal.h"
#include "verdict-text.h"

/* One enumeration, in the kernel's words and in the judge's. */
_Static_assert((int)MLX5CTL_ALLOWED == (int)POLICY_ALLOWED, "first reason");
_Static_assert((int)MLX5CTL_NARROWED == (int)POLICY_NARROWED, "last reason");

struct driver_file {
	int file;
	char name[64];
};

static bool is_path(const char *device)
{
	const char *end = strrchr(device, '/');

	return *device == '/' && !strncmp(end + 1, "mlx5ctl-", 8);
}

/* A node's own name is ours, there or not; other words may be anybody's. */
static int claims(const char *device)
{
	struct node node;

	return is_path(device) || !strncmp(device, "mlx5_core.ctl.", 14) ||
	       node_find(&driver_nodes, device, &node);
}

static int list(int (*found)(void *context, const char *device,
			     const char *description), void *context)
{
	return nodes_list(&driver_nodes, found, context);
}

static void close_node(void *handle)
{
	struct driver_file *driver = handle;

	if (driver->file >= 0)
		close(driver->file);
	free(driver);
}

static int call(const struct driver_file *driver, const char *what,
		unsigned long request, void *argument,
		struct mlx5ctl_error *error)
{
	return ioctl(driver->file, request, argument) < 0 ?
	       node_fail(&driver_nodes, driver->name, what, errno,
			 error) : 0;
}

/*
 * The kernel says which node it is, however it was called. What has no rules is
 * no node of the driver's; of a device that awaits a reset not even these are
 * told.
 */
static int look(struct driver_file *driver, const char *path,
		struct mlx5ctl_error *error)
{
	struct mlx5ctl_rules rules = { .size = 0 };
	struct node node;
	const char *name = strrchr(path, '/') + sizeof("mlx5ctl-");
	int is_known = node_of_file(&driver_nodes, driver->file, &node);

	if (is_known < 0)
		return node_fail_open(name, -is_known, error);
	snprintf(driver->name, sizeof(driver->name), "%s",
		 is_known ? node.name : name);
	if (!ioctl(driver->file, MLX5CTL_IOCTL_RULES, &rules) ||
	    errno == ENODEV)
		return 0;
	return node_fail(&driver_nodes, driver->name, "RULES",
			 is_known ? errno : ENOTTY, error);
}

static int open_node(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	struct driver_file *driver;
	struct node node;
	const char *path = device;
	int ret;

	if (!is_path(device)) {
		ret = node_find(&driver_nodes, device, &node);
		if (ret <= 0)
			return node_fail_open(device, ret ? -ret : ENOENT, error);
		path = node.path;
	}
	driver = malloc(sizeof(*driver));
	if (!driver)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	driver->file = open(path, O_RDWR | O_CLOEXEC);
	ret = driver->file < 0 ?
	      node_fail_open(strrchr(path, '/') + sizeof("mlx5ctl-"), errno,
			     error) : look(driver, path, error);
	if (ret)
		close_node(driver);
	else
		*handle = driver;
	return ret;
}

static int info(void *handle, struct mlx5ctl_device_info *info,
		struct mlx5ctl_error *error)
{
	struct driver_file *driver = handle;
	struct mlx5ctl_rules rules = { .size = 0 };
	struct mlx5ctl_info answer;
	int ret;

	ret = call(driver, "INFO", MLX5CTL_IOCTL_INFO, &answer, error);
	if (!ret)
		ret = call(driver, "RULES", MLX5CTL_IOCTL_RULES, &rules, error);
	if (ret)
		return ret;
	snprintf(info->device, sizeof(info->device), "%s", driver->name);
	info->uid = answer.uctx_uid;
	info->uctx_cap = answer.uctx_cap;
	info->dev_uctx_cap = answer.dev_uctx_cap;
	for (size_t i = 0; i < sizeof(rules.hash); i++)
		sprintf(info->policy_hash + 2 * i, "%02x", rules.hash[i]);
	return 0;
}

static struct mlx5ctl_explain question(const void *in, uint32_t in_len,
				       uint32_t out_len, int label)
{
	return (struct mlx5ctl_explain){
		.in = (uintptr_t)in,
		.inlen = in_len,
		.outlen = out_len,
		.label = label < 0 ? MLX5CTL_NO_LABEL : (uint32_t)label,
	};
}

#define TAKE(to, from) snprintf(to, sizeof(to), "%.*s", \
				(int)sizeof(from) - 1, from)

static int explain(void *handle, const void *in, uint32_t in_len,
		   uint32_t out_len, int label,
		   struct mlx5ctl_verdict *verdict, struct mlx5ctl_error *error)
{
	struct mlx5ctl_explain answer = question(in, in_len, out_len, label);
	int ret = call(handle, "EXPLAIN", MLX5CTL_IOCTL_EXPLAIN, &answer, error);
	enum policy_reason reason = POLICY_UNJUDGED;

	if (ret)
		return ret;
	/* A later driver's numbers go on where the judge has its own. */
	if (answer.reason <= MLX5CTL_NARROWED)
		reason = answer.reason;
	*verdict = (struct mlx5ctl_verdict){
		.reason = policy_reason_name(reason),
		.class_name = answer.class_bit ?
			      policy_class_name(answer.class_bit) : NULL,
		.capabilities = answer.capabilities,
		.lockdown = answer.lockdown,
		.taints = answer.taints,
		.byte = answer.byte,
		.bit = answer.bit,
		.key = answer.key,
	};
	if (answer.reason == MLX5CTL_OWNED_ELSEWHERE)
		verdict->class_name = policy_class_name(POLICY_NEVER);
	TAKE(verdict->table, answer.table);
	TAKE(verdict->rule, answer.rule);
	TAKE(verdict->field, answer.field);
	TAKE(verdict->owner, answer.owner);
	TAKE(verdict->why, answer.why);
	return 0;
}

/* The driver says no with an errno; why is another question. */
static int why_refused(struct driver_file *driver, int ret, const void *in,
		       uint32_t in_len, uint32_t out_len,
		       struct mlx5ctl_error *error)
{
	struct mlx5ctl_info now = { .ucap = ~0u };
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_error why;

	if (!error || explain(driver, in, in_len, out_len, -1, &verdict, NULL))
		return ret;
	/* INFO may send a command itself, so only where it is about the caller. */
	if (ret == -EPERM && call(driver, "INFO", MLX5CTL_IOCTL_INFO, &now, NULL))
		return ret;
	/* If neither is it, the memory is another process's: no verdict says that. */
	refusal_settle(&verdict, now.ucap, kernel_lockdown());
	refusal_to_error(&verdict, &why);
	if (why.code == ret)
		*error = why;
	return ret;
}

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	struct mlx5ctl_cmdrpc rpc = {
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.inlen = in_len,
		.outlen = out_len,
	};
	int ret;

	if (in_len > MLX5CTL_MAX_BYTES || out_len > MLX5CTL_MAX_BYTES)
		return mlx5ctl_fail(error, -EMSGSIZE,
				    "The driver takes mailboxes of up to %u bytes.",
				    MLX5CTL_MAX_BYTES);
	ret = call(handle, "The command", MLX5CTL_IOCTL_CMDRPC, &rpc, error);
	if (ret == -EBADMSG || ret == -EPERM)
		return why_refused(handle, ret, in, in_len, out_len, error);
	return ret;
}

static int register_memory(void *handle, void *addr, uint64_t len, uint32_t *id,
			   struct mlx5ctl_error *error)
{
	struct mlx5ctl_umem_reg reg = { .addr = (uintptr_t)addr, .len = len };
	int ret = call(handle, "To register memory", MLX5CTL_IOCTL_UMEM_REG,
		       &reg, error);

	if (!ret)
		*id = reg.umem_id;
	return ret;
}

static int unregister_memory(void *handle, uint32_t id,
			     struct mlx5ctl_error *error)
{
	struct mlx5ctl_umem_unreg unreg = { .umem_id = id };

	return call(handle, "To unregister memory", MLX5CTL_IOCTL_UMEM_UNREG,
		    &unreg, error);
}

const struct mlx5ctl_transport driver_transport = {
	.name = "mlx5ctl",
	.claims = claims,
	.list = list,
	.open = open_node,
	.close = close_node,
	.info = info,
	.exec = exec,
	.register_memory = register_memory,
	.unregister_memory = unregister_memory,
	.explain = explain,
};
