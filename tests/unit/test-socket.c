// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The command socket: both ends of it, and ends that misbehave. */
#include <dirent.h>
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
#include "misbehave/faults.h"
#include "machine.h"
#include "served.h"

#define MANY 96
#define LATENCY_US 300000

static int begin(void **state)
{
	*state = served_begin();
	return 0;
}

static int end(void **state)
{
	served_end(*state);
	return 0;
}

static int send_command(struct mlx5ctl_device *client, u16 opcode)
{
	struct mailbox box;

	command(&box, opcode, 16, 16);
	return mlx5ctl_exec(client, box.in, 16, box.out, 16, NULL);
}

static void a_function_is_named_with_and_without_the_ending(void **state)
{
	struct mlx5ctl_device *client;
	char whole[200];

	(void)state;
	snprintf(whole, sizeof(whole), "%s.cmd", served_name);
	assert_int_equal(mlx5ctl_open(whole, &client, NULL), 0);
	assert_int_equal(send_command(client, PRM_OP_NOP), 0);
	mlx5ctl_close(client);
}

static void no_user_context_is_no_command_and_said_as_by_the_driver(void **state)
{
	static const char plan[] = "{\"mlx5ctl_faults\": 1, \"rules\": ["
		"{\"match\": {\"command\": \"CREATE_UCTX\"},"
		" \"fault\": {\"skip_effect\": 1, \"set\": {\"status\": 8}}}]}";
	struct served *served = *state;
	struct emu_problem problem;
	struct mlx5ctl_error error;
	struct mailbox box;

	emu_set_faults(served->device,
		       emu_plan_parse("", plan, strlen(plan), &problem));
	command(&box, PRM_OP_NOP, 16, 16);
	box.out[0] = 1;
	assert_int_equal(mlx5ctl_exec(served->client, box.in, 16, box.out, 16,
				      &error), -EREMOTEIO);
	assert_int_equal(error.status, 0);
	assert_int_equal(box.out[0], 0);
}

static void a_client_is_judged_before_anything_is_sent(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_error error;
	struct mailbox box;

	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	assert_int_equal(mlx5ctl_exec(served->client, box.in, box.in_len,
				      box.out, 16, &error), -EBADMSG);
	assert_int_equal(emu_count(served->device, EMU_UCTX), 0);
	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
	assert_int_equal(emu_count(served->device, EMU_UCTX), 1);
}

static void what_a_client_made_goes_with_it(void **state)
{
	struct served *served = *state;

	for (int i = 0; i < 5; i++)
		assert_int_equal(send_command(served->client,
					      PRM_OP_ALLOC_PD), 0);
	assert_int_equal(emu_count(served->device, EMU_PD), 5);
	mlx5ctl_close(served->client);
	served->client = NULL;
	served_wait_until_none(served, EMU_UCTX);
	assert_int_equal(emu_count(served->device, EMU_PD), 0);
}

static void clients_have_user_contexts_of_their_own(void **state)
{
	struct mlx5ctl_device *other = served_connect();
	struct served *served = *state;
	struct mlx5ctl_device_info one, two;

	assert_int_equal(mlx5ctl_get_info(served->client, &one, NULL), 0);
	assert_int_equal(mlx5ctl_get_info(other, &two, NULL), 0);
	assert_int_not_equal(one.uid, two.uid);
	assert_int_equal(one.uctx_cap, 4);
	assert_int_equal(one.dev_uctx_cap, 7);
	assert_int_equal(send_command(other, PRM_OP_ALLOC_PD), 0);
	assert_int_equal(send_command(served->client, PRM_OP_ALLOC_PD), 0);
	mlx5ctl_close(other);
	for (int i = 0; emu_count(served->device, EMU_PD) > 1 && i < 20000; i++)
		usleep(1000);
	assert_int_equal(emu_count(served->device, EMU_PD), 1);
	assert_int_equal(emu_count(served->device, EMU_UCTX), 1);
}

/* What a client that is not judged is told of its new context. */
static u16 raw_uid(void *door)
{
	struct mailbox box;

	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	assert_int_equal(emu_door_socket.exec(door, box.in, box.in_len,
					      box.out, 16, NULL), 0);
	assert_int_equal(box.out[0], 0);
	return got(&box, PRM_AT(create_uctx_out, uid));
}

