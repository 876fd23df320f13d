// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who the device is, what it can do, and what of it can be dumped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../emulator/firmware/model.h"
#include "build.h"
#include "chain.h"
#include "decode.h"
#include "prm-offsets.h"
#include "snapshot.h"

#define OPEN_END 256		/* bytes of room for an array without a count */

/* Keys of the section `device`, and which field of which answer has each. */
static const struct fact {
	u16 opcode;		/* without arguments; 0: register MGIR */
	u16 op_mod;
	const char *key;
	const char *path;
} facts[] = {
	{ 0, 0, "pci_device_id", "hw_info.device_id" },
	{ 0, 0, "hw_device_id", "hw_info.hw_dev_id" },
	{ 0, 0, "hw_revision", "hw_info.device_hw_revision" },
	{ 0, 0, "num_ports", "hw_info.num_ports" },
	{ 0, 0, "firmware_major", "fw_info.extended_major" },
	{ 0, 0, "firmware_minor", "fw_info.extended_minor" },
	{ 0, 0, "firmware_subminor", "fw_info.extended_sub_minor" },
	{ 0, 0, "psid", "fw_info.psid" },
	{ PRM_OP_QUERY_ADAPTER, 0, "ieee_vendor_id",
	  "query_adapter_struct.ieee_vendor_id" },
	{ PRM_OP_QUERY_ADAPTER, 0, "vsd_vendor_id",
	  "query_adapter_struct.vsd_vendor_id" },
	{ PRM_OP_QUERY_ADAPTER, 0, "vsd", "query_adapter_struct.vsd" },
	{ PRM_OP_QUERY_ISSI, 0, "issi_current", "current_issi" },
	{ PRM_OP_QUERY_ISSI, 0, "issi_supported", "supported_issi_dw0" },
	{ PRM_OP_QUERY_PAGES, 1, "boot_pages", "num_pages" },
	{ PRM_OP_QUERY_PAGES, 2, "init_pages", "num_pages" },
	{ PRM_OP_QUERY_VUID, 0, "vuid", "vuid" },
};

/* The answer's fields; NULL where it was refused. */
static int ask(struct snapshot *snapshot, const struct fact *fact,
	       struct json_object **answer)
{
	const struct prm_layout *layout = fact->opcode ?
		prm_command_by_opcode(fact->opcode)->out :
		prm_register_by_id(PRM_REG_MGIR)->layout;
	u8 in[PRM_HEADER_BYTES] = { fact->opcode >> 8, fact->opcode,
				    [7] = fact->op_mod };
	u32 len = layout->size + (emu_layout_is_open(layout) ? OPEN_END : 0);
	u8 *out = calloc(1, len);
	int result;

	*answer = NULL;
	if (!out)
		return fail_memory(snapshot->invocation);
	result = fact->opcode ?
		 snapshot_exec(snapshot, in, sizeof(in), out, len) :
		 snapshot_register(snapshot, PRM_REG_MGIR, out, len);
	if (!result)
		*answer = decode_bytes(layout, out, len);
	free(out);
	return result == ATTEMPT_FAILED ? 0 : result;
}

static void take(struct json_object *device, const struct fact *fact,
		 struct json_object *answer)
{
	struct json_object *value = get(answer, fact->path);

	if (json_object_is_type(value, json_type_array))
		value = json_object_array_get_idx(value, 0);
	if (value)
		put_object(device, fact->key, json_object_get(value));
}

static void take_mac(struct json_object *device, struct json_object *mgir)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx",
		 (unsigned long long)
		 (get_number(mgir, "hw_info.manufacturing_base_mac_47_32") << 32 |
		  get_number(mgir, "hw_info.manufacturing_base_mac_31_0")));
	put_text(device, "base_mac", text);
}

/* A text of MQIS, in the pieces that the register holds. */
static int take_text(struct snapshot *snapshot, struct json_object *device,
		     const char *key, u32 type)
{
	const struct prm_bits string = PRM_AT(mqis, info_string);
	char text[209] = "";
	size_t used = 0;
	u64 n = 1;

	while (n && used + string.width / 8 < sizeof(text)) {
		u8 bytes[PRM_SIZE_mqis] = { 0 };
		int result;

		if (!prm_set(bytes, sizeof(bytes), PRM_AT(mqis, info_type),
			     type) ||
		    !prm_set(bytes, sizeof(bytes), PRM_AT(mqis, read_offset),
			     used) ||
		    !prm_set(bytes, sizeof(bytes), PRM_AT(mqis, read_length),
			     string.width / 8))
			return -1;
		result = snapshot_register(snapshot, PRM_REG_MQIS, bytes,
					   sizeof(bytes));
		if (result == ATTEMPT_FAILED)
			break;
		if (result)
			return result;
		if (!prm_get(bytes, sizeof(bytes), PRM_AT(mqis, read_length),
			     &n) || n > string.width / 8)
			n = 0;
		memcpy(text + used, bytes + string.offset / 8, n);
		used += n;
	}
	if (text[0])
		put_text(device, key, text);
	return 0;
}

