// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The changes: each makes the tables laxer, or different, in one place. */
#include <stdlib.h>

#include "mutants.h"

#define REGISTER_BYTES_MAX 3100

static bool is_never(const struct policy_rule *rule)
{
	return !rule->next && rule->class == POLICY_NEVER;
}

static bool same_bits(struct prm_bits a, struct prm_bits b)
{
	return a.offset == b.offset && a.width == b.width;
}

static u64 highest(u32 width)
{
	return width < 64 ? ((u64)1 << width) - 1 : ~(u64)0;
}

static void mutate_checks(struct laboratory *lab, struct policy_rule *rule)
{
	for (u32 i = 0; i < rule->n_checks; i++) {
		struct policy_check *check = &rule->checks[i];
		const struct policy_check before = *check;

		/* What `when` asks for already, the check only names. */
		if (same_bits(check->at, rule->when))
			continue;
		if (check->kind != POLICY_ANY && mutant_is_ours(lab)) {
			check->kind = POLICY_ANY;
			mutant_judge(lab, rule, "takes any", check->name);
			*check = before;
		}
		if (check->kind == POLICY_ONE_OF && mutant_is_ours(lab)) {
			check->set.count--;
			mutant_judge(lab, rule, "forgets the last", check->name);
			*check = before;
		}
		if (check->kind == POLICY_RANGE &&
		    check->last != highest(check->at.width) &&
		    mutant_is_ours(lab)) {
			check->last++;
			mutant_judge(lab, rule, "takes one more", check->name);
			*check = before;
		}
	}
}

/* Below a header's length nothing passes whatever a row says. */
static void mutate_length(struct laboratory *lab, struct policy_rule *rule,
			  struct policy_length *length, const char *which,
			  bool outermost)
{
	const struct policy_length before = *length;

	if (!length->max)
		return;
	if (length->min >= 20 && mutant_is_ours(lab)) {
		length->min -= 4;
		mutant_judge(lab, rule, "takes a shorter", which);
		*length = before;
	}
	/* No register is longer than what ACCESS_REG itself lets in. */
	if (length->max != PRM_HEADER_BYTES + REGISTER_BYTES_MAX ||
	    outermost) {
		if (!mutant_is_ours(lab))
			return;
		length->max += 4;
		mutant_judge(lab, rule, "takes a longer", which);
		*length = before;
	}
}

static void mutate_class(struct laboratory *lab, struct policy_rule *rule)
{
	const enum policy_class before = rule->class;

	if (rule->next || !mutant_is_ours(lab))
		return;
	rule->class = before == POLICY_IDENTIFY ? POLICY_FULL : POLICY_IDENTIFY;
	mutant_judge(lab, rule, "is of class",
		     policy_class_name(rule->class));
	rule->class = before;
}

static void mutate_redactions(struct laboratory *lab, struct policy_rule *rule)
{
	const struct prm_bits *before = rule->redact;
	const u32 n = rule->n_redact;
	struct prm_bits others[64];

	for (u32 i = 0; i < n && n < ARRAY_SIZE(others); i++) {
		if (!mutant_is_ours(lab))
			continue;
		memcpy(others, before, i * sizeof(*others));
		memcpy(others + i, before + i + 1,
		       (n - i - 1) * sizeof(*others));
		rule->redact = others;
		rule->n_redact = n - 1;
		mutant_judge(lab, rule, "shows", "what it redacts");
		rule->redact = before;
		rule->n_redact = n;
	}
}

static void mutate_flags(struct laboratory *lab, struct policy_rule *rule)
{
	const u32 flags = rule->flags;
	const enum policy_extra extra = rule->extra;
	const struct prm_bits when = rule->when;

	if (!rule->next && rule->class == POLICY_DEBUG_READ &&
	    mutant_is_ours(lab)) {
		rule->flags ^= POLICY_HOST_MEMORY;
		mutant_judge(lab, rule, "changes", "host_memory");
		rule->flags = flags;
	}
	if (extra && mutant_is_ours(lab)) {
		rule->extra = POLICY_NO_EXTRA;
		mutant_judge(lab, rule, "loses", "its rule of several fields");
		rule->extra = extra;
	}
	/* Where rows share all values of a field, the last takes what is left. */
	if (when.width && rule->is != highest(when.width) &&
	    mutant_is_ours(lab)) {
		rule->when.width = 0;
		mutant_judge(lab, rule, "is for", "every mode");
		rule->when = when;
	}
}

/* What is not noted as made is not taken back with the file. */
static void mutate_objects(struct laboratory *lab, struct policy_rule *rule)
{
	const struct policy_rule before = *rule;

	if (before.creates && mutant_is_ours(lab)) {
		rule->creates = POLICY_NO_OBJECT;
		mutant_judge(lab, rule, "loses", "what it creates");
		rule->creates = before.creates;
	}
	if (before.destroys && mutant_is_ours(lab)) {
		rule->destroys = POLICY_NO_OBJECT;
		mutant_judge(lab, rule, "loses", "what it destroys");
		rule->destroys = before.destroys;
	}
}

static void mutate_rule(struct laboratory *lab, struct policy_rule *rule,
			bool outermost)
{
	mutate_class(lab, rule);
	if (is_never(rule))
		return;
	mutate_checks(lab, rule);
	mutate_length(lab, rule, &rule->in, "inbox", outermost);
	mutate_length(lab, rule, &rule->out, "outbox", outermost);
	mutate_redactions(lab, rule);
	mutate_flags(lab, rule);
	mutate_objects(lab, rule);
}

void mutate_tables(struct laboratory *lab)
{
	for (const struct policy_table *const *table = policy_tables; *table;
	     table++) {
		for (u32 i = 0; i < (*table)->n_rules; i++)
			mutate_rule(lab, &(*table)->rules[i],
				    *table == &policy_commands);
		if ((*table)->otherwise)
			mutate_rule(lab, (*table)->otherwise, false);
	}
}

static void mutate_class_info(struct laboratory *lab,
			      struct policy_class_info *info)
{
	const struct policy_class_info before = *info;

	for (u32 bit = 1; bit <= 2; bit <<= 1)
		if (mutant_is_ours(lab)) {
			info->capabilities ^= bit;
			mutant_judge(lab, NULL, before.name, "capability");
			*info = before;
		}
	for (u32 level = 0; level < 3; level++)
		if (level != before.closed_at && mutant_is_ours(lab)) {
			info->closed_at = level;
			mutant_judge(lab, NULL, before.name, "lockdown");
			*info = before;
		}
	if (mutant_is_ours(lab)) {
		info->taints = !info->taints;
		mutant_judge(lab, NULL, before.name, "taint");
		*info = before;
	}
}

void mutate_classes(struct laboratory *lab)
{
	for (u32 i = 0; i < policy_n_classes; i++)
		mutate_class_info(lab, &policy_classes[i]);
	for (u32 i = 0; i < policy_n_labels; i++)
		for (u32 class = 1; class <= POLICY_FULL; class <<= 1) {
			if (!mutant_is_ours(lab))
				continue;
			policy_labels[i].classes ^= class;
			mutant_judge(lab, NULL, policy_labels[i].name,
				     "admits others");
			policy_labels[i].classes ^= class;
		}
}
