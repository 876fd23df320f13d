// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What must be answered, worked out from allowed.txt and from the rules of
 * the classes as they are written down for people. Shares no code with the
 * judge: mailboxes are read byte by byte.
 */
#include "expect.h"

/* class, capabilities (admin 1, rawio 2), closed at, taints */
static const struct needs class_rules[] = {
	{ 1, 0, POLICY_LOCKDOWN_NONE, false },
	{ 2, 0, POLICY_LOCKDOWN_NONE, false },
	{ 4, 1, POLICY_LOCKDOWN_NONE, false },
	{ 8, 1, POLICY_LOCKDOWN_NONE, false },
	{ 16, 1, POLICY_LOCKDOWN_NONE, true },
	{ 32, 2, POLICY_LOCKDOWN_INTEGRITY, true },
};

/* identify, config-read and: config-write; debug-read; all but full; all. */
u32 expect_label(int label)
{
	static const u32 admits[] = { 1 | 2 | 4, 1 | 2 | 8, 31, 63 };

	return label < 0 ? 63 : admits[label];
}

static u32 number(const u8 *in, u32 in_len, u32 byte, u32 bytes)
{
	u32 value = 0;

	for (u32 i = byte; i < byte + bytes; i++)
		value = value << 8 | (i < in_len ? in[i] : 0);
	return value;
}

static struct needs as_class(u32 class, bool host)
{
	struct needs needs = { .class = POLICY_NEVER };

	for (u32 i = 0; i < ARRAY_SIZE(class_rules); i++)
		if (class_rules[i].class == class)
			needs = class_rules[i];
	if (host && needs.class && needs.closed_at == POLICY_LOCKDOWN_NONE)
		needs.closed_at = POLICY_LOCKDOWN_CONFIDENTIALITY;
	return needs;
}

static struct needs as_listed(const struct listed *row, const u8 *in, u32 in_len)
{
	struct needs needs;
	u32 class;

	if (!row)
		return as_class(POLICY_NEVER, false);
	class = row->class;
	if (row->clear && number(in, in_len, row->clear_byte, 1) & 0x80)
		class = 16;
	else if (row->other && number(in, in_len, row->other_byte, 1) & 0x80)
		class = 8;
	needs = as_class(class, row->host);
	if (row->reaches)
		needs.capabilities |= 1;
	return needs;
}

static const struct listed *further(const struct listing *listing, const u8 *in,
				    u32 in_len)
{
	u32 op_mod = number(in, in_len, 6, 2);
	u32 id = number(in, in_len, 10, 2);
	bool read = op_mod == 1;
	const struct listed *row;

	row = listing_find(listing,
			   read ? LISTED_REGISTER_READ : LISTED_REGISTER_WRITE,
			   id);
	if (!row || !row->class)
		return row;
	if (id == REGISTER_MNVDA) {
		const struct listed *tlv = listing_find(listing,
			read ? LISTED_TLV_READ : LISTED_TLV_WRITE,
			number(in, in_len, 20, 4));

		return tlv ? tlv : row;
	}
	if (id == REGISTER_RESOURCE_DUMP)
		return listing_find(listing, LISTED_SEGMENT,
				    number(in, in_len, 18, 2));
	return row;
}

static bool has_op_mod(const struct listed *row, u32 op_mod)
{
	for (u32 i = 0; i < row->n_op_mods; i++)
		if (op_mod >= row->op_mods[i][0] && op_mod <= row->op_mods[i][1])
			return true;
	return false;
}

/* For a mailbox that is acceptable but for, perhaps, its numbers. */
struct needs expect_needs(const struct listing *listing, const u8 *in,
			  u32 in_len)
{
	u32 opcode = number(in, in_len, 0, 2);
	u32 op_mod = number(in, in_len, 6, 2);
	const struct listed *row = listing_find(listing, LISTED_COMMAND, opcode);

	if (row && opcode == OPCODE_QUERY_GENERAL_OBJECT)
		return as_listed(listing_find(listing, LISTED_OBJECT, op_mod),
				 in, in_len);
	if (!row || !has_op_mod(row, op_mod))
		return as_class(POLICY_NEVER, false);
	if (row->class == LISTED_FURTHER)
		row = further(listing, in, in_len);
	return as_listed(row, in, in_len);
}

bool expect_allowed(const struct needs *needs,
		    const struct policy_answers *answers)
{
	return needs->class && needs->class & answers->label_classes &&
	       needs->class & answers->narrowed_to &&
	       !(needs->capabilities & ~answers->capabilities) &&
	       (!needs->closed_at || answers->lockdown < needs->closed_at);
}
