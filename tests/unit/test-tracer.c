// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The firmware tracer as mlx5_core takes it: registers, blocks, events. */
#include <string.h>

#include "machine.h"
#include "tracer.h"

#define TRACER 0x26
#define BLOCK 256
#define LOG_PAGES 1
#define MOST_STRINGS 1024
#define N_BLOCKS (4096 / BLOCK << LOG_PAGES)

static struct machine machine;
static u64 milliseconds;

static u64 now(void *context)
{
	(void)context;
	return milliseconds;
}

/* What a driver makes for it: a queue in page 0, a key over pages 1 and 2. */
struct driver {
	struct emu_device *device;
	u32 eq, uar, mkey;
	u32 consumed;	/* entries of the queue */
};

static void ring(struct driver *driver)
{
	emu_doorbell(driver->device, driver->uar, 0x40,
		     driver->eq << 24 | driver->consumed);
}

static struct driver new_driver(void)
{
	struct driver driver = { .device = new_device() };
	struct emu_host host = machine_host(&machine);
	struct mailbox box;
	u32 pd;

	memset(&machine, 0, sizeof(machine));
	milliseconds = 1000;
	emu_set_clock(driver.device, now, NULL);
	emu_set_host(driver.device, &host);
	driver.uar = make_uar(driver.device, 0);
	prepare_eq(&box, 0, driver.uar, 4, 0, TRACER);
	driver.eq = make(driver.device, &box);
	pd = make_pd(driver.device, 0);
	prepare_mkey(&box, 0, pd, 0, 0x12345000, 8192);
	put(&box, PRM_AT(create_mkey_in, mkey_umem_valid), 0);
	put(&box, PRM_AT(create_mkey_in, translations_octword_actual_size), 1);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__log_page_size),
	    12);
	put_page(&box, 0, machine_address(1));
	put_page(&box, 1, machine_address(2));
	driver.mkey = make(driver.device, &box) << 8;
	ring(&driver);
	return driver;
}

/* The subtype of the next event; -1: there is none. */
static int next_event(struct driver *driver)
{
	const u8 *entry = machine_page(&machine, 0) + driver->consumed % 16 * 64;

	if (entry[63] != (driver->consumed >> 4 & 1) || !(entry[1] | entry[3]))
		return -1;
	driver->consumed++;
	assert_int_equal(read_bits(entry, 64, PRM_AT(eqe, event_type)), TRACER);
	return read_bits(entry, 64, PRM_AT(eqe, event_sub_type));
}

static void write_cap(struct mailbox *box, u32 owner)
{
	access_register(box, PRM_REG_MTRC_CAP, true, PRM_SIZE(mtrc_cap));
	put(box, in_register(PRM_AT(mtrc_cap, trace_owner)), owner);
}

static void write_conf(struct mailbox *box, u32 mkey, u32 log_pages)
{
	access_register(box, PRM_REG_MTRC_CONF, true, PRM_SIZE(mtrc_conf));
	put(box, in_register(PRM_AT(mtrc_conf, trace_mode)), 1);
	put(box, in_register(PRM_AT(mtrc_conf, log_trace_buffer_size)),
	    log_pages);
	put(box, in_register(PRM_AT(mtrc_conf, trace_mkey)), mkey);
}

static void write_ctrl(struct mailbox *box, u32 select, u32 status, u32 arm)
{
	access_register(box, PRM_REG_MTRC_CTRL, true, PRM_SIZE(mtrc_ctrl));
	put(box, in_register(PRM_AT(mtrc_ctrl, modify_field_select)), select);
	put(box, in_register(PRM_AT(mtrc_ctrl, trace_status)), status);
	put(box, in_register(PRM_AT(mtrc_ctrl, arm_event)), arm);
}

static u64 field(struct driver *driver, u16 id, u32 size, struct prm_bits at)
{
	struct mailbox box;

	access_register(&box, id, false, size);
	make(driver->device, &box);
	return got(&box, in_register(at));
}

