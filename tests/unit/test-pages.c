// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Pages that the firmware is given come back as they are, and all of them. */
#include <string.h>

#include "syndromes.h"
#include "unit.h"

#define BOOT 5
#define INIT 9
#define ROUNDS 300
#define MOST 64		/* pages at once */
#define WORLD 1024	/* addresses that a driver may give */

static const char document[] =
	"{\"mlx5ctl_personality\": 1, \"name\": \"test\", \"device\":"
	" {\"issi_supported\": 3, \"boot_pages\": 5, \"init_pages\": 9},"
	" \"capabilities\": {\"GENERAL\": {\"current\": {\"uctx_cap\": 4}}},"
	" \"registers\": {}}";

static void simple(struct emu_device *device, u16 opcode)
{
	struct mailbox box;

	command(&box, opcode, prm_command_by_opcode(opcode)->in->size, 16);
	assert_int_equal(execute(device, &box), EMU_OK);
}

static struct emu_device *enabled_device(void)
{
	struct emu_device *device = device_of(document);

	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	simple(device, PRM_OP_ENABLE_HCA);
	return device;
}

enum { CANNOT_GIVE, GIVE, TAKE };

static void manage(struct mailbox *box, u16 op_mod, u32 n)
{
	command(box, PRM_OP_MANAGE_PAGES, 16 + (op_mod == GIVE ? n * 8 : 0),
		16 + (op_mod == TAKE ? n * 8 : 0));
	put(box, PRM_AT(manage_pages_in, op_mod), op_mod);
	put(box, PRM_AT(manage_pages_in, input_num_entries), n);
}

static struct prm_bits entry(u32 i)
{
	return (struct prm_bits){ (16 + i * 8) * 8, 64 };
}

static void give_from(struct mailbox *box, u32 n, u64 address)
{
	manage(box, GIVE, n);
	for (u32 i = 0; i < n; i++)
		put(box, entry(i), address + i * 4096ull);
}

static int32_t asked_for(struct emu_device *device, u16 op_mod)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_PAGES, 16, 16);
	put(&box, PRM_AT(query_pages_in, op_mod), op_mod);
	assert_int_equal(execute(device, &box), EMU_OK);
	return (int32_t)got(&box, PRM_AT(query_pages_out, num_pages));
}

/* What a driver would know: which of its pages are out. */
struct driver {
	struct emu_device *device;
	bool given[WORLD];
	u32 n;
};

static void give_some(struct driver *driver)
{
	u32 n = random_below(MOST), k = 0;
	u32 chosen[MOST];
	struct mailbox box;

	for (u32 tries = 0; k < n && tries < 4 * MOST; tries++) {
		u32 page = random_below(WORLD);

		if (driver->given[page])
			continue;
		driver->given[page] = true;
		chosen[k++] = page;
	}
	manage(&box, GIVE, k);
	for (u32 i = 0; i < k; i++)
		put(&box, entry(i), (chosen[i] + 1ull) << 32);
	assert_int_equal(execute(driver->device, &box), EMU_OK);
	driver->n += k;
}

/* Returns how many came. */
static u32 take_some(struct driver *driver, u32 most)
{
	struct mailbox box;
	u32 n;

	manage(&box, TAKE, most);
	assert_int_equal(execute(driver->device, &box), EMU_OK);
	n = got(&box, PRM_AT(manage_pages_out, output_num_entries));
	assert_true(n <= most);
	for (u32 i = 0; i < n; i++) {
		u64 page = (got(&box, entry(i)) >> 32) - 1;

		assert_int_equal((u32)got(&box, entry(i)), 0);
		assert_true(page < WORLD && driver->given[page]);
		driver->given[page] = false;
	}
	driver->n -= n;
	return n;
}

static void random_amounts_come_back_exactly_as_given(void **unused)
{
	struct driver driver = { .device = enabled_device() };

	(void)unused;
	for (u32 i = 0; i < ROUNDS; i++) {
		if (random_below(2))
			give_some(&driver);
		else
			take_some(&driver, random_below(MOST));
		assert_int_equal(emu_count(driver.device, EMU_PAGES), driver.n);
	}
	while (driver.n)
		assert_true(take_some(&driver, MOST));
	assert_int_equal(take_some(&driver, MOST), 0);
	emu_destroy(driver.device);
}

static void a_running_function_keeps_what_it_runs_on(void **unused)
{
	struct driver driver = { .device = enabled_device() };

	(void)unused;
	while (driver.n < BOOT + INIT)
		give_some(&driver);
	simple(driver.device, PRM_OP_INIT_HCA);
	while (driver.n > BOOT + INIT)
		assert_true(take_some(&driver, MOST));
	assert_int_equal(driver.n, BOOT + INIT);
	assert_int_equal(take_some(&driver, MOST), 0);
	assert_int_equal(take_some(&driver, 1), 0);
	simple(driver.device, PRM_OP_TEARDOWN_HCA);
	assert_int_equal(take_some(&driver, MOST), BOOT + INIT);
	assert_int_equal(emu_count(driver.device, EMU_PAGES), 0);
	emu_destroy(driver.device);
}

