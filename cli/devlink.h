/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the kernel's devlink says of a function's health. */
#ifndef CLI_DEVLINK_H
#define CLI_DEVLINK_H

#include <stdbool.h>

#include "prm.h"

struct devlink_reporter {
	char name[32];		/* "fw", "fw_fatal", "vnic" */
	bool is_healthy;
	u64 errors;
	u64 recoveries;
};

/* A line of a diagnosis: "Syndrome", "8". */
struct devlink_line {
	char name[32];
	char value[96];
};

/*
 * Reporters of the function at a PCI address, or the lines of what one says
 * now (which takes CAP_NET_ADMIN): how many, `most` at most, or a negative
 * errno.
 */
int devlink_reporters(const char *pci, struct devlink_reporter *reporters,
		      u32 most);
int devlink_diagnose(const char *pci, const char *reporter,
		     struct devlink_line *lines, u32 most);

#endif
