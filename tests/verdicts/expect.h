/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A second opinion: allowed.txt and class rules, without policy's tables. */
#ifndef VERDICTS_EXPECT_H
#define VERDICTS_EXPECT_H

#include "golden.h"

enum listed_kind {
	LISTED_COMMAND,
	LISTED_REGISTER_READ,
	LISTED_REGISTER_WRITE,
	LISTED_OBJECT,
	LISTED_TLV_WRITE,
	LISTED_TLV_READ,
	LISTED_SEGMENT,
	LISTED_N_KINDS,
};

extern const char *const listing_kinds[LISTED_N_KINDS];

#define OPCODE_QUERY_GENERAL_OBJECT 0x0a02
#define REGISTER_MNVDA 0x9024
#define REGISTER_RESOURCE_DUMP 0xc000

#define LISTED_FURTHER (1u << 8)	/* another number decides */
#define LISTED_OP_MODS 64

struct listed {
	enum listed_kind kind;
	u32 first;
	u32 last;
	bool otherwise;
	u32 class;
	bool host;
	bool clear;
	u32 clear_byte;		/* of the mailbox; its top bit clears */
	bool reaches;		/* always to another function */
	bool other;
	u32 other_byte;		/* its top bit: of another function */
	u32 op_mods[LISTED_OP_MODS][2];
	u32 n_op_mods;
	char name[48];
	bool seen;
};

struct listing {
	struct listed *rows;
	u32 n;
};

/* What a caller must have, as policy.md says it. */
struct needs {
	u32 class;		/* POLICY_NEVER: refused whoever asks */
	u32 capabilities;
	enum policy_lockdown closed_at;
	bool taints;
};

bool listing_load(struct listing *listing, const char *path);
struct listed *listing_find(const struct listing *listing,
			    enum listed_kind kind, u32 number);
/* One of the rows for a number has this class. */
struct listed *listing_find_class(const struct listing *listing,
				  enum listed_kind kind, u32 number, u32 class);
struct needs expect_needs(const struct listing *listing, const u8 *in,
			  u32 in_len);
bool expect_allowed(const struct needs *needs,
		    const struct policy_answers *answers);
u32 expect_label(int label);

#endif
