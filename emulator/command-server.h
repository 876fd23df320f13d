/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The device's end of the command socket; see command-socket.h. */
#ifndef EMU_COMMAND_SERVER_H
#define EMU_COMMAND_SERVER_H

#include "bus.h"
#include "firmware.h"

struct emu_command_server;

/*
 * Serve a device at a path until stopped: up to 64 clients at once. NULL, and
 * why. `bus` is where clients' memory is shown; the device must have been
 * given it as (part of) its host.
 */
struct emu_command_server *
emu_command_server_start(const char *path, struct emu_device *device,
			 struct emu_bus *bus, struct emu_problem *problem);

/* The path is removed; every client is cut off and what it made is gone. */
void emu_command_server_stop(struct emu_command_server *server);

/* Serve one connection until it ends, in this thread; fd stays the caller's. */
void emu_command_serve(struct emu_device *device, struct emu_bus *bus, int fd);

#endif
