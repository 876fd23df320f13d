// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * generate DIRECTORY: write the golden verdicts anew, from what the judge says
 * now. Whoever runs it reads the difference against policy before committing.
 */
#include <stdlib.h>

#include "generate.h"

static const char *const docs[N_FILES][2] = {
	[ROWS] = { "rows", "one acceptable mailbox for each row, what it needs, and each refusal by number" },
	[PREDICATES] = { "predicates", "each predicate of each row broken in turn, and each value that is listed" },
	[FLIPS] = { "flips", "each bit of each acceptable mailbox flipped alone" },
	[LENGTHS] = { "lengths", "each acceptable mailbox cut, extended, and with other reply lengths" },
	[REDACTIONS] = { "redactions", "what is zeroed in a reply of ones" },
	[CALLERS] = { "callers", "labels, capabilities, lockdown and narrowing, for one row of each class" },
	[MEMORY] = { "memory", "CREATE_MKEY and dumps to memory: extents, wrap-around, foreign keys" },
	[VIRTUAL] = { "virtual-function", "the same rows, and reaching out, for a virtual function" },
};

void say(FILE *file, const struct golden_case *one)
{
	static char text[GOLDEN_ANSWER];

	golden_answer(one, text);
	golden_print_question(file, one);
	fprintf(file, " -> %s\n", text);
}

static void say_kind(FILE *file, const struct golden_case *one,
		     enum golden_kind kind)
{
	struct golden_case other = *one;

	other.kind = kind;
	say(file, &other);
}

bool accepts(const struct golden_case *one)
{
	return golden_judge(one, one->in, one->in_len, one->out_len).reason ==
	       POLICY_ALLOWED;
}

void say_name(FILE *file, const struct base *base)
{
	fputs("#", file);
	for (u32 i = 0; i < base->depth; i++)
		fprintf(file, " %s", base->path[i]->name);
	fputs("\n", file);
}

/* Asked with a reply that is as long as it may be, or long enough. */
static void say_redactions(FILE *file, const struct base *base)
{
	struct golden_case one = base->one;
	bool redacts = false;

	one.out_len = 4096;
	for (u32 i = 0; i < base->depth; i++) {
		u32 max = base->path[i]->out.max;

		if (max && max < one.out_len)
			one.out_len = max;
		redacts |= base->path[i]->n_redact != 0;
	}
	if (redacts)
		say_kind(file, &one, GOLDEN_REDACTS);
}

static void use_base(const struct base *base, void *context)
{
	struct outputs *to = context;
	const struct golden_case *one = &base->one;

	say_name(to->files[ROWS], base);
	say(to->files[ROWS], one);
	if (!accepts(one)) {
		/* Of what is refused for its number, the lengths come first. */
		if (base->depth > 1 && !base->path[base->depth - 1]->why) {
			say_kind(to->files[LENGTHS], one, GOLDEN_IN_LENGTHS);
			say_kind(to->files[LENGTHS], one, GOLDEN_OUT_LENGTHS);
		}
		return;
	}
	say_kind(to->files[ROWS], one, GOLDEN_NEEDS);
	say_kind(to->files[FLIPS], one, GOLDEN_FLIPS);
	say_kind(to->files[LENGTHS], one, GOLDEN_IN_LENGTHS);
	say_kind(to->files[LENGTHS], one, GOLDEN_OUT_LENGTHS);
	say_redactions(to->files[REDACTIONS], base);
	generate_predicates(to->files[PREDICATES], base, &to->broken, false);
	generate_callers(to, base);
	generate_memory(to->files[MEMORY], base, &to->extents);
}

static void use_virtual(const struct base *base, void *context)
{
	struct outputs *to = context;
	FILE *file = to->files[VIRTUAL];

	if (!accepts(&base->one))
		return;
	say(file, &base->one);
	generate_predicates(file, base, &to->reached, true);
}

static bool open_files(struct outputs *to, const char *directory,
		       const struct golden_session *pf,
		       const struct golden_session *vf)
{
	char path[4096];

	for (u32 i = 0; i < N_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s.txt", directory, docs[i][0]);
		to->files[i] = fopen(path, "w");
		if (!to->files[i]) {
			perror(path);
			return false;
		}
		fprintf(to->files[i], "# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause\n# Golden verdicts: %s.\n",
			docs[i][1]);
		session_print(to->files[i], i == VIRTUAL ? vf : pf);
	}
	return true;
}

int main(int argc, char **argv)
{
	static struct golden_session pf, vf;
	static struct outputs to;
	int status = 0;

	session_fixed(&pf, false);
	session_fixed(&vf, true);
	if (argc != 2 || !open_files(&to, argv[1], &pf, &vf))
		return 2;
	base_each(&pf, use_base, &to);
	base_each(&vf, use_virtual, &to);
	for (u32 i = 0; i < N_FILES; i++)
		if (fclose(to.files[i]))
			status = 1;
	return status;
}
