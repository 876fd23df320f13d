// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Queries show the objects that the personality has, as it has them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "syndromes.h"
#include "unit.h"

#define ROUNDS 20
#define HEAD "{\"mlx5ctl_personality\": 1, \"name\": \"test\", \"device\": {}," \
	" \"capabilities\": {\"GENERAL\": {\"current\":" \
	" {\"vport_group_manager\": 1, \"uctx_cap\": 4, \"log_max_uctx\": 4," \
	" \"roce\": 1, \"qos\": 1, \"general_obj_types\": 1," \
	" \"migration\": 1, \"xrc\": 1, \"dct\": 1, \"tag_matching\": 1," \
	" \"eswitch_manager\": 1, \"vport_counters\": 1," \
	" \"cc_query_allowed\": 1}}}," \
	" \"registers\": {}, \"objects\": ["

static u64 now_ms;

static u64 hand_clock(void *context)
{
	(void)context;
	return now_ms;
}

static u32 size_of(const struct kind *kind)
{
	return prm_command_by_opcode(kind->opcode)->out->size;
}

static void ask(struct mailbox *box, const struct kind *kind, u32 id)
{
	command(box, kind->opcode,
		prm_command_by_opcode(kind->opcode)->in->size, size_of(kind));
	if (kind->id.width)
		put(box, kind->id, id);
	if (kind->of_vport)
		put(box, (struct prm_bits){ 64, 1 }, 1);
}

static u32 random_id(const struct kind *kind)
{
	return kind->id.width ?
	       random_number() & ((1ull << kind->id.width) - 1) : 0;
}

/* `bytes` as a document's object, at the end of `text`. */
static void append(char *text, const struct kind *kind, u32 id,
		   const u8 *bytes)
{
	char *to = text + strlen(text);

	to += sprintf(to, "%s{\"kind\": \"%s\",", to[-1] == '[' ? "" : ",",
		      kind->name);
	if (kind->id.width)
		to += sprintf(to, " \"id\": %u,", id);
	to += sprintf(to, " \"fields\": \"");
	for (u32 i = 0; i < size_of(kind); i++)
		to += sprintf(to, "%02x", bytes[i]);
	strcpy(to, "\"}");
}

struct world {
	u32 id[ARRAY_SIZE(kinds)];
	u8 bytes[ARRAY_SIZE(kinds)][4096];
};

static void build_text(const struct world *world, char *text)
{
	strcpy(text, HEAD);
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++)
		append(text, &kinds[i], world->id[i], world->bytes[i]);
	strcat(text, "]}");
}

static void random_world(struct world *world)
{
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
		world->id[i] = random_id(&kinds[i]);
		memset(world->bytes[i], 0, 8);
		random_bytes(world->bytes[i] + 8, size_of(&kinds[i]) - 8);
	}
}

static void each_random_object_is_shown_by_its_id(void **unused)
{
	static struct world world;
	static char text[64 * 1024];
	struct emu_device *device;
	struct mailbox box;

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		random_world(&world);
		build_text(&world, text);
		device = device_of(text);
		for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
			ask(&box, &kinds[i], world.id[i]);
			assert_int_equal(execute(device, &box), 0);
			assert_memory_equal(box.out, world.bytes[i],
					    box.out_len);
			if (!kinds[i].id.width)
				continue;
			ask(&box, &kinds[i], world.id[i] ^ 1);
			assert_int_equal(execute(device, &box), EMU_BAD_RES);
			assert_int_equal(syndrome(&box), EMU_UNKNOWN_OBJECT);
		}
		emu_destroy(device);
	}
}

