// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Registers of the personalities that ship: instances, counters, modules, links. */
#include <stdio.h>
#include <string.h>

#include "syndromes.h"
#include "unit.h"

static u64 clock_ms;

static uint64_t read_clock(void *context)
{
	return *(u64 *)context;
}

static struct emu_device *with_clock(struct emu_device *device)
{
	clock_ms = 0;
	emu_set_clock(device, read_clock, &clock_ms);
	return device;
}

/* What a ConnectX without FPGA refuses, and a dump that has nowhere to go. */
static bool is_absent(u16 id)
{
	static const u16 absent[] = {
		PRM_REG_FPGA_CAP, PRM_REG_FPGA_CTRL, PRM_REG_FPGA_ACCESS_REG,
		PRM_REG_MCDD,
		PRM_REG_MNVGN,
	};

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (absent[i] == id)
			return true;
	return false;
}

/* Those that are not where all that selects is zero, but for a port. */
static const struct {
	u16 id;
	struct prm_bits at;
	u64 value;
} kinds[] = {
	{ PRM_REG_PTYS, { PRM(ptys, proto_mask) }, 4 },
	{ PRM_REG_MQIS, { PRM(mqis, info_type) }, 1 },
	{ PRM_REG_MDDQ, { PRM(mddq, query_type) }, 1 },
	{ PRM_REG_MNVDA, { PRM(mnvda, configuration_item_header__type) },
	  0x80 },
	{ PRM_REG_RESOURCE_DUMP, { PRM(resource_dump, inline_dump) }, 1 },
	{ PRM_REG_RESOURCE_DUMP, { PRM(resource_dump, segment_type) }, 0xffff },
};

static void select_first(const struct prm_register *reg, struct mailbox *box)
{
	for (u32 i = 0; i < reg->layout->n_fields; i++) {
		const struct prm_field *field = &reg->layout->fields[i];

		if (!strcmp(field->name, "local_port") ||
		    !strcmp(field->name, "port_number"))
			put(box, in_register(field->at), 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].id == reg->id)
			put(box, in_register(kinds[i].at), kinds[i].value);
}

static void both_personalities_answer_every_register_they_have(void **unused)
{
	u32 wrong = 0;

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = with_clock(shipped_device(n));
		struct mailbox box;

		for (u32 i = 0; i < prm_n_registers; i++) {
			const struct prm_register *reg = &prm_registers[i];
			bool answers;

			access_register(&box, reg->id, false,
					reg->layout->size);
			select_first(reg, &box);
			answers = !execute(device, &box);
			if (answers != is_absent(reg->id))
				continue;
			wrong++;
			print_error("%s: %s %s\n", emu_shipped_name(n),
				    reg->name,
				    answers ? "answers" : "does not");
		}
		emu_destroy(device);
	}
	assert_int_equal(wrong, 0);
}

static void an_instance_that_is_absent_is_refused_with_a_syndrome(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	static const struct {
		u16 id;
		struct prm_bits at;
	} absent[] = {
		{ PRM_REG_PPCNT, { PRM(ppcnt, local_port) } },
		{ PRM_REG_QPTS, { PRM(qpts, local_port) } },
		{ PRM_REG_MTMP, { PRM(mtmp, sensor_index) } },
		{ PRM_REG_MVCR, { PRM(mvcr, sensor_index) } },
		{ PRM_REG_PMPD, { PRM(pmpd, lane) } },
		{ PRM_REG_MCIA, { PRM(mcia, module) } },
		{ PRM_REG_MPCNT, { PRM(mpcnt, grp) } },
		{ PRM_REG_QETCR, { PRM(qetcr, port_number) } },
		{ PRM_REG_MTPPSE, { PRM(mtppse, pin) } },
		{ PRM_REG_MCQI, { PRM(mcqi, info_type) } },
		{ PRM_REG_PDDR, { PRM(pddr, page_select) } },
		{ PRM_REG_MCAM, { PRM(mcam, access_reg_group) } },
	};
	struct mailbox box;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		const struct prm_register *reg =
			prm_register_by_id(absent[i].id);

		access_register(&box, reg->id, false, reg->layout->size);
		select_first(reg, &box);
		put(&box, in_register(absent[i].at), 7);
		if (execute(device, &box) != 3 || !syndrome(&box))
			fail_msg("%s answers", reg->name);
		for (u32 k = 8; k < box.out_len; k++)
			assert_int_equal(box.out[k], 0);
	}
	emu_destroy(device);
}

