// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What is special about single registers. One that is not listed answers the
 * fields it was given, and refuses to be written.
 */
#include "model.h"

uint64_t emu_field(const struct prm_layout *layout, const uint8_t *bytes,
		   const char *path)
{
	struct prm_bits at;

	if (!emu_find_bits(layout, path, &at))
		return 0;
	return prm_value(bytes, layout->size, at);
}

void emu_set_field(const struct prm_layout *layout, uint8_t *bytes,
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
	emu_set_field(reg->layout, answer, "hw_info.uptime",
		  emu_uptime_ms(device) / 1000);
	return EMU_DONE;
}

/* Registers whose answer says which others there are, in groups of 128. */
static const struct {
	uint16_t reg;
	uint16_t first;		/* register of group 0 */
	uint16_t last_group;
} masks[] = {
	{ PRM_REG_QCAM, 0x4000, 0 },
	{ PRM_REG_PCAM, 0x5000, 0 },
	{ PRM_REG_MCAM, 0x9000, 3 },
	{ PRM_REG_SBCAM, 0xb000, 0 },
};

/*
 * Which registers there are is seen, not said; features are given for group 0.
 * All have the layout of MCAM; bit 0 of a mask is the last one on the wire.
 */
static enum emu_failure read_mask(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	const struct prm_bits bits = PRM_AT(mcam, mng_access_reg_cap_mask);
	const struct prm_bits features = PRM_AT(mcam, mng_feature_cap_mask);
	uint64_t group = emu_field(reg->layout, request, "access_reg_group");
	uint32_t row = 0;

	while (masks[row].reg != reg->id)
		row++;
	if (group > masks[row].last_group)
		return EMU_UNKNOWN_INSTANCE;
	for (uint16_t i = 0; i < 128; i++)
		emu_set(answer, reg->size,
			(struct prm_bits){ bits.offset + 127 - i, 1 },
			emu_has_register(device,
					 masks[row].first + group * 128 + i));
	if (emu_field(reg->layout, request, "feature_group"))
		memset(answer + features.offset / 8, 0, 128 / 8);
	return EMU_DONE;
}

/* How many sensors of the chip a register has, and which; modules' are beyond. */
static uint64_t count_sensors(const struct emu_device *device, uint16_t id,
			      uint64_t *map)
{
	uint64_t count = 0;

	*map = 0;
	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		const struct emu_register *sensor = &device->state.registers[i];
		uint64_t index;

		if (sensor->id != id || !sensor->layout)
			continue;
		index = emu_field(sensor->layout, sensor->bytes,
				  "sensor_index");
		if (index >= 64)
			continue;
		count++;
		*map |= (uint64_t)1 << index;
	}
	return count;
}

static enum emu_failure read_mtcap(struct emu_device *device,
				   const struct emu_register *reg,
				   const uint8_t *request, uint8_t *answer)
{
	uint64_t map;
	uint64_t count = count_sensors(device, PRM_REG_MTMP, &map);

	(void)request;
	emu_set_field(reg->layout, answer, "sensor_count", count);
	emu_set_field(reg->layout, answer, "sensor_map", map);
	return EMU_DONE;
}

static enum emu_failure read_mvcap(struct emu_device *device,
				   const struct emu_register *reg,
				   const uint8_t *request, uint8_t *answer)
{
	uint64_t map;

	if (emu_field(reg->layout, request, "slot_index"))
		return EMU_UNKNOWN_INSTANCE;
	count_sensors(device, PRM_REG_MVCR, &map);
	emu_set_field(reg->layout, answer, "sensor_map", map);
	return EMU_DONE;
}

/* Eighths of a degree: up two degrees and down again in a minute. */
static uint64_t temperature_now(const struct emu_device *device,
				const struct emu_register *reg)
{
	uint64_t second = emu_uptime_ms(device) / 1000 % 60;
	uint64_t given = emu_field(reg->layout, reg->bytes, "temperature");

	return given + (second < 30 ? second : 60 - second) * 16 / 30;
}

