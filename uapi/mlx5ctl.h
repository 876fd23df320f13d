/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-3-Clause */
/*
 * What programs and the driver say to each other over /dev/mlx5ctl-*.
 *
 * Numbers 0x0 to 0x3 of the magic 0x5c are those of mlx5ctl V4, to the bit;
 * from 0x10 on they are ours. Structures are the same for 32-bit programs.
 * Mailboxes are big-endian, as the PRM writes them.
 *
 * An ioctl returns 0 or fails with one of these, each with one meaning. What
 * the firmware answers is no errno: status and syndrome are in the outbox.
 *
 *   EBADMSG    the policy table refuses the command (ask EXPLAIN why), or this
 *              file gave its class up, or the function is restricted; not sent
 *   EPERM      a capability is missing, kernel lockdown closes the command, or
 *              the memory belongs to another process; not sent
 *   EINVAL     a length or address that makes no sense; not sent
 *   EOPNOTSUPP a reserved field is not zero; not sent
 *   EFAULT     a pointer cannot be read, and nothing was sent; or what was
 *              executed cannot be written to where it should go
 *   ENOENT     no such memory is registered
 *   ENOMEM     out of memory; not sent
 *   ENOSPC     a limit of what one file, user or function may have
 *   EAGAIN     mlx5_core did not send it: all its slots are taken, or it is
 *              busy; sending again may help
 *   EREMOTEIO  the firmware refused a command of the driver's own (UMEM_REG,
 *              UMEM_UNREG, the user context of a first command)
 *   EIO        sent, and not delivered: whether it was executed is not known
 *   ETIMEDOUT  sent, and not answered: likewise
 *   ENODEV     the device is gone, and for this file for ever; or it awaits a
 *              reset, which the attribute `state` of the node explains
 *   ENOTTY     no ioctl of this number
 *
 * Who may send what is for the policy (docs/policy.md) and is asked of the
 * caller at each ioctl, not of the opener. A file works for as long as the
 * device stays attached; after that, open again.
 */
#ifndef _UAPI_MLX5CTL_H
#define _UAPI_MLX5CTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MLX5CTL_IOCTL_MAGIC 0x5c

/*
 * Source: the user context (CREATE_UCTX), which the first INFO or command of
 * a file makes; `ucap` is the calling process's at this moment: bits
 * 1 << CAP_NET_RAW, 1 << CAP_SYS_RAWIO and 1 << CAP_SYS_ADMIN where it holds
 * them. Capabilities of contexts are those of the PRM's uctx.cap; the driver
 * asks for TOOLS_RESOURCES (4) where the device offers it and for no other.
 */
struct mlx5ctl_info {
	__u16 uctx_uid;		/* the firmware's number for this file */
	__u16 reserved1;	/* 0 */
	__u32 uctx_cap;		/* granted to this file */
	__u32 dev_uctx_cap;	/* offered by the device */
	__u32 ucap;		/* held by the caller, a mask */
};

#define MLX5CTL_MIN_BYTES 16		/* of a mailbox: its header */
#define MLX5CTL_MAX_BYTES 262144

/*
 * One command. Copied in once, judged, sent with the file's own uid, waited
 * for; only a fatal signal ends the wait. `out` gets what the firmware
 * answered, zero past it, with secrets that the row names blanked. Both
 * lengths are MLX5CTL_MIN_BYTES to MLX5CTL_MAX_BYTES, else EINVAL.
 */
struct mlx5ctl_cmdrpc {
	__aligned_u64 in;	/* address of the inbox */
	__aligned_u64 out;	/* address of the outbox */
	__u32 inlen;		/* bytes */
	__u32 outlen;		/* bytes */
};

/*
 * Memory for dumps. The device is given zeroed pages of the kernel's, never
 * the caller's: what a command of this file has written is copied to `addr`
 * before that command returns. Needs CAP_SYS_ADMIN. At most 64 MiB of pages
 * (EINVAL), and 256 MiB for all files of a function (ENOSPC). Only the
 * process that registered it may use it (EPERM).
 */
struct mlx5ctl_umem_reg {
	__aligned_u64 addr;	/* where the caller wants to read it */
	__aligned_u64 len;	/* bytes, not 0 */
	__u32 umem_id;		/* out: for CREATE_MKEY's mkey_umem_id */
	__u32 reserved;		/* 0, else EOPNOTSUPP */
};

/*
 * Where the device refuses (EREMOTEIO: an mkey still uses it) the memory
 * stays registered.
 */
struct mlx5ctl_umem_unreg {
	__u32 umem_id;
	__u32 reserved;		/* 0, else EOPNOTSUPP */
};

/* Classes of the policy, what a command does; as bits, for masks of them. */
enum mlx5ctl_class {
	MLX5CTL_CLASS_IDENTIFY = 1 << 0,
	MLX5CTL_CLASS_CONFIG_READ = 1 << 1,
	MLX5CTL_CLASS_CONFIG_WRITE = 1 << 2,
	MLX5CTL_CLASS_DEBUG_READ = 1 << 3,
	MLX5CTL_CLASS_DEBUG_WRITE = 1 << 4,
	MLX5CTL_CLASS_FULL = 1 << 5,
};

#define MLX5CTL_CLASSES 0x3f

