/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Dumps by way of the session: traced, timed, with progress for a terminal. */
#ifndef CLI_DUMPING_H
#define CLI_DUMPING_H

#include "invocation.h"
#include "save.h"

/* Bytes, unless the user says: of a round, and of a whole dump. */
#define DUMPING_MEMORY (4u << 20)
#define DUMPING_MOST (256u << 20)

/* A dump that was taken, as far as it came. */
struct dumping {
	u32 memory;		/* bytes; 0: inline, or where there is no such thing */
	u64 most;		/* bytes after which it is given up */
	const char *path;	/* of the file to write; NULL: none */
	bool keeps_bytes;	/* in the invocation's result */
	struct save save;
	u64 length;
	u32 rounds;
	char problem[256];	/* why it is not whole; "": it is */
};

/*
 * Both take a dump. 0: something came, perhaps with a problem; 1: a dry run;
 * -1 after fail(). Free it in any case.
 */
int dumping_resources(struct invocation *invocation, struct dumping *dumping,
		      const struct mlx5ctl_dump_request *request);
int dumping_core(struct invocation *invocation, struct dumping *dumping,
		 u16 vhca_id);
/* The file gets its name; and what is said of any dump goes into `to`. */
int dumping_end(struct invocation *invocation, struct dumping *dumping,
		struct json_object *to);
void dumping_free(struct dumping *dumping);

/* --umem=KB or --size for the memory, whole pages, and --most. 0, or -1. */
int dumping_options(struct invocation *invocation, struct dumping *dumping);

/* A line for people: how long, how it came, where it is. */
void show_dumping(const struct invocation *invocation);

#endif