static u64 octets(struct emu_device *device, bool clear)
{
	struct prm_bits at = PRM_AT(ppcnt, counter_set);
	struct mailbox box;

	access_register(&box, PRM_REG_PPCNT, false, PRM_SIZE(ppcnt));
	put(&box, in_register(PRM_AT(ppcnt, local_port)), 1);
	put(&box, in_register(PRM_AT(ppcnt, grp)), 1);
	put(&box, in_register(PRM_AT(ppcnt, clr)), clear);
	assert_int_equal(execute(device, &box), 0);
	at.width = 64;		/* if_in_octets, high and low */
	return got(&box, in_register(at));
}

/* 910 frames of 512 octets in a second, as the personality says. */
#define OCTETS_A_SECOND (910 * 512)

static void counters_move_with_the_clock_and_clear_with_clr(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	u64 first, cleared = 0;
	u64 last = 0;

	(void)unused;
	first = octets(device, false);
	assert_int_equal(octets(device, false), first);
	for (int round = 0; round < 500; round++) {
		bool clear = !random_below(10);
		u64 wanted;

		clock_ms += random_below(40000000);
		wanted = (cleared ? 0 : first) + OCTETS_A_SECOND *
			 ((clock_ms - last) / 1000) + OCTETS_A_SECOND *
			 ((clock_ms - last) % 1000) / 1000;
		assert_int_equal(octets(device, clear), wanted);
		if (clear) {
			cleared = 1;
			last = clock_ms;
			assert_int_equal(octets(device, false), 0);
		}
	}
	emu_destroy(device);
}

static u8 read_memory(struct emu_device *device, struct mailbox *box,
		      u8 page, u16 from, u16 size)
{
	access_register(box, PRM_REG_MCIA, false, PRM_SIZE(mcia));
	put(box, in_register(PRM_AT(mcia, i2c_device_address)), 0x50);
	put(box, in_register(PRM_AT(mcia, page_number)), page);
	put(box, in_register(PRM_AT(mcia, device_address)), from);
	put(box, in_register(PRM_AT(mcia, size)), size);
	return execute(device, box);
}

static const u8 *memory(const struct mailbox *box)
{
	return box->out + PRM_HEADER_BYTES + 0x10;
}

static void the_memory_of_a_module_is_read_from_any_offset(void **unused)
{
	struct emu_device *device = with_clock(device_named("connectx-6dx"));
	u8 whole[256];
	struct mailbox box;
	u8 sum = 0;

	(void)unused;
	for (u32 half = 0; half < 2; half++) {
		assert_int_equal(read_memory(device, &box, 0, half * 128, 128),
				 0);
		memcpy(whole + half * 128, memory(&box), 128);
	}
	assert_int_equal(whole[0], 17);
	assert_memory_equal(whole + 168, "MCP1600-C002E30N", 16);
	for (u32 i = 128; i < 191; i++)
		sum += whole[i];
	assert_int_equal(sum, whole[191]);
	for (int round = 0; round < 300; round++) {
		u32 from = random_below(256);
		u32 size = random_below(129);
		u8 status = read_memory(device, &box, 0, from, size);

		assert_int_equal(status, from + size > 256 ? 3 : 0);
		if (!status)
			assert_memory_equal(memory(&box), whole + from, size);
	}
	assert_int_equal(read_memory(device, &box, 2, 128, 16), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mcia, status))), 9);
	emu_destroy(device);
}

