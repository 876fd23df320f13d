// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The section `diagnostics`: counters, how they move, and who samples some. */
#include <stdlib.h>
#include "document.h"

static int read_counter(const struct emu_document *document,
			const struct emu_place *place,
			struct json_object *value,
			struct emu_personality *personality)
{
	static const struct {
		const char *key;
		uint64_t most;
	} keys[] = { { "id", UINT16_MAX }, { "sync", 1 },
		     { "value", UINT64_MAX }, { "per_second", UINT32_MAX } };
	uint64_t numbers[ARRAY_SIZE(keys)] = { 0 };
	uint32_t i;

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		const struct emu_place here = { .up = place, .key = key };

		for (i = 0; i < ARRAY_SIZE(keys); i++)
			if (!strcmp(keys[i].key, key))
				break;
		if (i == ARRAY_SIZE(keys))
			return emu_complain(document, &here,
					    "is no key of a counter");
		if (emu_read_up_to(document, &here, member, keys[i].most,
				   &numbers[i]))
			return -1;
	}
	if (!numbers[0] || emu_counter_find(personality, numbers[0]))
		return emu_complain(document, place,
				    "has no number of its own as 'id'");
	personality->counters[personality->n_counters++] = (struct emu_counter){
		.id = numbers[0],
		.is_synced = numbers[1],
		.value = numbers[2],
		.per_second = numbers[3],
	};
	return 0;
}

static int read_length(const struct emu_document *document,
		       const struct emu_place *place, struct json_object *value,
		       size_t *n)
{
	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	*n = json_object_array_length(value);
	return *n <= EMU_MOST_COUNTERS ? 0 :
	       emu_complain(document, place, "there are more than %u counters",
			    EMU_MOST_COUNTERS);
}

static int read_counters(const struct emu_document *document,
			 const struct emu_place *place,
			 struct json_object *value,
			 struct emu_personality *personality)
{
	size_t n;

	if (read_length(document, place, value, &n))
		return -1;
	personality->counters = calloc(n + 1, sizeof(*personality->counters));
	if (!personality->counters)
		return emu_complain(document, place, "no memory is left");
	for (size_t i = 0; i < n; i++) {
		const struct emu_place here = { .up = place, .index = i };

		if (read_counter(document, &here,
				 json_object_array_get_idx(value, i),
				 personality))
			return -1;
	}
	emu_give_counters(personality);
	return 0;
}

static int read_ids(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    struct emu_sampling *sampling)
{
	size_t n;

	if (read_length(document, place, value, &n))
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct emu_place here = { .up = place, .index = i };
		uint64_t id;

		if (emu_read_up_to(document, &here,
				   json_object_array_get_idx(value, i),
				   UINT16_MAX, &id))
			return -1;
		sampling->ids[i] = id;
	}
	emu_set(sampling->context, sizeof(sampling->context),
		PRM_AT(diagnostic_params_context, num_of_counters), n);
	return 0;
}

/* What SET_DIAGNOSTIC_PARAMS has said when the device's time begins. */
static int read_sampling(const struct emu_document *document,
			 const struct emu_place *place,
			 struct json_object *value,
			 struct emu_personality *personality)
{
	struct emu_sampling *sampling = &personality->sampling;
	const struct emu_place there = { .up = place, .key = "counters" };
	const struct emu_target target = {
		.layout = prm_layout_by_name("diagnostic_params_context"),
		.where = "sampling",
		.bytes = sampling->context,
		.size = sizeof(sampling->context),
	};
	struct json_object *ids, *context;

	if (!json_object_is_type(value, json_type_object) ||
	    json_object_object_length(value) != 2 ||
	    !json_object_object_get_ex(value, "counters", &ids) ||
	    !json_object_object_get_ex(value, "context", &context))
		return emu_complain(document, place,
				    "is not an object of 'counters' and 'context'");
	if (emu_read_fields(document, place, context, &target) ||
	    read_ids(document, &there, ids, sampling))
		return -1;
	return emu_check_sampling(personality, sampling) ?
	       emu_complain(document, place, "is nothing this device can do") :
	       0;
}

int emu_read_diagnostics(const struct emu_document *document,
			 const struct emu_place *place,
			 struct json_object *value,
			 struct emu_personality *personality)
{
	static const struct emu_section parts[] = {
		{ "counters", read_counters, true },
		{ "sampling", read_sampling },
	};

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, unused) {
		const struct emu_place here = { .up = place, .key = key };

		(void)unused;
		if (strcmp(key, "counters") && strcmp(key, "sampling"))
			return emu_complain(document, &here,
				"is neither 'counters' nor 'sampling'");
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct emu_place here = { .up = place,
						.key = parts[i].key };
		struct json_object *member;

		if (!json_object_object_get_ex(value, parts[i].key, &member)) {
			if (parts[i].is_needed)
				return emu_complain(document, place,
						    "lacks its counters");
		} else if (parts[i].read(document, &here, member,
					 personality)) {
			return -1;
		}
	}
	return 0;
}
