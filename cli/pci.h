/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The PCI function behind a device, as other interfaces of the kernel name it. */
#ifndef CLI_PCI_H
#define CLI_PCI_H

#include <stdbool.h>
#include <stddef.h>

/*
 * "0000:08:00.0", of a device by any of its names; false where sysfs shows none,
 * as of an emulated device.
 */
bool pci_of_device(const char *device, char *name, size_t size);

#endif
