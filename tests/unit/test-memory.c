// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the device reaches through umems and memory keys, to the byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define START 0x5500000000ull
#define KEY 0x5a

/* Pages in no order, so that a translation by mere addition is wrong. */
static const u32 pages[] = { 7, 2, 11, 3 };
#define BYTES (ARRAY_SIZE(pages) * 4096)

/* A user's memory in the device, whole. */
struct world {
	struct machine machine;
	struct emu_device *device;
	u16 uid;
	u32 pd;
	u32 umem;
	u32 mkey;	/* as commands name it: index and key */
};

static struct world world;

static u32 make_umem(const u32 *list, u32 n)
{
	struct mailbox box;

	prepare_umem(&box, world.uid, list, n);
	return make(world.device, &box);
}

static u32 make_mkey(struct mailbox *box)
{
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__mkey_7_0), KEY);
	return make(world.device, box) << 8 | KEY;
}

static int set_up(void **unused)
{
	struct emu_host host = machine_host(&world.machine);
	struct mailbox box;

	(void)unused;
	memset(&world, 0, sizeof(world));
	random_bytes(world.machine.memory, MACHINE_BYTES);
	world.device = new_device();
	emu_set_host(world.device, &host);
	world.uid = new_uid(world.device, 4);
	world.pd = make_pd(world.device, world.uid);
	world.umem = make_umem(pages, ARRAY_SIZE(pages));
	prepare_mkey(&box, world.uid, world.pd, world.umem, START, BYTES);
	world.mkey = make_mkey(&box);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	emu_destroy(world.device);
	return 0;
}

static u32 store(u32 mkey, u64 address, const void *bytes, size_t len)
{
	return emu_mkey_write(world.device, world.uid, mkey, address, bytes,
			      len);
}

static u32 fetch(u32 mkey, u64 address, void *bytes, size_t len)
{
	return emu_mkey_read(world.device, world.uid, mkey, address, bytes,
			     len);
}

static u8 *byte_at(u64 offset)
{
	return machine_page(&world.machine, pages[offset / 4096]) +
	       offset % 4096;
}

/* What is neither the machine's nor the key's changes by nothing. */
static void any_piece_is_where_the_pages_say(void **unused)
{
	static u8 expected[BYTES], bytes[BYTES], whole[MACHINE_BYTES];

	(void)unused;
	for (u64 i = 0; i < BYTES; i++)
		expected[i] = *byte_at(i);
	memcpy(whole, world.machine.memory, sizeof(whole));
	for (u32 round = 0; round < 500; round++) {
		u32 from = random_below(BYTES);
		u32 len = random_below(BYTES - from + 1);

		if (random_below(2)) {
			random_bytes(expected + from, len);
			assert_int_equal(store(world.mkey, START + from,
					       expected + from, len), 0);
		}
		assert_int_equal(fetch(world.mkey, START + from, bytes, len),
				 0);
		assert_memory_equal(bytes, expected + from, len);
	}
	for (u64 i = 0; i < BYTES; i++) {
		assert_int_equal(*byte_at(i), expected[i]);
		*byte_at(i) = whole[byte_at(i) - world.machine.memory];
	}
	assert_memory_equal(world.machine.memory, whole, sizeof(whole));
}

