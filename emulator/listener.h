/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A Unix socket at a path, for this user only. */
#ifndef EMU_LISTENER_H
#define EMU_LISTENER_H

#include "personality.h"

/*
 * Listen at a path; a socket that nobody serves any more is replaced. The
 * file descriptor, or -1 and why.
 */
int emu_listen(const char *path, struct emu_problem *problem);

#endif
