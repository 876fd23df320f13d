// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl diagcnt watch: what the counters are now, again and again. Counters
 * that are named are sampled on demand for as long; then all is as before.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "diagcnt.h"
#include "output.h"
#include "stop.h"
#include "text.h"

#define MOST_SECONDS 86400

struct watch {
	struct sampling sampling;
	u32 interval_ms;
	u64 count;		/* ticks; 0: until it is stopped */
	u64 tick;
	double seconds;		/* since the tick before */
	struct sample before[MOST_COUNTERS];
	struct sample now[MOST_COUNTERS];
	u32 n_before;
	u32 n;			/* of now */
	struct sample_faults faults;
};

/* Numbers of samples go around: later is less than half of them away. */
static bool is_later(u16 a, u16 b)
{
	return (int16_t)(a - b) > 0;
}

/* Of what was read, each counter's latest. */
static void keep_latest(struct watch *watch, const struct reading *reading)
{
	const struct sampling *sampling = &watch->sampling;

	watch->n = 0;
	for (u32 i = 0; i < sampling->n; i++) {
		const struct sample *latest = NULL;

		for (u32 k = 0; k < reading->n; k++) {
			const struct sample *sample = &reading->samples[k];

			if (sample->counter == sampling->ids[i] &&
			    (!latest || is_later(sample->id, latest->id)))
				latest = sample;
		}
		if (latest)
			watch->now[watch->n++] = *latest;
	}
}

static const struct sample *sample_before(const struct watch *watch,
					  u16 counter)
{
	for (u32 i = 0; i < watch->n_before; i++)
		if (watch->before[i].counter == counter)
			return &watch->before[i];
	return NULL;
}

/* On demand, the same sample twice is an answer that was there before. */
static u32 count_stale(const struct watch *watch)
{
	u32 count = 0;

	for (u32 i = 0; watch->sampling.on_demand && i < watch->n; i++) {
		const struct sample *now = &watch->now[i];
		const struct sample *before =
			sample_before(watch, now->counter);

		count += before && before->id == now->id &&
			 before->time == now->time;
	}
	return count != 0;
}

static int read_tick(struct invocation *invocation, struct watch *watch)
{
	u64 lines = (u64)sampling_ring(&watch->sampling) * watch->sampling.n;
	struct reading reading;
	int result;

	result = diagcnt_query_samples(invocation, &watch->sampling, 0,
				       lines < MOST_LINES ? lines : MOST_LINES,
				       &reading);
	if (!result) {
		memcpy(watch->before, watch->now, sizeof(watch->now));
		watch->n_before = watch->n;
		keep_latest(watch, &reading);
		watch->faults = reading.faults;
		watch->faults.missing = watch->sampling.n - watch->n;
		watch->faults.repeated += count_stale(watch);
	}
	free(reading.samples);
	return result;
}

static struct json_object *tick_json(struct invocation *invocation,
				     const struct watch *watch)
{
	struct json_object *tick = json_object_new_object();
	struct json_object *samples = json_object_new_array();

	for (u32 i = 0; i < watch->n; i++) {
		const struct sample *now = &watch->now[i];
		const struct sample *before =
			sample_before(watch, now->counter);
		struct json_object *row = sample_json(now);
		char delta[24];

		snprintf(delta, sizeof(delta), "0x%016" PRIx64,
			 before ? now->value - before->value : 0);
		put_text(row, "delta", before ? delta : NULL);
		put_object(samples, NULL, row);
	}
	put_object(tick, "samples", samples);
	put_faults(invocation, tick, &watch->faults);
	return tick;
}

/* A rate, in seconds of this machine: those of the device go around soon. */
static struct json_object *row_for_people(const struct watch *watch, u32 i)
{
	const struct sample *now = &watch->now[i];
	const struct sample *before = sample_before(watch, now->counter);
	struct json_object *row = json_object_new_object();
	char text[32];

	put_counter(row, now->counter);
	snprintf(text, sizeof(text), "%" PRIu64, now->value);
	put_text(row, "value", text);
	snprintf(text, sizeof(text), "%.0f",
		 before && watch->seconds > 0 ?
		 (double)(now->value - before->value) / watch->seconds : 0);
	put_text(row, "rate", before && watch->seconds > 0 ? text : NULL);
	return row;
}

static void show_tick(struct invocation *invocation, const struct watch *watch,
		      struct json_object *tick)
{
	static const struct column columns[] = {
		{ "COUNTER", "counter.value", .is_hex = true, .is_right = true },
		{ "VALUE", "value", .is_right = true },
		{ "PER SECOND", "rate", .is_right = true },
		{ "NAME", "counter.name" },
		{ NULL },
	};
	struct json_object *rows = json_object_new_array();
	const char *problem = get_text(tick, "problem");

