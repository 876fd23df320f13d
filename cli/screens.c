// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The rows of link, temp and modules, in the order of the screen. */
#include "screens.h"

#include <stdio.h>

#include "build.h"
#include "prm-offsets.h"

#define PORT(reg) SCREEN_LINK, PRM_REG_##reg, "local_port"
#define SENSOR SCREEN_TEMP, PRM_REG_MTMP, "sensor_index", NULL
#define MODULE(screen) screen, PRM_REG_PMAOS, "module", NULL
#define CABLE SCREEN_MODULES, PRM_REG_PDDR, "local_port", "page_select=3"
#define ETHERNET "proto_mask=4"	/* or InfiniBand, where the port is that */

const struct reading readings[] = {
	{ PORT(PAOS), NULL, "admin_status", "admin_state", "wanted" },
	{ PORT(PAOS), NULL, "oper_status", "state", "state" },
	{ PORT(PAOS), NULL, "physical_state_status", "physical_state",
	  "physical state" },
	{ PORT(PTYS), ETHERNET, "proto_mask", "mode", "link mode", FORM_MODE },
	{ PORT(PTYS), ETHERNET, "data_rate_oper", "rate_mbps", "rate",
	  FORM_RATE, "Mb/s" },
	{ PORT(PTYS), ETHERNET, "an_status", "autonegotiation",
	  "autonegotiation" },
	{ PORT(PPLM), NULL, "fec_mode_active", "fec_mask", "active FEC" },
	{ PORT(PDDR), "page_select=0", "page_data.phy_mngr_fsm_state",
	  "phy_manager", "phy manager" },
	{ PORT(PDDR), "page_select=0", "page_data.loopback_mode", "loopback",
	  "loopback" },
	{ PORT(PDDR), "page_select=1",
	  "page_data.status_opcode.monitor_opcode", "trouble", "trouble" },
	{ PORT(PDDR), "page_select=1", "page_data.status_message",
	  "trouble_text", "in words" },
	{ PORT(PMLP), NULL, "lane_module_mapping", "module", "module",
	  FORM_MODULE },
	{ MODULE(SCREEN_LINK), "oper_status", "module_state", "module state" },
	{ MODULE(SCREEN_LINK), "error_type", "module_error", "module error",
	  FORM_ERROR },

	{ SENSOR, "sensor_name_hi", "name", "name", FORM_TEXT },
	{ SENSOR, "temperature", "temperature_millidegrees", "temperature",
	  FORM_EIGHTHS, "C" },
	{ SENSOR, "max_temperature", "highest_millidegrees", "highest so far",
	  FORM_EIGHTHS, "C" },
	{ SENSOR, "temperature_threshold_hi", "threshold_millidegrees",
	  "warns at", FORM_EIGHTHS, "C" },
	{ SENSOR, "temperature_threshold_lo", "calm_millidegrees",
	  "calm below", FORM_EIGHTHS, "C" },

	{ MODULE(SCREEN_MODULES), "admin_status", "admin_state", "wanted" },
	{ MODULE(SCREEN_MODULES), "oper_status", "state", "state" },
	{ MODULE(SCREEN_MODULES), "error_type", "error", "error", FORM_ERROR },
	{ CABLE, "page_data.vendor_name", "vendor", "vendor" },
	{ CABLE, "page_data.vendor_pn", "part_number", "part number" },
	{ CABLE, "page_data.vendor_sn", "serial_number", "serial number" },
	{ CABLE, "page_data.vendor_rev", "revision", "revision" },
	{ CABLE, "page_data.cable_type", "cable_type", "cable" },
	{ CABLE, "page_data.cable_technology", "technology", "technology" },
	{ CABLE, "page_data.temperature", "temperature_millidegrees",
	  "temperature", FORM_256THS, "C" },
};

const u32 n_readings = ARRAY_SIZE(readings);

struct mode {
	const char *name;
	u32 mbps;
};

