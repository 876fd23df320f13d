/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Diagnostic counters of a device, for the commands that show and set them. */
#ifndef CLI_DIAGCNT_H
#define CLI_DIAGCNT_H

#include "diagnostics.h"
#include "invocation.h"

#define MOST_LINES (1u << 20)

/* Each: 0; 1 for a dry run, and the caller returns 0; or -1 after fail(). */
int diagcnt_query_offer(struct invocation *invocation,
			struct counter_offer *offer);
int diagcnt_query_sampling(struct invocation *invocation,
			   struct sampling *sampling);
int diagcnt_send_sampling(struct invocation *invocation,
			  const struct sampling *sampling);

/* Samples as they were read, and what is wrong with them. */
struct reading {
	struct sample *samples;	/* to be freed */
	u32 n;
	struct sample_faults faults;
};

/* `lines` of samples, from sample `first` of the ring on. */
int diagcnt_query_samples(struct invocation *invocation,
			  const struct sampling *sampling, u32 first,
			  u32 lines, struct reading *reading);

/* As above, of a sampling that is on and names its counters. */
int diagcnt_query_running(struct invocation *invocation,
			  struct sampling *sampling);

/* Counters, each by number or name, several with commas: into sampling->ids. */
int diagcnt_take_counters(struct invocation *invocation,
			  const char *const *words, size_t n,
			  struct sampling *sampling);
/* Is this what the device can do? 0, or -1 after fail(). */
int diagcnt_check(struct invocation *invocation,
		  const struct counter_offer *offer,
		  const struct sampling *sampling);

void put_counter(struct json_object *to, u16 id);
struct json_object *sample_json(const struct sample *sample);

/* The counts of faults and, in words, "problem"; findings where there is one. */
void put_faults(struct invocation *invocation, struct json_object *to,
		const struct sample_faults *faults);
/* "problem", and a finding unless it is NULL. */
void put_problem(struct invocation *invocation, struct json_object *to,
		 const char *problem);

/* The sampling as a document; khz 0: not known. */
void put_sampling(struct invocation *invocation,
		  const struct sampling *sampling, u32 khz);

#endif
