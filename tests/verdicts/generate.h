/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Golden lines: questions about each row's edges, each with its answer. */
#ifndef VERDICTS_GENERATE_H
#define VERDICTS_GENERATE_H

#include "base.h"

enum outputs_file {
	ROWS, PREDICATES, FLIPS, LENGTHS, REDACTIONS, CALLERS, MEMORY, VIRTUAL,
	N_FILES,
};

#define ROWS_MAX 4096

struct rows_done {
	const struct policy_rule *rows[ROWS_MAX];
	u32 n;
};

struct outputs {
	FILE *files[N_FILES];
	struct rows_done broken, reached, extents;
	u32 classes_done;
	bool host_memory_done;
	bool reaching_done;
};

void say(FILE *file, const struct golden_case *one);
void say_name(FILE *file, const struct base *base);
bool accepts(const struct golden_case *one);

/* Each check of the way broken in turn; or only those about functions. */
void generate_predicates(FILE *file, const struct base *base,
			 struct rows_done *done, bool only_functions);
void generate_callers(struct outputs *to, const struct base *base);
void generate_memory(FILE *file, const struct base *base,
		     struct rows_done *done);
/* A row is reached by many ways; it is asked about on the first. */
bool is_new(struct rows_done *done, const struct policy_rule *rule);

#endif
