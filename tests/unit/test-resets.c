// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Clients of one command socket that reset the card at once. */
#include <pthread.h>
#include <string.h>

#include "emu-door.h"
#include "served.h"

enum { RESETTERS = 8, RESETS = 200 };

static pthread_barrier_t all_there;

/* How many changes the resets of this client say that they made. */
static void *reset_often(void *door)
{
	static _Thread_local struct emu_nv_change changes[EMU_DOOR_CHANGES];
	uintptr_t sum = 0;
	u32 n;

	for (int i = 0; i < RESETS; i++) {
		pthread_barrier_wait(&all_there);
		pthread_barrier_wait(&all_there);
		emu_door_socket.reset(door, EMU_POWER_CYCLE, false, changes,
				      &n, NULL);
		sum += n;
	}
	return (void *)sum;
}

/* mstconfig's write of NUM_OF_VFS. */
static void set_vfs(struct emu_device *device, u8 vfs)
{
	const u8 item[] = {
		0x02, 0x09, 0x00, 0x0c, 0, 0, 0, 0x80, 0, 0, 0, 0,
		0x80, 0, 0, 0, 0x80, 0, 0, vfs, 0, 0, 0, 0,
	};
	struct mailbox box;

	access_register(&box, PRM_REG_MNVDA, true, sizeof(item));
	memcpy(box.in + PRM_HEADER_BYTES, item, sizeof(item));
	assert_int_equal(execute(device, &box), 0);
}

static void a_change_is_told_of_one_reset_only(void **state)
{
	struct served *served = served_begin();
	pthread_t threads[RESETTERS];
	void *doors[RESETTERS], *sum;
	uintptr_t claimed = 0;

	(void)state;
	pthread_barrier_init(&all_there, NULL, RESETTERS + 1);
	for (int i = 0; i < RESETTERS; i++) {
		assert_int_equal(emu_door_socket_connect(served_path, 5000,
							 &doors[i], NULL), 0);
		assert_int_equal(pthread_create(&threads[i], NULL, reset_often,
						doors[i]), 0);
	}
	for (int i = 0; i < RESETS; i++) {
		pthread_barrier_wait(&all_there);
		set_vfs(served->device, 8 + i % 2);
		pthread_barrier_wait(&all_there);
	}
	for (int i = 0; i < RESETTERS; i++) {
		pthread_join(threads[i], &sum);
		claimed += (uintptr_t)sum;
		emu_door_socket.close(doors[i]);
	}
	pthread_barrier_destroy(&all_there);
	served_end(served);
	assert_int_equal(claimed, RESETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_told_of_one_reset_only),
	};

	return cmocka_run_group_tests(tests, served_make_folder,
				      served_drop_folder);
}
