// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "diagcnt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "prm-offsets.h"
#include "session.h"

#define GENERAL 0x00
#define DEBUG 0x0d
/* What one command answers at most, in lines: 256 KiB are the rule's. */
#define LINES_AT_ONCE ((262144 - PRM_HEADER_BYTES) / SAMPLE_BYTES)

static int query_group(struct invocation *invocation, u16 type, u8 *out)
{
	u8 in[PRM_SIZE(query_hca_cap_in)];

	if (mlx5ctl_capability_command(type, 0, in, sizeof(in)))
		return fail_memory(invocation);
	return session_exec(invocation, in, sizeof(in), out,
			    PRM_SIZE(query_hca_cap_out));
}

int diagcnt_query_offer(struct invocation *invocation,
			struct counter_offer *offer)
{
	u8 general[PRM_SIZE(query_hca_cap_out)];
	u8 debug[PRM_SIZE(query_hca_cap_out)];
	int result = query_group(invocation, GENERAL, general);

	if (!result)
		result = query_group(invocation, DEBUG, debug);
	if (!result)
		offer_read(general + PRM_HEADER_BYTES, debug + PRM_HEADER_BYTES,
			   offer);
	return result;
}

static int compose(struct invocation *invocation, u16 opcode, u8 *in, u32 len)
{
	memset(in, 0, len);
	return prm_set(in, len, PRM_AT(query_diagnostic_params_in, opcode),
		       opcode) ? 0 : fail_memory(invocation);
}

int diagcnt_query_sampling(struct invocation *invocation,
			   struct sampling *sampling)
{
	u8 in[PRM_SIZE(query_diagnostic_params_in)];
	u8 out[PARAMS_BYTES] = { 0 };
	int result;

	if (compose(invocation, PRM_OP_QUERY_DIAGNOSTIC_PARAMS, in,
		    sizeof(in)))
		return -1;
	result = session_exec(invocation, in, sizeof(in), out, sizeof(out));
	if (!result)
		sampling_read(out, sizeof(out), sampling);
	return result;
}

int diagcnt_query_running(struct invocation *invocation,
			  struct sampling *sampling)
{
	int result = diagcnt_query_sampling(invocation, sampling);

	if (result)
		return result;
	if (!sampling->enable)
		return fail(invocation, EXIT_FINDING, "not-sampling",
			    "'mlx5ctl diagcnt set' starts that",
			    "no diagnostic counters are being sampled");
	if (!sampling->n)
		return fail(invocation, EXIT_FINDING, "no-counters", NULL,
			    "the device says that it samples %u counters, and names none",
			    sampling->n_said);
	return 0;
}

int diagcnt_send_sampling(struct invocation *invocation,
			  const struct sampling *sampling)
{
	u8 in[PARAMS_BYTES];
	u8 out[PRM_SIZE(set_diagnostic_params_out)];
	u32 len = sampling_compose(sampling, in);

	return len ? session_exec(invocation, in, len, out, sizeof(out)) :
		     fail_memory(invocation);
}

/* As many samples as one answer has room for; `lines` is what is left. */
static int query_some(struct invocation *invocation,
		      const struct sampling *sampling, u32 first, u32 lines,
		      struct reading *reading)
{
	u32 samples = (lines + sampling->n - 1) / sampling->n;
	u8 in[PRM_SIZE(query_diagnostic_counters_in)];
	u32 len = PRM_HEADER_BYTES + lines * SAMPLE_BYTES;
	u8 *out = calloc(1, len);
	int result = -1;

	if (!out)
		return fail_memory(invocation);
	if (!compose(invocation, PRM_OP_QUERY_DIAGNOSTIC_COUNTERS, in,
		     sizeof(in)) &&
	    prm_set(in, sizeof(in),
		    PRM_AT(query_diagnostic_counters_in, num_of_samples),
		    samples) &&
	    prm_set(in, sizeof(in),
		    PRM_AT(query_diagnostic_counters_in, sample_index), first))
		result = session_exec(invocation, in, sizeof(in), out, len);
	if (!result)
		reading->n += samples_read(sampling, out + PRM_HEADER_BYTES,
					   lines, reading->samples + reading->n,
					   &reading->faults);
	free(out);
	return result;
}

