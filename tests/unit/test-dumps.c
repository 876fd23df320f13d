// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* RESOURCE_DUMP and CORE_DUMP of the model, inline and into memory. */
#include <string.h>

#include "dumping.h"

#define CORE(name) in_register(PRM_AT(core_dump, name))

static void the_menu_has_45_records_with_their_names(void **unused)
{
	struct mailbox box;
	const u8 *menu;
	u32 len;

	(void)unused;
	ask(&box, MENU);
	len = dump_inline(&box, dump);
	menu = find(dump, len, MENU, 0);
	assert_non_null(menu);
	assert_int_equal(word(menu + 4) & 0xffff, 45);
	assert_int_equal(length_of(menu), 8 + 45 * 52);
	/* Typed from what devices answer: 0x1000 is FULL_QPC, the sixth. */
	assert_int_equal(word(menu + 8 + 5 * 52) & 0xffff, 0x1000);
	assert_string_equal((const char *)menu + 8 + 5 * 52 + 4, "FULL_QPC");
	assert_string_equal((const char *)menu + 8 + 5 * 52 + 20, "QPN");
}

static void copy_menu(u8 *menu)
{
	struct mailbox box;
	u32 len;

	ask(&box, MENU);
	len = dump_inline(&box, dump);
	memcpy(menu, find(dump, len, MENU, 0) + 8, 45 * 52);
}

static u64 says(const u8 *record, struct prm_bits at)
{
	return read_bits(record, 52, at);
}

#define RECORD(name) PRM_AT(resource_dump_menu_record, name)

static void all_of_the_menu_is_the_same_inline_and_through_memory(void **unused)
{
	u8 menu[45 * 52];

	(void)unused;
	copy_menu(menu);
	for (u32 i = 0; i < 45; i++) {
		const u8 *record = menu + i * 52;
		u16 type = says(record, RECORD(segment_type));
		u32 inline_len, len, rounds;
		struct mailbox box;

		ask(&box, type);
		if (says(record, RECORD(support_num_of_obj1)))
			put(&box, FIELD(num_of_obj1), EMU_COUNT_ALL);
		if (says(record, RECORD(support_index2)))
			put(&box, FIELD(index2), i == 39 || i == 41);
		inline_len = dump_inline(&box, dump);
		put(&box, FIELD(inline_dump), 0);
		put(&box, FIELD(more_dump), 0);
		put(&box, FIELD(seq_num), 0);
		put(&box, FIELD(device_opaque), 0);
		into_memory(&box, MEMORY);
		rounds = run(&box, again, MEMORY, &len);
		assert_int_equal(rounds, 1);
		assert_int_equal(len, inline_len);
		assert_memory_equal(again, dump, len);
		assert_int_equal(word(dump + 20) >> 16, type);
		if (!count(dump, len, type))
			fail_msg("type 0x%x shows nothing", type);
	}
}

static void two_mebibytes_go_into_memory_in_rounds_as_large_as_the_room(void **unused)
{
	struct mailbox box;
	u32 whole, len;

	(void)unused;
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, MEMORY);
	assert_int_equal(run(&box, dump, MEMORY, &whole), 1);
	assert_true(whole > 2u << 20);
	assert_int_equal(count(dump, whole, RX_SLICE_ALL), 32);
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, 100003);	/* whole dwords only */
	assert_int_equal(run(&box, again, MEMORY, &len),
			 (whole + 99999) / 100000);
	assert_int_equal(len, whole);
	assert_memory_equal(dump, again, len);
}

static void nothing_is_written_past_the_size_that_was_given(void **unused)
{
	struct mailbox box;

	(void)unused;
	memset(world.memory, 0xee, MEMORY);
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, 1000);
	put(&box, FIELD(address), 500);
	assert_int_equal(execute(world.device, &box), 0);
	assert_int_equal(got(&box, FIELD(size)), 1000);
	assert_int_equal(world.memory[499], 0xee);
	for (u32 i = 1500; i < MEMORY; i++)
		assert_int_equal(world.memory[i], 0xee);
}

static void a_dump_is_of_one_moment_and_the_next_one_of_another(void **unused)
{
	struct mailbox box;
	u32 len, first;

	(void)unused;
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, MEMORY);
	run(&box, dump, MEMORY, &len);
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, 1u << 20);
	assert_int_equal(execute(world.device, &box), 0);
	first = got(&box, FIELD(size));
	memcpy(again, world.memory, first);
	world.ms += 5000;
	go_on(&box);
	assert_int_equal(execute(world.device, &box), 0);
	memcpy(again + first, world.memory, got(&box, FIELD(size)));
	assert_memory_equal(dump, again, first + got(&box, FIELD(size)));
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, MEMORY);
	run(&box, again, MEMORY, &first);
	assert_int_equal(len, first);
	assert_memory_not_equal(dump, again, len);
}

