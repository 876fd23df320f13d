// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mstflint's parameter database: SQLite, a row for each TLV and each
 * parameter. The file is data of another project and is not trusted: what
 * makes no sense is left out, and no query of it runs for long.
 */
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-names.h"
#include "prm-offsets.h"

#define MOST_BYTES (PRM_SIZE(mnvda) - PRM_SIZE(config_item))
#define MOST_TEXT 4096
#define MOST_LAYOUTS 1024
#define STEPS 100000	/* of SQLite's machine, and how often so many */
#define MOST_STEPS 200

struct reading {
	sqlite3 *database;
	struct prm_layout *layouts[MOST_LAYOUTS];
	u32 n_layouts;
	struct prm_layout *last;	/* that a row was of */
	bool no_memory;
};

/* A copy, with anything that a terminal could obey replaced; NULL for "". */
static const char *copy_text(struct reading *reading, sqlite3_stmt *row,
			     int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	size_t length = text ? strnlen(text, MOST_TEXT) : 0;
	char *copy = length ? config_alloc(length + 1) : NULL;

	reading->no_memory |= length && !copy;
	for (size_t i = 0; copy && i < length; i++)
		copy[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	return copy;
}

/* Their texts break lines with "\;". */
static const char *copy_doc(struct reading *reading, sqlite3_stmt *row,
			    int column)
{
	char *copy = (char *)copy_text(reading, row, column);
	char *to = copy;

	for (const char *from = copy; from && *from; from++) {
		if (from[0] == '\\' && from[1] == ';') {
			from++;
			*to++ = ' ';
		} else {
			*to++ = *from;
		}
	}
	if (to)
		*to = 0;
	return copy ? copy : "";
}

/* "0xBYTES.BITS", of which the bits are decimal. */
static bool read_place(const char *text, u32 *byte, u32 *bit)
{
	char *end;
	unsigned long number;

	if (!text || !isdigit((unsigned char)*text))
		return false;
	number = strtoul(text, &end, 16);
	if (number > MOST_BYTES || *end != '.')
		return false;
	*byte = number;
	number = strtoul(end + 1, &end, 10);
	*bit = number;
	return !*end && number < 32;
}

static bool read_bits(sqlite3_stmt *row, int column, struct prm_field *field)
{
	const char *offset = (const char *)sqlite3_column_text(row, column);
	const char *size = (const char *)sqlite3_column_text(row, column + 1);
	const char *type = (const char *)sqlite3_column_text(row, column + 2);
	int elements = sqlite3_column_int(row, column + 3);
	u32 byte, bit, bytes, bits, width, first;

	if (!read_place(offset, &byte, &bit) || byte % 4 || !type ||
	    !read_place(size, &bytes, &bits) || elements < 0)
		return false;
	width = bytes * 8 + bits;
	elements = elements ? elements : 1;
	if (!width || width % elements)
		return false;
	width /= elements;
	first = width < 32 ? width : 32;
	if (bit + first > 32)
		return false;
	field->at.offset = byte * 8 + 32 - bit - first;
	field->at.width = width;
	field->count = elements;
	field->is_array = elements > 1;
	if (!strcmp(type, "STRING") || !strcmp(type, "BYTES")) {
		field->type = type[0] == 'S' ? PRM_STRING : PRM_BYTES;
		field->at.width *= elements;
		field->count = 1;
		field->is_array = false;
		return field->at.width % 8 == 0;
	}
	return width <= 64;
}

static int by_value(const void *a, const void *b)
{
	const struct prm_enum_value *left = a, *right = b;

	return left->value < right->value ? -1 : left->value > right->value;
}

/* "NAME=0x0,OTHER=0x1" */
static const struct prm_enum *read_enum(struct reading *reading,
					sqlite3_stmt *row, int column)
{
	char *text = (char *)copy_text(reading, row, column);
	struct prm_enum *names = text ? config_alloc(sizeof(*names)) : NULL;
	struct prm_enum_value *values;
	u32 room = 1;
	char *rest;

	for (const char *c = text; c && *c; c++)
		room += *c == ',';
	values = names ? config_alloc(room * sizeof(*values)) : NULL;
	if (!values)
		return NULL;
	for (char *word = strtok_r(text, ",", &rest); word;
	     word = strtok_r(NULL, ",", &rest)) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value = 0;
		values[names->count].name = word + strspn(word, " ");
		values[names->count++].value = strtoul(value + 1, NULL, 0);
	}
	qsort(values, names->count, sizeof(*values), by_value);
	names->name = "";
	names->values = values;
	return names->count ? names : NULL;
}

enum column { TLV, FIELD, OFFSET, SIZE, TYPE, ELEMENTS, VALUES, NAME, NEEDS,
	      VALID, WHERE, MINIMUM, MAXIMUM, RULE, DOC, SINCE };

static const char tlv_query[] =
	"SELECT name, class, id, size FROM tlvs WHERE class IN (0, 1, 3, 7, 9)";
static const char query[] =
	"SELECT tlv_name, name, offset, size, type, array_length,"
	" textual_values, mlxconfig_name, dependency, valid_bit, temp_vars,"
	" min_val, max_val, rule, description, supported_from_version"
	" FROM params";

