// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Registers: every instance that indices in reach select. */
#include <stdlib.h>
#include <string.h>

#include "../emulator/firmware/model.h"
#include "build.h"
#include "prm-offsets.h"
#include "snapshot.h"

#define PORTS 0xff		/* as many as the device has */
#define MOST_INSTANCES 1024	/* of one register */

/* Values of an index that are tried; of one that is not here, only 0. */
static const struct axis {
	const char *reg;	/* NULL: of any */
	const char *field;
	u8 first;
	u8 last;
} axes[] = {
	{ NULL, "local_port", 1, PORTS },
	{ NULL, "port_number", 1, PORTS },
	{ NULL, "module", 0, 3 },
	{ NULL, "lane", 0, 7 },
	{ NULL, "component_index", 0, 31 },
	{ NULL, "sensor_index", 0, 127 },
	{ NULL, "host_media", 0, 1 },
	{ NULL, "DPNv", 0, 1 },
	{ NULL, "page_select", 0, 31 },
	{ NULL, "pin", 0, 7 },
	{ "MCQI", "info_type", 0, 5 },
	{ "MDDQ", "query_type", 1, 3 },
	{ "MFSV", "index", 0, 15 },
	{ "MLCR", "led_type", 0, 3 },
	{ "MPCNT", "grp", 0, 7 },
	{ "MROQ", "reset_type", 0, 7 },
	{ "MRSI", "device", 0, 3 },
	{ "PFCC", "dcbx_operation_type", 0, 3 },
	{ "PMTU", "protocol", 0, 3 },
	{ "PEMI", "module_ind_type", 0, 3 },
	{ "PPCNT", "grp", 0, 0x3f },
	{ "PPCNT", "prio_tc", 0, 7 },
	{ "PTYS", "proto_mask", 1, 4 },
	{ "QTCT", "operation_type", 0, 3 },
	{ "QTCT", "switch_prio", 0, 7 },
	{ "SBCM", "dir", 0, 1 },
	{ "SBCM", "pg_buff", 0, 15 },
	{ "SBPR", "dir", 0, 1 },
	{ "SBPR", "pool", 0, 15 },
	{ "SLRED", "page_data_sel", 0, 15 },
	{ "PGMR", "group", 0, 3 },
	{ "PPHCR", "hist_type", 0, 3 },
};

/* What other sections have, or what is no state. */
static bool is_elsewhere(u16 id)
{
	static const u16 elsewhere[] = {
		PRM_REG_MCIA, PRM_REG_MNVDA, PRM_REG_MNVGN, PRM_REG_MNVIA,
		PRM_REG_MNVQC, PRM_REG_MQIS, PRM_REG_RESOURCE_DUMP,
		PRM_REG_CORE_DUMP, PRM_REG_MCDD,
	};

	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
		if (elsewhere[i] == id)
			return true;
	return false;
}

/* A register under way: the axes that it has, and what was found. */
struct walk {
	struct snapshot *snapshot;
	const struct prm_register *reg;
	const struct axis *axis[4];
	struct prm_bits at[4];
	u32 n_axes;
	u8 request[EMU_MAX_REGISTER];
	u8 *found;		/* answers, one after the other */
	u32 n_found;
};

/* Some fields select without being called an index by the PRM. */
static bool selects(const struct prm_register *reg,
		    const struct prm_field *field)
{
	const struct emu_register_rule *rule = emu_register_rule(reg->id);

	return field->access == PRM_INDEX ||
	       (rule && rule->selects && !strcmp(rule->selects, field->name));
}

static void find_axes(struct walk *walk)
{
	for (size_t i = 0; i < ARRAY_SIZE(axes) && walk->n_axes < 4; i++) {
		const struct prm_field *field;

		if (axes[i].reg && strcmp(axes[i].reg, walk->reg->name))
			continue;
		field = prm_field_by_name(walk->reg->layout, axes[i].field);
		if (!field || !selects(walk->reg, field))
			continue;
		walk->axis[walk->n_axes] = &axes[i];
		walk->at[walk->n_axes++] = field->at;
	}
}

/* A device that ignores an index answers for the same instance again. */
static bool is_known(const struct walk *walk, const u8 *answer)
{
	const struct prm_layout *layout = walk->reg->layout;

	for (u32 i = 0; i < walk->n_found; i++)
		if (emu_is_one_instance(walk->reg->id, layout,
					walk->found + i * layout->size, answer))
			return true;
	return false;
}

static int read_instance(struct walk *walk)
{
	u32 size = walk->reg->layout->size;
	u8 answer[EMU_MAX_REGISTER];
	int result;
	u8 *more;

	memcpy(answer, walk->request, size);
	result = snapshot_register(walk->snapshot, walk->reg->id, answer, size);
	if (result == ATTEMPT_FAILED)
		return 0;
	if (result || is_known(walk, answer) || walk->n_found == MOST_INSTANCES)
		return result;
	more = realloc(walk->found, (walk->n_found + 1) * size);
	if (!more)
		return fail_memory(walk->snapshot->invocation);
	walk->found = more;
	memcpy(more + walk->n_found++ * size, answer, size);
	return 0;
}

static int walk_axis(struct walk *walk, u32 n)
{
	const struct axis *axis = walk->axis[n];
	u32 last;

	if (n == walk->n_axes)
		return read_instance(walk);
	last = axis->last == PORTS ? walk->snapshot->n_ports : axis->last;
	for (u32 i = axis->first; i <= last; i++) {
		int result = 0;

		if (prm_set(walk->request, walk->reg->layout->size,
			    walk->at[n], i))
			result = walk_axis(walk, n + 1);
		if (result)
			return result;
	}
	return 0;
}

static void put_found(const struct walk *walk, struct json_object *registers)
{
	u32 size = walk->reg->layout->size;
	struct json_object *instances = json_object_new_array();

	for (u32 i = 0; i < walk->n_found; i++)
		put_object(instances, NULL,
			   snapshot_fields(walk->reg->layout, walk->reg->name,
					   walk->found + i * size, size));
	if (walk->n_found)
		put_object(registers, walk->reg->name, instances);
	else
		json_object_put(instances);
}

int snapshot_registers(struct snapshot *snapshot)
{
	struct json_object *registers = json_object_new_object();
	int result = 0;

	put_object(snapshot->document, "registers", registers);
	for (u32 i = 0; i < prm_n_registers && !result; i++) {
		struct walk walk = { .snapshot = snapshot,
				     .reg = &prm_registers[i] };

		if (is_elsewhere(walk.reg->id))
			continue;
		find_axes(&walk);
		result = walk_axis(&walk, 0);
		if (!result)
			put_found(&walk, registers);
		free(walk.found);
	}
	return result;
}
