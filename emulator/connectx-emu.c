// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* connectx-emu: functions of emulated cards, served until a signal comes. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function.h"
#include "../prm/prm.h"

#define MOST_FUNCTIONS 64

enum { STATUS_USAGE = 2, STATUS_SYSTEM = 4 };	/* as mlx5ctl has them */

static struct emu_function functions[MOST_FUNCTIONS];
static unsigned int n_functions;

static const char help[] =
"usage: connectx-emu --function SOCKET[,KEY=VALUE...] ...\n"
"\n"
"Serve functions of emulated ConnectX cards, each at a path of its own, until\n"
"SIGINT or SIGTERM. mlx5ctl reaches a function as emu:SOCKET; where that path\n"
"has no slash, as emu:./SOCKET.\n"
"\n"
"  -f, --function=SOCKET[,KEY=VALUE...]\n"
"                        serve one more function; keys are\n"
"        personality=NAME|FILE  what card it is (default: connectx-7)\n"
"        latency=USEC           how long each command takes\n"
"        timeout=MSEC           how long drivers shall wait for a command\n"
"        faults=NAME|FILE       what it does wrong\n"
"  -t, --trace[=FILE]    write a line for each command, on stderr or in FILE\n"
"  -h, --help            show this\n"
"  -V, --version         show the version\n"
"\n"
"At SOCKET itself is the PCI function, for QEMU's vfio-user-pci. SIGUSR1 prints\n"
"a line 'accounts SOCKET KIND=N ...': what exists in the device now.\n"
"\n"
"'ready SOCKET' is printed for each function when it can be used. The exit\n"
"status is 0 after a signal, 2 for a wrong command line, 4 if the system or a\n"
"file does not allow what was asked.\n";

static const struct option options[] = {
	{ "function", required_argument, NULL, 'f' },
	{ "trace", optional_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL },
};

static int __attribute__((format(printf, 2, 3)))
complain(int status, const char *format, ...)
{
	va_list arguments;

	fputs("connectx-emu: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return status;
}

/* Who waits for a line that is lost would wait for ever. */
static int flush_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	return complain(STATUS_SYSTEM, "the output cannot be written: %s",
			strerror(errno));
}

static int add_function(const char *text)
{
	struct emu_problem problem;

	if (n_functions == MOST_FUNCTIONS)
		return complain(STATUS_USAGE, "at most %d functions",
				MOST_FUNCTIONS);
	if (emu_function_parse(text, &functions[n_functions], &problem))
		return complain(STATUS_USAGE, "%s", problem.text);
	for (unsigned int i = 0; i < n_functions; i++)
		if (!strcmp(functions[i].socket, functions[n_functions].socket))
			return complain(STATUS_USAGE,
					"two functions are to be at %s",
					functions[i].socket);
	n_functions++;
	return 0;
}

struct wish {
	bool is_answered;	/* --help or --version: nothing more to do */
	bool wants_trace;
	const char *trace;
};

static int parse_option(int letter, struct wish *wish)
{
	switch (letter) {
	case 'f':
		return add_function(optarg);
	case 't':
		wish->wants_trace = true;
		wish->trace = optarg;
		return 0;
	case 'h':
		fputs(help, stdout);
		wish->is_answered = true;
		return 0;
	case 'V':
		puts("connectx-emu " VERSION);
		wish->is_answered = true;
		return 0;
	default:
		return complain(STATUS_USAGE, "'connectx-emu --help' explains");
	}
}

static int parse(int argc, char **argv, struct wish *wish)
{
	int letter, status = 0;

	while (!status && !wish->is_answered &&
	       (letter = getopt_long(argc, argv, "f:t::hV", options,
				     NULL)) != -1)
		status = parse_option(letter, wish);
	if (status || wish->is_answered)
		return status;
	if (optind < argc)
		return complain(STATUS_USAGE, "what is '%s'? --function=%s?",
				argv[optind], argv[optind]);
	if (!n_functions)
		return complain(STATUS_USAGE,
				"no function: --function=SOCKET adds one");
	return 0;
}

/* Blocked before any thread is there, so that only this one takes them. */
static void block_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGINT);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
}

/* What drivers and clients made and the device still has. */
static int print_accounts(void)
{
	for (unsigned int i = 0; i < n_functions; i++) {
		printf("accounts %s", functions[i].socket);
		for (unsigned int kind = 0; kind <= EMU_PAGES; kind++)
			printf(" %s=%u", emu_kind_names[kind],
			       emu_count(functions[i].device, kind));
		putchar('\n');
	}
	return flush_output();
}

static int serve(const struct wish *wish)
{
	struct emu_trace *trace = NULL;
	struct emu_problem problem;
	unsigned int started = 0;
	int status = 0, signal_number;
	sigset_t ends;

	block_signals(&ends);
	if (wish->wants_trace) {
		trace = emu_trace_open(wish->trace);
		if (!trace)
			return complain(STATUS_SYSTEM, "%s: %s", wish->trace,
					strerror(errno));
	}
	while (!status && started < n_functions) {
		if (emu_function_start(&functions[started], trace, &problem))
			status = complain(STATUS_SYSTEM, "%s", problem.text);
		else
			printf("ready %s\n", functions[started++].socket);
		if (!status)
			status = flush_output();
	}
	while (!status && !sigwait(&ends, &signal_number) &&
	       signal_number == SIGUSR1)
		status = print_accounts();
	while (started)
		emu_function_stop(&functions[--started]);
	if (emu_trace_close(trace))
		status = complain(STATUS_SYSTEM,
				  "not all of the trace could be written");
	return status;
}

int main(int argc, char **argv)
{
	struct wish wish = { .is_answered = false };
	int status;

	signal(SIGPIPE, SIG_IGN);
	status = parse(argc, argv, &wish);
	if (status)
		return status;
	return wish.is_answered ? flush_output() : serve(&wish);
}
