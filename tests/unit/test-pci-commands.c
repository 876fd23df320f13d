// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The command queue of the PCI function, as a driver sees it. */
#include "pci-machine.h"

#include "misbehave/faults.h"

enum {				/* delivery status, as drivers decode it */
	BAD_TOKEN = 0x2, BAD_BLOCK = 0x3, BAD_OUT_POINTER = 0x4,
	BAD_IN_POINTER = 0x5, FIRMWARE_ERROR = 0x6, BAD_IN_LENGTH = 0x7,
	BAD_OUT_LENGTH = 0x8, RESERVED = 0x9, BAD_DESCRIPTOR = 0x10,
};

static void issi(struct machine *machine, u32 slot)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out));
	place(machine, slot, box.in, box.in_len, box.out_len);
}

/* A command whose input is longer than its descriptor: a whole register. */
static void long_command(struct machine *machine, u32 slot, u32 in_len,
			 u32 out_len)
{
	u8 in[8192] = { PRM_OP_NOP >> 8, PRM_OP_NOP & 0xff };

	assert_true(in_len <= sizeof(in));
	place(machine, slot, in, in_len, out_len);
}

static void enable(struct machine *machine)
{
	struct mailbox box;

	machine_start(machine);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
}

static void a_command_is_answered_to_who_polls(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	enable(machine);
	command(&box, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out));
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
	assert_int_equal(got(&box, PRM_AT(query_issi_out, supported_issi_dw0)),
			 3);
	for (u32 i = 0; i < VECTORS; i++)
		assert_int_equal(machine->interrupts[i], 0);
}

static void a_queue_may_be_put_elsewhere(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	machine_start(machine);
	bar_write(machine, 0x10, 0xffffffff);
	bar_write(machine, 0x14, 0xfffff000);
	enable(machine);
	command(&box, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out));
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
}

static u8 exclusive_or(const u8 *bytes, u32 len)
{
	u8 sum = 0;

	while (len--)
		sum ^= *bytes++;
	return sum;
}

static void answers_are_signed_and_nothing_else_is_written(void **state)
{
	struct machine *machine = *state;
	u8 before[BLOCK_BYTES], *block;

	enable(machine);
	issi(machine, 0);
	block = out_block(machine, 0, 0);
	memset(block, 0xa5, 512);
	memcpy(before, block, sizeof(before));
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), 0);
	assert_int_equal(exclusive_or(descriptor(machine, 0), 64), 0xff);
	assert_int_equal(exclusive_or(block, BLOCK_BYTES), 0xff);
	assert_int_equal(exclusive_or(block + 512, 63), 0xff);
	assert_memory_equal(block + 512, before + 512, 62);
	assert_int_equal(block[511], 0);
	assert_int_equal(descriptor(machine, 0)[60], 0x5a);
}

static void a_chain_of_blocks_comes_in_whole(void **state)
{
	struct machine *machine = *state;
	u8 cap[PRM_HEADER_BYTES + 4096];
	struct mailbox box;

	enable(machine);
	command(&box, PRM_OP_QUERY_HCA_CAP, 16, sizeof(cap));
	put(&box, PRM_AT(query_hca_cap_in, op_mod), 1);
	assert_int_equal(emu_exec(machine->device, box.in, 16, cap,
				  sizeof(cap)), 0);
	box.out_len = 16 + 3100;
	run(machine, &box);
	assert_memory_equal(box.out, cap, box.out_len);
}

/* -- what a driver may have written wrong */

static u32 delivered(struct machine *machine)
{
	u32 status;

	ring(machine, 1);
	status = completed(machine, 0);
	/* Whatever it was, the next command is answered. */
	issi(machine, 1);
	ring(machine, 2);
	assert_int_equal(completed(machine, 1), 0);
	return status;
}

static void every_length_that_is_none_has_its_status(void **state)
{
	static const u32 wrong[] = { 0, 4, 17, 18, 0x200004, 0x80000000,
				     0xffffffff, 0xfffffffc };
	struct machine *machine = *state;

	enable(machine);
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		issi(machine, 0);
		put_be(descriptor(machine, 0) + 4, wrong[i]);
		assert_int_equal(delivered(machine), BAD_IN_LENGTH);
		issi(machine, 0);
		put_be(descriptor(machine, 0) + 56, wrong[i]);
		assert_int_equal(delivered(machine), BAD_OUT_LENGTH);
	}
}

