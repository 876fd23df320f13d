// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Judge first, then the firmware model; and remember what the file made. */
#include "emu-transport.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware.h"
#include "prm-offsets.h"
#include "verdict-text.h"

#define PAGE_SHIFT 12
#define UCTX_TOOLS_RESOURCES 4	/* the only capability a file is given */

/* One open file. The lock is held from the verdict to what it changed. */
struct emu_session {
	pthread_mutex_t lock;
	struct emu_device *device;
	char name[64];
	struct policy_answers answers;
	struct policy_session view;
	struct policy_owned *owned;	/* what view.owned shows */
	u32 room;
	u16 uid;
};

struct word {
	const char *name;
	u32 value;
};

static const struct word capability_words[] = {
	{ "all", POLICY_CAP_SYS_ADMIN | POLICY_CAP_SYS_RAWIO },
	{ "none", 0 },
	{ "admin", POLICY_CAP_SYS_ADMIN },
	{ "rawio", POLICY_CAP_SYS_RAWIO },
};

static const struct word lockdown_words[] = {
	{ "none", POLICY_LOCKDOWN_NONE },
	{ "integrity", POLICY_LOCKDOWN_INTEGRITY },
	{ "confidentiality", POLICY_LOCKDOWN_CONFIDENTIALITY },
};

/* The word that the environment says, or the first; NULL for another. */
static const struct word *environment_word(const char *variable,
					   const struct word *words, size_t n)
{
	const char *text = getenv(variable);

	if (!text || !*text)
		return words;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i].name, text))
			return &words[i];
	return NULL;
}

int emu_transport_caller(struct policy_answers *answers,
			 struct mlx5ctl_error *error)
{
	const struct word *capabilities =
		environment_word("MLX5CTL_EMU_CAPS", capability_words,
				 ARRAY_SIZE(capability_words));
	const struct word *lockdown =
		environment_word("MLX5CTL_EMU_LOCKDOWN", lockdown_words,
				 ARRAY_SIZE(lockdown_words));

	if (!capabilities)
		return mlx5ctl_fail(error, -EINVAL,
				"MLX5CTL_EMU_CAPS is none, admin, rawio or all.");
	if (!lockdown)
		return mlx5ctl_fail(error, -EINVAL,
				"MLX5CTL_EMU_LOCKDOWN is none, integrity or confidentiality.");
	*answers = (struct policy_answers){
		.capabilities = capabilities->value,
		.lockdown = lockdown->value,
		.label_classes = POLICY_ALL_CLASSES,
		.narrowed_to = POLICY_ALL_CLASSES,
	};
	return 0;
}

static int claims(const char *device)
{
	return !strcmp(device, "emu") || !strncmp(device, "emu:", 4);
}

static int list(int (*found)(void *context, const char *device,
			     const char *description), void *context)
{
	char name[80], text[128];
	int stop = 0;

	for (unsigned int i = 0; !stop && emu_shipped_name(i); i++) {
		snprintf(name, sizeof(name), i ? "emu:%s" : "emu",
			 emu_shipped_name(i));
		snprintf(text, sizeof(text), "emulated, personality %s",
			 emu_shipped_name(i));
		stop = found(context, name, text);
	}
	return stop;
}

static struct emu_personality *personality_of(const char *device,
					      struct emu_problem *problem)
{
	if (device[3] != ':')
		return emu_personality_shipped(NULL, problem);
	device += 4;
	if (strchr(device, '/'))
		return emu_personality_load(device, problem);
	return emu_personality_shipped(device, problem);
}

static int start_device(struct emu_session *session, const char *device,
			struct mlx5ctl_error *error)
{
	struct emu_personality *personality;
	struct emu_problem problem;

	snprintf(session->name, sizeof(session->name), "%s", device);
	personality = personality_of(device, &problem);
	if (!personality) {
		if (error && !strchr(device, '/'))
			error->hint = "'mlx5ctl list' shows those there are; a name with a slash is a file";
		return mlx5ctl_fail(error, -ENODEV, "%.250s", problem.text);
	}
	session->device = emu_create(personality);
	emu_personality_free(personality);
	return session->device ? 0 :
	       mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
}

