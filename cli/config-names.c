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
#define CHUNK_BYTES (64 << 10)
#define MOST_CHUNKS 256

/* Of which pieces are cut off. */
struct chunk {
	struct chunk *next;
	u64 bytes[CHUNK_BYTES / 8];
};

static struct config_names all;
static struct chunk *chunks;
static size_t n_chunks;
static size_t used = CHUNK_BYTES;	/* of the newest */

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

/* Memory is given back only all at once, so more of it is taken in doubles. */
bool config_append(void *rows, u32 *n, const void *row, size_t size)
{
	void **array = rows;
	void *larger;

	if (!*n || (*n >= 16 && !(*n & (*n - 1)))) {
		larger = config_alloc((*n ? 2 * *n : 16) * size);
		if (!larger)
			return false;
		if (*n)
			memcpy(larger, *array, *n * size);
		*array = larger;
	}
	memcpy((u8 *)*array + (*n)++ * size, row, size);
	return true;
}

void config_names_free(void)
{
	config_database_close();
	while (chunks) {
		struct chunk *next = chunks->next;

		free(chunks);
		chunks = next;
	}
	all = (struct config_names){ .n_tlvs = 0 };
	n_chunks = 0;
	used = CHUNK_BYTES;
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
	for (u32 i = 0; i < names->n_tlvs; i++)
		if (is_name(names->tlvs[i].name, name, length))
			return &names->tlvs[i];
	return NULL;
}

/* Ours are found without reading all of a database. */
static int load_param(struct invocation *invocation, const char *name,
		      size_t length)
{
	for (size_t i = 0; i < config_n_params; i++) {
		const char *tlv = config_params[i].tlv_name;

		if (is_parameter(config_params[i].name, name, length))
			return config_params_load(invocation,
				config_tlv_by_name(&all, tlv, strlen(tlv)));
	}
	return config_params_load_all(invocation);
}

const struct config_param *config_param_by_name(struct invocation *invocation,
						const char *name, size_t length)
{
	if (load_param(invocation, name, length))
		return NULL;
	for (u32 i = 0; i < all.n_tlvs; i++) {
		const struct config_tlv *tlv = &all.tlvs[i];

		for (u32 j = 0; j < tlv->n_params; j++)
			if (is_parameter(tlv->params[j].name, name, length))
				return &tlv->params[j];
	}
	return NULL;
}

static const struct prm_field *find_field(const struct prm_layout *layout,
					  const char *name, size_t length)
{
	for (u32 i = 0; layout && i < layout->n_fields; i++)
		if (is_name(layout->fields[i].name, name, length))
			return &layout->fields[i];
	return NULL;
}

const struct prm_field *config_field(struct invocation *invocation,
				     const struct config_tlv *tlv,
				     const char *name, size_t length)
{
	const struct prm_field *own = find_field(tlv->layout, name, length);

	if (own || config_params_load(invocation, tlv))
		return own;
	return find_field(tlv->theirs, name, length);
}

bool config_add_tlv(const struct config_tlv *tlv)
{
	for (u32 i = 0; i < all.n_tlvs; i++) {
		struct config_tlv *known = &all.tlvs[i];

		if (known->class == tlv->class && known->id == tlv->id) {
			if (!known->theirs)
				known->theirs = tlv->theirs;
			return true;
		}
		/* Conditions call ours by their names. */
		if (known->layout && !strcmp(known->name, tlv->name))
			return true;
	}
	return config_append(&all.tlvs, &all.n_tlvs, tlv, sizeof(*tlv));
}

struct config_tlv *config_tlv_of_theirs(const char *name)
{
	for (u32 i = 0; i < all.n_tlvs; i++)
		if (all.tlvs[i].theirs &&
		    !strcmp(all.tlvs[i].theirs->name, name))
			return &all.tlvs[i];
	return NULL;
}

bool config_add_param(struct config_tlv *tlv, const struct config_param *param)
{
	size_t length = strlen(param->name);

	for (size_t i = 0; !param->is_built_in && i < config_n_params; i++)
		if (is_parameter(config_params[i].name, param->name, length))
			return true;
	return config_append(&tlv->params, &tlv->n_params, param,
			     sizeof(*param));
}

