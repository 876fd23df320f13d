// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The part of the non-volatile configuration that commands change, as a
 * document, so that it can outlive the process:
 *
 *   {"mlx5ctl_nv": 1, "personality": "...", "reset_armed": false, "items":
 *    [{"type": "0x80", "writer": 4, "current": "00...", "next": "00..."}]}
 */
#include <stdio.h>
#include <stdlib.h>
#include "document.h"

#define FORM 1

static const struct {
	const char *key;
	enum emu_nv_set set;
} kept[] = { { "current", EMU_NV_CURRENT }, { "next", EMU_NV_NEXT } };

static void add_item(struct json_object *items, const struct emu_nv_item *item)
{
	struct json_object *object = json_object_new_object();
	char text[2 * EMU_NV_BYTES + 1];

	snprintf(text, sizeof(text), "0x%x", item->type);
	json_object_object_add(object, "type", json_object_new_string(text));
	json_object_object_add(object, "writer",
			       json_object_new_int(item->writer));
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		for (uint32_t k = 0; k < item->length; k++)
			sprintf(text + 2 * k, "%02x",
				item->bytes[kept[i].set][k]);
		json_object_object_add(object, kept[i].key,
				       json_object_new_string(text));
	}
	json_object_array_add(items, object);
}

char *emu_nv_save(struct emu_device *device)
{
	struct json_object *document = json_object_new_object();
	struct json_object *items = json_object_new_array();
	struct emu_personality *state = &device->state;
	char *text;

	json_object_object_add(document, "mlx5ctl_nv",
			       json_object_new_int(FORM));
	json_object_object_add(document, "personality",
			       json_object_new_string(state->name));
	pthread_mutex_lock(&device->lock);
	json_object_object_add(document, "reset_armed",
			       json_object_new_boolean(state->is_reset_armed));
	for (uint32_t i = 0; i < state->n_nv; i++)
		if (state->nv[i].is_writable)
			add_item(items, &state->nv[i]);
	pthread_mutex_unlock(&device->lock);
	json_object_object_add(document, "items", items);
	text = strdup(json_object_to_json_string_ext(document,
						     JSON_C_TO_STRING_PRETTY));
	json_object_put(document);
	return text;
}

static const char *string_of(struct json_object *object, const char *key)
{
	struct json_object *member;

	if (!json_object_object_get_ex(object, key, &member) ||
	    !json_object_is_type(member, json_type_string))
		return "";
	return json_object_get_string(member);
}

static struct json_object *object_of(struct json_object *items, uint32_t type)
{
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *object =
			json_object_array_get_idx(items, i);
		const char *text = string_of(object, "type");
		char *end;
		unsigned long number = strtoul(text, &end, 0);

		if (*text && !*end && number == type)
			return object;
	}
	return NULL;
}

static bool read_bytes(const char *hex, uint8_t *bytes, uint32_t length)
{
	if (strlen(hex) != 2 * length ||
	    strspn(hex, "0123456789abcdef") != 2 * length)
		return false;
	for (uint32_t i = 0; i < length; i++) {
		const char digits[3] = { hex[2 * i], hex[2 * i + 1] };

		bytes[i] = strtoul(digits, NULL, 16);
	}
	return true;
}

/* Into the copy of an item: it is taken over when the whole is good. */
static bool read_item(struct json_object *object, struct emu_nv_item *item)
{
	struct json_object *writer;

	if (!json_object_object_get_ex(object, "writer", &writer) ||
	    !json_object_is_type(writer, json_type_int) ||
	    json_object_get_int64(writer) < 0 ||
	    json_object_get_int64(writer) > UINT8_MAX)
		return false;
	item->writer = json_object_get_int(writer);
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (!read_bytes(string_of(object, kept[i].key),
				item->bytes[kept[i].set], item->length))
			return false;
	return true;
}

/* One for each that can be written, and no other. */
static const char *read_items(struct json_object *items,
			      struct emu_personality *copy)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < copy->n_nv; i++) {
		struct emu_nv_item *item = &copy->nv[i];
		struct json_object *object;

		if (!item->is_writable)
			continue;
		object = object_of(items, item->type);
		if (!object)
			return "has not the items of this card";
		if (!read_item(object, item))
			return "has an item that is cut off or no hex";
		n++;
	}
	return json_object_array_length(items) == n ? NULL :
	       "has more items than this card";
}

/* NULL, or what is wrong with it. */
static const char *read_document(struct json_object *document,
				 struct emu_personality *copy)
{
	struct json_object *form, *armed, *items;

	if (!document)
		return "is no JSON, or has a key twice";
	if (!json_object_object_get_ex(document, "mlx5ctl_nv", &form) ||
	    json_object_get_int(form) != FORM)
		return "is no such configuration, or of another version";
	if (strcmp(string_of(document, "personality"), copy->name))
		return "is of another card";
	if (!json_object_object_get_ex(document, "reset_armed", &armed) ||
	    !json_object_is_type(armed, json_type_boolean) ||
	    !json_object_object_get_ex(document, "items", &items) ||
	    !json_object_is_type(items, json_type_array))
		return "is cut off";
	copy->is_reset_armed = json_object_get_boolean(armed);
	return read_items(items, copy);
}

int emu_nv_restore(struct emu_device *device, const char *text,
		   struct emu_problem *problem)
{
	struct emu_personality *state = &device->state;
	struct emu_personality copy = *state;
	const struct emu_document parsed = { "", text, problem };
	size_t size = state->n_nv * sizeof(*copy.nv);
	struct json_object *document;
	const char *why;

	copy.nv = malloc(size + 1);
	if (!copy.nv) {
		snprintf(problem->text, sizeof(problem->text),
			 "does not fit into memory");
		return -1;
	}
	document = emu_document_parse(&parsed, strlen(text));
	pthread_mutex_lock(&device->lock);
	if (size)
		memcpy(copy.nv, state->nv, size);
	why = read_document(document, &copy);
	if (!why) {
		if (size)
			memcpy(state->nv, copy.nv, size);
		state->is_reset_armed = copy.is_reset_armed;
	}
	pthread_mutex_unlock(&device->lock);
	json_object_put(document);
	free(copy.nv);
	snprintf(problem->text, sizeof(problem->text), "%s", why ? why : "");
	return why ? -1 : 0;
}

static void note_change(const struct emu_nv_item *item,
			struct emu_nv_change *change)
{
	*change = (struct emu_nv_change){ .type = item->type,
					  .length = item->length };
	memcpy(change->before, item->bytes[EMU_NV_CURRENT], item->length);
	memcpy(change->after, item->bytes[EMU_NV_NEXT], item->length);
}

uint32_t emu_nv_changes(const struct emu_personality *state, enum emu_reset how,
			struct emu_nv_change *changes, uint32_t most)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < state->n_nv && n < most; i++) {
		const struct emu_nv_item *item = &state->nv[i];

		if (how != EMU_POWER_CYCLE &&
		    (how != EMU_WARM_BOOT || !state->is_reset_armed))
			break;
		if (memcmp(item->bytes[EMU_NV_CURRENT],
			   item->bytes[EMU_NV_NEXT], item->length))
			note_change(item, &changes[n++]);
	}
	return n;
}

uint32_t emu_nv_pending(struct emu_device *device, enum emu_reset how,
			struct emu_nv_change *changes, uint32_t most)
{
	uint32_t n;

	pthread_mutex_lock(&device->lock);
	n = emu_nv_changes(&device->state, how, changes, most);
	pthread_mutex_unlock(&device->lock);
	return n;
}
