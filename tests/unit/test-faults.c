// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Every shipped plan does what its name says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "misbehave/faults.h"
#include "unit.h"

static struct emu_device *device_with(const char *plan)
{
	struct emu_device *device = new_device();
	struct emu_problem problem = { "" };
	struct emu_plan *faults = emu_plan_shipped(plan, &problem);

	if (!faults)
		fail_msg("%s", problem.text);
	assert_int_equal(emu_set_faults(device, faults), 0);
	return device;
}

static void read_mgir(struct mailbox *box)
{
	access_register(box, PRM_REG_MGIR, false, PRM_SIZE(mgir));
}

static void read_general(struct mailbox *box)
{
	command(box, PRM_OP_QUERY_HCA_CAP, PRM_SIZE(query_hca_cap_in),
		PRM_SIZE(query_hca_cap_out));
	put(box, PRM_AT(query_hca_cap_in, op_mod), 1);
}

static void new_pd(struct mailbox *box)
{
	command(box, PRM_OP_ALLOC_PD, 16, 16);
}

/* The same command where nothing is wrong. */
static void truly(const struct mailbox *asked, struct mailbox *answered)
{
	struct emu_device *device = new_device();

	*answered = *asked;
	execute(device, answered);
	emu_destroy(device);
}

static int outcome_of(struct emu_device *device, struct mailbox *box,
		      struct emu_outcome *outcome)
{
	return emu_exec_with(device, NULL, box->in, box->in_len, box->out,
			     box->out_len, outcome);
}

static void caps_toggle(struct emu_device *device)
{
	struct mailbox first, second;

	read_general(&first);
	second = first;
	assert_int_equal(execute(device, &first), 0);
	assert_int_equal(execute(device, &second), 0);
	assert_memory_not_equal(first.out, second.out, first.out_len);
}

static void reserved_are_ones(struct emu_device *device)
{
	struct mailbox box, truth;
	u32 more = 0;

	read_general(&box);
	truly(&box, &truth);
	assert_int_equal(execute(device, &box), 0);
	for (u32 i = 0; i < box.out_len; i++) {
		assert_int_equal(truth.out[i] & ~box.out[i], 0);
		more += box.out[i] != truth.out[i];
	}
	assert_true(more > 100);
}

static void string_does_not_end(struct emu_device *device)
{
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(execute(device, &box), 0);
	assert_non_null(memmem(box.out, box.out_len,
			       "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
			       16));
}

static void is_lost(struct emu_device *device)
{
	struct emu_outcome outcome;
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(outcome_of(device, &box, &outcome), 0);
	assert_int_equal(outcome.lost, 1);
	assert_int_equal(emu_exec(device, box.in, box.in_len, box.out,
				  box.out_len), -ETIMEDOUT);
}

static void is_late(struct emu_device *device)
{
	u64 begun = now_us();
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(execute(device, &box), 0);
	assert_in_range(now_us() - begun, 300000, 5000000);
}

static void is_torn(struct emu_device *device)
{
	struct mailbox box, truth;
	struct emu_outcome outcome;
	static const u8 nothing[PRM_SIZE_mgir];

	read_mgir(&box);
	truly(&box, &truth);
	assert_int_equal(outcome_of(device, &box, &outcome), 0);
	assert_memory_equal(box.out, truth.out, 24);
	assert_memory_equal(box.out + 24, nothing, box.out_len - 24);
	assert_memory_not_equal(truth.out + 24, nothing, box.out_len - 24);
	assert_int_equal(outcome.early, 24);
}

static void is_not_delivered(struct emu_device *device)
{
	struct emu_outcome outcome;
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(outcome_of(device, &box, &outcome), 0);
	assert_int_equal(outcome.delivery, 3);
	assert_int_equal(emu_exec(device, box.in, box.in_len, box.out,
				  box.out_len), -EIO);
}

static void status_is_undefined(struct emu_device *device)
{
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(execute(device, &box), 0xee);
}

static void syndrome_is_random(struct emu_device *device)
{
	struct mailbox box, again;

	read_mgir(&box);
	again = box;
	assert_int_equal(execute(device, &box), 3);
	assert_int_equal(execute(device, &again), 3);
	assert_int_not_equal(syndrome(&box), syndrome(&again));
}

static void success_has_a_syndrome(struct emu_device *device)
{
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(execute(device, &box), 0);
	assert_int_not_equal(syndrome(&box), 0);
}

