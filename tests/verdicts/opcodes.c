// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* All opcodes, op_mods and callers against the second opinion. */
#include <stdlib.h>

#include "exhaustive.h"

#define OPCODES 0x10000

static u32 complain(const struct second_opinion *opinion, const char *what,
		    const u8 *in, struct policy_verdict verdict)
{
	if (!opinion->quiet)
		fprintf(stderr, "# opcode %02x%02x op_mod %02x%02x id %02x%02x: %s (%s: %s)\n",
			in[0], in[1], in[6], in[7], in[10], in[11], what,
			verdict.rule ? verdict.rule->name : "-",
			policy_reason_name(verdict.reason));
	return 1;
}

/* The judge may not refuse for the caller's sake what the caller has. */
static bool reason_fits(enum policy_reason reason, bool acceptable)
{
	bool about_caller = reason == POLICY_LABEL ||
			    reason == POLICY_NARROWED ||
			    reason == POLICY_CAPABILITY ||
			    reason == POLICY_LOCKED_DOWN;

	return reason != POLICY_UNJUDGED && reason < POLICY_N_REASONS &&
	       about_caller == acceptable;
}

static u32 check_answer(const struct second_opinion *opinion,
			const struct policy_match *match,
			const struct needs *needs, const u8 *in,
			const struct policy_answers *answers)
{
	struct policy_verdict verdict = policy_decide(match, answers);
	bool expected = expect_allowed(needs, answers);

	if ((verdict.reason == POLICY_ALLOWED) != expected)
		return complain(opinion, expected ? "refused" : "allowed", in,
				verdict);
	if (!expected && !reason_fits(verdict.reason, needs->class))
		return complain(opinion, "refused for a wrong reason", in,
				verdict);
	return 0;
}

/*
 * A mailbox that was refused stays refused whoever asks: the strongest and
 * the weakest caller will do.
 */
static u32 check_refused(const struct second_opinion *opinion,
			 const struct policy_match *match,
			 const struct needs *needs, const u8 *in)
{
	const struct policy_answers strongest = {
		.capabilities = 3,
		.label_classes = 63,
		.narrowed_to = 63,
	};
	const struct policy_answers weakest = {
		.lockdown = POLICY_LOCKDOWN_CONFIDENTIALITY,
	};

	return check_answer(opinion, match, needs, in, &strongest) +
	       check_answer(opinion, match, needs, in, &weakest);
}

/* capabilities x lockdown x labels, and then each class given up. */
static u32 check_callers(const struct second_opinion *opinion,
			 const struct policy_match *match,
			 const struct needs *needs, const u8 *in)
{
	struct policy_answers answers = { .narrowed_to = 63 };
	u32 failures = 0;

	for (int label = -1; label < 4; label++)
		for (u32 ask = 0; ask < 12; ask++) {
			answers.label_classes = expect_label(label);
			answers.capabilities = ask % 4;
			answers.lockdown = ask / 4;
			failures += check_answer(opinion, match, needs, in,
						 &answers);
			if (failures)
				return failures;
		}
	answers.capabilities = 3;
	answers.lockdown = POLICY_LOCKDOWN_NONE;
	for (u32 class = 1; class < 64 && !failures; class <<= 1) {
		answers.narrowed_to = 63 & ~class;
		failures += check_answer(opinion, match, needs, in, &answers);
	}
	return failures;
}

/* Every op_mod in turn, of which few are asked about in full. */
static bool all_op_mods(const u8 *in)
{
	u32 op_mod = in[6] << 8 | in[7];

	return op_mod > 1 && op_mod & (op_mod - 1) && op_mod != 0xffff;
}

static u32 check_mailbox(const struct second_opinion *opinion, const u8 *in,
			 u32 in_len, u32 out_len)
{
	struct needs needs = expect_needs(&opinion->listing, in, in_len);
	struct policy_match match = policy_match(in, in_len, out_len,
						 &opinion->session->policy);

	if (needs.class && match.verdict.reason == POLICY_ALLOWED &&
	    (match.taints != needs.taints || match.class != needs.class))
		return complain(opinion, "another class or taint", in,
				match.verdict);
	if (match.verdict.reason != POLICY_ALLOWED && all_op_mods(in))
		return check_refused(opinion, &match, &needs, in);
	return check_callers(opinion, &match, &needs, in);
}

