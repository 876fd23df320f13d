// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Vital product data: small resources that name the card. */
#include <stdio.h>
#include "parts.h"

#define NAME_TAG 0x82
#define READ_ONLY_TAG 0x90
#define END_TAG 0x78
#define IS_DONE 0x8000		/* of the address: read, or not yet written */

static uint8_t *put_keyword(uint8_t *at, const char *keyword, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, keyword, 2);
	at[2] = len;
	memcpy(at + 3, text, len);
	return at + 3 + len;
}

/* The last keyword makes the sum of all bytes so far zero. */
static uint8_t *put_checksum(uint8_t *at, const uint8_t *vpd)
{
	uint8_t sum = 0;

	at = put_keyword(at, "RV", "-") - 1;
	for (const uint8_t *byte = vpd; byte < at; byte++)
		sum += *byte;
	*at = -sum;
	return at + 1;
}

void pci_vpd_compose(uint8_t *vpd, const struct emu_identity *identity)
{
	size_t len = strlen(identity->model_name);
	uint8_t *at = vpd, *start;
	char serial[17];

	memset(vpd, 0, PCI_VPD_BYTES);
	*at = NAME_TAG;
	pci_put_le(at + 1, 2, len);
	memcpy(at + 3, identity->model_name, len);
	start = at + 3 + len;
	snprintf(serial, sizeof(serial), "%012llx",
		 (unsigned long long)identity->base_mac);
	at = put_keyword(start + 3, "PN", identity->psid);
	at = put_keyword(at, "SN", serial);
	*start = READ_ONLY_TAG;
	pci_put_le(start + 1, 2, at + 4 - (start + 3));
	at = put_checksum(at, vpd);
	*at = END_TAG;
}

/* An address was written: its dword is there at once. Writes change nothing. */
void pci_vpd_written(struct pci_function *function)
{
	uint8_t *bytes = function->config.bytes + PCI_VPD;
	uint32_t address = pci_get_le(bytes + 2, 2);
	uint32_t value = 0;

	if (address & IS_DONE) {
		pci_put_le(bytes + 2, 2, address & ~IS_DONE);
		return;
	}
	if (address + 4 <= PCI_VPD_BYTES)
		value = pci_get_le(function->vpd + address, 4);
	pci_put_le(bytes + 4, 4, value);
	pci_put_le(bytes + 2, 2, address | IS_DONE);
}
