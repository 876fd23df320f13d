// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A device in this process, alone: it begins and ends with the open file, but
 * for its NV configuration.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bus.h"
#include "emu-door.h"
#include "emu-state.h"
#include "misbehave/faults.h"

struct embedded {
	struct emu_device *device;
	struct emu_bus *bus;
	struct emu_state state;
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

/* A card of a file is another one wherever another file describes it. */
static void name_card(const char *device, const struct emu_personality *shipped,
		      char *card, size_t size)
{
	const char *path = emu_door_path(device);
	uint64_t hash = 0xcbf29ce484222325;	/* FNV-1a */
	char *whole = path ? realpath(path, NULL) : NULL;

	if (!path) {
		snprintf(card, size, "emu-%.60s",
			 emu_personality_name(shipped));
		return;
	}
	for (const char *at = whole ? whole : path; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
	snprintf(card, size, "emu-file-%016llx", (unsigned long long)hash);
	free(whole);
}

static void close_door(void *handle)
{
	struct embedded *embedded = handle;

	emu_destroy(embedded->device);
	emu_bus_destroy(embedded->bus);
	emu_state_end(&embedded->state);
	free(embedded);
}

/* Latency and faults, as the environment wants them. */
static int misbehave(struct emu_device *device, struct mlx5ctl_error *error)
{
	const char *faults = getenv("MLX5CTL_EMU_FAULTS");
	const char *latency = getenv("MLX5CTL_EMU_LATENCY");
	struct emu_problem problem;
	struct emu_plan *plan;
	u64 microseconds;
	char *end;

	if (latency && *latency) {
		microseconds = strtoull(latency, &end, 10);
		if (*latency < '0' || *latency > '9' || *end ||
		    microseconds > EMU_MAX_DELAY)
			return mlx5ctl_fail(error, -EINVAL,
				"MLX5CTL_EMU_LATENCY is a number of microseconds, an hour at most.");
		if (emu_set_latency(device, microseconds))
			return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	}
	if (!faults || !*faults)
		return 0;
	plan = emu_plan_named(faults, &problem);
	if (!plan)
		return mlx5ctl_fail(error, -EINVAL, "MLX5CTL_EMU_FAULTS: %.220s",
				    problem.text);
	return emu_set_faults(device, plan) ?
	       mlx5ctl_fail(error, -ENOMEM, "No memory is left.") : 0;
}

static int start(const char *device, const struct emu_personality *personality,
		 struct embedded *embedded, struct mlx5ctl_error *error)
{
	char card[80];
	int ret;

	name_card(device, personality, card, sizeof(card));
	emu_state_begin(&embedded->state, card);
	embedded->device = emu_create(personality);
	embedded->bus = emu_bus_create();
	if (!embedded->device || !embedded->bus)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	emu_set_host(embedded->device, &(struct emu_host){
		.read = emu_bus_read, .write = emu_bus_write,
		.context = embedded->bus });
	ret = misbehave(embedded->device, error);
	return ret ? ret :
	       emu_state_load(&embedded->state, embedded->device, error);
}

static int open_door(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	struct emu_personality *personality;
	struct embedded *embedded;
	struct emu_problem problem;
	int ret;

	personality = personality_of(device, &problem);
	if (!personality) {
		if (error && !emu_door_path(device))
			error->hint = "'mlx5ctl list' shows those there are; a name with a slash is a file";
		return mlx5ctl_fail(error, -ENODEV, "%.250s", problem.text);
	}
	embedded = calloc(1, sizeof(*embedded));
	ret = embedded ? start(device, personality, embedded, error) :
			 mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	emu_personality_free(personality);
	if (!ret)
		*handle = embedded;
	else if (embedded)
		close_door(embedded);
	return ret;
}

static u32 uctx_cap(void *handle)
{
	struct embedded *embedded = handle;

	return emu_uctx_cap(embedded->device);
}

static const char *why_not(int error)
{
	switch (error) {
	case -ETIMEDOUT:
		return "The emulated device never completed the command.";
	case -EIO:
		return "The emulated device did not take the command: its delivery failed.";
	}
	return "The emulated device has no mailbox of that length.";
}

static int exec(void *handle, const void *in, u32 in_len, void *out,
		u32 out_len, struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;
	bool is_write = false;
	int ret = 0, kept = 0;

	if (emu_state_concerns(in, in_len, &is_write))
		ret = is_write ? emu_state_lock(&embedded->state,
						embedded->device, error) :
				 emu_state_load(&embedded->state,
						embedded->device, error);
	else
		is_write = false;
	if (ret)
		return ret;
	ret = emu_exec(embedded->device, in, in_len, out, out_len);
	if (ret)
		ret = mlx5ctl_fail(error, ret, "%s", why_not(ret));
	if (is_write)
		kept = emu_state_unlock(&embedded->state, embedded->device,
					error);
	return ret ? ret : kept;
}

static int lend(void *handle, u64 size, u8 **pages, u64 *bus,
		struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;
	int ret;

	*pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*pages == MAP_FAILED)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	ret = emu_bus_map(embedded->bus, *pages, size, bus);
	if (!ret)
		return 0;
	munmap(*pages, size);
	return mlx5ctl_fail(error, ret, "The device takes no more memory.");
}

static void take_back(void *handle, u8 *pages, u64 bus, u64 size)
{
	struct embedded *embedded = handle;
	size_t had;

	emu_bus_unmap(embedded->bus, bus, &had);
	munmap(pages, size);
}

static int reset(void *handle, enum emu_reset how, bool preview,
		 struct emu_nv_change *changes, u32 *n,
		 struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;
	int ret = preview ? 0 : emu_state_lock(&embedded->state,
					       embedded->device, error);

	if (ret)
		return ret;
	*n = (preview ? emu_nv_pending : emu_reset_noting)(embedded->device,
		how, changes, EMU_DOOR_CHANGES);
	if (preview)
		return 0;
	return emu_state_unlock(&embedded->state, embedded->device, error);
}

static int traced(void *handle, u64 *next, u8 *events, u32 *n,
		  struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;

	(void)error;
	*n = emu_traced(embedded->device, next, events, EMU_DOOR_EVENTS);
	return 0;
}

static int health(void *handle, u8 *buffer, u32 *counter,
		  struct mlx5ctl_error *error)
{
	struct embedded *embedded = handle;

	(void)error;
	emu_health(embedded->device, buffer);
	*counter = emu_health_counter(embedded->device);
	return 0;
}

const struct emu_door emu_door_embedded = {
	.claims = claims,
	.open = open_door,
	.close = close_door,
	.uctx_cap = uctx_cap,
	.exec = exec,
	.lend = lend,
	.take_back = take_back,
	.reset = reset,
	.traced = traced,
	.health = health,
};
