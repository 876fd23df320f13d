/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Memory that a file registers, as the driver does it: the device is given
 * pages of ours, zeroed, and never the caller's. What a dump wrote there is
 * copied to the caller's range when the command has answered.
 */
#ifndef CLI_EMU_MEMORY_H
#define CLI_EMU_MEMORY_H

#include <stddef.h>

#include "mlx5ctl.h"
#include "prm.h"

struct emu_session;

#define EMU_MEMORY_EACH ((u64)64 << 20)		/* bytes, in whole pages */
#define EMU_MEMORY_ALL ((u64)256 << 20)		/* of a file */

struct emu_memory {
	struct emu_memory *next;
	u32 id;			/* the umem's */
	u8 *addr;		/* the caller's range */
	u64 len;
	u8 *pages;		/* what the device has; addr is at `offset` */
	u64 size;
	u64 bus;
	u32 offset;
	bool is_going;
};

/* As in struct mlx5ctl_transport; the handle is the session. */
int emu_memory_register(void *handle, void *addr, uint64_t len, uint32_t *id,
			struct mlx5ctl_error *error);
int emu_memory_unregister(void *handle, uint32_t id,
			  struct mlx5ctl_error *error);

/* Show the caller what a command wrote, if any. The session's lock is held. */
void emu_memory_show(struct emu_session *session, const u8 *in, u32 in_len,
		     const u8 *out, u32 out_len);

/* After the door was closed: the device does not know it any more. */
void emu_memory_end(struct emu_session *session);

#endif
