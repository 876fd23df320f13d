// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A connection to a connectx-emu that many threads share. Each sends its own
 * request; of those who wait for answers one reads, for all.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "command-socket.h"
#include "emu-door.h"

/* Bytes of what is begun: a socket holds EMU_SOCKET_IN_FLIGHT of those. */
#define MOST_AHEAD 1024

/* A request under way. */
struct waiting {
	struct waiting *next;
	u64 id;
	u32 type;
	void *out;		/* the answer has exactly these bytes ... */
	u32 out_len;
	u32 unit;		/* ... or up to those, in units of so many */
	int64_t deadline;
	int result;		/* 1: not answered yet */
	bool is_filled;		/* the reader is at its bytes just now */
	bool is_waited;		/* by a thread, which can be woken to read */
	pthread_cond_t changed;	/* each its own: none wakes for another */
};

struct connection {
	int fd;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	unsigned int timeout_ms;
	u32 uctx_cap;
	pthread_mutex_t sending;
	pthread_mutex_t lock;	/* of all that follows */
	struct waiting *first;
	u64 last_id;
	bool has_reader;
	int broken;		/* what ended the connection; 0: it lives */
};

const char *emu_door_path(const char *device)
{
	return !strncmp(device, "emu:", 4) && strchr(device + 4, '/') ?
	       device + 4 : NULL;
}

/* The socket itself, or SOCKET where the tool's is SOCKET.cmd. */
bool emu_door_socket_of(const char *device, char *path, size_t size)
{
	static const char *const endings[] = { ".cmd", "" };
	const char *name = emu_door_path(device);
	struct stat status;

	for (size_t i = 0; name && i < ARRAY_SIZE(endings); i++) {
		int length = snprintf(path, size, "%s%s", name, endings[i]);

		if (length < (int)size && !stat(path, &status) &&
		    S_ISSOCK(status.st_mode))
			return true;
	}
	return false;
}

static bool claims(const char *device)
{
	char path[4096];

	return emu_door_socket_of(device, path, sizeof(path));
}

/* The lock is held. */
static void break_off(struct connection *connection, int error)
{
	if (!connection->broken)
		connection->broken = error;
	shutdown(connection->fd, SHUT_RDWR);
	for (struct waiting *one = connection->first; one; one = one->next)
		pthread_cond_signal(&one->changed);
}

static struct waiting *find(struct connection *connection, u64 id)
{
	struct waiting *found = connection->first;

	while (found && found->id != id)
		found = found->next;
	return found;
}

/* An answer that nobody asked for, or of another shape, is no answer. */
static bool fits(const struct waiting *waiting, const struct emu_frame *frame)
{
	if (!waiting || waiting->type != frame->type || frame->result > 0 ||
	    waiting->result <= 0)
		return false;
	if (frame->result)
		return !frame->length;
	if (waiting->unit)
		return frame->length <= waiting->out_len &&
		       frame->length % waiting->unit == 0;
	return frame->length == waiting->out_len;
}

/* Take one answer off the socket; the lock is held, but not while reading. */
static int read_answer(struct connection *connection, int64_t deadline)
{
	struct waiting *waiting;
	struct emu_frame frame;
	int error;

	pthread_mutex_unlock(&connection->lock);
	error = emu_frame_receive(connection->fd, &frame, NULL, deadline);
	pthread_mutex_lock(&connection->lock);
	if (error)
		return error;
	waiting = find(connection, frame.id);
	if (!fits(waiting, &frame))
		return -EPROTO;
	waiting->is_filled = true;
	pthread_mutex_unlock(&connection->lock);
	error = emu_bytes_receive(connection->fd, waiting->out, frame.length,
				  deadline);
	pthread_mutex_lock(&connection->lock);
	waiting->is_filled = false;
	if (!error) {
		waiting->out_len = frame.length;
		waiting->result = frame.result;
		pthread_cond_signal(&waiting->changed);
	}
	return error;
}

static void wait_for_reader(struct connection *connection,
			    struct waiting *waiting)
{
	const struct timespec until = {
		.tv_sec = waiting->deadline / 1000,
		.tv_nsec = waiting->deadline % 1000 * 1000000,
	};

	if (pthread_cond_timedwait(&waiting->changed, &connection->lock,
				   &until))
		break_off(connection, -ETIMEDOUT);
}

