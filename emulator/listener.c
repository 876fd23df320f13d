// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAITING_CLIENTS = 64 };

const char *emu_listen_error(int error)
{
	switch (error) {
	case -EADDRINUSE:
		return "another process serves there";
	case -EEXIST:
		return "something else than a socket is there";
	case -ENAMETOOLONG:
		return "a socket's path has 1 to 107 bytes";
	default:
		return strerror(-error);
	}
}

/* What is there may only go if it is a socket that refuses connections. */
static int make_way(const struct sockaddr_un *address)
{
	struct stat status;
	int fd, refused;

	if (lstat(address->sun_path, &status))
		return 0;
	if (!S_ISSOCK(status.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	refused = connect(fd, (const void *)address, sizeof(*address)) &&
		  errno == ECONNREFUSED;
	close(fd);
	if (!refused)
		return -EADDRINUSE;
	unlink(address->sun_path);
	return 0;
}

int emu_listen(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, error;

	if (!*path || strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	error = make_way(&address);
	if (error)
		return error;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* The mode counts from the bind on: before listen() nobody connects. */
	if (fd >= 0 && !bind(fd, (void *)&address, sizeof(address))) {
		if (!chmod(path, 0600) && !listen(fd, WAITING_CLIENTS))
			return fd;
		error = -errno;
		unlink(path);
	} else {
		error = -errno;
	}
	if (fd >= 0)
		close(fd);
	return error;
}
