/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * How commands reach the firmware model once they were judged: by a function
 * call in this process, or over the command socket of a connectx-emu.
 */
#ifndef CLI_EMU_DOOR_H
#define CLI_EMU_DOOR_H

#include "firmware.h"
#include "mlx5ctl.h"
#include "prm.h"

struct emu_door {
	/* Whether a device's name is for this door; the last takes the rest. */
	bool (*claims)(const char *device);
	int (*open)(const char *device, void **handle,
		    struct mlx5ctl_error *error);
	/* The user contexts that were created through it are gone then. */
	void (*close)(void *handle);
	/* UCTX capabilities that the device offers. */
	u32 (*uctx_cap)(void *handle);
	/* By several threads at once. Errors as the transport's exec. */
	int (*exec)(void *handle, const void *in, u32 in_len, void *out,
		    u32 out_len, struct mlx5ctl_error *error);
	/* The same in two steps, as the transport's; or NULL, both. */
	int (*begin)(void *handle, const void *in, u32 in_len, void *out,
		     u32 out_len, void **pending, struct mlx5ctl_error *error);
	int (*end)(void *handle, void *pending, struct mlx5ctl_error *error);
	/*
	 * Zeroed pages that the device sees at a bus address; the caller gives
	 * them back, or unmaps them after the door was closed.
	 */
	int (*lend)(void *handle, u64 size, u8 **pages, u64 *bus,
		    struct mlx5ctl_error *error);
	void (*take_back)(void *handle, u8 *pages, u64 bus, u64 size);
	/*
	 * Reset the card, or with `preview` only say what that would change;
	 * at most EMU_DOOR_CHANGES of them.
	 */
	int (*reset)(void *handle, enum emu_reset how, bool preview,
		     struct emu_nv_change *changes, u32 *n,
		     struct mlx5ctl_error *error);
	/*
	 * Events of the firmware tracer from number *next on: at most
	 * EMU_DOOR_EVENTS of EMU_TRACED_BYTES, *n of them.
	 */
	int (*traced)(void *handle, u64 *next, u8 *events, u32 *n,
		      struct mlx5ctl_error *error);
	/* The firmware's health buffer, EMU_HEALTH_BYTES, and its counter. */
	int (*health)(void *handle, u8 *buffer, u32 *counter,
		      struct mlx5ctl_error *error);
};

#define EMU_DOOR_EVENTS 1024
#define EMU_DOOR_CHANGES 1024

extern const struct emu_door emu_door_embedded, emu_door_socket;

/* How long a connectx-emu may take for one command, as mlx5_core waits. */
#define EMU_DOOR_TIMEOUT_MS 60000

/* The command socket that a device's name leads to; false where none is. */
bool emu_door_socket_of(const char *device, char *path, size_t size);

/* The path that the name of a device has after "emu:", or NULL. */
const char *emu_door_path(const char *device);

/* The door to a connectx-emu, for those who would wait less or more. */
int emu_door_socket_connect(const char *path, unsigned int timeout_ms,
			    void **handle, struct mlx5ctl_error *error);

#endif
