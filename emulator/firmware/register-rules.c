// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What is special about single registers. One that is not listed answers the
 * fields it was given, and refuses to be written.
 */
#include "model.h"

/* A field of a register by its name in the schema; 0 where there is none. */
static uint64_t field(const struct prm_layout *layout, const uint8_t *bytes,
		      const char *path)
{
	struct prm_bits at;

	if (!emu_find_bits(layout, path, &at))
		return 0;
	return emu_get(bytes, layout->size, at);
}

static void set_field(const struct prm_layout *layout, uint8_t *bytes,
		      const char *path, uint64_t value)
{
	struct prm_bits at;

	if (emu_find_bits(layout, path, &at))
		emu_set(bytes, layout->size, at, value);
}

static enum emu_failure read_mgir(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	(void)request;
	set_field(reg->layout, answer, "hw_info.uptime",
		  emu_uptime_ms(device) / 1000);
	return EMU_DONE;
}

/* One bit for each of 128 registers; bit 0 is the last one on the wire. */
static void show_registers(const struct emu_device *device, uint16_t first,
			   uint8_t *answer, uint32_t size,
			   struct prm_bits mask)
{
	for (uint16_t i = 0; i < 128; i++) {
		struct prm_bits bit = { mask.offset + 127 - i, 1 };

		emu_set(answer, size, bit,
			emu_has_register(device, first + i));
	}
}

/* Which registers there are is seen, not said; features are given for group 0. */
static void show_capabilities(const struct emu_device *device,
			      const struct emu_register *reg, uint16_t first,
			      const char *registers, const char *features,
			      uint8_t *answer)
{
	struct prm_bits at;

	if (emu_find_bits(reg->layout, registers, &at))
		show_registers(device, first, answer, reg->size, at);
	if (!field(reg->layout, answer, "feature_group") ||
	    !emu_find_bits(reg->layout, features, &at))
		return;
	for (uint32_t i = 0; i < 128; i++)
		emu_set(answer, reg->size,
			(struct prm_bits){ at.offset + i, 1 }, 0);
}

static enum emu_failure read_mcam(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	uint64_t group = field(reg->layout, request, "access_reg_group");

	if (group > 3)
		return EMU_UNKNOWN_INSTANCE;
	show_capabilities(device, reg, 0x9000 + group * 128,
			  "mng_access_reg_cap_mask", "mng_feature_cap_mask",
			  answer);
	return EMU_DONE;
}

static enum emu_failure read_pcam(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	if (field(reg->layout, request, "access_reg_group"))
		return EMU_UNKNOWN_INSTANCE;
	show_capabilities(device, reg, 0x5000, "port_access_reg_cap_mask",
			  "feature_cap_mask", answer);
	return EMU_DONE;
}

static enum emu_failure read_mtcap(struct emu_device *device,
				   const struct emu_register *reg,
				   const uint8_t *request, uint8_t *answer)
{
	uint64_t count = 0;
	uint64_t map = 0;

	(void)request;
	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		const struct emu_register *sensor = &device->state.registers[i];
		uint64_t index;

		if (sensor->id != PRM_REG_MTMP || !sensor->layout)
			continue;
		index = field(sensor->layout, sensor->bytes, "sensor_index");
		count++;
		if (index < 64)
			map |= (uint64_t)1 << index;
	}
	set_field(reg->layout, answer, "sensor_count", count);
	set_field(reg->layout, answer, "sensor_map", map);
	return EMU_DONE;
}

/* Eighths of a degree: up two degrees and down again in a minute. */
static uint64_t temperature_now(const struct emu_device *device,
				const struct emu_register *reg)
{
	uint64_t second = emu_uptime_ms(device) / 1000 % 60;
	uint64_t given = field(reg->layout, reg->bytes, "temperature");

	return given + (second < 30 ? second : 60 - second) * 16 / 30;
}

static enum emu_failure read_mtmp(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	uint64_t now = temperature_now(device, reg);

	(void)request;
	set_field(reg->layout, answer, "temperature", now);
	/* The highest one since it was watched; and now is part of that. */
	if (field(reg->layout, reg->bytes, "mte") &&
	    field(reg->layout, reg->bytes, "max_temperature") < now) {
		set_field(reg->layout, reg->bytes, "max_temperature", now);
		set_field(reg->layout, answer, "max_temperature", now);
	}
	return EMU_DONE;
}

static enum emu_failure write_mtmp(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	(void)before;
	if (field(reg->layout, request, "mtr"))
		set_field(reg->layout, reg->bytes, "max_temperature",
			  temperature_now(device, reg));
	return EMU_DONE;
}

static enum emu_failure read_mcqs(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	uint64_t mine = field(reg->layout, request, "component_index");
	bool last = true;

	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		const struct emu_register *other = &device->state.registers[i];

		if (other->id == PRM_REG_MCQS && other->layout &&
		    field(other->layout, other->bytes, "component_index") > mine)
			last = false;
	}
	set_field(reg->layout, answer, "last_index_flag", last);
	return EMU_DONE;
}

