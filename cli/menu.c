// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The menu: what a device offers to dump, and which arguments that takes. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "chain.h"
#include "prm-offsets.h"

#define BYTES PRM_SIZE(resource_dump_menu_record)

u64 menu_field(const u8 *record, struct prm_bits at)
{
	return prm_value(record, BYTES, at);
}

/* ASCII, which may fill its field to the end. */
const char *menu_name(const u8 *record, struct prm_bits at, char text[17])
{
	u32 n = 0;

	while (n < at.width / 8 && n < 16 && record[at.offset / 8 + n]) {
		u8 byte = record[at.offset / 8 + n];

		text[n++] = byte < 0x80 ? byte : '?';
	}
	text[n] = 0;
	return text;
}

const u8 *menu_by_name(const struct menu *menu, const char *name)
{
	char text[17];

	for (u32 i = 0; i < menu->n_records; i++) {
		const u8 *record = menu->records + i * BYTES;

		if (!strcasecmp(menu_name(record, RECORD(segment_name), text),
				name))
			return record;
	}
	return NULL;
}

const u8 *menu_by_type(const struct menu *menu, u16 type)
{
	for (u32 i = 0; i < menu->n_records; i++) {
		const u8 *record = menu->records + i * BYTES;

		if (menu_field(record, RECORD(segment_type)) == type)
			return record;
	}
	return NULL;
}

/* The bits of a record that speak of an index; there are two. */
static const struct words {
	const char *key;
	struct prm_bits name, takes, needs, counts, all, active;
} words[] = {
#define INDEX(n)							\
	{ "index" #n,							\
	  { PRM(resource_dump_menu_record, index##n##_name) },		\
	  { PRM(resource_dump_menu_record, support_index##n) },		\
	  { PRM(resource_dump_menu_record, must_have_index##n) },	\
	  { PRM(resource_dump_menu_record, support_num_of_obj##n) },	\
	  { PRM(resource_dump_menu_record, num_of_obj##n##_supports_all) }, \
	  { PRM(resource_dump_menu_record,				\
		num_of_obj##n##_supports_active) } }
	INDEX(1), INDEX(2),
#undef INDEX
};

static struct json_object *index_row(const u8 *record,
				     const struct words *index)
{
	struct json_object *row;
	char text[17];

	if (!menu_field(record, index->takes))
		return NULL;
	row = json_object_new_object();
	put_text(row, "name", menu_name(record, index->name, text));
	put_bool(row, "needed", menu_field(record, index->needs));
	put_bool(row, "counts", menu_field(record, index->counts));
	put_bool(row, "all", menu_field(record, index->all));
	put_bool(row, "active", menu_field(record, index->active));
	return row;
}

struct json_object *menu_rows(const struct menu *menu)
{
	struct json_object *rows = json_object_new_array();

	for (u32 i = 0; i < menu->n_records; i++) {
		const u8 *record = menu->records + i * BYTES;
		struct json_object *row = json_object_new_object();
		char text[17];

		put_number(row, "type",
			   menu_field(record, RECORD(segment_type)));
		put_text(row, "name",
			 menu_name(record, RECORD(segment_name), text));
		for (size_t k = 0; k < ARRAY_SIZE(words); k++)
			put_object(row, words[k].key,
				   index_row(record, &words[k]));
		put_object(rows, NULL, row);
	}
	return rows;
}
