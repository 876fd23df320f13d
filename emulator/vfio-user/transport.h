/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What carries messages and file descriptors; the server knows no sockets. */
#ifndef VFU_TRANSPORT_H
#define VFU_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Descriptors in one message; QEMU refuses a server that takes more. */
#define VFU_MAX_FDS	16

struct vfu_fds {
	int fd[VFU_MAX_FDS];
	uint32_t n;
	uint32_t n_lost;	/* that did not fit, and were closed */
};

/* Keep a descriptor, which now belongs to the message, or close it. */
void vfu_fds_add(struct vfu_fds *fds, int fd);
void vfu_fds_close(struct vfu_fds *fds);
/* Take one out, which then belongs to the caller. */
int vfu_fds_take(struct vfu_fds *fds, uint32_t i);

struct vfu_transport {
	/* Wait for a client: 0, or -errno: there will be no more. */
	int (*accept)(void *link);
	/* Up to len bytes, and what came with them; 0: the client is gone. */
	ssize_t (*receive)(void *link, void *bytes, size_t len,
			   struct vfu_fds *fds);
	/* All of it, or -errno. */
	int (*send)(void *link, const void *bytes, size_t len);
	void (*hang_up)(void *link);
	/* From another thread: what waits in the above returns an error. */
	void (*stop)(void *link);
	void (*destroy)(void *link);
};

extern const struct vfu_transport vfu_socket;

/* A listening unix socket for vfu_socket; 0 or -errno. */
int vfu_socket_create(const char *path, void **link);

#endif
