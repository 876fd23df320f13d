// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Objects that a personality has, and what their numbers are by now. */
#include <errno.h>
#include <stdlib.h>
#include "model.h"

struct emu_object *emu_stored_find(const struct emu_personality *personality,
				   const struct emu_query *query, uint32_t id,
				   uint64_t select)
{
	for (uint32_t i = 0; i < personality->n_objects; i++) {
		struct emu_object *object = &personality->objects[i];

		if (object->query == query && object->id == id &&
		    object->select == select)
			return object;
	}
	return NULL;
}

void emu_stored_show(const struct emu_object *object, uint64_t now_ms,
		     uint8_t *out, uint32_t out_len)
{
	const struct prm_command *command =
		prm_command_by_opcode(object->query->opcode);
	const struct emu_moving moving = {
		.bytes = object->bytes,
		.rates = object->per_second,
		.size = object->size,
		.ms = now_ms - object->since,
		.answer = out,
		.answer_len = out_len,
	};

	memcpy(out, object->bytes,
	       out_len < object->size ? out_len : object->size);
	if (object->per_second)
		emu_move(&moving, command->out, 0);
}

int emu_stored_copy(struct emu_personality *to,
		    const struct emu_personality *from)
{
	to->objects = calloc(from->n_objects + 1, sizeof(*to->objects));
	to->n_objects = 0;
	if (!to->objects)
		return -ENOMEM;
	for (uint32_t i = 0; i < from->n_objects; i++) {
		const struct emu_object *source = &from->objects[i];
		struct emu_object *object = &to->objects[to->n_objects++];

		*object = *source;
		object->bytes = emu_copy_of(source->bytes, source->size);
		object->per_second = NULL;
		if (source->per_second)
			object->per_second = emu_copy_of(source->per_second,
							 source->size);
		if (!object->bytes || (source->per_second &&
				       !object->per_second))
			return -ENOMEM;
	}
	return 0;
}

static void free_object(struct emu_object *object)
{
	free(object->bytes);
	free(object->per_second);
}

void emu_stored_forget(struct emu_personality *personality)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < personality->n_objects; i++) {
		struct emu_object *object = &personality->objects[i];

		if (object->query->flags & EMU_MADE)
			free_object(object);
		else
			personality->objects[kept++] = *object;
	}
	personality->n_objects = kept;
}

void emu_stored_clear(struct emu_personality *personality)
{
	for (uint32_t i = 0; i < personality->n_objects; i++)
		free_object(&personality->objects[i]);
	free(personality->objects);
	personality->objects = NULL;
	personality->n_objects = 0;
}
