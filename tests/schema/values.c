// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the tables made of tests/schema/good say, checked in C. */
#include <stdio.h>

#include "prm.h"
#include "prm-offsets.h"

static int failed;

static void ok(bool good, const char *sentence)
{
	static int count;

	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++count, sentence);
}

static const struct prm_field *field(const char *layout, const char *name)
{
	const struct prm_layout *found = prm_layout_by_name(layout);

	return found ? prm_field_by_name(found, name) : NULL;
}

static bool is_at(const char *layout, const char *name, u32 offset, u32 width)
{
	const struct prm_field *found = field(layout, name);

	return found && found->at.offset == offset && found->at.width == width;
}

static void test_constants(void)
{
	const struct prm_bits lo = { PRM(tiny, two__lo) };

	ok(PRM_OP_QUERY_TINY == 0x7ff && PRM_REG_TINY == 0x5006,
	   "opcodes and register ids are constants");
	ok(PRM_SIZE(tiny) == 0x34 && PRM_SIZE(query_tiny_out) == 32,
	   "sizes are bytes");
	ok(PRM_AT(tiny, page).offset == 8 && PRM_AT(tiny, page).width == 8,
	   "a field's offset counts from the first bit on the wire");
	ok(lo.offset == 0x1c * 8 + 16 && lo.width == 16,
	   "a field of an embedded structure is reached through its path");
	ok(PRM_AT(query_tiny_in, op_mod).offset == 48 &&
	   PRM_AT(query_tiny_in, uid).offset == 16,
	   "headers are there without being written");
}

static void test_fields(void)
{
	ok(is_at("tiny", "state", 24, 4), "a number is where its line says");
	ok(is_at("tiny", "command", 32 + 8, 8) && is_at("part_other", "int", 0, 8),
	   "a field may be called like a keyword");
	ok(is_at("tiny", "long_one", 64, 64), "64 bits are one number");
	ok(field("tiny", "byte")->is_array && field("tiny", "byte")->count == 4 &&
	   prm_element(field("tiny", "byte"), 3).offset == 0x18 * 8 + 24,
	   "elements of an array are packed from the first one on");
	ok(field("query_tiny_out", "tail")->count == 0,
	   "an open array has no count");
	ok(field("tiny", "two")->type == PRM_STRUCT &&
	   field("tiny", "two")->layout == prm_layout_by_name("part"),
	   "a structure's field leads to its layout");
	ok(field("tiny", "name")->type == PRM_STRING &&
	   field("tiny", "body")->type == PRM_BYTES,
	   "strings and bytes are told apart");
	ok(field("tiny", "page")->access == PRM_INDEX &&
	   field("tiny", "state")->access == PRM_RO &&
	   field("tiny", "byte")->access == PRM_WO &&
	   field("tiny", "bit")->access == PRM_OP &&
	   field("tiny", "body")->access == PRM_RW,
	   "access is what the line says, else read and write");
}

static void test_lists(void)
{
	const struct prm_enum *names = field("tiny", "state")->names;
	const struct prm_field *body = field("tiny", "body");
	const struct prm_layout *in = prm_command_by_opcode(0x7ff)->in;

	ok(names->count == 5 && names->values[1].value == 2 &&
	   !strcmp(prm_enum_name(names, 3), "for") &&
	   !strcmp(prm_enum_name(names, 4), "other") &&
	   !strcmp(prm_enum_name(names, 0xffffffff), "mailbox"),
	   "an enumeration has all its names, whatever they are called");
	ok(body->n_cases == 2 && body->cases[1].value == 1 &&
	   body->cases[1].layout == prm_layout_by_name("part_other"),
	   "cases lead to what the bytes mean");
	ok(prm_n_commands == 2 && prm_commands[0].opcode == 0x10 &&
	   prm_n_registers == 1, "commands ascend by opcode");
	ok(in->n_fields == 5 && !strcmp(in->fields[2].name, "early") &&
	   !strcmp(in->fields[3].name, "op_mod"),
	   "headers and fields of an inbox are in the order of the wire");
	ok(prm_command_by_name("raw_tiny")->in->n_fields == 2,
	   "a raw inbox has only what is written");
	ok(!strcmp(prm_layout_by_name("TINY")->doc,
		   "A \"tiny\" register \\ for tests"),
	   "the first comment comes through as it is");
}

int main(void)
{
	test_constants();
	test_fields();
	test_lists();
	return !!failed;
}
