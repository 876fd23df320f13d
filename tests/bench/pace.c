// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pace DEVICE COMMAND CALLERS COUNT
 *
 * How fast a door is: COUNT times a command by each of so many processes, all
 * with a file of their own. Prints microseconds: the median of a round trip, and
 * what each took of the time of all. DEVICE is a node of the V4 interface or
 * one of fwctl's; COMMAND is one that both have.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "v4.h"

#define FWCTL_RPC 0x9a01ul
#define DEBUG_READ_ONLY 1

struct fwctl_rpc {
	uint32_t size, scope, in_len, out_len;
	v4_u64 in, out;
};

static uint8_t in[V4_HEADER + 256], out[V4_HEADER + 4096];

static void capabilities(void)
{
	v4_begin(in, 0x100, 1);
}

static void identity(void)
{
	v4_begin_register(in, 0x9020);
}

static const struct command {
	const char *name;
	void (*compose)(void);
	uint32_t in_len;
	uint32_t out_len;
} commands[] = {
	{ "QUERY_HCA_CAP", capabilities, V4_HEADER, V4_HEADER + 4096 },
	{ "MGIR", identity, V4_HEADER + 160, V4_HEADER + 160 },
};

static int by_v4(int file, const struct command *command)
{
	return v4_command(file, in, command->in_len, out, command->out_len);
}

static int by_fwctl(int file, const struct command *command)
{
	struct fwctl_rpc rpc = {
		.size = sizeof(rpc),
		.scope = DEBUG_READ_ONLY,
		.in_len = command->in_len,
		.out_len = command->out_len,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};

	return ioctl(file, FWCTL_RPC, &rpc) ? -errno : 0;
}

static int (*knock)(int file, const struct command *command);

static void fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(error));
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static double trip(int file, const struct command *command)
{
	double start = now();
	int result;

	out[0] = 0xff;
	result = knock(file, command);
	if (result || out[0])
		fail(command->name, result ? -result : EREMOTEIO);
	return now() - start;
}

/* Its file and the first command are made before anybody begins. */
static void call(const char *device, const struct command *command,
		 double *trips, int count, int ready, int begin)
{
	int file = open(device, O_RDWR);
	char byte = 0;

	if (file < 0)
		fail(device, errno);
	knock = strstr(device, "/fwctl") ? by_fwctl : by_v4;
	command->compose();
	trip(file, command);
	if (write(ready, &byte, 1) != 1 || read(begin, &byte, 1))
		fail("the start", errno);
	for (int i = 0; i < count; i++)
		trips[i] = trip(file, command);
	exit(0);
}

static int compare(const void *one, const void *other)
{
	double difference = *(const double *)one - *(const double *)other;

	return (difference > 0) - (difference < 0);
}

/* They begin when the pipe's end is closed, once all have said that they may. */
static double race(const char *device, const struct command *command,
		   double *trips, int callers, int count)
{
	int ready[2], begin[2], status;
	double start;
	char byte;

	if (pipe(ready) || pipe(begin))
		fail("pipe", errno);
	for (int i = 0; i < callers; i++) {
		if (fork())
			continue;
		close(begin[1]);
		call(device, command, trips + i * count, count, ready[1],
		     begin[0]);
	}
	close(ready[1]);
	for (int i = 0; i < callers; i++)
		if (read(ready[0], &byte, 1) != 1)
			exit(1);
	start = now();
	close(begin[1]);
	while (wait(&status) > 0)
		if (status)
			exit(1);
	return now() - start;
}

static void pace(const char *device, const struct command *command,
		 int callers, int count)
{
	int all = callers * count;
	double *trips = mmap(NULL, all * sizeof(*trips),
			     PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double spent;

	if (trips == MAP_FAILED)
		fail("mmap", errno);
	spent = race(device, command, trips, callers, count);
	qsort(trips, all, sizeof(*trips), compare);
	printf("%.1f %.1f\n", trips[all / 2], spent / all);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 5 && i < sizeof(commands) / sizeof(*commands);
	     i++) {
		if (strcmp(argv[2], commands[i].name))
			continue;
		pace(argv[1], &commands[i], atoi(argv[3]), atoi(argv[4]));
		return 0;
	}
	fputs("usage: pace DEVICE QUERY_HCA_CAP|MGIR CALLERS COUNT\n", stderr);
	return 2;
}