static void raw_destroy(void *door, u16 uid)
{
	struct mailbox box;

	command(&box, PRM_OP_DESTROY_UCTX, 16, 16);
	put(&box, PRM_AT(destroy_uctx_in, uctx_uid), uid);
	assert_int_equal(emu_door_socket.exec(door, box.in, 16, box.out, 16,
					      NULL), 0);
	assert_int_equal(box.out[0], 0);
}

static void *raw_door(void)
{
	void *door;

	assert_int_equal(emu_door_socket_connect(served_path, 5000, &door,
						 NULL), 0);
	return door;
}

static void leave_until(const struct served *served, void *door, u32 left)
{
	emu_door_socket.close(door);
	for (int i = 0; emu_count(served->device, EMU_UCTX) > left &&
	     i < 20000; i++)
		usleep(1000);
	assert_int_equal(emu_count(served->device, EMU_UCTX), left);
}

/* Another device: it needs no pages, and nobody was its client. */
static void serve_anew(struct served *served)
{
	served_stop(served);
	emu_destroy(served->device);
	served->device = device_of("{\"mlx5ctl_personality\": 1, \"name\": \"t\","
				   " \"device\": {}, \"registers\": {},"
				   " \"capabilities\": {\"GENERAL\": {}}}");
	served_start(served);
}

static void begin_anew(struct emu_device *device)
{
	struct mailbox box;

	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	command(&box, PRM_OP_ENABLE_HCA, 16, 16);
	assert_int_equal(execute(device, &box), 0);
	command(&box, PRM_OP_INIT_HCA, PRM_SIZE(init_hca_in), 16);
	assert_int_equal(execute(device, &box), 0);
}

/* A reset ends a context, and its number may be another's afterwards. */
static void a_client_of_before_a_reset_takes_nothing_of_others(void **state)
{
	struct served *served = *state;
	void *before, *after;
	u16 uid, again;

	serve_anew(served);
	before = raw_door();
	after = raw_door();
	uid = raw_uid(before);
	begin_anew(served->device);
	while ((again = raw_uid(after)) != uid)
		raw_destroy(after, again);
	raw_uid(before);
	leave_until(served, before, 1);
	make_pd(served->device, uid);
	leave_until(served, after, 0);
	assert_int_equal(emu_count(served->device, EMU_PD), 0);
}

static void a_client_told_of_the_wrong_context_takes_its_own_with_it(void **state)
{
	struct served *served = *state;
	struct emu_problem problem;
	void *first, *second;

	serve_anew(served);
	emu_set_faults(served->device,
		       emu_plan_shipped("D30-uid-taken", &problem));
	first = raw_door();
	second = raw_door();
	assert_int_equal(raw_uid(first), 1);
	assert_int_equal(raw_uid(second), 1);
	leave_until(served, second, 1);
	make_pd(served->device, 1);
	leave_until(served, first, 0);
}

/* When commands came and were executed, as who observes the device sees it. */
static struct {
	pthread_mutex_t lock;
	size_t n;
	u64 came[MANY], executed[MANY];
} sight = { PTHREAD_MUTEX_INITIALIZER };

static void see(void *context, const struct emu_executed *executed)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	pthread_mutex_lock(&sight.lock);
	if (sight.n < MANY) {
		sight.executed[sight.n] = now.tv_sec * 1000000000ull + now.tv_nsec;
		sight.came[sight.n] = sight.executed[sight.n] -
				      executed->nanoseconds;
	}
	sight.n++;
	pthread_mutex_unlock(&sight.lock);
}

/* Of those that were executed, how many were under way at once. */
static unsigned int most_seen(size_t n)
{
	unsigned int most = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned int under_way = 0;

		for (size_t j = 0; j < n; j++)
			under_way += sight.came[j] <= sight.came[i] &&
				     sight.came[i] < sight.executed[j];
		if (under_way > most)
			most = under_way;
	}
	return most;
}