static u32 each_op_mod(const struct second_opinion *opinion, u8 *in, u32 in_len,
		       u32 out_len, bool all)
{
	u32 failures = 0;
	u32 op_mod = 0;

	for (u32 i = 0; op_mod < 0x10000 && failures < 10; i++) {
		in[6] = op_mod >> 8;
		in[7] = op_mod & 0xff;
		failures += check_mailbox(opinion, in, in_len, out_len);
		if (all)
			op_mod++;
		else if (op_mod == 0xffff)
			break;
		else
			op_mod = i < 16 ? 1u << i : 0xffff;
	}
	return failures;
}

u32 check_unknown_opcodes(struct second_opinion *opinion)
{
	u8 in[64] = { 0 };
	u32 failures = 0;

	for (u32 opcode = 0; opcode < OPCODES && failures < 10; opcode++) {
		const struct listed *row = listing_find(&opinion->listing,
							LISTED_COMMAND, opcode);

		if (row && row->class)
			continue;
		in[0] = opcode >> 8;
		in[1] = opcode & 0xff;
		failures += each_op_mod(opinion, in, sizeof(in), 64, row);
		failures += each_op_mod(opinion, in, 16, 16, false);
	}
	return failures;
}

static bool is_base(const struct golden_case *one)
{
	return one->kind == GOLDEN_VERDICT && one->in_len >= 16 &&
	       !strncmp(one->expected, "allowed ", 8);
}

static bool is_for(const struct golden_case *one, u32 opcode, int op_mod)
{
	return is_base(one) && (u32)(one->in[0] << 8 | one->in[1]) == opcode &&
	       (op_mod < 0 || (one->in[6] << 8 | one->in[7]) == op_mod);
}

static const struct golden_case *find_base(const struct second_opinion *opinion,
					   u32 opcode, int op_mod)
{
	for (u32 i = 0; i < opinion->bases.n_cases; i++)
		if (is_for(&opinion->bases.cases[i], opcode, op_mod))
			return &opinion->bases.cases[i];
	return NULL;
}

/* Where op_mods have mailboxes of their own, each is asked about with those. */
static u32 check_op_mods(const struct second_opinion *opinion, u32 opcode)
{
	const struct golden_case *any = find_base(opinion, opcode, -1);
	u32 failures = 0;
	u8 *in;

	for (u32 op_mod = 0; op_mod < 0x10000 && failures < 10; op_mod++) {
		const struct golden_case *one = NULL;

		if (opinion->quick && op_mod > 0x100 && op_mod & (op_mod - 1))
			continue;
		if (op_mod < 0x100)
			one = find_base(opinion, opcode, op_mod);
		one = one ? one : any;
		in = malloc(one->in_len);
		if (!in)
			abort();
		memcpy(in, one->in, one->in_len);
		in[6] = op_mod >> 8;
		in[7] = op_mod & 0xff;
		failures += check_mailbox(opinion, in, one->in_len,
					  one->out_len);
		free(in);
	}
	return failures;
}

u32 check_known_opcodes(struct second_opinion *opinion)
{
	u32 failures = 0;

	for (u32 i = 0; i < opinion->listing.n && failures < 10; i++) {
		const struct listed *row = &opinion->listing.rows[i];

		if (row->kind != LISTED_COMMAND || !row->class)
			continue;
		if (find_base(opinion, row->first, -1))
			failures += check_op_mods(opinion, row->first);
		else if (!opinion->quiet && ++failures)
			fprintf(stderr, "# %s: no mailbox to ask with\n",
				row->name);
	}
	return failures;
}

/* Every golden mailbox, whichever number in it decides. */
u32 check_bases(struct second_opinion *opinion)
{
	u32 failures = 0;

	for (u32 i = 0; i < opinion->bases.n_cases; i++) {
		const struct golden_case *one = &opinion->bases.cases[i];

		if (is_base(one))
			failures += check_mailbox(opinion, one->in, one->in_len,
						  one->out_len);
	}
	return failures;
}