static void a_header_may_be_counted_short(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	machine_start(machine);
	command(&box, PRM_OP_ENABLE_HCA, 12, 12);
	place(machine, 0, box.in, 12, 12);
	assert_int_equal(delivered(machine), 0);
}

static void a_descriptor_of_another_type_or_with_strange_bits(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	issi(machine, 0);
	descriptor(machine, 0)[0] = 6;
	assert_int_equal(delivered(machine), BAD_DESCRIPTOR);
	for (u32 at = 1; at < 63; at = at == 3 ? 62 : at + 1) {
		issi(machine, 0);
		descriptor(machine, 0)[at] = 1;
		assert_int_equal(delivered(machine), RESERVED);
	}
}

static void a_pointer_off_its_place_or_to_nothing(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	long_command(machine, 0, 600, 600);
	descriptor(machine, 0)[15] = 4;
	assert_int_equal(delivered(machine), BAD_IN_POINTER);
	long_command(machine, 0, 600, 600);
	in_block(machine, 0, 0)[567] = 4;
	assert_int_equal(delivered(machine), BAD_IN_POINTER);
	long_command(machine, 0, 16, 600);
	descriptor(machine, 0)[55] = 1;
	assert_int_equal(delivered(machine), BAD_OUT_POINTER);
	long_command(machine, 0, 600, 16);
	memset(descriptor(machine, 0) + 8, 0x11, 6);
	assert_int_equal(delivered(machine), FIRMWARE_ERROR);
	long_command(machine, 0, 16, 600);
	memset(out_block(machine, 0, 0) + 560, 0xff, 7);
	out_block(machine, 0, 0)[566] = 0xfc;
	assert_int_equal(delivered(machine), FIRMWARE_ERROR);
}

static void a_chain_that_ends_too_early(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	long_command(machine, 0, 2000, 16);
	memset(in_block(machine, 0, 1) + 560, 0, 8);
	assert_int_equal(delivered(machine), BAD_IN_LENGTH);
	long_command(machine, 0, 16, 2000);
	memset(descriptor(machine, 0) + 48, 0, 8);
	assert_int_equal(delivered(machine), BAD_OUT_LENGTH);
}

static void a_token_or_number_of_another_command(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	for (u32 i = 0; i < 2; i++) {
		long_command(machine, 0, 1000, 16);
		in_block(machine, 0, i)[573] ^= 1;
		assert_int_equal(delivered(machine), BAD_TOKEN);
		long_command(machine, 0, 16, 1000);
		out_block(machine, 0, i)[573] ^= 0x80;
		assert_int_equal(delivered(machine), BAD_TOKEN);
		long_command(machine, 0, 1000, 1000);
		in_block(machine, 0, i)[571] ^= 1;
		assert_int_equal(delivered(machine), BAD_BLOCK);
		long_command(machine, 0, 16, 1000);
		out_block(machine, 0, i)[568] ^= 1;
		assert_int_equal(delivered(machine), BAD_BLOCK);
	}
}

static void a_chain_that_bites_its_tail_ends(void **state)
{
	struct machine *machine = *state;
	u8 *block;

	enable(machine);
	long_command(machine, 0, 4000, 16);
	block = in_block(machine, 0, 2);
	put_be(block + 560, BASE >> 32);
	put_be(block + 564, block_address(IN_BLOCKS, 0, 2));
	assert_int_equal(delivered(machine), BAD_BLOCK);
}

static void a_refused_chain_means_that_nothing_was_done(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	enable(machine);
	emu_reset(machine->device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 600);
	place(machine, 0, box.in, 16, 600);
	out_block(machine, 0, 0)[573] ^= 1;
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), BAD_TOKEN);
	command(&box, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in), 16);
	assert_int_not_equal(execute(machine->device, &box), 0);
}

static void a_descriptor_that_is_ours_is_left_alone(void **state)
{
	struct machine *machine = *state;
	u8 before[64];

	enable(machine);
	issi(machine, 0);
	descriptor(machine, 0)[63] = 0;
	memcpy(before, descriptor(machine, 0), sizeof(before));
	ring(machine, 1);
	issi(machine, 1);
	ring(machine, 2);
	assert_int_equal(completed(machine, 1), 0);
	assert_memory_equal(before, descriptor(machine, 0), sizeof(before));
}

/* -- many at once */

static bool all_but_one_stopped(struct machine *machine)
{
	return machine->stopped == 0xfffffffe;
}

