// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Parameters of the non-volatile configuration (TLVs), which MNVDA reads and
 * writes. The first dword says which: a class in its top byte, and a number
 * whose width depends on the class. Rows here speak from that dword on.
 *
 * Names and numbers (decimal, as there) are those of mstflint's database. A
 * parameter that is not listed may be read; to write it is the full class, as
 * is what opens or closes something to somebody. Of a class that is not listed
 * nobody knows what it holds, so to read it is the full class, too.
 */
#include "table.h"

#define TYPE_BYTE 4 /* of MNVDA, where the dword is */
#define TYPE_ORIGIN (PRM_HEADER_BYTES + TYPE_BYTE)
#define IN_TYPE(bit, width) { (bit), (width) }

#define TYPE(title, bit, width)						\
	{ .name = title, .at = IN_TYPE(bit, width), .kind = POLICY_ANY }
#define TYPE_CLASS TYPE("type_class", 0, 8)
#define DATA_BITS							\
	FROM_BYTE(TYPE_BYTE, PRM(mnvda, configuration_item_data))
#define DATA								\
	{ .name = "configuration_item_data", .at = DATA_BITS, .kind = POLICY_ANY }

#define SETTING(number, title) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_CONFIG_WRITE,					\
	.why = "takes effect at the next reset" }
#define DEVLINK(number, title, parameter) {				\
	.name = title,							\
	.key = number,							\
	.class = POLICY_CONFIG_WRITE,					\
	.why = "takes effect at the next reset; the same store as devlink's permanent " parameter }
#define CAPABILITY(number, title) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_FULL,						\
	.why = "says what the device supports, so a write of it is no configuration" }
#define PRIVILEGE(number, title, text) {				\
	.name = title,							\
	.key = number,							\
	.class = POLICY_FULL,						\
	.why = "changes who may do what: " text }
#define KEY(number, title, text) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_NEVER,						\
	.why = text }
#define PASSWORD(number, title) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_CONFIG_READ,					\
	.why = "a password of the boot ROM: only its length is shown",	\
	POLICY_REDACTS(DATA_BITS) }
#define SWITCH_OWNER "whether the host or the device's own processor rules its switch"
#define PROGRAMS "which programs the device runs"
#define SIGNED_FILE "what is recorded of an installed, signed configuration, and which settings win over it"
#define OLD_FIRMWARE "which firmware the device refuses to install: a way back is not to be opened unseen"
#define FILES "files, public keys and signatures of signed configurations"

