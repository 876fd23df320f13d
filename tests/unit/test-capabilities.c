// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* QUERY_HCA_CAP: every type, and one type says what the others say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syndromes.h"
#include "unit.h"

enum { MAXIMUM, CURRENT };

/* The schema's layouts, and the general bits that promise what is in them. */
static const struct type {
	u16 number;
	const char *name;
	const char *layout;
	const char *promise[2];
} types[] = {
	{ 0x00, "GENERAL", "cmd_hca_cap" },
	{ 0x01, "ETHERNET_OFFLOADS", "per_protocol_networking_offload_caps",
	  { "eth_net_offloads" } },
	{ 0x02, "ODP", "odp_cap", { "pg" } },
	{ 0x03, "ATOMIC", "atomic_caps", { "atomic" } },
	{ 0x04, "ROCE", "roce_cap", { "roce" } },
	{ 0x05, "IPOIB_OFFLOADS", "per_protocol_networking_offload_caps",
	  { "ipoib_basic_offloads" } },
	{ 0x06, "IPOIB_ENHANCED_OFFLOADS",
	  "per_protocol_networking_offload_caps",
	  { "ipoib_enhanced_offloads" } },
	{ 0x07, "FLOW_TABLE", "flow_table_nic_cap", { "nic_flow_table" } },
	{ 0x08, "ESWITCH_FLOW_TABLE", "flow_table_eswitch_cap",
	  { "eswitch_manager" } },
	{ 0x09, "ESWITCH", "e_switch_cap", { "eswitch_manager" } },
	{ 0x0c, "QOS", "qos_cap", { "qos" } },
	{ 0x0d, "DEBUG", "debug_cap", { "debug" } },
	{ 0x0f, "DEV_MEM", "device_mem_cap", { "device_memory" } },
	{ 0x11, "TLS", "tls_cap", { "tls_tx", "tls_rx" } },
	{ 0x13, "VDPA_EMULATION", "virtio_emulation_cap",
	  { "virtio_net_device_emualtion_manager",
	    "virtio_blk_device_emualtion_manager" } },
	{ 0x14, "DEV_EVENT", "device_event_cap" },
	{ 0x15, "IPSEC", "ipsec_cap", { "ipsec_offload" } },
	{ 0x1a, "CRYPTO", "crypto_cap", { "crypto" } },
	{ 0x1d, "SHAMPO", "shampo_cap", { "shampo" } },
	{ 0x1e, "PSP", "psp_cap", { "psp" } },
	{ 0x1f, "MACSEC", "macsec_cap" },
	{ 0x20, "GENERAL_2", "cmd_hca_cap_2", { "hca_cap_2" } },
	{ 0x25, "PORT_SELECTION", "port_selection_cap",
	  { "port_selection_cap" } },
	{ 0x26, "ADV_VIRTUALIZATION", "adv_virtualization_cap",
	  { "adv_virtualization" } },
	{ 0x28, "ADV_RDMA", "adv_rdma_cap", { "adv_rdma" } },
	{ 0x2a, "TLP_EMULATION", "tlp_dev_emu_capabilities",
	  { "tlp_device_emulation_manager" } },
};

static u8 query(struct emu_device *device, u16 type, int mode,
		struct mailbox *box)
{
	command(box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
	put(box, PRM_AT(query_hca_cap_in, op_mod), type << 1 | mode);
	return execute(device, box);
}

static u64 field(const struct mailbox *box, const char *layout,
		 const char *name)
{
	const struct prm_field *row =
		prm_field_by_name(prm_layout_by_name(layout), name);

	assert_non_null(row);
	return got(box, in_register(row->at));
}

static bool is_empty(const struct mailbox *box)
{
	for (u32 i = 16; i < box->out_len; i++)
		if (box->out[i])
			return false;
	return true;
}

static void a_type_has_contents_where_the_general_bit_says_so(void **unused)
{
	struct mailbox general, box;

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);

		assert_int_equal(query(device, 0, CURRENT, &general), 0);
		for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
			bool promised = false;

			assert_int_equal(query(device, types[i].number,
					       CURRENT, &box), 0);
			for (u32 k = 0; k < 2 && types[i].promise[k]; k++)
				promised |= field(&general, "cmd_hca_cap",
						  types[i].promise[k]);
			if (types[i].promise[0] && is_empty(&box) == promised)
				fail_msg("%s of %s", types[i].name,
					 emu_shipped_name(n));
		}
		emu_destroy(device);
	}
}

/* Bits of the general type that say there is a register. */
static const struct {
	const char *bit;
	u16 reg;
} promised[] = {
	{ "mcam_reg", PRM_REG_MCAM }, { "pcam_reg", PRM_REG_PCAM },
	{ "qcam_reg", PRM_REG_QCAM }, { "sbcam_reg", PRM_REG_SBCAM },
	{ "dtor", PRM_REG_DTOR }, { "dcbx", PRM_REG_DCBX_PARAM },
	{ "fpga", PRM_REG_FPGA_CAP },
};

