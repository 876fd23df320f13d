// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Diagnostic counters: what may be set, and what a device then samples. */
#include <stdio.h>
#include <string.h>

#include "syndromes.h"
#include "unit.h"

#define KHZ 1024		/* a period of 2^10 clocks is a millisecond */
#define MOST_LOG 6		/* the buffer has 64 samples of a counter */
#define CONTEXT(field)							\
	PRM_AT(set_diagnostic_params_in, diagnostic_params_context__##field)
#define PARAMS(field)							\
	PRM_AT(query_diagnostic_params_out, diagnostic_params_context__##field)

static const struct counter {
	u16 id;
	bool sync;
	u64 value;
	u32 per_second;
} counters[] = {
	{ 0x0401, true, 0xfffffffffffffff0, 7000 },
	{ 0x0402, true, 0x1ffffffff, 1000000 },
	{ 0x0801, false, 5, 4000000000u },
	{ 0x2006, true, 0, 0 },
};

static u64 now_ms;

static u64 hand_clock(void *context)
{
	(void)context;
	return now_ms;
}

/* `sampling` is a member more of the section, or "". */
static struct emu_device *device_with(const char *caps, const char *sampling)
{
	struct emu_device *device;
	char text[2048];
	int used;

	used = sprintf(text, "{\"mlx5ctl_personality\": 1, \"name\": \"test\","
		" \"device\": {}, \"capabilities\": {\"GENERAL\": {\"current\":"
		" {\"debug\": 1, \"device_frequency_khz\": %u}}, \"DEBUG\":"
		" {\"current\": {%s\"log_max_samples\": %u,"
		" \"log_min_sample_period\": 4}}}, \"registers\": {},"
		" \"diagnostics\": {\"counters\": [", KHZ, caps, MOST_LOG);
	for (u32 i = 0; i < ARRAY_SIZE(counters); i++)
		used += sprintf(text + used, "%s{\"id\": %u, \"sync\": %u,"
				" \"value\": \"0x%llx\", \"per_second\": %u}",
				i ? "," : "", counters[i].id, counters[i].sync,
				(unsigned long long)counters[i].value,
				counters[i].per_second);
	sprintf(text + used, "]%s}}", sampling);
	device = device_of(text);
	now_ms = 1000;
	emu_set_clock(device, hand_clock, NULL);
	return device;
}

static struct emu_device *new_sampler(void)
{
	return device_with("\"single\": 1, \"repetitive\": 1, ", "");
}

struct way {
	bool single, repetitive, sync, clear, on_demand;
	u32 log_samples, log_period;
	u32 n;
	u32 ids[ARRAY_SIZE(counters)];
};

static void compose(struct mailbox *box, const struct way *way)
{
	command(box, PRM_OP_SET_DIAGNOSTIC_PARAMS, 32 + 4 * way->n, 16);
	put(box, CONTEXT(enable), 1);
	put(box, CONTEXT(single), way->single);
	put(box, CONTEXT(repetitive), way->repetitive);
	put(box, CONTEXT(sync), way->sync);
	put(box, CONTEXT(clear), way->clear);
	put(box, CONTEXT(on_demand), way->on_demand);
	put(box, CONTEXT(log_num_of_samples), way->log_samples);
	put(box, CONTEXT(log_sample_period), way->log_period);
	put(box, CONTEXT(num_of_counters), way->n);
	for (u32 i = 0; i < way->n; i++)
		put(box, (struct prm_bits){ (32 + 4 * i) * 8, 32 },
		    way->ids[i]);
}

static u32 set(struct emu_device *device, const struct way *way)
{
	struct mailbox box;

	compose(&box, way);
	execute(device, &box);
	return syndrome(&box);
}

struct sample {
	u16 counter, id;
	u32 time;
	u64 value;
};

/* 0, or the syndrome; `n` samples where the outbox ends. */
static u32 query(struct emu_device *device, u32 asked, u32 first, u32 n,
		 struct sample *samples)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_DIAGNOSTIC_COUNTERS, 16, 16 + 16 * n);
	put(&box, PRM_AT(query_diagnostic_counters_in, num_of_samples), asked);
	put(&box, PRM_AT(query_diagnostic_counters_in, sample_index), first);
	execute(device, &box);
	for (u32 i = 0; i < n; i++) {
		const u32 at = (16 + 16 * i) * 8;

		samples[i] = (struct sample){
			.counter = got(&box, (struct prm_bits){ at, 16 }),
			.id = got(&box, (struct prm_bits){ at + 16, 16 }),
			.time = got(&box, (struct prm_bits){ at + 32, 32 }),
			.value = got(&box, (struct prm_bits){ at + 64, 64 }),
		};
	}
	return syndrome(&box);
}

