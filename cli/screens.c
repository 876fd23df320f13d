// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The rows of link, temp and modules, in the order of the screen. */
#include "screens.h"

#include "prm-offsets.h"

#define PORT(reg) SCREEN_LINK, PRM_REG_##reg, "local_port"
#define SENSOR SCREEN_TEMP, PRM_REG_MTMP, "sensor_index", NULL
#define MODULE(screen) screen, PRM_REG_PMAOS, "module", NULL
#define CABLE SCREEN_MODULES, PRM_REG_PDDR, "local_port", "page_select=3"

const struct reading readings[] = {
	{ PORT(PAOS), NULL, "admin_status", "admin_state", "wanted" },
	{ PORT(PAOS), NULL, "oper_status", "state", "state" },
	{ PORT(PAOS), NULL, "physical_state_status", "physical_state",
	  "physical state" },
	{ PORT(PTYS), "proto_mask=4", "ext_eth_proto_oper", "mode",
	  "link mode", FORM_ETHERNET },
	{ PORT(PTYS), "proto_mask=4", "data_rate_oper", "rate_mbps", "rate",
	  FORM_HUNDREDS, "Mb/s" },
	{ PORT(PTYS), "proto_mask=4", "an_status", "autonegotiation",
	  "autonegotiation" },
	{ PORT(PPLM), NULL, "fec_mode_active", "fec_mask", "active FEC, bits" },
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

/* Bits of PTYS ext_eth_proto_oper, as ethtool names the link modes. */
static const char *const ethernet_modes[32] = {
	[0] = "SGMII-100M", [1] = "1000BASE-X", [3] = "5GBASE-R",
	[4] = "10GBASE-R", [5] = "40GBASE-R4", [6] = "25GAUI-1",
	[7] = "50GAUI-2", [8] = "50GAUI-1", [9] = "CAUI-4",
	[10] = "100GAUI-2", [11] = "100GAUI-1", [12] = "200GAUI-4",
	[13] = "200GAUI-2", [15] = "400GAUI-8", [16] = "400GAUI-4",
	[19] = "800GAUI-8",
};

const char *ethernet_mode(u32 mask)
{
	for (u32 i = 0; i < ARRAY_SIZE(ethernet_modes); i++)
		if (mask == 1u << i)
			return ethernet_modes[i];
	return NULL;
}
