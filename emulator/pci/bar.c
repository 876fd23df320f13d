// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* BAR 0: what is where, dword by dword. */
#include "parts.h"

#define UAR_BYTES 4096
#define FIRST_UAR ((PCI_MSIX_PENDING + UAR_BYTES) / UAR_BYTES)
#define ALL_ONES 0xff

uint32_t pci_get_be32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
	       bytes[3];
}

void pci_put_be32(uint8_t *bytes, uint32_t value)
{
	bytes[0] = value >> 24;
	bytes[1] = value >> 16;
	bytes[2] = value >> 8;
	bytes[3] = value;
}

static void read_segment(struct pci_function *function, uint32_t offset,
			 uint8_t *dword)
{
	pci_put_be32(dword, pci_segment_read(function, offset));
}

static void write_segment(struct pci_function *function, uint32_t offset,
			  const uint8_t *dword)
{
	pci_segment_write(function, offset, pci_get_be32(dword));
}

/* PCI's own registers are little-endian, and kept as they lie. */
static void read_table(struct pci_function *function, uint32_t offset,
		       uint8_t *dword)
{
	memcpy(dword, &function->msix.table[offset / 16][offset % 16], 4);
}

static void write_table(struct pci_function *function, uint32_t offset,
			const uint8_t *dword)
{
	memcpy(&function->msix.table[offset / 16][offset % 16], dword, 4);
	pci_msix_deliver(function);
}

static void read_pending(struct pci_function *function, uint32_t offset,
			 uint8_t *dword)
{
	uint64_t bits = function->msix.pending[offset / 8];

	pci_put_le(dword, 4, offset % 8 ? bits >> 32 : bits);
}

struct area {
	uint32_t first;
	uint32_t bytes;
	void (*read)(struct pci_function *function, uint32_t offset,
		     uint8_t *dword);
	void (*write)(struct pci_function *function, uint32_t offset,
		      const uint8_t *dword);
};

static const struct area areas[] = {
	{ 0, PCI_SEGMENT_BYTES, read_segment, write_segment },
	{ PCI_MSIX_TABLE, EMU_MOST_VECTORS * 16, read_table, write_table },
	{ PCI_MSIX_PENDING, EMU_MOST_VECTORS / 8, read_pending, NULL },
};

static const struct area *find_area(uint32_t offset)
{
	for (size_t i = 0; i < ARRAY_SIZE(areas); i++)
		if (offset - areas[i].first < areas[i].bytes)
			return &areas[i];
	return NULL;
}

static void read_dword(struct pci_function *function, uint32_t offset,
		       uint8_t *dword)
{
	const struct area *area = find_area(offset);

	memset(dword, 0, 4);
	if (area)
		area->read(function, offset - area->first, dword);
}

/* A doorbell reaches the model, whose lock comes before ours. */
static void ring_uar(struct pci_function *function, uint32_t offset,
		     uint32_t value)
{
	pthread_mutex_unlock(&function->lock);
	emu_doorbell(function->device, offset / UAR_BYTES, offset % UAR_BYTES,
		     value);
	pthread_mutex_lock(&function->lock);
}

static void write_dword(struct pci_function *function, uint32_t offset,
			const uint8_t *dword)
{
	const struct area *area = find_area(offset);

	if (area && area->write)
		area->write(function, offset - area->first, dword);
	else if (offset / UAR_BYTES >= FIRST_UAR)
		ring_uar(function, offset, pci_get_be32(dword));
}

/* The part of an access that is in the dword at its beginning. */
static uint32_t part_of(uint64_t offset, uint32_t len)
{
	uint32_t rest = 4 - offset % 4;

	return len < rest ? len : rest;
}

void pci_bar_read(struct pci_function *function, uint64_t offset,
		  uint8_t *bytes, uint32_t len)
{
	uint32_t part;

	pthread_mutex_lock(&function->lock);
	for (; len; offset += part, bytes += part, len -= part) {
		uint8_t dword[4];

		part = part_of(offset, len);
		if (pci_is_decoding(function))
			read_dword(function, offset & ~(uint64_t)3, dword);
		else
			memset(dword, ALL_ONES, sizeof(dword));
		memcpy(bytes, dword + offset % 4, part);
	}
	pthread_mutex_unlock(&function->lock);
}

/* As in the hardware, a piece of a dword does nothing. */
void pci_bar_write(struct pci_function *function, uint64_t offset,
		   const uint8_t *bytes, uint32_t len)
{
	uint32_t part;

	pthread_mutex_lock(&function->lock);
	for (; len; offset += part, bytes += part, len -= part) {
		part = part_of(offset, len);
		if (part == 4 && pci_is_decoding(function))
			write_dword(function, offset, bytes);
	}
	pthread_mutex_unlock(&function->lock);
}
