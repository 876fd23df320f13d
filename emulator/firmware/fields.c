// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Named fields of a JSON object, put where the schema says they are. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include "document.h"

/* One layout inside another: its first bit, and the path that led there. */
struct part {
	const struct emu_document *document;
	const struct emu_target *target;
	const struct prm_layout *layout;
	uint32_t base;		/* bits */
	char path[128];		/* "hw_info.", as emu_given has it */
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int emu_read_hex(const struct emu_document *document,
		 const struct emu_place *place, const char *hex,
		 uint8_t *bytes, uint32_t size, uint32_t *len)
{
	*len = 0;
	for (hex += strspn(hex, " "); *hex; hex += 2 + strspn(hex + 2, " ")) {
		int high = hex_digit(hex[0]);
		int low = high < 0 ? -1 : hex_digit(hex[1]);

		if (low < 0)
			return emu_complain(document, place,
				"is not hex, two digits for each byte");
		if (*len == size)
			return emu_complain(document, place,
				"is longer than %u bytes", size);
		bytes[(*len)++] = high << 4 | low;
	}
	return 0;
}

static int number_of_text(const struct emu_document *document,
			  const struct emu_place *place, const char *text,
			  uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	if (!isdigit((unsigned char)*text) || *end || errno)
		return emu_complain(document, place,
				    "'%.40s' is neither a number nor a name that the field has",
				    text);
	return 0;
}

int emu_read_number(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    uint64_t *number)
{
	if (json_object_is_type(value, json_type_string))
		return number_of_text(document, place,
				      json_object_get_string(value), number);
	if (json_object_is_type(value, json_type_boolean)) {
		*number = json_object_get_boolean(value);
		return 0;
	}
	if (!json_object_is_type(value, json_type_int))
		return emu_complain(document, place, "is not a number");
	if (json_object_get_int64(value) < 0)
		return emu_complain(document, place, "is negative");
	*number = json_object_get_uint64(value);
	return 0;
}

int emu_read_up_to(const struct emu_document *document,
		   const struct emu_place *place, struct json_object *value,
		   uint64_t most, uint64_t *number)
{
	if (emu_read_number(document, place, value, number))
		return -1;
	return *number <= most ? 0 :
	       emu_complain(document, place, "is more than %llu",
			    (unsigned long long)most);
}

static int enum_value(const struct prm_enum *names, struct json_object *value,
		      uint64_t *number)
{
	const char *text;

	if (!names || !json_object_is_type(value, json_type_string))
		return -1;
	text = json_object_get_string(value);
	for (uint32_t i = 0; i < names->count; i++) {
		if (strcasecmp(names->values[i].name, text))
			continue;
		*number = names->values[i].value;
		return 0;
	}
	return -1;
}

static int put_number(const struct part *part, const struct emu_place *place,
		      const struct prm_field *field, struct prm_bits at,
		      struct json_object *value)
{
	uint64_t number;

	if (enum_value(field->names, value, &number) &&
	    emu_read_number(part->document, place, value, &number))
		return -1;
	if (at.width < 64 && number >> at.width)
		return emu_complain(part->document, place,
				    "0x%llx is too wide: the field has %u bits",
				    (unsigned long long)number, at.width);
	if (!prm_set(part->target->bytes, part->target->size, at, number))
		return emu_complain(part->document, place,
				    "lies outside of its structure");
	return 0;
}

static int put_bytes(const struct part *part, const struct emu_place *place,
		     const struct prm_field *field, struct prm_bits at,
		     struct json_object *value)
{
	uint8_t *to = part->target->bytes + at.offset / 8;
	uint32_t size = at.width / 8;
	const char *text;
	size_t len;
	uint32_t n;

	if (!json_object_is_type(value, json_type_string))
		return emu_complain(part->document, place, "is not a string");
	text = json_object_get_string(value);
	len = json_object_get_string_len(value);
	if (field->type == PRM_BYTES)
		return emu_read_hex(part->document, place, text, to, size, &n);
	if (len > size || strlen(text) != len)
		return emu_complain(part->document, place,
				    "has %zu characters, the field %u",
				    len, size);
	memcpy(to, text, len);
	return 0;
}

static int put_fields(struct part *part, const struct emu_place *place,
		      struct json_object *value);

static int put_part(const struct part *part, const struct emu_place *place,
		    const struct prm_field *field,
		    const struct prm_layout *layout, struct prm_bits at,
		    struct json_object *value)
{
	struct part inner = *part;
	size_t used = strlen(inner.path);

