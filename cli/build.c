// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../emulator/firmware/document.h"

void put_object(struct json_object *to, const char *key,
		struct json_object *value)
{
	if (key)
		json_object_object_add(to, key, value);
	else
		json_object_array_add(to, value);
}

/* The bytes of the character beyond ASCII that a text begins with, 0 if it is none. */
static size_t character_length(const u8 *text)
{
	size_t length = *text < 0xc2 ? 0 : *text < 0xe0 ? 2 :
			*text < 0xf0 ? 3 : *text < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

/* Words of a command line are any bytes; a document is UTF-8: \xff for others. */
void put_text(struct json_object *to, const char *key, const char *text)
{
	const u8 *next = (const u8 *)text;
	char *copy = text ? malloc(strlen(text) * 4 + 1) : NULL;
	size_t used = 0;

	while (copy && *next) {
		size_t length = *next < 0x80 ? 1 : character_length(next);

		if (!length)
			used += sprintf(copy + used, "\\x%02x", *next++);
		while (length--)
			copy[used++] = *next++;
	}
	put_object(to, key, copy ? json_object_new_string_len(copy, used) :
				   NULL);
	free(copy);
}

void put_number(struct json_object *to, const char *key, u64 number)
{
	put_object(to, key, json_object_new_int64(number));
}

void put_bool(struct json_object *to, const char *key, bool value)
{
	put_object(to, key, json_object_new_boolean(value));
}

void put_hex(struct json_object *to, const char *key, const void *bytes,
	     size_t n)
{
	char *text = malloc(n * 2 + 1);
	const u8 *byte = bytes;

	if (!text)
		return;
	text[0] = 0;
	for (size_t i = 0; i < n; i++)
		sprintf(text + i * 2, "%02x", byte[i]);
	put_text(to, key, text);
	free(text);
}

void put_named(struct json_object *to, const char *key, u64 number,
	       const char *name)
{
	struct json_object *named = json_object_new_object();

	put_number(named, "value", number);
	put_text(named, "name", name);
	put_object(to, key, named);
}

struct json_object *get(struct json_object *from, const char *path)
{
	while (from && *path) {
		size_t length = strcspn(path, ".");

		if (!json_object_is_type(from, json_type_object) ||
		    !json_object_object_get_ex(from, strndupa(path, length),
					       &from))
			return NULL;
		path += length;
		path += *path == '.';
	}
	return from;
}

const char *get_text(struct json_object *from, const char *path)
{
	struct json_object *value = get(from, path);

	return value ? json_object_get_string(value) : "";
}

u64 get_number(struct json_object *from, const char *path)
{
	return json_object_get_int64(get(from, path));
}

bool get_bool(struct json_object *from, const char *path)
{
	return json_object_get_boolean(get(from, path));
}

size_t get_count(struct json_object *from, const char *path)
{
	struct json_object *array = get(from, path);

	return json_object_is_type(array, json_type_array) ?
	       json_object_array_length(array) : 0;
}

bool are_equal(struct json_object *one, struct json_object *other)
{
	bool equal = json_object_equal(one, other);

	json_object_put(one);
	json_object_put(other);
	return equal;
}

const char *read_json(const char *text, struct json_object **root,
		      unsigned int *line)
{
	struct json_tokener *tokener = json_tokener_new();
	const char *flaw = NULL, *where;

	*root = NULL;
	*line = 0;
	if (!tokener)
		return "does not fit into memory";
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	*root = json_tokener_parse_ex(tokener, text, strlen(text) + 1);
	where = text + json_tokener_get_parse_end(tokener);
	json_tokener_free(tokener);
	if (!json_object_is_type(*root, json_type_object)) {
		flaw = "is no JSON object";
	} else {
		where = emu_duplicate_key(text);
		flaw = where ? "has a key twice" : NULL;
	}
	if (flaw)
		*line = emu_line_at(text, where);
	return flaw;
}
