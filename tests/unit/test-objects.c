// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Random lives of objects, against a plain account of what was done. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "syndromes.h"
#include "unit.h"

#define USERS 8
#define MOST 400
#define STEPS 20000

struct object {
	u32 id;
	u16 uid;
};

struct account {
	struct emu_device *device;
	u16 users[USERS];	/* 0: no context now */
	u32 n_users;
	struct object objects[MOST];
	u32 n_objects;
};

static u16 any_user(const struct account *account)
{
	return account->users[random_below(USERS)];
}

static void create(struct account *account)
{
	struct object made = { .uid = any_user(account) };
	struct mailbox box;

	if (account->n_objects == MOST)
		return;
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, PRM_AT(alloc_pd_in, uid), made.uid);
	assert_int_equal(execute(account->device, &box), 0);
	made.id = got(&box, PRM_AT(alloc_pd_out, pd));
	assert_true(made.id);
	for (u32 i = 0; i < account->n_objects; i++)
		assert_int_not_equal(account->objects[i].id, made.id);
	account->objects[account->n_objects++] = made;
}

/* Half of the time as the wrong user, or of what is not there. */
static void destroy(struct account *account)
{
	u32 index = random_below(account->n_objects + 1);
	struct object chosen = { .id = 0x800000 + random_below(1000) };
	u16 uid = any_user(account);
	u32 expected = EMU_UNKNOWN_OBJECT;
	struct mailbox box;

	if (index < account->n_objects) {
		chosen = account->objects[index];
		if (random_below(2))
			uid = chosen.uid;
		expected = uid == chosen.uid ? EMU_DONE : EMU_FOREIGN_OBJECT;
	}
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, uid), uid);
	put(&box, PRM_AT(dealloc_pd_in, pd), chosen.id);
	execute(account->device, &box);
	assert_int_equal(syndrome(&box), expected);
	if (!expected)
		account->objects[index] =
			account->objects[--account->n_objects];
}

static void begin_user(struct account *account)
{
	u32 slot = random_below(USERS);

	if (account->users[slot])
		return;
	account->users[slot] = new_uid(account->device, 4);
	account->n_users++;
}

static void end_user(struct account *account)
{
	u32 slot = random_below(USERS);
	u16 uid = account->users[slot];
	struct mailbox box;

	if (!uid)
		return;
	command(&box, PRM_OP_DESTROY_UCTX, 16, 16);
	put(&box, PRM_AT(destroy_uctx_in, uctx_uid), uid);
	assert_int_equal(execute(account->device, &box), 0);
	account->users[slot] = 0;
	account->n_users--;
	for (u32 i = account->n_objects; i-- > 0;)
		if (account->objects[i].uid == uid)
			account->objects[i] =
				account->objects[--account->n_objects];
}

static void accounts_agree_after_any_sequence(void **unused)
{
	static void (*const steps[])(struct account *account) = {
		create, create, create, destroy, destroy, begin_user, end_user,
	};
	struct account account = { .device = new_device() };

	(void)unused;
	for (int i = 0; i < STEPS; i++) {
		u32 step = random_below(ARRAY_SIZE(steps));

		/* Contexts end seldom, or there is never much to account. */
		if (steps[step] == end_user && random_below(20))
			continue;
		steps[step](&account);
		assert_int_equal(emu_count(account.device, EMU_PD),
				 account.n_objects);
		assert_int_equal(emu_count(account.device, EMU_UCTX),
				 account.n_users);
	}
	emu_destroy(account.device);
}

#define SMALL "{\"mlx5ctl_personality\": 1, \"name\": \"small\", \"device\": {}," \
	" \"capabilities\": {\"GENERAL\": {\"current\": {\"log_max_pd\": 5," \
	" \"log_max_uctx\": 3, \"uctx_cap\": 4}}}, \"registers\": {}}"

static void capabilities_limit_how_many_there_are(void **unused)
{
	struct emu_device *device = device_of(SMALL);
	struct mailbox box;
	u32 last = 0;

	(void)unused;
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	for (int i = 0; i < 32; i++) {
		assert_int_equal(execute(device, &box), 0);
		last = got(&box, PRM_AT(alloc_pd_out, pd));
	}
	assert_int_equal(execute(device, &box), EMU_LIMIT);
	assert_int_equal(syndrome(&box), EMU_TOO_MANY_OBJECTS);
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, pd), last);
	assert_int_equal(execute(device, &box), 0);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(execute(device, &box), 0);
	for (int i = 0; i < 8; i++)
		new_uid(device, 4);
	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	assert_int_equal(execute(device, &box), EMU_LIMIT);
	emu_destroy(device);
}

