// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * ACCESS_REG and ACCESS_REGISTER_USER: find the instance that the index
 * fields select, then read it, or store what may be stored. What is special
 * about a register is in register-rules.c.
 */
#include "model.h"

enum { ACCESS_WRITE, ACCESS_READ };	/* op_mod */

#define HEADER PRM_HEADER_BYTES

/* A register access taken out of its mailbox. */
struct access {
	uint16_t id;
	const struct emu_register_rule *rule;	/* or NULL */
	uint8_t request[EMU_MAX_REGISTER];	/* zero past `len` */
	uint32_t len;
	struct emu_register *reg;
};

const struct emu_register_rule *emu_register_rule(uint16_t id)
{
	for (uint32_t i = 0; i < emu_n_register_rules; i++)
		if (emu_register_rules[i].id == id)
			return &emu_register_rules[i];
	return NULL;
}

struct emu_register *emu_first_register(const struct emu_personality *state,
					uint16_t id)
{
	for (uint32_t i = 0; i < state->n_registers; i++)
		if (state->registers[i].id == id)
			return &state->registers[i];
	return NULL;
}

bool emu_has_register(const struct emu_device *device, uint16_t id)
{
	const struct emu_register_rule *rule = emu_register_rule(id);

	if (rule && rule->offered &&
	    !emu_capability_value(&device->state, EMU_DEBUG, rule->offered))
		return false;
	if (rule && rule->with && !emu_first_register(&device->state, rule->with))
		return false;
	return (rule && rule->flags & EMU_COMPOSED && prm_register_by_id(id)) ||
	       emu_first_register(&device->state, id);
}

static void mark_selecting(uint16_t id, const struct prm_layout *layout,
			   uint8_t *mask)
{
	const struct emu_register_rule *rule = emu_register_rule(id);
	struct prm_bits at;

	emu_mark(layout, EMU_INDEX, mask, layout->size);
	if (rule && rule->alike)
		emu_set_field(layout, mask, rule->alike, 0);
	if (!rule || !rule->selects ||
	    !emu_find_bits(layout, rule->selects, &at))
		return;
	for (uint32_t bit = at.offset; bit < at.offset + at.width; bit++)
		mask[bit / 8] |= 0x80 >> bit % 8;
}

bool emu_is_one_instance(uint16_t id, const struct prm_layout *layout,
			 const uint8_t *a, const uint8_t *b)
{
	uint8_t mask[EMU_MAX_REGISTER];

	if (!layout)
		return true;
	mark_selecting(id, layout, mask);
	for (uint32_t i = 0; i < layout->size; i++)
		if ((a[i] ^ b[i]) & mask[i])
			return false;
	return true;
}

static bool is_composed(const struct access *access)
{
	return access->rule && access->rule->flags & EMU_COMPOSED;
}

static struct emu_register *find_instance(struct emu_personality *state,
					  const struct access *access)
{
	for (uint32_t i = 0; i < state->n_registers; i++) {
		struct emu_register *reg = &state->registers[i];

		if (reg->id == access->id &&
		    (is_composed(access) ||
		     emu_is_one_instance(reg->id, reg->layout, reg->bytes,
					 access->request)))
			return reg;
	}
	return NULL;
}

static enum emu_failure take_access(struct emu_call *call,
				    struct access *access)
{
	access->id = EMU_IN(call, access_reg_in, register_id);
	access->rule = emu_register_rule(access->id);
	access->len = call->in_len - HEADER;
	memcpy(access->request, call->in + HEADER, access->len);
	access->reg = find_instance(&call->device->state, access);
	if (!emu_has_register(call->device, access->id))
		return EMU_UNKNOWN_REGISTER;
	if (!access->reg && !is_composed(access))
		return EMU_UNKNOWN_INSTANCE;
	return access->len ? EMU_DONE : EMU_INPUT_LENGTH;
}

/* A composed register without an instance begins as its index and zeros. */
static void begin_answer(const struct emu_device *device,
			 const struct access *access,
			 const struct prm_layout *layout, uint8_t *answer)
{
	uint8_t mask[EMU_MAX_REGISTER];

	if (access->reg) {
		memcpy(answer, access->reg->bytes, access->reg->size);
		emu_counters_now(device, access->reg, answer);
	}
	if (!is_composed(access))
		return;
	emu_mark(layout, EMU_INDEX, mask, layout->size);
	for (uint32_t i = 0; i < layout->size; i++)
		answer[i] = (answer[i] & ~mask[i]) |
			    (access->request[i] & mask[i]);
}

