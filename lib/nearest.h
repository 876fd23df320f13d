/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Which of many names was perhaps meant. */
#ifndef MLX5CTL_NEAREST_H
#define MLX5CTL_NEAREST_H

struct nearest {
	const char *wanted;
	char best[64];
	unsigned int distance;
};

void nearest_begin(struct nearest *nearest, const char *wanted);
void nearest_offer(struct nearest *nearest, const char *candidate);

/* The best name offered, or "" when none is near enough to be meant. */
const char *nearest_found(const struct nearest *nearest);

#endif
