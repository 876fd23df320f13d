// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A function lives as its driver says, in that order only; resets end it. */
#include <string.h>

#include "syndromes.h"
#include "unit.h"

#define VERSION "Linux,mlx5_core,7.3.4"

enum { INFINIBAND, ETHERNET };

static void send_to(struct emu_device *device, struct mailbox *box)
{
	if (execute(device, box))
		fail_msg("0x%02x%02x: status %u, syndrome 0x%x", box->in[0],
			 box->in[1], box->out[0], syndrome(box));
}

static void simple(struct emu_device *device, u16 opcode)
{
	const struct prm_command *row = prm_command_by_opcode(opcode);
	struct mailbox box;

	command(&box, opcode, row->in->size, row->out->size < 16 ? 16 :
		row->out->size);
	send_to(device, &box);
}

static struct emu_device *cold_device(void)
{
	struct emu_device *device = new_device();

	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	return device;
}

/* One after the other, as mlx5_core gives them: all in one command. */
static void satisfy(struct emu_device *device, u16 op_mod)
{
	static u8 in[16 + 8 * 0x10000];
	struct mailbox box;
	u8 out[16];
	u32 n;

	command(&box, PRM_OP_QUERY_PAGES, 16, 16);
	put(&box, PRM_AT(query_pages_in, op_mod), op_mod);
	send_to(device, &box);
	n = got(&box, PRM_AT(query_pages_out, num_pages));
	command(&box, PRM_OP_MANAGE_PAGES, 16, 16);
	put(&box, PRM_AT(manage_pages_in, op_mod), 1);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), n);
	memcpy(in, box.in, 16);
	for (u32 i = 0; i < n; i++)
		assert_true(prm_set(in, sizeof(in),
				    (struct prm_bits){ 128 + i * 64, 64 },
				    (u64)op_mod << 40 | i << 12));
	assert_int_equal(emu_exec(device, in, 16 + 8 * n, out, 16), 0);
	assert_int_equal(out[0], EMU_OK);
}

static u32 take(struct emu_device *device, u32 n)
{
	struct mailbox box;

	command(&box, PRM_OP_MANAGE_PAGES, 16, 16 + 8 * n);
	put(&box, PRM_AT(manage_pages_in, op_mod), 2);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), n);
	send_to(device, &box);
	return got(&box, PRM_AT(manage_pages_out, output_num_entries));
}

static void query_capability(struct emu_device *device, struct mailbox *box,
			     u16 type, bool current)
{
	command(box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
	put(box, PRM_AT(query_hca_cap_in, op_mod), type << 1 | current);
	send_to(device, box);
}

#define GENERAL(field) in_register(PRM_AT(cmd_hca_cap, field))

/* All of a type as it is; the caller changes what it likes to. */
static void prepare_setting(struct emu_device *device, struct mailbox *box,
			    u16 type)
{
	struct mailbox now;

	query_capability(device, &now, type, true);
	command(box, PRM_OP_SET_HCA_CAP, 4112, 16);
	put(box, PRM_AT(set_hca_cap_in, op_mod), type << 1);
	memcpy(box->in + 16, now.out + 16, 4096);
}

static void set_general(struct emu_device *device)
{
	struct mailbox box;

	prepare_setting(device, &box, 0);
	put(&box, GENERAL(log_max_qp), 18);
	put(&box, GENERAL(cmdif_checksum), 0);
	put(&box, GENERAL(cache_line_128byte), 0);
	put(&box, GENERAL(pkey_table_size), 0);
	send_to(device, &box);
	query_capability(device, &box, 0, true);
	assert_int_equal(got(&box, GENERAL(log_max_qp)), 18);
	assert_int_equal(got(&box, GENERAL(cache_line_128byte)), 0);
}

static void set_version(struct emu_device *device)
{
	struct mailbox box;

	command(&box, PRM_OP_SET_DRIVER_VERSION,
		PRM_SIZE(set_driver_version_in), 16);
	memcpy(box.in + 16, VERSION, sizeof(VERSION));
	send_to(device, &box);
}

static void check_version(struct emu_device *device, const char *version)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_DRIVER_VERSION, 16, 80);
	send_to(device, &box);
	assert_string_equal((char *)box.out + 16, version);
}