	for (u32 i = 0; i < watch->n; i++)
		put_object(rows, NULL, row_for_people(watch, i));
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	else if (watch->tick)
		putchar('\n');
	print_table(rows, columns);
	json_object_put(rows);
	if (problem[0])
		output_note(invocation, "mlx5ctl: incomplete: %s", problem);
}

/* False: nobody reads it any more. */
static bool say_tick(struct invocation *invocation, const struct watch *watch)
{
	struct json_object *tick = tick_json(invocation, watch);

	if (invocation->output == OUTPUT_JSON)
		put_object(invocation->data, NULL, json_object_get(tick));
	else if (invocation->output == OUTPUT_JSONL)
		output_line(invocation, tick);
	else
		show_tick(invocation, watch, tick);
	json_object_put(tick);
	return output_flush();
}

static int watch_ticks(struct invocation *invocation, struct watch *watch)
{
	double due = stop_clock();
	double last = due;
	int result = 0;

	invocation->data = json_object_new_array();
	while (!stop_is_asked()) {
		double now = stop_clock();

		watch->seconds = now - last;
		last = now;
		result = read_tick(invocation, watch);
		if (result || !say_tick(invocation, watch))
			return result;
		if (++watch->tick == watch->count)
			return 0;
		due += watch->interval_ms / 1000.0;
		stop_wait_until(due);
	}
	invocation->status = EXIT_INTERRUPTED;
	return 0;
}

static int take_options(struct invocation *invocation, struct watch *watch)
{
	const char *interval = option_value(invocation, "interval");
	double seconds = 1;
	char *end = NULL;

	if (option_number(invocation, "count", UINT32_MAX, &watch->count))
		return -1;
	if (interval)
		seconds = strtod(interval, &end);
	if (interval && (!*interval || *end || !(seconds >= 0) ||
			 seconds > MOST_SECONDS))
		return fail_usage(invocation, "bad-number", NULL,
				  "--interval takes seconds, from 0 to %d, not '%.40s'",
				  MOST_SECONDS, interval);
	watch->interval_ms = seconds * 1000;
	return 0;
}

/* To sample the named counters on demand; checked before it is sent. */
static int take_over(struct invocation *invocation, struct watch *watch)
{
	struct counter_offer offer;
	int result = diagcnt_query_offer(invocation, &offer);

	if (result)
		return result;
	watch->sampling.single = offer.single;
	if (diagcnt_check(invocation, &offer, &watch->sampling))
		return -1;
	return diagcnt_send_sampling(invocation, &watch->sampling);
}

/* As it was before. What went wrong first is what is reported. */
static int give_back(struct invocation *invocation,
		     const struct sampling *before)
{
	const struct sampling none = { .clear = true };
	struct failure failure = invocation->failure;
	int result;

	invocation->failure.happened = false;
	result = diagcnt_send_sampling(invocation,
				       before->enable ? before : &none);
	if (failure.happened)
		invocation->failure = failure;
	return result;
}

static int watch_named(struct invocation *invocation, struct watch *watch)
{
	struct sampling before;
	int result;

	if (option_given(invocation, "dry-run"))
		return diagcnt_send_sampling(invocation, &watch->sampling);
	result = diagcnt_query_sampling(invocation, &before);
	if (!result && before.n != before.n_said)
		return fail(invocation, EXIT_FINDING, "not-whole", NULL,
			    "the device says that it samples %u counters, and names %u: that could not be restored",
			    before.n_said, before.n);
	if (!result)
		result = take_over(invocation, watch);
	if (result)
		return result;
	result = watch_ticks(invocation, watch);
	return give_back(invocation, &before) || result ? -1 : 0;
}

int run_diagcnt_watch(struct invocation *invocation)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	int result = -1;

	if (!watch)
		return fail_memory(invocation);
	watch->sampling.enable = true;
	watch->sampling.on_demand = true;
	if (take_options(invocation, watch) ||
	    diagcnt_take_counters(invocation, invocation->words,
				  invocation->n_words, &watch->sampling))
		goto free_watch;
	stop_catch();
	if (invocation->n_words) {
		result = watch_named(invocation, watch);
	} else {
		result = diagcnt_query_running(invocation, &watch->sampling);
		if (!result)
			result = watch_ticks(invocation, watch);
	}
free_watch:
	free(watch);
	return result < 0 ? -1 : 0;
}

/* All of it was shown when it came. */
void show_diagcnt_watch(struct invocation *invocation)
{
	(void)invocation;
}
