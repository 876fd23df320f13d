// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One client of the command socket. Threads take turns: whoever reads a
 * request lets the next one read before it executes it, so that there is no
 * queue, and no request waits for another one's end.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../prm/prm.h"
#include "command-server.h"
#include "command-socket.h"
#include "prm-offsets.h"

#define MOST_UIDS 64	/* of a connection */

struct connection {
	struct emu_device *device;
	struct emu_bus *bus;
	int fd;
	pthread_mutex_t reading;
	pthread_mutex_t writing;
	pthread_mutex_t lock;	/* of what the client has in the device */
	atomic_uint waiting;	/* threads that will read */
	bool has_ended;		/* by the reader only */
	pthread_t threads[EMU_SOCKET_IN_FLIGHT - 1];
	unsigned int n_threads;
	uint16_t uids[MOST_UIDS];
	unsigned int n_uids;
	struct emu_mapping mappings[EMU_SOCKET_MAPPINGS];
	unsigned int n_mappings;
};

struct request {
	struct emu_frame frame;
	uint8_t *bytes;
	int passed;
};

/* Answers that go wrong end the connection: the reader will see that. */
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

	pthread_mutex_lock(&connection->writing);
	if (emu_frame_send(connection->fd, &frame, bytes, -1, -1))
		shutdown(connection->fd, SHUT_RDWR);
	pthread_mutex_unlock(&connection->writing);
}

static uint64_t get(const uint8_t *bytes, uint32_t len, struct prm_bits at)
{
	uint64_t value;

	return prm_get(bytes, len, at, &value) ? value : 0;
}

static void remove_uid(struct connection *connection, uint16_t uid)
{
	for (unsigned int i = 0; i < connection->n_uids; i++)
		if (connection->uids[i] == uid)
			connection->uids[i] =
				connection->uids[--connection->n_uids];
}

static int destroy_uctx(struct emu_device *device, uint16_t uid)
{
	uint8_t in[PRM_SIZE_destroy_uctx_in] = { 0 }, out[16];

	if (!prm_set(in, sizeof(in), PRM_AT(destroy_uctx_in, opcode),
		     PRM_OP_DESTROY_UCTX) ||
	    !prm_set(in, sizeof(in), PRM_AT(destroy_uctx_in, uctx_uid), uid))
		return -EINVAL;
	return emu_exec(device, in, sizeof(in), out, sizeof(out));
}

/* User contexts come and go with commands like any other. */
static void note_uctx(struct connection *connection,
		      const struct request *request, const uint8_t *out)
{
	const uint8_t *in = request->bytes;
	uint32_t in_len = request->frame.length;
	uint16_t opcode = get(in, in_len, PRM_AT(create_uctx_in, opcode));

	if (out[0])
		return;
	pthread_mutex_lock(&connection->lock);
	if (opcode == PRM_OP_DESTROY_UCTX)
		remove_uid(connection, get(in, in_len,
				PRM_AT(destroy_uctx_in, uctx_uid)));
	if (opcode == PRM_OP_CREATE_UCTX) {
		uint16_t uid = get(out, PRM_SIZE_create_uctx_out,
				   PRM_AT(create_uctx_out, uid));

		remove_uid(connection, uid);
		connection->uids[connection->n_uids++] = uid;
	}
	pthread_mutex_unlock(&connection->lock);
}

static bool may_create_uctx(struct connection *connection,
			    const struct request *request)
{
	bool room;

	if (get(request->bytes, request->frame.length,
		PRM_AT(create_uctx_in, opcode)) != PRM_OP_CREATE_UCTX)
		return true;
	pthread_mutex_lock(&connection->lock);
	room = connection->n_uids < MOST_UIDS - EMU_SOCKET_IN_FLIGHT;
	pthread_mutex_unlock(&connection->lock);
	return room;
}

