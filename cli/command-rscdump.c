// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl rscdump: the menu of resources, and dumps of them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "chain.h"
#include "dumping.h"
#include "nearest.h"
#include "number.h"
#include "output.h"
#include "prm-offsets.h"
#include "text.h"

struct wanted {
	struct mlx5ctl_dump_request request;
	bool has_index[2];
	const char *type;	/* as typed; NULL: the menu */
	struct dumping how;	/* memory and the most, for each dump */
	u8 *menu_bytes;
	struct menu menu;	/* the device's, ... */
	bool has_menu;		/* ... whole */
};

/* "N", "N+COUNT", "all" or "active". */
static int parse_index(const char *text, u32 *index, u16 *count)
{
	char first[24];
	size_t length = strcspn(text, "+");
	u64 number, n = 0;

	*index = 0;
	*count = !strcmp(text, "all") ? MLX5CTL_DUMP_ALL :
		 !strcmp(text, "active") ? MLX5CTL_DUMP_ACTIVE : 0;
	if (*count)
		return 0;
	if (length >= sizeof(first))
		return -1;
	snprintf(first, sizeof(first), "%.*s", (int)length, text);
	if (parse_number(first, UINT32_MAX, &number) ||
	    (text[length] &&
	     (parse_number(text + length + 1, MLX5CTL_DUMP_ACTIVE - 1, &n) ||
	      !n)))
		return -1;
	*index = number;
	*count = n;
	return 0;
}

