// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Round trips a second, the whole way of the tool's commands: library, judge,
 * transport, model. `trips DEVICE [COMMANDS [ROUNDS]]` prints a line for each
 * depth: one command after the other, and as many in flight as a connection of
 * the emulator's takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "command-socket.h"
#include "emu-transport.h"
#include "mlx5ctl.h"
#include "prm-offsets.h"

#define MOST_COMMANDS 10000

static struct mlx5ctl_command commands[MOST_COMMANDS];
static struct box {
	u8 in[PRM_SIZE(query_issi_in)];
	u8 out[PRM_SIZE(query_issi_out)];
} boxes[MOST_COMMANDS];

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void compose(void)
{
	for (size_t i = 0; i < MOST_COMMANDS; i++) {
		struct box *box = &boxes[i];

		if (!prm_set(box->in, sizeof(box->in),
			     PRM_AT(query_issi_in, opcode), PRM_OP_QUERY_ISSI))
			abort();
		commands[i] = (struct mlx5ctl_command){
			.in = box->in, .in_len = sizeof(box->in),
			.out = box->out, .out_len = sizeof(box->out),
		};
	}
}

static double rate(struct mlx5ctl_device *device, size_t n, unsigned int depth)
{
	double start = seconds();

	if (mlx5ctl_exec_many(device, commands, n, depth)) {
		fputs("A command failed.\n", stderr);
		exit(1);
	}
	return n / (seconds() - start);
}

/* The best of some rounds; depths take turns, so noise is noise for both. */
static void race(struct mlx5ctl_device *device, size_t n, int rounds)
{
	static const unsigned int depths[] = { 1, EMU_SOCKET_IN_FLIGHT };
	double best[ARRAY_SIZE(depths)] = { 0 };

	for (int round = 0; round < rounds; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(depths); i++) {
			double now = rate(device, n, depths[i]);

			if (now > best[i])
				best[i] = now;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(depths); i++)
		printf("%u %.0f\n", depths[i], best[i]);
}

int main(int argc, char **argv)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	int n = argc > 2 ? atoi(argv[2]) : 1000;
	int rounds = argc > 3 ? atoi(argv[3]) : 5;

	if (argc < 2 || n < 1 || n > MOST_COMMANDS) {
		fputs("usage: trips DEVICE [COMMANDS [ROUNDS]]\n", stderr);
		return 2;
	}
	compose();
	mlx5ctl_add_transport(&emu_transport);
	if (mlx5ctl_open(argv[1], &device, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	race(device, n, rounds);
	mlx5ctl_close(device);
	return 0;
}
