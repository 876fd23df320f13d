/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Diagnostic counters: their mailboxes as values, and what in an answer cannot
 * be. Nothing here talks to a device.
 */
#ifndef CLI_DIAGNOSTICS_H
#define CLI_DIAGNOSTICS_H

#include "prm.h"

#define MOST_COUNTERS 1008	/* that capabilities have room for */
#define PARAMS_BYTES (32 + 4 * MOST_COUNTERS)
#define SAMPLE_BYTES 16
#define LONGEST_PERIOD 35	/* log2 of clocks, of every device */

/* What is known about counters, by ascending number. */
struct counter_name {
	u16 id;
	const char *name;
	const char *unit;	/* or NULL */
	const char *what;	/* or NULL */
};

extern const struct counter_name counter_names[];
extern const size_t n_counter_names;
const struct counter_name *counter_known(u16 id);

/* What a device offers: of its capabilities, GENERAL and DEBUG. */
struct counter_offer {
	bool debug;
	bool single;
	bool repetitive;
	u8 log_max_samples;
	u8 log_min_period;
	u32 khz;
	u32 n_said;		/* how many it says that it has ... */
	u32 n;			/* ... and how many it names */
	u16 ids[MOST_COUNTERS];
	bool can_sync[MOST_COUNTERS];
};

/* Both are whole groups of capabilities: 4,096 bytes. */
void offer_read(const u8 *general, const u8 *debug,
		struct counter_offer *offer);
/* The index of a counter, or offer->n. */
u32 offer_find(const struct counter_offer *offer, u16 id);

struct sampling {
	bool enable;
	bool single;
	bool repetitive;
	bool sync;
	bool clear;
	bool on_demand;
	u8 log_samples;
	u8 log_period;
	u32 n_said;
	u32 n;
	u16 ids[MOST_COUNTERS];
};

/* SET_DIAGNOSTIC_PARAMS: the length of the inbox, of PARAMS_BYTES at most. */
u32 sampling_compose(const struct sampling *sampling, u8 *in);
/* What QUERY_DIAGNOSTIC_PARAMS answered; a zero ends the list. */
void sampling_read(const u8 *out, u32 out_len, struct sampling *sampling);
bool sampling_is_same(const struct sampling *a, const struct sampling *b);
/* How many samples of each counter the device keeps. */
u32 sampling_ring(const struct sampling *sampling);

struct sample {
	u16 counter;
	u16 id;
	u32 time;
	u64 value;
};

/* What is wrong with some lines, counted. */
struct sample_faults {
	u32 missing;	/* lines: nothing is in them */
	u32 foreign;	/* lines: of another counter than was due */
	u32 torn;	/* samples: not all of their lines are of one */
	u32 repeated;	/* samples: of a number that was there before */
};

/*
 * Read `n` lines of samples, the first a sample's first. `samples` has room
 * for them; their number is returned, without those that are missing. Faults
 * are added to what is counted already. sampling->n is not 0.
 */
u32 samples_read(const struct sampling *sampling, const u8 *lines, u32 n,
		 struct sample *samples, struct sample_faults *faults);

#endif