static void release(struct machine *machine, u32 slots)
{
	pthread_mutex_lock(&machine->lock);
	machine->held &= ~slots;
	pthread_cond_broadcast(&machine->changed);
	pthread_mutex_unlock(&machine->lock);
}

static void thirty_two_commands_end_in_any_order(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	for (u32 slot = 0; slot < 32; slot++)
		long_command(machine, slot, 600, 16);
	machine->held = 0xfffffffe;
	ring(machine, 0xffffffff);
	assert_int_equal(completed(machine, 0), 0);
	assert_true(eventually(machine, all_but_one_stopped));
	for (u32 slot = 31; slot; slot--) {
		for (u32 other = 1; other <= slot; other++)
			assert_false(is_ours(machine, other));
		release(machine, 1u << slot);
		assert_int_equal(completed(machine, slot), 0);
	}
}

static void a_busy_slot_has_no_doorbell(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	for (u32 slot = 1; slot < 32; slot++)
		long_command(machine, slot, 600, 16);
	machine->held = 0xfffffffe;
	ring(machine, 0xfffffffe);
	assert_true(eventually(machine, all_but_one_stopped));
	ring(machine, 0xfffffffe);
	ring(machine, 0xfffffffe);
	issi(machine, 0);
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), 0);
	release(machine, 0xffffffff);
	for (u32 slot = 1; slot < 32; slot++)
		assert_int_equal(completed(machine, slot), 0);
}

static void a_slot_is_free_as_soon_as_its_answer_is_seen(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	for (u32 i = 0; i < 2000; i++) {
		u32 slot = random_below(32);

		issi(machine, slot);
		ring(machine, 1u << slot);
		assert_int_equal(completed(machine, slot), 0);
	}
}

/* -- by event */

static u32 new_uar(struct machine *machine)
{
	struct mailbox box;

	command(&box, PRM_OP_ALLOC_UAR, 16, 16);
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
	return got(&box, PRM_AT(alloc_uar_out, uar));
}

/* Pages enough for a command that says how many it wants. */
static void give_pages(struct machine *machine, u32 op_mod)
{
	struct mailbox box;
	u32 n, given = 0;

	command(&box, PRM_OP_QUERY_PAGES, 16, 16);
	put(&box, PRM_AT(query_pages_in, op_mod), op_mod);
	run(machine, &box);
	n = got(&box, PRM_AT(query_pages_out, num_pages));
	while (given < n) {
		u32 part = n - given < 256 ? n - given : 256;

		command(&box, PRM_OP_MANAGE_PAGES, 16 + 8 * part, 16);
		put(&box, PRM_AT(manage_pages_in, op_mod), 1);
		put(&box, PRM_AT(manage_pages_in, input_num_entries), part);
		for (u32 i = 0; i < part; i++)
			put(&box, (struct prm_bits){ (16 + 8 * i) * 8, 64 },
			    (((u64)op_mod << 20) + given + i) << 12);
		run(machine, &box);
		assert_int_equal(box.out[0], 0);
		given += part;
	}
}

static void simple(struct machine *machine, u16 opcode, u32 in_len)
{
	struct mailbox box;

	command(&box, opcode, in_len, 16);
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
}

/* A queue for completions of commands, in vector 2, armed. */
static u32 start_by_event(struct machine *machine)
{
	struct mailbox box;
	u32 uar, eq;

	enable(machine);
	give_pages(machine, 1);
	give_pages(machine, 2);
	simple(machine, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in));
	uar = new_uar(machine);
	memset(machine->memory + EQ_PAGE, 0xff, 4096);
	command(&box, PRM_OP_CREATE_EQ, PRM_SIZE(create_eq_in) + 8, 16);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__log_eq_size), 6);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__uar_page), uar);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr), 2);
	put(&box, (struct prm_bits){ PRM_AT(create_eq_in, event_bitmask).offset,
				     64 }, 1ull << 0xa);
	put(&box, (struct prm_bits){ PRM_SIZE(create_eq_in) * 8, 64 },
	    BASE + EQ_PAGE);
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
	eq = got(&box, PRM_AT(create_eq_out, eq_number));
	config_write(machine, 0x9c + 2, 2, 0x8000);
	bar_write_le(machine, 0x2000 + 2 * 16 + 12, 0);
	bar_write(machine, uar * 4096 + 0x40, eq << 24);
	return uar << 8 | eq;
}

static bool has_interrupt(struct machine *machine)
{
	return machine->interrupts[2] == 1;
}

