/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the judge says of a mailbox, and why, for people and programs. */
#ifndef CLI_VERDICT_H
#define CLI_VERDICT_H

#include "hex.h"
#include "mlx5ctl.h"
#include "policy.h"
#include "verdict-text.h"

/* A command, and who is taken to ask for it. */
struct question {
	const void *in;
	u32 in_len;
	u32 out_len;
	struct policy_session session;
	struct policy_answers answers;
	int label;		/* -1: none */
};

/* The caller as it is: capabilities held, lockdown as the kernel says. */
void question_begin(struct question *question, const void *in, u32 in_len);

/* The reply's length that the row wants, for who did not say one. */
void question_guess_reply(struct question *question);

/* Judge only; error.code is 0 if it is allowed. */
void question_ask(const struct question *question, struct mlx5ctl_error *error);

/* Judge, and put the verdict into the result; the exit status follows. */
int judge(struct invocation *invocation, const struct question *question);
/* Put a verdict there that somebody else gave. */
int put_verdict(struct invocation *invocation, const struct question *question,
		const struct mlx5ctl_verdict *verdict);

/* The class of a register's reads or writes, "never", or NULL: it varies. */
const char *register_class(u16 id, bool write);

/* Names of capabilities, as an array. */
struct json_object *capability_names(u32 capabilities);

/* Of a mailbox, or 0 where it is too short. */
u16 mailbox_opcode(const void *in, u32 in_len);

#endif