#define FIELD(driver, layout, REGISTER, name)				\
	field(driver, PRM_REG_##REGISTER, PRM_SIZE(layout), PRM_AT(layout, name))

static void start(struct driver *driver)
{
	struct mailbox box;

	write_cap(&box, 1);
	make(driver->device, &box);
	assert_int_equal(got(&box, in_register(PRM_AT(mtrc_cap, trace_owner))),
			 1);
	write_conf(&box, driver->mkey, LOG_PAGES);
	make(driver->device, &box);
	write_ctrl(&box, 1, 1, 1);
	make(driver->device, &box);
}

static void arm(struct driver *driver)
{
	struct mailbox box;

	write_ctrl(&box, 0, 0, 1);
	make(driver->device, &box);
}

/* Something that the firmware has to say: an unknown opcode. */
static void provoke(struct driver *driver, u16 op_mod)
{
	struct mailbox box;

	command(&box, 0xabc, 16, 16);
	put(&box, (struct prm_bits){ 48, 16 }, op_mod);
	refused(driver->device, &box, EMU_UNKNOWN_OPCODE);
}

static u64 part(const u8 *event, struct prm_bits at)
{
	return read_bits(event, EMU_TRACED_BYTES, at);
}

#define PART(event, name) part(event, PRM_AT(tracer_string_event, name))

static u64 time_of(const u8 *event)
{
	assert_int_equal(PART(event, event_id), 0xff);
	return part(event, PRM_AT(tracer_timestamp_event, timestamp52_40)) << 40 |
	       part(event, PRM_AT(tracer_timestamp_event, timestamp39_8)) << 8 |
	       part(event, PRM_AT(tracer_timestamp_event, timestamp7_0));
}

static const u8 *event_of(u32 block, u32 index)
{
	return machine_page(&machine, 1) + block * BLOCK +
	       index * EMU_TRACED_BYTES;
}

static void read_strings(struct driver *driver, u32 index, u8 *strings, u32 len,
			 u32 piece)
{
	for (u32 at = 0; at < len; at += piece) {
		struct mailbox box;

		/* As mlx5_core does: a write of as much as MTRC_CAP has. */
		access_register(&box, PRM_REG_MTRC_STDB, true, 128);
		box.out_len = 16 + 8 + piece;
		put(&box, in_register(PRM_AT(mtrc_stdb, string_db_index)),
		    index);
		put(&box, in_register(PRM_AT(mtrc_stdb, read_size)), piece);
		put(&box, in_register(PRM_AT(mtrc_stdb, start_offset)), at);
		make(driver->device, &box);
		memcpy(strings + at, box.out + 16 + 8, piece);
	}
}

/* As mlx5_core has them: each database by itself. */
struct database {
	u64 address, size;
	u8 bytes[MOST_STRINGS];
};

static void read_databases(struct driver *driver, struct database *databases)
{
	struct prm_bits address = PRM_AT(mtrc_cap,
				string_db_param__string_db_base_address);
	struct prm_bits size = PRM_AT(mtrc_cap,
				string_db_param__string_db_size);

	for (u32 i = 0; i < EMU_DATABASES; i++) {
		struct database *one = &databases[i];

		one->address = field(driver, PRM_REG_MTRC_CAP,
				     PRM_SIZE(mtrc_cap), address);
		one->size = field(driver, PRM_REG_MTRC_CAP,
				  PRM_SIZE(mtrc_cap), size);
		address.offset += 64;
		size.offset += 64;
		assert_in_range(one->size, 2 * EMU_STRING_SLOT, MOST_STRINGS);
		read_strings(driver, i, one->bytes, one->size, EMU_STRING_SLOT);
	}
}

/* In the one database that has it, behind its first byte. */
static const char *format_of(const struct database *databases, const u8 *event)
{
	const char *format = NULL;

	for (u32 i = 0; i < EMU_DATABASES; i++) {
		u64 at = PART(event, string_param) - databases[i].address;

		if (!at || at >= databases[i].size)
			continue;
		assert_null(format);
		format = (const char *)databases[i].bytes + at;
		assert_non_null(memchr(format, 0, databases[i].size - at));
	}
	assert_non_null(format);
	return format;
}

static void a_driver_reads_a_message_from_its_memory(void **unused)
{
	struct driver driver = new_driver();
	struct database strings[EMU_DATABASES];

	(void)unused;
	start(&driver);
	assert_int_equal(next_event(&driver), -1);
	milliseconds += 5;
	provoke(&driver, 7);
	assert_int_equal(next_event(&driver), EMU_TRACES_AVAILABLE);
	assert_int_equal(next_event(&driver), -1);
	assert_int_equal(machine.interrupts[0], 1);
	read_databases(&driver, strings);
	assert_string_equal(format_of(strings, event_of(0, 0)),
		"command 0x%x op_mod 0x%x uid %u refused: syndrome 0x%x");
	for (u32 i = 0; i < 5; i++)
		assert_int_equal(PART(event_of(0, i), tdsn), i);
	assert_int_equal(PART(event_of(0, 1), string_param), 0xabc);
	assert_int_equal(PART(event_of(0, 2), string_param), 7);
	assert_int_equal(PART(event_of(0, 4), string_param),
			 EMU_UNKNOWN_OPCODE);
	for (u32 i = 5; i < 32; i++)
		assert_int_equal(time_of(event_of(0, i)), 5 * 1000 + 1);
	emu_destroy(driver.device);
}

static void an_event_comes_once_for_each_arming(void **unused)
{
	struct driver driver = new_driver();

	(void)unused;
	start(&driver);
	provoke(&driver, 0xabc);
	assert_int_equal(next_event(&driver), EMU_TRACES_AVAILABLE);
	provoke(&driver, 0xabd);
	assert_int_equal(next_event(&driver), -1);
	assert_int_equal(PART(event_of(1, 0), event_id), 0);
	/* What waited comes with the arming; then there is nothing to tell. */
	arm(&driver);
	assert_int_equal(next_event(&driver), EMU_TRACES_AVAILABLE);
	assert_int_equal(PART(event_of(1, 2), string_param), 0xabd);
	arm(&driver);
	assert_int_equal(next_event(&driver), -1);
	emu_destroy(driver.device);
}

static void blocks_go_round_and_each_is_later_than_the_one_before(void **unused)
{
	struct driver driver = new_driver();
	u32 n = 2 * N_BLOCKS + 3;
	u64 last = 0;

	(void)unused;
	start(&driver);
	for (u32 i = 0; i < n; i++) {
		u64 time;

		milliseconds += random_below(3) * 100;
		provoke(&driver, i);
		assert_int_equal(PART(event_of(i % N_BLOCKS, 2), string_param),
				 i);
		time = time_of(event_of(i % N_BLOCKS, 31));
		assert_true(time > last);
		last = time;
		assert_int_equal(next_event(&driver), EMU_TRACES_AVAILABLE);
		ring(&driver);
		arm(&driver);
	}
	emu_destroy(driver.device);
}

/* Whether mlx5_core would reckon the very time at which it was said. */
static void seven_bits_and_the_time_after_them_are_the_whole_time(void **unused)
{
	struct driver driver = new_driver();

	(void)unused;
	start(&driver);
	milliseconds += 5;
	for (u32 i = 0; i < 300; i++) {
		const u8 *said = event_of(i % N_BLOCKS, 0);
		u64 after, low;

		provoke(&driver, 0xabc);
		low = PART(said, timestamp);
		after = time_of(event_of(i % N_BLOCKS, 5));
		after = low < (after & 0x7f) ? (after & ~0x7full) | low :
					       ((after - 1) & ~0x7full) | low;
		assert_int_equal(after, 5 * 1000 + 2 * i);
		next_event(&driver);
		ring(&driver);
		arm(&driver);
	}
	emu_destroy(driver.device);
}

static void who_does_not_own_it_cannot_use_it(void **unused)
{
	struct driver driver = new_driver();
	struct mailbox box;

	(void)unused;
	write_conf(&box, driver.mkey, LOG_PAGES);
	refused(driver.device, &box, EMU_NOT_TRACING);
	write_ctrl(&box, 1, 1, 1);
	refused(driver.device, &box, EMU_NOT_TRACING);
	write_cap(&box, 1);
	make(driver.device, &box);
	write_conf(&box, driver.mkey, 9);
	refused(driver.device, &box, EMU_BAD_VALUE);
	write_conf(&box, driver.mkey + 0x100, LOG_PAGES);
	make(driver.device, &box);
	write_ctrl(&box, 1, 1, 1);
	refused(driver.device, &box, EMU_UNKNOWN_OBJECT);
	assert_int_equal(FIELD(&driver, mtrc_ctrl, MTRC_CTRL, trace_status), 0);
	emu_destroy(driver.device);
}

static void nothing_is_written_once_it_is_given_back(void **unused)
{
	struct driver driver = new_driver();
	struct mailbox box;

	(void)unused;
	start(&driver);
	assert_int_equal(FIELD(&driver, mtrc_ctrl, MTRC_CTRL, trace_status), 1);
	write_cap(&box, 0);
	make(driver.device, &box);
	assert_int_equal(FIELD(&driver, mtrc_ctrl, MTRC_CTRL, trace_status), 0);
	provoke(&driver, 0xabc);
	assert_int_equal(next_event(&driver), -1);
	assert_int_equal(PART(event_of(0, 0), event_id), 0);
	start(&driver);
	emu_reset(driver.device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	make(driver.device, &box);
	assert_int_equal(FIELD(&driver, mtrc_cap, MTRC_CAP, trace_owner), 0);
	emu_destroy(driver.device);
}

static void the_next_owner_has_to_say_where_its_memory_is(void **unused)
{
	struct driver driver = new_driver();
	struct mailbox box;

	(void)unused;
	start(&driver);
	write_cap(&box, 0);
	make(driver.device, &box);
	write_cap(&box, 1);
	make(driver.device, &box);
	write_ctrl(&box, 1, 1, 1);
	refused(driver.device, &box, EMU_UNKNOWN_OBJECT);
	emu_destroy(driver.device);
}

static void another_host_takes_it_and_gives_it_back(void **unused)
{
	struct driver driver = new_driver();
	struct mailbox box;

	(void)unused;
	start(&driver);
	emu_trace_take(driver.device, true);
	assert_int_equal(next_event(&driver), EMU_OWNERSHIP_CHANGE);
	write_cap(&box, 1);
	make(driver.device, &box);
	assert_int_equal(got(&box, in_register(PRM_AT(mtrc_cap, trace_owner))),
			 0);
	provoke(&driver, 0xabc);
	assert_int_equal(PART(event_of(0, 0), event_id), 0);
	emu_trace_take(driver.device, false);
	assert_int_equal(next_event(&driver), EMU_OWNERSHIP_CHANGE);
	start(&driver);
	provoke(&driver, 0xabc);
	assert_int_equal(next_event(&driver), EMU_TRACES_AVAILABLE);
	emu_destroy(driver.device);
}

static void memory_that_faults_makes_the_next_message_say_so(void **unused)
{
	struct driver driver = new_driver();

	(void)unused;
	start(&driver);
	machine.fault_after = 1;
	machine.writes = 1;
	provoke(&driver, 0xabc);
	machine.fault_after = 0;
	arm(&driver);
	provoke(&driver, 0xabd);
	assert_int_equal(PART(event_of(1, 0), lost), 1);
	assert_int_equal(PART(event_of(1, 2), string_param), 0xabd);
	arm(&driver);
	provoke(&driver, 0xabe);
	assert_int_equal(PART(event_of(2, 0), lost), 0);
	emu_destroy(driver.device);
}

static void strings_are_the_same_in_pieces_and_end_where_they_say(void **unused)
{
	struct driver driver = new_driver();
	u8 whole[MOST_STRINGS], pieces[MOST_STRINGS];
	struct mailbox box;
	u32 size = FIELD(&driver, mtrc_cap, MTRC_CAP,
			 string_db_param__string_db_size);

	(void)unused;
	assert_in_range(size, EMU_STRING_SLOT, sizeof(whole));
	assert_int_equal(FIELD(&driver, mtrc_cap, MTRC_CAP, num_string_db),
			 EMU_DATABASES);
	read_strings(&driver, 0, whole, size, size);
	read_strings(&driver, 0, pieces, size, 4);
	assert_memory_equal(whole, pieces, size);
	for (u32 slot = 0; slot < size; slot += EMU_STRING_SLOT)
		assert_true(whole[slot] && !whole[slot + EMU_STRING_SLOT - 1]);
	access_register(&box, PRM_REG_MTRC_STDB, false, 8 + 64);
	put(&box, in_register(PRM_AT(mtrc_stdb, read_size)), 64);
	put(&box, in_register(PRM_AT(mtrc_stdb, start_offset)), size - 60);
	refused(driver.device, &box, EMU_BAD_VALUE);
	put(&box, in_register(PRM_AT(mtrc_stdb, start_offset)), 0);
	put(&box, in_register(PRM_AT(mtrc_stdb, read_size)), 68);
	refused(driver.device, &box, EMU_OUTPUT_LENGTH);
	put(&box, in_register(PRM_AT(mtrc_stdb, string_db_index)),
	    EMU_DATABASES);
	refused(driver.device, &box, EMU_UNKNOWN_INSTANCE);
	emu_destroy(driver.device);
}

static u32 numbers_in(const char *format)
{
	u32 n = 0;

	for (; (format = strchr(format, '%')); format++)
		n += strncmp(format, "%llx", 4) ? 1 : 2;
	return n;
}

/* What a driver's life makes the firmware say, from the first event on. */
static void each_message_has_the_numbers_that_its_format_wants(void **unused)
{
	struct driver driver = new_driver();
	struct database strings[EMU_DATABASES];
	u8 events[1024 * EMU_TRACED_BYTES];
	u32 seen = 0, n, parts = 0;
	const char *format = NULL;
	struct mailbox box;
	u64 next = 0;

	(void)unused;
	read_databases(&driver, strings);
	emu_reset(driver.device, EMU_WARM_BOOT);
	access_register(&box, PRM_REG_PAOS, true, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 1);
	put(&box, in_register(PRM_AT(paos, admin_status)), 2);
	put(&box, in_register(PRM_AT(paos, ase)), 1);
	make(driver.device, &box);
	prepare(&box, PRM_OP_MANAGE_PAGES, 0);
	put(&box, PRM_AT(manage_pages_in, op_mod), 1);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), 1);
	put_page(&box, 0, 0x123456789000);
	make(driver.device, &box);
	command(&box, PRM_OP_MANAGE_PAGES, 16, 16 + 8);
	put(&box, PRM_AT(manage_pages_in, op_mod), 2);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), 1);
	make(driver.device, &box);
	provoke(&driver, 0xabc);
	emu_reset(driver.device, EMU_FUNCTION_LEVEL_RESET);
	n = emu_traced(driver.device, &next, events, 1024);
	assert_int_equal(next, n);
	for (u32 i = 0; i < n; i++) {
		const u8 *event = events + i * EMU_TRACED_BYTES;

		if (PART(event, event_id) == 0xff) {
			assert_non_null(format);
			assert_int_equal(parts, numbers_in(format));
			format = NULL;
		} else if (!PART(event, tdsn)) {
			seen |= 1u << PART(event, event_id);
			format = format_of(strings, event);
			parts = 0;
		} else {
			assert_int_equal(PART(event, tdsn), ++parts);
		}
	}
	assert_int_equal(seen, 0xfe);
	emu_destroy(driver.device);
}

