// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Commands of slow devices: they wait side by side, and can be woken. */
#include <pthread.h>
#include <time.h>

#include "misbehave/faults.h"
#include "unit.h"

static void *run_one(void *context)
{
	struct mailbox box;

	access_register(&box, PRM_REG_MGIR, false, PRM_SIZE(mgir));
	return execute(context, &box) ? context : NULL;
}

/* How long that many commands at once take, in microseconds. */
static u64 together(struct emu_device *device, u32 n, u64 stop_after)
{
	pthread_t threads[32];
	u64 begun = now_us();
	void *failed;

	for (u32 i = 0; i < n; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_one,
						device), 0);
	if (stop_after) {
		struct timespec nap = { 0, stop_after * 1000 };

		nanosleep(&nap, NULL);
		emu_stop(device);
	}
	for (u32 i = 0; i < n; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	return now_us() - begun;
}

static void slow_commands_wait_side_by_side(void **unused)
{
	struct emu_device *device = new_device();

	(void)unused;
	(void)random_number();
	assert_int_equal(emu_set_latency(device, 250000), 0);
	assert_in_range(together(device, 32, 0), 250000, 4000000);
	emu_destroy(device);
}

static void who_waits_can_be_woken(void **unused)
{
	struct emu_device *device = new_device();

	(void)unused;
	assert_int_equal(emu_set_latency(device, EMU_MAX_DELAY), 0);
	assert_in_range(together(device, 8, 50000), 50000, 10000000);
	emu_destroy(device);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_commands_wait_side_by_side),
		cmocka_unit_test(who_waits_can_be_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
