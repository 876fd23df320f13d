// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Diagnostic counters: which the device has, how they are sampled, and the
 * samples. Nothing ticks: a counter is a function of the device's clock, so
 * what a ring holds follows from when sampling began and how late it is now.
 */
#include "model.h"

#define CONTEXT_BYTES PRM_SIZE_diagnostic_params_context
#define SET_BYTES PRM_SIZE_set_diagnostic_params_in
#define ID_BYTES PRM_SIZE_counter_id
#define SAMPLE_BYTES PRM_SIZE_diagnostic_cntr_struct
#define LONGEST_PERIOD 35	/* log2 of clocks */
#define MOST_SAMPLES 31		/* log2, whatever a personality says */

#define CONTEXT(context, field)						\
	prm_value(context, CONTEXT_BYTES,				\
		  PRM_AT(diagnostic_params_context, field))

static uint64_t clocks_now(const struct emu_device *device)
{
	return emu_uptime_ms(device) *
	       emu_general_capability(&device->state, "device_frequency_khz");
}

const struct emu_counter *
emu_counter_find(const struct emu_personality *state, uint64_t id)
{
	for (uint32_t i = 0; i < state->n_counters; i++)
		if (state->counters[i].id == id)
			return &state->counters[i];
	return NULL;
}

static bool is_offered(const struct emu_personality *state)
{
	return state->n_counters && emu_general_capability(state, "debug");
}

/* Which ways exclude each other, and which this device knows. */
static enum emu_failure check_mode(const struct emu_personality *state,
				   const uint8_t *context)
{
	bool single = CONTEXT(context, single);
	bool repetitive = CONTEXT(context, repetitive);
	bool on_demand = CONTEXT(context, on_demand);
	bool sync = CONTEXT(context, sync);
	bool clear = CONTEXT(context, clear);

	if ((single && !emu_capability_value(state, EMU_DEBUG, "single")) ||
	    (repetitive && !emu_capability_value(state, EMU_DEBUG, "repetitive")))
		return EMU_UNOFFERED_OPTION;
	if (!single && !repetitive && !on_demand)
		return EMU_BAD_VALUE;
	if (repetitive && (single || on_demand))
		return EMU_BAD_VALUE;
	if ((on_demand && (sync || clear)) || (clear && !sync))
		return EMU_BAD_VALUE;
	return EMU_DONE;
}

/* The buffer is for so many samples of a single counter. */
static enum emu_failure check_size(const struct emu_personality *state,
				   const uint8_t *context)
{
	uint64_t most = emu_capability_value(state, EMU_DEBUG, "log_max_samples");
	uint64_t log = CONTEXT(context, log_num_of_samples);
	uint64_t period = CONTEXT(context, log_sample_period);
	uint64_t n = CONTEXT(context, num_of_counters);

	if (most > MOST_SAMPLES)
		most = MOST_SAMPLES;
	if (log > most || n << log > (uint64_t)1 << most)
		return EMU_OVER_MAXIMUM;
	if (CONTEXT(context, on_demand))
		return EMU_DONE;
	if (period > LONGEST_PERIOD ||
	    period < emu_capability_value(state, EMU_DEBUG,
					  "log_min_sample_period"))
		return EMU_BAD_VALUE;
	return EMU_DONE;
}

static enum emu_failure check_counters(const struct emu_personality *state,
				       const struct emu_sampling *sampling)
{
	uint32_t n = CONTEXT(sampling->context, num_of_counters);

	if (!n)
		return EMU_BAD_VALUE;
	for (uint32_t i = 0; i < n; i++) {
		const struct emu_counter *counter =
			emu_counter_find(state, sampling->ids[i]);

		if (!counter)
			return EMU_UNKNOWN_INSTANCE;
		if (CONTEXT(sampling->context, sync) && !counter->is_synced)
			return EMU_UNOFFERED_OPTION;
		for (uint32_t k = 0; k < i; k++)
			if (sampling->ids[k] == sampling->ids[i])
				return EMU_BAD_VALUE;
	}
	return EMU_DONE;
}

