// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Any bytes as a dump of resources: walked, decoded, held against what was
 * asked, and its menu asked for names. Input: the bytes of the dump.
 */
#include "build.h"
#include "chain.h"
#include "fuzz.h"

/* The segments lie one after the other, inside, and end where it is said. */
static u32 walk(const u8 *bytes, size_t size)
{
	struct mlx5ctl_segment segment = { 0 };
	struct mlx5ctl_error error = { 0 };
	size_t end = 0;
	u32 n = 0;
	int ret;

	while ((ret = mlx5ctl_next_segment(bytes, size, &segment, &error)) ==
	       1) {
		HOLDS(segment.offset == end, "segments follow one another");
		HOLDS(segment.length >= 4 && segment.length <= size - end,
		      "a segment lies in the dump, and gets on");
		end += segment.length;
		n++;
	}
	HOLDS(ret ? error.message[0] : end == size,
	      "a dump is whole, or it is said what is wrong");
	HOLDS(mlx5ctl_next_segment(bytes, size, &segment, NULL) == ret,
	      "who asks again is told the same");
	return n;
}

static void check_menu(const struct menu *menu)
{
	struct json_object *rows = menu_rows(menu);

	HOLDS(get_count(rows, "") == menu->n_records, "a menu has its records");
	for (u32 i = 0; i < menu->n_records; i++) {
		const char *name = get_text(json_object_array_get_idx(rows, i),
					    "name");

		HOLDS(strlen(name) <= 16, "a name ends with its field");
		HOLDS(menu_by_name(menu, name), "what has a name is found by it");
	}
	json_object_put(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mlx5ctl_dump_request request = {
		.type = MLX5CTL_SEGMENT_MENU,
	};
	u8 *bytes = exact_copy(data, size);
	struct chain chain;
	u32 n = walk(bytes, size);

	seeded_overread(data, size);
	chain_decode(bytes, size, NULL, &chain);
	HOLDS(get_count(chain.segments, "") == n, "each segment is decoded");
	HOLDS(json_object_to_json_string(chain.segments), "and can be shown");
	check_menu(&chain.menu);
	chain_check_command(bytes, size, &request, &chain);
	json_object_put(chain.segments);
	free(bytes);
	return 0;
}