static void without_its_pages_a_function_does_not_start(void **unused)
{
	struct emu_device *device = enabled_device();
	struct mailbox box;

	(void)unused;
	assert_int_equal(asked_for(device, 1), BOOT);
	assert_int_equal(asked_for(device, 2), INIT);
	give_from(&box, BOOT + INIT - 1, 4096);
	assert_int_equal(execute(device, &box), EMU_OK);
	command(&box, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in), 16);
	assert_int_equal(execute(device, &box), EMU_BAD_SYS_STATE);
	assert_int_equal(syndrome(&box), EMU_LACKS_PAGES);
	give_from(&box, 1, 1 << 30);
	assert_int_equal(execute(device, &box), EMU_OK);
	simple(device, PRM_OP_INIT_HCA);
	emu_destroy(device);
}

static void a_page_that_is_none_or_here_already_spoils_all(void **unused)
{
	static const u64 bad[] = { 4097, 0x1000, 0x8000 };
	struct emu_device *device = enabled_device();
	struct mailbox box;

	(void)unused;
	give_from(&box, 4, 0x1000);
	assert_int_equal(execute(device, &box), EMU_OK);
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		give_from(&box, 3, 0x7000); /* 0x8000 is among them */
		put(&box, entry(2), bad[i]);
		assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
		assert_int_equal(syndrome(&box), EMU_BAD_VALUE);
		assert_int_equal(emu_count(device, EMU_PAGES), 4);
	}
	emu_destroy(device);
}

static void lengths_agree_with_the_number_of_pages(void **unused)
{
	struct emu_device *device = enabled_device();
	struct mailbox box;

	(void)unused;
	give_from(&box, 4, 0x1000);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), 5);
	assert_int_equal(execute(device, &box), EMU_BAD_INPUT_LEN);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), 0xffffffff);
	assert_int_equal(execute(device, &box), EMU_BAD_INPUT_LEN);
	manage(&box, TAKE, 4);
	put(&box, PRM_AT(manage_pages_in, input_num_entries), 5);
	assert_int_equal(execute(device, &box), EMU_BAD_OUTPUT_LEN);
	manage(&box, TAKE, 4);
	box.in_len += 8;
	assert_int_equal(execute(device, &box), EMU_BAD_INPUT_LEN);
	manage(&box, CANNOT_GIVE, 0);
	box.in_len += 8;
	assert_int_equal(execute(device, &box), EMU_BAD_INPUT_LEN);
	assert_int_equal(emu_count(device, EMU_PAGES), 0);
	emu_destroy(device);
}

static void what_firmware_wants_is_asked_for_until_it_came(void **unused)
{
	struct emu_device *device = device_of(document);
	struct mailbox box;

	(void)unused;
	assert_int_equal(asked_for(device, 3), 0);
	emu_want_pages(device, 7);
	assert_int_equal(asked_for(device, 3), 7);
	give_from(&box, 5, 1 << 20);
	execute(device, &box);
	assert_int_equal(asked_for(device, 3), 2);
	manage(&box, CANNOT_GIVE, 0);
	assert_int_equal(execute(device, &box), EMU_OK);
	assert_int_equal(asked_for(device, 3), 0);
	emu_want_pages(device, -4);
	assert_int_equal(asked_for(device, 3), -4);
	manage(&box, TAKE, 3);
	execute(device, &box);
	assert_int_equal(asked_for(device, 3), -1);
	manage(&box, TAKE, 3);
	execute(device, &box);
	assert_int_equal(asked_for(device, 3), 0);
	emu_destroy(device);
}

static void pages_of_another_function_are_not_managed(void **unused)
{
	struct emu_device *device = device_of(document);
	struct mailbox box;

	(void)unused;
	give_from(&box, 1, 1 << 20);
	put(&box, PRM_AT(manage_pages_in, function_id), 1);
	assert_int_equal(execute(device, &box), EMU_BAD_PARAM);
	assert_int_equal(syndrome(&box), EMU_OTHER_FUNCTION);
	give_from(&box, 1, 1 << 20);
	put(&box, PRM_AT(manage_pages_in, uid), new_uid(device, 4));
	assert_int_equal(execute(device, &box), EMU_BAD_OP);
	assert_int_equal(syndrome(&box), EMU_NEEDS_KERNEL);
	assert_int_equal(emu_count(device, EMU_PAGES), BOOT + INIT);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_amounts_come_back_exactly_as_given),
		cmocka_unit_test(a_running_function_keeps_what_it_runs_on),
		cmocka_unit_test(without_its_pages_a_function_does_not_start),
		cmocka_unit_test(a_page_that_is_none_or_here_already_spoils_all),
		cmocka_unit_test(lengths_agree_with_the_number_of_pages),
		cmocka_unit_test(what_firmware_wants_is_asked_for_until_it_came),
		cmocka_unit_test(pages_of_another_function_are_not_managed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