/* How many were under way at once, of commands that each get their own answer. */
static unsigned int most_at_once(struct mlx5ctl_device *client, size_t n,
				 unsigned int depth)
{
	static struct mlx5ctl_command commands[MANY];
	static struct mailbox boxes[MANY];

	for (size_t i = 0; i < n; i++) {
		access_register(&boxes[i], i % 2 ? PRM_REG_MGIR : PRM_REG_PAOS,
				false, i % 2 ? PRM_SIZE(mgir) : PRM_SIZE(paos));
		if (i % 2 == 0)
			put(&boxes[i], in_register(PRM_AT(paos, local_port)),
			    1);
		commands[i] = (struct mlx5ctl_command){
			.in = boxes[i].in, .in_len = boxes[i].in_len,
			.out = boxes[i].out, .out_len = boxes[i].out_len,
		};
	}
	sight.n = 0;
	assert_int_equal(mlx5ctl_exec_many(client, commands, n, depth), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got(&boxes[i], in_register(i % 2 ?
					PRM_AT(mgir, hw_info__hw_dev_id) :
					PRM_AT(paos, local_port))),
				 i % 2 ? 0x218 : 1);
	assert_int_equal(sight.n, n);
	return most_seen(n);
}

/* More than that wait to be read. */
static void thirty_two_commands_are_in_flight_on_one_connection(void **state)
{
	struct served *served = *state;

	emu_set_latency(served->device, LATENCY_US);
	emu_set_observer(served->device, see, NULL);
	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
	assert_int_equal(most_at_once(served->client, 3, 1), 1);
	assert_int_equal(most_at_once(served->client, MANY, 32), 32);
	assert_int_equal(most_at_once(served->client, MANY, 64), 32);
}

static const u8 nop[16] = { PRM_OP_NOP >> 8, PRM_OP_NOP & 0xff };

static void *send_nop(void *door)
{
	u8 out[16];

	return (void *)(intptr_t)emu_door_socket.exec(door, nop, 16, out, 16,
						      NULL);
}

