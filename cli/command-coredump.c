// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl coredump: the state of the whole chip, as it gives it. */
#include <stdint.h>
#include <stdio.h>

#include "build.h"
#include "dumping.h"
#include "output.h"
#include "text.h"

static int check_goal(struct invocation *invocation)
{
	if (option_given(invocation, "write") ||
	    option_given(invocation, "dry-run") ||
	    invocation->output >= OUTPUT_HEX)
		return 0;
	return fail_usage(invocation, "missing-argument",
			  "or -o binary, for standard output",
			  "coredump needs a file to write to: -w FILE");
}

int run_coredump(struct invocation *invocation)
{
	struct dumping dumping = { .save.fd = -1 };
	u64 vhca = 0;
	int result;

	if (check_goal(invocation) ||
	    option_number(invocation, "vhca", UINT16_MAX, &vhca) ||
	    dumping_options(invocation, &dumping))
		return -1;
	dumping.path = option_value(invocation, "write");
	dumping.keeps_bytes = invocation->output >= OUTPUT_HEX;
	result = dumping_core(invocation, &dumping, vhca);
	if (!result) {
		invocation->data = json_object_new_object();
		result = dumping_end(invocation, &dumping, invocation->data);
	}
	dumping_free(&dumping);
	return result < 0 ? -1 : 0;
}

void show_coredump(struct invocation *invocation)
{
	show_dumping(invocation);
}
