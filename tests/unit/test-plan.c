// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What plans may say, and which commands their rules mean. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "misbehave/faults.h"
#include "unit.h"

#define HEAD "{\"mlx5ctl_faults\": 1,\n\"rules\": [\n"

static const struct {
	const char *text;
	const char *problem;
} bad[] = {
	{ "[]", "f:1: is not an object" },
	{ "{\"mlx5ctl_faults\": 1}", "f:1: lacks the section 'rules'" },
	{ "{\"mlx5ctl_faults\": 2, \"rules\": []}",
	  "f:1: mlx5ctl_faults: only version 1 is known" },
	{ HEAD "]\n, \"sede\": 1}", "f:4: sede: is no section of a plan" },
	{ HEAD "{\"evry\": 1, \"fault\": {}}]}",
	  "f:3: rules[0].evry: is no key of a rule" },
	{ HEAD "{\"match\": {}}]}", "f:3: rules[0]: lacks 'fault'" },
	{ HEAD "{\"fault\": {\n\"explode\": 1}}]}",
	  "f:4: rules[0].fault.explode: is no action of a fault" },
	{ HEAD "{\"match\": {\"register\": \"PAOX\"}, \"fault\": {}}]}",
	  "f:3: rules[0].match.register: 'PAOX' is neither a number nor a name that the field has" },
	{ HEAD "{\"match\": {\"colour\": 1}, \"fault\": {}}]}",
	  "f:3: rules[0].match.colour: is nothing that a command has" },
	{ HEAD "{\"every\": 0, \"fault\": {}}]}",
	  "f:3: rules[0].every: is less than 1" },
	{ HEAD "{\n\"match\": {\"register\": \"MGIR\", \"command\": \"NOP\"}, \"fault\": {}}]}",
	  "f:4: rules[0].match: matches no command" },
	{ HEAD "{\"match\": {\"capability\": 0, \"command\": \"NOP\"}, \"fault\": {}}]}",
	  "f:3: rules[0].match: matches no command" },
	{ HEAD "{\"match\": {\"capability\": 0, \"op_mod\": 2}, \"fault\": {}}]}",
	  "f:3: rules[0].match: matches no command" },
	{ HEAD "{\"match\": {\"capability\": 0, \"register\": \"MGIR\"}, \"fault\": {}}]}",
	  "f:3: rules[0].match: matches no command" },
	{ HEAD "{\n\"fault\": {\"dump_cut\": 4}}]}",
	  "f:4: rules[0].fault: is of dumps: match RESOURCE_DUMP," },
	{ HEAD "{\"match\": {\"register\": \"MGIR\"}, \"fault\": {\"dump_times\": 1}}]}",
	  "f:3: rules[0].fault: is of dumps: match RESOURCE_DUMP," },
	{ HEAD "{\"match\": {\"register\": \"CORE_DUMP\", \"uid\": 1}, \"fault\": {\"dump_cut\": 4}}]}",
	  "f:3: rules[0].fault: is of dumps: match RESOURCE_DUMP," },
	{ HEAD "{\"match\": {\"register\": \"CORE_DUMP\"}, \"fault\": {\"dump_at\": 4}}]}",
	  "f:3: rules[0].fault: lacks 'dump_times'" },
	{ HEAD "{\"match\": {\"register\": \"CORE_DUMP\"}, \"fault\": {\"dump_word\": 4}}]}",
	  "f:3: rules[0].fault: lacks 'dump_times'" },
	{ HEAD "{\"percent\": 101, \"fault\": {}}]}",
	  "f:3: rules[0].percent: is more than 100" },
	{ HEAD "{\"fault\": {\"set\": {\"status\": 256}}}]}",
	  "f:3: rules[0].fault.set.status: 0x100 is too wide: the field has 8 bits" },
	{ HEAD "{\"fault\": {\"set\": {\"pd\": 1}}}]}",
	  "f:3: rules[0].fault.set.pd: is no field of an answer to what matches" },
	{ HEAD "{\"fault\": {\"delay\": [2, 1]}}]}",
	  "f:3: rules[0].fault.delay: ends before it begins" },
	{ HEAD "{\"fault\": {\"delay\": 3600000001}}]}",
	  "f:3: rules[0].fault.delay: is more than an hour" },
};

static void what_is_wrong_in_a_plan_is_told_with_its_line(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct emu_problem problem = { "" };

		assert_null(emu_plan_parse("f", bad[i].text,
					   strlen(bad[i].text), &problem));
		assert_memory_equal(problem.text, bad[i].problem,
				    strlen(bad[i].problem));
	}
}

static struct emu_device *device_of_rule(const char *rule)
{
	struct emu_device *device = new_device();
	struct emu_problem problem = { "" };
	struct emu_plan *plan;
	char text[512];

	snprintf(text, sizeof(text), HEAD "%s]}", rule);
	plan = emu_plan_parse("f", text, strlen(text), &problem);
	if (!plan)
		fail_msg("%s", problem.text);
	assert_int_equal(emu_set_faults(device, plan), 0);
	return device;
}

