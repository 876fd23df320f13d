// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "mailbox.h"

#include <stdio.h>

#include "build.h"
#include "decode.h"
#include "verdict.h"

/* Where a register follows the header, its fields replace the bare dwords. */
static void put_register(struct json_object *mailbox, const void *in,
			 u32 in_len, const void *bytes, u32 len)
{
	const struct prm_register *row =
		prm_register_by_id(policy_register_of(in, in_len));

	if (!row || len < PRM_HEADER_BYTES)
		return;
	put_object(mailbox, "register_data",
		   decode_bytes(row->layout,
				(const u8 *)bytes + PRM_HEADER_BYTES,
				len - PRM_HEADER_BYTES));
}

struct json_object *decode_request(const void *in, u32 in_len)
{
	const struct prm_command *command =
		prm_command_by_opcode(mailbox_opcode(in, in_len));
	struct json_object *mailbox;

	if (!command)
		return NULL;
	mailbox = decode_bytes(command->in, in, in_len);
	put_register(mailbox, in, in_len, in, in_len);
	return mailbox;
}

struct json_object *decode_reply(const void *in, u32 in_len, const void *out,
				 u32 out_len)
{
	const struct prm_command *command =
		prm_command_by_opcode(mailbox_opcode(in, in_len));
	struct json_object *mailbox;

	if (!command)
		return NULL;
	mailbox = decode_bytes(command->out, out, out_len);
	put_register(mailbox, in, in_len, out, out_len);
	return mailbox;
}

void mailbox_title(const void *in, u32 in_len, char *title, size_t size)
{
	u16 opcode = mailbox_opcode(in, in_len);
	const struct prm_command *command = prm_command_by_opcode(opcode);
	u32 id = policy_register_of(in, in_len);
	const struct prm_register *row = prm_register_by_id(id);

	if (!command)
		snprintf(title, size, "opcode 0x%x", opcode);
	else if (!id)
		snprintf(title, size, "%s", command->name);
	else
		snprintf(title, size, "%s %s (0x%x)", command->name,
			 row ? row->name : "unknown register", id);
}
