// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "listener.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WAITING_CLIENTS = 64 };

static int complain(struct emu_problem *problem, const char *path,
		    const char *why)
{
	snprintf(problem->text, sizeof(problem->text),
		 "cannot serve at %.200s: %s", path, why);
	return -1;
}

/* What is there may only go if it is a socket that refuses connections. */
static int make_way(const struct sockaddr_un *address,
		    struct emu_problem *problem)
{
	struct stat status;
	int fd, refused;

	if (lstat(address->sun_path, &status))
		return 0;
	if (!S_ISSOCK(status.st_mode))
		return complain(problem, address->sun_path,
				"something else than a socket is there");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return complain(problem, address->sun_path, strerror(errno));
	refused = connect(fd, (const void *)address, sizeof(*address)) &&
		  errno == ECONNREFUSED;
	close(fd);
	if (!refused)
		return complain(problem, address->sun_path,
				"another process serves there");
	unlink(address->sun_path);
	return 0;
}

int emu_listen(const char *path, struct emu_problem *problem)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (!*path || strlen(path) >= sizeof(address.sun_path))
		return complain(problem, path,
				"a socket's path has 1 to 107 bytes");
	strcpy(address.sun_path, path);
	if (make_way(&address, problem))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* The mode counts from the bind on: before listen() nobody connects. */
	if (fd >= 0 && !bind(fd, (void *)&address, sizeof(address))) {
		if (!chmod(path, 0600) && !listen(fd, WAITING_CLIENTS))
			return fd;
		unlink(path);
	}
	complain(problem, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
