/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the files of the library share; none of it is exported. */
#ifndef MLX5CTL_INTERNAL_H
#define MLX5CTL_INTERNAL_H

#include "mlx5ctl.h"
#include "prm.h"

/* Note what went wrong, if anyone wants to know; returns `code`. */
int __attribute__((format(printf, 3, 4)))
lib_fail(struct mlx5ctl_error *error, int code, const char *format, ...);

#endif