static POLICY_CONST struct policy_rule global_writes[] = {
	SETTING(2, "nv_base_mac_guid"),
	CAPABILITY(3, "nv_base_mac_guid_cap"),
	PRIVILEGE(4, "nv_forbidden_versions", OLD_FIRMWARE),
	SETTING(6, "nv_memic_conf"),
	CAPABILITY(7, "nv_memic_cap"),
	SETTING(8, "nv_host_chaining_conf"),
	CAPABILITY(9, "nv_host_chaining_cap"),
	SETTING(10, "nv_fpga_conf"),
	CAPABILITY(11, "nv_fpga_cap"),
	PRIVILEGE(12, "nv_internal_cpu_conf", SWITCH_OWNER),
	CAPABILITY(13, "nv_internal_cpu_cap"),
	SETTING(14, "nv_flex_parser_conf"),
	CAPABILITY(15, "nv_flex_parser_cap"),
	SETTING(16, "nv_roce_1_5_conf"),
	PRIVILEGE(17, "nv_host_to_bmc", "whether the host reaches the BMC through the device"),
	SETTING(19, "nv_internal_hairpin_conf"),
	CAPABILITY(20, "nv_internal_hairpin_cap"),
	PRIVILEGE(21, "nv_dpa_auth", "whether the device asks for signatures of programs it runs"),
	DEVLINK(128, "nv_global_pci_conf", "parameters enable_sriov and total_vfs; also whether the host of a SmartNIC reaches its processor (RSHIM)"),
	DEVLINK(129, "nv_global_pci_cap", "parameters enable_sriov and total_vfs: what is possible"),
	SETTING(130, "nv_tpt_conf"),
	SETTING(132, "nv_global_pci_conf_2"),
	SETTING(133, "nv_kdnet_data"),
	SETTING(136, "nv_power_conf"),
	CAPABILITY(137, "nv_power_cap"),
	SETTING(138, "nv_host_sync_conf"),
	SETTING(139, "nv_emulation_nvme_conf"),
	CAPABILITY(140, "nv_emulation_nvme_cap"),
	SETTING(141, "nv_emulation_pci_switch_conf"),
	CAPABILITY(142, "nv_emulation_pci_switch_cap"),
	SETTING(144, "nv_emulation_virtio_net_conf"),
	CAPABILITY(145, "nv_emulation_virtio_net_cap"),
	SETTING(146, "nv_emulation_virtio_blk_conf"),
	CAPABILITY(147, "nv_emulation_virtio_blk_cap"),
	PRIVILEGE(148, "nv_global_pci_conf_3", "whether a host or the device's own processor owns a PCI port of the device"),
	SETTING(149, "nv_emulation_virtio_fs_conf"),
	CAPABILITY(150, "nv_emulation_virtio_fs_cap"),
	PRIVILEGE(151, "nv_global_pci_conf_4", "whether a PCI bus is under the switch of the host or of the device's own processor"),
	PRIVILEGE(152, "nv_external_host_priv_fast_conf", "what the host of a SmartNIC may do"),
	SETTING(154, "nv_global_pci_gpio_conf"),
	SETTING(155, "nv_customization_number"),
	SETTING(156, "nv_global_pci_conf_5"),
	CAPABILITY(256, "nv_rom_ini"),
	CAPABILITY(257, "nv_rom_cap"),
	DEVLINK(266, "nv_sw_offload_conf", "parameter cqe_compress_type"),
	DEVLINK(267, "nv_sw_offload_cap", "parameter cqe_compress_type: what is possible"),
	SETTING(268, "nv_packet_pacing"),
	PRIVILEGE(270, "nv_file_id_mlnx", SIGNED_FILE),
	PRIVILEGE(271, "nv_file_id_vendor", SIGNED_FILE),
	SETTING(272, "nv_fpga_data"),
	PRIVILEGE(273, "nv_prog_cc", PROGRAMS),
	CAPABILITY(275, "nv_global_pci_cap_3"),
	SETTING(276, "nv_pcc_int"),
	CAPABILITY(277, "nv_pcc_int_cap"),
	SETTING(278, "nv_global_mask"),
	SETTING(279, "nv_performance_tuning_conf"),
	CAPABILITY(280, "nv_performance_tuning_cap"),
	SETTING(281, "nv_global_roce_cc_conf"),
	CAPABILITY(282, "nv_global_roce_cc_cap"),
	SETTING(283, "nv_nvmf_target_conf"),
	CAPABILITY(284, "nv_nvmf_target_cap"),
	DEVLINK(285, "nv_sw_accelerate_conf", "parameter swp_l4_csum_mode"),
	SETTING(286, "nv_emulation_upt_conf"),
	PRIVILEGE(288, "nv_crypto_conf", "which rules the device's encryption keeps to, FIPS or none"),
	PRIVILEGE(289, "nv_host_mng_conf", "which doors to the device the BMC has"),
	PRIVILEGE(290, "nv_host_sm_conf", "whether the host may manage an InfiniBand fabric"),
	PRIVILEGE(291, "nv_external_host_priv_conf", "what the host of a SmartNIC may do"),
	PRIVILEGE(292, "nv_advanced_testability", "whether errors can be injected into the PCI link"),
	SETTING(293, "nv_config_profile"),
	SETTING(400, "nv_ib_dc_conf"),
	CAPABILITY(401, "nv_ib_dc_cap"),
	SETTING(402, "nv_enclosure_info"),
	PRIVILEGE(404, "nv_current_configurator", "who is recorded as having configured the device"),
	KEY(411, "nv_secure_host", "the key of the secure host; it is not even read"),
	KEY(412, "nv_ls_nv_public_key_0", "a public key that the device trusts"),
	KEY(413, "nv_ls_nv_public_key_1", "a public key that the device trusts"),
	KEY(414, "nv_ls_nv_public_key_2", "a public key that the device trusts"),
	PRIVILEGE(416, "nv_dpa_app_0", PROGRAMS),
	PRIVILEGE(417, "nv_dpa_app_1", PROGRAMS),
	PRIVILEGE(418, "nv_dpa_app_2", PROGRAMS),
	PRIVILEGE(419, "nv_dpa_app_3", PROGRAMS),
	PRIVILEGE(420, "nv_dpa_app_4", PROGRAMS),
	PRIVILEGE(421, "nv_dpa_app_5", PROGRAMS),
	PRIVILEGE(422, "nv_dpa_app_6", PROGRAMS),
	PRIVILEGE(423, "nv_dpa_app_7", PROGRAMS),
	SETTING(529, "nv_rom_ocsd_ocbb"),
	PRIVILEGE(1024, "nv_vts_bank_a", OLD_FIRMWARE),
	PRIVILEGE(1025, "nv_vts_bank_b", OLD_FIRMWARE),
};