/* What is switched off may be anything. */
enum emu_failure emu_check_sampling(const struct emu_personality *state,
				    const struct emu_sampling *sampling)
{
	enum emu_failure failure;

	if (!CONTEXT(sampling->context, enable))
		return EMU_DONE;
	failure = check_mode(state, sampling->context);
	if (!failure)
		failure = check_counters(state, sampling);
	return failure ? failure : check_size(state, sampling->context);
}

enum emu_failure emu_set_diagnostic_params(struct emu_call *call)
{
	struct emu_personality *state = &call->device->state;
	struct emu_sampling asked = { .since = clocks_now(call->device) };
	enum emu_failure failure;
	uint32_t n;

	if (!is_offered(state))
		return EMU_UNOFFERED_COMMAND;
	memcpy(asked.context, call->in + SET_BYTES - CONTEXT_BYTES,
	       CONTEXT_BYTES);
	n = CONTEXT(asked.context, num_of_counters);
	if (n > EMU_MOST_COUNTERS)
		return EMU_OVER_MAXIMUM;
	if (call->in_len != SET_BYTES + n * ID_BYTES)
		return EMU_INPUT_LENGTH;
	for (uint32_t i = 0; i < n; i++) {
		/* The number's dword, whose upper half is reserved. */
		struct prm_bits at = { (SET_BYTES + i * ID_BYTES) * 8, 32 };
		uint64_t id = prm_value(call->in, call->in_len, at);

		if (id > UINT16_MAX)
			return EMU_RESERVED_FIELD;
		asked.ids[i] = id;
	}
	failure = emu_check_sampling(state, &asked);
	if (!failure)
		state->sampling = asked;
	return failure;
}

/* Bytes of the answer from `at` on; what does not fit is cut off. */
static void append(struct emu_call *call, uint32_t at, const uint8_t *bytes,
		   uint32_t size)
{
	if (at >= call->out_len)
		return;
	if (size > call->out_len - at)
		size = call->out_len - at;
	memcpy(call->out + at, bytes, size);
}

enum emu_failure emu_query_diagnostic_params(struct emu_call *call)
{
	const struct emu_personality *state = &call->device->state;
	const struct emu_sampling *sampling = &state->sampling;
	uint32_t n = CONTEXT(sampling->context, num_of_counters);

	if (!is_offered(state))
		return EMU_UNOFFERED_COMMAND;
	append(call, SET_BYTES - CONTEXT_BYTES, sampling->context,
	       CONTEXT_BYTES);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t id[ID_BYTES] = { 0, 0, sampling->ids[i] >> 8,
					 sampling->ids[i] };

		append(call, SET_BYTES + i * ID_BYTES, id, ID_BYTES);
	}
	return EMU_DONE;
}

/* What a counter shows after so many clocks. */
static uint64_t value_at(const struct emu_personality *state,
			 const struct emu_counter *counter, uint64_t clocks)
{
	uint64_t khz = emu_general_capability(state, "device_frequency_khz");
	uint64_t rate = counter->per_second;
	uint64_t ms = khz ? clocks / khz : 0;
	uint64_t rest = khz ? clocks % khz : 0;

	return counter->value + rate * (ms / 1000) + rate * (ms % 1000) / 1000 +
	       (khz ? rate * rest / khz / 1000 : 0);
}

/* One moment at which all counters are read. */
struct moment {
	uint64_t clocks;
	uint64_t zero;		/* since when synchronized ones count */
	uint16_t id;		/* from 1 on */
};

static void put_sample(struct emu_call *call, uint32_t at,
		       const struct moment *moment, uint16_t counter)
{
	const struct emu_personality *state = &call->device->state;
	const struct emu_counter *row = emu_counter_find(state, counter);
	uint64_t value = value_at(state, row, moment->clocks);
	uint8_t sample[SAMPLE_BYTES] = { 0 };

	if (CONTEXT(state->sampling.context, sync))
		value -= value_at(state, row, moment->zero);
#define SAMPLE(field, what)						\
	emu_set(sample, SAMPLE_BYTES, PRM_AT(diagnostic_cntr_struct, field), \
		what)
	SAMPLE(counter_id, counter);
	SAMPLE(sample_id, moment->id);
	SAMPLE(time_stamp_31_0, moment->clocks);
	SAMPLE(counter_value_h, value >> 32);
	SAMPLE(counter_value_l, value);
#undef SAMPLE
	append(call, at, sample, SAMPLE_BYTES);
}

