// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Devices that the kernel's own fwctl has, or our driver's second face.
 *
 * Our face judges. The kernel's own believes what a caller says that a command
 * does, so there the judge is asked here, before anything is sent, and what is
 * sent is labelled with no more than it is: then nothing needs a capability or
 * taints that would not with our driver. What passes here and not there is
 * missing in that kernel.
 */
#include "fwctl.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../uapi/fwctl.h"
#include "node-errors.h"
#include "nodes.h"
#include "policy.h"
#include "refusal.h"
#include "verdict-text.h"

struct fwctl_file {
	int file;
	char name[64];
	char policy_hash[65];	/* of our face; "": it is the kernel's */
	pthread_mutex_t lock;	/* of what follows */
	struct policy_session session; /* owns nothing: fwctl cannot make it */
};

/* Without the folder of a path; "emu:/tmp/fwctl" is none. */
static const char *name_of(const char *device)
{
	return *device == '/' ? strrchr(device, '/') + 1 : device;
}

static int claims(const char *device)
{
	struct node node;

	return !strncmp(name_of(device), "fwctl", 5) ||
	       node_find(&fwctl_nodes, device, &node);
}

static int list(int (*found)(void *context, const char *device,
			     const char *description), void *context)
{
	return nodes_list(&fwctl_nodes, found, context);
}

static void close_node(void *handle)
{
	struct fwctl_file *fwctl = handle;

	if (fwctl->file >= 0)
		close(fwctl->file);
	pthread_mutex_destroy(&fwctl->lock);
	free(fwctl);
}

static int ask(struct fwctl_file *fwctl, struct fwctl_about *about,
	       struct mlx5ctl_error *error)
{
	if (ioctl(fwctl->file, FWCTL_IOCTL_ABOUT, about) < 0)
		return node_fail(&fwctl_nodes, fwctl->name, "FWCTL_INFO",
				 errno, error);
	if (about->type != FWCTL_TYPE_MLX5)
		return mlx5ctl_fail(error, -ENODEV,
				    "%s is no mlx5 device, but of type %u.",
				    fwctl->name, about->type);
	return 0;
}

/* The kernel says which node it is and of what, however it was called. */
static int look(struct fwctl_file *fwctl, const char *path,
		struct mlx5ctl_error *error)
{
	struct fwctl_about about = { .size = sizeof(about) };
	struct node node;
	int is_known = node_of_file(&fwctl_nodes, fwctl->file, &node);

	if (is_known < 0)
		return node_fail_open(strrchr(path, '/') + 1, -is_known, error);
	snprintf(fwctl->name, sizeof(fwctl->name), "%.63s",
		 is_known ? node.name : strrchr(path, '/') + 1);
	if (is_known) {
		node_attribute(&node, "policy_hash", fwctl->policy_hash,
			       sizeof(fwctl->policy_hash));
		fwctl->session.is_vf = node_is_virtual(&node);
	}
	return ask(fwctl, &about, error);
}

static int open_node(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	struct fwctl_file *fwctl;
	struct node node;
	const char *path = device;
	int ret;

	if (*device != '/') {
		ret = node_find(&fwctl_nodes, device, &node);
		if (ret <= 0)
			return node_fail_open(device, ret ? -ret : ENOENT, error);
		path = node.path;
	}
	fwctl = calloc(1, sizeof(*fwctl));
	if (!fwctl)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	pthread_mutex_init(&fwctl->lock, NULL);
	fwctl->session.page_shift = 12;
	fwctl->file = open(path, O_RDWR | O_CLOEXEC);
	ret = fwctl->file < 0 ?
	      node_fail_open(strrchr(path, '/') + 1, errno, error) :
	      look(fwctl, path, error);
	if (ret)
		close_node(fwctl);
	else
		*handle = fwctl;
	return ret;
}

static int info(void *handle, struct mlx5ctl_device_info *info,
		struct mlx5ctl_error *error)
{
	struct fwctl_file *fwctl = handle;
	struct fwctl_about_mlx5 mlx5 = { 0 };
	struct fwctl_about about = {
		.size = sizeof(about),
		.data_len = sizeof(mlx5),
		.data = (uintptr_t)&mlx5,
	};
	int ret = ask(fwctl, &about, error);

