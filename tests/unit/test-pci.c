// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The PCI function without commands: configuration space, BAR 0, MSI-X. */
#include "pci-machine.h"

#include <errno.h>
#include <unistd.h>

#define DEVICE_CONTROL 0x68
#define MSIX 0x9c
#define VENDOR 0xc0

static void a_card_says_who_it_is(void **state)
{
	struct machine *machine = *state;

	assert_int_equal(config_read(machine, 0x00, 4), 0x102115b3);
	assert_int_equal(config_read(machine, 0x0a, 2), 0x0200);
	assert_int_equal(config_read(machine, 0x0e, 1), 0);
	assert_int_equal(config_read(machine, 0x2c, 4), 0x004115b3);
	assert_int_equal(config_read(machine, 0x3d, 1), 0);
}

/* The offset of a capability by its id; every pointer must be sound. */
static u32 find_capability(struct machine *machine, u32 id)
{
	u32 at = config_read(machine, 0x34, 1), found = 0, steps;

	for (steps = 0; at; steps++) {
		assert_true(steps < 48 && at >= 0x40 && at % 4 == 0);
		if (config_read(machine, at, 1) == id)
			found = at;
		at = config_read(machine, at + 1, 1);
	}
	return found;
}

static void the_list_of_capabilities_ends_and_has_them_all(void **state)
{
	static const u8 ids[] = { 0x01, 0x03, 0x09, 0x10, 0x11 };
	struct machine *machine = *state;
	u32 at = 0x100, extended = 0;

	assert_true(config_read(machine, 6, 2) & 0x10);
	for (u32 i = 0; i < ARRAY_SIZE(ids); i++)
		assert_true(find_capability(machine, ids[i]));
	assert_int_equal(find_capability(machine, 0x05), 0);
	while (at) {
		assert_true(at >= 0x100 && extended < 16);
		extended++;
		at = config_read(machine, at, 4) >> 20;
	}
	assert_int_equal(extended, 2);
}

static void the_express_capability_offers_function_level_reset(void **state)
{
	struct machine *machine = *state;
	u32 at = find_capability(machine, 0x10);

	assert_int_equal(config_read(machine, at + 2, 2) & 0xff, 0x02);
	assert_true(config_read(machine, at + 4, 4) & 1 << 28);
	assert_int_equal(at + 8, DEVICE_CONTROL);
}

static void a_bar_is_sized_by_writing_ones(void **state)
{
	struct machine *machine = *state;

	config_write(machine, 0x10, 4, 0xffffffff);
	config_write(machine, 0x14, 4, 0xffffffff);
	assert_int_equal(config_read(machine, 0x10, 4),
			 (0xffffffff - PCI_BAR0_BYTES + 1) | 0xc);
	assert_int_equal(config_read(machine, 0x14, 4), 0xffffffff);
	for (u32 bar = 0x18; bar < 0x28; bar += 4) {
		config_write(machine, bar, 4, 0xffffffff);
		assert_int_equal(config_read(machine, bar, 4), 0);
	}
}

static void what_may_not_be_written_stays(void **state)
{
	struct machine *machine = *state;
	u8 before[PCI_CONFIG_BYTES], after[PCI_CONFIG_BYTES];

	assert_int_equal(pci_read(machine->function, PCI_CONFIG, 0, before,
				  sizeof(before)), 0);
	config_write(machine, 0x00, 4, 0);
	config_write(machine, 0x08, 4, 0);
	config_write(machine, 0x2c, 4, 0);
	config_write(machine, 0x34, 1, 0);
	config_write(machine, MSIX, 2, 0);
	config_write(machine, 0x100, 4, 0);
	assert_int_equal(pci_read(machine->function, PCI_CONFIG, 0, after,
				  sizeof(after)), 0);
	memcpy(after + VENDOR + 8, before + VENDOR + 8, 4); /* a counter */
	assert_memory_equal(before, after, sizeof(before));
}

