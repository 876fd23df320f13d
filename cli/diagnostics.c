// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "diagnostics.h"

#include <string.h>

#include "mlx5ctl.h"
#include "prm-offsets.h"

#define CONTEXT(of, field)						\
	PRM_AT(of, diagnostic_params_context__##field)

void offer_read(const u8 *general, const u8 *debug,
		struct counter_offer *offer)
{
#define GENERAL(field) prm_value(general, MLX5CTL_CAPABILITY_BYTES,	\
				 PRM_AT(cmd_hca_cap, field))
#define DEBUG(field) prm_value(debug, MLX5CTL_CAPABILITY_BYTES,		\
			       PRM_AT(debug_cap, field))
	struct prm_bits id = PRM_AT(debug_cap, diagnostic_counter__counter_id);
	struct prm_bits sync = PRM_AT(debug_cap, diagnostic_counter__sync);
	u32 *n = &offer->n;

	*offer = (struct counter_offer){
		.debug = GENERAL(debug),
		.khz = GENERAL(device_frequency_khz),
		.n_said = GENERAL(num_of_diagnostic_counters),
		.single = DEBUG(single),
		.repetitive = DEBUG(repetitive),
		.log_max_samples = DEBUG(log_max_samples),
		.log_min_period = DEBUG(log_min_sample_period),
	};
#undef GENERAL
#undef DEBUG
	for (; *n < offer->n_said && *n < MOST_COUNTERS; (*n)++) {
		offer->ids[*n] = prm_value(debug, MLX5CTL_CAPABILITY_BYTES, id);
		offer->can_sync[*n] = prm_value(debug, MLX5CTL_CAPABILITY_BYTES,
						sync);
		if (!offer->ids[*n])
			break;
		id.offset += PRM_SIZE(diagnostic_cntr_layout) * 8;
		sync.offset += PRM_SIZE(diagnostic_cntr_layout) * 8;
	}
}

u32 offer_find(const struct counter_offer *offer, u16 id)
{
	u32 i = 0;

	while (i < offer->n && offer->ids[i] != id)
		i++;
	return i;
}

/* The fields of a context, once: composed, read and compared by this list. */
#define CONTEXT_FIELDS(_)						\
	_(enable, enable) _(single, single) _(repetitive, repetitive)	\
	_(sync, sync) _(clear, clear) _(on_demand, on_demand)		\
	_(log_samples, log_num_of_samples)				\
	_(log_period, log_sample_period) _(n_said, num_of_counters)

u32 sampling_compose(const struct sampling *sampling, u8 *in)
{
	struct prm_bits id = PRM_AT(set_diagnostic_params_in,
				    counter_id__counter_id);
	bool fits = true;

	memset(in, 0, PARAMS_BYTES);
	fits &= prm_set(in, PARAMS_BYTES,
			PRM_AT(set_diagnostic_params_in, opcode),
			PRM_OP_SET_DIAGNOSTIC_PARAMS);
#define PUT(member, field)						\
	fits &= prm_set(in, PARAMS_BYTES,				\
			CONTEXT(set_diagnostic_params_in, field),	\
			sampling->member);
	CONTEXT_FIELDS(PUT)
#undef PUT
	for (u32 i = 0; i < sampling->n; i++) {
		fits &= prm_set(in, PARAMS_BYTES, id, sampling->ids[i]);
		id.offset += PRM_SIZE(counter_id) * 8;
	}
	return fits ? PRM_SIZE(set_diagnostic_params_in) +
		      sampling->n * PRM_SIZE(counter_id) : 0;
}

void sampling_read(const u8 *out, u32 out_len, struct sampling *sampling)
{
	struct prm_bits id = PRM_AT(query_diagnostic_params_out,
				    counter_id__counter_id);
	u32 *n = &sampling->n;

	memset(sampling, 0, sizeof(*sampling));
#define TAKE(member, field)						\
	sampling->member = prm_value(out, out_len,			\
			CONTEXT(query_diagnostic_params_out, field));
	CONTEXT_FIELDS(TAKE)
#undef TAKE
	for (; *n < sampling->n_said && *n < MOST_COUNTERS; (*n)++) {
		sampling->ids[*n] = prm_value(out, out_len, id);
		if (!sampling->ids[*n])
			break;
		id.offset += PRM_SIZE(counter_id) * 8;
	}
}

bool sampling_is_same(const struct sampling *a, const struct sampling *b)
{
#define IS_SAME(member, field) && a->member == b->member
	return true CONTEXT_FIELDS(IS_SAME) && a->n == b->n &&
	       !memcmp(a->ids, b->ids, a->n * sizeof(a->ids[0]));
#undef IS_SAME
}

u32 sampling_ring(const struct sampling *sampling)
{
	if (sampling->on_demand)
		return 1;
	/* No index is longer than 16 bits, whatever a device says. */
	return sampling->log_samples < 16 ? 1u << sampling->log_samples :
	       1u << 16;
}

static bool is_empty(const u8 *line)
{
	static const u8 empty[SAMPLE_BYTES];

	return !memcmp(line, empty, SAMPLE_BYTES);
}

static struct sample read_line(const u8 *line)
{
#define FIELD(field) prm_value(line, SAMPLE_BYTES,			\
			       PRM_AT(diagnostic_cntr_struct, field))
	return (struct sample){
		.counter = FIELD(counter_id),
		.id = FIELD(sample_id),
		.time = FIELD(time_stamp_31_0),
		.value = FIELD(counter_value_h) << 32 |
			 FIELD(counter_value_l),
	};
#undef FIELD
}

/* One sample: a line of each counter. How many of them are there. */
static u32 read_sample(const struct sampling *sampling, const u8 *lines,
		       u32 n, struct sample *samples,
		       struct sample_faults *faults)
{
	bool is_torn = false;
	u32 there = 0;

	for (u32 i = 0; i < n; i++, lines += SAMPLE_BYTES) {
		if (is_empty(lines))
			continue;
		samples[there] = read_line(lines);
		faults->foreign += samples[there].counter != sampling->ids[i];
		is_torn |= samples[there].id != samples[0].id;
		there++;
	}
	faults->missing += n - there;
	faults->torn += is_torn || (there && there < n);
	return there;
}

u32 samples_read(const struct sampling *sampling, const u8 *lines, u32 n,
		 struct sample *samples, struct sample_faults *faults)
{
	u8 seen[(1 << 16) / 8] = { 0 };
	u32 read = 0;

	for (u32 i = 0; i < n; i += sampling->n) {
		u32 width = n - i < sampling->n ? n - i : sampling->n;
		struct sample *first = &samples[read];
		u32 there = read_sample(sampling, lines + i * SAMPLE_BYTES,
					width, first, faults);
		u8 bit;

		if (!there)
			continue;
		bit = 1 << first->id % 8;
		faults->repeated += !!(seen[first->id / 8] & bit);
		seen[first->id / 8] |= bit;
		read += there;
	}
	return read;
}
