/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The transport of /dev/fwctl/fwctlN, be it the kernel's own or our driver's. */
#ifndef MLX5CTL_FWCTL_H
#define MLX5CTL_FWCTL_H

#include "mlx5ctl.h"

extern const struct mlx5ctl_transport fwctl_transport;

#endif
