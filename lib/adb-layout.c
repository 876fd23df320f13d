// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* One node of mstflint's register database as a layout for the decoder. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adb-nodes.h"
#include "decode.h"

/* Nothing nests so deep but what is made to exhaust the stack. */
#define BUILD_DEPTH 256

static const struct prm_layout *build(struct adb *adb, struct adb_node *node,
				      u32 depth);

static int by_value(const void *a, const void *b)
{
	const struct prm_enum_value *first = a;
	const struct prm_enum_value *second = b;

	return (first->value > second->value) - (first->value < second->value);
}

static const struct prm_enum *build_names(struct adb *adb, const char *text)
{
	struct prm_enum *names = adb_alloc(adb, sizeof(*names));
	struct prm_enum_value *values;
	const char *label;
	size_t length;
	u32 room = 1;
	u32 value;

	for (const char *c = text; *c; c++)
		room += *c == ',';
	values = adb_alloc(adb, room * sizeof(*values));
	if (!names || !values)
		return NULL;
	while (names->count < room &&
	       adb_next_label(&text, &label, &length, &value)) {
		values[names->count].value = value;
		values[names->count++].name = adb_name(adb, label, length);
	}
	qsort(values, names->count, sizeof(*values), by_value);
	names->values = values;
	return names;
}

/*
 * What is open is a structure only as the one part at the end: in an array it
 * would multiply at every level, and elsewhere take what follows for its own.
 */
static const struct prm_layout *build_inside(struct adb *adb,
					     struct adb_node *parent,
					     const struct prm_field *field,
					     struct adb_node *part, u32 depth)
{
	const struct prm_layout *layout = build(adb, part, depth + 1);
	bool is_end = !field->is_array &&
		      field->at.offset + field->at.width == parent->bits;

	if (!layout || !part->is_open)
		return layout;
	parent->is_open |= is_end;
	return is_end ? layout : NULL;
}

/* The members of a union that the selector beside it can name. */
static void build_cases(struct adb *adb, struct adb_node *parent,
			const struct adb_field *field,
			const struct adb_node *choice, struct prm_field *built,
			u32 depth)
{
	const struct adb_field *selector = field->selector ?
		adb_field_by_name(parent, field->selector) : NULL;
	struct prm_case *cases;

	if (!selector || !selector->names)
		return;
	cases = adb_alloc(adb, choice->n_fields * sizeof(*cases));
	for (u32 i = 0; cases && i < choice->n_fields; i++) {
		const struct adb_field *member = &choice->fields[i];
		struct adb_node *part = member->subnode ?
			adb_node_by_name(adb, member->subnode) : NULL;
		struct prm_case *row = &cases[built->n_cases];

		if (!part || !member->selected_by || part->bits > built->at.width ||
		    !adb_label_value(selector->names, member->selected_by,
				     &row->value))
			continue;
		row->selector = selector->name;
		row->layout = build_inside(adb, parent, built, part, depth);
		built->n_cases += row->layout != NULL;
	}
	built->cases = cases;
}

static void build_part(struct adb *adb, struct adb_node *parent,
		       const struct adb_field *field, struct prm_field *built,
		       u32 depth)
{
	struct adb_node *part = adb_node_by_name(adb, field->subnode);

	if (!part)
		return;
	built->type = PRM_BYTES;
	if (part->is_union) {
		build_cases(adb, parent, field, part, built, depth);
	} else if (part->bits == built->at.width) {
		built->layout = build_inside(adb, parent, built, part, depth);
		if (built->layout)
			built->type = PRM_STRUCT;
	}
}

/* What is no number that the decoder can hold is shown as bytes. */
static void choose_type(struct prm_field *built)
{
	bool is_octets = built->is_array && built->at.width == 8 &&
			 !built->names;

	if (is_octets) {
		built->at.width *= built->count;
		built->count = 1;
		built->is_array = false;
	}
	if (is_octets || built->at.width > 64) {
		built->type = PRM_BYTES;
		built->names = NULL;
	}
}

/* From `bit` of a big-endian dword to bits from the first on the wire. */
static bool place(const struct adb_field *field, u32 width,
		  struct prm_bits *at)
{
	u32 first = width < 32 ? width : 32;

	if (field->byte % 4 || field->bit + first > 32 || !width)
		return false;
	at->offset = field->byte * 8 + 32 - field->bit - first;
	at->width = width;
	return true;
}

static bool build_field(struct adb *adb, struct adb_node *node,
			const struct adb_field *field, struct prm_field *built,
			u32 depth)
{
	u32 elements = field->count ? field->count : 1;

	node->is_open |= !field->count;
	*built = (struct prm_field){
		.name = field->name,
		.count = field->count,
		.is_array = field->is_array,
		.access = field->access,
	};
	if (field->bits % elements ||
	    !place(field, field->bits / elements, &built->at) ||
	    built->at.offset + (u64)field->bits > node->bits)
		return false;
	if (field->names)
		built->names = build_names(adb, field->names);
	if (built->at.width > 32)
		built->names = NULL;
	if (field->subnode)
		build_part(adb, node, field, built, depth);
	if (built->type == PRM_NUMBER && field->count)
		choose_type(built);
	return built->type != PRM_BYTES || built->at.width % 8 == 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct prm_field *first = a;
	const struct prm_field *second = b;

	return (first->at.offset > second->at.offset) -
	       (first->at.offset < second->at.offset);
}

/* Fields that overlap could multiply at every level: the first one stays. */
static u32 drop_overlaps(struct prm_field *fields, u32 count)
{
	u32 kept = 0;
	u32 end = 0;

	for (u32 i = 0; i < count; i++) {
		const struct prm_field *field = &fields[i];
		u32 elements = field->count ? field->count : 1;

		if (field->at.offset < end)
			continue;
		end = field->at.offset + field->at.width * elements;
		if (!field->count)
			end = UINT32_MAX;
		fields[kept++] = *field;
	}
	return kept;
}

static bool build_fields(struct adb *adb, struct adb_node *node, u32 depth)
{
	struct prm_field *fields = adb_alloc(adb, (node->n_fields + 1) *
					     sizeof(*fields));
	u32 count = 0;

	if (!fields)
		return false;
	for (u32 i = 0; i < node->n_fields; i++)
		if (build_field(adb, node, &node->fields[i], &fields[count],
				depth))
			count++;
	qsort(fields, count, sizeof(*fields), by_offset);
	node->layout.fields = fields;
	node->layout.n_fields = drop_overlaps(fields, count);
	return true;
}

/*
 * NULL for a union and for a node inside itself. A node is built once for all
 * that it is part of, so how deep it is there is left to who decodes.
 */
static const struct prm_layout *build(struct adb *adb, struct adb_node *node,
				      u32 depth)
{
	if (node->state == ADB_BUILT)
		return &node->layout;
	if (node->state != ADB_RAW || node->is_union || node->bits % 32 ||
	    depth > BUILD_DEPTH)
		return NULL;
	node->state = ADB_BUILDING;
	node->layout.name = node->name;
	node->layout.doc = "";
	node->layout.size = node->bits / 8;
	node->state = build_fields(adb, node, depth) ? ADB_BUILT :
						       ADB_UNUSABLE;
	return node->state == ADB_BUILT ? &node->layout : NULL;
}

const struct prm_layout *adb_layout(struct adb *adb, const char *name)
{
	struct adb_node *node = adb_node_by_name(adb, name);

	return node ? build(adb, node, 0) : NULL;
}
