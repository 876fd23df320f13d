// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What holds for every row: both lists, the header, the lengths. */
#include <stdlib.h>

#include "base.h"
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

/* What a list calls the row at this depth of a mailbox's way. */
static bool listed_as(const struct base *base, u32 depth,
		      enum listed_kind *kind, u32 *number)
{
	const u8 *in = base->one.in;
	bool read = in[7] == 1;
	u32 opcode = in[0] << 8 | in[1];
	u32 id = in[10] << 8 | in[11];

	*kind = LISTED_COMMAND;
	*number = opcode;
	if (!depth)
		return true;
	*kind = read ? LISTED_REGISTER_READ : LISTED_REGISTER_WRITE;
	*number = id;
	if (opcode == OPCODE_QUERY_GENERAL_OBJECT) {
		*kind = LISTED_OBJECT;
		*number = in[6] << 8 | in[7];
	} else if (depth > 1 && id == REGISTER_RESOURCE_DUMP) {
		*kind = LISTED_SEGMENT;
		*number = in[18] << 8 | in[19];
	} else if (depth > 1) {
		*kind = read ? LISTED_TLV_READ : LISTED_TLV_WRITE;
		*number = (u32)in[20] << 24 | in[21] << 16 | in[22] << 8 | in[23];
	}
	return depth == 1 || depth + 1 == base->depth;
}

struct listed_check {
	struct second_opinion *opinion;
	u32 failures;
};

static void check_row(struct listed_check *check, const struct base *base,
		      u32 depth)
{
	struct listing *listing = &check->opinion->listing;
	const struct policy_rule *rule = base->path[depth];
	enum listed_kind kind;
	struct listed *row;
	u32 number;

	if (!listed_as(base, depth, &kind, &number))
		return;
	row = rule->next ? listing_find(listing, kind, number) :
			   listing_find_class(listing, kind, number, rule->class);
	if (row)
		row->seen = true;
	else
		check->failures++;
	if (!row && !check->opinion->quiet)
		fprintf(stderr, "# %s 0x%x %s %s : %s in the lists\n",
			listing_kinds[kind], number,
			policy_class_name(rule->class), rule->name,
			listing_find(listing, kind, number) ? "another class" :
							      "not");
}

static void check_base(const struct base *base, void *context)
{
	/* A number beside the rows: nobody has to have typed that. */
	if (base->path[base->depth - 1]->why == NULL)
		return;
	for (u32 depth = 0; depth < base->depth; depth++)
		check_row(context, base, depth);
}

/* Nothing is in policy/ that nobody typed a second time. */
u32 check_listed(struct second_opinion *opinion)
{
	struct listed_check check = { .opinion = opinion };

	for (u32 i = 0; i < opinion->listing.n; i++)
		opinion->listing.rows[i].seen = false;
	base_each(opinion->session, check_base, &check);
	return check.failures;
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
			fprintf(stderr, "# %s 0x%x %s is not in policy/\n",
				listing_kinds[row->kind], row->first,
				row->name);
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
