// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "chain.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "decode.h"
#include "policy.h"
#include "prm-offsets.h"
#include "text.h"

/* Segments that are not resources, in the order of their types. */
static const char *const special[] = {
	"notice", "command", "terminate", "error", "reference", "info", "menu",
};

/* Resources that are a query's answer. */
static const struct {
	u16 type;
	u16 opcode;
} answers[] = {
	{ 0x4000, PRM_OP_QUERY_QP },
	{ 0x4008, PRM_OP_QUERY_VNIC_ENV },
	{ 0x4010, PRM_OP_QUERY_FLOW_TABLE },
	{ 0x4011, PRM_OP_QUERY_FLOW_TABLE },
	{ 0x4012, PRM_OP_QUERY_FLOW_GROUP },
	{ 0x4013, PRM_OP_QUERY_FLOW_GROUP },
	{ 0x4014, PRM_OP_QUERY_FLOW_TABLE_ENTRY },
	{ 0x4015, PRM_OP_QUERY_FLOW_TABLE_ENTRY },
	{ 0x4020, PRM_OP_QUERY_CQ },
	{ 0x4030, PRM_OP_QUERY_MKEY },
};

static const struct prm_layout *layout_of(u16 type)
{
	char name[64];

	snprintf(name, sizeof(name), "resource_dump_%s_segment",
		 type >= MLX5CTL_SEGMENT_NOTICE ?
		 special[type - MLX5CTL_SEGMENT_NOTICE] : "resource");
	return prm_layout_by_name(name);
}

/* Our own names are those that the rules give them. */
static const struct policy_rule *rule(u32 index)
{
	u32 i = 0;

	while (strcmp(policy_tables[i]->name, "segments"))
		i++;
	return index < policy_tables[i]->n_rules ?
	       &policy_tables[i]->rules[index] : NULL;
}

const char *chain_known_type(u32 index)
{
	return rule(index) ? rule(index)->name : NULL;
}

int chain_type_by_name(const char *name, u16 *type)
{
	for (u32 i = 0; rule(i); i++) {
		if (strcasecmp(rule(i)->name, name))
			continue;
		*type = rule(i)->key;
		return 0;
	}
	return -1;
}

const char *chain_type_name(u16 type, const struct menu *menu)
{
	const u8 *record = menu ? menu_by_type(menu, type) : NULL;
	static char text[17];

	if (type >= MLX5CTL_SEGMENT_NOTICE)
		return special[type - MLX5CTL_SEGMENT_NOTICE];
	if (record)
		return menu_name(record, RECORD(segment_name), text);
	for (u32 i = 0; rule(i); i++)
		if (rule(i)->key == type)
			return rule(i)->name;
	return NULL;
}

static struct json_object *content_of(u16 type, const u8 *bytes, u32 len)
{
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		if (answers[i].type == type)
			return decode_bytes(prm_command_by_opcode(
					answers[i].opcode)->out, bytes, len);
	return NULL;
}

static struct json_object *decode_segment(const u8 *bytes,
					  const struct mlx5ctl_segment *segment,
					  const struct menu *menu)
{
	const struct prm_layout *layout = layout_of(segment->type);
	struct json_object *row = json_object_new_object();
	struct json_object *fields =
		decode_bytes(layout, bytes, segment->length);
	u32 head = PRM_SIZE(resource_dump_resource_segment);

	json_object_object_del(fields, "segment_header");
	put_named(row, "type", segment->type,
		  chain_type_name(segment->type, menu));
	put_number(row, "offset", segment->offset);
	put_number(row, "length", segment->length);
	put_object(row, "fields", fields);
	put_object(row, "content",
		   segment->type < MLX5CTL_SEGMENT_NOTICE &&
		   segment->length > head ?
		   content_of(segment->type, bytes + head,
			      segment->length - head) : NULL);
	return row;
}

static void note(struct chain *chain, const char *sentence)
{
	if (chain->problem[0])
		return;
	snprintf(chain->problem, sizeof(chain->problem), "%s", sentence);
	fit_into_line(chain->problem);
}

/* A segment that is shorter than its own fields says less than it should. */
static void check_segment(struct chain *chain, const u8 *bytes,
			  const struct mlx5ctl_segment *segment)
{
	u32 size = layout_of(segment->type)->size;
	char sentence[256];
	u32 room;

	chain->n_errors += segment->type == MLX5CTL_SEGMENT_ERROR;
	if (segment->length < size) {
		snprintf(sentence, sizeof(sentence),
			 "The segment at byte %zu, of type 0x%x, has %u bytes, and its fields need %u.",
			 segment->offset, segment->type, segment->length, size);
		note(chain, sentence);
	}
	if (segment->type != MLX5CTL_SEGMENT_MENU || segment->length < size)
		return;
	room = (segment->length - size) / PRM_SIZE(resource_dump_menu_record);
	chain->menu.records = bytes + size;
	chain->menu.n_records = prm_value(bytes, segment->length,
			PRM_AT(resource_dump_menu_segment, num_of_records));
	if (chain->menu.n_records <= room)
		return;
	snprintf(sentence, sizeof(sentence),
		 "The menu at byte %zu says that it has %u records, of which %u are there.",
		 segment->offset, chain->menu.n_records, room);
	note(chain, sentence);
	chain->menu.n_records = room;
}

void chain_decode(const void *bytes, size_t n, const struct menu *menu,
		  struct chain *chain)
{
	struct mlx5ctl_segment segment = { 0 };
	struct mlx5ctl_error error;
	int ret;

	*chain = (struct chain){ .segments = json_object_new_array() };
	while ((ret = mlx5ctl_next_segment(bytes, n, &segment, &error)) == 1) {
		const u8 *at = (const u8 *)bytes + segment.offset;

		check_segment(chain, at, &segment);
		put_object(chain->segments, NULL,
			   decode_segment(at, &segment, menu));
	}
	if (ret)
		note(chain, error.message);
}

void chain_check_command(const void *bytes, size_t n,
			 const struct mlx5ctl_dump_request *request,
			 struct chain *chain)
{
	struct mlx5ctl_segment segment = { 0 };
	char sentence[128];
	u64 called;

	while (mlx5ctl_next_segment(bytes, n, &segment, NULL) == 1) {
		if (segment.type != MLX5CTL_SEGMENT_COMMAND)
			continue;
		called = prm_value((const u8 *)bytes + segment.offset,
				   segment.length,
				   PRM_AT(resource_dump_command_segment,
					  segment_called));
		if (called == request->type)
			return;
		snprintf(sentence, sizeof(sentence),
			 "The device dumped type 0x%x, and was asked for 0x%x.",
			 (unsigned int)called, request->type);
		note(chain, sentence);
		return;
	}
}

void show_chain(struct json_object *segments)
{
	for (size_t i = 0; i < get_count(segments, ""); i++) {
		struct json_object *row = json_object_array_get_idx(segments, i);

		if (get(row, "type.name"))
			print_safe(stdout, get_text(row, "type.name"));
		printf(get(row, "type.name") ? " 0x%llx" : "0x%llx",
		       (unsigned long long)get_number(row, "type.value"));
		printf(", %llu bytes at %llu\n",
		       (unsigned long long)get_number(row, "length"),
		       (unsigned long long)get_number(row, "offset"));
		if (get(row, "content"))
			print_tree(stdout, get(row, "content"), 1);
		else
			print_tree(stdout, get(row, "fields"), 1);
	}
}
