/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* One run of the tool: what was asked, what came out. */
#ifndef CLI_INVOCATION_H
#define CLI_INVOCATION_H

#include <json-c/json.h>

#include "command.h"
#include "mlx5ctl.h"
#include "prm.h"

/* The table of exit statuses is in failure.c; the manual page shows it. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_DEVICE = 3,
	EXIT_SYSTEM = 4,
	EXIT_FINDING = 5,
	EXIT_INTERRUPTED = 130,
};

struct exit_info {
	enum exit_status status;
	const char *name;
	const char *meaning;
};

extern const struct exit_info exit_table[];
extern const size_t n_exits;

enum output_form {
	OUTPUT_TEXT,
	OUTPUT_JSON,
	OUTPUT_JSONL,
	OUTPUT_HEX,
	OUTPUT_BINARY,
};

struct chosen_option {
	const struct option *option;
	const char *value;	/* NULL: given without an argument */
};

/* What went wrong; code is one word that programs can rely on. */
struct failure {
	bool happened;
	enum exit_status status;
	char code[32];
	char message[512];
	char hint[512];
	struct mlx5ctl_error device;	/* rule, position, status: as there */
	bool has_position;
};

struct invocation {
	const struct command *command;
	const char *device_name;	/* as given, or NULL */
	struct mlx5ctl_device *device;
	enum output_form output;
	bool help;
	struct chosen_option *options;
	size_t n_options;
	const char **words;		/* positional arguments */
	size_t n_words;
	/* Results: */
	struct json_object *data;
	u8 *bytes;			/* what -o hex and -o binary show */
	size_t n_bytes;
	char *verbatim;			/* text that is shown as it is */
	char *undo;			/* what takes back what was written */
	bool is_verdict;		/* data is a verdict, dry run included */
	enum exit_status status;
	struct failure failure;
};

/* The value of an option, NULL if not given; "" if given without a value. */
const char *option_value(const struct invocation *invocation,
			 const char *name);
bool option_given(const struct invocation *invocation, const char *name);

/* A number given to an option. 0, also if not given; -1 after fail(). */
int option_number(struct invocation *invocation, const char *name, u64 most,
		  u64 *value);

/*
 * Note what went wrong; the first one counts. Returns -1. `hint` may be NULL.
 * fail_usage() is for what the user can write differently.
 */
__attribute__((format(printf, 5, 6)))
int fail(struct invocation *invocation, enum exit_status status,
	 const char *code, const char *hint, const char *format, ...);
__attribute__((format(printf, 4, 5)))
int fail_usage(struct invocation *invocation, const char *code,
	       const char *hint, const char *format, ...);
/* Nothing is called `name`; `nearest` may be "". */
int fail_unknown(struct invocation *invocation, const char *what,
		 const char *name, const char *nearest, const char *otherwise);
/* What the library said. */
int fail_device(struct invocation *invocation,
		const struct mlx5ctl_error *error);
/* A sentence of the library's becomes part of a line, and more follows it. */
void fit_into_line(char *message);
int fail_memory(struct invocation *invocation);

/* Take over bytes as what -o hex and -o binary show. */
int keep_bytes(struct invocation *invocation, const void *bytes, size_t n);

/* parse.c: 0, or -1 after fail(). */
int parse_arguments(struct invocation *invocation, int argc, char **argv);

/* find.c */
const struct command *command_by_name(const char *name);
/* "get" of "reg get" in "reg"; NULL where it is in another group, or none. */
const char *name_in_group(const struct command *command, const char *group);
bool is_group(const char *word);
/* As is_group(); of a word that is a device, too, the next one decides. */
bool begins_group(const char *word, const char *next);
/* A number that is the first argument of the command, and no device. */
bool begins_with_number(const struct command *command, const char *word);
const struct option *find_option(const struct option *options,
				 const char *name, size_t length);

#endif
