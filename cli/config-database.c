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

#include "adb.h"
#include "config-names.h"
#include "prm-offsets.h"

#define MOST_BYTES (PRM_SIZE(mnvda) - PRM_SIZE(config_item))
#define MOST_TEXT 4096
#define STEPS 100000	/* of SQLite's machine, and how often so many */
#define MOST_STEPS 200

static struct {
	sqlite3 *file;
	sqlite3_stmt *params;		/* of a TLV */
	unsigned int steps;
	struct config_tlv *tlv;		/* that a row is of */
	bool no_memory;
} database;

/* A copy, with anything that a terminal could obey replaced; NULL for "". */
static const char *copy_text(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);
	size_t length = text ? strnlen(text, MOST_TEXT) : 0;
	char *copy = length ? config_alloc(length + 1) : NULL;

	database.no_memory |= length && !copy;
	for (size_t i = 0; copy && i < length; i++)
		copy[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	return copy;
}

/* Their texts break lines with "\;". */
static const char *copy_doc(sqlite3_stmt *row, int column)
{
	char *copy = (char *)copy_text(row, column);
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
static const struct prm_enum *read_enum(sqlite3_stmt *row, int column)
{
	char *text = (char *)copy_text(row, column);
	struct prm_enum *names = text ? config_alloc(sizeof(*names)) : NULL;
	const char *rest = text, *label;
	struct prm_enum_value *values;
	u32 room = 1, value;
	size_t length;

	for (const char *c = text; c && *c; c++)
		room += *c == ',';
	values = names ? config_alloc(room * sizeof(*values)) : NULL;
	if (!values)
		return NULL;
	while (adb_next_label(&rest, &label, &length, &value)) {
		text[label - text + length] = 0;
		values[names->count].name = label;
		values[names->count++].value = value;
	}
	qsort(values, names->count, sizeof(*values), by_value);
	names->values = values;
	return names->count ? names : NULL;
}

enum column { FIELD, OFFSET, SIZE, TYPE, ELEMENTS, VALUES, NAME, NEEDS, VALID,
	      WHERE, MINIMUM, MAXIMUM, RULE, DOC, SINCE };

/* Of some it does not say which device has them; arrays are not meant. */
#define PARAMETER "CASE WHEN dependency <> '' OR supported_from_version OR" \
	" array_length THEN mlxconfig_name END"

static const char tlv_query[] =
	"SELECT name, class, id, size FROM tlvs WHERE class IN (0, 1, 3, 7, 9)";
static const char index_query[] =
	"SELECT tlv_name, rowid, " PARAMETER " <> '' FROM params";
static const char param_query[] =
	"SELECT name, offset, size, type, array_length, textual_values, "
	PARAMETER ", dependency, valid_bit, temp_vars, min_val, max_val, rule,"
	" description, supported_from_version FROM params"
	" WHERE rowid BETWEEN ? AND ? AND tlv_name = ?";

static void read_tlv(sqlite3_stmt *row)
{
	struct config_tlv tlv = {
		.name = copy_text(row, 0),
		.class = sqlite3_column_int(row, 1),
		.id = sqlite3_column_int(row, 2),
	};
	int size = sqlite3_column_int(row, 3);

	tlv.theirs = config_alloc(sizeof(*tlv.theirs));
	database.no_memory |= !tlv.theirs || !tlv.name;
	if (database.no_memory || size <= 0 || size > (int)MOST_BYTES)
		return;
	tlv.theirs->name = tlv.name;
	tlv.theirs->doc = "";
	tlv.theirs->size = size;
	database.no_memory |= !config_add_tlv(&tlv);
}

/* Rows of a TLV come one after the other, in mstflint's own files. */
static void read_index(sqlite3_stmt *row)
{
	const char *name = (const char *)sqlite3_column_text(row, 0);
	struct config_tlv *tlv = database.tlv;

	if (!name)
		return;
	if (!tlv || strcmp(tlv->theirs->name, name))
		tlv = database.tlv = config_tlv_of_theirs(name);
	if (!tlv)
		return;
	tlv->last_row = sqlite3_column_int64(row, 1);
	if (!tlv->first_row)
		tlv->first_row = tlv->last_row;
	tlv->has_params |= sqlite3_column_int(row, 2);
}

static void read_param(sqlite3_stmt *row, const char *field_name)
{
	struct config_param param = {
		.name = copy_text(row, NAME),
		.field_name = field_name,
	};

	if (!param.name)
		return;
	param.needs = copy_text(row, NEEDS);
	param.since = sqlite3_column_int(row, SINCE);
	param.valid = copy_text(row, VALID);
	param.where = copy_text(row, WHERE);
	param.minimum = copy_text(row, MINIMUM);
	param.maximum = copy_text(row, MAXIMUM);
	param.rule = copy_text(row, RULE);
	param.doc = copy_doc(row, DOC);
	database.no_memory |= !config_add_param(database.tlv, &param);
}

static void read_field(sqlite3_stmt *row)
{
	struct prm_layout *layout = database.tlv->theirs;
	struct prm_field field = { .count = 1 };

	if (!read_bits(row, OFFSET, &field) ||
	    field.at.offset + (u64)field.at.width * field.count >
	    layout->size * 8)
		return;
	field.name = copy_text(row, FIELD);
	if (field.type == PRM_NUMBER && field.at.width <= 32)
		field.names = read_enum(row, VALUES);
	if (!field.name)
		return;
	database.no_memory |= !config_append(&layout->fields, &layout->n_fields,
					     &field, sizeof(field));
	read_param(row, field.name);
}

/* Called now and then by SQLite: enough is enough. */
static int count_steps(void *steps)
{
	return ++*(unsigned int *)steps > MOST_STEPS;
}

static const char *read_rows(sqlite3_stmt *row, void (*read)(sqlite3_stmt *row))
{
	int result;

	while ((result = sqlite3_step(row)) == SQLITE_ROW) {
		read(row);
		if (database.no_memory)
			return "it is too large";
	}
	return result == SQLITE_DONE ? NULL : sqlite3_errmsg(database.file);
}

static const char *read_all(const char *query, void (*read)(sqlite3_stmt *row))
{
	sqlite3_stmt *row;
	const char *flaw;

	if (sqlite3_prepare_v2(database.file, query, -1, &row, NULL))
		return sqlite3_errmsg(database.file);
	flaw = read_rows(row, read);
	sqlite3_finalize(row);
	return flaw;
}

const char *config_database_open(const char *path)
{
	const char *flaw;

	if (sqlite3_open_v2(path, &database.file,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL))
		return "it cannot be opened";
	/* Without the first each page is a call, without the second a TLV is many. */
	sqlite3_exec(database.file, "PRAGMA mmap_size=16777216; BEGIN", NULL,
		     NULL, NULL);
	sqlite3_progress_handler(database.file, STEPS, count_steps,
				 &database.steps);
	flaw = read_all(tlv_query, read_tlv);
	if (!flaw)
		flaw = read_all(index_query, read_index);
	if (!flaw && sqlite3_prepare_v2(database.file, param_query, -1,
					&database.params, NULL))
		flaw = sqlite3_errmsg(database.file);
	return flaw;
}

const char *config_database_read(struct config_tlv *tlv)
{
	const char *flaw;

	if (!tlv->last_row)
		return NULL;
	database.tlv = tlv;
	sqlite3_bind_int64(database.params, 1, tlv->first_row);
	sqlite3_bind_int64(database.params, 2, tlv->last_row);
	sqlite3_bind_text(database.params, 3, tlv->theirs->name, -1,
			  SQLITE_STATIC);
	flaw = read_rows(database.params, read_field);
	if (!flaw)
		sqlite3_reset(database.params);
	return flaw;
}

void config_database_close(void)
{
	sqlite3_finalize(database.params);
	sqlite3_close(database.file);
	memset(&database, 0, sizeof(database));
}