static void the_last_byte_is_reached_and_the_next_is_not(void **unused)
{
	u8 byte = ~*byte_at(BYTES - 1), two[2];

	(void)unused;
	assert_int_equal(store(world.mkey, START + BYTES - 1, &byte, 1), 0);
	assert_int_equal(*byte_at(BYTES - 1), byte);
	world.machine.writes = 0;
	assert_int_equal(store(world.mkey, START + BYTES, &byte, 1),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(store(world.mkey, START + BYTES - 1, two, 2),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(store(world.mkey, START - 1, two, 2),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(store(world.mkey, START, two, SIZE_MAX),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(store(world.mkey, UINT64_MAX, two, 2),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(world.machine.writes, 0);
}

static void nothing_may_be_moved_at_the_end_but_not_past_it(void **unused)
{
	u8 byte = 0;

	(void)unused;
	assert_int_equal(store(world.mkey, START + BYTES, &byte, 0), 0);
	assert_int_equal(store(world.mkey, START + BYTES + 1, &byte, 0),
			 EMU_OUTSIDE_MKEY);
	assert_int_equal(world.machine.writes, 0);
}

static void a_key_is_its_index_and_its_low_byte_and_its_owner(void **unused)
{
	u16 other = new_uid(world.device, 4);
	u8 byte;

	(void)unused;
	assert_int_equal(fetch(world.mkey ^ 1, START, &byte, 1),
			 EMU_UNKNOWN_OBJECT);
	assert_int_equal(fetch(world.mkey + 0x100, START, &byte, 1),
			 EMU_UNKNOWN_OBJECT);
	assert_int_equal(emu_mkey_read(world.device, other, world.mkey, START,
				       &byte, 1), EMU_FOREIGN_OBJECT);
	assert_int_equal(emu_mkey_write(world.device, 0, world.mkey, START,
					&byte, 1), EMU_FOREIGN_OBJECT);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_MKEY, world.uid,
				 world.mkey >> 8), 0);
	assert_int_equal(fetch(world.mkey, START, &byte, 1),
			 EMU_UNKNOWN_OBJECT);
}

static void a_key_gives_the_rights_that_it_was_made_with(void **unused)
{
	(void)unused;
	for (u32 rights = 0; rights < 4; rights++) {
		u8 byte = 1;
		struct mailbox box;
		u32 mkey;

		prepare_mkey(&box, world.uid, world.pd, world.umem, START, 9);
		put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__lr),
		    rights & 1);
		put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__lw),
		    rights >> 1);
		mkey = make_mkey(&box);
		assert_int_equal(fetch(mkey, START, &byte, 1),
				 rights & 1 ? 0 : EMU_NO_RIGHT);
		assert_int_equal(store(mkey, START, &byte, 1),
				 rights & 2 ? 0 : EMU_NO_RIGHT);
	}
}

/* The first page is read only: what was asked for stops before it. */
static void a_page_gives_the_rights_of_its_entry(void **unused)
{
	struct mailbox box;
	u8 bytes[8192] = { 0 }, before[4096];
	u32 mkey;

	(void)unused;
	prepare_umem(&box, world.uid, pages, 2);
	put_page(&box, 1, machine_address(pages[1]) | EMU_PAGE_READABLE);
	prepare_mkey(&box, world.uid, world.pd, make(world.device, &box),
		     START, 8192);
	mkey = make_mkey(&box);
	memcpy(before, byte_at(4096), sizeof(before));
	assert_int_equal(store(mkey, START, bytes, 8192), EMU_NO_RIGHT);
	assert_memory_equal(byte_at(0), bytes, 4096);
	assert_memory_equal(byte_at(4096), before, 4096);
	assert_int_equal(fetch(mkey, START, bytes, 8192), 0);
	assert_memory_equal(bytes + 4096, before, 4096);
}

static void the_kernels_own_umems_and_ats_are_offered_by_capabilities(void **unused)
{
	static const char *const offers[] = { "uctx_cap", "umem_uid_0", "ats" };
	char text[256];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(offers); i++) {
		struct emu_device *device;
		struct mailbox box;

		snprintf(text, sizeof(text),
			 "{\"mlx5ctl_personality\": 1, \"name\": \"t\", \"device\": {},"
			 " \"registers\": {}, \"capabilities\": {\"GENERAL\":"
			 " {\"current\": {\"%s\": 1}}}}", offers[i]);
		device = device_of(text);
		prepare_umem(&box, 0, pages, 2);
		assert_int_equal(!execute(device, &box), i == 1);
		prepare_umem(&box, new_uid(device, 0), pages, 2);
		assert_int_equal(execute(device, &box), 0);
		put(&box, PRM_AT(create_umem_in, umem__ats), 1);
		assert_int_equal(!execute(device, &box), i == 2);
		emu_destroy(device);
	}
}

static void a_free_key_reaches_nothing(void **unused)
{
	struct mailbox box;
	u8 byte;

	(void)unused;
	prepare_mkey(&box, world.uid, world.pd, world.umem, START, BYTES);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__free), 1);
	assert_int_equal(fetch(make_mkey(&box), START, &byte, 1),
			 EMU_NO_RIGHT);
}

