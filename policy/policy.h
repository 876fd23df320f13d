/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The judge: may this command go to this device for this caller?
 *
 * Motivation: firmware does what a mailbox asks, and its own checks were once
 * the only ones. Here every bit of a command is judged on the host first,
 * against tables that a person can read.
 *
 * Threats: a caller who asks for what it may not, in any encoding; a caller
 * who hides a request in bits that nobody looks at; an address that the
 * device should never be given; firmware that does more than its name says.
 *
 * Implementation: rules are constant rows (table-*.c), found by the numbers
 * in the mailbox, default deny. policy_match() finds the row and judges each
 * bit: one that the row does not name must be zero. policy_decide() then sets
 * what the row requires against what the caller has. Both are pure: no
 * locks, no allocation, no memory of what was judged before.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "../prm/prm.h"

/* A tool that removes one check at a time makes the rows writable. */
#ifndef POLICY_CONST
#define POLICY_CONST const
#endif

/* What a command does, as bits: a mask of them says what a file may do. */
enum policy_class {
	POLICY_NEVER		= 0,
	POLICY_IDENTIFY		= 1 << 0,
	POLICY_CONFIG_READ	= 1 << 1,
	POLICY_CONFIG_WRITE	= 1 << 2,
	POLICY_DEBUG_READ	= 1 << 3,
	POLICY_DEBUG_WRITE	= 1 << 4,
	POLICY_FULL		= 1 << 5,
};

#define POLICY_ALL_CLASSES 0x3f

enum policy_capability {
	POLICY_CAP_SYS_ADMIN = 1 << 0,
	POLICY_CAP_SYS_RAWIO = 1 << 1,
};

/* Levels of kernel lockdown; also: the lowest level that closes a row. */
enum policy_lockdown {
	POLICY_LOCKDOWN_NONE,
	POLICY_LOCKDOWN_INTEGRITY,	/* LOCKDOWN_PCI_ACCESS */
	POLICY_LOCKDOWN_CONFIDENTIALITY,	/* LOCKDOWN_DBG_READ_KERNEL */
};

enum policy_reason {
	POLICY_UNJUDGED,	/* never an answer: a verdict must be made */
	POLICY_ALLOWED,
	POLICY_TOO_SHORT,	/* a mailbox without a header */
	POLICY_UNKNOWN,		/* no row has this number */
	POLICY_OWNED_ELSEWHERE,	/* a row says who does it instead */
	POLICY_IN_LENGTH,
	POLICY_OUT_LENGTH,
	POLICY_RESERVED,	/* a bit that the row does not name is set */
	POLICY_VALUE,		/* a field has a value the row does not list */
	POLICY_FOREIGN,		/* an object that this file did not make */
	POLICY_OTHER_FUNCTION,	/* reaches beyond the caller's own function */
	POLICY_EXTENT,		/* memory outside what was registered */
	POLICY_STALE,		/* a continuation that was never answered */
	POLICY_LABEL,		/* the caller's own label is too low */
	POLICY_NARROWED,	/* this file gave the class up */
	POLICY_CAPABILITY,
	POLICY_LOCKED_DOWN,
	POLICY_N_REASONS,
};

/* Objects that a file may own. */
enum policy_object {
	POLICY_NO_OBJECT,
	POLICY_PD,
	POLICY_MKEY,
	POLICY_UMEM,
};

/* Values that a dump carries from one answer into the next command. */
enum policy_continuation {
	POLICY_DUMP_SEQUENCE,	/* RESOURCE_DUMP seq_num */
	POLICY_DUMP_OPAQUE,	/* RESOURCE_DUMP opaque */
	POLICY_CORE_COOKIE,	/* CORE_DUMP cookie */
	POLICY_N_CONTINUATIONS,
};

