// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl: parse, run one command, say what came out. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "device.h"
#include "emu-transport.h"
#include "hex.h"
#include "names.h"
#include "output.h"
#include "policy-hash.h"
#include "session.h"
#include "stop.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

/* A file or device that is opened is none of those that everybody writes to. */
static void hold_streams(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
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

/* Unless it is said when to end. */
static bool is_endless(struct invocation *invocation)
{
	u64 count = 0;

	return (invocation->command->flags & COMMAND_ENDLESS ||
		option_given(invocation, "follow")) &&
	       !option_given(invocation, "seconds") &&
	       !option_number(invocation, "count", UINT32_MAX, &count) &&
	       !count;
}

static int run(struct invocation *invocation)
{
	if (invocation->help)
		return run_help(invocation);
	if (option_given(invocation, "version"))
		return run_version(invocation);
	if (session_check(invocation))
		return -1;
	if (invocation->output == OUTPUT_JSON && is_endless(invocation))
		return fail_usage(invocation, "endless",
				  "use -o jsonl, or say when to end, as with --count=N",
				  "a single document of what never ends would never come");
	return invocation->command->run(invocation);
}

/* A result is done with, and the same command line has another to come. */
static void forget_result(struct invocation *invocation)
{
	json_object_put(invocation->data);
	free(invocation->bytes);
	free(invocation->verbatim);
	free(invocation->undo);
	invocation->data = NULL;
	invocation->bytes = NULL;
	invocation->verbatim = NULL;
	invocation->undo = NULL;
	invocation->n_bytes = 0;
	invocation->is_verdict = false;
	invocation->status = EXIT_DONE;
	invocation->failure = (struct failure){ .happened = false };
}

static enum exit_status run_once(struct invocation *invocation)
{
	enum exit_status status;

	run(invocation);
	session_close(invocation);
	status = output_result(invocation);
	forget_result(invocation);
	return status;
}

/* By number, but what was done and found something is better than a failure. */
static int badness(enum exit_status status)
{
	if (status == EXIT_FINDING)
		return 0;
	return status == EXIT_DONE ? -1 : (int)status;
}

/* Standard input, or a pipe, has nothing for a second device. */
static bool reads_once(const struct invocation *invocation)
{
	const char *path = invocation->n_words ? invocation->words[0] : "-";
	struct stat status;

	return invocation->command->flags & COMMAND_INPUT &&
	       (!strcmp(path, "-") ||
		(!stat(path, &status) && S_ISFIFO(status.st_mode)));
}

/* 0, or -1 after fail(): what only one device can have is not for several. */
static int check_several(struct invocation *invocation, size_t n)
{
	const char *name = device_named(invocation);

	if (!n)
		return device_fail_none(invocation);
	if (n > 1 && option_given(invocation, "write"))
		return fail_usage(invocation, "which-device",
				  "write that of one device at a time",
				  "%s is %zu devices, and there is one file",
				  name, n);
	if (n > 1 && reads_once(invocation))
		return fail_usage(invocation, "which-device",
				  "give the name of a file",
				  "%s is %zu devices, and only the first could read %s",
				  name, n, invocation->n_words ?
				  source_name(invocation->words[0]) :
				  "standard input");
	if (n > 1 && is_endless(invocation))
		return fail_usage(invocation, "endless",
				  "choose one, or say when to end, as with --count=N",
				  "%s is %zu devices, and the first would never end",
				  name, n);
	return invocation->failure.happened ? -1 : 0;
}

/* One device after the other; the worst that happened is the exit status. */
static enum exit_status run_on_all(struct invocation *invocation,
				   struct json_object *names)
{
	size_t n = json_object_array_length(names);
	enum exit_status worst = EXIT_DONE;

	if (check_several(invocation, n))
		return output_result(invocation);
	for (size_t i = 0; i < n; i++) {
		enum exit_status status;

		if (stop_is_asked())
			return EXIT_INTERRUPTED;
		invocation->device_name =
			get_text(json_object_array_get_idx(names, i), "");
		if (i && invocation->output == OUTPUT_TEXT)
			putchar('\n');
		output_heading(invocation);
		status = run_once(invocation);
		if (badness(status) > badness(worst))
			worst = status;
	}
	return worst;
}

/* Those that -d all means; NULL where one is asked, or none. */
static struct json_object *several(const struct invocation *invocation)
{
	if (!invocation->command || invocation->help ||
	    !(invocation->command->flags & COMMAND_DEVICE))
		return NULL;
	return device_several(invocation);
}

static void invocation_free(struct invocation *invocation)
{
	forget_result(invocation);
	free(invocation->options);
	free(invocation->words);
}

int main(int argc, char **argv)
{
	struct invocation invocation = { .status = EXIT_DONE };
	struct json_object *names = NULL;
	enum exit_status status;

	hold_streams();
	stop_begin();
	/* A closed pipe, and a limit, are seen when writing: devices are sockets, too. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (mlx5ctl_add_transport(&emu_transport))
		fail(&invocation, EXIT_SYSTEM, "no-memory", NULL,
		     "the emulated device cannot be added");
	else
		parse_arguments(&invocation, argc, argv);
	if (!invocation.failure.happened)
		names = several(&invocation);
	if (invocation.failure.happened)
		status = output_result(&invocation);
	else if (names)
		status = run_on_all(&invocation, names);
	else
		status = run_once(&invocation);
	json_object_put(names);
	status = output_close(status);
	names_free();
	invocation_free(&invocation);
	return status;
}
