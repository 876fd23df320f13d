// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * replay [-1] FILE...: judge every golden line again; any difference is a
 * failure. -1 stops at the first. Prints a TAP line for each file and no plan:
 * whoever calls may have more tests. Needs libc only, so that it runs in
 * 32 bit and big-endian.
 */
#include <stdlib.h>

#include "golden.h"

#define SHOWN 10

static u32 count(const struct golden_set *set, enum golden_kind kind)
{
	u32 n = 0;

	for (u32 i = 0; i < set->n_cases; i++)
		n += set->cases[i].kind == kind;
	return n;
}

static u32 replay(const struct golden_set *set, bool first_only)
{
	static char now[GOLDEN_ANSWER];
	u32 differ = 0;

	for (u32 i = 0; i < set->n_cases; i++) {
		const struct golden_case *one = &set->cases[i];

		golden_answer(one, now);
		if (!strcmp(now, one->expected))
			continue;
		if (first_only)
			return 1;
		if (differ++ >= SHOWN)
			continue;
		fprintf(stderr, "%s:%u: ", one->file, one->line);
		golden_print_question(stderr, one);
		fprintf(stderr, "\n  golden %s\n  now    %s\n", one->expected,
			now);
	}
	return differ;
}

int main(int argc, char **argv)
{
	bool first_only = argc > 1 && !strcmp(argv[1], "-1");
	bool good = argc > 1 + first_only;

	for (int i = 1 + first_only; i < argc && (good || !first_only); i++) {
		struct golden_set set = { NULL };
		bool loaded = golden_load(&set, argv[i]);
		const char *base = strrchr(argv[i], '/');
		u32 differ = loaded ? replay(&set, first_only) : 1;

		printf("%s %d - the judge answers as %s says, %u lines of which %u flip each bit\n",
		       differ ? "not ok" : "ok", i - first_only, base ? base + 1 : argv[i],
		       set.n_cases, count(&set, GOLDEN_FLIPS));
		good = good && !differ;
		golden_free(&set);
	}
	return good ? 0 : 1;
}