/* Somebody who still waits is to read, unless somebody does. */
static void hand_over(struct connection *connection)
{
	struct waiting *next = connection->first;

	while (next && (next->result <= 0 || !next->is_waited))
		next = next->next;
	if (next && !connection->has_reader)
		pthread_cond_signal(&next->changed);
}

/* The lock is held. When one has read its own answer, another reads on. */
static void wait_for_answer(struct connection *connection,
			    struct waiting *waiting)
{
	waiting->is_waited = true;
	while (waiting->is_filled ||
	       (waiting->result > 0 && !connection->broken)) {
		int error;

		if (waiting->is_filled || connection->has_reader) {
			wait_for_reader(connection, waiting);
			continue;
		}
		connection->has_reader = true;
		error = read_answer(connection, waiting->deadline);
		connection->has_reader = false;
		if (error)
			break_off(connection, error);
	}
	if (waiting->result > 0)
		waiting->result = connection->broken;
	hand_over(connection);
}

static void begin(struct connection *connection, struct waiting *waiting,
		  struct emu_frame *frame)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&waiting->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_lock(&connection->lock);
	waiting->id = frame->id = ++connection->last_id;
	waiting->type = frame->type;
	waiting->deadline = emu_deadline(connection->timeout_ms);
	waiting->next = connection->first;
	connection->first = waiting;
	pthread_mutex_unlock(&connection->lock);
}

static void end(struct connection *connection, struct waiting *waiting)
{
	struct waiting **link = &connection->first;

	while (*link != waiting)
		link = &(*link)->next;
	*link = waiting->next;
	pthread_cond_destroy(&waiting->changed);
}

/* It is the caller's turn to send, which ends. */
static void send_request(struct connection *connection, struct emu_frame frame,
			 const void *bytes, int passed,
			 struct waiting *waiting)
{
	int error;

	begin(connection, waiting, &frame);
	error = emu_frame_send(connection->fd, &frame, bytes, passed,
			       waiting->deadline);
	pthread_mutex_unlock(&connection->sending);
	if (!error)
		return;
	pthread_mutex_lock(&connection->lock);
	break_off(connection, error);
	pthread_mutex_unlock(&connection->lock);
}

/* The result of the request, or what ended the connection. */
static int take_answer(struct connection *connection, struct waiting *waiting)
{
	pthread_mutex_lock(&connection->lock);
	wait_for_answer(connection, waiting);
	end(connection, waiting);
	pthread_mutex_unlock(&connection->lock);
	return waiting->result;
}

static int ask_for(struct connection *connection, struct emu_frame frame,
		   const void *bytes, int passed, struct waiting *waiting)
{
	pthread_mutex_lock(&connection->sending);
	send_request(connection, frame, bytes, passed, waiting);
	return take_answer(connection, waiting);
}

static int ask(struct connection *connection, struct emu_frame frame,
	       const void *bytes, int passed, void *out, u32 out_len)
{
	struct waiting waiting = {
		.out = out, .out_len = out_len, .result = 1,
	};

	return ask_for(connection, frame, bytes, passed, &waiting);
}

static int explain(const struct connection *connection, int result,
		   struct mlx5ctl_error *error)
{
	static const struct {
		int result;
		const char *what;
	} words[] = {
		{ -ENODEV, "has ended" },
		{ -ETIMEDOUT, "does not answer" },
		{ -EIO, "did not take the command: its delivery failed" },
		{ -EPROTO, "answers what was not asked" },
		{ -EPROTONOSUPPORT, "speaks another version of the protocol" },
		{ -EMSGSIZE, "has no mailbox of that length" },
		{ -ENOSPC, "takes no more memory" },
	};

	for (size_t i = 0; result && i < ARRAY_SIZE(words); i++)
		if (words[i].result == result)
			return mlx5ctl_fail(error, result,
					    "The connectx-emu at %.120s %s.",
					    connection->path, words[i].what);
	return result ? mlx5ctl_fail(error, result,
				     "The connectx-emu at %.120s: %s.",
				     connection->path, strerror(-result)) : 0;
}

/* Where the connection goes on, it is the device that is silent. */
static int explain_exec(struct connection *connection, int result,
			struct mlx5ctl_error *error)
{
	bool goes_on;

	pthread_mutex_lock(&connection->lock);
	goes_on = !connection->broken;
	pthread_mutex_unlock(&connection->lock);
	if (result == -ETIMEDOUT && goes_on)
		return mlx5ctl_fail(error, result,
				    "The connectx-emu at %.120s never completed the command.",
				    connection->path);
	return explain(connection, result, error);
}

