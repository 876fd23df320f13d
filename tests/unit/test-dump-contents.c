// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a dump holds: the device as it is. */
#include <stdio.h>
#include <string.h>

#include "dumping.h"

#define FAILURES 0x1010
#define SHARED_BUFFER 0x1030
#define PAGE_HISTOGRAM 0x103c
#define FULL_EQC 0x1300
#define EQ_BUFF 0x1301
#define QUERY_FG 0x4012

static u32 mkeys(u32 id, u16 n)
{
	struct mailbox box;

	ask(&box, PRM_QUERY_MKEY);
	put(&box, FIELD(index1), id);
	put(&box, FIELD(num_of_obj1), n);
	return dump_inline(&box, dump);
}

static void a_dump_shows_what_lives_as_its_query_does(void **unused)
{
	u32 before = count(dump, mkeys(0, EMU_COUNT_ACTIVE), PRM_QUERY_MKEY);
	u32 made = endless_mkey() >> 8, len;
	struct mailbox box;

	(void)unused;
	len = mkeys(0, EMU_COUNT_ACTIVE);
	assert_int_equal(count(dump, len, PRM_QUERY_MKEY), before + 1);
	len = mkeys(made, 0);
	assert_int_equal(word(find(dump, len, PRM_QUERY_MKEY, 0) + 8), made);
	prepare(&box, PRM_OP_QUERY_MKEY, 0);
	put(&box, PRM_AT(query_mkey_in, mkey_index), made);
	assert_int_equal(execute(world.device, &box), 0);
	assert_memory_equal(find(dump, len, PRM_QUERY_MKEY, 0) + 16, box.out,
			    box.out_len);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_MKEY, 0, made),
			 0);
	len = mkeys(made, 0);
	assert_int_equal(count(dump, len, PRM_QUERY_MKEY), 0);
	assert_int_equal(count(dump, len, FAULT), 1);
}

static void who_asks_for_more_than_there_is_is_given_a_notice(void **unused)
{
	u32 made = endless_mkey() >> 8;
	u32 len = mkeys(made, 5);

	(void)unused;
	assert_int_equal(count(dump, len, PRM_QUERY_MKEY), 1);
	assert_int_equal(count(dump, len, NOTICE), 1);
	assert_string_equal((const char *)find(dump, len, NOTICE, 0) + 16,
			    "1 of 5 are in use");
}

static void a_queue_is_read_where_its_driver_put_it(void **unused)
{
	u32 eq, uar = make_uar(world.device, 0), len;
	struct mailbox box;
	const u8 *found;

	(void)unused;
	/* Two entries, in page 1 of this machine's memory. */
	prepare_eq(&box, 0, uar, 1, 1, 9);
	put_page(&box, 0, 4096);
	assert_int_equal(execute(world.device, &box), 0);
	eq = got(&box, PRM_AT(create_eq_out, eq_number));
	random_bytes(world.memory + 4096, 128);
	ask(&box, EQ_BUFF);
	put(&box, FIELD(index1), eq);
	len = dump_inline(&box, dump);
	found = find(dump, len, EQ_BUFF, 0);
	assert_int_equal(length_of(found), 16 + 128);
	assert_memory_equal(found + 16, world.memory + 4096, 128);
	/* There is a machine no more. */
	emu_set_host(world.device, NULL);
	ask(&box, EQ_BUFF);
	put(&box, FIELD(index1), eq);
	len = dump_inline(&box, dump);
	assert_string_equal((const char *)find(dump, len, FAULT, 0) + 16,
			    "the queue cannot be read");
}

static void a_dump_repeats_what_was_asked(void **unused)
{
	const u8 *found;
	u32 made = endless_mkey() >> 8;
	struct mailbox box;

	(void)unused;
	ask(&box, PRM_QUERY_MKEY);
	put(&box, FIELD(index1), made);
	put(&box, FIELD(num_of_obj1), 3);
	found = find(dump, dump_inline(&box, dump), COMMAND, 0);
	assert_int_equal(word(found + 4), PRM_QUERY_MKEY << 16);
	assert_int_equal(word(found + 8), made);
	assert_int_equal(word(found + 12), 0);
	assert_int_equal(word(found + 16), 3 << 16);
	/* A group of a table that is not there. */
	ask(&box, QUERY_FG);
	put(&box, FIELD(index1), 1);
	put(&box, FIELD(index2), 9);
	found = find(dump, dump_inline(&box, dump), COMMAND, 0);
	assert_int_equal(word(found + 12), 9);
}

static void a_context_refers_to_what_belongs_to_it(void **unused)
{
	struct mailbox box;
	u32 len;

	(void)unused;
	ask(&box, FULL_EQC);
	put(&box, FIELD(index1), 7);
	len = dump_inline(&box, dump);
	assert_int_equal(count(dump, len, REFERENCE), 1);
	assert_int_equal(word(find(dump, len, REFERENCE, 0) + 4) & 0xffff,
			 EQ_BUFF);
	assert_int_equal(word(find(dump, len, REFERENCE, 0) + 8), 7);
}

static void objects_come_in_the_order_of_their_numbers(void **unused)
{
	u32 len, n, last = 0;

	(void)unused;
	endless_mkey();
	len = mkeys(0, EMU_COUNT_ACTIVE);
	n = count(dump, len, PRM_QUERY_MKEY);
	assert_true(n > 2);
	for (u32 i = 0; i < n; i++) {
		u32 number = word(find(dump, len, PRM_QUERY_MKEY, i) + 8);

		assert_true(number > last);
		last = number;
	}
}

