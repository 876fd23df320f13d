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
#define MCTL_HAS_FWCTL_CHILD __is_defined(MCTL_HAS_FWCTL_H)

/* Who names a node of a class may not change its device, on newer ones. */
#ifndef MCTL_DEVNODE_CONST
#define MCTL_DEVNODE_CONST
#endif

/* Kernels that have no mark of their own for this have the general one. */
#ifndef TAINT_FWCTL
#define TAINT_FWCTL TAINT_USER
#endif

#endif