	if (ret)
		return ret;
	snprintf(info->device, sizeof(info->device), "%s", fwctl->name);
	snprintf(info->policy_hash, sizeof(info->policy_hash), "%s",
		 fwctl->policy_hash);
	info->uid = mlx5.uid;
	info->uctx_cap = mlx5.uctx_cap;
	return 0;
}

static struct mlx5ctl_verdict judge(struct fwctl_file *fwctl, const void *in,
				    uint32_t in_len, uint32_t out_len,
				    u32 label_classes,
				    struct policy_match *match)
{
	struct policy_answers answers = {
		.label_classes = label_classes,
		.narrowed_to = POLICY_ALL_CLASSES,
	};
	struct policy_verdict verdict;

	pthread_mutex_lock(&fwctl->lock);
	*match = policy_match(in, in_len, out_len, &fwctl->session);
	pthread_mutex_unlock(&fwctl->lock);
	answers.capabilities = match->capabilities;
	verdict = policy_decide(match, &answers);
	return describe_verdict(&verdict, match);
}

static int explain(void *handle, const void *in, uint32_t in_len,
		   uint32_t out_len, int label,
		   struct mlx5ctl_verdict *verdict, struct mlx5ctl_error *error)
{
	struct policy_match match;

	if (label >= (int)policy_n_labels)
		return mlx5ctl_fail(error, -EINVAL, "There is no scope %d.",
				    label);
	*verdict = judge(handle, in, in_len, out_len,
			 label < 0 ? POLICY_ALL_CLASSES :
			 policy_labels[label].classes, &match);
	return 0;
}

/* The least that admits the class; a kernel's fwctl has reads in the second. */
static u32 scope_of(u32 class)
{
	static const u32 scopes[] = {
		FWCTL_DEBUG_READ_ONLY, FWCTL_CONFIGURATION, FWCTL_DEBUG_WRITE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		if (policy_labels[scopes[i]].classes & class)
			return scopes[i];
	return FWCTL_DEBUG_WRITE_FULL;
}

static int send(const struct fwctl_file *fwctl, u32 scope, const void *in,
		uint32_t in_len, void *out, uint32_t out_len)
{
	struct fwctl_command command = {
		.size = sizeof(command),
		.scope = scope,
		.in_len = in_len,
		.out_len = out_len,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};

	return ioctl(fwctl->file, FWCTL_IOCTL_COMMAND, &command) < 0 ? errno : 0;
}

static void note(struct fwctl_file *fwctl, const void *in, uint32_t in_len,
		 const uint8_t *out, uint32_t out_len)
{
	if (out[0])
		return;
	pthread_mutex_lock(&fwctl->lock);
	policy_note_answer(&fwctl->session, in, in_len, out, out_len);
	pthread_mutex_unlock(&fwctl->lock);
}

static int fail_missing(const struct fwctl_file *fwctl,
			const struct mlx5ctl_verdict *verdict,
			struct mlx5ctl_error *error)
{
	if (error)
		error->hint = "mlx5ctl's own driver has it; see docs/clients.md";
	return mlx5ctl_fail(error, -EOPNOTSUPP,
			    "This kernel's own fwctl, which has %s, does not know %s.",
			    fwctl->name, verdict->rule);
}

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	struct fwctl_file *fwctl = handle;
	bool is_ours = fwctl->policy_hash[0];
	struct policy_match match;
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_error why;
	int number;

	verdict = judge(fwctl, in, in_len, out_len, POLICY_ALL_CLASSES, &match);
	refusal_to_error(&verdict, &why);
	if (!is_ours && why.code) {
		if (error)
			*error = why;
		return why.code;
	}
	number = send(fwctl, scope_of(match.class), in, in_len, out, out_len);
	if (!number) {
		if (!is_ours)
			policy_redact(&match, out, out_len);
		note(fwctl, in, in_len, out, out_len);
		return 0;
	}
	if (number == EBADMSG && !is_ours)
		return fail_missing(fwctl, &verdict, error);
	if (number == EBADMSG && why.code == -EBADMSG && error)
		*error = why;
	if (number == EBADMSG && why.code == -EBADMSG)
		return why.code;
	return node_fail(&fwctl_nodes, fwctl->name, "The command", number,
			 error);
}

const struct mlx5ctl_transport fwctl_transport = {
	.name = "fwctl",
	.claims = claims,
	.list = list,
	.open = open_node,
	.close = close_node,
	.info = info,
	.exec = exec,
	.explain = explain,
};
