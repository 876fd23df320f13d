// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Configuration space: what each field holds, and what a write may change. */
#include "parts.h"

/*
 * Offsets and values follow the PCI Express base specification. No error is
 * ever found here, so that bits which say one have nothing to clear.
 */
struct field {
	uint16_t offset;
	uint8_t width;		/* bytes */
	uint32_t value;
	uint32_t writable;
};

#define CAPABILITY(id, next, rest) \
	((id) | (next) << 8 | (uint32_t)(rest) << 16)
#define EXTENDED(id, version, next) \
	((id) | (version) << 16 | (uint32_t)(next) << 20)

static const struct field fields[] = {
	{ 0x00, 2, 0x15b3 },			/* vendor */
	{ PCI_COMMAND, 2, 0, 0x0546 },		/* memory, master, parity, SERR, INTx off */
	{ 0x06, 2, 0x0010 },			/* status: has capabilities */
	{ 0x0c, 1, 0, 0xff },			/* cache line size */
	{ 0x10, 4, 0xc, ~(PCI_BAR0_BYTES - 1) }, /* BAR 0: 64 bits, prefetchable */
	{ 0x14, 4, 0, 0xffffffff },
	{ 0x2c, 2, 0x15b3 },			/* subsystem vendor */
	{ 0x34, 1, PCI_EXPRESS },		/* first capability */
	{ 0x3c, 1, 0xff, 0xff },		/* interrupt line; there is no pin */

	/* Power management: D0 and D3hot, and nothing is lost between them. */
	{ PCI_PM, 4, CAPABILITY(0x01, 0, 0x0003) },
	{ PCI_PM + 4, 2, 0x0008, 0x0003 },

	{ PCI_VPD, 4, CAPABILITY(0x03, PCI_MSIX, 0), 0xffff0000 },
	{ PCI_VPD + 4, 4, 0 },

	/* Express, version 2: an endpoint of 16 lanes at 16 GT/s. */
	{ PCI_EXPRESS, 4, CAPABILITY(0x10, PCI_VPD, 0x0002) },
	{ PCI_EXPRESS + 0x04, 4, 0x10008fe2 },	/* 512 bytes, tags, FLR */
	{ PCI_DEVICE_CONTROL, 2, 0x2910, 0xfdff }, /* FLR reads as zero */
	{ PCI_EXPRESS + 0x0c, 4, 0x00400104 },	/* link: ASPM not offered */
	{ PCI_EXPRESS + 0x10, 2, 0x0040, 0x00c8 },
	{ PCI_EXPRESS + 0x12, 2, 0x1104 },
	{ PCI_EXPRESS + 0x24, 4, 0x0000001f },	/* completion timeouts */
	{ PCI_EXPRESS + 0x28, 2, 0, 0x001f },
	{ PCI_EXPRESS + 0x2c, 4, 0x0000001e },	/* speeds: 2.5 to 16 GT/s */
	{ PCI_EXPRESS + 0x30, 2, 0x0004, 0x003f },

	{ PCI_MSIX, 4, CAPABILITY(0x11, PCI_GATEWAY, 0), 0xc0000000 },
	{ PCI_MSIX + 4, 4, PCI_MSIX_TABLE },
	{ PCI_MSIX + 8, 4, PCI_MSIX_PENDING },

	{ PCI_GATEWAY, 4, CAPABILITY(0x09, PCI_PM, 0x18) },
	{ PCI_GATEWAY + 0x04, 4, 0, 0x0000ffff },	/* space */
	{ PCI_GATEWAY + 0x08, 4, 0 },			/* counter */
	{ PCI_GATEWAY + 0x0c, 4, 0, 0xffffffff },	/* semaphore */
	{ PCI_GATEWAY + 0x10, 4, 0, 0xffffffff },	/* address */
	{ PCI_GATEWAY + 0x14, 4, 0, 0xffffffff },	/* data */

	{ PCI_AER, 4, EXTENDED(0x0001, 2, PCI_SERIAL) },
	{ PCI_AER + 0x08, 4, 0, 0x001ff030 },
	{ PCI_AER + 0x0c, 4, 0x00062030, 0x001ff030 },
	{ PCI_AER + 0x14, 4, 0x00002000, 0x000031c1 },

	{ PCI_SERIAL, 4, EXTENDED(0x0003, 1, 0) },
};

uint32_t pci_get_le(const uint8_t *bytes, unsigned int width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

void pci_put_le(uint8_t *bytes, unsigned int width, uint32_t value)
{
	for (unsigned int i = 0; i < width; i++, value >>= 8)
		bytes[i] = value;
}

/* What is the card's own. A serial number is the MAC with fffe in it. */
static void identify(uint8_t *bytes, const struct emu_identity *identity)
{
	uint64_t mac = identity->base_mac;

	pci_put_le(bytes + 0x02, 2, identity->pci_device_id);
	pci_put_le(bytes + 0x08, 4, identity->pci_class << 8 |
		   identity->revision);
	pci_put_le(bytes + 0x2e, 2, identity->subsystem_id);
	pci_put_le(bytes + PCI_MSIX + 2, 2, identity->n_vectors - 1);
	pci_put_le(bytes + PCI_SERIAL + 4, 4,
		   0xfe000000 | (mac & 0xffffff));
	pci_put_le(bytes + PCI_SERIAL + 8, 4, (mac >> 24) << 8 | 0xff);
}

void pci_config_reset(struct pci_config *config,
		      const struct emu_identity *identity)
{
	memset(config, 0, sizeof(*config));
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *field = &fields[i];
		uint32_t at = field->offset;

		pci_put_le(config->bytes + at, field->width, field->value);
		pci_put_le(config->writable + at, field->width,
			   field->writable);
	}
	identify(config->bytes, identity);
}

void pci_config_write(struct pci_config *config, uint32_t offset,
		      const uint8_t *bytes, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		uint32_t at = offset + i;
		uint8_t mask = config->writable[at];

		config->bytes[at] &= ~mask;
		config->bytes[at] |= bytes[i] & mask;
	}
}
