// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a device says of its diagnostic counters: any answer is read within
 * bounds, and what was counted adds up. Input: how many counters are known to
 * be sampled, how many bytes of capabilities follow, these, and the samples.
 */
#include "diagnostics.h"
#include "fuzz.h"
#include "mlx5ctl.h"

#define MOST_LINES 512

static u8 *take_page(struct fuzz_input *input, u32 size, u32 room)
{
	u8 *page = calloc(1, room);

	if (!page)
		abort();
	if (size > input->size)
		size = input->size;
	if (size > room)
		size = room;
	memcpy(page, input->data, size);
	input->data += size;
	input->size -= size;
	return page;
}

static void check_offer(const u8 *page)
{
	struct counter_offer offer;

	offer_read(page, page, &offer);
	HOLDS(offer.n <= offer.n_said && offer.n <= MOST_COUNTERS,
	      "no more counters are named than there are said to be");
	for (u32 i = 0; i < offer.n; i++)
		HOLDS(offer.ids[i] && offer_find(&offer, offer.ids[i]) <= i,
		      "a counter that is named is found");
	HOLDS(offer_find(&offer, 0) == offer.n, "0 is no counter");
}

static void check_sampling(const u8 *page, struct sampling *sampling)
{
	u8 in[PARAMS_BYTES];
	struct sampling again;

	sampling_read(page, PARAMS_BYTES, sampling);
	HOLDS(sampling->n <= sampling->n_said && sampling->n <= MOST_COUNTERS,
	      "no more counters are named than there are said to be");
	HOLDS(sampling_ring(sampling) && sampling_ring(sampling) <= 1 << 16,
	      "a ring has samples, and their numbers 16 bits");
	if (sampling->n != sampling->n_said)
		return;
	HOLDS(sampling_compose(sampling, in) == 32 + 4 * sampling->n,
	      "what was read can be set");
	/* Request and answer have the same bytes from the context on. */
	sampling_read(in, sizeof(in), &again);
	HOLDS(sampling_is_same(sampling, &again), "and is then the same");
}

static void check_samples(const struct sampling *sampling, const u8 *data,
			  size_t size)
{
	u32 n = size / SAMPLE_BYTES < MOST_LINES ? size / SAMPLE_BYTES :
						   MOST_LINES;
	struct sample *samples = calloc(n + 1, sizeof(*samples));
	u8 *lines = exact_copy(data, (size_t)n * SAMPLE_BYTES);
	u32 rows = (n + sampling->n - 1) / sampling->n;
	struct sample_faults faults = { 0 };
	u32 read;

	if (!samples)
		abort();
	read = samples_read(sampling, lines, n, samples, &faults);
	HOLDS(read + faults.missing == n, "a line is there or missing");
	HOLDS(faults.foreign <= read, "what is foreign is there");
	HOLDS(faults.torn <= rows && faults.repeated <= rows,
	      "a sample is torn and repeated at most once");
	free(samples);
	free(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	u32 n = take(&input, 2);
	u32 page_size = take(&input, 2);
	struct sampling sampling;
	u8 *page;

	seeded_overread(data, size);
	page = take_page(&input, page_size, MLX5CTL_CAPABILITY_BYTES);
	check_offer(page);
	check_sampling(page, &sampling);
	if (!sampling.n) {
		sampling.n = 1 + n % MOST_COUNTERS;
		for (u32 i = 0; i < sampling.n; i++)
			sampling.ids[i] = 0x401 + i;
	}
	check_samples(&sampling, input.data, input.size);
	free(page);
	return 0;
}