/* The latest sample of a slot of the ring; false: none has been taken. */
static bool find_moment(const struct emu_device *device, uint64_t slot,
			uint64_t ring, struct moment *moment)
{
	const struct emu_sampling *sampling = &device->state.sampling;
	uint64_t log = CONTEXT(sampling->context, log_sample_period);
	uint64_t taken = (clocks_now(device) - sampling->since) >> log;

	if (CONTEXT(sampling->context, single) && taken > ring)
		taken = ring;
	if (slot >= taken)
		return false;
	slot += (taken - 1 - slot) / ring * ring;
	moment->id = slot + 1;
	moment->clocks = sampling->since + ((slot + 1) << log);
	moment->zero = CONTEXT(sampling->context, clear) ?
		       moment->clocks - ((uint64_t)1 << log) : sampling->since;
	return true;
}

/*
 * Samples from a slot on, around the ring; each is all counters. Slots that
 * nothing is in yet are zero. On demand there is one slot, filled now.
 */
enum emu_failure emu_query_diagnostic_counters(struct emu_call *call)
{
	struct emu_device *device = call->device;
	struct emu_sampling *sampling = &device->state.sampling;
	bool on_demand = CONTEXT(sampling->context, on_demand);
	uint32_t n = CONTEXT(sampling->context, num_of_counters);
	uint64_t first = EMU_IN(call, query_diagnostic_counters_in,
				sample_index);
	uint64_t asked = EMU_IN(call, query_diagnostic_counters_in,
				num_of_samples);
	struct moment moment = { .clocks = clocks_now(device) };
	uint64_t ring = 1;

	if (!is_offered(&device->state))
		return EMU_UNOFFERED_COMMAND;
	if (!CONTEXT(sampling->context, enable))
		return EMU_NOT_SAMPLING;
	if (!on_demand)
		ring <<= CONTEXT(sampling->context, log_num_of_samples);
	if (first >= ring)
		return EMU_BAD_VALUE;
	if (on_demand)
		moment.id = ++sampling->demanded;
	for (uint64_t i = 0; i < asked && i < ring; i++) {
		uint64_t at = PRM_HEADER_BYTES + i * n * SAMPLE_BYTES;

		if (at >= call->out_len)
			break;
		if (!on_demand && !find_moment(device, (first + i) % ring,
					       ring, &moment))
			continue;
		for (uint32_t k = 0; k < n; k++)
			put_sample(call, at + k * SAMPLE_BYTES, &moment,
				   sampling->ids[k]);
	}
	return EMU_DONE;
}

static void list_counters(const struct emu_personality *personality,
			  uint8_t *bytes)
{
	const uint32_t row_bits = PRM_SIZE_diagnostic_cntr_layout * 8;
	struct prm_bits id = PRM_AT(debug_cap, diagnostic_counter__counter_id);
	struct prm_bits sync = PRM_AT(debug_cap, diagnostic_counter__sync);

	for (uint32_t i = 0; i < personality->n_counters; i++) {
		const struct emu_counter *counter = &personality->counters[i];

		emu_set(bytes, EMU_CAPABILITY_BYTES, id, counter->id);
		emu_set(bytes, EMU_CAPABILITY_BYTES, sync, counter->is_synced);
		id.offset += row_bits;
		sync.offset += row_bits;
	}
}

/* In every mode of the capabilities: nobody can switch a counter off. */
void emu_give_counters(struct emu_personality *personality)
{
	for (uint32_t i = 0; i < personality->n_capabilities * EMU_N_CAPABILITY_SETS; i++) {
		struct emu_capability *capability =
			&personality->capabilities[i / EMU_N_CAPABILITY_SETS];
		uint8_t *bytes = capability->bytes[i % EMU_N_CAPABILITY_SETS];

		if (!capability->type->type)
			emu_set(bytes, EMU_CAPABILITY_BYTES,
				PRM_AT(cmd_hca_cap, num_of_diagnostic_counters),
				personality->n_counters);
		if (capability->type->type == EMU_DEBUG)
			list_counters(personality, bytes);
	}
}
