/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Messages of vfio-user 0.0, in the byte order of the host. Structures that
 * the ioctls of VFIO have, too, are those of <linux/vfio.h>.
 */
#ifndef VFU_PROTOCOL_H
#define VFU_PROTOCOL_H

#include <stdint.h>

#define VFU_MAJOR	0
#define VFU_MINOR	0

enum vfu_command_id {
	VFU_VERSION = 1,
	VFU_DMA_MAP = 2,
	VFU_DMA_UNMAP = 3,
	VFU_DEVICE_GET_INFO = 4,
	VFU_DEVICE_GET_REGION_INFO = 5,
	VFU_DEVICE_GET_REGION_IO_FDS = 6,
	VFU_DEVICE_GET_IRQ_INFO = 7,
	VFU_DEVICE_SET_IRQS = 8,
	VFU_REGION_READ = 9,
	VFU_REGION_WRITE = 10,
	VFU_DEVICE_RESET = 13,
};

struct vfu_header {
	uint16_t id;
	uint16_t command;
	uint32_t size;		/* of the message, with this header */
	uint32_t flags;
	uint32_t error;		/* errno, in replies */
};

#define VFU_REPLY	0x1u
#define VFU_NO_REPLY	0x10u
#define VFU_ERROR	0x20u

struct vfu_version {
	uint16_t major;
	uint16_t minor;
	char data[];		/* JSON with its NUL; may be absent */
};

struct vfu_dma_map {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_DMA_MAP_FLAG_READ, _WRITE */
	uint64_t offset;
	uint64_t address;
	uint64_t size;
};

struct vfu_dma_unmap {
	uint32_t argsz;
	uint32_t flags;		/* VFIO_DMA_UNMAP_FLAG_ALL */
	uint64_t address;
	uint64_t size;
};

struct vfu_device_info {
	uint32_t argsz;
	uint32_t flags;
	uint32_t n_regions;
	uint32_t n_irqs;
};

struct vfu_region_access {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
	uint8_t data[];
};

/* Bounds of what a client may say; max_data_xfer_size is the default's. */
#define VFU_MAX_TRANSFER	(1u << 20)
#define VFU_MAX_VERSION		4096u
#define VFU_MAX_MAPS		65535u
#define VFU_PAGE		4096u
/* A bool for each vector. */
#define VFU_MAX_VECTORS		2048u

#endif
