// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Finding commands, registers, layouts and fields in the compiled schema. */
#include "prm.h"

const struct prm_capability prm_capabilities[] = { PRM_CAPABILITIES };
const u32 prm_n_capabilities = ARRAY_SIZE(prm_capabilities);

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same_name(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

const struct prm_command *prm_command_by_opcode(u16 opcode)
{
	for (u32 i = 0; i < prm_n_commands; i++)
		if (prm_commands[i].opcode == opcode)
			return &prm_commands[i];
	return NULL;
}

const struct prm_command *prm_command_by_name(const char *name)
{
	for (u32 i = 0; i < prm_n_commands; i++)
		if (same_name(prm_commands[i].name, name))
			return &prm_commands[i];
	return NULL;
}

const struct prm_register *prm_register_by_id(u16 id)
{
	for (u32 i = 0; i < prm_n_registers; i++)
		if (prm_registers[i].id == id)
			return &prm_registers[i];
	return NULL;
}

const struct prm_register *prm_register_by_name(const char *name)
{
	for (u32 i = 0; i < prm_n_registers; i++)
		if (same_name(prm_registers[i].name, name))
			return &prm_registers[i];
	return NULL;
}

const struct prm_layout *prm_layout_by_name(const char *name)
{
	for (u32 i = 0; i < prm_n_layouts; i++)
		if (same_name(prm_layouts[i]->name, name))
			return prm_layouts[i];
	return NULL;
}

const struct prm_capability *prm_capability_by_name(const char *name)
{
	for (u32 i = 0; i < prm_n_capabilities; i++)
		if (same_name(prm_capabilities[i].name, name))
			return &prm_capabilities[i];
	return NULL;
}

/* SET_HCA_CAP's schema maps an op_mod to a layout. */
const struct prm_layout *prm_capability_layout(u16 type)
{
	const struct prm_layout *in = prm_layout_by_name("set_hca_cap_in");
	const struct prm_field *field = prm_field_by_name(in, "capability");

	for (u32 i = 0; i < field->n_cases; i++)
		if (field->cases[i].value == type * 2u)
			return field->cases[i].layout;
	return NULL;
}

const struct prm_field *prm_field_by_name(const struct prm_layout *layout,
					  const char *name)
{
	for (u32 i = 0; i < layout->n_fields; i++)
		if (same_name(layout->fields[i].name, name))
			return &layout->fields[i];
	return NULL;
}

const struct prm_layout *prm_field_case(const struct prm_layout *layout,
					u32 base, const struct prm_field *field,
					const void *bytes, u32 len)
{
	for (u32 i = 0; i < field->n_cases; i++) {
		const struct prm_case *row = &field->cases[i];
		const struct prm_field *selector =
			prm_field_by_name(layout, row->selector);
		struct prm_bits at;
		u64 value;

		if (!selector)
			continue;
		at = selector->at;
		at.offset += base;
		if (prm_get(bytes, len, at, &value) && value == row->value)
			return row->layout;
	}
	return NULL;
}

const char *prm_enum_name(const struct prm_enum *names, u64 value)
{
	for (u32 i = 0; names && i < names->count; i++)
		if (names->values[i].value == value)
			return names->values[i].name;
	return NULL;
}