#define COUNTERS HEAD							\
	"{\"kind\": \"vport_counter\", \"id\": 0, \"fields\":"		\
	" {\"received_eth_unicast\": {\"packets\": 100, \"octets\": 7}}," \
	" \"per_second\":"						\
	" {\"received_eth_unicast\": {\"packets\": 2000}}},"		\
	"{\"kind\": \"cong_statistics\", \"fields\":"			\
	" {\"np_cnp_sent_low\": \"0xffffffff\"},"			\
	" \"per_second\": {\"np_cnp_sent_low\": 1}},"			\
	"{\"kind\": \"eq\", \"id\": 3, \"fields\": {\"eq_context_entry\":" \
	" {\"producer_counter\": \"0xffffff\"}}, \"per_second\":"	\
	" {\"eq_context_entry\": {\"producer_counter\": 1}}}]}"

static u64 packets(struct emu_device *device, bool clear)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_VPORT_COUNTER, 32, 528);
	put(&box, PRM_AT(query_vport_counter_in, clear), clear);
	assert_int_equal(execute(device, &box), 0);
	return got(&box, PRM_AT(query_vport_counter_out,
				received_eth_unicast__packets));
}

static void numbers_move_with_the_clock_and_clear_begins_again(void **unused)
{
	struct emu_device *device;
	struct mailbox box;

	(void)unused;
	now_ms = 5000;
	device = device_of(COUNTERS);
	emu_set_clock(device, hand_clock, NULL);
	assert_int_equal(packets(device, false), 100);
	now_ms += 1500;
	assert_int_equal(packets(device, false), 3100);
	assert_int_equal(packets(device, true), 3100);
	assert_int_equal(packets(device, false), 0);
	now_ms += 10;
	assert_int_equal(packets(device, false), 20);
	command(&box, PRM_OP_QUERY_CONG_STATISTICS, 16, 272);
	assert_int_equal(execute(device, &box), 0);
	/* 0xffffffff and 1: the low dword carries into the high one. */
	assert_int_equal(got(&box, PRM_AT(query_cong_statistics_out,
					  np_cnp_sent_high)), 1);
	assert_int_equal(got(&box, PRM_AT(query_cong_statistics_out,
					  np_cnp_sent_low)), 0);
	command(&box, PRM_OP_QUERY_EQ, 16, 272);
	put(&box, PRM_AT(query_eq_in, eq_number), 3);
	assert_int_equal(execute(device, &box), 0);
	/* 24 bits: it begins anew, and nothing beside it changes. */
	assert_int_equal(got(&box, (struct prm_bits){ (16 + 0x2c) * 8, 32 }),
			 0);
	emu_destroy(device);
}

static void clear_spares_what_counts_nothing(void **unused)
{
	static const struct {
		struct prm_bits at;
		u64 before, after;
	} fields[] = {
		{ { PRM(query_cong_statistics_out, rp_cur_flows) }, 2, 2 },
		{ { PRM(query_cong_statistics_out, sum_flows) }, 3, 0 },
		{ { PRM(query_cong_statistics_out, rp_cnp_handled_low) }, 7, 0 },
		{ { PRM(query_cong_statistics_out, time_stamp_high) }, 1, 1 },
		{ { PRM(query_cong_statistics_out, time_stamp_low) }, 500, 1000 },
		{ { PRM(query_cong_statistics_out, accumulators_period) }, 9, 9 },
	};
	struct emu_device *device;
	struct mailbox box;

	(void)unused;
	now_ms = 0;
	device = device_of(HEAD "{\"kind\": \"cong_statistics\", \"fields\":"
		" {\"rp_cur_flows\": 2, \"sum_flows\": 3,"
		" \"rp_cnp_handled_low\": 7, \"time_stamp_high\": 1,"
		" \"accumulators_period\": 9},"
		" \"per_second\": {\"time_stamp_low\": 1000}}]}");
	emu_set_clock(device, hand_clock, NULL);
	for (u32 round = 0; round < 2; round++) {
		now_ms += 500;
		command(&box, PRM_OP_QUERY_CONG_STATISTICS, 16, 272);
		put(&box, PRM_AT(query_cong_statistics_in, clear), 1);
		assert_int_equal(execute(device, &box), 0);
		for (u32 i = 0; i < ARRAY_SIZE(fields); i++)
			assert_int_equal(got(&box, fields[i].at),
					 round ? fields[i].after :
						 fields[i].before);
	}
	emu_destroy(device);
}