/* Begins a dump of many rounds, and prepares the second. */
static void begin(struct mailbox *box)
{
	ask(box, RX_SLICE_ALL);
	into_memory(box, 4096);
	assert_int_equal(execute(world.device, box), 0);
	assert_int_equal(got(box, FIELD(more_dump)), 1);
	go_on(box);
}

static void a_round_that_does_not_follow_the_last_one_is_refused(void **unused)
{
	static const struct {
		struct prm_bits at;
		u64 value;
	} wrong[] = {
		{ PRM_AT(resource_dump, seq_num), 2 },
		{ PRM_AT(resource_dump, seq_num), 0 },
		{ PRM_AT(resource_dump, device_opaque), 1 },
		{ PRM_AT(resource_dump, device_opaque), 0 },
		{ PRM_AT(resource_dump, segment_type), 0x3001 },
		{ PRM_AT(resource_dump, index1), 1 },
		{ PRM_AT(resource_dump, num_of_obj2), 1 },
	};
	struct mailbox box, good;

	(void)unused;
	begin(&good);
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		box = good;
		put(&box, in_register(wrong[i].at), wrong[i].value);
		refused(world.device, &box, EMU_UNKNOWN_DUMP);
	}
	box = good;
	assert_int_equal(execute(world.device, &box), 0);
	/* Twice is once too often: its end was handed out already. */
	refused(world.device, &good, EMU_UNKNOWN_DUMP);
}

static void a_dump_belongs_to_who_began_it(void **unused)
{
	struct mailbox box;
	u16 uid = new_uid(world.device, 4);

	(void)unused;
	begin(&box);
	put(&box, (struct prm_bits){ 16, 16 }, uid);
	refused(world.device, &box, EMU_UNKNOWN_DUMP);
	put(&box, (struct prm_bits){ 16, 16 }, 0);
	assert_int_equal(execute(world.device, &box), 0);
}

static void end_context(u16 uid)
{
	struct mailbox box;

	command(&box, PRM_OP_DESTROY_UCTX, 16, 16);
	put(&box, PRM_AT(destroy_uctx_in, uctx_uid), uid);
	assert_int_equal(execute(world.device, &box), 0);
}

/* Whose number another context has afterwards. */
static void the_end_of_a_context_ends_its_dumps_and_no_others(void **unused)
{
	u16 uid = new_uid(world.device, 4), another;
	struct mailbox others, box;

	(void)unused;
	begin(&others);
	ask(&box, RX_SLICE_ALL);
	put(&box, FIELD(inline_dump), 1);
	put(&box, (struct prm_bits){ 16, 16 }, uid);
	assert_int_equal(execute(world.device, &box), 0);
	go_on(&box);
	end_context(uid);
	while ((another = new_uid(world.device, 4)) != uid)
		end_context(another);
	refused(world.device, &box, EMU_UNKNOWN_DUMP);
	assert_int_equal(execute(world.device, &others), 0);
}

static void who_begins_too_many_loses_the_oldest(void **unused)
{
	struct mailbox box[10];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(box); i++)
		begin(&box[i]);
	refused(world.device, &box[0], EMU_UNKNOWN_DUMP);
	refused(world.device, &box[1], EMU_UNKNOWN_DUMP);
	for (u32 i = 2; i < ARRAY_SIZE(box); i++)
		assert_int_equal(execute(world.device, &box[i]), 0);
}

static void a_dump_that_does_not_wait_ends_none_that_does(void **unused)
{
	struct mailbox waits[8], box;
	u32 len;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(waits); i++)
		begin(&waits[i]);
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, 0);
	refused(world.device, &box, EMU_BAD_VALUE);
	into_memory(&box, 4096);
	put(&box, FIELD(mkey), world.mkey + 1);
	refused(world.device, &box, EMU_UNKNOWN_OBJECT);
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, MEMORY);
	assert_int_equal(run(&box, dump, MEMORY, &len), 1);
	for (u32 i = 0; i < ARRAY_SIZE(waits); i++)
		assert_int_equal(execute(world.device, &waits[i]), 0);
}

static void a_round_that_cannot_be_written_can_be_asked_for_again(void **unused)
{
	struct mailbox box;

	(void)unused;
	begin(&box);
	put(&box, FIELD(address), MEMORY - 4);
	refused(world.device, &box, EMU_MACHINE_FAULT);
	put(&box, FIELD(address), 0);
	assert_int_equal(execute(world.device, &box), 0);
	put(&box, FIELD(mkey), world.mkey + 1);
	go_on(&box);
	refused(world.device, &box, EMU_UNKNOWN_OBJECT);
	put(&box, FIELD(size), 3);
	put(&box, FIELD(mkey), world.mkey);
	refused(world.device, &box, EMU_BAD_VALUE);
}

