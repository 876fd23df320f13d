/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* --trace: each command as it was sent and answered. */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "invocation.h"

struct exchange {
	const void *in;
	u32 in_len;
	const void *out;
	u32 out_len;
	int result;		/* of mlx5ctl_exec() */
	const struct mlx5ctl_error *error;
	bool is_shown;		/* as sent */
};

/* Open the record file, if one was asked for. 0, or -1 after fail(). */
int trace_open(struct invocation *invocation);
/* Show it before it is sent: it may be the last that is done. */
void trace_sent(struct invocation *invocation, struct exchange *exchange);
/* Once it was answered, or is not waited for any more. */
void trace(struct invocation *invocation, const struct exchange *exchange);
int trace_close(struct invocation *invocation);

#endif