static void set_issi(struct emu_device *device)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out));
	send_to(device, &box);
	assert_int_equal(got(&box, PRM_AT(query_issi_out, current_issi)), 0);
	command(&box, PRM_OP_SET_ISSI, 16, 16);
	put(&box, PRM_AT(set_issi_in, current_issi), 1);
	send_to(device, &box);
	command(&box, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out));
	send_to(device, &box);
	assert_int_equal(got(&box, PRM_AT(query_issi_out, current_issi)), 1);
}

static void access_endianness(struct emu_device *device)
{
	struct mailbox box;

	access_register(&box, PRM_REG_HOST_ENDIANNESS, true, 16);
	send_to(device, &box);
	access_register(&box, PRM_REG_DTOR, false, 64);
	send_to(device, &box);
}

/* The order is that of mlx5_core of 7.3 and 6.12. */
static void start(struct emu_device *device)
{
	simple(device, PRM_OP_ENABLE_HCA);
	set_issi(device);
	satisfy(device, 1);
	access_endianness(device);
	set_general(device);
	satisfy(device, 2);
	simple(device, PRM_OP_INIT_HCA);
	set_version(device);
	simple(device, PRM_OP_QUERY_ADAPTER);
}

static void stop(struct emu_device *device)
{
	simple(device, PRM_OP_TEARDOWN_HCA);
	while (take(device, 500))
		;
	simple(device, PRM_OP_DISABLE_HCA);
}

static void a_driver_starts_and_stops_a_function_again_and_again(void **unused)
{
	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);

		emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
		for (u32 round = 0; round < 3; round++) {
			start(device);
			check_version(device, VERSION);
			assert_true(emu_count(device, EMU_PAGES) > 0);
			new_uid(device, 4);
			assert_int_equal(emu_count(device, EMU_UCTX), 1);
			stop(device);
			assert_int_equal(emu_count(device, EMU_PAGES), 0);
			assert_int_equal(emu_count(device, EMU_UCTX), 0);
		}
		emu_destroy(device);
	}
}

static void read_register(struct emu_device *device, struct mailbox *box,
			  u16 id, struct prm_bits at, u64 value)
{
	access_register(box, id, false,
			prm_register_by_id(id)->layout->size);
	put(box, in_register(at), value);
	send_to(device, box);
}

/* It gathers from each sensor that is told, and from the module's. */
static void watch_temperatures(struct emu_device *device)
{
	struct mailbox box, now;
	u64 map, count, found = 0;

	access_register(&box, PRM_REG_MTCAP, false, PRM_SIZE(mtcap));
	send_to(device, &box);
	count = got(&box, in_register(PRM_AT(mtcap, sensor_count)));
	map = got(&box, in_register(PRM_AT(mtcap, sensor_map)));
	for (u32 i = 0; i <= 64; i++) {
		if (i < 64 && !(map >> i & 1))
			continue;
		found += i < 64;
		read_register(device, &now, PRM_REG_MTMP,
			      PRM_AT(mtmp, sensor_index), i);
		assert_true(got(&now, in_register(PRM_AT(mtmp, temperature))));
		access_register(&box, PRM_REG_MTMP, true, PRM_SIZE(mtmp));
		memcpy(box.in + 16, now.out + 16, PRM_SIZE(mtmp));
		put(&box, in_register(PRM_AT(mtmp, mte)), 1);
		send_to(device, &box);
	}
	/* It makes room for the count and fills it by the map. */
	assert_int_equal(found, count);
	assert_true(found > 0);
}

/* As devlink dev info does: the boot image among the components, its version. */
static void read_version(struct emu_device *device)
{
	struct mailbox box;
	u32 i = 0;

	do {
		read_register(device, &box, PRM_REG_MCQS,
			      PRM_AT(mcqs, component_index), i);
	} while (got(&box, in_register(PRM_AT(mcqs, identifier))) != 1 &&
		 ++i < 8);
	assert_true(i < 8);
	assert_int_equal(got(&box, in_register(PRM_AT(mcqs,
						component_update_state))), 0);
	access_register(&box, PRM_REG_MCQI, false, 24);
	box.out_len = 16 + 24 + 124;
	put(&box, in_register(PRM_AT(mcqi, component_index)), i);
	put(&box, in_register(PRM_AT(mcqi, info_type)), 1);
	put(&box, in_register(PRM_AT(mcqi, data_size)), 124);
	send_to(device, &box);
	assert_true(got(&box, (struct prm_bits){ (16 + 24 + 4) * 8, 32 }));
}