static void error_has_output(struct emu_device *device)
{
	struct mailbox box, truth;

	read_mgir(&box);
	truly(&box, &truth);
	assert_int_equal(execute(device, &box), 1);
	assert_memory_equal(box.out + 16, truth.out + 16, box.out_len - 16);
}

static void length_lies(struct emu_device *device)
{
	struct mailbox box;
	struct prm_bits size = in_register(PRM_AT(resource_dump, size));

	access_register(&box, PRM_REG_RESOURCE_DUMP, false,
			PRM_SIZE(resource_dump));
	execute(device, &box);
	assert_int_equal(got(&box, size), UINT32_MAX);
}

static void echoes(struct emu_device *device)
{
	struct mailbox box;

	read_mgir(&box);
	assert_int_equal(execute(device, &box), 0);
	assert_memory_equal(box.out + 8, box.in + 8, box.in_len - 8);
}

static void is_stale(struct emu_device *device)
{
	struct mailbox first, second;

	read_mgir(&first);
	assert_int_equal(execute(device, &first), 0);
	access_register(&second, PRM_REG_MFRL, false, PRM_SIZE(mfrl));
	assert_int_equal(execute(device, &second), 0);
	assert_memory_equal(second.out, first.out, second.out_len);
}

static void nothing_is_done(struct emu_device *device)
{
	struct mailbox box;

	new_pd(&box);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(emu_count(device, EMU_PD), 0);
}

static void it_is_done(struct emu_device *device)
{
	struct mailbox box;

	new_pd(&box);
	assert_int_equal(execute(device, &box), 1);
	assert_int_equal(emu_count(device, EMU_PD), 1);
}

static void never_ends(struct emu_device *device)
{
	struct prm_bits more = in_register(PRM_AT(resource_dump, more_dump));
	struct prm_bits number = in_register(PRM_AT(resource_dump, seq_num));
	struct mailbox box;

	for (u32 i = 0; i < 20; i++) {
		access_register(&box, PRM_REG_RESOURCE_DUMP, false,
				PRM_SIZE(resource_dump));
		assert_int_equal(execute(device, &box), 0);
		assert_int_equal(got(&box, more), 1);
		assert_int_equal(got(&box, number), 1);
	}
}

static void uid_is_zero(struct emu_device *device)
{
	assert_int_equal(new_uid(device, 0), 0);
	assert_int_equal(emu_count(device, EMU_UCTX), 1);
}

static void uid_is_taken(struct emu_device *device)
{
	assert_int_equal(new_uid(device, 0), 1);
	assert_int_equal(new_uid(device, 0), 1);
}

static void uid_is_wide(struct emu_device *device)
{
	struct mailbox box;

	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	assert_int_equal(execute(device, &box), 0);
	assert_true(got(&box, (struct prm_bits){ 64, 32 }) > UINT16_MAX);
}

static void cannot_be_destroyed(struct emu_device *device)
{
	u16 uid = new_uid(device, 0);
	struct mailbox box;

	command(&box, PRM_OP_DESTROY_UCTX, PRM_SIZE(destroy_uctx_in), 16);
	put(&box, PRM_AT(destroy_uctx_in, uid), uid);
	assert_int_equal(execute(device, &box), 9);
	assert_int_equal(emu_count(device, EMU_UCTX), 1);
}

static void ids_are_the_same(struct emu_device *device)
{
	struct mailbox first, second;

	new_pd(&first);
	new_pd(&second);
	assert_int_equal(execute(device, &first), 0);
	assert_int_equal(execute(device, &second), 0);
	assert_int_equal(got(&first, PRM_AT(alloc_pd_out, pd)), 5);
	assert_int_equal(got(&second, PRM_AT(alloc_pd_out, pd)), 5);
	assert_int_equal(emu_count(device, EMU_PD), 2);
}

static void answers_differ(struct emu_device *device)
{
	struct mailbox first, second;

	read_mgir(&first);
	second = first;
	assert_int_equal(execute(device, &first), 0);
	assert_int_equal(execute(device, &second), 0);
	assert_memory_not_equal(first.out, second.out, first.out_len);
}

static void refused_write_is_done(struct emu_device *device)
{
	struct prm_bits status = in_register(PRM_AT(paos, admin_status));
	struct mailbox box;

	access_register(&box, PRM_REG_PAOS, true, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 1);
	put(&box, in_register(PRM_AT(paos, ase)), 1);
	put(&box, status, 2);
	assert_int_equal(execute(device, &box), 2);
	access_register(&box, PRM_REG_PAOS, false, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 1);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, status), 2);
}

