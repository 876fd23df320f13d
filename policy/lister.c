// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Prints the canonical listing, once the tables have passed their own check. */
#include <stdio.h>

#include "policy.h"

static void print(void *file, const char *text)
{
	fputs(text, file);
}

int main(void)
{
	const char *where = "";
	const char *flaw = policy_self_check(&where);

	if (flaw) {
		fprintf(stderr, "policy: %s: %s\n", where, flaw);
		return 1;
	}
	policy_list(print, stdout);
	return 0;
}
