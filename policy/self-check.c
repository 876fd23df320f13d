// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The tables are data, and data can be wrong: this looks at all of it before
 * the first command is judged. The judge relies on what is checked here, so
 * a module whose tables have a flaw does not load.
 */
#include "policy.h"

#define MAILBOX_BYTES_MAX 0x200000 /* the longest that any door lets in */

static bool is_empty(const char *text)
{
	return !text || !*text;
}

static u32 end_of(struct prm_bits at)
{
	return at.offset + at.width;
}

static u32 last_key(const struct policy_rule *rule)
{
	return rule->last ? rule->last : rule->key;
}

static bool is_class(enum policy_class class)
{
	for (u32 i = 0; i < policy_n_classes; i++)
		if (policy_classes[i].class == class)
			return true;
	return false;
}

/* Without `next` a row decides; one that decides "never" is judged no more. */
static bool is_never(const struct policy_rule *rule)
{
	return !rule->next && rule->class == POLICY_NEVER;
}

static const char *set_flaw(const struct policy_check *check)
{
	const struct policy_set *set = &check->set;

	if (!set->count || !set->values)
		return "A check lists no values.";
	for (u32 i = 1; i < set->count; i++)
		if (set->values[i - 1] >= set->values[i])
			return "A check's values do not ascend.";
	if (check->at.width < 32 &&
	    set->values[set->count - 1] >> check->at.width)
		return "A check lists a value that its field cannot hold.";
	return NULL;
}

static bool fits(const struct policy_check *check, u64 value)
{
	return check->at.width >= 64 || !(value >> check->at.width);
}

static const char *kind_flaw(const struct policy_check *check)
{
	if (check->kind != POLICY_ANY && check->at.width > 64)
		return "A check compares more than 64 bits.";
	switch (check->kind) {
	case POLICY_ANY:
	case POLICY_OWN_FUNCTION:
	case POLICY_OWN_VHCA:
	case POLICY_REST:
		return NULL;
	case POLICY_EQUALS:
		return fits(check, check->value) ? NULL :
		       "A check wants a value that its field cannot hold.";
	case POLICY_RANGE:
		return check->value <= check->last && fits(check, check->last) ?
		       NULL : "A check's range is empty or passes its field.";
	case POLICY_ONE_OF:
		return set_flaw(check);
	case POLICY_OWNED:
		return check->object != POLICY_NO_OBJECT && check->value < 32 ?
		       NULL : "A check for an own object names no object.";
	case POLICY_CONTINUES:
		return check->continuation < POLICY_N_CONTINUATIONS ? NULL :
		       "A check names no continuation.";
	}
	return "A check is of no known kind.";
}

/* In the order of the wire, apart from each other, inside the mailbox. */
static const char *checks_flaw(const struct policy_table *table,
			       const struct policy_rule *rule)
{
	u32 from = table->origin ? 0 : 32; /* past opcode and uid */

	for (u32 i = 0; i < rule->n_checks; i++) {
		const struct policy_check *check = &rule->checks[i];
		const char *flaw = kind_flaw(check);

		if (flaw)
			return flaw;
		if (is_empty(check->name) || !check->at.width)
			return "A check has no name or no bits.";
		if (check->at.offset < from)
			return "Checks overlap or are not in the order of the wire.";
		from = end_of(check->at);
		if (rule->in.max && table->origin * 8 + from > rule->in.max * 8)
			return "A check lies beyond the longest mailbox.";
	}
	return NULL;
}

static const char *length_flaw(struct policy_length length)
{
	if (length.min < PRM_HEADER_BYTES)
		return "A length has no room for the header.";
	if (length.min % 4 || length.max % 4)
		return "A length is not whole dwords.";
	if (length.min > length.max)
		return "A length's minimum exceeds its maximum.";
	if (length.max > MAILBOX_BYTES_MAX)
		return "A length is more than any mailbox has.";
	return NULL;
}

static bool has_lengths(const struct policy_rule *rule)
{
	return rule->in.min || rule->in.max || rule->out.min || rule->out.max;
}

static const char *lengths_flaw(const struct policy_table *table,
				const struct policy_rule *rule)
{
	const char *flaw;

	/* Inside a register the row above has said it. */
	if (table->origin > PRM_HEADER_BYTES || table->classifies)
		if (!has_lengths(rule))
			return NULL;
	flaw = length_flaw(rule->in);
	return flaw ? flaw : length_flaw(rule->out);
}

static const char *redaction_flaw(const struct policy_table *table,
				  const struct policy_rule *rule)
{
	for (u32 i = 0; i < rule->n_redact; i++) {
		u32 end = table->origin * 8 + end_of(rule->redact[i]);

		if (!rule->redact[i].width)
			return "A redaction has no bits.";
		if (rule->out.max && end > rule->out.max * 8)
			return "A redaction lies beyond the longest reply.";
	}
	return NULL;
}

/* Whoever destroys has shown that the object is its own. */
static const char *ownership_flaw(const struct policy_rule *rule)
{
	if (rule->destroys == POLICY_NO_OBJECT)
		return NULL;
	for (u32 i = 0; i < rule->n_checks; i++)
		if (rule->checks[i].kind == POLICY_OWNED &&
		    rule->checks[i].object == rule->destroys)
			return NULL;
	return "A row destroys an object without asking whose it is.";
}

