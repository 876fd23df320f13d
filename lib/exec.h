/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A device, and mlx5ctl_exec() in two steps where its transport has them. */
#ifndef MLX5CTL_EXEC_H
#define MLX5CTL_EXEC_H

#include <pthread.h>

#include "mlx5ctl.h"

struct mlx5ctl_device {
	const struct mlx5ctl_transport *transport;
	void *handle;
	pthread_mutex_t dumping;	/* held for a whole dump */
};

/*
 * The command's result and error are set, and the result returned: 0 where it
 * needs an end, -EAGAIN and -EOPNOTSUPP as of the transport's begin().
 */
int exec_begin(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	       void **pending);
void exec_end(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	      void *pending);

#endif
