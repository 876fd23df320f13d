// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mutants DIRECTORY K N: remove one check of the tables after the other and
 * see whether a golden verdict or the second opinion notices. This process
 * takes every N-th mutant from the K-th on. Survivors are printed.
 */
#include <stdlib.h>

#include "mutants.h"

static bool case_differs(const struct golden_case *one)
{
	return !golden_holds(one);
}

static bool on_path(const struct path *path, const struct policy_rule *rule)
{
	for (u32 i = 0; i < BASE_DEPTH; i++)
		if (path->rules[i] == rule)
			return true;
	return false;
}

/* Lines that the row itself answers come first: they notice most. */
static bool noticed_near(struct laboratory *lab, const struct policy_rule *rule)
{
	for (u32 pass = 0; pass < 2; pass++)
		for (u32 i = 0; i < lab->golden.n_cases; i++) {
			const struct golden_case *one = &lab->golden.cases[i];
			bool slow = one->kind >= GOLDEN_FLIPS;

			if (slow == pass && on_path(&lab->paths[i], rule) &&
			    case_differs(one))
				return true;
		}
	return false;
}

static bool noticed(struct laboratory *lab, const struct policy_rule *rule)
{
	if (rule && noticed_near(lab, rule))
		return true;
	for (u32 i = 0; i < lab->golden.n_cases; i++)
		if (lab->golden.cases[i].kind < GOLDEN_FLIPS &&
		    case_differs(&lab->golden.cases[i]))
			return true;
	if (check_listed(&lab->opinion))
		return true;
	return check_bases(&lab->opinion);
}

bool mutant_is_ours(struct laboratory *lab)
{
	return lab->seen++ % lab->every == lab->ours;
}

void mutant_judge(struct laboratory *lab, const struct policy_rule *rule,
		  const char *what, const char *which)
{
	lab->mutants++;
	if (noticed(lab, rule))
		return;
	lab->survived++;
	printf("survived: %s", rule ? rule->name : "class");
	if (rule && rule->when.width)
		printf(" (mode %u)", rule->is);
	printf(" %s %s\n", what, which);
	fflush(stdout);
}

/* The rows on the way of every golden line that asks about a base. */
static void find_path(const struct base *base, void *context)
{
	struct laboratory *lab = context;

	for (u32 i = 0; i < lab->golden.n_cases; i++) {
		const struct golden_case *one = &lab->golden.cases[i];

		if (one->in_len == base->one.in_len &&
		    !memcmp(one->in, base->one.in, one->in_len))
			memcpy(lab->paths[i].rules, base->path,
			       sizeof(base->path));
	}
}

static bool find_paths(struct laboratory *lab)
{
	lab->paths = calloc(lab->golden.n_cases, sizeof(*lab->paths));
	if (!lab->paths)
		return false;
	base_each(lab->opinion.session, find_path, lab);
	for (u32 i = 0; i < lab->golden.n_cases; i++) {
		const struct golden_case *one = &lab->golden.cases[i];

		if (!lab->paths[i].rules[0])
			lab->paths[i].rules[0] = golden_judge(
				one, one->in, one->in_len, one->out_len).rule;
	}
	return true;
}

static bool load(struct laboratory *lab, const char *directory)
{
	static const char *const files[] = {
		"callers", "memory", "rows", "redactions", "virtual-function",
		"predicates", "flips", "lengths",
	};
	char path[4096];

	for (u32 i = 0; i < ARRAY_SIZE(files); i++) {
		char *copy;

		snprintf(path, sizeof(path), "%s/golden/%s.txt", directory,
			 files[i]);
		copy = strdup(path);
		if (!copy || !golden_load(&lab->golden, copy))
			return false;
	}
	lab->opinion.quiet = true;
	lab->opinion.quick = true;
	return opinion_load(&lab->opinion, directory) && find_paths(lab);
}

int main(int argc, char **argv)
{
	static struct laboratory lab;

	if (argc != 4)
		return 2;
	lab.ours = strtoul(argv[2], NULL, 10);
	lab.every = strtoul(argv[3], NULL, 10);
	if (!lab.every || !load(&lab, argv[1]))
		return 2;
	if (noticed(&lab, NULL)) {
		fprintf(stderr, "the unchanged tables already fail: run the tests first\n");
		return 2;
	}
	mutate_tables(&lab);
	mutate_classes(&lab);
	printf("tables %u %u\n", lab.mutants, lab.survived);
	return 0;
}
