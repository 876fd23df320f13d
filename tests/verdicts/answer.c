// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Asks the judge what a golden line asks, and writes the answer as text. */
#include <stdarg.h>
#include <stdlib.h>

#include "golden.h"

struct text {
	char *at;
	u32 used;
};

static void __attribute__((format(printf, 2, 3)))
add(struct text *text, const char *format, ...)
{
	u32 room = GOLDEN_ANSWER - text->used;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text->at + text->used, room, format, arguments);
	va_end(arguments);
	if (n > 0)
		text->used += (u32)n < room ? (u32)n : room - 1;
}

/* Runs of equal words, `first-last=word`, in hex. */
struct runs {
	struct text *text;
	const char *word;
	u32 first;
	u32 last;
};

static void end_run(struct runs *runs)
{
	if (!runs->word)
		return;
	add(runs->text, "%s%x", runs->text->used ? " " : "", runs->first);
	if (runs->last != runs->first)
		add(runs->text, "-%x", runs->last);
	add(runs->text, "=%s", runs->word);
	runs->word = NULL;
}

static void add_run(struct runs *runs, u32 at, const char *word)
{
	if (runs->word && (strcmp(runs->word, word) || at != runs->last + 1))
		end_run(runs);
	if (!runs->word)
		runs->first = at;
	runs->word = word;
	runs->last = at;
}

static struct policy_match match(const struct golden_case *one, const u8 *in,
				 u32 in_len, u32 out_len)
{
	return policy_match(in, in_len, out_len, &one->session->policy);
}

struct policy_verdict golden_judge(const struct golden_case *one, const u8 *in,
				   u32 in_len, u32 out_len)
{
	struct policy_match found = match(one, in, in_len, out_len);
	struct policy_answers answers = {
		.capabilities = one->capabilities,
		.lockdown = one->lockdown,
		.label_classes = one->label < 0 ?
			POLICY_ALL_CLASSES : policy_labels[one->label].classes,
		.narrowed_to = one->classes,
	};

	return policy_decide(&found, &answers);
}

/* One word, so that a line stays a list of words. */
static void add_name(struct text *text, const struct policy_rule *rule)
{
	for (const char *c = rule ? rule->name : "-"; *c; c++)
		add(text, "%c", *c == ' ' ? '_' : *c);
	add(text, " ");
}

static void answer_verdict(const struct golden_case *one, struct text *text)
{
	struct policy_verdict verdict =
		golden_judge(one, one->in, one->in_len, one->out_len);

	add(text, "%s ", policy_reason_name(verdict.reason));
	add_name(text, verdict.rule);
	if (verdict.byte || verdict.bit)
		add(text, "0x%x %u", verdict.byte, verdict.bit);
	else
		add(text, "- -");
}

static void answer_needs(const struct golden_case *one, struct text *text)
{
	struct policy_match found =
		match(one, one->in, one->in_len, one->out_len);
	const struct policy_rule *rule = found.verdict.rule;

	add(text, "%s %s %s %s", policy_class_name(found.class),
	    golden_capabilities[found.capabilities & 3],
	    golden_lockdowns[found.closed_at % 3],
	    found.taints ? "taints" : "clean");
	if (rule && rule->creates)
		add(text, " creates %s", golden_objects[rule->creates]);
	if (rule && rule->destroys)
		add(text, " destroys %s", golden_objects[rule->destroys]);
}

static void answer_redacts(const struct golden_case *one, struct text *text)
{
	struct policy_match found =
		match(one, one->in, one->in_len, one->out_len);
	struct runs runs = { .text = text };
	u8 *reply = malloc(one->out_len);

	if (!reply)
		abort();
	memset(reply, 0xff, one->out_len);
	reply[0] = 0;	/* no error */
	policy_redact(&found, reply, one->out_len);
	for (u32 bit = 8; bit < one->out_len * 8; bit++)
		if (!(reply[bit / 8] & 0x80 >> bit % 8))
			add_run(&runs, bit, "zeroed");
	end_run(&runs);
	if (!text->used)
		add(text, "nothing");
	free(reply);
}

