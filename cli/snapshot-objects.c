// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Objects by their queries. Which there are, a dump says of some kinds; of the
 * others numbers within reach are tried, for drivers take low ones. Flow rules
 * are looked for in the tables that were found.
 */
#include <stdlib.h>
#include <string.h>

#include "../emulator/firmware/model.h"
#include "build.h"
#include "dumping.h"
#include "prm-offsets.h"
#include "snapshot.h"

/* Dumps that list all objects of a kind. */
static const struct {
	const char *kind;
	u16 type;
} lists[] = {
	{ "mkey", 0x0021 }, { "qp", 0x1000 }, { "sq", 0x1048 },
	{ "srq", 0x1100 }, { "cq", 0x1200 }, { "eq", 0x1300 },
};

/* Numbers that are tried, for kinds that have them; of others only 0. */
static const struct reach {
	const char *kind;
	u32 last;
	u32 select;		/* the last value of the second key ... */
	u32 also;		/* ... and one more; 0: none */
} reaches[] = {
	{ "eq", 127 }, { "cong_status", 0x7f }, { "cong_params", 3 },
	{ "cq", 2047 }, { "qp", 2047 }, { "sq", 2047 }, { "rq", 2047 },
	{ "mkey", 2047 }, { "tir", 127 }, { "tis", 127 }, { "rqt", 127 },
	{ "rmp", 127 }, { "srq", 127 }, { "xrc_srq", 127 }, { "xrq", 127 },
	{ "dct", 127 }, { "q_counter", 127 }, { "roce_address", 15 },
	{ "l2_table_entry", 63 }, { "vport_state", 0, 2 },
	{ "nic_vport_context", 0, 2 }, { "scheduling_element", 63, 3 },
	{ "flow_table", 63, 7 }, { "flow_counter", 127 },
	{ "packet_reformat_context", 63 }, { "modify_header_context", 63 },
	{ "hca_vport_gid", 0, 15, 0xffff }, { "hca_vport_pkey", 0, 15, 0xffff },
	{ "general_object", 3, 63 }, { "flow_group", 63 },
	{ "flow_table_entry", 63 },
};

static const struct reach *reach_of(const struct emu_query *query)
{
	static const struct reach one;

	for (size_t i = 0; i < ARRAY_SIZE(reaches); i++)
		if (!strcmp(reaches[i].kind, query->kind))
			return &reaches[i];
	return &one;
}

static void put_found(struct json_object *objects,
		      const struct emu_query *query, u32 id, u64 select,
		      const u8 *out, u32 len)
{
	const struct prm_layout *layout =
		prm_command_by_opcode(query->opcode)->out;
	struct json_object *object = json_object_new_object();

	put_text(object, "kind", query->kind);
	if (query->id.width)
		put_number(object, "id", id);
	if (query->select.width)
		put_number(object, "select", select);
	put_object(object, "fields",
		   snapshot_fields(layout, query->kind, out, len));
	put_object(objects, NULL, object);
}

static int read_object(struct snapshot *snapshot, struct json_object *objects,
		       const struct emu_query *query, u32 id, u64 select)
{
	const struct prm_command *command =
		prm_command_by_opcode(query->opcode);
	u8 in[256] = { query->opcode >> 8, query->opcode };
	u8 out[4096];
	int result;

	if ((query->id.width &&
	     !prm_set(in, command->in->size, query->id, id)) ||
	    (query->select.width &&
	     !prm_set(in, command->in->size, query->select, select)))
		return 0;
	result = snapshot_exec(snapshot, in, command->in->size, out,
			       command->out->size);
	if (!result)
		put_found(objects, query, id, select, out, command->out->size);
	return result == ATTEMPT_FAILED ? 0 : result;
}

static int read_in(struct snapshot *snapshot, struct json_object *objects,
		   const struct emu_query *query, u64 select)
{
	u32 last = reach_of(query)->last;
	int result = 0;

	for (u32 id = 0; id <= last && !result; id++)
		result = read_object(snapshot, objects, query, id, select);
	return result;
}

/* Groups and entries: their second key is a table's type and number. */
static int read_rules(struct snapshot *snapshot, struct json_object *objects,
		      const struct emu_query *query)
{
	size_t n = json_object_array_length(objects);
	int result = 0;

	for (size_t i = 0; i < n && !result; i++) {
		struct json_object *table = json_object_array_get_idx(objects, i);

		if (!strcmp(get_text(table, "kind"), "flow_table"))
			result = read_in(snapshot, objects, query,
					 get_number(table, "select") << 56 |
					 get_number(table, "id"));
	}
	return result;
}

static int read_listed(struct snapshot *snapshot, struct json_object *objects,
		       const struct emu_query *query, u16 type)
{
	const struct invocation *invocation = snapshot->invocation;
	struct mlx5ctl_segment segment = { 0 };
	int result = 0;

	while (!result && mlx5ctl_next_segment(invocation->bytes,
					       invocation->n_bytes, &segment,
					       NULL) == 1) {
		u64 id;

		if (segment.type == type &&
		    prm_get(invocation->bytes + segment.offset, segment.length,
			    PRM_AT(resource_dump_resource_segment, index1),
			    &id))
			result = read_object(snapshot, objects, query, id, 0);
	}
	return result;
}

/* ATTEMPT_FAILED: no dump lists the kind here. */
static int read_by_list(struct snapshot *snapshot, struct json_object *objects,
			const struct emu_query *query)
{
	size_t i = 0;
	int result;

	while (i < ARRAY_SIZE(lists) && strcmp(lists[i].kind, query->kind))
		i++;
	if (i == ARRAY_SIZE(lists))
		return ATTEMPT_FAILED;
	result = snapshot_dump(snapshot, &(struct mlx5ctl_dump_request){
		.type = lists[i].type, .count1 = MLX5CTL_DUMP_ACTIVE });
	return result ? result : read_listed(snapshot, objects, query,
					     lists[i].type);
}

static int read_kind(struct snapshot *snapshot, struct json_object *objects,
		     const struct emu_query *query)
{
	const struct reach *reach = reach_of(query);
	int result = read_by_list(snapshot, objects, query);

	if (result != ATTEMPT_FAILED)
		return result;
	if (query->select.width == 64)
		return read_rules(snapshot, objects, query);
	result = 0;
	for (u32 select = 0; select <= reach->select && !result; select++)
		result = read_in(snapshot, objects, query, select);
	if (!result && reach->also)
		result = read_in(snapshot, objects, query, reach->also);
	return result;
}

int snapshot_objects(struct snapshot *snapshot)
{
	struct json_object *objects = json_object_new_array();
	int result = 0;

	put_object(snapshot->document, "objects", objects);
	for (u32 i = 0; i < emu_n_queries && !result; i++)
		result = read_kind(snapshot, objects, &emu_queries[i]);
	return result;
}
