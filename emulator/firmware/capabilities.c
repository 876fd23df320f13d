// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the function can do, and what of it is switched on. */
#include "model.h"

struct emu_capability *
emu_capability_find(const struct emu_personality *personality, uint16_t type)
{
	for (uint32_t i = 0; i < personality->n_capabilities; i++)
		if (personality->capabilities[i].type->type == type)
			return &personality->capabilities[i];
	return NULL;
}

/* A current capability by name; 0 where there is none of that name. */
uint64_t emu_capability_value(const struct emu_personality *personality,
			      uint16_t type, const char *field)
{
	const struct emu_capability *capability =
		emu_capability_find(personality, type);
	struct prm_bits at;

	if (!capability ||
	    !emu_find_bits(prm_capability_layout(capability->type->type), field,
			   &at))
		return 0;
	return prm_value(capability->bytes[EMU_CAPABILITY_CURRENT],
			 EMU_CAPABILITY_BYTES, at);
}

uint64_t emu_general_capability(const struct emu_personality *personality,
				const char *field)
{
	return emu_capability_value(personality, 0, field);
}

/* One function lives here; function_id 0 is the caller's own. */
static bool is_other_function(const struct emu_call *call)
{
	return EMU_IN(call, set_hca_cap_in, other_function) ||
	       EMU_IN(call, set_hca_cap_in, ec_vf_function) ||
	       EMU_IN(call, set_hca_cap_in, function_id_type) ||
	       EMU_IN(call, set_hca_cap_in, function_id);
}

enum emu_failure emu_query_hca_cap(struct emu_call *call)
{
	uint16_t op_mod = EMU_IN(call, query_hca_cap_in, op_mod);
	const struct emu_capability *capability =
		emu_capability_find(&call->device->state, op_mod >> 1);
	uint32_t room = call->out_len - PRM_HEADER_BYTES;

	if (is_other_function(call))
		return EMU_OTHER_FUNCTION;
	if (!capability)
		return EMU_UNKNOWN_CAPABILITY_TYPE;
	memcpy(call->out + PRM_HEADER_BYTES, capability->bytes[op_mod & 1],
	       room < EMU_CAPABILITY_BYTES ? room : EMU_CAPABILITY_BYTES);
	return EMU_DONE;
}

/* More than the maximum is nothing that can be set; what is there, stays. */
static bool fits(struct prm_bits at, const uint8_t *asked,
		 const struct emu_capability *capability)
{
	uint64_t value = prm_value(asked, EMU_CAPABILITY_BYTES, at);

	return value <= prm_value(capability->bytes[EMU_CAPABILITY_MAXIMUM],
				  EMU_CAPABILITY_BYTES, at) ||
	       value == prm_value(capability->bytes[EMU_CAPABILITY_CURRENT],
				  EMU_CAPABILITY_BYTES, at);
}

static bool is_within(const struct prm_layout *layout, uint32_t base,
		      const uint8_t *asked,
		      const struct emu_capability *capability)
{
	for (uint32_t i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];

		for (uint32_t k = 0; k < field->count; k++) {
			struct prm_bits at = prm_element(field, k);

			at.offset += base;
			if (field->type == PRM_STRUCT ?
			    !is_within(field->layout, at.offset, asked,
				       capability) :
			    !fits(at, asked, capability))
				return false;
		}
	}
	return true;
}

/* Bits without a name are not set; those that are there may be repeated. */
static bool has_strange_bits(const uint8_t *asked,
			     const struct emu_capability *capability)
{
	const uint8_t *current = capability->bytes[EMU_CAPABILITY_CURRENT];
	uint8_t mask[EMU_CAPABILITY_BYTES];

	emu_mark(prm_capability_layout(capability->type->type), EMU_NAMED, mask,
		 sizeof(mask));
	for (uint32_t i = 0; i < sizeof(mask); i++)
		if (asked[i] & ~mask[i] & ~current[i])
			return true;
	return false;
}

enum emu_failure emu_set_hca_cap(struct emu_call *call)
{
	uint16_t op_mod = EMU_IN(call, set_hca_cap_in, op_mod);
	const uint8_t *asked = call->in + PRM_HEADER_BYTES;
	struct emu_capability *capability =
		emu_capability_find(&call->device->state, op_mod >> 1);

	/* Those of others may be set while this one runs, its own not. */
	if (is_other_function(call))
		return EMU_OTHER_FUNCTION;
	if (call->device->life == EMU_RUNNING)
		return EMU_UNTIMELY;
	if (op_mod & 1)
		return EMU_UNKNOWN_OP_MOD;
	if (!capability)
		return EMU_UNKNOWN_CAPABILITY_TYPE;
	if (has_strange_bits(asked, capability))
		return EMU_RESERVED_FIELD;
	if (!is_within(prm_capability_layout(capability->type->type), 0, asked,
		       capability))
		return EMU_OVER_MAXIMUM;
	memcpy(capability->bytes[EMU_CAPABILITY_CURRENT], asked,
	       EMU_CAPABILITY_BYTES);
	return EMU_DONE;
}

void emu_capabilities_reset(struct emu_personality *personality)
{
	for (uint32_t i = 0; i < personality->n_capabilities; i++) {
		struct emu_capability *capability =
			&personality->capabilities[i];

		memcpy(capability->bytes[EMU_CAPABILITY_CURRENT],
		       capability->bytes[EMU_CAPABILITY_RESET],
		       EMU_CAPABILITY_BYTES);
	}
}
