// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The judge: any mailbox, in any session, by any caller. Input: who asks, what
 * the file owns, and the inbox.
 */
#include "fuzz.h"
#include "policy.h"

#define MAX_OWNED 8

struct question {
	struct policy_session session;
	struct policy_owned owned[MAX_OWNED];
	struct policy_answers answers;
	u32 out_len;
	u8 *in;
	u32 in_len;
};

static void take_answers(struct question *question, struct fuzz_input *input)
{
	u32 bits = take(input, 1);

	question->session.is_vf = bits & 1;
	question->answers.capabilities = bits >> 1 & 3;
	question->answers.lockdown = (bits >> 3 & 3) % 3;
	question->answers.label_classes = policy_labels[bits >> 5 & 3].classes;
	question->answers.narrowed_to =
		bits & 0x80 ? POLICY_ALL_CLASSES : take(input, 1);
}

static void take_owned(struct question *question, struct fuzz_input *input)
{
	u32 count = take(input, 1) % (MAX_OWNED + 1);

	question->session.owned = question->owned;
	question->session.n_owned = count;
	for (u32 i = 0; i < count; i++)
		question->owned[i] = (struct policy_owned){
			.object = 1 + take(input, 1) % POLICY_UMEM,
			.id = take(input, 4),
			.address = take(input, 1) & 1 ? take(input, 8) :
							take(input, 2) << 8,
			.length = take(input, 4),
		};
}

static void take_question(struct question *question, struct fuzz_input *input)
{
	take_answers(question, input);
	question->session.vhca_id = take(input, 1);
	question->session.page_shift = 12 + take(input, 1) % 5;
	for (u32 i = 0; i < POLICY_N_CONTINUATIONS; i++)
		question->session.continuation[i] = take(input, 1);
	question->out_len = take(input, 2);
	take_owned(question, input);
	question->in_len = input->size;
	question->in = exact_copy(input->data, input->size);
}

static struct policy_match judge(const struct question *question)
{
	struct policy_match match =
		policy_match(question->in, question->in_len,
			     question->out_len, &question->session);

	/* The fault: trust whoever claims a high uid. */
	if (SEEDED && question->in_len > 16 && question->in[2] & 0x80 &&
	    match.verdict.reason == POLICY_RESERVED)
		match.verdict.reason = POLICY_ALLOWED;
	return match;
}

static bool same_verdict(const struct policy_verdict *a,
			 const struct policy_verdict *b)
{
	return a->reason == b->reason && a->rule == b->rule &&
	       a->check == b->check && a->byte == b->byte && a->bit == b->bit;
}

static bool same_match(const struct policy_match *a,
		       const struct policy_match *b)
{
	return same_verdict(&a->verdict, &b->verdict) && a->class == b->class &&
	       a->capabilities == b->capabilities &&
	       a->closed_at == b->closed_at && a->taints == b->taints &&
	       a->redacts == b->redacts && a->redact_origin == b->redact_origin;
}

static bool allows(const struct policy_match *match)
{
	return match->verdict.reason == POLICY_ALLOWED;
}

static void check_match(const struct question *question,
			const struct policy_match *match)
{
	const struct policy_verdict *verdict = &match->verdict;
	bool known = false;

	HOLDS(verdict->reason > POLICY_UNJUDGED && verdict->reason < POLICY_LABEL,
	      "the first step gives one of its own reasons");
	HOLDS(!verdict->byte || verdict->byte < question->in_len,
	      "a verdict points into the inbox");
	HOLDS(verdict->byte % 4 == 0 && verdict->bit < 32,
	      "a verdict points at a bit of a dword");
	HOLDS(verdict->rule || verdict->reason == POLICY_TOO_SHORT ||
	      verdict->reason == POLICY_UNKNOWN || verdict->reason == POLICY_VALUE,
	      "a verdict names its row");
	if (!allows(match))
		return;
	for (u32 i = 0; i < policy_n_classes; i++)
		known |= policy_classes[i].class == match->class;
	HOLDS(known, "what is allowed is of one known class");
	HOLDS(question->in_len % 4 == 0 && question->in_len >= PRM_HEADER_BYTES,
	      "what is allowed is whole dwords and has a header");
	HOLDS(question->out_len % 4 == 0 && question->out_len >= PRM_HEADER_BYTES,
	      "so is the room for its answer");
}

