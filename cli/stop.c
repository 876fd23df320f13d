// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "stop.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "invocation.h"
#include "save.h"

#define SLICE_MS 100	/* a signal is seen at the end of one */

static sigset_t signals;	/* those that ask for an end */
static sigset_t before_hold;
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static char *words;		/* under the lock */
static int words_fd;
static volatile sig_atomic_t is_caught;
static volatile sig_atomic_t is_asked;

/*
 * It interrupts pause(), or a thread that does not hold the lock; another
 * signal may follow it, but does not interrupt it.
 */
static void take(int number)
{
	static bool is_ending;

	if (is_caught && !is_asked) {
		is_asked = 1;
		return;
	}
	if (!is_ending)
		pthread_mutex_lock(&held);
	is_ending = true;
	save_abandon();
	if (is_caught || number == SIGINT) {
		/* Whoever would read it may have ended by the same signal. */
		if (words)
			(void)!write(words_fd, words, strlen(words));
		_exit(EXIT_INTERRUPTED);
	}
	signal(number, SIG_DFL);
	raise(number);
}

void stop_begin(void)
{
	struct sigaction action = { .sa_handler = take, .sa_flags = SA_RESTART };
	struct sigaction former;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	action.sa_mask = signals;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, &former);
	if (former.sa_handler == SIG_IGN)	/* nohup */
		signal(SIGHUP, SIG_IGN);
}

static void *take_signals(void *unused)
{
	(void)unused;
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	while (pause() < 0)
		;
	return NULL;
}

void stop_by_thread(void)
{
	static bool is_started;
	pthread_t thread;

	if (is_started)
		return;
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	is_started = !pthread_create(&thread, NULL, take_signals, NULL);
	if (!is_started)
		pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

void stop_words(int fd, char *text)
{
	char *former;

	stop_hold();
	former = words;
	words = text;
	words_fd = fd;
	stop_go_on();
	free(former);
}

void stop_catch(void)
{
	stop_words(-1, NULL);
	is_asked = 0;
	is_caught = 1;
}

void stop_release(void)
{
	is_caught = 0;
}

bool stop_is_asked(void)
{
	return is_asked;
}

void stop_hold(void)
{
	pthread_sigmask(SIG_BLOCK, &signals, &before_hold);
	pthread_mutex_lock(&held);
}

void stop_go_on(void)
{
	pthread_mutex_unlock(&held);
	pthread_sigmask(SIG_SETMASK, &before_hold, NULL);
}

double stop_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

void stop_wait_until(double end)
{
	while (!is_asked) {
		double left = (end - stop_clock()) * 1000;

		if (left <= 0)
			return;
		poll(NULL, 0, left < SLICE_MS ? (int)left + 1 : SLICE_MS);
	}
}