static void the_capabilities_list_the_counters(void **unused)
{
	struct emu_device *device = new_sampler();
	struct mailbox box;

	(void)unused;
	for (u32 maximum = 0; maximum < 2; maximum++) {
		command(&box, PRM_OP_QUERY_HCA_CAP, 16, 16 + 4096);
		put(&box, PRM_AT(query_hca_cap_in, op_mod), !maximum);
		assert_int_equal(execute(device, &box), 0);
		assert_int_equal(got(&box, (struct prm_bits){
			(16 + 0x50) * 8, 16 }), ARRAY_SIZE(counters));
		command(&box, PRM_OP_QUERY_HCA_CAP, 16, 16 + 4096);
		put(&box, PRM_AT(query_hca_cap_in, op_mod), 0xd << 1 | !maximum);
		assert_int_equal(execute(device, &box), 0);
		for (u32 i = 0; i < ARRAY_SIZE(counters); i++)
			assert_int_equal(got(&box, (struct prm_bits){
				(16 + 0x40 + 4 * i) * 8, 32 }),
				(u32)counters[i].sync << 31 | counters[i].id);
	}
	emu_destroy(device);
}

/* Every rule, each broken alone. */
static const struct {
	const char *rule;
	struct way way;
	u32 syndrome;
} ways[] = {
	{ "single", { .single = true, .log_samples = 4, .log_period = 10,
		      .n = 2, .ids = { 0x401, 0x801 } }, 0 },
	{ "on demand needs no period", { .on_demand = true, .n = 1,
					 .ids = { 0x401 } }, 0 },
	{ "single and on demand", { .single = true, .on_demand = true,
				    .n = 1, .ids = { 0x401 } }, 0 },
	{ "the whole buffer", { .repetitive = true, .log_samples = 4,
		.log_period = 35, .n = 4,
		.ids = { 0x401, 0x402, 0x801, 0x2006 } }, 0 },
	{ "no way at all", { .n = 1, .log_period = 10, .ids = { 0x401 } },
	  EMU_BAD_VALUE },
	{ "single and repetitive", { .single = true, .repetitive = true,
		.log_period = 10, .n = 1, .ids = { 0x401 } }, EMU_BAD_VALUE },
	{ "repetitive and on demand", { .repetitive = true, .on_demand = true,
		.log_period = 10, .n = 1, .ids = { 0x401 } }, EMU_BAD_VALUE },
	{ "sync and on demand", { .on_demand = true, .sync = true, .n = 1,
				  .ids = { 0x401 } }, EMU_BAD_VALUE },
	{ "clear and no sync", { .single = true, .clear = true,
		.log_period = 10, .n = 1, .ids = { 0x401 } }, EMU_BAD_VALUE },
	{ "sync of one that cannot", { .single = true, .sync = true,
		.log_period = 10, .n = 2, .ids = { 0x401, 0x801 } },
	  EMU_UNOFFERED_OPTION },
	{ "no counter", { .single = true, .log_period = 10 }, EMU_BAD_VALUE },
	{ "an unknown counter", { .single = true, .log_period = 10, .n = 1,
				  .ids = { 0x403 } }, EMU_UNKNOWN_INSTANCE },
	{ "a counter twice", { .single = true, .log_period = 10, .n = 2,
			       .ids = { 0x401, 0x401 } }, EMU_BAD_VALUE },
	{ "a number over 16 bits", { .single = true, .log_period = 10, .n = 1,
				     .ids = { 0x10401 } }, EMU_RESERVED_FIELD },
	{ "more than the buffer", { .single = true, .log_samples = 5,
		.log_period = 10, .n = 3, .ids = { 0x401, 0x402, 0x801 } },
	  EMU_OVER_MAXIMUM },
	{ "a shorter period", { .single = true, .log_period = 3, .n = 1,
				.ids = { 0x401 } }, EMU_BAD_VALUE },
	{ "a longer period", { .single = true, .log_period = 36, .n = 1,
			       .ids = { 0x401 } }, EMU_BAD_VALUE },
};

static void each_rule_of_setting_is_enforced(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample sample;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(ways); i++) {
		u32 got = set(device, &ways[i].way);

		if (got != ways[i].syndrome)
			fail_msg("%s: 0x%x", ways[i].rule, got);
		/* What is refused leaves all as it was. */
		assert_int_equal(query(device, 1, 0, 1, &sample), 0);
	}
	emu_destroy(device);
}

static void a_buffer_is_never_endless(void **unused)
{
	struct emu_device *device = device_of(
		"{\"mlx5ctl_personality\": 1, \"name\": \"test\", \"device\": {},"
		" \"capabilities\": {\"GENERAL\": {\"current\": {\"debug\": 1}},"
		" \"DEBUG\": {\"current\": {\"single\": 1,"
		" \"log_max_samples\": 255}}}, \"registers\": {},"
		" \"diagnostics\": {\"counters\": [{\"id\": 1}]}}");
	struct way way = { .single = true, .log_samples = 31, .n = 1,
			   .ids = { 1 } };

	(void)unused;
	assert_int_equal(set(device, &way), 0);
	way.log_samples = 32;
	assert_int_equal(set(device, &way), EMU_OVER_MAXIMUM);
	emu_destroy(device);
}

