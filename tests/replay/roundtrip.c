// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Bits of a mailbox in whatever byte order and word size this runs: literal
 * vectors, every field of the schema, and every short run against a reference
 * that moves one bit at a time. libc only.
 */
#include <stdio.h>
#include <stdlib.h>

#include "prm.h"
#include "prm-offsets.h"

static int count;
static int failed;

static void ok(bool good, const char *sentence)
{
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, sentence);
}

struct vector {
	struct prm_bits at;
	u64 value;
};

static const u8 wire[] = {
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
};

static const struct vector vectors[] = {
	{ { 0, 1 }, 0 },
	{ { 7, 1 }, 1 },
	{ { 0, 16 }, 0x0123 },
	{ { 16, 16 }, 0x4567 },
	{ { 4, 8 }, 0x12 },
	{ { 0, 32 }, 0x01234567 },
	{ { 0, 64 }, 0x0123456789abcdef },
	{ { 4, 64 }, 0x123456789abcdeff },
	{ { 28, 8 }, 0x78 },
	{ { 61, 6 }, 0x3f },
	{ { 64, 64 }, 0xfedcba9876543210 },
	{ { 127, 1 }, 0 },
};

static void test_vectors(void)
{
	bool read = true;
	bool written = true;

	for (u32 i = 0; i < ARRAY_SIZE(vectors); i++) {
		u8 copy[sizeof(wire)];
		u64 value = ~vectors[i].value;

		read &= prm_get(wire, sizeof(wire), vectors[i].at, &value) &&
			value == vectors[i].value;
		memcpy(copy, wire, sizeof(wire));
		written &= prm_set(copy, sizeof(copy), vectors[i].at, 0) &&
			   prm_set(copy, sizeof(copy), vectors[i].at,
				   vectors[i].value) &&
			   !memcmp(copy, wire, sizeof(wire));
	}
	ok(read, "runs of bits are read as the wire has them");
	ok(written, "runs of bits are written as the wire has them");
}

static void test_bounds(void)
{
	u8 copy[sizeof(wire)];
	u64 value = 77;

	memcpy(copy, wire, sizeof(wire));
	ok(!prm_get(wire, 16, (struct prm_bits){ 127, 2 }, &value) &&
	   !prm_get(wire, 16, (struct prm_bits){ 0, 0 }, &value) &&
	   !prm_get(wire, 16, (struct prm_bits){ 0, 65 }, &value) &&
	   !prm_get(wire, 16, (struct prm_bits){ 0xffffffff, 8 }, &value) &&
	   !prm_get(wire, 2, (struct prm_bits){ 0, 32 }, &value) && value == 77,
	   "what lies outside is not read");
	ok(!prm_set(copy, 16, (struct prm_bits){ 121, 8 }, 0) &&
	   !prm_set(copy, 16, (struct prm_bits){ 0xfffffff8, 16 }, 0) &&
	   !prm_set(copy, 16, (struct prm_bits){ 8, 4 }, 16) &&
	   !memcmp(copy, wire, sizeof(wire)),
	   "what lies outside or is too wide is not written");
}

static bool bit_at(const u8 *bytes, u32 bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static bool run_agrees(const u8 *bytes, u32 len, struct prm_bits at)
{
	u8 zero[24] = {};
	u64 expected = 0;
	u64 value;
	bool same = true;

	for (u32 i = 0; i < at.width; i++)
		expected = expected << 1 | bit_at(bytes, at.offset + i);
	if (!prm_get(bytes, len, at, &value) || value != expected ||
	    !prm_set(zero, len, at, value))
		return false;
	for (u32 i = 0; i < len * 8; i++) {
		bool inside = i >= at.offset && i < at.offset + at.width;

		same &= bit_at(zero, i) == (inside && bit_at(bytes, i));
	}
	return same;
}

static void test_every_run(void)
{
	u8 bytes[24];
	u32 state = 0x2545f491;
	bool same = true;

	for (u32 i = 0; i < sizeof(bytes); i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = state >> 24;
	}
	for (u32 offset = 0; offset < 96; offset++)
		for (u32 width = 1; width <= 64; width++)
			same &= run_agrees(bytes, sizeof(bytes),
					   (struct prm_bits){ offset, width });
	ok(same, "every run of up to 64 bits agrees with one bit at a time");
}

static void test_first_set(void)
{
	u8 bytes[40];
	bool same = true;

	for (u32 bit = 0; bit < sizeof(bytes) * 8; bit++) {
		memset(bytes, 0, sizeof(bytes));
		bytes[bit / 8] = 0x80 >> bit % 8;
		for (u32 from = 0; from <= 72; from++)
			same &= prm_first_set(bytes, from, 320) ==
				(bit >= from ? bit : 320) &&
				prm_first_set(bytes, from, 100) ==
				(bit >= from && bit < 100 ? bit : 100);
	}
	ok(same, "the first set bit is found wherever the search begins and ends");
}

/* Fill a field with a pattern, and read it back from the bytes around it. */
static bool field_round_trips(const struct prm_layout *layout,
			      const struct prm_field *field)
{
	u8 *bytes = calloc(1, layout->size);
	u64 most = field->at.width < 64 ? ((u64)1 << field->at.width) - 1 :
					  ~(u64)0;
	u64 pattern = 0xa5c3965a0f1e2d3c & most;
	u32 end = field->at.offset + field->at.width;
	u64 value = 0;
	bool good;

	good = bytes && prm_set(bytes, layout->size, field->at, pattern) &&
	       prm_get(bytes, layout->size, field->at, &value) &&
	       value == pattern &&
	       prm_first_set(bytes, 0, field->at.offset) == field->at.offset &&
	       prm_first_set(bytes, end, layout->size * 8) == layout->size * 8;
	free(bytes);
	return good;
}

static void test_schema(void)
{
	u32 fields = 0;
	bool good = true;

	for (u32 i = 0; i < prm_n_layouts; i++) {
		for (u32 j = 0; j < prm_layouts[i]->n_fields; j++) {
			const struct prm_field *field =
				&prm_layouts[i]->fields[j];

			if (field->type != PRM_NUMBER || !field->count)
				continue;
			good &= field_round_trips(prm_layouts[i], field);
			fields++;
		}
	}
	printf("# %u numbers of %u layouts\n", fields, prm_n_layouts);
	ok(good && fields > 100, "every number of the schema is written and read back");
}

int main(void)
{
	const union { u32 word; u8 first; } order = { 1 };

	printf("# %u-bit, %s-endian\n", (u32)sizeof(long) * 8,
	       order.first ? "little" : "big");
	test_vectors();
	test_bounds();
	test_every_run();
	test_first_set();
	test_schema();
	return !!failed;
}
