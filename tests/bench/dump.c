// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The same dump of 2 MiB through memory and inline: `dump DEVICE` prints bytes,
 * and then for each way its rounds and milliseconds, objects made and let go
 * again included. The inline one is taken once, for it is long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "emu-transport.h"
#include "mlx5ctl.h"

#define RX_SLICE_ALL 0x2001
#define MEMORY (4u << 20)
#define TIMES 5

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int take(void *context, const void *bytes, uint32_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

static double dump_once(struct mlx5ctl_device *device,
			struct mlx5ctl_dump *dump)
{
	const struct mlx5ctl_dump_request request = { .type = RX_SLICE_ALL };
	struct mlx5ctl_error error;
	double start = milliseconds();

	dump->take = take;
	if (!mlx5ctl_resource_dump(device, &request, dump, &error))
		return milliseconds() - start;
	fprintf(stderr, "%s\n", error.message);
	exit(1);
}

int main(int argc, char **argv)
{
	struct mlx5ctl_dump through = { .memory = MEMORY }, inlined = { 0 };
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	double best = 1e9, slow;

	if (argc != 2 || mlx5ctl_add_transport(&emu_transport))
		return 2;
	if (mlx5ctl_open(argv[1], &device, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	slow = dump_once(device, &inlined);
	for (int i = 0; i < TIMES; i++) {
		double now = dump_once(device, &through);

		if (now < best)
			best = now;
	}
	printf("%llu %u %.2f %u %.2f\n", (unsigned long long)through.length,
	       through.rounds, best, inlined.rounds, slow);
	mlx5ctl_close(device);
	return 0;
}
