// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Layouts out of the nodes of mstflint's register database, on demand. */
#include "adb.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "adb-nodes.h"
#include "decode.h"

#define LONGEST_FILE (64u << 20)

/* The nodes of the database that are its index of registers. */
#define REGISTERS_NODE "access_reg_summary_ext"
#define IDS_NODE "access_reg_summary_ctrl_ext"

struct adb_chunk {
	struct adb_chunk *next;
	max_align_t memory[];
};

void *adb_alloc(struct adb *adb, size_t size)
{
	struct adb_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (!chunk) {
		adb->no_memory = true;
		return NULL;
	}
	chunk->next = adb->chunks;
	adb->chunks = chunk;
	return chunk->memory;
}

const char *adb_name(struct adb *adb, const char *text, size_t length)
{
	char *name = adb_alloc(adb, length + 1);

	for (size_t i = 0; name && i < length; i++)
		name[i] = text[i] > ' ' && text[i] <= '~' ? text[i] : '_';
	return name;
}

static int by_name(const void *a, const void *b)
{
	const struct adb_node *first = a;
	const struct adb_node *second = b;

	return strcmp(first->name, second->name);
}

struct adb_node *adb_node_by_name(const struct adb *adb, const char *name)
{
	struct adb_node wanted = { .name = name };

	if (!adb->n_nodes)
		return NULL;
	return bsearch(&wanted, adb->nodes, adb->n_nodes, sizeof(wanted),
		       by_name);
}

const struct adb_field *adb_field_by_name(const struct adb_node *node,
					  const char *name)
{
	for (u32 i = 0; i < node->n_fields; i++)
		if (!strcmp(node->fields[i].name, name))
			return &node->fields[i];
	return NULL;
}

bool adb_next_label(const char **names, const char **label, size_t *length,
		    u32 *value)
{
	while (**names) {
		const char *word = *names + strspn(*names, " ");
		size_t whole = strcspn(word, ",");
		const char *equals = memchr(word, '=', whole);
		unsigned long number;
		char *end;

		*names = word + whole + (word[whole] == ',');
		if (!equals)
			continue;
		number = strtoul(equals + 1, &end, 0);
		if (end == equals + 1 || number > UINT32_MAX)
			continue;
		*label = word;
		*length = equals - word;
		*value = number;
		return true;
	}
	return false;
}

bool adb_label_value(const char *names, const char *label, u32 *value)
{
	const char *found;
	size_t length;

	while (names && adb_next_label(&names, &found, &length, value))
		if (length == strlen(label) && !memcmp(found, label, length))
			return true;
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct adb_register *first = a;
	const struct adb_register *second = b;

	return (int)first->id - (int)second->id;
}

static void index_registers(struct adb *adb)
{
	const struct adb_node *registers = adb_node_by_name(adb, REGISTERS_NODE);
	const struct adb_node *ids = adb_node_by_name(adb, IDS_NODE);
	const struct adb_field *id = ids ? adb_field_by_name(ids, "id") : NULL;

	if (!registers || !id || !registers->n_fields)
		return;
	adb->registers = adb_alloc(adb, registers->n_fields *
				   sizeof(*adb->registers));
	if (!adb->registers)
		return;
	for (u32 i = 0; i < registers->n_fields; i++) {
		const struct adb_field *field = &registers->fields[i];
		u32 value;

		if (!field->selected_by || !field->subnode ||
		    !adb_label_value(id->names, field->selected_by, &value) ||
		    value > UINT16_MAX)
			continue;
		adb->registers[adb->n_registers++] = (struct adb_register){
			value, field->selected_by, field->subnode,
		};
	}
	qsort(adb->registers, adb->n_registers, sizeof(*adb->registers), by_id);
}

struct adb *adb_parse(const char *buf, size_t len)
{
	struct adb *adb = calloc(1, sizeof(*adb));

	if (!adb)
		return NULL;
	adb_read_nodes(adb, buf, len);
	if (adb->flaw[0])
		return adb;
	if (adb->n_nodes)
		qsort(adb->nodes, adb->n_nodes, sizeof(*adb->nodes), by_name);
	index_registers(adb);
	if (!adb->n_registers)
		snprintf(adb->flaw, sizeof(adb->flaw), "%s", adb->no_memory ?
			 "out of memory" : "it has no index of registers");
	return adb;
}

static char *read_whole(FILE *file, size_t *length)
{
	char *text = NULL;
	size_t room = 0;

	*length = 0;
	do {
		char *more = realloc(text, room = room ? room * 2 : 1 << 20);

		if (!more) {
			free(text);
			errno = ENOMEM;
			return NULL;
		}
		text = more;
		*length += fread(text + *length, 1, room - *length, file);
	} while (*length == room && room < LONGEST_FILE);
	if (!ferror(file) && *length < room)
		return text;
	errno = ferror(file) ? EIO : EFBIG;
	free(text);
	return NULL;
}

struct adb *adb_load(const char *path)
{
	FILE *file = fopen(path, "re");
	struct adb *adb = NULL;
	size_t length;
	char *text;
	int error;

	if (!file)
		return NULL;
	text = read_whole(file, &length);
	if (text)
		adb = adb_parse(text, length);
	error = errno;
	free(text);
	fclose(file);
	errno = error;
	return adb;
}

void adb_free(struct adb *adb)
{
	while (adb && adb->chunks) {
		struct adb_chunk *chunk = adb->chunks;

		adb->chunks = chunk->next;
		free(chunk);
	}
	free(adb);
}

const char *adb_flaw(const struct adb *adb)
{
	return adb->flaw[0] ? adb->flaw : NULL;
}

const char *adb_version(const struct adb *adb)
{
	return adb->version;
}

const struct adb_register *adb_registers(const struct adb *adb, u32 *count)
{
	*count = adb->n_registers;
	return adb->registers;
}

const struct adb_register *adb_register_by_id(const struct adb *adb, u16 id)
{
	for (u32 i = 0; i < adb->n_registers; i++)
		if (adb->registers[i].id == id)
			return &adb->registers[i];
	return NULL;
}

const struct adb_register *adb_register_by_name(const struct adb *adb,
						const char *name)
{
	for (u32 i = 0; i < adb->n_registers; i++)
		if (!strcasecmp(adb->registers[i].name, name))
			return &adb->registers[i];
	return NULL;
}