static void what_is_not_offered_is_refused(void **unused)
{
	static const struct {
		u16 opcode;
		struct prm_bits at;
		u32 expected;
	} rows[] = {
		{ PRM_OP_QUERY_MKEY, { PRM(query_mkey_in, pg_access) },
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_QP, { PRM(query_qp_in, qpc_ext) },
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_Q_COUNTER,
		  { PRM(query_q_counter_in, aggregate) },
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_FLOW_COUNTER, { 208, 15 }, /* 2 at once */
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_GENERAL_OBJECT,
		  { PRM(query_general_object_in, obj_type) },
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_OTHER_HCA_CAP,
		  { PRM(query_other_hca_cap_in, function_id) },
		  EMU_OTHER_FUNCTION },
		{ PRM_OP_QUERY_VUID, { PRM(query_vuid_in, data_direct) },
		  EMU_UNOFFERED_OPTION },
		{ PRM_OP_QUERY_VUID, { PRM(query_vuid_in, vhca_id) },
		  EMU_OTHER_FUNCTION },
		{ PRM_OP_QUERY_VUID, { PRM(query_vuid_in, query_vfs_vuid) },
		  EMU_OTHER_FUNCTION },
		{ PRM_OP_QUERY_PAGES, { PRM(query_pages_in, function_id) },
		  EMU_OTHER_FUNCTION },
		{ PRM_OP_QUERY_VNIC_ENV,
		  { PRM(query_vnic_env_in, vport_number) },
		  EMU_OTHER_FUNCTION },
	};
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct prm_command *row =
			prm_command_by_opcode(rows[i].opcode);

		command(&box, rows[i].opcode, row->in->size, row->out->size);
		put(&box, rows[i].at, 1);
		assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), rows[i].expected);
	}
	emu_destroy(device);
}

static void a_port_that_the_card_has_not_is_refused(void **unused)
{
	static const struct {
		u16 opcode;
		struct prm_bits at;
	} rows[] = {
#define PORT(NAME, name)						\
		{ PRM_OP_QUERY_##NAME, { PRM(query_##name##_in, port_num) } }
		PORT(HCA_VPORT_CONTEXT, hca_vport_context),
		PORT(HCA_VPORT_GID, hca_vport_gid),
		PORT(HCA_VPORT_PKEY, hca_vport_pkey),
		PORT(VPORT_COUNTER, vport_counter),
	};
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct prm_command *row =
			prm_command_by_opcode(rows[i].opcode);

		for (u32 port = 0; port < 3; port++) {
			command(&box, rows[i].opcode, row->in->size,
				row->out->size);
			put(&box, rows[i].at, port);
			execute(device, &box);
			assert_int_equal(syndrome(&box),
					 port > 1 ? EMU_UNKNOWN_INSTANCE : 0);
		}
	}
	emu_destroy(device);
}

/* By a capability that is off, or because nothing of it is here. */
static void what_the_device_does_not_have_is_a_bad_operation(void **unused)
{
	static const u16 opcodes[] = {
		PRM_OP_QUERY_ROCE_ADDRESS, PRM_OP_QUERY_SCHEDULING_ELEMENT,
		PRM_OP_QUERY_VUID, PRM_OP_QUERY_VHCA_STATE,
		PRM_OP_FPGA_QUERY_QP, PRM_OP_QUERY_RDB,
		PRM_OP_MODIFY_CONG_STATUS, PRM_OP_QUERY_CONG_STATUS,
		PRM_OP_QUERY_CONG_PARAMS, PRM_OP_QUERY_CONG_STATISTICS,
		PRM_OP_QUERY_VPORT_COUNTER, PRM_OP_QUERY_ESW_FUNCTIONS,
		PRM_OP_QUERY_ESW_VPORT_CONTEXT, PRM_OP_QUERY_XRC_SRQ,
		PRM_OP_QUERY_DCT, PRM_OP_QUERY_XRQ,
		PRM_OP_QUERY_VHCA_MIGRATION_STATE,
		PRM_OP_SET_DRIVER_VERSION, PRM_OP_QUERY_DRIVER_VERSION,
		PRM_OP_QUERY_DIAGNOSTIC_PARAMS, PRM_OP_SET_DIAGNOSTIC_PARAMS,
		PRM_OP_QUERY_DIAGNOSTIC_COUNTERS,
	};
	struct emu_device *device = device_of(
		"{\"mlx5ctl_personality\": 1, \"name\": \"test\","
		" \"device\": {}, \"registers\": {}, \"capabilities\": {}}");
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(opcodes); i++) {
		const struct prm_command *row =
			prm_command_by_opcode(opcodes[i]);

		command(&box, opcodes[i], row->in->size, row->out->size);
		assert_int_equal(execute(device, &box), EMU_BAD_OP);
		assert_int_equal(syndrome(&box), EMU_UNOFFERED_COMMAND);
	}
	emu_destroy(device);
}