/* Who reads for all hands that over to one who waits, and to nobody else. */
static void what_is_begun_and_not_waited_for_stops_nobody(void **state)
{
	const struct emu_door *socket = &emu_door_socket;
	struct served *served = *state;
	pthread_t threads[2];
	void *door, *pending, *result;
	u8 out[16];

	emu_set_latency(served->device, LATENCY_US);
	assert_int_equal(emu_door_socket_connect(served_path, 5000, &door,
						 NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, send_nop,
						door), 0);
	usleep(LATENCY_US / 4);
	assert_int_equal(socket->begin(door, nop, 16, out, 16, &pending, NULL),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
	assert_int_equal(socket->end(door, pending, NULL), 0);
	socket->close(door);
}

/* Neither end's socket holds all that is asked or answered. */
static void more_than_sockets_hold_is_read_while_more_is_begun(void **state)
{
	enum { ANSWERED_LONG = 100, ALL = 256 };
	static struct mlx5ctl_command commands[ALL];
	static struct mailbox boxes[ALL];
	struct served *served = *state;

	for (unsigned int i = 0; i < ALL; i++) {
		access_register(&boxes[i], PRM_REG_PPCNT, false,
				PRM_SIZE(ppcnt));
		put(&boxes[i], in_register(PRM_AT(ppcnt, local_port)), 1);
		if (i < ANSWERED_LONG) {
			command(&boxes[i], PRM_OP_QUERY_HCA_CAP, 16,
				16 + MLX5CTL_CAPABILITY_BYTES);
			put(&boxes[i], PRM_AT(query_hca_cap_in, op_mod), 1);
		}
		commands[i] = (struct mlx5ctl_command){
			.in = boxes[i].in, .in_len = boxes[i].in_len,
			.out = boxes[i].out, .out_len = boxes[i].out_len,
		};
	}
	mlx5ctl_exec_many(served->client, commands, ALL, ALL);
	for (unsigned int i = 0; i < ALL; i++)
		assert_int_equal(commands[i].result, 0);
}

#define LONG (1u << 20)

static void *send_long(void *door)
{
	static u8 in[LONG] = { PRM_OP_NOP >> 8, PRM_OP_NOP & 0xff };
	u8 out[16];

	return (void *)(intptr_t)emu_door_socket.exec(door, in, sizeof(in), out,
						      16, NULL);
}

/* The server reads on when its answer is read, by who would begin more. */
static void who_begins_does_not_wait_for_another_who_sends(void **state)
{
	const struct emu_door *socket = &emu_door_socket;
	void *door, *pending[2], *result;
	static u8 answers[2][LONG];
	pthread_t thread;
	int more;

	(void)state;
	assert_int_equal(emu_door_socket_connect(served_path, 5000, &door,
						 NULL), 0);
	assert_int_equal(socket->begin(door, nop, 16, answers[0], LONG,
				       &pending[0], NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, send_long, door), 0);
	usleep(LATENCY_US);
	more = socket->begin(door, nop, 16, answers[1], LONG, &pending[1],
			     NULL);
	assert_true(!more || more == -EAGAIN);
	assert_int_equal(socket->end(door, pending[0], NULL), 0);
	if (!more)
		assert_int_equal(socket->end(door, pending[1], NULL), 0);
	pthread_join(thread, &result);
	assert_null(result);
	socket->close(door);
}

static void a_server_that_ends_leaves_no_device(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_error error;
	struct mailbox box;

	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
	served_stop(served);
	command(&box, PRM_OP_NOP, 16, 16);
	assert_int_equal(mlx5ctl_exec(served->client, box.in, 16, box.out, 16,
				      &error), -ENODEV);
	assert_non_null(strstr(error.message, "has ended"));
	assert_int_equal(access(served_path, F_OK), -1);
	assert_int_equal(emu_count(served->device, EMU_UCTX), 0);
}

static void a_socket_in_use_is_left_alone_and_a_stale_one_replaced(void **state)
{
	struct served *served = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct emu_problem problem;
	int fd;

	assert_null(emu_command_server_start(served_path, served->device,
					     served->bus, &problem));
	assert_non_null(strstr(problem.text, "another process serves there"));
	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
	served_stop(served);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(address.sun_path, served_path);
	assert_int_equal(bind(fd, (void *)&address, sizeof(address)), 0);
	close(fd);
	served_start(served);
}

static void a_socket_is_for_its_user_only(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat(served_path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_file_and_too_long_a_path_are_no_place_to_serve(void **state)
{
	struct served *served = *state;
	struct emu_problem problem;
	char other[300];
	FILE *file;

	snprintf(other, sizeof(other), "%s/file", served_folder);
	file = fopen(other, "w");
	fclose(file);
	assert_null(emu_command_server_start(other, served->device,
					     served->bus, &problem));
	assert_non_null(strstr(problem.text, "something else than a socket"));
	assert_int_equal(access(other, F_OK), 0);
	unlink(other);
	snprintf(other, sizeof(other), "%s/%0200d", served_folder, 0);
	assert_null(emu_command_server_start(other, served->device,
					     served->bus, &problem));
	assert_non_null(strstr(problem.text, "107 bytes"));
}

/* A client of its own making, for what the tool never says. */
static int raw_client(void)
{
	const struct emu_frame hello = {
		.type = EMU_FRAME_HELLO, .argument = EMU_SOCKET_VERSION,
	};
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct emu_welcome welcome;
	struct emu_frame frame;

	strcpy(address.sun_path, served_path);
	assert_int_equal(connect(fd, (void *)&address, sizeof(address)), 0);
	assert_int_equal(emu_frame_send(fd, &hello, NULL, -1, -1), 0);
	assert_int_equal(emu_frame_receive(fd, &frame, NULL,
					   emu_deadline(5000)), 0);
	assert_int_equal(frame.length, sizeof(welcome));
	assert_int_equal(emu_bytes_receive(fd, &welcome, sizeof(welcome),
					   emu_deadline(5000)), 0);
	return fd;
}

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
		int fd = raw_client();

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
	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
}

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
		int fd = raw_client();

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
	assert_int_equal(send_command(served->client, PRM_OP_NOP), 0);
}

static void what_is_no_greeting_is_not_answered(void **state)
{
	const struct emu_frame first = {
		.type = EMU_FRAME_ACCOUNTS, .argument = EMU_SOCKET_VERSION,
	};
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct emu_frame answer;

	(void)state;
	strcpy(address.sun_path, served_path);
	assert_int_equal(connect(fd, (void *)&address, sizeof(address)), 0);
	assert_int_equal(emu_frame_send(fd, &first, NULL, -1, -1), 0);
	assert_int_equal(emu_frame_receive(fd, &answer, NULL,
					   emu_deadline(5000)), -ENODEV);
	close(fd);
}

/* Who does not count what is under way is made to wait. */
static void what_is_too_much_at_once_waits_and_is_done_though_its_client_left(void **state)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_EXEC, .length = 16, .argument = 16,
	};
	struct served *served = *state;
	const size_t n = EMU_SOCKET_IN_FLIGHT + 8;
	int fd = raw_client();

	emu_set_latency(served->device, LATENCY_US);
	emu_set_observer(served->device, see, NULL);
	sight.n = 0;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(emu_frame_send(fd, &frame, nop, -1, -1), 0);
	shutdown(fd, SHUT_WR);
	for (int i = 0; sight.n < n && i < 10000; i++)
		usleep(1000);
	assert_int_equal(sight.n, n);
	assert_int_equal(most_seen(n), EMU_SOCKET_IN_FLIGHT);
	close(fd);
}

