// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl cap: what the function can do, one group at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attempt.h"
#include "build.h"
#include "decode.h"
#include "nearest.h"
#include "number.h"
#include "prm-offsets.h"
#include "session.h"
#include "text.h"

#define MOST_TYPES 64

struct wanted {
	u16 types[MOST_TYPES];
	size_t n;
	bool maximum;
	bool all;	/* nobody named them: some may not be there */
};

static const char *type_name(u16 type)
{
	const struct mlx5ctl_capability *row;

	for (unsigned int i = 0; (row = mlx5ctl_capability(i)); i++)
		if (row->type == type)
			return row->name;
	return NULL;
}

static int find_type(struct invocation *invocation, const char *text,
		     u16 *type)
{
	const struct mlx5ctl_capability *row;
	struct nearest nearest;
	u64 number;

	nearest_begin(&nearest, text);
	for (unsigned int i = 0; (row = mlx5ctl_capability(i)); i++) {
		nearest_offer(&nearest, row->name);
		if (strcasecmp(row->name, text))
			continue;
		*type = row->type;
		return 0;
	}
	if (parse_number(text, UINT16_MAX / 2, &number))
		return fail_unknown(invocation, "capability", text,
				    nearest_found(&nearest),
				    "'mlx5ctl cap' shows all; a number is 0 to 0x7fff");
	*type = number;
	return 0;
}

static int add_type(struct invocation *invocation, struct wanted *wanted,
		    const char *text)
{
	if (wanted->n == MOST_TYPES)
		return fail_usage(invocation, "too-many", NULL,
				  "%d capability types at once are the most",
				  MOST_TYPES);
	return find_type(invocation, text, &wanted->types[wanted->n++]);
}

static int choose_types(struct invocation *invocation, struct wanted *wanted)
{
	const char *mode = option_value(invocation, "mode");
	const char *id = option_value(invocation, "id");

	if (option_given(invocation, "max") && mode && strcmp(mode, "max"))
		return fail_usage(invocation, "twice", NULL,
				  "--max and --mode=%.10s both say which", mode);
	wanted->maximum = option_given(invocation, "max") ||
			  (mode && !strcmp(mode, "max"));
	if (id && add_type(invocation, wanted, id))
		return -1;
	for (size_t i = 0; i < invocation->n_words; i++)
		if (add_type(invocation, wanted, invocation->words[i]))
			return -1;
	wanted->all = !wanted->n;
	while (wanted->all && mlx5ctl_capability(wanted->n)) {
		wanted->types[wanted->n] = mlx5ctl_capability(wanted->n)->type;
		wanted->n++;
	}
	if (wanted->n == 1 || invocation->output < OUTPUT_HEX)
		return 0;
	return fail_usage(invocation, "no-bytes",
			  "name one, as in 'cap GENERAL', or use -o text, json and jsonl",
			  "only a single capability type can be shown as bytes");
}

static void put_group(struct invocation *invocation, u16 type, bool maximum,
		      const u8 *data, const struct failure *failure)
{
	const struct prm_layout *layout = prm_capability_layout(type);
	struct json_object *group = json_object_new_object();

	put_named(group, "type", type, type_name(type));
	put_text(group, "mode", maximum ? "maximum" : "current");
	put_object(group, "fields", layout && !failure ?
		   decode_bytes(layout, data, layout->size) : NULL);
	if (layout || failure)
		put_object(group, "bytes", NULL);
	else
		put_hex(group, "bytes", data, MLX5CTL_CAPABILITY_BYTES);
	put_refusal(group, "error", failure);
	put_object(invocation->data, NULL, group);
}

static int query(struct invocation *invocation, const struct wanted *wanted,
		 u16 type, u8 *out)
{
	u8 in[PRM_SIZE(query_hca_cap_in)];
	const u8 *data = out + PRM_HEADER_BYTES;
	struct failure failure;
	int result;

	if (mlx5ctl_capability_command(type, wanted->maximum, in, sizeof(in)))
		return fail_memory(invocation);
	if (wanted->all)
		result = attempt_exec(invocation, in, sizeof(in), out,
				      PRM_SIZE(query_hca_cap_out), &failure);
	else
		result = session_exec(invocation, in, sizeof(in), out,
				      PRM_SIZE(query_hca_cap_out));
	if (result < 0 || result == 1)
		return result;
	put_group(invocation, type, wanted->maximum, data,
		  result == ATTEMPT_FAILED ? &failure : NULL);
	return wanted->n == 1 ? keep_bytes(invocation, data,
					   MLX5CTL_CAPABILITY_BYTES) : 0;
}

int run_cap(struct invocation *invocation)
{
	struct wanted wanted = { .n = 0 };
	int result = 0;
	u8 *out;

	if (choose_types(invocation, &wanted))
		return -1;
	out = calloc(1, PRM_SIZE(query_hca_cap_out));
	if (!out)
		return fail_memory(invocation);
	invocation->data = json_object_new_array();
	for (size_t i = 0; !result && i < wanted.n; i++)
		result = query(invocation, &wanted, wanted.types[i], out);
	free(out);
	return result < 0 ? -1 : 0;
}

static void show_group(struct invocation *invocation,
		       struct json_object *group)
{
	const char *name = get_text(group, "type.name");

	printf("%s 0x%llx", name[0] ? name : "capability",
	       (unsigned long long)get_number(group, "type.value"));
	if (get_bool(group, "error")) {
		fputs(": ", stdout);
		print_safe(stdout, get_text(group, "error.message"));
		putchar('\n');
		return;
	}
	printf(", %s\n", get_text(group, "mode"));
	if (get(group, "fields"))
		print_tree(stdout, get(group, "fields"), 1);
	else
		print_hex(stdout, invocation->bytes, invocation->n_bytes);
}

void show_cap(struct invocation *invocation)
{
	struct json_object *groups = invocation->data;

	for (size_t i = 0; i < json_object_array_length(groups); i++)
		show_group(invocation, json_object_array_get_idx(groups, i));
}