static void a_driver_finds_the_registers_that_it_reads(void **unused)
{
	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);
		struct mailbox box;

		emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
		start(device);
		for (u32 group = 0; group < 3; group++)
			read_register(device, &box, PRM_REG_MCAM,
				      PRM_AT(mcam, access_reg_group), group);
		access_register(&box, PRM_REG_PCAM, false, PRM_SIZE(pcam));
		send_to(device, &box);
		access_register(&box, PRM_REG_QCAM, false, PRM_SIZE(qcam));
		send_to(device, &box);
		read_register(device, &box, PRM_REG_PMLP,
			      PRM_AT(pmlp, local_port), 1);
		access_register(&box, PRM_REG_MTUTC, false, PRM_SIZE(mtutc));
		send_to(device, &box);
		access_register(&box, PRM_REG_MFRL, false, PRM_SIZE(mfrl));
		send_to(device, &box);
		/* Then it takes the tracer: test-tracer. */
		access_register(&box, PRM_REG_MTRC_CAP, false,
				PRM_SIZE(mtrc_cap));
		send_to(device, &box);
		assert_int_equal(got(&box, in_register(
			PRM_AT(mtrc_cap, trace_to_memory))), 1);
		watch_temperatures(device);
		read_version(device);
		emu_destroy(device);
	}
}

/* Capabilities that decide what mlx5_core does, as facts of its sources. */
static void a_driver_is_not_led_to_what_is_not_modelled(void **unused)
{
	static const struct {
		const char *field;
		u64 least, most;
	} rows[] = {
		{ "port_type", INFINIBAND, INFINIBAND },
		{ "eth_net_offloads", 0, 0 }, { "nic_flow_table", 0, 0 },
		{ "ipoib_enhanced_offloads", 0, 0 }, { "roce", 0, 0 },
		{ "eswitch_manager", 0, 0 }, { "vport_group_manager", 0, 0 },
		{ "vhca_state", 0, 0 }, { "sf", 0, 0 }, { "fpga", 0, 0 },
		{ "pps", 0, 0 }, { "log_max_eq", 2, 31 },
		{ "device_frequency_khz", 1, ~0u }, { "num_ports", 1, 1 },
		{ "native_port_num", 1, 1 }, { "log_bf_reg_size", 9, 9 },
		{ "log_max_qp", 18, 18 }, { "uctx_cap", 4, ~0u },
		{ "mkey_pcie_tph", 0, 0 }, { "cmdif_checksum", 0, 0 },
	};

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_device *device = shipped_device(n);
		struct mailbox box;

		emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
		start(device);
		query_capability(device, &box, 0, true);
		for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
			const struct prm_field *field = prm_field_by_name(
				prm_layout_by_name("cmd_hca_cap"),
				rows[i].field);
			u64 value;

			if (!field)
				continue;
			value = got(&box, in_register(field->at));
			if (value < rows[i].least || value > rows[i].most)
				fail_msg("%s is %u", rows[i].field,
					 (u32)value);
		}
		query_capability(device, &box, 0x0d, true);
		assert_int_equal(got(&box, in_register(
			PRM_AT(debug_cap, resource_dump))), 1);
		emu_destroy(device);
	}
}

/* Typed from the order above: in which of its lives a function does what. */
enum { DOWN = 1, ENABLED = 2, RUNNING = 4 };

static const struct {
	u16 opcode;
	u8 when;
} times[] = {
	{ 0x104, DOWN },		/* ENABLE_HCA */
	{ 0x105, ENABLED },		/* DISABLE_HCA */
	{ 0x102, ENABLED },		/* INIT_HCA */
	{ 0x103, RUNNING },		/* TEARDOWN_HCA */
	{ 0x10a, ENABLED | RUNNING },	/* QUERY_ISSI */
	{ 0x10b, ENABLED },		/* SET_ISSI */
	{ 0x107, ENABLED | RUNNING },	/* QUERY_PAGES */
	{ 0x108, ENABLED | RUNNING },	/* MANAGE_PAGES */
	{ 0x100, ENABLED | RUNNING },	/* QUERY_HCA_CAP */
	{ 0x109, ENABLED | RUNNING },	/* SET_HCA_CAP: of others */
	{ 0x101, ENABLED | RUNNING },	/* QUERY_ADAPTER */
	{ 0x10d, RUNNING },		/* SET_DRIVER_VERSION */
	{ 0x10c, RUNNING },		/* QUERY_DRIVER_VERSION */
	{ 0x805, ENABLED | RUNNING },	/* ACCESS_REG */
	{ 0xb0c, RUNNING },		/* ACCESS_REGISTER_USER */
	{ 0x80d, DOWN | ENABLED | RUNNING }, /* NOP */
	{ 0xa04, RUNNING },		/* CREATE_UCTX */
	{ 0xa06, RUNNING },		/* DESTROY_UCTX */
	{ 0x800, RUNNING },		/* ALLOC_PD */
	{ 0x303, RUNNING },		/* QUERY_EQ */
	{ 0x842, RUNNING },		/* QUERY_LAG */
};

