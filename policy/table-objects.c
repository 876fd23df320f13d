// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * General objects: QUERY_GENERAL_OBJECT shows one of whatever kind, and some
 * kinds are keys. Only kinds that hold no secret are here.
 */
#include "table.h"

#define KIND(number, title, text) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_DEBUG_READ,					\
	.why = text }
#define SECRET(number, title, text) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_NEVER,						\
	.why = text }

/* Numbers as in linux/mlx5/mlx5_ifc.h and rdma-core's copy of it. */
static POLICY_CONST struct policy_rule rules[] = {
	KIND(0x08, "SW_ICM", "memory of the device that a program uses for flow rules: where and how much"),
	KIND(0x0a, "FLOW_METER", "a rate limit of flow rules"),
	KIND(0x0b, "GENEVE_TLV_OPT", "an option of GENEVE headers that flow rules match"),
	SECRET(0x0c, "ENCRYPTION_KEY", "a key; nobody reads it back"),
	SECRET(0x13, "IPSEC", "security associations: salt, sequence and the key's number"),
	KIND(0x18, "MATCH_DEFINER", "which header fields a flow table matches"),
	KIND(0x1c, "VIRTIO_Q_COUNTERS", "counters of a virtio queue"),
	SECRET(0x1f, "CRYPTO_LOGIN", "the credential that opens the device for keys"),
	KIND(0x20, "SAMPLER", "which share of frames is sampled"),
	KIND(0x23, "HEADER_MODIFY_ARGUMENT", "what flow rules write into headers"),
	KIND(0x24, "FLOW_METER_ASO", "rate limits of flow rules"),
	KIND(0x25, "FIRST_HIT_ASO", "whether flow rules have been hit"),
	KIND(0x26, "SCHEDULING_ELEMENT", "how bandwidth is shared"),
	SECRET(0x27, "MACSEC", "security associations: salt, sequence and the key's number"),
	KIND(0x2c, "RESERVED_QPN", "numbers kept for queue pairs"),
	KIND(0x31, "CONNECTION_TRACKING_ASO", "connections that flow rules follow"),
	KIND(0x40, "STC", "actions of flow rules"),
	KIND(0x41, "RTC", "how flow rules are placed"),
	KIND(0x42, "STE", "entries of flow rules"),
	KIND(0x43, "MODIFY_HDR_PATTERN", "which header fields flow rules change"),
	KIND(0x46, "PAGE_TRACK", "whether pages are followed during migration"),
	SECRET(0x47, "INT_KEK", "the key that other keys are wrapped with"),
	KIND(0x53, "RDMA_CTRL", "which verbs a function may use"),
	KIND(0x58, "PCIE_CONG_EVENT", "when congestion of the PCI link is told"),
};

const struct policy_table policy_objects = {
	.name = "general-objects",
	.doc = "kinds of general objects that may be shown",
	TABLE_RULES(rules),
	.key = { PRM(query_general_object_in, obj_type) },
	.classifies = true,
};
