/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Commands that may fail without the whole failing: the rest is worth having. */
#ifndef CLI_ATTEMPT_H
#define CLI_ATTEMPT_H

#include "invocation.h"

#define ATTEMPT_FAILED 2

/*
 * As session_exec(); but where the device or the rules refuse, the result is
 * ATTEMPT_FAILED, why is in *failure, and the invocation goes on.
 */
int attempt_exec(struct invocation *invocation, const void *in, u32 in_len,
		 void *out, u32 out_len, struct failure *failure);

/* As session_read_register(), in the same way. */
int attempt_read_register(struct invocation *invocation, u16 id, void *data,
			  u32 size, struct failure *failure);

/* What one of session_exec_many() came to, in the same way. */
int attempt_result(struct invocation *invocation,
		   struct mlx5ctl_command *command, struct failure *failure);

/* Add why it failed, or null where failure is NULL. */
void put_refusal(struct json_object *to, const char *key,
		 const struct failure *failure);

#endif
