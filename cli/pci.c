// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "pci.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_address(const char *word)
{
	int end = 0;

	return sscanf(word, "%*4x:%*2x:%*2x.%*1x%n", &end) == 0 && end &&
	       !word[end];
}

bool pci_of_device(const char *device, char *name, size_t size)
{
	static const char *const links[] = {
		"/sys/class/misc/mlx5ctl-%.64s/mdev",
		"/sys/class/fwctl/%.64s/device",
	};
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(links) / sizeof(*links); i++) {
		char path[128], *whole, *rest, *word;

		snprintf(path, sizeof(path), links[i], device);
		whole = rest = realpath(path, NULL);
		while ((word = strsep(&rest, "/"))) {
			if (!is_address(word))
				continue;
			snprintf(name, size, "%s", word);
			found = true;
		}
		free(whole);
	}
	return found;
}
