// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One client of the command socket, and one thread: a command that the device
 * takes its time for waits until it is due, while what came after it goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../prm/prm.h"
#include "command-server.h"
#include "command-socket.h"
#include "misbehave/faults.h"

struct request {
	struct emu_frame frame;
	uint8_t *bytes;
	int passed;
	struct emu_arrival arrival;
};

struct connection {
	struct emu_device *device;
	struct emu_bus *bus;
	int fd;
	bool has_ended;		/* nothing more is read */
	struct request queue[EMU_SOCKET_IN_FLIGHT]; /* as they came */
	unsigned int n_queued;
	struct emu_mapping mappings[EMU_SOCKET_MAPPINGS];
	unsigned int n_mappings;
};

/* Answers that go wrong end the connection, which is seen when reading. */
static void answer(struct connection *connection,
		   const struct request *request, int result,
		   uint32_t argument, const void *bytes, uint32_t len)
{
	const struct emu_frame frame = {
		.length = result ? 0 : len,
		.type = request->frame.type,
		.id = request->frame.id,
		.result = result,
		.argument = argument,
	};

	if (emu_frame_send(connection->fd, &frame, bytes, -1, -1))
		shutdown(connection->fd, SHUT_RDWR);
}

static void execute(struct connection *connection,
		    const struct request *request)
{
	uint32_t out_len = request->frame.argument;
	uint8_t *out = calloc(1, out_len + 1);
	struct emu_outcome outcome;
	int result;

	if (!out) {
		result = -ENOMEM;
	} else {
		result = emu_exec_arrived(connection->device,
					  &request->arrival, request->bytes,
					  request->frame.length, out, out_len,
					  &outcome);
		result = emu_outcome_error(result, &outcome);
	}
	answer(connection, request, result, 0, out, out_len);
	free(out);
}

/* From here on the bytes are the queue's. */
static bool queue(struct connection *connection, struct request *request)
{
	if (request->frame.argument > EMU_SOCKET_MOST || request->passed >= 0)
		return false;
	emu_arrive(connection->device, request->bytes, request->frame.length,
		   &request->arrival);
	request->arrival.client = connection;
	connection->queue[connection->n_queued++] = *request;
	request->bytes = NULL;
	return true;
}

/* Only memory that cannot shrink under our hands is touched later. */
static void *map_passed(const struct request *request)
{
	uint32_t size = request->frame.argument;
	struct stat status;
	void *bytes;
	int seals;

	if (!size || size > EMU_SOCKET_MAPPING_BYTES)
		return NULL;
	seals = fcntl(request->passed, F_GET_SEALS);
	if (seals < 0 || !(seals & F_SEAL_SHRINK) ||
	    fstat(request->passed, &status) || status.st_size < size)
		return NULL;
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		     request->passed, 0);
	return bytes == MAP_FAILED ? NULL : bytes;
}

static int add_mapping(struct connection *connection, void *bytes,
		       struct emu_mapping *mapping)
{
	int error = -ENOSPC;

	if (connection->n_mappings < EMU_SOCKET_MAPPINGS)
		error = emu_bus_map(connection->bus, bytes, mapping->size,
				    &mapping->address);
	if (!error)
		connection->mappings[connection->n_mappings++] = *mapping;
	return error;
}

static bool map(struct connection *connection, struct request *request)
{
	struct emu_mapping mapping = { .size = request->frame.argument };
	void *bytes;
	int error;

	if (request->passed < 0 || request->frame.length)
		return false;
	bytes = map_passed(request);
	error = bytes ? add_mapping(connection, bytes, &mapping) : -EINVAL;
	if (error && bytes)
		munmap(bytes, mapping.size);
	answer(connection, request, error, 0, &mapping, sizeof(mapping));
	return true;
}

static void drop_mapping(struct emu_bus *bus, uint64_t address)
{
	size_t size;
	void *bytes = emu_bus_unmap(bus, address, &size);

	if (bytes)
		munmap(bytes, size);
}

