// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* An open file of the emulated device: what it owns, and judging for it. */
#include "emu-session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prm-offsets.h"
#include "refusal.h"
#include "verdict-text.h"

#define PAGE_SHIFT 12
#define UCTX_TOOLS_RESOURCES 4	/* the only capability a file is given */

void emu_session_begin(struct emu_session *session)
{
	pthread_mutex_init(&session->lock, NULL);
	session->view.page_shift = PAGE_SHIFT;
}

void emu_session_end(struct emu_session *session)
{
	emu_memory_end(session);
	pthread_mutex_destroy(&session->lock);
	free(session->owned);
	free(session->under);
}

u32 emu_session_uctx_cap(struct emu_session *session)
{
	return session->door->uctx_cap(session->handle) & UCTX_TOOLS_RESOURCES;
}

/* The first command of a file gives it a user context, as the driver does. */
int emu_session_uid(struct emu_session *session, struct mlx5ctl_error *error)
{
	u8 in[PRM_SIZE_create_uctx_in] = { 0 };
	u8 out[PRM_SIZE_create_uctx_out];
	int ret;

	if (session->uid)
		return 0;
	if (!prm_set(in, sizeof(in), PRM_AT(create_uctx_in, opcode),
		     PRM_OP_CREATE_UCTX) ||
	    !prm_set(in, sizeof(in), PRM_AT(create_uctx_in, uctx__cap),
		     emu_session_uctx_cap(session)))
		return -EINVAL;
	ret = session->door->exec(session->handle, in, sizeof(in), out,
				  sizeof(out), error);
	if (ret)
		return ret;
	if (out[0])
		return mlx5ctl_fail(error, -EREMOTEIO,
				"The emulated device gives no user context.");
	session->uid = prm_value(out, sizeof(out), PRM_AT(create_uctx_out, uid));
	/* The kernel's own: with it, all commands would be privileged. */
	if (!session->uid)
		return mlx5ctl_fail(error, -EPROTO,
				"The emulated device gives the user context 0, which is the kernel's.");
	return 0;
}

