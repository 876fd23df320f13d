/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Numbers as people write them: decimal or 0x, and nothing around them. */
#ifndef MLX5CTL_NUMBER_H
#define MLX5CTL_NUMBER_H

#include "prm.h"

/* 0; -EINVAL if it is no number; -ERANGE if it is over `most`. */
int parse_number(const char *text, u64 most, u64 *value);

#endif
