// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "trace-point.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verdict.h"

#define INSTANCE "mlx5ctl-"	/* and the number of the process */
#define EVENT "events/mlx5/mlx5_fw"

static const char *const roots[] = {
	"/sys/kernel/tracing", "/sys/kernel/debug/tracing",
};

static int write_file(const struct trace_point *point, const char *name,
		      const char *text)
{
	char path[256];
	ssize_t done;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", point->folder, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	done = write(fd, text, strlen(text));
	if (done < 0)
		done = -errno;
	close(fd);
	return done < 0 ? done : 0;
}

/*
 * tracefs is empty then, mounted or not, and a kernel that does not say so
 * refuses root. mlx5_core itself goes on reading.
 */
static bool is_locked(int error)
{
	return kernel_lockdown() == POLICY_LOCKDOWN_CONFIDENTIALITY ||
	       (error == -EPERM && !geteuid());
}

static int fail_locked(struct invocation *invocation, const char *pci)
{
	char instead[96];

	snprintf(instead, sizeof(instead),
		 "instead: devlink health dump show pci/%s reporter fw", pci);
	return fail(invocation, EXIT_SYSTEM, "locked-down", instead,
		    "the kernel is locked down (confidentiality), and shows its trace points to nobody");
}

static int fail_with(struct invocation *invocation, int error, const char *pci)
{
	if (is_locked(error))
		return fail_locked(invocation, pci);
	if (error == -ENODEV)
		return fail(invocation, EXIT_SYSTEM, "no-tracefs",
			    "as root: mount -t tracefs nodev /sys/kernel/tracing",
			    "tracefs is not mounted");
	if (error == -ENOENT)
		return fail(invocation, EXIT_SYSTEM, "no-trace-point",
			    "is mlx5_core loaded, and the kernel built with tracing?",
			    "the kernel has no trace point mlx5:mlx5_fw");
	if (error == -EACCES || error == -EPERM)
		return fail(invocation, EXIT_SYSTEM, "not-permitted",
			    "run this as root: sudo mlx5ctl trace",
			    "only root may follow trace points");
	return fail(invocation, EXIT_SYSTEM, "no-trace-point", NULL,
		    "the trace point mlx5:mlx5_fw cannot be followed: %s",
		    strerror(-error));
}

/* Those of processes that were killed. */
static void remove_old(const char *folder)
{
	DIR *instances = opendir(folder);
	struct dirent *entry;

	while (instances && (entry = readdir(instances))) {
		long process = 0;

		if (sscanf(entry->d_name, INSTANCE "%ld", &process) == 1 &&
		    process > 0 && kill(process, 0) && errno == ESRCH)
			unlinkat(dirfd(instances), entry->d_name, AT_REMOVEDIR);
	}
	if (instances)
		closedir(instances);
}

/* Where tracefs is mounted, and may be looked into. 0 or a negative errno. */
static int find_root(char *folder, size_t size)
{
	int error = -ENODEV;

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		snprintf(folder, size, "%s/instances", roots[i]);
		if (!access(folder, W_OK))
			return 0;
		if (errno == EACCES || errno == EPERM)
			error = -EACCES;
	}
	return error;
}

/* The events of one function, and nothing beside what they say. */
static int choose_events(struct trace_point *point)
{
	char filter[80];
	int error;

	snprintf(filter, sizeof(filter), "dev_name == \"%s\"", point->pci);
	error = write_file(point, EVENT "/filter", filter);
	if (!error)
		error = write_file(point, "options/context-info", "0");
	return error ? error : write_file(point, EVENT "/enable", "1");
}

static int open_pipe(struct trace_point *point)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/trace_pipe", point->folder);
	point->pipe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return point->pipe < 0 ? -errno : 0;
}

int trace_point_open(struct invocation *invocation, struct trace_point *point,
		     const char *pci)
{
	char folder[96];
	int error;

	memset(point, 0, sizeof(*point));
	point->pipe = -1;
	snprintf(point->pci, sizeof(point->pci), "%s", pci);
	error = find_root(folder, sizeof(folder));
	if (error)
		return fail_with(invocation, error, pci);
	remove_old(folder);
	snprintf(point->folder, sizeof(point->folder), "%s/" INSTANCE "%ld",
		 folder, (long)getpid());
	if (mkdir(point->folder, 0700)) {
		error = -errno;
		point->folder[0] = '\0';
		return fail_with(invocation, error, pci);
	}
	error = choose_events(point);
	if (!error)
		error = open_pipe(point);
	if (!error)
		return 0;
	trace_point_close(point);
	return fail_with(invocation, error, pci);
}

struct showing {
	void (*show)(void *context, const struct tracer_message *message);
	void *context;
};

static void show_message(struct trace_point *point,
			 const struct showing *showing)
{
	if (point->has_message)
		showing->show(showing->context, &point->message);
	point->has_message = false;
}

/* A line that begins no message goes on with the one before. */
static void take_line(struct trace_point *point, const char *line,
		      const struct showing *showing)
{
	struct tracer_message message;
	unsigned long long lost;
	size_t len;

	if (sscanf(line, "CPU:%*u [LOST %llu EVENTS]", &lost) == 1) {
		point->n_lost += lost;
		return;
	}
	if (tracer_read_line(line, point->pci, &message)) {
		show_message(point, showing);
		point->message = message;
		point->has_message = true;
		return;
	}
	len = strlen(point->message.text);
	snprintf(point->message.text + len, sizeof(point->message.text) - len,
		 "\n%s", line);
}

static void take_lines(struct trace_point *point,
		       const struct showing *showing)
{
	char *at = point->bytes, *end;

	while ((end = memchr(at, '\n', point->bytes + point->len - at))) {
		*end = '\0';
		take_line(point, at, showing);
		at = end + 1;
	}
	point->len -= at - point->bytes;
	memmove(point->bytes, at, point->len);
	/* No line of the trace point's is as long as that. */
	if (point->len == sizeof(point->bytes))
		point->len = 0;
}

bool trace_point_read(struct trace_point *point,
		      void (*show)(void *context,
				   const struct tracer_message *message),
		      void *context)
{
	const struct showing showing = { show, context };
	bool is_good;
	ssize_t got;

	while ((got = read(point->pipe, point->bytes + point->len,
			   sizeof(point->bytes) - point->len)) > 0) {
		point->len += got;
		take_lines(point, &showing);
	}
	is_good = got == 0 || errno == EAGAIN || errno == EINTR;
	show_message(point, &showing);
	return is_good;
}

void trace_point_close(struct trace_point *point)
{
	if (point->pipe >= 0)
		close(point->pipe);
	point->pipe = -1;
	if (point->folder[0])
		rmdir(point->folder);
	point->folder[0] = '\0';
}
