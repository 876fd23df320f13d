// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A verdict as a document: what was asked, the answer, where and why. */
#include "verdict.h"

#include <stdio.h>

#include "build.h"
#include "field-of.h"
#include "prm-offsets.h"
#include "refusal.h"
#include "session.h"
#include "verdict-text.h"

static bool is_one_of(const struct mlx5ctl_verdict *verdict,
		      const enum policy_reason *reasons, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(verdict->reason, policy_reason_name(reasons[i])))
			return true;
	return false;
}

/* Reasons that a position of the inbox comes with. */
static bool has_position(const struct mlx5ctl_verdict *verdict)
{
	static const enum policy_reason reasons[] = {
		POLICY_UNKNOWN, POLICY_OWNED_ELSEWHERE, POLICY_RESERVED,
		POLICY_VALUE, POLICY_FOREIGN, POLICY_OTHER_FUNCTION,
		POLICY_EXTENT, POLICY_STALE,
	};

	return is_one_of(verdict, reasons, ARRAY_SIZE(reasons));
}

/* What it needs is known once the row has let it pass. */
static bool has_passed(const struct mlx5ctl_verdict *verdict)
{
	static const enum policy_reason reasons[] = {
		POLICY_ALLOWED, POLICY_LABEL, POLICY_NARROWED,
		POLICY_CAPABILITY, POLICY_LOCKED_DOWN,
	};

	return is_one_of(verdict, reasons, ARRAY_SIZE(reasons));
}

u16 mailbox_opcode(const void *in, u32 in_len)
{
	return prm_value(in, in_len, PRM_AT(access_reg_in, opcode));
}

/* The field of the inbox at a position of a verdict, or an empty name. */
static void name_position(const void *in, u32 in_len, u32 byte, u32 bit,
			  char *name, size_t size)
{
	const struct prm_command *command =
		prm_command_by_opcode(mailbox_opcode(in, in_len));
	const struct prm_register *row = NULL;
	u32 at = byte * 8 + 31 - bit;

	name[0] = 0;
	if (byte >= PRM_HEADER_BYTES)
		row = prm_register_by_id(policy_register_of(in, in_len));
	if (row)
		field_name_at(row->layout, (const u8 *)in + PRM_HEADER_BYTES,
			      in_len - PRM_HEADER_BYTES,
			      at - PRM_HEADER_BYTES * 8, name, size);
	else if (command)
		field_name_at(command->in, in, in_len, at, name, size);
	else if (byte == 0 && bit >= 16)
		snprintf(name, size, "opcode");
}

void question_guess_reply(struct question *question)
{
	const struct prm_command *command =
		prm_command_by_opcode(mailbox_opcode(question->in,
						     question->in_len));
	struct policy_match match;

	question->out_len = PRM_HEADER_BYTES;
	if (policy_register_of(question->in, question->in_len))
		question->out_len = question->in_len;
	else if (command)
		question->out_len = command->out->size;
	match = policy_match(question->in, question->in_len,
			     question->out_len, &question->session);
	if (match.verdict.reason == POLICY_OUT_LENGTH)
		question->out_len = match.verdict.rule->out.min;
}

static void put_some(struct json_object *to, const char *key, const char *text)
{
	put_text(to, key, *text ? text : NULL);
}

static struct json_object *needs_of(const struct mlx5ctl_verdict *verdict)
{
	struct json_object *needs;

	if (!has_passed(verdict))
		return NULL;
	needs = json_object_new_object();
	put_object(needs, "capabilities", capability_names(
		   capabilities_of_mask(verdict->capabilities)));
	put_text(needs, "closed_at_lockdown", verdict->lockdown ?
		 lockdown_name(verdict->lockdown) : NULL);
	put_bool(needs, "taints", verdict->taints);
	return needs;
}

static struct json_object *assumed_of(const struct question *question)
{
	struct json_object *assumed = json_object_new_object();

