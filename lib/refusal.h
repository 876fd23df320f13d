/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A verdict as one sentence for a person and one errno. */
#ifndef MLX5CTL_REFUSAL_H
#define MLX5CTL_REFUSAL_H

#include "mlx5ctl.h"

/* Of an allowed command, code is 0 and there is no message. */
void refusal_to_error(const struct mlx5ctl_verdict *verdict,
		      struct mlx5ctl_error *error);

/*
 * Set what an allowed command needs against what a caller has, a mask of
 * 1 << CAP_* and a level of lockdown: the reason may change.
 */
void refusal_settle(struct mlx5ctl_verdict *verdict, uint32_t held,
		    uint32_t lockdown);

#endif