static void a_command_is_announced_in_the_event_queue(void **state)
{
	struct machine *machine = *state;
	const u8 *entry = machine->memory + EQ_PAGE;

	start_by_event(machine);
	assert_int_equal(machine->interrupts[2], 0);
	issi(machine, 5);
	ring(machine, 1 << 5);
	assert_true(eventually(machine, has_interrupt));
	assert_true(is_ours(machine, 5));
	assert_int_equal(entry[1], 0xa);
	assert_int_equal(entry[32 + 3], 1 << 5);
	assert_int_equal(entry[63] & 1, 0);
}

static void the_command_that_makes_the_queue_is_not_announced(void **state)
{
	struct machine *machine = *state;

	start_by_event(machine);
	assert_int_equal(machine->memory[EQ_PAGE + 63], 0xff);
	assert_int_equal(machine->interrupts[2], 0);
}

static void the_command_that_ends_the_queue_is_not_announced(void **state)
{
	struct machine *machine = *state;
	u32 eq = start_by_event(machine) & 0xff;
	struct mailbox box;

	command(&box, PRM_OP_DESTROY_EQ, 16, 16);
	put(&box, PRM_AT(destroy_eq_in, eq_number), eq);
	run(machine, &box);
	assert_int_equal(box.out[0], 0);
	simple(machine, PRM_OP_NOP, 16);
	assert_int_equal(machine->memory[EQ_PAGE + 63], 0xff);
	assert_int_equal(machine->interrupts[2], 0);
}

/* -- resets */

static bool one_stopped(struct machine *machine)
{
	return machine->stopped == 1u << 4;
}

static void begin_slow_command(struct machine *machine)
{
	struct mailbox box;
	u8 in[16 + 8 * 4] = { 0 };

	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	memcpy(in, box.in, 16);
	place(machine, 4, in, sizeof(in), 16);
	machine->held = 1u << 4;
	ring(machine, 1u << 4);
	assert_true(eventually(machine, one_stopped));
}

static void a_reset_in_the_middle_of_a_command_ends_it_unanswered(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;
	u32 writes;

	enable(machine);
	begin_slow_command(machine);
	writes = machine->writes;
	config_write(machine, 0x68, 2, 0x8000);
	assert_int_equal(config_read(machine, 0x68, 2) & 0x8000, 0);
	assert_int_equal(config_read(machine, 4, 2) & 6, 0);
	release(machine, 1u << 4);
	pci_end(machine->function);
	assert_int_equal(machine->writes, writes);
	assert_false(is_ours(machine, 4));
	command(&box, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in), 16);
	assert_int_not_equal(execute(machine->device, &box), 0);
}

static void after_a_reset_the_driver_begins_anew(void **state)
{
	struct machine *machine = *state;

	for (u32 i = 0; i < 20; i++) {
		start_by_event(machine);
		assert_int_equal(emu_count(machine->device, EMU_EQ), 1);
		config_write(machine, 0x68, 2, 0x8000);
		for (u32 kind = 0; kind <= EMU_PAGES; kind++)
			assert_int_equal(emu_count(machine->device, kind), 0);
		config_write(machine, 4, 2, 2);
		assert_int_equal(bar_read(machine, 0x14) >> 8 & 7, 1);
	}
}

static void a_slow_command_of_before_does_not_hold_up_the_next_driver(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	begin_slow_command(machine);
	pci_reset(machine->function);
	enable(machine);
	issi(machine, 4);
	ring(machine, 1u << 4);
	assert_int_equal(completed(machine, 4), 0);
	release(machine, 1u << 4);
}

static void the_driver_s_own_reset_leaves_the_interface_disabled(void **state)
{
	struct machine *machine = *state;

	start_by_event(machine);
	bar_write(machine, 0x14, QUEUE | 7 << 8);
	assert_int_equal(bar_read(machine, 0x14) >> 8 & 7, 1);
	assert_int_equal(config_read(machine, 4, 2) & 6, 6);
	assert_int_equal(emu_count(machine->device, EMU_EQ), 0);
}

static void a_disabled_interface_takes_no_commands(void **state)
{
	struct machine *machine = *state;

	enable(machine);
	bar_write(machine, 0x14, QUEUE | 1 << 8);
	issi(machine, 0);
	ring(machine, 1);
	bar_write(machine, 0x14, QUEUE);
	issi(machine, 1);
	ring(machine, 2);
	assert_int_equal(completed(machine, 1), 0);
	assert_false(is_ours(machine, 0));
}

