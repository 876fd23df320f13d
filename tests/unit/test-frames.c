// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The command socket, frame by frame: clients that are not this library, and servers that lie. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "command-socket.h"
#include "emu-door.h"
#include "machine.h"
#include "served.h"

static int ask_raw(int fd, struct emu_frame frame, const void *bytes,
		   int passed, struct emu_frame *answer, void *out)
{
	int error = emu_frame_send(fd, &frame, bytes, passed, -1);

	if (!error)
		error = emu_frame_receive(fd, answer, NULL, emu_deadline(5000));
	if (!error)
		error = emu_bytes_receive(fd, out, answer->length,
					  emu_deadline(5000));
	return error;
}

static void a_frame_that_is_none_ends_its_connection_only(void **state)
{
	static const struct emu_frame bad[] = {
		{ .type = 1 },
		{ .type = EMU_FRAME_HELLO, .argument = EMU_SOCKET_VERSION },
		{ .type = EMU_FRAME_EXEC, .length = EMU_SOCKET_MOST + 4 },
		{ .type = EMU_FRAME_EXEC, .argument = EMU_SOCKET_MOST + 4 },
		{ .type = EMU_FRAME_EXEC, .length = UINT32_MAX },
		{ .type = EMU_FRAME_MAP, .argument = 4096 },
		{ .type = EMU_FRAME_UNMAP },
		{ .type = EMU_FRAME_RESET, .argument = 3 },
		{ .type = EMU_FRAME_TRACED, .argument = 1 },
		{ .type = EMU_FRAME_TRACED, .length = 4, .argument = 1 },
		{ .type = EMU_FRAME_TRACED, .length = 8,
		  .argument = EMU_SOCKET_EVENTS + 1 },
	};
	struct served *served = *state;
	struct emu_frame answer;
	const u8 zeros[8] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int fd = served_raw();

		assert_int_equal(send(fd, &bad[i], sizeof(bad[i]), 0),
				 sizeof(bad[i]));
		if (bad[i].length && bad[i].length <= sizeof(zeros))
			assert_int_equal(send(fd, zeros, bad[i].length, 0),
					 bad[i].length);
		assert_int_equal(emu_frame_receive(fd, &answer, NULL,
						   emu_deadline(5000)),
				 -ENODEV);
		close(fd);
	}
	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
}

static const u8 nop[16] = { PRM_OP_NOP >> 8, PRM_OP_NOP & 0xff };

/* Of this process, which is client and server. */
static unsigned int count_files(void)
{
	unsigned int n = 0;
	DIR *folder = opendir("/proc/self/fd");

	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* Part of a frame, with descriptors. */
static void send_part(int fd, const void *bytes, size_t len, int n, int file)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	struct iovec part = { (void *)bytes, len };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(n * sizeof(int));
	for (int i = 0; i < n; i++)
		memcpy(CMSG_DATA(header) + i * sizeof(int), &file, sizeof(int));
	assert_int_equal(sendmsg(fd, &message, 0), len);
}

static void descriptors_that_are_not_asked_for_end_a_connection_and_are_closed(void **state)
{
	const struct emu_frame map = { .type = EMU_FRAME_MAP, .argument = 4096 };
	const struct emu_frame nop_frame = {
		.type = EMU_FRAME_EXEC, .length = 16, .argument = 16,
	};
	struct served *served = *state;
	const u8 *rest = (const u8 *)&map + 8;
	unsigned int before = count_files();
	struct emu_frame answer;

	for (int i = 0; i < 4; i++) {
		int fd = served_raw();

		if (i == 0) {		/* with a command */
			send_part(fd, &nop_frame, sizeof(nop_frame), 1, fd);
			assert_int_equal(send(fd, nop, 16, 0), 16);
		} else if (i == 1) {	/* two at once */
			send_part(fd, &map, sizeof(map), 2, fd);
		} else if (i == 2) {	/* two after each other */
			send_part(fd, &map, 8, 1, fd);
			send_part(fd, rest, sizeof(map) - 8, 1, fd);
		} else {		/* and no more */
			send_part(fd, &map, 8, 1, fd);
			shutdown(fd, SHUT_WR);
		}
		assert_int_equal(emu_frame_receive(fd, &answer, NULL,
						   emu_deadline(5000)),
				 -ENODEV);
		close(fd);
	}
	/* The server's own of who left goes when another comes. */
	for (int i = 0; count_files() > before + 1 && i < 5000; i++) {
		mlx5ctl_close(served_connect());
		usleep(1000);
	}
	assert_in_range(count_files(), before - 1, before + 1);
	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
}

