// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The model enforces what firmware enforces, and answers from its state. */
#include <errno.h>
#include <string.h>

#include "syndromes.h"
#include "unit.h"

static u64 clock_now;

static u64 test_clock(void *context)
{
	(void)context;
	return clock_now;
}

static int setup(void **state)
{
	*state = new_device();
	return 0;
}

static int teardown(void **state)
{
	emu_destroy(*state);
	return 0;
}

static void assert_answer(struct emu_device *device, struct mailbox *box,
			  u8 status, u32 wanted)
{
	static const u8 zeros[sizeof(box->out)];

	assert_int_equal(execute(device, box), status);
	assert_int_equal(syndrome(box), wanted);
	if (status)
		assert_memory_equal(box->out + 8, zeros, box->out_len - 8);
}

static void a_mailbox_without_a_header_is_not_executed(void **state)
{
	u8 in[32] = { 0x01, 0x0a }, out[32] = { 0xaa };

	assert_int_equal(emu_exec(*state, in, 12, out, 16), -EMSGSIZE);
	assert_int_equal(emu_exec(*state, in, 16, out, 12), -EMSGSIZE);
	assert_int_equal(emu_exec(*state, in, 18, out, 16), -EMSGSIZE);
	assert_int_equal(emu_exec(*state, in, (2u << 20) + 4, out, 16),
			 -EMSGSIZE);
	assert_int_equal(out[0], 0xaa);
}

static void an_unknown_opcode_is_a_bad_operation(void **state)
{
	struct mailbox box;

	command(&box, 0xfff0, 16, 64);
	assert_answer(*state, &box, EMU_BAD_OP, EMU_UNKNOWN_OPCODE);
}

static void wrong_lengths_have_their_own_statuses(void **state)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_ISSI, 20, PRM_SIZE(query_issi_out));
	assert_answer(*state, &box, EMU_BAD_INPUT_LEN, EMU_INPUT_LENGTH);
	command(&box, PRM_OP_QUERY_ISSI, 16, 16);
	assert_answer(*state, &box, EMU_BAD_OUTPUT_LEN, EMU_OUTPUT_LENGTH);
}

static void a_reserved_bit_and_an_unknown_op_mod_are_bad_parameters(void **state)
{
	struct mailbox box;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, (struct prm_bits){ 96, 1 }, 1);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_RESERVED_FIELD);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, PRM_AT(alloc_pd_in, op_mod), 1);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_UNKNOWN_OP_MOD);
	assert_int_equal(emu_count(*state, EMU_PD), 0);
}

static void what_an_answer_does_not_fill_is_zero(void **state)
{
	static const u8 zeros[16];
	struct mailbox box;

	command(&box, PRM_OP_NOP, 16, 32);
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
	assert_memory_equal(box.out, zeros, 16);
	assert_memory_equal(box.out + 16, zeros, 16);
}

static void an_unknown_uid_is_refused(void **state)
{
	u16 uid = new_uid(*state, 4);
	struct mailbox box;

	command(&box, PRM_OP_NOP, 16, 16);
	put(&box, PRM_AT(nop_in, uid), uid + 1);
	assert_answer(*state, &box, EMU_BAD_RES, EMU_UNKNOWN_UID);
	command(&box, PRM_OP_NOP, 16, 16);
	put(&box, PRM_AT(nop_in, uid), uid);
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
}

static void a_uid_without_the_tools_capability_reads_no_register(void **state)
{
	u16 uid = new_uid(*state, 1);
	struct mailbox box;

	access_register(&box, PRM_REG_MGIR, false, PRM_SIZE(mgir));
	put(&box, PRM_AT(access_reg_in, uid), uid);
	assert_answer(*state, &box, EMU_BAD_OP, EMU_NEEDS_UCTX_CAP);
	put(&box, PRM_AT(access_reg_in, uid), new_uid(*state, 4));
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
}

static void user_contexts_are_made_by_the_kernel_alone(void **state)
{
	u16 uid = new_uid(*state, 7);
	struct mailbox box;

	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	put(&box, PRM_AT(create_uctx_in, uid), uid);
	assert_answer(*state, &box, EMU_BAD_OP, EMU_NEEDS_KERNEL);
	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	put(&box, PRM_AT(create_uctx_in, uctx__cap), 8);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_UNOFFERED_UCTX_CAP);
	assert_int_equal(emu_count(*state, EMU_UCTX), 1);
}

