// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl info: who the device is, and what may be asked of it, on a screen. */
#include <stdio.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "decode.h"
#include "output.h"
#include "prm-offsets.h"
#include "session.h"
#include "text.h"

/* Bits of UCTX capabilities, as CREATE_UCTX takes them. */
static const char *const uctx_names[] = {
	"RAW_TX", "INTERNAL_DEVICE_RESOURCES", "TOOLS_RESOURCES",
};

/* What is taken over as it is. */
static const struct {
	const char *key;
	const char *path;
} from_mgir[] = {
	{ "psid", "fw_info.psid" },
	{ "pci_device_id", "hw_info.device_id" },
	{ "hw_device_id", "hw_info.hw_dev_id" },
	{ "hw_revision", "hw_info.device_hw_revision" },
	{ "ports", "hw_info.num_ports" },
}, from_adapter[] = {
	{ "board", "query_adapter_struct.vsd" },
	{ "board_vendor_id", "query_adapter_struct.vsd_vendor_id" },
	{ "ieee_vendor_id", "query_adapter_struct.ieee_vendor_id" },
};

static void put_firmware(struct json_object *data, struct json_object *mgir)
{
	struct json_object *fw = get(mgir, "fw_info");
	bool is_long = get_number(fw, "extended_major");
	char text[64];

	if (!fw) {
		put_object(data, "firmware", NULL);
		put_object(data, "firmware_date", NULL);
		return;
	}
	snprintf(text, sizeof(text), "%llu.%llu.%04llu",
		 (unsigned long long)get_number(fw, is_long ? "extended_major" : "major"),
		 (unsigned long long)get_number(fw, is_long ? "extended_minor" : "minor"),
		 (unsigned long long)get_number(fw, is_long ? "extended_sub_minor" : "sub_minor"));
	put_text(data, "firmware", text);
	/* The digits are decimal, one in each four bits. */
	snprintf(text, sizeof(text), "%04llx-%02llx-%02llx",
		 (unsigned long long)get_number(fw, "year"),
		 (unsigned long long)get_number(fw, "month"),
		 (unsigned long long)get_number(fw, "day"));
	put_text(data, "firmware_date", text);
}

static void put_mac(struct json_object *data, struct json_object *mgir)
{
	u64 mac = get_number(mgir, "hw_info.manufacturing_base_mac_47_32") << 32 |
		  get_number(mgir, "hw_info.manufacturing_base_mac_31_0");
	char text[32];
	u8 byte[6];

	for (int i = 0; i < 6; i++)
		byte[i] = mac >> (40 - 8 * i);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", byte[0],
		 byte[1], byte[2], byte[3], byte[4], byte[5]);
	put_text(data, "base_mac", mgir ? text : NULL);
}

static void put_mgir(struct json_object *data, struct json_object *mgir)
{
	put_firmware(data, mgir);
	for (size_t i = 0; i < ARRAY_SIZE(from_mgir); i++)
		put_object(data, from_mgir[i].key,
			   json_object_get(get(mgir, from_mgir[i].path)));
	put_mac(data, mgir);
}

static void put_adapter(struct json_object *data, struct json_object *adapter)
{
	for (size_t i = 0; i < ARRAY_SIZE(from_adapter); i++)
		put_object(data, from_adapter[i].key,
			   json_object_get(get(adapter, from_adapter[i].path)));
}

static void put_unread(struct invocation *invocation, const char *what,
		       const struct failure *failure)
{
	struct json_object *unread = json_object_new_object();

	put_text(unread, "what", what);
	put_refusal(unread, "error", failure);
	put_object(get(invocation->data, "unread"), NULL, unread);
	output_note(invocation, "mlx5ctl: %s is left out: %s", what,
		    failure->message);
}

static int ask_mgir(struct invocation *invocation)
{
	u8 bytes[PRM_SIZE(mgir)] = { 0 };
	struct json_object *mgir = NULL;
	struct failure failure;
	int result;

	result = attempt_read_register(invocation, PRM_REG_MGIR, bytes,
				       sizeof(bytes), &failure);
	if (result < 0 || result == 1)
		return result;
	invocation->data = json_object_new_object();
	put_object(invocation->data, "unread", json_object_new_array());
	if (result == ATTEMPT_FAILED)
		put_unread(invocation, "MGIR", &failure);
	else
		mgir = decode_bytes(prm_register_by_id(PRM_REG_MGIR)->layout,
				    bytes, sizeof(bytes));
	put_mgir(invocation->data, mgir);
	json_object_put(mgir);
	return 0;
}

