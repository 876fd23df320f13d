// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the schema says about the bits of a layout, as masks and paths. */
#include <stdio.h>
#include "model.h"

static bool is_wanted(enum prm_access access, enum emu_purpose purpose)
{
	switch (purpose) {
	case EMU_NAMED:
		return true;
	case EMU_INDEX:
		return access == PRM_INDEX;
	case EMU_STORED:
		return access == PRM_RW;
	}
	return false;
}

static void mark_run(uint8_t *mask, uint32_t size, uint64_t from, uint64_t to)
{
	uint64_t end = (uint64_t)size * 8;

	for (; from < to && from < end; from++)
		mask[from / 8] |= 0x80 >> from % 8;
}

/* The parts of a structure inherit its access, unless they have their own. */
static void mark_layout(const struct prm_layout *layout,
			enum emu_purpose purpose, enum prm_access inherited,
			uint8_t *mask, uint32_t size, uint32_t base)
{
	for (uint32_t i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		enum prm_access access = field->access == PRM_RW ?
					 inherited : field->access;

		for (uint32_t k = 0; k < field->count; k++) {
			struct prm_bits at = prm_element(field, k);

			at.offset += base;
			if (field->type == PRM_STRUCT)
				mark_layout(field->layout, purpose, access,
					    mask, size, at.offset);
			else if (is_wanted(access, purpose))
				mark_run(mask, size, at.offset,
					 (uint64_t)at.offset + at.width);
		}
	}
}

void emu_mark(const struct prm_layout *layout, enum emu_purpose purpose,
	      uint8_t *mask, uint32_t size)
{
	memset(mask, 0, size);
	mark_layout(layout, purpose, PRM_RW, mask, size, 0);
}

bool emu_layout_is_open(const struct prm_layout *layout)
{
	const struct prm_field *last;

	if (!layout->n_fields)
		return false;
	last = &layout->fields[layout->n_fields - 1];
	return !last->count ||
	       (last->type == PRM_STRUCT && emu_layout_is_open(last->layout));
}

/* "name", which is all elements of an array, or "name[N]", which is one. */
static const struct prm_field *find_field(const struct prm_layout *layout,
					  char *name, struct prm_bits *at)
{
	char *bracket = strchr(name, '[');
	const struct prm_field *field;
	unsigned int index = 0;

	if (bracket && sscanf(bracket, "[%3u]", &index) != 1)
		return NULL;
	if (bracket)
		*bracket = '\0';
	field = prm_field_by_name(layout, name);
	if (!field || (bracket && index >= field->count))
		return NULL;
	*at = field->at;
	at->offset += index * field->at.width;
	if (!bracket && field->count)
		at->width *= field->count;
	return field;
}

bool emu_find_bits(const struct prm_layout *layout, const char *path,
		   struct prm_bits *at)
{
	char name[64];
	uint32_t base = 0;

	while (layout) {
		size_t len = strcspn(path, ".");
		const struct prm_field *field;

		if (len >= sizeof(name))
			return false;
		memcpy(name, path, len);
		name[len] = '\0';
		field = find_field(layout, name, at);
		if (!field)
			return false;
		at->offset += base;
		if (!path[len])
			return true;
		base = at->offset;
		path += len + 1;
		layout = field->layout;
	}
	return false;
}