static void a_frame_is_as_large_as_the_port_can_do(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;

	(void)unused;
	for (u32 mtu = 10239; mtu < 10242; mtu++) {
		access_register(&box, PRM_REG_PMTU, true, PRM_SIZE(pmtu));
		put(&box, in_register(PRM_AT(pmtu, local_port)), 1);
		put(&box, in_register(PRM_AT(pmtu, admin_mtu)), mtu);
		assert_int_equal(execute(device, &box), mtu > 10240 ? 3 : 0);
		if (mtu <= 10240)
			assert_int_equal(got(&box, in_register(
				PRM_AT(pmtu, oper_mtu))), mtu);
	}
	emu_destroy(device);
}

static void what_comes_behind_a_register_is_zero_and_no_access_is_empty(void **unused)
{
	struct emu_device *device = new_device();
	const u32 behind = PRM_HEADER_BYTES + PRM_SIZE(pmtu);
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_PMTU, true, PRM_SIZE(pmtu) + 4);
	put(&box, in_register(PRM_AT(pmtu, local_port)), 1);
	put(&box, in_register(PRM_AT(pmtu, admin_mtu)), 1500);
	assert_int_equal(execute(device, &box), 0);
	box.in[behind + 3] = 2;
	assert_int_equal(execute(device, &box), 3);
	assert_int_equal(syndrome(&box), EMU_RESERVED_FIELD);
	access_register(&box, PRM_REG_MGIR, false, PRM_SIZE(mgir));
	box.out_len = sizeof(box.out);
	assert_int_equal(execute(device, &box), 0);
	for (u32 i = PRM_HEADER_BYTES + PRM_SIZE(mgir); i < box.out_len; i++)
		assert_int_equal(box.out[i], 0);
	box.in_len = PRM_HEADER_BYTES;
	assert_int_equal(execute(device, &box), 0x50);
	emu_destroy(device);
}

static void set_port(struct emu_device *device, u32 admin)
{
	struct mailbox box;

	access_register(&box, PRM_REG_PAOS, true, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 1);
	put(&box, in_register(PRM_AT(paos, admin_status)), admin);
	put(&box, in_register(PRM_AT(paos, ase)), 1);
	assert_int_equal(execute(device, &box), 0);
}

static void read_register(struct emu_device *device, struct mailbox *box,
			  u16 id, u32 page)
{
	u32 size = prm_register_by_id(id)->layout->size;

	access_register(box, id, false, size);
	put(box, in_register(PRM_AT(paos, local_port)), 1);
	if (id == PRM_REG_PTYS)
		put(box, in_register(PRM_AT(ptys, proto_mask)), 4);
	if (id == PRM_REG_PDDR)
		put(box, in_register(PRM_AT(pddr, page_select)), page);
	assert_int_equal(execute(device, box), 0);
}

/* Places in the register; of PDDR in the page. */
static const struct {
	u16 reg;
	u32 page;
	struct prm_bits at;
	u64 closed;
} shown[] = {
	{ PRM_REG_PAOS, 0, { PRM(paos, admin_status) }, 2 },
	{ PRM_REG_PAOS, 0, { PRM(paos, oper_status) }, 2 },
	{ PRM_REG_PAOS, 0, { PRM(paos, logical_state_status) }, 1 },
	{ PRM_REG_PAOS, 0, { PRM(paos, physical_state_status) }, 3 },
	{ PRM_REG_PTYS, 0, { PRM(ptys, eth_proto_oper) }, 0 },
	{ PRM_REG_PTYS, 0, { PRM(ptys, ext_eth_proto_oper) }, 0 },
	{ PRM_REG_PTYS, 0, { PRM(ptys, data_rate_oper) }, 0 },
	{ PRM_REG_PTYS, 0, { PRM(ptys, lane_rate_oper) }, 0 },
	{ PRM_REG_PTYS, 0, { PRM(ptys, an_status) }, 0 },
	{ PRM_REG_PPLM, 0, { PRM(pplm, fec_mode_active) }, 0 },
	{ PRM_REG_PDDR, 0,
	  { PRM(pddr_operation_info_page, phy_mngr_fsm_state) }, 0 },
	{ PRM_REG_PDDR, 0, { PRM(pddr_operation_info_page, link_active) }, 0 },
	{ PRM_REG_PDDR, 0,
	  { PRM(pddr_operation_info_page, fec_mode_active) }, 0 },
	{ PRM_REG_PDDR, 1,
	  { PRM(pddr_troubleshooting_page, status_opcode) }, 1 },
};

