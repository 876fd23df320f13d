/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A function made to be asked: regions of memory, and registers that make it
 * reach for the client's memory and interrupts. Numbers are the host's.
 */
#ifndef TESTS_VFIO_USER_TOY_H
#define TESTS_VFIO_USER_TOY_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "vfio-user/server.h"

/* Region 0 are the registers; 2 is the buffer that DMA copies from and to. */
struct toy_registers {
	uint64_t address;
	uint32_t len;
	uint32_t job;		/* enum toy_job; writing it does it */
	int32_t result;		/* of the last job */
	uint32_t resets;
	uint64_t rounds;	/* of transfers that the busy thread did */
	uint32_t accesses;	/* to any region */
};

enum toy_job {
	TOY_NOTHING,
	TOY_READ,		/* memory at address to the buffer */
	TOY_WRITE,		/* and back */
	TOY_INTERRUPT,		/* vector `len` */
	TOY_BUSY,		/* transfer and interrupt without pause */
	TOY_IDLE,
};

#define TOY_BUFFER	(64u << 10)
#define TOY_VECTORS	64

struct toy {
	struct vfu_server *server;
	struct toy_registers registers;
	uint8_t buffer[TOY_BUFFER];
	uint8_t config[256];
	pthread_t thread;
	atomic_bool is_busy;
	atomic_ulong rounds;
	atomic_bool has_thread;
	bool is_calm;		/* never busy: for who wants no threads */
};

/*
 * Region 4 may only be read, 5 only be written, and 1 fails when it is; 3 is
 * larger than a transfer may be.
 */
static const struct vfu_function toy_function = {
	.regions = {
		[VFIO_PCI_BAR0_REGION_INDEX] = { 4096, 3 },
		[VFIO_PCI_BAR1_REGION_INDEX] = { 16, 3 },
		[VFIO_PCI_BAR2_REGION_INDEX] = { TOY_BUFFER, 3 },
		[VFIO_PCI_BAR3_REGION_INDEX] = { 4u << 20, 3 },
		[VFIO_PCI_BAR4_REGION_INDEX] = { 256, VFIO_REGION_INFO_FLAG_READ },
		[VFIO_PCI_BAR5_REGION_INDEX] = { 256, VFIO_REGION_INFO_FLAG_WRITE },
		[VFIO_PCI_CONFIG_REGION_INDEX] = { 256, 3 },
	},
	.irqs = {
		[VFIO_PCI_MSIX_IRQ_INDEX] = TOY_VECTORS,
		[VFIO_PCI_ERR_IRQ_INDEX] = 1,
	},
};

static void *toy_be_busy(void *context)
{
	struct toy *toy = context;
	uint8_t bytes[512] = {};

	while (toy->is_busy) {
		for (uint64_t at = 0; at < 4; at++) {
			vfu_dma_read(toy->server, at << 12, bytes, sizeof(bytes));
			vfu_dma_write(toy->server, at << 12, bytes, sizeof(bytes));
		}
		vfu_interrupt(toy->server, toy->rounds++ % TOY_VECTORS);
	}
	return NULL;
}

static inline void toy_stop(struct toy *toy)
{
	toy->is_busy = false;
	if (toy->has_thread)
		pthread_join(toy->thread, NULL);
	toy->has_thread = false;
}

static void toy_start(struct toy *toy)
{
	toy_stop(toy);
	if (toy->is_calm)
		return;
	toy->is_busy = true;
	toy->has_thread = !pthread_create(&toy->thread, NULL, toy_be_busy, toy);
}

static void toy_do(struct toy *toy)
{
	struct toy_registers *registers = &toy->registers;
	uint32_t len = registers->len < TOY_BUFFER ? registers->len : TOY_BUFFER;

	switch ((enum toy_job)registers->job) {
	case TOY_NOTHING:
		break;
	case TOY_READ:
		registers->result = vfu_dma_read(toy->server, registers->address,
						 toy->buffer, len);
		break;
	case TOY_WRITE:
		registers->result = vfu_dma_write(toy->server, registers->address,
						  toy->buffer, len);
		break;
	case TOY_INTERRUPT:
		vfu_interrupt(toy->server, registers->len);
		break;
	case TOY_BUSY:
		toy_start(toy);
		break;
	case TOY_IDLE:
		toy_stop(toy);
		break;
	}
}

static uint8_t *toy_region(struct toy *toy, uint32_t region, size_t *size)
{
	toy->registers.rounds = toy->rounds;
	toy->registers.accesses++;
	*size = region == VFIO_PCI_BAR2_REGION_INDEX ? sizeof(toy->buffer) :
		region == VFIO_PCI_BAR0_REGION_INDEX ? sizeof(toy->registers) :
		sizeof(toy->config);
	return region == VFIO_PCI_BAR2_REGION_INDEX ? toy->buffer :
	       region == VFIO_PCI_BAR0_REGION_INDEX ? (void *)&toy->registers :
	       toy->config;
}

static inline int toy_read(void *context, uint32_t region, uint64_t offset,
			   void *bytes, uint32_t len)
{
	size_t size;
	uint8_t *from = toy_region(context, region, &size);

	if (region == VFIO_PCI_BAR1_REGION_INDEX)
		return -EIO;
	if (offset < size)
		memcpy(bytes, from + offset,
		       len < size - offset ? len : size - offset);
	return 0;
}

static inline int toy_write(void *context, uint32_t region, uint64_t offset,
			    const void *bytes, uint32_t len)
{
	size_t size;
	struct toy *toy = context;
	uint8_t *to = toy_region(toy, region, &size);

	if (region == VFIO_PCI_BAR1_REGION_INDEX)
		return -EIO;
	if (offset < size)
		memcpy(to + offset, bytes,
		       len < size - offset ? len : size - offset);
	if (region == VFIO_PCI_BAR0_REGION_INDEX &&
	    offset <= offsetof(struct toy_registers, job) &&
	    offset + len > offsetof(struct toy_registers, job))
		toy_do(toy);
	return 0;
}

static inline void toy_reset(void *context)
{
	struct toy *toy = context;

	toy->registers.resets++;
	memset(toy->buffer, 0, sizeof(toy->buffer));
}

static inline struct vfu_function toy_of(struct toy *toy)
{
	struct vfu_function function = toy_function;

	function.context = toy;
	function.read = toy_read;
	function.write = toy_write;
	function.reset = toy_reset;
	return function;
}

#endif