	put_object(assumed, "capabilities",
		   capability_names(question->answers.capabilities));
	put_text(assumed, "lockdown", lockdown_name(question->answers.lockdown));
	if (question->label >= 0)
		put_named(assumed, "label", question->label,
			  policy_labels[question->label].name);
	else
		put_object(assumed, "label", NULL);
	put_bool(assumed, "vf", question->session.is_vf);
	put_number(assumed, "out_length", question->out_len);
	return assumed;
}

static void put_subject(struct json_object *data,
			const struct question *question)
{
	u16 opcode = mailbox_opcode(question->in, question->in_len);
	const struct prm_command *command = prm_command_by_opcode(opcode);
	u32 id = policy_register_of(question->in, question->in_len);
	const struct prm_register *row = prm_register_by_id(id);

	put_named(data, "opcode", opcode, command ? command->name : NULL);
	put_number(data, "op_mod", prm_value(question->in, question->in_len,
					     PRM_AT(access_reg_in, op_mod)));
	if (id)
		put_named(data, "register", id, row ? row->name : NULL);
	else
		put_object(data, "register", NULL);
}

static void put_position(struct json_object *data,
			 const struct question *question,
			 const struct mlx5ctl_verdict *verdict)
{
	char name[128];

	if (!has_position(verdict)) {
		put_object(data, "byte", NULL);
		put_object(data, "bit", NULL);
		put_object(data, "field", NULL);
		return;
	}
	name_position(question->in, question->in_len, verdict->byte,
		      verdict->bit, name, sizeof(name));
	if (!name[0])
		snprintf(name, sizeof(name), "%s", verdict->field);
	put_number(data, "byte", verdict->byte);
	put_number(data, "bit", verdict->bit);
	put_some(data, "field", name);
}

static struct mlx5ctl_verdict verdict_on(const struct question *question)
{
	struct policy_match match = policy_match(question->in, question->in_len,
						 question->out_len,
						 &question->session);
	struct policy_verdict verdict = policy_decide(&match,
						      &question->answers);

	return describe_verdict(&verdict, &match);
}

void question_ask(const struct question *question, struct mlx5ctl_error *error)
{
	struct mlx5ctl_verdict verdict = verdict_on(question);

	refusal_to_error(&verdict, error);
}

int put_verdict(struct invocation *invocation, const struct question *question,
		const struct mlx5ctl_verdict *verdict)
{
	struct json_object *data = json_object_new_object();
	struct mlx5ctl_error error;

	refusal_to_error(verdict, &error);
	put_bool(data, "allowed", !error.code);
	put_text(data, "reason", verdict->reason);
	put_some(data, "message", error.message);
	put_subject(data, question);
	put_some(data, "rule", verdict->rule);
	put_text(data, "class", verdict->class_name);
	put_position(data, question, verdict);
	put_some(data, "why", verdict->why);
	put_some(data, "owner", verdict->owner);
	put_object(data, "needs", needs_of(verdict));
	put_object(data, "assumed", assumed_of(question));
	put_hex(data, "in", question->in, question->in_len);
	json_object_put(invocation->data);
	invocation->data = data;
	invocation->is_verdict = true;
	invocation->status = error.code ? EXIT_REFUSED : EXIT_DONE;
	return keep_bytes(invocation, question->in, question->in_len);
}

int judge(struct invocation *invocation, const struct question *question)
{
	struct mlx5ctl_verdict verdict = verdict_on(question);

	return put_verdict(invocation, question, &verdict);
}

const char *register_class(u16 id, bool write)
{
	u8 in[PRM_HEADER_BYTES + 3100] = { 0 };
	const struct prm_register *row = prm_register_by_id(id);
	struct mlx5ctl_verdict verdict;
	struct question question;
	u32 size = PRM_HEADER_BYTES + (row ? row->layout->size : 0);

	if (size > sizeof(in) ||
	    session_compose_register(in, size, id, write, 0))
		return NULL;
	question_begin(&question, in, size);
	question.out_len = size;
	verdict = verdict_on(&question);
	if (!strcmp(verdict.reason, policy_reason_name(POLICY_UNKNOWN)))
		return policy_class_name(POLICY_NEVER);
	return verdict.class_name;
}