static POLICY_CONST struct policy_rule port_writes[] = {
	SETTING(18, "nv_vpi_link_type"),
	SETTING(129, "nv_multiplane_conf"),
	SETTING(130, "nv_ib_link_phy_conf"),
	SETTING(263, "nv_roce_cc"),
	SETTING(264, "nv_roce_cc_ecn"),
	SETTING(265, "nv_roce_cc_qcn"),
	SETTING(266, "nv_lldp_nb_conf"),
	CAPABILITY(267, "nv_lldp_nb_cap"),
	SETTING(283, "nv_roce_conf"),
	SETTING(398, "nv_lldp_nb_dcbx"),
	SETTING(400, "nv_keep_link_up"),
	SETTING(402, "nv_qos_conf"),
	CAPABILITY(403, "nv_qos_cap"),
	SETTING(406, "nv_mpfs_conf"),
	CAPABILITY(407, "nv_mpfs_cap"),
	SETTING(513, "nv_link_phy_conf"),
	CAPABILITY(514, "nv_link_phy_cap"),
};

static POLICY_CONST struct policy_rule function_writes[] = {
	SETTING(16, "nv_wol_conf"),
	CAPABILITY(31, "nv_wol_cap"),
	DEVLINK(128, "nv_pf_pci_conf", "parameters enable_sriov and total_vfs"),
	SETTING(139, "nv_emulation_mng_nvme_conf"),
	CAPABILITY(140, "nv_emulation_mng_nvme_cap"),
	SETTING(141, "nv_emulation_mng_pci_switch_conf"),
	CAPABILITY(142, "nv_emulation_mng_pci_switch_cap"),
	SETTING(144, "nv_emulation_mng_virtio_net_conf"),
	CAPABILITY(145, "nv_emulation_mng_virtio_net_cap"),
	SETTING(146, "nv_emulation_mng_virtio_blk_conf"),
	CAPABILITY(147, "nv_emulation_mng_virtio_blk_cap"),
	SETTING(149, "nv_emulation_mng_virtio_fs_conf"),
	CAPABILITY(150, "nv_emulation_mng_virtio_fs_cap"),
	SETTING(272, "nv_virt_net_addr"),
	SETTING(273, "nv_virt_guid_addr"),
	SETTING(274, "nv_hca_conf"),
	CAPABILITY(275, "nv_hca_cap"),
	PRIVILEGE(276, "nv_ecpf_conf", SWITCH_OWNER),
	CAPABILITY(277, "nv_ecpf_cap"),
	PRIVILEGE(402, "nv_external_port_ctrl", "which function owns the port and the tracer"),
	SETTING(405, "nv_rom_boot_conf2"),
	SETTING(406, "nv_rom_uefi_conf"),
	PRIVILEGE(407, "nv_rom_root_ca_fingerprint", "which certificate the boot ROM trusts"),
	SETTING(514, "nv_rom_debug_level"),
	SETTING(516, "nv_rom_flexboot_debug"),
	SETTING(518, "nv_rom_uefi_debug_level"),
	SETTING(528, "nv_rom_banner_timeout"),
	SETTING(545, "nv_rom_boot_conf1"),
	SETTING(546, "nv_rom_ib_boot_conf"),
	SETTING(547, "nv_rom_ib_dhcp_conf"),
	SETTING(560, "nv_rom_iscsi_general_conf"),
	SETTING(561, "nv_rom_dhcp_vendor_id"),
	SETTING(562, "nv_rom_iscsi_initiator_ip_addr"),
	SETTING(563, "nv_rom_iscsi_initiator_subnet_mask"),
	SETTING(564, "nv_rom_iscsi_initiator_gateway"),
	SETTING(565, "nv_rom_iscsi_initiator_primary_dns_addr"),
	SETTING(566, "nv_rom_iscsi_initiator_secondary_dns_addr"),
	SETTING(567, "nv_rom_iscsi_initiator_name"),
	SETTING(568, "nv_rom_iscsi_initiator_chap_id"),
	SETTING(569, "nv_rom_iscsi_initiator_chap_pwd"),
	SETTING(570, "nv_rom_iscsi_dhcp"),
	SETTING(576, "nv_rom_iscsi_connect_to_first_target"),
	SETTING(577, "nv_rom_iscsi_first_target_addr"),
	SETTING(578, "nv_rom_iscsi_first_target_port"),
	SETTING(579, "nv_rom_iscsi_first_target_lun"),
	SETTING(580, "nv_rom_iscsi_first_target_name"),
	SETTING(581, "nv_rom_iscsi_first_target_chap_id"),
	SETTING(583, "nv_rom_iscsi_first_target_chap_pwd"),
	SETTING(592, "nv_rom_iscsi_connect_to_second_target"),
	SETTING(593, "nv_rom_iscsi_second_target_addr"),
	SETTING(594, "nv_rom_iscsi_second_target_port"),
	SETTING(595, "nv_rom_iscsi_second_target_lun"),
	SETTING(596, "nv_rom_iscsi_second_target_name"),
	SETTING(597, "nv_rom_iscsi_second_target_chap_id"),
	SETTING(599, "nv_rom_iscsi_second_target_chap_pwd"),
};