static void a_register_is_there_where_the_general_bit_says_so(void **unused)
{
	struct mailbox general, box;

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);

		assert_int_equal(query(device, 0, CURRENT, &general), 0);
		for (u32 i = 0; i < ARRAY_SIZE(promised); i++) {
			access_register(&box, promised[i].reg, false, 256);
			execute(device, &box);
			if (field(&general, "cmd_hca_cap", promised[i].bit) ==
			    (syndrome(&box) == EMU_UNKNOWN_REGISTER))
				fail_msg("%s of %s", promised[i].bit,
					 emu_shipped_name(n));
		}
		emu_destroy(device);
	}
}

static void check_bits(const struct prm_layout *layout, u32 base,
		       const struct mailbox *maximum,
		       const struct mailbox *current)
{
	for (u32 i = 0; i < layout->n_fields; i++) {
		const struct prm_field *row = &layout->fields[i];
		struct prm_bits at = row->at;

		at.offset += base;
		if (row->type == PRM_STRUCT)
			check_bits(row->layout, at.offset, maximum, current);
		else if (at.width == 1)
			assert_true(got(maximum, in_register(at)) >=
				    got(current, in_register(at)));
	}
}

static void nothing_is_on_that_the_maximum_has_not(void **unused)
{
	struct mailbox current, maximum;

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);

		for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
			query(device, types[i].number, CURRENT, &current);
			query(device, types[i].number, MAXIMUM, &maximum);
			check_bits(prm_layout_by_name(types[i].layout), 0,
				   &maximum, &current);
		}
		emu_destroy(device);
	}
}

static void every_other_type_is_refused(void **unused)
{
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	for (u32 type = 0; type < 0x8000; type++) {
		bool known = false;

		for (u32 i = 0; i < ARRAY_SIZE(types); i++)
			known |= types[i].number == type;
		if (query(device, type, CURRENT, &box)) {
			assert_false(known);
			assert_int_equal(box.out[0], EMU_BAD_PARAM);
			assert_int_equal(syndrome(&box),
					 EMU_UNKNOWN_CAPABILITY_TYPE);
		} else {
			assert_true(known);
		}
	}
	emu_destroy(device);
}

/* A random single field: one type shows it, there and nowhere else. */
static void one_field_shows_in_its_place_only(void **unused)
{
	char text[1024];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		const struct prm_layout *layout =
			prm_layout_by_name(types[i].layout);
		const struct prm_field *row;
		struct emu_device *device;
		struct mailbox box;
		u64 value;

		/* All that this one says is an array. */
		if (!strcmp(types[i].name, "DEV_EVENT"))
			continue;
		do {
			row = &layout->fields[random_below(layout->n_fields)];
		} while (row->type != PRM_NUMBER || row->is_array ||
			 !strcmp(row->name, "num_ports") ||
			 !strcmp(row->name, "num_of_diagnostic_counters"));
		value = 1 + (row->at.width > 1 ? random_below(2) : 0);
		snprintf(text, sizeof(text),
			 "{\"mlx5ctl_personality\": 1, \"name\": \"test\","
			 " \"device\": {}, \"capabilities\": {\"%s\":"
			 " {\"current\": {}, \"maximum\": {\"%s\": %u}}},"
			 " \"registers\": {}}",
			 types[i].name, row->name, (u32)value);
		device = device_of(text);
		assert_int_equal(query(device, types[i].number, CURRENT, &box),
				 0);
		assert_true(is_empty(&box));
		assert_int_equal(query(device, types[i].number, MAXIMUM, &box),
				 0);
		assert_int_equal(got(&box, in_register(row->at)), value);
		assert_true(prm_set(box.out, box.out_len,
				    in_register(row->at), 0));
		assert_true(is_empty(&box));
		emu_destroy(device);
	}
}

static void another_function_is_refused(void **unused)
{
	static const struct prm_bits names[] = {
		{ PRM(query_hca_cap_in, other_function) },
		{ PRM(query_hca_cap_in, ec_vf_function) },
		{ PRM(query_hca_cap_in, function_id_type) },
		{ PRM(query_hca_cap_in, function_id) },
	};
	struct emu_device *device = new_device();
	u16 uid = new_uid(device, 4);
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(names); i++) {
		command(&box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
		put(&box, PRM_AT(query_hca_cap_in, uid), uid);
		put(&box, names[i], 1);
		assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_OTHER_FUNCTION);
	}
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_type_has_contents_where_the_general_bit_says_so),
		cmocka_unit_test(a_register_is_there_where_the_general_bit_says_so),
		cmocka_unit_test(nothing_is_on_that_the_maximum_has_not),
		cmocka_unit_test(every_other_type_is_refused),
		cmocka_unit_test(one_field_shows_in_its_place_only),
		cmocka_unit_test(another_function_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
