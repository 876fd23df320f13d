// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "timed.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

struct timed {
	int (*call)(void *context);
	void *context;
	int result;
};

static void *run(void *argument)
{
	struct timed *timed = argument;

	timed->result = timed->call(timed->context);
	return NULL;
}

int timed_call(int (*call)(void *context), void *context, unsigned int seconds,
	       int *result)
{
	/* Static: a thread that is left behind still writes to it. */
	static struct timed timed;
	struct timespec until;
	pthread_t thread;

	if (!seconds) {
		*result = call(context);
		return 0;
	}
	timed = (struct timed){ .call = call, .context = context };
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	if (pthread_create(&thread, NULL, run, &timed))
		return -EAGAIN;
	if (pthread_timedjoin_np(thread, NULL, &until))
		return -ETIMEDOUT;
	*result = timed.result;
	return 0;
}