static bool execute(struct connection *connection, struct request *request)
{
	uint32_t out_len = request->frame.argument;
	uint8_t *out;
	int result;

	if (out_len > EMU_SOCKET_MOST)
		return false;
	out = calloc(1, out_len + 1);
	if (!out)
		result = -ENOMEM;
	else if (!may_create_uctx(connection, request))
		result = -ENOSPC;
	else
		result = emu_exec(connection->device, request->bytes,
				  request->frame.length, out, out_len);
	if (!result)
		note_uctx(connection, request, out);
	answer(connection, request, result, 0, out, out_len);
	free(out);
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

	pthread_mutex_lock(&connection->lock);
	if (connection->n_mappings < EMU_SOCKET_MAPPINGS)
		error = emu_bus_map(connection->bus, bytes, mapping->size,
				    &mapping->address);
	if (!error)
		connection->mappings[connection->n_mappings++] = *mapping;
	pthread_mutex_unlock(&connection->lock);
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
	pthread_mutex_lock(&connection->lock);
	for (unsigned int i = 0; error && i < connection->n_mappings; i++) {
		if (connection->mappings[i].address != mapping.address)
			continue;
		connection->mappings[i] =
			connection->mappings[--connection->n_mappings];
		drop_mapping(connection->bus, mapping.address);
		error = 0;
	}
	pthread_mutex_unlock(&connection->lock);
	answer(connection, request, error, 0, NULL, 0);
	return true;
}

/* What the firmware holds, for those who watch a driver clean up. */
static bool accounts(struct connection *connection, struct request *request)
{
	static const char *const names[] = {
		[EMU_UCTX] = "uctx", [EMU_PD] = "pd", [EMU_UMEM] = "umem",
		[EMU_UAR] = "uar", [EMU_MKEY] = "mkey", [EMU_EQ] = "eq",
		[EMU_PAGES] = "pages",
	};
	char text[32 * ARRAY_SIZE(names)];
	uint32_t len = 0;

	if (request->frame.length)
		return false;
	for (size_t kind = 0; kind < ARRAY_SIZE(names); kind++)
		len += snprintf(text + len, sizeof(text) - len, "%s %u\n",
				names[kind],
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
		n = emu_nv_pending(connection->device, reset, changes,
				   EMU_SOCKET_CHANGES);
	if (changes && !is_preview)
		emu_reset(connection->device, reset);
	answer(connection, request, changes ? 0 : -ENOMEM, 0, changes,
	       n * sizeof(*changes));
	free(changes);
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
	{ EMU_FRAME_EXEC, execute },
	{ EMU_FRAME_MAP, map },
	{ EMU_FRAME_UNMAP, unmap },
	{ EMU_FRAME_ACCOUNTS, accounts },
	{ EMU_FRAME_RESET, reset },
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

static void *work(void *context);

/* While nobody else would read, one more thread does, up to the limit. */
static void hand_over(struct connection *connection)
{
	if (connection->waiting ||
	    connection->n_threads == ARRAY_SIZE(connection->threads))
		return;
	connection->waiting++;
	if (!pthread_create(&connection->threads[connection->n_threads], NULL,
			    work, connection))
		connection->n_threads++;
	else
		connection->waiting--;
}

static bool take_turn(struct connection *connection, struct request *request)
{
	bool got;

	pthread_mutex_lock(&connection->reading);
	connection->waiting--;
	got = !connection->has_ended && read_request(connection, request);
	if (got)
		hand_over(connection);
	else
		connection->has_ended = true;
	pthread_mutex_unlock(&connection->reading);
	return got;
}

/* Called with this thread counted as waiting. */
static void *work(void *context)
{
	struct request request = { .passed = -1 };
	struct connection *connection = context;

	while (take_turn(connection, &request)) {
		if (!handle(connection, &request))
			shutdown(connection->fd, SHUT_RDWR);
		forget(&request);
		connection->waiting++;
	}
	forget(&request);
	return NULL;
}

static void clean_up(struct connection *connection)
{
	for (unsigned int i = 0; i < connection->n_uids; i++)
		destroy_uctx(connection->device, connection->uids[i]);
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
	pthread_mutex_init(&connection->reading, NULL);
	pthread_mutex_init(&connection->writing, NULL);
	pthread_mutex_init(&connection->lock, NULL);
	if (read_request(connection, &first) && hello(connection, &first)) {
		connection->waiting = 1;
		work(connection);
		/* Nobody reads any more, so no thread is added. */
		for (unsigned int i = 0; i < connection->n_threads; i++)
			pthread_join(connection->threads[i], NULL);
		clean_up(connection);
	}
	forget(&first);
	pthread_mutex_destroy(&connection->lock);
	pthread_mutex_destroy(&connection->writing);
	pthread_mutex_destroy(&connection->reading);
	free(connection);
}