static void any_write_of_configuration_leaves_what_it_is(void **state)
{
	struct machine *machine = *state;
	u8 bytes[64];

	for (u32 i = 0; i < 2000; i++) {
		u32 len = 1 + random_below(sizeof(bytes));

		random_bytes(bytes, len);
		assert_int_equal(pci_write(machine->function, PCI_CONFIG,
					   random_below(PCI_CONFIG_BYTES - len),
					   bytes, len), 0);
	}
	a_card_says_who_it_is(state);
	the_list_of_capabilities_ends_and_has_them_all(state);
}

static void an_access_outside_of_a_region_is_refused(void **state)
{
	static const struct {
		u32 region;
		u64 offset;
	} outside[] = {
		{ PCI_CONFIG, 4092 }, { PCI_CONFIG, ~(u64)0 },
		{ PCI_BAR0, PCI_BAR0_BYTES - 4 }, { PCI_BAR0, ~(u64)0 },
		{ 1, 0 },
	};
	struct machine *machine = *state;
	u8 bytes[8] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		assert_int_equal(pci_read(machine->function, outside[i].region,
					  outside[i].offset, bytes, 8), -EINVAL);
		assert_int_equal(pci_write(machine->function, outside[i].region,
					   outside[i].offset, bytes, 8), -EINVAL);
	}
}

static void the_segment_says_which_firmware_runs(void **state)
{
	struct machine *machine = *state;

	config_write(machine, 4, 2, 2);
	assert_int_equal(bar_read(machine, 0), 43 << 16 | 28);
	assert_int_equal(bar_read(machine, 4), 5 << 16 | 1014);
	assert_int_equal(bar_read(machine, 0x1fc) >> 31, 0);
	assert_int_equal(bar_read(machine, 0x14) & 0xff, 0x56);
}

static void without_memory_decoding_all_is_ones(void **state)
{
	struct machine *machine = *state;

	assert_int_equal(bar_read(machine, 0), 0xffffffff);
	config_write(machine, 4, 2, 2);
	assert_int_not_equal(bar_read(machine, 0), 0xffffffff);
	config_write(machine, 0x44, 2, 3);
	assert_int_equal(bar_read(machine, 0), 0xffffffff);
	bar_write(machine, 0x10, 0x1234);
	config_write(machine, 0x44, 2, 0);
	assert_int_equal(bar_read(machine, 0x10), 0);
}

static void pieces_of_dwords_and_what_only_the_device_sets_are_not_written(void **state)
{
	struct machine *machine = *state;

	config_write(machine, 4, 2, 2);
	assert_int_equal(pci_write(machine->function, PCI_BAR0, 0x10, "ab", 2), 0);
	assert_int_equal(bar_read(machine, 0x10), 0);
	bar_write(machine, 0x10, 0x1234);
	assert_int_equal(bar_read(machine, 0x10), 0x1234);
	bar_write_le(machine, 0x3000, 1 << 3);	/* of vectors that pend */
	assert_int_equal(bar_read_le(machine, 0x3000), 0);
}

static void timer_and_health_counter_move(void **state)
{
	struct machine *machine = *state;
	u32 counter, timer;

	config_write(machine, 4, 2, 2);
	counter = bar_read(machine, 0x1010);
	timer = bar_read(machine, 0x1004);
	usleep(20000);
	assert_int_not_equal(bar_read(machine, 0x1010), counter);
	assert_int_not_equal(bar_read(machine, 0x1004), timer);
	assert_int_equal(bar_read(machine, 0x1010) >> 24, 0);
}

static u64 timer_now(struct pci_function *function)
{
	u8 bytes[8];
	u64 ticks = 0;

	assert_int_equal(pci_read(function, PCI_BAR0, 0x1000, bytes, 8), 0);
	for (u32 i = 0; i < 8; i++)
		ticks = ticks << 8 | bytes[i];
	return ticks;
}