/* As mlx5_core writes them, one of the two; 0 is not asked for. */
static const struct {
	u32 extended, legacy;
	u32 follows;		/* the other admin */
	u32 extended_oper, legacy_oper;
	u32 rate, lane_rate;
} rates[] = {
	/* 50GBASE-KR2 and 100GBASE-CR4 */
	{ 0, 0x80100000, 0xf80, 1 << 11, 1 << 20, 1000, 10000 },
	{ 0, 0x00000010, 0x10, 0x10, 0x10, 100, 1000 },
	/* 40GBASE-R4 and 25GAUI-1 */
	{ 0x60, 0, 0x38010080, 0x20, 0x10000, 400, 1000 },
	/* 200GAUI-2 is none of the older ones. */
	{ 0x2000, 0, 0, 0x2000, 0, 2000, 10000 },
	{ 0x10200, 0, 0xf00000, 0x10000, 0, 4000, 10000 },
};

static void write_rates(struct emu_device *device, u32 extended, u32 legacy)
{
	struct mailbox box;

	access_register(&box, PRM_REG_PTYS, true, PRM_SIZE(ptys));
	put(&box, in_register(PRM_AT(ptys, local_port)), 1);
	put(&box, in_register(PRM_AT(ptys, proto_mask)), 4);
	put(&box, in_register(PRM_AT(ptys, ext_eth_proto_admin)), extended);
	put(&box, in_register(PRM_AT(ptys, eth_proto_admin)), legacy);
	assert_int_equal(execute(device, &box), 0);
}

#define PTYS(box, field) got(box, in_register(PRM_AT(ptys, field)))

static void a_link_has_the_best_rate_that_was_asked_for_in_either_view(void **unused)
{
	struct prm_bits active =
		PRM_AT(pddr_operation_info_page, link_active);
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;

	(void)unused;
	active.offset += PRM_AT(pddr, page_data).offset;
	for (u32 i = 0; i < ARRAY_SIZE(rates); i++) {
		write_rates(device, rates[i].extended, rates[i].legacy);
		read_register(device, &box, PRM_REG_PTYS, 0);
		assert_int_equal(PTYS(&box, ext_eth_proto_admin),
				 rates[i].extended ? rates[i].extended :
						     rates[i].follows);
		assert_int_equal(PTYS(&box, eth_proto_admin),
				 rates[i].legacy ? rates[i].legacy :
						   rates[i].follows);
		assert_int_equal(PTYS(&box, ext_eth_proto_oper),
				 rates[i].extended_oper);
		assert_int_equal(PTYS(&box, eth_proto_oper),
				 rates[i].legacy_oper);
		assert_int_equal(PTYS(&box, data_rate_oper), rates[i].rate);
		assert_int_equal(PTYS(&box, lane_rate_oper),
				 rates[i].lane_rate);
		read_register(device, &box, PRM_REG_PDDR, 0);
		assert_int_equal(got(&box, in_register(active)),
				 rates[i].extended_oper);
	}
	emu_destroy(device);
}

/* Who changes one field and writes back the other asks for what it changed. */
static void the_view_that_was_changed_decides(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;
	u32 extended;

	(void)unused;
	read_register(device, &box, PRM_REG_PTYS, 0);
	extended = PTYS(&box, ext_eth_proto_admin);
	write_rates(device, extended, PTYS(&box, eth_proto_admin));
	read_register(device, &box, PRM_REG_PTYS, 0);
	assert_int_equal(PTYS(&box, data_rate_oper), 4000);
	write_rates(device, extended, 0x100000);
	read_register(device, &box, PRM_REG_PTYS, 0);
	assert_int_equal(PTYS(&box, data_rate_oper), 1000);
	write_rates(device, 0x40, 0x100000);
	read_register(device, &box, PRM_REG_PTYS, 0);
	assert_int_equal(PTYS(&box, data_rate_oper), 250);
	emu_destroy(device);
}

