// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The inside of the chip, as far as dumps show it. What its words mean is not
 * public; these are a function of the card, of the place and of time: most are
 * zero, some never change, some count. The few that everybody reads are what
 * the device says elsewhere.
 */
#include "model.h"

#define ZEROES_OF_16 10
#define COUNTERS_OF_16 3

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;	/* splitmix64 */
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void put_word(uint8_t *bytes, uint32_t word)
{
	bytes[0] = word >> 24;
	bytes[1] = word >> 16;
	bytes[2] = word >> 8;
	bytes[3] = word;
}

static uint32_t word_at(uint64_t place, uint64_t now_ms)
{
	uint64_t drawn = mix(place);
	uint32_t form = drawn >> 60;

	if (form < ZEROES_OF_16)
		return 0;
	if (form < ZEROES_OF_16 + COUNTERS_OF_16)
		return drawn + (drawn >> 32) % 4096 * now_ms / 1000;
	return drawn;
}

void emu_chip_read(const struct emu_device *device, uint32_t unit,
		   uint32_t index, uint32_t from, uint8_t *bytes, uint32_t len)
{
	uint64_t base = mix(device->state.number[EMU_BASE_MAC] << 16 ^ unit) ^
			(uint64_t)index << 32;
	uint64_t now = emu_uptime_ms(device);

	for (uint32_t i = 0; i + 4 <= len; i += 4)
		put_word(bytes + i, word_at(base + from + i, now));
}

/* Words of the address space that are known by name. */
enum {
	DEVICE_ID = 0xf0014,
	CLOCK_HIGH = 0x1000,	/* milliseconds since the start */
	CLOCK_LOW = 0x1004,
	RESETS = 0x1008,
	HOST_PAGES = 0x100c,
	LIVE_OBJECTS = 0x1010,	/* a word for each kind */
};

static void put_known(uint8_t *bytes, uint32_t len, uint32_t address,
		      uint32_t word)
{
	if (address < len && len - address >= 4)
		put_word(bytes + address, word);
}

void emu_chip_core(struct emu_device *device, uint8_t *bytes, uint32_t len)
{
	const uint64_t *number = device->state.number;
	uint64_t now = emu_uptime_ms(device);

	emu_chip_read(device, PRM_REG_CORE_DUMP, 0, 0, bytes, len);
	put_known(bytes, len, DEVICE_ID, number[EMU_HW_REVISION] << 16 |
		  number[EMU_HW_DEVICE_ID]);
	put_known(bytes, len, CLOCK_HIGH, now >> 32);
	put_known(bytes, len, CLOCK_LOW, now);
	put_known(bytes, len, RESETS, device->epoch);
	put_known(bytes, len, HOST_PAGES, device->pages.n);
	for (uint32_t kind = 0; kind < EMU_N_KINDS; kind++)
		put_known(bytes, len, LIVE_OBJECTS + kind * 4,
			  device->accounts[kind].live);
}
