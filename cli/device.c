// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Which device is meant: named, by the environment, or the only one. */
#include "device.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

#define NUMBER "#"	/* in a pattern: decimal digits */
#define HEX "%"		/* in a pattern: hex digits */
#define ANY "*"		/* in a pattern: the rest, not empty */

/* The forms of names; those of netdevs and RDMA devices are looked up. */
static const char *const patterns[] = {
	"emu", "emu:" ANY, NUMBER,
	"fwctl" NUMBER, "/dev/fwctl/" ANY, "/dev/mlx5ctl" ANY,
	"mlx5ctl-" ANY, "mlx5_core." ANY,
	HEX ":" HEX ":" HEX "." HEX, HEX ":" HEX "." HEX,
};

static const char *const folders[] = {
	"/sys/class/net", "/sys/class/infiniband", "/sys/class/fwctl",
};

static bool matches(const char *pattern, const char *word)
{
	static const char hex[] = "0123456789abcdefABCDEF";

	for (; *pattern; pattern++) {
		size_t length = 1;

		if (*pattern == ANY[0])
			return *word;
		if (*pattern == NUMBER[0])
			length = strspn(word, "0123456789");
		else if (*pattern == HEX[0])
			length = strspn(word, hex);
		else if (*pattern != *word)
			return false;
		if (!length)
			return false;
		word += length;
	}
	return !*word;
}

static bool in_folder(const char *folder, const char *word)
{
	char path[512];

	if (!*word || strchr(word, '/') || word[0] == '.')
		return false;
	snprintf(path, sizeof(path), "%s/%s", folder, word);
	return !access(path, F_OK);
}

bool device_looks_like_one(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (matches(patterns[i], word))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (in_folder(folders[i], word))
			return true;
	return false;
}

bool device_is_emulated(const char *name)
{
	return !strcmp(name, "emu") || !strncmp(name, "emu:", 4);
}

struct found {
	char name[64];
	char all[400];
	unsigned int count;
};

static int note(void *context, const char *device, const char *description)
{
	struct found *found = context;
	size_t used = strlen(found->all);

	(void)description;
	if (device_is_emulated(device))
		return 0;
	snprintf(found->name, sizeof(found->name), "%s", device);
	snprintf(found->all + used, sizeof(found->all) - used, "%s%s",
		 found->count ? ", " : "", device);
	found->count++;
	return 0;
}

int device_fail_none(struct invocation *invocation)
{
	return fail(invocation, EXIT_SYSTEM, "no-device",
		    "'mlx5ctl doctor' says why; or try the emulated one: -d emu",
		    "this machine has no device that mlx5ctl can open");
}

int device_each(struct invocation *invocation,
		int (*found)(void *context, const char *device,
			     const char *description), void *context)
{
	int ret = mlx5ctl_list(found, context);
	struct mlx5ctl_error error = { 0 };

	if (!ret)
		return 0;
	mlx5ctl_fail(&error, ret, "Devices cannot be looked for: %s.",
		     strerror(-ret));
	return fail_device(invocation, &error);
}

static int choose_only(struct invocation *invocation)
{
	static char only[64];
	struct found found = { .count = 0 };
	char hint[512];

	if (device_each(invocation, note, &found))
		return -1;
	if (!found.count)
		return device_fail_none(invocation);
	if (found.count > 1) {
		snprintf(hint, sizeof(hint), "choose with -d: %s", found.all);
		return fail_usage(invocation, "which-device", hint,
				  "there are %u devices, and none was named",
				  found.count);
	}
	memcpy(only, found.name, sizeof(only));
	invocation->device_name = only;
	return 0;
}

const char *device_named(const struct invocation *invocation)
{
	const char *preferred = getenv("MLX5CTL_DEVICE");

	if (invocation->device_name)
		return invocation->device_name;
	return preferred && *preferred ? preferred : NULL;
}

int device_choose(struct invocation *invocation)
{
	if (invocation->device_name && !*invocation->device_name)
		return fail_usage(invocation, "bad-device", NULL,
				  "the name of the device is empty");
	invocation->device_name = device_named(invocation);
	return invocation->device_name ? 0 : choose_only(invocation);
}

struct all {
	struct json_object *names;
	bool emulated;
};

static int note_name(void *context, const char *device, const char *description)
{
	struct all *all = context;

	(void)description;
	if (device_is_emulated(device) == all->emulated)
		put_text(all->names, NULL, device);
	return 0;
}

struct json_object *device_several(const struct invocation *invocation)
{
	const char *name = device_named(invocation);
	struct all all = { .emulated = name && !strcmp(name, "emu:all") };

	if (!name || (!all.emulated && strcmp(name, "all")))
		return NULL;
	all.names = json_object_new_array();
	mlx5ctl_list(note_name, &all);
	return all.names;
}
