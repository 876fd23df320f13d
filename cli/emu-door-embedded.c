// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A device in this process, alone: it begins and ends with the open file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emu-door.h"
#include "firmware.h"

struct embedded {
	struct emu_device *device;
};

static bool claims(const char *device)
{
	(void)device;
	return true;
}

static struct emu_personality *personality_of(const char *device,
					      struct emu_problem *problem)
{
	if (emu_door_path(device))
		return emu_personality_load(emu_door_path(device), problem);
	return emu_personality_shipped(device[3] ? device + 4 : NULL, problem);
}

static void close_door(void *handle)
{
	struct embedded *embedded = handle;

	emu_destroy(embedded->device);
	free(embedded);
}

static int open_door(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	struct emu_personality *personality;
	struct embedded *embedded;
	struct emu_problem problem;

	personality = personality_of(device, &problem);
	if (!personality) {
		if (error && !emu_door_path(device))
			error->hint = "'mlx5ctl list' shows those there are; a name with a slash is a file";
		return mlx5ctl_fail(error, -ENODEV, "%.250s", problem.text);
	}
	embedded = calloc(1, sizeof(*embedded));
	if (embedded)
		embedded->device = emu_create(personality);
	emu_personality_free(personality);
	if (embedded && embedded->device) {
		*handle = embedded;
		return 0;
	}
	free(embedded);
	return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
}

static u32 uctx_cap(void *handle)
{
	struct embedded *embedded = handle;

	return emu_uctx_cap(embedded->device);
}

static int exec(void *handle, const void *in, u32 in_len, void *out,
		u32 out_len, struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;

	if (!emu_exec(embedded->device, in, in_len, out, out_len))
		return 0;
	return mlx5ctl_fail(error, -EMSGSIZE,
			    "The emulated device has no mailbox of that length.");
}

const struct emu_door emu_door_embedded = {
	.claims = claims,
	.open = open_door,
	.close = close_door,
	.uctx_cap = uctx_cap,
	.exec = exec,
};