static POLICY_CONST struct policy_rule host_writes[] = {
	PRIVILEGE(128, "nv_pci_conf", "ATS: whether the device may present translated addresses, past the IOMMU"),
	CAPABILITY(129, "nv_pci_cap"),
	SETTING(130, "safe_mode_conf"),
	PRIVILEGE(131, "nv_host_priv_conf", "what the host may do with the device"),
	CAPABILITY(256, "nv_host_priv_cap"),
};

static POLICY_CONST struct policy_rule module_writes[] = {
	CAPABILITY(2, "nv_module_feature_cap"),
	SETTING(4, "nv_module_split"),
	SETTING(128, "nv_module_power"),
};

static POLICY_CONST struct policy_rule global_reads[] = {
	KEY(411, "nv_secure_host", "the key of the secure host"),
};

static POLICY_CONST struct policy_rule function_reads[] = {
	PASSWORD(569, "nv_rom_iscsi_initiator_chap_pwd"),
	PASSWORD(583, "nv_rom_iscsi_first_target_chap_pwd"),
	PASSWORD(599, "nv_rom_iscsi_second_target_chap_pwd"),
};

static POLICY_CONST struct policy_rule other_parameter_write = {
	.name = "any other parameter",
	.class = POLICY_FULL,
	.why = "nobody has said what it changes",
};

static POLICY_CONST struct policy_rule other_parameter_read = {
	.name = "any other parameter",
	.class = POLICY_CONFIG_READ,
	.why = "configuration, as mstconfig query shows",
};

/* A table that finds a parameter by the last `width` bits of the dword. */
#define PARAMETERS(title, text, rows, width, rest)			\
	.name = title,							\
	.doc = text,							\
	TABLE_RULES(rows),						\
	.key = IN_TYPE(32 - (width), width),				\
	.origin = TYPE_ORIGIN,						\
	.classifies = true,						\
	.otherwise = rest

const struct policy_table policy_tlv_reads_global = {
	PARAMETERS("parameter-reads-global", "parameters of the device",
		   global_reads, 24, &other_parameter_read),
};

const struct policy_table policy_tlv_reads_function = {
	PARAMETERS("parameter-reads-function", "parameters of a function",
		   function_reads, 10, &other_parameter_read),
};

const struct policy_table policy_tlv_writes_global = {
	PARAMETERS("parameter-writes-global", "parameters of the device",
		   global_writes, 24, &other_parameter_write),
};

