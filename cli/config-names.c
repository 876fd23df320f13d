// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The built-in set first, and what mstflint's database has beside it: nothing
 * about the common parameters depends on what is installed.
 */
#include "config-names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "output.h"

#define DATABASE "/usr/share/mstflint/mlxconfig_dbs/mlxconfig_host.db"
#define MOST_TLVS 4096
#define MOST_PARAMS 16384
#define CHUNK_BYTES (64 << 10)
#define MOST_CHUNKS 256

/* Of which pieces are cut off. */
struct chunk {
	struct chunk *next;
	u64 bytes[CHUNK_BYTES / 8];
};

static struct config_names all;
static bool is_loaded;
static struct chunk *chunks;
static size_t n_chunks;
static size_t used = CHUNK_BYTES;	/* of the newest */
static size_t n_built_in;

static bool add_chunk(void)
{
	struct chunk *chunk = n_chunks < MOST_CHUNKS ?
			      calloc(1, sizeof(*chunk)) : NULL;

	if (!chunk)
		return false;
	chunk->next = chunks;
	chunks = chunk;
	n_chunks++;
	used = 0;
	return true;
}

void *config_alloc(size_t size)
{
	void *piece;

	size = (size + 7) & ~(size_t)7;
	if (size > CHUNK_BYTES || (size > CHUNK_BYTES - used && !add_chunk()))
		return NULL;
	piece = &chunks->bytes[used / 8];
	used += size;
	return piece;
}

void config_names_free(void)
{
	while (chunks) {
		struct chunk *next = chunks->next;

		free(chunks);
		chunks = next;
	}
	free(all.tlvs);
	free(all.params);
	all = (struct config_names){ .n_tlvs = 0 };
	n_chunks = 0;
	used = CHUNK_BYTES;
	n_built_in = 0;
	is_loaded = false;
}

static bool is_name(const char *name, const char *text, size_t length)
{
	return !strncmp(name, text, length) && !name[length];
}

/* Most names differ in their first letter, and there are many. */
static bool is_parameter(const char *name, const char *text, size_t length)
{
	return !((name[0] ^ text[0]) & 0x1f) &&
	       !strncasecmp(name, text, length) && !name[length];
}

const struct config_tlv *config_tlv_by_name(const struct config_names *names,
					    const char *name, size_t length)
{
	for (size_t i = 0; i < names->n_tlvs; i++)
		if (is_name(names->tlvs[i].name, name, length))
			return &names->tlvs[i];
	return NULL;
}

const struct config_param *
config_param_by_name(const struct config_names *names, const char *name,
		     size_t length)
{
	for (size_t i = 0; i < names->n_params; i++)
		if (is_parameter(names->params[i].name, name, length))
			return &names->params[i];
	return NULL;
}

const struct prm_field *config_field(const struct config_tlv *tlv,
				     const char *name, size_t length)
{
	const struct prm_layout *layouts[] = { tlv->layout, tlv->theirs };

	for (size_t k = 0; k < ARRAY_SIZE(layouts); k++)
		for (u32 i = 0; layouts[k] && i < layouts[k]->n_fields; i++)
			if (is_name(layouts[k]->fields[i].name, name, length))
				return &layouts[k]->fields[i];
	return NULL;
}

/* Room for one more; doubled at each power of two. */
static bool make_room(void *rows, size_t n, size_t most, size_t size)
{
	void **array = rows;
	void *larger;

	if (n >= most)
		return false;
	if (n & (n - 1) || n == 1)
		return true;
	larger = reallocarray(*array, n ? 2 * n : 2, size);
	if (larger)
		*array = larger;
	return larger;
}

bool config_add_tlv(const struct config_tlv *tlv)
{
	for (size_t i = 0; i < all.n_tlvs; i++) {
		struct config_tlv *known = &all.tlvs[i];

		if (known->class != tlv->class || known->id != tlv->id)
			continue;
		if (!known->theirs)
			known->theirs = tlv->theirs;
		return true;
	}
	if (!make_room(&all.tlvs, all.n_tlvs, MOST_TLVS, sizeof(*tlv)))
		return false;
	all.tlvs[all.n_tlvs++] = *tlv;
	return true;
}

bool config_add_param(const struct config_param *param)
{
	size_t length = strlen(param->name);

	/* Of other names that stand twice the first is found. */
	for (size_t i = 0; i < n_built_in; i++)
		if (is_parameter(all.params[i].name, param->name, length))
			return true;
	if (!make_room(&all.params, all.n_params, MOST_PARAMS,
		       sizeof(*param)))
		return false;
	all.params[all.n_params++] = *param;
	return true;
}

static bool add_built_in(void)
{
	for (size_t i = 0; i < config_n_tlvs; i++) {
		struct config_tlv tlv = config_tlvs[i];

		tlv.layout = prm_layout_by_name(tlv.name);
		if (!config_add_tlv(&tlv))
			return false;
	}
	for (size_t i = 0; i < config_n_params; i++) {
		struct config_param param = config_params[i];

		param.is_built_in = true;
		if (!config_add_param(&param))
			return false;
	}
	n_built_in = all.n_params;
	return true;
}

static const struct prm_field *field_of(const struct config_tlv *tlv,
					const char *name)
{
	return tlv && name && *name ? config_field(tlv, name, strlen(name)) :
				      NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct config_param *left = a, *right = b;

	if (left->tlv->class != right->tlv->class)
		return left->tlv->class < right->tlv->class ? -1 : 1;
	if (left->tlv->id != right->tlv->id)
		return left->tlv->id < right->tlv->id ? -1 : 1;
	return left->field->at.offset < right->field->at.offset ? -1 :
	       left->field->at.offset > right->field->at.offset;
}

/* Now that TLVs stay where they are; what leads nowhere is dropped. */
static void link_params(void)
{
	const struct config_tlv *tlv = NULL;
	const char *name = NULL;	/* of that TLV */
	size_t kept = 0;

	for (size_t i = 0; i < all.n_params; i++) {
		struct config_param param = all.params[i];

		if (param.tlv_name != name)
			tlv = config_tlv_by_name(&all, param.tlv_name,
						 strlen(param.tlv_name));
		name = param.tlv_name;
		param.tlv = tlv;
		param.field = field_of(param.tlv, param.field_name);
		param.valid_field = field_of(param.tlv, param.valid);
		if (param.field)
			all.params[kept++] = param;
	}
	all.n_params = kept;
	if (kept)
		qsort(all.params, kept, sizeof(*all.params), by_place);
}

/* A file that was asked for must be good; the installed one may be absent. */
static int add_database(struct invocation *invocation)
{
	const char *asked = getenv("MLX5CTL_CONFIG_DB");
	const char *path = asked && *asked ? asked : DATABASE;
	const char *flaw;

	if (path != asked && access(path, R_OK))
		return 0;
	flaw = config_read_database(path);
	all.has_database = !flaw;
	if (!flaw)
		return 0;
	if (path == asked)
		return fail(invocation, EXIT_SYSTEM, "bad-database",
			    "$MLX5CTL_CONFIG_DB names mstflint's mlxconfig_host.db",
			    "%.200s is no parameter database: %.200s", path,
			    flaw);
	output_note(invocation, "mlx5ctl: %s is left out: %s", path, flaw);
	return 0;
}

int config_names_load(struct invocation *invocation,
		      const struct config_names **names)
{
	*names = &all;
	if (is_loaded)
		return 0;
	if (!add_built_in())
		return fail_memory(invocation);
	if (add_database(invocation))
		return -1;
	link_params();
	is_loaded = true;
	return 0;
}
