// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Segments: what RESOURCE_DUMP may be asked for. Names and numbers are those
 * of the menu that devices themselves give out. What lies in a queue was
 * written by programs, and a context holds their keys and addresses: memory
 * of the host, as is all whose kind we do not know.
 */
#include "table.h"

#define SEGMENT(number, title, text) {					\
	.name = title,							\
	.key = number,							\
	.class = POLICY_DEBUG_READ,					\
	.why = text }
#define HOST_SEGMENT(number, title, text) {				\
	.name = title,							\
	.key = number,							\
	.class = POLICY_DEBUG_READ,					\
	.flags = POLICY_HOST_MEMORY,					\
	.why = text }

#define WHOLE_CONTEXT "a whole context, with keys and addresses of programs"
#define HALF_CONTEXT "half of a queue pair's context, with its q_key"
#define PROGRAMS_DATA "what programs wrote into a queue"
#define UNREDACTED "keys that the query of the same name would zero"
#define FLOW_RULES "flow rules, as the hardware holds them"

static POLICY_CONST struct policy_rule rules[] = {
	SEGMENT(0x0002, "HW_CQPC", "the hardware's state of a completion queue"),
	HOST_SEGMENT(0x0003, "HW_SQPC", HALF_CONTEXT),
	HOST_SEGMENT(0x0004, "HW_RQPC", HALF_CONTEXT),
	HOST_SEGMENT(0x0005, "RDB_CONTEXT", "reads that a queue pair still owes an answer, with keys and addresses"),
	HOST_SEGMENT(0x0021, "MKEY_CONTEXT", UNREDACTED),
	HOST_SEGMENT(0x1000, "FULL_QPC", WHOLE_CONTEXT),
	HOST_SEGMENT(0x1001, "SND_BUFF", PROGRAMS_DATA),
	HOST_SEGMENT(0x1002, "RCV_BUFF", PROGRAMS_DATA),
	SEGMENT(0x1010, "FUNC_SYND_REC", "errors that the function has recorded"),
	SEGMENT(0x1020, "MDFY_HDR_RNG", FLOW_RULES),
	SEGMENT(0x1021, "MDFY_HDR_ALL", FLOW_RULES),
	SEGMENT(0x1030, "SHARED_BUFFER", "how full the device's own buffers are"),
	SEGMENT(0x103c, "PAGE_HISTOGRAM", "how many pages the device uses for what"),
	SEGMENT(0x1040, "SCHEDQ_INFO", "queues of the scheduler"),
	SEGMENT(0x1048, "VLQ_GVMI_VLQ_SQ", "queues of the scheduler"),
	SEGMENT(0x104b, "VQOS_TREE", "how bandwidth is shared"),
	SEGMENT(0x1050, "VQOS_DISTLIST", "how bandwidth is shared"),
	SEGMENT(0x1053, "PACKET_PACING", "how fast queues send"),
	HOST_SEGMENT(0x1100, "FULL_SRQC", WHOLE_CONTEXT),
	HOST_SEGMENT(0x1101, "SRQ_BUFF", PROGRAMS_DATA),
	HOST_SEGMENT(0x1200, "FULL_CQC", WHOLE_CONTEXT),
	HOST_SEGMENT(0x1201, "CQ_BUFF", PROGRAMS_DATA),
	HOST_SEGMENT(0x1300, "FULL_EQC", WHOLE_CONTEXT),
	HOST_SEGMENT(0x1301, "EQ_BUFF", PROGRAMS_DATA),
	SEGMENT(0x1310, "STE_RANGE", FLOW_RULES),
	SEGMENT(0x1311, "STE_ALL", FLOW_RULES),
	SEGMENT(0x1312, "STE_GLOBAL_RNG", FLOW_RULES),
	SEGMENT(0x1313, "STE_ROOT", FLOW_RULES),
	SEGMENT(0x1318, "FLOW_COUNTER", "counters of flow rules"),
	SEGMENT(0x1320, "PKT_REFORMAT", "headers that flow rules add"),
	SEGMENT(0x2000, "RX_SLICE", "state of a receive unit"),
	SEGMENT(0x2001, "RX_SLICE_ALL", "state of all receive units"),
	SEGMENT(0x2020, "ICMC_INFO", "state of the cache of contexts"),
	SEGMENT(0x3000, "SX_SLICE", "state of a send unit"),
	SEGMENT(0x3001, "SX_SLICE_ALL", "state of all send units"),
	HOST_SEGMENT(0x4000, "PRM_QUERY_QP", UNREDACTED),
	SEGMENT(0x4008, "QUERY_VNIC_ENV", "diagnostic counters of a port"),
	SEGMENT(0x4010, "QUERY_FT", "a table of flow rules"),
	SEGMENT(0x4011, "QUERY_FT_ALL", "all tables of flow rules"),
	SEGMENT(0x4012, "QUERY_FG", "a group of flow rules"),
	SEGMENT(0x4013, "QUERY_FG_ALL", "all groups of flow rules"),
	SEGMENT(0x4014, "QUERY_FTE", "a flow rule"),
	SEGMENT(0x4015, "QUERY_FTE_ALL", "all flow rules"),
	SEGMENT(0x4020, "PRM_QUERY_CQ", "state of a completion queue"),
	HOST_SEGMENT(0x4030, "PRM_QUERY_MKEY", UNREDACTED),
	SEGMENT(0xffff, "MENU", "what this device can be asked for"),
};

static POLICY_CONST struct policy_rule otherwise =
	HOST_SEGMENT(0, "any other segment",
		     "nobody has said what it shows, so it may be memory of the host");

const struct policy_table policy_segments = {
	.name = "segments",
	.doc = "what RESOURCE_DUMP may be asked for",
	TABLE_RULES(rules),
	.key = { PRM(resource_dump, segment_type) },
	.origin = PRM_HEADER_BYTES,
	.classifies = true,
	.otherwise = &otherwise,
};
