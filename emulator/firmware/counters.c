// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Numbers that move by themselves: a personality says how much a field gains
 * in a second, and a read adds what the device's clock has made of it.
 */
#include <string.h>
#include "model.h"

static void move(const struct emu_moving *moving, struct prm_bits at)
{
	uint64_t rate = prm_value(moving->rates, moving->size, at);

	if (rate)
		emu_set(moving->answer, moving->answer_len, at,
			prm_value(moving->bytes, moving->size, at) +
			rate / 1000 * moving->ms +
			rate % 1000 * moving->ms / 1000);
}

static bool ends_in(const char *name, size_t len, const char *end)
{
	return len > strlen(end) && !strcmp(name + len - strlen(end), end);
}

/* The PRM has most counters as two fields: x_high, and x_low after it. */
static bool is_pair(const struct prm_layout *layout, uint32_t i)
{
	const struct prm_field *high = &layout->fields[i];
	const struct prm_field *low = high + 1;
	size_t len = strlen(high->name);

	return i + 1 < layout->n_fields && high->at.width == 32 &&
	       low->at.width == 32 && !high->is_array && !low->is_array &&
	       low->at.offset == high->at.offset + 32 &&
	       ends_in(high->name, len, "_high") &&
	       ends_in(low->name, strlen(low->name), "_low") &&
	       !strncmp(high->name, low->name, len - strlen("high"));
}

void emu_move(const struct emu_moving *moving, const struct prm_layout *layout,
	      uint32_t base)
{
	for (uint32_t i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		const struct prm_layout *inner = field->layout;

		if (field->access == PRM_INDEX)
			continue;
		if (!inner)
			inner = prm_field_case(layout, base, field,
					       moving->bytes, moving->size);
		for (uint32_t k = 0; k < field->count; k++) {
			struct prm_bits at = prm_element(field, k);

			at.offset += base;
			if (inner)
				emu_move(moving, inner, at.offset);
			else if (is_pair(layout, i))
				move(moving, (struct prm_bits){ at.offset, 64 });
			else if (field->type == PRM_NUMBER)
				move(moving, at);
		}
		if (is_pair(layout, i))
			i++;
	}
}

void emu_counters_now(const struct emu_device *device,
		      const struct emu_register *reg, uint8_t *answer)
{
	uint64_t now = emu_uptime_ms(device);
	const struct emu_moving moving = {
		.bytes = reg->bytes,
		.rates = reg->rates,
		.size = reg->size,
		.ms = now > reg->since ? now - reg->since : 0,
		.answer = answer,
		.answer_len = reg->size,
	};

	if (reg->rates)
		emu_move(&moving, reg->layout, 0);
}

void emu_counters_settle(const struct emu_device *device,
			 struct emu_register *reg)
{
	if (reg->since == EMU_STANDS_STILL)
		return;
	emu_counters_now(device, reg, reg->bytes);
	reg->since = emu_uptime_ms(device);
}

void emu_counters_clear(const struct emu_device *device,
			struct emu_register *reg, const char *path)
{
	struct prm_bits at;

	if (!emu_find_bits(reg->layout, path, &at))
		return;
	emu_counters_settle(device, reg);
	if (at.width > 64)
		memset(reg->bytes + at.offset / 8, 0, at.width / 8);
	else
		emu_set(reg->bytes, reg->size, at, 0);
}
