// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Rows of the policy as data: positions are those of the whole mailbox. */
#include "rules.h"

#include <stdio.h>
#include <string.h>

#include "build.h"
#include "verdict.h"

static const char *const object_names[] = {
	[POLICY_NO_OBJECT] = NULL,
	[POLICY_PD] = "pd",
	[POLICY_MKEY] = "mkey",
	[POLICY_UMEM] = "umem",
};

static const char *const extra_names[] = {
	[POLICY_NO_EXTRA] = NULL,
	[POLICY_MKEY_OVER_UMEM] = "start_addr and len lie inside the own umem, with its offset in a page; log_page_size is 0 or that of the host's pages; each octword size is 0 or that of the umem",
	[POLICY_RESOURCE_TO_MKEY] = "mkey is an own one, and address and size lie inside it",
	[POLICY_CORE_TO_MKEY] = "mkey is an own one, and address and size lie inside it",
};

const char *rule_class(const struct policy_rule *rule)
{
	return rule->next ? NULL : policy_class_name(rule->class);
}

struct json_object *rule_summary(const struct policy_table *table,
				 const struct policy_rule *rule)
{
	struct json_object *row = json_object_new_object();

	put_text(row, "table", table->name);
	put_text(row, "name", rule->name);
	if (rule == table->otherwise) {
		put_object(row, "key", NULL);
		put_object(row, "last", NULL);
	} else {
		put_number(row, "key", rule->key);
		put_number(row, "last", rule->last ? rule->last : rule->key);
	}
	put_text(row, "class", rule_class(rule));
	put_text(row, "next", rule->next ? rule->next->name : NULL);
	put_bool(row, "host_memory", rule->flags & POLICY_HOST_MEMORY);
	put_text(row, "owner", rule->owner);
	put_text(row, "why", rule->why);
	return row;
}

/* Positions before the origin wrap around, as the tables mean them to. */
static struct prm_bits in_mailbox(const struct policy_table *table,
				  struct prm_bits at)
{
	at.offset += table->origin * 8;
	return at;
}

static void put_bits(struct json_object *row, struct prm_bits at)
{
	put_number(row, "byte", prm_dword_of(at));
	put_number(row, "bit", prm_bit_of(at));
	put_number(row, "width", at.width);
}

static void describe_set(const struct policy_set *set, char *text, size_t size)
{
	snprintf(text, size, "one of");
	for (u32 i = 0; i < set->count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, size - used, "%s 0x%x", i ? "," : "",
			 set->values[i]);
	}
}

static void describe(const struct policy_check *check, char *text, size_t size)
{
	unsigned long long value = check->value;
	unsigned long long last = check->last;

	switch (check->kind) {
	case POLICY_ANY:
		snprintf(text, size, "any value");
		break;
	case POLICY_EQUALS:
		snprintf(text, size, "0x%llx", value);
		break;
	case POLICY_RANGE:
		snprintf(text, size, "0x%llx to 0x%llx", value, last);
		break;
	case POLICY_ONE_OF:
		describe_set(&check->set, text, size);
		break;
	case POLICY_OWNED:
		snprintf(text, size, "a %s that this open file made",
			 object_names[check->object]);
		break;
	case POLICY_OWN_FUNCTION:
	case POLICY_OWN_VHCA:
		snprintf(text, size, "0%s; else a PF with CAP_SYS_ADMIN, and not to identify or read configuration",
			 check->kind == POLICY_OWN_VHCA ? " or the caller's own" : "");
		break;
	case POLICY_CONTINUES:
		snprintf(text, size, "0 or what this open file was answered last");
		break;
	case POLICY_REST:
		snprintf(text, size, "the bytes that follow byte 0x%llx", value);
		break;
	}
}

static struct json_object *checks_of(const struct policy_table *table,
				     const struct policy_rule *rule)
{
	struct json_object *checks = json_object_new_array();
	char text[1024];

	for (u32 i = 0; i < rule->n_checks; i++) {
		struct json_object *row = json_object_new_object();

		put_text(row, "name", rule->checks[i].name);
		put_bits(row, in_mailbox(table, rule->checks[i].at));
		describe(&rule->checks[i], text, sizeof(text));
		put_text(row, "rule", text);
		put_object(checks, NULL, row);
	}
	return checks;
}

static void put_length(struct json_object *row, const char *key,
		       struct policy_length length)
{
	struct json_object *range = NULL;

	if (length.max) {
		range = json_object_new_object();
		put_number(range, "min", length.min);
		put_number(range, "max", length.max);
	}
	put_object(row, key, range);
}

static struct json_object *when_of(const struct policy_table *table,
				   const struct policy_rule *rule)
{
	struct prm_bits at = in_mailbox(table, rule->when);
	struct json_object *when;
	char text[64];

	if (!rule->when.width)
		return NULL;
	when = json_object_new_object();
	put_bits(when, at);
	put_number(when, "is", rule->is);
	snprintf(text, sizeof(text), "0x%x.%u is 0x%x", prm_dword_of(at),
		 prm_bit_of(at), rule->is);
	put_text(when, "text", text);
	return when;
}

static struct json_object *redactions_of(const struct policy_table *table,
					 const struct policy_rule *rule)
{
	struct json_object *list = json_object_new_array();

	for (u32 i = 0; i < rule->n_redact; i++) {
		struct json_object *row = json_object_new_object();

		put_bits(row, in_mailbox(table, rule->redact[i]));
		put_object(list, NULL, row);
	}
	return list;
}

struct json_object *rule_details(const struct policy_table *table,
				 const struct policy_rule *rule)
{
	struct json_object *row = rule_summary(table, rule);

	put_object(row, "when", when_of(table, rule));
	put_length(row, "in", rule->in);
	put_length(row, "out", rule->out);
	put_object(row, "checks", checks_of(table, rule));
	put_text(row, "extra", extra_names[rule->extra]);
	put_text(row, "creates", object_names[rule->creates]);
	put_text(row, "destroys", object_names[rule->destroys]);
	put_object(row, "redacts", redactions_of(table, rule));
	return row;
}
