/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What SIGINT, SIGTERM and SIGHUP do: they end the process and leave no half
 * file; or, while a command catches them, they ask it for an end.
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* From the first line of main() on. */
void stop_begin(void);
/*
 * Before a device is opened: who waits for a command in the driver can be
 * killed at any time, but runs no handler before it is answered. From here on
 * a thread runs them, and what this one would start inherits them blocked.
 */
void stop_by_thread(void);

/* From here on a signal asks for an end; a second one does not wait for it. */
void stop_catch(void);
void stop_release(void);
bool stop_is_asked(void);

/*
 * Written to `fd` when the keyboard ends the process, until stop_catch() or
 * the next words: it takes `text` over; NULL: nothing is.
 */
void stop_words(int fd, char *text);

/* Nothing ends the process between these two: they are no further apart. */
void stop_hold(void);
void stop_go_on(void);

/* Seconds of the monotonic clock. */
double stop_clock(void);
/* Until then, or until an end is asked for. */
void stop_wait_until(double end);

#endif