	if (!layout)
		return emu_complain(part->document, place,
				    "has no named fields here: give it as hex");
	inner.layout = layout;
	inner.base = at.offset;
	snprintf(inner.path + used, sizeof(inner.path) - used, "%s.",
		 field->name);
	return put_fields(&inner, place, value);
}

static int put_element(struct part *part, const struct emu_place *place,
		       const struct prm_field *field, uint32_t index,
		       struct json_object *value)
{
	struct prm_bits at = prm_element(field, index);

	at.offset += part->base;
	if ((uint64_t)at.offset + at.width > (uint64_t)part->target->size * 8)
		return emu_complain(part->document, place,
				    "lies outside of its structure");
	switch (field->type) {
	case PRM_NUMBER:
		return put_number(part, place, field, at, value);
	case PRM_STRUCT:
		return put_part(part, place, field, field->layout, at, value);
	case PRM_BYTES:
		if (json_object_is_type(value, json_type_object))
			return put_part(part, place, field,
					prm_field_case(part->layout, part->base,
						       field, part->target->bytes,
						       part->target->size),
					at, value);
		return put_bytes(part, place, field, at, value);
	case PRM_STRING:
		return put_bytes(part, place, field, at, value);
	}
	return 0;
}

static int put_array(struct part *part, const struct emu_place *place,
		     const struct prm_field *field, struct json_object *value)
{
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(part->document, place, "is not an array");
	n = json_object_array_length(value);
	if (field->count && n > field->count)
		return emu_complain(part->document, place,
				    "has %zu elements, the field %u", n,
				    field->count);
	for (size_t i = 0; i < n; i++) {
		struct emu_place element = { .up = place, .index = i };

		if (put_element(part, &element, field, i,
				json_object_array_get_idx(value, i)))
			return -1;
	}
	return 0;
}

static int refuse_given(const struct part *part, const struct emu_place *place,
			const struct prm_field *field)
{
	const struct emu_given *given;
	char path[192];

	snprintf(path, sizeof(path), "%s%s", part->path, field->name);
	given = emu_given_find(part->target->where, path);
	if (!given)
		return 0;
	switch (given->source) {
	case EMU_FROM_NUMBER:
		return emu_complain(part->document, place, "is given by device.%s",
				    emu_number_keys[given->which]);
	case EMU_FROM_TEXT:
		return emu_complain(part->document, place, "is given by device.%s",
				    emu_text_keys[given->which]);
	case EMU_COMPUTED:
		return emu_complain(part->document, place,
				    "is worked out by the device");
	}
	return 0;
}

/* Bytes wait for the second round: what they are depends on numbers. */
static int put_fields(struct part *part, const struct emu_place *place,
		      struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(part->document, place, "is not an object");
	for (int round = 0; round < 2; round++) {
		json_object_object_foreach(value, key, member) {
			struct emu_place here = { .up = place, .key = key };
			const struct prm_field *field =
				prm_field_by_name(part->layout, key);

			if (!field)
				return emu_complain(part->document, &here,
						    "%s has no such field",
						    part->layout->name);
			if ((field->type == PRM_BYTES) != round)
				continue;
			if (refuse_given(part, &here, field))
				return -1;
			if (field->is_array ?
			    put_array(part, &here, field, member) :
			    put_element(part, &here, field, 0, member))
				return -1;
		}
	}
	return 0;
}

int emu_read_fields(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    const struct emu_target *target)
{
	struct part part = {
		.document = document,
		.target = target,
		.layout = target->layout,
	};
	uint32_t len;

	if (json_object_is_type(value, json_type_string))
		return emu_read_hex(document, place,
				    json_object_get_string(value),
				    target->bytes, target->size, &len);
	return put_fields(&part, place, value);
}
