// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Questions about one field: values that its check lists, and others. */
#include <stdlib.h>

#include "generate.h"

#define MOST 1024

struct values {
	u64 at[MOST];
	u32 n;
	u64 highest;
};

static void try(struct values *values, u64 value)
{
	if (value > values->highest || values->n == MOST)
		return;
	for (u32 i = 0; i < values->n; i++)
		if (values->at[i] == value)
			return;
	values->at[values->n++] = value;
}

static void try_near(struct values *values, u64 value)
{
	try(values, value);
	try(values, value - 1);
	try(values, value + 1);
}

static void try_set(struct values *values, const struct policy_set *set)
{
	for (u32 i = 0; i < set->count; i++)
		try_near(values, set->values[i]);
}

static void try_owned(struct values *values,
		      const struct policy_session *session, u32 drop)
{
	for (u32 i = 0; i < session->n_owned; i++)
		try(values, session->owned[i].id >> drop);
	try_near(values, session->owned[0].id >> drop);
}

static void try_check(struct values *values, const struct base *base,
		      const struct policy_check *check)
{
	const struct policy_session *session = &base->one.session->policy;

	switch (check->kind) {
	case POLICY_ANY:
		break;
	case POLICY_EQUALS:
		try(values, check->value ^ 1);
		try(values, check->value ^ (values->highest / 2 + 1));
		break;
	case POLICY_RANGE:
		try_near(values, check->value);
		try_near(values, check->last);
		break;
	case POLICY_ONE_OF:
		try_set(values, &check->set);
		break;
	case POLICY_OWNED:
		try_owned(values, session, check->value);
		break;
	case POLICY_OWN_FUNCTION:
		try(values, 1);
		break;
	case POLICY_OWN_VHCA:
		try_near(values, session->vhca_id);
		break;
	case POLICY_CONTINUES:
		for (u32 i = 0; i < POLICY_N_CONTINUATIONS; i++)
			try_near(values, session->continuation[i]);
		break;
	case POLICY_REST:
		try_near(values, base_value(base, check));
		try(values, base_value(base, check) + 4);
		try(values, base_value(base, check) - 4);
		break;
	}
	try(values, values->highest);
	try(values, 0);
}

static bool about_functions(const struct policy_check *check)
{
	return check->kind == POLICY_OWN_FUNCTION ||
	       check->kind == POLICY_OWN_VHCA;
}

/* Reaching out needs a capability more: asked with each set of them. */
static void ask(FILE *file, const struct golden_case *one,
		const struct policy_check *check)
{
	struct golden_case other = *one;

	for (u32 caps = about_functions(check) ? 0 : 3; caps < 4; caps++) {
		other.capabilities = caps;
		say(file, &other);
	}
}

static void break_check(FILE *file, const struct base *base, u32 origin,
			const struct policy_check *check)
{
	static struct values values;
	struct prm_bits at = check->at;
	u64 before;

	at.offset += origin * 8;
	if (at.width > 64 ||
	    !prm_get(base->one.in, base->one.in_len, at, &before))
		return;
	memset(&values, 0, sizeof(values));
	values.highest = at.width == 64 ? ~0ull : (1ull << at.width) - 1;
	try_check(&values, base, check);
	fprintf(file, "# .%s\n", check->name ? check->name : "");
	for (u32 i = 0; i < values.n; i++) {
		if (values.at[i] == before)
			continue;
		if (prm_set(base->one.in, GOLDEN_FAR, at, values.at[i]))
			ask(file, &base->one, check);
	}
	if (!prm_set(base->one.in, GOLDEN_FAR, at, before))
		abort();
}

bool is_new(struct rows_done *done, const struct policy_rule *rule)
{
	for (u32 i = 0; i < done->n; i++)
		if (done->rows[i] == rule)
			return false;
	if (done->n == ROWS_MAX)
		abort();
	done->rows[done->n++] = rule;
	return true;
}

void generate_predicates(FILE *file, const struct base *base,
			 struct rows_done *done, bool only_functions)
{
	say_name(file, base);
	for (u32 i = 0; i < base->depth; i++) {
		const struct policy_rule *rule = base->path[i];

		if (!is_new(done, rule))
			continue;
		for (u32 j = 0; j < rule->n_checks; j++) {
			const struct policy_check *check = &rule->checks[j];

			if (check->kind == POLICY_ANY && check->at.width > 64)
				continue;
			if (!only_functions || about_functions(check))
				break_check(file, base, base->tables[i]->origin,
					    check);
		}
	}
}
