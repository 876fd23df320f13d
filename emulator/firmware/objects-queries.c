// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The queries of objects: which field of the inbox selects, and what moves. */
#include <strings.h>
#include "model.h"

#define ID(layout, field)	.id = { PRM(layout, field) }
#define OPTION(layout, field)	{ PRM(layout, field) }
#define VPORT(name)							\
	.flags = EMU_OF_VPORT,						\
	.id = { PRM(query_##name##_in, vport_number) },			\
	.other_vport = { PRM(query_##name##_in, other_vport) }

#define OWN_PORT 1	/* of this function, and of its virtual ports */

#define PORT(name)	.port = { PRM(query_##name##_in, port_num) }

/* The type of a flow table << 56 | its id, as they are in the inbox. */
#define IN_TABLE 128, 64

/* Ascending by opcode. */
const struct emu_query emu_queries[] = {
	{ PRM_OP_QUERY_VHCA_MIGRATION_STATE, "vhca_migration_state",
	  ID(query_vhca_migration_state_in, vhca_id), .offered = "migration",
	  .refused = { OPTION(query_vhca_migration_state_in, incremental),
		       OPTION(query_vhca_migration_state_in, chunk) } },
	{ PRM_OP_QUERY_MKEY, "mkey", EMU_MADE, ID(query_mkey_in, mkey_index),
	  .made = EMU_MKEY, .kept = { { 0x10, 0x50 }, { 0x110, 0x130 } },
	  .refused = { OPTION(query_mkey_in, pg_access) } },
	{ PRM_OP_QUERY_SPECIAL_CONTEXTS, "special_contexts" },
	{ PRM_OP_QUERY_EQ, "eq", EMU_MADE, ID(query_eq_in, eq_number),
	  .made = EMU_EQ, .show = emu_eq_show,
	  .kept = { { 0x10, 0x50 }, { 0x58, 0x60 }, { 0x110, UINT32_MAX } } },
	{ PRM_OP_QUERY_CQ, "cq", EMU_MADE, ID(query_cq_in, cqn) },
	{ PRM_OP_QUERY_QP, "qp", EMU_MADE, ID(query_qp_in, qpn),
	  .refused = { OPTION(query_qp_in, qpc_ext) } },
	{ PRM_OP_QUERY_SRQ, "srq", EMU_MADE, ID(query_srq_in, srqn) },
	{ PRM_OP_QUERY_XRC_SRQ, "xrc_srq", EMU_MADE,
	  ID(query_xrc_srq_in, xrc_srqn), .offered = "xrc" },
	{ PRM_OP_QUERY_DCT, "dct", EMU_MADE, ID(query_dct_in, dctn),
	  .offered = "dct" },
	{ PRM_OP_QUERY_XRQ, "xrq", EMU_MADE, ID(query_xrq_in, xrqn),
	  .offered = "tag_matching" },
	{ PRM_OP_QUERY_ESW_FUNCTIONS, "esw_functions",
	  .offered = "eswitch_manager" },
	{ PRM_OP_QUERY_VPORT_STATE, "vport_state", VPORT(vport_state),
	  .select = { PRM(query_vport_state_in, op_mod) },
	  .link = { PRM(query_vport_state_out, state) } },
	{ PRM_OP_QUERY_ESW_VPORT_CONTEXT, "esw_vport_context",
	  VPORT(esw_vport_context), .offered = "eswitch_manager" },
	{ PRM_OP_QUERY_NIC_VPORT_CONTEXT, "nic_vport_context",
	  VPORT(nic_vport_context),
	  .select = { PRM(query_nic_vport_context_in, allowed_list_type) } },
	{ PRM_OP_QUERY_ROCE_ADDRESS, "roce_address",
	  ID(query_roce_address_in, roce_address_index), .offered = "roce",
	  .refused = { OPTION(query_roce_address_in, vhca_port_num) } },
	{ PRM_OP_QUERY_HCA_VPORT_CONTEXT, "hca_vport_context",
	  VPORT(hca_vport_context), PORT(hca_vport_context) },
	{ PRM_OP_QUERY_HCA_VPORT_GID, "hca_vport_gid", VPORT(hca_vport_gid),
	  PORT(hca_vport_gid),
	  .select = { PRM(query_hca_vport_gid_in, gid_index) } },
	{ PRM_OP_QUERY_HCA_VPORT_PKEY, "hca_vport_pkey", VPORT(hca_vport_pkey),
	  PORT(hca_vport_pkey),
	  .select = { PRM(query_hca_vport_pkey_in, pkey_index) } },
	{ PRM_OP_QUERY_VNIC_ENV, "vnic_env", VPORT(vnic_env) },
	{ PRM_OP_QUERY_VPORT_COUNTER, "vport_counter", VPORT(vport_counter),
	  PORT(vport_counter),
	  .clear = { PRM(query_vport_counter_in, clear) },
	  .offered = "vport_counters" },
	{ PRM_OP_QUERY_Q_COUNTER, "q_counter", EMU_MADE,
	  ID(query_q_counter_in, counter_set_id),
	  .clear = { PRM(query_q_counter_in, clear) },
	  .refused = { OPTION(query_q_counter_in, other_vport),
		       OPTION(query_q_counter_in, vport_number),
		       OPTION(query_q_counter_in, aggregate) } },
	{ PRM_OP_QUERY_SCHEDULING_ELEMENT, "scheduling_element", EMU_MADE,
	  ID(query_scheduling_element_in, scheduling_element_id),
	  .select = { PRM(query_scheduling_element_in, scheduling_hierarchy) },
	  .offered = "qos" },
	{ PRM_OP_QUERY_MAD_DEMUX, "mad_demux" },
	{ PRM_OP_QUERY_CONG_STATUS, "cong_status",
	  /* priority << 4 | cong_protocol */
	  .id = { 88, 8 }, .offered = "cc_query_allowed" },
	{ PRM_OP_QUERY_CONG_PARAMS, "cong_params",
	  ID(query_cong_params_in, cong_protocol),
	  .offered = "cc_query_allowed" },
	{ PRM_OP_QUERY_CONG_STATISTICS, "cong_statistics",
	  .clear = { PRM(query_cong_statistics_in, clear) },
	  .spared = { OPTION(query_cong_statistics_out, rp_cur_flows),
		      OPTION(query_cong_statistics_out, time_stamp_high),
		      OPTION(query_cong_statistics_out, time_stamp_low),
		      OPTION(query_cong_statistics_out, accumulators_period) },
	  .offered = "cc_query_allowed" },
	{ PRM_OP_QUERY_L2_TABLE_ENTRY, "l2_table_entry",
	  ID(query_l2_table_entry_in, table_index),
	  .refused = { OPTION(query_l2_table_entry_in, silent_mode_query) } },
	{ PRM_OP_QUERY_WOL_ROL, "wol_rol" },
	{ PRM_OP_QUERY_LAG, "lag" },
	{ PRM_OP_QUERY_TIR, "tir", EMU_MADE, ID(query_tir_in, tirn) },
	{ PRM_OP_QUERY_SQ, "sq", EMU_MADE, ID(query_sq_in, sqn) },
	{ PRM_OP_QUERY_RQ, "rq", EMU_MADE, ID(query_rq_in, rqn) },
	{ PRM_OP_QUERY_RMP, "rmp", EMU_MADE, ID(query_rmp_in, rmpn) },
	{ PRM_OP_QUERY_TIS, "tis", EMU_MADE, ID(query_tis_in, tisn) },
	{ PRM_OP_QUERY_RQT, "rqt", EMU_MADE, ID(query_rqt_in, rqtn) },
	{ PRM_OP_QUERY_FLOW_TABLE, "flow_table", EMU_MADE,
	  ID(query_flow_table_in, table_id),
	  .select = { PRM(query_flow_table_in, table_type) } },
	{ PRM_OP_QUERY_FLOW_GROUP, "flow_group", EMU_MADE,
	  ID(query_flow_group_in, group_id), .select = { IN_TABLE } },
	{ PRM_OP_QUERY_FLOW_TABLE_ENTRY, "flow_table_entry", EMU_MADE,
	  ID(query_flow_table_entry_in, flow_index), .select = { IN_TABLE } },
	{ PRM_OP_QUERY_FLOW_COUNTER, "flow_counter", EMU_MADE,
	  ID(query_flow_counter_in, flow_counter_id),
	  .clear = { PRM(query_flow_counter_in, clear) },
	  /* More than one at once: all bits of the number but the last. */
	  .refused = { { 192 + 16, 15 } } },
	{ PRM_OP_QUERY_PACKET_REFORMAT_CONTEXT, "packet_reformat_context",
	  EMU_MADE,
	  ID(query_packet_reformat_context_in, packet_reformat_id) },
	{ PRM_OP_QUERY_MODIFY_HEADER_CONTEXT, "modify_header_context", EMU_MADE,
	  ID(query_modify_header_context_in, modify_header_id) },
	{ PRM_OP_QUERY_GENERAL_OBJECT, "general_object", EMU_MADE,
	  ID(query_general_object_in, obj_id),
	  .select = { PRM(query_general_object_in, obj_type) },
	  .refused = { OPTION(query_general_object_in, alias_object),
		       OPTION(query_general_object_in, obj_offset) } },
};

const uint32_t emu_n_queries = ARRAY_SIZE(emu_queries);

const struct emu_query *emu_query_by_kind(const char *kind)
{
	for (uint32_t i = 0; i < emu_n_queries; i++)
		if (!strcasecmp(emu_queries[i].kind, kind))
			return &emu_queries[i];
	return NULL;
}

const struct emu_query *emu_query_of_made(enum emu_kind kind)
{
	for (uint32_t i = 0; i < emu_n_queries; i++)
		if (emu_queries[i].made == kind && kind)
			return &emu_queries[i];
	return NULL;
}

static const struct emu_query *query_of(const struct emu_call *call)
{
	uint16_t opcode = prm_value(call->in, call->in_len,
				    (struct prm_bits){ 0, 16 });

	for (uint32_t i = 0; i < emu_n_queries; i++)
		if (emu_queries[i].opcode == opcode)
			return &emu_queries[i];
	return NULL;
}

static uint64_t asked(const struct emu_call *call, struct prm_bits at)
{
	return at.width ? prm_value(call->in, call->in_len, at) : 0;
}

/* The manager of the ports sees all of them, anyone else its own only. */
static enum emu_failure check_asked(const struct emu_call *call,
				    const struct emu_query *query)
{
	if (query->offered &&
	    !emu_general_capability(&call->device->state, query->offered))
		return EMU_UNOFFERED_COMMAND;
	for (uint32_t i = 0; i < EMU_MAX_REFUSED; i++)
		if (asked(call, query->refused[i]))
			return EMU_UNOFFERED_OPTION;
	if (asked(call, query->port) > call->device->state.number[EMU_NUM_PORTS])
		return EMU_UNKNOWN_INSTANCE;
	if (!(query->flags & EMU_OF_VPORT))
		return EMU_DONE;
	if (asked(call, query->other_vport))
		return emu_general_capability(&call->device->state,
					      "vport_group_manager") ?
		       EMU_DONE : EMU_OTHER_FUNCTION;
	return asked(call, query->id) ? EMU_OTHER_FUNCTION : EMU_DONE;
}

static void copy_kept(const struct emu_kept *kept, const struct emu_slot *slot,
		      uint8_t *out, uint32_t out_len)
{
	uint32_t to = kept->to;

	if (to > slot->given_len)
		to = slot->given_len;
	if (to > out_len)
		to = out_len;
	if (to > kept->from)
		memcpy(out + kept->from, slot->given + kept->from,
		       to - kept->from);
}

/* An object that a command made: what it was given, and what it is by now. */
static void show_made(const struct emu_query *query,
		      const struct emu_slot *slot, uint8_t *out,
		      uint32_t out_len)
{
	for (uint32_t i = 0; i < EMU_MAX_KEPT; i++)
		copy_kept(&query->kept[i], slot, out, out_len);
	if (query->show)
		query->show(slot, out, out_len);
}

bool emu_object_show(struct emu_device *device, const struct emu_query *query,
		     uint32_t id, uint64_t select, uint8_t *out,
		     uint32_t out_len)
{
	const struct emu_object *stored;
	const struct emu_slot *made = NULL;

	if (query->made)
		made = emu_object_find(device, query->made, id);
	if (made) {
		show_made(query, made, out, out_len);
		return true;
	}
	stored = emu_stored_find(&device->state, query, id, select);
	if (stored)
		emu_stored_show(stored, emu_uptime_ms(device), out, out_len);
	if (query->link.width && !emu_has_link(device, OWN_PORT))
		emu_set(out, out_len, query->link, 0);
	return stored;
}

/* What commands make has no numbers to clear. */
static void clear(struct emu_call *call, const struct emu_query *query)
{
	struct emu_object *object = emu_stored_find(&call->device->state, query,
						    asked(call, query->id),
						    asked(call, query->select));

	memset(object->bytes, 0, object->size);
	for (uint32_t i = 0; i < EMU_MAX_SPARED; i++)
		if (query->spared[i].width)
			emu_set(object->bytes, object->size, query->spared[i],
				prm_value(call->out, call->out_len,
					  query->spared[i]));
	object->since = emu_uptime_ms(call->device);
}

enum emu_failure emu_query_object(struct emu_call *call)
{
	const struct emu_query *query = query_of(call);
	enum emu_failure failure;

	failure = check_asked(call, query);
	if (failure)
		return failure;
	if (!emu_object_show(call->device, query, asked(call, query->id),
			     asked(call, query->select), call->out,
			     call->out_len))
		return EMU_UNKNOWN_OBJECT;
	if (asked(call, query->clear))
		clear(call, query);
	return EMU_DONE;
}

/* Of the types under 64 there is a bit that says whether there can be any. */
enum emu_failure emu_query_general_object(struct emu_call *call)
{
	uint64_t types = emu_general_capability(&call->device->state,
						"general_obj_types");
	uint64_t type = EMU_IN(call, query_general_object_in, obj_type);

	if (type >= 64 || !(types >> type & 1))
		return EMU_UNOFFERED_OPTION;
	return emu_query_object(call);
}
