/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Commands that go on until they are told to end. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>

/* From here on a signal asks for an end; a second one does not wait for it. */
void stop_catch(void);
bool stop_is_asked(void);

/* Seconds of the monotonic clock. */
double stop_clock(void);
/* Until then, or until an end is asked for. */
void stop_wait_until(double end);

#endif