/* Neither what was judged before nor the caller's uid has a say. */
static void check_independence(struct question *question,
			       const struct policy_match *match)
{
	struct policy_match again = judge(question);
	u8 *before;

	HOLDS(same_match(match, &again), "the judge says the same thing twice");
	before = exact_copy(question->in, question->in_len);
	policy_stamp_uid(question->in, question->in_len, 0xffff);
	for (u32 i = 0; i < question->in_len; i++)
		HOLDS((i & ~1u) == 2 || question->in[i] == before[i],
		      "stamping the uid changes bytes 2 and 3 only");
	again = judge(question);
	HOLDS(same_match(match, &again), "the verdict does not depend on the uid");
	policy_stamp_uid(question->in, question->in_len, 0);
	again = judge(question);
	HOLDS(same_match(match, &again), "the verdict does not depend on the uid");
	free(before);
}

/* Being less, or owning less, never allows more. */
static void check_monotony(const struct question *question,
			   const struct policy_match *match)
{
	struct question less = *question;
	struct policy_match weaker;

	less.session.is_vf = true;
	weaker = judge(&less);
	HOLDS(allows(match) || !allows(&weaker) || question->session.is_vf,
	      "a VF may no more than a PF");
	less = *question;
	less.session.n_owned = 0;
	memset(less.session.continuation, 0, sizeof(less.session.continuation));
	weaker = judge(&less);
	HOLDS(allows(match) || !allows(&weaker),
	      "a file that owns nothing may no more than one that does");
}

static void check_decision(const struct question *question,
			   const struct policy_match *match)
{
	const struct policy_answers *answers = &question->answers;
	const struct policy_answers all = {
		.capabilities = ~0u,
		.label_classes = POLICY_ALL_CLASSES,
		.narrowed_to = POLICY_ALL_CLASSES,
	};
	struct policy_verdict decided = policy_decide(match, answers);
	struct policy_verdict most = policy_decide(match, &all);

	HOLDS((most.reason == POLICY_ALLOWED) == allows(match),
	      "who has everything is held to the first step alone");
	if (decided.reason != POLICY_ALLOWED)
		return;
	HOLDS(allows(match), "the second step allows nothing that the first refused");
	HOLDS(!(match->capabilities & ~answers->capabilities),
	      "without the capabilities nothing is allowed");
	HOLDS(match->class & answers->label_classes & answers->narrowed_to,
	      "label and narrowing are ceilings");
	HOLDS(!match->closed_at || answers->lockdown < match->closed_at,
	      "lockdown closes what it closes");
}

/* Of an error, status and syndrome are all that is left. */
static bool is_left(u32 byte, u8 status)
{
	return !byte || (byte >= 4 && byte < 8) || (byte < 4 && !status);
}

static void check_redaction(const struct question *question,
			    const struct policy_match *match, u8 status)
{
	u32 size = question->out_len;
	u8 *reply = malloc(size ? size : 1);
	u8 *once;

	if (!reply)
		abort();
	memset(reply, 0xff, size);
	if (size)
		reply[0] = status;
	policy_redact(match, reply, size);
	once = exact_copy(reply, size);
	policy_redact(match, reply, size);
	HOLDS(!memcmp(once, reply, size), "redacting twice changes no more");
	for (u32 i = 0; i < size && (i < 8 || status); i++)
		HOLDS(reply[i] == (!is_left(i, status) ? 0 : i ? 0xff : status),
		      "status and syndrome are never redacted, and all of an error");
	free(once);
	free(reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct question question = {};
	struct policy_match match;

	take_question(&question, &input);
	match = judge(&question);
	check_match(&question, &match);
	check_independence(&question, &match);
	check_monotony(&question, &match);
	check_decision(&question, &match);
	check_redaction(&question, &match, 0);
	check_redaction(&question, &match, 0xff);
	free(question.in);
	return 0;
}
