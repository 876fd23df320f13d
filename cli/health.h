/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The part of `health` that the firmware says itself. */
#ifndef CLI_HEALTH_H
#define CLI_HEALTH_H

#include "invocation.h"

/* Its health buffer or devlink's reporters; NULL after fail(). */
struct json_object *health_device(struct invocation *invocation);
void health_judge_device(struct json_object *device,
			 struct json_object *findings);
void health_show_device(struct json_object *device);

#endif
