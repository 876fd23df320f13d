// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "emu-state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "policy.h"
#include "prm-offsets.h"

#define MOST_BYTES (4 << 20)

/* The folder with a slash at its end; false where none is to be had. */
static bool folder_of(char *folder, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	/* A relative one is to be ignored, says the specification. */
	if (state && state[0] == '/')
		return snprintf(folder, size, "%s/mlx5ctl/", state) < (int)size;
	if (home && home[0] == '/')
		return snprintf(folder, size, "%s/.local/state/mlx5ctl/",
				home) < (int)size;
	return false;
}

void emu_state_begin(struct emu_state *state, const char *card)
{
	char folder[PATH_MAX];

	memset(state, 0, sizeof(*state));
	state->held = -1;
	pthread_mutex_init(&state->lock, NULL);
	if (!folder_of(folder, sizeof(folder)) ||
	    snprintf(state->path, sizeof(state->path), "%s%s.json", folder,
		     card) >= (int)sizeof(state->path) - 8)
		state->path[0] = 0;
}

void emu_state_end(struct emu_state *state)
{
	pthread_mutex_destroy(&state->lock);
}

bool emu_state_concerns(const u8 *in, u32 in_len, bool *is_write)
{
	u32 id = policy_register_of(in, in_len);
	u64 op_mod;

	if (!prm_get(in, in_len, PRM_AT(access_reg_in, op_mod), &op_mod))
		return false;
	*is_write = !op_mod;
	return id == PRM_REG_MNVDA || id == PRM_REG_MNVIA || id == PRM_REG_MFRL;
}

/* The error that a caller gets for a file that cannot be used. */
static int code_of(int number)
{
	switch (number) {
	case EACCES:
	case EROFS:
		return -EACCES;
	case EMFILE:
	case ENOMEM:
		return -number;
	}
	return -EIO;
}

static int cannot_read(const struct emu_state *state,
		       struct mlx5ctl_error *error)
{
	if (error)
		error->hint = "let $XDG_STATE_HOME name a folder of yours";
	return mlx5ctl_fail(error, code_of(errno),
			    "%.150s cannot be read: %s.", state->path,
			    strerror(errno));
}

static int unusable(const struct emu_state *state, const char *why,
		    struct mlx5ctl_error *error)
{
	if (error)
		error->hint = "delete the file to begin with the card's own configuration";
	return mlx5ctl_fail(error, -EIO, "%.150s %.90s.", state->path, why);
}

static char *read_all(int fd, const struct stat *status)
{
	char *text = status->st_size < MOST_BYTES ?
		     malloc(status->st_size + 1) : NULL;
	ssize_t n = text ? read(fd, text, status->st_size) : -1;

	if (n >= 0 && n == status->st_size && !memchr(text, 0, n)) {
		text[n] = 0;
		return text;
	}
	free(text);
	return NULL;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int load(struct emu_state *state, struct emu_device *device,
		struct mlx5ctl_error *error)
{
	int fd = state->path[0] ? open(state->path, O_RDONLY | O_CLOEXEC) : -1;
	struct emu_problem problem = { "cannot be read" };
	struct stat status;
	char *text = NULL;
	int ret = -1;

	if (fd < 0)
		return !state->path[0] || errno == ENOENT || errno == ENOTDIR ?
		       0 : cannot_read(state, error);
	if (!fstat(fd, &status)) {
		if (is_same(&status, &state->seen)) {
			close(fd);
			return 0;
		}
		text = read_all(fd, &status);
	}
	if (text)
		ret = emu_nv_restore(device, text, &problem);
	if (!ret)
		state->seen = status;
	free(text);
	close(fd);
	return ret ? unusable(state, problem.text, error) : 0;
}

int emu_state_load(struct emu_state *state, struct emu_device *device,
		   struct mlx5ctl_error *error)
{
	int ret;

	pthread_mutex_lock(&state->lock);
	ret = load(state, device, error);
	pthread_mutex_unlock(&state->lock);
	return ret;
}

/* Every folder above the file, for this user only. */
static void make_folders(const char *path)
{
	char folder[PATH_MAX];

	for (const char *at = strchr(path + 1, '/'); at;
	     at = strchr(at + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(at - path),
			 path);
		mkdir(folder, 0700);
	}
}

static int cannot_keep(const struct emu_state *state,
		       struct mlx5ctl_error *error)
{
	if (error)
		error->hint = "let $XDG_STATE_HOME name a folder of yours";
	return mlx5ctl_fail(error, code_of(errno),
			    "The configuration cannot be kept in %.120s: %s.",
			    state->path[0] ? state->path : "any folder",
			    strerror(errno));
}

static void release(struct emu_state *state)
{
	free(state->before);
	state->before = NULL;
	if (state->held >= 0)
		close(state->held);
	state->held = -1;
	pthread_mutex_unlock(&state->lock);
}

int emu_state_lock(struct emu_state *state, struct emu_device *device,
		   struct mlx5ctl_error *error)
{
	char path[PATH_MAX + 8];
	int ret;

	pthread_mutex_lock(&state->lock);
	snprintf(path, sizeof(path), "%s.lock", state->path);
	errno = ENOENT;
	if (state->path[0]) {
		make_folders(state->path);
		state->held = open(path, O_RDWR | O_CREAT | O_CLOEXEC |
				   O_NOFOLLOW, 0600);
	}
	if (state->held < 0 || flock(state->held, LOCK_EX))
		ret = cannot_keep(state, error);
	else
		ret = load(state, device, error);
	if (!ret)
		state->before = emu_nv_save(device);
	if (!ret && !state->before)
		ret = mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	if (ret)
		release(state);
	return ret;
}

static bool write_all(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno != EINTR)
			return false;
		text += n > 0 ? n : 0;
		length -= n > 0 ? n : 0;
	}
	return !fsync(fd);
}

/* A file of another name first: this one is whole at any moment. */
static int replace(struct emu_state *state, const char *text)
{
	char path[PATH_MAX + 8];
	struct stat status;
	bool is_good;
	int fd;

	snprintf(path, sizeof(path), "%s.new", state->path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd < 0)
		return -1;
	is_good = write_all(fd, text) && !fstat(fd, &status);
	is_good &= !close(fd);
	if (is_good && !rename(path, state->path)) {
		state->seen = status;
		return 0;
	}
	unlink(path);
	return -1;
}

int emu_state_unlock(struct emu_state *state, struct emu_device *device,
		     struct mlx5ctl_error *error)
{
	char *text = emu_nv_save(device);
	struct emu_problem problem;
	int ret = 0;

	errno = ENOMEM;
	if (!text || (strcmp(text, state->before) && replace(state, text))) {
		ret = cannot_keep(state, error);
		emu_nv_restore(device, state->before, &problem);
	}
	free(text);
	release(state);
	return ret;
}
