// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl link, temp, modules: a screen of each port, sensor or module. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "decode.h"
#include "prm-offsets.h"
#include "screens.h"
#include "session.h"
#include "text.h"

#define MOST_PORTS 64
#define MOST_SENSORS 64
#define REGISTER_BYTES 512

static const char *const instances[] = {
	[SCREEN_LINK] = "port",
	[SCREEN_TEMP] = "sensor",
	[SCREEN_MODULES] = "module",
};

#define NO_MODULE UINT32_MAX

/* Which one, and the register of it that was read last. */
struct instance {
	u32 index;
	u32 port;	/* that a module belongs to, ... */
	u32 module;	/* ... and a port leads to */
	u16 reg;
	const char *fixed;
	struct json_object *fields;	/* NULL: refused */
	struct json_object *unread;	/* what was, and why */
};

/* 1 for a dry run, -1 after fail(); refused ones are zero. */
static int read_one(struct invocation *invocation, u16 reg,
		    struct prm_bits index, u64 which, u8 *bytes, u32 len)
{
	struct failure failure;
	int result;

	memset(bytes, 0, len);
	if (index.width && !prm_set(bytes, len, index, which))
		return -1;
	result = attempt_read_register(invocation, reg, bytes, len, &failure);
	if (result == ATTEMPT_FAILED)
		memset(bytes, 0, len);
	return result == ATTEMPT_FAILED ? 0 : result;
}

static int count_ports(struct invocation *invocation, u32 *count)
{
	const struct prm_bits none = { 0 };
	u8 bytes[PRM_SIZE(mgir)];
	int result;

	result = read_one(invocation, PRM_REG_MGIR, none, 0, bytes,
			  sizeof(bytes));
	*count = prm_value(bytes, sizeof(bytes),
			   PRM_AT(mgir, hw_info__num_ports));
	if (!*count)
		*count = 1;
	if (*count > MOST_PORTS)
		*count = MOST_PORTS;
	return result;
}

/* One that was asked for has to be there; it is seen by what the rest hangs on. */
static int check_port(struct invocation *invocation, u16 reg, u64 port)
{
	struct failure *failure = &invocation->failure;
	u8 bytes[PRM_SIZE(pmlp)] = { 0 };
	u32 length = prm_register_by_id(reg)->layout->size;
	int result;

	/* The two have it in the same bits. */
	if (!prm_set(bytes, length, PRM_AT(pmlp, local_port), port))
		return fail_memory(invocation);
	result = session_read_register(invocation, reg, 0, bytes, length);
	if (result < 0 && failure->status == EXIT_DEVICE)
		snprintf(failure->hint, sizeof(failure->hint),
			 "is there a port %" PRIu64 "? '%s' without --port shows those there are",
			 port, invocation->command->name);
	return result;
}

static int find_module(struct invocation *invocation, struct instance *found)
{
	/* The module of the first lane. */
	const struct prm_bits module = { 4 * 8 + 24, 8 };
	u8 bytes[PRM_SIZE(pmlp)];
	int result;

	result = read_one(invocation, PRM_REG_PMLP, PRM_AT(pmlp, local_port),
			  found->port, bytes, sizeof(bytes));
	found->index = prm_value(bytes, sizeof(bytes), module);
	found->module = found->index;
	return result;
}

static void put_unread(struct instance *instance, const struct reading *row,
		       const struct failure *failure)
{
	struct json_object *unread = json_object_new_object();

	put_text(unread, "register", prm_register_by_id(row->reg)->name);
	put_text(unread, "index", row->fixed);
	put_refusal(unread, "error", failure);
	put_object(instance->unread, NULL, unread);
}

static int read_row(struct invocation *invocation, const struct reading *row,
		    const char *fixed, u32 index, struct json_object **fields,
		    struct failure *failure)
{
	const struct prm_layout *layout = prm_register_by_id(row->reg)->layout;
	const struct prm_field *by = prm_field_by_name(layout, row->by);
	u8 bytes[REGISTER_BYTES] = { 0 };
	struct encode_error error;
	int result;

	if (!prm_set(bytes, layout->size, by->at, index) ||
	    (fixed && encode_assignment(layout, bytes, layout->size, fixed, 0,
					&error)))
		return fail_memory(invocation);
	result = attempt_read_register(invocation, row->reg, bytes,
				       layout->size, failure);
	*fields = result ? NULL :
		  decode_bytes(layout, bytes, layout->size);
	return result;
}

static bool has_modes(struct json_object *ptys)
{
	return get_number(ptys, "ext_eth_proto_capability") ||
	       get_number(ptys, "eth_proto_capability") ||
	       get_number(ptys, "ib_proto_capability.value");
}