static void a_reset_forgets_dumps(void **unused)
{
	struct mailbox box;

	(void)unused;
	begin(&box);
	emu_reset(world.device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	assert_int_equal(execute(world.device, &box), 0);
	ask(&box, RX_SLICE_ALL);
	put(&box, FIELD(seq_num), 1);
	put(&box, FIELD(device_opaque), 1ull << 32 | 4096);
	refused(world.device, &box, EMU_UNKNOWN_DUMP);
}

/* Each bit of the menu that is not set is a rule. */
static void the_firmware_keeps_callers_to_the_menu(void **unused)
{
	static const struct {
		struct prm_bits bit, at;
		u64 value;
	} rules[] = {
		{ RECORD(support_index1), PRM_AT(resource_dump, index1), 1 },
		{ RECORD(support_index2), PRM_AT(resource_dump, index2), 1 },
		{ RECORD(support_num_of_obj1),
		  PRM_AT(resource_dump, num_of_obj1), 2 },
		{ RECORD(support_num_of_obj2),
		  PRM_AT(resource_dump, num_of_obj2), 2 },
		{ RECORD(num_of_obj1_supports_all),
		  PRM_AT(resource_dump, num_of_obj1), EMU_COUNT_ALL },
		{ RECORD(num_of_obj2_supports_all),
		  PRM_AT(resource_dump, num_of_obj2), EMU_COUNT_ALL },
		{ RECORD(num_of_obj1_supports_active),
		  PRM_AT(resource_dump, num_of_obj1), EMU_COUNT_ACTIVE },
		{ RECORD(num_of_obj2_supports_active),
		  PRM_AT(resource_dump, num_of_obj2), EMU_COUNT_ACTIVE },
	};
	u8 menu[45 * 52];

	(void)unused;
	copy_menu(menu);
	for (u32 i = 0; i < 45 * ARRAY_SIZE(rules); i++) {
		const u8 *record = menu + i / ARRAY_SIZE(rules) * 52;
		u32 rule = i % ARRAY_SIZE(rules);
		struct mailbox box;

		ask(&box, says(record, RECORD(segment_type)));
		put(&box, FIELD(inline_dump), 1);
		put(&box, in_register(rules[rule].at), rules[rule].value);
		if (says(record, rules[rule].bit))
			assert_int_equal(execute(world.device, &box), 0);
		else
			refused(world.device, &box, EMU_BAD_VALUE);
	}
}

static void a_write_is_done_as_a_read_is(void **unused)
{
	struct mailbox box;
	u32 read, written;

	(void)unused;
	ask(&box, MENU);
	into_memory(&box, 4096);
	run(&box, dump, MEMORY, &read);
	access_register(&box, PRM_REG_RESOURCE_DUMP, true,
			PRM_SIZE(resource_dump));
	put(&box, FIELD(segment_type), MENU);
	into_memory(&box, 4096);
	run(&box, again, MEMORY, &written);
	assert_int_equal(written, read);
	assert_memory_equal(again, dump, read);
}

static void what_is_not_in_the_menu_or_of_another_function_is_refused(void **unused)
{
	struct mailbox box;

	(void)unused;
	ask(&box, 0x1003);
	put(&box, FIELD(inline_dump), 1);
	refused(world.device, &box, EMU_UNKNOWN_SEGMENT);
	ask(&box, MENU);
	put(&box, FIELD(inline_dump), 1);
	put(&box, FIELD(vhca_id), 3);
	refused(world.device, &box, EMU_OTHER_FUNCTION);
	put(&box, FIELD(vhca_id), 0);
	put(&box, FIELD(index1), 1);
	refused(world.device, &box, EMU_BAD_VALUE);
	put(&box, FIELD(index1), 0);
	put(&box, FIELD(mkey), world.mkey);
	refused(world.device, &box, EMU_BAD_VALUE);
}

static void core(struct mailbox *box, u32 size)
{
	access_register(box, PRM_REG_CORE_DUMP, false, PRM_SIZE(core_dump));
	put(box, CORE(core_dump_type), 2);
	put(box, CORE(mkey), world.mkey);
	put(box, CORE(size), size);
}

static u32 run_core(struct mailbox *box, u8 *to, u32 *len)
{
	u32 rounds = 0;

	*len = 0;
	do {
		assert_int_equal(execute(world.device, box), 0);
		assert_true(got(box, CORE(size)) <= MEMORY - *len);
		memcpy(to + *len, world.memory, got(box, CORE(size)));
		*len += got(box, CORE(size));
		put(box, CORE(cookie), got(box, CORE(cookie)));
		put(box, CORE(more_dump), 1);
		world.ms += 1000;
		rounds++;
	} while (got(box, CORE(more_dump)));
	return rounds;
}

static void the_core_comes_in_rounds_that_fit_together(void **unused)
{
	struct mailbox box;
	u32 whole, len;

	(void)unused;
	core(&box, MEMORY);
	assert_int_equal(run_core(&box, dump, &whole), 1);
	assert_int_equal(whole, 4u << 20);
	/* Who the device is, as MGIR has it, where everybody reads it. */
	assert_int_equal(word(dump + 0xf0014), 0x218);
	world.ms = 0;
	core(&box, 1u << 20);
	assert_int_equal(run_core(&box, again, &len), 4);
	assert_int_equal(len, whole);
	assert_memory_equal(dump, again, len);
}

static void a_core_does_not_go_on_from_another_dump(void **unused)
{
	struct mailbox box, resources;

	(void)unused;
	begin(&resources);
	core(&box, 4096);
	put(&box, CORE(more_dump), 1);
	put(&box, CORE(cookie), got(&resources, FIELD(device_opaque)));
	refused(world.device, &box, EMU_UNKNOWN_DUMP);
}

static void the_core_moves_and_counts_what_lives(void **unused)
{
	struct mailbox box;
	u32 len, changed = 0;

	(void)unused;
	core(&box, MEMORY);
	run_core(&box, dump, &len);
	endless_mkey();
	core(&box, MEMORY);
	run_core(&box, again, &len);
	for (u32 i = 0; i < len; i += 4)
		changed += word(dump + i) != word(again + i);
	assert_true(changed > 1000);
	assert_int_equal(word(again + 0x1010 + EMU_MKEY * 4),
			 word(dump + 0x1010 + EMU_MKEY * 4) + 1);
	assert_int_equal(word(again + 0x1004), word(dump + 0x1004) + 1000);
}

static void a_core_that_is_not_offered_is_refused(void **unused)
{
	struct mailbox box, good;

	(void)unused;
	core(&box, 4096);
	put(&box, CORE(core_dump_type), 1);
	refused(world.device, &box, EMU_UNOFFERED_OPTION);
	core(&box, 4096);
	put(&box, CORE(vhca_id), 5);
	refused(world.device, &box, EMU_OTHER_FUNCTION);
	core(&good, 4096);
	assert_int_equal(execute(world.device, &good), 0);
	box = good;
	put(&box, CORE(cookie), got(&good, CORE(cookie)) + 4);
	refused(world.device, &box, EMU_UNKNOWN_DUMP);
	put(&box, CORE(cookie), got(&good, CORE(cookie)));
	assert_int_equal(execute(world.device, &box), 0);
}

static void a_device_that_does_not_offer_dumps_has_no_such_registers(void **unused)
{
	struct emu_device *device = device_of(
		"{\"mlx5ctl_personality\": 1, \"name\": \"test\", \"device\":"
		" {}, \"capabilities\": {\"GENERAL\": {\"current\": {}}},"
		" \"registers\": {}, \"dumps\": {\"core_bytes\": 4096}}");
	struct mailbox box;

	(void)unused;
	ask(&box, MENU);
	put(&box, FIELD(inline_dump), 1);
	refused(device, &box, EMU_UNKNOWN_REGISTER);
	core(&box, 4096);
	refused(device, &box, EMU_UNKNOWN_REGISTER);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMP_TEST(the_menu_has_45_records_with_their_names),
		DUMP_TEST(all_of_the_menu_is_the_same_inline_and_through_memory),
		DUMP_TEST(two_mebibytes_go_into_memory_in_rounds_as_large_as_the_room),
		DUMP_TEST(nothing_is_written_past_the_size_that_was_given),
		DUMP_TEST(a_dump_is_of_one_moment_and_the_next_one_of_another),
		DUMP_TEST(a_round_that_does_not_follow_the_last_one_is_refused),
		DUMP_TEST(a_dump_belongs_to_who_began_it),
		DUMP_TEST(the_end_of_a_context_ends_its_dumps_and_no_others),
		DUMP_TEST(who_begins_too_many_loses_the_oldest),
		DUMP_TEST(a_dump_that_does_not_wait_ends_none_that_does),
		DUMP_TEST(a_round_that_cannot_be_written_can_be_asked_for_again),
		DUMP_TEST(a_reset_forgets_dumps),
		DUMP_TEST(the_firmware_keeps_callers_to_the_menu),
		DUMP_TEST(a_write_is_done_as_a_read_is),
		DUMP_TEST(what_is_not_in_the_menu_or_of_another_function_is_refused),
		DUMP_TEST(the_core_comes_in_rounds_that_fit_together),
		DUMP_TEST(a_core_does_not_go_on_from_another_dump),
		DUMP_TEST(the_core_moves_and_counts_what_lives),
		DUMP_TEST(a_core_that_is_not_offered_is_refused),
		DUMP_TEST(a_device_that_does_not_offer_dumps_has_no_such_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
