/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Strings that stay for as long as the program runs. */
#ifndef MLX5CTL_INTERN_H
#define MLX5CTL_INTERN_H

/* The one copy of a text; NULL of an empty one, or without memory. */
const char *intern(const char *text);

#endif