static enum emu_failure read_mtmp(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	uint64_t now = temperature_now(device, reg);

	emu_set_field(reg->layout, answer, "i",
		      emu_field(reg->layout, request, "i"));
	emu_set_field(reg->layout, answer, "temperature", now);
	/* The highest one since it was watched; and now is part of that. */
	if (emu_field(reg->layout, reg->bytes, "mte") &&
	    emu_field(reg->layout, reg->bytes, "max_temperature") < now) {
		emu_set_field(reg->layout, reg->bytes, "max_temperature", now);
		emu_set_field(reg->layout, answer, "max_temperature", now);
	}
	return EMU_DONE;
}

static enum emu_failure write_mtmp(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	(void)before;
	if (emu_field(reg->layout, request, "mtr"))
		emu_set_field(reg->layout, reg->bytes, "max_temperature",
			  temperature_now(device, reg));
	return EMU_DONE;
}

static enum emu_failure read_mcqs(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	uint64_t mine = emu_field(reg->layout, request, "component_index");
	bool last = true;

	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		const struct emu_register *other = &device->state.registers[i];

		if (other->id == PRM_REG_MCQS && other->layout &&
		    emu_field(other->layout, other->bytes, "component_index") > mine)
			last = false;
	}
	emu_set_field(reg->layout, answer, "last_index_flag", last);
	return EMU_DONE;
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
				       emu_field(reg->layout, request, "info_type"));
	uint64_t offset = emu_field(reg->layout, request, "read_offset");
	uint64_t wanted = emu_field(reg->layout, request, "read_length");
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
	emu_set_field(reg->layout, answer, "info_length", len);
	emu_set_field(reg->layout, answer, "read_length", wanted);
	memcpy(answer + at.offset / 8, text + offset, wanted);
	return EMU_DONE;
}

/* A frame as large as was asked for, where the port can do that. */
static enum emu_failure write_pmtu(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	uint64_t asked = emu_field(reg->layout, request, "admin_mtu");

	(void)device;
	(void)before;
	if (asked > emu_field(reg->layout, reg->bytes, "max_mtu"))
		return EMU_BAD_VALUE;
	emu_set_field(reg->layout, reg->bytes, "oper_mtu", asked);
	return EMU_DONE;
}

/* As PAOS: a module's state is taken only with its enable bit. */
static enum emu_failure write_pmaos(struct emu_device *device,
				    struct emu_register *reg,
				    const uint8_t *before,
				    const uint8_t *request)
{
	(void)device;
	if (!emu_field(reg->layout, request, "ee"))
		emu_set_field(reg->layout, reg->bytes, "e",
			      emu_field(reg->layout, before, "e"));
	if (!emu_field(reg->layout, request, "ase"))
		emu_set_field(reg->layout, reg->bytes, "admin_status",
			      emu_field(reg->layout, before, "admin_status"));
	return EMU_DONE;
}

/* What is read are the resets that are possible; one of them is armed. */
static enum emu_failure write_mfrl(struct emu_device *device,
				   struct emu_register *reg,
				   const uint8_t *before,
				   const uint8_t *request)
{
	uint64_t asked = emu_field(reg->layout, request, "reset_trigger");

	if (asked & ~emu_field(reg->layout, before, "reset_trigger"))
		return EMU_BAD_VALUE;
	device->state.is_reset_armed = asked;
	return EMU_DONE;
}

#define SECOND 1000000000ll	/* in nanoseconds */

enum { SET_TIME = 1, ADJUST_TIME, ADJUST_PHASE = 6 };	/* operation */

