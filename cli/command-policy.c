// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl policy list, policy show: the rules as they are compiled in. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "invocation.h"
#include "nearest.h"
#include "number.h"
#include "policy-hash.h"
#include "rules.h"
#include "text.h"

/* Call `take` with each row of each table. */
static void each_rule(void (*take)(void *context,
				   const struct policy_table *table,
				   const struct policy_rule *rule),
		      void *context)
{
	for (size_t i = 0; policy_tables[i]; i++) {
		const struct policy_table *table = policy_tables[i];

		for (u32 k = 0; k < table->n_rules; k++)
			take(context, table, &table->rules[k]);
		if (table->otherwise)
			take(context, table, table->otherwise);
	}
}

struct search {
	struct json_object *found;
	const char *wanted;	/* a name, a number or a class */
	struct nearest nearest;
};

static void take_class(void *context, const struct policy_table *table,
		       const struct policy_rule *rule)
{
	struct search *search = context;
	const char *class = rule_class(rule);

	if (search->wanted && (!class || strcmp(class, search->wanted)))
		return;
	put_object(search->found, NULL, rule_summary(table, rule));
}

static void append_text(void *context, const char *text)
{
	FILE *file = context;

	fputs(text, file);
}

/* Byte for byte what the policy hash is the hash of. */
static int list_canonical(struct invocation *invocation)
{
	size_t length;
	FILE *file = open_memstream(&invocation->verbatim, &length);

	if (!file)
		return fail_memory(invocation);
	policy_list(append_text, file);
	if (fclose(file))
		return fail_memory(invocation);
	invocation->data = json_object_new_object();
	put_text(invocation->data, "policy_hash", POLICY_HASH);
	put_text(invocation->data, "listing", invocation->verbatim);
	return 0;
}

int run_policy_list(struct invocation *invocation)
{
	struct search search = {
		.wanted = option_value(invocation, "class"),
	};

	if (option_given(invocation, "canonical") && search.wanted)
		return fail_usage(invocation, "bad-option", NULL,
				  "--canonical is the whole listing, so --class has no place beside it");
	if (option_given(invocation, "canonical"))
		return list_canonical(invocation);
	invocation->data = search.found = json_object_new_array();
	each_rule(take_class, &search);
	return 0;
}

static void show_rows(struct json_object *rows)
{
	static const struct column columns[] = {
		{ "KEY", "key", .is_hex = true },
		{ "NAME", "name", .is_long = true },
		{ "CLASS", "class" },
		{ "INSTEAD", "owner", .is_long = true },
		{ "WHY", "why" },
		{ NULL },
	};

	print_table(rows, columns);
}

/* The rows of each table under its name. */
void show_policy_list(struct invocation *invocation)
{
	size_t count = json_object_array_length(invocation->data);

	for (size_t i = 0; i < count;) {
		struct json_object *rows = json_object_new_array();
		const char *table =
			get_text(json_object_array_get_idx(invocation->data, i),
				 "table");

		printf("%s%s\n", i ? "\n" : "", table);
		for (; i < count; i++) {
			struct json_object *row =
				json_object_array_get_idx(invocation->data, i);

			if (strcmp(get_text(row, "table"), table))
				break;
			json_object_array_add(rows, json_object_get(row));
		}
		show_rows(rows);
		json_object_put(rows);
	}
}

/* A row may be of several commands: "INIT_HCA, TEARDOWN_HCA". */
static bool is_called(const char *names, const char *wanted)
{
	size_t length = strlen(wanted);

	if (!strcasecmp(names, wanted))
		return true;
	while (*names) {
		size_t word = strcspn(names, ", ");

		if (word == length && !strncasecmp(names, wanted, length))
			return true;
		names += word;
		names += strspn(names, ", ");
	}
	return false;
}

static bool has_key(const struct policy_rule *rule, const char *wanted)
{
	u64 key;

	return !parse_number(wanted, UINT32_MAX, &key) && key >= rule->key &&
	       key <= (rule->last ? rule->last : rule->key);
}

