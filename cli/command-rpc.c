// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl rpc: one mailbox as it is, judged like any other. */
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "hex.h"
#include "mailbox.h"
#include "prm-offsets.h"
#include "session.h"
#include "text.h"
#include "verdict.h"

/* As long as the rule wants it, unless the user says otherwise. */
static int choose_reply(struct invocation *invocation,
			const struct bytes *in, u32 *out_len)
{
	struct question question;
	u64 chosen;

	question_begin(&question, in->data, in->n);
	question_guess_reply(&question);
	chosen = question.out_len;
	if (option_number(invocation, "out-len", HEX_MOST_BYTES, &chosen))
		return -1;
	if (chosen < PRM_HEADER_BYTES || chosen % 4)
		return fail_usage(invocation, "bad-number", NULL,
				  "--out-len is whole dwords and 16 bytes at least, and %u is not",
				  (unsigned int)chosen);
	*out_len = chosen;
	return 0;
}

static int check_inbox(struct invocation *invocation, const struct bytes *in)
{
	if (in->n >= PRM_HEADER_BYTES && in->n % 4 == 0)
		return 0;
	return fail_usage(invocation, "too-short", NULL,
			  "a mailbox is whole dwords and 16 bytes at least, and the input has %zu byte%s",
			  in->n, in->n == 1 ? "" : "s");
}

static int put_reply(struct invocation *invocation, const struct bytes *in,
		     const u8 *out, u32 out_len)
{
	u16 opcode = mailbox_opcode(in->data, in->n);
	const struct prm_command *command = prm_command_by_opcode(opcode);

	invocation->data = json_object_new_object();
	put_named(invocation->data, "opcode", opcode,
		  command ? command->name : NULL);
	put_object(invocation->data, "fields",
		   decode_reply(in->data, in->n, out, out_len));
	put_hex(invocation->data, "out", out, out_len);
	return keep_bytes(invocation, out, out_len);
}

static int send(struct invocation *invocation, const struct bytes *in)
{
	u32 out_len = 0;
	int result;
	u8 *out;

	if (check_inbox(invocation, in) ||
	    choose_reply(invocation, in, &out_len))
		return -1;
	out = calloc(1, out_len);
	if (!out)
		return fail_memory(invocation);
	result = session_exec(invocation, in->data, in->n, out, out_len);
	if (!result)
		result = put_reply(invocation, in, out, out_len);
	free(out);
	return result < 0 ? -1 : 0;
}

int run_rpc(struct invocation *invocation)
{
	struct bytes in;
	int result;

	if (read_hex(invocation, 0, &in))
		return -1;
	result = send(invocation, &in);
	free(in.data);
	return result;
}

void show_rpc(struct invocation *invocation)
{
	struct json_object *data = invocation->data;

	if (!get(data, "fields")) {
		print_hex(stdout, invocation->bytes, invocation->n_bytes);
		return;
	}
	printf("%s\n", get_text(data, "opcode.name"));
	print_tree(stdout, get(data, "fields"), 1);
}
