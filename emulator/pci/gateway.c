// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The vendor-specific capability: a gateway to address spaces of the card,
 * dword by dword through configuration space, with a semaphore around it.
 * Drivers use it for dumps after an error, when commands do not work any
 * more. The crspace that it shows is the initialization segment.
 */
#include "parts.h"

enum {				/* places in the capability */
	CONTROL		= PCI_GATEWAY + 0x04,
	COUNTER		= PCI_GATEWAY + 0x08,
	SEMAPHORE	= PCI_GATEWAY + 0x0c,
	ADDRESS		= PCI_GATEWAY + 0x10,
	DATA		= PCI_GATEWAY + 0x14,
};

enum space {
	SPACE_CRSPACE		= 0x2,
	SPACE_SCAN_CRSPACE	= 0x7,
	SPACE_SEMAPHORES	= 0xa,
};

#define CRSPACE_BYTES 0x1100u	/* as far as the segment has contents */
#define IS_DONE 0x80000000u	/* a read; of a write: not yet */
#define HAS_NO_ADDRESS 0x40000000u
#define ADDRESS_BITS 0x3fffffffu
#define HAS_SPACE 0x20000000u	/* status, of three bits */
#define SIZE_IS_VALID 0x10000000u

static uint32_t get(struct pci_function *function, uint32_t offset)
{
	return pci_get_le(function->config.bytes + offset, 4);
}

static void set(struct pci_function *function, uint32_t offset, uint32_t value)
{
	pci_put_le(function->config.bytes + offset, 4, value);
}

/* Each who asks gets another number to lock with. */
void pci_gateway_read(struct pci_function *function)
{
	set(function, COUNTER, ++function->gateway.counter);
}

static uint32_t size_of(uint32_t space)
{
	switch (space) {
	case SPACE_CRSPACE:
	case SPACE_SCAN_CRSPACE:
		return CRSPACE_BYTES;
	case SPACE_SEMAPHORES:
		return GATEWAY_SEMAPHORES;
	}
	return 0;
}

/* The size is where the address is, until there is an address. */
static void choose_space(struct pci_function *function)
{
	uint32_t space = get(function, CONTROL) & 0xffff;
	uint32_t size = size_of(space);

	set(function, CONTROL,
	    size ? space | HAS_SPACE | SIZE_IS_VALID : space);
	set(function, ADDRESS, size);
}

/* A semaphore is taken by who finds it free, and freed by zero. */
static void write_semaphore(uint32_t *semaphore, uint32_t value)
{
	if (!value || !*semaphore)
		*semaphore = value;
}

static uint32_t fetch(struct pci_function *function, uint32_t space,
		      uint32_t address)
{
	if (space == SPACE_SEMAPHORES)
		return function->gateway.semaphores[address];
	return pci_segment_read(function, address);
}

/*
 * Reading crspace goes on at the next dword, which is how a scan finds its
 * way; other addresses stay.
 */
static void access_space(struct pci_function *function)
{
	uint32_t word = get(function, ADDRESS);
	uint32_t address = word & ADDRESS_BITS;
	uint32_t space = get(function, CONTROL) & 0xffff;
	bool is_inside = address < size_of(space) &&
			 (space == SPACE_SEMAPHORES || address % 4 == 0);

	if (!is_inside) {
		word ^= IS_DONE;
		set(function, ADDRESS, word | HAS_NO_ADDRESS);
		return;
	}
	if (word & IS_DONE) {
		if (space == SPACE_SEMAPHORES)
			write_semaphore(&function->gateway.semaphores[address],
					get(function, DATA));
		set(function, ADDRESS, address);
		return;
	}
	set(function, DATA, fetch(function, space, address));
	if (space == SPACE_SCAN_CRSPACE)
		address += 4;
	set(function, ADDRESS, address | IS_DONE);
}

void pci_gateway_written(struct pci_function *function, uint32_t offset,
			 uint32_t len)
{
	if (pci_touches(offset, len, CONTROL, 4))
		choose_space(function);
	if (pci_touches(offset, len, SEMAPHORE, 4)) {
		write_semaphore(&function->gateway.owner,
				get(function, SEMAPHORE));
		set(function, SEMAPHORE, function->gateway.owner);
	}
	if (pci_touches(offset, len, ADDRESS, 4))
		access_space(function);
}