/* Which of the first 32 commands had the fault, a bit each. */
static u32 hits(const char *rule)
{
	struct emu_device *device = device_of_rule(rule);
	struct mailbox box;
	u32 hit = 0;

	for (u32 i = 0; i < 32; i++) {
		command(&box, PRM_OP_ALLOC_PD, 16, 16);
		hit |= (u32)!!execute(device, &box) << i;
	}
	emu_destroy(device);
	return hit;
}

#define BROKEN "\"fault\": {\"set\": {\"status\": 1}}}"

static void a_rule_says_which_of_the_matching_commands_it_means(void **unused)
{
	(void)unused;
	assert_int_equal(hits("{" BROKEN), UINT32_MAX);
	assert_int_equal(hits("{\"skip\": 3, " BROKEN), UINT32_MAX << 3);
	assert_int_equal(hits("{\"every\": 4, " BROKEN), 0x88888888);
	assert_int_equal(hits("{\"skip\": 1, \"count\": 2, " BROKEN), 6);
	assert_int_equal(hits("{\"percent\": 0, " BROKEN), 0);
	assert_int_equal(hits("{\"match\": {\"command\": \"QUERY_ISSI\"}, " BROKEN), 0);
	assert_int_equal(hits("{\"match\": {\"uid\": 9}, " BROKEN), 0);
	assert_int_equal(hits("{\"match\": {\"command\": \"ALLOC_PD\", \"uid\": 0}, "
			      BROKEN), UINT32_MAX);
}

static void chance_is_the_same_in_every_run(void **unused)
{
	u32 first = hits("{\"percent\": 50, " BROKEN);

	(void)unused;
	assert_in_range(__builtin_popcount(first), 6, 26);
	assert_int_equal(hits("{\"percent\": 50, " BROKEN), first);
}

/* Each adds to what the ones before it said. */
static void rules_speak_of_one_health(void **unused)
{
	struct emu_device *device = device_of_rule(
		"{\"count\": 1, \"fault\": {\"health\": {\"synd\": 8}}},"
		"{\"skip\": 1, \"fault\": {\"health\": {\"rfr\": 1}}}");
	u8 buffer[EMU_HEALTH_BYTES];
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < 2; i++) {
		command(&box, PRM_OP_ALLOC_PD, 16, 16);
		assert_int_equal(execute(device, &box), 0);
		emu_health(device, buffer);
		assert_int_equal(read_bits(buffer, sizeof(buffer),
					   PRM_AT(health_buffer, synd)), 8);
		assert_int_equal(read_bits(buffer, sizeof(buffer),
					   PRM_AT(health_buffer, rfr)), i);
	}
	emu_destroy(device);
}

static void a_register_does_not_hide_the_status_of_its_command(void **unused)
{
	struct emu_device *device = device_of_rule(
		"{\"match\": {\"register\": \"MCIA\"}, " BROKEN);
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_MCIA, false, PRM_SIZE(mcia));
	assert_int_equal(execute(device, &box), 1);
	emu_destroy(device);
}

static void reserved_bits_are_those_of_what_came(void **unused)
{
	struct emu_device *device = device_of_rule("{\"fault\": {\"reserved\": 1}}");
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_MFRL, false, PRM_SIZE(mfrl));
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(box.out[PRM_HEADER_BYTES], 0xff);
	command(&box, PRM_OP_QUERY_HCA_CAP, PRM_SIZE(query_hca_cap_in),
		PRM_SIZE(query_hca_cap_out));
	put(&box, PRM_AT(query_hca_cap_in, op_mod), 1);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(box.out[PRM_HEADER_BYTES] & 0xfc, 0xfc);
	emu_destroy(device);
}

static void what_a_reset_voided_changes_nothing(void **unused)
{
	struct emu_device *device = device_of_rule(
		"{\"fault\": {\"skip_effect\": 1, \"health\": {\"synd\": 8}}}");
	u32 before = emu_epoch(device);
	u8 well[EMU_HEALTH_BYTES], now[EMU_HEALTH_BYTES];
	struct emu_outcome outcome;
	struct mailbox box;

	(void)unused;
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	emu_health(device, well);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(emu_exec_with(device, &before, box.in, box.in_len,
				       box.out, box.out_len, &outcome),
			 -ECANCELED);
	emu_health(device, now);
	assert_memory_equal(now, well, sizeof(well));
	emu_destroy(device);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_in_a_plan_is_told_with_its_line),
		cmocka_unit_test(a_rule_says_which_of_the_matching_commands_it_means),
		cmocka_unit_test(a_register_does_not_hide_the_status_of_its_command),
		cmocka_unit_test(reserved_bits_are_those_of_what_came),
		cmocka_unit_test(rules_speak_of_one_health),
		cmocka_unit_test(what_a_reset_voided_changes_nothing),
		cmocka_unit_test(chance_is_the_same_in_every_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
