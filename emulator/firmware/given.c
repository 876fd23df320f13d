// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Fields that show what another key of the personality says, or what the
 * model works out. A document has one place for each fact.
 */
#include <strings.h>
#include "model.h"

static const struct emu_given given[] = {
	{ "MGIR", "hw_info.device_id", EMU_FROM_NUMBER, EMU_PCI_DEVICE_ID },
	{ "MGIR", "hw_info.hw_dev_id", EMU_FROM_NUMBER, EMU_HW_DEVICE_ID },
	{ "MGIR", "hw_info.device_hw_revision", EMU_FROM_NUMBER,
	  EMU_HW_REVISION },
	{ "MGIR", "hw_info.num_ports", EMU_FROM_NUMBER, EMU_NUM_PORTS },
	{ "MGIR", "hw_info.manufacturing_base_mac_47_32", EMU_FROM_NUMBER,
	  EMU_BASE_MAC, 32 },
	{ "MGIR", "hw_info.manufacturing_base_mac_31_0", EMU_FROM_NUMBER,
	  EMU_BASE_MAC },
	{ "MGIR", "hw_info.uptime", EMU_COMPUTED },
	{ "MGIR", "fw_info.major", EMU_FROM_NUMBER, EMU_FIRMWARE_MAJOR },
	{ "MGIR", "fw_info.minor", EMU_FROM_NUMBER, EMU_FIRMWARE_MINOR },
	{ "MGIR", "fw_info.sub_minor", EMU_FROM_NUMBER, EMU_FIRMWARE_SUB },
	{ "MGIR", "fw_info.extended_major", EMU_FROM_NUMBER,
	  EMU_FIRMWARE_MAJOR },
	{ "MGIR", "fw_info.extended_minor", EMU_FROM_NUMBER,
	  EMU_FIRMWARE_MINOR },
	{ "MGIR", "fw_info.extended_sub_minor", EMU_FROM_NUMBER,
	  EMU_FIRMWARE_SUB },
	{ "MGIR", "fw_info.psid", EMU_FROM_TEXT, EMU_PSID },
	{ "GENERAL", "num_ports", EMU_FROM_NUMBER, EMU_NUM_PORTS },
	{ "GENERAL", "num_of_diagnostic_counters", EMU_COMPUTED },
	{ "DEBUG", "diagnostic_counter", EMU_COMPUTED },
	{ "sampling", "num_of_counters", EMU_COMPUTED },
	{ "MTCAP", "sensor_count", EMU_COMPUTED },
	{ "MTCAP", "sensor_map", EMU_COMPUTED },
	{ "MCQS", "last_index_flag", EMU_COMPUTED },
	{ "MTRC_CAP", "first_string_trace", EMU_COMPUTED },
	{ "MTRC_CAP", "num_string_trace", EMU_COMPUTED },
	{ "MTRC_CAP", "num_string_db", EMU_COMPUTED },
	{ "MTRC_CAP", "string_db_param", EMU_COMPUTED },
	{ "MTRC_CTRL", "current_timestamp_52_32", EMU_COMPUTED },
	{ "MTRC_CTRL", "current_timestamp_31_0", EMU_COMPUTED },
	{ "MCAM", "mng_access_reg_cap_mask", EMU_COMPUTED },
	{ "PCAM", "port_access_reg_cap_mask", EMU_COMPUTED },
	{ "QCAM", "qos_access_reg_cap_mask", EMU_COMPUTED },
	{ "SBCAM", "sb_access_reg_cap_mask", EMU_COMPUTED },
	{ "MVCAP", "sensor_map", EMU_COMPUTED },
	{ "MCIA", "dword", EMU_COMPUTED },
	{ "MNVDA", "configuration_item_data", EMU_COMPUTED },
	{ "MNVQC", "support_rd", EMU_COMPUTED },
	{ "MNVQC", "support_wr", EMU_COMPUTED },
	{ "MQIS", "info_length", EMU_COMPUTED },
	{ "MQIS", "info_string", EMU_COMPUTED },
};

/* A tenth of the start is spent here: most names differ in their first letter. */
static bool same(const char *a, const char *b)
{
	return !((*a ^ *b) & ~('a' ^ 'A')) && !strcasecmp(a, b);
}

const struct emu_given *emu_given_find(const char *where, const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		if (same(given[i].where, where) && same(given[i].path, path))
			return &given[i];
	return NULL;
}

static void give_text(const char *text, uint8_t *bytes, uint32_t size,
		      struct prm_bits at)
{
	uint32_t n = at.width / 8;

	for (uint32_t i = 0; i < n && text[i] && at.offset / 8 + i < size; i++)
		bytes[at.offset / 8 + i] = text[i];
}

void emu_give(const struct emu_personality *personality, const char *where,
	      const struct prm_layout *layout, uint8_t *bytes, uint32_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
		const struct emu_given *row = &given[i];
		struct prm_bits at;

		if (strcasecmp(row->where, where) ||
		    !emu_find_bits(layout, row->path, &at))
			continue;
		switch (row->source) {
		case EMU_FROM_NUMBER:
			emu_set(bytes, size, at,
				personality->number[row->which] >> row->shift);
			break;
		case EMU_FROM_TEXT:
			give_text(personality->text[row->which], bytes, size,
				  at);
			break;
		case EMU_COMPUTED:
			break;
		}
	}
}
