/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A PCI function as the vfio-user server sees it: regions, interrupts, and
 * what happens at an access. The server knows nothing of what it serves.
 *
 * Indices and flags are those of <linux/vfio.h>: VFIO_PCI_BAR0_REGION_INDEX,
 * VFIO_REGION_INFO_FLAG_READ, VFIO_PCI_MSIX_IRQ_INDEX, ...
 */
#ifndef VFU_FUNCTION_H
#define VFU_FUNCTION_H

#include <linux/vfio.h>
#include <stdint.h>

#define VFU_N_REGIONS	VFIO_PCI_NUM_REGIONS
#define VFU_N_IRQS	VFIO_PCI_NUM_IRQS

struct vfu_region {
	uint64_t size;		/* 0: there is no such region */
	uint32_t flags;		/* VFIO_REGION_INFO_FLAG_READ, _WRITE */
};

/*
 * Accesses come from one thread, in the order the client made them, with no
 * lock of the server held; they lie inside the region and are allowed by its
 * flags, but may have any length up to 1 MiB and any alignment. They return 0
 * or -errno, which the client is told (where it waits for an answer). Bytes
 * are as they lie in the function: a register of PCI is little-endian.
 */
struct vfu_function {
	void *context;
	struct vfu_region regions[VFU_N_REGIONS];
	/* How many there are of INTx, MSI, MSI-X, ERR and REQ. */
	uint32_t irqs[VFU_N_IRQS];
	int (*read)(void *context, uint32_t region, uint64_t offset,
		    void *bytes, uint32_t len);
	int (*write)(void *context, uint32_t region, uint64_t offset,
		     const void *bytes, uint32_t len);
	/* The client asked for it, or is gone; its memory is no more then. */
	void (*reset)(void *context);
};

#endif
