/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What adb-parse.c hands to adb.c: nodes as they are in the file. */
#ifndef MLX5CTL_ADB_NODES_H
#define MLX5CTL_ADB_NODES_H

#include "adb.h"

#define ADB_MOST_NODES 65536
#define ADB_MOST_FIELDS 4096	/* of one node */
#define ADB_MOST_BITS (1u << 20)

struct adb_field {
	const char *name;
	const char *subnode;	/* or NULL */
	const char *names;	/* "up=0x1,down=0x2", or NULL */
	const char *selector;	/* a field beside it, or NULL */
	const char *selected_by; /* of a union's member, or NULL */
	u32 byte;
	u32 bit;
	u32 bits;		/* of all elements */
	u32 count;		/* 0: as many as there are */
	bool is_array;
	enum prm_access access;
};

enum adb_state {
	ADB_RAW,
	ADB_BUILDING,
	ADB_BUILT,
	ADB_UNUSABLE,
};

struct adb_node {
	const char *name;
	u32 bits;
	bool is_union;
	struct adb_field *fields;
	u32 n_fields;
	u32 room;
	enum adb_state state;
	bool is_open;		/* what it ends with goes on to the end of the bytes */
	struct prm_layout layout;
};

struct adb_chunk;

struct adb {
	struct adb_node *nodes;	/* ascending by name once parsed */
	u32 n_nodes;
	u32 room;
	struct adb_register *registers;
	u32 n_registers;
	struct adb_chunk *chunks;
	char version[32];
	char flaw[160];
	bool no_memory;
};

/* Zeroed memory that lives as long as the database; NULL sets no_memory. */
void *adb_alloc(struct adb *adb, size_t size);
/* A copy of a name, with anything that a terminal could obey replaced. */
const char *adb_name(struct adb *adb, const char *text, size_t length);

struct adb_node *adb_node_by_name(const struct adb *adb, const char *name);
const struct adb_field *adb_field_by_name(const struct adb_node *node,
					  const char *name);
/* The number of a label in "up=0x1,down=0x2". */
bool adb_label_value(const char *names, const char *label, u32 *value);

/* Read all nodes; what is wrong is in adb->flaw. */
void adb_read_nodes(struct adb *adb, const char *buf, size_t len);

#endif
