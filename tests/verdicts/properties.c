// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What holds for every row: both lists, the header, the lengths. */
#include <stdlib.h>

#include "exhaustive.h"

bool opinion_load(struct second_opinion *opinion, const char *directory)
{
	char path[4096];
	static const char *const lists[] = { "allowed.txt", "beyond.txt" };
	bool good = true;

	for (u32 i = 0; i < ARRAY_SIZE(lists); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, lists[i]);
		good = good && listing_load(&opinion->listing, path);
	}
	snprintf(path, sizeof(path), "%s/golden/rows.txt", directory);
	good = good && golden_load(&opinion->bases, path);
	if (good)
		opinion->session = opinion->bases.cases[0].session;
	return good;
}

/* Which list speaks of a row: by the path that leads to it. */
static enum listed_kind kind_of(enum listed_kind above, u32 key,
				const struct policy_rule *rule)
{
	if (above == LISTED_COMMAND)
		return key == 0xa02 ? LISTED_OBJECT :
		       rule->is == 1 ? LISTED_REGISTER_READ :
				       LISTED_REGISTER_WRITE;
	if (above == LISTED_REGISTER_READ && key == 0xc000)
		return LISTED_SEGMENT;
	return above == LISTED_REGISTER_READ ? LISTED_TLV_READ :
					       LISTED_TLV_WRITE;
}

static u32 check_row(struct second_opinion *opinion, enum listed_kind kind,
		     const struct policy_rule *rule, u32 key)
{
	u32 class = rule->next ? LISTED_FURTHER : rule->class;
	struct listed *row = listing_find_class(&opinion->listing, kind, key,
						class);

	if (row) {
		row->seen = true;
		return 0;
	}
	if (!opinion->quiet)
		fprintf(stderr, "# kind %u 0x%x %s is %s in policy/, %s\n", kind,
			key, rule->name, policy_class_name(class),
			listing_find(&opinion->listing, kind, key) ?
			"another class in the lists" : "in no list");
	return 1;
}

static u32 check_table(struct second_opinion *opinion, enum listed_kind kind,
		       const struct policy_table *table)
{
	u32 failures = 0;

	for (u32 i = 0; i < table->n_rules; i++) {
		const struct policy_rule *rule = &table->rules[i];

		failures += check_row(opinion, kind, rule, rule->key);
		if (rule->last)
			failures += check_row(opinion, kind, rule, rule->last);
		if (rule->next)
			failures += check_table(opinion,
						kind_of(kind, rule->key, rule),
						rule->next);
	}
	if (table->otherwise)
		failures += check_row(opinion, kind, table->otherwise, ~0u);
	return failures;
}

/* Nothing is in policy/ that nobody typed a second time. */
u32 check_listed(struct second_opinion *opinion)
{
	for (u32 i = 0; i < opinion->listing.n; i++)
		opinion->listing.rows[i].seen = false;
	return check_table(opinion, LISTED_COMMAND, &policy_commands);
}

/* Nothing was typed that policy/ has not; after check_listed(). */
u32 check_present(struct second_opinion *opinion)
{
	u32 failures = 0;

	for (u32 i = 0; i < opinion->listing.n; i++) {
		const struct listed *row = &opinion->listing.rows[i];

		if (row->seen)
			continue;
		failures++;
		if (!opinion->quiet)
			fprintf(stderr, "# kind %u 0x%x %s is not in policy/\n",
				row->kind, row->first, row->name);
	}
	return failures;
}

static enum policy_reason reason_of(const struct golden_case *one, u32 in_len,
				    u32 out_len)
{
	u8 *in = calloc(1, in_len ? in_len : 1);
	enum policy_reason reason;

	if (!in)
		abort();
	memcpy(in, one->in, in_len < one->in_len ? in_len : one->in_len);
	reason = golden_judge(one, in, in_len, out_len).reason;
	free(in);
	return reason;
}

static bool acceptable(const struct golden_case *one)
{
	return one->kind == GOLDEN_VERDICT &&
	       !strncmp(one->expected, "allowed ", 8);
}

static bool allowed_with(const struct golden_case *one, u32 byte, u8 value)
{
	u8 before = one->in[byte];
	bool allowed;

	one->in[byte] = value;
	allowed = golden_judge(one, one->in, one->in_len, one->out_len)
		.reason == POLICY_ALLOWED;
	one->in[byte] = before;
	return allowed;
}

/* The uid is whoever sends's to write; what lies behind it is nobody's. */
u32 check_header(struct second_opinion *opinion)
{
	u32 failures = 0;

	for (u32 i = 0; i < opinion->bases.n_cases; i++) {
		const struct golden_case *one = &opinion->bases.cases[i];

		if (!acceptable(one))
			continue;
		for (u32 value = 1; value < 256; value++) {
			failures += !allowed_with(one, 2, value);
			failures += !allowed_with(one, 3, value);
			failures += allowed_with(one, 4, value);
			failures += allowed_with(one, 5, value);
		}
	}
	return failures;
}

/* Mailboxes shorter than a header, odd, or longer than anything. */
u32 check_lengths(struct second_opinion *opinion)
{
	static const u32 never[] = { 0, 1, 4, 12, 15, 17, 18, 19, 0x7fffffff };
	u32 failures = 0;

	for (u32 i = 0; i < opinion->bases.n_cases; i++) {
		const struct golden_case *one = &opinion->bases.cases[i];

		if (!acceptable(one))
			continue;
		for (u32 j = 0; j < ARRAY_SIZE(never) - 1; j++)
			failures += reason_of(one, never[j], one->out_len) ==
				    POLICY_ALLOWED;
		for (u32 j = 0; j < ARRAY_SIZE(never); j++)
			failures += reason_of(one, one->in_len, never[j]) ==
				    POLICY_ALLOWED;
		for (int by = -1; by <= 1; by += 2)
			failures += reason_of(one, one->in_len + by,
					      one->out_len) == POLICY_ALLOWED;
	}
	return failures;
}

/* Whatever uid was there, what is sent has the file's, and nothing else. */
u32 check_stamp(struct second_opinion *opinion)
{
	u8 in[16], before[16];
	u32 failures = 0;

	(void)opinion;
	for (u32 uid = 0; uid < 0x10000; uid++) {
		memset(in, uid % 251, sizeof(in));
		memcpy(before, in, sizeof(in));
		policy_stamp_uid(in, sizeof(in), uid);
		before[2] = uid >> 8;
		before[3] = uid & 0xff;
		failures += !!memcmp(in, before, sizeof(in));
		policy_stamp_uid(in, 15, ~uid);
		failures += !!memcmp(in, before, sizeof(in));
	}
	return failures;
}
