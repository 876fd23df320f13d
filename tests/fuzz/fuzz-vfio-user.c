// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The whole vfio-user server, driven from a buffer through a transport of its
 * own. Input: a byte that says whether clients agree on a version first; then
 * pieces of the stream, as one read finds them: how it is framed and what
 * descriptors come with it, its length, its bytes.
 */
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "../vfio-user/toy.h"
#include "vfio-user/parts.h"

#define MAX_CLIENTS	6
#define GREETING	"{\"capabilities\":{\"max_msg_fds\":4}}"

/* The first byte of a piece. */
#define PIECE_FDS	0x07	/* how many; 7 stands for more than are taken */
#define PIECE_KIND	0x18	/* of which kind */
#define PIECE_IS_RAW	0x20	/* bytes as they are; else a header is made */
#define PIECE_POSTED	0x40	/* the made header wants no reply */
#define PIECE_IS_LAST	0x80	/* then the client goes */

struct feed {
	struct fuzz_input input;
	bool is_polite;
	uint32_t n_clients;
	struct vfu_server *server;
	/* The piece that is being read. */
	uint8_t piece[sizeof(struct vfu_header) + 0x10000];
	size_t at;
	size_t len;
	uint8_t form;
	bool has_fds;
	/* The message that is being read, to compare the reply with. */
	struct vfu_header asked;
	size_t n_asked;
};

/* Memory, an eventfd, memory that can only be read, and something else. */
static int descriptor(uint32_t kind)
{
	static int originals[4];
	char path[32];

	if (!originals[0]) {
		originals[0] = memfd_create("guest", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", originals[0]);
		originals[1] = eventfd(0, EFD_CLOEXEC);
		originals[2] = open(path, O_RDONLY | O_CLOEXEC);
		originals[3] = open("/dev/null", O_RDWR | O_CLOEXEC);
		HOLDS(!ftruncate(originals[0], 16 * VFU_PAGE), "there is memory");
		HOLDS(originals[2] >= 0, "it can be opened again");
	}
	return dup(originals[kind % 4]);
}

static void put_header(struct feed *feed, uint16_t command, size_t payload)
{
	struct vfu_header header = {
		.id = feed->input.size,
		.command = command,
		.size = sizeof(header) + payload,
		.flags = feed->form & PIECE_POSTED ? VFU_NO_REPLY : 0,
	};

	memcpy(feed->piece, &header, sizeof(header));
	feed->len = sizeof(header) + payload;
}

static void greet(struct feed *feed)
{
	struct vfu_version version = { VFU_MAJOR, VFU_MINOR };
	uint8_t *payload = feed->piece + sizeof(struct vfu_header);

	feed->form = 0;
	memcpy(payload, &version, sizeof(version));
	memcpy(payload + sizeof(version), GREETING, sizeof(GREETING));
	put_header(feed, VFU_VERSION, sizeof(version) + sizeof(GREETING));
}

static bool next_piece(struct feed *feed)
{
	uint8_t *bytes = feed->piece;
	uint16_t command = 0;
	size_t len;

	feed->at = 0;
	feed->len = 0;
	if (!feed->input.size || (feed->form & PIECE_IS_LAST))
		return false;
	feed->form = take(&feed->input, 1);
	feed->has_fds = feed->form & PIECE_FDS;
	if (!(feed->form & PIECE_IS_RAW)) {
		command = take(&feed->input, 1) % 20;
		bytes += sizeof(struct vfu_header);
	}
	len = take(&feed->input, 1);
	len = len < 0xff ? len : take(&feed->input, 2);
	len = len < feed->input.size ? len : feed->input.size;
	memcpy(bytes, feed->input.data, len);
	feed->input.data += len;
	feed->input.size -= len;
	feed->len = len;
	if (!(feed->form & PIECE_IS_RAW))
		put_header(feed, command, len);
	return true;
}

static int accept_client(void *link)
{
	struct feed *feed = link;

	feed->at = 0;
	feed->len = 0;
	feed->form = 0;
	feed->n_asked = 0;
	if (!feed->input.size || feed->n_clients == MAX_CLIENTS)
		return -ESHUTDOWN;
	feed->n_clients++;
	if (feed->is_polite)
		greet(feed);
	return 0;
}

static void note(struct feed *feed, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (feed->n_asked < sizeof(feed->asked))
			((uint8_t *)&feed->asked)[feed->n_asked] = bytes[i];
		feed->n_asked++;
		if (feed->n_asked >= sizeof(feed->asked) &&
		    feed->n_asked == feed->asked.size)
			feed->n_asked = 0;
	}
}

static void give_descriptors(struct feed *feed, struct vfu_fds *fds)
{
	uint32_t n = feed->form & PIECE_FDS;

	if (!feed->has_fds)
		return;
	feed->has_fds = false;
	for (n = n == PIECE_FDS ? VFU_MAX_FDS + 1 : n; n; n--)
		vfu_fds_add(fds, descriptor((feed->form & PIECE_KIND) >> 3));
}

