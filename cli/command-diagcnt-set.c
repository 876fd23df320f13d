// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl diagcnt set, disable. What is asked for is checked against itself,
 * the rules and what the device offers before it is sent; and read back.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "diagcnt.h"
#include "nearest.h"
#include "number.h"
#include "prm-offsets.h"
#include "session.h"

static int take_counter(struct invocation *invocation, const char *text,
			struct sampling *sampling)
{
	struct nearest nearest;
	u64 id = 0;

	nearest_begin(&nearest, text);
	for (size_t i = 0; i < n_counter_names; i++) {
		nearest_offer(&nearest, counter_names[i].name);
		if (!strcasecmp(counter_names[i].name, text))
			id = counter_names[i].id;
	}
	if (!id && (parse_number(text, UINT16_MAX, &id) || !id))
		return fail_unknown(invocation, "counter", text,
				    nearest_found(&nearest),
				    "'mlx5ctl diagcnt cap' lists them; a number is 1 to 0xffff");
	for (u32 i = 0; i < sampling->n; i++)
		if (sampling->ids[i] == id)
			return fail_usage(invocation, "counter-twice", NULL,
					  "counter 0x%04" PRIx64 " is named twice",
					  id);
	if (sampling->n == MOST_COUNTERS)
		return fail_usage(invocation, "too-many", NULL,
				  "%d counters at once are the most",
				  MOST_COUNTERS);
	sampling->ids[sampling->n++] = id;
	sampling->n_said = sampling->n;
	return 0;
}

int diagcnt_take_counters(struct invocation *invocation,
			  const char *const *words, size_t n,
			  struct sampling *sampling)
{
	char text[64];

	for (size_t i = 0; i < n; i++) {
		const char *word = words[i];

		do {
			size_t length = strcspn(word, ",");

			snprintf(text, sizeof(text), "%.*s", (int)length, word);
			if (take_counter(invocation, text, sampling))
				return -1;
			word += length;
		} while (*word++);
	}
	return 0;
}

/* Which letters go together, as the PRM has it for every device. */
static int check_modes(struct invocation *invocation,
		       const struct sampling *sampling)
{
	const struct {
		bool broken;
		const char *message;
		const char *hint;
	} rules[] = {
		{ !sampling->single && !sampling->repetitive &&
		  !sampling->on_demand,
		  "nothing says how to sample",
		  "-s fills the buffer once, -r goes around, -o samples when asked" },
		{ sampling->single && sampling->repetitive,
		  "once (-s) and around (-r) exclude each other", NULL },
		{ sampling->repetitive && sampling->on_demand,
		  "around (-r) and on demand (-o) exclude each other", NULL },
		{ sampling->on_demand && sampling->sync,
		  "on demand (-o) and synchronized (-S) exclude each other",
		  NULL },
		{ sampling->on_demand && sampling->clear,
		  "on demand (-o) and cleared (-c) exclude each other", NULL },
		{ sampling->clear && !sampling->sync,
		  "only synchronized counters can be cleared (-c)",
		  "add -S" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].broken)
			return fail_usage(invocation, "bad-mode",
					  rules[i].hint, "%s",
					  rules[i].message);
	return 0;
}

static int check_counters(struct invocation *invocation,
			  const struct counter_offer *offer,
			  const struct sampling *sampling)
{
	for (u32 i = 0; i < sampling->n; i++) {
		u32 found = offer_find(offer, sampling->ids[i]);

		if (found == offer->n)
			return fail_usage(invocation, "no-counter",
					  "'mlx5ctl diagcnt cap' lists those that it has",
					  "this device has no counter 0x%04x",
					  sampling->ids[i]);
		if (sampling->sync && !offer->can_sync[found])
			return fail_usage(invocation, "no-sync",
					  "leave it out, or -S",
					  "counter 0x%04x of this device cannot be synchronized (-S)",
					  sampling->ids[i]);
	}
	return 0;
}

