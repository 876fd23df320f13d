/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the tables are written with, so that a row is what a person reads. */
#ifndef POLICY_TABLE_H
#define POLICY_TABLE_H

#include "policy.h"
#include "prm-offsets.h"

/* The field of a layout, and what it may hold. */
#define FIELD(layout, field) .name = #field, .at = { PRM(layout, field) }
#define ANY(layout, field) { FIELD(layout, field), .kind = POLICY_ANY }
#define EQUALS(layout, field, wanted)					\
	{ FIELD(layout, field), .kind = POLICY_EQUALS, .value = wanted }
#define RANGE(layout, field, from, to)					\
	{ FIELD(layout, field), .kind = POLICY_RANGE, .value = from, .last = to }
#define ONE_OF(layout, field, ...)					\
	{ FIELD(layout, field), .kind = POLICY_ONE_OF,			\
	  .set = POLICY_SET(__VA_ARGS__) }
#define OWN_FUNCTION(layout, field)					\
	{ FIELD(layout, field), .kind = POLICY_OWN_FUNCTION }
#define OWNED(layout, field, what)					\
	{ FIELD(layout, field), .kind = POLICY_OWNED, .object = what }
#define OWN_VHCA(layout, field)						\
	{ FIELD(layout, field), .kind = POLICY_OWN_VHCA }
#define CONTINUES(layout, field, what)					\
	{ FIELD(layout, field), .kind = POLICY_CONTINUES, .continuation = what }

/* A row is for the mailboxes whose field has this value. */
#define WHEN(layout, field, value)					\
	.when = { PRM(layout, field) }, .is = value

#define TABLE_RULES(rows) .rules = rows, .n_rules = ARRAY_SIZE(rows)

/* Rows of commands; first, how long a reply may be. */
/* Pages, identifiers, samples: as many as the longest V4 mailbox holds. */
#define LISTING { PRM_HEADER_BYTES, 0x40000 }
#define HEADER_ONLY { PRM_HEADER_BYTES, PRM_HEADER_BYTES }

#define COMMAND(OP, layout)						\
	.name = #OP,							\
	.key = PRM_OP_##OP,						\
	.in = { PRM_SIZE(layout##_in), PRM_SIZE(layout##_in) }
#define QUERY(OP, layout)						\
	COMMAND(OP, layout),						\
	.out = { PRM_HEADER_BYTES, PRM_SIZE(layout##_out) }

/* The state of one object, chosen by its number and nothing else. */
#define OBJECT(OP, layout, index, text) {				\
	QUERY(OP, layout),						\
	.class = POLICY_DEBUG_READ,					\
	.why = text,							\
	POLICY_CHECKS(ANY(layout##_in, index)) }
#define OBJECT_LISTING(OP, layout, index, text) {			\
	COMMAND(OP, layout),						\
	.out = LISTING,							\
	.class = POLICY_DEBUG_READ,					\
	.why = text,							\
	POLICY_CHECKS(ANY(layout##_in, index)) }

/* There is only one of what is asked for: no bit is left to choose. */
#define ONLY_ONE(OP, layout, of_class, text) {				\
	QUERY(OP, layout),						\
	.class = of_class,						\
	.why = text }

/*
 * Queries whose layout nobody has published. Their name is all we know, so
 * all but the opcode must be zero, and a reply is a page at most.
 */
#define UNPUBLISHED(OP, text, ...) {					\
	.name = #OP,							\
	.key = PRM_OP_##OP,						\
	.in = HEADER_ONLY,						\
	.out = { PRM_HEADER_BYTES, PRM_HEADER_BYTES + 4096 },		\
	.class = POLICY_DEBUG_READ,					\
	.why = text "; its layout is not public, so nothing can be chosen", \
	__VA_ARGS__ }

#define NEVER(first, to, title, ...) NEVER_(first, to, title, __VA_ARGS__)
#define NEVER_(first, to, title, who, text) {				\
	.name = title,							\
	.key = first,							\
	.last = to,							\
	.class = POLICY_NEVER,						\
	.owner = who,							\
	.why = text }

/* Registers follow the header. The V4 client asks this much of any of them. */
#define REGISTER_BYTES_MAX 3100
#define REGISTER_LENGTH(smallest) {					\
	PRM_HEADER_BYTES + (smallest), PRM_HEADER_BYTES + REGISTER_BYTES_MAX }

/* A run of bits as it is counted from a later origin; may lie before it. */
#define FROM_BYTE_(byte, offset, width) { (u32)(offset) - (byte) * 8u, width }
#define FROM_BYTE(byte, ...) FROM_BYTE_(byte, __VA_ARGS__)

extern const struct policy_table policy_register_reads;
extern const struct policy_table policy_register_writes;
extern const struct policy_table policy_objects;
extern const struct policy_table policy_segments;
extern const struct policy_table policy_tlv_reads;
extern const struct policy_table policy_tlv_reads_global;
extern const struct policy_table policy_tlv_reads_function;
extern const struct policy_table policy_tlv_writes;
extern const struct policy_table policy_tlv_writes_global;
extern const struct policy_table policy_tlv_writes_port;
extern const struct policy_table policy_tlv_writes_function;
extern const struct policy_table policy_tlv_writes_host;
extern const struct policy_table policy_tlv_writes_module;

#endif
