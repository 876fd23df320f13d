// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Many commands in flight, and the helpers for capabilities and objects. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mlx5ctl.h"
#include "unit.h"

#define MANY 300
#define MOST 256		/* that are under way, however many there may be */

#define STUCK 20 /* seconds after which no further command is going to come */

/*
 * A device that answers each command with what it was asked, and counts. Where
 * `meet` is set none is answered before so many are in flight, so that it is
 * not left to the scheduler whether they ever are.
 */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t met;
	unsigned int running, most, sent, meet, waiting, meetings;
	unsigned int open_to_signals;	/* commands of threads that are */
	bool is_stuck;
} slow = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER };

static int slow_claims(const char *device)
{
	return !strcmp(device, "slow");
}

static int slow_list(int (*found)(void *context, const char *device,
				  const char *description), void *context)
{
	return found(context, "slow", "takes its time");
}

static int slow_open(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	(void)device;
	(void)error;
	*handle = &slow;
	return 0;
}

static void slow_close(void *handle)
{
	assert_ptr_equal(handle, &slow);
}

static int slow_info(void *handle, struct mlx5ctl_device_info *info,
		     struct mlx5ctl_error *error)
{
	(void)handle;
	(void)error;
	info->uid = 1;
	return 0;
}

static void wait_for_the_others(void)
{
	unsigned int meeting = slow.meetings;
	struct timespec until;

	if (++slow.waiting >= slow.meet) {
		slow.waiting = 0;
		slow.meetings++;
		pthread_cond_broadcast(&slow.met);
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STUCK;
	while (slow.meet && !slow.is_stuck && meeting == slow.meetings)
		slow.is_stuck = pthread_cond_timedwait(&slow.met, &slow.lock,
						       &until);
}

static int slow_exec(void *handle, const void *in, uint32_t in_len, void *out,
		     uint32_t out_len, struct mlx5ctl_error *error)
{
	const u8 *asked = in;
	sigset_t blocked;

	(void)handle;
	(void)error;
	(void)in_len;
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	pthread_mutex_lock(&slow.lock);
	slow.sent++;
	slow.open_to_signals += !sigismember(&blocked, SIGINT);
	if (++slow.running > slow.most)
		slow.most = slow.running;
	wait_for_the_others();
	slow.running--;
	pthread_mutex_unlock(&slow.lock);
	memset(out, 0, out_len);
	memcpy((u8 *)out + 8, asked + 8, 8);
	((u8 *)out)[0] = asked[15];	/* the status that was wished for */
	return asked[14] ? -EBADMSG : 0;
}

static const struct mlx5ctl_transport slow_transport = {
	.name = "slow",
	.claims = slow_claims,
	.list = slow_list,
	.open = slow_open,
	.close = slow_close,
	.info = slow_info,
	.exec = slow_exec,
};

/*
 * The same, by a thread that begins and ends, in one order. Byte 13 says how
 * many must not be under way for a command to be begun, byte 12 what stops it.
 */
static struct {
	const void *in;
	void *out;
	uint32_t out_len;
} begun[MANY];
static unsigned int n_begun, n_ended;
static bool cannot_begin;

static int eager_claims(const char *device)
{
	return !strcmp(device, "eager");
}

static int eager_begin(void *handle, const void *in, uint32_t in_len, void *out,
		       uint32_t out_len, void **pending,
		       struct mlx5ctl_error *error)
{
	u8 too_many = ((const u8 *)in)[13];

	(void)handle;
	(void)in_len;
	(void)error;
	if (cannot_begin)
		return -EOPNOTSUPP;
	if (too_many && slow.running + 1 >= too_many)
		return -EAGAIN;
	if (((const u8 *)in)[12]) {
		memset(out, 0xff, out_len);
		return -(int)((const u8 *)in)[12];
	}
	begun[n_begun].in = in;
	begun[n_begun].out = out;
	begun[n_begun++].out_len = out_len;
	*pending = NULL;
	if (++slow.running > slow.most)
		slow.most = slow.running;
	return 0;
}

static int eager_end(void *handle, void *pending, struct mlx5ctl_error *error)
{
	unsigned int i = n_ended++;

	assert_null(pending);
	slow.running--;
	return slow_exec(handle, begun[i].in, 16, begun[i].out,
			 begun[i].out_len, error);
}

static const struct mlx5ctl_transport eager_transport = {
	.name = "eager",
	.claims = eager_claims,
	.list = slow_list,
	.open = slow_open,
	.close = slow_close,
	.info = slow_info,
	.exec = slow_exec,
	.begin = eager_begin,
	.end = eager_end,
};

static struct mlx5ctl_command commands[MANY];
static u8 inboxes[MANY][16], outboxes[MANY][16];

static int setup(void **state)
{
	struct mlx5ctl_device *device;

	slow.most = slow.sent = slow.running = 0;
	slow.meet = slow.waiting = slow.open_to_signals = 0;
	slow.is_stuck = false;
	n_begun = n_ended = 0;
	cannot_begin = false;
	memset(inboxes, 0, sizeof(inboxes));
	memset(outboxes, 0, sizeof(outboxes));
	for (unsigned int i = 0; i < MANY; i++) {
		inboxes[i][8] = i;
		commands[i] = (struct mlx5ctl_command){
			.in = inboxes[i], .in_len = 16,
			.out = outboxes[i], .out_len = 16, .result = 1,
		};
	}
	if (mlx5ctl_add_transport(&slow_transport) ||
	    mlx5ctl_open("slow", &device, NULL))
		return -1;
	*state = device;
	return 0;
}

static int teardown(void **state)
{
	mlx5ctl_close(*state);
	return 0;
}

static void each_of_many_commands_gets_its_own_answer(void **state)
{
	assert_int_equal(mlx5ctl_exec_many(*state, commands, MANY, 16), 0);
	assert_int_equal(slow.sent, MANY);
	for (unsigned int i = 0; i < MANY; i++) {
		assert_int_equal(commands[i].result, 0);
		assert_int_equal(outboxes[i][8], (u8)i);
	}
}

static void as_many_as_depth_are_in_flight_and_no_more(void **state)
{
	static const struct {
		unsigned int n, depth, meet;
	} cases[] = { { 60, 3, 3 }, { 5, 1, 1 }, { MANY, 20, 20 },
		      { 4, 5000, 4 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		slow.most = 0;
		slow.meet = cases[i].meet;
		assert_int_equal(mlx5ctl_exec_many(*state, commands, cases[i].n,
						   cases[i].depth), 0);
		assert_false(slow.is_stuck);
		assert_int_equal(slow.most, cases[i].meet);
	}
}

static void signals_are_left_to_the_threads_of_the_program(void **state)
{
	sigset_t blocked;

	slow.meet = 5;
	assert_int_equal(mlx5ctl_exec_many(*state, commands, 5, 5), 0);
	assert_false(slow.is_stuck);
	assert_int_equal(slow.open_to_signals, 1);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGINT));
}

