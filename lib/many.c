// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Many commands in flight: begun by one thread where the transport can, or by
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

static void *work(void *context)
{
	struct mlx5ctl_command *command;
	struct queue *queue = context;

	while ((command = take(queue)))
		command->result = mlx5ctl_exec(queue->device, command->in,
					       command->in_len, command->out,
					       command->out_len,
					       &command->error);
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

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < depth &&
	       !pthread_create(&threads[started], NULL, work, queue))
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work(queue);
	while (started)
		pthread_join(threads[--started], NULL);
}

/*
 * The oldest is ended before one too many is begun; others that were answered
 * meanwhile cost nobody a change of threads. Up to the first that cannot be
 * begun, which is returned.
 */
static size_t run_window(struct queue *queue, unsigned int depth)
{
	void *pending[MOST];
	size_t begun = 0;

	for (size_t ended = 0;; ended++) {
		while (begun < queue->n && begun < ended + depth &&
		       !exec_begin(queue->device, &queue->commands[begun],
				   &pending[begun % depth]))
			begun++;
		if (ended == begun)
			return begun;
		if (pending[ended % depth])
			exec_end(queue->device, &queue->commands[ended],
				 pending[ended % depth]);
	}
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
	queue.next = run_window(&queue, depth);
	if (depth > n - queue.next)
		depth = n - queue.next;
	pthread_mutex_init(&queue.lock, NULL);
	if (depth)
		run_queue(&queue, depth);
	pthread_mutex_destroy(&queue.lock);
	for (size_t i = 0; i < n; i++)
		if (commands[i].result)
			return commands[i].result;
	return 0;
}
