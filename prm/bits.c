// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Bounds-checked access to big-endian bit fields. Everything that reads or
 * writes a mailbox goes through here, in the kernel and outside it.
 */
#include "prm.h"

static bool in_bounds(u32 len, struct prm_bits at)
{
	u64 end = (u64)at.offset + at.width;

	return at.width >= 1 && at.width <= 64 && end <= (u64)len * 8;
}

/* Bits of byte `offset / 8` that belong to a run of `left` more bits. */
static u32 bits_here(u32 offset, u32 left)
{
	u32 room = 8 - offset % 8;

	return left < room ? left : room;
}

static u32 dword(const u8 *bytes)
{
	return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* Compilers make one load of this. */
static u64 eight_bytes(const u8 *bytes)
{
	return (u64)bytes[0] << 56 | (u64)bytes[1] << 48 |
	       (u64)bytes[2] << 40 | (u64)bytes[3] << 32 |
	       (u64)bytes[4] << 24 | (u64)bytes[5] << 16 |
	       (u64)bytes[6] << 8 | bytes[7];
}

/* A run of 64 bits may touch nine bytes: the last brings its own bits only. */
static u64 get_bytes(const u8 *bytes, struct prm_bits at)
{
	u32 first = at.offset / 8;
	u32 last = (at.offset + at.width - 1) / 8;
	u32 after = 7 - (at.offset + at.width - 1) % 8; /* bits that follow */
	u64 result = bytes[first] & (0xff >> at.offset % 8);

	if (first == last)
		return result >> after;
	while (++first < last)
		result = result << 8 | bytes[first];
	return result << (8 - after) | bytes[last] >> after;
}

bool prm_get(const void *buffer, u32 len, struct prm_bits at, u64 *value)
{
	const u8 *bytes = buffer;
	u32 first = at.offset / 8;

	if (!in_bounds(len, at))
		return false;

	/* Eight bytes from the first on hold most runs whole. */
	if (at.offset % 8 + at.width <= 64 && len - first >= 8)
		*value = eight_bytes(bytes + first) << at.offset % 8 >>
			 (64 - at.width);
	else
		*value = get_bytes(bytes, at);
	return true;
}

bool prm_set(void *buffer, u32 len, struct prm_bits at, u64 value)
{
	u8 *bytes = buffer;
	u32 offset = at.offset;
	u32 left = at.width;

	if (!in_bounds(len, at) || (at.width < 64 && value >> at.width))
		return false;

	while (left) {
		u32 n = bits_here(offset, left);
		u32 shift = 8 - offset % 8 - n;
		u32 mask = ((1u << n) - 1) << shift;
		u32 part = value >> (left - n) << shift & mask;

		bytes[offset / 8] = (bytes[offset / 8] & ~mask) | part;
		offset += n;
		left -= n;
	}
	return true;
}

/* From the dword at `from` on, past those that are zero and end before `to`. */
static u32 skip_zero_words(const u8 *bytes, u32 from, u32 to)
{
	u64 words[4];
	u32 half;

	for (; from + 256 <= to; from += 256) {
		memcpy(words, bytes + from / 8, sizeof(words));
		if (words[0] | words[1] | words[2] | words[3])
			return from;
	}
	for (; from + 32 <= to; from += 32) {
		memcpy(&half, bytes + from / 8, sizeof(half));
		if (half)
			return from;
	}
	return from;
}

/* The highest bit that is set, counted from `from`. */
static u32 first_in(u32 word, u32 from)
{
	for (; !(word & 0x80000000); word <<= 1)
		from++;
	return from;
}

u32 prm_first_set(const void *buffer, u32 from, u32 to)
{
	const u8 *bytes = buffer;
	u32 word;

	/* The rest of a dword, whole words, and the rest byte by byte. */
	if (from < to && (from | 31) < to) {
		word = dword(bytes + from / 32 * 4) << from % 32;
		if (word)
			return first_in(word, from);
		from = skip_zero_words(bytes, (from | 31) + 1, to);
	}
	while (from < to) {
		word = (u32)bytes[from / 8] << (24 + from % 8);
		if (to - from < 8)
			word &= ~(0xffffffff >> (to - from));
		if (word)
			return first_in(word, from);
		from = (from | 7) + 1;
	}
	return to;
}