static int exec(void *handle, const void *in, u32 in_len, void *out,
		u32 out_len, struct mlx5ctl_error *error)
{
	struct connection *connection = handle;
	const struct emu_frame frame = {
		.length = in_len,
		.type = EMU_FRAME_EXEC,
		.argument = out_len,
	};

	return explain_exec(connection,
			    ask(connection, frame, in, -1, out, out_len),
			    error);
}

/*
 * Who has begun something may be the only one to read its answer, and until
 * somebody does the server may read nothing: so it must not wait, neither for
 * room in the socket nor for another who does.
 */
static bool take_turn(struct connection *connection)
{
	unsigned int n_ahead = 0;

	if (pthread_mutex_trylock(&connection->sending))
		return false;
	pthread_mutex_lock(&connection->lock);
	for (struct waiting *one = connection->first; one; one = one->next)
		n_ahead += !one->is_waited;
	pthread_mutex_unlock(&connection->lock);
	if (n_ahead < EMU_SOCKET_IN_FLIGHT)
		return true;
	pthread_mutex_unlock(&connection->sending);
	return false;
}

static int begin_exec(void *handle, const void *in, u32 in_len, void *out,
		      u32 out_len, void **pending,
		      struct mlx5ctl_error *error)
{
	const struct emu_frame frame = {
		.length = in_len,
		.type = EMU_FRAME_EXEC,
		.argument = out_len,
	};
	struct waiting *waiting;

	if (in_len > MOST_AHEAD)
		return -EAGAIN;
	waiting = malloc(sizeof(*waiting));
	if (!waiting)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	*waiting = (struct waiting){
		.out = out, .out_len = out_len, .result = 1,
	};
	if (!take_turn(handle)) {
		free(waiting);
		return -EAGAIN;
	}
	send_request(handle, frame, in, -1, waiting);
	*pending = waiting;
	return 0;
}

static int end_exec(void *handle, void *pending, struct mlx5ctl_error *error)
{
	int result = take_answer(handle, pending);

	free(pending);
	return explain_exec(handle, result, error);
}

/* What must not shrink while the other side touches it: a file, or why not. */
static int shared_memory(u64 size, u8 **pages)
{
	int fd = memfd_create("mlx5ctl", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error;

	*pages = MAP_FAILED;
	if (fd < 0)
		return -errno;
	if (!ftruncate(fd, size) &&
	    !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		*pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, 0);
	if (*pages != MAP_FAILED)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static int lend(void *handle, u64 size, u8 **pages, u64 *bus,
		struct mlx5ctl_error *error)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_MAP, .argument = size,
	};
	struct emu_mapping mapping;
	int fd = shared_memory(size, pages), ret;

	if (fd < 0)
		return mlx5ctl_fail(error, fd, "Memory cannot be shared: %s.",
				    strerror(-fd));
	ret = ask(handle, frame, NULL, fd, &mapping, sizeof(mapping));
	close(fd);
	if (!ret && (mapping.size != size || mapping.address % 4096))
		ret = -EPROTO;
	if (ret)
		munmap(*pages, size);
	*bus = mapping.address;
	return explain(handle, ret, error);
}

/* Where that fails, the connection is gone, and the mapping with it. */
static void take_back(void *handle, u8 *pages, u64 bus, u64 size)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_UNMAP, .length = sizeof(struct emu_mapping),
	};
	const struct emu_mapping mapping = { bus, size };

	ask(handle, frame, &mapping, -1, NULL, 0);
	munmap(pages, size);
}

static int reset(void *handle, enum emu_reset how, bool preview,
		 struct emu_nv_change *changes, u32 *n,
		 struct mlx5ctl_error *error)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_RESET,
		.argument = (how == EMU_POWER_CYCLE ? EMU_SOCKET_POWER_CYCLE :
						      EMU_SOCKET_WARM_BOOT) |
			    (preview ? EMU_SOCKET_PREVIEW : 0),
	};
	struct waiting waiting = {
		.out = changes, .out_len = EMU_DOOR_CHANGES * sizeof(*changes),
		.unit = sizeof(*changes), .result = 1,
	};
	int result = ask_for(handle, frame, NULL, -1, &waiting);

	*n = result ? 0 : waiting.out_len / sizeof(*changes);
	for (u32 i = 0; i < *n; i++)
		if (changes[i].length > sizeof(changes[i].before))
			result = -EPROTO;
	return explain(handle, result, error);
}