static void what_is_kept_goes_on_where_the_reader_was(void **unused)
{
	struct driver driver = new_driver();
	u8 events[16 * EMU_TRACED_BYTES];
	u64 next = 0, before;

	(void)unused;
	for (u32 i = 0; i < 300; i++)
		provoke(&driver, 0xabc);
	assert_int_equal(emu_traced(driver.device, &next, events, 16), 16);
	/* 6 events each, and those from before. */
	assert_true(next > 300 * 6 - EMU_KEPT_EVENTS);
	while (emu_traced(driver.device, &next, events, 16) == 16)
		;
	before = next;
	assert_int_equal(emu_traced(driver.device, &next, events, 16), 0);
	provoke(&driver, 0xabd);
	assert_int_equal(emu_traced(driver.device, &next, events, 16), 6);
	assert_int_equal(next, before + 6);
	assert_int_equal(part(events + 16, PRM_AT(tracer_string_event,
						 string_param)), 0xabd);
	emu_destroy(driver.device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_reads_a_message_from_its_memory),
		cmocka_unit_test(an_event_comes_once_for_each_arming),
		cmocka_unit_test(blocks_go_round_and_each_is_later_than_the_one_before),
		cmocka_unit_test(seven_bits_and_the_time_after_them_are_the_whole_time),
		cmocka_unit_test(who_does_not_own_it_cannot_use_it),
		cmocka_unit_test(nothing_is_written_once_it_is_given_back),
		cmocka_unit_test(the_next_owner_has_to_say_where_its_memory_is),
		cmocka_unit_test(another_host_takes_it_and_gives_it_back),
		cmocka_unit_test(memory_that_faults_makes_the_next_message_say_so),
		cmocka_unit_test(strings_are_the_same_in_pieces_and_end_where_they_say),
		cmocka_unit_test(each_message_has_the_numbers_that_its_format_wants),
		cmocka_unit_test(what_is_kept_goes_on_where_the_reader_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
