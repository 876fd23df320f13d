// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The unix socket: descriptors come as SCM_RIGHTS beside the bytes. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../listener.h"
#include "transport.h"

#define RETRY_USEC	10000

struct socket_link {
	char *path;
	int listening;
	/* stop() may not shut down a number that is someone else's by then. */
	pthread_mutex_t lock;
	int client;
	bool is_stopped;
};

void vfu_fds_add(struct vfu_fds *fds, int fd)
{
	if (fds->n < VFU_MAX_FDS) {
		fds->fd[fds->n++] = fd;
		return;
	}
	fds->n_lost++;
	close(fd);
}

void vfu_fds_close(struct vfu_fds *fds)
{
	for (uint32_t i = 0; i < fds->n; i++)
		if (fds->fd[i] >= 0)
			close(fds->fd[i]);
	fds->n = 0;
}

int vfu_fds_take(struct vfu_fds *fds, uint32_t i)
{
	int fd = fds->fd[i];

	fds->fd[i] = -1;
	return fd;
}

int vfu_socket_create(const char *path, void **created)
{
	struct socket_link *link = calloc(1, sizeof(*link));
	int error = -ENOMEM;

	if (!link)
		return error;
	link->path = strdup(path);
	if (!link->path)
		goto err_free;
	link->listening = emu_listen(path);
	error = link->listening;
	if (error < 0)
		goto err_free;
	link->client = -1;
	pthread_mutex_init(&link->lock, NULL);
	*created = link;
	return 0;

err_free:
	free(link->path);
	free(link);
	return error;
}

static bool is_stopped(struct socket_link *link)
{
	bool stopped;

	pthread_mutex_lock(&link->lock);
	stopped = link->is_stopped;
	pthread_mutex_unlock(&link->lock);
	return stopped;
}

static int accept_client(void *context)
{
	struct socket_link *link = context;
	int client, error = 0;

	/* Whatever it is will pass, as a lack of descriptors does. */
	do {
		client = accept4(link->listening, NULL, NULL, SOCK_CLOEXEC);
	} while (client < 0 && !is_stopped(link) && !usleep(RETRY_USEC));
	pthread_mutex_lock(&link->lock);
	if (link->is_stopped)
		error = -ESHUTDOWN;
	else
		link->client = client;
	pthread_mutex_unlock(&link->lock);
	if (error && client >= 0)
		close(client);
	return error;
}

static void take_fds(struct msghdr *message, struct vfu_fds *fds)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(message);

	for (; part; part = CMSG_NXTHDR(message, part)) {
		size_t n = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (part->cmsg_level != SOL_SOCKET ||
		    part->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(part) + i * sizeof(fd),
			       sizeof(fd));
			vfu_fds_add(fds, fd);
		}
	}
	fds->n_lost += !!(message->msg_flags & MSG_CTRUNC);
}

static ssize_t receive(void *context, void *bytes, size_t len,
		       struct vfu_fds *fds)
{
	struct socket_link *link = context;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(VFU_MAX_FDS * sizeof(int))];
	} control;
	struct iovec vector = { bytes, len };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	do {
		n = recvmsg(link->client, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	take_fds(&message, fds);
	return n;
}

static int send_all(void *context, const void *bytes, size_t len)
{
	struct socket_link *link = context;

	for (size_t done = 0; done < len;) {
		ssize_t n = send(link->client, (const char *)bytes + done,
				 len - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n < 0 ? 0 : n;
	}
	return 0;
}

static void hang_up(void *context)
{
	struct socket_link *link = context;

	pthread_mutex_lock(&link->lock);
	close(link->client);
	link->client = -1;
	pthread_mutex_unlock(&link->lock);
}

static void stop(void *context)
{
	struct socket_link *link = context;

	pthread_mutex_lock(&link->lock);
	link->is_stopped = true;
	shutdown(link->listening, SHUT_RDWR);
	if (link->client >= 0)
		shutdown(link->client, SHUT_RDWR);
	pthread_mutex_unlock(&link->lock);
}

static void destroy(void *context)
{
	struct socket_link *link = context;

	close(link->listening);
	unlink(link->path);
	free(link->path);
	pthread_mutex_destroy(&link->lock);
	free(link);
}

const struct vfu_transport vfu_socket = {
	.accept = accept_client,
	.receive = receive,
	.send = send_all,
	.hang_up = hang_up,
	.stop = stop,
	.destroy = destroy,
};
