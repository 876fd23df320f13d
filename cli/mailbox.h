/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Mailboxes as named values, registers within them included. */
#ifndef CLI_MAILBOX_H
#define CLI_MAILBOX_H

#include <json-c/json.h>

#include "prm.h"

/* NULL where the opcode is not in the vocabulary; the caller owns it. */
struct json_object *decode_request(const void *in, u32 in_len);
struct json_object *decode_reply(const void *in, u32 in_len, const void *out,
				 u32 out_len);

/* "ACCESS_REG PAOS (0x5006)", "QUERY_HCA_CAP", "opcode 0x1234" */
void mailbox_title(const void *in, u32 in_len, char *title, size_t size);

#endif
