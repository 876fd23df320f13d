// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Follows the tables from the opcode down and fills in what each check of the
 * way asks for. What comes out is only a question; golden files and
 * allowed.txt hold the answers.
 */
#include <stdlib.h>

#include "base.h"
#include "prm-offsets.h"

struct walk {
	struct golden_session *session;
	base_use_t *use;
	void *context;
};

static void set(struct base *base, u32 origin, struct prm_bits at, u64 value)
{
	at.offset += origin * 8;
	if (at.width && !prm_set(base->one.in, GOLDEN_FAR, at, value))
		abort();
}

static u32 owned_id(const struct policy_session *session,
		    enum policy_object object)
{
	for (u32 i = 0; i < session->n_owned; i++)
		if (session->owned[i].object == object)
			return session->owned[i].id;
	return 0;
}

u64 base_value(const struct base *base, const struct policy_check *check)
{
	switch (check->kind) {
	case POLICY_EQUALS:
	case POLICY_RANGE:
		return check->value;
	case POLICY_ONE_OF:
		return check->set.values[0];
	case POLICY_OWNED:
		return owned_id(&base->one.session->policy, check->object) >>
		       check->value;
	case POLICY_REST:
		return base->one.in_len - check->value;
	case POLICY_ANY:
	case POLICY_OWN_FUNCTION:
	case POLICY_OWN_VHCA:
	case POLICY_CONTINUES:
		break;
	}
	return 0;
}

static u32 fit(u32 length, struct policy_length allowed)
{
	if (allowed.max && length < allowed.min)
		return (allowed.min + 3) & ~3u;
	if (allowed.max && length > allowed.max)
		return allowed.max & ~3u;
	return length;
}

/* A payload where one may be empty, so that its bytes are there to be judged. */
static u32 fit_in(u32 length, const struct policy_rule *rule)
{
	bool rest = false;

	for (u32 i = 0; i < rule->n_checks; i++)
		rest |= rule->checks[i].kind == POLICY_REST;
	return fit(fit(length, rule->in) + (rest ? 8 : 0), rule->in);
}

/* Fields that must agree: an address in memory that is one's own. */
struct extent {
	enum policy_object object;
	struct prm_bits id;
	struct prm_bits address;
	struct prm_bits length;
};

static const struct extent extents[] = {
	[POLICY_MKEY_OVER_UMEM] = {
		.object = POLICY_UMEM,
		.id = { PRM(create_mkey_in, mkey_umem_id) },
		.address = { PRM(create_mkey_in,
				 memory_key_mkey_entry__start_addr) },
		.length = { PRM(create_mkey_in, memory_key_mkey_entry__len) },
	},
	[POLICY_RESOURCE_TO_MKEY] = {
		.object = POLICY_MKEY,
		.id = { PRM(resource_dump, mkey) },
		.address = { PRM(resource_dump, address) },
		.length = { PRM(resource_dump, size) },
	},
	[POLICY_CORE_TO_MKEY] = {
		.object = POLICY_MKEY,
		.id = { PRM(core_dump, mkey) },
		.address = { PRM(core_dump, address) },
		.length = { PRM(core_dump, size) },
	},
};

static void fill_extra(struct base *base, u32 origin, enum policy_extra extra)
{
	const struct policy_session *session = &base->one.session->policy;
	const struct extent *extent = &extents[extra];

	for (u32 i = 0; extent->object && i < session->n_owned; i++) {
		const struct policy_owned *owned = &session->owned[i];

		if (owned->object != extent->object)
			continue;
		set(base, origin, extent->id, owned->id);
		set(base, origin, extent->address, owned->address);
		set(base, origin, extent->length, owned->length);
		return;
	}
}

static void fill(struct base *base, u32 depth, u32 key)
{
	const struct policy_table *table = base->tables[depth];
	const struct policy_rule *rule = base->path[depth];

	for (u32 i = 0; i < rule->n_checks; i++)
		if (rule->checks[i].kind != POLICY_ANY)
			set(base, table->origin, rule->checks[i].at,
			    base_value(base, &rule->checks[i]));
	fill_extra(base, table->origin, rule->extra);
	set(base, table->origin, rule->when, rule->is);
	set(base, table->origin, table->key, key);
}

static void walk_table(const struct walk *walk, const struct base *outer,
		       const struct policy_table *table, const u32 *keys);

static void walk_rule(const struct walk *walk, const struct base *outer,
		      const struct policy_table *table,
		      const struct policy_rule *rule, u32 key,
		      const u32 *outer_keys)
{
	struct base base = *outer;
	u32 keys[BASE_DEPTH] = { 0 };
	u32 depth = base.depth++;

	if (depth == BASE_DEPTH)
		abort();
	memcpy(keys, outer_keys, depth * sizeof(*keys));
	keys[depth] = key;
	base.tables[depth] = table;
	base.path[depth] = rule;
	base.one.in = calloc(1, GOLDEN_FAR);
	if (!base.one.in)
		abort();
	base.one.in_len = fit_in(base.one.in_len, rule);
	base.one.out_len = fit(base.one.out_len, rule->out);
	for (u32 i = 0; i <= depth; i++)
		fill(&base, i, keys[i]);
	if (rule->next)
		walk_table(walk, &base, rule->next, keys);
	else
		walk->use(&base, walk->context);
	free(base.one.in);
}

static bool has_row(const struct policy_table *table, u32 key)
{
	for (u32 i = 0; i < table->n_rules; i++) {
		const struct policy_rule *rule = &table->rules[i];

		if (key >= rule->key &&
		    key <= (rule->last ? rule->last : rule->key))
			return true;
	}
	return false;
}

/* Keys without a row: beside each end of a range, the first and the last. */
static void walk_others(const struct walk *walk, const struct base *outer,
			const struct policy_table *table, const u32 *keys)
{
	static const struct policy_rule nobody = { .name = "nobody" };
	const struct policy_rule *rule =
		table->otherwise ? table->otherwise : &nobody;
	u32 high = table->key.width == 32 ? ~0u : (1u << table->key.width) - 1;
	u32 first = 0;

	while (has_row(table, first))
		first++;
	while (has_row(table, high))
		high--;
	walk_rule(walk, outer, table, rule, first, keys);
	walk_rule(walk, outer, table, rule, high, keys);
	for (u32 i = 0; i < table->n_rules; i++) {
		const struct policy_rule *range = &table->rules[i];

		if (!range->last)
			continue;
		if (range->key && !has_row(table, range->key - 1))
			walk_rule(walk, outer, table, rule, range->key - 1, keys);
		if (range->last < high && !has_row(table, range->last + 1))
			walk_rule(walk, outer, table, rule, range->last + 1, keys);
	}
}

static void walk_table(const struct walk *walk, const struct base *outer,
		       const struct policy_table *table, const u32 *keys)
{
	for (u32 i = 0; i < table->n_rules; i++) {
		const struct policy_rule *rule = &table->rules[i];

		walk_rule(walk, outer, table, rule, rule->key, keys);
		if (rule->last && rule->last != rule->key)
			walk_rule(walk, outer, table, rule, rule->last, keys);
	}
	walk_others(walk, outer, table, keys);
}

void base_each(struct golden_session *session, base_use_t *use, void *context)
{
	const struct walk walk = { session, use, context };
	const struct base empty = {
		.one = {
			.label = -1,
			.classes = POLICY_ALL_CLASSES,
			.capabilities = 3,
			.in_len = 16,
			.out_len = 16,
			.session = session,
		},
	};
	const u32 keys[BASE_DEPTH] = { 0 };

	walk_table(&walk, &empty, &policy_commands, keys);
}
