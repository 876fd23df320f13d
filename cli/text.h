/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Results for people: trees and tables, safe for a terminal. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <json-c/json.h>
#include <stdio.h>

#include "prm.h"

/* Text from a device: what a terminal could obey is shown as \xNN. */
void print_safe(FILE *file, const char *text);

/* An object as lines of `name  value`, indented by `depth` steps. */
void print_tree(FILE *file, struct json_object *object, unsigned int depth);

struct column {
	const char *title;
	const char *path;	/* of the row, "opcode.name"; "": it itself */
	bool is_hex;		/* a number shown as 0x... */
	bool is_right;
	bool is_long;		/* may take more lines on a terminal, as the last may */
	/* How it is written, where that is not as it is in JSON. */
	void (*write)(struct json_object *value, char *text, size_t size);
};

/* An array of objects as a table. Columns end with a NULL title. */
void print_table(struct json_object *rows, const struct column *columns);

/* Words filled into lines of 80 columns, from where the first begins on. */
void print_words(FILE *file, const char *text, unsigned int indent);

/* A space, and a word as a shell takes it (bash, if a terminal could obey it). */
void print_shell_word(FILE *file, const char *word);

/* 16 bytes a line in dwords, as read_hex() reads them. */
void print_hex(FILE *file, const void *bytes, size_t n);

#endif
