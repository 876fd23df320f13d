// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl obj: what lives in the device, by the number it has there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "assign.h"
#include "build.h"
#include "decode.h"
#include "nearest.h"
#include "number.h"
#include "session.h"
#include "text.h"

struct wanted {
	struct mlx5ctl_object_kind kind;
	const struct prm_command *command;
	u32 id;
	bool has_id;
	u16 op_mod;
	size_t first;	/* of the words that set fields */
};

static int list_kinds(struct invocation *invocation)
{
	struct mlx5ctl_object_kind kind;

	if (invocation->n_words > 1)
		return fail_usage(invocation, "unexpected-argument", NULL,
				  "'obj list' takes nothing");
	if (invocation->output >= OUTPUT_HEX)
		return fail_usage(invocation, "no-bytes",
				  "it has -o text, json and jsonl",
				  "the result of 'obj list' is not bytes");
	invocation->data = json_object_new_array();
	for (unsigned int i = 0; !mlx5ctl_object_kind(i, &kind); i++) {
		struct json_object *row = json_object_new_object();

		put_text(row, "kind", kind.name);
		put_named(row, "command", kind.opcode, kind.command);
		put_number(row, "id_bits", kind.id_bits);
		put_text(row, "description",
			 prm_command_by_opcode(kind.opcode)->in->doc);
		put_object(invocation->data, NULL, row);
	}
	return 0;
}

static int find_kind(struct invocation *invocation, const char *name,
		     struct wanted *wanted)
{
	struct nearest nearest;

	nearest_begin(&nearest, name);
	for (unsigned int i = 0; !mlx5ctl_object_kind(i, &wanted->kind); i++) {
		nearest_offer(&nearest, wanted->kind.name);
		if (strcasecmp(wanted->kind.name, name))
			continue;
		wanted->command = prm_command_by_opcode(wanted->kind.opcode);
		return 0;
	}
	return fail_unknown(invocation, "object", name,
			    nearest_found(&nearest),
			    "'mlx5ctl obj list' lists the kinds");
}

static int take_id(struct invocation *invocation, const char *text,
		   struct wanted *wanted)
{
	u64 most = ((u64)1 << wanted->kind.id_bits) - 1;
	u64 id;

	if (!wanted->kind.id_bits)
		return fail_usage(invocation, "unexpected-argument", NULL,
				  "there is only one %s, and it has no number",
				  wanted->kind.name);
	if (parse_number(text, most, &id))
		return fail_usage(invocation, "bad-number", NULL,
				  "%s takes a number from 0 to 0x%llx (decimal or 0x), not '%.40s'",
				  wanted->kind.name, (unsigned long long)most,
				  text);
	wanted->id = id;
	wanted->has_id = true;
	return 0;
}

/* A virtual port without a number is the own one; of others, number 0. */
static int choose_id(struct invocation *invocation, struct wanted *wanted)
{
	const char *id = option_value(invocation, "id");
	const char *word = invocation->n_words > 1 ? invocation->words[1] :
						     NULL;

	wanted->first = 1;
	if (word && !strchr(word, '=')) {
		wanted->first = 2;
		if (id)
			return fail_usage(invocation, "unexpected-argument",
					  NULL, "--id=%.20s and '%.20s' both say which",
					  id, word);
		id = word;
	}
	return id ? take_id(invocation, id, wanted) : 0;
}

static int choose(struct invocation *invocation, struct wanted *wanted)
{
	u64 op_mod;

	if (find_kind(invocation, invocation->words[0], wanted) ||
	    choose_id(invocation, wanted))
		return -1;
	op_mod = wanted->kind.op_mod;
	if (option_number(invocation, "op-mod", UINT16_MAX, &op_mod))
		return -1;
	wanted->op_mod = op_mod;
	return 0;
}

static int compose_bare(const struct wanted *wanted, u8 *in)
{
	return mlx5ctl_object_command(wanted->kind.name, wanted->has_id ?
				      &wanted->id : NULL, wanted->op_mod, in,
				      wanted->kind.in_len);
}

/* What it sets is as it was set, whatever was there before. */
static int compose(struct invocation *invocation, const struct wanted *wanted,
		   u8 *in)
{
	u32 length = wanted->kind.in_len;
	u8 *bits = malloc(length);
	struct taken taken = { bits, "the kind, its number or --op-mod" };
	int result = -1;

	if (!bits)
		return fail_memory(invocation);
	memset(bits, 0xff, length);
	if (compose_bare(wanted, in) || compose_bare(wanted, bits)) {
		fail_memory(invocation);
		goto out;
	}
	for (u32 i = 0; i < length; i++)
		bits[i] = ~(bits[i] ^ in[i]);
	result = assign_words(invocation, wanted->first, wanted->command->in,
			      in, length, 0, &taken);
out:
	free(bits);
	return result;
}

static int put_answer(struct invocation *invocation,
		      const struct wanted *wanted, const u8 *out)
{
	struct json_object *fields = decode_bytes(wanted->command->out, out,
						  wanted->kind.out_len);
	struct json_object *data = json_object_new_object();

	json_object_object_del(fields, "status");
	json_object_object_del(fields, "syndrome");
	put_text(data, "kind", wanted->kind.name);
	if (wanted->has_id)
		put_number(data, "id", wanted->id);
	else
		put_object(data, "id", NULL);
	put_named(data, "command", wanted->kind.opcode, wanted->kind.command);
	put_number(data, "op_mod", wanted->op_mod);
	put_object(data, "fields", fields);
	put_hex(data, "out", out, wanted->kind.out_len);
	invocation->data = data;
	return keep_bytes(invocation, out, wanted->kind.out_len);
}

static void hint_id(struct invocation *invocation, const struct wanted *wanted)
{
	struct failure *failure = &invocation->failure;

	if (failure->status == EXIT_DEVICE && !failure->hint[0] &&
	    wanted->kind.id_bits && !wanted->has_id)
		snprintf(failure->hint, sizeof(failure->hint),
			 "no number was given, so it was asked for 0");
}

int run_obj(struct invocation *invocation)
{
	struct wanted wanted = { .has_id = false };
	int result;
	u8 *in, *out;

	if (!invocation->n_words)
		return fail_usage(invocation, "missing-argument",
				  "'mlx5ctl obj list' lists the kinds",
				  "obj needs the kind of object");
	if (!strcmp(invocation->words[0], "list"))
		return list_kinds(invocation);
	if (choose(invocation, &wanted))
		return -1;
	in = calloc(1, wanted.kind.in_len + wanted.kind.out_len);
	if (!in)
		return fail_memory(invocation);
	out = in + wanted.kind.in_len;
	result = compose(invocation, &wanted, in);
	if (!result)
		result = session_exec(invocation, in, wanted.kind.in_len, out,
				      wanted.kind.out_len);
	if (!result)
		result = put_answer(invocation, &wanted, out);
	free(in);
	if (result)
		hint_id(invocation, &wanted);
	return result < 0 ? -1 : 0;
}

void show_obj(struct invocation *invocation)
{
	static const struct column columns[] = {
		{ "KIND", "kind" },
		{ "ID BITS", "id_bits", .is_right = true },
		{ "DESCRIPTION", "description" },
		{ NULL },
	};
	struct json_object *data = invocation->data;

	if (json_object_is_type(data, json_type_array)) {
		print_table(data, columns);
		return;
	}
	fputs(get_text(data, "kind"), stdout);
	if (get(data, "id"))
		printf(" 0x%llx", (unsigned long long)get_number(data, "id"));
	putchar('\n');
	print_tree(stdout, get(data, "fields"), 1);
}
