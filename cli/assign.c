// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "assign.h"

#include <stdlib.h>
#include <string.h>

#include "decode.h"

static bool overlaps(const u8 *bits, struct prm_bits at)
{
	for (u32 i = at.offset; bits && i < at.offset + at.width; i++)
		if (bits[i / 8] & 0x80 >> i % 8)
			return true;
	return false;
}

static void mark(u8 *bits, struct prm_bits at)
{
	for (u32 i = at.offset; i < at.offset + at.width; i++)
		bits[i / 8] |= 0x80 >> i % 8;
}

/* Of two values neither is taken. */
static int assign(struct invocation *invocation, const char *word,
		  const struct prm_layout *layout, u8 *bytes, u32 size,
		  unsigned int flags, const struct taken *taken, u8 *given)
{
	struct encode_error error = { .message = "" };
	struct encode_target target;
	int length = strcspn(word, "=");

	if (encode_locate(layout, bytes, size, word, &target, &error) ||
	    encode_assignment(layout, bytes, size, word, flags, &error))
		return fail_usage(invocation, "bad-value", error.hint, "%s",
				  error.message);
	if (overlaps(taken->bits, target.at))
		return fail_usage(invocation, "twice", NULL,
				  "%.*s is given twice: by '%.60s', and by %s",
				  length, word, word, taken->by);
	if (overlaps(given, target.at))
		return fail_usage(invocation, "twice", NULL,
				  "%.*s is given twice", length, word);
	mark(given, target.at);
	return 0;
}

int assign_words(struct invocation *invocation, size_t first,
		 const struct prm_layout *layout, u8 *bytes, u32 size,
		 unsigned int flags, const struct taken *taken)
{
	u8 *given = calloc(1, size);
	int result = given ? 0 : fail_memory(invocation);

	for (size_t i = first; !result && i < invocation->n_words; i++)
		result = assign(invocation, invocation->words[i], layout,
				bytes, size, flags, taken, given);
	free(given);
	return result;
}
