// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Data goes to stdout, everything else to stderr. A JSON document says who
 * answered what, and is on stdout even when it reports a failure.
 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "stop.h"
#include "text.h"
#include "verdict.h"

#define ENVELOPE_VERSION 1

static int write_error;

static bool is_json(const struct invocation *invocation)
{
	return invocation->output == OUTPUT_JSON ||
	       invocation->output == OUTPUT_JSONL;
}

/* What is printed sets errno for other reasons: what is left says why, again. */
bool output_flush(void)
{
	int before = errno;

	errno = 0;
	fflush(stdout);
	if (ferror(stdout) && !write_error)
		write_error = errno ? errno : before ? before : EIO;
	return !write_error;
}

void output_note(const struct invocation *invocation, const char *format, ...)
{
	va_list arguments;

	if (is_json(invocation) || !output_flush())
		return;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void output_heading(const struct invocation *invocation)
{
	if (invocation->output == OUTPUT_TEXT)
		printf("%s:\n", invocation->device_name);
}

int keep_bytes(struct invocation *invocation, const void *bytes, size_t n)
{
	u8 *copy = malloc(n ? n : 1);

	if (!copy)
		return fail_memory(invocation);
	memcpy(copy, bytes, n);
	free(invocation->bytes);
	invocation->bytes = copy;
	invocation->n_bytes = n;
	return 0;
}

static struct json_object *envelope(const struct invocation *invocation)
{
	struct json_object *document = json_object_new_object();
	const char *command = invocation->command ? invocation->command->name :
						    NULL;

	if (invocation->help)
		command = "help";
	else if (option_given(invocation, "version"))
		command = "version";
	put_number(document, "mlx5ctl", ENVELOPE_VERSION);
	put_text(document, "device", invocation->device_name);
	put_text(document, "command", command);
	return document;
}

static void put_position(struct json_object *to,
			 const struct failure *failure)
{
	if (failure->has_position) {
		put_number(to, "byte", failure->device.byte);
		put_number(to, "bit", failure->device.bit);
	} else {
		put_object(to, "byte", NULL);
		put_object(to, "bit", NULL);
	}
}

/* What the device has not, it may have said without an error. */
void put_answer(struct json_object *to, const struct failure *failure)
{
	char syndrome[16];

	if (failure->status != EXIT_DEVICE || !failure->device.status) {
		put_object(to, "status", NULL);
		put_object(to, "syndrome", NULL);
		return;
	}
	put_named(to, "status", failure->device.status,
		  mlx5ctl_status_name(failure->device.status));
	snprintf(syndrome, sizeof(syndrome), "0x%08x",
		 failure->device.syndrome);
	put_text(to, "syndrome", syndrome);
}

/* Where a change failed half way, how to take it back is part of the hint. */
static void put_hint(struct json_object *to,
		     const struct invocation *invocation)
{
	const char *hint = invocation->failure.hint;
	char *both = NULL;

	if (invocation->undo &&
	    asprintf(&both, "%s%sif it was written, this undoes it: %s", hint,
		     hint[0] ? "; " : "", invocation->undo) < 0)
		both = NULL;
	put_text(to, "hint", both ? both : hint[0] ? hint : NULL);
	free(both);
}

static struct json_object *failure_json(const struct invocation *invocation)
{
	const struct failure *failure = &invocation->failure;
	struct json_object *error = json_object_new_object();

	put_text(error, "code", failure->code);
	put_number(error, "exit", failure->status);
	put_text(error, "message", failure->message);
	put_text(error, "rule", failure->device.rule);
	put_position(error, failure);
	put_text(error, "owner", failure->device.owner);
	put_answer(error, failure);
	put_hint(error, invocation);
	return error;
}

static const char *document_text(struct json_object *document, bool is_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (!is_line)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	return json_object_to_json_string_ext(document, flags);
}

static void print_document(struct json_object *document, bool is_line)
{
	puts(document_text(document, is_line));
	json_object_put(document);
}

static void print_failure_text(const struct failure *failure)
{
	fflush(stdout);
	fputs("mlx5ctl: ", stderr);
	print_safe(stderr, failure->message);
	if (failure->hint[0]) {
		fputs("; ", stderr);
		print_safe(stderr, failure->hint);
	}
	fputc('\n', stderr);
}

static void output_failure(struct invocation *invocation)
{
	struct json_object *document;

	if (!is_json(invocation)) {
		print_failure_text(&invocation->failure);
		return;
	}
	document = envelope(invocation);
	put_object(document, "error", failure_json(invocation));
	print_document(document, invocation->output == OUTPUT_JSONL);
}

/* A terminal may show progress, which is not to stand before it. */
void output_if_interrupted(struct invocation *invocation, const char *message,
			   const char *hint)
{
	struct failure former = invocation->failure;
	struct json_object *document = envelope(invocation);
	char *text = NULL;
	int length;

	invocation->failure = (struct failure){ .happened = false };
	fail(invocation, EXIT_INTERRUPTED, "interrupted", hint, "%s", message);
	put_object(document, "error", failure_json(invocation));
	invocation->failure = former;
	if (is_json(invocation))
		length = asprintf(&text, "%s\n", document_text(document,
				  invocation->output == OUTPUT_JSONL));
	else
		length = asprintf(&text, "%smlx5ctl: %s%s%s\n",
				  isatty(STDERR_FILENO) ? "\r\033[K" : "",
				  message, hint ? "; " : "", hint ? hint : "");
	json_object_put(document);
	stop_words(is_json(invocation) ? STDOUT_FILENO : STDERR_FILENO,
		   length < 0 ? NULL : text);
}

static void output_json(struct invocation *invocation)
{
	struct json_object *document = envelope(invocation);

	put_object(document, "data", json_object_get(invocation->data));
	print_document(document, false);
}

void output_line(const struct invocation *invocation, struct json_object *data)
{
	struct json_object *document = envelope(invocation);

	put_object(document, "data", json_object_get(data));
	print_document(document, true);
}

/* One document a line; of a list, one for each of its entries. */
static void output_jsonl(struct invocation *invocation)
{
	bool is_list = json_object_is_type(invocation->data, json_type_array);
	size_t count = is_list ? json_object_array_length(invocation->data) : 1;

	for (size_t i = 0; i < count; i++) {
		struct json_object *data = invocation->data;

		if (is_list)
			data = json_object_array_get_idx(data, i);
		output_line(invocation, data);
	}
}

static void output_text(struct invocation *invocation)
{
	if (invocation->is_verdict)
		show_verdict(invocation);
	else if (invocation->help)
		show_help(invocation);
	else if (invocation->verbatim)
		fputs(invocation->verbatim, stdout);
	else if (invocation->command && invocation->command->show)
		invocation->command->show(invocation);
	else
		print_tree(stdout, invocation->data, 0);
}

static void output_hex(struct invocation *invocation)
{
	print_hex(stdout, invocation->bytes, invocation->n_bytes);
}

static void output_binary(struct invocation *invocation)
{
	if (invocation->n_bytes)
		fwrite(invocation->bytes, 1, invocation->n_bytes, stdout);
}

enum exit_status output_result(struct invocation *invocation)
{
	static void (*const forms[])(struct invocation *invocation) = {
		[OUTPUT_TEXT] = output_text,
		[OUTPUT_JSON] = output_json,
		[OUTPUT_JSONL] = output_jsonl,
		[OUTPUT_HEX] = output_hex,
		[OUTPUT_BINARY] = output_binary,
	};

	errno = 0;
	if (invocation->failure.happened)
		output_failure(invocation);
	else
		forms[invocation->output](invocation);
	/* Else it was said before, as output_note() does. */
	if (!output_flush() && is_json(invocation) && invocation->undo)
		fprintf(stderr, "mlx5ctl: the change was sent; to undo it: %s\n",
			invocation->undo);
	return invocation->failure.happened ? invocation->failure.status :
					      invocation->status;
}

bool output_has_reader(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) <= 0 || !(out.revents & (POLLERR | POLLHUP));
}

enum exit_status output_close(enum exit_status status)
{
	/* Which of the writes failed is lost by now; a pipe still says why. */
	if (output_flush() || !output_has_reader())
		return status;
	fprintf(stderr, "mlx5ctl: the output cannot be written: %s\n",
		strerror(write_error));
	return EXIT_SYSTEM;
}