static struct emu_device *device_in(u8 life)
{
	struct emu_device *device = cold_device();

	if (life >= ENABLED)
		simple(device, PRM_OP_ENABLE_HCA);
	if (life >= RUNNING) {
		satisfy(device, 1);
		satisfy(device, 2);
		simple(device, PRM_OP_INIT_HCA);
	}
	return device;
}

static void a_command_at_another_time_has_the_wrong_state(void **unused)
{
	(void)unused;
	for (u8 life = DOWN; life <= RUNNING; life <<= 1) {
		for (u32 i = 0; i < ARRAY_SIZE(times); i++) {
			struct emu_device *device = device_in(life);
			struct mailbox box;
			bool refused;

			command(&box, times[i].opcode, 16, 16);
			execute(device, &box);
			refused = syndrome(&box) == EMU_UNTIMELY;
			if (refused == !!(times[i].when & life))
				fail_msg("0x%x in life %u", times[i].opcode,
					 life);
			if (refused)
				assert_int_equal(box.out[0],
						 EMU_BAD_SYS_STATE);
			emu_destroy(device);
		}
	}
}

static void a_user_context_commands_a_running_function_only(void **unused)
{
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, PRM_AT(alloc_pd_in, uid), new_uid(device, 4));
	assert_int_equal(execute(device, &box), EMU_OK);
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	assert_int_equal(execute(device, &box), EMU_BAD_SYS_STATE);
	start(device);
	assert_int_equal(execute(device, &box), EMU_BAD_RES);
	assert_int_equal(syndrome(&box), EMU_UNKNOWN_UID);
	emu_destroy(device);
}

static void the_life_of_another_function_is_not_ours(void **unused)
{
	static const struct {
		u8 life;
		u16 opcode;
		struct prm_bits at;
	} rows[] = {
		{ DOWN, PRM_OP_ENABLE_HCA,
		  { PRM(enable_hca_in, function_id) } },
		{ DOWN, PRM_OP_ENABLE_HCA,
		  { PRM(enable_hca_in, embedded_cpu_function) } },
		{ ENABLED, PRM_OP_DISABLE_HCA,
		  { PRM(disable_hca_in, function_id) } },
		{ ENABLED, PRM_OP_SET_HCA_CAP,
		  { PRM(set_hca_cap_in, other_function) } },
		{ ENABLED, PRM_OP_SET_HCA_CAP,
		  { PRM(set_hca_cap_in, function_id) } },
	};

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		struct emu_device *device = device_in(rows[i].life);
		struct mailbox box;

		command(&box, rows[i].opcode,
			prm_command_by_opcode(rows[i].opcode)->in->size, 16);
		put(&box, rows[i].at, 1);
		assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_OTHER_FUNCTION);
		emu_destroy(device);
	}
}

static void only_an_offered_issi_can_be_set(void **unused)
{
	struct emu_device *device = device_in(ENABLED);
	struct mailbox box;

	(void)unused;
	for (u32 issi = 0; issi < 140; issi++) {
		command(&box, PRM_OP_SET_ISSI, 16, 16);
		put(&box, PRM_AT(set_issi_in, current_issi), issi);
		assert_int_equal(execute(device, &box),
				 issi < 2 ? EMU_OK : EMU_BAD_PARAM);
	}
	emu_destroy(device);
}

static void a_running_function_keeps_its_capabilities(void **unused)
{
	struct emu_device *device = device_in(RUNNING);
	struct mailbox box;

	(void)unused;
	prepare_setting(device, &box, 0);
	assert_int_equal(execute(device, &box), EMU_BAD_SYS_STATE);
	assert_int_equal(syndrome(&box), EMU_UNTIMELY);
	put(&box, PRM_AT(set_hca_cap_in, other_function), 1);
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_OTHER_FUNCTION);
	emu_destroy(device);
}

