/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Golden verdicts: lines of text that say what the judge answers.
 *
 *   [KIND] LABEL CLASS CAPS LOCKDOWN IN OUTLEN -> ANSWER
 *
 * LABEL is - or a fwctl scope, CLASS the narrowing mask in hex, CAPS one of
 * none, admin, rawio, all, LOCKDOWN one of none, integrity, confidentiality,
 * IN the inbox in hex (`+N`: N zero bytes follow; `-`: empty). Without a
 * KIND, ANSWER is `verdict rule byte bit`, where - means none, and _ is a
 * space in the rule's name. The kinds:
 *
 *   needs       class, capabilities, lockdown level that closes, taint; and
 *               what it creates and destroys
 *   redacts     the runs of bits of a reply that are zeroed
 *   flips       the reason for each bit of the inbox flipped alone, in runs
 *   in-lengths  the reason for the inbox cut or zero-extended, in runs of
 *               lengths in dwords; `accepted-odd` where one is not whole
 *   out-lengths the reason for other reply lengths, likewise
 *
 * A file begins with the session: `session vf|pf VHCA PAGE_SHIFT`, and lines
 * `own KIND ID ADDRESS LENGTH`, `last SEQUENCE OPAQUE COOKIE`. libc only.
 */
#ifndef VERDICTS_GOLDEN_H
#define VERDICTS_GOLDEN_H

#include <stdio.h>

#include "policy.h"

#define GOLDEN_OWNED 16
#define GOLDEN_ANSWER 65536
#define GOLDEN_FAR 4200	/* in lengths are tried one by one up to here */

struct golden_session {
	struct policy_session policy;
	struct policy_owned owned[GOLDEN_OWNED];
};

enum golden_kind {
	GOLDEN_VERDICT,
	GOLDEN_NEEDS,
	GOLDEN_REDACTS,
	GOLDEN_FLIPS,
	GOLDEN_IN_LENGTHS,
	GOLDEN_OUT_LENGTHS,
	GOLDEN_N_KINDS,
};

struct golden_case {
	enum golden_kind kind;
	int label;		/* -1: none */
	u32 classes;
	u32 capabilities;
	enum policy_lockdown lockdown;
	u8 *in;
	u32 in_len;
	u32 out_len;
	char *expected;
	u32 line;
	struct golden_session *session;
	const char *file;
};

struct golden_set {
	struct golden_case *cases;
	u32 n_cases;
	u32 room;
};

/* session.c */
bool session_line(struct golden_session *session, const char *line);
void session_print(FILE *file, const struct golden_session *session);
void session_fixed(struct golden_session *session, bool is_vf);

/* golden.c */
bool golden_load(struct golden_set *set, const char *path);
void golden_free(struct golden_set *set);
void golden_print_question(FILE *file, const struct golden_case *one);

/* answer.c: what the judge says now; `text` has GOLDEN_ANSWER bytes */
void golden_answer(const struct golden_case *one, char *text);
struct policy_verdict golden_judge(const struct golden_case *one, const u8 *in,
				   u32 in_len, u32 out_len);
bool golden_holds(const struct golden_case *one);

extern const char *const golden_kinds[GOLDEN_N_KINDS];
extern const char *const golden_capabilities[4];
extern const char *const golden_lockdowns[3];
extern const char *const golden_objects[4];

#endif