int diagcnt_query_samples(struct invocation *invocation,
			  const struct sampling *sampling, u32 first,
			  u32 lines, struct reading *reading)
{
	const u32 at_once = LINES_AT_ONCE / sampling->n * sampling->n;
	u32 ring = sampling_ring(sampling);
	int result = 0;

	*reading = (struct reading){
		.samples = calloc(lines + 1, sizeof(struct sample)),
	};
	if (!reading->samples)
		return fail_memory(invocation);
	for (u32 done = 0; !result && done < lines;) {
		u32 now = lines - done < at_once ? lines - done : at_once;

		result = query_some(invocation, sampling,
				    (first + done / sampling->n) % ring, now,
				    reading);
		done += now;
	}
	return result;
}

void put_counter(struct json_object *to, u16 id)
{
	const struct counter_name *known = counter_known(id);

	put_named(to, "counter", id, known ? known->name : NULL);
}

struct json_object *sample_json(const struct sample *sample)
{
	struct json_object *row = json_object_new_object();
	char value[24];

	put_counter(row, sample->counter);
	put_number(row, "sample_id", sample->id);
	put_number(row, "time_stamp", sample->time);
	snprintf(value, sizeof(value), "0x%016llx",
		 (unsigned long long)sample->value);
	put_text(row, "value", value);
	return row;
}

void put_problem(struct invocation *invocation, struct json_object *to,
		 const char *problem)
{
	put_text(to, "problem", problem);
	if (problem)
		invocation->status = EXIT_FINDING;
}

void put_faults(struct invocation *invocation, struct json_object *to,
		const struct sample_faults *faults)
{
	const struct {
		const char *key;
		u32 count;
		const char *what;
	} rows[] = {
		{ "missing", faults->missing, "lines with no sample in them" },
		{ "foreign", faults->foreign, "of another counter than was due" },
		{ "torn", faults->torn, "samples torn" },
		{ "repeated", faults->repeated, "samples repeated" },
	};
	char problem[256] = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t used = strlen(problem);

		put_number(to, rows[i].key, rows[i].count);
		if (rows[i].count)
			snprintf(problem + used, sizeof(problem) - used,
				 "%s%u %s", used ? ", " : "", rows[i].count,
				 rows[i].what);
	}
	put_problem(invocation, to, problem[0] ? problem : NULL);
}

void put_sampling(struct invocation *invocation,
		  const struct sampling *sampling, u32 khz)
{
	struct json_object *data = json_object_new_object();
	struct json_object *counters = json_object_new_array();
	char problem[128];

	put_bool(data, "enable", sampling->enable);
	put_bool(data, "single", sampling->single);
	put_bool(data, "repetitive", sampling->repetitive);
	put_bool(data, "sync", sampling->sync);
	put_bool(data, "clear", sampling->clear);
	put_bool(data, "on_demand", sampling->on_demand);
	put_number(data, "log_num_of_samples", sampling->log_samples);
	put_number(data, "log_sample_period", sampling->log_period);
	put_number(data, "device_frequency_khz", khz);
	put_number(data, "num_of_counters", sampling->n_said);
	for (u32 i = 0; i < sampling->n; i++) {
		const struct counter_name *known =
			counter_known(sampling->ids[i]);

		put_named(counters, NULL, sampling->ids[i],
			  known ? known->name : NULL);
	}
	put_object(data, "counters", counters);
	snprintf(problem, sizeof(problem),
		 "the device says that it samples %u counters, and names %u",
		 sampling->n_said, sampling->n);
	put_problem(invocation, data,
		    sampling->n == sampling->n_said ? NULL : problem);
	invocation->data = data;
}