#define NV(field) in_register(PRM_AT(mnvda, field))
#define LINK_TYPE 0x01010012
#define LINK_DATA (PRM_HEADER_BYTES + PRM_SIZE(config_item) + 3)

static int set_link(struct emu_device *device, u32 type)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MNVDA, true, PRM_SIZE(config_item) + 4);
	put(&box, NV(configuration_item_header__type), LINK_TYPE);
	put(&box, NV(configuration_item_header__length), 4);
	box.in[LINK_DATA] = type << 2;
	return execute(device, &box);
}

static void stops_half_way(struct emu_device *device)
{
	struct mailbox box;

	assert_int_equal(set_link(device, 1), 0);
	assert_int_equal(set_link(device, 2), 1);
	access_register(&box, PRM_REG_MNVDA, false, PRM_SIZE(mnvda));
	put(&box, NV(configuration_item_header__type), LINK_TYPE);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(box.out[LINK_DATA], 1 << 2);
	assert_int_equal(set_link(device, 2), 0);
}

/* For doors that have descriptors: the second command shows it. */
static struct emu_outcome second_outcome(struct emu_device *device)
{
	struct emu_outcome outcome;
	struct mailbox box;

	for (u32 i = 0; i < 2; i++) {
		read_mgir(&box);
		assert_int_equal(outcome_of(device, &box, &outcome), 0);
		assert_int_equal(box.out[0], 0);
		assert_true(i || (outcome.completions == 1 && !outcome.damage &&
				  !outcome.changes && !outcome.slot_xor &&
				  outcome.out_len == UINT32_MAX));
	}
	return outcome;
}

static void completes_twice(struct emu_device *device)
{
	assert_int_equal(second_outcome(device).completions, 2);
}

static void completes_elsewhere(struct emu_device *device)
{
	assert_int_equal(second_outcome(device).slot_xor, 1);
}

static void token_is_bad(struct emu_device *device)
{
	assert_int_equal(second_outcome(device).damage, EMU_BAD_TOKEN);
}

static void out_len_lies(struct emu_device *device)
{
	assert_int_equal(second_outcome(device).out_len, 0xfffffff0);
}

static void changes_later(struct emu_device *device)
{
	assert_int_equal(second_outcome(device).changes, 1);
}

/* Dword `i` of an inline dump of all event queues, or of the menu. */
static u32 dumped(struct emu_device *device, u16 type, u32 i)
{
	struct mailbox box;

	access_register(&box, PRM_REG_RESOURCE_DUMP, false,
			PRM_SIZE(resource_dump));
	put(&box, in_register(PRM_AT(resource_dump, inline_dump)), 1);
	put(&box, in_register(PRM_AT(resource_dump, segment_type)), type);
	if (type != 0xffff)
		put(&box, in_register(PRM_AT(resource_dump, num_of_obj1)),
		    0xffff);
	assert_int_equal(execute(device, &box), 0);
	return got(&box, (struct prm_bits){
		in_register(PRM_AT(resource_dump, inline_data)).offset + i * 32,
		32 });
}

#define CONTENT (36 / 4)	/* after the segments info and command */

static void text_does_not_end(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0xffff, CONTENT + 14), 0x41414141);
}

static void counts_lie(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0xffff, CONTENT + 1), 0xffff);
}

static void dump_is_of_another(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0x1300, 5), 0x10030000);
}

static void segment_overlaps(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0x1300, CONTENT), 0x00021300);
}

static void segment_is_overlong(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0x1300, CONTENT), 0xffff1300);
}

static void segment_has_no_length(struct emu_device *device)
{
	assert_int_equal(dumped(device, 0x1300, CONTENT), 0x00001300);
}

/* Each round of a dump of many, inline; the status of the last one asked. */
static u8 dump_rounds(struct emu_device *device, u32 n, struct mailbox *box)
{
	u8 status = 0;

	access_register(box, PRM_REG_RESOURCE_DUMP, false,
			PRM_SIZE(resource_dump));
	put(box, in_register(PRM_AT(resource_dump, inline_dump)), 1);
	put(box, in_register(PRM_AT(resource_dump, segment_type)), 0xffff);
	for (u32 i = 0; i < n && !status; i++) {
		status = execute(device, box);
		put(box, in_register(PRM_AT(resource_dump, seq_num)),
		    got(box, in_register(PRM_AT(resource_dump, seq_num))));
		put(box, in_register(PRM_AT(resource_dump, device_opaque)),
		    got(box, in_register(PRM_AT(resource_dump,
						device_opaque))));
	}
	return status;
}

