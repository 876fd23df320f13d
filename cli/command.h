/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The commands of the tool as data. The table in commands.c is the only place
 * that knows them: parser, help, manual page, completion and the listing that
 * programs read are all made from it.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct invocation;

/* What a positional argument is, for completion and the listing. */
enum argument_kind {
	ARGUMENT_TEXT,
	ARGUMENT_REGISTER,
	ARGUMENT_STRUCTURE,
	ARGUMENT_RULE,
	ARGUMENT_COMMAND,
	ARGUMENT_HEX,
	ARGUMENT_ASSIGNMENT,
	ARGUMENT_CAPABILITY,
	ARGUMENT_OBJECT,
	ARGUMENT_PARAMETER,
	ARGUMENT_SETTING,
	ARGUMENT_NUMBER,
	ARGUMENT_COUNTER,
	ARGUMENT_SEGMENT,
};

struct argument {
	const char *name;	/* "NAME"; NULL ends the list */
	enum argument_kind kind;
	bool optional;
	bool repeated;
	const char *help;
};

struct option {
	const char *name;	/* long; NULL ends the list */
	char letter;		/* short, or 0 */
	const char *argument;	/* "FILE"; NULL: the option takes none */
	bool argument_optional;	/* only as --name=ARGUMENT */
	const char *const *choices; /* all that the argument may be, or NULL */
	const char *help;
};

enum command_flags {
	COMMAND_DEVICE = 1 << 0,	/* asks a device */
	COMMAND_BYTES = 1 << 1,		/* has -o hex and -o binary */
	COMMAND_DEFAULT = 1 << 2,	/* meant where only the group is named */
	COMMAND_VERBATIM = 1 << 3,	/* its words are not for the parser */
	COMMAND_ENDLESS = 1 << 4,	/* goes on until it is interrupted */
	COMMAND_INPUT = 1 << 5,		/* reads its word, or standard input */
};

#define MOST_ARGUMENTS 4
#define MOST_OPTIONS 12

struct command {
	const char *name;	/* "reg get": group and command */
	const char *summary;	/* one line */
	const char *description; /* paragraphs */
	const char *example;	/* words after "mlx5ctl " */
	unsigned int flags;
	struct argument arguments[MOST_ARGUMENTS + 1];
	struct option options[MOST_OPTIONS + 1];
	/* Fills in the result; 0, or -1 after fail(). */
	int (*run)(struct invocation *invocation);
	/* Prints the result for people; NULL: as a tree. */
	void (*show)(struct invocation *invocation);
};

extern const struct command commands[];
extern const size_t n_commands;

/* What -o takes, as enum output_form counts them; NULL ends the list. */
extern const char *const output_forms[];

/* Options that every command has. */
extern const struct option global_options[];

const char *argument_kind_name(enum argument_kind kind);

int run_list(struct invocation *invocation);
void show_list(struct invocation *invocation);
int run_doctor(struct invocation *invocation);
void show_doctor(struct invocation *invocation);
int run_info(struct invocation *invocation);
void show_info(struct invocation *invocation);
int run_cap(struct invocation *invocation);
void show_cap(struct invocation *invocation);
int run_obj(struct invocation *invocation);
void show_obj(struct invocation *invocation);
int run_diagcnt_cap(struct invocation *invocation);
void show_diagcnt_cap(struct invocation *invocation);
int run_diagcnt_set(struct invocation *invocation);
int run_diagcnt_param(struct invocation *invocation);
void show_diagcnt_param(struct invocation *invocation);
int run_diagcnt_dump(struct invocation *invocation);
void show_diagcnt_dump(struct invocation *invocation);
int run_diagcnt_disable(struct invocation *invocation);
int run_diagcnt_watch(struct invocation *invocation);
void show_diagcnt_watch(struct invocation *invocation);
int run_link(struct invocation *invocation);
void show_link(struct invocation *invocation);
int run_temp(struct invocation *invocation);
void show_temp(struct invocation *invocation);
int run_modules(struct invocation *invocation);
void show_modules(struct invocation *invocation);
int run_trace(struct invocation *invocation);
void show_trace(struct invocation *invocation);
int run_health(struct invocation *invocation);
void show_health(struct invocation *invocation);
int run_rscdump(struct invocation *invocation);
void show_rscdump(struct invocation *invocation);
int run_coredump(struct invocation *invocation);
void show_coredump(struct invocation *invocation);
int run_snapshot(struct invocation *invocation);
void show_snapshot(struct invocation *invocation);
int run_reg_list(struct invocation *invocation);
void show_reg_list(struct invocation *invocation);
int run_reg_get(struct invocation *invocation);
void show_reg_get(struct invocation *invocation);
int run_reg_set(struct invocation *invocation);
void show_reg_set(struct invocation *invocation);
int run_config_query(struct invocation *invocation);
void show_config_query(struct invocation *invocation);
int run_config_diff(struct invocation *invocation);
int run_config_set(struct invocation *invocation);
int run_config_reset(struct invocation *invocation);
int run_config_apply(struct invocation *invocation);
void show_config_set(struct invocation *invocation);
int run_policy_list(struct invocation *invocation);
void show_policy_list(struct invocation *invocation);
int run_policy_show(struct invocation *invocation);
void show_policy_show(struct invocation *invocation);
int run_policy_explain(struct invocation *invocation);
void show_verdict(struct invocation *invocation);
int run_decode(struct invocation *invocation);
void show_decode(struct invocation *invocation);
int run_encode(struct invocation *invocation);
void show_encode(struct invocation *invocation);
int run_emu_reset(struct invocation *invocation);
void show_emu_reset(struct invocation *invocation);
int run_rpc(struct invocation *invocation);
void show_rpc(struct invocation *invocation);
int run_commands(struct invocation *invocation);
void show_commands(struct invocation *invocation);
int run_completion(struct invocation *invocation);
void show_completion(struct invocation *invocation);
int run_help(struct invocation *invocation);
void show_help(struct invocation *invocation);

#endif
