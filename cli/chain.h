/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A resource dump as named values, and the menu that one of them is. */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "invocation.h"

/* The records of a menu, in the bytes of a dump that holds one. */
struct menu {
	const u8 *records;
	u32 n_records;
};

/* What was found in a chain, beside its segments. */
struct chain {
	struct json_object *segments;	/* the caller's */
	char problem[256];	/* why it ends where it ends; "": it is whole */
	u32 n_errors;		/* segments in which the firmware reports one */
	struct menu menu;
};

/* Names of types are those of `menu`, which may be NULL, or else our own. */
void chain_decode(const void *bytes, size_t n, const struct menu *menu,
		  struct chain *chain);

/* Whether it is an answer to what was asked; else why not, as a problem. */
void chain_check_command(const void *bytes, size_t n,
			 const struct mlx5ctl_dump_request *request,
			 struct chain *chain);

/* The name of a type, by the menu or our own; NULL: there is none. Static. */
const char *chain_type_name(u16 type, const struct menu *menu);
/* Our own names: by index, NULL past the last; and the type, or -1. */
const char *chain_known_type(u32 index);
int chain_type_by_name(const char *name, u16 *type);

/* For people: each segment under its name, and where it is. */
void show_chain(struct json_object *segments);

/* Records by name (case does not matter) or by type; NULL: there is none. */
const u8 *menu_by_name(const struct menu *menu, const char *name);
const u8 *menu_by_type(const struct menu *menu, u16 type);
u64 menu_field(const u8 *record, struct prm_bits at);
const char *menu_name(const u8 *record, struct prm_bits at, char text[17]);
/* As rows of JSON: types, names, and which arguments they take. */
struct json_object *menu_rows(const struct menu *menu);

#define RECORD(name) PRM_AT(resource_dump_menu_record, name)

#endif
