/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* For every row, a mailbox that it accepts (or that it refuses, if never). */
#ifndef VERDICTS_BASE_H
#define VERDICTS_BASE_H

#include "golden.h"

#define BASE_DEPTH 4

struct base {
	struct golden_case one;	/* `in` has GOLDEN_FAR bytes */
	const struct policy_rule *path[BASE_DEPTH];
	const struct policy_table *tables[BASE_DEPTH];
	u32 depth;
};

typedef void base_use_t(const struct base *base, void *context);

/* Each row of each table, and keys beside the rows. */
void base_each(struct golden_session *session, base_use_t *use, void *context);

/* The value a check is content with. */
u64 base_value(const struct base *base, const struct policy_check *check);

#endif
