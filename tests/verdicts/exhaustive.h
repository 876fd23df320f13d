/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Checks against the second opinion; each answers the number of failures. */
#ifndef VERDICTS_EXHAUSTIVE_H
#define VERDICTS_EXHAUSTIVE_H

#include "expect.h"

struct second_opinion {
	struct listing listing;
	struct golden_set bases;	/* acceptable mailboxes, one per row */
	struct golden_session *session;
	bool quiet;
	bool quick;			/* fewer op_mods of opcodes with a row */
};

bool opinion_load(struct second_opinion *opinion, const char *directory);

u32 check_listed(struct second_opinion *opinion);
u32 check_present(struct second_opinion *opinion);
u32 check_unknown_opcodes(struct second_opinion *opinion);
u32 check_known_opcodes(struct second_opinion *opinion);
u32 check_bases(struct second_opinion *opinion);
u32 check_header(struct second_opinion *opinion);
u32 check_lengths(struct second_opinion *opinion);
u32 check_stamp(struct second_opinion *opinion);

#endif
