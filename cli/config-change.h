/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A change of parameters: planned whole, checked whole, written whole or not. */
#ifndef CLI_CONFIG_CHANGE_H
#define CLI_CONFIG_CHANGE_H

#include "config.h"

#define CONFIG_ARM_RESET 0x48	/* of MFRL: the next warm boot loads what is new */

struct config_change {
	struct config_target target;
	char *text;		/* the value; NULL: the factory's */
	unsigned int line;	/* of the plan's file, 0 where that has none */
	struct config_item *item;
};

/* An item that has changes: what it held, is to hold, and holds now. */
struct config_write {
	struct config_item *item;
	u8 former[CONFIG_MOST_BYTES];
	u8 wanted[CONFIG_MOST_BYTES];
	bool was_sent;
};

struct config_plan {
	struct config config;
	const char *path;	/* of the file that says it, or NULL ... */
	unsigned int line;	/* ... and where in it the reader is */
	struct config_change *changes;
	size_t n_changes;
	struct config_write *writes;
	size_t n_writes;
	struct json_object *verdicts;	/* of a dry run */
	bool resets_all;	/* by MNVIA, whatever there is */
	bool is_armed;		/* the next warm boot loads it */
	bool is_taken;		/* the device has what was wanted */
};

/* 0, or -1 after fail(). */
int config_plan_begin(struct invocation *invocation,
		      struct config_plan *plan);
void config_plan_end(struct config_plan *plan);

/*
 * Add a change of what `length` characters of `name` call; NULL `text` is the
 * factory's value. No device is asked.
 */
int config_plan_add(struct config_plan *plan, const char *name, size_t length,
		    const char *text);

/* Check and carry out; then invocation->data says what came of it. */
int config_plan_run(struct config_plan *plan);

/* config-write.c: carry out what was checked; or show its mailboxes. */
int config_write_all(struct config_plan *plan);
int config_write_preview(struct config_plan *plan);

/* config-report.c: how to take it back, to be freed, and what came of it. */
char *config_undo(const struct config_plan *plan);
int config_report(struct config_plan *plan);

/* config-file.c: add what a file, or standard input for "-", has. */
int config_plan_add_file(struct config_plan *plan, const char *path);

/*
 * What is wrong is what the plan's file says, if it has one: "settings:2: "
 * before it. Returns -1.
 */
int config_blame_file(const struct config_plan *plan, unsigned int line);

/*
 * The same from text, for whom names and values are to be found out:
 * called with each, with NULL for a value that is none; what is not 0 ends it.
 * NULL, or what is wrong, with the number of the line, or 0 where there are
 * none.
 */
typedef int config_entry_t(void *context, const char *name, size_t length,
			   const char *value);
const char *config_parse(const char *text, config_entry_t *entry,
			 void *context, unsigned int *line);

#endif
