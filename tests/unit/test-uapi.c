// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The contract of the system call: V4's to the bit, and ours as promised. */
#include <string.h>

#include "policy.h"
#include "uapi-layout.h"
#include "unit.h"

static void numbers_of_ioctls_are_the_published_ones(void **unused)
{
	(void)unused;
	assert_int_equal(MLX5CTL_IOCTL_INFO, 0x80105c00);
	assert_int_equal(MLX5CTL_IOCTL_CMDRPC, 0xc0185c01);
	assert_int_equal(MLX5CTL_IOCTL_UMEM_REG, 0xc0185c02);
	assert_int_equal(MLX5CTL_IOCTL_UMEM_UNREG, 0xc0085c03);
	assert_int_equal(MLX5CTL_IOCTL_EXPLAIN, 0xc1f85c10);
	assert_int_equal(MLX5CTL_IOCTL_RULES, 0xc0385c11);
	assert_int_equal(MLX5CTL_IOCTL_NARROW, 0xc0085c12);
}

static void classes_and_levels_are_the_judges(void **unused)
{
	(void)unused;
	assert_int_equal(MLX5CTL_CLASS_IDENTIFY, POLICY_IDENTIFY);
	assert_int_equal(MLX5CTL_CLASS_CONFIG_READ, POLICY_CONFIG_READ);
	assert_int_equal(MLX5CTL_CLASS_CONFIG_WRITE, POLICY_CONFIG_WRITE);
	assert_int_equal(MLX5CTL_CLASS_DEBUG_READ, POLICY_DEBUG_READ);
	assert_int_equal(MLX5CTL_CLASS_DEBUG_WRITE, POLICY_DEBUG_WRITE);
	assert_int_equal(MLX5CTL_CLASS_FULL, POLICY_FULL);
	assert_int_equal(MLX5CTL_CLASSES, POLICY_ALL_CLASSES);
	assert_int_equal(MLX5CTL_LOCKDOWN_INTEGRITY, POLICY_LOCKDOWN_INTEGRITY);
	assert_int_equal(MLX5CTL_LOCKDOWN_CONFIDENTIALITY,
			 POLICY_LOCKDOWN_CONFIDENTIALITY);
}

/* Those that follow are never answers of EXPLAIN. */
static void reasons_are_numbered_as_the_judge_numbers_them(void **unused)
{
	static const u32 same[] = {
		[POLICY_ALLOWED] = MLX5CTL_ALLOWED,
		[POLICY_TOO_SHORT] = MLX5CTL_TOO_SHORT,
		[POLICY_UNKNOWN] = MLX5CTL_UNKNOWN,
		[POLICY_OWNED_ELSEWHERE] = MLX5CTL_OWNED_ELSEWHERE,
		[POLICY_IN_LENGTH] = MLX5CTL_IN_LENGTH,
		[POLICY_OUT_LENGTH] = MLX5CTL_OUT_LENGTH,
		[POLICY_RESERVED] = MLX5CTL_RESERVED,
		[POLICY_VALUE] = MLX5CTL_VALUE,
		[POLICY_FOREIGN] = MLX5CTL_FOREIGN,
		[POLICY_OTHER_FUNCTION] = MLX5CTL_OTHER_FUNCTION,
		[POLICY_EXTENT] = MLX5CTL_EXTENT,
		[POLICY_STALE] = MLX5CTL_STALE,
		[POLICY_LABEL] = MLX5CTL_LABEL,
		[POLICY_NARROWED] = MLX5CTL_NARROWED,
	};

	(void)unused;
	for (u32 reason = POLICY_ALLOWED; reason < ARRAY_SIZE(same); reason++)
		assert_int_equal(same[reason], reason);
	assert_int_equal(ARRAY_SIZE(same), POLICY_CAPABILITY);
	assert_int_equal(POLICY_N_REASONS, POLICY_LOCKED_DOWN + 1);
}

#define assert_fits(text, member)					\
	assert_in_range((text) ? strlen(text) : 0, 0,			\
			sizeof(((struct mlx5ctl_explain *)0)->member) - 1)

static void rule_fits(const struct policy_rule *rule)
{
	if (!rule)
		return;
	assert_fits(rule->name, rule);
	assert_fits(rule->owner, owner);
	assert_fits(rule->why, why);
	for (u32 i = 0; i < rule->n_checks; i++)
		assert_fits(rule->checks[i].name, field);
}

static void no_text_of_the_policy_is_cut(void **unused)
{
	u32 tables = 0;

	(void)unused;
	for (; policy_tables[tables]; tables++) {
		const struct policy_table *table = policy_tables[tables];

		assert_fits(table->name, table);
		rule_fits(table->otherwise);
		for (u32 i = 0; i < table->n_rules; i++)
			rule_fits(&table->rules[i]);
	}
	assert_in_range(tables, 10, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_ioctls_are_the_published_ones),
		cmocka_unit_test(classes_and_levels_are_the_judges),
		cmocka_unit_test(reasons_are_numbered_as_the_judge_numbers_them),
		cmocka_unit_test(no_text_of_the_policy_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
