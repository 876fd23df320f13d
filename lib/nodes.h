/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The nodes that lead to mlx5 functions, as sysfs shows them; none is opened. */
#ifndef MLX5CTL_NODES_H
#define MLX5CTL_NODES_H

#include <stdbool.h>
#include <stddef.h>

/* A kind of node: in sysfs as class/PREFIX...; its name is without `prefix`. */
struct node_kind {
	const char *class;
	const char *prefix;
	const char *stem;	/* what the number in a name comes after */
	const char *function;	/* the link to it */
	const char *dev;	/* in /dev, before what it is called in sysfs */
	const char *second;	/* an attribute of those that have a first face, or NULL */
};

/* The driver's own, and those of fwctl, be it the driver's or the kernel's. */
extern const struct node_kind driver_nodes, fwctl_nodes;

struct node {
	const struct node_kind *kind;
	char name[64];		/* "mlx5_core.ctl.0", "fwctl0" */
	char path[128];		/* "/dev/mlx5ctl-mlx5_core.ctl.0" */
	char function[64];	/* "0000:08:00.0", or "" */
	char driver[64];	/* "mlx5_core", or "" */
};

/* Where they are; only a test sets anything else. */
struct node_roots {
	const char *sys;
	const char *dev;
};

extern struct node_roots node_roots;

/*
 * Call `found` with each of a kind, by number, until it returns non-zero: its
 * name, and its function, driver and firmware. Second faces are left out.
 * What it returned, 0, or the errno that kept it from looking.
 */
int nodes_list(const struct node_kind *kind,
	       int (*found)(void *context, const char *device,
			    const char *description), void *context);

/* A line of an attribute of the node itself; false, and "", without it. */
bool node_attribute(const struct node *node, const char *name, char *line,
		    int size);

/* The first line of a file without its end; false, and "", where there is none. */
bool nodes_read_line(const char *path, char *line, int size);

/* Whether its function is a virtual one. */
bool node_is_virtual(const struct node *node);

/*
 * The node that a word means: its name, its number, or its function's PCI
 * address, auxiliary, network or RDMA device. 1, 0 without one, or the errno
 * that kept it from looking.
 */
int node_find(const struct node_kind *kind, const char *word,
	      struct node *node);

/* The node that an open file is of, whatever the path to it was called; likewise. */
int node_of_file(const struct node_kind *kind, int file, struct node *node);

#endif
