/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * mlx5_core's trace point of firmware messages, in an instance of tracefs that
 * is this process's own: whoever else traces is not disturbed.
 */
#ifndef CLI_TRACE_POINT_H
#define CLI_TRACE_POINT_H

#include "invocation.h"
#include "tracer.h"

struct trace_point {
	char folder[128];	/* of the instance */
	char pci[32];
	int pipe;
	char bytes[8192];	/* lines, the last one not whole yet */
	size_t len;
	struct tracer_message message;	/* the one that may go on */
	bool has_message;
	u64 n_lost;		/* events that the kernel had no room for */
};

/* 0, or -1 after fail(), which says what to do. */
int trace_point_open(struct invocation *invocation, struct trace_point *point,
		     const char *pci);
/* Give what has come to `show`; false where the pipe is broken. */
bool trace_point_read(struct trace_point *point,
		      void (*show)(void *context,
				   const struct tracer_message *message),
		      void *context);
void trace_point_close(struct trace_point *point);

#endif
