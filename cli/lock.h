/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* One change of a device at a time, whichever program of ours makes it. */
#ifndef CLI_LOCK_H
#define CLI_LOCK_H

#include "invocation.h"

/*
 * Wait until no other mlx5ctl changes the device, and keep others waiting. The
 * kernel ends it with the process, however that ends. 0, or -1 after fail().
 */
int lock_take(struct invocation *invocation);
void lock_release(void);

#endif