static void a_machine_that_faults_ends_the_access_there(void **unused)
{
	const u32 strange[] = { 1, MACHINE_BYTES / 4096 };
	u8 bytes[8192] = { 0 };
	struct mailbox box;
	u32 mkey;

	(void)unused;
	prepare_mkey(&box, world.uid, world.pd, make_umem(strange, 2), START,
		     8192);
	mkey = make_mkey(&box);
	assert_int_equal(store(mkey, START, bytes, 4097), EMU_MACHINE_FAULT);
	assert_memory_equal(machine_page(&world.machine, 1), bytes, 4096);
	assert_int_equal(store(mkey, START, bytes, 4096), 0);
	emu_set_host(world.device, NULL);
	assert_int_equal(fetch(mkey, START, bytes, 1), EMU_MACHINE_FAULT);
}

static void a_umem_begins_inside_its_first_page(void **unused)
{
	struct mailbox box;
	u8 byte;
	u32 mkey;

	(void)unused;
	prepare_umem(&box, world.uid, pages, 2);
	put(&box, PRM_AT(create_umem_in, umem__page_offset), 4095);
	prepare_mkey(&box, world.uid, world.pd, make(world.device, &box),
		     START + 4095, 4097);
	mkey = make_mkey(&box);
	assert_int_equal(fetch(mkey, START + 4095, &byte, 1), 0);
	assert_int_equal(byte, *byte_at(4095));
	assert_int_equal(fetch(mkey, START + 8191, &byte, 1), 0);
	assert_int_equal(byte, *byte_at(8191));
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__len), 4098);
	refused(world.device, &box, EMU_OUTSIDE_MEMORY);
}

static void a_key_may_begin_anywhere_in_its_umem(void **unused)
{
	struct mailbox box;
	u8 byte;
	u32 mkey;

	(void)unused;
	prepare_mkey(&box, world.uid, world.pd, world.umem, START, BYTES - 5000);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_offset), 5000);
	mkey = make_mkey(&box);
	assert_int_equal(fetch(mkey, START, &byte, 1), 0);
	assert_int_equal(byte, *byte_at(5000));
	assert_int_equal(fetch(mkey, START + BYTES - 5001, &byte, 1), 0);
	assert_int_equal(byte, *byte_at(BYTES - 1));
	put(&box, PRM_AT(create_mkey_in, mkey_umem_offset), 5001);
	refused(world.device, &box, EMU_OUTSIDE_MEMORY);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_offset), UINT64_MAX);
	refused(world.device, &box, EMU_OUTSIDE_MEMORY);
}

static void large_pages_are_as_large_as_they_say(void **unused)
{
	const u32 large[] = { 12, 4 };
	struct mailbox box;
	u8 byte;
	u32 mkey;

	(void)unused;
	prepare_umem(&box, world.uid, large, 2);
	put(&box, PRM_AT(create_umem_in, umem__log_page_size), 2);
	prepare_mkey(&box, world.uid, world.pd, make(world.device, &box),
		     START, 32768);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__log_page_size), 14);
	mkey = make_mkey(&box);
	assert_int_equal(fetch(mkey, START + 16383, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 12)[16383]);
	assert_int_equal(fetch(mkey, START + 16384, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 4)[0]);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__log_page_size), 12);
	refused(world.device, &box, EMU_BAD_VALUE);
}

/* Which is why the judge lets no user send either of these. */
static void firmware_believes_whatever_bus_address_it_is_given(void **unused)
{
	struct mailbox box;
	u8 byte;
	u32 mkey;

	(void)unused;
	prepare_mkey(&box, world.uid, world.pd, 0, START + 100, 8092);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_valid), 0);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__log_page_size), 12);
	put(&box, PRM_AT(create_mkey_in, translations_octword_actual_size), 1);
	put_page(&box, 0, machine_address(9));
	put_page(&box, 1, machine_address(5));
	mkey = make_mkey(&box);
	assert_int_equal(fetch(mkey, START + 100, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 9)[100]);
	assert_int_equal(fetch(mkey, START + 8191, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 5)[4095]);
	/* mlx5_core gives its tracer's pages without a right of their own. */
	assert_int_equal(store(mkey, START + 100, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 9)[100]);

	prepare_mkey(&box, world.uid, world.pd, 0, 0, 0);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_valid), 0);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__access_mode_1_0), 0);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__length64), 1);
	mkey = make_mkey(&box);
	assert_int_equal(fetch(mkey, machine_address(3) + 7, &byte, 1), 0);
	assert_int_equal(byte, machine_page(&world.machine, 3)[7]);
	assert_int_equal(fetch(mkey, UINT64_MAX, &byte, 2), EMU_OUTSIDE_MKEY);
}

