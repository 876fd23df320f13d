// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Plugged modules: their memory, as MCIA shows it. */
#include <string.h>

#include "../emulator/firmware/model.h"
#include "build.h"
#include "prm-offsets.h"
#include "snapshot.h"

#define I2C_ADDRESS 0x50
#define PIECE 32		/* bytes that every MCIA holds */
#define HALF 128
#define MOST_MODULES 4

/* 0: here they are; ATTEMPT_FAILED: there is no such module or page. */
static int read_piece(struct snapshot *snapshot, u32 module, u32 page, u32 at,
		      u8 *to)
{
	const struct {
		struct prm_bits at;
		u32 value;
	} request[] = {
		{ PRM_AT(mcia, module), module },
		{ PRM_AT(mcia, i2c_device_address), I2C_ADDRESS },
		{ PRM_AT(mcia, page_number), page },
		{ PRM_AT(mcia, device_address), at },
		{ PRM_AT(mcia, size), PIECE },
	};
	u8 bytes[PRM_SIZE_mcia] = { 0 };
	u64 status;
	int result;

	for (size_t i = 0; i < ARRAY_SIZE(request); i++)
		if (!prm_set(bytes, sizeof(bytes), request[i].at,
			     request[i].value))
			return -1;
	result = snapshot_register(snapshot, PRM_REG_MCIA, bytes,
				   sizeof(bytes));
	if (result || !prm_get(bytes, sizeof(bytes), PRM_AT(mcia, status),
			       &status))
		return result;
	if (status)
		return ATTEMPT_FAILED;
	memcpy(to, bytes + PRM_AT(mcia, dword).offset / 8, PIECE);
	return 0;
}

/* The lower half, then upper pages, as many as there are. */
static int read_module(struct snapshot *snapshot, u32 module, u8 *memory,
		       u32 *n)
{
	int result = 0;

	for (*n = 0; *n < EMU_MODULE_PAGES * HALF && !result; *n += PIECE) {
		u32 half = *n / HALF;

		result = read_piece(snapshot, module, half ? half - 1 : 0,
				    half ? HALF + *n % HALF : *n, memory + *n);
	}
	if (result)
		*n = (*n - PIECE) / HALF * HALF;
	return result == ATTEMPT_FAILED ? 0 : result;
}

int snapshot_modules(struct snapshot *snapshot)
{
	struct json_object *modules = json_object_new_array();
	int result = 0;

	put_object(snapshot->document, "modules", modules);
	for (u32 i = 0; i < MOST_MODULES && !result; i++) {
		u8 memory[EMU_MODULE_PAGES * HALF] = { 0 };
		struct json_object *module;
		u32 n;

		result = read_module(snapshot, i, memory, &n);
		if (result || !n)
			continue;
		module = json_object_new_object();
		put_number(module, "module", i);
		put_hex(module, "memory", memory, n);
		put_object(modules, NULL, module);
	}
	return result;
}
