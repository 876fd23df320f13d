/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What went wrong with a node: `number` is an errno of the kernel's. */
#ifndef MLX5CTL_NODE_ERRORS_H
#define MLX5CTL_NODE_ERRORS_H

#include "mlx5ctl.h"
#include "nodes.h"

/* "WHAT to NAME is ...": fills `error`, returns its code. */
int node_fail(const struct node_kind *kind, const char *name, const char *what,
	      int number, struct mlx5ctl_error *error);
/* It could not be opened. */
int node_fail_open(const char *device, int number,
		   struct mlx5ctl_error *error);

#endif
