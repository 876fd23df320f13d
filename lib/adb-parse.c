// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The XML of mstflint's register database: a flat list of nodes of fields. */
#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adb-nodes.h"

struct reader {
	XML_Parser parser;
	struct adb *adb;
	struct adb_node *node;	/* the one whose fields come next */
};

static void stop(struct reader *reader, const char *flaw)
{
	struct adb *adb = reader->adb;

	if (!adb->flaw[0])
		snprintf(adb->flaw, sizeof(adb->flaw), "line %lu: %s",
			 (unsigned long)EXPAT_LINE_NUMBER(reader->parser),
			 adb->no_memory ? "out of memory" : flaw);
	XML_StopParser(reader->parser, XML_FALSE);
}

static const char *attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (!strcmp(attributes[0], name))
			return attributes[1];
	return NULL;
}

/* "0xBYTES.BITS": the part after the dot is decimal. */
static bool parse_pair(const char *text, u32 *bytes, u32 *bits)
{
	unsigned long value;
	char *end;

	if (!text)
		return false;
	value = strtoul(text, &end, 16);
	if (end == text || value > ADB_MOST_BITS / 8)
		return false;
	*bytes = value;
	*bits = 0;
	if (*end == '.') {
		value = strtoul(end + 1, &end, 10);
		if (value > ADB_MOST_BITS)
			return false;
		*bits = value;
	}
	return !*end;
}

static bool parse_bits(const char *text, u32 *total)
{
	u32 bytes, bits;

	if (!parse_pair(text, &bytes, &bits))
		return false;
	*total = bytes * 8 + bits;
	return *total && *total <= ADB_MOST_BITS;
}

/* Twice the room each time; the old rows stay behind in the arena. */
static void *grow(struct adb *adb, void *rows, u32 used, u32 *room,
		  size_t size, u32 most)
{
	u32 wanted = *room ? *room * 2 : 16;
	void *more;

	if (used < *room)
		return rows;
	if (used >= most)
		return NULL;
	more = adb_alloc(adb, wanted * size);
	if (!more)
		return NULL;
	if (used)
		memcpy(more, rows, used * size);
	*room = wanted;
	return more;
}

static const char *copy(struct reader *reader, const char *text)
{
	return text ? adb_name(reader->adb, text, strlen(text)) : NULL;
}

static void start_node(struct reader *reader, const char **attributes)
{
	struct adb *adb = reader->adb;
	const char *name = attribute(attributes, "name");
	const char *is_union = attribute(attributes, "attr_is_union");
	struct adb_node *nodes;
	u32 bits;

	reader->node = NULL;
	if (!name || !*name ||
	    !parse_bits(attribute(attributes, "size"), &bits))
		return;
	nodes = grow(adb, adb->nodes, adb->n_nodes, &adb->room,
		     sizeof(*nodes), ADB_MOST_NODES);
	if (!nodes) {
		stop(reader, "too many nodes");
		return;
	}
	adb->nodes = nodes;
	reader->node = &nodes[adb->n_nodes++];
	*reader->node = (struct adb_node){
		.name = copy(reader, name),
		.bits = bits,
		.is_union = is_union && !strcmp(is_union, "1"),
	};
}

static enum prm_access parse_access(const char *text)
{
	static const struct {
		const char *text;
		enum prm_access access;
	} rows[] = {
		{ "INDEX", PRM_INDEX }, { "OP", PRM_OP }, { "RO", PRM_RO },
		{ "RW", PRM_RW }, { "WO", PRM_WO },
	};

	for (size_t i = 0; text && i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].text, text))
			return rows[i].access;
	return PRM_RW;
}

/* "$(parent).page_select": only a field beside it is understood. */
static const char *parse_selector(struct reader *reader, const char *text)
{
	static const char parent[] = "$(parent).";

	if (!text || strncmp(text, parent, sizeof(parent) - 1))
		return NULL;
	return copy(reader, text + sizeof(parent) - 1);
}

static bool parse_bounds(struct adb_field *field, const char *low,
			 const char *high)
{
	unsigned long first, last;

	if (!low || !high)
		return true;
	field->is_array = true;
	field->count = 0;
	if (!strcmp(high, "VARIABLE"))
		return true;
	first = strtoul(low, NULL, 0);
	last = strtoul(high, NULL, 0);
	if (last < first || last - first >= ADB_MOST_BITS)
		return false;
	field->count = last - first + 1;
	return true;
}

static void start_field(struct reader *reader, const char **attributes)
{
	struct adb_node *node = reader->node;
	struct adb_field field = { .count = 1 };
	struct adb_field *fields;

	if (!node || !attribute(attributes, "name") ||
	    !parse_pair(attribute(attributes, "offset"), &field.byte,
			&field.bit) ||
	    !parse_bits(attribute(attributes, "size"), &field.bits) ||
	    !parse_bounds(&field, attribute(attributes, "low_bound"),
			  attribute(attributes, "high_bound")))
		return;
	fields = grow(reader->adb, node->fields, node->n_fields, &node->room,
		      sizeof(*fields), ADB_MOST_FIELDS);
	if (!fields) {
		stop(reader, "too many fields in one node");
		return;
	}
	field.name = copy(reader, attribute(attributes, "name"));
	field.subnode = copy(reader, attribute(attributes, "subnode"));
	field.names = copy(reader, attribute(attributes, "enum"));
	field.selected_by = copy(reader, attribute(attributes, "selected_by"));
	field.selector = parse_selector(reader,
					attribute(attributes, "union_selector"));
	field.access = parse_access(attribute(attributes, "access"));
	node->fields = fields;
	fields[node->n_fields++] = field;
}

static void start_info(struct reader *reader, const char **attributes)
{
	struct adb *adb = reader->adb;
	const char *version = attribute(attributes, "source_doc_version");

	if (version && !strncmp(version, "Rev ", 4))
		version += 4;
	version = copy(reader, version ? version : "");
	if (!version)
		return;
	snprintf(adb->version, sizeof(adb->version), "%s", version);
}

static void XMLCALL start_element(void *context, const char *name,
				  const char **attributes)
{
	static const struct {
		const char *name;
		void (*start)(struct reader *reader, const char **attributes);
	} elements[] = {
		{ "field", start_field },
		{ "node", start_node },
		{ "info", start_info },
	};
	struct reader *reader = context;

	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		if (!strcmp(elements[i].name, name))
			elements[i].start(reader, attributes);
	if (reader->adb->no_memory)
		stop(reader, "out of memory");
}

/* The format has none, and entities are how XML grows without end. */
static void XMLCALL refuse_doctype(void *context, const char *name,
				   const char *system, const char *public,
				   int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(context, "a document type is not expected here");
}

void adb_read_nodes(struct adb *adb, const char *buf, size_t len)
{
	struct reader reader = { .adb = adb };

	reader.parser = XML_ParserCreate(NULL);
	if (!reader.parser || len > INT_MAX) {
		snprintf(adb->flaw, sizeof(adb->flaw), "%s",
			 reader.parser ? "the file is too long" :
			 "out of memory");
		XML_ParserFree(reader.parser);
		return;
	}
	XML_SetUserData(reader.parser, &reader);
	XML_SetStartElementHandler(reader.parser, start_element);
	XML_SetStartDoctypeDeclHandler(reader.parser, refuse_doctype);
	if (XML_Parse(reader.parser, buf, len, 1) == XML_STATUS_ERROR)
		stop(&reader, XML_ErrorString(XML_GetErrorCode(reader.parser)));
	XML_ParserFree(reader.parser);
}