/* Keys of the personality, as many as there is room for at first. */
static void what_runs_already_takes_no_room_of_what_is_made(void **unused)
{
	struct emu_device *device;
	struct mailbox box;
	char text[8192];
	int used;
	u32 pd;

	(void)unused;
	used = sprintf(text, "{\"mlx5ctl_personality\": 1, \"name\": \"full\","
		       " \"device\": {}, \"capabilities\": {\"GENERAL\":"
		       " {\"current\": {\"log_max_mkey\": 7}}},"
		       " \"registers\": {}, \"objects\": [");
	for (u32 i = 1; i < 64; i++)
		used += sprintf(text + used, "%s{\"kind\": \"mkey\", \"id\": %u,"
				" \"fields\": {}}", i > 1 ? "," : "", i);
	strcpy(text + used, "]}");
	device = device_of(text);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(execute(device, &box), 0);
	pd = got(&box, PRM_AT(alloc_pd_out, pd));
	command(&box, PRM_OP_CREATE_MKEY, PRM_SIZE(create_mkey_in), 16);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__free), 1);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__pd), pd);
	for (u32 i = 64; i <= 128; i++) {
		assert_int_equal(execute(device, &box), 0);
		assert_true(got(&box, PRM_AT(create_mkey_out, mkey_index)) > 63);
	}
	assert_int_equal(execute(device, &box), EMU_LIMIT);
	emu_destroy(device);
}

static void an_id_is_not_given_again_at_once(void **unused)
{
	struct emu_device *device = new_device();
	struct mailbox box;
	u32 last = 0;

	(void)unused;
	for (int i = 0; i < 200; i++) {
		command(&box, PRM_OP_ALLOC_PD, 16, 16);
		assert_int_equal(execute(device, &box), 0);
		assert_int_not_equal(got(&box, PRM_AT(alloc_pd_out, pd)), last);
		last = got(&box, PRM_AT(alloc_pd_out, pd));
		command(&box, PRM_OP_DEALLOC_PD, 16, 16);
		put(&box, PRM_AT(dealloc_pd_in, pd), last);
		assert_int_equal(execute(device, &box), 0);
	}
	emu_destroy(device);
}

#define THREADS 4
#define EACH 200

/* The device reads its clock while it executes: nobody else is in there. */
static atomic_int inside, overlaps;

static u64 slow_clock(void *context)
{
	const struct timespec moment = { .tv_nsec = 20000 };

	(void)context;
	if (atomic_fetch_add(&inside, 1))
		atomic_fetch_add(&overlaps, 1);
	nanosleep(&moment, NULL);
	atomic_fetch_sub(&inside, 1);
	return 0;
}

static void *many_commands(void *device)
{
	u8 pd[16] = { 0x08, 0x00 }, out[64];
	u8 mgir[64] = { 0x08, 0x05, [7] = 1, [10] = 0x90, [11] = 0x20 };
	long failed = 0;

	for (int i = 0; i < EACH; i++) {
		failed |= emu_exec(device, pd, 16, out, 16) || out[0];
		failed |= emu_exec(device, mgir, 64, out, 64) || out[0];
	}
	return (void *)failed;
}

static void several_threads_may_execute_at_once(void **unused)
{
	struct emu_device *device = new_device();
	pthread_t threads[THREADS];
	void *failed;

	(void)unused;
	emu_set_clock(device, slow_clock, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						many_commands, device), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	assert_int_equal(overlaps, 0);
	assert_int_equal(emu_count(device, EMU_PD), THREADS * EACH);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_agree_after_any_sequence),
		cmocka_unit_test(capabilities_limit_how_many_there_are),
		cmocka_unit_test(what_runs_already_takes_no_room_of_what_is_made),
		cmocka_unit_test(an_id_is_not_given_again_at_once),
		cmocka_unit_test(several_threads_may_execute_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
