// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Random commands to a random device, and beside it the answers that it ought
 * to give from then on: after each command all of them are asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syndromes.h"
#include "world.h"

#define COMMANDS 150
#define SETTINGS 60

/* What a device should say, and what it was told to make. */
struct twin {
	struct world world;
	struct emu_device *device;
	struct answers expected;
	struct answers now;
	u16 uids[COMMANDS];
	u32 n_uids;
	u32 pds[COMMANDS];
	u32 n_pds;
};

static int open_twin(void **state)
{
	struct twin *twin = calloc(1, sizeof(*twin));

	world_open(&twin->world, random_below(2));
	twin->device = world_device(&twin->world);
	answers_ask(&twin->expected, &twin->world, twin->device);
	*state = twin;
	return 0;
}

static int close_twin(void **state)
{
	struct twin *twin = *state;

	answers_free(&twin->expected, &twin->world);
	answers_free(&twin->now, &twin->world);
	emu_destroy(twin->device);
	world_close(&twin->world);
	free(twin);
	return 0;
}

static void assert_as_expected(struct twin *twin, const char *after)
{
	answers_ask(&twin->now, &twin->world, twin->device);
	for (u32 i = 0; i < twin->world.n; i++)
		if (memcmp(twin->now.out[i], twin->expected.out[i],
			   twin->world.questions[i].out_len))
			fail_msg("after %s: '%s' is another", after,
				 twin->world.questions[i].label);
	assert_int_equal(emu_count(twin->device, EMU_UCTX), twin->n_uids);
	assert_int_equal(emu_count(twin->device, EMU_PD), twin->n_pds);
}

/* A random question with one of these opcodes. */
static u32 pick(const struct twin *twin, const u16 *opcodes, u32 n)
{
	for (;;) {
		u32 i = random_below(twin->world.n);

		for (u32 k = 0; k < n; k++)
			if (twin->world.questions[i].opcode == opcodes[k])
				return i;
	}
}

static struct mailbox again(const struct question *question)
{
	struct mailbox box;

	memset(&box, 0, sizeof(box));
	memcpy(box.in, question->in, question->in_len);
	box.in_len = question->in_len;
	box.out_len = question->out_len;
	return box;
}

/* Bits that a write changes, by the schema: neither index, read-only nor op. */
static void mark_writable(const struct prm_layout *layout, u8 *mask)
{
	for (u32 i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		u32 from = field->at.offset;

		if (field->access != PRM_RW || field->type == PRM_STRUCT)
			continue;
		for (u32 bit = 0; bit < field->at.width * field->count; bit++)
			mask[(from + bit) / 8] |= 0x80 >> (from + bit) % 8;
	}
}

