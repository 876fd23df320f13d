// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Read the general capabilities and the issue of the command interface at
 * once, of the device that is named:
 *
 *     cc many.c $(pkg-config --cflags --libs mlx5ctl) -o many
 */
#include <mlx5ctl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	static uint8_t in[2][16], out[2][16 + MLX5CTL_CAPABILITY_BYTES];
	struct mlx5ctl_command commands[2] = {
		{ .in = in[0], .in_len = 16, .out = out[0], .out_len = sizeof(out[0]) },
		{ .in = in[1], .in_len = 16, .out = out[1], .out_len = 112 },
	};
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	if (argc != 2) {
		for (unsigned int i = 0; mlx5ctl_capability(i); i++)
			printf("%s\n", mlx5ctl_capability(i)->name);
		return 0;
	}
	if (mlx5ctl_open(argv[1], &device, &error)) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	mlx5ctl_capability_command(0, 0, in[0], sizeof(in[0]));
	mlx5ctl_object_command("issi", NULL, 0, in[1], sizeof(in[1]));
	if (mlx5ctl_exec_many(device, commands, 2, 2)) {
		fprintf(stderr, "%s\n", commands[!commands[0].result].error.message);
		return 1;
	}
	printf("log_max_qp %u, issi %u\n", out[0][16 + 0x13] & 31, out[1][11]);
	mlx5ctl_close(device);
	return 0;
}