static enum emu_failure answer_read(struct emu_call *call,
				    const struct access *access)
{
	const struct prm_register *known = prm_register_by_id(access->id);
	uint8_t answer[EMU_MAX_REGISTER] = { 0 };
	uint32_t room = call->out_len - HEADER;
	enum emu_failure failure = EMU_DONE;

	begin_answer(call->device, access, known ? known->layout : NULL,
		     answer);
	if (access->rule && access->rule->act) {
		failure = access->rule->act(call, access->request, answer);
	} else if (access->rule && access->rule->read) {
		const struct emu_register composed = {
			.id = access->id,
			.layout = known->layout,
			.size = known->layout->size,
		};

		failure = access->rule->read(call->device,
					     access->reg ? access->reg :
					     &composed, access->request,
					     answer);
	}
	if (room > sizeof(answer))
		room = sizeof(answer);
	memcpy(call->out + HEADER, answer, room);
	return failure;
}

static bool reserved_is_set(const struct access *access,
			    const struct emu_register *reg)
{
	uint8_t mask[EMU_MAX_REGISTER];

	if (reg->layout)
		emu_mark(reg->layout, EMU_NAMED, mask, reg->size);
	else
		memset(mask, 0xff, reg->size);
	for (uint32_t i = 0; i < access->len; i++)
		if (i >= reg->size || access->request[i] & ~mask[i])
			if (access->request[i])
				return true;
	return false;
}

/* Read-only fields keep their value whatever the request says. */
static void store(const struct access *access)
{
	struct emu_register *reg = access->reg;
	uint8_t mask[EMU_MAX_REGISTER];

	emu_mark(reg->layout, EMU_STORED, mask, reg->size);
	for (uint32_t i = 0; i < reg->size && i < access->len; i++)
		reg->bytes[i] = (reg->bytes[i] & ~mask[i]) |
				(access->request[i] & mask[i]);
}

/* Data that is not there cannot be written, whatever its header says. */
static bool is_cut_short(const struct access *access,
			 const struct prm_layout *layout)
{
	const struct emu_register_rule *rule = access->rule;
	struct prm_bits data;

	return rule->data && emu_find_bits(layout, rule->data, &data) &&
	       access->len < data.offset / 8 +
	       emu_field(layout, access->request, rule->length);
}

/* A register without instances keeps what is written elsewhere. */
static enum emu_failure write_composed(struct emu_call *call,
				       const struct access *access)
{
	const struct prm_layout *layout =
		prm_register_by_id(access->id)->layout;
	struct emu_register reg = {
		.id = access->id,
		.layout = layout,
		.size = layout->size,
	};
	enum emu_failure failure;

	if (reserved_is_set(access, &reg))
		return EMU_RESERVED_FIELD;
	if (is_cut_short(access, layout))
		return EMU_INPUT_LENGTH;
	failure = access->rule->write(call->device, &reg, NULL,
				      access->request);
	return failure ? failure : answer_read(call, access);
}

static enum emu_failure write_register(struct emu_call *call,
				       struct access *access)
{
	uint8_t before[EMU_MAX_REGISTER];
	enum emu_failure failure;

	/* Linux writes what others read: it is done either way. */
	if (access->rule && access->rule->act)
		return answer_read(call, access);
	if (access->rule && is_composed(access) &&
	    access->rule->flags & EMU_WRITABLE)
		return write_composed(call, access);
	if (!access->rule || !(access->rule->flags & EMU_WRITABLE) ||
	    !access->reg || !access->reg->layout)
		return EMU_READ_ONLY_REGISTER;
	if (reserved_is_set(access, access->reg))
		return EMU_RESERVED_FIELD;
	emu_counters_settle(call->device, access->reg);
	memcpy(before, access->reg->bytes, access->reg->size);
	store(access);
	if (access->rule->write) {
		failure = access->rule->write(call->device, access->reg,
					      before, access->request);
		if (failure) {
			memcpy(access->reg->bytes, before, access->reg->size);
			return failure;
		}
	}
	return answer_read(call, access);
}

/* What was just shown begins at zero again. */
static void clear_if_asked(const struct emu_device *device,
			   const struct access *access)
{
	const struct emu_register_rule *rule = access->rule;

	if (rule && rule->clear && access->reg &&
	    emu_field(access->reg->layout, access->request, rule->clear))
		emu_counters_clear(device, access->reg, rule->cleared);
}

enum emu_failure emu_access_register(struct emu_call *call)
{
	struct access access = { 0 };
	enum emu_failure failure = take_access(call, &access);

	if (failure)
		return failure;
	if (EMU_IN(call, access_reg_in, op_mod) == ACCESS_WRITE)
		return write_register(call, &access);
	failure = answer_read(call, &access);
	if (!failure)
		clear_if_asked(call->device, &access);
	return failure;
}
