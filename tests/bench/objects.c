// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Protection domains a second, each made and given back: `objects DEVICE FILES
 * COUNT` makes COUNT one by one, and then as many by FILES open files at once,
 * each with as many in flight as a connection of the emulator's takes. Our
 * driver lets a file make one after the other, and hold 128.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "command-socket.h"
#include "emu-transport.h"
#include "mlx5ctl.h"
#include "prm-offsets.h"

struct object {
	u8 in[PRM_SIZE(alloc_pd_in)];
	u8 made[PRM_SIZE(alloc_pd_out)];
	u8 out[PRM_SIZE(dealloc_pd_out)];
};

struct file {
	struct mlx5ctl_device *device;
	struct mlx5ctl_command *commands;
	struct object *objects;
	size_t n;
	unsigned int depth;
	pthread_t thread;
};

static void die(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void exec_all(struct file *file)
{
	if (!mlx5ctl_exec_many(file->device, file->commands, file->n,
			       file->depth))
		return;
	for (size_t i = 0; i < file->n; i++)
		if (file->commands[i].result)
			die(file->commands[i].error.message);
}

static void make(struct file *file)
{
	for (size_t i = 0; i < file->n; i++) {
		struct object *object = &file->objects[i];

		if (!prm_set(object->in, sizeof(object->in),
			     PRM_AT(alloc_pd_in, opcode), PRM_OP_ALLOC_PD))
			abort();
		file->commands[i] = (struct mlx5ctl_command){
			.in = object->in, .in_len = sizeof(object->in),
			.out = object->made, .out_len = sizeof(object->made),
		};
	}
	exec_all(file);
}

static void give_back(struct file *file)
{
	for (size_t i = 0; i < file->n; i++) {
		struct object *object = &file->objects[i];
		u64 pd;

		if (!prm_get(object->made, sizeof(object->made),
			     PRM_AT(alloc_pd_out, pd), &pd) ||
		    !prm_set(object->in, sizeof(object->in),
			     PRM_AT(dealloc_pd_in, opcode),
			     PRM_OP_DEALLOC_PD) ||
		    !prm_set(object->in, sizeof(object->in),
			     PRM_AT(dealloc_pd_in, pd), pd))
			abort();
		file->commands[i].out = object->out;
		file->commands[i].out_len = sizeof(object->out);
	}
	exec_all(file);
}

static void *work(void *context)
{
	make(context);
	give_back(context);
	return NULL;
}

static struct file open_file(const char *name, size_t n, unsigned int depth)
{
	struct file file = {
		.commands = calloc(n, sizeof(*file.commands)),
		.objects = calloc(n, sizeof(*file.objects)),
		.n = n,
		.depth = depth,
	};
	struct mlx5ctl_error error;

	if (!file.commands || !file.objects)
		die("No memory is left.");
	if (mlx5ctl_open(name, &file.device, &error))
		die(error.message);
	return file;
}

static void close_file(struct file *file)
{
	mlx5ctl_close(file->device);
	free(file->commands);
	free(file->objects);
}

/* Objects a second, by as many files, of which each makes its share. */
static double rate(const char *name, size_t files, size_t n, unsigned int depth)
{
	struct file *all = calloc(files, sizeof(*all));
	double start, spent;

	if (!all)
		die("No memory is left.");
	for (size_t i = 0; i < files; i++)
		all[i] = open_file(name, n / files, depth);
	start = seconds();
	for (size_t i = 0; i < files; i++)
		if (pthread_create(&all[i].thread, NULL, work, &all[i]))
			die("No thread is to be had.");
	for (size_t i = 0; i < files; i++)
		pthread_join(all[i].thread, NULL);
	spent = seconds() - start;
	for (size_t i = 0; i < files; i++)
		close_file(&all[i]);
	free(all);
	return n / files * files / spent;
}

int main(int argc, char **argv)
{
	int files = argc == 4 ? atoi(argv[2]) : 0;
	int n = argc == 4 ? atoi(argv[3]) : 0;

	if (files < 1 || n < files || mlx5ctl_add_transport(&emu_transport)) {
		fputs("usage: objects DEVICE FILES COUNT\n", stderr);
		return 2;
	}
	printf("one-by-one %.0f\n", rate(argv[1], 1, n, 1));
	printf("at-once %.0f\n",
	       rate(argv[1], files, n, EMU_SOCKET_IN_FLIGHT));
	return 0;
}
