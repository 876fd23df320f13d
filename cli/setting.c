// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "prm-offsets.h"
#include "register.h"
#include "text.h"
#include "verdict.h"

/* A register that ends in as many bytes as one of its fields says. */
static const struct open_end {
	u16 id;
	u32 header;
	struct prm_bits length;
	const char *data;
} open_ends[] = {
	{ PRM_REG_MNVDA, PRM_SIZE(config_item),
	  { PRM(mnvda, configuration_item_header__length) },
	  "configuration_item_data" },
};

/* What was written can be read again, as it was written. */
static bool is_kept(const struct assignment *row)
{
	return row->target.field->access == PRM_RW;
}

static const struct open_end *open_end_of(const struct setting *setting)
{
	for (size_t i = 0; i < ARRAY_SIZE(open_ends); i++)
		if (open_ends[i].id == setting->reg.id)
			return &open_ends[i];
	return NULL;
}

static int fail_assignment(struct setting *setting,
			   const struct encode_error *error)
{
	return fail_usage(setting->invocation, "bad-value", error->hint, "%s",
			  error->message);
}

/* A change says once what is to be; of two values neither is taken. */
static int check_once(struct setting *setting, size_t i)
{
	const struct assignment *rows = setting->assignments;

	for (size_t k = 0; k < i; k++)
		if (rows[k].target.at.offset == rows[i].target.at.offset &&
		    rows[k].target.field == rows[i].target.field)
			return fail_usage(setting->invocation, "twice", NULL,
					  "%.*s is given twice",
					  (int)strcspn(rows[i].word, "="),
					  rows[i].word);
	return 0;
}

static int locate_all(struct setting *setting)
{
	struct encode_error error;

	for (size_t i = 0; i < setting->n; i++) {
		struct assignment *row = &setting->assignments[i];
		enum prm_access access;

		row->word = setting->invocation->words[i + 1];
		if (encode_locate(setting->reg.layout, setting->asked,
				  setting->size, row->word, &row->target,
				  &error))
			return fail_assignment(setting, &error);
		if (check_once(setting, i))
			return -1;
		access = row->target.field->access;
		setting->acts |= access == PRM_OP || access == PRM_WO;
		setting->can_verify |= setting->is_readable && is_kept(row);
		if (access != PRM_INDEX)
			continue;
		setting->has_index = true;
		if (encode_assignment(setting->reg.layout, setting->asked,
				      setting->size, row->word, 0, &error))
			return fail_assignment(setting, &error);
	}
	return 0;
}

/* As many bytes as were given for the open end; else there could be all. */
static u32 length_given(const struct setting *setting)
{
	const struct open_end *end = open_end_of(setting);

	for (size_t i = 0; end && i < setting->n; i++) {
		const struct encode_target *target =
			&setting->assignments[i].target;
		u32 digits = strlen(target->value);

		if (strcmp(target->field->name, end->data))
			continue;
		if (!strncmp(target->value, "0x", 2))
			digits -= 2;
		if (digits / 2 <= setting->size - end->header)
			return end->header + digits / 2;
	}
	return setting->size;
}

static void put_length(struct setting *setting)
{
	const struct open_end *end = open_end_of(setting);

	if (end && !prm_set(setting->wanted, setting->size, end->length,
			    setting->length - end->header))
		setting->length = setting->size;
}

static int assign_all(struct setting *setting)
{
	struct encode_error error;

	for (size_t i = 0; i < setting->n; i++)
		if (encode_assignment(setting->reg.layout, setting->wanted,
				      setting->length,
				      setting->assignments[i].word, 0, &error))
			return fail_assignment(setting, &error);
	return 0;
}

static int allocate(struct setting *setting)
{
	setting->assignments = calloc(setting->n ? setting->n : 1,
				      sizeof(*setting->assignments));
	setting->asked = calloc(5, setting->size);
	if (!setting->assignments || !setting->asked)
		return fail_memory(setting->invocation);
	setting->former = setting->asked + setting->size;
	setting->base = setting->former + setting->size;
	setting->wanted = setting->base + setting->size;
	setting->now = setting->wanted + setting->size;
	return 0;
}

int setting_begin(struct invocation *invocation, struct setting *setting)
{
	const char *class;

	*setting = (struct setting){
		.invocation = invocation,
		.n = invocation->n_words - 1,
	};
	if (find_register(invocation, invocation->words[0], &setting->reg))
		return -1;
	if (!setting->reg.layout)
		return fail_usage(invocation, "no-fields", NULL,
				  "the fields of register 0x%x are not known, so none can be set",
				  setting->reg.id);
	class = register_class(setting->reg.id, false);
	setting->is_readable = !class || strcmp(class, "never");
	setting->size = setting->reg.layout->size;
	if (allocate(setting) || locate_all(setting))
		return -1;
	setting->length = length_given(setting);
	put_length(setting);
	return assign_all(setting);
}

void setting_end(struct setting *setting)
{
	free(setting->assignments);
	free(setting->asked);
}

/* What only the device sets, or what acts when written, is not written back. */
static void clear_unwritable(const struct prm_layout *layout, u32 base,
			     u8 *bytes, u32 len)
{
	for (u32 i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		u32 count = field_count(field, base, len);
		bool clear = field->access == PRM_RO ||
			     field->access == PRM_WO || field->access == PRM_OP;

		for (u32 k = 0; k < count; k++) {
			struct prm_bits at = prm_element(field, k);

			at.offset += base;
			if (!clear && field->type == PRM_STRUCT)
				clear_unwritable(field->layout, at.offset,
						 bytes, len);
			for (u32 bit = 0; clear && bit < at.width; bit++) {
				struct prm_bits one = { at.offset + bit, 1 };

				if (!prm_set(bytes, len, one, 0))
					return;
			}
		}
	}
}