static void what_is_no_greeting_is_not_answered(void **state)
{
	const struct emu_frame first = {
		.type = EMU_FRAME_ACCOUNTS, .argument = EMU_SOCKET_VERSION,
	};
	int fd = served_silent();
	struct emu_frame answer;

	(void)state;
	assert_int_equal(emu_frame_send(fd, &first, NULL, -1, -1), 0);
	assert_int_equal(emu_frame_receive(fd, &answer, NULL,
					   emu_deadline(5000)), -ENODEV);
	close(fd);
}

static void places_of_clients_that_left_are_for_others(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		close(served_raw());
}

static void accounts_say_what_the_device_holds(void **state)
{
	const struct emu_frame accounts = { .type = EMU_FRAME_ACCOUNTS };
	char before[512] = "", after[512] = "";
	struct served *served = *state;
	int fd = served_raw();
	struct emu_frame answer;

	assert_int_equal(ask_raw(fd, accounts, NULL, -1, &answer, before), 0);
	assert_int_equal(served_send(served->client, PRM_OP_ALLOC_PD), 0);
	assert_int_equal(ask_raw(fd, accounts, NULL, -1, &answer, after), 0);
	assert_int_equal(answer.length, strlen(after));
	assert_non_null(strstr(before, "\npd 0\n"));
	assert_non_null(strstr(after, "\npd 1\n"));
	assert_non_null(strstr(after, "\npages "));
	close(fd);
}

static void another_version_is_told_ours(void **state)
{
	const struct emu_frame hello = {
		.type = EMU_FRAME_HELLO, .argument = EMU_SOCKET_VERSION + 1,
	};
	int fd = served_silent();
	struct emu_frame answer;

	(void)state;
	assert_int_equal(ask_raw(fd, hello, NULL, -1, &answer, NULL), 0);
	assert_int_equal(answer.result, -EPROTONOSUPPORT);
	assert_int_equal(answer.argument, EMU_SOCKET_VERSION);
	close(fd);
}

static int shared_memory(int seals, off_t size)
{
	int fd = memfd_create("test", MFD_ALLOW_SEALING);

	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static int map_raw(int fd, int memory, u32 size, struct emu_mapping *mapping)
{
	const struct emu_frame map = {
		.type = EMU_FRAME_MAP, .argument = size,
	};
	struct emu_frame answer;

	assert_int_equal(ask_raw(fd, map, NULL, memory, &answer, mapping), 0);
	return answer.result;
}

static void memory_of_two_clients_has_two_addresses(void **state)
{
	int memory = shared_memory(F_SEAL_SHRINK, 8192);
	int fds[2] = { served_raw(), served_raw() };
	struct emu_mapping mappings[2];
	struct served *served = *state;
	struct emu_frame answer;
	u8 *bytes, seen[4];

	for (int i = 0; i < 2; i++)
		assert_int_equal(map_raw(fds[i], memory, 8192, &mappings[i]),
				 0);
	assert_true(mappings[1].address >= mappings[0].address + 8192 ||
		    mappings[0].address >= mappings[1].address + 8192);
	bytes = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	memcpy(bytes + 4094, "abcd", 4);
	assert_int_equal(emu_bus_read(served->bus, mappings[0].address + 4094,
				      seen, 4), 0);
	assert_memory_equal(seen, "abcd", 4);
	assert_int_equal(emu_bus_write(served->bus, mappings[1].address, "z",
				       1), 0);
	assert_int_equal(bytes[0], 'z');
	assert_int_equal(emu_bus_read(served->bus, mappings[0].address + 8190,
				      seen, 4), -EFAULT);
	/* Of others none is anybody's to take away. */
	assert_int_equal(ask_raw(fds[0], (struct emu_frame){
				 .type = EMU_FRAME_UNMAP,
				 .length = sizeof(mappings[1]) }, &mappings[1],
				 -1, &answer, NULL), 0);
	assert_int_equal(answer.result, -ENOENT);
	assert_int_equal(emu_bus_read(served->bus, mappings[1].address, seen,
				      4), 0);
	close(fds[0]);
	for (int i = 0; !emu_bus_read(served->bus, mappings[0].address, seen,
				      4) && i < 20000; i++)
		usleep(1000);
	assert_int_equal(emu_bus_read(served->bus, mappings[0].address, seen,
				      4), -EFAULT);
	assert_int_equal(emu_bus_read(served->bus, mappings[1].address, seen,
				      4), 0);
	munmap(bytes, 8192);
	close(memory);
	close(fds[1]);
}

/* Memory that its owner can take away under us would be a SIGBUS. */
static void memory_that_can_shrink_or_is_too_small_or_large_is_refused(void **state)
{
	int fd = served_raw(), memory = shared_memory(F_SEAL_GROW, 8192);
	struct emu_mapping mapping;

	(void)state;
	assert_int_equal(map_raw(fd, memory, 8192, &mapping), -EINVAL);
	close(memory);
	memory = shared_memory(F_SEAL_SHRINK, 4096);
	assert_int_equal(map_raw(fd, memory, 8192, &mapping), -EINVAL);
	assert_int_equal(map_raw(fd, memory, 0, &mapping), -EINVAL);
	assert_int_equal(map_raw(fd, memory, 100, &mapping), -EINVAL);
	for (int i = 0; i < EMU_SOCKET_MAPPINGS; i++)
		assert_int_equal(map_raw(fd, memory, 4096, &mapping), 0);
	assert_int_equal(map_raw(fd, memory, 4096, &mapping), -ENOSPC);
	close(memory);
	close(fd);
	fd = served_raw();
	memory = shared_memory(F_SEAL_SHRINK, EMU_SOCKET_MAPPING_BYTES + 4096);
	assert_int_equal(map_raw(fd, memory, EMU_SOCKET_MAPPING_BYTES + 4096,
				 &mapping), -EINVAL);
	assert_int_equal(map_raw(fd, memory, EMU_SOCKET_MAPPING_BYTES,
				 &mapping), 0);
	close(memory);
	close(fd);
}

/* A server that lies: what it answers to the first request. */
struct liar {
	struct emu_frame frame;	/* id is added to the request's */
	bool hangs;
	bool stops_half_way;
};

static const struct liar *told;

static void *lie(void *context)
{
	int listener = *(int *)context, fd = accept(listener, NULL, NULL);
	struct emu_welcome welcome = { .uctx_cap = 7 };
	struct emu_frame frame, answer;
	u8 bytes[4096] = { 0 };

	if (emu_frame_receive(fd, &frame, NULL, -1))
		abort();
	frame.length = sizeof(welcome);
	emu_frame_send(fd, &frame, &welcome, -1, -1);
	if (emu_frame_receive(fd, &frame, NULL, -1) ||
	    emu_bytes_receive(fd, bytes, frame.length, -1))
		abort();
	answer = told->frame;
	answer.id += frame.id;
	if (told->stops_half_way)
		send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
	else if (!told->hangs)
		emu_frame_send(fd, &answer, bytes, -1, -1);
	/* Until the client has enough of it. */
	if (!told->stops_half_way)
		while (recv(fd, bytes, sizeof(bytes), 0) > 0)
			;
	close(fd);
	return NULL;
}

static int what_a_liar_gets(const struct liar *liar)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	u8 in[16] = { 0 }, out[16];
	pthread_t thread;
	void *door;
	int result;

	told = liar;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/liar",
		 served_folder);
	assert_int_equal(bind(listener, (void *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, lie, &listener), 0);
	assert_int_equal(emu_door_socket_connect(address.sun_path, 300, &door,
						 NULL), 0);
	result = emu_door_socket.exec(door, in, 16, out, 16, NULL);
	assert_int_equal(emu_door_socket.exec(door, in, 16, out, 16, NULL),
			 result);
	emu_door_socket.close(door);
	pthread_join(thread, NULL);
	close(listener);
	unlink(address.sun_path);
	return result;
}

