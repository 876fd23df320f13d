/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Which device is meant. */
#ifndef CLI_DEVICE_H
#define CLI_DEVICE_H

#include "invocation.h"

/* Whether a word has the form of a device's name, or names one here. */
bool device_looks_like_one(const char *word);

/* Whether a name is one of the emulated device's. */
bool device_is_emulated(const char *name);

/* As given, or $MLX5CTL_DEVICE; NULL where neither says. */
const char *device_named(const struct invocation *invocation);

/* As mlx5ctl_list(), with a `found` that returns 0: -1 after fail(). */
int device_each(struct invocation *invocation,
		int (*found)(void *context, const char *device,
			     const char *description), void *context);

/* Settle device_name: as given, $MLX5CTL_DEVICE, or the only one there is. */
int device_choose(struct invocation *invocation);

/* There is no real one: -1 after fail(). */
int device_fail_none(struct invocation *invocation);

/* The real ones for "all", the emulated ones for "emu:all"; NULL for a name. */
struct json_object *device_several(const struct invocation *invocation);

#endif
