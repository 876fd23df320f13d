// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "stop.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "invocation.h"

#define SLICE_MS 100	/* a signal is seen at the end of one */

static volatile sig_atomic_t is_stopped;

static void stop(int signal)
{
	(void)signal;
	if (is_stopped)
		_exit(EXIT_INTERRUPTED);
	is_stopped = 1;
}

void stop_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = {
		.sa_handler = stop,
		.sa_flags = SA_RESTART,
	};

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

bool stop_is_asked(void)
{
	return is_stopped;
}

double stop_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

void stop_wait_until(double end)
{
	while (!is_stopped) {
		double left = (end - stop_clock()) * 1000;

		if (left <= 0)
			return;
		poll(NULL, 0, left < SLICE_MS ? (int)left + 1 : SLICE_MS);
	}
}