/* What MRTC shows now: its seconds move, and within them nanoseconds do. */
static uint64_t utc_of(const struct emu_device *device,
		       const struct emu_register *clock)
{
	uint64_t ns = emu_field(clock->layout, clock->bytes, "time_h") *
		      SECOND + emu_field(clock->layout, clock->bytes, "time_l");

	if (clock->rates)
		ns += emu_field(clock->layout, clock->rates, "time_h") *
		      (emu_uptime_ms(device) - clock->since) * (SECOND / 1000);
	return ns;
}

static void put_utc(const struct prm_layout *layout, uint8_t *bytes,
		    uint64_t ns)
{
	emu_set_field(layout, bytes, "time_h", ns / SECOND);
	emu_set_field(layout, bytes, "time_l", ns % SECOND);
}

static enum emu_failure read_mrtc(struct emu_device *device,
				  const struct emu_register *reg,
				  const uint8_t *request, uint8_t *answer)
{
	(void)request;
	if (reg->rates)
		put_utc(reg->layout, answer, utc_of(device, reg));
	return EMU_DONE;
}

/* It is MRTC that shows the time; how fast it goes is only kept. */
static enum emu_failure write_mtutc(struct emu_device *device,
				    struct emu_register *reg,
				    const uint8_t *before,
				    const uint8_t *request)
{
	struct emu_register *clock = emu_first_register(&device->state,
							PRM_REG_MRTC);
	uint64_t operation = emu_field(reg->layout, request, "operation");
	uint64_t seconds = emu_field(reg->layout, request, "utc_sec");
	uint64_t ns = emu_field(reg->layout, request, "utc_nsec");

	(void)before;
	if (operation < SET_TIME || operation > ADJUST_PHASE || ns >= SECOND)
		return EMU_BAD_VALUE;
	if (operation > ADJUST_TIME || !clock)
		return EMU_DONE;
	ns += seconds * SECOND;
	/* A turn of the seconds is lent, as so much can be taken away. */
	if (operation == ADJUST_TIME)
		ns = utc_of(device, clock) + ((uint64_t)1 << 32) * SECOND +
		     (int32_t)emu_field(reg->layout, request,
					"time_adjustment");
	put_utc(clock->layout, clock->bytes, ns);
	clock->since = emu_uptime_ms(device);
	return EMU_DONE;
}

