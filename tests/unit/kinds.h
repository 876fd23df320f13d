/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The kinds of objects that a personality has, and how each is asked for. */
#ifndef UNIT_KINDS_H
#define UNIT_KINDS_H

#include "prm.h"

/* Written down a second time on purpose: where the id is in the inbox. */
static const struct kind {
	const char *name;
	u16 opcode;
	struct prm_bits id;	/* no width: there is only one */
	bool of_vport;
	struct prm_bits select;	/* a second key, where there is one */
} kinds[] = {
	{ "vhca_migration_state", 0x117, { 80, 16 } },
	{ "mkey", 0x201, { 72, 24 } },
	{ "special_contexts", 0x203 },
	{ "eq", 0x303, { 88, 8 } },
	{ "cq", 0x402, { 72, 24 } },
	{ "qp", 0x50b, { 72, 24 } },
	{ "srq", 0x702, { 72, 24 } },
	{ "xrc_srq", 0x707, { 72, 24 } },
	{ "dct", 0x713, { 72, 24 } },
	{ "xrq", 0x719, { 72, 24 } },
	{ "esw_functions", 0x740 },
	{ "vport_state", 0x750, { 80, 16 }, true, { 48, 16 } },
	{ "esw_vport_context", 0x752, { 80, 16 }, true },
	{ "nic_vport_context", 0x754, { 80, 16 }, true, { 101, 3 } },
	{ "roce_address", 0x760, { 64, 16 } },
	{ "hca_vport_context", 0x762, { 80, 16 }, true },
	{ "hca_vport_gid", 0x764, { 80, 16 }, true, { 112, 16 } },
	{ "hca_vport_pkey", 0x765, { 80, 16 }, true, { 112, 16 } },
	{ "vnic_env", 0x76f, { 80, 16 }, true },
	{ "vport_counter", 0x770, { 80, 16 }, true },
	{ "q_counter", 0x773, { 248, 8 } },
	{ "scheduling_element", 0x784, { 96, 32 }, false,
	  { 64, 8 } },
	{ "mad_demux", 0x80b },
	{ "cong_status", 0x822, { 88, 8 } },
	{ "cong_params", 0x824, { 92, 4 } },
	{ "cong_statistics", 0x826 },
	{ "l2_table_entry", 0x82a, { 168, 24 } },
	{ "wol_rol", 0x831 },
	{ "lag", 0x842 },
	{ "tir", 0x903, { 72, 24 } },
	{ "sq", 0x907, { 72, 24 } },
	{ "rq", 0x90b, { 72, 24 } },
	{ "rmp", 0x90f, { 72, 24 } },
	{ "tis", 0x915, { 72, 24 } },
	{ "rqt", 0x919, { 72, 24 } },
	{ "flow_table", 0x932, { 168, 24 }, false,
	  { 128, 8 } },
	{ "flow_group", 0x935, { 192, 32 }, false,
	  { 128, 64 } },
	{ "flow_table_entry", 0x937, { 256, 32 }, false,
	  { 128, 64 } },
	{ "flow_counter", 0x93b, { 224, 32 } },
	{ "packet_reformat_context", 0x93f, { 64, 32 } },
	{ "modify_header_context", 0x942, { 64, 32 } },
	{ "general_object", 0xa02, { 64, 32 }, false,
	  { 48, 16 } },
};

#endif