static void dump_is_cut(struct emu_device *device)
{
	struct mailbox box;

	assert_int_equal(dump_rounds(device, 1, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(resource_dump, size))),
			 200);
	assert_int_equal(got(&box, in_register(PRM_AT(resource_dump,
						      more_dump))), 0);
}

static void dump_fails(struct emu_device *device)
{
	struct mailbox box;

	assert_int_equal(dump_rounds(device, 3, &box), 0);
	assert_int_equal(execute(device, &box), 1);
	assert_int_equal(syndrome(&box), 0x1234);
}

static void dump_stops(struct emu_device *device)
{
	struct mailbox box;

	assert_int_equal(dump_rounds(device, 3, &box), 0);
	assert_int_equal(emu_exec(device, box.in, box.in_len, box.out,
				  box.out_len), -ETIMEDOUT);
}

static void sequence_stays(struct emu_device *device)
{
	struct mailbox box;

	assert_int_equal(dump_rounds(device, 3, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(resource_dump,
						      seq_num))), 2);
}

static u64 cookie_of_core(struct emu_device *device)
{
	struct mailbox box;

	access_register(&box, PRM_REG_CORE_DUMP, false, PRM_SIZE(core_dump));
	put(&box, in_register(PRM_AT(core_dump, core_dump_type)), 2);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(core_dump, more_dump))),
			 1);
	assert_int_equal(got(&box, in_register(PRM_AT(core_dump, size))), 4096);
	return got(&box, in_register(PRM_AT(core_dump, cookie)));
}

static void core_never_ends(struct emu_device *device)
{
	assert_int_not_equal(cookie_of_core(device), cookie_of_core(device));
}

static void core_repeats(struct emu_device *device)
{
	assert_int_equal(cookie_of_core(device), cookie_of_core(device));
}

static u64 tracer_cap(struct emu_device *device, struct prm_bits at)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MTRC_CAP, false, PRM_SIZE(mtrc_cap));
	assert_int_equal(execute(device, &box), 0);
	return got(&box, in_register(at));
}

static const struct prm_bits first_size = {
	PRM(mtrc_cap, string_db_param__string_db_size)
};

static void string_has_no_end(struct emu_device *device)
{
	/* The database ends in the midst of the first message's string. */
	assert_int_equal(tracer_cap(device, first_size), 84);
}

static void databases_are_too_many(struct emu_device *device)
{
	assert_int_equal(tracer_cap(device, PRM_AT(mtrc_cap, num_string_db)),
			 15);
	assert_int_equal(tracer_cap(device, first_size), 0xffffff);
}

/* Of the first message: a dword of its events, and how many there are. */
static u32 traced(struct emu_device *device, u32 dword, u32 *n)
{
	u8 events[64 * EMU_TRACED_BYTES] = { 0 };
	u64 next = 0;

	*n = emu_traced(device, &next, events, 64);
	return read_bits(events, sizeof(events),
			 (struct prm_bits){ dword * 32, 32 });
}

static void string_is_nowhere(struct emu_device *device)
{
	u32 n;

	assert_int_equal(traced(device, 1, &n), 0xfffffff0);
	assert_int_equal(n, 6);
}

static void events_stop_half_way(struct emu_device *device)
{
	u32 n;

	assert_int_not_equal(traced(device, 1, &n), 0);
	assert_int_equal(n, 2);
}

static void events_are_of_no_message(struct emu_device *device)
{
	u32 n;

	for (u32 i = 0; i < 12; i++)
		assert_int_equal(traced(device, i, &n), 0x00fe0001);
	assert_int_equal(n, 6);
}

static u64 of_health(struct emu_device *device, struct prm_bits at)
{
	u8 buffer[EMU_HEALTH_BYTES];

	emu_health(device, buffer);
	return read_bits(buffer, sizeof(buffer), at);
}

static void is_sick(struct emu_device *device)
{
	struct mailbox box;

	for (u32 i = 0; i < 2; i++) {
		assert_int_equal(of_health(device, PRM_AT(health_buffer, synd)),
				 i * 8);
		access_register(&box, PRM_REG_MPCNT, false, PRM_SIZE(mpcnt));
		assert_int_equal(execute(device, &box), 0);
	}
}

