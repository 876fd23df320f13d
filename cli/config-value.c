// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Values of parameters, to JSON and back. Names of values are upper case. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "config.h"

static bool is_switch(const struct prm_field *field)
{
	return field->type == PRM_NUMBER && field->at.width == 1 &&
	       !field->names;
}

const char *config_type_name(const struct config_param *param)
{
	const struct prm_field *field = param->field;

	if (is_switch(field))
		return "bool";
	if (field->type == PRM_NUMBER)
		return field->names ? "enum" : "number";
	return field->type == PRM_STRING ? "string" : "bytes";
}

static struct json_object *upper_text(const char *name)
{
	char text[128];
	size_t i;

	for (i = 0; name[i] && i < sizeof(text) - 1; i++)
		text[i] = toupper((unsigned char)name[i]);
	text[i] = 0;
	return json_object_new_string(text);
}

static void put_upper_name(struct json_object *value)
{
	const char *name = get(value, "name") ? get_text(value, "name") : NULL;

	if (name)
		json_object_object_add(value, "name", upper_text(name));
}

static struct json_object *element_value(const struct prm_field *field,
					 u32 element, const u8 *bytes,
					 u32 length)
{
	struct prm_bits at = prm_element(field, element);
	struct json_object *value;
	u64 number;

	if (is_switch(field))
		return prm_get(bytes, length, at, &number) ?
		       json_object_new_boolean(number) : NULL;
	if (at.offset + (u64)at.width > (u64)length * 8)
		return NULL;
	value = decode_at(field, at, bytes, length);
	if (json_object_is_type(value, json_type_object))
		put_upper_name(value);
	return value;
}

struct json_object *config_value(const struct config_param *param,
				 int element, const u8 *bytes, u32 length)
{
	const struct prm_field *field = param->field;
	struct json_object *values;

	if (!field->is_array || element >= 0)
		return element_value(field, element > 0 ? element : 0, bytes,
				     length);
	values = json_object_new_array();
	for (u32 i = 0; i < field->count; i++)
		put_object(values, NULL,
			   element_value(field, i, bytes, length));
	return values;
}

struct json_object *config_values(const struct config_param *param)
{
	const struct prm_enum *names = param->field->names;
	struct json_object *values = names ? json_object_new_array() : NULL;

	for (u32 i = 0; names && i < names->count; i++) {
		struct json_object *value = json_object_new_object();

		put_number(value, "value", names->values[i].value);
		json_object_object_add(value, "name",
				       upper_text(names->values[i].name));
		put_object(values, NULL, value);
	}
	return values;
}

static void join_values(struct json_object *values, char *text, size_t size,
			void (*write)(struct json_object *value, char *text,
				      size_t size))
{
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < json_object_array_length(values) &&
	     used + 2 < size; i++) {
		if (i)
			text[used++] = ',';
		write(json_object_array_get_idx(values, i), text + used,
		      size - used);
		used += strlen(text + used);
	}
}

/* "True(1)", "ETH(2)", as mstconfig shows it. */
void config_value_text(struct json_object *value, char *text, size_t size)
{
	bool is_object = json_object_is_type(value, json_type_object);
	unsigned long long number = is_object ? get_number(value, "value") : 0;

	if (!value)
		snprintf(text, size, "-");
	else if (json_object_is_type(value, json_type_array))
		join_values(value, text, size, config_value_text);
	else if (json_object_is_type(value, json_type_boolean))
		snprintf(text, size, json_object_get_boolean(value) ?
			 "True(1)" : "False(0)");
	else if (is_object && get(value, "name"))
		snprintf(text, size, "%s(%llu)", get_text(value, "name"),
			 number);
	else if (is_object)
		snprintf(text, size, "%llu", number);
	else
		snprintf(text, size, "%s", json_object_get_string(value));
}

/* As config_encode() reads it. */
void config_value_word(struct json_object *value, char *text, size_t size)
{
	bool is_object = json_object_is_type(value, json_type_object);

	if (json_object_is_type(value, json_type_boolean))
		snprintf(text, size, "%d", json_object_get_boolean(value));
	else if (is_object && get(value, "name"))
		snprintf(text, size, "%s", get_text(value, "name"));
	else if (is_object)
		snprintf(text, size, "%llu",
			 (unsigned long long)get_number(value, "value"));
	else
		snprintf(text, size, "%s",
			 value ? json_object_get_string(value) : "");
}

static bool is_a_value(const struct prm_field *field, const u8 *bytes,
		       u32 length, u32 element)
{
	u64 number;

	return !field->names ||
	       (prm_get(bytes, length, prm_element(field, element), &number) &&
		prm_enum_name(field->names, number));
}

static int refuse_number(const struct prm_field *field,
			 struct encode_error *error)
{
	snprintf(error->message, sizeof(error->message),
		 "%s has no such value", field->name);
	snprintf(error->hint, sizeof(error->hint), "it is one of");
	for (u32 i = 0; i < field->names->count; i++) {
		size_t used = strlen(error->hint);

		snprintf(error->hint + used, sizeof(error->hint) - used,
			 "%s %s(%u)", i ? "," : "",
			 field->names->values[i].name,
			 field->names->values[i].value);
	}
	return -EINVAL;
}

/* The field under the parameter's name, so that complaints are about that. */
int config_encode(const struct config_target *target, const char *text,
		  u8 *bytes, u32 length, struct encode_error *error)
{
	static const struct prm_enum_value switches[] = { { 0, "false" },
							  { 1, "true" } };
	static const struct prm_enum names = { switches, 2 };
	struct prm_field field = *target->param->field;
	struct prm_layout layout = { .name = "", .doc = "", .size = length,
				     .n_fields = 1, .fields = &field };
	u32 element = target->element > 0 ? target->element : 0;
	char name[CONFIG_NAME], path[CONFIG_NAME];
	char *assignment;
	int result;

	*error = (struct encode_error){ .hint = "" };
	config_name(target->param, target->index, -1, name, sizeof(name));
	if (is_switch(&field))
		field.names = &names;
	field.name = name;
	field.access = PRM_RW;
	config_name(target->param, target->index, target->element, path,
		    sizeof(path));
	if (asprintf(&assignment, "%s=%s", path, text) < 0)
		return -ENOMEM;
	result = encode_assignment(&layout, bytes, length, assignment, 0,
				   error);
	free(assignment);
	if (!result && !is_a_value(&field, bytes, length, element))
		result = refuse_number(&field, error);
	return result;
}
