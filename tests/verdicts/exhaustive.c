// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * exhaustive DIRECTORY [DONE]: the judge against allowed.txt, in TAP; DONE
 * tests were run before.
 */
#include <stdlib.h>

#include "exhaustive.h"

static const struct {
	const char *name;
	u32 (*run)(struct second_opinion *opinion);
} checks[] = {
	{ "every row of policy/ is in allowed.txt or beyond.txt, with that class", check_listed },
	{ "every line of allowed.txt and beyond.txt has a row", check_present },
	{ "each of the 65,536 opcodes without a row is refused to every caller", check_unknown_opcodes },
	{ "each opcode with a row answers every op_mod and caller as listed", check_known_opcodes },
	{ "every register, object, parameter and dump answers every caller as listed", check_bases },
	{ "a uid never changes a verdict, and the two bytes behind it are zero", check_header },
	{ "no mailbox is accepted that is shorter than a header, odd, or endless", check_lengths },
	{ "the uid of the open file replaces any other, and no other byte", check_stamp },
};

int main(int argc, char **argv)
{
	static struct second_opinion opinion;
	u32 done = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int status = 0;

	if (argc < 2 || !opinion_load(&opinion, argv[1]))
		return 2;
	for (u32 i = 0; i < ARRAY_SIZE(checks); i++) {
		u32 failures = checks[i].run(&opinion);

		printf("%sok %u - %s\n", failures ? "not " : "", done + i + 1,
		       checks[i].name);
		fflush(stdout);
		status |= !!failures;
	}
	printf("1..%u\n", done + (u32)ARRAY_SIZE(checks));
	return status;
}
