/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A file that is there whole or not at all: written beside its name, and
 * renamed when it is on the disk. What is not whole is kept as NAME.incomplete.
 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include <sha256.h>

#include "invocation.h"

struct save {
	char *path;		/* NULL: nothing is written, only counted */
	int fd;
	u64 length;
	SHA2_CTX hash;
};

/* `path` is NULL for no file. 0, or -1 after fail(); end it in both cases. */
int save_begin(struct invocation *invocation, struct save *save,
	       const char *path);
int save_write(struct invocation *invocation, struct save *save,
	       const void *bytes, size_t n);
/*
 * Give the file its name; save->path says which. Nothing was written, or the
 * invocation has failed: there is no file.
 */
int save_end(struct invocation *invocation, struct save *save, bool is_whole);
void save_free(struct save *save);

/* For a process that ends now, in a signal handler, too: no half file stays. */
void save_abandon(void);
/* The same, but what was written is kept, marked: its name, or NULL. */
const char *save_interrupted(void);

#endif
