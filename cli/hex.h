/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Bytes as people write them. */
#ifndef CLI_HEX_H
#define CLI_HEX_H

#include "invocation.h"

#define HEX_MOST_BYTES (2u << 20)	/* the longest mailbox */

struct bytes {
	u8 *data;
	size_t n;
};

/*
 * Read bytes from the words from `first` on: hex digits in any grouping, one
 * name of a file that holds some, or `-` for standard input, which is also
 * read if there are no words. Spaces, 0x and what xxd prints are understood.
 * 0, or -1 after fail(); the caller frees bytes->data.
 */
int read_hex(struct invocation *invocation, size_t first, struct bytes *bytes);

/*
 * As read_hex(), and one file or standard input of bytes as they are, which
 * begin with a zero as no text does: a dump that was written. A file that is
 * there is read, though its name could be digits.
 */
int read_dump(struct invocation *invocation, size_t first,
	      struct bytes *bytes);

/* What a word or the text of a file should be, in words for error messages. */
struct text_kind {
	const char *word;
	const char *content;
};

/* How a file is called in a sentence; "-" is standard input. */
const char *source_name(const char *path);

/* The whole of a file, or of standard input for "-"; NUL-terminated. */
char *read_text(struct invocation *invocation, const char *path,
		const struct text_kind *kind);

#endif