static void an_object_of_another_uid_cannot_be_destroyed(void **state)
{
	u16 mine = new_uid(*state, 4), other = new_uid(*state, 4);
	struct mailbox box;
	u32 pd;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, PRM_AT(alloc_pd_in, uid), mine);
	assert_int_equal(execute(*state, &box), 0);
	pd = got(&box, PRM_AT(alloc_pd_out, pd));
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, uid), other);
	put(&box, PRM_AT(dealloc_pd_in, pd), pd);
	assert_answer(*state, &box, EMU_BAD_RES, EMU_FOREIGN_OBJECT);
	put(&box, PRM_AT(dealloc_pd_in, uid), mine);
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
	assert_answer(*state, &box, EMU_BAD_RES, EMU_UNKNOWN_OBJECT);
}

static void what_a_user_context_made_goes_with_it(void **state)
{
	u16 uid = new_uid(*state, 4);
	struct mailbox box;

	for (int i = 0; i < 100; i++) {
		command(&box, PRM_OP_ALLOC_PD, 16, 16);
		put(&box, PRM_AT(alloc_pd_in, uid), i % 4 ? uid : 0);
		assert_int_equal(execute(*state, &box), 0);
	}
	assert_int_equal(emu_count(*state, EMU_PD), 100);
	command(&box, PRM_OP_DESTROY_UCTX, 16, 16);
	put(&box, PRM_AT(destroy_uctx_in, uctx_uid), uid);
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
	assert_int_equal(emu_count(*state, EMU_PD), 25);
}

static void a_capability_type_that_is_not_there_is_a_bad_parameter(void **state)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
	put(&box, PRM_AT(query_hca_cap_in, op_mod), 0x7e);
	assert_answer(*state, &box, EMU_BAD_PARAM,
		      EMU_UNKNOWN_CAPABILITY_TYPE);
	command(&box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
	put(&box, PRM_AT(query_hca_cap_in, other_function), 1);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_OTHER_FUNCTION);
}

static void maximum_and_current_capabilities_differ(void **state)
{
	struct prm_bits at = PRM_AT(cmd_hca_cap, log_max_qp);
	struct mailbox box;

	command(&box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
	assert_int_equal(execute(*state, &box), 0);
	assert_int_equal(got(&box, in_register(at)), 24);
	put(&box, PRM_AT(query_hca_cap_in, op_mod), 1);
	assert_int_equal(execute(*state, &box), 0);
	assert_int_equal(got(&box, in_register(at)), 18);
}

static void an_absent_register_or_instance_is_a_bad_parameter(void **state)
{
	struct mailbox box;

	access_register(&box, 0x1234, false, 16);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_UNKNOWN_REGISTER);
	access_register(&box, PRM_REG_PAOS, false, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 9);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_UNKNOWN_INSTANCE);
}

static void an_oversized_read_is_answered_and_zero_past_the_register(void **state)
{
	static const u8 zeros[1024];
	struct mailbox box;

	access_register(&box, PRM_REG_MGIR, false, 1024);
	assert_answer(*state, &box, EMU_OK, EMU_DONE);
	assert_int_equal(got(&box, in_register(PRM_AT(mgir,
				hw_info__device_id))), 0x1021);
	assert_int_equal(got(&box, in_register(PRM_AT(mgir,
				hw_info__hw_dev_id))), 0x218);
	assert_memory_equal(box.out + PRM_HEADER_BYTES + PRM_SIZE(mgir), zeros,
			    1024 - PRM_SIZE(mgir));
}

static void read_paos(struct emu_device *device, struct mailbox *box)
{
	access_register(box, PRM_REG_PAOS, false, PRM_SIZE(paos));
	put(box, in_register(PRM_AT(paos, local_port)), 1);
	assert_int_equal(execute(device, box), 0);
}

static void set_admin_status(struct emu_device *device, struct mailbox *box,
			     u32 admin, bool enable)
{
	access_register(box, PRM_REG_PAOS, true, PRM_SIZE(paos));
	put(box, in_register(PRM_AT(paos, local_port)), 1);
	put(box, in_register(PRM_AT(paos, admin_status)), admin);
	put(box, in_register(PRM_AT(paos, oper_status)), 4);
	put(box, in_register(PRM_AT(paos, ase)), enable);
	execute(device, box);
}

static void a_port_follows_its_admin_state_where_that_is_enabled(void **state)
{
	struct mailbox box;

	set_admin_status(*state, &box, 2, false);
	assert_int_equal(box.out[0], 0);
	read_paos(*state, &box);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, admin_status))), 1);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, oper_status))), 1);
	set_admin_status(*state, &box, 2, true);
	assert_int_equal(box.out[0], 0);
	read_paos(*state, &box);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, admin_status))), 2);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, oper_status))), 2);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, ase))), 0);
}

