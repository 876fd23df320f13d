// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "stop.h"

/* The file that is being written, for whoever has to end at once. */
static char temporary[PATH_MAX];
static char marked[PATH_MAX];
static volatile sig_atomic_t is_writing;

void save_abandon(void)
{
	if (is_writing)
		unlink(temporary);
	is_writing = 0;
}

const char *save_interrupted(void)
{
	struct stat status;

	if (!is_writing || stat(temporary, &status) || !status.st_size ||
	    rename(temporary, marked)) {
		save_abandon();
		return NULL;
	}
	is_writing = 0;
	return marked;
}

static int fail_file(struct invocation *invocation, const char *path)
{
	return fail(invocation, EXIT_SYSTEM, "no-access", NULL,
		    "%.200s cannot be written: %s", path, strerror(errno));
}

static int fail_kind(struct invocation *invocation, const char *path)
{
	return fail_usage(invocation, "not-a-file",
			  invocation->command->flags & COMMAND_BYTES ?
			  "for a pipe, a device or standard output say -o binary instead" :
			  NULL, "-w takes a file; %.200s is no ordinary file",
			  path);
}

/* Where the file is to be, through links; what is no file is not replaced. */
static char *resolve(struct invocation *invocation, const char *path)
{
	struct stat status;
	char *whole;

	if (stat(path, &status))
		return strdup(path);
	if (!S_ISREG(status.st_mode)) {
		fail_kind(invocation, path);
		return NULL;
	}
	/* Under the name that was given, unless that is a link. */
	whole = !lstat(path, &status) && S_ISLNK(status.st_mode) ?
		realpath(path, NULL) : NULL;
	return whole ? whole : strdup(path);
}

int save_begin(struct invocation *invocation, struct save *save,
	       const char *path)
{
	*save = (struct save){ .fd = -1 };
	SHA256Init(&save->hash);
	output_if_interrupted(invocation, "interrupted", "nothing is kept");
	if (!path)
		return 0;
	if (!*path)
		return fail_usage(invocation, "no-file", NULL,
				  "the name of the file is empty");
	if (!strcmp(path, "-"))
		return fail_kind(invocation, path);
	save->path = resolve(invocation, path);
	if (!save->path)
		return fail_memory(invocation);
	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", save->path);
	if (snprintf(marked, sizeof(marked), "%s.incomplete", save->path) >=
	    (int)sizeof(marked)) {
		errno = ENAMETOOLONG;
		return fail_file(invocation, path);
	}
	stop_hold();
	save->fd = mkostemp(temporary, O_CLOEXEC);
	is_writing = save->fd >= 0;
	stop_go_on();
	return save->fd < 0 ? fail_file(invocation, path) : 0;
}

int save_write(struct invocation *invocation, struct save *save,
	       const void *bytes, size_t n)
{
	const u8 *from = bytes;

	SHA256Update(&save->hash, bytes, n);
	save->length += n;
	while (save->fd >= 0 && n) {
		ssize_t written = write(save->fd, from, n);

		if (written < 0 && errno != EINTR)
			return fail_file(invocation, save->path);
		if (written > 0) {
			from += written;
			n -= written;
		}
	}
	return 0;
}

/* The name, too, has to be on the disk. */
static void sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) :
			-1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

static int name(struct invocation *invocation, struct save *save,
		bool is_whole)
{
	char *path = is_whole ? save->path : strdup(marked);

	if (!path)
		return fail_memory(invocation);
	if (!is_whole)
		free(save->path);
	save->path = path;
	if (fsync(save->fd) || rename(temporary, path))
		return fail_file(invocation, path);
	is_writing = 0;
	sync_folder(path);
	return 0;
}

int save_end(struct invocation *invocation, struct save *save, bool is_whole)
{
	int result = 0;

	stop_words(-1, NULL);
	if (save->fd < 0)
		return 0;
	if (save->length && !invocation->failure.happened)
		result = name(invocation, save, is_whole);
	save_abandon();
	close(save->fd);
	save->fd = -1;
	return result;
}

void save_free(struct save *save)
{
	stop_words(-1, NULL);
	if (save->fd >= 0) {
		save_abandon();
		close(save->fd);
	}
	free(save->path);
	*save = (struct save){ .fd = -1 };
}