static void stops_at_an_assert(struct emu_device *device)
{
	static const enum emu_reset resets[] = {
		EMU_POWER_CYCLE, EMU_WARM_BOOT, EMU_FUNCTION_LEVEL_RESET,
	};
	const struct prm_bits first = { 0, 32 }, last = { 5 * 32, 32 };
	struct mailbox box;

	access_register(&box, PRM_REG_MPCNT, false, PRM_SIZE(mpcnt));
	for (size_t i = 0; i < ARRAY_SIZE(resets); i++) {
		assert_int_equal(execute(device, &box), 0);
		assert_int_equal(of_health(device, first), 0x71);
		assert_int_equal(of_health(device, last), 0xdeadbeef);
		assert_int_equal(of_health(device, PRM_AT(health_buffer, rfr)), 1);
		assert_int_equal(of_health(device, PRM_AT(health_buffer, valid)), 1);
		emu_reset(device, resets[i]);
		assert_int_equal(of_health(device, last), 0);
	}
}

static void counter_stands(struct emu_device *device)
{
	struct mailbox box;
	u32 counter;

	access_register(&box, PRM_REG_MPCNT, false, PRM_SIZE(mpcnt));
	for (u32 moves = 2; moves--;) {
		counter = emu_health_counter(device);
		usleep(5000);
		assert_int_equal(emu_health_counter(device) != counter, moves);
		assert_int_equal(execute(device, &box), 0);
	}
}

static const struct {
	const char *plan;
	void (*show)(struct emu_device *device);
} shows[] = {
	{ "D06-caps-toggle", caps_toggle },
	{ "D07-reserved-ones", reserved_are_ones },
	{ "D08-string-without-nul", string_does_not_end },
	{ "D11-never-completes", is_lost },
	{ "D12-late", is_late },
	{ "D13-completes-twice", completes_twice },
	{ "D14-other-slot", completes_elsewhere },
	{ "D17-torn", is_torn },
	{ "D19-token", token_is_bad },
	{ "D22-delivery", is_not_delivered },
	{ "D23-status-undefined", status_is_undefined },
	{ "D23-syndrome-random", syndrome_is_random },
	{ "D23-ok-with-syndrome", success_has_a_syndrome },
	{ "D23-error-with-output", error_has_output },
	{ "D24-length-lies", length_lies },
	{ "D24-out-len", out_len_lies },
	{ "D25-echo", echoes },
	{ "D25-stale", is_stale },
	{ "D26-changes", changes_later },
	{ "D28-half-way", stops_half_way },
	{ "D28-no-effect", nothing_is_done },
	{ "D28-no-success", it_is_done },
	{ "D08-dump-text", text_does_not_end },
	{ "D11-dump-stops", dump_stops },
	{ "D23-dump-fails", dump_fails },
	{ "D24-dump-counts", counts_lie },
	{ "D24-dump-cut", dump_is_cut },
	{ "D24-dump-other", dump_is_of_another },
	{ "D24-dump-overlap", segment_overlaps },
	{ "D24-dump-overlong", segment_is_overlong },
	{ "D24-dump-zero", segment_has_no_length },
	{ "D08-trace-no-end", string_has_no_end },
	{ "D24-trace-counts", databases_are_too_many },
	{ "D24-trace-cut", events_stop_half_way },
	{ "D24-trace-pointer", string_is_nowhere },
	{ "D29-trace-strange", events_are_of_no_message },
	{ "D29-core-endless", core_never_ends },
	{ "D29-core-repeats", core_repeats },
	{ "D29-dump-repeats", sequence_stays },
	{ "D29-endless", never_ends },
	{ "D30-uid-zero", uid_is_zero },
	{ "D30-uid-taken", uid_is_taken },
	{ "D30-uid-wide", uid_is_wide },
	{ "D30-destroy-fails", cannot_be_destroyed },
	{ "D31-same-id", ids_are_the_same },
	{ "D47-sick", is_sick },
	{ "D47-assert", stops_at_an_assert },
	{ "D47-counter-stops", counter_stands },
	{ "D56-two-answers", answers_differ },
	{ "D57-permission-lies", refused_write_is_done },
};

static void every_shipped_plan_does_what_it_is_called(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(shows); i++) {
		struct emu_device *device = device_with(shows[i].plan);

		printf("# %s\n", shows[i].plan);
		shows[i].show(device);
		emu_destroy(device);
		assert_non_null(emu_plan_name(i));
	}
	assert_null(emu_plan_name(ARRAY_SIZE(shows)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shipped_plan_does_what_it_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
