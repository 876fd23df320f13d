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

bool prm_get(const void *buffer, u32 len, struct prm_bits at, u64 *value)
{
	const u8 *bytes = buffer;
	u32 offset = at.offset;
	u32 left = at.width;
	u64 result = 0;

	if (!in_bounds(len, at))
		return false;

	while (left) {
		u32 n = bits_here(offset, left);
		u32 shift = 8 - offset % 8 - n;
		u32 mask = (1u << n) - 1;

		result = result << n | (bytes[offset / 8] >> shift & mask);
		offset += n;
		left -= n;
	}
	*value = result;
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

static u32 first_set_in_byte(u8 byte, u32 from, u32 to)
{
	while (from < to && !(byte >> (7 - from) & 1))
		from++;
	return from;
}

u32 prm_first_set(const void *buffer, u32 from, u32 to)
{
	const u8 *bytes = buffer;
	u64 word;

	while (from < to) {
		u32 byte = from / 8;
		u32 end = byte * 8 + 8 < to ? byte * 8 + 8 : to;
		u32 found;

		if (from % 8 == 0 && to - from >= 64) {
			memcpy(&word, bytes + byte, sizeof(word));
			if (!word) {
				from += 64;
				continue;
			}
		}
		found = byte * 8 + first_set_in_byte(bytes[byte], from % 8,
						     end - byte * 8);
		if (found < end)
			return found;
		from = end;
	}
	return to;
}
