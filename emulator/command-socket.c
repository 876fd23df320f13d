// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Frames on a socket: whole ones, in time, with a file descriptor or none. */
#include "command-socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t emu_deadline(unsigned int ms)
{
	return now_ms() + ms;
}

static int wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int64_t left = -1;
	int ready;

	if (deadline >= 0) {
		left = deadline - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
	}
	ready = poll(&poll_fd, 1, left);
	return ready < 0 && errno != EINTR ? -ENODEV : 0;
}

/* What a failed call means: try again when there is reason to, or the end. */
static int again(int fd, short events, int64_t deadline)
{
	if (errno == EINTR)
		return 0;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return -ENODEV;
	return wait_for(fd, events, deadline);
}

static void attach(struct msghdr *message, void *control, size_t size, int fd)
{
	struct cmsghdr *header;

	message->msg_control = control;
	message->msg_controllen = size;
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
}

static void skip(struct iovec *parts, size_t n)
{
	for (int i = 0; i < 2 && n; i++) {
		size_t part = n < parts[i].iov_len ? n : parts[i].iov_len;

		if (!part)
			continue;
		parts[i].iov_base = (char *)parts[i].iov_base + part;
		parts[i].iov_len -= part;
		n -= part;
	}
}

int emu_frame_send(int fd, const struct emu_frame *frame, const void *bytes,
		   int passed, int64_t deadline)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec parts[2] = {
		{ (void *)frame, sizeof(*frame) },
		{ (void *)bytes, frame->length },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	int error = 0;

	if (passed >= 0)
		attach(&message, control, sizeof(control), passed);
	while (!error && parts[0].iov_len + parts[1].iov_len) {
		ssize_t sent = sendmsg(fd, &message,
				       MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0) {
			error = again(fd, POLLOUT, deadline);
			continue;
		}
		message.msg_control = NULL;
		message.msg_controllen = 0;
		skip(parts, sent);
	}
	return error;
}

/* All that came is closed if it is not exactly one, where one is wanted. */
static int take_passed(struct msghdr *message, int *passed)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int fds[8];
	size_t n;

	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(header), n * sizeof(int));
	if (n == 1 && *passed < 0 && !(message->msg_flags & MSG_CTRUNC)) {
		*passed = fds[0];
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	return -EPROTO;
}

static int receive(int fd, void *bytes, size_t len, int *passed,
		   int64_t deadline)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))];
	char *at = bytes;
	int error = 0;

	while (!error && len) {
		struct iovec part = { at, len };
		struct msghdr message = {
			.msg_iov = &part, .msg_iovlen = 1,
			.msg_control = passed ? control : NULL,
			.msg_controllen = passed ? sizeof(control) : 0,
		};
		ssize_t got = recvmsg(fd, &message,
				      MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

		if (got < 0) {
			error = again(fd, POLLIN, deadline);
			continue;
		}
		if (passed)
			error = take_passed(&message, passed);
		if (!got)
			return -ENODEV;
		at += got;
		len -= got;
	}
	return error;
}

int emu_frame_receive(int fd, struct emu_frame *frame, int *passed,
		      int64_t deadline)
{
	int error;

	if (passed)
		*passed = -1;
	error = receive(fd, frame, sizeof(*frame), passed, deadline);
	if (error && passed && *passed >= 0) {
		close(*passed);
		*passed = -1;
	}
	return error;
}

int emu_bytes_receive(int fd, void *bytes, uint32_t len, int64_t deadline)
{
	return receive(fd, bytes, len, NULL, deadline);
}
