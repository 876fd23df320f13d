// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* From bytes to named values. One small decoder for each type of field. */
#include "decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A structure in a buffer: where it begins, in bits. */
struct view {
	const struct prm_layout *layout;
	const u8 *bytes;
	u32 len;
	u32 base;
	u32 depth;
};

static struct json_object *decode_view(const struct view *view);

static bool byte_at(const struct view *view, struct prm_bits at, u32 index,
		    u8 *byte)
{
	u64 value;

	at.offset += index * 8;
	at.width = 8;
	if (!prm_get(view->bytes, view->len, at, &value))
		return false;
	*byte = value;
	return true;
}

static struct json_object *decode_wide(u64 value, u32 width)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%0*" PRIx64, (int)(width + 3) / 4,
		 value);
	return json_object_new_string(text);
}

static struct json_object *decode_named(const struct prm_enum *names,
					u64 value)
{
	struct json_object *object = json_object_new_object();
	const char *name = prm_enum_name(names, value);

	json_object_object_add(object, "value", json_object_new_int64(value));
	json_object_object_add(object, "name",
			       name ? json_object_new_string(name) : NULL);
	return object;
}

static struct json_object *decode_number(const struct view *view,
					 const struct prm_field *field,
					 struct prm_bits at)
{
	u64 value;

	if (!prm_get(view->bytes, view->len, at, &value))
		return NULL;
	if (at.width > 32)
		return decode_wide(value, at.width);
	if (field->names)
		return decode_named(field->names, value);
	return json_object_new_int64(value);
}

/* Bytes over 0x7f are taken as Latin-1: JSON must be valid whatever is sent. */
static struct json_object *decode_string(const struct view *view,
					 const struct prm_field *field,
					 struct prm_bits at)
{
	char *text = malloc(at.width / 4 + 1);
	struct json_object *string;
	u32 used = 0;
	u8 byte;

	(void)field;
	if (!text)
		return NULL;
	for (u32 i = 0; i < at.width / 8; i++) {
		if (!byte_at(view, at, i, &byte) || !byte)
			break;
		if (byte < 0x80) {
			text[used++] = byte;
		} else {
			text[used++] = 0xc0 | byte >> 6;
			text[used++] = 0x80 | (byte & 0x3f);
		}
	}
	string = json_object_new_string_len(text, used);
	free(text);
	return string;
}

static struct json_object *hex_string(const struct view *view,
				      struct prm_bits at)
{
	u32 count = at.width / 8;
	char *text = malloc((size_t)count * 2 + 1);
	struct json_object *string;
	u32 used = 0;
	u8 byte;

	if (!text)
		return NULL;
	text[0] = 0;
	for (u32 i = 0; i < count && byte_at(view, at, i, &byte); i++)
		used += sprintf(text + used, "%02x", byte);
	string = json_object_new_string_len(text, used);
	free(text);
	return string;
}

static struct json_object *decode_part(const struct view *view,
				       const struct prm_layout *layout,
				       struct prm_bits at)
{
	struct view part = *view;

	if (part.depth >= DECODE_DEPTH)
		return hex_string(view, at);
	part.layout = layout;
	part.base = at.offset;
	part.depth++;
	return decode_view(&part);
}

static struct json_object *decode_raw(const struct view *view,
				      const struct prm_field *field,
				      struct prm_bits at)
{
	const struct prm_layout *layout =
		prm_field_case(view->layout, view->base, field, view->bytes,
			       view->len);

	return layout ? decode_part(view, layout, at) : hex_string(view, at);
}

static struct json_object *decode_struct(const struct view *view,
					 const struct prm_field *field,
					 struct prm_bits at)
{
	return decode_part(view, field->layout, at);
}

static struct json_object *(*const decoders[])(const struct view *view,
					       const struct prm_field *field,
					       struct prm_bits at) = {
	[PRM_NUMBER] = decode_number,
	[PRM_STRING] = decode_string,
	[PRM_BYTES] = decode_raw,
	[PRM_STRUCT] = decode_struct,
};

static bool begins_inside(const struct view *view, struct prm_bits at)
{
	return at.offset < (u64)view->len * 8;
}

static struct json_object *decode_element(const struct view *view,
					  const struct prm_field *field,
					  u32 index)
{
	struct prm_bits at = prm_element(field, index);

	at.offset += view->base;
	if (!begins_inside(view, at))
		return NULL;
	return decoders[field->type](view, field, at);
}

static struct json_object *decode_array(const struct view *view,
					const struct prm_field *field)
{
	u32 count = field_count(field, view->base, view->len);
	struct json_object *array = json_object_new_array();

	for (u32 i = 0; i < count; i++) {
		struct json_object *element = decode_element(view, field, i);

		if (!element)
			break;
		json_object_array_add(array, element);
	}
	return array;
}

static struct json_object *decode_open_bytes(const struct view *view,
					     const struct prm_field *field)
{
	struct prm_bits at = field->at;

	at.offset += view->base;
	at.width *= field_count(field, view->base, view->len);
	return decode_raw(view, field, at);
}

static struct json_object *decode_view(const struct view *view)
{
	struct json_object *object = json_object_new_object();

	for (u32 i = 0; i < view->layout->n_fields; i++) {
		const struct prm_field *field = &view->layout->fields[i];
		struct json_object *value;

		if (field_is_open_bytes(field))
			value = decode_open_bytes(view, field);
		else if (field->is_array)
			value = decode_array(view, field);
		else
			value = decode_element(view, field, 0);
		if (value)
			json_object_object_add(object, field->name, value);
	}
	return object;
}

struct json_object *decode_bytes(const struct prm_layout *layout,
				 const void *bytes, u32 len)
{
	struct view view = {
		.layout = layout,
		.bytes = bytes,
		.len = len,
	};

	return decode_view(&view);
}

struct json_object *decode_at(const struct prm_field *field,
			      struct prm_bits at, const void *bytes, u32 len)
{
	struct view view = {
		.bytes = bytes,
		.len = len,
	};

	if (field->type == PRM_STRUCT || !begins_inside(&view, at))
		return NULL;
	if (field->type == PRM_BYTES)
		return hex_string(&view, at);
	return decoders[field->type](&view, field, at);
}