/*
 * Where one flipped bit is the only one that is wrong, the verdict must name
 * just that bit.
 */
static bool misplaced(struct policy_verdict verdict,
		      const struct policy_rule *rule, u32 bit)
{
	return verdict.reason == POLICY_RESERVED && verdict.rule == rule &&
	       (verdict.byte != bit / 32 * 4 || verdict.bit != 31 - bit % 32);
}

/* Every bit but the opcode's: the first 288 bytes, then one of each dword. */
static void answer_flips(const struct golden_case *one, struct text *text)
{
	struct policy_verdict verdict =
		golden_judge(one, one->in, one->in_len, one->out_len);
	const struct policy_rule *rule = verdict.rule;
	struct runs runs = { .text = text };

	for (u32 bit = 16; bit < one->in_len * 8; bit++) {
		if (bit >= 288 * 8 && bit % 32 != bit / 32 % 32)
			continue;
		one->in[bit / 8] ^= 0x80 >> bit % 8;
		verdict = golden_judge(one, one->in, one->in_len, one->out_len);
		one->in[bit / 8] ^= 0x80 >> bit % 8;
		add_run(&runs, bit, misplaced(verdict, rule, bit) ? "misplaced" :
			policy_reason_name(verdict.reason));
	}
	end_run(&runs);
}

/* In whole dwords; any other length that is accepted is said, too. */
static void add_length(struct runs *runs, u32 length, enum policy_reason reason)
{
	if (length % 4 == 0)
		add_run(runs, length / 4, policy_reason_name(reason));
	else if (reason == POLICY_ALLOWED)
		add_run(runs, length, "accepted-odd");
}

static void answer_in_lengths(const struct golden_case *one, struct text *text)
{
	struct runs runs = { .text = text };
	u8 *in = malloc(GOLDEN_FAR);

	if (!in)
		abort();
	/* What lies behind a mailbox is set, so that looking there shows. */
	memset(in, 0xff, GOLDEN_FAR);
	for (u32 length = 0; length < GOLDEN_FAR; length++) {
		add_length(&runs, length,
			   golden_judge(one, in, length, one->out_len).reason);
		in[length] = length < one->in_len ? one->in[length] : 0;
	}
	end_run(&runs);
	free(in);
}

static void add_out_length(struct runs *runs, const struct golden_case *one,
			   u32 length)
{
	add_length(runs, length,
		   golden_judge(one, one->in, one->in_len, length).reason);
}

static void answer_out_lengths(const struct golden_case *one, struct text *text)
{
	struct runs runs = { .text = text };

	for (u32 length = 0; length < 8400; length++)
		add_out_length(&runs, one, length);
	for (u32 power = 14; power < 22; power++)
		for (u32 length = (1u << power) - 4; length <= (1u << power) + 4;
		     length++)
			add_out_length(&runs, one, length);
	end_run(&runs);
}

void golden_answer(const struct golden_case *one, char *to)
{
	static void (*const answer[GOLDEN_N_KINDS])(const struct golden_case *one,
						    struct text *text) = {
		[GOLDEN_VERDICT] = answer_verdict,
		[GOLDEN_NEEDS] = answer_needs,
		[GOLDEN_REDACTS] = answer_redacts,
		[GOLDEN_FLIPS] = answer_flips,
		[GOLDEN_IN_LENGTHS] = answer_in_lengths,
		[GOLDEN_OUT_LENGTHS] = answer_out_lengths,
	};
	struct text text = { .at = to };

	*to = '\0';
	answer[one->kind](one, &text);
}

bool golden_holds(const struct golden_case *one)
{
	static char text[GOLDEN_ANSWER];

	golden_answer(one, text);
	return !strcmp(text, one->expected);
}