static struct mlx5ctl_device *eager(void)
{
	struct mlx5ctl_device *device;

	assert_int_equal(mlx5ctl_add_transport(&eager_transport), 0);
	assert_int_equal(mlx5ctl_open("eager", &device, NULL), 0);
	return device;
}

static void one_thread_begins_as_many_and_does_what_cannot_be_begun(void **state)
{
	struct mlx5ctl_device *device = eager();

	(void)state;
	assert_int_equal(mlx5ctl_exec_many(device, commands, MANY, 16), 0);
	assert_int_equal(slow.most, 16);
	assert_int_equal(slow.sent, MANY);
	inboxes[7][14] = 1;
	inboxes[9][15] = 3;
	inboxes[20][13] = 1;
	inboxes[MANY - 20][13] = 4;
	slow.most = slow.sent = slow.open_to_signals = 0;
	n_begun = n_ended = 0;
	assert_int_equal(mlx5ctl_exec_many(device, commands, MANY, 7),
			 -EBADMSG);
	assert_int_equal(commands[9].result, -EREMOTEIO);
	assert_int_equal(slow.most, 7);
	assert_int_equal(slow.sent, MANY);
	assert_int_equal(slow.open_to_signals, MANY);
	assert_int_equal(n_begun, MANY - 1);
	assert_int_equal(n_ended, MANY - 1);
	for (unsigned int i = 0; i < MANY; i++)
		assert_int_equal(outboxes[i][8], (u8)i);
	mlx5ctl_close(device);
}

static void what_is_stopped_before_it_is_begun_has_no_end_and_no_answer(void **state)
{
	struct mlx5ctl_device *device = eager();

	(void)state;
	inboxes[7][12] = EBADMSG;
	inboxes[9][12] = EREMOTEIO;
	assert_int_equal(mlx5ctl_exec_many(device, commands, 20, 4), -EBADMSG);
	assert_int_equal(commands[7].result, -EBADMSG);
	assert_int_equal(commands[9].result, -EREMOTEIO);
	for (int i = 0; i < 16; i++)
		assert_int_equal(outboxes[9][i], 0);
	assert_int_equal(n_begun, 18);
	assert_int_equal(n_ended, 18);
	mlx5ctl_close(device);
}

static void however_great_the_depth_there_is_room_for_what_is_begun(void **state)
{
	struct mlx5ctl_device *device = eager();

	(void)state;
	assert_int_equal(mlx5ctl_exec_many(device, commands, MANY, 5000), 0);
	assert_int_equal(slow.most, MOST);
	mlx5ctl_close(device);
}

static void where_none_can_be_begun_there_are_threads(void **state)
{
	struct mlx5ctl_device *device = eager();

	(void)state;
	cannot_begin = true;
	slow.meet = 5;
	assert_int_equal(mlx5ctl_exec_many(device, commands, 5, 5), 0);
	assert_false(slow.is_stuck);
	assert_int_equal(slow.sent, 5);
	mlx5ctl_close(device);
}

