// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Which field of a structure a bit belongs to, as far as its bytes say. */
#include "field-of.h"

#include <stdio.h>
#include <string.h>

bool field_is_open_bytes(const struct prm_field *field)
{
	return !field->count && field->type == PRM_BYTES;
}

u32 field_count(const struct prm_field *field, u32 base, u32 len)
{
	u64 from = (u64)base + field->at.offset;
	u64 end = (u64)len * 8;

	if (field->count)
		return field->count;
	return from < end && field->at.width ? (end - from) / field->at.width : 0;
}

/* One step of field_name_at(): the field of a structure that holds a bit. */
static const struct prm_field *field_with(const struct prm_layout *layout,
					  u32 bit, u32 len, u32 *index)
{
	for (u32 i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		u32 from = field->at.offset;

		if (bit < from || !field->at.width)
			continue;
		*index = (bit - from) / field->at.width;
		if (*index < field_count(field, 0, len))
			return field;
	}
	return NULL;
}

static void append(char *name, size_t size, const struct prm_field *field,
		   u32 index)
{
	size_t used = strlen(name);

	snprintf(name + used, size - used, "%s%s", used ? "." : "",
		 field->name);
	used = strlen(name);
	if (field->is_array && !field_is_open_bytes(field))
		snprintf(name + used, size - used, "[%u]", index);
}

bool field_name_at(const struct prm_layout *layout, const void *bytes,
		    u32 len, u32 bit, char *name, size_t size)
{
	u32 base = 0;

	name[0] = 0;
	for (u32 depth = 0; layout && depth < DECODE_DEPTH; depth++) {
		const struct prm_layout *part;
		const struct prm_field *field;
		u32 index;

		field = field_with(layout, bit - base, len, &index);
		if (!field) {
			name[0] = 0;
			return false;
		}
		append(name, size, field, index);
		part = field->type == PRM_STRUCT ? field->layout :
		       prm_field_case(layout, base, field, bytes, len);
		base += field->at.offset;
		if (!field_is_open_bytes(field))
			base += index * field->at.width;
		layout = part;
	}
	return true;
}
