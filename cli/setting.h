/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The bytes of a change of a register: as asked for, before, wanted, after. */
#ifndef CLI_SETTING_H
#define CLI_SETTING_H

#include "decode.h"
#include "names.h"

#define VALUE_TEXT 600	/* 256 bytes in hex, and more */

struct assignment {
	const char *word;
	struct encode_target target;
};

struct setting {
	struct invocation *invocation;
	struct named reg;
	bool is_readable;	/* the rules let the state be read */
	bool can_verify;	/* and what is assigned is part of it */
	bool has_index;
	bool acts;		/* a field does something when it is written */
	u32 size;		/* of the register */
	u32 length;		/* of what is written of it */
	struct assignment *assignments;
	size_t n;
	u8 *asked;		/* index fields only */
	u8 *former;		/* what the device said first */
	u8 *base;		/* of that, what can be written back */
	u8 *wanted;		/* with the assignments */
	u8 *now;		/* what the device says last */
};

/* Register and assignments from the words; `wanted` has only those. 0 or -1. */
int setting_begin(struct invocation *invocation, struct setting *setting);
void setting_end(struct setting *setting);

/* `former` is there (or zero): make `base` and `wanted` of it. 0 or -1. */
int setting_change(struct setting *setting);

bool setting_differs(const struct setting *setting);
bool setting_is_taken(const struct setting *setting);

/* The command that sets it back, to be freed; NULL where none could. */
char *setting_undo(const struct setting *setting);

/* The result of the invocation. 0 or -1. */
int setting_report(struct setting *setting, bool is_verified);

/* A value as an assignment takes it, "up", "0x10", "00ff"; "-" for NULL. */
void value_text(struct json_object *value, char *text, size_t size);

#endif