/* A port that has nothing to say of Ethernet may have of InfiniBand. */
static int try_infiniband(struct invocation *invocation,
			  const struct reading *row, struct instance *instance)
{
	struct json_object *fields;
	struct failure failure;
	int result = read_row(invocation, row, "proto_mask=1", instance->port,
			      &fields, &failure);

	if (!has_modes(fields)) {
		json_object_put(fields);
		return result < 0 ? result : 0;
	}
	json_object_put(instance->fields);
	instance->fields = fields;
	return 0;
}

/* The register of a row, unless it is the one that the last row was of. */
static int load(struct invocation *invocation, const struct reading *row,
		struct instance *instance)
{
	u32 index = !strcmp(row->by, "local_port") ? instance->port :
		    !strcmp(row->by, "module") ? instance->module :
						 instance->index;
	struct failure failure;
	int result;

	if (instance->reg == row->reg && instance->fixed == row->fixed)
		return 0;
	instance->reg = row->reg;
	instance->fixed = row->fixed;
	json_object_put(instance->fields);
	instance->fields = NULL;
	if (index == NO_MODULE)
		return 0;
	result = read_row(invocation, row, row->fixed, index,
			  &instance->fields, &failure);
	if (result < 0 || result == 1)
		return result;
	if (row->reg == PRM_REG_PTYS && !has_modes(instance->fields) &&
	    try_infiniband(invocation, row, instance))
		return -1;
	if (!instance->fields)
		put_unread(instance, row, &failure);
	return 0;
}

static void put_degrees(struct json_object *to, const char *key, u64 value,
			int parts)
{
	put_object(to, key,
		   json_object_new_int64((int64_t)(int16_t)value * 1000 / parts));
}

static void put_ascii(struct json_object *to, const char *key,
		      struct json_object *fields)
{
	u64 name = get_number(fields, "sensor_name_hi") << 32 |
		   get_number(fields, "sensor_name_lo");
	char text[9] = "";

	for (u32 i = 0; i < 8; i++)
		text[i] = name >> (56 - 8 * i) & 0x7f;
	put_text(to, key, text);
}

/* Which field it is of decides what its bits mean. */
static void put_mode(struct json_object *to, const struct reading *row,
		     struct json_object *ptys)
{
	struct link_mode mode = link_mode(ptys);

	put_named(to, row->key, mode.bits, mode.name[0] ? mode.name : NULL);
	put_text(to, "mode_field", mode.field);
}

/* A port may have no lane, and then it leads nowhere. */
static void put_module(struct json_object *to, const char *key,
		       struct json_object *lanes, struct instance *instance)
{
	struct json_object *first = json_object_array_get_idx(lanes, 0);

	if (!get_number(instance->fields, "width.value") || !first)
		return put_object(to, key, NULL);
	instance->module = get_number(first, "module");
	put_number(to, key, instance->module);
}

static bool has_error(struct json_object *module)
{
	return !strcmp(get_text(module, "oper_status.name"),
		       "module_plugged_with_error");
}

static void put_reading(struct json_object *to, const struct reading *row,
			struct instance *instance)
{
	struct json_object *fields = instance->fields;
	struct json_object *value = get(fields, row->path);
	u64 number = json_object_get_int64(value);

	if (!value) {
		put_object(to, row->key, NULL);
		if (row->form == FORM_MODE)
			put_object(to, "mode_field", NULL);
		return;
	}
	switch (row->form) {
	case FORM_AS_DECODED:
		put_object(to, row->key, json_object_get(value));
		break;
	case FORM_EIGHTHS:
		put_degrees(to, row->key, number, 8);
		break;
	case FORM_256THS:
		put_degrees(to, row->key, number, 256);
		break;
	case FORM_MODE:
		put_mode(to, row, fields);
		break;
	case FORM_RATE:
		put_number(to, row->key, number ? number * 100 :
						  link_mode(fields).mbps);
		break;
	case FORM_TEXT:
		put_ascii(to, row->key, fields);
		break;
	case FORM_MODULE:
		put_module(to, row->key, value, instance);
		break;
	case FORM_ERROR:
		put_object(to, row->key, has_error(fields) ?
			   json_object_get(value) : NULL);
		break;
	}
}

static int add(struct invocation *invocation, enum screen screen,
	       struct instance *instance)
{
	struct json_object *shown = json_object_new_object();
	int result = 0;

