// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What can go wrong, in one sentence, and the exit status for it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "invocation.h"

const struct exit_info exit_table[] = {
	{ EXIT_DONE, "done", "done" },
	{ EXIT_REFUSED, "refused",
	  "refused by the rules: by the table, for want of a capability, or by kernel lockdown; also the verdict of explain and of a dry run" },
	{ EXIT_USAGE, "usage",
	  "the command line or its input is wrong; nothing was sent" },
	{ EXIT_DEVICE, "device",
	  "the device answered with an error status, or has not what was asked of it" },
	{ EXIT_SYSTEM, "system",
	  "the system failed: a device or file cannot be opened, is gone, timed out, or a transfer failed" },
	{ EXIT_FINDING, "finding",
	  "done, and there is something to report: a difference, an incomplete dump, a finding" },
	{ EXIT_INTERRUPTED, "interrupted", "interrupted" },
};

const size_t n_exits = ARRAY_SIZE(exit_table);

/* The library's errors: the word for programs, and who is to act. */
static const struct {
	int error;
	const char *code;
	enum exit_status status;
} device_errors[] = {
	{ -EBADMSG, "refused", EXIT_REFUSED },
	{ -EPERM, "not-permitted", EXIT_REFUSED },
	{ -EMSGSIZE, "length", EXIT_USAGE },
	{ -EINVAL, "invalid", EXIT_USAGE },
	{ -EREMOTEIO, "firmware", EXIT_DEVICE },
	{ -ENODEV, "no-device", EXIT_SYSTEM },
	{ -EACCES, "no-access", EXIT_SYSTEM },
	{ -ETIMEDOUT, "timeout", EXIT_SYSTEM },
	{ -EAGAIN, "busy", EXIT_SYSTEM },
	{ -EPROTO, "bad-answer", EXIT_SYSTEM },
	{ -ENOMEM, "no-memory", EXIT_SYSTEM },
	{ -ENOSPC, "limit", EXIT_SYSTEM },
	{ -EFBIG, "limit", EXIT_SYSTEM },
	{ -EOPNOTSUPP, "unsupported", EXIT_SYSTEM },
};

static void set(struct failure *failure, enum exit_status status,
		const char *code, const char *hint)
{
	failure->happened = true;
	failure->status = status;
	snprintf(failure->code, sizeof(failure->code), "%s", code);
	snprintf(failure->hint, sizeof(failure->hint), "%s", hint ? hint : "");
}

int fail(struct invocation *invocation, enum exit_status status,
	 const char *code, const char *hint, const char *format, ...)
{
	struct failure *failure = &invocation->failure;
	va_list arguments;

	if (failure->happened)
		return -1;
	set(failure, status, code, hint);
	va_start(arguments, format);
	vsnprintf(failure->message, sizeof(failure->message), format,
		  arguments);
	va_end(arguments);
	return -1;
}

int fail_usage(struct invocation *invocation, const char *code,
	       const char *hint, const char *format, ...)
{
	char message[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return fail(invocation, EXIT_USAGE, code, hint, "%s", message);
}

int fail_unknown(struct invocation *invocation, const char *what,
		 const char *name, const char *nearest, const char *otherwise)
{
	char hint[256];
	char code[32];

	snprintf(hint, sizeof(hint), nearest[0] ? "did you mean '%s'?" : "%s",
		 nearest[0] ? nearest : otherwise);
	snprintf(code, sizeof(code), "unknown-%s", what);
	return fail_usage(invocation, code, hint, "there is no %s called '%s'",
			  what, name);
}

void fit_into_line(char *message)
{
	static const char *const words[] = { "The ", "There ", "No ", "Round " };
	size_t length = strlen(message);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(message, words[i], strlen(words[i])))
			message[0] += 'a' - 'A';

	if (length && message[length - 1] == '.')
		message[length - 1] = 0;
}

int fail_device(struct invocation *invocation,
		const struct mlx5ctl_error *error)
{
	struct failure *failure = &invocation->failure;
	enum exit_status status = EXIT_SYSTEM;
	const char *code = "input-output";

	if (failure->happened)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(device_errors); i++) {
		if (device_errors[i].error != error->code)
			continue;
		code = device_errors[i].code;
		status = device_errors[i].status;
	}
	set(failure, status, code, error->hint);
	snprintf(failure->message, sizeof(failure->message), "%s",
		 error->message[0] ? error->message : "the device failed");
	fit_into_line(failure->message);
	failure->device = *error;
	failure->has_position = error->code == -EBADMSG && error->rule;
	return -1;
}

int fail_memory(struct invocation *invocation)
{
	return fail(invocation, EXIT_SYSTEM, "no-memory", NULL,
		    "there is not enough memory");
}