/* The first of two strings, when there is room for it. */
static void the_name_of_the_function_fits_the_outbox(void **unused)
{
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	command(&box, PRM_OP_QUERY_VUID, 16, 64 + 128);
	assert_int_equal(execute(device, &box), EMU_OK);
	assert_int_equal(got(&box, PRM_AT(query_vuid_out, num_of_entries)), 1);
	assert_string_equal((char *)box.out + 64, "MT2412X01234MLNXS0D0F0");
	command(&box, PRM_OP_QUERY_VUID, 16, 64 + 4);
	assert_int_equal(execute(device, &box), EMU_OK);
	assert_memory_equal(box.out + 64, "MT24", 4);
	emu_destroy(device);
}

static u64 is_congestion_controlled(struct emu_device *device, u32 priority)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_CONG_STATUS, 16, 16);
	put(&box, PRM_AT(query_cong_status_in, cong_protocol), 1);
	put(&box, PRM_AT(query_cong_status_in, priority), priority);
	assert_int_equal(execute(device, &box), EMU_OK);
	return got(&box, PRM_AT(query_cong_status_out, enable)) << 1 |
	       got(&box, PRM_AT(query_cong_status_out, tag_enable));
}

static void congestion_control_is_switched_for_its_priority(void **unused)
{
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	for (u32 wanted = 0; wanted < 4; wanted++) {
		command(&box, PRM_OP_MODIFY_CONG_STATUS, 16, 16);
		put(&box, PRM_AT(modify_cong_status_in, priority), 3);
		put(&box, PRM_AT(modify_cong_status_in, cong_protocol), 1);
		put(&box, PRM_AT(modify_cong_status_in, enable), wanted >> 1);
		put(&box, PRM_AT(modify_cong_status_in, tag_enable),
		    wanted & 1);
		assert_int_equal(execute(device, &box), EMU_OK);
		assert_int_equal(is_congestion_controlled(device, 3), wanted);
		assert_int_equal(is_congestion_controlled(device, 0), 3);
	}
	put(&box, PRM_AT(modify_cong_status_in, priority), 7);
	assert_int_equal(execute(device, &box), EMU_BAD_RES);
	emu_destroy(device);
}

static void a_user_without_tools_reads_no_objects(void **unused)
{
	struct emu_device *device = new_device();
	u16 tools = new_uid(device, 4), plain = new_uid(device, 0);
	struct mailbox box;

	(void)unused;
	command(&box, PRM_OP_QUERY_LAG, 16, 16);
	put(&box, PRM_AT(query_lag_in, uid), plain);
	execute(device, &box);
	assert_int_equal(syndrome(&box), EMU_NEEDS_UCTX_CAP);
	put(&box, PRM_AT(query_lag_in, uid), tools);
	assert_int_equal(execute(device, &box), 0);
	emu_destroy(device);
}

