/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the model answers to a command that it does not execute: the PRM's
 * status, and a syndrome. Vendors' syndromes are not public, so these are
 * our own, from 0xe30000 on, and stay what they are.
 */
#ifndef EMU_SYNDROMES_H
#define EMU_SYNDROMES_H

enum emu_status {
	EMU_OK			= 0x00,
	EMU_INTERNAL		= 0x01,
	EMU_BAD_OP		= 0x02,
	EMU_BAD_PARAM		= 0x03,
	EMU_BAD_SYS_STATE	= 0x04,
	EMU_BAD_RES		= 0x05,
	EMU_RES_BUSY		= 0x06,
	EMU_LIMIT		= 0x08,
	EMU_BAD_INPUT_LEN	= 0x50,
	EMU_BAD_OUTPUT_LEN	= 0x51,
};

/*	name					value	     status */
#define EMU_FAILURES(_)							\
	_(EMU_UNKNOWN_OPCODE,			0xe30001, EMU_BAD_OP)	\
	_(EMU_NEEDS_UCTX_CAP,			0xe30002, EMU_BAD_OP)	\
	_(EMU_NEEDS_KERNEL,			0xe30003, EMU_BAD_OP)	\
	_(EMU_UNKNOWN_UID,			0xe30004, EMU_BAD_RES)	\
	_(EMU_INPUT_LENGTH,			0xe30005, EMU_BAD_INPUT_LEN) \
	_(EMU_OUTPUT_LENGTH,			0xe30006, EMU_BAD_OUTPUT_LEN) \
	_(EMU_RESERVED_FIELD,			0xe30007, EMU_BAD_PARAM) \
	_(EMU_UNKNOWN_OP_MOD,			0xe30008, EMU_BAD_PARAM) \
	_(EMU_NO_MEMORY,			0xe30009, EMU_INTERNAL)	\
	_(EMU_UNKNOWN_OBJECT,			0xe3000a, EMU_BAD_RES)	\
	_(EMU_FOREIGN_OBJECT,			0xe3000b, EMU_BAD_RES)	\
	_(EMU_TOO_MANY_OBJECTS,			0xe3000c, EMU_LIMIT)	\
	_(EMU_UNOFFERED_UCTX_CAP,		0xe3000d, EMU_BAD_PARAM) \
	_(EMU_UNOFFERED_OPTION,			0xe30020, EMU_BAD_PARAM) \
	_(EMU_UNKNOWN_CAPABILITY_TYPE,		0xe3000e, EMU_BAD_PARAM) \
	_(EMU_OTHER_FUNCTION,			0xe3000f, EMU_BAD_PARAM) \
	_(EMU_UNKNOWN_REGISTER,			0xe30010, EMU_BAD_PARAM) \
	_(EMU_UNKNOWN_INSTANCE,			0xe30011, EMU_BAD_PARAM) \
	_(EMU_READ_ONLY_REGISTER,		0xe30012, EMU_BAD_PARAM) \
	_(EMU_BAD_VALUE,			0xe30013, EMU_BAD_PARAM) \
	_(EMU_READ_ONLY_ITEM,			0xe30040, EMU_BAD_PARAM)

enum emu_failure {
	EMU_DONE = 0,
#define EMU_NUMBER(name, value, status) name = value,
	EMU_FAILURES(EMU_NUMBER)
#undef EMU_NUMBER
};

#endif
