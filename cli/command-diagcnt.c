// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl diagcnt cap, param, dump: counters, sampling, and samples. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "diagcnt.h"
#include "number.h"
#include "output.h"
#include "text.h"

static void put_offer(struct invocation *invocation,
		      const struct counter_offer *offer)
{
	struct json_object *data = json_object_new_object();
	struct json_object *counters = json_object_new_array();
	char problem[128];

	put_number(data, "num_of_diagnostic_counters", offer->n_said);
	put_bool(data, "single", offer->single);
	put_bool(data, "repetitive", offer->repetitive);
	put_number(data, "log_max_samples", offer->log_max_samples);
	put_number(data, "log_min_sample_period", offer->log_min_period);
	put_number(data, "device_frequency_khz", offer->khz);
	for (u32 i = 0; i < offer->n; i++) {
		const struct counter_name *known = counter_known(offer->ids[i]);
		struct json_object *row = json_object_new_object();

		put_counter(row, offer->ids[i]);
		put_bool(row, "sync", offer->can_sync[i]);
		put_text(row, "unit", known ? known->unit : NULL);
		put_text(row, "what", known ? known->what : NULL);
		put_object(counters, NULL, row);
	}
	put_object(data, "counters", counters);
	snprintf(problem, sizeof(problem),
		 "the device says that it has %u counters, and names %u",
		 offer->n_said, offer->n);
	put_problem(invocation, data,
		    offer->n == offer->n_said ? NULL : problem);
	invocation->data = data;
}

int run_diagcnt_cap(struct invocation *invocation)
{
	struct counter_offer offer;
	int result = diagcnt_query_offer(invocation, &offer);

	if (!result)
		put_offer(invocation, &offer);
	return result < 0 ? -1 : 0;
}

/* A problem is for people to see, too, and no part of the table. */
static void note_problem(struct invocation *invocation)
{
	const char *problem = get_text(invocation->data, "problem");

	if (problem[0])
		output_note(invocation, "mlx5ctl: incomplete: %s", problem);
}

static void show_flags(struct json_object *data, const char *const *flags)
{
	for (; *flags; flags++)
		printf("%-27s  %s\n", *flags,
		       get_bool(data, *flags) ? "yes" : "no");
}

/* 2^log clocks, in what people count. */
static void show_clocks(const char *label, struct json_object *data,
			const char *key)
{
	u64 khz = get_number(data, "device_frequency_khz");
	u64 log = get_number(data, key);

	printf("%-27s  2^%" PRIu64 " clocks", label, log);
	if (khz && log < 64)
		printf(", %.9g us", (double)((u64)1 << log) * 1000 / khz);
	putchar('\n');
}

void show_diagcnt_cap(struct invocation *invocation)
{
	static const char *const flags[] = { "single", "repetitive", NULL };
	static const struct column columns[] = {
		{ "COUNTER", "counter.value", .is_hex = true, .is_right = true },
		{ "SYNC", "sync" },
		{ "NAME", "counter.name" },
		{ "UNIT", "unit" },
		{ "WHAT", "what" },
		{ NULL },
	};
	struct json_object *data = invocation->data;

	printf("%-27s  %" PRIu64 "\n", "num_of_diagnostic_counters",
	       get_number(data, "num_of_diagnostic_counters"));
	show_flags(data, flags);
	printf("%-27s  2^%" PRIu64 " of one counter\n", "samples at most",
	       get_number(data, "log_max_samples"));
	show_clocks("sample period at least", data, "log_min_sample_period");
	printf("%-27s  %" PRIu64 " kHz\n\n", "device frequency",
	       get_number(data, "device_frequency_khz"));
	print_table(get(data, "counters"), columns);
	note_problem(invocation);
}

/* One number of the command line, or as it is where there is none. */
static int take_number(struct invocation *invocation, size_t word, u64 most,
		       u64 *value)
{
	const char *text;

	if (word >= invocation->n_words)
		return 0;
	text = invocation->words[word];
	if (!parse_number(text, most, value))
		return 0;
	return fail_usage(invocation, "bad-number", NULL,
			  "%s is a number from 0 to %" PRIu64 " (decimal or 0x), not '%.40s'",
			  invocation->command->arguments[word].name, most,
			  text);
}

int run_diagcnt_param(struct invocation *invocation)
{
	struct counter_offer offer;
	struct sampling sampling;
	u64 most = MOST_COUNTERS;
	size_t listed;
	int result;

	if (take_number(invocation, 0, MOST_COUNTERS, &most))
		return -1;
	result = diagcnt_query_sampling(invocation, &sampling);
	if (!result)
		result = diagcnt_query_offer(invocation, &offer);
	if (result)
		return result < 0 ? -1 : 0;
	put_sampling(invocation, &sampling, offer.khz);
	listed = get_count(invocation->data, "counters");
	if (most < listed)
		json_object_array_del_idx(get(invocation->data, "counters"),
					  most, listed - most);
	return 0;
}

