// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "build.h"

#include <stdio.h>
#include <stdlib.h>

void put_object(struct json_object *to, const char *key,
		struct json_object *value)
{
	if (key)
		json_object_object_add(to, key, value);
	else
		json_object_array_add(to, value);
}

void put_text(struct json_object *to, const char *key, const char *text)
{
	put_object(to, key, text ? json_object_new_string(text) : NULL);
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
	char key[64];

	while (from && *path) {
		size_t length = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		if (!json_object_is_type(from, json_type_object) ||
		    !json_object_object_get_ex(from, key, &from))
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
