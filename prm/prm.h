/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The vocabulary of ConnectX firmware: what commands, registers and objects
 * look like on the wire. No opinions here; policy/ has those.
 *
 * Layouts are written as text in prm/schema/ and compiled into the tables
 * declared below. Names, sizes and numbers follow the PRM.
 */
#ifndef PRM_PRM_H
#define PRM_PRM_H

#include "platform.h"

/*
 * A run of bits. `offset` counts bits from the first bit on the wire (bit 31
 * of the first big-endian dword), so a run never depends on dword borders.
 */
struct prm_bits {
	u32 offset;
	u32 width;
};

/*
 * PRM(layout, field) names a run of bits of the schema as a constant: as an
 * initialiser in braces, or as PRM_AT() where an expression is wanted. Fields
 * of an embedded structure are joined by two underscores.
 */
#define PRM(layout, field) PRM_##layout##__##field
#define PRM_AT(layout, field) ((struct prm_bits){ PRM(layout, field) })
#define PRM_SIZE(layout) PRM_SIZE_##layout

#define PRM_HEADER_BYTES 16 /* both mailboxes begin with sixteen bytes */

enum prm_type {
	PRM_NUMBER,
	PRM_STRING,
	PRM_BYTES,
	PRM_STRUCT,
};

enum prm_access {
	PRM_RW,
	PRM_INDEX,
	PRM_RO,
	PRM_WO,
	PRM_OP,
};

struct prm_enum_value {
	u32 value;
	const char *name;
};

struct prm_enum {
	const struct prm_enum_value *values; /* ascending */
	u32 count;
};

struct prm_layout;

/* When the number in `selector` is `value`, the bytes are a `layout`. */
struct prm_case {
	const char *selector;
	u32 value;
	const struct prm_layout *layout;
};

struct prm_field {
	const char *name;
	struct prm_bits at;	/* of the first element */
	u32 count;		/* elements; 0: as many as the buffer holds */
	enum prm_type type;
	enum prm_access access;
	bool is_array;
	const struct prm_enum *names;		/* of a number, or NULL */
	const struct prm_layout *layout;	/* of a PRM_STRUCT */
	const struct prm_case *cases;		/* of PRM_BYTES, or NULL */
	u32 n_cases;
};

struct prm_layout {
	const char *name;
	const char *doc;
	u32 size;		/* bytes */
	u32 n_fields;
	const struct prm_field *fields; /* in the order of the wire */
};

struct prm_command {
	u16 opcode;
	const char *name;
	const struct prm_layout *in;
	const struct prm_layout *out;
};

struct prm_register {
	u16 id;
	const char *name;
	const struct prm_layout *layout;
};

/*
 * Groups of capabilities, by ascending type: op_mod of QUERY_HCA_CAP and
 * SET_HCA_CAP is twice that. The names are those of the original tool, or of
 * linux/mlx5/device.h for those that it has not.
 */
#define PRM_CAPABILITIES						\
	{ 0x00, "GENERAL" },						\
	{ 0x01, "ETHERNET_OFFLOADS" },					\
	{ 0x02, "ODP" },						\
	{ 0x03, "ATOMIC" },						\
	{ 0x04, "ROCE" },						\
	{ 0x05, "IPOIB_OFFLOADS" },					\
	{ 0x06, "IPOIB_ENHANCED_OFFLOADS" },				\
	{ 0x07, "FLOW_TABLE" },						\
	{ 0x08, "ESWITCH_FLOW_TABLE" },					\
	{ 0x09, "ESWITCH" },						\
	{ 0x0c, "QOS" },						\
	{ 0x0d, "DEBUG" },						\
	{ 0x0f, "DEV_MEM" },						\
	{ 0x11, "TLS" },						\
	{ 0x13, "VDPA_EMULATION" },					\
	{ 0x14, "DEV_EVENT" },						\
	{ 0x15, "IPSEC" },						\
	{ 0x1a, "CRYPTO" },						\
	{ 0x1d, "SHAMPO" },						\
	{ 0x1e, "PSP" },						\
	{ 0x1f, "MACSEC" },						\
	{ 0x20, "GENERAL_2" },						\
	{ 0x25, "PORT_SELECTION" },					\
	{ 0x26, "ADV_VIRTUALIZATION" },					\
	{ 0x28, "ADV_RDMA" },						\
	{ 0x2a, "TLP_EMULATION" }

struct prm_capability {
	u16 type;
	const char *name;
};

extern const struct prm_capability prm_capabilities[];
extern const u32 prm_n_capabilities;

/* All of the schema; ascending by opcode, by id, and by name. */
extern const struct prm_command prm_commands[];
extern const u32 prm_n_commands;
extern const struct prm_register prm_registers[];
extern const u32 prm_n_registers;
extern const struct prm_layout *const prm_layouts[];
extern const u32 prm_n_layouts;

/*
 * Read or write a run of at most 64 bits of a buffer of `len` bytes. False,
 * and nothing read or written, where the run is empty, wider than 64 bits,
 * or does not lie in the buffer; prm_set() also where the value needs more
 * bits than the run has.
 */
bool __must_check prm_get(const void *buffer, u32 len, struct prm_bits at,
			  u64 *value);
bool __must_check prm_set(void *buffer, u32 len, struct prm_bits at,
			  u64 value);

/* As prm_get(), and 0 where that is false. */
static inline u64 prm_value(const void *buffer, u32 len, struct prm_bits at)
{
	u64 value;

	return prm_get(buffer, len, at, &value) ? value : 0;
}

/*
 * The first set bit of [from, to), counted as in struct prm_bits; `to` when
 * all are zero. The caller vouches for the buffer.
 */
u32 prm_first_set(const void *buffer, u32 from, u32 to);

/* The run that element `index` of a field occupies. */
static inline struct prm_bits prm_element(const struct prm_field *field,
					  u32 index)
{
	struct prm_bits at = field->at;

	at.offset += index * at.width;
	return at;
}

/* How the schema writes a position: byte offset of the dword ... */
static inline u32 prm_dword_of(struct prm_bits at)
{
	return at.offset / 32 * 4;
}

/* ... and the lowest bit of the run in it (0 for a run of many dwords). */
static inline u32 prm_bit_of(struct prm_bits at)
{
	u32 end = at.offset % 32 + at.width;

	return end < 32 ? 32 - end : 0;
}

/* By number or name (case does not matter); NULL where there is none. */
const struct prm_command *prm_command_by_opcode(u16 opcode);
const struct prm_command *prm_command_by_name(const char *name);
const struct prm_register *prm_register_by_id(u16 id);
const struct prm_register *prm_register_by_name(const char *name);
const struct prm_layout *prm_layout_by_name(const char *name);
const struct prm_capability *prm_capability_by_name(const char *name);
const struct prm_layout *prm_capability_layout(u16 type);
const struct prm_field *prm_field_by_name(const struct prm_layout *layout,
					  const char *name);
const char *prm_enum_name(const struct prm_enum *names, u64 value);

/*
 * The layout that a field of bytes has now, as its selector says, or NULL; the
 * layout that the field is of begins `base` bits into the buffer.
 */
const struct prm_layout *prm_field_case(const struct prm_layout *layout,
					u32 base, const struct prm_field *field,
					const void *bytes, u32 len);

#endif