static void close_session(void *handle)
{
	struct emu_session *session = handle;

	emu_destroy(session->device);
	pthread_mutex_destroy(&session->lock);
	free(session->owned);
	free(session);
}

static int open_session(const char *device, void **handle,
			struct mlx5ctl_error *error)
{
	struct emu_session *session = calloc(1, sizeof(*session));
	int ret;

	if (!session)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	pthread_mutex_init(&session->lock, NULL);
	session->view.page_shift = PAGE_SHIFT;
	ret = emu_transport_caller(&session->answers, error);
	if (!ret)
		ret = start_device(session, device, error);
	if (ret) {
		close_session(session);
		return ret;
	}
	*handle = session;
	return 0;
}

static u64 get(const void *bytes, u32 len, struct prm_bits at)
{
	u64 value;

	return prm_get(bytes, len, at, &value) ? value : 0;
}

/* The first command of a file gives it a user context, as the driver does. */
static int ensure_uid(struct emu_session *session,
		      struct mlx5ctl_error *error)
{
	u8 in[PRM_SIZE_create_uctx_in] = { 0 };
	u8 out[PRM_SIZE_create_uctx_out];
	u32 cap = emu_uctx_cap(session->device) & UCTX_TOOLS_RESOURCES;

	if (session->uid)
		return 0;
	if (!prm_set(in, sizeof(in), PRM_AT(create_uctx_in, opcode),
		     PRM_OP_CREATE_UCTX) ||
	    !prm_set(in, sizeof(in), PRM_AT(create_uctx_in, uctx__cap), cap) ||
	    emu_exec(session->device, in, sizeof(in), out, sizeof(out)) ||
	    get(out, sizeof(out), PRM_AT(create_uctx_out, status)))
		return mlx5ctl_fail(error, -ENODEV,
				"The emulated device gives no user context.");
	session->uid = get(out, sizeof(out), PRM_AT(create_uctx_out, uid));
	return 0;
}

static int info(void *handle, struct mlx5ctl_info *info,
		struct mlx5ctl_error *error)
{
	struct emu_session *session = handle;
	int ret;

	pthread_mutex_lock(&session->lock);
	ret = ensure_uid(session, error);
	snprintf(info->device, sizeof(info->device), "%s", session->name);
	info->uid = session->uid;
	info->dev_uctx_cap = emu_uctx_cap(session->device);
	info->uctx_cap = info->dev_uctx_cap & UCTX_TOOLS_RESOURCES;
	pthread_mutex_unlock(&session->lock);
	return ret;
}

/* What a command made or destroyed, as the rules speak of it. */
static struct policy_owned created(enum policy_object object, const u8 *in,
				   u32 in_len, const u8 *out, u32 out_len)
{
	struct policy_owned made = { .object = object };

	switch (object) {
	case POLICY_PD:
		made.id = get(out, out_len, PRM_AT(alloc_pd_out, pd));
		break;
	case POLICY_MKEY:
		made.id = get(out, out_len,
			      PRM_AT(create_mkey_out, mkey_index)) << 8 |
			  get(in, in_len, PRM_AT(create_mkey_in,
				memory_key_mkey_entry__mkey_7_0));
		made.address = get(in, in_len, PRM_AT(create_mkey_in,
				memory_key_mkey_entry__start_addr));
		made.length = get(in, in_len, PRM_AT(create_mkey_in,
				memory_key_mkey_entry__len));
		break;
	case POLICY_UMEM:
	case POLICY_NO_OBJECT:
		break;
	}
	return made;
}

static bool is_destroyed(const struct policy_owned *owned,
			 enum policy_object object, const u8 *in, u32 in_len)
{
	if (owned->object != object)
		return false;
	switch (object) {
	case POLICY_PD:
		return owned->id == get(in, in_len, PRM_AT(dealloc_pd_in, pd));
	case POLICY_MKEY:
		return owned->id >> 8 ==
		       get(in, in_len, PRM_AT(destroy_mkey_in, mkey_index));
	case POLICY_UMEM:
	case POLICY_NO_OBJECT:
		return false;
	}
	return false;
}