static void umems_are_refused_where_firmware_would(void **unused)
{
	struct mailbox box;

	(void)unused;
	prepare_umem(&box, world.uid, pages, 3);
	put(&box, PRM_AT(create_umem_in, umem__num_of_mtt), 2);
	refused(world.device, &box, EMU_INPUT_LENGTH);
	put(&box, PRM_AT(create_umem_in, umem__num_of_mtt), 3);
	box.in_len += 4;
	refused(world.device, &box, EMU_INPUT_LENGTH);
	box.in_len -= 8;
	refused(world.device, &box, EMU_INPUT_LENGTH);
	prepare_umem(&box, world.uid, pages, 0);
	refused(world.device, &box, EMU_BAD_VALUE);
	prepare_umem(&box, world.uid, pages, 3);
	put(&box, PRM_AT(create_umem_in, umem__page_offset), 4096);
	refused(world.device, &box, EMU_BAD_VALUE);
	prepare_umem(&box, world.uid, pages, 3);
	put_page(&box, 2, machine_address(1) + 4);
	refused(world.device, &box, EMU_BAD_PAGE);
	prepare_umem(&box, world.uid, pages, 3);
	put(&box, PRM_AT(create_umem_in, umem__log_page_size), 1);
	refused(world.device, &box, EMU_BAD_PAGE);
	prepare_umem(&box, world.uid, pages, 3);
	put(&box, PRM_AT(create_umem_in, umem__ats), 1);
	refused(world.device, &box, EMU_UNOFFERED_OPTION);
	assert_int_equal(emu_count(world.device, EMU_UMEM), 1);
}

static void keys_are_refused_where_firmware_would(void **unused)
{
#define IN_KEY(field) { PRM(create_mkey_in, memory_key_mkey_entry__##field) }
	static const struct {
		struct prm_bits at;
		u64 value;
		u32 failure;
	} bad[] = {
		{ { PRM(create_mkey_in, mkey_umem_id) }, 0, EMU_UNKNOWN_OBJECT },
		{ { PRM(create_mkey_in, mkey_umem_id) }, 0x80000001,
		  EMU_UNKNOWN_OBJECT },
		{ { PRM(create_mkey_in, pg_access) }, 1, EMU_UNOFFERED_OPTION },
		{ { PRM(create_mkey_in, data_direct) }, 1,
		  EMU_UNOFFERED_OPTION },
		{ IN_KEY(access_mode_1_0), 2, EMU_UNOFFERED_OPTION },
		{ IN_KEY(access_mode_4_2), 1, EMU_UNOFFERED_OPTION },
		{ IN_KEY(bsf_en), 1, EMU_UNOFFERED_OPTION },
		{ IN_KEY(crossing_target_vhca_id), 1, EMU_UNOFFERED_OPTION },
		{ IN_KEY(length64), 1, EMU_BAD_VALUE },
		{ IN_KEY(pd), 0, EMU_UNKNOWN_OBJECT },
		{ IN_KEY(pd), 0x777777, EMU_UNKNOWN_OBJECT },
		{ IN_KEY(len), 0, EMU_BAD_VALUE },
		{ IN_KEY(len), BYTES + 1, EMU_OUTSIDE_MEMORY },
		{ IN_KEY(start_addr), UINT64_MAX - BYTES + 2, EMU_BAD_VALUE },
		{ IN_KEY(log_page_size), 13, EMU_BAD_VALUE },
	};
#undef IN_KEY
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		prepare_mkey(&box, world.uid, world.pd, world.umem, START,
			     BYTES);
		put(&box, bad[i].at, bad[i].value);
		refused(world.device, &box, bad[i].failure);
	}
	prepare_mkey(&box, world.uid, world.pd, world.umem, START, BYTES);
	put_page(&box, 0, 0);
	refused(world.device, &box, EMU_INPUT_LENGTH);
	prepare_mkey(&box, world.uid, world.pd, world.umem,
		     UINT64_MAX - BYTES + 1, BYTES);
	make(world.device, &box);
	assert_int_equal(emu_count(world.device, EMU_MKEY), 2);
}

