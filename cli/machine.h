/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Files of this machine. They are looked for below $MLX5CTL_ROOT, so that a
 * tree that somebody made, or sent, can be looked at, too.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include <limits.h>

#include "prm.h"

/* Where it really is: at most PATH_MAX bytes. All others do this themselves. */
__attribute__((format(printf, 2, 3)))
void machine_path(char *path, const char *format, ...);

bool machine_has(const char *path);

/* The first line that has a word in it, without its end. "" where there is none. */
bool machine_line(const char *path, const char *word, char *line, int size);

/* Whether one of the file's lines is that word alone. */
bool machine_lists(const char *path, const char *word);

/* The first path that a pattern matches, without the root. */
bool machine_find(char *path, const char *pattern);

enum machine_held {
	MACHINE_HOLDS_NOT,
	MACHINE_HOLDS,
	MACHINE_HAS_NO_FILE,	/* that can be read */
};

/* Whether bytes are in one of the files that a pattern matches. */
enum machine_held machine_holds(const char *pattern, const void *bytes,
				size_t n);

#endif
