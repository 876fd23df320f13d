// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Bit access against a slow reference, and the lookups of the vocabulary. */
#include <string.h>

#include "unit.h"

#define BYTES 24

/* One bit at a time, from the first on the wire. */
static bool reference_bit(const u8 *bytes, u32 bit)
{
	return bytes[bit / 8] & 0x80 >> bit % 8;
}

static u64 reference_get(const u8 *bytes, struct prm_bits at)
{
	u64 value = 0;

	for (u32 i = 0; i < at.width; i++)
		value = value * 2 + reference_bit(bytes, at.offset + i);
	return value;
}

static void reference_set(u8 *bytes, struct prm_bits at, u64 value)
{
	for (u32 i = at.width; i-- > 0; value /= 2) {
		u8 mask = 0x80 >> (at.offset + i) % 8;

		if (value % 2)
			bytes[(at.offset + i) / 8] |= mask;
		else
			bytes[(at.offset + i) / 8] &= ~mask;
	}
}

static struct prm_bits random_run(void)
{
	struct prm_bits at = { .width = 1 + random_below(64) };

	at.offset = random_below(BYTES * 8 - at.width + 1);
	return at;
}

static u64 random_value(struct prm_bits at)
{
	u64 value = random_number();

	return at.width < 64 ? value & (((u64)1 << at.width) - 1) : value;
}

static void reading_agrees_with_reading_bit_by_bit(void **unused)
{
	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct prm_bits at = random_run();
		u8 bytes[BYTES];
		u64 value;

		random_bytes(bytes, sizeof(bytes));
		assert_true(prm_get(bytes, sizeof(bytes), at, &value));
		assert_int_equal(value, reference_get(bytes, at));
	}
}

static void writing_changes_the_run_and_nothing_else(void **unused)
{
	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct prm_bits at = random_run();
		u64 value = random_value(at);
		u8 bytes[BYTES], expected[BYTES];

		random_bytes(bytes, sizeof(bytes));
		memcpy(expected, bytes, sizeof(bytes));
		reference_set(expected, at, value);
		assert_true(prm_set(bytes, sizeof(bytes), at, value));
		assert_memory_equal(bytes, expected, sizeof(bytes));
	}
}

static void a_run_past_the_end_is_refused_and_touches_nothing(void **unused)
{
	u8 bytes[BYTES] = { 0 }, zeros[BYTES] = { 0 };
	u64 value = 7;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		u32 len = random_below(BYTES);
		struct prm_bits at = random_run();
		bool fits = at.offset + at.width <= len * 8;

		assert_int_equal(prm_get(bytes, len, at, &value), fits);
		if (!fits)
			assert_false(prm_set(bytes, len, at, 1));
		assert_memory_equal(bytes, zeros, sizeof(bytes));
	}
	assert_false(prm_get(bytes, BYTES, (struct prm_bits){ UINT32_MAX, 32 },
			     &value));
	assert_false(prm_get(bytes, BYTES, (struct prm_bits){ 0, 0 }, &value));
	assert_false(prm_get(bytes, BYTES, (struct prm_bits){ 0, 65 }, &value));
}

static void a_value_wider_than_its_run_is_refused(void **unused)
{
	u8 bytes[BYTES] = { 0 }, zeros[BYTES] = { 0 };

	(void)unused;
	for (u32 width = 1; width < 64; width++) {
		struct prm_bits at = { 3, width };

		assert_false(prm_set(bytes, BYTES, at, (u64)1 << width));
		assert_memory_equal(bytes, zeros, BYTES);
		assert_true(prm_set(bytes, BYTES, at, ((u64)1 << width) - 1));
		memset(bytes, 0, BYTES);
	}
}

static void the_first_set_bit_is_found(void **unused)
{
	(void)unused;
	for (int i = 0; i < 20000; i++) {
		u8 bytes[BYTES] = { 0 };
		u32 from = random_below(BYTES * 8), to, expected;

		to = from + random_below(BYTES * 8 - from + 1);
		for (u32 n = random_below(4); n; n--)
			reference_set(bytes, (struct prm_bits){
				random_below(BYTES * 8), 1 }, 1);
		for (expected = from; expected < to; expected++)
			if (reference_bit(bytes, expected))
				break;
		assert_int_equal(prm_first_set(bytes, from, to), expected);
	}
}

static void every_command_is_found_by_its_number_and_name(void **unused)
{
	(void)unused;
	assert_true(prm_n_commands > 50);
	for (u32 i = 0; i < prm_n_commands; i++) {
		const struct prm_command *row = &prm_commands[i];

		assert_ptr_equal(prm_command_by_opcode(row->opcode), row);
		assert_ptr_equal(prm_command_by_name(row->name), row);
	}
	assert_null(prm_command_by_opcode(0xffff));
	assert_null(prm_command_by_name("NO_SUCH_COMMAND"));
}

static void every_register_is_found_whatever_the_case_of_its_name(void **unused)
{
	(void)unused;
	assert_true(prm_n_registers > 50);
	for (u32 i = 0; i < prm_n_registers; i++) {
		const struct prm_register *row = &prm_registers[i];

		assert_ptr_equal(prm_register_by_id(row->id), row);
		assert_ptr_equal(prm_register_by_name(row->name), row);
		assert_ptr_equal(prm_register_by_name(row->layout->name), row);
	}
	assert_null(prm_register_by_id(0xffff));
	assert_null(prm_register_by_name("paosx"));
	assert_null(prm_register_by_name("pao"));
}

static void positions_are_those_that_the_schema_writes(void **unused)
{
	const struct prm_bits oper = PRM_AT(paos, oper_status);
	const struct prm_bits admin = PRM_AT(paos, admin_status);
	const struct prm_bits ase = PRM_AT(paos, ase);

	(void)unused;
	assert_int_equal(prm_dword_of(oper), 0);
	assert_int_equal(prm_bit_of(oper), 0);
	assert_int_equal(prm_bit_of(admin), 8);
	assert_int_equal(prm_dword_of(ase), 4);
	assert_int_equal(prm_bit_of(ase), 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_agrees_with_reading_bit_by_bit),
		cmocka_unit_test(writing_changes_the_run_and_nothing_else),
		cmocka_unit_test(a_run_past_the_end_is_refused_and_touches_nothing),
		cmocka_unit_test(a_value_wider_than_its_run_is_refused),
		cmocka_unit_test(the_first_set_bit_is_found),
		cmocka_unit_test(every_command_is_found_by_its_number_and_name),
		cmocka_unit_test(every_register_is_found_whatever_the_case_of_its_name),
		cmocka_unit_test(positions_are_those_that_the_schema_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