static void buffers_are_shown_as_their_registers_show_them(void **unused)
{
	struct mailbox box;
	u32 len, n;

	(void)unused;
	ask(&box, SHARED_BUFFER);
	len = dump_inline(&box, dump);
	n = count(dump, len, SHARED_BUFFER);
	assert_true(n > 2);
	for (u32 i = 0; i < n; i++) {
		const u8 *at = find(dump, len, SHARED_BUFFER, i);
		u32 size = length_of(at) - 16;

		access_register(&box, word(at + 8), false, size);
		memcpy(box.in + PRM_HEADER_BYTES, at + 16, size);
		assert_int_equal(execute(world.device, &box), 0);
		assert_memory_equal(box.out + PRM_HEADER_BYTES, at + 16, size);
	}
}

static void pages_and_objects_are_counted(void **unused)
{
	const u8 *found;
	struct mailbox box;

	(void)unused;
	emu_want_pages(world.device, 7);
	ask(&box, PAGE_HISTOGRAM);
	found = find(dump, dump_inline(&box, dump), PAGE_HISTOGRAM, 0);
	assert_int_equal(word(found + 16), emu_count(world.device, EMU_PAGES));
	assert_int_equal(word(found + 20), 7);
	for (u32 kind = 0; kind < EMU_N_KINDS; kind++)
		assert_int_equal(word(found + 24 + 4 * kind),
				 emu_count(world.device, kind));
}

static void failed_commands_are_on_record(void **unused)
{
	const u8 *found;
	struct mailbox box;
	u32 len;

	(void)unused;
	world.ms = 1234;
	command(&box, 0xfff0, 16, 16);
	refused(world.device, &box, EMU_UNKNOWN_OPCODE);
	ask(&box, FAILURES);
	len = dump_inline(&box, dump);
	found = find(dump, len, FAILURES, 0) + 16;
	assert_int_equal(word(found), 1);
	assert_int_equal(word(found + 4), 0xfff00000);
	assert_int_equal(word(found + 8), EMU_UNKNOWN_OPCODE);
	assert_int_equal(word(found + 16), 1234);
}

/* A device whose menu is one record, and whose slices are so many and large. */
static struct emu_device *dumping_device(const char *record, const char *sizes)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"mlx5ctl_personality\": 1, \"name\": \"t\", \"device\": {},"
		 " \"registers\": {}, \"capabilities\": {\"DEBUG\":"
		 " {\"current\": {\"resource_dump\": 1}}}, \"dumps\": {%s,"
		 " \"menu\": [{\"segment_type\": \"0x2001\", %s}]}}",
		 sizes, record);
	return device_of(text);
}

static void what_the_menu_makes_mandatory_is_not_left_out(void **unused)
{
	static const char *const records[] = {
		"\"must_have_num_of_obj1\": 1, \"support_num_of_obj1\": 1",
		"\"must_have_num_of_obj2\": 1, \"support_num_of_obj2\": 1",
	};
	const struct prm_bits counts[] = {
		PRM_AT(resource_dump, num_of_obj1),
		PRM_AT(resource_dump, num_of_obj2),
	};

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(records); i++) {
		struct emu_device *device =
			dumping_device(records[i], "\"slices\": 1");
		struct mailbox box;

		ask(&box, RX_SLICE_ALL);
		put(&box, FIELD(inline_dump), 1);
		refused(device, &box, EMU_BAD_VALUE);
		put(&box, in_register(counts[i]), 1);
		assert_int_equal(execute(device, &box), 0);
		/* The command's segment follows one of 16 bytes. */
		assert_int_equal(word(box.out + FIELD(inline_data).offset / 8 +
				      16 + 16), i ? 1 : 1 << 16);
		emu_destroy(device);
	}
}

/* Slices of 32 MiB in all, and their headers. */
static void a_dump_that_is_too_long_ends_with_a_notice(void **unused)
{
	struct mailbox box;
	u64 whole = 0;
	u32 size;

	(void)unused;
	emu_destroy(world.device);
	world.device = dumping_device("\"segment_name\": \"RX_SLICE_ALL\"",
				      "\"slices\": 256, \"slice_bytes\": 131072");
	emu_set_host(world.device, &(struct emu_host){ read_bus, write_bus });
	world.mkey = endless_mkey();
	ask(&box, RX_SLICE_ALL);
	into_memory(&box, MEMORY);
	do {
		assert_int_equal(execute(world.device, &box), 0);
		size = got(&box, FIELD(size));
		whole += size;
		go_on(&box);
	} while (got(&box, FIELD(more_dump)));
	assert_true(whole > 31u << 20);
	assert_true(whole <= EMU_MAX_DUMP + 1024);
	/* The last two segments: of 48 bytes, and of 4. */
	assert_int_equal(word(world.memory + size - 4), 1 << 16 | TERMINATE);
	assert_int_equal(word(world.memory + size - 52), 12 << 16 | NOTICE);
	assert_string_equal((char *)world.memory + size - 36,
			    "too long, and cut short here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DUMP_TEST(a_dump_shows_what_lives_as_its_query_does),
		DUMP_TEST(who_asks_for_more_than_there_is_is_given_a_notice),
		DUMP_TEST(a_queue_is_read_where_its_driver_put_it),
		DUMP_TEST(a_dump_repeats_what_was_asked),
		DUMP_TEST(a_context_refers_to_what_belongs_to_it),
		DUMP_TEST(objects_come_in_the_order_of_their_numbers),
		DUMP_TEST(buffers_are_shown_as_their_registers_show_them),
		DUMP_TEST(pages_and_objects_are_counted),
		DUMP_TEST(failed_commands_are_on_record),
		DUMP_TEST(what_the_menu_makes_mandatory_is_not_left_out),
		DUMP_TEST(a_dump_that_is_too_long_ends_with_a_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
