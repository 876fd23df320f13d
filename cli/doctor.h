/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What stands between a user and the cards of this machine. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "invocation.h"

/*
 * What this machine says of itself, from files alone: nothing is run, opened
 * for writing, or asked of a device. `user` is NULL for the caller. What cannot
 * be read is null. NULL after fail().
 */
struct json_object *doctor_facts(struct invocation *invocation,
				 const char *user);

/* What follows from the facts: an array, in the order in which to go about it. */
struct json_object *doctor_findings(struct json_object *facts);

/* Of these, those of the module, for a release of the kernel. */
struct json_object *doctor_module(const char *kernel);

#endif