static void a_mode_that_is_not_offered_is_refused(void **unused)
{
	struct emu_device *device = device_with("", "");
	struct way way = { .single = true, .log_period = 10, .n = 1,
			   .ids = { 0x401 } };

	(void)unused;
	assert_int_equal(set(device, &way), EMU_UNOFFERED_OPTION);
	way.single = false;
	way.repetitive = true;
	assert_int_equal(set(device, &way), EMU_UNOFFERED_OPTION);
	way.repetitive = false;
	way.on_demand = true;
	assert_int_equal(set(device, &way), 0);
	emu_destroy(device);
}

static void a_list_is_as_long_as_its_count_says(void **unused)
{
	struct emu_device *device = new_sampler();
	struct mailbox box;

	(void)unused;
	for (int more = -4; more <= 4; more += 4) {
		compose(&box, &ways[0].way);
		box.in_len += more;
		assert_int_equal(execute(device, &box),
				 more ? EMU_BAD_INPUT_LEN : 0);
	}
	emu_destroy(device);
}

static void what_was_set_can_be_read(void **unused)
{
	struct emu_device *device = new_sampler();
	struct mailbox in, out;

	(void)unused;
	compose(&in, &(struct way){ .repetitive = true, .sync = true,
		.clear = true, .log_samples = 3, .log_period = 12, .n = 3,
		.ids = { 0x2006, 0x401, 0x402 } });
	assert_int_equal(execute(device, &in), 0);
	command(&out, PRM_OP_QUERY_DIAGNOSTIC_PARAMS, 16, 32 + 4 * 3);
	assert_int_equal(execute(device, &out), 0);
	assert_memory_equal(out.out + 8, in.in + 8, 24 + 4 * 3);
	/* Cut where the outbox ends. */
	out.out_len = 32 + 4;
	assert_int_equal(execute(device, &out), 0);
	assert_int_equal(got(&out, PARAMS(num_of_counters)), 3);
	emu_destroy(device);
}

static u64 ms_of(u64 clocks)
{
	return clocks / KHZ;
}

/* Whole milliseconds only: the tests' periods are some of them. */
static u64 expected(u32 counter, u64 ms)
{
	return counters[counter].value +
	       (u64)counters[counter].per_second * ms / 1000;
}

static void a_single_round_fills_the_ring_once(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample samples[2 * 8];

	(void)unused;
	now_ms += 10;
	assert_int_equal(set(device, &(struct way){ .single = true,
		.log_samples = 3, .log_period = 11, .n = 2,
		.ids = { 0x402, 0x801 } }), 0);
	for (u32 passed = 0; passed < 40; passed++, now_ms++) {
		assert_int_equal(query(device, 8, 0, 16, samples), 0);
		for (u32 i = 0; i < 16; i++) {
			u32 slot = i / 2;
			bool taken = passed >= 2 * (slot + 1);
			u64 ms = 10 + 2 * (slot + 1);

			assert_int_equal(samples[i].id, taken ? slot + 1 : 0);
			if (!taken)
				continue;
			assert_int_equal(samples[i].counter,
					 i % 2 ? 0x801 : 0x402);
			assert_int_equal(ms_of(samples[i].time), ms);
			assert_true(samples[i].value ==
				    expected(1 + i % 2, ms));
		}
	}
	emu_destroy(device);
}

static void a_ring_wraps_and_keeps_the_latest(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample samples[8];

	(void)unused;
	assert_int_equal(set(device, &(struct way){ .repetitive = true,
		.log_samples = 3, .log_period = 10, .n = 1,
		.ids = { 0x401 } }), 0);
	for (u32 round = 0; round < 50; round++) {
		u32 first = random_below(8);
		u32 taken;

		now_ms += random_below(20000);
		taken = now_ms - 1000;
		assert_int_equal(query(device, 8, first, 8, samples), 0);
		for (u32 i = 0; i < 8; i++) {
			u32 slot = (first + i) % 8;
			u32 latest = taken - (taken - 1 - slot) % 8;

			if (taken < 8)
				break;
			assert_int_equal(samples[i].id, latest & 0xffff);
			assert_true(samples[i].value == expected(0, latest));
			assert_int_equal(samples[i].time,
					 (u32)(latest * KHZ));
		}
	}
	assert_int_equal(query(device, 1, 8, 1, samples), EMU_BAD_VALUE);
	emu_destroy(device);
}

