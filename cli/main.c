// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl: parse, run one command, say what came out. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "build.h"
#include "emu-transport.h"
#include "names.h"
#include "output.h"
#include "policy-hash.h"
#include "session.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static void leave(int signal)
{
	(void)signal;
	_exit(EXIT_INTERRUPTED);
}

/* A closed pipe is seen when writing to it: devices are sockets, too. */
static void set_signals(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, leave);
}

static int run_version(struct invocation *invocation)
{
	invocation->data = json_object_new_object();
	put_text(invocation->data, "version", VERSION);
	put_text(invocation->data, "policy_hash", POLICY_HASH);
	if (asprintf(&invocation->verbatim, "mlx5ctl %s, policy %s\n", VERSION,
		     POLICY_HASH) < 0) {
		invocation->verbatim = NULL;
		return fail_memory(invocation);
	}
	return 0;
}

static int run(struct invocation *invocation, int argc, char **argv)
{
	if (parse_arguments(invocation, argc, argv))
		return -1;
	if (invocation->help)
		return run_help(invocation);
	if (option_given(invocation, "version"))
		return run_version(invocation);
	if (session_check(invocation))
		return -1;
	return invocation->command->run(invocation);
}

void invocation_free(struct invocation *invocation)
{
	json_object_put(invocation->data);
	free(invocation->bytes);
	free(invocation->verbatim);
	free(invocation->options);
	free(invocation->words);
}

int main(int argc, char **argv)
{
	struct invocation invocation = { .status = EXIT_DONE };
	enum exit_status status;

	set_signals();
	if (mlx5ctl_add_transport(&emu_transport))
		fail(&invocation, EXIT_SYSTEM, "no-memory", NULL,
		     "the emulated device cannot be added");
	else
		run(&invocation, argc, argv);
	session_close(&invocation);
	status = output_result(&invocation);
	status = output_close(status);
	names_free();
	invocation_free(&invocation);
	return status;
}