static void a_module_takes_what_its_enable_bits_name(void **unused)
{
	const struct prm_bits admin = in_register(PRM_AT(pmaos, admin_status));
	const struct prm_bits event = in_register(PRM_AT(pmaos, e));
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;
	u64 was[2];

	(void)unused;
	access_register(&box, PRM_REG_PMAOS, false, PRM_SIZE(pmaos));
	assert_int_equal(execute(device, &box), 0);
	was[0] = got(&box, admin);
	was[1] = got(&box, event);
	for (u32 enabled = 0; enabled < 4; enabled++) {
		access_register(&box, PRM_REG_PMAOS, true, PRM_SIZE(pmaos));
		put(&box, in_register(PRM_AT(pmaos, ase)), enabled & 1);
		put(&box, in_register(PRM_AT(pmaos, ee)), enabled >> 1);
		put(&box, admin, was[0] ^ 3);
		put(&box, event, was[1] ^ 1);
		assert_int_equal(execute(device, &box), 0);
		was[0] ^= enabled & 1 ? 3 : 0;
		was[1] ^= enabled >> 1;
		assert_int_equal(got(&box, admin), was[0]);
		assert_int_equal(got(&box, event), was[1]);
	}
	emu_destroy(device);
}

static u64 shows(struct emu_device *device, u32 i)
{
	struct prm_bits at = shown[i].at;
	struct mailbox box;

	read_register(device, &box, shown[i].reg, shown[i].page);
	if (shown[i].reg == PRM_REG_PDDR)
		at.offset += PRM_AT(pddr, page_data).offset;
	return got(&box, in_register(at));
}

static u64 vport_state(struct emu_device *device, u32 op_mod)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_VPORT_STATE, 16, 16);
	put(&box, PRM_AT(query_vport_state_in, op_mod), op_mod);
	assert_int_equal(execute(device, &box), 0);
	return got(&box, PRM_AT(query_vport_state_out, state));
}

static void what_speaks_of_a_link_follows_it_down_and_up(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	u64 before[ARRAY_SIZE(shown)];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(shown); i++) {
		before[i] = shows(device, i);
		assert_int_not_equal(before[i], shown[i].closed);
	}
	for (u32 round = 0; round < 2; round++) {
		set_port(device, 2);
		for (u32 i = 0; i < ARRAY_SIZE(shown); i++)
			assert_int_equal(shows(device, i), shown[i].closed);
		for (u32 op_mod = 0; op_mod < 3; op_mod++)
			assert_int_equal(vport_state(device, op_mod), 0);
		set_port(device, 1);
		for (u32 i = 0; i < ARRAY_SIZE(shown); i++)
			assert_int_equal(shows(device, i), before[i]);
		for (u32 op_mod = 0; op_mod < 3; op_mod++)
			assert_int_equal(vport_state(device, op_mod), 1);
	}
	emu_destroy(device);
}

static void the_trouble_of_a_closed_port_is_in_words(void **unused)
{
	const u32 at = PRM_HEADER_BYTES + 8 + 0xc;
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;

	(void)unused;
	read_register(device, &box, PRM_REG_PDDR, 1);
	assert_string_equal((char *)box.out + at, "No issue was observed");
	set_port(device, 2);
	read_register(device, &box, PRM_REG_PDDR, 1);
	assert_string_equal((char *)box.out + at,
			    "The port is closed by command");
	emu_destroy(device);
}

static void a_closed_port_counts_nothing_even_when_cleared(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	u64 last;

	(void)unused;
	clock_ms = 5000;
	set_port(device, 2);
	last = octets(device, false);
	clock_ms += 5000;
	assert_int_equal(octets(device, true), last);
	clock_ms += 5000;
	assert_int_equal(octets(device, false), 0);
	set_port(device, 1);
	assert_int_equal(octets(device, false), 0);
	clock_ms += 1000;
	assert_true(octets(device, false));
	emu_destroy(device);
}

static void set_clock(struct emu_device *device, u16 reg,
		      struct prm_bits at, u64 value, u32 operation)
{
	struct mailbox box;