static int ask_adapter(struct invocation *invocation)
{
	u8 in[PRM_SIZE(query_adapter_in)] = { 0 };
	u8 out[PRM_SIZE(query_adapter_out)];
	struct json_object *adapter = NULL;
	struct failure failure;
	int result;

	if (!prm_set(in, sizeof(in), PRM_AT(query_adapter_in, opcode),
		     PRM_OP_QUERY_ADAPTER))
		return -1;
	result = attempt_exec(invocation, in, sizeof(in), out, sizeof(out),
			      &failure);
	if (result < 0)
		return -1;
	if (result == ATTEMPT_FAILED)
		put_unread(invocation, "QUERY_ADAPTER", &failure);
	else
		adapter = decode_bytes(prm_layout_by_name("query_adapter_out"),
				       out, sizeof(out));
	put_adapter(invocation->data, adapter);
	json_object_put(adapter);
	return 0;
}

static void put_uctx(struct json_object *data, const char *key, u32 mask)
{
	struct json_object *uctx = json_object_new_object();
	struct json_object *names = json_object_new_array();

	put_number(uctx, "value", mask);
	for (size_t i = 0; i < ARRAY_SIZE(uctx_names); i++)
		if (mask >> i & 1)
			put_text(names, NULL, uctx_names[i]);
	put_object(uctx, "names", names);
	put_object(data, key, uctx);
}

static int ask_file(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	struct mlx5ctl_device_info info;

	if (session_info(invocation, &info))
		return -1;
	put_text(data, "device", info.device);
	put_text(data, "interface", info.transport);
	put_number(data, "uid", info.uid);
	put_uctx(data, "uctx_granted", info.uctx_cap);
	put_uctx(data, "uctx_offered", info.dev_uctx_cap);
	put_text(data, "policy_hash", info.policy_hash);
	return 0;
}

int run_info(struct invocation *invocation)
{
	int result = ask_mgir(invocation);

	if (!result)
		result = ask_adapter(invocation);
	if (!result)
		result = ask_file(invocation);
	return result < 0 ? -1 : 0;
}

static void show_uctx(struct json_object *data, const char *title,
		      const char *key)
{
	struct json_object *uctx = get(data, key);

	printf("%-16s0x%llx", title,
	       (unsigned long long)get_number(uctx, "value"));
	for (size_t i = 0; i < get_count(uctx, "names"); i++)
		printf("%s%s", i ? ", " : "  ",
		       json_object_get_string(json_object_array_get_idx(get(uctx, "names"), i)));
	putchar('\n');
}

void show_info(struct invocation *invocation)
{
	static const struct {
		const char *title, *key;
		bool is_hex;
	} rows[] = {
		{ "device", "device" }, { "interface", "interface" },
		{ "board", "board" }, { "psid", "psid" },
		{ "firmware", "firmware" }, { "firmware date", "firmware_date" },
		{ "pci device id", "pci_device_id", true },
		{ "hw device id", "hw_device_id", true },
		{ "hw revision", "hw_revision", true },
		{ "board vendor", "board_vendor_id", true },
		{ "ieee vendor", "ieee_vendor_id", true },
		{ "ports", "ports" }, { "base mac", "base_mac" },
		{ "uid", "uid" }, { "policy hash", "policy_hash" },
	};
	struct json_object *data = invocation->data;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		printf("%-16s", rows[i].title);
		if (!get(data, rows[i].key))
			putchar('-');
		else if (rows[i].is_hex)
			printf("0x%llx", (unsigned long long)get_number(data, rows[i].key));
		else
			print_safe(stdout, get_text(data, rows[i].key));
		putchar('\n');
	}
	show_uctx(data, "uctx granted", "uctx_granted");
	show_uctx(data, "uctx offered", "uctx_offered");
}
