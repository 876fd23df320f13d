// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A resource dump as a chain of segments: info, the command that it answers,
 * what was found with notices and references between, terminate. The menu
 * says which arguments a type takes, and the firmware holds callers to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include "model.h"

enum {
	SEGMENT_NOTICE = 0xfff9,
	SEGMENT_COMMAND,
	SEGMENT_TERMINATE,
	SEGMENT_ERROR,
	SEGMENT_REFERENCE,
	SEGMENT_INFO,
};

enum {	/* syndrome_id of error and notice segments */
	NOTHING_THERE = 1,
	FEWER_THAN_ASKED,
	CUT_SHORT,
};

#define DUMP_VERSION 1
#define FIRST_ROOM 4096

uint8_t *emu_dump_extend(struct emu_dump *dump, uint32_t n)
{
	uint32_t room = dump->room ? dump->room : FIRST_ROOM;
	uint8_t *bytes;

	if (!dump->is_ending && n > EMU_MAX_DUMP - dump->len)
		dump->is_full = true;
	if (!dump->is_ending && dump->is_full)
		return NULL;
	while (room - dump->len < n)
		room *= 2;
	if (room != dump->room) {
		bytes = realloc(dump->bytes, room);
		if (!bytes) {
			dump->lacks_memory = true;
			return NULL;
		}
		dump->bytes = bytes;
		dump->room = room;
	}
	bytes = dump->bytes + dump->len;
	memset(bytes, 0, n);
	dump->len += n;
	return bytes;
}

static uint8_t *segment(struct emu_dump *dump, uint16_t type, uint32_t bytes)
{
	uint8_t *head = emu_dump_extend(dump, bytes);

	if (!head)
		return NULL;
	emu_set(head, bytes, PRM_AT(resource_dump_segment_header, length_dw),
		bytes / 4);
	emu_set(head, bytes, PRM_AT(resource_dump_segment_header,
				    segment_type), type);
	return head;
}

#define SEGMENT(dump, type, layout) segment(dump, type, PRM_SIZE(layout))
#define SET(at, layout, field, value)					\
	emu_set(at, PRM_SIZE(layout), PRM_AT(layout, field), value)

static void add_info(struct emu_dump *dump)
{
	const uint64_t *number = dump->device->state.number;
	uint8_t *at = SEGMENT(dump, SEGMENT_INFO, resource_dump_info_segment);

	if (!at)
		return;
	SET(at, resource_dump_info_segment, dump_version, DUMP_VERSION);
	SET(at, resource_dump_info_segment, hw_version,
	    number[EMU_HW_DEVICE_ID] << 16 | number[EMU_HW_REVISION]);
	SET(at, resource_dump_info_segment, fw_version,
	    number[EMU_FIRMWARE_MAJOR] << 24 |
	    number[EMU_FIRMWARE_MINOR] << 16 | number[EMU_FIRMWARE_SUB]);
}

static void add_command(struct emu_dump *dump,
			const struct emu_dump_request *request)
{
	uint8_t *at = SEGMENT(dump, SEGMENT_COMMAND,
			      resource_dump_command_segment);

	if (!at)
		return;
	SET(at, resource_dump_command_segment, segment_called, request->type);
	SET(at, resource_dump_command_segment, vhca_id,
	    emu_general_capability(&dump->device->state, "vhca_id"));
	SET(at, resource_dump_command_segment, index1, request->index[0]);
	SET(at, resource_dump_command_segment, index2, request->index[1]);
	SET(at, resource_dump_command_segment, num_of_obj1, request->count[0]);
	SET(at, resource_dump_command_segment, num_of_obj2, request->count[1]);
}

static void add_menu(struct emu_dump *dump)
{
	const struct emu_dump_menu *menu = &dump->device->state.dumps;
	uint32_t records = menu->n_records * EMU_MENU_RECORD;
	uint32_t head = PRM_SIZE(resource_dump_menu_segment);
	uint8_t *at = segment(dump, EMU_SEGMENT_MENU, head + records);

	if (!at)
		return;
	SET(at, resource_dump_menu_segment, num_of_records, menu->n_records);
	memcpy(at + head, menu->records, records);
}

/* Error and notice segments differ in their type and in what they call it. */
static void add_text(struct emu_dump *dump, uint16_t type, uint16_t syndrome,
		     const char *text)
{
	struct prm_bits room = PRM_AT(resource_dump_error_segment, error);
	uint8_t *at = SEGMENT(dump, type, resource_dump_error_segment);

	if (!at)
		return;
	SET(at, resource_dump_error_segment, syndrome_id, syndrome);
	snprintf((char *)at + room.offset / 8, room.width / 8, "%s", text);
}

void emu_dump_error(struct emu_dump *dump, const char *text)
{
	add_text(dump, SEGMENT_ERROR, NOTHING_THERE, text);
}

void emu_dump_reference(struct emu_dump *dump, uint16_t type, uint32_t index)
{
	uint8_t *at = SEGMENT(dump, SEGMENT_REFERENCE,
			      resource_dump_reference_segment);

	if (!at)
		return;
	SET(at, resource_dump_reference_segment, reference_segment_type, type);
	SET(at, resource_dump_reference_segment, index1, index);
}

