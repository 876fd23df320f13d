// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The section `nv` of a personality: items, and what they hold. */
#include <stdlib.h>
#include <string.h>
#include "document.h"

static int read_layout(const struct emu_document *document,
		       const struct emu_place *place, struct json_object *value,
		       struct emu_target *target, struct emu_nv_item *item)
{
	if (!json_object_is_type(value, json_type_string))
		return emu_complain(document, place, "is not a string");
	target->layout = prm_layout_by_name(json_object_get_string(value));
	if (!target->layout || target->layout->size > EMU_NV_BYTES)
		return emu_complain(document, place,
				    "is no layout of such an item");
	item->layout = target->layout;
	item->length = target->layout->size;
	return 0;
}

/* All but the values, whose layout must be known first. */
static int read_key(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    struct emu_target *target, struct emu_nv_item *item)
{
	enum { TYPE, LENGTH, VERSION, WRITABLE };
	static const struct {
		const char *key;
		uint32_t most;
	} keys[] = {
		[TYPE] = { "type", UINT32_MAX },
		[LENGTH] = { "length", EMU_NV_BYTES },
		[VERSION] = { "version", 15 },
		[WRITABLE] = { "writable", 1 },
	};
	uint64_t number;
	uint32_t i = 0;

	if (!strcmp(place->key, "layout"))
		return read_layout(document, place, value, target, item);
	if (!strcmp(place->key, "factory") || !strcmp(place->key, "current") ||
	    !strcmp(place->key, "next"))
		return 0;
	while (i < ARRAY_SIZE(keys) && strcmp(keys[i].key, place->key))
		i++;
	if (i == ARRAY_SIZE(keys))
		return emu_complain(document, place,
				    "is no key of a configuration item");
	if (emu_read_up_to(document, place, value, keys[i].most, &number))
		return -1;
	if (i == TYPE)
		item->type = number;
	else if (i == LENGTH)
		item->length = number;
	else if (i == VERSION)
		item->version = number;
	else
		item->is_writable = number;
	return 0;
}

/* Where a later value is not said, it is the one before. */
static int read_values(const struct emu_document *document,
		       const struct emu_place *place,
		       struct json_object *value, struct emu_target *target,
		       struct emu_nv_item *item)
{
	static const struct {
		const char *key;
		enum emu_nv_set set;
	} order[] = { { "factory", EMU_NV_FACTORY },
		      { "current", EMU_NV_CURRENT }, { "next", EMU_NV_NEXT } };

	target->size = item->length;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		const struct emu_place here = { .up = place,
						.key = order[i].key };
		struct json_object *member;

		target->bytes = item->bytes[order[i].set];
		if (i)
			memcpy(target->bytes, item->bytes[order[i - 1].set],
			       EMU_NV_BYTES);
		if (!json_object_object_get_ex(value, order[i].key, &member))
			continue;
		if (!target->layout &&
		    !json_object_is_type(member, json_type_string))
			return emu_complain(document, &here,
				"has no named fields here: give it as hex");
		if (emu_read_fields(document, &here, member, target))
			return -1;
	}
	return 0;
}

static int read_item(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_nv_item *item)
{
	struct emu_target target = { .where = "nv" };

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		const struct emu_place here = { .up = place, .key = key };

		if (read_key(document, &here, member, &target, item))
			return -1;
	}
	if (!item->length || item->length % 4)
		return emu_complain(document, place,
				    "is not a whole number of dwords long");
	return read_values(document, place, value, &target, item);
}

static bool is_repeated(const struct emu_personality *personality)
{
	uint32_t last = personality->n_nv - 1;

	for (uint32_t i = 0; i < last; i++)
		if (personality->nv[i].type == personality->nv[last].type)
			return true;
	return false;
}

int emu_read_nv(const struct emu_document *document,
		const struct emu_place *place, struct json_object *value,
		struct emu_personality *personality)
{
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	n = json_object_array_length(value);
	personality->nv = calloc(n + 1, sizeof(*personality->nv));
	if (!personality->nv)
		return emu_complain(document, place, "no memory is left");
	for (size_t i = 0; i < n; i++) {
		const struct emu_place here = { .up = place, .index = i };

		personality->n_nv++;
		if (read_item(document, &here,
			      json_object_array_get_idx(value, i),
			      &personality->nv[i]))
			return -1;
		if (is_repeated(personality))
			return emu_complain(document, &here,
					    "repeats the type of another item");
	}
	return 0;
}
