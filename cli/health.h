/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The part of `health` that the firmware says itself. */
#ifndef CLI_HEALTH_H
#define CLI_HEALTH_H

#include "invocation.h"

/* The health buffer or devlink's reporters of a device that is open. */
struct json_object *health_device(const char *name);
void health_judge_device(struct json_object *device,
			 struct json_object *findings);
void health_show_device(struct json_object *device);

#endif