enum policy_check_kind {
	POLICY_ANY,		/* named, and any value will do */
	POLICY_EQUALS,		/* value */
	POLICY_RANGE,		/* value ... last */
	POLICY_ONE_OF,		/* set */
	POLICY_OWNED,		/* the id of an own `object`, without its lowest `value` bits */
	POLICY_OWN_FUNCTION,	/* 0; other values need a PF and CAP_SYS_ADMIN */
	POLICY_OWN_VHCA,	/* 0, whoever has it, or the own vhca_id; else likewise */
	POLICY_CONTINUES,	/* 0 or the last answered `continuation` */
	POLICY_REST,		/* the bytes that follow byte `value` of the mailbox */
};

struct policy_set {
	const u32 *values;	/* ascending */
	u32 count;
};

/* One field of a mailbox and what it may hold. Unnamed bits are zero. */
struct policy_check {
	const char *name;	/* as in prm/schema */
	struct prm_bits at;	/* from the origin of the rule's table */
	enum policy_check_kind kind;
	u64 value;
	u64 last;
	struct policy_set set;
	enum policy_object object;
	enum policy_continuation continuation;
};

/* Rules about several fields at once; each is one function of judge.c. */
enum policy_extra {
	POLICY_NO_EXTRA,
	POLICY_MKEY_OVER_UMEM,	/* CREATE_MKEY spans only an own umem */
	POLICY_RESOURCE_TO_MKEY, /* RESOURCE_DUMP writes only into an own mkey */
	POLICY_CORE_TO_MKEY,	/* CORE_DUMP likewise */
};

enum policy_flags {
	POLICY_HOST_MEMORY = 1 << 0, /* what it shows may be memory of the host */
};

/* Bytes of a mailbox, header included. */
struct policy_length {
	u32 min;
	u32 max;
};

struct policy_table;

struct policy_rule {
	const char *name;
	const char *why;	/* one line: why it is in this class, or never */
	const char *owner;	/* of POLICY_NEVER: who does it instead, or NULL */
	u32 key;		/* what the table is looked up by ... */
	u32 last;		/* ... up to here, or 0: that key alone */
	struct prm_bits when;	/* the row is for mailboxes whose bits here, ... */
	u32 is;			/* ... from the origin, are this; width 0: all */
	enum policy_class class; /* ignored where `next` decides */
	u32 flags;
	struct policy_length in;
	struct policy_length out; /* both 0: the row above said it */
	POLICY_CONST struct policy_check *checks; /* in the order of the wire */
	u32 n_checks;
	enum policy_extra extra;
	enum policy_object creates;
	enum policy_object destroys;
	const struct prm_bits *redact; /* zeroed in replies, from the origin */
	u32 n_redact;
	const struct policy_table *next; /* the row of this table decides */
};

struct policy_table {
	const char *name;
	const char *doc;
	POLICY_CONST struct policy_rule *rules;	/* ascending by key */
	u32 n_rules;
	struct prm_bits key;	/* from the origin */
	u32 origin;		/* bytes before what the rows speak of */
	bool classifies;	/* rows only name a class: bits were judged above */
	POLICY_CONST struct policy_rule *otherwise; /* for keys without a row, or NULL */
};

/* All rules, from the opcode down. */
extern const struct policy_table policy_commands;
/* Every table, the above first; ends with NULL. */
extern const struct policy_table *const policy_tables[];

struct policy_class_info {
	enum policy_class class;
	const char *name;
	const char *doc;
	u32 capabilities;	/* all of them are needed */
	enum policy_lockdown closed_at;	/* NONE: never closed */
	bool taints;
};

extern POLICY_CONST struct policy_class_info policy_classes[];
extern const u32 policy_n_classes;

struct policy_label_info {
	const char *name;	/* fwctl's */
	u32 classes;
};

/* Indexed by fwctl's scope number. */
extern POLICY_CONST struct policy_label_info policy_labels[];
extern const u32 policy_n_labels;

/* What an open file owns; umems and mkeys with the user range behind them. */
struct policy_owned {
	enum policy_object object;
	u32 id;			/* an mkey's is the whole 32-bit key */
	u64 address;
	u64 length;
};

