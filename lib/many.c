// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Many commands in flight: begun by one thread where the transport can, else by
 * as many threads as may be, with one queue for all.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "prm.h"

#define MOST 256

struct queue {
	struct mlx5ctl_device *device;
	struct mlx5ctl_command *commands;
	size_t n;
	size_t next;
	pthread_mutex_t lock;
};

static struct mlx5ctl_command *take(struct queue *queue)
{
	struct mlx5ctl_command *command = NULL;

	pthread_mutex_lock(&queue->lock);
	if (queue->next < queue->n)
		command = &queue->commands[queue->next++];
	pthread_mutex_unlock(&queue->lock);
	return command;
}

static void exec(struct mlx5ctl_device *device, struct mlx5ctl_command *command)
{
	command->result = mlx5ctl_exec(device, command->in, command->in_len,
				       command->out, command->out_len,
				       &command->error);
}

static void *work(void *context)
{
	struct mlx5ctl_command *command;
	struct queue *queue = context;

	while ((command = take(queue)))
		exec(queue->device, command);
	return NULL;
}

/*
 * With no thread to be had, the caller's own does all of it. Signals are for
 * threads that the program knows.
 */
static void run_queue(struct queue *queue, unsigned int depth)
{
	pthread_t threads[MOST];
	unsigned int started = 0;
	sigset_t all, before;

	if (depth > queue->n - queue->next)
		depth = queue->n - queue->next;
	pthread_mutex_init(&queue->lock, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < depth &&
	       !pthread_create(&threads[started], NULL, work, queue))
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work(queue);
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_mutex_destroy(&queue->lock);
}

/*
 * The oldest is ended before one too many is begun; others that were answered
 * meanwhile cost nobody a change of threads. Up to the first that cannot be
 * begun at any time, which is returned.
 */
static size_t run_window(struct queue *queue, unsigned int depth)
{
	struct mlx5ctl_command *commands = queue->commands;
	void *pending[MOST];
	size_t begun = 0;
	int ret = 0;

	for (size_t ended = 0; ended < queue->n; ended++) {
		for (; begun < queue->n && begun < ended + depth; begun++) {
			ret = exec_begin(queue->device, &commands[begun],
					 &pending[begun % depth]);
			if (ret == -EAGAIN || ret == -EOPNOTSUPP)
				break;
		}
		if (ended == begun && ret == -EOPNOTSUPP)
			break;
		if (ended == begun)
			exec(queue->device, &commands[begun++]);
		else if (!commands[ended].result)
			exec_end(queue->device, &commands[ended],
				 pending[ended % depth]);
	}
	return begun;
}

static int refuse_all(struct mlx5ctl_command *commands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		memset(&commands[i].error, 0, sizeof(commands[i].error));
		commands[i].result = mlx5ctl_fail(&commands[i].error, -EINVAL,
						  "Commands need a device, and a depth of at least 1.");
	}
	return -EINVAL;
}

int mlx5ctl_exec_many(struct mlx5ctl_device *device,
		      struct mlx5ctl_command *commands, size_t n,
		      unsigned int depth)
{
	struct queue queue = { .device = device, .commands = commands, .n = n };

	if (n && !commands)
		return -EINVAL;
	if (!device || !depth)
		return refuse_all(commands, n);
	if (depth > MOST)
		depth = MOST;
	if (device->transport->begin)
		queue.next = run_window(&queue, depth);
	if (queue.next < n)
		run_queue(&queue, depth);
	for (size_t i = 0; i < n; i++)
		if (commands[i].result)
			return commands[i].result;
	return 0;
}
