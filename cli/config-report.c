// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* How a change is taken back, and what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "config-change.h"
#include "text.h"

static const struct config_write *write_of(const struct config_plan *plan,
					   const struct config_item *item)
{
	for (size_t i = 0; i < plan->n_writes; i++)
		if (plan->writes[i].item == item)
			return &plan->writes[i];
	return NULL;
}

static struct json_object *value_in(const struct config_change *change,
				    const u8 *bytes)
{
	return config_value(change->target.param, change->target.element,
			    bytes, change->item->length);
}

static bool differs(const struct config_change *change, const u8 *a,
		    const u8 *b)
{
	return !are_equal(value_in(change, a), value_in(change, b));
}

/*
 * Names cannot bring back what has none: a switch beside it, an array as a
 * whole, or all bytes. They arm the reset that loads what they set; after bytes
 * that has to be said.
 */
static bool needs_bytes(const struct config_plan *plan,
			const struct config_write *write)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct config_change *change = &plan->changes[i];
		const struct config_param *param = change->target.param;
		const struct prm_field *valid = param->valid_field;
		u64 former, wanted;

		if (change->item != write->item)
			continue;
		if (param->field->is_array && change->target.element < 0)
			return true;
		if (valid && prm_get(write->former, write->item->length,
				     valid->at, &former) &&
		    prm_get(write->wanted, write->item->length, valid->at,
			    &wanted) && former != wanted)
			return true;
	}
	return plan->resets_all;
}

static void print_device(FILE *file, const struct config_plan *plan)
{
	fprintf(file, "%smlx5ctl -d", ftell(file) ? " && " : "");
	print_shell_word(file, plan->config.invocation->device_name);
}

static void print_former(FILE *file, const struct config_change *change,
			 const struct config_write *write)
{
	struct json_object *former = value_in(change, write->former);
	char value[CONFIG_MOST_BYTES * 2 + 1];
	char name[CONFIG_NAME];
	char *word;

	config_name(change->target.param, change->target.index,
		    change->target.element, name, sizeof(name));
	config_value_word(former, value, sizeof(value));
	if (asprintf(&word, "%s=%s", name, value) >= 0) {
		print_shell_word(file, word);
		free(word);
	}
	json_object_put(former);
}

static void print_bytes(FILE *file, const struct config_write *write)
{
	fprintf(file, " reg set MNVDA configuration_item_header.type=0x%x configuration_item_data=",
		write->item->type);
	for (u32 i = 0; i < write->item->length; i++)
		fprintf(file, "%02x", write->former[i]);
}

char *config_undo(const struct config_plan *plan)
{
	char *undo = NULL;
	bool has_names = false, has_bytes = false;
	size_t size;
	FILE *file = open_memstream(&undo, &size);

	if (!file)
		return NULL;
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct config_change *change = &plan->changes[i];
		const struct config_write *write = write_of(plan, change->item);

		if (!write || needs_bytes(plan, write) ||
		    !differs(change, write->former, write->wanted))
			continue;
		if (!has_names) {
			print_device(file, plan);
			fputs(" config set", file);
		}
		has_names = true;
		print_former(file, change, write);
	}
	for (size_t i = 0; i < plan->n_writes; i++) {
		if (!needs_bytes(plan, &plan->writes[i]))
			continue;
		print_device(file, plan);
		print_bytes(file, &plan->writes[i]);
		has_bytes = true;
	}
	if (has_bytes) {
		print_device(file, plan);
		fprintf(file, " reg set MFRL reset_trigger=0x%x",
			CONFIG_ARM_RESET);
	}
	fclose(file);
	if (undo && undo[0])
		return undo;
	free(undo);
	return NULL;
}

static void put_row(const struct config_plan *plan, struct json_object *rows,
		    const struct config_change *change)
{
	const struct config_item *item = change->item;
	const struct config_write *write = write_of(plan, item);
	const u8 *now = item->bytes[CONFIG_NEXT];
	struct json_object *row;
	char name[CONFIG_NAME];

	if (plan->resets_all &&
	    (!write || !differs(change, write->former, write->wanted)))
		return;
	row = json_object_new_object();
	config_name(change->target.param, change->target.index,
		    change->target.element, name, sizeof(name));
	put_text(row, "name", name);
	put_object(row, "former",
		   value_in(change, write ? write->former : now));
	put_object(row, "wanted",
		   value_in(change, write ? write->wanted : now));
	put_object(row, "now", value_in(change, now));
	put_bool(row, "changed", write && differs(change, write->former, now));
	put_object(row, "current", item->state[CONFIG_CURRENT] == CONFIG_READ ?
		   value_in(change, item->bytes[CONFIG_CURRENT]) : NULL);
	put_text(row, "devlink", change->target.param->devlink);
	put_object(rows, NULL, row);
}

int config_report(struct config_plan *plan)
{
	struct invocation *invocation = plan->config.invocation;
	struct json_object *data = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	bool changed = false;

	invocation->data = data;
	for (size_t i = 0; i < plan->n_writes; i++)
		changed |= memcmp(plan->writes[i].former,
				  plan->writes[i].item->bytes[CONFIG_NEXT],
				  plan->writes[i].item->length) != 0;
	put_bool(data, "changed", changed);
	put_bool(data, "verified", plan->is_taken);
	put_text(data, "undo", changed ? invocation->undo : NULL);
	put_bool(data, "reset_armed", plan->is_armed);
	for (size_t i = 0; i < plan->n_changes; i++)
		put_row(plan, rows, &plan->changes[i]);
	put_object(data, "parameters", rows);
	return 0;
}
