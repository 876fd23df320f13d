/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Who an emulated device is: one JSON document, plain or gzip, of named
 * fields as prm/schema has them, or hex. schema/personality.json describes
 * it. What the model computes itself, or shows in several places, has one
 * key only (`device`), and naming it elsewhere is an error.
 */
#ifndef EMU_PERSONALITY_H
#define EMU_PERSONALITY_H

#include <stddef.h>
#include <stdint.h>

struct emu_personality;

/* One sentence: file, line, key and what is wrong. */
struct emu_problem {
	char text[512];
};

/* NULL and a problem where the document is not one. */
struct emu_personality *emu_personality_load(const char *path,
					     struct emu_problem *problem);
struct emu_personality *emu_personality_parse(const char *name,
					      const char *text, size_t len,
					      struct emu_problem *problem);

/* One of those that are part of the program; NULL is the default one. */
struct emu_personality *emu_personality_shipped(const char *name,
						struct emu_problem *problem);
/* Their names, the default first; NULL past the last. */
const char *emu_shipped_name(unsigned int index);

const char *emu_personality_name(const struct emu_personality *personality);

void emu_personality_free(struct emu_personality *personality);

#endif