static void lists_of_pages_are_refused_where_firmware_would(void **unused)
{
	struct mailbox box;

	(void)unused;
	prepare_mkey(&box, world.uid, world.pd, 0, START, 8192);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_valid), 0);
	put(&box, PRM_AT(create_mkey_in, translations_octword_actual_size), 1);
	refused(world.device, &box, EMU_INPUT_LENGTH);
	put_page(&box, 0, machine_address(1));
	put_page(&box, 1, machine_address(2));
	refused(world.device, &box, EMU_BAD_VALUE);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__log_page_size), 12);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__access_mode_1_0), 0);
	refused(world.device, &box, EMU_BAD_VALUE);
	put(&box, PRM_AT(create_mkey_in,
			 memory_key_mkey_entry__access_mode_1_0), 1);
	put_page(&box, 1, machine_address(2) + 16);
	refused(world.device, &box, EMU_BAD_PAGE);
	put_page(&box, 1, machine_address(2));
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__start_addr),
	    START + 1);
	refused(world.device, &box, EMU_OUTSIDE_MEMORY);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__start_addr),
	    START);
	make(world.device, &box);
}

static void only_what_is_ones_own_can_be_built_on_or_ended(void **unused)
{
	u16 other = new_uid(world.device, 4);
	u32 pd = make_pd(world.device, other);
	struct mailbox box;

	(void)unused;
	prepare_mkey(&box, world.uid, pd, world.umem, START, BYTES);
	refused(world.device, &box, EMU_FOREIGN_OBJECT);
	prepare_mkey(&box, other, pd, world.umem, START, BYTES);
	refused(world.device, &box, EMU_FOREIGN_OBJECT);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_MKEY, other,
				 world.mkey >> 8), EMU_FOREIGN_OBJECT);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_UMEM, 0,
				 world.umem), EMU_FOREIGN_OBJECT);
	assert_int_equal(emu_count(world.device, EMU_MKEY), 1);
}

static void what_a_key_stands_on_is_busy_until_the_key_is_gone(void **unused)
{
	struct mailbox box;

	(void)unused;
	prepare(&box, PRM_OP_DEALLOC_PD, world.uid);
	put(&box, PRM_AT(dealloc_pd_in, pd), world.pd);
	assert_int_equal(execute(world.device, &box), EMU_RES_BUSY);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_UMEM, world.uid,
				 world.umem), EMU_OBJECT_IN_USE);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_MKEY, world.uid,
				 world.mkey >> 8), 0);
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_UMEM, world.uid,
				 world.umem), 0);
	assert_int_equal(execute(world.device, &box), 0);
	assert_int_equal(emu_count(world.device, EMU_PD), 0);
	assert_int_equal(emu_count(world.device, EMU_UMEM), 0);
	assert_int_equal(emu_count(world.device, EMU_MKEY), 0);
}

static void the_end_of_a_context_ends_all_that_it_made(void **unused)
{
	u16 other = new_uid(world.device, 4);
	u32 pd = make_pd(world.device, other);

	(void)unused;
	assert_int_equal(destroy(world.device, PRM_OP_DESTROY_UCTX, 0,
				 world.uid), 0);
	assert_int_equal(emu_count(world.device, EMU_PD), 1);
	assert_int_equal(emu_count(world.device, EMU_UMEM), 0);
	assert_int_equal(emu_count(world.device, EMU_MKEY), 0);
	assert_int_equal(destroy(world.device, PRM_OP_DEALLOC_PD, other, pd),
			 0);
}

