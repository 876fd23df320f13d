/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Which field of a structure a bit belongs to, as far as its bytes say. */
#ifndef MLX5CTL_FIELD_OF_H
#define MLX5CTL_FIELD_OF_H

#include <stddef.h>

#include "prm.h"

/* Structures in structures; deeper ones are shown as bytes. */
#define DECODE_DEPTH 12

/*
 * The dotted name of the field that holds a bit (counted as in struct
 * prm_bits); false, and an empty name, where the bit is reserved.
 */
bool field_name_at(const struct prm_layout *layout, const void *bytes,
		    u32 len, u32 bit, char *name, size_t size);

/* How many elements a field has in a buffer of `len` bytes. */
u32 field_count(const struct prm_field *field, u32 base, u32 len);

/* An open array of bytes is one run of bytes, not an array of them. */
bool field_is_open_bytes(const struct prm_field *field);

#endif
