/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Documents inside the program, made by emulator/embed.py: the default personality first. */
#ifndef EMU_SHIPPED_H
#define EMU_SHIPPED_H

#include <stddef.h>

struct emu_shipped {
	const char *name;
	const char *text;
	size_t len;
};

extern const struct emu_shipped emu_shipped[];
extern const unsigned int emu_n_shipped;

extern const struct emu_shipped emu_shipped_plans[];
extern const unsigned int emu_n_shipped_plans;

#endif