uint8_t *emu_dump_resource(struct emu_dump *dump, uint16_t type,
			   const uint32_t index[2], uint32_t len)
{
	uint32_t head = PRM_SIZE(resource_dump_resource_segment);
	uint8_t *at = segment(dump, type, head + len);

	if (!at)
		return NULL;
	SET(at, resource_dump_resource_segment, index1, index[0]);
	SET(at, resource_dump_resource_segment, index2, index[1]);
	return at + head;
}

/* Which bits of a menu's record speak of an index; the PRM has two of them. */
static const struct index_rule {
	struct prm_bits takes_index, takes_count, needs_count, takes_all,
			takes_active;
} index_rules[] = {
	{ { PRM(resource_dump_menu_record, support_index1) },
	  { PRM(resource_dump_menu_record, support_num_of_obj1) },
	  { PRM(resource_dump_menu_record, must_have_num_of_obj1) },
	  { PRM(resource_dump_menu_record, num_of_obj1_supports_all) },
	  { PRM(resource_dump_menu_record, num_of_obj1_supports_active) } },
	{ { PRM(resource_dump_menu_record, support_index2) },
	  { PRM(resource_dump_menu_record, support_num_of_obj2) },
	  { PRM(resource_dump_menu_record, must_have_num_of_obj2) },
	  { PRM(resource_dump_menu_record, num_of_obj2_supports_all) },
	  { PRM(resource_dump_menu_record, num_of_obj2_supports_active) } },
};

static bool says(const uint8_t *record, struct prm_bits bit)
{
	return prm_value(record, EMU_MENU_RECORD, bit);
}

static bool is_permitted(const struct index_rule *rule, const uint8_t *record,
			 uint32_t index, uint16_t count)
{
	if (index && !says(record, rule->takes_index))
		return false;
	if (!count)
		return !says(record, rule->needs_count);
	if (count == EMU_COUNT_ALL)
		return says(record, rule->takes_all);
	if (count == EMU_COUNT_ACTIVE)
		return says(record, rule->takes_active);
	return says(record, rule->takes_count);
}

static enum emu_failure check(const uint8_t *record,
			      const struct emu_dump_request *request)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(index_rules); i++)
		if (!is_permitted(&index_rules[i], record, request->index[i],
				  request->count[i]))
			return EMU_BAD_VALUE;
	return EMU_DONE;
}

static bool is_asked(const struct emu_dump_request *request,
		     const uint8_t *record, const struct emu_dump_item *item)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(index_rules); i++) {
		uint32_t n = request->count[i] ? request->count[i] : 1;

		if (!says(record, index_rules[i].takes_index) ||
		    n >= EMU_COUNT_ACTIVE)
			continue;
		if (item->index[i] < request->index[i] ||
		    item->index[i] - request->index[i] >= n)
			return false;
	}
	return true;
}

static void remark(struct emu_dump *dump,
		   const struct emu_dump_request *request, uint32_t found)
{
	uint32_t wanted = request->count[0];
	char text[32];

	if (!found) {
		emu_dump_error(dump, "nothing is there");
	} else if (wanted < EMU_COUNT_ACTIVE && found < wanted) {
		snprintf(text, sizeof(text), "%u of %u are in use", found,
			 wanted);
		add_text(dump, SEGMENT_NOTICE, FEWER_THAN_ASKED, text);
	}
}

static void add_items(struct emu_dump *dump, const uint8_t *record,
		      const struct emu_dump_request *request)
{
	const struct emu_dump_source *source = emu_dump_source(request->type);
	struct emu_dump_item *items;
	uint32_t n = 0, found = 0;

	items = source ? emu_dump_items(dump->device, source, &n) : NULL;
	if (source && !items)
		dump->lacks_memory = true;
	for (uint32_t i = 0; i < n; i++) {
		if (!is_asked(request, record, &items[i]))
			continue;
		found++;
		source->show(dump, source, &items[i]);
	}
	free(items);
	remark(dump, request, found);
}

static const uint8_t *record_of(const struct emu_dump_menu *menu, uint16_t type)
{
	for (uint32_t i = 0; i < menu->n_records; i++)
		if (prm_value(menu->records[i], EMU_MENU_RECORD,
			      PRM_AT(resource_dump_menu_record, segment_type)) ==
		    type)
			return menu->records[i];
	return NULL;
}

static void terminate(struct emu_dump *dump)
{
	dump->is_ending = true;
	if (dump->is_full)
		add_text(dump, SEGMENT_NOTICE, CUT_SHORT,
			 "too long, and cut short here");
	SEGMENT(dump, SEGMENT_TERMINATE, resource_dump_terminate_segment);
}

enum emu_failure emu_dump_resources(struct emu_dump *dump,
				    const struct emu_dump_request *request)
{
	static const uint8_t no_arguments[EMU_MENU_RECORD];
	bool is_menu = request->type == EMU_SEGMENT_MENU;
	const uint8_t *record = is_menu ? no_arguments :
		record_of(&dump->device->state.dumps, request->type);

	if (!record)
		return EMU_UNKNOWN_SEGMENT;
	if (check(record, request))
		return EMU_BAD_VALUE;
	add_info(dump);
	add_command(dump, request);
	if (is_menu)
		add_menu(dump);
	else
		add_items(dump, record, request);
	terminate(dump);
	return EMU_DONE;
}
