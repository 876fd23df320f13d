// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Results for people. Everything is made from the same data as JSON is. */
#include "text.h"

#include <ctype.h>
#include <libsmartcols/libsmartcols.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

#define LINE 80
#define HEX_WRAP 64	/* digits of a byte string on a line */

/* What a terminal could obey; C1 is 0xc2 0x80 to 0xc2 0x9f in UTF-8. */
static bool is_control(const u8 *next)
{
	return next[0] < ' ' || next[0] == 0x7f ||
	       (next[0] == 0xc2 && next[1] >= 0x80 && next[1] < 0xa0);
}

void print_safe(FILE *file, const char *text)
{
	const u8 *next = (const u8 *)text;

	for (; *next; next++) {
		if (!is_control(next)) {
			fputc(*next, file);
			continue;
		}
		next += *next == 0xc2;
		fprintf(file, "\\x%02x", *next);
	}
}

static bool is_scalar(struct json_object *value)
{
	return !json_object_is_type(value, json_type_object) &&
	       !json_object_is_type(value, json_type_array);
}

/* {"value": 1, "name": "up"} */
static bool is_named(struct json_object *value)
{
	return json_object_is_type(value, json_type_object) &&
	       json_object_object_length(value) == 2 &&
	       json_object_object_get_ex(value, "value", NULL) &&
	       json_object_object_get_ex(value, "name", NULL);
}

static bool fits_line(struct json_object *value)
{
	if (!json_object_is_type(value, json_type_array))
		return is_scalar(value) || is_named(value);
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (!fits_line(json_object_array_get_idx(value, i)))
			return false;
	return true;
}

static void print_number(FILE *file, int64_t number)
{
	fprintf(file, "%lld", (long long)number);
	if (number > 9)
		fprintf(file, " (0x%llx)", (long long)number);
}

static void print_named(FILE *file, struct json_object *value)
{
	unsigned long long number = get_number(value, "value");

	if (!get(value, "name")) {
		print_number(file, number);
		return;
	}
	print_safe(file, get_text(value, "name"));
	fprintf(file, number < 10 ? " (%llu)" : " (0x%llx)", number);
}

static void print_string(FILE *file, const char *text, unsigned int indent)
{
	size_t length = strlen(text);

	if (!length) {
		fputc('-', file);
		return;
	}
	if (length <= HEX_WRAP ||
	    strspn(text, "0123456789abcdef") != length) {
		print_safe(file, text);
		return;
	}
	for (size_t i = 0; i < length; i += HEX_WRAP)
		fprintf(file, "%s%*s%.*s", i ? "\n" : "", i ? (int)indent : 0,
			"", HEX_WRAP, text + i);
}

static void print_value(FILE *file, struct json_object *value,
			unsigned int indent)
{
	if (json_object_is_type(value, json_type_array)) {
		size_t length = json_object_array_length(value);

		for (size_t i = 0; i < length; i++) {
			if (i)
				fputs(", ", file);
			print_value(file, json_object_array_get_idx(value, i),
				    indent);
		}
		if (!length)
			fputs("none", file);
	} else if (is_named(value)) {
		print_named(file, value);
	} else if (json_object_is_type(value, json_type_int)) {
		print_number(file, json_object_get_int64(value));
	} else if (json_object_is_type(value, json_type_boolean)) {
		fputs(json_object_get_boolean(value) ? "yes" : "no", file);
	} else if (!value) {
		fputs("-", file);
	} else {
		print_string(file, json_object_get_string(value), indent);
	}
}

static unsigned int widest_name(struct json_object *object)
{
	size_t widest = 0;

	json_object_object_foreach(object, key, value)
		if (fits_line(value) && strlen(key) > widest)
			widest = strlen(key);
	return widest;
}

static void print_parts(FILE *file, const char *key, struct json_object *array,
			unsigned int depth)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		fprintf(file, "%*s%s[%zu]\n", depth * 2, "", key, i);
		print_tree(file, json_object_array_get_idx(array, i),
			   depth + 1);
	}
}