static void offer_words(struct nearest *nearest, const char *names)
{
	char word[64];

	while (*names) {
		size_t length = strcspn(names, ", ");

		snprintf(word, sizeof(word), "%.*s", (int)length, names);
		nearest_offer(nearest, word);
		names += length;
		names += strspn(names, ", ");
	}
}

static void take_named(void *context, const struct policy_table *table,
		       const struct policy_rule *rule)
{
	struct search *search = context;

	offer_words(&search->nearest, rule->name);
	if (is_called(rule->name, search->wanted) ||
	    (rule != table->otherwise && has_key(rule, search->wanted)))
		put_object(search->found, NULL, rule_details(table, rule));
}

int run_policy_show(struct invocation *invocation)
{
	struct search search = { .wanted = invocation->words[0] };

	invocation->data = search.found = json_object_new_array();
	nearest_begin(&search.nearest, search.wanted);
	each_rule(take_named, &search);
	if (json_object_array_length(search.found))
		return 0;
	return fail_unknown(invocation, "rule", search.wanted,
			    nearest_found(&search.nearest),
			    "what has no rule is refused; 'mlx5ctl policy list' lists those there are");
}

static void print_checks(struct json_object *checks)
{
	size_t widest = 0;

	for (size_t i = 0; i < json_object_array_length(checks); i++) {
		struct json_object *row = json_object_array_get_idx(checks, i);

		if (strlen(get_text(row, "name")) > widest)
			widest = strlen(get_text(row, "name"));
	}
	for (size_t i = 0; i < json_object_array_length(checks); i++) {
		struct json_object *row = json_object_array_get_idx(checks, i);

		printf("    0x%03llx.%-2llu %2llu  %-*s  %s\n",
		       (unsigned long long)get_number(row, "byte"),
		       (unsigned long long)get_number(row, "bit"),
		       (unsigned long long)get_number(row, "width"),
		       (int)widest, get_text(row, "name"),
		       get_text(row, "rule"));
	}
}

static void print_length(struct json_object *row, const char *key)
{
	struct json_object *length = get(row, key);

	if (!length)
		return;
	printf("  %-12s%llu", key,
	       (unsigned long long)get_number(length, "min"));
	if (get_number(length, "max") != get_number(length, "min"))
		printf(" to %llu", (unsigned long long)get_number(length, "max"));
	printf(" bytes\n");
}

static void print_line(struct json_object *row, const char *title,
		       const char *key)
{
	if (get(row, key))
		printf("  %-12s%s\n", title, get_text(row, key));
}

static void show_rule(struct json_object *row)
{
	static const struct {
		const char *title;
		const char *key;
	} lines[] = {
		{ "why", "why" }, { "instead", "owner" }, { "class", "class" },
		{ "decided by", "next" }, { "when", "when.text" },
		{ "creates", "creates" }, { "destroys", "destroys" },
		{ "memory", "extra" },
	};

	printf("%s (0x%llx", get_text(row, "name"),
	       (unsigned long long)get_number(row, "key"));
	if (get_number(row, "last") != get_number(row, "key"))
		printf("-0x%llx", (unsigned long long)get_number(row, "last"));
	printf(", %s)\n", get_text(row, "table"));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		print_line(row, lines[i].title, lines[i].key);
	print_length(row, "in");
	print_length(row, "out");
	if (get_count(row, "redacts"))
		printf("  %-12s%zu field%s zeroed in the reply\n", "redacts",
		       get_count(row, "redacts"),
		       get_count(row, "redacts") == 1 ? "" : "s");
	if (get_count(row, "checks"))
		printf("  fields, all other bits zero\n");
	print_checks(get(row, "checks"));
}

void show_policy_show(struct invocation *invocation)
{
	size_t count = json_object_array_length(invocation->data);

	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar('\n');
		show_rule(json_object_array_get_idx(invocation->data, i));
	}
}