/* Ascending by id. */
const struct emu_register_rule emu_register_rules[] = {
	{ PRM_REG_QPTS,		EMU_WRITABLE },
	{ PRM_REG_QETCR,	EMU_WRITABLE, .selects = "port_number" },
	{ PRM_REG_QTCT,		EMU_WRITABLE },
	{ PRM_REG_QPDPM,	EMU_WRITABLE },
	{ PRM_REG_QCAM,		EMU_COMPOSED, .read = read_mask },
	{ PRM_REG_DCBX_PARAM,	EMU_WRITABLE },
	{ PRM_REG_CORE_DUMP,	EMU_COMPOSED, .act = emu_read_core_dump,
	  .offered = "core_dump_general" },
	{ PRM_REG_PMLP,		EMU_WRITABLE },
	{ PRM_REG_PMTU,		EMU_WRITABLE, .write = write_pmtu },
	{ PRM_REG_PTYS,		EMU_WRITABLE, .read = emu_read_link,
	  .write = emu_write_ptys },
	{ PRM_REG_PAOS,		EMU_WRITABLE, .write = emu_write_paos },
	{ PRM_REG_PFCC,		EMU_WRITABLE },
	{ PRM_REG_PPCNT,	0, .clear = "clr", .cleared = "counter_set" },
	{ PRM_REG_PPTB,		EMU_WRITABLE },
	{ PRM_REG_PBMC,		EMU_WRITABLE },
	{ PRM_REG_PELC,		0, .selects = "local_port" },
	{ PRM_REG_PMAOS,	EMU_WRITABLE, .write = write_pmaos },
	{ PRM_REG_PPLM,		EMU_WRITABLE, .read = emu_read_link },
	{ PRM_REG_PDDR,		0, .read = emu_read_link },
	{ PRM_REG_PCMR,		EMU_WRITABLE },
	{ PRM_REG_PCAM,		EMU_COMPOSED, .read = read_mask },
	{ PRM_REG_NODE_DESC,	EMU_WRITABLE },
	{ PRM_REG_HOST_ENDIANNESS, EMU_WRITABLE },
	{ PRM_REG_MTCAP,	EMU_COMPOSED, .read = read_mtcap },
	{ PRM_REG_MTMP,		EMU_WRITABLE, .read = read_mtmp,
	  .write = write_mtmp, .alike = "i" },
	{ PRM_REG_MCIA,		EMU_COMPOSED, .read = emu_read_mcia },
	{ PRM_REG_MGIR,		0, .read = read_mgir },
	{ PRM_REG_MNVDA,	EMU_COMPOSED | EMU_WRITABLE,
	  .data = "configuration_item_data",
	  .length = "configuration_item_header.length",
	  .read = emu_read_mnvda, .write = emu_write_mnvda },
	{ PRM_REG_MFRL,		EMU_WRITABLE, .write = write_mfrl },
	{ PRM_REG_MLCR,		EMU_WRITABLE },
	{ PRM_REG_MRTC,		EMU_WRITABLE, .read = read_mrtc },
	{ PRM_REG_MVCAP,	EMU_COMPOSED, .read = read_mvcap },
	{ PRM_REG_MNVQC,	EMU_COMPOSED, .read = emu_read_mnvqc },
	{ PRM_REG_MNVIA,	EMU_COMPOSED | EMU_WRITABLE,
	  .write = emu_write_mnvia },
	{ PRM_REG_MTRC_CAP,	EMU_WRITABLE, .read = emu_read_mtrc_cap,
	  .write = emu_write_mtrc_cap },
	{ PRM_REG_MTRC_CONF,	EMU_WRITABLE, .write = emu_write_mtrc_conf },
	{ PRM_REG_MTRC_STDB,	EMU_COMPOSED, .act = emu_read_mtrc_stdb,
	  .with = PRM_REG_MTRC_CAP },
	{ PRM_REG_MTRC_CTRL,	EMU_WRITABLE, .read = emu_read_mtrc_ctrl,
	  .write = emu_write_mtrc_ctrl },
	{ PRM_REG_MPCNT,	0, .clear = "clr", .cleared = "counter_set" },
	{ PRM_REG_MTPPS,	EMU_WRITABLE },
	{ PRM_REG_MTPPSE,	EMU_WRITABLE, .selects = "pin" },
	{ PRM_REG_MTUTC,	EMU_WRITABLE, .write = write_mtutc },
	{ PRM_REG_MPEGC,	EMU_WRITABLE },
	{ PRM_REG_MCQS,		0, .read = read_mcqs },
	{ PRM_REG_MCQI,		0, .selects = "info_type" },
	{ PRM_REG_MQIS,		EMU_COMPOSED, .read = read_mqis },
	{ PRM_REG_MCAM,		EMU_COMPOSED, .read = read_mask },
	{ PRM_REG_MSEES,	EMU_WRITABLE },
	{ PRM_REG_SBPR,		EMU_WRITABLE, .clear = "clr",
	  .cleared = "max_buff_occupancy" },
	{ PRM_REG_SBCM,		EMU_WRITABLE, .clear = "clr",
	  .cleared = "max_buff_occupancy" },
	{ PRM_REG_SBCAM,	EMU_COMPOSED, .read = read_mask },
	{ PRM_REG_RESOURCE_DUMP, EMU_COMPOSED, .act = emu_read_resource_dump,
	  .offered = "resource_dump" },
	{ PRM_REG_DTOR,		EMU_WRITABLE },
	{ PRM_REG_VHCA_ICM_CTRL, EMU_WRITABLE },
};

const uint32_t emu_n_register_rules = ARRAY_SIZE(emu_register_rules);