static void print_member(FILE *file, const char *key,
			 struct json_object *value, unsigned int depth,
			 unsigned int widest)
{
	if (fits_line(value)) {
		fprintf(file, "%*s%-*s  ", depth * 2, "", widest, key);
		print_value(file, value, depth * 2 + widest + 2);
		fputc('\n', file);
	} else if (json_object_is_type(value, json_type_array)) {
		print_parts(file, key, value, depth);
	} else {
		fprintf(file, "%*s%s\n", depth * 2, "", key);
		print_tree(file, value, depth + 1);
	}
}

void print_tree(FILE *file, struct json_object *object, unsigned int depth)
{
	if (!json_object_is_type(object, json_type_object)) {
		fprintf(file, "%*s", depth * 2, "");
		print_value(file, object, depth * 2);
		fputc('\n', file);
		return;
	}
	json_object_object_foreach(object, key, value)
		print_member(file, key, value, depth, widest_name(object));
}

#define CELL 512		/* bytes of text, of which more is cut */

static void cell_text(struct json_object *row, const struct column *column,
		      char *text, size_t size)
{
	struct json_object *value = get(row, column->path);

	if (column->write)
		column->write(value, text, size);
	else if (!value)
		snprintf(text, size, "-");
	else if (column->is_hex)
		snprintf(text, size, "0x%llx",
			 (unsigned long long)json_object_get_int64(value));
	else if (json_object_is_type(value, json_type_boolean))
		snprintf(text, size, "%s",
			 json_object_get_boolean(value) ? "yes" : "no");
	else
		snprintf(text, size, "%s", json_object_get_string(value));
}

static void add_row(struct libscols_table *table, struct json_object *row,
		    const struct column *columns)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char text[CELL];

	for (size_t i = 0; line && columns[i].title; i++) {
		cell_text(row, &columns[i], text, sizeof(text));
		scols_line_set_data(line, i, text);
	}
}

/* What a terminal has no room for goes on below; what a pipe gets has a line each. */
void print_table(struct json_object *rows, const struct column *columns)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return;
	for (const struct column *column = columns; column->title; column++)
		scols_table_new_column(table, column->title, 0,
				       column->is_right ? SCOLS_FL_RIGHT :
				       column->is_long || !column[1].title ?
							  SCOLS_FL_WRAP : 0);
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		add_row(table, json_object_array_get_idx(rows, i), columns);
	scols_table_set_stream(table, stdout);
	scols_print_table(table);
	scols_unref_table(table);
}

void print_words(FILE *file, const char *text, unsigned int indent)
{
	unsigned int at = indent;

	while (*text) {
		size_t length = strcspn(text, " \n");
		const char *gap = at > indent ? " " : "";

		if (at > indent && at + 1 + length > LINE) {
			fprintf(file, "\n%*s", (int)indent, "");
			at = indent;
			gap = "";
		}
		at += fprintf(file, "%s%.*s", gap, (int)length, text);
		text += length;
		if (*text == '\n') {
			fprintf(file, "\n%*s", text[1] ? (int)indent : 0, "");
			at = indent;
		}
		text += *text != 0;
	}
	if (at > indent)
		fputc('\n', file);
}

void print_hex(FILE *file, const void *bytes, size_t n)
{
	const u8 *byte = bytes;

	for (size_t i = 0; i < n; i++) {
		if (i)
			fputs(i % 16 == 0 ? "\n" : i % 4 == 0 ? " " : "", file);
		fprintf(file, "%02x", byte[i]);
	}
	if (n)
		fputc('\n', file);
}

/* In octal: of \x some shells take more digits than two. */
static void print_escaped_word(FILE *file, const char *word)
{
	fputs(" $'", file);
	for (; *word; word++) {
		u8 byte = *word;
		bool is_plain = byte >= ' ' && byte <= '~' && byte != '\'' &&
				byte != '\\';

		fprintf(file, is_plain ? "%c" : "\\%03o", byte);
	}
	fputc('\'', file);
}

void print_shell_word(FILE *file, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=";
	const u8 *next = (const u8 *)word;

	if (word[strspn(word, plain)] == 0) {
		fprintf(file, " %s", word);
		return;
	}
	while (!is_control(next))
		next++;
	if (*next) {
		print_escaped_word(file, word);
		return;
	}
	fputs(" '", file);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\'", file);
		fputc(*word, file);
	}
	fputc('\'', file);
}