const struct policy_table policy_tlv_writes_port = {
	PARAMETERS("parameter-writes-port", "parameters of a port",
		   port_writes, 16, &other_parameter_write),
};

const struct policy_table policy_tlv_writes_function = {
	PARAMETERS("parameter-writes-function", "parameters of a function",
		   function_writes, 10, &other_parameter_write),
};

const struct policy_table policy_tlv_writes_host = {
	PARAMETERS("parameter-writes-host", "parameters of a host",
		   host_writes, 18, &other_parameter_write),
};

const struct policy_table policy_tlv_writes_module = {
	PARAMETERS("parameter-writes-module", "parameters of a module",
		   module_writes, 14, &other_parameter_write),
};

/* Classes, and where each keeps its number; what is not named is zero. */
#define GLOBAL_TYPE TYPE_CLASS, TYPE("parameter_index", 8, 24)
#define PORT_TYPE							\
	TYPE_CLASS, TYPE("port", 8, 8), TYPE("parameter_index", 16, 16)
#define FUNCTION_TYPE TYPE_CLASS, TYPE("parameter_index", 22, 10)
#define HOST_TYPE TYPE_CLASS, TYPE("parameter_index", 14, 18)
#define MODULE_TYPE							\
	TYPE_CLASS, TYPE("module_index", 8, 10), TYPE("parameter_index", 18, 14)

#define CLASS_ROW(number, title, then, ...) {				\
	.name = title,							\
	.key = number,							\
	.why = "the parameter decides",					\
	POLICY_CHECKS(__VA_ARGS__, DATA),				\
	.next = then }
#define READ_ROW(number, title, ...) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_CONFIG_READ,					\
	.why = "configuration, as mstconfig query shows",		\
	POLICY_CHECKS(__VA_ARGS__, DATA) }

static POLICY_CONST struct policy_rule reads[] = {
	CLASS_ROW(0, "parameter of the device", &policy_tlv_reads_global,
		  GLOBAL_TYPE),
	READ_ROW(1, "parameter of a port", PORT_TYPE),
	CLASS_ROW(3, "parameter of a function", &policy_tlv_reads_function,
		  FUNCTION_TYPE),
	KEY(6, "part of a file", FILES),
	READ_ROW(7, "parameter of a host", HOST_TYPE),
	READ_ROW(9, "parameter of a module", MODULE_TYPE),
};

static POLICY_CONST struct policy_rule other_read = {
	.name = "parameter of another class",
	.class = POLICY_FULL,
	.why = "nobody has said what it holds, so it may be a key",
	POLICY_CHECKS(GLOBAL_TYPE, DATA),
};

const struct policy_table policy_tlv_reads = {
	.name = "parameter-reads",
	.doc = "configuration that MNVDA reads, by the parameter's class",
	TABLE_RULES(reads),
	.key = IN_TYPE(0, 8),
	.origin = TYPE_ORIGIN,
	.otherwise = &other_read,
};

static POLICY_CONST struct policy_rule writes[] = {
	CLASS_ROW(0, "parameter of the device", &policy_tlv_writes_global,
		  GLOBAL_TYPE),
	CLASS_ROW(1, "parameter of a port", &policy_tlv_writes_port,
		  PORT_TYPE),
	CLASS_ROW(3, "parameter of a function", &policy_tlv_writes_function,
		  FUNCTION_TYPE),
	KEY(6, "part of a file", FILES),
	CLASS_ROW(7, "parameter of a host", &policy_tlv_writes_host,
		  HOST_TYPE),
	CLASS_ROW(9, "parameter of a module", &policy_tlv_writes_module,
		  MODULE_TYPE),
};

static POLICY_CONST struct policy_rule other_write = {
	.name = "parameter of another class",
	.class = POLICY_FULL,
	.why = "nobody has said what it changes",
	POLICY_CHECKS(GLOBAL_TYPE, DATA),
};

const struct policy_table policy_tlv_writes = {
	.name = "parameter-writes",
	.doc = "configuration that MNVDA writes, by the parameter's class",
	TABLE_RULES(writes),
	.key = IN_TYPE(0, 8),
	.origin = TYPE_ORIGIN,
	.otherwise = &other_write,
};
