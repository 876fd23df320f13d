// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Numbers that move by themselves: a personality says how much a field gains
 * in a second, and a read adds what the device's clock has made of it.
 */
#include <string.h>
#include "model.h"

struct count {
	const struct emu_register *reg;
	uint64_t elapsed;	/* milliseconds */
	uint8_t *answer;
};

static void move(const struct count *count, struct prm_bits at)
{
	uint32_t size = count->reg->size;
	uint64_t rate = prm_value(count->reg->rates, size, at);

	if (!rate)
		return;
	emu_set(count->answer, size, at,
		prm_value(count->reg->bytes, size, at) +
		rate * (count->elapsed / 1000) +
		rate * (count->elapsed % 1000) / 1000);
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

static const struct prm_layout *inner_layout(const struct count *count,
					     const struct prm_layout *layout,
					     const struct prm_field *field)
{
	for (uint32_t i = 0; i < field->n_cases; i++)
		if (emu_field(layout, count->reg->bytes,
			      field->cases[i].selector) ==
		    field->cases[i].value)
			return field->cases[i].layout;
	return field->layout;
}

static void move_layout(const struct count *count,
			const struct prm_layout *layout, uint32_t base)
{
	for (uint32_t i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		const struct prm_layout *inner =
			inner_layout(count, layout, field);

		if (field->access == PRM_INDEX)
			continue;
		for (uint32_t k = 0; k < field->count; k++) {
			struct prm_bits at = prm_element(field, k);

			at.offset += base;
			if (inner)
				move_layout(count, inner, at.offset);
			else if (is_pair(layout, i))
				move(count, (struct prm_bits){ at.offset, 64 });
			else if (field->type == PRM_NUMBER)
				move(count, at);
		}
		if (is_pair(layout, i))
			i++;
	}
}

void emu_counters_now(const struct emu_device *device,
		      const struct emu_register *reg, uint8_t *answer)
{
	uint64_t now = emu_uptime_ms(device);
	const struct count count = {
		.reg = reg,
		.elapsed = now > reg->since ? now - reg->since : 0,
		.answer = answer,
	};

	if (reg->rates)
		move_layout(&count, reg->layout, 0);
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