/* What a command made or destroyed, as the rules speak of it. */
static struct policy_owned created(enum policy_object object, const u8 *in,
				   u32 in_len, const u8 *out, u32 out_len)
{
	struct policy_owned made = { .object = object };

	switch (object) {
	case POLICY_PD:
		made.id = prm_value(out, out_len, PRM_AT(alloc_pd_out, pd));
		break;
	case POLICY_MKEY:
		made.id = prm_value(out, out_len,
				    PRM_AT(create_mkey_out, mkey_index)) << 8 |
			  prm_value(in, in_len, PRM_AT(create_mkey_in,
				memory_key_mkey_entry__mkey_7_0));
		made.address = prm_value(in, in_len, PRM_AT(create_mkey_in,
				memory_key_mkey_entry__start_addr));
		made.length = prm_value(in, in_len, PRM_AT(create_mkey_in,
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
		return owned->id ==
		       prm_value(in, in_len, PRM_AT(dealloc_pd_in, pd));
	case POLICY_MKEY:
		return owned->id >> 8 ==
		       prm_value(in, in_len,
				 PRM_AT(destroy_mkey_in, mkey_index));
	case POLICY_UMEM:
	case POLICY_NO_OBJECT:
		return false;
	}
	return false;
}

static void remove_owned(struct emu_session *session, u32 i)
{
	u32 last = --session->view.n_owned;

	session->owned[i] = session->owned[last];
	session->under[i] = session->under[last];
}

static void forget(struct emu_session *session, enum policy_object object,
		   const u8 *in, u32 in_len)
{
	for (u32 i = 0; i < session->view.n_owned; i++) {
		if (!is_destroyed(&session->owned[i], object, in, in_len))
			continue;
		remove_owned(session, i);
		return;
	}
}

/* Room is made before the command is sent: what it creates must be noted. */
static int reserve(struct emu_session *session, struct mlx5ctl_error *error)
{
	u32 room = session->room ? session->room * 2 : 16;
	struct policy_owned *owned;
	u32 *under;

	if (session->view.n_owned + session->n_in_flight < session->room)
		return 0;
	owned = realloc(session->owned, room * sizeof(*owned));
	if (owned)
		session->view.owned = session->owned = owned;
	under = realloc(session->under, room * sizeof(*under));
	if (under)
		session->under = under;
	if (!owned || !under)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	session->room = room;
	return 0;
}

static int judge(struct emu_session *session, const u8 *in, u32 in_len,
		 u32 out_len, struct policy_match *match,
		 struct mlx5ctl_error *error)
{
	struct mlx5ctl_verdict described;
	struct mlx5ctl_error unwanted;
	struct policy_verdict verdict;

	*match = policy_match(in, in_len, out_len, &session->view);
	verdict = policy_decide(match, &session->answers);
	if (verdict.reason == POLICY_ALLOWED)
		return 0;
	if (!error)
		error = &unwanted;
	described = describe_verdict(&verdict, match);
	refusal_to_error(&described, error);
	return error->code;
}

int emu_session_admit(struct emu_session *session, struct mlx5ctl_error *error)
{
	int ret = emu_session_uid(session, error);

	if (!ret)
		ret = reserve(session, error);
	if (!ret)
		session->n_in_flight++;
	return ret;
}

void emu_session_own(struct emu_session *session,
		     const struct policy_owned *owned, u32 under)
{
	session->under[session->view.n_owned] = under;
	session->owned[session->view.n_owned++] = *owned;
}

void emu_session_disown(struct emu_session *session,
			enum policy_object object, u32 id)
{
	u32 i = 0;

	while (session->owned[i].object != object || session->owned[i].id != id)
		i++;
	remove_owned(session, i);
}

void emu_session_leave(struct emu_session *session)
{
	pthread_mutex_lock(&session->lock);
	session->n_in_flight--;
	pthread_mutex_unlock(&session->lock);
}

int emu_session_status(const u8 *out, const char *command,
		       struct mlx5ctl_error *error)
{
	u32 syndrome = prm_value(out, PRM_HEADER_BYTES,
				 PRM_AT(create_uctx_out, syndrome));

	if (!out[0])
		return 0;
	if (error) {
		error->status = out[0];
		error->syndrome = syndrome;
	}
	return mlx5ctl_fail(error, -EREMOTEIO,
			    "The device answered %s (0x%x) to %s, syndrome 0x%08x.",
			    mlx5ctl_status_name(out[0]), out[0], command,
			    syndrome);
}

struct mlx5ctl_verdict emu_session_explain(struct emu_session *session,
					   const void *in, u32 in_len,
					   u32 out_len, u32 label_classes)
{
	const struct policy_answers answers = {
		.capabilities = ~0u,
		.label_classes = label_classes,
		.narrowed_to = session->answers.narrowed_to,
	};
	struct policy_verdict verdict;
	struct policy_match match;

	pthread_mutex_lock(&session->lock);
	match = policy_match(in, in_len, out_len, &session->view);
	pthread_mutex_unlock(&session->lock);
	verdict = policy_decide(&match, &answers);
	return describe_verdict(&verdict, &match);
}

/* From the copy of the caller's mailbox to what may be sent. */
static int admit(struct emu_session *session, struct emu_command *command,
		 struct mlx5ctl_error *error)
{
	int ret;

	pthread_mutex_lock(&session->lock);
	ret = judge(session, command->in, command->in_len, command->out_len,
		    &command->match, error);
	if (!ret)
		ret = emu_session_admit(session, error);
	pthread_mutex_unlock(&session->lock);
	if (!ret)
		policy_stamp_uid(command->in, command->in_len, session->uid);
	return ret;
}

static u32 umem_under(const struct policy_rule *rule, const u8 *in, u32 in_len)
{
	return rule->creates == POLICY_MKEY ?
	       prm_value(in, in_len, PRM_AT(create_mkey_in, mkey_umem_id)) : 0;
}

/* What came of it, if it was executed without an error. */
static void note(struct emu_session *session, const struct policy_rule *rule,
		 const u8 *in, u32 in_len, const u8 *out, u32 out_len)
{
	struct policy_owned made;

	if (rule->creates) {
		made = created(rule->creates, in, in_len, out, out_len);
		emu_session_own(session, &made, umem_under(rule, in, in_len));
	}
	if (rule->destroys)
		forget(session, rule->destroys, in, in_len);
	policy_note_answer(&session->view, in, in_len, out, out_len);
	emu_memory_show(session, in, in_len, out, out_len);
}

/* The door's last word: the command is over. */
static int settle(struct emu_session *session, struct emu_command *command,
		  int ret)
{
	if (!ret)
		policy_redact(&command->match, command->out, command->out_len);
	pthread_mutex_lock(&session->lock);
	session->n_in_flight--;
	if (!ret && !command->out[0])
		note(session, command->match.verdict.rule, command->in,
		     command->in_len, command->out, command->out_len);
	pthread_mutex_unlock(&session->lock);
	return ret;
}

int emu_session_exec(struct emu_session *session, struct emu_command *command,
		     struct mlx5ctl_error *error)
{
	int ret = admit(session, command, error);

	if (ret)
		return ret;
	ret = session->door->exec(session->handle, command->in,
				  command->in_len, command->out,
				  command->out_len, error);
	return settle(session, command, ret);
}

int emu_session_send(struct emu_session *session, struct emu_command *command,
		     struct mlx5ctl_error *error)
{
	int ret;

	if (!session->door->begin)
		return -EOPNOTSUPP;
	ret = admit(session, command, error);
	if (ret)
		return ret;
	ret = session->door->begin(session->handle, command->in,
				   command->in_len, command->out,
				   command->out_len, &command->pending, error);
	if (ret)
		emu_session_leave(session);
	return ret;
}

int emu_session_receive(struct emu_session *session,
			struct emu_command *command,
			struct mlx5ctl_error *error)
{
	int ret = session->door->end(session->handle, command->pending, error);

	return settle(session, command, ret);
}
