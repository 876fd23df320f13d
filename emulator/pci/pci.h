/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A device as a PCI function: configuration space and BAR 0, with the command
 * queue through which a driver reaches the firmware. What serves accesses
 * (a vfio-user server, a test) brings the machine's memory and interrupts.
 */
#ifndef PCI_PCI_H
#define PCI_PCI_H

#include "firmware.h"

struct pci_function;

enum pci_region {		/* numbered as vfio-pci does */
	PCI_BAR0 = 0,
	PCI_CONFIG = 7,
};

#define PCI_BAR0_BYTES (32u << 20)
#define PCI_CONFIG_BYTES 4096u

/* Who decides which interrupts a driver wants to see. */
enum pci_vectors {
	PCI_VECTORS_IN_TABLE,	/* the MSI-X table in BAR 0, as in hardware */
	PCI_VECTORS_BY_BUS,	/* a vfio client: it keeps the table to itself */
};

/*
 * The device goes on as it is until a driver comes, through all resets of the
 * function: when that begins to answer in BAR 0, the device is reset. `bus` is
 * copied and used by several threads; its functions must not call back. NULL:
 * no memory.
 */
struct pci_function *pci_create(struct emu_device *device,
				const struct emu_host *bus,
				enum pci_vectors vectors);

/*
 * No more commands. Those under way are waited for, and their answers go
 * nowhere: afterwards the bus is used only inside of calls.
 */
void pci_end(struct pci_function *function);
void pci_destroy(struct pci_function *function);

/*
 * What the device may reach through this function: nothing, unless the driver
 * made it a bus master. For emu_set_host(); the context is the function.
 */
int pci_dma_read(void *context, uint64_t address, void *bytes, size_t len);
int pci_dma_write(void *context, uint64_t address, const void *bytes,
		  size_t len);
void pci_interrupt(void *context, uint32_t vector);

/*
 * Accesses of any length and alignment, from any thread. 0, or -EINVAL where
 * they do not lie in a region. `reset` is as if the slot had been reset.
 */
int pci_read(void *context, uint32_t region, uint64_t offset, void *bytes,
	     uint32_t len);
int pci_write(void *context, uint32_t region, uint64_t offset,
	      const void *bytes, uint32_t len);
void pci_reset(void *context);

uint32_t pci_n_vectors(const struct pci_function *function);

/* How long drivers shall wait for a command; also after a reset. */
void pci_set_timeout(struct pci_function *function, uint32_t milliseconds);

#endif
