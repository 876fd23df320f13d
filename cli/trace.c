// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * --trace shows each command on stderr; --trace=FILE writes a line of JSON
 * for each to a record that can be replayed: {"seconds", "in", "out_length",
 * "result", "out"}.
 */
#include "trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "build.h"
#include "mailbox.h"
#include "text.h"
#include "verdict.h"

static FILE *record;
static bool was_opened;	/* for one device; the next one's commands follow */

int trace_open(struct invocation *invocation)
{
	const char *path = option_value(invocation, "trace");

	if (!path || !*path || record)
		return 0;
	record = fopen(path, was_opened ? "ae" : "we");
	if (record) {
		setlinebuf(record);	/* what was sent is known however it ends */
		was_opened = true;
		return 0;
	}
	return fail(invocation, EXIT_SYSTEM, "no-access",
		    "name a file that can be written: --trace=FILE",
		    "the record %.200s cannot be written: %s", path,
		    strerror(errno));
}

/* An error without a status is that of a command before this one. */
static bool is_answered(const struct exchange *exchange)
{
	return exchange->result == 0 || (exchange->result == -EREMOTEIO &&
					 exchange->error->status);
}

static void show_mailbox(const char *arrow, const struct exchange *exchange,
			 bool is_reply)
{
	struct json_object *mailbox = is_reply ?
		decode_reply(exchange->in, exchange->in_len, exchange->out,
			     exchange->out_len) :
		decode_request(exchange->in, exchange->in_len);
	char title[64];

	mailbox_title(exchange->in, exchange->in_len, title, sizeof(title));
	fprintf(stderr, "%s %s\n", arrow, title);
	if (mailbox)
		print_tree(stderr, mailbox, 1);
	else
		print_hex(stderr, is_reply ? exchange->out : exchange->in,
			  is_reply ? exchange->out_len : exchange->in_len);
	json_object_put(mailbox);
}

static void show(const struct exchange *exchange)
{
	if (!exchange->is_shown)
		show_mailbox("->", exchange, false);
	if (is_answered(exchange))
		show_mailbox("<-", exchange, true);
	else
		fprintf(stderr, "<- %s\n", exchange->error->message);
}

void trace_sent(struct invocation *invocation, struct exchange *exchange)
{
	if (!option_given(invocation, "trace") || record)
		return;
	show_mailbox("->", exchange, false);
	exchange->is_shown = true;
}

void trace(struct invocation *invocation, const struct exchange *exchange)
{
	struct json_object *line;
	struct timespec now;

	if (!option_given(invocation, "trace"))
		return;
	if (!record) {
		show(exchange);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	line = json_object_new_object();
	put_number(line, "seconds", now.tv_sec);
	put_hex(line, "in", exchange->in, exchange->in_len);
	put_number(line, "out_length", exchange->out_len);
	put_object(line, "result", json_object_new_int(exchange->result));
	if (is_answered(exchange))
		put_hex(line, "out", exchange->out, exchange->out_len);
	else
		put_object(line, "out", NULL);
	fprintf(record, "%s\n",
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	json_object_put(line);
}

int trace_close(struct invocation *invocation)
{
	bool failed;

	if (!record)
		return 0;
	failed = ferror(record);
	failed |= fclose(record) != 0;
	record = NULL;
	if (!failed)
		return 0;
	return fail(invocation, EXIT_SYSTEM, "input-output", NULL,
		    "the record %.200s could not be written in full",
		    option_value(invocation, "trace"));
}