static void one_that_fails_leaves_the_others_alone(void **state)
{
	inboxes[7][15] = 3;
	inboxes[9][14] = 1;
	assert_int_equal(mlx5ctl_exec_many(*state, commands, 20, 4),
			 -EREMOTEIO);
	assert_int_equal(slow.sent, 20);
	assert_int_equal(commands[7].result, -EREMOTEIO);
	assert_int_equal(commands[7].error.status, 3);
	assert_int_equal(commands[9].result, -EBADMSG);
	assert_int_equal(commands[8].result, 0);
	assert_int_equal(commands[10].error.status, 0);
}

static void nonsense_is_refused_before_anything_is_sent(void **state)
{
	assert_int_equal(mlx5ctl_exec_many(NULL, commands, 1, 1), -EINVAL);
	assert_int_equal(mlx5ctl_exec_many(*state, NULL, 1, 1), -EINVAL);
	assert_int_equal(mlx5ctl_exec_many(*state, commands, 1, 0), -EINVAL);
	assert_int_equal(slow.sent, 0);
	assert_int_equal(mlx5ctl_exec_many(*state, NULL, 0, 1), 0);
	assert_int_equal(mlx5ctl_exec_many(*state, commands, 2, 0), -EINVAL);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(commands[i].result, -EINVAL);
		assert_int_equal(commands[i].error.code, -EINVAL);
		assert_null(commands[i].error.hint);
	}
	assert_int_equal(commands[2].result, 1);
}

static void a_capability_is_asked_for_by_type_and_mode(void **state)
{
	u8 in[16], data[MLX5CTL_CAPABILITY_BYTES];
	struct mlx5ctl_error error;

	assert_int_equal(mlx5ctl_capability_command(0x26, 0, in, 16), 0);
	assert_memory_equal(in, "\1\0\0\0\0\0\0\x4d\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(mlx5ctl_capability_command(0x26, 1, in, 16), 0);
	assert_int_equal(in[7], 0x4c);
	assert_int_equal(mlx5ctl_capability_command(0x8000, 1, in, 16), -EINVAL);
	assert_int_equal(mlx5ctl_capability_command(1, 1, in, 12), -EINVAL);
	assert_int_equal(mlx5ctl_query_capability(*state, 0, 0, data, NULL), 0);
	assert_int_equal(mlx5ctl_query_capability(*state, 0, 0, NULL, &error),
			 -EINVAL);
	assert_non_null(strstr(error.message, "a place for its bytes"));
	assert_null(mlx5ctl_capability(1000));
	assert_string_equal(mlx5ctl_capability(0)->name, "GENERAL");
}

static void an_object_is_asked_for_by_kind_and_number(void **state)
{
	struct mlx5ctl_object_kind kind;
	uint32_t id = 256;
	u8 in[64] = { 0 };

	(void)state;
	assert_int_equal(mlx5ctl_object_kind(0, &kind), 0);
	assert_string_equal(kind.name, "eq");
	assert_int_equal(kind.out_len, 272);
	assert_int_equal(mlx5ctl_object_kind(1000, &kind), -EINVAL);
	assert_int_equal(mlx5ctl_object_command("eq", &id, 0, in, 16), -ERANGE);
	id = 5;
	assert_int_equal(mlx5ctl_object_command("eq", &id, 0, in, 20), -EINVAL);
	assert_int_equal(mlx5ctl_object_command("eq", &id, 2, in, 16), 0);
	assert_memory_equal(in, "\3\3\0\0\0\0\0\2\0\0\0\5\0\0\0\0", 16);
	assert_int_equal(mlx5ctl_object_command("lag", &id, 0, in, 16), -ERANGE);
	assert_int_equal(mlx5ctl_object_command("lag", NULL, 0, in, 16), 0);
	assert_int_equal(mlx5ctl_object_command("", NULL, 0, in, 16), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_of_many_commands_gets_its_own_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(as_many_as_depth_are_in_flight_and_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(signals_are_left_to_the_threads_of_the_program, setup, teardown),
		cmocka_unit_test_setup_teardown(one_thread_begins_as_many_and_does_what_cannot_be_begun, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_stopped_before_it_is_begun_has_no_end_and_no_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(however_great_the_depth_there_is_room_for_what_is_begun, setup, teardown),
		cmocka_unit_test_setup_teardown(where_none_can_be_begun_there_are_threads, setup, teardown),
		cmocka_unit_test_setup_teardown(one_that_fails_leaves_the_others_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense_is_refused_before_anything_is_sent, setup, teardown),
		cmocka_unit_test_setup_teardown(a_capability_is_asked_for_by_type_and_mode, setup, teardown),
		cmocka_unit_test(an_object_is_asked_for_by_kind_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
