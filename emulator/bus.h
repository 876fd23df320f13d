/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Memory that programs lend to a device, beside what its PCI function has of
 * a machine: windows at bus addresses far above those that machines use.
 */
#ifndef EMU_BUS_H
#define EMU_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EMU_BUS_FIRST ((uint64_t)1 << 56)

struct emu_bus;

/* NULL: no memory. */
struct emu_bus *emu_bus_create(void);
void emu_bus_destroy(struct emu_bus *bus);

/*
 * Show `size` bytes (whole pages) to the device; 0, -ENOSPC when there are
 * too many windows, or -EINVAL. An address is not used again soon.
 */
int emu_bus_map(struct emu_bus *bus, void *bytes, size_t size,
		uint64_t *address);

/* The bytes that were there; afterwards the device does not touch them. NULL: none were. */
void *emu_bus_unmap(struct emu_bus *bus, uint64_t address, size_t *size);

/* Whether an address can only be one of these. */
static inline bool emu_bus_owns(uint64_t address)
{
	return address >= EMU_BUS_FIRST;
}

/* With the shape of struct emu_host; the context is the bus. -EFAULT */
int emu_bus_read(void *context, uint64_t address, void *bytes, size_t len);
int emu_bus_write(void *context, uint64_t address, const void *bytes,
		  size_t len);

#endif