static void on_demand_is_now_and_when_asked(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample samples[3];

	(void)unused;
	assert_int_equal(set(device, &(struct way){ .single = true,
		.on_demand = true, .n = 2, .ids = { 0x401, 0x402 } }), 0);
	for (u32 i = 1; i < 20; i++) {
		now_ms += 1 + random_below(5000);
		assert_int_equal(query(device, 2, 0, 3, samples), 0);
		for (u32 k = 0; k < 2; k++) {
			assert_int_equal(samples[k].counter, 0x401 + k);
			assert_int_equal(samples[k].id, i);
			assert_true(samples[k].value ==
				    expected(k, now_ms - 1000));
		}
		/* There is one sample, whatever is asked for. */
		assert_int_equal(samples[2].counter, 0);
	}
	assert_int_equal(query(device, 1, 1, 1, samples), EMU_BAD_VALUE);
	emu_destroy(device);
}

static void synchronized_counters_begin_at_zero(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample samples[8];

	(void)unused;
	for (u32 clear = 0; clear < 2; clear++) {
		now_ms += 123;
		assert_int_equal(set(device, &(struct way){ .single = true,
			.sync = true, .clear = clear, .log_samples = 3,
			.log_period = 10, .n = 1, .ids = { 0x401 } }), 0);
		now_ms += 8;
		assert_int_equal(query(device, 8, 0, 8, samples), 0);
		for (u32 i = 0; i < 8; i++)
			assert_int_equal(samples[i].value,
					 7 * (clear ? 1 : i + 1));
	}
	emu_destroy(device);
}

static void an_answer_ends_where_the_outbox_does(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample whole[6], part[6];

	(void)unused;
	assert_int_equal(set(device, &(struct way){ .single = true,
		.log_samples = 1, .log_period = 10, .n = 3,
		.ids = { 0x401, 0x402, 0x801 } }), 0);
	now_ms += 5;
	assert_int_equal(query(device, 2, 0, 6, whole), 0);
	for (u32 n = 0; n < 6; n++) {
		assert_int_equal(query(device, 2, 0, n, part), 0);
		assert_memory_equal(part, whole, n * sizeof(*part));
	}
	emu_destroy(device);
}

static void nothing_is_sampled_before_it_is_asked_for_or_after(void **unused)
{
	struct emu_device *device = new_sampler();
	struct sample sample;
	struct mailbox box;

	(void)unused;
	assert_int_equal(query(device, 1, 0, 1, &sample), EMU_NOT_SAMPLING);
	assert_int_equal(set(device, &ways[0].way), 0);
	assert_int_equal(query(device, 1, 0, 1, &sample), 0);
	command(&box, PRM_OP_SET_DIAGNOSTIC_PARAMS, 32, 16);
	put(&box, CONTEXT(clear), 1);
	put(&box, CONTEXT(log_num_of_samples), 0xff);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(query(device, 1, 0, 1, &sample), EMU_NOT_SAMPLING);
	assert_int_equal(set(device, &ways[0].way), 0);
	emu_reset(device, EMU_WARM_BOOT);
	assert_int_equal(query(device, 1, 0, 1, &sample), 0);
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	assert_int_equal(execute(device, &box), 0);
	command(&box, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in), 16);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(query(device, 1, 0, 1, &sample), EMU_NOT_SAMPLING);
	emu_destroy(device);
}

static void a_personality_may_be_sampling(void **unused)
{
	struct emu_device *device = device_with("\"repetitive\": 1, ",
		", \"sampling\": {\"counters\": [\"0x801\"], \"context\":"
		" {\"repetitive\": 1, \"enable\": 1, \"log_sample_period\": 10,"
		" \"log_num_of_samples\": 2}}");
	struct sample sample;

	(void)unused;
	now_ms += 4;
	assert_int_equal(query(device, 1, 3, 1, &sample), 0);
	assert_int_equal(sample.counter, 0x801);
	assert_int_equal(sample.id, 4);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_capabilities_list_the_counters),
		cmocka_unit_test(each_rule_of_setting_is_enforced),
		cmocka_unit_test(a_buffer_is_never_endless),
		cmocka_unit_test(a_mode_that_is_not_offered_is_refused),
		cmocka_unit_test(a_list_is_as_long_as_its_count_says),
		cmocka_unit_test(what_was_set_can_be_read),
		cmocka_unit_test(a_single_round_fills_the_ring_once),
		cmocka_unit_test(a_ring_wraps_and_keeps_the_latest),
		cmocka_unit_test(on_demand_is_now_and_when_asked),
		cmocka_unit_test(synchronized_counters_begin_at_zero),
		cmocka_unit_test(an_answer_ends_where_the_outbox_does),
		cmocka_unit_test(nothing_is_sampled_before_it_is_asked_for_or_after),
		cmocka_unit_test(a_personality_may_be_sampling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