/* The fastest clock there can be, since the host began. */
static void a_timer_does_not_wrap_before_its_64_bits_do(void **unused)
{
	const u64 khz = UINT32_MAX;
	const struct emu_host none = { NULL };
	struct emu_device *device = device_of("{\"mlx5ctl_personality\": 1,"
		" \"name\": \"t\", \"device\": {}, \"registers\": {},"
		" \"capabilities\": {\"GENERAL\": {\"current\":"
		" {\"device_frequency_khz\": \"0xffffffff\"}}}}");
	struct pci_function *function = pci_create(device, &none,
						   PCI_VECTORS_IN_TABLE);
	const u8 memory[2] = { 2 };
	u64 from, ticks;

	(void)unused;
	assert_int_equal(pci_write(function, PCI_CONFIG, 4, memory, 2), 0);
	from = now_us() / 1000 * khz;
	ticks = timer_now(function);
	assert_in_range(ticks, from, (now_us() / 1000 + 1) * khz);
	pci_destroy(function);
	emu_destroy(device);
}

static void drivers_are_told_how_long_to_wait_also_after_a_reset(void **state)
{
	struct machine *machine = *state;

	config_write(machine, 4, 2, 2);
	assert_int_equal(bar_read(machine, 0xff8), 60000);
	pci_set_timeout(machine->function, 1500);
	assert_int_equal(bar_read(machine, 0xff8), 1500);
	pci_reset(machine->function);
	config_write(machine, 4, 2, 2);
	assert_int_equal(bar_read(machine, 0xff8), 1500);
}

static void a_fatal_error_is_in_the_health_buffer(void **state)
{
	struct machine *machine = *state;

	u8 buffer[EMU_HEALTH_BYTES] = { [0] = 0xab, [0x3d] = 8, [0x3f] = 0x12 };

	config_write(machine, 4, 2, 2);
	assert_int_equal(bar_read(machine, 0x23c), 0xff000000);
	emu_set_health(machine->device, buffer);
	assert_int_equal(bar_read(machine, 0x200), 0xab000000);
	assert_int_equal(bar_read(machine, 0x23c), 0x080012);
	assert_int_equal(bar_read(machine, 0x1010) >> 24, 0x08);
	pci_reset(machine->function);
	config_write(machine, 4, 2, 2);
	assert_int_equal(bar_read(machine, 0x23c), 0xff000000);
	assert_int_equal(bar_read(machine, 0x200), 0);
}

static void a_health_counter_that_stops_moves_after_a_reset(void **state)
{
	struct machine *machine = *state;
	u32 counter;

	config_write(machine, 4, 2, 2);
	emu_stop_health_counter(machine->device, true);
	counter = bar_read(machine, 0x1010);
	usleep(20000);
	assert_int_equal(bar_read(machine, 0x1010), counter);
	pci_reset(machine->function);
	config_write(machine, 4, 2, 2);
	assert_int_not_equal(bar_read(machine, 0x1010), counter);
}

static void accesses_of_any_shape_see_the_same_bytes(void **state)
{
	struct machine *machine = *state;
	u8 whole[64], piece[64];

	config_write(machine, 4, 2, 2);
	assert_int_equal(pci_read(machine->function, PCI_BAR0, 0x1c0, whole,
				  sizeof(whole)), 0);
	for (u32 i = 0; i < 500; i++) {
		u32 from = random_below(sizeof(whole));
		u32 len = 1 + random_below(sizeof(whole) - from);

		assert_int_equal(pci_read(machine->function, PCI_BAR0,
					  0x1c0 + from, piece, len), 0);
		assert_memory_equal(piece, whole + from, len);
	}
}

/* -- interrupts */

static void unmask(struct machine *machine, u32 vector, bool masked)
{
	bar_write_le(machine, 0x2000 + vector * 16 + 12, masked);
}

static void enable_vectors(struct machine *machine)
{
	config_write(machine, 4, 2, 6);
	config_write(machine, MSIX + 2, 2, 0x8000);
}

static void a_masked_vector_pends_until_it_is_unmasked(void **state)
{
	struct machine *machine = *state;

	enable_vectors(machine);
	pci_interrupt(machine->function, 3);
	pci_interrupt(machine->function, 3);
	assert_int_equal(machine->interrupts[3], 0);
	assert_int_equal(bar_read_le(machine, 0x3000), 1 << 3);
	unmask(machine, 2, false);
	assert_int_equal(machine->interrupts[3], 0);
	unmask(machine, 3, false);
	assert_int_equal(machine->interrupts[3], 1);
	assert_int_equal(bar_read_le(machine, 0x3000), 0);
	pci_interrupt(machine->function, 3);
	assert_int_equal(machine->interrupts[3], 2);
}