static bool unmap(struct connection *connection, struct request *request)
{
	struct emu_mapping mapping;
	int error = -ENOENT;

	if (request->frame.length != sizeof(mapping))
		return false;
	memcpy(&mapping, request->bytes, sizeof(mapping));
	for (unsigned int i = 0; error && i < connection->n_mappings; i++) {
		if (connection->mappings[i].address != mapping.address)
			continue;
		connection->mappings[i] =
			connection->mappings[--connection->n_mappings];
		drop_mapping(connection->bus, mapping.address);
		error = 0;
	}
	answer(connection, request, error, 0, NULL, 0);
	return true;
}

/* What the firmware holds, for those who watch a driver clean up. */
static bool accounts(struct connection *connection, struct request *request)
{
	char text[32 * (EMU_PAGES + 1)];
	uint32_t len = 0;

	if (request->frame.length)
		return false;
	for (unsigned int kind = 0; kind <= EMU_PAGES; kind++)
		len += snprintf(text + len, sizeof(text) - len, "%s %u\n",
				emu_kind_names[kind],
				emu_count(connection->device, kind));
	answer(connection, request, 0, 0, text, len);
	return true;
}

static bool reset(struct connection *connection, struct request *request)
{
	uint32_t how = request->frame.argument & ~EMU_SOCKET_PREVIEW;
	bool is_preview = request->frame.argument & EMU_SOCKET_PREVIEW;
	enum emu_reset reset = how == EMU_SOCKET_WARM_BOOT ? EMU_WARM_BOOT :
							     EMU_POWER_CYCLE;
	struct emu_nv_change *changes;
	uint32_t n = 0;

	if (request->frame.length ||
	    (how != EMU_SOCKET_WARM_BOOT && how != EMU_SOCKET_POWER_CYCLE))
		return false;
	changes = malloc(EMU_SOCKET_CHANGES * sizeof(*changes));
	if (changes)
		n = (is_preview ? emu_nv_pending : emu_reset_noting)(
			connection->device, reset, changes,
			EMU_SOCKET_CHANGES);
	answer(connection, request, changes ? 0 : -ENOMEM, 0, changes,
	       n * sizeof(*changes));
	free(changes);
	return true;
}

static bool traced(struct connection *connection, struct request *request)
{
	uint8_t bytes[sizeof(uint64_t) + EMU_SOCKET_EVENTS * EMU_TRACED_BYTES];
	uint32_t most = request->frame.argument, n;
	uint64_t next;

	if (request->frame.length != sizeof(next) || most > EMU_SOCKET_EVENTS)
		return false;
	memcpy(&next, request->bytes, sizeof(next));
	n = emu_traced(connection->device, &next, bytes + sizeof(next), most);
	memcpy(bytes, &next, sizeof(next));
	answer(connection, request, 0, 0, bytes,
	       sizeof(next) + n * EMU_TRACED_BYTES);
	return true;
}

static bool health(struct connection *connection, struct request *request)
{
	uint8_t buffer[EMU_HEALTH_BYTES + sizeof(uint32_t)];
	uint32_t counter = emu_health_counter(connection->device);

	if (request->frame.length)
		return false;
	emu_health(connection->device, buffer);
	memcpy(buffer + EMU_HEALTH_BYTES, &counter, sizeof(counter));
	answer(connection, request, 0, 0, buffer, sizeof(buffer));
	return true;
}

static bool hello(struct connection *connection, struct request *request)
{
	struct emu_welcome welcome = {
		.uctx_cap = emu_uctx_cap(connection->device),
	};
	bool known = request->frame.argument == EMU_SOCKET_VERSION;

	if (request->frame.type != EMU_FRAME_HELLO || request->frame.length)
		return false;
	answer(connection, request, known ? 0 : -EPROTONOSUPPORT,
	       EMU_SOCKET_VERSION, &welcome, sizeof(welcome));
	return known;
}

static const struct {
	enum emu_frame_type type;
	/* False: this is no such frame, and the end. */
	bool (*handle)(struct connection *connection, struct request *request);
} frames[] = {
	{ EMU_FRAME_EXEC, queue },
	{ EMU_FRAME_MAP, map },
	{ EMU_FRAME_UNMAP, unmap },
	{ EMU_FRAME_ACCOUNTS, accounts },
	{ EMU_FRAME_RESET, reset },
	{ EMU_FRAME_TRACED, traced },
	{ EMU_FRAME_HEALTH, health },
};

