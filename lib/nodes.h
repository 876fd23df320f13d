/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The nodes of the kernel driver, as sysfs shows them; none is opened. */
#ifndef MLX5CTL_NODES_H
#define MLX5CTL_NODES_H

#include <stdbool.h>
#include <stddef.h>

struct node {
	char name[64];		/* "mlx5_core.ctl.0" */
	char path[128];		/* "/dev/mlx5ctl-mlx5_core.ctl.0" */
	char function[64];	/* "0000:08:00.0", or "" */
	char driver[64];	/* "mlx5_core", or "" */
	char firmware[64];	/* "28.43.1014", or "" where nobody says it */
};

/* Where they are; only a test sets anything else. */
struct node_roots {
	const char *sys;
	const char *dev;
};

extern struct node_roots node_roots;

/* Call `found` with each, by number, until it returns non-zero. */
int nodes_each(int (*found)(void *context, const struct node *node),
	       void *context);

/*
 * The node that a word means: its name, its number, or its function's PCI
 * address, auxiliary, network or RDMA device.
 */
bool node_find(const char *word, struct node *node);

/* What the node of that name says of itself; false where there is none. */
bool node_state(const char *name, char *text, int size);

#endif
