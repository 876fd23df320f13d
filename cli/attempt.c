// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "attempt.h"

#include "build.h"
#include "output.h"
#include "session.h"

/* What a device that is gone, or no memory, does is still the end. */
static int forgive(struct invocation *invocation, int result,
		   struct failure *failure)
{
	if (result >= 0 || (invocation->failure.status != EXIT_DEVICE &&
			    invocation->failure.status != EXIT_REFUSED))
		return result;
	*failure = invocation->failure;
	invocation->failure = (struct failure){ .happened = false };
	return ATTEMPT_FAILED;
}

int attempt_exec(struct invocation *invocation, const void *in, u32 in_len,
		 void *out, u32 out_len, struct failure *failure)
{
	return forgive(invocation,
		       session_exec(invocation, in, in_len, out, out_len),
		       failure);
}

int attempt_read_register(struct invocation *invocation, u16 id, void *data,
			  u32 size, struct failure *failure)
{
	return forgive(invocation,
		       session_read_register(invocation, id, 0, data, size),
		       failure);
}

int attempt_result(struct invocation *invocation,
		   struct mlx5ctl_command *command, struct failure *failure)
{
	if (!command->result)
		return 0;
	command->error.code = command->result;
	return forgive(invocation, fail_device(invocation, &command->error),
		       failure);
}

void put_refusal(struct json_object *to, const char *key,
		 const struct failure *failure)
{
	struct json_object *refusal;

	if (!failure) {
		put_object(to, key, NULL);
		return;
	}
	refusal = json_object_new_object();
	put_text(refusal, "code", failure->code);
	put_text(refusal, "message", failure->message);
	put_answer(refusal, failure);
	put_object(to, key, refusal);
}
