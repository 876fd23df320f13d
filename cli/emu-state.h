/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The NV configuration of the embedded device, kept from one run of the tool
 * to the next: a file for each card under $XDG_STATE_HOME/mlx5ctl, or
 * ~/.local/state/mlx5ctl. Where nothing may be written, it can be read.
 */
#ifndef CLI_EMU_STATE_H
#define CLI_EMU_STATE_H

#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>

#include "firmware.h"
#include "mlx5ctl.h"
#include "prm.h"

struct emu_state {
	char path[PATH_MAX];	/* "": there is no place for it */
	pthread_mutex_t lock;
	int held;		/* the lock's file descriptor, or -1 */
	struct stat seen;	/* the file whose content the device has */
	char *before;		/* what was kept when the lock was taken */
};

/* `card` is what devices with the same configuration have in common. */
void emu_state_begin(struct emu_state *state, const char *card);
void emu_state_end(struct emu_state *state);

/* Whether a mailbox reads or (`is_write`) may change what is kept. */
bool emu_state_concerns(const u8 *in, u32 in_len, bool *is_write);

/* Give the device what is kept, unless it has it. -EIO: that is unusable. */
int emu_state_load(struct emu_state *state, struct emu_device *device,
		   struct mlx5ctl_error *error);

/*
 * From lock to unlock, nobody else changes it; the device has it then. What
 * it has by the unlock is kept, or -EIO, and the device has the former again.
 */
int emu_state_lock(struct emu_state *state, struct emu_device *device,
		   struct mlx5ctl_error *error);
int emu_state_unlock(struct emu_state *state, struct emu_device *device,
		     struct mlx5ctl_error *error);

#endif