static ssize_t receive(void *link, void *bytes, size_t len, struct vfu_fds *fds)
{
	struct feed *feed = link;
	size_t n;

	while (feed->at == feed->len)
		if (!next_piece(feed))
			return 0;
	give_descriptors(feed, fds);
	n = feed->len - feed->at;
	n = n < len ? n : len;
	memcpy(bytes, feed->piece + feed->at, n);
	feed->at += n;
	note(feed, bytes, n);
	return n;
}

static void check_maps(const struct vfu_memory *memory)
{
	HOLDS(memory->n <= VFU_MAX_MAPS, "maps are not more than allowed");
	for (uint32_t i = 1; i < memory->n; i++) {
		const struct vfu_map *map = &memory->maps[i - 1];

		HOLDS(map->address + map->size - 1 < map[1].address,
		      "maps ascend and do not overlap");
	}
}

/* What the fuzzer has to put together: a second map that does not overlap. */
static void seeded_fault(const struct feed *feed)
{
	HOLDS(!SEEDED || feed->server->memory.n < 2, "there is one map");
}

static int send_reply(void *link, const void *bytes, size_t len)
{
	struct feed *feed = link;
	struct vfu_header reply;

	HOLDS(len >= sizeof(reply), "a reply has a header");
	memcpy(&reply, bytes, sizeof(reply));
	HOLDS(reply.size == len, "a reply says its size");
	HOLDS(reply.id == feed->asked.id && reply.command == feed->asked.command,
	      "a reply echoes id and command");
	HOLDS(!(feed->asked.flags & VFU_NO_REPLY), "no reply comes unwanted");
	HOLDS(reply.flags == VFU_REPLY || (reply.flags == (VFU_REPLY | VFU_ERROR) &&
					   len == sizeof(reply)),
	      "a reply is one, and with an error nothing else");
	HOLDS(!(reply.flags & VFU_ERROR) == !reply.error, "an error has a number");
	check_maps(&feed->server->memory);
	seeded_fault(feed);
	return 0;
}

static void ignore(void *link)
{
	(void)link;
}

static const struct vfu_transport buffer = {
	.accept = accept_client,
	.receive = receive,
	.send = send_reply,
	.hang_up = ignore,
	.stop = ignore,
	.destroy = ignore,
};

static void check_access(uint32_t region, uint64_t offset, uint32_t len,
			 uint32_t flag)
{
	const struct vfu_region *there = &toy_function.regions[region];

	HOLDS(region < VFU_N_REGIONS, "an access has a region");
	HOLDS(there->flags & flag, "an access is of an allowed direction");
	HOLDS(len && offset < there->size && len <= there->size - offset,
	      "an access lies in its region");
}

static int checked_read(void *context, uint32_t region, uint64_t offset,
			void *bytes, uint32_t len)
{
	check_access(region, offset, len, VFIO_REGION_INFO_FLAG_READ);
	return toy_read(context, region, offset, bytes, len);
}

static int checked_write(void *context, uint32_t region, uint64_t offset,
			 const void *bytes, uint32_t len)
{
	check_access(region, offset, len, VFIO_REGION_INFO_FLAG_WRITE);
	return toy_write(context, region, offset, bytes, len);
}

static uint32_t n_resets;

static void counted_reset(void *context)
{
	n_resets++;
	toy_reset(context);
}

/* The number that the next descriptor has tells whether one was left open. */
static int next_descriptor(void)
{
	int fd = descriptor(3);

	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct feed feed;
	static struct toy toy;
	struct vfu_function function = toy_of(&toy);
	int before = next_descriptor();
	uint8_t byte;

	memset(&toy, 0, sizeof(toy));
	feed = (struct feed){ .input = { data, size } };
	feed.is_polite = !(take(&feed.input, 1) & 1);
	feed.server = vfu_create();
	HOLDS(feed.server, "there is a server");
	toy.server = feed.server;
	toy.is_calm = true;
	n_resets = 0;
	function.read = checked_read;
	function.write = checked_write;
	function.reset = counted_reset;
	HOLDS(!vfu_serve(feed.server, &function, &buffer, &feed), "it serves");
	HOLDS(n_resets >= feed.n_clients, "who goes leaves a reset");
	for (uint64_t page = 0; page < 32; page++)
		HOLDS(vfu_dma_read(feed.server, page * VFU_PAGE, &byte, 1),
		      "who is gone leaves no memory");
	HOLDS(!feed.server->memory.n, "who is gone leaves no map");
	HOLDS(next_descriptor() == before, "no descriptor is left");
	vfu_destroy(feed.server);
	return 0;
}