	instance->unread = json_object_new_array();
	put_number(shown, instances[screen], instance->index);
	for (u32 i = 0; !result && i < n_readings; i++) {
		if (readings[i].screen != screen)
			continue;
		result = load(invocation, &readings[i], instance);
		if (!result)
			put_reading(shown, &readings[i], instance);
	}
	put_object(shown, "unread", instance->unread);
	json_object_put(instance->fields);
	if (result)
		json_object_put(shown);
	else
		put_object(invocation->data, NULL, shown);
	return result;
}

static int run_ports(struct invocation *invocation, enum screen screen)
{
	u64 first = 1;
	u32 last;
	int result;

	if (option_number(invocation, "port", 0xff, &first))
		return -1;
	last = first;
	if (option_given(invocation, "port"))
		result = check_port(invocation, screen == SCREEN_MODULES ?
				    PRM_REG_PMLP : PRM_REG_PAOS, first);
	else
		result = count_ports(invocation, &last);
	if (!result)
		invocation->data = json_object_new_array();
	for (u32 port = first; !result && port <= last; port++) {
		struct instance instance = {
			.index = port, .port = port, .module = NO_MODULE,
		};

		if (screen == SCREEN_MODULES)
			result = find_module(invocation, &instance);
		if (!result)
			result = add(invocation, screen, &instance);
	}
	return result < 0 ? -1 : 0;
}

int run_link(struct invocation *invocation)
{
	return run_ports(invocation, SCREEN_LINK);
}

int run_modules(struct invocation *invocation)
{
	return run_ports(invocation, SCREEN_MODULES);
}

int run_temp(struct invocation *invocation)
{
	u8 bytes[PRM_SIZE(mtcap)] = { 0 };
	int result;
	u64 map;

	result = session_read_register(invocation, PRM_REG_MTCAP, 0, bytes,
				       sizeof(bytes));
	map = prm_value(bytes, sizeof(bytes), PRM_AT(mtcap, sensor_map));
	if (!result)
		invocation->data = json_object_new_array();
	for (u32 i = 0; !result && i < MOST_SENSORS; i++) {
		struct instance instance = { .index = i };

		if (map >> i & 1)
			result = add(invocation, SCREEN_TEMP, &instance);
	}
	return result < 0 ? -1 : 0;
}

/* "- (why)", with the first of the rows that come from one register. */
static void show_nothing(u32 row, struct json_object *unread)
{
	const char *name = prm_register_by_id(readings[row].reg)->name;
	const char *fixed = readings[row].fixed;

	putchar('-');
	if (row && readings[row - 1].reg == readings[row].reg &&
	    readings[row - 1].fixed == fixed)
		return;
	for (size_t i = 0; i < json_object_array_length(unread); i++) {
		struct json_object *one = json_object_array_get_idx(unread, i);

		if (strcmp(get_text(one, "register"), name) ||
		    strcmp(get_text(one, "index"), fixed ? fixed : ""))
			continue;
		fputs(" (", stdout);
		print_safe(stdout, get_text(one, "error.message"));
		putchar(')');
	}
}

static void show_value(const struct reading *row, struct json_object *value,
		       struct json_object *unread)
{
	int64_t number = json_object_get_int64(value);

	printf("  %-18s", row->label);
	if (!value)
		show_nothing(row - readings, unread);
	else if (row->form == FORM_EIGHTHS || row->form == FORM_256THS)
		printf("%s%lld.%lld", number < 0 ? "-" : "",
		       llabs(number) / 1000, llabs(number) % 1000 / 100);
	else if (get(value, "name"))
		print_safe(stdout, get_text(value, "name"));
	else if (get(value, "value"))
		printf("0x%" PRIx64, get_number(value, "value"));
	else if (json_object_is_type(value, json_type_int))
		printf("%" PRId64, number);
	else
		print_safe(stdout, json_object_get_string_len(value) ?
			   json_object_get_string(value) : "-");
	printf("%s%s\n", value && row->unit ? " " : "",
	       value && row->unit ? row->unit : "");
}

static void show_screen(struct invocation *invocation, enum screen screen)
{
	struct json_object *all = invocation->data;

	if (!get_count(all, ""))
		printf("no %s\n", instances[screen]);
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *shown = json_object_array_get_idx(all, i);

		printf("%s %" PRIu64 "\n", instances[screen],
		       get_number(shown, instances[screen]));
		for (u32 k = 0; k < n_readings; k++)
			if (readings[k].screen == screen)
				show_value(&readings[k],
					   get(shown, readings[k].key),
					   get(shown, "unread"));
	}
}

void show_link(struct invocation *invocation)
{
	show_screen(invocation, SCREEN_LINK);
}

void show_temp(struct invocation *invocation)
{
	show_screen(invocation, SCREEN_TEMP);
}

void show_modules(struct invocation *invocation)
{
	show_screen(invocation, SCREEN_MODULES);
}