enum { ADMIN_UP = 1, ADMIN_DOWN = 2, ADMIN_UP_ONCE = 3 };
enum { OPER_UP = 1, OPER_DOWN = 2 };

/* The PRM: a state is taken only where its enable bit (ase, ee) is set too. */
static enum emu_failure write_paos(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	const struct prm_layout *layout = reg->layout;
	uint64_t admin = field(layout, request, "admin_status");

	(void)device;
	if (!field(layout, request, "ee"))
		set_field(layout, reg->bytes, "e", field(layout, before, "e"));
	if (!field(layout, request, "ase")) {
		set_field(layout, reg->bytes, "admin_status",
			  field(layout, before, "admin_status"));
		return EMU_DONE;
	}
	if (admin < ADMIN_UP || admin > ADMIN_UP_ONCE)
		return EMU_BAD_VALUE;
	set_field(layout, reg->bytes, "oper_status",
		  admin == ADMIN_DOWN ? OPER_DOWN : OPER_UP);
	return EMU_DONE;
}

static uint64_t highest_bit(uint64_t value)
{
	while (value & (value - 1))
		value &= value - 1;
	return value;
}

/* The link comes up at the best rate that is both asked for and possible. */
static enum emu_failure negotiate(const struct emu_register *reg,
				  const char *admin, const char *capability,
				  const char *oper)
{
	uint64_t asked = field(reg->layout, reg->bytes, admin);
	uint64_t able = field(reg->layout, reg->bytes, capability);

	if (asked & ~able)
		return EMU_BAD_VALUE;
	set_field(reg->layout, reg->bytes, oper, highest_bit(asked));
	return EMU_DONE;
}

static enum emu_failure write_ptys(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	enum emu_failure failure;

	(void)device;
	(void)before;
	(void)request;
	failure = negotiate(reg, "eth_proto_admin", "eth_proto_capability",
			    "eth_proto_oper");
	if (failure)
		return failure;
	return negotiate(reg, "ext_eth_proto_admin", "ext_eth_proto_capability",
			 "ext_eth_proto_oper");
}

static const char *information(const struct emu_personality *state,
			       uint64_t type)
{
	static const uint8_t texts[] = {
		[1] = EMU_MODEL_NAME,
		[2] = EMU_MODEL_DESCRIPTION,
		[3] = EMU_VSD,
		[4] = EMU_VSD,
	};

	return type >= 1 && type < ARRAY_SIZE(texts) ?
	       state->text[texts[type]] : NULL;
}

/* A text, in the pieces that the caller asks for. */
static enum emu_failure read_mqis(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	const char *text = information(&device->state,
				       field(reg->layout, request, "info_type"));
	uint64_t offset = field(reg->layout, request, "read_offset");
	uint64_t wanted = field(reg->layout, request, "read_length");
	struct prm_bits at;
	uint64_t len;

	if (!text || !emu_find_bits(reg->layout, "info_string", &at))
		return EMU_UNKNOWN_INSTANCE;
	len = strlen(text);
	if (offset > len)
		return EMU_BAD_VALUE;
	if (wanted > at.width / 8)
		wanted = at.width / 8;
	if (wanted > len - offset)
		wanted = len - offset;
	set_field(reg->layout, answer, "info_length", len);
	set_field(reg->layout, answer, "read_length", wanted);
	memcpy(answer + at.offset / 8, text + offset, wanted);
	return EMU_DONE;
}

/* Ascending by id. */
const struct emu_register_rule emu_register_rules[] = {
	{ PRM_REG_PMLP,		EMU_WRITABLE },
	{ PRM_REG_PMTU,		EMU_WRITABLE },
	{ PRM_REG_PTYS,		EMU_WRITABLE, .write = write_ptys },
	{ PRM_REG_PAOS,		EMU_WRITABLE, .write = write_paos },
	{ PRM_REG_PFCC,		EMU_WRITABLE },
	{ PRM_REG_PPLM,		EMU_WRITABLE },
	{ PRM_REG_PCAM,		EMU_COMPOSED, .read = read_pcam },
	{ PRM_REG_NODE_DESC,	EMU_WRITABLE },
	{ PRM_REG_MTCAP,	EMU_COMPOSED, .read = read_mtcap },
	{ PRM_REG_MTMP,		EMU_WRITABLE, .read = read_mtmp,
	  .write = write_mtmp },
	{ PRM_REG_MGIR,		0, .read = read_mgir },
	{ PRM_REG_MFRL,		EMU_WRITABLE },
	{ PRM_REG_MCQS,		0, .read = read_mcqs },
	{ PRM_REG_MCQI,		0, .selects = "info_type" },
	{ PRM_REG_MQIS,		EMU_COMPOSED, .read = read_mqis },
	{ PRM_REG_MCAM,		EMU_COMPOSED, .read = read_mcam },
};

const uint32_t emu_n_register_rules = ARRAY_SIZE(emu_register_rules);