/* Of our spelling and the original's, only one is said. */
static int check_once(struct invocation *invocation)
{
	static const char *const pairs[][2] = {
		{ "index1", "idx1" }, { "index2", "idx2" }, { "vhca", "vhcaid" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (option_given(invocation, pairs[i][0]) &&
		    option_given(invocation, pairs[i][1]))
			return fail_usage(invocation, "twice", NULL,
					  "--%s and --%s are the same, and both are given",
					  pairs[i][0], pairs[i][1]);
	return 0;
}

static int take_index(struct invocation *invocation, struct wanted *wanted,
		      int i, const char *name, const char *original)
{
	const char *used = option_given(invocation, name) ? name : original;
	const char *text = option_value(invocation, used);
	struct mlx5ctl_dump_request *request = &wanted->request;

	if (!text)
		return 0;
	wanted->has_index[i] = true;
	if (!parse_index(text, i ? &request->index2 : &request->index1,
			 i ? &request->count2 : &request->count1))
		return 0;
	return fail_usage(invocation, "bad-number", strchr(text, '+') ?
			  "a COUNT is from 1 to 65533" : NULL,
			  "--%s takes N, N+COUNT, all or active, not '%.40s'",
			  used, text);
}

static int take_options(struct invocation *invocation, struct wanted *wanted)
{
	u64 vhca = 0;

	wanted->type = option_value(invocation, "type");
	if (wanted->type && invocation->n_words)
		return fail_usage(invocation, "two-types", NULL,
				  "--type and %.40s both say what to dump",
				  invocation->words[0]);
	if (invocation->n_words)
		wanted->type = invocation->words[0];
	if (check_once(invocation) ||
	    take_index(invocation, wanted, 0, "index1", "idx1") ||
	    take_index(invocation, wanted, 1, "index2", "idx2") ||
	    option_number(invocation, "vhca", UINT16_MAX, &vhca) ||
	    option_number(invocation, "vhcaid", UINT16_MAX, &vhca) ||
	    dumping_options(invocation, &wanted->how))
		return -1;
	if (!wanted->type && (wanted->has_index[0] || wanted->has_index[1]))
		return fail_usage(invocation, "missing-argument",
				  "as in 'rscdump FULL_EQC --index1=7'; without an index it shows the types",
				  "an index is given, and no type that it is of");
	wanted->request.vhca_id = vhca;
	/* A dry run shows the dump itself, not what is made before it. */
	if (option_given(invocation, "inline") ||
	    option_given(invocation, "dry-run"))
		wanted->how.memory = 0;
	return 0;
}

static struct dumping dumping_of(const struct wanted *wanted, const char *path)
{
	return (struct dumping){
		.save.fd = -1,
		.keeps_bytes = true,
		.memory = wanted->how.memory,
		.most = wanted->how.most,
		.path = path,
	};
}

/* A device that has no menu for us can still be asked by number. */
static int forgive_menu(struct invocation *invocation)
{
	if (invocation->failure.status != EXIT_DEVICE)
		return -1;
	invocation->failure = (struct failure){ .happened = false };
	return 0;
}

/* The device's menu, as far as it gives it. */
static int read_menu(struct invocation *invocation, struct wanted *wanted)
{
	const struct mlx5ctl_dump_request request = {
		.type = MLX5CTL_SEGMENT_MENU,
		.vhca_id = wanted->request.vhca_id,
	};
	struct dumping dumping = dumping_of(wanted, NULL);
	struct chain chain;
	int result = dumping_resources(invocation, &dumping, &request);

	dumping_free(&dumping);
	if (result)
		return forgive_menu(invocation);
	chain_decode(invocation->bytes, invocation->n_bytes, NULL, &chain);
	json_object_put(chain.segments);
	wanted->menu = chain.menu;
	wanted->has_menu = !dumping.problem[0] && !chain.problem[0];
	wanted->menu_bytes = invocation->bytes;
	invocation->bytes = NULL;
	invocation->n_bytes = 0;
	return 0;
}

static int unknown_type(struct invocation *invocation,
			const struct wanted *wanted)
{
	struct nearest nearest;
	char text[17];

	nearest_begin(&nearest, wanted->type);
	for (u32 i = 0; i < wanted->menu.n_records; i++)
		nearest_offer(&nearest, menu_name(wanted->menu.records +
				i * PRM_SIZE(resource_dump_menu_record),
				RECORD(segment_name), text));
	return fail_unknown(invocation, "segment", wanted->type,
			    nearest_found(&nearest),
			    "'mlx5ctl rscdump' shows the device's menu");
}

/* What the menu says of an index, before the firmware has to say it. */
static int check_index(struct invocation *invocation,
		       const struct wanted *wanted, struct json_object *row,
		       int i)
{
	const struct mlx5ctl_dump_request *request = &wanted->request;
	u16 count = i ? request->count2 : request->count1;
	const char *key = i ? "index2" : "index1";
	struct json_object *index = get(row, key);
	const char *may = count == MLX5CTL_DUMP_ALL ? "all" :
			  count == MLX5CTL_DUMP_ACTIVE ? "active" : "counts";
	char hint[40];

	if (!index && wanted->has_index[i])
		return fail_usage(invocation, "bad-index", NULL,
				  "%s takes no --%s", get_text(row, "name"),
				  key);
	snprintf(hint, sizeof(hint), "or all of them: --%s=all", key);
	if (index && get_bool(index, "needed") && !wanted->has_index[i])
		return fail_usage(invocation, "missing-argument",
				  get_bool(index, "all") ? hint : NULL,
				  "%s needs --%s, the %s",
				  get_text(row, "name"), key,
				  get_text(index, "name"));
	if (!index || !count || get_bool(index, may))
		return 0;
	return fail_usage(invocation, "bad-index", NULL,
			  "--%s of %s is a single one%s%s", key,
			  get_text(row, "name"),
			  get_bool(index, "counts") ? " or N+COUNT" : "",
			  get_bool(index, "all") ? ", or all" : "");
}

static int check_arguments(struct invocation *invocation,
			   const struct wanted *wanted)
{
	struct json_object *rows = menu_rows(&wanted->menu);
	int result = 0;

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (get_number(row, "type") != wanted->request.type)
			continue;
		if (check_index(invocation, wanted, row, 0) ||
		    check_index(invocation, wanted, row, 1))
			result = -1;
		break;
	}
	json_object_put(rows);
	return result;
}

/* By the device's name, by ours where its menu is not there, or by number. */
static int choose_type(struct invocation *invocation, struct wanted *wanted)
{
	const u8 *record = menu_by_name(&wanted->menu, wanted->type);
	u16 ours;
	u64 type;

	if (record)
		type = menu_field(record, RECORD(segment_type));
	else if (!wanted->has_menu &&
		 !chain_type_by_name(wanted->type, &ours))
		type = ours;
	else if (parse_number(wanted->type, UINT16_MAX, &type))
		return unknown_type(invocation, wanted);
	wanted->request.type = type;
	return check_arguments(invocation, wanted);
}

/* Segments like others, which are not seen in a file or as bytes. */
static void tell_errors(struct invocation *invocation, u32 n, bool is_seen)
{
	if (!n)
		return;
	invocation->status = EXIT_FINDING;
	output_note(invocation, "mlx5ctl: the firmware reports %u error%s in the dump%s",
		    n, n == 1 ? "" : "s", is_seen ? "" :
		    "; 'mlx5ctl decode rscdump FILE' shows what it says");
}

static int put_result(struct invocation *invocation, struct wanted *wanted,
		      struct dumping *dumping)
{
	const struct mlx5ctl_dump_request *request = &wanted->request;
	struct json_object *data = json_object_new_object();
	struct chain chain;

	invocation->data = data;
	chain_decode(invocation->bytes, invocation->n_bytes, &wanted->menu,
		     &chain);
	chain_check_command(invocation->bytes, invocation->n_bytes, request,
			    &chain);
	if (!dumping->problem[0])
		strcpy(dumping->problem, chain.problem);
	put_named(data, "type", request->type,
		  chain_type_name(request->type, &wanted->menu));
	if (dumping_end(invocation, dumping, data)) {
		json_object_put(chain.segments);
		return -1;
	}
	put_number(data, "errors", chain.n_errors);
	put_object(data, "menu", request->type == MLX5CTL_SEGMENT_MENU ?
		   menu_rows(&chain.menu) : NULL);
	put_object(data, "segments", chain.segments);
	tell_errors(invocation, chain.n_errors,
		    invocation->output == OUTPUT_TEXT && !dumping->path);
	return 0;
}

/* The device may know types that its menu does not list, so it was asked. */
static void hint_type(struct invocation *invocation,
		      const struct wanted *wanted)
{
	struct failure *failure = &invocation->failure;

	if (failure->status == EXIT_DEVICE && wanted->has_menu &&
	    !menu_by_type(&wanted->menu, wanted->request.type))
		snprintf(failure->hint, sizeof(failure->hint),
			 "the device's menu, which 'mlx5ctl rscdump' shows, lists no type 0x%x",
			 wanted->request.type);
}

static int run(struct invocation *invocation, struct wanted *wanted)
{
	bool is_dry = option_given(invocation, "dry-run");
	struct dumping dumping;
	int result;

	wanted->request.type = MLX5CTL_SEGMENT_MENU;
	if (wanted->type && !is_dry && read_menu(invocation, wanted))
		return -1;
	if (wanted->type && choose_type(invocation, wanted))
		return -1;
	dumping = dumping_of(wanted, option_value(invocation, "write"));
	result = dumping_resources(invocation, &dumping, &wanted->request);
	if (!result)
		result = put_result(invocation, wanted, &dumping);
	dumping_free(&dumping);
	if (result < 0)
		hint_type(invocation, wanted);
	return result < 0 ? -1 : 0;
}

int run_rscdump(struct invocation *invocation)
{
	struct wanted wanted = { .type = NULL };
	int result = take_options(invocation, &wanted);

	if (!result)
		result = run(invocation, &wanted);
	free(wanted.menu_bytes);
	return result;
}

/* "QPN: N+COUNT, all, active": what may be said of an index. */
static void put_index(struct json_object *row, const char *key,
		      struct json_object *index)
{
	char text[80];

	if (!index)
		return;
	snprintf(text, sizeof(text), "%s%s%s%s%s", get_text(index, "name"),
		 get_bool(index, "needed") ? "" : " (if wanted)",
		 get_bool(index, "counts") ? ", +COUNT" : "",
		 get_bool(index, "all") ? ", all" : "",
		 get_bool(index, "active") ? ", active" : "");
	put_text(row, key, text);
}

static void show_menu(struct json_object *menu)
{
	static const struct column columns[] = {
		{ "TYPE", "type", .is_hex = true },
		{ "NAME", "name" },
		{ "INDEX1", "index1" },
		{ "INDEX2", "index2" },
		{ NULL },
	};
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(menu); i++) {
		struct json_object *from = json_object_array_get_idx(menu, i);
		struct json_object *row = json_object_new_object();

		put_number(row, "type", get_number(from, "type"));
		put_text(row, "name", get_text(from, "name"));
		put_index(row, "index1", get(from, "index1"));
		put_index(row, "index2", get(from, "index2"));
		put_object(rows, NULL, row);
	}
	print_table(rows, columns);
	json_object_put(rows);
}

/* What went into a file is only summed up here. */
void show_rscdump(struct invocation *invocation)
{
	struct json_object *data = invocation->data;

	if (get(data, "menu") && get_bool(data, "complete"))
		show_menu(get(data, "menu"));
	else if (!get(data, "file"))
		show_chain(get(data, "segments"));
	if (get(data, "file"))
		show_dumping(invocation);
}
