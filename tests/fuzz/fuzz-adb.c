// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Any file as mstflint's register database: its layouts can be decoded by. */
#include <json-c/json.h>

#include "adb.h"
#include "decode.h"
#include "fuzz.h"

#define MAX_REGISTERS 16

static void check_layout(const struct prm_layout *layout, u32 depth)
{
	HOLDS(layout->size && layout->name[0], "a layout has a name and a size");
	for (u32 i = 0; i < layout->n_fields && depth < DECODE_DEPTH; i++) {
		const struct prm_field *field = &layout->fields[i];

		HOLDS((u64)field->at.offset + (u64)field->at.width * field->count <=
		      (u64)layout->size * 8, "a field lies in its layout");
		HOLDS(field->type != PRM_STRUCT || field->layout,
		      "a structure's field leads to a layout");
		if (field->layout && i < 8)
			check_layout(field->layout, depth + 1);
	}
}

static void check_register(struct adb *adb, const struct adb_register *reg)
{
	const struct prm_layout *layout = adb_layout(adb, reg->node);
	struct json_object *object;
	u8 bytes[64] = { 0x81 };

	if (!layout)
		return;
	check_layout(layout, 0);
	object = decode_bytes(layout, bytes, sizeof(bytes));
	HOLDS(object, "a layout decodes any bytes");
	json_object_put(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = exact_copy(data, size);
	struct adb *adb = adb_parse(text, size);
	const struct adb_register *registers;
	u32 count;

	free(text);
	seeded_overread(data, size);
	HOLDS(adb, "any file gives a database");
	HOLDS(adb_version(adb), "a database has a version, or an empty one");
	registers = adb_registers(adb, &count);
	for (u32 i = 0; i < count; i++) {
		HOLDS(!i || registers[i - 1].id <= registers[i].id,
		      "registers ascend by id");
		if (i < MAX_REGISTERS)
			check_register(adb, &registers[i]);
	}
	HOLDS(!adb_flaw(adb) || adb_flaw(adb)[0], "a flaw is a sentence");
	adb_free(adb);
	return 0;
}
