// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What no command tells and the function's configuration space does, of which
 * who is not root sees the first 64 bytes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "build.h"
#include "nodes.h"
#include "pci.h"
#include "session.h"
#include "snapshot.h"

/* Offsets and bits of PCI; its numbers are little-endian. */
enum {
	STATUS = 0x06,
	HAS_LIST = 0x10,
	SUBSYSTEM = 0x2e,
	LIST = 0x34,
	MSIX = 0x11,
	MSIX_VECTORS = 0x7ff,	/* without the last */
	SPACE = 256,
	MOST_ENTRIES = (SPACE - 64) / 4,
};

static u32 word_at(const u8 *space, u32 at)
{
	return space[at] | space[at + 1] << 8;
}

/* How many interrupts; 0: it is not seen. */
static u32 count_vectors(const u8 *space)
{
	u8 at = space[LIST] & ~3u;

	if (!(space[STATUS] & HAS_LIST))
		return 0;
	for (u32 i = 0; i < MOST_ENTRIES && at; i++) {
		if (space[at] == MSIX)
			return (word_at(space, at + 2) & MSIX_VECTORS) + 1;
		at = space[at + 1] & ~3u;
	}
	return 0;
}

static bool read_space(const struct mlx5ctl_device_info *info, u8 *space)
{
	char path[160], pci[64];
	ssize_t n;
	int fd;

	if (!pci_of_device(info->device, pci, sizeof(pci)))
		return false;
	snprintf(path, sizeof(path), "%s/bus/pci/devices/%s/config",
		 node_roots.sys, pci);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, space, SPACE);
	if (fd >= 0)
		close(fd);
	return n >= 64;
}

int snapshot_pci(struct snapshot *snapshot, struct json_object *device)
{
	struct mlx5ctl_device_info info;
	u8 space[SPACE] = { 0 };
	u32 vectors;

	if (session_info(snapshot->invocation, &info))
		return -1;
	if (!read_space(&info, space))
		return 0;
	put_number(device, "pci_subsystem_id", word_at(space, SUBSYSTEM));
	vectors = count_vectors(space);
	if (vectors)
		put_number(device, "msix_vectors", vectors);
	return 0;
}
