// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl emu reset: what a person does with a card's machine. */
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "config.h"
#include "device.h"
#include "emu-door.h"
#include "emu-transport.h"
#include "output.h"
#include "session.h"

struct reset {
	const char *device;
	const struct config_names *names;
	enum emu_reset how;
	bool preview;
	struct emu_nv_change *changes;
	u32 n;
	struct mlx5ctl_error error;
};

static int call_reset(void *context)
{
	struct reset *reset = context;
	const struct emu_door *door = emu_transport_door(reset->device);
	void *handle;
	int ret;

	ret = door->open(reset->device, &handle, &reset->error);
	if (ret)
		return ret;
	ret = door->reset(handle, reset->how, reset->preview, reset->changes,
			  &reset->n, &reset->error);
	door->close(handle);
	return ret;
}

static const char *find_device(struct invocation *invocation)
{
	const char *named = device_named(invocation);

	invocation->device_name = named ? named : "emu";
	if (device_is_emulated(invocation->device_name))
		return invocation->device_name;
	fail_usage(invocation, "not-emulated",
		   "a real one is reset by devlink dev reload, or with its machine",
		   "%s is no emulated device", invocation->device_name);
	return NULL;
}

static void put_change(struct json_object *items,
		       const struct config_names *names,
		       const struct emu_nv_change *change)
{
	const struct config_tlv *tlv = config_tlv_of(names, change->type);
	struct json_object *item = json_object_new_object();

	put_named(item, "type", change->type, tlv ? tlv->name : NULL);
	put_hex(item, "before", change->before, change->length);
	put_hex(item, "after", change->after, change->length);
	put_object(items, NULL, item);
}

static void report(struct invocation *invocation, const struct reset *reset)
{
	struct json_object *items = json_object_new_array();

	for (u32 i = 0; i < reset->n; i++)
		put_change(items, reset->names, &reset->changes[i]);
	invocation->data = json_object_new_object();
	put_text(invocation->data, "reset", reset->how == EMU_POWER_CYCLE ?
		 "power-cycle" : "warm-boot");
	put_bool(invocation->data, "done", !reset->preview);
	put_bool(invocation->data, "changed", !reset->preview && reset->n);
	put_object(invocation->data, "items", items);
}

int run_emu_reset(struct invocation *invocation)
{
	struct reset reset = {
		.device = find_device(invocation),
		.how = option_given(invocation, "power-cycle") ?
		       EMU_POWER_CYCLE : EMU_WARM_BOOT,
		.preview = option_given(invocation, "dry-run"),
	};
	int result;

	if (!reset.device || config_names_load(invocation, &reset.names))
		return -1;
	reset.changes = malloc(EMU_DOOR_CHANGES * sizeof(*reset.changes));
	if (!reset.changes)
		return fail_memory(invocation);
	if (!session_call(invocation, call_reset, &reset, &result)) {
		reset.error.code = result;
		if (!result)
			report(invocation, &reset);
		else
			fail_device(invocation, &reset.error);
	}
	free(reset.changes);
	config_names_free();
	return invocation->failure.happened ? -1 : 0;
}

void show_emu_reset(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	bool is_done = get_bool(data, "done");
	size_t n = get_count(data, "items");

	printf("%s %s\n", get_text(data, "reset"),
	       is_done ? "done" : "not done: a dry run");
	if (!n)
		printf("the configuration %s as it is\n",
		       is_done ? "stays" : "would stay");
	for (size_t i = 0; i < n; i++) {
		struct json_object *item =
			json_object_array_get_idx(get(data, "items"), i);

		printf("%s (0x%llx)\n  %s %s\n  %s %s\n",
		       get_text(item, "type.name"),
		       (unsigned long long)get_number(item, "type.value"),
		       is_done ? "was" : "is", get_text(item, "before"),
		       is_done ? "is now" : "would be",
		       get_text(item, "after"));
	}
}
