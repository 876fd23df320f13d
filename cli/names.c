// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Our own schema first; only for what it lacks is mstflint's database read,
 * so that nothing about our registers depends on what is installed.
 */
#include "names.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adb.h"
#include "nearest.h"
#include "number.h"
#include "output.h"

#define DATABASE "/usr/share/mstflint/prm_dbs/hca/ext/register_access_table.adb"

static struct adb *database;
static bool was_looked_for;

/* A file that was asked for must be good; the installed one may be absent. */
static int load_database(struct invocation *invocation)
{
	const char *asked = getenv("MLX5CTL_ADB");
	const char *path = asked && *asked ? asked : DATABASE;

	if (was_looked_for)
		return 0;
	was_looked_for = true;
	database = adb_load(path);
	if (database && !adb_flaw(database))
		return 0;
	if (path == asked)
		return fail(invocation, EXIT_SYSTEM, "bad-database",
			    "$MLX5CTL_ADB names mstflint's register_access_table.adb",
			    "%.200s is no register database: %s", path,
			    database ? adb_flaw(database) : strerror(errno));
	if (database)
		output_note(invocation, "mlx5ctl: %s is left out: %s", path,
			    adb_flaw(database));
	names_free();
	return 0;
}

void names_free(void)
{
	adb_free(database);
	database = NULL;
}

static const char *source_of_database(void)
{
	static char source[64];

	snprintf(source, sizeof(source), "mstflint PRM %s",
		 adb_version(database));
	return source;
}

static void name_ours(struct named *named, const struct prm_register *row)
{
	*named = (struct named){
		.layout = row->layout,
		.name = row->name,
		.is_register = true,
		.id = row->id,
	};
}

static bool name_theirs(struct named *named, const struct adb_register *row)
{
	if (!row)
		return false;
	*named = (struct named){
		.layout = adb_layout(database, row->node),
		.name = row->name,
		.is_register = true,
		.id = row->id,
		.source = source_of_database(),
	};
	return true;
}

static int find_register_id(struct invocation *invocation, u16 id,
			    struct named *named)
{
	const struct prm_register *row = prm_register_by_id(id);

	if (row) {
		name_ours(named, row);
		return 0;
	}
	if (load_database(invocation))
		return -1;
	if (!database ||
	    !name_theirs(named, adb_register_by_id(database, id)))
		*named = (struct named){ .is_register = true, .id = id };
	return 0;
}

static void offer_registers(struct nearest *nearest)
{
	const struct adb_register *rows;
	u32 count = 0;

	for (u32 i = 0; i < prm_n_registers; i++)
		nearest_offer(nearest, prm_registers[i].name);
	rows = database ? adb_registers(database, &count) : NULL;
	for (u32 i = 0; i < count; i++)
		nearest_offer(nearest, rows[i].name);
}

static int unknown_register(struct invocation *invocation, const char *name)
{
	struct nearest nearest;

	nearest_begin(&nearest, name);
	offer_registers(&nearest);
	return fail_unknown(invocation, "register", name,
			    nearest_found(&nearest), database ?
			    "'mlx5ctl reg list' lists them" :
			    "'mlx5ctl reg list' lists them; with mstflint installed its names are known, too");
}

int find_register(struct invocation *invocation, const char *name,
		  struct named *named)
{
	const struct prm_register *row = prm_register_by_name(name);
	u64 id;

	if (row) {
		name_ours(named, row);
		return 0;
	}
	if (!parse_number(name, UINT16_MAX, &id))
		return find_register_id(invocation, id, named);
	if (load_database(invocation))
		return -1;
	if (database &&
	    name_theirs(named, adb_register_by_name(database, name)))
		return 0;
	return unknown_register(invocation, name);
}

static bool name_layout(struct named *named, const struct prm_layout *layout,
			const char *source)
{
	if (!layout)
		return false;
	*named = (struct named){
		.layout = layout,
		.name = layout->name,
		.source = source,
	};
	return true;
}

static int unknown_structure(struct invocation *invocation, const char *name)
{
	const struct prm_command *command = prm_command_by_name(name);
	struct nearest nearest;
	char hint[160];

	if (command) {
		snprintf(hint, sizeof(hint), "say %s or %s", command->in->name,
			 command->out->name);
		return fail_usage(invocation, "which-mailbox", hint,
				  "%s is a command, and has two mailboxes",
				  command->name);
	}
	nearest_begin(&nearest, name);
	offer_registers(&nearest);
	for (u32 i = 0; i < prm_n_layouts; i++)
		nearest_offer(&nearest, prm_layouts[i]->name);
	return fail_unknown(invocation, "structure", name,
			    nearest_found(&nearest),
			    "name a register, an object of prm/schema, or a mailbox as query_adapter_in");
}

int find_structure(struct invocation *invocation, const char *name,
		   struct named *named)
{
	const struct prm_register *row = prm_register_by_name(name);
	u64 id;

	if (row || !parse_number(name, UINT16_MAX, &id)) {
		if (find_register(invocation, name, named))
			return -1;
		return named->layout ? 0 : unknown_structure(invocation, name);
	}
	if (name_layout(named, prm_layout_by_name(name), NULL))
		return 0;
	if (prm_command_by_name(name))
		return unknown_structure(invocation, name);
	if (load_database(invocation))
		return -1;
	if (database &&
	    (name_theirs(named, adb_register_by_name(database, name)) ||
	     name_layout(named, adb_layout(database, name),
			 source_of_database())) && named->layout)
		return 0;
	return unknown_structure(invocation, name);
}

void note_source(const struct invocation *invocation,
		 const struct named *named)
{
	if (named->source && invocation->output == OUTPUT_TEXT)
		output_note(invocation, "mlx5ctl: names from %s",
			    named->source);
}
