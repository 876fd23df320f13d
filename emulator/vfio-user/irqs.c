// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Interrupts: eventfds that the client gives, one for each vector.
 *
 * A client shares their file status flags, so it may make one blocking again
 * at any time, fill it, and have whoever write()s to it wait for ever. The
 * kernel itself never waits when it signals one: an asynchronous request that
 * is done as soon as it is submitted (an eventfd is always ready for one of
 * both) makes it do so. There is one context for all servers, as the kernel
 * takes its time to end one.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "parts.h"

#define REQUESTS_AT_ONCE 256	/* at most one of each server */

void vfu_irqs_init(struct vfu_irqs *irqs)
{
	memset(irqs, 0, sizeof(*irqs));
	pthread_mutex_init(&irqs->lock, NULL);
}

static void put(struct vfu_vectors *vectors, uint32_t i, int eventfd)
{
	if (vectors->eventfd[i] >= 0)
		close(vectors->eventfd[i]);
	vectors->eventfd[i] = eventfd;
}

static void drop(struct vfu_vectors *vectors)
{
	for (uint32_t i = 0; i < vectors->n; i++)
		put(vectors, i, -1);
}

void vfu_irqs_drop(struct vfu_irqs *irqs)
{
	pthread_mutex_lock(&irqs->lock);
	for (uint32_t i = 0; i < VFU_N_IRQS; i++)
		drop(&irqs->kind[i]);
	pthread_mutex_unlock(&irqs->lock);
}

void vfu_irqs_destroy(struct vfu_irqs *irqs)
{
	vfu_irqs_drop(irqs);
	for (uint32_t i = 0; i < VFU_N_IRQS; i++)
		free(irqs->kind[i].eventfd);
	pthread_mutex_destroy(&irqs->lock);
}

static int resize(struct vfu_vectors *vectors, uint32_t n)
{
	int *eventfd = malloc(n ? n * sizeof(*eventfd) : 1);

	if (!eventfd)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		eventfd[i] = -1;
	drop(vectors);
	free(vectors->eventfd);
	*vectors = (struct vfu_vectors){ eventfd, n };
	return 0;
}

int vfu_irqs_resize(struct vfu_irqs *irqs, const uint32_t counts[VFU_N_IRQS])
{
	int error = 0;

	pthread_mutex_lock(&irqs->lock);
	for (uint32_t i = 0; i < VFU_N_IRQS && !error; i++)
		error = counts[i] > VFU_MAX_VECTORS ? -EINVAL :
			resize(&irqs->kind[i], counts[i]);
	pthread_mutex_unlock(&irqs->lock);
	return error;
}

/* Whatever else we could be given might block us, or end us (SIGPIPE). */
static bool is_eventfd(int fd)
{
	static const char wanted[] = "anon_inode:[eventfd]";
	char path[40];
	char target[sizeof(wanted)];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target));
	return n == (ssize_t)strlen(wanted) && !memcmp(target, wanted, n);
}

static struct {
	aio_context_t context;
	int error;
} requests;

static void set_up_requests(void)
{
	if (syscall(SYS_io_setup, REQUESTS_AT_ONCE, &requests.context))
		requests.error = -errno;
}

static int prepare_to_signal(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_up_requests);
	return requests.error;
}

static int assign(struct vfu_vectors *vectors, const struct vfio_irq_set *set,
		  struct vfu_fds *fds)
{
	int error = fds->n ? prepare_to_signal() : 0;

	if (error)
		return error;
	if (fds->n && fds->n != set->count)
		return -EINVAL;
	for (uint32_t i = 0; i < fds->n; i++)
		if (!is_eventfd(fds->fd[i]))
			return -EINVAL;
	for (uint32_t i = 0; i < set->count; i++)
		put(vectors, set->start + i,
		    fds->n ? vfu_fds_take(fds, i) : -1);
	return 0;
}

static void signal_vector(const struct vfu_vectors *vectors, uint32_t i)
{
	struct iocb request = {
		.aio_lio_opcode = IOCB_CMD_POLL,
		.aio_buf = POLLIN | POLLOUT,
		.aio_flags = IOCB_FLAG_RESFD,
	};
	struct iocb *submitted[] = { &request };
	struct io_event done;

	if (i >= vectors->n || vectors->eventfd[i] < 0)
		return;
	request.aio_fildes = vectors->eventfd[i];
	request.aio_resfd = vectors->eventfd[i];
	if (syscall(SYS_io_submit, requests.context, 1, submitted) == 1)
		syscall(SYS_io_getevents, requests.context, 0, 1, &done, NULL);
}

/* A client may trigger an interrupt itself, of those that `bools` says. */
static void trigger(const struct vfu_vectors *vectors,
		    const struct vfio_irq_set *set, const uint8_t *bools)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (!bools || bools[i])
			signal_vector(vectors, set->start + i);
}

static int act(struct vfu_vectors *vectors, const struct vfio_irq_set *set,
	       uint32_t n_data, struct vfu_fds *fds)
{
	uint32_t data = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	bool is_bool = data == VFIO_IRQ_SET_DATA_BOOL;

	if (n_data != (is_bool ? set->count : 0))
		return -EINVAL;
	if (data == VFIO_IRQ_SET_DATA_EVENTFD)
		return set->count ? assign(vectors, set, fds) : -EINVAL;
	if (fds->n)
		return -EINVAL;
	if (data == VFIO_IRQ_SET_DATA_NONE && !set->count && !set->start)
		drop(vectors);
	else if (!set->count || (!is_bool && data != VFIO_IRQ_SET_DATA_NONE))
		return -EINVAL;
	else
		trigger(vectors, set, is_bool ? set->data : NULL);
	return 0;
}

int vfu_irqs_set(struct vfu_irqs *irqs, const struct vfio_irq_set *set,
		 uint32_t n_data, struct vfu_fds *fds)
{
	const uint32_t known = VFIO_IRQ_SET_DATA_TYPE_MASK |
			       VFIO_IRQ_SET_ACTION_TYPE_MASK;
	struct vfu_vectors *vectors;
	int error = -EINVAL;

	/* None of the kinds says that it can be masked by message. */
	if (set->index >= VFU_N_IRQS || set->flags & ~known ||
	    (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) !=
	    VFIO_IRQ_SET_ACTION_TRIGGER)
		return -EINVAL;
	vectors = &irqs->kind[set->index];
	pthread_mutex_lock(&irqs->lock);
	if (set->start <= vectors->n && set->count <= vectors->n - set->start)
		error = act(vectors, set, n_data, fds);
	pthread_mutex_unlock(&irqs->lock);
	return error;
}

void vfu_interrupt(struct vfu_server *server, uint32_t vector)
{
	struct vfu_irqs *irqs = &server->irqs;

	pthread_mutex_lock(&irqs->lock);
	signal_vector(&irqs->kind[VFIO_PCI_MSIX_IRQ_INDEX], vector);
	pthread_mutex_unlock(&irqs->lock);
}