/* Where the second key of the shipped object is not 0. */
static void ask_shipped(struct mailbox *box, const struct kind *kind)
{
	ask(box, kind, 0);
	if (kind->opcode == PRM_OP_QUERY_SCHEDULING_ELEMENT)
		put(box, PRM_AT(query_scheduling_element_in,
				scheduling_hierarchy), 2);
	if (kind->opcode == PRM_OP_QUERY_FLOW_GROUP)
		put(box, PRM_AT(query_flow_group_in, table_id), 1);
	if (kind->opcode == PRM_OP_QUERY_FLOW_TABLE_ENTRY)
		put(box, PRM_AT(query_flow_table_entry_in, table_id), 1);
	if (kind->opcode == PRM_OP_QUERY_GENERAL_OBJECT)
		put(box, PRM_AT(query_general_object_in, obj_type), 0x18);
}

static void shipped_devices_have_an_object_of_each_kind(void **unused)
{
	struct emu_problem problem;

	(void)unused;
	for (u32 n = 0; emu_shipped_name(n); n++) {
		struct emu_personality *personality =
			emu_personality_shipped(emu_shipped_name(n), &problem);
		struct emu_device *device = emu_create(personality);

		for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
			struct mailbox box;
			u8 status = EMU_BAD_RES;

			for (u32 id = 0; status && id < 0x500; id++) {
				ask_shipped(&box, &kinds[i]);
				if (kinds[i].id.width > 8 ||
				    (kinds[i].id.width &&
				     id < 1u << kinds[i].id.width))
					put(&box, kinds[i].id, id);
				status = execute(device, &box);
			}
			assert_int_equal(status, 0);
		}
		emu_destroy(device);
		emu_personality_free(personality);
	}
}

/* The whole of what is said about a bad list of objects. */
static const struct {
	const char *objects;
	const char *problem;
} bad[] = {
	{ "{\"id\": 1}", "test:1: objects[0]: lacks its kind" },
	{ "{\"kind\": \"eqq\"}",
	  "test:1: objects[0].kind: is no kind of objects" },
	{ "{\"kind\": \"eq\", \"id\": 256}",
	  "test:1: objects[0].id: 0x100 is too wide: the query has 8 bits for it" },
	{ "{\"kind\": \"lag\", \"id\": 1}",
	  "test:1: objects[0].id: 0x1 is too wide: the query has 0 bits for it" },
	{ "{\"kind\": \"lag\"},\n{\"kind\": \"lag\"}",
	  "test:2: objects[1]: is there already: lag 0" },
	{ "{\"kind\": \"lag\", \"color\": 1}",
	  "test:1: objects[0].color: is no key of an object" },
	{ "{\"kind\": \"lag\", \"fields\": {\"syndrome\": 1}}",
	  "test:1: objects[0].fields: has a status or a syndrome, which no object has" },
	{ "{\"kind\": \"lag\", \"fields\":\n{\"ctx\": {\"lag_stat\": 1}}}",
	  "test:2: objects[0].fields.ctx.lag_stat: lagc has no such field" },
};

static void a_bad_object_is_named_with_its_line(void **unused)
{
	struct emu_problem problem;
	char text[2048];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(text, sizeof(text), "%s%s]}", HEAD, bad[i].objects);
		assert_null(emu_personality_parse("test", text, strlen(text),
						  &problem));
		assert_string_equal(problem.text, bad[i].problem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_random_object_is_shown_by_its_id),
		cmocka_unit_test(numbers_move_with_the_clock_and_clear_begins_again),
		cmocka_unit_test(clear_spares_what_counts_nothing),
		cmocka_unit_test(what_is_not_offered_is_refused),
		cmocka_unit_test(a_port_that_the_card_has_not_is_refused),
		cmocka_unit_test(what_the_device_does_not_have_is_a_bad_operation),
		cmocka_unit_test(the_name_of_the_function_fits_the_outbox),
		cmocka_unit_test(congestion_control_is_switched_for_its_priority),
		cmocka_unit_test(a_user_without_tools_reads_no_objects),
		cmocka_unit_test(shipped_devices_have_an_object_of_each_kind),
		cmocka_unit_test(a_bad_object_is_named_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
