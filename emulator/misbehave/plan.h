/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A plan as it is kept, for the files of this folder only. */
#ifndef EMU_PLAN_H
#define EMU_PLAN_H

#include "faults.h"
#include "../firmware/model.h"

#define EMU_MAX_RULES 64	/* those that fire are bits of a word */
#define EMU_MAX_SETS 16
#define EMU_ANY UINT32_MAX

enum emu_filling {
	EMU_VALUE,
	EMU_ONES,
	EMU_RANDOM,
};

struct emu_setting {
	struct prm_bits at;
	enum emu_filling filling;
	uint64_t value;
};

struct emu_match {		/* EMU_ANY: whatever it is */
	uint32_t command;
	uint32_t op_mod;
	uint32_t reg;
	uint32_t capability;
	uint32_t uid;
};

/* Which of those that match: each `every`-th after `skip`, `count` at most. */
struct emu_when {
	uint32_t skip;
	uint32_t every;
	uint32_t count;
	uint32_t percent;
};

struct emu_fault {
	uint32_t delay[2];	/* microseconds, from and to */
	uint32_t skip_effect;	/* not executed: success and zeroes */
	uint32_t stale;		/* the answer is the one before */
	uint32_t echo;		/* what follows status and syndrome is the inbox */
	uint32_t reserved;	/* bits that the schema does not name are ones */
	uint32_t torn;		/* zeroes from this byte on; EMU_ANY: whole */
	struct emu_setting sets[EMU_MAX_SETS];
	uint32_t n_sets;
	/* Of dumps, when they are composed; such a rule does nothing else. */
	uint32_t dump_at;	/* from this byte on ... */
	uint32_t dump_times;	/* ... so many dwords ... */
	uint32_t dump_word;	/* ... are this */
	uint32_t dump_cut;	/* it ends here; EMU_ANY: where it should */
	/* What changes in the health buffer, and whether its counter stands. */
	struct emu_setting health[EMU_MAX_SETS];
	uint32_t n_health;
	uint32_t health_stops;	/* EMU_ANY: as it is */
	struct emu_outcome outcome;
};

struct emu_rule {
	struct emu_match match;
	struct emu_when when;
	struct emu_fault fault;
	uint32_t seen;
	uint32_t fired;
};

struct emu_plan {
	uint64_t random;	/* begun as the seed */
	struct emu_rule rules[EMU_MAX_RULES];
	uint32_t n_rules;
};

static inline bool emu_accesses_register(uint32_t opcode)
{
	return opcode == PRM_OP_ACCESS_REG ||
	       opcode == PRM_OP_ACCESS_REGISTER_USER;
}

static inline bool emu_spoils_dumps(const struct emu_fault *fault)
{
	return fault->dump_times || fault->dump_cut != EMU_ANY;
}

/* The layout after a mailbox's header that a match means, or NULL. */
const struct prm_layout *emu_match_payload(const struct emu_match *match);

#endif
