/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* How a result or a failure leaves the tool. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "invocation.h"

/* Write the result or the failure; the exit status that follows from it. */
enum exit_status output_result(struct invocation *invocation);

/* The failure that it is when the keyboard ends it from here on, as it would be written. */
void output_if_interrupted(struct invocation *invocation, const char *message,
			   const char *hint);

/* The name of the device above its result, where several are asked. */
void output_heading(const struct invocation *invocation);

/* A sentence beside the data, on stderr; a JSON document has it inside. */
__attribute__((format(printf, 2, 3)))
void output_note(const struct invocation *invocation, const char *format, ...);

/* One line of a stream: a document of its own. */
void output_line(const struct invocation *invocation,
		 struct json_object *data);

/* The status and syndrome that the device answered; null where it did not. */
void put_answer(struct json_object *to, const struct failure *failure);

/* See that it is out; false where nobody reads it any more. */
bool output_flush(void);
/* Whether anybody is left to write to; a file always is. */
bool output_has_reader(void);

/*
 * See that all of stdout was written. A reader that went away is no error; a
 * full disk is.
 */
enum exit_status output_close(enum exit_status status);

#endif
