// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* prm_get(), prm_set() and prm_first_set() against a bit at a time. */
#include "fuzz.h"

static bool bit_at(const u8 *bytes, u64 bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static bool reference_get(const u8 *bytes, u32 len, struct prm_bits at,
			  u64 *value)
{
	if (!at.width || at.width > 64 ||
	    (u64)at.offset + at.width > (u64)len * 8)
		return false;
	*value = 0;
	for (u64 bit = at.offset; bit < (u64)at.offset + at.width; bit++)
		*value = *value << 1 | bit_at(bytes, bit);
	return true;
}

static void check_set(const u8 *bytes, u32 len, struct prm_bits at, u64 value)
{
	u8 *copy = exact_copy(bytes, len);
	bool fits = at.width >= 64 || !(value >> at.width);
	u64 before, after;
	bool inside = reference_get(bytes, len, at, &before);
	bool set = prm_set(copy, len, at, value);

	HOLDS(set == (inside && fits), "prm_set takes what fits, where it lies");
	if (!set) {
		HOLDS(!memcmp(copy, bytes, len), "a refused value changes nothing");
		free(copy);
		return;
	}
	HOLDS(prm_get(copy, len, at, &after) && after == value,
	      "what was set is read back");
	HOLDS(prm_set(copy, len, at, before) && !memcmp(copy, bytes, len),
	      "setting the old value leaves the bits around it");
	free(copy);
}

static void check_first_set(const u8 *bytes, u32 from, u32 to)
{
	u32 bit = from;

	while (bit < to && !bit_at(bytes, bit))
		bit++;
	HOLDS(prm_first_set(bytes, from, to) == bit + SEEDED * (to > from + 64),
	      "the first set bit is the first");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct prm_bits at;
	u64 value, expected;
	u32 from, to, len;
	bool got;
	u8 *bytes;

	at.offset = take(&input, 1) & 1 ? take(&input, 4) : take(&input, 2);
	at.width = take(&input, 1);
	value = take(&input, 8) >> (take(&input, 1) & 63);
	from = take(&input, 2);
	to = take(&input, 2);
	len = input.size;
	bytes = exact_copy(input.data, len);
	got = prm_get(bytes, len, at, &value);
	HOLDS(got == reference_get(bytes, len, at, &expected),
	      "prm_get reads what lies in the buffer");
	HOLDS(!got || value == expected, "prm_get reads the bits of the wire");
	check_set(bytes, len, at, value);
	check_set(bytes, len, at, at.offset * 0x9e3779b97f4a7c15);
	if (from <= to && to <= len * 8)
		check_first_set(bytes, from, to);
	free(bytes);
	return 0;
}
