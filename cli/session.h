/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The only way from a command of the tool to a device. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "invocation.h"

struct question;

/*
 * Send one mailbox to the device that was chosen; it is opened at the first.
 * With --dry-run nothing is sent and the verdict is the result: then 1, and
 * the caller returns 0 at once. Else 0, or -1 after fail().
 */
int session_exec(struct invocation *invocation, const void *in, u32 in_len,
		 void *out, u32 out_len);

#define SESSION_DEPTH 8	/* commands in flight at once, as the driver has them */
#define SESSION_BATCH 64	/* in one call, which threads are made for once */

/*
 * Send many mailboxes, some at once, and wait for all. Each has its own
 * result; 1, and only the first was judged, in a dry run; -1 after fail().
 */
int session_exec_many(struct invocation *invocation,
		      struct mlx5ctl_command *batch, size_t n);

/* Read a register; `data` holds its index fields and then the answer. */
int session_read_register(struct invocation *invocation, u16 id, u32 argument,
			  void *data, u32 size);

/* The header of an access to a register. 0, or -1 where `in` is too short. */
int session_compose_register(u8 *in, u32 in_len, u16 id, bool write,
			     u32 argument);

/* Memory for dumps, as the library has it. 0, or -1 after fail(). */
int session_register_memory(struct invocation *invocation, void *addr,
			    u64 len, u32 *id);
int session_unregister_memory(struct invocation *invocation, u32 id);

/* What the judge would say of a mailbox: 0, or -1 after fail(). */
int session_judge(struct invocation *invocation, const void *in, u32 in_len,
		  u32 out_len);

/* Who is taken to ask: the emulated device says that itself. */
int session_question(struct invocation *invocation, struct question *question,
		     const void *in, u32 in_len);

/* What those say of a mailbox who would send it: 0, or -1 after fail(). */
int session_explain(struct invocation *invocation,
		    const struct question *question,
		    struct mlx5ctl_verdict *verdict);

/* Who the device is, and what this open file may ask of it. */
int session_info(struct invocation *invocation,
		 struct mlx5ctl_device_info *info);

/*
 * Call something that waits for a device, no longer than the user wants to: a
 * process that has waited too long reports that and ends. 0, and what the call
 * returned in *result; or -1 after fail().
 */
int session_call(struct invocation *invocation, int (*call)(void *context),
		 void *context, int *result);

/* Before the first command: is what the options ask for possible? */
int session_check(struct invocation *invocation);
void session_close(struct invocation *invocation);

#endif
