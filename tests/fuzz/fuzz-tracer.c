// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The firmware tracer of any device: each event is of one message at most, and
 * texts end. Input: MTRC_CAP, as many bytes of each database of strings as two
 * bytes say, then events; what is left at the end is a line of the trace point.
 */
#include "fuzz.h"
#include "prm-offsets.h"
#include "tracer.h"

#define MOST_STRINGS 1024

struct seen {
	u64 n;
};

static void look(void *context, const struct tracer_message *message)
{
	struct seen *seen = context;

	HOLDS(memchr(message->text, 0, sizeof(message->text)),
	      "a text ends");
	seen->n++;
}

static void take_database(struct fuzz_input *input,
			  struct tracer_database *database)
{
	u32 len = take(input, 2) % MOST_STRINGS;

	if (len > input->size)
		len = input->size;
	if (len > database->size)
		len = database->size;
	/* Just so long, that a byte too many is found. */
	database->bytes = (char *)exact_copy(input->data, len);
	database->len = len;
	input->data += len;
	input->size -= len;
}

static void check_events(struct fuzz_input *input, const u8 *cap)
{
	struct tracer_strings strings;
	struct seen seen = { 0 };
	struct tracer tracer = { &strings, .show = look, .context = &seen };
	u64 n = 0;

	tracer_read_cap(cap, &strings);
	HOLDS(strings.n <= TRACER_DATABASES && strings.n <= strings.n_said,
	      "there is room for the databases");
	for (u32 i = 0; i < strings.n; i++)
		take_database(input, &strings.database[i]);
	for (; input->size >= TRACER_EVENT_BYTES; n++) {
		tracer_take(&tracer, input->data);
		input->data += TRACER_EVENT_BYTES;
		input->size -= TRACER_EVENT_BYTES;
	}
	tracer_end(&tracer);
	HOLDS(seen.n + tracer.n_strange <= n, "no event is of two messages");
	for (u32 i = 0; i < strings.n; i++)
		free(strings.database[i].bytes);
}

static void check_line(const u8 *data, size_t size)
{
	char *line = calloc(1, size + 1);
	struct tracer_message message;

	if (!line)
		abort();
	memcpy(line, data, size);
	if (tracer_read_line(line, "0000:01:00.0", &message))
		HOLDS(memchr(message.text, 0, sizeof(message.text)),
		      "a text ends");
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	u8 cap[PRM_SIZE(mtrc_cap)] = { 0 };
	u32 n = size < sizeof(cap) ? size : sizeof(cap);

	seeded_overread(data, size);
	check_line(data, size);
	memcpy(cap, data, n);
	input.data += n;
	input.size -= n;
	check_events(&input, cap);
	return 0;
}
