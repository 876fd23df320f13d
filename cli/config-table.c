// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The parameters that are known everywhere. Names are mstconfig's, so that
 * what people know keeps working; fields are those of prm/schema. The rules
 * of policy/ decide which may be written: here they are only called by name.
 */
#include "config-names.h"

const struct config_tlv config_tlvs[] = {
	{ "nv_global_pci_conf", CONFIG_GLOBAL, 128 },
	{ "nv_global_pci_cap", CONFIG_GLOBAL, 129 },
	{ "nv_rom_cap", CONFIG_GLOBAL, 257 },
	{ "nv_sw_offload_conf", CONFIG_GLOBAL, 266 },
	{ "nv_sw_offload_cap", CONFIG_GLOBAL, 267 },
	{ "nv_sw_accelerate_conf", CONFIG_GLOBAL, 285 },
	{ "nv_vpi_link_type", CONFIG_PORT, 18 },
	{ "nv_keep_link_up", CONFIG_PORT, 400 },
	{ "nv_wol_conf", CONFIG_FUNCTION, 16 },
	{ "nv_wol_cap", CONFIG_FUNCTION, 31 },
	{ "nv_pf_pci_conf", CONFIG_FUNCTION, 128 },
	{ "nv_hca_conf", CONFIG_FUNCTION, 274 },
	{ "nv_hca_cap", CONFIG_FUNCTION, 275 },
	{ "nv_rom_boot_conf2", CONFIG_FUNCTION, 405 },
	{ "nv_rom_uefi_conf", CONFIG_FUNCTION, 406 },
	{ "nv_rom_boot_conf1", CONFIG_FUNCTION, 545 },
	{ "nv_pci_conf", CONFIG_HOST, 128 },
	{ "nv_pci_cap", CONFIG_HOST, 129 },
};

const size_t config_n_tlvs = ARRAY_SIZE(config_tlvs);

#define PCI "$nv_global_pci_cap."
#define OFFLOAD "$nv_sw_offload_cap."
#define HOST "$nv_pci_cap."
#define ROM "$nv_rom_cap."
#define HCA "$nv_hca_cap."

/* All vectors of all functions have to fit. */
#define VECTORS_FIT							\
	"(" PCI "max_total_msix_valid==0) || (" PCI "max_total_msix==0) || " \
	"($num_pfs * ($num_pf_msix + $total_vfs * $num_vf_msix) <= "	\
	PCI "max_total_msix)"

/* A switch that works where a capability of the same TLV's partner is set. */
#define SWITCH(title, tlv, part, cap, text) {				\
	.name = title, .tlv_name = tlv, .field_name = part,		\
	.needs = cap, .doc = text }
#define PLAIN(title, tlv, part, text) SWITCH(title, tlv, part, NULL, text)

/* What came with a later version of its TLV. */
#define SINCE(version, title, tlv, part, text) {			\
	.name = title, .tlv_name = tlv, .field_name = part,		\
	.since = version, .doc = text }

#define GLOBAL_PCI "nv_global_pci_conf"
#define SW_OFFLOAD "nv_sw_offload_conf"
#define ACCELERATE "nv_sw_accelerate_conf"
#define LINK_UP "nv_keep_link_up"
#define PF_PCI "nv_pf_pci_conf"
#define HCA_CONF "nv_hca_conf"
#define BOOT1 "nv_rom_boot_conf1"
#define HOST_PCI "nv_pci_conf"