static void a_query_shows_the_key_as_it_was_made(void **unused)
{
	struct mailbox made, seen;
	u32 mkey;

	(void)unused;
	prepare_mkey(&made, world.uid, world.pd, world.umem, START + 4096,
		     4097);
	put(&made, PRM_AT(create_mkey_in,
			  memory_key_mkey_entry__relaxed_ordering_read), 1);
	mkey = make_mkey(&made);
	prepare(&seen, PRM_OP_QUERY_MKEY, 0);
	put(&seen, PRM_AT(query_mkey_in, mkey_index), mkey >> 8);
	make(world.device, &seen);
	assert_memory_equal(seen.out + 16, made.in + 16, 64);
	for (u32 i = 80; i < seen.out_len; i++)
		assert_int_equal(seen.out[i], 0);
	/* What the personality has is there as before. */
	put(&seen, PRM_AT(query_mkey_in, mkey_index), 256);
	make(world.device, &seen);
	assert_int_equal(got(&seen, PRM_AT(query_mkey_out,
			 memory_key_mkey_entry__length64)), 1);
	emu_reset(world.device, EMU_FUNCTION_LEVEL_RESET);
	assert_int_equal(emu_count(world.device, EMU_MKEY), 0);
	assert_int_equal(emu_count(world.device, EMU_UMEM), 0);
	assert_int_equal(emu_count(world.device, EMU_PD), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Until the device has no more room: each as long as a command can be. */
static u32 make_long(const struct mailbox *box, u32 n, u32 *ids, u32 most)
{
	u8 *in = calloc(1, 2u << 20), out[16];
	u32 made;

	memcpy(in, box->in, box->in_len);
	for (made = 0; made < most; made++) {
		assert_int_equal(emu_exec(world.device, in, box->in_len + 8 * n,
					  out, 16), 0);
		if (out[0])
			break;
		ids[made] = out[9] << 16 | out[10] << 8 | out[11];
	}
	assert_int_equal(out[0], made < most ? EMU_INTERNAL : 0);
	free(in);
	return made;
}

static void the_memory_of_the_host_is_not_a_driver_s_to_take(void **state)
{
	const u32 n = ((2u << 20) - PRM_SIZE(create_umem_in)) / 8;
	u32 ids[40], made;
	struct mailbox box;

	(void)state;
	prepare(&box, PRM_OP_CREATE_UMEM, world.uid);
	put(&box, PRM_AT(create_umem_in, umem__num_of_mtt), n);
	made = make_long(&box, n, ids, ARRAY_SIZE(ids));
	assert_in_range(made, 16, ARRAY_SIZE(ids) - 1);
	for (u32 i = 0; i < 2; i++)
		assert_int_equal(destroy(world.device, PRM_OP_DESTROY_UMEM,
					 world.uid, ids[i]), 0);
	assert_int_equal(make_long(&box, n, ids, 1), 1);
}

#define ENTRY(field) PRM_AT(create_mkey_in, memory_key_mkey_entry__##field)

/* Of a key with pages of its own both they and the command are kept. */
static void keys_count_with_all_that_is_kept_of_them(void **state)
{
	const u32 n = ((2u << 20) - PRM_SIZE(create_mkey_in)) / 16 * 2;
	struct mailbox box;
	u32 ids[40];

	(void)state;
	prepare(&box, PRM_OP_CREATE_MKEY, world.uid);
	put(&box, ENTRY(access_mode_1_0), 1);
	put(&box, ENTRY(pd), world.pd);
	put(&box, ENTRY(len), 4096ull * n);
	put(&box, ENTRY(log_page_size), 12);
	put(&box, PRM_AT(create_mkey_in, translations_octword_actual_size),
	    n / 2);
	assert_in_range(make_long(&box, n, ids, ARRAY_SIZE(ids)), 8, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_piece_is_where_the_pages_say),
		TEST(the_last_byte_is_reached_and_the_next_is_not),
		TEST(nothing_may_be_moved_at_the_end_but_not_past_it),
		TEST(a_key_is_its_index_and_its_low_byte_and_its_owner),
		TEST(a_key_gives_the_rights_that_it_was_made_with),
		TEST(a_page_gives_the_rights_of_its_entry),
		TEST(the_kernels_own_umems_and_ats_are_offered_by_capabilities),
		TEST(a_free_key_reaches_nothing),
		TEST(a_machine_that_faults_ends_the_access_there),
		TEST(a_umem_begins_inside_its_first_page),
		TEST(a_key_may_begin_anywhere_in_its_umem),
		TEST(large_pages_are_as_large_as_they_say),
		TEST(firmware_believes_whatever_bus_address_it_is_given),
		TEST(umems_are_refused_where_firmware_would),
		TEST(keys_are_refused_where_firmware_would),
		TEST(lists_of_pages_are_refused_where_firmware_would),
		TEST(only_what_is_ones_own_can_be_built_on_or_ended),
		TEST(what_a_key_stands_on_is_busy_until_the_key_is_gone),
		TEST(the_end_of_a_context_ends_all_that_it_made),
		TEST(a_query_shows_the_key_as_it_was_made),
		TEST(the_memory_of_the_host_is_not_a_driver_s_to_take),
		TEST(keys_count_with_all_that_is_kept_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
