// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Hex digits as people write them: any text is refused with a sentence or
 * gives bytes, and bytes written as text are read back. The first byte says
 * whether the text comes as words or through standard input.
 */
#include "fuzz.h"
#include "hex.h"

#define MAX_WORDS 8

static int read_words(struct invocation *invocation, char *text, size_t size,
		      struct bytes *bytes)
{
	const char *words[MAX_WORDS + 1];
	size_t n = 0;

	for (char *word = text; word <= text + size && n < MAX_WORDS;
	     word += strlen(word) + 1)
		words[n++] = word;
	if (n == 1)	/* one word alone may be the name of a file */
		words[n++] = "";
	invocation->words = words;
	invocation->n_words = n;
	return read_hex(invocation, 0, bytes);
}

static int read_stdin(struct invocation *invocation, char *text, size_t size,
		      struct bytes *bytes)
{
	FILE *before = stdin;
	int result;

	stdin = fmemopen(text, size + 1, "r");
	if (!stdin)
		abort();
	if (fseek(stdin, 0, SEEK_SET))
		abort();
	result = read_hex(invocation, 0, bytes);
	fclose(stdin);
	stdin = before;
	return result;
}

static void check_round_trip(const uint8_t *data, size_t size)
{
	static const char *const between[] = { "", " ", "\n", "\t", " 0x" };
	struct invocation invocation = {};
	char *text = malloc(size * 6 + 3);
	const char *words[2] = { text, "" };
	struct bytes bytes;
	char *end = text;

	if (!text)
		abort();
	*end = 0;
	for (size_t i = 0; i < size; i++)
		end += sprintf(end, "%s%02x",
			       i ? between[data[i - 1] % ARRAY_SIZE(between)] : "",
			       data[i]);
	invocation.words = words;
	invocation.n_words = 2;
	if (size) {
		HOLDS(!read_hex(&invocation, 0, &bytes),
		      "bytes written as hex are read");
		HOLDS(bytes.n == size && !memcmp(bytes.data, data, size),
		      "they are read as they were");
		free(bytes.data);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct invocation invocation = {};
	struct bytes bytes = {};
	char *text;
	int result;

	if (!size)
		return 0;
	seeded_overread(data, size);
	text = exact_text(data + 1, size - 1);
	result = (data[0] & 1 ? read_words : read_stdin)(&invocation, text,
							size - 1, &bytes);
	HOLDS(!result == !invocation.failure.happened,
	      "what is refused has a reason");
	HOLDS(!result || (invocation.failure.message[0] && !bytes.data),
	      "a refusal is a sentence and no bytes");
	HOLDS(result || (bytes.n && bytes.n <= size), "bytes are at most half the digits");
	free(bytes.data);
	free(text);
	check_round_trip(data + 1, size - 1);
	return 0;
}
