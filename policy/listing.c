// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The whole policy as text: every class, label, table, row and check, in one
 * fixed order. Its SHA-256 is the policy hash, so all that the judge reads of
 * the tables is here, and nothing that differs between builds.
 *
 * A line begins with its keyword. Positions are written as in prm/schema,
 * offset.bit:width, counted from the table's origin.
 */
#include "policy.h"

struct lister {
	policy_emit_t *emit;
	void *context;
};

static const char *const kind_names[] = {
	[POLICY_ANY] = "any",
	[POLICY_EQUALS] = "is",
	[POLICY_RANGE] = "range",
	[POLICY_ONE_OF] = "one-of",
	[POLICY_OWNED] = "own",
	[POLICY_OWN_FUNCTION] = "own-function",
	[POLICY_OWN_VHCA] = "own-vhca",
	[POLICY_CONTINUES] = "continues",
	[POLICY_REST] = "bytes-after",
};

static const char *const object_names[] = {
	[POLICY_NO_OBJECT] = "nothing",
	[POLICY_PD] = "pd",
	[POLICY_MKEY] = "mkey",
	[POLICY_UMEM] = "umem",
};

static const char *const continuation_names[] = {
	[POLICY_DUMP_SEQUENCE] = "dump-sequence",
	[POLICY_DUMP_OPAQUE] = "dump-opaque",
	[POLICY_CORE_COOKIE] = "core-cookie",
};

static const char *const extra_names[] = {
	[POLICY_NO_EXTRA] = "nothing",
	[POLICY_MKEY_OVER_UMEM] = "mkey-over-umem",
	[POLICY_RESOURCE_TO_MKEY] = "resource-to-mkey",
	[POLICY_CORE_TO_MKEY] = "core-to-mkey",
};

