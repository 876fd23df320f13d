/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The driver as golden lines are asked of it: a file, and what it has made. */
#ifndef VERDICTS_LIVE_H
#define VERDICTS_LIVE_H

#include "golden.h"

struct live {
	const char *path;
	int file;
	enum policy_lockdown lockdown;
	struct golden_session session;	/* what the file has made */
	struct golden_session golden;	/* what stands for that in the lines */
};

/* Open it and make, at the same addresses, what a golden file can have. */
bool live_open(struct live *live, const char *path);

/* Put the ids of what was made for those of the golden session. */
void live_translate(const struct live *live, u8 *in, u32 in_len);

/* Be somebody who holds these; all that were there can be had again. */
void live_hold(u32 capabilities);

/* 0, or the errno; an error of the firmware's is none. */
int live_send(int file, const void *in, u32 in_len, void *out, u32 out_len);

#endif
