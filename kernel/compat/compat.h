/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What differs between kernels. Features are looked for, versions are not;
 * Kbuild looks for those that only the text of a header tells.
 */
#ifndef MCTL_COMPAT_H
#define MCTL_COMPAT_H

#include <linux/kernel.h>
#include <linux/panic.h>
#ifdef MCTL_HAS_HEX_H
#include <linux/hex.h>
#endif

/* mlx5_core shows a child to drivers of fwctl: where there is a header of it. */
#ifdef MCTL_HAS_FWCTL_H
#define MCTL_HAS_FWCTL_CHILD true
#else
#define MCTL_HAS_FWCTL_CHILD false
#endif

/* Who names a node of a class may not change its device. */
#ifdef MCTL_HAS_CONST_DEVNODE
#define MCTL_DEVNODE_CONST const
#else
#define MCTL_DEVNODE_CONST
#endif

/* Kernels that have no mark of their own for this have the general one. */
#ifdef TAINT_FWCTL
#define MCTL_TAINT TAINT_FWCTL
#else
#define MCTL_TAINT TAINT_USER
#endif

#endif