static void read_tlv(struct reading *reading, sqlite3_stmt *row)
{
	struct config_tlv tlv = {
		.name = copy_text(reading, row, 0),
		.class = sqlite3_column_int(row, 1),
		.id = sqlite3_column_int(row, 2),
	};
	struct prm_layout *layout = config_alloc(sizeof(*layout));
	int size = sqlite3_column_int(row, 3);

	reading->no_memory |= !layout || !tlv.name;
	if (reading->no_memory || size <= 0 || size > (int)MOST_BYTES ||
	    reading->n_layouts >= MOST_LAYOUTS)
		return;
	layout->name = tlv.name;
	layout->doc = "";
	layout->size = size;
	tlv.theirs = layout;
	reading->layouts[reading->n_layouts++] = layout;
	reading->no_memory |= !config_add_tlv(&tlv);
}

/* Rows of a TLV mostly come one after the other. */
static struct prm_layout *layout_of(struct reading *reading, const char *name)
{
	if (reading->last && !strcmp(reading->last->name, name))
		return reading->last;
	for (u32 i = 0; i < reading->n_layouts; i++)
		if (!strcmp(reading->layouts[i]->name, name))
			return reading->last = reading->layouts[i];
	return NULL;
}

/*
 * Memory is given back only all at once, so more of it is taken in doubles:
 * when there are 16, 32, 64, ... there is no room.
 */
static struct prm_field *next_field(struct prm_layout *layout)
{
	u32 n = layout->n_fields;
	struct prm_field *fields = (struct prm_field *)layout->fields;

	if (!n || (n >= 16 && !(n & (n - 1)))) {
		fields = config_alloc((n ? 2 * n : 16) * sizeof(*fields));
		if (!fields)
			return NULL;
		if (n)
			memcpy(fields, layout->fields, n * sizeof(*fields));
		layout->fields = fields;
	}
	return &fields[layout->n_fields++];
}

static void read_param(struct reading *reading, sqlite3_stmt *row,
		       const char *tlv_name, const char *field_name)
{
	struct config_param param = {
		.name = copy_text(reading, row, NAME),
		.tlv_name = tlv_name,
		.field_name = field_name,
	};

	param.needs = copy_text(reading, row, NEEDS);
	param.since = sqlite3_column_int(row, SINCE);
	/* Of some it does not say which device has them; arrays are not meant. */
	if (!param.name || (!param.needs && !param.since &&
			    !sqlite3_column_int(row, ELEMENTS)))
		return;
	param.valid = copy_text(reading, row, VALID);
	param.where = copy_text(reading, row, WHERE);
	param.minimum = copy_text(reading, row, MINIMUM);
	param.maximum = copy_text(reading, row, MAXIMUM);
	param.rule = copy_text(reading, row, RULE);
	param.doc = copy_doc(reading, row, DOC);
	reading->no_memory |= !config_add_param(&param);
}

static void read_row(struct reading *reading, sqlite3_stmt *row)
{
	const char *name = (const char *)sqlite3_column_text(row, TLV);
	struct prm_layout *layout = name ? layout_of(reading, name) : NULL;
	struct prm_field field = { .count = 1 };
	struct prm_field *place;

	if (!layout || !read_bits(row, OFFSET, &field) ||
	    field.at.offset + (u64)field.at.width * field.count >
	    layout->size * 8)
		return;
	field.name = copy_text(reading, row, FIELD);
	if (field.type == PRM_NUMBER && field.at.width <= 32)
		field.names = read_enum(reading, row, VALUES);
	place = field.name ? next_field(layout) : NULL;
	reading->no_memory |= field.name && !place;
	if (!place)
		return;
	*place = field;
	read_param(reading, row, layout->name, field.name);
}

/* Called now and then by SQLite: enough is enough. */
static int count_steps(void *steps)
{
	return ++*(unsigned int *)steps > MOST_STEPS;
}

static const char *read_rows(struct reading *reading, const char *text,
			     void (*read)(struct reading *reading,
					  sqlite3_stmt *row))
{
	sqlite3_stmt *row = NULL;
	const char *flaw = NULL;
	int result;

	if (sqlite3_prepare_v2(reading->database, text, -1, &row, NULL))
		return sqlite3_errmsg(reading->database);
	while (!flaw && (result = sqlite3_step(row)) == SQLITE_ROW) {
		read(reading, row);
		if (reading->no_memory)
			flaw = "it is too large";
	}
	if (!flaw && result != SQLITE_DONE)
		flaw = sqlite3_errmsg(reading->database);
	sqlite3_finalize(row);
	return flaw;
}

const char *config_read_database(const char *path)
{
	static char flaw[200];
	struct reading reading = { .n_layouts = 0 };
	unsigned int steps = 0;
	const char *why;

	if (sqlite3_open_v2(path, &reading.database,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
			    NULL)) {
		why = "it cannot be opened";
	} else {
		/* All of it is read once; without, each page is a call. */
		sqlite3_exec(reading.database, "PRAGMA mmap_size=16777216",
			     NULL, NULL, NULL);
		sqlite3_progress_handler(reading.database, STEPS, count_steps,
					 &steps);
		why = read_rows(&reading, tlv_query, read_tlv);
		if (!why)
			why = read_rows(&reading, query, read_row);
	}
	if (why)
		snprintf(flaw, sizeof(flaw), "%s", why);
	sqlite3_close(reading.database);
	return why ? flaw : NULL;
}
