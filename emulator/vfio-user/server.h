/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The server's side of vfio-user (QEMU: docs/interop/vfio-user.rst): a client
 * maps its memory, sets up interrupts, and reads and writes the regions of a
 * function. One client at a time; when it goes, its memory and interrupts are
 * dropped, the function is reset, and the next is waited for.
 */
#ifndef VFU_SERVER_H
#define VFU_SERVER_H

#include <stddef.h>
#include "function.h"

struct vfu_server;
struct vfu_transport;

/*
 * A server without client: no memory, interrupts go nowhere. It comes before
 * the function, so that the function can be made with it. NULL: no memory.
 */
struct vfu_server *vfu_create(void);

/*
 * Serve the function, which is copied, at a unix socket of that path, in a
 * thread of its own. A socket that is there and that nobody listens at is
 * replaced. Clients can connect when this returns. 0 or -errno.
 */
int vfu_listen(struct vfu_server *server, const struct vfu_function *function,
	       const char *path);

/*
 * Serve clients of a transport in this thread until the transport ends, which
 * is destroyed. 0 or -errno. (vfu_listen() does this in its thread.)
 */
int vfu_serve(struct vfu_server *server, const struct vfu_function *function,
	      const struct vfu_transport *transport, void *link);

/* End the client's connection and the thread, remove the socket. NULL is fine. */
void vfu_destroy(struct vfu_server *server);

/*
 * What the function reaches, from any thread, also while it handles an access.
 *
 * Memory of the client: 0, or -EFAULT and nothing transferred where a byte is
 * not mapped, not by this direction, or not shared with us. Once an unmap is
 * answered, no transfer touches that memory any more.
 */
int vfu_dma_read(struct vfu_server *server, uint64_t address, void *bytes,
		 size_t len);
int vfu_dma_write(struct vfu_server *server, uint64_t address,
		  const void *bytes, size_t len);

/*
 * Signal an MSI-X vector; nothing happens where the client gave no eventfd.
 * Masks are the function's matter. Never blocks.
 */
void vfu_interrupt(struct vfu_server *server, uint32_t vector);

#endif
