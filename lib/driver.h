/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The transport of devices that the kernel driver has: /dev/mlx5ctl-*. */
#ifndef MLX5CTL_DRIVER_H
#define MLX5CTL_DRIVER_H

#include "mlx5ctl.h"

extern const struct mlx5ctl_transport driver_transport;

#endif
