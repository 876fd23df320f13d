/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * mstflint's register database, read when it is installed: layouts of
 * registers that prm/schema lacks, for the same decoder.
 *
 * The file is data of another project and is not trusted: sizes, counts,
 * nesting and overlap are checked, and what makes no sense is left out.
 */
#ifndef MLX5CTL_ADB_H
#define MLX5CTL_ADB_H

#include <stddef.h>

#include "prm.h"

struct adb;

struct adb_register {
	u16 id;
	const char *name;	/* as the database's own index calls it */
	const char *node;	/* its structure */
};

/*
 * Read a database from memory. NULL only without memory; adb_flaw() says
 * whether it could be read. Names live as long as the database.
 */
struct adb *adb_parse(const char *buf, size_t len);

/* The same from a file; NULL and errno when that cannot be read. */
struct adb *adb_load(const char *path);
void adb_free(struct adb *adb);

/* One sentence about what is wrong with the file, or NULL. */
const char *adb_flaw(const struct adb *adb);

/* The edition of the document it was made from, "0.62"; or "". */
const char *adb_version(const struct adb *adb);

/* All registers, ascending by id. */
const struct adb_register *adb_registers(const struct adb *adb, u32 *count);
const struct adb_register *adb_register_by_id(const struct adb *adb, u16 id);
const struct adb_register *adb_register_by_name(const struct adb *adb,
						const char *name);

/* A structure by the name of its node, made when first asked for; or NULL. */
const struct prm_layout *adb_layout(struct adb *adb, const char *node);

/*
 * Take the next label off "up=0x1, down=0x2", stepping over what is none;
 * false at the end. mstflint's other database has such lists, too.
 */
bool adb_next_label(const char **names, const char **label, size_t *length,
		    u32 *value);

#endif