static void who_is_not_bus_master_reaches_no_memory(void **state)
{
	struct machine *machine = *state;
	u32 writes;

	enable(machine);
	config_write(machine, 4, 2, 2);
	issi(machine, 0);
	writes = machine->writes;
	ring(machine, 1);
	assert_int_equal(pci_dma_write(machine->function, BASE, "x", 1), -14);
	assert_int_equal(pci_dma_read(machine->function, BASE, &writes, 1), -14);
	config_write(machine, 4, 2, 6);
	issi(machine, 1);
	ring(machine, 2);
	assert_int_equal(completed(machine, 1), 0);
	assert_true(machine->writes > writes);
	config_write(machine, 0x44, 2, 3);
	assert_int_equal(pci_dma_write(machine->function, BASE, "x", 1), -14);
}

static void a_driver_that_comes_finds_a_device_that_waits(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	command(&box, PRM_OP_QUERY_ADAPTER, 16, PRM_SIZE(query_adapter_out));
	assert_int_equal(execute(machine->device, &box), 0);
	config_write(machine, 4, 2, 2);
	assert_int_not_equal(execute(machine->device, &box), 0);
}

/* Who opens the bus and leaves has not driven it. */
static void resets_before_a_driver_comes_leave_the_device_alone(void **state)
{
	struct machine *machine = *state;
	u32 pages = emu_count(machine->device, EMU_PAGES);
	struct mailbox box;

	config_write(machine, 0x3c, 1, 11);
	pci_reset(machine->function);
	assert_int_equal(config_read(machine, 0x3c, 1), 0xff);
	config_write(machine, 0x68, 2, 0x8000);
	command(&box, PRM_OP_QUERY_ADAPTER, 16, PRM_SIZE(query_adapter_out));
	assert_int_equal(execute(machine->device, &box), 0);
	assert_int_equal(emu_count(machine->device, EMU_PAGES), pages);
	a_driver_that_comes_finds_a_device_that_waits(state);
	pci_reset(machine->function);
	enable(machine);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

/* -- a device that misbehaves */

static void misbehave(struct machine *machine, const char *plan)
{
	struct emu_problem problem;
	struct emu_plan *loaded = emu_plan_shipped(plan, &problem);

	assert_non_null(loaded);
	assert_int_equal(emu_set_faults(machine->device, loaded), 0);
}

/* Slot 1 is the second command of the plan, the first that it is about. */
static void provoke(struct machine *machine, const char *plan)
{
	enable(machine);
	misbehave(machine, plan);
	issi(machine, 0);
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), 0);
	issi(machine, 1);
	ring(machine, 2);
}

static void a_lost_command_keeps_its_slot_and_no_other(void **state)
{
	struct machine *machine = *state;
	struct emu_problem problem;
	static const char plan[] =
		"{\"mlx5ctl_faults\": 1, \"rules\": [{\"match\": "
		"{\"command\": \"NOP\"}, \"fault\": {\"lost\": 1}}]}";

	enable(machine);
	assert_int_equal(emu_set_faults(machine->device,
		emu_plan_parse("lost", plan, sizeof(plan) - 1, &problem)), 0);
	long_command(machine, 3, 16, 16);
	ring(machine, 1 << 3);
	for (u32 i = 0; i < 100; i++) {
		issi(machine, 4);
		ring(machine, 1 << 4);
		assert_int_equal(completed(machine, 4), 0);
	}
	assert_false(is_ours(machine, 3));
}

static void a_delivery_status_is_in_the_descriptor(void **state)
{
	struct machine *machine = *state;
	struct mailbox box;

	enable(machine);
	misbehave(machine, "D22-delivery");
	command(&box, PRM_OP_ACCESS_REG, 32, 32);
	place(machine, 0, box.in, box.in_len, box.out_len);
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), BAD_BLOCK);
}

static void a_damaged_token_is_seen_in_descriptor_and_block(void **state)
{
	struct machine *machine = *state;

	provoke(machine, "D19-token");
	assert_int_equal(completed(machine, 1), 0);
	assert_int_equal(descriptor(machine, 0)[0x3c], 0x5a);
	assert_int_equal(descriptor(machine, 1)[0x3c], 0xa5);
	assert_int_equal(out_block(machine, 0, 0)[573], 0x5a);
	assert_int_equal(out_block(machine, 1, 0)[573], 0xa5);
}