/* Bits of the fields of PTYS that end with _proto_oper, named as the kernel does. */
static const struct mode extended_modes[32] = {
	[0] = { "SGMII-100M", 100 },
	[1] = { "1000BASE-X", 1000 },
	[3] = { "5GBASE-R", 5000 },
	[4] = { "10GBASE-R", 10000 },
	[5] = { "40GBASE-R4", 40000 },
	[6] = { "25GAUI-1", 25000 },
	[7] = { "50GAUI-2", 50000 },
	[8] = { "50GAUI-1", 50000 },
	[9] = { "CAUI-4", 100000 },
	[10] = { "100GAUI-2", 100000 },
	[11] = { "100GAUI-1", 100000 },
	[12] = { "200GAUI-4", 200000 },
	[13] = { "200GAUI-2", 200000 },
	[14] = { "200GAUI-1", 200000 },
	[15] = { "400GAUI-8", 400000 },
	[16] = { "400GAUI-4", 400000 },
	[17] = { "400GAUI-2", 400000 },
	[19] = { "800GAUI-8", 800000 },
	[20] = { "800GAUI-4", 800000 },
	[23] = { "1600TAUI-8", 1600000 },
};

static const struct mode legacy_modes[32] = {
	[0] = { "1000BASE-CX", 1000 },
	[1] = { "1000BASE-KX", 1000 },
	[2] = { "10GBASE-CX4", 10000 },
	[3] = { "10GBASE-KX4", 10000 },
	[4] = { "10GBASE-KR", 10000 },
	[5] = { "20GBASE-KR2", 20000 },
	[6] = { "40GBASE-CR4", 40000 },
	[7] = { "40GBASE-KR4", 40000 },
	[8] = { "56GBASE-R4", 56000 },
	[12] = { "10GBASE-CR", 10000 },
	[13] = { "10GBASE-SR", 10000 },
	[14] = { "10GBASE-ER", 10000 },
	[15] = { "40GBASE-SR4", 40000 },
	[16] = { "40GBASE-LR4", 40000 },
	[18] = { "50GBASE-SR2", 50000 },
	[20] = { "100GBASE-CR4", 100000 },
	[21] = { "100GBASE-SR4", 100000 },
	[22] = { "100GBASE-KR4", 100000 },
	[23] = { "100GBASE-LR4", 100000 },
	[24] = { "100BASE-TX", 100 },
	[25] = { "1000BASE-T", 1000 },
	[26] = { "10GBASE-T", 10000 },
	[27] = { "25GBASE-CR", 25000 },
	[28] = { "25GBASE-KR", 25000 },
	[29] = { "25GBASE-SR", 25000 },
	[30] = { "50GBASE-CR2", 50000 },
	[31] = { "50GBASE-KR2", 50000 },
};

/* The rate is that of one lane; ib_link_width_oper says how many there are. */
static const struct mode infiniband_modes[32] = {
	[0] = { "SDR", 2500 },
	[1] = { "DDR", 5000 },
	[2] = { "QDR", 10000 },
	[3] = { "FDR10", 10000 },
	[4] = { "FDR", 14000 },
	[5] = { "EDR", 25000 },
	[6] = { "HDR", 50000 },
	[7] = { "NDR", 100000 },
	[8] = { "XDR", 200000 },
};

static const struct mode lanes[32] = {
	[0] = { "1x", 1 }, [1] = { "2x", 2 }, [2] = { "4x", 4 },
	[3] = { "8x", 8 }, [4] = { "12x", 12 },
};

/* The one bit that is set, or nothing. */
static struct mode find_mode(const struct mode *modes, u64 bits)
{
	for (u32 i = 0; i < 32; i++)
		if (bits == 1ull << i)
			return modes[i];
	return (struct mode){ NULL };
}

struct link_mode link_mode(struct json_object *ptys)
{
	bool is_extended = get_number(ptys, "ext_eth_proto_capability");
	bool is_infiniband = !is_extended &&
			     !get_number(ptys, "eth_proto_capability") &&
			     get_number(ptys, "ib_proto_capability.value");
	const char *field = is_infiniband ? "ib_proto_oper" : is_extended ?
			    "ext_eth_proto_oper" : "eth_proto_oper";
	struct link_mode found = { field, get_number(ptys, field) };
	struct mode mode = find_mode(is_infiniband ? infiniband_modes :
				     is_extended ? extended_modes :
				     legacy_modes, found.bits);
	struct mode width = { "", 1 };

	if (is_infiniband)
		width = find_mode(lanes, get_number(ptys, "ib_link_width_oper"));
	if (!mode.name || !width.name)
		return found;
	snprintf(found.name, sizeof(found.name), "%s%s%s", mode.name,
		 width.name[0] ? " " : "", width.name);
	found.mbps = mode.mbps * width.mbps;
	return found;
}