void show_diagcnt_param(struct invocation *invocation)
{
	static const char *const flags[] = { "enable", "single", "repetitive",
					     "sync", "clear", "on_demand",
					     NULL };
	static const struct column columns[] = {
		{ "COUNTER", "value", .is_hex = true, .is_right = true },
		{ "NAME", "name" },
		{ NULL },
	};
	struct json_object *data = invocation->data;

	show_flags(data, flags);
	printf("%-27s  2^%" PRIu64 "\n", "samples kept",
	       get_number(data, "log_num_of_samples"));
	show_clocks("sample period", data, "log_sample_period");
	printf("%-27s  %" PRIu64 "\n", "num_of_counters",
	       get_number(data, "num_of_counters"));
	if (get_count(data, "counters"))
		print_table(get(data, "counters"), columns);
	note_problem(invocation);
}

/* As the original wrote them: four numbers of 64 bits for each line. */
static int keep_samples(struct invocation *invocation,
			const struct reading *reading)
{
	u64 *words = calloc(4 * (size_t)reading->n + 1, sizeof(*words));
	int result;

	if (!words)
		return fail_memory(invocation);
	for (u32 i = 0; i < reading->n; i++) {
		words[4 * i] = reading->samples[i].counter;
		words[4 * i + 1] = reading->samples[i].id;
		words[4 * i + 2] = reading->samples[i].time;
		words[4 * i + 3] = reading->samples[i].value;
	}
	result = keep_bytes(invocation, words,
			    4 * (size_t)reading->n * sizeof(*words));
	free(words);
	return result;
}

static int dump(struct invocation *invocation, const struct sampling *sampling,
		u32 first, u32 lines)
{
	struct json_object *samples;
	struct reading reading;
	int result;

	result = diagcnt_query_samples(invocation, sampling, first, lines,
				       &reading);
	if (!result)
		result = keep_samples(invocation, &reading);
	if (!result) {
		samples = json_object_new_array();
		for (u32 i = 0; i < reading.n; i++)
			put_object(samples, NULL,
				   sample_json(&reading.samples[i]));
		invocation->data = json_object_new_object();
		put_object(invocation->data, "samples", samples);
		put_faults(invocation, invocation->data, &reading.faults);
		if (invocation->output >= OUTPUT_HEX)
			note_problem(invocation);
	}
	free(reading.samples);
	return result;
}

int run_diagcnt_dump(struct invocation *invocation)
{
	struct sampling sampling;
	u64 lines = 0;
	u64 first = 0;
	u64 most;
	u32 ring;
	int result;

	if (take_number(invocation, 0, MOST_LINES, &lines) ||
	    take_number(invocation, 1, UINT16_MAX, &first))
		return -1;
	result = diagcnt_query_running(invocation, &sampling);
	if (result)
		return result < 0 ? -1 : 0;
	ring = sampling_ring(&sampling);
	if (first >= ring)
		return fail_usage(invocation, "bad-index", NULL,
				  "the device keeps %u sample%s of each counter: INDEX is less, not %" PRIu64,
				  ring, ring == 1 ? "" : "s", first);
	most = (u64)ring * sampling.n;
	if (!lines)
		lines = sampling.n;
	if (lines > most)
		lines = most;
	result = dump(invocation, &sampling, first, lines);
	return result < 0 ? -1 : 0;
}

/* Values as decimal numbers, which they cannot be in the document. */
static struct json_object *rows_for_people(struct json_object *samples)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(samples); i++) {
		struct json_object *sample =
			json_object_array_get_idx(samples, i);
		struct json_object *row = json_object_new_object();
		char value[24];

		snprintf(value, sizeof(value), "%llu",
			 strtoull(get_text(sample, "value"), NULL, 16));
		put_object(row, "counter",
			   json_object_get(get(sample, "counter")));
		put_number(row, "sample_id", get_number(sample, "sample_id"));
		put_number(row, "time_stamp", get_number(sample, "time_stamp"));
		put_text(row, "value", value);
		put_object(rows, NULL, row);
	}
	return rows;
}

void show_diagcnt_dump(struct invocation *invocation)
{
	static const struct column columns[] = {
		{ "COUNTER", "counter.value", .is_hex = true, .is_right = true },
		{ "SAMPLE", "sample_id", .is_right = true },
		{ "TIME STAMP", "time_stamp", .is_right = true },
		{ "VALUE", "value", .is_right = true },
		{ "NAME", "counter.name" },
		{ NULL },
	};
	struct json_object *rows =
		rows_for_people(get(invocation->data, "samples"));

	print_table(rows, columns);
	json_object_put(rows);
	note_problem(invocation);
}
