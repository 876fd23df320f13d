/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Mutants of the tables: each is a change that some golden line must notice. */
#ifndef VERDICTS_MUTANTS_H
#define VERDICTS_MUTANTS_H

#include "base.h"
#include "exhaustive.h"

struct path {
	const struct policy_rule *rules[BASE_DEPTH];
};

struct laboratory {
	struct golden_set golden;
	struct path *paths;	/* of each golden line */
	struct second_opinion opinion;
	u32 ours, every, seen;
	u32 mutants, survived;
};

/* Another process may have this mutant. */
bool mutant_is_ours(struct laboratory *lab);
/* The change is made: does anything notice? */
void mutant_judge(struct laboratory *lab, const struct policy_rule *rule,
		  const char *what, const char *which);

void mutate_tables(struct laboratory *lab);
void mutate_classes(struct laboratory *lab);

#endif
