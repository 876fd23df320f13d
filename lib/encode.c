// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* From named values to bytes. Every value arrives as text in the end. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decode.h"
#include "nearest.h"
#include "number.h"

#define NAME_SIZE 64

/* What is being written: a structure of the buffer and one field of it. */
struct place {
	const struct prm_layout *layout;
	u8 *bytes;
	u32 len;
	u32 base;		/* of the structure, in bits */
	const struct prm_field *field;
	struct prm_bits at;	/* of the element, in the buffer */
	bool whole_array;	/* no element was named */
	u32 depth;
	unsigned int flags;
	struct encode_error *error;
};

__attribute__((format(printf, 2, 3)))
static int refuse(struct encode_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static void suggest(struct encode_error *error, const struct nearest *nearest)
{
	if (nearest_found(nearest)[0])
		snprintf(error->hint, sizeof(error->hint),
			 "did you mean '%s'?", nearest_found(nearest));
}

static int encode_number_value(struct place *place, u64 value)
{
	u32 width = place->at.width;
	u64 most = width < 64 ? ((u64)1 << width) - 1 : UINT64_MAX;

	if (value > most)
		return refuse(place->error,
			      "%s is %u bit%s wide (at most 0x%" PRIx64 "), and 0x%" PRIx64 " does not fit",
			      place->field->name, width, width == 1 ? "" : "s",
			      most, value);
	if (!prm_set(place->bytes, place->len, place->at, value))
		return refuse(place->error, "%s lies past the end of the %u bytes",
			      place->field->name, place->len);
	return 0;
}

static bool enum_value(const struct prm_enum *names, const char *text,
		       u64 *value)
{
	for (u32 i = 0; names && i < names->count; i++) {
		if (strcasecmp(names->values[i].name, text))
			continue;
		*value = names->values[i].value;
		return true;
	}
	return false;
}

static int unknown_value(struct place *place, const char *text)
{
	const struct prm_enum *names = place->field->names;
	struct encode_error *error = place->error;
	struct nearest nearest;

	nearest_begin(&nearest, text);
	snprintf(error->hint, sizeof(error->hint), "it is a number or one of");
	for (u32 i = 0; i < names->count; i++) {
		size_t used = strlen(error->hint);

		nearest_offer(&nearest, names->values[i].name);
		snprintf(error->hint + used, sizeof(error->hint) - used,
			 "%s %s", i ? "," : "", names->values[i].name);
	}
	suggest(error, &nearest);
	return refuse(error, "%s has no value called '%.40s'",
		      place->field->name, text);
}

static int encode_number(struct place *place, const char *text)
{
	const struct prm_enum *names = place->field->names;
	u64 value;

	if (enum_value(names, text, &value))
		return encode_number_value(place, value);
	if (parse_number(text, UINT64_MAX, &value) == 0)
		return encode_number_value(place, value);
	if (!names)
		return refuse(place->error, "%s is a number, and '%.40s' is none (use decimal or 0x)",
			      place->field->name, text);
	return unknown_value(place, text);
}

static int put_byte(struct place *place, u32 index, u8 byte)
{
	struct prm_bits at = { place->at.offset + index * 8, 8 };

	if (!prm_set(place->bytes, place->len, at, byte))
		return refuse(place->error, "%s lies past the end of the %u bytes",
			      place->field->name, place->len);
	return 0;
}

/* One character of UTF-8 as decode.c writes it; -1 if it is no Latin-1. */
static int next_character(const u8 **text)
{
	int first = *(*text)++;

	if (first < 0x80)
		return first;
	if ((first & 0xfe) != 0xc2 || (**text & 0xc0) != 0x80)
		return -1;
	return (first & 3) << 6 | (*(*text)++ & 0x3f);
}

static int encode_string(struct place *place, const char *text)
{
	u32 room = place->at.width / 8;
	const u8 *next = (const u8 *)text;
	u32 used = 0;

	while (*next) {
		int character = next_character(&next);

		if (character < 0)
			return refuse(place->error, "%s holds single bytes, and '%.40s' has other characters",
				      place->field->name, text);
		if (used == room)
			return refuse(place->error, "%s holds %u characters, and '%.40s' is longer",
				      place->field->name, room, text);
		if (put_byte(place, used++, character))
			return -EINVAL;
	}
	while (used < room)
		if (put_byte(place, used++, 0))
			return -EINVAL;
	return 0;
}

/* Of a field of bytes that the buffer cuts off, what is there of it. */
static u32 bytes_within(const struct place *place)
{
	u64 end = (u64)place->len * 8;
	u64 there = place->at.offset < end ? end - place->at.offset : 0;

	return (there < place->at.width ? there : place->at.width) / 8;
}

static int encode_hex(struct place *place, const char *text)
{
	u32 room = bytes_within(place);
	size_t length;

	if (!strncasecmp(text, "0x", 2))
		text += 2;
	length = strlen(text);
	if (strspn(text, "0123456789abcdefABCDEF") != length || length % 2)
		return refuse(place->error, "%s is bytes: give an even number of hex digits, not '%.40s'",
			      place->field->name, text);
	if (length / 2 != room)
		return refuse(place->error, "%s is %u bytes, and %zu were given",
			      place->field->name, room, length / 2);
	for (u32 i = 0; i < room; i++) {
		char pair[3] = { text[i * 2], text[i * 2 + 1], 0 };

		if (put_byte(place, i, strtol(pair, NULL, 16)))
			return -EINVAL;
	}
	return 0;
}

static int encode_struct(struct place *place, const char *text)
{
	return refuse(place->error, "%s is a structure: set one of its fields, as %s.%s=%.40s",
		      place->field->name, place->field->name,
		      place->field->layout->n_fields ?
		      place->field->layout->fields[0].name : "…", text);
}

static int (*const encoders[])(struct place *place, const char *text) = {
	[PRM_NUMBER] = encode_number,
	[PRM_STRING] = encode_string,
	[PRM_BYTES] = encode_hex,
	[PRM_STRUCT] = encode_struct,
};

/* Checked wherever a value is written, however the field was found. */
static int encode_value(struct place *place, const char *text)
{
	const struct prm_field *field = place->field;

	if (field->access == PRM_RO && !(place->flags & ENCODE_DEVICE_FIELDS))
		return refuse(place->error, "%s is read-only: only the device sets it",
			      field->name);
	if (place->whole_array)
		return refuse(place->error, "%s is an array of %u: set one element, as %s[0]=%.40s",
			      field->name,
			      field_count(field, place->base, place->len),
			      field->name, text);
	return encoders[field->type](place, text);
}

/* As many of the names as there is room for. */
static void list_fields(struct encode_error *error,
			const struct prm_layout *layout)
{
	size_t room = sizeof(error->hint) - sizeof(", ...");
	size_t used = snprintf(error->hint, room, "its fields are");

	for (u32 i = 0; i < layout->n_fields; i++) {
		const char *name = layout->fields[i].name;

		if (used + strlen(name) + 3 > room) {
			strcpy(error->hint + used, ", ...");
			return;
		}
		used += sprintf(error->hint + used, "%s %s", i ? "," : "",
				name);
	}
}

static int find_field(struct place *place, const char *name)
{
	const struct prm_layout *layout = place->layout;
	struct nearest nearest;

	place->field = prm_field_by_name(layout, name);
	if (place->field)
		return 0;
	nearest_begin(&nearest, name);
	for (u32 i = 0; i < layout->n_fields; i++)
		nearest_offer(&nearest, layout->fields[i].name);
	list_fields(place->error, layout);
	suggest(place->error, &nearest);
	return refuse(place->error, "%s has no field '%s'", layout->name, name);
}

/* Point at one element of the field that was found. */
static int choose_element(struct place *place, u64 index)
{
	const struct prm_field *field = place->field;
	u32 count = field_count(field, place->base, place->len);

	if (!count)
		return refuse(place->error, "%s lies past the end of the %u bytes, so there is no [%" PRIu64 "]",
			      field->name, place->len, index);
	if (index >= count)
		return refuse(place->error, "%s has %u element%s (0 to %d), no [%" PRIu64 "]",
			      field->name, count, count == 1 ? "" : "s",
			      (int)count - 1, index);
	place->at = prm_element(field, index);
	place->at.offset += place->base;
	place->whole_array = false;
	return 0;
}

/* All of an open run of bytes, or element 0 of what is no array. */
static void choose_default(struct place *place)
{
	const struct prm_field *field = place->field;

	place->at = field->at;
	place->at.offset += place->base;
	place->whole_array = field->is_array;
	if (field_is_open_bytes(field)) {
		place->at.width *= field_count(field, place->base, place->len);
		place->whole_array = false;
	}
}

static int parse_index(struct place *place, const char **path)
{
	const char *end = strchr(*path, ']');
	char text[24];
	u64 index;

	if (**path != '[') {
		choose_default(place);
		return 0;
	}
	if (!place->field->is_array)
		return refuse(place->error, "%s is no array", place->field->name);
	snprintf(text, sizeof(text), "%.*s",
		 end ? (int)(end - *path - 1) : 0, *path + 1);
	if (!end || parse_number(text, UINT32_MAX, &index))
		return refuse(place->error, "'%.40s' is no index, as in %s[0]",
			      *path, place->field->name);
	*path = end + 1;
	return choose_element(place, index);
}

static int enter(struct place *place)
{
	const struct prm_field *field = place->field;
	const struct prm_layout *part = field->layout;

	if (place->whole_array)
		return refuse(place->error, "%s is an array of %u: say which, as %s[0]",
			      field->name,
			      field_count(field, place->base, place->len),
			      field->name);
	if (field->type == PRM_BYTES)
		part = prm_field_case(place->layout, place->base, field,
				      place->bytes, place->len);
	if (!part && field->n_cases)
		return refuse(place->error, "what %s holds depends on %s: set that first",
			      field->name, field->cases[0].selector);
	if (!part)
		return refuse(place->error, "%s has no fields", field->name);
	if (++place->depth > DECODE_DEPTH)
		return refuse(place->error, "%s is nested too deep", field->name);
	place->layout = part;
	place->base = place->at.offset;
	return 0;
}

static int parse_step(struct place *place, const char **path)
{
	size_t length = strcspn(*path, ".[=");
	char name[NAME_SIZE];

	if (!length || length >= sizeof(name))
		return refuse(place->error, "'%.40s' does not begin with the name of a field",
			      *path);
	memcpy(name, *path, length);
	name[length] = 0;
	*path += length;
	if (find_field(place, name))
		return -EINVAL;
	return parse_index(place, path);
}

/* Walk to the field that a path names; *path is then at the =. */
static int walk(struct place *place, const char **path)
{
	memset(place->error, 0, sizeof(*place->error));
	if (!strchr(*path, '='))
		return refuse(place->error, "'%.60s' is not NAME=VALUE", *path);
	for (;;) {
		if (parse_step(place, path))
			return -EINVAL;
		if (**path == '=')
			return 0;
		if (**path != '.')
			return refuse(place->error, "'%.40s' cannot follow %s",
				      *path, place->field->name);
		++*path;
		if (enter(place))
			return -EINVAL;
	}
}

int encode_assignment(const struct prm_layout *layout, void *bytes, u32 len,
		      const char *assignment, unsigned int flags,
		      struct encode_error *error)
{
	struct place place = {
		.layout = layout,
		.bytes = bytes,
		.len = len,
		.flags = flags,
		.error = error,
	};
	const char *path = assignment;

	return walk(&place, &path) ? -EINVAL : encode_value(&place, path + 1);
}

int encode_locate(const struct prm_layout *layout, const void *bytes, u32 len,
		  const char *assignment, struct encode_target *target,
		  struct encode_error *error)
{
	struct place place = {
		.layout = layout,
		.bytes = (u8 *)bytes,
		.len = len,
		.error = error,
	};
	const char *path = assignment;

	if (walk(&place, &path))
		return -EINVAL;
	target->field = place.field;
	target->at = place.at;
	target->value = path + 1;
	return 0;
}

static int encode_json(struct place *place, struct json_object *json);

static int encode_fields(struct place *place, struct json_object *object)
{
	if (!json_object_is_type(object, json_type_object))
		return refuse(place->error, "%s is a structure: give an object",
			      place->layout->name);
	json_object_object_foreach(object, key, unused) {
		(void)unused;
		if (find_field(place, key))
			return -EINVAL;
	}
	/* What a selector decides comes after the selectors. */
	for (u32 late = 0; late < 2; late++) {
		for (u32 i = 0; i < place->layout->n_fields; i++) {
			struct place part = *place;
			struct json_object *json;

			part.field = &place->layout->fields[i];
			if (!json_object_object_get_ex(object, part.field->name,
						       &json) ||
			    (part.field->n_cases != 0) != (late != 0))
				continue;
			choose_default(&part);
			if (encode_json(&part, json))
				return -EINVAL;
		}
	}
	return 0;
}

static int encode_elements(struct place *place, struct json_object *array)
{
	if (!json_object_is_type(array, json_type_array))
		return refuse(place->error, "%s is an array: give a list",
			      place->field->name);
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct place element = *place;	/* encoding goes into it */

		if (choose_element(&element, i) ||
		    encode_json(&element, json_object_array_get_idx(array, i)))
			return -EINVAL;
	}
	return 0;
}

static int encode_json(struct place *place, struct json_object *json)
{
	struct json_object *value;

	if (place->whole_array)
		return encode_elements(place, json);
	if (json_object_is_type(json, json_type_object) &&
	    place->field->type == PRM_NUMBER) {
		if (!json_object_object_get_ex(json, "value", &value))
			return refuse(place->error, "%s needs a \"value\"",
				      place->field->name);
		json = value;
	}
	if (place->field->type == PRM_STRUCT ||
	    json_object_is_type(json, json_type_object))
		return enter(place) ? -EINVAL : encode_fields(place, json);
	if (!json_object_is_type(json, json_type_int) &&
	    !json_object_is_type(json, json_type_string))
		return refuse(place->error, "%s is neither a number nor a string",
			      place->field->name);
	return encode_value(place, json_object_get_string(json));
}

int encode_object(const struct prm_layout *layout, void *bytes, u32 len,
		  struct json_object *object, unsigned int flags,
		  struct encode_error *error)
{
	struct place place = {
		.layout = layout,
		.bytes = bytes,
		.len = len,
		.flags = flags,
		.error = error,
	};

	memset(error, 0, sizeof(*error));
	return encode_fields(&place, object);
}
