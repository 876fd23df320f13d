// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a setting may be, as other items say: a feature that the card has not
 * cannot be switched on, and a number is no more than there can be. Only what
 * a write changes is looked at, so that what the card has can be written back.
 */
#include "model.h"

/* Port and function are no part of which item it is. */
#define GLOBAL(number) (number)
#define FUNCTION(number) (0x03000000 | (number))
#define HOST(number) (0x07000000 | (number))

#define PCI_CONF GLOBAL(0x80)
#define PCI_CAP GLOBAL(0x81)
#define OFFLOAD_CONF GLOBAL(0x10a)
#define OFFLOAD_CAP GLOBAL(0x10b)
#define HOST_PCI_CONF HOST(0x80)
#define HOST_PCI_CAP HOST(0x81)

enum relation { NEEDS, AT_MOST };

static const struct nv_rule {
	uint32_t type;
	struct prm_bits at;
	enum relation relation;
	uint32_t other;		/* an item, by its type */
	struct prm_bits there;
} rules[] = {
#define RULE(item, layout, field, relation, cap, cap_layout, cap_field)	\
	{ item, { PRM(layout, field) }, relation,			\
	  cap, { PRM(cap_layout, cap_field) } }
#define PCI(field, relation, cap_field)					\
	RULE(PCI_CONF, nv_global_pci_conf, field, relation,		\
	     PCI_CAP, nv_global_pci_cap, cap_field)
#define OFFLOAD(field, cap_field)					\
	RULE(OFFLOAD_CONF, nv_sw_offload_conf, field, NEEDS,		\
	     OFFLOAD_CAP, nv_sw_offload_cap, cap_field)
#define HOST_PCI(field, cap_field)					\
	RULE(HOST_PCI_CONF, nv_pci_conf, field, NEEDS,			\
	     HOST_PCI_CAP, nv_pci_cap, cap_field)
	PCI(sriov_en, NEEDS, sriov_support),
	PCI(total_vfs, NEEDS, sriov_support),
	PCI(total_vfs, AT_MOST, max_vfs_per_pf),
	PCI(num_pfs, AT_MOST, max_num_pfs),
	PCI(num_pf_msix, NEEDS, num_pf_msix_supported),
	PCI(num_pf_msix, AT_MOST, max_num_pf_msix),
	PCI(num_vf_msix, NEEDS, num_vf_msix_supported),
	PCI(num_vf_msix, AT_MOST, max_num_vf_msix),
	PCI(log_pf_uar_bar_size, AT_MOST, max_log_pf_uar_bar_size),
	PCI(log_vf_uar_bar_size, AT_MOST, max_log_vf_uar_bar_size),
	PCI(fpp_en, NEEDS, fpp_support),
	PCI(vf_vpd_enable, NEEDS, vf_vpd_supported),
	PCI(pf_bar2_en, NEEDS, pf_bar2_supported),
	PCI(hide_port2_pf, NEEDS, hide_port2_pf_supported),
	OFFLOAD(ip_over_vxlan_en, ip_over_vxlan_supported),
	OFFLOAD(mkey_by_name, mkey_by_name_supported),
	OFFLOAD(uctx_en, uctx_supported),
	OFFLOAD(ptp_cyc2realtime, ptp_cyc2realtime_supported),
	OFFLOAD(vf_migration, vf_migration_supported),
	OFFLOAD(ar_enable, ar_enable_supported),
	HOST_PCI(advanced_pci_settings, advanced_pci_settings_supported),
	HOST_PCI(exp_rom_pxe_enable, exp_rom_pxe_supported),
	HOST_PCI(exp_rom_uefi_x86_enable, exp_rom_uefi_x86_supported),
	HOST_PCI(exp_rom_uefi_arm_enable, exp_rom_uefi_arm_supported),
	HOST_PCI(dynamic_vf_msix, dynamic_vf_msix_supported),
	HOST_PCI(ats_enabled, ats_supported),
	RULE(FUNCTION(16), nv_wol_conf, en_wol_magic, NEEDS,
	     FUNCTION(31), nv_wol_cap, en_wol_magic),
};

static uint32_t kind_of(uint32_t type)
{
	static const uint32_t numbers[] = {
		[1] = 0xffff, [3] = 0x3ff, [7] = 0x3ffff, [9] = 0x3fff,
	};
	uint32_t class = type >> 24;

	if (class >= ARRAY_SIZE(numbers) || !numbers[class])
		return type;
	return type & (0xff000000 | numbers[class]);
}

/* Of a card without the other item, nothing is there and none possible. */
static uint64_t said_by(const struct emu_personality *state, uint32_t type,
			struct prm_bits at)
{
	for (uint32_t i = 0; i < state->n_nv; i++)
		if (kind_of(state->nv[i].type) == type)
			return prm_value(state->nv[i].bytes[EMU_NV_CURRENT],
					 state->nv[i].length, at);
	return 0;
}

static bool keeps_rule(const struct emu_personality *state,
		       const struct nv_rule *rule, uint64_t value)
{
	uint64_t other = said_by(state, rule->other, rule->there);

	return rule->relation == NEEDS ? !value || other : value <= other;
}

/* Of numbers with names there are no others. */
static bool has_names(const struct emu_nv_item *item, const uint8_t *bytes)
{
	uint32_t n = item->layout ? item->layout->n_fields : 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct prm_field *field = &item->layout->fields[i];
		uint64_t value = prm_value(bytes, item->length, field->at);

		if (field->names && !prm_enum_name(field->names, value) &&
		    value != prm_value(item->bytes[EMU_NV_NEXT], item->length,
				       field->at))
			return false;
	}
	return true;
}

bool emu_nv_allows(const struct emu_personality *state,
		   const struct emu_nv_item *item, const uint8_t *bytes)
{
	uint32_t kind = kind_of(item->type);

	for (uint32_t i = 0; i < ARRAY_SIZE(rules); i++) {
		uint64_t value = prm_value(bytes, item->length, rules[i].at);

		if (rules[i].type == kind &&
		    value != prm_value(item->bytes[EMU_NV_NEXT], item->length,
				       rules[i].at) &&
		    !keeps_rule(state, &rules[i], value))
			return false;
	}
	return has_names(item, bytes);
}
