/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Calls that a dead device must not hold forever. */
#ifndef CLI_TIMED_H
#define CLI_TIMED_H

/*
 * Run `call` in a thread of its own. 0: done, *result is what it returned.
 * -ETIMEDOUT: it has not returned after `seconds`; the thread still runs, so
 * that the caller may only report and end the process. 0 seconds: no limit.
 */
int timed_call(int (*call)(void *context), void *context, unsigned int seconds,
	       int *result);

#endif