static void a_server_that_lies_is_not_believed(void **state)
{
	static const struct emu_frame good = { 16, EMU_FRAME_EXEC };
	struct liar liar = { .frame = good };

	(void)state;
	liar.frame.length = 20;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
	liar.frame.length = 12;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
	liar.frame = good;
	liar.frame.id = 1;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
	liar.frame = good;
	liar.frame.type = EMU_FRAME_MAP;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
	liar.frame = good;
	liar.frame.result = 5;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
	liar.frame.result = -EIO;
	assert_int_equal(what_a_liar_gets(&liar), -EPROTO);
}

static void a_server_that_is_silent_or_dies_is_told_apart(void **state)
{
	struct liar silent = { .hangs = true };
	struct liar dying = { { 16, EMU_FRAME_EXEC }, .stops_half_way = true };

	(void)state;
	assert_int_equal(what_a_liar_gets(&silent), -ETIMEDOUT);
	assert_int_equal(what_a_liar_gets(&dying), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED_TEST(a_frame_that_is_none_ends_its_connection_only),
		SERVED_TEST(descriptors_that_are_not_asked_for_end_a_connection_and_are_closed),
		SERVED_TEST(what_is_no_greeting_is_not_answered),
		SERVED_TEST(places_of_clients_that_left_are_for_others),
		SERVED_TEST(accounts_say_what_the_device_holds),
		SERVED_TEST(another_version_is_told_ours),
		SERVED_TEST(memory_of_two_clients_has_two_addresses),
		SERVED_TEST(memory_that_can_shrink_or_is_too_small_or_large_is_refused),
		cmocka_unit_test(a_server_that_lies_is_not_believed),
		cmocka_unit_test(a_server_that_is_silent_or_dies_is_told_apart),
	};

	return cmocka_run_group_tests(tests, served_make_folder,
				      served_drop_folder);
}
