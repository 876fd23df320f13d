/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* mlx5ctl_exec() in two steps, where the transport has them. */
#ifndef MLX5CTL_EXEC_H
#define MLX5CTL_EXEC_H

#include "mlx5ctl.h"

/*
 * The command's result and error are set. Those that failed have *pending NULL
 * and need no end. -EOPNOTSUPP: only mlx5ctl_exec() does it.
 */
int exec_begin(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	       void **pending);
void exec_end(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	      void *pending);

#endif