int diagcnt_check(struct invocation *invocation,
		  const struct counter_offer *offer,
		  const struct sampling *sampling)
{
	u64 room = offer->log_max_samples < 64 ?
		   (u64)1 << offer->log_max_samples : UINT64_MAX;

	if (!offer->debug || !offer->n)
		return fail_usage(invocation, "no-counters", NULL,
				  "this device has no diagnostic counters");
	if ((sampling->single && !offer->single) ||
	    (sampling->repetitive && !offer->repetitive))
		return fail_usage(invocation, "no-mode",
				  "'mlx5ctl diagcnt cap' says what it can do",
				  "this device cannot sample %s",
				  sampling->single ? "once (-s)" :
						     "around (-r)");
	if (check_counters(invocation, offer, sampling))
		return -1;
	if (sampling->log_samples > 31 ||
	    (u64)sampling->n << sampling->log_samples > room)
		return fail_usage(invocation, "too-many", NULL,
				  "2^%u samples of %u counters are more than this device's buffer, which holds 2^%u of one",
				  sampling->log_samples, sampling->n,
				  offer->log_max_samples);
	if (!sampling->on_demand &&
	    sampling->log_period < offer->log_min_period)
		return fail_usage(invocation, "too-fast", NULL,
				  "a period of 2^%u clocks is shorter than this device's shortest, 2^%u",
				  sampling->log_period, offer->log_min_period);
	return 0;
}

static int take_log(struct invocation *invocation, size_t word, u64 most,
		    u8 *log)
{
	const char *text = invocation->words[word];
	u64 value;

	if (parse_number(text, most, &value))
		return fail_usage(invocation, "bad-number",
				  strspn(text, "0123456789") ? NULL :
				  "after 'diagcnt set' -o is on demand; the form of output is --output=FORM",
				  "%s is a number from 0 to %" PRIu64 ", not '%.40s'",
				  invocation->command->arguments[word].name,
				  most, text);
	*log = value;
	return 0;
}

static int take_words(struct invocation *invocation, struct sampling *sampling)
{
	*sampling = (struct sampling){
		.enable = true,
		.single = option_given(invocation, "single"),
		.repetitive = option_given(invocation, "repetitive"),
		.sync = option_given(invocation, "sync"),
		.clear = option_given(invocation, "clear"),
		.on_demand = option_given(invocation, "on-demand"),
	};
	if (take_log(invocation, 0, 31, &sampling->log_samples) ||
	    take_log(invocation, 1, LONGEST_PERIOD, &sampling->log_period) ||
	    diagcnt_take_counters(invocation, invocation->words + 2,
				  invocation->n_words - 2, sampling))
		return -1;
	return check_modes(invocation, sampling);
}

/* Would the rules let it pass? So that nothing is asked for in vain. */
static int judge(struct invocation *invocation,
		 const struct sampling *sampling)
{
	u8 in[PARAMS_BYTES];
	u32 len = sampling_compose(sampling, in);

	if (!len)
		return fail_memory(invocation);
	return session_judge(invocation, in, len,
			     PRM_SIZE(set_diagnostic_params_out));
}

static int send(struct invocation *invocation, const struct sampling *wanted,
		u32 khz)
{
	struct sampling now;
	int result = diagcnt_send_sampling(invocation, wanted);

	if (!result)
		result = diagcnt_query_sampling(invocation, &now);
	if (result)
		return result < 0 ? -1 : 0;
	put_sampling(invocation, &now, khz);
	if (!sampling_is_same(wanted, &now))
		put_problem(invocation, invocation->data,
			    "the device says that it did what was asked, and did not: this is how it samples");
	return 0;
}

int run_diagcnt_set(struct invocation *invocation)
{
	struct counter_offer offer = { .khz = 0 };
	struct sampling wanted;

	if (take_words(invocation, &wanted))
		return -1;
	if (!option_given(invocation, "dry-run") &&
	    (judge(invocation, &wanted) ||
	     diagcnt_query_offer(invocation, &offer) ||
	     diagcnt_check(invocation, &offer, &wanted)))
		return -1;
	return send(invocation, &wanted, offer.khz);
}

int run_diagcnt_disable(struct invocation *invocation)
{
	const struct sampling none = { .clear = true };
	struct counter_offer offer = { .khz = 0 };

	if (!option_given(invocation, "dry-run") &&
	    (judge(invocation, &none) ||
	     diagcnt_query_offer(invocation, &offer)))
		return -1;
	return send(invocation, &none, offer.khz);
}