static const char *rule_flaw(const struct policy_table *table,
			     const struct policy_rule *rule)
{
	const char *flaw;

	if (is_empty(rule->name))
		return "A row has no name.";
	if (is_empty(rule->why))
		return "A row does not say why.";
	if (is_never(rule))
		return NULL;
	if (rule->owner)
		return "A row that allows names an owner.";
	if (!rule->next && !is_class(rule->class))
		return "A row that decides has no class.";
	if (table->classifies && rule->n_checks)
		return "A row has checks that its table never makes.";
	flaw = lengths_flaw(table, rule);
	if (!flaw)
		flaw = checks_flaw(table, rule);
	if (!flaw)
		flaw = redaction_flaw(table, rule);
	return flaw ? flaw : ownership_flaw(rule);
}

static bool same_bits(struct prm_bits a, struct prm_bits b)
{
	return a.offset == b.offset && a.width == b.width;
}

/* Rows of one key are told apart by the same bits, and by each value once. */
static const char *variants_flaw(const struct policy_rule *before,
				 const struct policy_rule *rule)
{
	if (last_key(before) != last_key(rule))
		return "Two rows overlap.";
	if (!rule->when.width || !same_bits(before->when, rule->when))
		return "Two rows of one key are not told apart by the same bits.";
	if (before->is == rule->is)
		return "Two rows of one key are for the same value.";
	return NULL;
}

static const char *order_flaw(const struct policy_table *table, u32 index)
{
	const struct policy_rule *rule = &table->rules[index];
	u32 width = table->key.width;

	if (last_key(rule) < rule->key)
		return "A row's range ends before it begins.";
	if (width < 32 && last_key(rule) >> width)
		return "A row's key is more than the field can hold.";
	for (u32 i = 0; i < index; i++) {
		const struct policy_rule *before = &table->rules[i];
		const char *flaw = NULL;

		if (before->key > rule->key)
			return "Rows do not ascend by key.";
		if (before->key == rule->key)
			flaw = variants_flaw(before, rule);
		else if (last_key(before) >= rule->key)
			flaw = "Two rows overlap.";
		if (flaw)
			return flaw;
	}
	return NULL;
}

/* Tables lead only to later ones, so that judging ends. */
static bool is_later(u32 index, const struct policy_table *next)
{
	for (u32 i = index + 1; policy_tables[i]; i++)
		if (policy_tables[i] == next)
			return true;
	return false;
}

static bool leads_to(const struct policy_table *table,
		     const struct policy_table *next)
{
	for (u32 i = 0; i < table->n_rules; i++)
		if (table->rules[i].next == next)
			return true;
	return table->otherwise && table->otherwise->next == next;
}

static bool is_reached(u32 index)
{
	for (u32 i = 0; i < index; i++)
		if (leads_to(policy_tables[i], policy_tables[index]))
			return true;
	return !index;
}

static const char *one_rule_flaw(u32 index, const struct policy_rule *rule)
{
	const char *flaw = rule_flaw(policy_tables[index], rule);

	if (!flaw && rule->next && !is_later(index, rule->next))
		flaw = "A row leads to a table that is not listed after its own.";
	return flaw;
}

static const char *table_flaw(u32 index, const char **where)
{
	const struct policy_table *table = policy_tables[index];
	const char *flaw;

	*where = table->name;
	if (is_empty(table->name) || is_empty(table->doc))
		return "A table has no name or does not say what it is.";
	if (!table->key.width || table->key.width > 32)
		return "A table's key is no number of 32 bits.";
	if (!is_reached(index))
		return "A table cannot be reached.";
	for (u32 i = 0; i < table->n_rules; i++) {
		if (!is_empty(table->rules[i].name))
			*where = table->rules[i].name;
		flaw = order_flaw(table, i);
		if (!flaw)
			flaw = one_rule_flaw(index, &table->rules[i]);
		if (flaw)
			return flaw;
	}
	if (!table->otherwise)
		return NULL;
	*where = table->otherwise->name;
	return one_rule_flaw(index, table->otherwise);
}

/* Classes are single bits, each is there once, and a label admits only them. */
static const char *classes_flaw(const char **where)
{
	u32 seen = 0;

	for (u32 i = 0; i < policy_n_classes; i++) {
		const struct policy_class_info *info = &policy_classes[i];
		u32 bit = info->class;

		*where = info->name;
		if (is_empty(info->name) || is_empty(info->doc))
			return "A class has no name or does not say what it is.";
		if (!bit || bit & (bit - 1) || bit & seen)
			return "A class is not a bit of its own.";
		seen |= bit;
	}
	*where = "classes";
	if (seen != POLICY_ALL_CLASSES)
		return "A class is missing.";
	for (u32 i = 0; i < policy_n_labels; i++) {
		*where = policy_labels[i].name;
		if (policy_labels[i].classes & ~seen)
			return "A label admits a class that does not exist.";
	}
	return NULL;
}

const char *policy_self_check(const char **where)
{
	const char *flaw = classes_flaw(where);

	if (!flaw && policy_tables[0] != &policy_commands) {
		*where = policy_commands.name;
		flaw = "The first table is not that of the commands.";
	}
	for (u32 i = 0; !flaw && policy_tables[i]; i++)
		flaw = table_flaw(i, where);
	return flaw;
}