/* The first eight bytes are the number to go on with. */
static int traced(void *handle, u64 *next, u8 *events, u32 *n,
		  struct mlx5ctl_error *error)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_TRACED, .length = sizeof(*next),
		.argument = EMU_DOOR_EVENTS,
	};
	u8 answer[sizeof(*next) + EMU_DOOR_EVENTS * EMU_TRACED_BYTES];
	struct waiting waiting = {
		.out = answer, .out_len = sizeof(answer),
		.unit = EMU_TRACED_BYTES, .result = 1,
	};
	int result = ask_for(handle, frame, next, -1, &waiting);

	if (!result && waiting.out_len < sizeof(*next))
		result = -EPROTO;
	if (!result) {
		memcpy(next, answer, sizeof(*next));
		*n = (waiting.out_len - sizeof(*next)) / EMU_TRACED_BYTES;
		memcpy(events, answer + sizeof(*next), *n * EMU_TRACED_BYTES);
	}
	return explain(handle, result, error);
}

static int health(void *handle, u8 *buffer, u32 *counter,
		  struct mlx5ctl_error *error)
{
	const struct emu_frame frame = { .type = EMU_FRAME_HEALTH };
	u8 answer[EMU_HEALTH_BYTES + sizeof(*counter)];
	int result = ask(handle, frame, NULL, -1, answer, sizeof(answer));

	if (!result) {
		memcpy(buffer, answer, EMU_HEALTH_BYTES);
		memcpy(counter, answer + EMU_HEALTH_BYTES, sizeof(*counter));
	}
	return explain(handle, result, error);
}

static u32 uctx_cap(void *handle)
{
	struct connection *connection = handle;

	return connection->uctx_cap;
}

static int say_hello(struct connection *connection)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_HELLO,
		.argument = EMU_SOCKET_VERSION,
	};
	struct emu_welcome welcome;
	int result = ask(connection, frame, NULL, -1, &welcome,
			 sizeof(welcome));

	if (!result)
		connection->uctx_cap = welcome.uctx_cap;
	return result;
}

static void close_door(void *handle)
{
	struct connection *connection = handle;

	if (connection->fd >= 0)
		close(connection->fd);
	pthread_mutex_destroy(&connection->lock);
	pthread_mutex_destroy(&connection->sending);
	free(connection);
}

static struct connection *new_connection(const char *path,
					 unsigned int timeout_ms)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection)
		return NULL;
	connection->timeout_ms = timeout_ms;
	snprintf(connection->path, sizeof(connection->path), "%s", path);
	pthread_mutex_init(&connection->sending, NULL);
	pthread_mutex_init(&connection->lock, NULL);
	connection->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connection;
}

int emu_door_socket_connect(const char *path, unsigned int timeout_ms,
			    void **handle, struct mlx5ctl_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct connection *connection;
	int ret;

	if (strlen(path) >= sizeof(address.sun_path))
		return mlx5ctl_fail(error, -ENODEV,
				    "The path %.120s is too long for a socket.",
				    path);
	strcpy(address.sun_path, path);
	connection = new_connection(path, timeout_ms);
	if (!connection)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	if (connection->fd < 0) {
		ret = mlx5ctl_fail(error, -errno, "No socket can be made: %s.",
				   strerror(errno));
		close_door(connection);
		return ret;
	}
	if (connect(connection->fd, (void *)&address, sizeof(address))) {
		if (error)
			error->hint = "is connectx-emu running?";
		ret = mlx5ctl_fail(error, errno == EACCES ? -EACCES : -ENODEV,
				   "No connectx-emu is reached at %.120s: %s.",
				   path, strerror(errno));
	} else {
		ret = explain(connection, say_hello(connection), error);
	}
	if (ret)
		close_door(connection);
	else
		*handle = connection;
	return ret;
}

static int open_door(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	char path[4096];

	if (!emu_door_socket_of(device, path, sizeof(path)))
		return mlx5ctl_fail(error, -ENODEV, "%.120s is gone.", device);
	return emu_door_socket_connect(path, EMU_DOOR_TIMEOUT_MS, handle,
				       error);
}

const struct emu_door emu_door_socket = {
	.claims = claims,
	.open = open_door,
	.close = close_door,
	.uctx_cap = uctx_cap,
	.exec = exec,
	.begin = begin_exec,
	.end = end_exec,
	.lend = lend,
	.take_back = take_back,
	.reset = reset,
	.traced = traced,
	.health = health,
};