static void a_refused_write_leaves_the_register_as_it_was(void **state)
{
	struct mailbox box;

	set_admin_status(*state, &box, 9, true);
	assert_int_equal(box.out[0], EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_BAD_VALUE);
	read_paos(*state, &box);
	assert_int_equal(got(&box, in_register(PRM_AT(paos, admin_status))), 1);
}

static void a_reserved_bit_of_a_written_register_is_a_bad_parameter(void **state)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MFRL, true, PRM_SIZE(mfrl));
	put(&box, in_register((struct prm_bits){ 0, 1 }), 1);
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_RESERVED_FIELD);
	access_register(&box, PRM_REG_MGIR, true, PRM_SIZE(mgir));
	assert_answer(*state, &box, EMU_BAD_PARAM, EMU_READ_ONLY_REGISTER);
}

static u64 temperature(struct emu_device *device, struct prm_bits which)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MTMP, false, PRM_SIZE(mtmp));
	assert_int_equal(execute(device, &box), 0);
	return got(&box, in_register(which));
}

static void temperature_moves_with_the_clock_of_the_device(void **state)
{
	struct prm_bits now = PRM_AT(mtmp, temperature);
	struct prm_bits most = PRM_AT(mtmp, max_temperature);
	struct mailbox box;

	clock_now = 1000000;
	emu_set_clock(*state, test_clock, NULL);
	assert_int_equal(temperature(*state, now), 360);
	clock_now += 30000;
	assert_int_equal(temperature(*state, now), 376);
	assert_int_equal(temperature(*state, most), 424);
	access_register(&box, PRM_REG_MTMP, true, PRM_SIZE(mtmp));
	put(&box, in_register(PRM_AT(mtmp, mte)), 1);
	put(&box, in_register(PRM_AT(mtmp, mtr)), 1);
	assert_int_equal(execute(*state, &box), 0);
	assert_int_equal(temperature(*state, most), 376);
	clock_now += 30000;
	assert_int_equal(temperature(*state, now), 360);
	assert_int_equal(temperature(*state, most), 376);
}

static void a_sensor_by_its_number_of_a_diode_is_the_same_sensor(void **state)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MTMP, false, PRM_SIZE(mtmp));
	put(&box, in_register(PRM_AT(mtmp, i)), 1);
	assert_int_equal(execute(*state, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mtmp, i))), 1);
	assert_int_equal(got(&box, in_register(PRM_AT(mtmp, max_temperature))),
			 424);
}

static void uptime_counts_seconds(void **state)
{
	struct mailbox box;

	clock_now = 5;
	emu_set_clock(*state, test_clock, NULL);
	clock_now += 4999;
	access_register(&box, PRM_REG_MGIR, false, PRM_SIZE(mgir));
	assert_int_equal(execute(*state, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mgir,
				hw_info__uptime))), 4);
}

/* Who says which registers there are, and of how many from which on. */
static const struct {
	u16 reg;
	u16 first;
	u16 n;
} masks[] = {
	{ PRM_REG_QCAM, 0x4000, 128 },
	{ PRM_REG_PCAM, 0x5000, 128 },
	{ PRM_REG_MCAM, 0x9000, 512 },
	{ PRM_REG_SBCAM, 0xb000, 128 },
};

static u8 read_mask(struct emu_device *device, struct mailbox *box, u16 reg,
		    u32 group, u32 features)
{
	access_register(box, reg, false, PRM_SIZE(mcam));
	put(box, in_register(PRM_AT(mcam, access_reg_group)), group);
	put(box, in_register(PRM_AT(mcam, feature_group)), features);
	return execute(device, box);
}

static bool has_register(struct emu_device *device, u32 mask, u16 id)
{
	struct prm_bits at = PRM_AT(mcam, mng_access_reg_cap_mask);
	struct mailbox box;

	assert_int_equal(read_mask(device, &box, masks[mask].reg,
				   (id - masks[mask].first) / 128, 0), 0);
	at.offset += 127 - id % 128;
	at.width = 1;
	return got(&box, in_register(at));
}

static void the_register_masks_show_what_there_is(void **state)
{
	struct mailbox box;

	assert_true(has_register(*state, 2, PRM_REG_MGIR));
	assert_true(has_register(*state, 2, PRM_REG_MFSV));
	for (u32 i = 0; i < ARRAY_SIZE(masks); i++) {
		for (u32 k = 0; k < masks[i].n; k++) {
			u16 id = masks[i].first + k;

			access_register(&box, id, false, 256);
			execute(*state, &box);
			assert_int_equal(syndrome(&box) != EMU_UNKNOWN_REGISTER,
					 has_register(*state, i, id));
		}
		assert_int_equal(read_mask(*state, &box, masks[i].reg,
					   masks[i].n / 128, 0), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_UNKNOWN_INSTANCE);
	}
}