/* Why the policy refuses. Numbers never change; later ones may be added. */
enum mlx5ctl_reason {
	MLX5CTL_ALLOWED = 1,
	MLX5CTL_TOO_SHORT,	/* a mailbox without what has to be judged */
	MLX5CTL_UNKNOWN,	/* no row has this number */
	MLX5CTL_OWNED_ELSEWHERE, /* `owner` does it instead */
	MLX5CTL_IN_LENGTH,
	MLX5CTL_OUT_LENGTH,
	MLX5CTL_RESERVED,	/* a bit that the row does not name is set */
	MLX5CTL_VALUE,		/* `field` has a value that the row does not list */
	MLX5CTL_FOREIGN,	/* an object that this file did not make */
	MLX5CTL_OTHER_FUNCTION,	/* reaches beyond the own function */
	MLX5CTL_EXTENT,		/* outside of the memory that was registered */
	MLX5CTL_STALE,		/* continues what this file was not answered */
	MLX5CTL_LABEL,		/* the given label does not admit the class */
	MLX5CTL_NARROWED,	/* this file or this function has not the class */
};

enum mlx5ctl_lockdown {
	MLX5CTL_LOCKDOWN_NONE,
	MLX5CTL_LOCKDOWN_INTEGRITY,
	MLX5CTL_LOCKDOWN_CONFIDENTIALITY,
};

#define MLX5CTL_NO_LABEL 0xffffffff

/*
 * What would be said of a command, which is not sent, and what it needs. No
 * capability and no lockdown is asked for, so neither leaves a trace in logs:
 * reason is never about them, and who wants to know compares. What this
 * file made and gave up is taken into account. Lengths are not limited to
 * those of CMDRPC: a header that is missing is a reason, too (at most
 * MLX5CTL_MAX_BYTES of inbox, else EINVAL).
 *
 * byte and bit are a position of the inbox as prm/schema writes it, the
 * offset of the dword and the lowest bit concerned, where the reason has one.
 * Strings end with a zero and are cut where they do not fit. The row is the
 * innermost that was found; without one, all its fields are zero.
 */
struct mlx5ctl_explain {
	__aligned_u64 in;	/* address of the inbox */
	__u32 inlen;		/* bytes */
	__u32 outlen;		/* bytes that the outbox would have */
	__u32 label;		/* fwctl's scope 0-3, else EINVAL; or MLX5CTL_NO_LABEL */
	__u32 reserved;		/* 0, else EOPNOTSUPP */
	/* out: */
	__u32 reason;		/* enum mlx5ctl_reason */
	__u32 class_bit;	/* enum mlx5ctl_class; 0: never, or not known */
	__u32 capabilities;	/* needed, all of the mask 1 << CAP_* */
	__u32 lockdown;		/* enum mlx5ctl_lockdown: closed from here on */
	__u32 taints;		/* 1: sending it would taint the kernel */
	__u32 byte;
	__u32 bit;
	__u32 key;		/* the row's (first) number */
	char table[32];		/* that the row is in, "register-reads" */
	char rule[96];		/* name of the row, "PAOS" */
	char field[64];		/* whose value was refused, "admin_status" */
	char owner[64];		/* who does it instead, "ip link set" */
	char why[192];		/* the row's reason, one line */
};

/*
 * The policy as text, canonical and the same for everybody: the SHA-256 of
 * the whole is its hash. Read it in pieces: `size` bytes from `offset` on,
 * until offset reaches `total`. An offset past the end gives 0 bytes.
 */
struct mlx5ctl_rules {
	__aligned_u64 text;	/* address of `size` bytes */
	__u32 offset;
	__u32 size;		/* in: room; out: bytes written */
	__u32 total;		/* out: bytes of the whole */
	__u32 reserved;		/* 0, else EOPNOTSUPP */
	__u8 hash[32];		/* out: SHA-256 of the whole */
};

/*
 * Keep only these classes, for this file and for good; bits that are no
 * class are EINVAL. All of them change nothing and so ask what is left. With
 * none left INFO is EBADMSG, too.
 * Whoever can open the node gets a fresh file: a sandbox must lose the node,
 * too.
 */
struct mlx5ctl_narrow {
	__u32 classes;		/* in: to keep; out: what is left */
	__u32 reserved;		/* 0, else EOPNOTSUPP */
};

#define MLX5CTL_IOCTL_INFO \
	_IOR(MLX5CTL_IOCTL_MAGIC, 0x0, struct mlx5ctl_info)
#define MLX5CTL_IOCTL_CMDRPC \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x1, struct mlx5ctl_cmdrpc)
#define MLX5CTL_IOCTL_UMEM_REG \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x2, struct mlx5ctl_umem_reg)
#define MLX5CTL_IOCTL_UMEM_UNREG \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x3, struct mlx5ctl_umem_unreg)
#define MLX5CTL_IOCTL_EXPLAIN \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x10, struct mlx5ctl_explain)
#define MLX5CTL_IOCTL_RULES \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x11, struct mlx5ctl_rules)
#define MLX5CTL_IOCTL_NARROW \
	_IOWR(MLX5CTL_IOCTL_MAGIC, 0x12, struct mlx5ctl_narrow)

#endif
