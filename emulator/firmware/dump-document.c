// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The section `dumps` of a personality: the menu, and how much there is. */
#include <string.h>
#include "document.h"

static bool is_repeated(const struct emu_dump_menu *menu, uint32_t last)
{
	const struct prm_bits type = PRM_AT(resource_dump_menu_record,
					    segment_type);

	for (uint32_t i = 0; i < last; i++)
		if (prm_value(menu->records[i], EMU_MENU_RECORD, type) ==
		    prm_value(menu->records[last], EMU_MENU_RECORD, type))
			return true;
	return false;
}

static int read_menu(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_dump_menu *menu)
{
	struct emu_target target = {
		.layout = prm_layout_by_name("resource_dump_menu_record"),
		.where = "menu",
		.size = EMU_MENU_RECORD,
	};
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	n = json_object_array_length(value);
	if (n > EMU_MAX_MENU)
		return emu_complain(document, place,
				    "there are more than %u records",
				    EMU_MAX_MENU);
	for (size_t i = 0; i < n; i++) {
		struct emu_place here = { .up = place, .index = i };

		target.bytes = menu->records[i];
		if (emu_read_fields(document, &here,
				    json_object_array_get_idx(value, i),
				    &target))
			return -1;
		if (is_repeated(menu, i))
			return emu_complain(document, &here,
				"repeats the type of another record");
	}
	menu->n_records = n;
	return 0;
}

static int read_size(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_dump_menu *menu)
{
	const struct {
		const char *key;
		uint32_t most;
		uint32_t unit;
		uint32_t *to;
	} sizes[] = {
		{ "core_bytes", EMU_MAX_CORE, 4, &menu->core_bytes },
		{ "slices", EMU_MAX_SLICES, 1, &menu->slices },
		{ "slice_bytes", EMU_MAX_SLICE, 4, &menu->slice_bytes },
	};
	uint64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (strcmp(sizes[i].key, place->key))
			continue;
		if (emu_read_up_to(document, place, value, sizes[i].most,
				   &number))
			return -1;
		if (number % sizes[i].unit)
			return emu_complain(document, place,
					    "is no multiple of %u",
					    sizes[i].unit);
		*sizes[i].to = number;
		return 0;
	}
	return emu_complain(document, place, "is no key of the dumps");
}

int emu_read_dumps(const struct emu_document *document,
		   const struct emu_place *place, struct json_object *value,
		   struct emu_personality *personality)
{
	struct emu_dump_menu *menu = &personality->dumps;

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };

		if (strcmp(key, "menu") ?
		    read_size(document, &here, member, menu) :
		    read_menu(document, &here, member, menu))
			return -1;
	}
	return 0;
}