	access_register(&box, reg, true, prm_register_by_id(reg)->layout->size);
	put(&box, in_register(at), value);
	if (operation)
		put(&box, in_register(PRM_AT(mtutc, operation)), operation);
	assert_int_equal(execute(device, &box), 0);
}

static void assert_time(struct emu_device *device, u64 seconds, u64 nanoseconds)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MRTC, false, PRM_SIZE(mrtc));
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mrtc, time_h))), seconds);
	assert_int_equal(got(&box, in_register(PRM_AT(mrtc, time_l))),
			 nanoseconds);
}

enum { SET_TIME = 1, ADJUST_TIME = 2 };

static void a_clock_that_is_set_goes_on_from_there(void **unused)
{
	struct emu_device *device = with_clock(new_device());

	(void)unused;
	clock_ms = 50000;
	set_clock(device, PRM_REG_MRTC, PRM_AT(mrtc, time_h), 1000, 0);
	assert_time(device, 1000, 0);
	clock_ms += 7000;
	assert_time(device, 1007, 0);
	set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, utc_sec), 2000, SET_TIME);
	assert_time(device, 2000, 0);
	clock_ms += 3000;
	assert_time(device, 2003, 0);
	set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, time_adjustment), 500,
		  ADJUST_TIME);
	assert_time(device, 2003, 500);
	set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, time_adjustment),
		  (u32)-501, ADJUST_TIME);
	assert_time(device, 2002, 999999999);
	set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, time_adjustment),
		  (u32)-2000000000, ADJUST_TIME);
	assert_time(device, 2000, 999999999);
	emu_destroy(device);
}

static void a_clock_that_is_adjusted_often_loses_no_time(void **unused)
{
	struct emu_device *device = with_clock(new_device());

	(void)unused;
	clock_ms = 50000;
	set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, utc_sec), 2000, SET_TIME);
	for (u32 i = 0; i < 12; i++) {
		clock_ms += 400;
		set_clock(device, PRM_REG_MTUTC, PRM_AT(mtutc, time_adjustment),
			  1, ADJUST_TIME);
	}
	assert_time(device, 2004, 800000012);
	clock_ms += 200;
	assert_time(device, 2005, 12);
	emu_destroy(device);
}

static void a_clock_is_not_set_to_what_is_no_time(void **unused)
{
	struct emu_device *device = with_clock(new_device());
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_MTUTC, true, PRM_SIZE(mtutc));
	assert_int_equal(execute(device, &box), 3);	/* to do nothing */
	put(&box, in_register(PRM_AT(mtutc, operation)), SET_TIME);
	put(&box, in_register(PRM_AT(mtutc, utc_nsec)), 1000000000);
	assert_int_equal(execute(device, &box), 3);
	put(&box, in_register(PRM_AT(mtutc, utc_nsec)), 999999999);
	assert_int_equal(execute(device, &box), 0);
	assert_time(device, 0, 999999999);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_personalities_answer_every_register_they_have),
		cmocka_unit_test(an_instance_that_is_absent_is_refused_with_a_syndrome),
		cmocka_unit_test(counters_move_with_the_clock_and_clear_with_clr),
		cmocka_unit_test(the_memory_of_a_module_is_read_from_any_offset),
		cmocka_unit_test(a_frame_is_as_large_as_the_port_can_do),
		cmocka_unit_test(what_comes_behind_a_register_is_zero_and_no_access_is_empty),
		cmocka_unit_test(a_link_has_the_best_rate_that_was_asked_for_in_either_view),
		cmocka_unit_test(the_view_that_was_changed_decides),
		cmocka_unit_test(a_module_takes_what_its_enable_bits_name),
		cmocka_unit_test(what_speaks_of_a_link_follows_it_down_and_up),
		cmocka_unit_test(the_trouble_of_a_closed_port_is_in_words),
		cmocka_unit_test(a_closed_port_counts_nothing_even_when_cleared),
		cmocka_unit_test(a_clock_that_is_set_goes_on_from_there),
		cmocka_unit_test(a_clock_that_is_adjusted_often_loses_no_time),
		cmocka_unit_test(a_clock_is_not_set_to_what_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
