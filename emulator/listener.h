/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A Unix socket at a path, for this user only. */
#ifndef EMU_LISTENER_H
#define EMU_LISTENER_H

/*
 * Listen at a path; a socket that nobody serves any more is replaced. The file
 * descriptor, or -errno: -EADDRINUSE where another process serves, -EEXIST
 * where something else than a socket is.
 */
int emu_listen(const char *path);

/* What such an error says about the path. */
const char *emu_listen_error(int error);

#endif