struct policy_session {
	bool is_vf;
	u16 vhca_id;
	u8 page_shift;		/* of the host's pages */
	const struct policy_owned *owned;
	u32 n_owned;
	u64 continuation[POLICY_N_CONTINUATIONS];
};

/*
 * What is answered. byte and bit say where, as the schema writes positions:
 * the offset of the dword in the inbox, and the lowest bit concerned.
 * `check` is the predicate that was broken, `rule` the innermost row found.
 */
struct policy_verdict {
	enum policy_reason reason;
	const struct policy_rule *rule;
	const struct policy_check *check;
	u32 byte;
	u32 bit;
};

/* The first step's answer; the requirement is there if verdict is ALLOWED. */
struct policy_match {
	struct policy_verdict verdict;
	enum policy_class class;
	u32 capabilities;
	enum policy_lockdown closed_at;
	bool taints;
	const struct policy_rule *redacts; /* the row whose redaction applies */
	u32 redact_origin;
};

/* What the caller has. Masks of classes; all of them where nothing narrows. */
struct policy_answers {
	u32 capabilities;
	enum policy_lockdown lockdown;
	u32 label_classes;
	u32 narrowed_to;
};

/*
 * Step one: find the row and judge every bit of the inbox. Bytes 2-3 (uid)
 * are not looked at: whoever sends calls policy_stamp_uid().
 */
struct policy_match __must_check
policy_match(const void *in, u32 in_len, u32 out_len,
	     const struct policy_session *session);

/* Step two: hold the row's requirement against what the caller has. */
struct policy_verdict __must_check
policy_decide(const struct policy_match *match,
	      const struct policy_answers *answers);

/* The table that a row is in; NULL for NULL. */
const struct policy_table *policy_table_of(const struct policy_rule *rule);

/* What a file owns under this id, whose lowest bits may be missing; or NULL. */
const struct policy_owned *
policy_find_owned(const struct policy_session *session,
		  enum policy_object object, u64 id, u32 drop_bits);

/* The register that a mailbox accesses, by either command that does; or 0. */
u32 policy_register_of(const void *in, u32 in_len);

/* After a command without error: note what its answer lets the next repeat. */
void policy_note_answer(struct policy_session *session, const void *in,
			u32 in_len, const void *out, u32 out_len);

/* Overwrite whatever uid the caller wrote with the one of its open file. */
void policy_stamp_uid(void *in, u32 in_len, u16 uid);

/* Zero in a reply what the row redacts; in an error all but what it is. */
void policy_redact(const struct policy_match *match, void *out, u32 out_len);

/*
 * Check the tables themselves: sorted, reachable, sane. NULL, or one sentence
 * about the first flaw; `where` then names the row.
 */
const char *policy_self_check(const char **where);

/*
 * The canonical listing, in pieces; the SHA-256 of the whole is the policy
 * hash. `emit` gets NUL-terminated text.
 */
typedef void policy_emit_t(void *context, const char *text);
void policy_list(policy_emit_t *emit, void *context);

const char *policy_reason_name(enum policy_reason reason);
const char *policy_class_name(enum policy_class class);

/* For the tables: rows read better with these. */
#define POLICY_CHECKS(...)						\
	.checks = (POLICY_CONST struct policy_check[]){ __VA_ARGS__ },	\
	.n_checks = sizeof((struct policy_check[]){ __VA_ARGS__ }) /	\
		    sizeof(struct policy_check)
#define POLICY_REDACTS(...)						\
	.redact = (const struct prm_bits[]){ __VA_ARGS__ },		\
	.n_redact = sizeof((struct prm_bits[]){ __VA_ARGS__ }) /	\
		    sizeof(struct prm_bits)
#define POLICY_SET(...) {						\
	.values = (const u32[]){ __VA_ARGS__ },				\
	.count = sizeof((u32[]){ __VA_ARGS__ }) / sizeof(u32) }

#endif
