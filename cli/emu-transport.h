/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The emulated device as a transport: `emu`, `emu:NAME` for a personality
 * that is part of the program, `emu:` and a path with a slash for a file; or,
 * where the path is a connectx-emu's, a function of that.
 *
 * Else each open file has a device of its own. What reaches it was judged as in
 * the kernel, for a caller who holds every capability on a machine without
 * lockdown; to try the rules out, the environment can say otherwise:
 *
 *   MLX5CTL_EMU_CAPS      none, admin, rawio or all (the default)
 *   MLX5CTL_EMU_LOCKDOWN  none (the default), integrity or confidentiality
 *
 * A device of the file's own can be slow or lie:
 *
 *   MLX5CTL_EMU_LATENCY   microseconds that each command takes
 *   MLX5CTL_EMU_FAULTS    a plan of misbehave/: the name of one, or a file
 */
#ifndef CLI_EMU_TRANSPORT_H
#define CLI_EMU_TRANSPORT_H

#include "mlx5ctl.h"
#include "policy.h"

extern const struct mlx5ctl_transport emu_transport;

struct emu_door;
struct emu_session;

/*
 * The session that is open on a device of this name, the last one, for what
 * is no command; NULL: none is.
 */
struct emu_session *emu_transport_session(const char *device);

/* The way to a device of this name; there is always one. */
const struct emu_door *emu_transport_door(const char *device);

/* Whom the device takes the caller to be. 0, or a negative errno. */
int emu_transport_caller(struct policy_answers *answers,
			 struct mlx5ctl_error *error);

#endif
