// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Personalities as wholes: from a file, from the program, copied, freed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "document.h"
#include "shipped.h"

void emu_personality_clear(struct emu_personality *personality)
{
	for (uint32_t i = 0; i < personality->n_registers; i++) {
		free(personality->registers[i].bytes);
		free(personality->registers[i].rates);
	}
	free(personality->registers);
	free(personality->modules);
	free(personality->nv);
	free(personality->counters);
	free(personality->capabilities);
	emu_stored_clear(personality);
}

void emu_personality_free(struct emu_personality *personality)
{
	if (!personality)
		return;
	emu_personality_clear(personality);
	free(personality);
}

void *emu_copy_of(const void *from, size_t size)
{
	void *to = malloc(size ? size : 1);

	if (to && size)
		memcpy(to, from, size);
	return to;
}

int emu_personality_copy(struct emu_personality *to,
			 const struct emu_personality *from)
{
	*to = *from;
	to->n_registers = 0;
	to->n_objects = 0;
	to->objects = NULL;
	to->capabilities = emu_copy_of(from->capabilities,
				       from->n_capabilities *
				       sizeof(*to->capabilities));
	to->registers = emu_copy_of(from->registers,
				    from->n_registers * sizeof(*to->registers));
	to->modules = emu_copy_of(from->modules,
				  from->n_modules * sizeof(*to->modules));
	to->nv = emu_copy_of(from->nv, from->n_nv * sizeof(*to->nv));
	to->counters = emu_copy_of(from->counters,
				   from->n_counters * sizeof(*to->counters));
	if (!to->capabilities || !to->registers || !to->modules || !to->nv ||
	    !to->counters)
		return -ENOMEM;
	for (uint32_t i = 0; i < from->n_registers; i++) {
		struct emu_register *reg = &to->registers[i];

		to->n_registers++;
		reg->bytes = emu_copy_of(reg->bytes, reg->size);
		if (reg->rates)
			reg->rates = emu_copy_of(reg->rates, reg->size);
		if (!reg->bytes || (!reg->rates && from->registers[i].rates))
			return -ENOMEM;
	}
	return emu_stored_copy(to, from);
}

static const struct emu_section *section_of(const char *key)
{
	for (uint32_t i = 0; i < emu_n_sections; i++)
		if (!strcmp(emu_sections[i].key, key))
			return &emu_sections[i];
	return NULL;
}

static int read_sections(const struct emu_document *document,
			 struct json_object *root,
			 struct emu_personality *personality)
{
	if (!json_object_is_type(root, json_type_object))
		return emu_complain(document, NULL, "is not an object");
	json_object_object_foreach(root, key, unused) {
		struct emu_place here = { .key = key };

		(void)unused;
		if (!section_of(key))
			return emu_complain(document, &here,
					    "is no section of a personality");
	}
	for (uint32_t i = 0; i < emu_n_sections; i++) {
		const struct emu_section *section = &emu_sections[i];
		struct emu_place here = { .key = section->key };
		struct json_object *member;

		if (!json_object_object_get_ex(root, section->key, &member)) {
			if (section->is_needed)
				return emu_complain(document, NULL,
						    "lacks the section '%s'",
						    section->key);
			continue;
		}
		if (section->read(document, &here, member, personality))
			return -1;
	}
	return 0;
}

static struct emu_personality *read_text(const struct emu_document *document,
					 size_t len)
{
	struct emu_personality *personality = NULL;
	struct json_object *root = emu_document_parse(document, len);

	if (!root)
		return NULL;
	personality = calloc(1, sizeof(*personality));
	if (!personality || read_sections(document, root, personality)) {
		emu_personality_free(personality);
		personality = NULL;
	}
	json_object_put(root);
	return personality;
}

struct emu_personality *emu_personality_parse(const char *name,
					      const char *text, size_t len,
					      struct emu_problem *problem)
{
	struct emu_document document = { .name = name, .problem = problem };
	struct emu_personality *personality = NULL;
	char *copy = malloc(len + 1);

	snprintf(problem->text, sizeof(problem->text),
		 "%.80s: no memory is left", name);
	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	document.text = copy;
	personality = read_text(&document, len);
	free(copy);
	return personality;
}

struct emu_personality *emu_personality_load(const char *path,
					     struct emu_problem *problem)
{
	struct emu_personality *personality;
	size_t len;
	char *text = emu_document_load(path, &len, problem);

	if (!text)
		return NULL;
	personality = emu_personality_parse(path, text, len, problem);
	free(text);
	return personality;
}

struct emu_personality *emu_personality_shipped(const char *name,
						struct emu_problem *problem)
{
	for (unsigned int i = 0; i < emu_n_shipped; i++)
		if (!name || !strcmp(emu_shipped[i].name, name))
			return emu_personality_parse(emu_shipped[i].name,
						     emu_shipped[i].text,
						     emu_shipped[i].len,
						     problem);
	snprintf(problem->text, sizeof(problem->text),
		 "There is no personality called '%.80s'.", name);
	return NULL;
}

const char *emu_shipped_name(unsigned int index)
{
	return index < emu_n_shipped ? emu_shipped[index].name : NULL;
}

const char *emu_personality_name(const struct emu_personality *personality)
{
	return personality->name;
}
