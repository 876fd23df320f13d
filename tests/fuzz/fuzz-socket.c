// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Any bytes into the command socket, after a proper beginning: every answer
 * is a whole frame with the id and type of what was asked, at the end nothing
 * is left in the device or on the bus, and all of it ends by itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command-server.h"
#include "command-socket.h"
#include "fuzz.h"

#define MOST_FRAMES 40

/* Made once: a device serves many clients, and none leaves anything in it. */
static struct emu_device *device;
static struct emu_bus *bus;

static void begin(void)
{
	struct emu_personality *personality;
	struct emu_problem problem;

	if (device)
		return;
	personality = emu_personality_shipped(NULL, &problem);
	HOLDS(personality, "there is a shipped personality");
	device = emu_create(personality);
	bus = emu_bus_create();
	HOLDS(device && bus, "a device and a bus can be had");
	emu_set_host(device, &(struct emu_host){
		.read = emu_bus_read, .write = emu_bus_write, .context = bus });
	emu_personality_free(personality);
}

static void *serve(void *context)
{
	int *fd = context;

	emu_command_serve(device, bus, *fd);
	close(*fd);
	return NULL;
}

/* What comes back, while the input is still being written. */
static void *check_answers(void *context)
{
	static uint8_t bytes[EMU_SOCKET_MOST];
	int fd = *(int *)context;
	struct emu_frame frame;
	unsigned int n = 0;

	while (!emu_frame_receive(fd, &frame, NULL, -1)) {
		HOLDS(frame.length <= sizeof(bytes), "an answer is not too long");
		HOLDS(frame.result <= 0, "a result is 0 or a negative errno");
		HOLDS(!frame.result || !frame.length,
		      "where it failed nothing follows");
		HOLDS(frame.type >= EMU_FRAME_HELLO &&
		      frame.type <= EMU_FRAME_HEALTH,
		      "an answer is to a request that there is");
		HOLDS(frame.id <= MOST_FRAMES || frame.id > UINT32_MAX,
		      "an id is one that was given");
		if (emu_bytes_receive(fd, bytes, frame.length, -1))
			break;
		HOLDS(!SEEDED || n++ < 3, "seeded: there are three answers at most");
	}
	return NULL;
}

static int memory_to_pass(u32 choice)
{
	int fd = memfd_create("fuzz", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	HOLDS(fd >= 0 && !ftruncate(fd, 8192), "there is memory to share");
	if (choice & 1)
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
	return fd;
}

/*
 * One frame of the input: mostly a good one; or raw bytes, which are no frame
 * unless by luck, and end the conversation.
 */
static int send_one(int fd, struct fuzz_input *input, u64 id)
{
	u32 choice = take(input, 1);
	struct emu_frame frame = {
		.id = id,
		.type = EMU_FRAME_HELLO + choice % 16,
		.argument = take(input, 2) * (choice & 0x40 ? 4 : 1),
		.length = take(input, 1) * 4,
	};
	int passed = choice & 0x10 ? memory_to_pass(choice >> 5) : -1;
	int error;

	if (choice & 0x80)
		frame.id |= take(input, 4) << 32 | (u64)1 << 63;
	if (frame.length > input->size)
		frame.length = input->size;
	error = emu_frame_send(fd, &frame, input->data, passed, -1);
	input->data += frame.length;
	input->size -= frame.length;
	if (passed >= 0)
		close(passed);
	return error;
}

static void converse(int fd, struct fuzz_input *input)
{
	const struct emu_frame hello = {
		.type = EMU_FRAME_HELLO,
		.argument = take(input, 1) ? EMU_SOCKET_VERSION : 7,
	};
	u64 id = 1;

	if (emu_frame_send(fd, &hello, NULL, -1, -1))
		return;
	while (input->size > 4 && id < MOST_FRAMES && !send_one(fd, input, id))
		id++;
	/* What is left is no frame, or half of one. */
	if (send(fd, input->data, input->size, MSG_NOSIGNAL) < 0)
		return;
}

static void nothing_is_left(void)
{
	static uint8_t page[4096];
	uint64_t address;
	size_t size;

	HOLDS(!emu_count(device, EMU_UCTX),
	      "no user context is left of a client that went");
	/* Windows never meet: the next is above all those that were. */
	HOLDS(!emu_bus_map(bus, page, sizeof(page), &address),
	      "the bus has room again");
	HOLDS(emu_bus_unmap(bus, address, &size) == page && size == sizeof(page),
	      "and gives back what it was given");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	pthread_t server, reader;
	int fds[2];

	begin();
	HOLDS(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds),
	      "there are sockets");
	HOLDS(!pthread_create(&server, NULL, serve, &fds[1]) &&
	      !pthread_create(&reader, NULL, check_answers, &fds[0]),
	      "there are threads");
	converse(fds[0], &input);
	shutdown(fds[0], SHUT_WR);
	pthread_join(server, NULL);
	pthread_join(reader, NULL);
	close(fds[0]);
	nothing_is_left();
	return 0;
}
