/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * What programs and /dev/fwctl/fwctlN say to each other, be the node mainline's
 * mlx5_fwctl's or ours: the part of mainline's interface that mlx5 devices
 * have, for kernels without it. Its errors, each with one meaning there:
 *
 *   ENOTTY     no ioctl of this number
 *   EINVAL     `size` is less than the structure was when it was new
 *   E2BIG      `size` is more than this kernel knows, and the rest is not zero
 *   EOPNOTSUPP flags or a scope that this kernel does not know
 *   EMSGSIZE   a mailbox of less than its header, or more than 2 MiB
 *   EBADMSG    the command is refused
 *   ENODEV     the device is gone, and for this file for ever
 *
 * Ours has besides those of uapi/mlx5ctl.h what they mean there: EPERM, EAGAIN,
 * EIO, ETIMEDOUT, ENOSPC, EREMOTEIO.
 */
#ifndef _UAPI_MLX5CTL_FWCTL_H
#define _UAPI_MLX5CTL_FWCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FWCTL_MAX_BYTES (2 << 20)	/* of a mailbox */
#define FWCTL_TYPE_MLX5 1

/* What kind of device it is, and what its driver says of the file. */
struct fwctl_about {
	__u32 size;		/* of this structure, as the caller knows it */
	__u32 flags;		/* 0 */
	__u32 type;		/* out */
	__u32 data_len;		/* in: room, may be 0; out: what there was */
	__aligned_u64 data;	/* address of a struct fwctl_about_mlx5 */
};

struct fwctl_about_mlx5 {
	__u32 uid;		/* the firmware's number for this file */
	__u32 uctx_cap;		/* granted to it */
};

/* What a caller says that a command does, at most. */
enum fwctl_scope {
	FWCTL_CONFIGURATION,
	FWCTL_DEBUG_READ_ONLY,
	FWCTL_DEBUG_WRITE,
	FWCTL_DEBUG_WRITE_FULL,
};

/* One command. A firmware's error is in the outbox and no errno. */
struct fwctl_command {
	__u32 size;		/* of this structure, as the caller knows it */
	__u32 scope;
	__u32 in_len;		/* bytes */
	__u32 out_len;		/* in: room; out: bytes used */
	__aligned_u64 in;	/* address of the inbox */
	__aligned_u64 out;	/* address of the outbox */
};

#define FWCTL_IOCTL_ABOUT _IO(0x9a, 0)
#define FWCTL_IOCTL_COMMAND _IO(0x9a, 1)

#endif