static void forget(struct emu_session *session, enum policy_object object,
		   const u8 *in, u32 in_len)
{
	for (u32 i = 0; i < session->view.n_owned; i++) {
		if (!is_destroyed(&session->owned[i], object, in, in_len))
			continue;
		session->owned[i] = session->owned[--session->view.n_owned];
		return;
	}
}

/* Room is made before the command is sent: what it creates must be noted. */
static int reserve(struct emu_session *session, struct mlx5ctl_error *error)
{
	u32 room = session->room ? session->room * 2 : 16;
	struct policy_owned *owned;

	if (session->view.n_owned < session->room)
		return 0;
	owned = realloc(session->owned, room * sizeof(*owned));
	if (!owned)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	session->view.owned = session->owned = owned;
	session->room = room;
	return 0;
}

static void remember_continuation(struct emu_session *session, const u8 *in,
				  u32 in_len, const u8 *out, u32 out_len)
{
	u64 *last = session->view.continuation;

	if (get(in, in_len, PRM_AT(access_reg_in, opcode)) !=
	    PRM_OP_ACCESS_REG || out_len <= PRM_HEADER_BYTES)
		return;
	out += PRM_HEADER_BYTES;
	out_len -= PRM_HEADER_BYTES;
	switch (get(in, in_len, PRM_AT(access_reg_in, register_id))) {
	case PRM_REG_RESOURCE_DUMP:
		last[POLICY_DUMP_SEQUENCE] =
			get(out, out_len, PRM_AT(resource_dump, seq_num));
		last[POLICY_DUMP_OPAQUE] =
			get(out, out_len,
			    PRM_AT(resource_dump, device_opaque));
		break;
	case PRM_REG_CORE_DUMP:
		last[POLICY_CORE_COOKIE] =
			get(out, out_len, PRM_AT(core_dump, cookie));
		break;
	}
}

static int judge(struct emu_session *session, const u8 *in, u32 in_len,
		 u32 out_len, struct policy_match *match,
		 struct mlx5ctl_error *error)
{
	struct mlx5ctl_error unwanted;
	struct policy_verdict verdict;

	*match = policy_match(in, in_len, out_len, &session->view);
	verdict = policy_decide(match, &session->answers);
	if (verdict.reason == POLICY_ALLOWED)
		return 0;
	if (!error)
		error = &unwanted;
	verdict_to_error(&verdict, match, error);
	return error->code;
}

static int run(struct emu_session *session, u8 *in, u32 in_len, u8 *out,
	       u32 out_len, struct mlx5ctl_error *error)
{
	const struct policy_rule *rule;
	struct policy_match match;
	int ret;

	ret = judge(session, in, in_len, out_len, &match, error);
	if (!ret)
		ret = ensure_uid(session, error);
	if (!ret)
		ret = reserve(session, error);
	if (ret)
		return ret;
	policy_stamp_uid(in, in_len, session->uid);
	if (emu_exec(session->device, in, in_len, out, out_len))
		return mlx5ctl_fail(error, -EMSGSIZE,
				"The emulated device has no mailbox of that length.");
	policy_redact(&match, out, out_len);
	if (out[0])
		return 0;
	rule = match.verdict.rule;
	if (rule->creates)
		session->owned[session->view.n_owned++] =
			created(rule->creates, in, in_len, out, out_len);
	if (rule->destroys)
		forget(session, rule->destroys, in, in_len);
	remember_continuation(session, in, in_len, out, out_len);
	return 0;
}

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	struct emu_session *session = handle;
	u8 *copy = malloc(in_len ? in_len : 1);
	int ret;

	if (!copy)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	memcpy(copy, in, in_len);
	pthread_mutex_lock(&session->lock);
	ret = run(session, copy, in_len, out, out_len, error);
	pthread_mutex_unlock(&session->lock);
	free(copy);
	return ret;
}

const struct mlx5ctl_transport emu_transport = {
	.name = "emu",
	.claims = claims,
	.list = list,
	.open = open_session,
	.close = close_session,
	.info = info,
	.exec = exec,
};