static bool add_built_in_tlvs(void)
{
	for (size_t i = 0; i < config_n_tlvs; i++) {
		struct config_tlv tlv = config_tlvs[i];

		tlv.layout = prm_layout_by_name(tlv.name);
		for (size_t j = 0; j < config_n_params; j++)
			tlv.has_params |= !strcmp(config_params[j].tlv_name,
						  tlv.name);
		if (!config_add_tlv(&tlv))
			return false;
	}
	return true;
}

static bool add_built_in_params(struct config_tlv *tlv)
{
	for (size_t i = 0; tlv->layout && i < config_n_params; i++) {
		struct config_param param = config_params[i];

		param.is_built_in = true;
		if (!strcmp(param.tlv_name, tlv->name) &&
		    !config_add_param(tlv, &param))
			return false;
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct config_tlv *left = a, *right = b;

	if (left->class != right->class)
		return left->class < right->class ? -1 : 1;
	return left->id < right->id ? -1 : left->id > right->id;
}

static int by_place(const void *a, const void *b)
{
	const struct config_param *left = a, *right = b;

	return left->field->at.offset < right->field->at.offset ? -1 :
	       left->field->at.offset > right->field->at.offset;
}

/* Now that fields stay where they are; what leads nowhere is dropped. */
static void link_params(struct invocation *invocation, struct config_tlv *tlv)
{
	u32 kept = 0;

	for (u32 i = 0; i < tlv->n_params; i++) {
		struct config_param param = tlv->params[i];

		param.tlv = tlv;
		param.field = config_field(invocation, tlv, param.field_name,
					   strlen(param.field_name));
		if (param.valid)
			param.valid_field = config_field(invocation, tlv,
							 param.valid,
							 strlen(param.valid));
		if (param.field)
			tlv->params[kept++] = param;
	}
	tlv->n_params = kept;
	if (kept)
		qsort(tlv->params, kept, sizeof(*tlv->params), by_place);
}

static const char *database(void)
{
	const char *asked = getenv("MLX5CTL_CONFIG_DB");

	return asked && *asked ? asked : DATABASE;
}

/* A file that was asked for must be good; the installed one may be absent. */
static int take_flaw(struct invocation *invocation, const char *flaw)
{
	all.has_database = !flaw;
	if (!flaw)
		return 0;
	if (strcmp(database(), DATABASE))
		return fail(invocation, EXIT_SYSTEM, "bad-database",
			    "$MLX5CTL_CONFIG_DB names mstflint's mlxconfig_host.db",
			    "%.200s is no parameter database: %.200s",
			    database(), flaw);
	output_note(invocation, "mlx5ctl: %s is left out: %s", DATABASE, flaw);
	return 0;
}

int config_names_load(struct invocation *invocation,
		      const struct config_names **names)
{
	int result = 0;

	*names = &all;
	if (all.n_tlvs)
		return 0;
	if (!add_built_in_tlvs())
		return fail_memory(invocation);
	if (strcmp(database(), DATABASE) || !access(DATABASE, R_OK))
		result = take_flaw(invocation,
				   config_database_open(database()));
	qsort(all.tlvs, all.n_tlvs, sizeof(*all.tlvs), by_number);
	return result;
}

int config_params_load(struct invocation *invocation,
		       const struct config_tlv *wanted)
{
	struct config_tlv *tlv = &all.tlvs[wanted - all.tlvs];

	if (tlv->is_loaded)
		return 0;
	tlv->is_loaded = true;
	if (!add_built_in_params(tlv))
		return fail_memory(invocation);
	if (all.has_database &&
	    take_flaw(invocation, config_database_read(tlv)))
		return -1;
	link_params(invocation, tlv);
	return 0;
}

int config_params_load_all(struct invocation *invocation)
{
	int result = 0;

	for (u32 i = 0; !result && i < all.n_tlvs; i++)
		result = config_params_load(invocation, &all.tlvs[i]);
	return result;
}