const struct config_param config_params[] = {
	{
		.name = "SRIOV_EN", .tlv_name = GLOBAL_PCI,
		.field_name = "sriov_en", .valid = "sriov_valid",
		.needs = PCI "sriov_support", .rule = VECTORS_FIT,
		.devlink = "enable_sriov",
		.doc = "Whether the card offers virtual functions (SR-IOV).",
	}, {
		.name = "NUM_OF_VFS", .tlv_name = GLOBAL_PCI,
		.field_name = "total_vfs", .valid = "sriov_valid",
		.needs = PCI "sriov_support",
		.maximum = PCI "max_vfs_per_pf_valid ? " PCI "max_vfs_per_pf : 0",
		.rule = VECTORS_FIT, .devlink = "total_vfs",
		.doc = "How many virtual functions each physical function can have. Memory for their BARs is reserved at boot.",
	}, {
		.name = "NUM_OF_PF", .tlv_name = GLOBAL_PCI,
		.field_name = "num_pfs", .valid = "num_pfs_valid",
		.minimum = "0", .maximum = PCI "max_num_pfs",
		.doc = "How many physical functions the card shows to a host.",
	}, {
		.name = "NUM_PF_MSIX", .tlv_name = GLOBAL_PCI,
		.field_name = "num_pf_msix", .valid = "num_pf_msix_valid",
		.needs = PCI "num_pf_msix_supported",
		.maximum = PCI "max_num_pf_msix", .rule = VECTORS_FIT,
		.doc = "How many interrupt vectors a physical function has.",
	}, {
		.name = "NUM_VF_MSIX", .tlv_name = GLOBAL_PCI,
		.field_name = "num_vf_msix", .valid = "num_vf_msix_valid",
		.needs = PCI "num_vf_msix_supported",
		.maximum = PCI "max_num_vf_msix", .rule = VECTORS_FIT,
		.doc = "How many interrupt vectors a virtual function has.",
	}, {
		.name = "PF_LOG_BAR_SIZE", .tlv_name = GLOBAL_PCI,
		.field_name = "log_pf_uar_bar_size",
		.valid = "pf_bar_size_valid",
		.needs = PCI "pf_bar_size_supported",
		.maximum = PCI "max_log_pf_uar_bar_size",
		.doc = "Size of a physical function's BAR: the power of two of so many MiB.",
	}, {
		.name = "VF_LOG_BAR_SIZE", .tlv_name = GLOBAL_PCI,
		.field_name = "log_vf_uar_bar_size",
		.valid = "vf_bar_size_valid",
		.needs = PCI "vf_bar_size_supported",
		.maximum = PCI "max_log_vf_uar_bar_size",
		.doc = "Size of a virtual function's BAR: the power of two of so many MiB.",
	}, {
		.name = "FPP_EN", .tlv_name = GLOBAL_PCI,
		.field_name = "fpp_en", .valid = "fpp_valid",
		.needs = PCI "fpp_support",
		.doc = "Whether each port has a function of its own.",
	}, {
		.name = "NON_PREFETCHABLE_PF_BAR", .tlv_name = GLOBAL_PCI,
		.field_name = "non_prefetchable_pf_bar",
		.valid = "non_prefetchable_pf_bar_valid",
		.needs = PCI "non_prefetchable_pf_bar_supported",
		.doc = "Whether the BAR of a physical function is not prefetchable.",
	},
	SWITCH("PF_BAR2_ENABLE", GLOBAL_PCI, "pf_bar2_en",
	       PCI "pf_bar2_supported",
	       "Whether physical functions have BAR 2, for sub-functions."),
	SWITCH("PF_BAR2_SIZE", GLOBAL_PCI, "log_pf_bar2_size",
	       PCI "pf_bar2_supported",
	       "Size of BAR 2: the power of two of so many MiB."),
	SWITCH("HIDE_PORT2_PF", GLOBAL_PCI, "hide_port2_pf",
	       PCI "hide_port2_pf_supported",
	       "Whether the functions of the second port are hidden."),
	SWITCH("STRICT_VF_MSIX_NUM", GLOBAL_PCI, "strict_vf_msix_num_enabled",
	       PCI "strict_vf_msix_num_supported",
	       "Whether NUM_VF_MSIX is meant to the number, and not rounded up."),
	SWITCH("VF_NODNIC_ENABLE", GLOBAL_PCI, "vf_nodnic_enable",
	       PCI "vf_nodnic_supported",
	       "Whether virtual functions have the gateway for boot firmware."),
	SWITCH("VF_VPD_ENABLE", GLOBAL_PCI, "vf_vpd_enable",
	       PCI "vf_vpd_supported",
	       "Whether virtual functions show vital product data."),
	SWITCH("PER_PF_NUM_SF", GLOBAL_PCI, "per_pf_num_sf",
	       PCI "per_pf_num_sf_supported",
	       "Whether PF_TOTAL_SF and PF_SF_BAR_SIZE are set for each function."),
	SWITCH("PF_NUM_OF_VF_VALID", GLOBAL_PCI, "per_pf_total_vf",
	       PCI "per_pf_total_vf_supported",
	       "Whether PF_NUM_OF_VF decides for each function, instead of NUM_OF_VFS."),
	SWITCH("PF_NUM_PF_MSIX_VALID", GLOBAL_PCI, "per_pf_num_msix",
	       PCI "per_pf_num_msix_supported",
	       "Whether PF_NUM_PF_MSIX decides for each function."),
	SWITCH("NUM_PF_MSIX_VALID", GLOBAL_PCI, "num_pf_msix_valid",
	       PCI "num_pf_msix_supported",
	       "Whether NUM_PF_MSIX decides, and not the card's default."),
	{
		.name = "PARTIAL_WRITE_CACHE_MODE", .tlv_name = GLOBAL_PCI,
		.field_name = "partial_wr_cache_mode",
		.needs = PCI "partial_wr_cache_mode_function || " PCI "partial_wr_cache_mode_address",
		.rule = "($partial_wr_cache_mode <= 1) || "
			"($partial_wr_cache_mode == 2 && " PCI "partial_wr_cache_mode_function) || "
			"($partial_wr_cache_mode == 3 && " PCI "partial_wr_cache_mode_address)",
		.doc = "How the PCI write cache takes writes of less than a line.",
	}, {
		.name = "CQE_COMPRESSION", .tlv_name = SW_OFFLOAD,
		.field_name = "cqe_compression",
		.devlink = "cqe_compress_type",
		.doc = "When completions are compressed: to balance work, or whenever it saves PCI bandwidth.",
	},
	SWITCH("IP_OVER_VXLAN_EN", SW_OFFLOAD, "ip_over_vxlan_en",
	       OFFLOAD "ip_over_vxlan_supported",
	       "Whether IP directly over VXLAN is parsed, at IP_OVER_VXLAN_PORT."),
	SWITCH("IP_OVER_VXLAN_PORT", SW_OFFLOAD, "ip_over_vxlan_port",
	       OFFLOAD "ip_over_vxlan_supported && $nv_sw_offload_conf.ip_over_vxlan_en",
	       "UDP port at which IP directly over VXLAN arrives."),
	SWITCH("MKEY_BY_NAME", SW_OFFLOAD, "mkey_by_name",
	       OFFLOAD "mkey_by_name_supported",
	       "Whether a driver may choose the numbers of memory keys."),
	SWITCH("ESWITCH_IPV4_TTL_MODIFY_ENABLE", SW_OFFLOAD,
	       "esw_fdb_ipv4_ttl_modify_enable",
	       OFFLOAD "esw_fdb_ipv4_ttl_modify_supported",
	       "Whether switch rules may change the TTL of packets from the wire."),
	SWITCH("PRIO_TAG_REQUIRED_EN", SW_OFFLOAD, "prio_tag_required_en",
	       OFFLOAD "prio_tag_required_supported",
	       "Whether every packet on the wire must have a priority tag."),
	SWITCH("UCTX_EN", SW_OFFLOAD, "uctx_en", OFFLOAD "uctx_supported",
	       "Whether the card has user contexts, as this tool's driver uses them."),
	SWITCH("REAL_TIME_CLOCK_ENABLE", SW_OFFLOAD, "ptp_cyc2realtime",
	       OFFLOAD "ptp_cyc2realtime_supported",
	       "Whether time stamps are real time instead of cycles."),
	SWITCH("RDMA_SELECTIVE_REPEAT_EN", SW_OFFLOAD, "sr_enable",
	       OFFLOAD "sr_enable_supported",
	       "Whether RDMA repeats only the packets that were lost."),
	PLAIN("PCI_ATOMIC_MODE", SW_OFFLOAD, "pci_atomic_mode",
	      "How atomic operations use those of PCI Express."),
	SWITCH("TUNNEL_ECN_COPY_DISABLE", SW_OFFLOAD,
	       "tunnel_ecn_copy_offload_disable",
	       OFFLOAD "tunnel_ecn_copy_offload_disable_supported",
	       "Whether encapsulation does not copy ECN to the outer header."),
	PLAIN("LRO_LOG_TIMEOUT0", SW_OFFLOAD, "lro_log_timeout0",
	      "First of four timeouts of large receive offload: the power of two of so many microseconds."),
	PLAIN("LRO_LOG_TIMEOUT1", SW_OFFLOAD, "lro_log_timeout1",
	      "Second of four timeouts of large receive offload: the power of two of so many microseconds."),
	PLAIN("LRO_LOG_TIMEOUT2", SW_OFFLOAD, "lro_log_timeout2",
	      "Third of four timeouts of large receive offload: the power of two of so many microseconds."),
	PLAIN("LRO_LOG_TIMEOUT3", SW_OFFLOAD, "lro_log_timeout3",
	      "Fourth of four timeouts of large receive offload: the power of two of so many microseconds."),
	SWITCH("LOG_TX_PSN_WINDOW", SW_OFFLOAD, "log_tx_psn_win",
	       OFFLOAD "tx_psn_win_supported",
	       "Packets in flight on a connected queue pair, as a power of two; 0: the card's default, 63: its maximum."),
	SWITCH("VF_MIGRATION_MODE", SW_OFFLOAD, "vf_migration",
	       OFFLOAD "vf_migration_supported",
	       "Whether virtual functions can migrate to another machine."),
	SWITCH("LOG_MAX_OUTSTANDING_WQE", SW_OFFLOAD, "log_max_outstanding_wqe",
	       OFFLOAD "max_outstanding_wqe_supported",
	       "Requests that a send queue may have under way, as a power of two; 0: the card's default, 31: its maximum."),
	SWITCH("ROCE_ADAPTIVE_ROUTING_EN", SW_OFFLOAD, "ar_enable",
	       OFFLOAD "ar_enable_supported",
	       "Whether RDMA takes packets that adaptive routing put out of order."),
	SWITCH("TUNNEL_IP_PROTO_ENTROPY_DISABLE", SW_OFFLOAD,
	       "tunnel_udp_entropy_proto_disable",
	       OFFLOAD "tunnel_udp_entropy_proto_supported",
	       "Whether the UDP source port of a tunnel leaves the IP protocol out."),
	{
		.name = "SWP_L4_CHECKSUM_MODE", .tlv_name = ACCELERATE,
		.field_name = "swp_l4_csum_mode",
		.needs = OFFLOAD "swp_l4_csum_mode_l4_only",
		.devlink = "swp_l4_csum_mode",
		.doc = "What the checksum covers where software says where headers are.",
	},
	PLAIN("LOG_MAX_QUEUE", ACCELERATE, "log_max_queue",
	      "How many queues there are, as a power of two."),
	PLAIN("LINK_TYPE", "nv_vpi_link_type", "default_link_type",
	      "Whether the port is Ethernet or InfiniBand."),
	PLAIN("KEEP_ETH_LINK_UP", LINK_UP, "keep_eth_link_up",
	      "Whether an Ethernet link stays up while no driver runs."),
	SINCE(1, "KEEP_IB_LINK_UP", LINK_UP, "keep_ib_link_up",
	      "Whether an InfiniBand link stays up while no driver runs."),
	SINCE(1, "KEEP_LINK_UP_ON_BOOT", LINK_UP, "keep_link_up_on_boot",
	      "Whether the link is up from boot on, before there is a driver."),
	SINCE(1, "KEEP_LINK_UP_ON_STANDBY", LINK_UP, "keep_link_up_on_standby",
	      "Whether the link is up while the machine is on standby power."),
	SINCE(2, "DO_NOT_CLEAR_PORT_STATS", LINK_UP, "do_not_clear_port_stats",
	      "Whether counters of the port survive the driver's start."),
	SINCE(3, "AUTO_POWER_SAVE_LINK_DOWN", LINK_UP, "auto_power_save_link_down",
	      "Whether a port that is down saves power."),
	SWITCH("WOL_MAGIC_EN", "nv_wol_conf", "en_wol_magic",
	       "$nv_wol_cap.en_wol_magic",
	       "Whether a magic packet wakes the machine."),
	{
		.name = "PF_TOTAL_SF", .tlv_name = PF_PCI,
		.field_name = "total_sf", .valid = "pf_total_sf_en",
		.needs = PCI "per_pf_num_sf_supported",
		.doc = "How many sub-functions this function can have.",
	}, {
		.name = "PF_SF_BAR_SIZE", .tlv_name = PF_PCI,
		.field_name = "log_sf_bar_size", .valid = "pf_total_sf_en",
		.needs = PCI "per_pf_num_sf_supported",
		.doc = "Size of a sub-function's BAR: the power of two of so many KiB.",
	},
	PLAIN("PF_SD_GROUP", PF_PCI, "sd_group",
	      "The group of functions that share a port over several sockets; 0: none."),
	SWITCH("PF_NUM_PF_MSIX", PF_PCI, "num_pf_msix",
	       PCI "per_pf_num_msix_supported",
	       "How many interrupt vectors this function has."),
	{
		.name = "PF_NUM_OF_VF", .tlv_name = PF_PCI,
		.field_name = "total_vf", .valid = "pf_total_vf_en",
		.needs = PCI "per_pf_total_vf_supported && $nv_global_pci_conf.per_pf_total_vf",
		.doc = "How many virtual functions this function can have.",
	},
	SWITCH("ROCE_CONTROL", HCA_CONF, "roce_ctrl", HCA "roce_ctrl_supported",
	       "Whether the function offers RoCE."),
	SWITCH("PCI_WR_ORDERING", HCA_CONF, "pci_data_wr_ordering_mode",
	       HCA "pci_data_wr_ordering_supported",
	       "Whether data is written in relaxed order always, or as its memory key says."),
	SWITCH("MULTI_PORT_VHCA_EN", HCA_CONF, "multi_port_vhca_en",
	       HCA "multi_port_vhca_supported",
	       "Whether one function drives several ports."),
	SWITCH("IP_VER", "nv_rom_boot_conf2", "boot_ip_ver", ROM "boot_ip_ver",
	       "Which version of IP the boot ROM uses, and which it tries next."),
	PLAIN("BOOT_UNDI_NETWORK_WAIT", "nv_rom_boot_conf2", "undi_network_wait",
	      "Seconds that the boot ROM waits for the network."),
	SWITCH("UEFI_HII_EN", "nv_rom_uefi_conf", "hii_en", ROM "hii_config_en",
	       "Whether the UEFI setup of the machine has a page of the card."),
	PLAIN("LEGACY_BOOT_PROTOCOL", BOOT1, "legacy_boot_protocol",
	      "What the boot ROM boots from where the machine has a BIOS."),
	PLAIN("BOOT_VLAN_EN", BOOT1, "boot_vlan_en",
	      "Whether the boot ROM boots through a VLAN, which BOOT_VLAN names."),
	PLAIN("BOOT_VLAN", BOOT1, "boot_vlan", "VLAN that the boot ROM uses."),
	SWITCH("BOOT_LACP_DIS", BOOT1, "lacp_dis", ROM "lacp_config_en",
	       "Whether the boot ROM does without link aggregation (LACP)."),
	SWITCH("BOOT_INTERRUPT_DIS", BOOT1, "boot_legacy_interrupt_disable",
	       ROM "boot_legacy_interrupt_disable_supported",
	       "Whether the boot ROM polls instead of using interrupts."),
	SWITCH("ADVANCED_PCI_SETTINGS", HOST_PCI, "advanced_pci_settings",
	       HOST "advanced_pci_settings_supported",
	       "Whether settings for experts can be changed."),
	SWITCH("FORCE_ETH_PCI_SUBCLASS", HOST_PCI, "force_eth_subclass",
	       HOST "force_eth_subclass_supported && $nv_pci_conf.advanced_pci_settings && " HOST "advanced_pci_settings_supported",
	       "Whether the function is an Ethernet controller to PCI, whatever its link."),
	SWITCH("EXP_ROM_PXE_ENABLE", HOST_PCI, "exp_rom_pxe_enable",
	       HOST "exp_rom_pxe_supported",
	       "Whether the expansion ROM has PXE."),
	SWITCH("EXP_ROM_UEFI_x86_ENABLE", HOST_PCI, "exp_rom_uefi_x86_enable",
	       HOST "exp_rom_uefi_x86_supported",
	       "Whether the expansion ROM has a UEFI driver for x86."),
	SWITCH("EXP_ROM_UEFI_ARM_ENABLE", HOST_PCI, "exp_rom_uefi_arm_enable",
	       HOST "exp_rom_uefi_arm_supported",
	       "Whether the expansion ROM has a UEFI driver for Arm."),
	SWITCH("DYNAMIC_VF_MSIX_TABLE", HOST_PCI, "dynamic_vf_msix",
	       HOST "dynamic_vf_msix_supported",
	       "Whether interrupt vectors can move between virtual functions."),
	SWITCH("ATS_ENABLED", HOST_PCI, "ats_enabled", HOST "ats_supported",
	       "Whether the card translates addresses ahead (ATS), past the IOMMU."),
	SWITCH("P2P_ORDERING_MODE", HOST_PCI, "p2p_ordering_mode",
	       HOST "p2p_ordering_mode_supported",
	       "How reads and writes of peers on the bus are kept in order."),
	SWITCH("MANAGEMENT_PF_MODE", HOST_PCI, "management_pf",
	       HOST "management_pf_supported",
	       "Whether there is a function for the BMC."),
	SWITCH("BAR_PAGE_ALIGNMENT", HOST_PCI, "bar_page_alignment",
	       HOST "bar_page_alignment_64kb",
	       "To which page size BARs are aligned."),
};

const size_t config_n_params = ARRAY_SIZE(config_params);
