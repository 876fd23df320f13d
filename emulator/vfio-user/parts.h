/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the parts of the server share. */
#ifndef VFU_PARTS_H
#define VFU_PARTS_H

#include <pthread.h>
#include <stdbool.h>
#include "protocol.h"
#include "server.h"
#include "transport.h"

/* Memory of the client. Kept in order of addresses, none overlaps another. */
struct vfu_map {
	uint64_t address;
	uint64_t size;
	uint32_t flags;		/* VFIO_DMA_MAP_FLAG_* */
	uint8_t *bytes;		/* NULL: there, but not shared with us */
};

struct vfu_memory {
	pthread_rwlock_t lock;	/* held by every transfer; unmapping excludes them */
	struct vfu_map *maps;
	uint32_t n;
	uint32_t room;		/* for so many of at most VFU_MAX_MAPS */
};

void vfu_memory_init(struct vfu_memory *memory);
void vfu_memory_destroy(struct vfu_memory *memory);
/* fd is -1 where the memory is not shared; it stays the caller's. 0 or -errno. */
int vfu_memory_map(struct vfu_memory *memory, const struct vfu_dma_map *map,
		   int fd);
int vfu_memory_unmap(struct vfu_memory *memory, uint64_t address, uint64_t size);
void vfu_memory_unmap_all(struct vfu_memory *memory);

/* Eventfds of the client, for each vector of each kind of interrupt. */
struct vfu_irqs {
	pthread_mutex_t lock;
	struct vfu_vectors {
		int *eventfd;	/* -1: none */
		uint32_t n;
	} kind[VFU_N_IRQS];
};

void vfu_irqs_init(struct vfu_irqs *irqs);
void vfu_irqs_destroy(struct vfu_irqs *irqs);
/* Make room for so many of each; 0 or -errno. */
int vfu_irqs_resize(struct vfu_irqs *irqs, const uint32_t counts[VFU_N_IRQS]);
void vfu_irqs_drop(struct vfu_irqs *irqs);
/* The command, with bools behind it where its flags say so. 0 or -errno. */
int vfu_irqs_set(struct vfu_irqs *irqs, const struct vfio_irq_set *set,
		 uint32_t n_data, struct vfu_fds *fds);

struct vfu_server {
	struct vfu_function function;
	struct vfu_memory memory;
	struct vfu_irqs irqs;
	const struct vfu_transport *transport;
	void *link;
	pthread_t thread;
	bool has_thread;
	bool is_negotiated;	/* with this client */
};

struct vfu_message {
	struct vfu_header header;
	uint8_t *payload;	/* exactly as many bytes as came */
	uint32_t len;
	struct vfu_fds fds;
};

/* The answer, in the making: header and payload in one piece. */
struct vfu_reply {
	uint8_t *bytes;
	uint32_t len;		/* of the payload */
};

/* Room for a payload of zeroes; NULL: no memory. */
void *vfu_reply_payload(struct vfu_reply *reply, uint32_t len);

/*
 * Do what a message asks: 0 and the reply's payload, or -errno. Lengths and
 * the number of descriptors were checked against the command's row.
 */
int vfu_execute(struct vfu_server *server, struct vfu_message *message,
		struct vfu_reply *reply);

/* Agree on version and capabilities: 0 and the reply's payload, or -errno. */
int vfu_negotiate(struct vfu_server *server, struct vfu_message *message,
		  struct vfu_reply *reply);

/* Talk with the client that the transport has until one of them ends it. */
void vfu_converse(struct vfu_server *server);

#endif