static void no_capability_is_set_above_its_maximum(void **unused)
{
	struct emu_device *device = device_in(ENABLED);
	struct mailbox box;

	(void)unused;
	prepare_setting(device, &box, 0);
	put(&box, GENERAL(log_max_qp), 24);
	assert_int_equal(execute(device, &box), EMU_OK);
	put(&box, GENERAL(log_max_qp), 25);
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_OVER_MAXIMUM);
	query_capability(device, &box, 0, true);
	assert_int_equal(got(&box, GENERAL(log_max_qp)), 24);
	prepare_setting(device, &box, 0);
	put(&box, GENERAL(fpga), 1);
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	/* Past all that the layout names. */
	prepare_setting(device, &box, 0);
	box.in[16 + 4095] = 1;
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_RESERVED_FIELD);
	emu_destroy(device);
}

static void there_are_as_many_objects_as_the_driver_set(void **unused)
{
	struct emu_device *device = device_in(ENABLED);
	struct mailbox box;

	(void)unused;
	prepare_setting(device, &box, 0);
	put(&box, GENERAL(log_max_pd), 1);
	assert_int_equal(execute(device, &box), EMU_OK);
	satisfy(device, 1);
	satisfy(device, 2);
	simple(device, PRM_OP_INIT_HCA);
	simple(device, PRM_OP_ALLOC_PD);
	simple(device, PRM_OP_ALLOC_PD);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	execute(device, &box);
	assert_int_equal(syndrome(&box), EMU_TOO_MANY_OBJECTS);
	emu_destroy(device);
}

/* The types that mlx5_core sets, each as it is. */
static void each_type_takes_what_it_has(void **unused)
{
	static const u16 types[] = { 0, 2, 3, 4, 0x20, 0x25 };
	struct emu_device *device = device_in(ENABLED);
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		prepare_setting(device, &box, types[i]);
		send_to(device, &box);
		put(&box, PRM_AT(set_hca_cap_in, op_mod), types[i] << 1 | 1);
		assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_UNKNOWN_OP_MOD);
	}
	put(&box, PRM_AT(set_hca_cap_in, op_mod), 0x7f << 1);
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_UNKNOWN_CAPABILITY_TYPE);
	emu_destroy(device);
}

static u8 teardown(struct emu_device *device, u16 profile)
{
	struct mailbox box;

	command(&box, PRM_OP_TEARDOWN_HCA, 16, 16);
	put(&box, PRM_AT(teardown_hca_in, profile), profile);
	return execute(device, &box);
}

static void a_graceful_teardown_leaves_the_pages_alone(void **unused)
{
	struct emu_device *device = cold_device();
	u32 pages;

	(void)unused;
	start(device);
	new_uid(device, 4);
	pages = emu_count(device, EMU_PAGES);
	assert_int_equal(teardown(device, 0), EMU_OK);
	assert_int_equal(emu_count(device, EMU_UCTX), 0);
	assert_int_equal(emu_count(device, EMU_PAGES), pages);
	simple(device, PRM_OP_INIT_HCA); /* which they suffice for */
	emu_destroy(device);
}

/* 1 by force, 2 for a host in haste; the next driver begins afresh. */
static void a_hasty_teardown_leaves_no_page_behind(void **unused)
{
	struct emu_device *device = cold_device();

	(void)unused;
	for (u16 profile = 1; profile <= 2; profile++) {
		start(device);
		new_uid(device, 4);
		assert_int_equal(teardown(device, 3), EMU_BAD_PARAM);
		assert_int_equal(teardown(device, profile), EMU_OK);
		assert_int_equal(emu_count(device, EMU_PAGES), 0);
		assert_int_equal(emu_count(device, EMU_UCTX), 0);
	}
	start(device);
	/* The driver is gone without its pages: so are they. */
	simple(device, PRM_OP_TEARDOWN_HCA);
	simple(device, PRM_OP_DISABLE_HCA);
	assert_int_equal(emu_count(device, EMU_PAGES), 0);
	emu_destroy(device);
}