static void the_mask_of_the_function_holds_all_vectors(void **state)
{
	struct machine *machine = *state;

	enable_vectors(machine);
	unmask(machine, 5, false);
	config_write(machine, MSIX + 2, 2, 0xc000);
	pci_interrupt(machine->function, 5);
	assert_int_equal(machine->interrupts[5], 0);
	config_write(machine, MSIX + 2, 2, 0x8000);
	assert_int_equal(machine->interrupts[5], 1);
}

static void no_interrupt_leaves_who_is_not_master(void **state)
{
	struct machine *machine = *state;

	enable_vectors(machine);
	unmask(machine, 1, false);
	config_write(machine, 4, 2, 2);
	pci_interrupt(machine->function, 1);
	config_write(machine, 4, 2, 6);
	config_write(machine, MSIX + 2, 2, 0);
	pci_interrupt(machine->function, 1);
	config_write(machine, MSIX + 2, 2, 0x8000);
	assert_int_equal(machine->interrupts[1], 0);
	pci_interrupt(machine->function, 1);
	assert_int_equal(machine->interrupts[1], 1);
}

static void a_vector_that_is_none_does_nothing(void **state)
{
	struct machine *machine = *state;

	enable_vectors(machine);
	for (u32 vector = 0; vector < 64; vector++)
		unmask(machine, vector, false);
	pci_interrupt(machine->function, 64);
	pci_interrupt(machine->function, 0xffffffff);
	for (u32 i = 0; i < VECTORS; i++)
		assert_int_equal(machine->interrupts[i], 0);
	assert_int_equal(pci_n_vectors(machine->function), 64);
	assert_int_equal(config_read(machine, MSIX + 2, 2) & 0x7ff, 63);
}

static void a_bus_that_keeps_the_table_gets_every_interrupt(void **state)
{
	struct machine *machine = machine_new(PCI_VECTORS_BY_BUS);

	(void)state;
	enable_vectors(machine);
	pci_interrupt(machine->function, 7);
	assert_int_equal(machine->interrupts[7], 1);
	machine_teardown((void **)&machine);
}

/* -- the vendor's gateway */

static void the_gateway_is_locked_by_one(void **state)
{
	struct machine *machine = *state;
	u32 mine = config_read(machine, VENDOR + 8, 4);
	u32 other = config_read(machine, VENDOR + 8, 4);

	assert_int_not_equal(mine, other);
	assert_int_equal(config_read(machine, VENDOR + 12, 4), 0);
	config_write(machine, VENDOR + 12, 4, mine);
	config_write(machine, VENDOR + 12, 4, other);
	assert_int_equal(config_read(machine, VENDOR + 12, 4), mine);
	config_write(machine, VENDOR + 12, 4, 0);
	config_write(machine, VENDOR + 12, 4, other);
	assert_int_equal(config_read(machine, VENDOR + 12, 4), other);
}

static void a_scan_through_the_gateway_reads_all_of_crspace(void **state)
{
	struct machine *machine = *state;
	u32 address = 0, size, first = 0;

	config_write(machine, VENDOR + 4, 4, 7);
	assert_int_not_equal(config_read(machine, VENDOR + 4, 4) >> 29, 0);
	assert_true(config_read(machine, VENDOR + 4, 4) & 1 << 28);
	size = config_read(machine, VENDOR + 16, 4);
	while (address < size) {
		u32 next;

		config_write(machine, VENDOR + 16, 4, address);
		next = config_read(machine, VENDOR + 16, 4);
		assert_true(next >> 31);
		if (!address)
			first = config_read(machine, VENDOR + 20, 4);
		assert_true((next & 0x3fffffff) > address);
		address = next & 0x3fffffff;
	}
	assert_int_equal(address, size);
	assert_int_equal(first, 43 << 16 | 28);
}

