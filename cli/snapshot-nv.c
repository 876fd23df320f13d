// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Non-volatile configuration: the items that the rules have names for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "config.h"
#include "snapshot.h"

/* Items that there are beside those that can be set: addresses, and counts. */
static const u32 others[] = { 2, 3 };

#define ITEM(name) PRM_AT(mnvda, configuration_item_header__##name)
#define MNVQC(name) prm_value(bytes, sizeof(bytes), PRM_AT(mnvqc, name))

/* 0 and its value; ATTEMPT_FAILED: it has none in this mode. */
static int read_value(struct snapshot *snapshot, u32 type, u32 mode, u8 *bytes,
		      u32 *len)
{
	int result;

	memset(bytes, 0, PRM_SIZE(mnvda));
	if (!prm_set(bytes, PRM_SIZE(mnvda), ITEM(type), type) ||
	    !prm_set(bytes, PRM_SIZE(mnvda), ITEM(access_mode), mode))
		return -1;
	result = snapshot_register(snapshot, PRM_REG_MNVDA, bytes,
				   PRM_SIZE(mnvda));
	*len = prm_value(bytes, PRM_SIZE(mnvda), ITEM(length));
	if (!result && (!*len || *len > CONFIG_MOST_BYTES || *len % 4))
		return ATTEMPT_FAILED;
	return result;
}

static int read_item(struct snapshot *snapshot, u32 type, u64 writable,
		     u64 version)
{
	static const char *const modes[] = {
		[CONFIG_NEXT] = "next",
		[CONFIG_CURRENT] = "current",
		[CONFIG_DEFAULT] = "factory",
	};
	const u32 data = PRM_AT(mnvda, configuration_item_data).offset / 8;
	struct json_object *item = json_object_new_object();
	u8 bytes[PRM_SIZE_mnvda];
	char text[16];
	u32 len, known = 0;
	int result = 0;

	snprintf(text, sizeof(text), "0x%x", type);
	put_text(item, "type", text);
	put_number(item, "writable", writable);
	put_number(item, "version", version);
	for (int mode = CONFIG_DEFAULT; mode >= 0 && result >= 0; mode--) {
		result = read_value(snapshot, type, mode, bytes, &len);
		if (result || (known && len != known))
			continue;
		known = len;
		put_hex(item, modes[mode], bytes + data, len);
	}
	put_number(item, "length", known);
	if (known && result >= 0)
		put_object(get(snapshot->document, "nv"), NULL, item);
	else
		json_object_put(item);
	return result == ATTEMPT_FAILED ? 0 : result;
}

/* A number may have several rules. */
static bool is_there(struct snapshot *snapshot, u32 type)
{
	struct json_object *items = get(snapshot->document, "nv");

	for (size_t i = 0; i < json_object_array_length(items); i++)
		if (strtoul(get_text(json_object_array_get_idx(items, i),
				     "type"), NULL, 0) == type)
			return true;
	return false;
}

static int ask_item(struct snapshot *snapshot, u32 type)
{
	u8 bytes[PRM_SIZE_mnvqc] = { 0 };
	int result;

	if (is_there(snapshot, type))
		return 0;
	if (!prm_set(bytes, sizeof(bytes), PRM_AT(mnvqc, type), type))
		return -1;
	result = snapshot_register(snapshot, PRM_REG_MNVQC, bytes,
				   sizeof(bytes));
	if (result || !MNVQC(support_rd))
		return result == ATTEMPT_FAILED ? 0 : result;
	return read_item(snapshot, type, MNVQC(support_wr), MNVQC(version));
}

/* The items of one class that the rules name. */
static int ask_class(struct snapshot *snapshot,
		     const struct policy_table *table, enum config_class class)
{
	u32 first = class == CONFIG_PORT ? 1 : 0;
	u32 last = class == CONFIG_PORT ? snapshot->n_ports : 0;
	int result = 0;

	for (u32 i = 0; i < table->n_rules && !result; i++) {
		const struct config_tlv tlv = {
			.class = class,
			.id = table->rules[i].key,
		};

		for (u32 port = first; port <= last && !result; port++)
			result = ask_item(snapshot, config_type(&tlv, port));
	}
	return result;
}

int snapshot_nv(struct snapshot *snapshot)
{
	static const struct {
		const char *table;
		enum config_class class;
	} classes[] = {
		{ "parameter-writes-global", CONFIG_GLOBAL },
		{ "parameter-writes-port", CONFIG_PORT },
		{ "parameter-writes-function", CONFIG_FUNCTION },
		{ "parameter-writes-host", CONFIG_HOST },
	};
	int result = 0;

	put_object(snapshot->document, "nv", json_object_new_array());
	for (size_t i = 0; i < ARRAY_SIZE(others) && !result; i++)
		result = ask_item(snapshot, others[i]);
	for (size_t i = 0; i < ARRAY_SIZE(classes) && !result; i++)
		for (u32 k = 0; policy_tables[k] && !result; k++)
			if (!strcmp(policy_tables[k]->name, classes[i].table))
				result = ask_class(snapshot, policy_tables[k],
						   classes[i].class);
	return result;
}