/* Registers whose fields depend on no other. */
static bool is_plain(const char *label)
{
	static const char *const names[] = {
		"PPTB", "PCMR", "QPDPM", "MSEES", "NODE_DESC", "SBPR", "QPTS",
		"MLCR",
	};
	char name[32];

	if (sscanf(label, "reg %31s", name) != 1)
		return false;
	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static const char *write_a_register(struct twin *twin)
{
	const u16 opcode = PRM_OP_ACCESS_REG;
	const struct question *question;
	const struct prm_layout *layout;
	u8 mask[256] = { 0 }, value;
	struct mailbox box;
	u32 i;

	do {
		i = pick(twin, &opcode, 1);
		question = &twin->world.questions[i];
	} while (!is_plain(question->label));
	box = again(question);
	put(&box, PRM_AT(access_reg_in, op_mod), 0);
	layout = prm_register_by_id(box.in[10] << 8 | box.in[11])->layout;
	assert_true(layout->size <= sizeof(mask));
	mark_writable(layout, mask);
	for (u32 k = 0; k < layout->size; k++) {
		random_bytes(&value, 1);
		box.in[16 + k] |= value & mask[k];
		twin->expected.out[i][16 + k] &= ~mask[k];
		twin->expected.out[i][16 + k] |= value & mask[k];
	}
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	return question->label;
}

static const char *switch_congestion_control(struct twin *twin)
{
	const u16 opcode = PRM_OP_QUERY_CONG_STATUS;
	u32 i = pick(twin, &opcode, 1);
	const u8 *asked = twin->world.questions[i].in;
	u32 bits = random_below(4);
	struct mailbox box;

	command(&box, PRM_OP_MODIFY_CONG_STATUS, 16, 16);
	box.in[11] = asked[11];
	put(&box, PRM_AT(modify_cong_status_in, enable), bits >> 1);
	put(&box, PRM_AT(modify_cong_status_in, tag_enable), bits & 1);
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	assert_true(prm_set(twin->expected.out[i], 16,
			    PRM_AT(query_cong_status_out, enable), bits >> 1));
	assert_true(prm_set(twin->expected.out[i], 16,
			    PRM_AT(query_cong_status_out, tag_enable),
			    bits & 1));
	return "MODIFY_CONG_STATUS";
}

static const char *clear_counters(struct twin *twin)
{
	static const struct {
		u16 opcode;
		struct prm_bits clear;
	} rows[] = {
		{ PRM_OP_QUERY_VPORT_COUNTER,
		  { PRM(query_vport_counter_in, clear) } },
		{ PRM_OP_QUERY_Q_COUNTER, { PRM(query_q_counter_in, clear) } },
		{ PRM_OP_QUERY_CONG_STATISTICS,
		  { PRM(query_cong_statistics_in, clear) } },
		{ PRM_OP_QUERY_FLOW_COUNTER,
		  { PRM(query_flow_counter_in, clear) } },
	};
	u32 row = random_below(ARRAY_SIZE(rows));
	u32 i = pick(twin, &rows[row].opcode, 1);
	struct mailbox box = again(&twin->world.questions[i]);

	put(&box, rows[row].clear, 1);
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	assert_memory_equal(box.out, twin->expected.out[i], box.out_len);
	memset(twin->expected.out[i], 0, box.out_len);
	/* The flows of now, the time and the period: no counters. */
	if (rows[row].opcode == PRM_OP_QUERY_CONG_STATISTICS) {
		memcpy(twin->expected.out[i] + 0x10, box.out + 0x10, 4);
		memcpy(twin->expected.out[i] + 0x48, box.out + 0x48, 12);
	}
	return twin->world.questions[i].label;
}

static const char *make_or_end_a_user(struct twin *twin)
{
	struct mailbox box;
	u32 i;

	if (!twin->n_uids || random_below(2)) {
		twin->uids[twin->n_uids++] = new_uid(twin->device, 4);
		return "CREATE_UCTX";
	}
	i = random_below(twin->n_uids);
	command(&box, PRM_OP_DESTROY_UCTX, 16, 16);
	put(&box, PRM_AT(destroy_uctx_in, uctx_uid), twin->uids[i]);
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	twin->uids[i] = twin->uids[--twin->n_uids];
	return "DESTROY_UCTX";
}

static const char *make_or_end_a_domain(struct twin *twin)
{
	struct mailbox box;
	u32 i;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	if (!twin->n_pds || random_below(2)) {
		assert_int_equal(execute(twin->device, &box), EMU_OK);
		twin->pds[twin->n_pds++] = got(&box, PRM_AT(alloc_pd_out, pd));
		return "ALLOC_PD";
	}
	i = random_below(twin->n_pds);
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, pd), twin->pds[i]);
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	twin->pds[i] = twin->pds[--twin->n_pds];
	return "DEALLOC_PD";
}

static const char *say_the_version(struct twin *twin)
{
	int i = question_find(&twin->world, "driver version");
	struct mailbox box;

	command(&box, PRM_OP_SET_DRIVER_VERSION,
		PRM_SIZE(set_driver_version_in), 16);
	for (u32 k = 0; k < 64; k++)
		box.in[16 + k] = random_below(k + 1) < 20 ?
				 'a' + random_below(26) : 0;
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	memcpy(twin->expected.out[i] + 16, box.in + 16, 64);
	return "SET_DRIVER_VERSION";
}

