// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A port's link. A driver takes it down with PAOS, and chooses its rates with
 * PTYS. What else speaks of the link follows while it is down, and says what
 * it said before when the link is up again.
 */
#include <stdio.h>
#include "model.h"

enum { ADMIN_UP = 1, ADMIN_DOWN = 2, ADMIN_UP_ONCE = 3 };
enum { OPER_UP = 1, OPER_DOWN = 2 };
enum { LOGICALLY_DOWN = 1, LOGICALLY_ACTIVE = 4 };
enum { PHYSICALLY_DISABLED = 3, PHYSICALLY_UP = 5 };
enum { OPERATION_PAGE, TROUBLE_PAGE };	/* of PDDR */
enum { CLOSED_BY_COMMAND = 1 };		/* what PDDR's monitor finds */

/* What a register says of a port without a link; all else stays. */
static const struct {
	uint16_t reg;
	uint8_t page;
	struct prm_bits at;	/* of the page, where there is one */
	uint32_t value;
	const char *text;
} without_link[] = {
	{ PRM_REG_PTYS, 0, { PRM(ptys, an_status) } },
	{ PRM_REG_PTYS, 0, { PRM(ptys, data_rate_oper) } },
	{ PRM_REG_PTYS, 0, { PRM(ptys, lane_rate_oper) } },
	{ PRM_REG_PTYS, 0, { PRM(ptys, eth_proto_oper) } },
	{ PRM_REG_PTYS, 0, { PRM(ptys, ext_eth_proto_oper) } },
	{ PRM_REG_PPLM, 0, { PRM(pplm, fec_mode_active) } },
	{ PRM_REG_PDDR, OPERATION_PAGE,
	  { PRM(pddr_operation_info_page, phy_mngr_fsm_state) } },
	{ PRM_REG_PDDR, OPERATION_PAGE,
	  { PRM(pddr_operation_info_page, link_active) } },
	{ PRM_REG_PDDR, OPERATION_PAGE,
	  { PRM(pddr_operation_info_page, fec_mode_active) } },
	{ PRM_REG_PDDR, TROUBLE_PAGE,
	  { PRM(pddr_troubleshooting_page, status_opcode) },
	  CLOSED_BY_COMMAND << 16 },
	{ PRM_REG_PDDR, TROUBLE_PAGE,
	  { PRM(pddr_troubleshooting_page, status_message) }, 0,
	  "The port is closed by command" },
};

bool emu_has_link(const struct emu_device *device, uint64_t port)
{
	return port >= 64 || !(device->closed_ports >> port & 1);
}

static void put(uint8_t *answer, uint32_t size, struct prm_bits at,
		uint32_t value, const char *text)
{
	if (!text) {
		emu_set(answer, size, at, value);
		return;
	}
	memset(answer + at.offset / 8, 0, at.width / 8);
	snprintf((char *)answer + at.offset / 8, at.width / 8, "%s", text);
}

enum emu_failure emu_read_link(struct emu_device *device,
			       const struct emu_register *reg,
			       const uint8_t *request, uint8_t *answer)
{
	bool has_pages = reg->id == PRM_REG_PDDR;
	uint64_t page = emu_field(reg->layout, request, "page_select");

	if (emu_has_link(device, emu_field(reg->layout, request, "local_port")))
		return EMU_DONE;
	for (uint32_t i = 0; i < ARRAY_SIZE(without_link); i++) {
		struct prm_bits at = without_link[i].at;

		if (without_link[i].reg != reg->id ||
		    without_link[i].page != page)
			continue;
		if (has_pages)
			at.offset += PRM_AT(pddr, page_data).offset;
		put(answer, reg->size, at, without_link[i].value,
		    without_link[i].text);
	}
	return EMU_DONE;
}

/* What a port counts is kept, and does not move without a link. */
static void hold_counters(struct emu_device *device, uint64_t port, bool hold)
{
	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		struct emu_register *reg = &device->state.registers[i];

		if (reg->id != PRM_REG_PPCNT ||
		    emu_field(reg->layout, reg->bytes, "local_port") != port)
			continue;
		emu_counters_settle(device, reg);
		reg->since = hold ? EMU_STANDS_STILL : emu_uptime_ms(device);
	}
}

static void change_link(struct emu_device *device, struct emu_register *reg,
			bool is_up)
{
	const struct prm_layout *layout = reg->layout;
	uint64_t port = emu_field(layout, reg->bytes, "local_port");

	emu_set_field(layout, reg->bytes, "last_oper_status",
		      emu_field(layout, reg->bytes, "oper_status"));
	emu_set_field(layout, reg->bytes, "oper_status",
		      is_up ? OPER_UP : OPER_DOWN);
	emu_set_field(layout, reg->bytes, "logical_state_status",
		      is_up ? LOGICALLY_ACTIVE : LOGICALLY_DOWN);
	emu_set_field(layout, reg->bytes, "physical_state_status",
		      is_up ? PHYSICALLY_UP : PHYSICALLY_DISABLED);
	if (port < 64) {
		device->closed_ports &= ~((uint64_t)1 << port);
		device->closed_ports |= (uint64_t)!is_up << port;
	}
	hold_counters(device, port, !is_up);
	EMU_SAY(device, EMU_SAYS_LINK, port, is_up ? OPER_UP : OPER_DOWN);
	emu_raise_port_change(device, port, is_up);
}

/* The PRM: a state is taken only where its enable bit (ase, ee) is set too. */
enum emu_failure emu_write_paos(struct emu_device *device,
				struct emu_register *reg, const uint8_t *before,
				const uint8_t *request)
{
	const struct prm_layout *layout = reg->layout;
	uint64_t admin = emu_field(layout, request, "admin_status");
	bool is_up = admin != ADMIN_DOWN;

	if (!emu_field(layout, request, "ee"))
		emu_set_field(layout, reg->bytes, "e",
			      emu_field(layout, before, "e"));
	if (!emu_field(layout, request, "ase")) {
		emu_set_field(layout, reg->bytes, "admin_status",
			      emu_field(layout, before, "admin_status"));
		return EMU_DONE;
	}
	if (admin < ADMIN_UP || admin > ADMIN_UP_ONCE)
		return EMU_BAD_VALUE;
	if (emu_field(layout, before, "oper_status") !=
	    (is_up ? OPER_UP : OPER_DOWN))
		change_link(device, reg, is_up);
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
	uint64_t asked = emu_field(reg->layout, reg->bytes, admin);
	uint64_t able = emu_field(reg->layout, reg->bytes, capability);

	if (asked & ~able)
		return EMU_BAD_VALUE;
	emu_set_field(reg->layout, reg->bytes, oper, highest_bit(asked));
	return EMU_DONE;
}

enum emu_failure emu_write_ptys(struct emu_device *device,
				struct emu_register *reg, const uint8_t *before,
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
