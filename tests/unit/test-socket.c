// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The command socket: what the library and its clients may expect of it. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void a_function_is_named_with_and_without_the_ending(void **state)
{
	struct mlx5ctl_device *client;
	char whole[200];

	(void)state;
	snprintf(whole, sizeof(whole), "%s.cmd", served_name);
	assert_int_equal(mlx5ctl_open(whole, &client, NULL), 0);
	assert_int_equal(served_send(client, PRM_OP_NOP), 0);
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
	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
	assert_int_equal(emu_count(served->device, EMU_UCTX), 1);
}

static void what_a_client_made_goes_with_it(void **state)
{
	struct served *served = *state;

	for (int i = 0; i < 5; i++)
		assert_int_equal(served_send(served->client, PRM_OP_ALLOC_PD),
				 0);
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
	assert_int_equal(served_send(other, PRM_OP_ALLOC_PD), 0);
	assert_int_equal(served_send(served->client, PRM_OP_ALLOC_PD), 0);
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
	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
	assert_int_equal(most_at_once(served->client, 3, 1), 1);
	assert_int_equal(most_at_once(served->client, MANY, 32), 32);
	assert_int_equal(most_at_once(served->client, MANY, 64), 32);
}

static const u8 nop[16] = { PRM_OP_NOP >> 8, PRM_OP_NOP & 0xff };

/* Who does not count what is under way is made to wait. */
static void what_is_too_much_at_once_waits_and_is_done_though_its_client_left(void **state)
{
	const struct emu_frame frame = {
		.type = EMU_FRAME_EXEC, .length = 16, .argument = 16,
	};
	struct served *served = *state;
	const size_t n = EMU_SOCKET_IN_FLIGHT + 8;
	int fd = served_raw();

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

	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
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
	assert_int_equal(served_send(served->client, PRM_OP_NOP), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED_TEST(a_function_is_named_with_and_without_the_ending),
		SERVED_TEST(no_user_context_is_no_command_and_said_as_by_the_driver),
		SERVED_TEST(a_client_is_judged_before_anything_is_sent),
		SERVED_TEST(what_a_client_made_goes_with_it),
		SERVED_TEST(clients_have_user_contexts_of_their_own),
		SERVED_TEST(a_client_of_before_a_reset_takes_nothing_of_others),
		SERVED_TEST(a_client_told_of_the_wrong_context_takes_its_own_with_it),
		SERVED_TEST(thirty_two_commands_are_in_flight_on_one_connection),
		SERVED_TEST(what_is_too_much_at_once_waits_and_is_done_though_its_client_left),
		SERVED_TEST(what_is_begun_and_not_waited_for_stops_nobody),
		SERVED_TEST(more_than_sockets_hold_is_read_while_more_is_begun),
		SERVED_TEST(who_begins_does_not_wait_for_another_who_sends),
		SERVED_TEST(a_server_that_ends_leaves_no_device),
		SERVED_TEST(a_socket_in_use_is_left_alone_and_a_stale_one_replaced),
		SERVED_TEST(a_socket_is_for_its_user_only),
		SERVED_TEST(a_file_and_too_long_a_path_are_no_place_to_serve),
	};

	return cmocka_run_group_tests(tests, served_make_folder,
				      served_drop_folder);
}