static void places_of_clients_that_left_are_for_others(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		close(raw_client());
}

static void accounts_say_what_the_device_holds(void **state)
{
	const struct emu_frame accounts = { .type = EMU_FRAME_ACCOUNTS };
	char before[512] = "", after[512] = "";
	struct served *served = *state;
	int fd = raw_client();
	struct emu_frame answer;

	assert_int_equal(ask_raw(fd, accounts, NULL, -1, &answer, before), 0);
	assert_int_equal(send_command(served->client, PRM_OP_ALLOC_PD), 0);
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
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct emu_frame answer;

	(void)state;
	strcpy(address.sun_path, served_path);
	assert_int_equal(connect(fd, (void *)&address, sizeof(address)), 0);
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
	int fds[2] = { raw_client(), raw_client() };
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
	int fd = raw_client(), memory = shared_memory(F_SEAL_GROW, 8192);
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
	fd = raw_client();
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

#define SOCKET_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SOCKET_TEST(a_function_is_named_with_and_without_the_ending),
		SOCKET_TEST(no_user_context_is_no_command_and_said_as_by_the_driver),
		SOCKET_TEST(a_client_is_judged_before_anything_is_sent),
		SOCKET_TEST(what_a_client_made_goes_with_it),
		SOCKET_TEST(clients_have_user_contexts_of_their_own),
		SOCKET_TEST(a_client_of_before_a_reset_takes_nothing_of_others),
		SOCKET_TEST(a_client_told_of_the_wrong_context_takes_its_own_with_it),
		SOCKET_TEST(thirty_two_commands_are_in_flight_on_one_connection),
		SOCKET_TEST(what_is_begun_and_not_waited_for_stops_nobody),
		SOCKET_TEST(more_than_sockets_hold_is_read_while_more_is_begun),
		SOCKET_TEST(who_begins_does_not_wait_for_another_who_sends),
		SOCKET_TEST(a_server_that_ends_leaves_no_device),
		SOCKET_TEST(a_socket_in_use_is_left_alone_and_a_stale_one_replaced),
		SOCKET_TEST(a_socket_is_for_its_user_only),
		SOCKET_TEST(a_file_and_too_long_a_path_are_no_place_to_serve),
		SOCKET_TEST(a_frame_that_is_none_ends_its_connection_only),
		SOCKET_TEST(descriptors_that_are_not_asked_for_end_a_connection_and_are_closed),
		SOCKET_TEST(what_is_no_greeting_is_not_answered),
		SOCKET_TEST(what_is_too_much_at_once_waits_and_is_done_though_its_client_left),
		SOCKET_TEST(places_of_clients_that_left_are_for_others),
		SOCKET_TEST(accounts_say_what_the_device_holds),
		SOCKET_TEST(another_version_is_told_ours),
		SOCKET_TEST(memory_of_two_clients_has_two_addresses),
		SOCKET_TEST(memory_that_can_shrink_or_is_too_small_or_large_is_refused),
		cmocka_unit_test(a_server_that_lies_is_not_believed),
		cmocka_unit_test(a_server_that_is_silent_or_dies_is_told_apart),
	};

	return cmocka_run_group_tests(tests, served_make_folder,
				      served_drop_folder);
}