static bool handle(struct connection *connection, struct request *request)
{
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		if (frames[i].type == request->frame.type)
			return frames[i].handle(connection, request);
	return false;
}

static void forget(struct request *request)
{
	if (request->passed >= 0)
		close(request->passed);
	free(request->bytes);
	*request = (struct request){ .passed = -1 };
}

static bool read_request(struct connection *connection,
			 struct request *request)
{
	struct emu_frame *frame = &request->frame;

	if (emu_frame_receive(connection->fd, frame, &request->passed, -1) ||
	    frame->length > EMU_SOCKET_MOST)
		return false;
	request->bytes = malloc(frame->length + 1);
	return request->bytes &&
	       !emu_bytes_receive(connection->fd, request->bytes,
				  frame->length, -1);
}

static bool serve_request(struct connection *connection)
{
	struct request request = { .passed = -1 };
	bool is_read = read_request(connection, &request);
	bool is_served = is_read && handle(connection, &request);

	if (is_read && !is_served)
		shutdown(connection->fd, SHUT_RDWR);
	forget(&request);
	return is_served;
}

/* The next in time, of those that are due at once the first; NULL: none. */
static struct request *next_due(struct connection *connection)
{
	struct request *next = NULL;

	for (unsigned int i = 0; i < connection->n_queued; i++)
		if (!next ||
		    connection->queue[i].arrival.due < next->arrival.due)
			next = &connection->queue[i];
	return next;
}

static void remove_queued(struct connection *connection,
			  struct request *request)
{
	struct request *end = connection->queue + --connection->n_queued;

	forget(request);
	memmove(request, request + 1, (end - request) * sizeof(*request));
}

/* Execute what is due, and say how long the next one still has. */
static const struct timespec *execute_due(struct connection *connection,
					  struct timespec *left)
{
	struct request *next;

	while ((next = next_due(connection))) {
		struct timespec now;
		int64_t ns;

		clock_gettime(CLOCK_MONOTONIC, &now);
		ns = next->arrival.due - now.tv_sec * 1000000000 - now.tv_nsec;
		if (ns > 0) {
			left->tv_sec = ns / 1000000000;
			left->tv_nsec = ns % 1000000000;
			return left;
		}
		execute(connection, next);
		remove_queued(connection, next);
	}
	return NULL;
}

/* Where the queue is full, the client waits. */
static void serve(struct connection *connection)
{
	struct pollfd poll_fd = { .fd = connection->fd };
	struct timespec left;

	while (!connection->has_ended) {
		const struct timespec *wait = execute_due(connection, &left);
		bool has_room = connection->n_queued < EMU_SOCKET_IN_FLIGHT;

		poll_fd.events = has_room ? POLLIN : 0;
		if (ppoll(&poll_fd, 1, wait, NULL) <= 0)
			continue;
		connection->has_ended = !has_room || !serve_request(connection);
	}
}

/* What a client sent before it went is done; emu_stop() lets nothing wait. */
static void finish(struct connection *connection)
{
	struct request *next;

	while ((next = next_due(connection))) {
		emu_wait(connection->device, &next->arrival);
		execute(connection, next);
		remove_queued(connection, next);
	}
}

static void clean_up(struct connection *connection)
{
	emu_leave(connection->device, connection);
	for (unsigned int i = 0; i < connection->n_mappings; i++)
		drop_mapping(connection->bus, connection->mappings[i].address);
}

void emu_command_serve(struct emu_device *device, struct emu_bus *bus, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	struct request first = { .passed = -1 };

	if (!connection)
		return;
	connection->device = device;
	connection->bus = bus;
	connection->fd = fd;
	if (read_request(connection, &first) && hello(connection, &first)) {
		serve(connection);
		finish(connection);
		clean_up(connection);
	}
	forget(&first);
	free(connection);
}
