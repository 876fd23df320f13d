/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Structures and registers by the names that people give them. */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include "invocation.h"

struct named {
	const struct prm_layout *layout;	/* NULL: only the id is known */
	const char *name;	/* "PAOS", "query_adapter_in"; or NULL */
	bool is_register;
	u16 id;			/* of a register */
	const char *source;	/* "mstflint PRM 0.62"; NULL: our own schema */
};

/*
 * A register by name or number. A number that nobody knows is found, without
 * a layout. 0, or -1 after fail().
 */
int find_register(struct invocation *invocation, const char *name,
		  struct named *named);

/* The same for any structure: a register, a mailbox, an object. */
int find_structure(struct invocation *invocation, const char *name,
		   struct named *named);

/* Say to people that a name is not from our own schema. */
void note_source(const struct invocation *invocation,
		 const struct named *named);

/* Free what was read of mstflint's database. */
void names_free(void);

#endif
