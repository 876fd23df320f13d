// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * An empty file per device under the runtime directory, held by flock(): what
 * the kernel gives back when a process dies cannot be left behind.
 */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "emu-door.h"
#include "output.h"
#include "pci.h"
#include "session.h"
#include "stop.h"

static int lock = -1;

/* Every root meets in /run, whichever way they became root. */
static const char *runtime_folder(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	if (!folder || folder[0] != '/' ||
	    (!geteuid() && !strncmp(folder, "/run/user/", 10)))
		return "/run";
	return folder;
}

static void emulated_key(const char *device, char *key, size_t size)
{
	char socket[PATH_MAX];
	const char *path = emu_door_path(device);
	char *whole;

	if (path && emu_door_socket_of(device, socket, sizeof(socket)))
		path = socket;
	whole = path ? realpath(path, NULL) : NULL;
	snprintf(key, size, "%s", whole ? whole : path ? path : "emu");
	free(whole);
}

/* Two names of one device are one name here, and so are its two nodes. */
static int device_key(struct invocation *invocation, char *key, size_t size)
{
	struct mlx5ctl_device_info info;

	if (session_info(invocation, &info))
		return -1;
	if (device_is_emulated(invocation->device_name))
		emulated_key(invocation->device_name, key, size);
	else if (!pci_of_device(info.device, key, size))
		snprintf(key, size, "%s", info.device);
	for (; *key; key++)
		if (*key == '/')
			*key = '_';
	return 0;
}

static int open_lock(struct invocation *invocation, const char *key)
{
	char path[PATH_MAX];
	size_t folder;

	folder = snprintf(path, sizeof(path), "%s/mlx5ctl", runtime_folder());
	if (folder >= sizeof(path) || (mkdir(path, 0700) && errno != EEXIST))
		folder = 0;
	if (folder)
		snprintf(path + folder, sizeof(path) - folder, "/%.200s.lock",
			 key);
	lock = folder ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			     0600) : -1;
	if (lock >= 0)
		return 0;
	return fail(invocation, EXIT_SYSTEM, "no-lock",
		    "let $XDG_RUNTIME_DIR name a folder of yours",
		    "two changes at once cannot be kept apart: %.300s: %s",
		    path, strerror(errno));
}

static void stop_waiting(int signal)
{
	(void)signal;
}

/* SIGALRM only interrupts the wait. */
static int wait_for_lock(struct invocation *invocation)
{
	struct sigaction action = { .sa_handler = stop_waiting };
	u64 seconds = 0;
	int result;

	if (!flock(lock, LOCK_EX | LOCK_NB))
		return 0;
	output_note(invocation, "mlx5ctl: waiting for another mlx5ctl that changes %s",
		    invocation->device_name);
	option_number(invocation, "timeout", UINT32_MAX, &seconds);
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
	result = flock(lock, LOCK_EX);
	alarm(0);
	if (!result)
		return 0;
	return fail(invocation, EXIT_SYSTEM, errno == EINTR ? "busy" : "no-lock",
		    NULL, errno == EINTR ?
		    "another mlx5ctl still changes %s" :
		    "%s cannot be locked", invocation->device_name);
}

int lock_take(struct invocation *invocation)
{
	char key[PATH_MAX];

	output_if_interrupted(invocation, "the change was interrupted",
			      "nothing of it was written");
	if (device_key(invocation, key, sizeof(key)) ||
	    open_lock(invocation, key))
		return -1;
	if (!wait_for_lock(invocation))
		return 0;
	lock_release();
	return -1;
}

void lock_release(void)
{
	stop_words(-1, NULL);
	if (lock >= 0)
		close(lock);
	lock = -1;
}