static void a_false_length_of_output_is_in_the_descriptor(void **state)
{
	struct machine *machine = *state;

	provoke(machine, "D24-out-len");
	assert_int_equal(completed(machine, 1), 0);
	assert_int_equal(descriptor(machine, 1)[0x38], 0xff);
	assert_int_equal(descriptor(machine, 1)[0x3b], 0xf0);
}

static bool is_inverted(struct machine *machine)
{
	const u8 *block = out_block(machine, 1, 0);

	return block[10] == 0xff && descriptor(machine, 1)[0x20] == 0xff;
}

static void an_answer_changes_after_its_completion(void **state)
{
	struct machine *machine = *state;

	provoke(machine, "D26-changes");
	assert_int_equal(completed(machine, 1), 0);
	assert_true(eventually(machine, is_inverted));
}

static u32 events_after(struct machine *machine, const char *plan, u8 *named)
{
	const u8 *entries = machine->memory + EQ_PAGE;
	u32 n = 0;

	start_by_event(machine);
	misbehave(machine, plan);
	for (u32 slot = 4; slot < 6; slot++) {
		issi(machine, slot);
		ring(machine, 1u << slot);
		assert_int_equal(completed(machine, slot), 0);
	}
	/* Commands end in turn: what the third left, the two before have left. */
	issi(machine, 6);
	misbehave(machine, "D23-ok-with-syndrome");
	ring(machine, 1u << 6);
	assert_int_equal(completed(machine, 6), 0);
	while (n < 64 && !(entries[64 * n + 63] & 1) &&
	       entries[64 * n + 32 + 3] != 1u << 6)
		named[n] = entries[64 * n + 32 + 3], n++;
	return n;
}

static void a_command_can_complete_twice(void **state)
{
	u8 named[64];

	assert_int_equal(events_after(*state, "D13-completes-twice", named), 3);
	assert_int_equal(named[0], 1 << 4);
	assert_int_equal(named[1], 1 << 5);
	assert_int_equal(named[2], 1 << 5);
}

static void a_command_can_complete_in_anothers_place(void **state)
{
	u8 named[64];

	assert_int_equal(events_after(*state, "D14-other-slot", named), 2);
	assert_int_equal(named[0], 1 << 4);
	assert_int_equal(named[1], 1 << 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_is_answered_to_who_polls),
		TEST(a_queue_may_be_put_elsewhere),
		TEST(answers_are_signed_and_nothing_else_is_written),
		TEST(a_chain_of_blocks_comes_in_whole),
		TEST(every_length_that_is_none_has_its_status),
		TEST(a_header_may_be_counted_short),
		TEST(a_descriptor_of_another_type_or_with_strange_bits),
		TEST(a_pointer_off_its_place_or_to_nothing),
		TEST(a_chain_that_ends_too_early),
		TEST(a_token_or_number_of_another_command),
		TEST(a_chain_that_bites_its_tail_ends),
		TEST(a_refused_chain_means_that_nothing_was_done),
		TEST(a_descriptor_that_is_ours_is_left_alone),
		TEST(thirty_two_commands_end_in_any_order),
		TEST(a_busy_slot_has_no_doorbell),
		TEST(a_slot_is_free_as_soon_as_its_answer_is_seen),
		TEST(a_command_is_announced_in_the_event_queue),
		TEST(the_command_that_makes_the_queue_is_not_announced),
		TEST(the_command_that_ends_the_queue_is_not_announced),
		TEST(a_reset_in_the_middle_of_a_command_ends_it_unanswered),
		TEST(after_a_reset_the_driver_begins_anew),
		TEST(a_slow_command_of_before_does_not_hold_up_the_next_driver),
		TEST(the_driver_s_own_reset_leaves_the_interface_disabled),
		TEST(a_disabled_interface_takes_no_commands),
		TEST(who_is_not_bus_master_reaches_no_memory),
		TEST(a_driver_that_comes_finds_a_device_that_waits),
		TEST(resets_before_a_driver_comes_leave_the_device_alone),
		TEST(a_lost_command_keeps_its_slot_and_no_other),
		TEST(a_delivery_status_is_in_the_descriptor),
		TEST(a_damaged_token_is_seen_in_descriptor_and_block),
		TEST(a_false_length_of_output_is_in_the_descriptor),
		TEST(an_answer_changes_after_its_completion),
		TEST(a_command_can_complete_twice),
		TEST(a_command_can_complete_in_anothers_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
