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
#include "prm-offsets.h"
#include "refusal.h"
#include "verdict-text.h"

#define MOST_OWNED 128	/* by a file, as our driver has it */

struct fwctl_file {
	int file;
	char name[64];
	char policy_hash[65];	/* of our face; "": it is the kernel's */
	pthread_mutex_t lock;	/* of what follows */
	struct policy_session session;
	struct policy_owned owned[MOST_OWNED]; /* PDs: fwctl makes nothing else */
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

/* The kernel says which node it is and of what, however it was called; of ours all. */
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
	return fwctl->policy_hash[0] ? 0 : ask(fwctl, &about, error);
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
	fwctl->session.owned = fwctl->owned;
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

static struct policy_match judge(struct fwctl_file *fwctl, const void *in,
				 uint32_t in_len, uint32_t out_len)
{
	struct policy_match found;

	pthread_mutex_lock(&fwctl->lock);
	found = policy_match(in, in_len, out_len, &fwctl->session);
	pthread_mutex_unlock(&fwctl->lock);
	return found;
}

/* What the function has of the policy: our face says it, at any time. */
static u32 classes_left(const struct fwctl_file *fwctl)
{
	struct node node = { .kind = &fwctl_nodes };
	char access[8];

	if (!fwctl->policy_hash[0])
		return classes_of_access(fwctl->session.is_vf ? "read" : "all");
	memcpy(node.name, fwctl->name, sizeof(node.name));
	return node_attribute(&node, "access", access, sizeof(access)) ?
	       classes_of_access(access) : POLICY_ALL_CLASSES;
}

static struct mlx5ctl_verdict decide(const struct fwctl_file *fwctl,
				     const struct policy_match *match,
				     u32 label_classes)
{
	const struct policy_answers answers = {
		.capabilities = match->capabilities,
		.label_classes = label_classes,
		.narrowed_to = classes_left(fwctl),
	};
	struct policy_verdict verdict = policy_decide(match, &answers);

	return describe_verdict(&verdict, match);
}

static int explain(void *handle, const void *in, uint32_t in_len,
		   uint32_t out_len, int label,
		   struct mlx5ctl_verdict *verdict, struct mlx5ctl_error *error)
{
	struct policy_match found;

	(void)error;
	found = judge(handle, in, in_len, out_len);
	*verdict = decide(handle, &found, label < 0 ? POLICY_ALL_CLASSES :
			  policy_labels[label].classes);
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

static void note_pd(struct fwctl_file *fwctl, const struct policy_rule *rule,
		    const void *in, uint32_t in_len, const void *out,
		    uint32_t out_len)
{
	struct policy_session *session = &fwctl->session;
	const struct policy_owned *gone;
	u64 id;

	if (rule->creates == POLICY_PD && session->n_owned < MOST_OWNED &&
	    prm_get(out, out_len, PRM_AT(alloc_pd_out, pd), &id))
		fwctl->owned[session->n_owned++] = (struct policy_owned){
			.object = POLICY_PD, .id = id,
		};
	if (rule->destroys != POLICY_PD ||
	    !prm_get(in, in_len, PRM_AT(dealloc_pd_in, pd), &id))
		return;
	gone = policy_find_owned(session, POLICY_PD, id, 0);
	if (gone)
		fwctl->owned[gone - fwctl->owned] =
			fwctl->owned[--session->n_owned];
}

static void note(struct fwctl_file *fwctl, const struct policy_rule *rule,
		 const void *in, uint32_t in_len, const uint8_t *out,
		 uint32_t out_len)
{
	if (out[0])
		return;
	pthread_mutex_lock(&fwctl->lock);
	if (rule)
		note_pd(fwctl, rule, in, in_len, out, out_len);
	policy_note_answer(&fwctl->session, in, in_len, out, out_len);
	pthread_mutex_unlock(&fwctl->lock);
}

static int fail_missing(const struct fwctl_file *fwctl,
			const struct policy_match *match,
			struct mlx5ctl_error *error)
{
	if (error)
		error->hint = "mlx5ctl's own driver has it; see docs/clients.md";
	return mlx5ctl_fail(error, -EOPNOTSUPP,
			    "This kernel's own fwctl, which has %s, does not know %s.",
			    fwctl->name, match->verdict.rule->name);
}

/*
 * What the judge has against it, or 0: here before it is sent, where the kernel
 * does not ask it, and of what our face refused. EPERM is lockdown or, of who
 * may not, a capability.
 */
static int refuse(const struct fwctl_file *fwctl,
		  const struct policy_match *match, int number,
		  struct mlx5ctl_error *error)
{
	struct mlx5ctl_verdict verdict = decide(fwctl, match,
						POLICY_ALL_CLASSES);
	struct mlx5ctl_error why;

	if (verdict.lockdown && number != EBADMSG)
		refusal_settle(&verdict, ~0u, kernel_lockdown());
	if (number == EPERM)
		refusal_settle(&verdict, 0, POLICY_LOCKDOWN_NONE);
	refusal_to_error(&verdict, &why);
	if (!why.code || (number && why.code != -number))
		return 0;
	if (error)
		*error = why;
	return why.code;
}

/* Our face says what mlx5_core's errnos mean; the kernel's own passes them on. */
static int translate(const struct fwctl_file *fwctl, int number)
{
	if (!number || fwctl->policy_hash[0])
		return number;
	switch (number) {
	case EPERM:
	case EAGAIN:
	case ENOMEM:
	case ENODEV:
	case EBADMSG:
	case EMSGSIZE:
	case EOPNOTSUPP:
	case ETIMEDOUT:
		return number;
	case EBUSY:
	case EALREADY:
	case ECANCELED:
		return EAGAIN;
	case ENXIO:
		return ENODEV;
	}
	/* Of mlx5_core's for a delivery that failed some are those of arguments. */
	return EIO;
}

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	struct fwctl_file *fwctl = handle;
	struct policy_match found = judge(fwctl, in, in_len, out_len);
	bool is_ours = fwctl->policy_hash[0];
	int number, ret;

	ret = is_ours ? 0 : refuse(fwctl, &found, 0, error);
	if (ret)
		return ret;
	number = translate(fwctl, send(fwctl, scope_of(found.class), in, in_len,
				       out, out_len));
	if (!number) {
		if (!is_ours)
			policy_redact(&found, out, out_len);
		note(fwctl, found.verdict.rule, in, in_len, out, out_len);
		return 0;
	}
	if (number == EBADMSG && !is_ours)
		return fail_missing(fwctl, &found, error);
	if (number == EBADMSG || number == EPERM)
		ret = refuse(fwctl, &found, number, error);
	return ret ? ret : node_fail(&fwctl_nodes, fwctl->name, "The command",
				     number, error);
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