/* What is not as text ends it is no version: the reply has no public layout. */
static int take_driver(struct snapshot *snapshot, struct json_object *device)
{
	u8 in[PRM_HEADER_BYTES] = { PRM_OP_QUERY_DRIVER_VERSION >> 8,
				    PRM_OP_QUERY_DRIVER_VERSION & 0xff };
	u8 out[PRM_SIZE(set_driver_version_in)];
	const char *text = (const char *)out + PRM_HEADER_BYTES;
	size_t room = sizeof(out) - PRM_HEADER_BYTES, length;
	int result = snapshot_exec(snapshot, in, sizeof(in), out, sizeof(out));

	if (result)
		return result == ATTEMPT_FAILED ? 0 : result;
	length = strnlen(text, room);
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return 0;
	if (length && length < room)
		put_text(device, "driver_version", text);
	return 0;
}

int snapshot_device(struct snapshot *snapshot)
{
	struct json_object *device = json_object_new_object();
	struct json_object *answer = NULL;
	int result = 0;

	put_object(snapshot->document, "device", device);
	for (size_t i = 0; i < ARRAY_SIZE(facts) && !result; i++) {
		if (!i || facts[i].opcode != facts[i - 1].opcode ||
		    facts[i].op_mod != facts[i - 1].op_mod) {
			json_object_put(answer);
			result = ask(snapshot, &facts[i], &answer);
			if (!i && answer)
				take_mac(device, answer);
		}
		take(device, &facts[i], answer);
	}
	json_object_put(answer);
	snapshot->n_ports = get_number(device, "num_ports");
	if (!result)
		result = take_text(snapshot, device, "model_name", 1);
	if (!result)
		result = take_text(snapshot, device, "model_description", 2);
	if (!result)
		result = take_driver(snapshot, device);
	if (!result)
		result = snapshot_pci(snapshot, device);
	return result;
}

/*
 * Diagnostic counters that there are. What they count is not shown by reading:
 * it would have to be sampled.
 */
static void put_counters(struct snapshot *snapshot, const u8 *capability)
{
	const struct prm_field *list =
		prm_field_by_name(prm_layout_by_name("debug_cap"),
				  "diagnostic_counter");
	u32 n = field_count(list, 0, MLX5CTL_CAPABILITY_BYTES);
	struct json_object *counters = json_object_new_array();
	struct json_object *all;

	for (u32 i = 0; i < n; i++) {
		const u8 *at = capability + prm_element(list, i).offset / 8;
		struct json_object *counter;

		if (!at[2] && !at[3])
			break;
		counter = json_object_new_object();
		put_number(counter, "id", at[2] << 8 | at[3]);
		put_number(counter, "sync", at[0] >> 7);
		put_object(counters, NULL, counter);
	}
	all = json_object_new_object();
	put_object(all, "counters", counters);
	put_object(snapshot->document, "diagnostics", all);
}

static int read_capability(struct snapshot *snapshot,
			   const struct prm_capability *type,
			   int is_maximum, struct json_object **fields)
{
	u8 in[PRM_SIZE_query_hca_cap_in] = { 0 };
	u8 out[PRM_HEADER_BYTES + MLX5CTL_CAPABILITY_BYTES];
	int result;

	if (mlx5ctl_capability_command(type->type, is_maximum, in, sizeof(in)))
		return -1;
	result = snapshot_exec(snapshot, in, sizeof(in), out, sizeof(out));
	*fields = result ? NULL :
		snapshot_fields(prm_capability_layout(type->type), type->name,
				out + PRM_HEADER_BYTES,
				MLX5CTL_CAPABILITY_BYTES);
	if (!result && type->type == EMU_DEBUG && !is_maximum)
		put_counters(snapshot, out + PRM_HEADER_BYTES);
	return result;
}

int snapshot_capabilities(struct snapshot *snapshot)
{
	struct json_object *all = json_object_new_object();
	int result = 0;

	put_object(snapshot->document, "capabilities", all);
	for (u32 i = 0; i < prm_n_capabilities && result >= 0; i++) {
		const struct prm_capability *type = &prm_capabilities[i];
		struct json_object *current, *maximum;

		result = read_capability(snapshot, type, 0, &current);
		if (result == ATTEMPT_FAILED)
			continue;
		if (result)
			break;
		put_object(all, type->name, json_object_new_object());
		put_object(get(all, type->name), "current", current);
		result = read_capability(snapshot, type, 1, &maximum);
		if (json_object_equal(current, maximum))
			json_object_put(maximum);
		else if (maximum)
			put_object(get(all, type->name), "maximum", maximum);
	}
	return result == ATTEMPT_FAILED ? 0 : result;
}

static void put_menu(struct snapshot *snapshot, const struct menu *menu)
{
	const struct prm_layout *layout =
		prm_layout_by_name("resource_dump_menu_record");
	struct json_object *dumps = json_object_new_object();
	struct json_object *records = json_object_new_array();

	for (u32 i = 0; i < menu->n_records; i++)
		put_object(records, NULL,
			   snapshot_fields(layout, "menu",
					   menu->records + i * layout->size,
					   layout->size));
	put_object(dumps, "menu", records);
	put_object(snapshot->document, "dumps", dumps);
}

/* What can be dumped; what that would show is not part of a snapshot. */
int snapshot_dumps(struct snapshot *snapshot)
{
	const struct mlx5ctl_dump_request menu = {
		.type = MLX5CTL_SEGMENT_MENU,
	};
	struct invocation *invocation = snapshot->invocation;
	struct chain chain;
	int result = snapshot_dump(snapshot, &menu);

	if (result)
		return result == ATTEMPT_FAILED ? 0 : result;
	chain_decode(invocation->bytes, invocation->n_bytes, NULL, &chain);
	json_object_put(chain.segments);
	put_menu(snapshot, &chain.menu);
	return 0;
}
