// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl list: opens nothing, so it needs no privilege. */
#include "build.h"
#include "device.h"
#include "output.h"
#include "text.h"

static int note(void *context, const char *device, const char *description)
{
	struct json_object *row = json_object_new_object();

	put_text(row, "device", device);
	put_text(row, "description", description);
	put_bool(row, "emulated", device_is_emulated(device));
	put_object(context, NULL, row);
	return 0;
}

int run_list(struct invocation *invocation)
{
	invocation->data = json_object_new_array();
	return device_each(invocation, note, invocation->data);
}

void show_list(struct invocation *invocation)
{
	static const struct column columns[] = {
		{ "DEVICE", "device" },
		{ "DESCRIPTION", "description" },
		{ NULL },
	};
	struct json_object *rows = invocation->data;
	bool is_real = false;

	for (size_t i = 0; i < json_object_array_length(rows); i++)
		is_real |= !get_bool(json_object_array_get_idx(rows, i),
				     "emulated");
	print_table(rows, columns);
	if (!is_real)
		output_note(invocation, "No card can be opened here: 'mlx5ctl doctor' says why; the emulated device answers all the same: mlx5ctl -d emu info");
}
