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
	  CLOSED_BY_COMMAND },
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

/* What a link of a mode carries, in units of 100 Mb/s, over so many lanes. */
struct mode {
	uint16_t rate;
	uint8_t lanes;
};

/*
 * Modes are bits of PTYS, in an extended and an older view. They are of one
 * setting: who asks in one has asked for the same rates in the other.
 */
enum { EXTENDED, LEGACY, N_VIEWS };

static const struct view {
	const char *admin;
	const char *capability;
	const char *oper;
	struct mode modes[32];
} views[N_VIEWS] = {
	[EXTENDED] = {
		"ext_eth_proto_admin", "ext_eth_proto_capability",
		"ext_eth_proto_oper", {
			{ 1, 1 }, { 10, 1 }, [3] = { 50, 1 }, { 100, 1 },
			{ 400, 4 }, { 250, 1 }, { 500, 2 }, { 500, 1 },
			{ 1000, 4 }, { 1000, 2 }, { 1000, 1 }, { 2000, 4 },
			{ 2000, 2 }, { 2000, 1 }, { 4000, 8 }, { 4000, 4 },
			{ 4000, 2 }, [19] = { 8000, 8 }, { 8000, 4 },
		},
	},
	[LEGACY] = {
		"eth_proto_admin", "eth_proto_capability", "eth_proto_oper", {
			{ 10, 1 }, { 10, 1 }, { 100, 4 }, { 100, 4 },
			{ 100, 1 }, { 200, 2 }, { 400, 4 }, { 400, 4 },
			{ 560, 4 }, [12] = { 100, 1 }, { 100, 1 }, { 100, 1 },
			{ 400, 4 }, { 400, 4 }, [18] = { 500, 2 },
			[20] = { 1000, 4 }, { 1000, 4 }, { 1000, 4 },
			{ 1000, 4 }, { 1, 1 }, { 10, 1 }, { 100, 1 },
			{ 250, 1 }, { 250, 1 }, { 250, 1 }, { 500, 2 },
			{ 500, 2 },
		},
	},
};

/* The fastest of these modes, and of several such the last; -1: none. */
static int fastest(const struct view *view, uint32_t modes)
{
	int best = -1;

	for (int i = 0; i < 32; i++)
		if (modes >> i & 1 &&
		    (best < 0 || view->modes[i].rate >= view->modes[best].rate))
			best = i;
	return best;
}

/* Those of `able` that are as fast as one that was asked for. */
static uint32_t as_fast(const struct view *view, uint32_t able,
			const struct view *other, uint32_t asked)
{
	uint32_t found = 0;

	for (int i = 0; i < 32; i++)
		for (int k = 0; k < 32; k++)
			if (able >> i & 1 && asked >> k & 1 &&
			    view->modes[i].rate == other->modes[k].rate)
				found |= 1u << i;
	return found;
}

/* The one that says something else than before, and in doubt the newer. */
static int deciding_view(const uint32_t asked[N_VIEWS],
			 const uint32_t before[N_VIEWS])
{
	return !asked[EXTENDED] ||
	       (asked[LEGACY] && asked[LEGACY] != before[LEGACY] &&
		asked[EXTENDED] == before[EXTENDED]) ? LEGACY : EXTENDED;
}

/* The page of operation says what the link runs, too. */
static void show_active(struct emu_device *device, uint64_t port,
			uint32_t modes)
{
	struct prm_bits at = PRM_AT(pddr_operation_info_page, link_active);

	at.offset += PRM_AT(pddr, page_data).offset;
	for (uint32_t i = 0; i < device->state.n_registers; i++) {
		struct emu_register *reg = &device->state.registers[i];

		if (reg->id == PRM_REG_PDDR &&
		    emu_field(reg->layout, reg->bytes, "local_port") == port &&
		    emu_field(reg->layout, reg->bytes, "page_select") ==
		    OPERATION_PAGE)
			emu_set(reg->bytes, reg->size, at, modes);
	}
}

/* At the best rate that was asked for, with the lanes of the newer view. */
static void come_up(struct emu_device *device, struct emu_register *reg,
		    const struct view *view, uint32_t asked)
{
	const struct prm_layout *layout = reg->layout;
	int best = fastest(view, asked);
	struct mode mode = { 0 };

	if (best >= 0)
		mode = view->modes[best];
	for (int i = LEGACY; i >= EXTENDED; i--) {
		uint32_t admin = emu_field(layout, reg->bytes, views[i].admin);

		best = fastest(&views[i], admin);
		if (best >= 0 && views[i].modes[best].rate != mode.rate)
			best = -1;
		if (best >= 0)
			mode = views[i].modes[best];
		emu_set_field(layout, reg->bytes, views[i].oper,
			      best < 0 ? 0 : 1u << best);
	}
	emu_set_field(layout, reg->bytes, "data_rate_oper", mode.rate);
	emu_set_field(layout, reg->bytes, "lane_rate_oper",
		      mode.lanes ? mode.rate * 10 / mode.lanes : 0);
	show_active(device, emu_field(layout, reg->bytes, "local_port"),
		    emu_field(layout, reg->bytes, views[EXTENDED].oper));
}

enum emu_failure emu_write_ptys(struct emu_device *device,
				struct emu_register *reg, const uint8_t *before,
				const uint8_t *request)
{
	uint32_t asked[N_VIEWS], able[N_VIEWS], was[N_VIEWS];
	int decides, follows;

	(void)request;
	for (int i = 0; i < N_VIEWS; i++) {
		asked[i] = emu_field(reg->layout, reg->bytes, views[i].admin);
		able[i] = emu_field(reg->layout, reg->bytes,
				    views[i].capability);
		was[i] = emu_field(reg->layout, before, views[i].admin);
		if (asked[i] & ~able[i])
			return EMU_BAD_VALUE;
	}
	if (!memcmp(asked, was, sizeof(asked)))
		return EMU_DONE;
	decides = deciding_view(asked, was);
	follows = decides == LEGACY ? EXTENDED : LEGACY;
	emu_set_field(reg->layout, reg->bytes, views[follows].admin,
		      as_fast(&views[follows], able[follows], &views[decides],
			      asked[decides]));
	come_up(device, reg, &views[decides], asked[decides]);
	return EMU_DONE;
}
