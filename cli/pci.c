// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "pci.h"

#include <stdio.h>

#include "nodes.h"

bool pci_of_device(const char *device, char *name, size_t size)
{
	struct node node;

	if (node_find(&driver_nodes, device, &node) <= 0 &&
	    node_find(&fwctl_nodes, device, &node) <= 0)
		return false;
	snprintf(name, size, "%s", node.function);
	return *name;
}