static void haste_is_for_those_who_are_offered_it(void **unused)
{
	struct emu_device *device = device_of(
		"{\"mlx5ctl_personality\": 1, \"name\": \"test\","
		" \"device\": {}, \"registers\": {}, \"capabilities\": {}}");
	struct mailbox box;

	(void)unused;
	assert_int_equal(teardown(device, 1), EMU_BAD_PARAM);
	assert_int_equal(teardown(device, 2), EMU_BAD_PARAM);
	command(&box, PRM_OP_SET_DRIVER_VERSION,
		PRM_SIZE(set_driver_version_in), 16);
	assert_int_equal(execute(device, &box), EMU_BAD_OP);
	assert_int_equal(syndrome(&box), EMU_UNOFFERED_COMMAND);
	assert_int_equal(teardown(device, 0), EMU_OK);
	emu_destroy(device);
}

static u8 query_eq(struct emu_device *device)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_EQ, 16, PRM_SIZE(query_eq_out));
	put(&box, PRM_AT(query_eq_in, eq_number), 4);
	return execute(device, &box);
}

static u64 port_type(struct emu_device *device)
{
	struct mailbox box;

	query_capability(device, &box, 0, true);
	return got(&box, GENERAL(port_type));
}

static void the_embedded_device_runs_with_a_driver_bound(void **unused)
{
	struct emu_device *device = new_device();

	(void)unused;
	check_version(device, "Linux,mlx5_core,6.12.107");
	assert_int_equal(query_eq(device), EMU_OK);
	assert_true(emu_count(device, EMU_PAGES) > 0);
	assert_int_equal(port_type(device), ETHERNET);
	emu_destroy(device);
}

static void a_function_level_reset_forgets_the_driver(void **unused)
{
	struct emu_device *device = new_device();

	(void)unused;
	new_uid(device, 4);
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	assert_int_equal(emu_count(device, EMU_UCTX), 0);
	assert_int_equal(emu_count(device, EMU_PAGES), 0);
	assert_int_equal(query_eq(device), EMU_BAD_SYS_STATE);
	start(device); /* where the ISSI is 0 at first */
	assert_int_equal(query_eq(device), EMU_BAD_RES);
	assert_int_equal(port_type(device), INFINIBAND);
	simple(device, PRM_OP_QUERY_LAG); /* nothing that a driver made */
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	simple(device, PRM_OP_ENABLE_HCA);
	satisfy(device, 1);
	satisfy(device, 2);
	simple(device, PRM_OP_INIT_HCA);
	check_version(device, "");
	emu_destroy(device);
}

static void resets_of_the_card_leave_the_driver_alone(void **unused)
{
	static const enum emu_reset how[] = { EMU_WARM_BOOT, EMU_POWER_CYCLE };
	struct emu_device *device = cold_device();

	(void)unused;
	start(device);
	new_uid(device, 4);
	for (u32 i = 0; i < ARRAY_SIZE(how); i++) {
		emu_reset(device, how[i]);
		assert_int_equal(emu_count(device, EMU_UCTX), 1);
		assert_true(emu_count(device, EMU_PAGES) > 0);
		check_version(device, VERSION);
	}
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_starts_and_stops_a_function_again_and_again),
		cmocka_unit_test(a_driver_finds_the_registers_that_it_reads),
		cmocka_unit_test(a_driver_is_not_led_to_what_is_not_modelled),
		cmocka_unit_test(a_command_at_another_time_has_the_wrong_state),
		cmocka_unit_test(a_user_context_commands_a_running_function_only),
		cmocka_unit_test(the_life_of_another_function_is_not_ours),
		cmocka_unit_test(only_an_offered_issi_can_be_set),
		cmocka_unit_test(a_running_function_keeps_its_capabilities),
		cmocka_unit_test(no_capability_is_set_above_its_maximum),
		cmocka_unit_test(there_are_as_many_objects_as_the_driver_set),
		cmocka_unit_test(each_type_takes_what_it_has),
		cmocka_unit_test(a_graceful_teardown_leaves_the_pages_alone),
		cmocka_unit_test(a_hasty_teardown_leaves_no_page_behind),
		cmocka_unit_test(haste_is_for_those_who_are_offered_it),
		cmocka_unit_test(the_embedded_device_runs_with_a_driver_bound),
		cmocka_unit_test(a_function_level_reset_forgets_the_driver),
		cmocka_unit_test(resets_of_the_card_leave_the_driver_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
