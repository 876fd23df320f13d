/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Short words for making and reading JSON. */
#ifndef CLI_BUILD_H
#define CLI_BUILD_H

#include <json-c/json.h>

#include "prm.h"

/* Add to an object or, where key is NULL, to an array. NULL text is null. */
void put_object(struct json_object *to, const char *key,
		struct json_object *value);
void put_text(struct json_object *to, const char *key, const char *text);
void put_number(struct json_object *to, const char *key, u64 number);
void put_bool(struct json_object *to, const char *key, bool value);
void put_hex(struct json_object *to, const char *key, const void *bytes,
	     size_t n);

/* {"value": number, "name": name or null} */
void put_named(struct json_object *to, const char *key, u64 number,
	       const char *name);

/* Follow keys down, "command.name"; NULL where there is none. */
struct json_object *get(struct json_object *from, const char *path);
/* As text; "" where there is none. */
const char *get_text(struct json_object *from, const char *path);
u64 get_number(struct json_object *from, const char *path);
bool get_bool(struct json_object *from, const char *path);
size_t get_count(struct json_object *from, const char *path);

/* Whether they are the same; both are given away. */
bool are_equal(struct json_object *one, struct json_object *other);

/*
 * One object with each key once, and nothing after it. NULL, or what is wrong,
 * with the number of the line.
 */
const char *read_json(const char *text, struct json_object **root,
		      unsigned int *line);

#endif