static const char *const lockdown_names[] = {
	[POLICY_LOCKDOWN_NONE] = "never",
	[POLICY_LOCKDOWN_INTEGRITY] = "integrity",
	[POLICY_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

static void put(const struct lister *lister, const char *piece)
{
	lister->emit(lister->context, piece);
}

static void put_number(const struct lister *lister, u64 value, u32 base)
{
	char digits[24];
	u32 i = sizeof(digits) - 1;

	digits[i] = '\0';
	do {
		/* 32-bit kernels cannot divide 64 bits: 16 is a shift. */
		u32 digit = base == 16 ? value & 15 : (u32)value % 10;

		digits[--i] = "0123456789abcdef"[digit];
		value = base == 16 ? value >> 4 : (u32)value / 10;
	} while (value);
	put(lister, &digits[i]);
}

static void put_decimal(const struct lister *lister, u32 value)
{
	put_number(lister, value, 10);
}

static void put_hex(const struct lister *lister, u64 value)
{
	put(lister, "0x");
	put_number(lister, value, 16);
}

static void put_line(const struct lister *lister, const char *keyword,
		     const char *value)
{
	put(lister, keyword);
	put(lister, " ");
	put(lister, value);
	put(lister, "\n");
}

static void put_position(const struct lister *lister, struct prm_bits at)
{
	put_hex(lister, prm_dword_of(at));
	put(lister, ".");
	put_decimal(lister, prm_bit_of(at));
	put(lister, ":");
	put_decimal(lister, at.width);
}

static void list_length(const struct lister *lister, const char *keyword,
			struct policy_length length)
{
	if (!length.max)
		return;
	put(lister, keyword);
	put(lister, " ");
	put_decimal(lister, length.min);
	if (length.max != length.min) {
		put(lister, "-");
		put_decimal(lister, length.max);
	}
	put(lister, "\n");
}

static void list_set(const struct lister *lister, const struct policy_set *set)
{
	for (u32 i = 0; i < set->count; i++) {
		put(lister, " ");
		put_hex(lister, set->values[i]);
	}
}

/* What a check compares with, after its kind. */
static void list_operands(const struct lister *lister,
			  const struct policy_check *check)
{
	switch (check->kind) {
	case POLICY_ANY:
	case POLICY_OWN_FUNCTION:
	case POLICY_OWN_VHCA:
		break;
	case POLICY_EQUALS:
	case POLICY_REST:
		put(lister, " ");
		put_hex(lister, check->value);
		break;
	case POLICY_RANGE:
		put(lister, " ");
		put_hex(lister, check->value);
		put(lister, " ");
		put_hex(lister, check->last);
		break;
	case POLICY_ONE_OF:
		list_set(lister, &check->set);
		break;
	case POLICY_OWNED:
		put(lister, " ");
		put(lister, object_names[check->object]);
		if (check->value) {
			put(lister, " without-low-bits ");
			put_decimal(lister, check->value);
		}
		break;
	case POLICY_CONTINUES:
		put(lister, " ");
		put(lister, continuation_names[check->continuation]);
		break;
	}
}

static void list_check(const struct lister *lister,
		       const struct policy_check *check)
{
	put(lister, "check ");
	put_position(lister, check->at);
	put(lister, " ");
	put(lister, check->name);
	put(lister, " ");
	put(lister, kind_names[check->kind]);
	list_operands(lister, check);
	put(lister, "\n");
}

static void list_when(const struct lister *lister, const struct policy_rule *rule)
{
	if (!rule->when.width)
		return;
	put(lister, "when ");
	put_position(lister, rule->when);
	put(lister, " is ");
	put_hex(lister, rule->is);
	put(lister, "\n");
}

static void list_heading(const struct lister *lister, const struct policy_rule *rule,
			 bool is_otherwise)
{
	put(lister, "\nrule ");
	if (is_otherwise) {
		put(lister, "otherwise");
	} else {
		put_hex(lister, rule->key);
		if (rule->last && rule->last != rule->key) {
			put(lister, "-");
			put_hex(lister, rule->last);
		}
	}
	put(lister, " ");
	put(lister, rule->name);
	put(lister, "\n");
}

static void list_effects(const struct lister *lister, const struct policy_rule *rule)
{
	if (rule->extra != POLICY_NO_EXTRA)
		put_line(lister, "extra", extra_names[rule->extra]);
	if (rule->creates != POLICY_NO_OBJECT)
		put_line(lister, "creates", object_names[rule->creates]);
	if (rule->destroys != POLICY_NO_OBJECT)
		put_line(lister, "destroys", object_names[rule->destroys]);
	for (u32 i = 0; i < rule->n_redact; i++) {
		put(lister, "redacts ");
		put_position(lister, rule->redact[i]);
		put(lister, "\n");
	}
}

static void list_rule(const struct lister *lister, const struct policy_rule *rule,
		      bool is_otherwise)
{
	list_heading(lister, rule, is_otherwise);
	list_when(lister, rule);
	if (rule->next)
		put_line(lister, "next", rule->next->name);
	else
		put_line(lister, "class", policy_class_name(rule->class));
	if (rule->flags & POLICY_HOST_MEMORY)
		put_line(lister, "flag", "host-memory");
	list_length(lister, "in", rule->in);
	list_length(lister, "out", rule->out);
	for (u32 i = 0; i < rule->n_checks; i++)
		list_check(lister, &rule->checks[i]);
	list_effects(lister, rule);
	if (rule->owner)
		put_line(lister, "owner", rule->owner);
	put_line(lister, "why", rule->why);
}

static void list_table(const struct lister *lister, const struct policy_table *table)
{
	struct prm_bits key = table->key;

	key.offset += table->origin * 8;
	put(lister, "\ntable ");
	put(lister, table->name);
	put(lister, "\ndoc ");
	put(lister, table->doc);
	put(lister, "\nkey ");
	put_position(lister, key);
	put(lister, " of the mailbox\norigin ");
	put_decimal(lister, table->origin);
	put(lister, "\nbits ");
	put(lister, table->classifies ? "judged above\n" : "judged here\n");
	for (u32 i = 0; i < table->n_rules; i++)
		list_rule(lister, &table->rules[i], false);
	if (table->otherwise)
		list_rule(lister, table->otherwise, true);
}

static void list_capabilities(const struct lister *lister, u32 mask)
{
	put(lister, "needs");
	if (!mask)
		put(lister, " nothing");
	if (mask & POLICY_CAP_SYS_ADMIN)
		put(lister, " CAP_SYS_ADMIN");
	if (mask & POLICY_CAP_SYS_RAWIO)
		put(lister, " CAP_SYS_RAWIO");
	put(lister, "\n");
}

static void list_classes(const struct lister *lister)
{
	for (u32 i = 0; i < policy_n_classes; i++) {
		const struct policy_class_info *info = &policy_classes[i];

		put(lister, "\n");
		put_line(lister, "class", info->name);
		put_line(lister, "doc", info->doc);
		list_capabilities(lister, info->capabilities);
		put_line(lister, "closed", lockdown_names[info->closed_at]);
		put_line(lister, "taints", info->taints ? "yes" : "no");
	}
}

static void list_labels(const struct lister *lister)
{
	for (u32 i = 0; i < policy_n_labels; i++) {
		put(lister, "\nlabel ");
		put_decimal(lister, i);
		put(lister, " ");
		put(lister, policy_labels[i].name);
		put(lister, "\nadmits");
		for (u32 j = 0; j < policy_n_classes; j++) {
			if (!(policy_labels[i].classes & policy_classes[j].class))
				continue;
			put(lister, " ");
			put(lister, policy_classes[j].name);
		}
		put(lister, "\n");
	}
}

void policy_list(policy_emit_t *emit, void *context)
{
	const struct lister lister = { .emit = emit, .context = context };

	put(&lister, "mlx5ctl-policy 1\n");
	list_classes(&lister);
	list_labels(&lister);
	for (u32 i = 0; policy_tables[i]; i++)
		list_table(&lister, policy_tables[i]);
}