int setting_change(struct setting *setting)
{
	const struct open_end *end = open_end_of(setting);
	u64 length;

	memcpy(setting->base, setting->former, setting->size);
	clear_unwritable(setting->reg.layout, 0, setting->base, setting->size);
	if (end && prm_get(setting->base, setting->size, end->length,
			   &length) && length <= setting->size - end->header)
		setting->length = end->header + length;
	memcpy(setting->wanted, setting->base, setting->size);
	return assign_all(setting);
}

bool setting_differs(const struct setting *setting)
{
	return setting->acts || !setting->is_readable ||
	       memcmp(setting->base, setting->wanted, setting->length);
}

static struct json_object *value_of(const struct setting *setting,
				    const struct assignment *row,
				    const u8 *bytes)
{
	return decode_at(row->target.field, row->target.at, bytes,
			 setting->length);
}

static bool same_value(const struct setting *setting,
		       const struct assignment *row)
{
	return are_equal(value_of(setting, row, setting->wanted),
			 value_of(setting, row, setting->now));
}

bool setting_is_taken(const struct setting *setting)
{
	for (size_t i = 0; i < setting->n; i++)
		if (is_kept(&setting->assignments[i]) &&
		    !same_value(setting, &setting->assignments[i]))
			return false;
	return true;
}

void value_text(struct json_object *value, char *text, size_t size)
{
	if (!value)
		snprintf(text, size, "-");
	else if (json_object_is_type(value, json_type_int))
		snprintf(text, size, "0x%llx",
			 (long long)json_object_get_int64(value));
	else if (!json_object_is_type(value, json_type_object))
		snprintf(text, size, "%s", json_object_get_string(value));
	else if (get(value, "name"))
		snprintf(text, size, "%s", get_text(value, "name"));
	else
		snprintf(text, size, "0x%llx",
			 (unsigned long long)get_number(value, "value"));
}

static void print_former(FILE *file, const struct setting *setting,
			 const struct assignment *row)
{
	struct json_object *former = value_of(setting, row, setting->base);
	size_t name = row->target.value - row->word;
	char value[VALUE_TEXT];
	char word[VALUE_TEXT + 256];

	value_text(former, value, sizeof(value));
	snprintf(word, sizeof(word), "%.*s%s", (int)(name < 255 ? name : 255),
		 row->word, value);
	print_shell_word(file, word);
	json_object_put(former);
}

char *setting_undo(const struct setting *setting)
{
	char *undo = NULL;
	size_t length;
	FILE *file;

	if (setting->acts || !setting->is_readable)
		return NULL;
	file = open_memstream(&undo, &length);
	if (!file)
		return NULL;
	fputs("mlx5ctl -d", file);
	print_shell_word(file, setting->invocation->device_name);
	fprintf(file, " reg set %s", setting->reg.name);
	for (size_t i = 0; i < setting->n; i++) {
		const struct assignment *row = &setting->assignments[i];

		if (row->target.field->access == PRM_INDEX)
			print_shell_word(file, row->word);
		else
			print_former(file, setting, row);
	}
	fclose(file);
	return undo;
}

static struct json_object *assignment_row(const struct setting *setting,
					  const struct assignment *row)
{
	struct json_object *object = json_object_new_object();
	bool is_seen = setting->is_readable && is_kept(row);
	char *name = strndup(row->word, row->target.value - row->word - 1);

	put_text(object, "field", name);
	put_object(object, "former", is_seen ?
		   value_of(setting, row, setting->former) : NULL);
	put_object(object, "wanted", value_of(setting, row, setting->wanted));
	put_object(object, "now", is_seen ?
		   value_of(setting, row, setting->now) : NULL);
	free(name);
	return object;
}

static struct json_object *all_fields(const struct setting *setting,
				      const u8 *bytes)
{
	return setting->is_readable ?
	       decode_bytes(setting->reg.layout, bytes, setting->length) : NULL;
}

int setting_report(struct setting *setting, bool is_verified)
{
	struct invocation *invocation = setting->invocation;
	struct json_object *data = json_object_new_object();
	struct json_object *rows = json_object_new_array();

	invocation->data = data;
	put_named(data, "register", setting->reg.id, setting->reg.name);
	put_object(data, "former", all_fields(setting, setting->former));
	put_text(data, "undo", invocation->undo);
	put_bool(data, "changed", setting_differs(setting));
	if (setting->can_verify)
		put_bool(data, "verified", is_verified);
	else
		put_object(data, "verified", NULL);
	for (size_t i = 0; i < setting->n; i++)
		if (setting->assignments[i].target.field->access != PRM_INDEX)
			put_object(rows, NULL,
				   assignment_row(setting,
						  &setting->assignments[i]));
	put_object(data, "assignments", rows);
	put_object(data, "fields", all_fields(setting, setting->now));
	put_hex(data, "bytes", setting->is_readable ? setting->now :
		setting->wanted, setting->length);
	return keep_bytes(invocation, setting->is_readable ? setting->now :
			  setting->wanted, setting->length);
}
