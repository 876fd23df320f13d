/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fields that words set by name, each once. */
#ifndef CLI_ASSIGN_H
#define CLI_ASSIGN_H

#include "invocation.h"

/* Bits of a structure that something else has set; NULL bytes: none. */
struct taken {
	const u8 *bits;		/* as long as the structure */
	const char *by;		/* in a sentence: "--port" */
};

/*
 * The words from `first` on, NAME=VALUE, with flags of encode_assignment().
 * 0, or -1 after fail().
 */
int assign_words(struct invocation *invocation, size_t first,
		 const struct prm_layout *layout, u8 *bytes, u32 size,
		 unsigned int flags, const struct taken *taken);

#endif
