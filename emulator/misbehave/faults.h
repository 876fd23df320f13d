/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A device that is slow, or lies. What it does wrong is data: a plan is a
 * JSON document (schema/faults.json) of rules, each a match and a fault made
 * of a few independent actions. Everything random comes from the plan's seed.
 */
#ifndef EMU_FAULTS_H
#define EMU_FAULTS_H

#include "../firmware/firmware.h"

struct emu_plan;

/* NULL and a problem where the document is not a plan. */
struct emu_plan *emu_plan_parse(const char *name, const char *text, size_t len,
				struct emu_problem *problem);

/* One of those that are part of the program, and their names. */
struct emu_plan *emu_plan_shipped(const char *name,
				  struct emu_problem *problem);
const char *emu_plan_name(unsigned int index);

/* What people write: a file where it has a slash or a dot, else a name. */
struct emu_plan *emu_plan_named(const char *word, struct emu_problem *problem);

void emu_plan_free(struct emu_plan *plan);

#define EMU_MAX_DELAY 3600000000u	/* microseconds */

/*
 * Both before the device's first command; 0 or -ENOMEM. The plan is the
 * device's from here on, whatever is returned. The latency is added to what
 * the plan's delays say, and waited while other commands run.
 */
int emu_set_latency(struct emu_device *device, uint32_t microseconds);
int emu_set_faults(struct emu_device *device, struct emu_plan *plan);

/*
 * Wake all who wait; from here on no command waits. Needed before the threads
 * that execute commands are joined: emu_destroy() is for when none runs.
 */
void emu_stop(struct emu_device *device);

enum emu_damage {		/* to a descriptor or its mailboxes */
	EMU_BAD_TOKEN		= 1 << 0,
	EMU_BAD_SIGNATURE	= 1 << 1,
	EMU_BAD_BLOCK_NUMBER	= 1 << 2,
	EMU_BAD_NEXT		= 1 << 3,
};

/* What happens to a command beside its answer, for a door that can do it. */
struct emu_outcome {
	uint32_t lost;		/* it never completes */
	uint32_t delivery;	/* status of the descriptor */
	uint32_t completions;	/* how often it completes: 1 */
	uint32_t slot_xor;	/* completes in another's place */
	uint32_t damage;	/* enum emu_damage */
	uint32_t early;		/* bytes written before it completes; all ones: all */
	uint32_t changes;	/* the answer once more, inverted, afterwards */
	uint32_t out_len;	/* as the descriptor says; all ones: the truth */
};

/* Completes once, in its place, whole and undamaged. */
extern const struct emu_outcome emu_as_it_should;

/*
 * As emu_exec(), which knows of these only that a lost command is -ETIMEDOUT
 * (at once: what never comes need not be waited for) and one that was not
 * delivered -EIO. Where `epoch` is not NULL and another epoch began before the
 * firmware came to the command: -ECANCELED, and nothing is done.
 */
int emu_exec_with(struct emu_device *device, const uint32_t *epoch,
		  const void *in, uint32_t in_len, void *out,
		  uint32_t out_len, struct emu_outcome *outcome);

/* A command that came, and is to be executed when it is due. */
struct emu_arrival {
	uint64_t begun;		/* nanoseconds of CLOCK_MONOTONIC, both; ... */
	uint64_t due;		/* ... 0: at once */
	uint64_t rules;		/* of the plan, that fire */
	bool skips_effect;	/* by one of them */
	const uint32_t *epoch;	/* that it is of; NULL: of any */
	const void *client;	/* who sent it, for emu_leave(); NULL: nobody */
};

/*
 * The same in steps, for those who wait for many at once: what came, which the
 * caller may say more of; until when to wait, which emu_stop() ends; and what
 * is then executed.
 */
void emu_arrive(struct emu_device *device, const void *in, uint32_t in_len,
		struct emu_arrival *arrival);
void emu_wait(struct emu_device *device, const struct emu_arrival *arrival);
int emu_exec_arrived(struct emu_device *device,
		     const struct emu_arrival *arrival, const void *in,
		     uint32_t in_len, void *out, uint32_t out_len,
		     struct emu_outcome *outcome);

/* What a door that knows of lost and undelivered commands only makes of it. */
int emu_outcome_error(int error, const struct emu_outcome *outcome);

#endif
