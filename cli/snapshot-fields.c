// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Bytes as the fields of a personality: the inverse of what the emulator does
 * with them. A field that is zero is not written, nor one that it takes from
 * elsewhere (emu_given_find()).
 */
#include <stdio.h>
#include <string.h>

#include "../emulator/firmware/model.h"
#include "build.h"
#include "field-of.h"
#include "snapshot.h"

/* A layout in some bytes, and the path that led to it. */
struct view {
	const u8 *bytes;
	u32 len;
	const char *where;
	const struct prm_layout *layout;
	u32 base;		/* bits */
	char path[128];		/* "hw_info." */
};

static bool is_zero(const struct view *view, struct prm_bits at)
{
	u64 end = (u64)at.offset + at.width, all = (u64)view->len * 8;

	if (end > all)
		end = all;
	return at.offset >= end ||
	       prm_first_set(view->bytes, at.offset, end) == end;
}

static struct json_object *number(const struct view *view, struct prm_bits at)
{
	char text[24];
	u64 value;

	if (!prm_get(view->bytes, view->len, at, &value))
		return json_object_new_int(0);
	if (value < 10)
		return json_object_new_int64(value);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_object_new_string(text);
}

/* Without the zeroes at the end. */
static struct json_object *hex(const struct view *view, struct prm_bits at)
{
	u32 from = at.offset / 8, n = at.width / 8;
	char text[2 * 4096 + 1] = "";

	if (n > view->len - from)
		n = view->len - from;
	while (n && !view->bytes[from + n - 1])
		n--;
	for (u32 i = 0; i < n && i < sizeof(text) / 2; i++)
		sprintf(text + 2 * i, "%02x", view->bytes[from + i]);
	return json_object_new_string(text);
}

/* ASCII to the first NUL; what is none is not shown. */
static struct json_object *text(const struct view *view, struct prm_bits at)
{
	u32 from = at.offset / 8, n = 0;

	while (n < at.width / 8 && from + n < view->len &&
	       view->bytes[from + n] >= ' ' && view->bytes[from + n] < 0x7f)
		n++;
	return json_object_new_string_len((const char *)view->bytes + from, n);
}

static struct json_object *fields(const struct view *view);

static struct json_object *inside(const struct view *view,
				  const struct prm_field *field,
				  const struct prm_layout *layout,
				  struct prm_bits at)
{
	struct view inner = *view;
	size_t used = strlen(inner.path);

	inner.layout = layout;
	inner.base = at.offset;
	snprintf(inner.path + used, sizeof(inner.path) - used, "%s.",
		 field->name);
	return fields(&inner);
}

static struct json_object *value(const struct view *view,
				 const struct prm_field *field,
				 struct prm_bits at)
{
	const struct prm_layout *layout = field->layout;

	if (field->type == PRM_BYTES)
		layout = prm_field_case(view->layout, view->base, field,
					view->bytes, view->len);
	if (layout)
		return inside(view, field, layout, at);
	switch (field->type) {
	case PRM_NUMBER:
		return number(view, at);
	case PRM_STRING:
		return text(view, at);
	case PRM_BYTES:
	case PRM_STRUCT:
		break;
	}
	return hex(view, at);
}

static struct prm_bits element(const struct view *view,
			       const struct prm_field *field, u32 i)
{
	struct prm_bits at = prm_element(field, i);

	at.offset += view->base;
	return at;
}

static struct json_object *array(const struct view *view,
				 const struct prm_field *field)
{
	u32 n = field_count(field, view->base, view->len);
	struct json_object *values = json_object_new_array();

	while (n && is_zero(view, element(view, field, n - 1)))
		n--;
	for (u32 i = 0; i < n; i++)
		put_object(values, NULL,
			   value(view, field, element(view, field, i)));
	return values;
}

static struct json_object *fields(const struct view *view)
{
	struct json_object *object = json_object_new_object();
	char path[192];

	for (u32 i = 0; i < view->layout->n_fields; i++) {
		const struct prm_field *field = &view->layout->fields[i];
		struct prm_bits whole = element(view, field, 0);
		u32 n = field_count(field, view->base, view->len);

		snprintf(path, sizeof(path), "%s%s", view->path, field->name);
		whole.width *= n;
		if (!n || is_zero(view, whole) ||
		    emu_given_find(view->where, path))
			continue;
		put_object(object, field->name, field->is_array ?
			   array(view, field) :
			   value(view, field, element(view, field, 0)));
	}
	return object;
}

struct json_object *snapshot_fields(const struct prm_layout *layout,
				    const char *where, const void *bytes,
				    u32 len)
{
	const struct view view = {
		.bytes = bytes, .len = len, .where = where, .layout = layout,
	};

	return fields(&view);
}
