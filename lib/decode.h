/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Structures of the firmware as named values, and back.
 *
 * Types are fixed: a number of at most 32 bits is a JSON number, a wider one a
 * string "0x" with all its digits, bytes are a string of hex digits, a number
 * with names is {"value": N, "name": string or null}. Bytes whose meaning a
 * selector tells are an object when the selector names one of the cases.
 */
#ifndef MLX5CTL_DECODE_H
#define MLX5CTL_DECODE_H

#include <json-c/json.h>
#include <stddef.h>

#include "field-of.h"

struct encode_error {
	char message[256];	/* one sentence */
	char hint[192];		/* what to write instead, or "" */
};

enum encode_flags {
	ENCODE_DEVICE_FIELDS = 1 << 0,	/* also what only the device sets */
};

/* The caller owns the object. Fields past the end of the bytes are absent. */
struct json_object *decode_bytes(const struct prm_layout *layout,
				 const void *bytes, u32 len);

/*
 * The value of one field that encode_locate() found, as decode_bytes() gives
 * it; bytes are always hex. NULL for a structure, or past the end.
 */
struct json_object *decode_at(const struct prm_field *field,
			      struct prm_bits at, const void *bytes, u32 len);

/*
 * Set one field from text "name=value", where name may be "a.b[2].c" and
 * value a number, a name of an enumeration, hex digits or a string. 0, or
 * -EINVAL with the sentence that says why; then nothing was changed.
 */
int encode_assignment(const struct prm_layout *layout, void *bytes, u32 len,
		      const char *assignment, unsigned int flags,
		      struct encode_error *error);

/* Where an assignment puts its value. */
struct encode_target {
	const struct prm_field *field;
	struct prm_bits at;	/* the element, in the buffer */
	const char *value;	/* the text after the = */
};

/* Find that place, and set nothing. Errors as encode_assignment(). */
int encode_locate(const struct prm_layout *layout, const void *bytes, u32 len,
		  const char *assignment, struct encode_target *target,
		  struct encode_error *error);

/*
 * Set the fields that an object names, in the form decode_bytes() gives.
 * After -EINVAL the bytes are undefined.
 */
int encode_object(const struct prm_layout *layout, void *bytes, u32 len,
		  struct json_object *object, unsigned int flags,
		  struct encode_error *error);

#endif
