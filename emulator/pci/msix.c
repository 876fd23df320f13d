// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* MSI-X: what is masked is kept until it is not. */
#include "parts.h"

#define ENTRY_CONTROL 12
#define ENTRY_MASKED 1

#define IS_ENABLED 0x8000	/* message control */
#define IS_MASKED 0x4000

void pci_msix_reset(struct pci_function *function)
{
	struct pci_msix *msix = &function->msix;

	memset(msix, 0, sizeof(*msix));
	for (uint32_t i = 0; i < EMU_MOST_VECTORS; i++)
		msix->table[i][ENTRY_CONTROL] = ENTRY_MASKED;
}

static bool is_masked(const struct pci_function *function, uint32_t vector)
{
	uint32_t control =
		pci_get_le(function->config.bytes + PCI_MSIX + 2, 2);

	return control & IS_MASKED ||
	       function->msix.table[vector][ENTRY_CONTROL] & ENTRY_MASKED;
}

static bool is_enabled(const struct pci_function *function)
{
	return pci_get_le(function->config.bytes + PCI_MSIX + 2, 2) &
	       IS_ENABLED && pci_is_master(function);
}

static void fire(struct pci_function *function, uint32_t vector)
{
	const struct emu_host *bus = &function->bus;

	if (bus->interrupt)
		bus->interrupt(bus->context, vector);
}

void pci_msix_raise(struct pci_function *function, uint32_t vector)
{
	uint64_t *pending = &function->msix.pending[vector / 64 %
						    (EMU_MOST_VECTORS / 64)];

	if (vector >= function->identity.n_vectors || !is_enabled(function))
		return;
	if (function->vectors == PCI_VECTORS_IN_TABLE &&
	    is_masked(function, vector))
		*pending |= (uint64_t)1 << vector % 64;
	else
		fire(function, vector);
}

void pci_msix_deliver(struct pci_function *function)
{
	if (!is_enabled(function))
		return;
	for (uint32_t i = 0; i < function->identity.n_vectors; i++) {
		uint64_t bit = (uint64_t)1 << i % 64;
		uint64_t *pending = &function->msix.pending[i / 64];

		if (!(*pending & bit) || is_masked(function, i))
			continue;
		*pending &= ~bit;
		fire(function, i);
	}
}
