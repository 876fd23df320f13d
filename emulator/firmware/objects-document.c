// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The section 'objects' of a personality: what runs when the device begins. */
#include <stdlib.h>
#include "document.h"

#define MAX_OBJECTS 4096
#define ROOM_FOR_LISTS 512 /* bytes of an open array at the end */

static const char *const keys[] = {
	"kind", "id", "select", "fields", "per_second",
};

static int check_keys(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, unused) {
		struct emu_place here = { .up = place, .key = key };
		bool known = false;

		(void)unused;
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			known |= !strcmp(keys[i], key);
		if (!known)
			return emu_complain(document, &here,
					    "is no key of an object");
	}
	return 0;
}

static int read_kind(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_object *object)
{
	struct emu_place here = { .up = place, .key = "kind" };
	struct json_object *kind;

	if (!json_object_object_get_ex(value, "kind", &kind))
		return emu_complain(document, place, "lacks its kind");
	if (json_object_is_type(kind, json_type_string))
		object->query =
			emu_query_by_kind(json_object_get_string(kind));
	if (!object->query)
		return emu_complain(document, &here, "is no kind of objects");
	return 0;
}

static int read_id(const struct emu_document *document,
		   const struct emu_place *place, struct json_object *value,
		   const char *key, struct prm_bits at, uint64_t *id)
{
	struct emu_place here = { .up = place, .key = key };
	struct json_object *member;
	uint64_t number;

	if (!json_object_object_get_ex(value, key, &member))
		return 0;
	if (emu_read_number(document, &here, member, &number))
		return -1;
	if (at.width < 64 && number >> at.width)
		return emu_complain(document, &here,
				    "0x%llx is too wide: the query has %u bits for it",
				    (unsigned long long)number, at.width);
	*id = number;
	return 0;
}

/* Status and syndrome are of the answer, not of the object. */
static int read_bytes(const struct emu_document *document,
		      const struct emu_place *place, const char *key,
		      struct json_object *member, struct emu_object *object,
		      uint8_t **bytes)
{
	struct emu_place here = { .up = place, .key = key };
	struct emu_target target = {
		.layout = prm_command_by_opcode(object->query->opcode)->out,
		.where = object->query->kind,
	};

	object->size = target.layout->size + ROOM_FOR_LISTS;
	*bytes = calloc(1, object->size);
	if (!*bytes)
		return emu_complain(document, place, "no memory is left");
	if (!member)
		return 0;
	target.bytes = *bytes;
	target.size = object->size;
	if (emu_read_fields(document, &here, member, &target))
		return -1;
	if (prm_value(*bytes, 8, (struct prm_bits){ 0, 64 }))
		return emu_complain(document, &here,
				    "has a status or a syndrome, which no object has");
	return 0;
}

static int read_object(const struct emu_document *document,
		       const struct emu_place *place, struct json_object *value,
		       struct emu_personality *personality)
{
	struct emu_object *object =
		&personality->objects[personality->n_objects];
	struct json_object *fields = NULL;
	struct json_object *rates = NULL;
	uint64_t id = 0;

	if (check_keys(document, place, value) ||
	    read_kind(document, place, value, object) ||
	    read_id(document, place, value, "id", object->query->id,
		    &id) ||
	    read_id(document, place, value, "select", object->query->select,
		    &object->select))
		return -1;
	object->id = id;
	if (emu_stored_find(personality, object->query, object->id,
			    object->select))
		return emu_complain(document, place,
				    "is there already: %s %u",
				    object->query->kind, object->id);
	personality->n_objects++;
	json_object_object_get_ex(value, "fields", &fields);
	json_object_object_get_ex(value, "per_second", &rates);
	if (read_bytes(document, place, "fields", fields, object,
		       &object->bytes))
		return -1;
	return rates ? read_bytes(document, place, "per_second", rates, object,
				  &object->per_second) : 0;
}

int emu_read_objects(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_personality *personality)
{
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	n = json_object_array_length(value);
	if (n > MAX_OBJECTS)
		return emu_complain(document, place,
				    "there are more than %u objects",
				    MAX_OBJECTS);
	personality->objects = calloc(n + 1, sizeof(*personality->objects));
	if (!personality->objects)
		return emu_complain(document, place, "no memory is left");
	for (size_t i = 0; i < n; i++) {
		struct emu_place here = { .up = place, .index = i };

		if (read_object(document, &here,
				json_object_array_get_idx(value, i),
				personality))
			return -1;
	}
	return 0;
}