static void features_are_of_the_group_that_has_them(void **state)
{
	struct prm_bits at = PRM_AT(mcam, mng_feature_cap_mask);
	struct mailbox box;
	u64 features[2] = { 0 };

	for (u32 group = 0; group < 2; group++) {
		assert_int_equal(read_mask(*state, &box, PRM_REG_MCAM, 0,
					   group), 0);
		for (u32 i = 0; i < 4; i++)
			features[group] |= got(&box, in_register(
				(struct prm_bits){ at.offset + i * 32, 32 }));
	}
	assert_true(features[0]);
	assert_false(features[1]);
}

static void components_end_with_the_last_one(void **state)
{
	struct mailbox box;
	u32 n = 0;

	do {
		assert_true(n < 32);
		access_register(&box, PRM_REG_MCQS, false, PRM_SIZE(mcqs));
		put(&box, in_register(PRM_AT(mcqs, component_index)), n++);
		assert_int_equal(execute(*state, &box), 0);
	} while (!got(&box, in_register(PRM_AT(mcqs, last_index_flag))));
	assert_int_equal(n, 4);
	put(&box, in_register(PRM_AT(mcqs, component_index)), n);
	assert_int_equal(execute(*state, &box), EMU_BAD_PARAM);
}

static void a_text_is_read_in_pieces(void **state)
{
	char text[64] = "";
	struct mailbox box;
	u32 offset = 0, n;

	do {
		access_register(&box, PRM_REG_MQIS, false, PRM_SIZE(mqis));
		put(&box, in_register(PRM_AT(mqis, info_type)), 1);
		put(&box, in_register(PRM_AT(mqis, read_offset)), offset);
		put(&box, in_register(PRM_AT(mqis, read_length)), 8);
		assert_int_equal(execute(*state, &box), 0);
		n = got(&box, in_register(PRM_AT(mqis, read_length)));
		assert_int_equal(got(&box, in_register(PRM_AT(mqis,
							      info_length))),
				 strlen("ConnectX-7 (emulated)"));
		memcpy(text + offset, box.out + PRM_HEADER_BYTES + 16, n);
		offset += n;
	} while (n == 8);
	assert_string_equal(text, "ConnectX-7 (emulated)");
	put(&box, in_register(PRM_AT(mqis, read_offset)), strlen(text));
	assert_int_equal(execute(*state, &box), 0);
	put(&box, in_register(PRM_AT(mqis, read_offset)), strlen(text) + 1);
	assert_int_equal(execute(*state, &box), EMU_BAD_PARAM);
}

#define DEVICE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(a_mailbox_without_a_header_is_not_executed),
		DEVICE_TEST(an_unknown_opcode_is_a_bad_operation),
		DEVICE_TEST(wrong_lengths_have_their_own_statuses),
		DEVICE_TEST(a_reserved_bit_and_an_unknown_op_mod_are_bad_parameters),
		DEVICE_TEST(what_an_answer_does_not_fill_is_zero),
		DEVICE_TEST(an_unknown_uid_is_refused),
		DEVICE_TEST(a_uid_without_the_tools_capability_reads_no_register),
		DEVICE_TEST(user_contexts_are_made_by_the_kernel_alone),
		DEVICE_TEST(an_object_of_another_uid_cannot_be_destroyed),
		DEVICE_TEST(what_a_user_context_made_goes_with_it),
		DEVICE_TEST(a_capability_type_that_is_not_there_is_a_bad_parameter),
		DEVICE_TEST(maximum_and_current_capabilities_differ),
		DEVICE_TEST(an_absent_register_or_instance_is_a_bad_parameter),
		DEVICE_TEST(an_oversized_read_is_answered_and_zero_past_the_register),
		DEVICE_TEST(a_port_follows_its_admin_state_where_that_is_enabled),
		DEVICE_TEST(a_refused_write_leaves_the_register_as_it_was),
		DEVICE_TEST(a_reserved_bit_of_a_written_register_is_a_bad_parameter),
		DEVICE_TEST(temperature_moves_with_the_clock_of_the_device),
		DEVICE_TEST(a_sensor_by_its_number_of_a_diode_is_the_same_sensor),
		DEVICE_TEST(uptime_counts_seconds),
		DEVICE_TEST(the_register_masks_show_what_there_is),
		DEVICE_TEST(features_are_of_the_group_that_has_them),
		DEVICE_TEST(components_end_with_the_last_one),
		DEVICE_TEST(a_text_is_read_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