static void semaphores_behind_the_gateway_are_taken_and_given_back(void **state)
{
	static const u32 steps[][2] = {	/* what is written, and is there then */
		{ 5, 5 }, { 6, 5 }, { 0, 0 }, { 6, 6 },
	};
	struct machine *machine = *state;

	config_write(machine, VENDOR + 4, 4, 0xa);
	for (u32 i = 0; i < ARRAY_SIZE(steps); i++) {
		config_write(machine, VENDOR + 20, 4, steps[i][0]);
		config_write(machine, VENDOR + 16, 4, 1u << 31 | 3);
		assert_int_equal(config_read(machine, VENDOR + 16, 4), 3);
		config_write(machine, VENDOR + 16, 4, 3);
		assert_int_equal(config_read(machine, VENDOR + 16, 4),
				 1u << 31 | 3);
		assert_int_equal(config_read(machine, VENDOR + 20, 4),
				 steps[i][1]);
	}
}

static void spaces_and_addresses_that_are_none_are_said_to_be(void **state)
{
	struct machine *machine = *state;

	config_write(machine, VENDOR + 4, 4, 0x55);
	assert_int_equal(config_read(machine, VENDOR + 4, 4) >> 28, 0);
	config_write(machine, VENDOR + 4, 4, 7);
	config_write(machine, VENDOR + 16, 4, 0x3ffffff0);
	assert_true(config_read(machine, VENDOR + 16, 4) & 1 << 30);
	config_write(machine, VENDOR + 16, 4, 2);
	assert_true(config_read(machine, VENDOR + 16, 4) & 1 << 30);
}

static void product_data_is_whole_and_sums_up_to_zero(void **state)
{
	struct machine *machine = *state;
	u8 vpd[256], sum = 0;
	u32 at;

	for (at = 0; at < sizeof(vpd); at += 4) {
		u32 value;

		config_write(machine, 0x4a, 2, at);
		assert_true(config_read(machine, 0x4a, 2) & 0x8000);
		value = config_read(machine, 0x4c, 4);
		memcpy(vpd + at, &value, 4);
	}
	assert_int_equal(vpd[0], 0x82);
	assert_memory_equal(vpd + 3, "ConnectX-7", 10);
	at = 3 + vpd[1];
	assert_int_equal(vpd[at], 0x90);
	at += 3;
	while (memcmp(vpd + at, "RV", 2)) {
		at += 3 + vpd[at + 2];
		assert_true(at < sizeof(vpd) - 5);
	}
	for (u32 i = 0; i < at + 4; i++)
		sum += vpd[i];
	assert_int_equal(sum, 0);
	assert_int_equal(vpd[at + 4], 0x78);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_says_who_it_is),
		TEST(the_list_of_capabilities_ends_and_has_them_all),
		TEST(the_express_capability_offers_function_level_reset),
		TEST(a_bar_is_sized_by_writing_ones),
		TEST(what_may_not_be_written_stays),
		TEST(any_write_of_configuration_leaves_what_it_is),
		TEST(an_access_outside_of_a_region_is_refused),
		TEST(the_segment_says_which_firmware_runs),
		TEST(without_memory_decoding_all_is_ones),
		TEST(pieces_of_dwords_and_what_only_the_device_sets_are_not_written),
		TEST(timer_and_health_counter_move),
		cmocka_unit_test(a_timer_does_not_wrap_before_its_64_bits_do),
		TEST(drivers_are_told_how_long_to_wait_also_after_a_reset),
		TEST(a_fatal_error_is_in_the_health_buffer),
		TEST(a_health_counter_that_stops_moves_after_a_reset),
		TEST(accesses_of_any_shape_see_the_same_bytes),
		TEST(a_masked_vector_pends_until_it_is_unmasked),
		TEST(the_mask_of_the_function_holds_all_vectors),
		TEST(no_interrupt_leaves_who_is_not_master),
		TEST(a_vector_that_is_none_does_nothing),
		cmocka_unit_test(a_bus_that_keeps_the_table_gets_every_interrupt),
		TEST(the_gateway_is_locked_by_one),
		TEST(a_scan_through_the_gateway_reads_all_of_crspace),
		TEST(semaphores_behind_the_gateway_are_taken_and_given_back),
		TEST(spaces_and_addresses_that_are_none_are_said_to_be),
		TEST(product_data_is_whole_and_sums_up_to_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
