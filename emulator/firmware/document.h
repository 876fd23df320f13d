/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Reading a document: json-c has the values, the text has the lines. */
#ifndef EMU_DOCUMENT_H
#define EMU_DOCUMENT_H

#include <json-c/json.h>
#include "model.h"

struct emu_document {
	const char *name;	/* of the file */
	const char *text;	/* ends with NUL */
	struct emu_problem *problem;
};

/* Where in the document: a member of an object, or an element of an array. */
struct emu_place {
	const struct emu_place *up;	/* NULL: the document itself */
	const char *key;		/* NULL: element `index` */
	size_t index;
};

/* The line of a position, from 1. */
unsigned int emu_line_at(const char *text, const char *position);

/* Of text that json-c takes: the first key that its object has already, or NULL. */
const char *emu_duplicate_key(const char *text);

/* The whole text, `len` bytes of it; NULL and a problem. */
struct json_object *emu_document_parse(const struct emu_document *document,
				       size_t len);

/* Plain or gzip; to be freed. NULL and a problem. */
char *emu_document_load(const char *path, size_t *len,
			struct emu_problem *problem);

/* Fill in the problem; always -1, for `return`. */
int __attribute__((format(printf, 3, 4)))
emu_complain(const struct emu_document *document,
	     const struct emu_place *place, const char *format, ...);

/* What a run of fields is: a layout, and whose facts it may not repeat. */
struct emu_target {
	const struct prm_layout *layout;
	const char *where;	/* register or capability type, for emu_given */
	uint8_t *bytes;
	uint32_t size;
};

/* An object of named fields, or all the bytes as hex. */
int emu_read_fields(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    const struct emu_target *target);

int emu_read_number(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    uint64_t *number);
int emu_read_up_to(const struct emu_document *document,
		   const struct emu_place *place, struct json_object *value,
		   uint64_t most, uint64_t *number);

/* objects-document.c */
int emu_read_objects(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_personality *personality);

/* A top-level key of a personality. */
struct emu_section {
	const char *key;
	int (*read)(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    struct emu_personality *personality);
	bool is_needed;
};

/* modules.c, nv-document.c, dump-document.c, diagnostics-document.c */
int emu_read_modules(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_personality *personality);
int emu_read_nv(const struct emu_document *document,
		const struct emu_place *place, struct json_object *value,
		struct emu_personality *personality);

int emu_read_dumps(const struct emu_document *document,
		   const struct emu_place *place, struct json_object *value,
		   struct emu_personality *personality);

int emu_read_diagnostics(const struct emu_document *document,
			 const struct emu_place *place,
			 struct json_object *value,
			 struct emu_personality *personality);

extern const struct emu_section emu_sections[];
extern const uint32_t emu_n_sections;

int emu_read_hex(const struct emu_document *document,
		 const struct emu_place *place, const char *hex,
		 uint8_t *bytes, uint32_t size, uint32_t *len);

#endif