/* Noise, which is refused, or one of the questions cut short. */
static const char *ask_nonsense(struct twin *twin)
{
	struct mailbox box = again(
		&twin->world.questions[random_below(twin->world.n)]);

	box.in[6] |= 0x80;
	box.in[2 + random_below(2)] ^= 0x81;
	assert_int_not_equal(execute(twin->device, &box), EMU_OK);
	return "nonsense";
}

static const char *reset_the_card(struct twin *twin)
{
	emu_reset(twin->device, random_below(2) ? EMU_WARM_BOOT :
		  EMU_POWER_CYCLE);
	return "a reset of the card";
}

static void commands_change_what_they_say_and_nothing_else(void **state)
{
	static const char *(*const commands[])(struct twin *) = {
		write_a_register, write_a_register, switch_congestion_control,
		clear_counters, make_or_end_a_user, make_or_end_a_domain,
		say_the_version, ask_nonsense, reset_the_card,
	};
	struct twin *twin = *state;

	for (u32 i = 0; i < COMMANDS; i++)
		assert_as_expected(twin, commands[random_below(
				   ARRAY_SIZE(commands))](twin));
}

static void enable(struct twin *twin)
{
	struct mailbox box;

	emu_reset(twin->device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	assert_int_equal(execute(twin->device, &box), EMU_OK);
	/* From here on it says what it is when no driver has started it. */
	answers_ask(&twin->expected, &twin->world, twin->device);
}

/* Some number of a type becomes another, up to its maximum. */
static const char *set_a_capability(struct twin *twin)
{
	const struct prm_capability *type =
		&prm_capabilities[random_below(prm_n_capabilities)];
	const struct prm_layout *layout = prm_capability_layout(type->type);
	const struct prm_field *field =
		&layout->fields[random_below(layout->n_fields)];
	struct mailbox box;
	char label[72];
	u64 most, value;
	int current, maximum;

	/* Without core dumps there is a register less, which QCAM shows. */
	if (field->type != PRM_NUMBER || field->is_array ||
	    !strcmp(field->name, "core_dump_general"))
		return "nothing";
	sprintf(label, "cap %s current", type->name);
	current = question_find(&twin->world, label);
	sprintf(label, "cap %s maximum", type->name);
	maximum = question_find(&twin->world, label);
	command(&box, PRM_OP_SET_HCA_CAP, 4112, 16);
	put(&box, PRM_AT(set_hca_cap_in, op_mod), type->type << 1);
	memcpy(box.in + 16, twin->expected.out[current] + 16, 4096);
	assert_true(prm_get(twin->expected.out[maximum], 4112,
			    in_register(field->at), &most));
	value = random_number() >> (64 - field->at.width);
	put(&box, in_register(field->at), value);
	if (value <= most) {
		assert_int_equal(execute(twin->device, &box), EMU_OK);
		memcpy(twin->expected.out[current] + 16, box.in + 16, 4096);
	} else if (memcmp(box.in + 16, twin->expected.out[current] + 16,
			  4096)) {
		assert_int_equal(execute(twin->device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_OVER_MAXIMUM);
	}
	return "SET_HCA_CAP";
}

static void capabilities_are_set_up_to_their_maximum(void **state)
{
	struct twin *twin = *state;

	enable(twin);
	for (u32 i = 0; i < SETTINGS; i++)
		assert_as_expected(twin, set_a_capability(twin));
}

/* Whatever the driver before it set. */
static void a_reset_function_says_what_it_said_at_first(void **state)
{
	struct twin *twin = *state;
	struct answers first = { 0 };

	enable(twin);
	answers_ask(&first, &twin->world, twin->device);
	for (u32 i = 0; i < SETTINGS; i++)
		set_a_capability(twin);
	enable(twin);
	answers_free(&twin->expected, &twin->world);
	twin->expected = first;
	assert_as_expected(twin, "a function-level reset");
}

int main(void)
{
#define TWIN_TEST(name)							\
	cmocka_unit_test_setup_teardown(name, open_twin, close_twin)
	const struct CMUnitTest tests[] = {
		TWIN_TEST(commands_change_what_they_say_and_nothing_else),
		TWIN_TEST(capabilities_are_set_up_to_their_maximum),
		TWIN_TEST(a_reset_function_says_what_it_said_at_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
