// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The commands that the model executes, and the small ones themselves. */
#include "model.h"

static void put_text(struct emu_call *call, struct prm_bits first,
		     uint32_t count, const char *text)
{
	for (uint32_t i = 0; i < count && text[i]; i++) {
		emu_set(call->out, call->out_len, first, (uint8_t)text[i]);
		first.offset += 8;
	}
}

static enum emu_failure query_adapter(struct emu_call *call)
{
	const struct emu_personality *state = &call->device->state;
	const struct prm_bits vsd =
		PRM_AT(query_adapter_out, query_adapter_struct__vsd);
	const struct prm_bits psid =
		PRM_AT(query_adapter_out, query_adapter_struct__vsd_contd_psid);

	EMU_OUT(call, query_adapter_out, query_adapter_struct__ieee_vendor_id,
		state->number[EMU_IEEE_VENDOR_ID]);
	EMU_OUT(call, query_adapter_out, query_adapter_struct__vsd_vendor_id,
		state->number[EMU_VSD_VENDOR_ID]);
	put_text(call, (struct prm_bits){ vsd.offset, 8 }, vsd.width / 8,
		 state->text[EMU_VSD]);
	put_text(call, (struct prm_bits){ psid.offset, 8 }, psid.width / 8,
		 state->text[EMU_PSID]);
	return EMU_DONE;
}

enum { GENERAL_2 = 0x20 };	/* type of capabilities */

static enum emu_failure query_vuid(struct emu_call *call)
{
	const struct emu_personality *state = &call->device->state;
	const char *vuid = state->text[EMU_VUID];
	uint32_t room = call->out_len - PRM_SIZE_query_vuid_out;

	if (!emu_capability_value(state, GENERAL_2, "query_vuid"))
		return EMU_UNOFFERED_COMMAND;
	if (EMU_IN(call, query_vuid_in, data_direct))
		return EMU_UNOFFERED_OPTION;
	if (EMU_IN(call, query_vuid_in, query_vfs_vuid) ||
	    EMU_IN(call, query_vuid_in, vhca_id) !=
	    emu_general_capability(state, "vhca_id"))
		return EMU_OTHER_FUNCTION;
	EMU_OUT(call, query_vuid_out, num_of_entries, 1);
	memcpy(call->out + PRM_SIZE_query_vuid_out, vuid,
	       room < strlen(vuid) ? room : strlen(vuid));
	return EMU_DONE;
}

/* Another function than this one is none of those that are here. */
static enum emu_failure query_other_hca_cap(struct emu_call *call)
{
	if (EMU_IN(call, query_other_hca_cap_in, function_id))
		return EMU_OTHER_FUNCTION;
	EMU_OUT(call, query_other_hca_cap_out, other_capability__roce,
		emu_general_capability(&call->device->state, "roce"));
	return EMU_DONE;
}

static enum emu_failure modify_cong_status(struct emu_call *call)
{
	uint32_t id = EMU_IN(call, modify_cong_status_in, priority) << 4 |
		      EMU_IN(call, modify_cong_status_in, cong_protocol);
	struct emu_object *status =
		emu_stored_find(&call->device->state,
				emu_query_by_kind("cong_status"), id, 0);

	if (!emu_general_capability(&call->device->state, "cc_modify_allowed"))
		return EMU_UNOFFERED_COMMAND;
	if (!status)
		return EMU_UNKNOWN_OBJECT;
	emu_set(status->bytes, status->size,
		PRM_AT(query_cong_status_out, enable),
		EMU_IN(call, modify_cong_status_in, enable));
	emu_set(status->bytes, status->size,
		PRM_AT(query_cong_status_out, tag_enable),
		EMU_IN(call, modify_cong_status_in, tag_enable));
	return EMU_DONE;
}

static enum emu_failure nop(struct emu_call *call)
{
	(void)call;
	return EMU_DONE;
}

#define REGISTER_IN 16, 16 + EMU_MAX_REGISTER
#define MAX_ENTRIES 0x10000	/* of MANAGE_PAGES; a page of them is 512 */

/* A query of an object; its outbox is at least the layout without lists. */
#define OBJECT(op, layout, last_op_mod)					\
	{ PRM_OP_##op, PRM_SIZE_##layout##_in, PRM_SIZE_##layout##_in,	\
	  PRM_SIZE_##layout##_out, last_op_mod, EMU_TOOLS,		\
	  emu_query_object }

/* The end of an object: its id and nothing else. */
#define DESTROY(op, needs, handler)					\
	{ PRM_OP_##op, 16, 16, 16, 0, needs, handler }

/* What the kernel's driver alone does, of exactly this length. */
#define LIFE(op, layout, last_op_mod, when, handler)			\
	{ PRM_OP_##op, PRM_SIZE_##layout##_in, PRM_SIZE_##layout##_in,	\
	  PRM_SIZE_##layout##_out, last_op_mod, EMU_KERNEL | (when), handler }

/* Ascending by opcode. */
const struct emu_command emu_commands[] = {
	/* opcode			in: min, max	out  op_mod  needs */
	{ PRM_OP_QUERY_HCA_CAP,		16, 16,		16, 0xffff,
	  EMU_WHEN_UP, emu_query_hca_cap },
	{ PRM_OP_QUERY_ADAPTER,		16, 16,
	  PRM_SIZE_query_adapter_out,	0, EMU_WHEN_UP, query_adapter },
	LIFE(INIT_HCA, init_hca, 0, EMU_WHEN_ENABLED, emu_init_hca),
	LIFE(TEARDOWN_HCA, teardown_hca, 0, EMU_WHEN_RUNNING, emu_teardown_hca),
	LIFE(ENABLE_HCA, enable_hca, 0, EMU_WHEN_DOWN, emu_enable_hca),
	LIFE(DISABLE_HCA, disable_hca, 0, EMU_WHEN_ENABLED, emu_disable_hca),
	{ PRM_OP_QUERY_PAGES,		16, 16,		16, 3,
	  EMU_TOOLS | EMU_WHEN_UP, emu_query_pages },
	{ PRM_OP_MANAGE_PAGES,		16, 16 + MAX_ENTRIES * 8, 16, 2,
	  EMU_KERNEL | EMU_WHEN_UP, emu_manage_pages },
	LIFE(SET_HCA_CAP, set_hca_cap, 0xffff, EMU_WHEN_UP, emu_set_hca_cap),
	{ PRM_OP_QUERY_ISSI,		16, 16,
	  PRM_SIZE_query_issi_out,	0, EMU_WHEN_UP, emu_query_issi },
	LIFE(SET_ISSI, set_issi, 0, EMU_WHEN_ENABLED, emu_set_issi),
	{ PRM_OP_QUERY_DRIVER_VERSION,	16, 16,		16, 0, EMU_ANYONE,
	  emu_query_driver_version },
	LIFE(SET_DRIVER_VERSION, set_driver_version, 0, EMU_WHEN_RUNNING,
	     emu_set_driver_version),
	{ PRM_OP_QUERY_OTHER_HCA_CAP,	16, 16,
	  PRM_SIZE_query_other_hca_cap_out, 0, EMU_TOOLS, query_other_hca_cap },
	OBJECT(QUERY_VHCA_MIGRATION_STATE, query_vhca_migration_state, 0),
	{ PRM_OP_CREATE_MKEY, PRM_SIZE_create_mkey_in, EMU_MAX_MAILBOX,
	  PRM_SIZE_create_mkey_out, 0, EMU_ANYONE, emu_create_mkey },
	OBJECT(QUERY_MKEY, query_mkey, 0),
	DESTROY(DESTROY_MKEY, EMU_ANYONE, emu_destroy_mkey),
	OBJECT(QUERY_SPECIAL_CONTEXTS, query_special_contexts, 0),
	{ PRM_OP_CREATE_EQ, PRM_SIZE_create_eq_in, EMU_MAX_MAILBOX,
	  PRM_SIZE_create_eq_out, 0, EMU_SHARED, emu_create_eq },
	DESTROY(DESTROY_EQ, EMU_ANYONE, emu_destroy_eq),
	OBJECT(QUERY_EQ, query_eq, 0),
	OBJECT(QUERY_CQ, query_cq, 0),
	OBJECT(QUERY_QP, query_qp, 0),
	OBJECT(QUERY_SRQ, query_srq, 0),
	OBJECT(QUERY_XRC_SRQ, query_xrc_srq, 0),
	OBJECT(QUERY_DCT, query_dct, 0),
	OBJECT(QUERY_XRQ, query_xrq, 0),
	OBJECT(QUERY_ESW_FUNCTIONS, query_esw_functions, 0),
	OBJECT(QUERY_VPORT_STATE, query_vport_state, 2),
	OBJECT(QUERY_ESW_VPORT_CONTEXT, query_esw_vport_context, 0),
	OBJECT(QUERY_NIC_VPORT_CONTEXT, query_nic_vport_context, 0),
	OBJECT(QUERY_ROCE_ADDRESS, query_roce_address, 0),
	OBJECT(QUERY_HCA_VPORT_CONTEXT, query_hca_vport_context, 0),
	OBJECT(QUERY_HCA_VPORT_GID, query_hca_vport_gid, 0),
	OBJECT(QUERY_HCA_VPORT_PKEY, query_hca_vport_pkey, 0),
	OBJECT(QUERY_VNIC_ENV, query_vnic_env, 0),
	OBJECT(QUERY_VPORT_COUNTER, query_vport_counter, 0),
	OBJECT(QUERY_Q_COUNTER, query_q_counter, 0),
	OBJECT(QUERY_SCHEDULING_ELEMENT, query_scheduling_element, 0),
	{ PRM_OP_ALLOC_PD,		16, 16,		16, 0, EMU_ANYONE,
	  emu_alloc_pd },
	DESTROY(DEALLOC_PD, EMU_ANYONE, emu_dealloc_pd),
	{ PRM_OP_ALLOC_UAR,		16, 16,		16, 0, EMU_ANYONE,
	  emu_alloc_uar },
	DESTROY(DEALLOC_UAR, EMU_ANYONE, emu_dealloc_uar),
	{ PRM_OP_ACCESS_REG,		REGISTER_IN,	16, 1,
	  EMU_TOOLS | EMU_WHEN_UP, emu_access_register },
	OBJECT(QUERY_MAD_DEMUX, query_mad_demux, 0),
	{ PRM_OP_NOP,			16, 16,		16, 0, EMU_WHEN,
	  nop },
	{ PRM_OP_QUERY_DIAGNOSTIC_PARAMS, 16, 16,
	  PRM_SIZE_query_diagnostic_params_out, 0, EMU_TOOLS,
	  emu_query_diagnostic_params },
	{ PRM_OP_SET_DIAGNOSTIC_PARAMS,	PRM_SIZE_set_diagnostic_params_in,
	  PRM_SIZE_set_diagnostic_params_in + 4 * EMU_MOST_COUNTERS, 16, 0,
	  EMU_TOOLS, emu_set_diagnostic_params },
	{ PRM_OP_QUERY_DIAGNOSTIC_COUNTERS, 16, 16, 16, 0, EMU_TOOLS,
	  emu_query_diagnostic_counters },
	OBJECT(QUERY_CONG_STATUS, query_cong_status, 0),
	{ PRM_OP_MODIFY_CONG_STATUS,	16, 16,		16, 0, EMU_TOOLS,
	  modify_cong_status },
	OBJECT(QUERY_CONG_PARAMS, query_cong_params, 0),
	OBJECT(QUERY_CONG_STATISTICS, query_cong_statistics, 0),
	OBJECT(QUERY_L2_TABLE_ENTRY, query_l2_table_entry, 0),
	OBJECT(QUERY_WOL_ROL, query_wol_rol, 0),
	OBJECT(QUERY_LAG, query_lag, 0),
	OBJECT(QUERY_TIR, query_tir, 0),
	OBJECT(QUERY_SQ, query_sq, 0),
	OBJECT(QUERY_RQ, query_rq, 0),
	OBJECT(QUERY_RMP, query_rmp, 0),
	OBJECT(QUERY_TIS, query_tis, 0),
	OBJECT(QUERY_RQT, query_rqt, 0),
	OBJECT(QUERY_FLOW_TABLE, query_flow_table, 0),
	OBJECT(QUERY_FLOW_GROUP, query_flow_group, 0),
	OBJECT(QUERY_FLOW_TABLE_ENTRY, query_flow_table_entry, 0),
	OBJECT(QUERY_FLOW_COUNTER, query_flow_counter, 0),
	OBJECT(QUERY_PACKET_REFORMAT_CONTEXT, query_packet_reformat_context, 0),
	OBJECT(QUERY_MODIFY_HEADER_CONTEXT, query_modify_header_context, 0),
	{ PRM_OP_QUERY_GENERAL_OBJECT,	16, 16,		16, 0xffff, EMU_TOOLS,
	  emu_query_general_object },
	{ PRM_OP_CREATE_UCTX,		PRM_SIZE_create_uctx_in,
	  PRM_SIZE_create_uctx_in,	16, 0, EMU_KERNEL, emu_create_uctx },
	DESTROY(DESTROY_UCTX, EMU_KERNEL, emu_destroy_uctx),
	{ PRM_OP_CREATE_UMEM, PRM_SIZE_create_umem_in, EMU_MAX_MAILBOX,
	  PRM_SIZE_create_umem_out, 0, EMU_ANYONE, emu_create_umem },
	DESTROY(DESTROY_UMEM, EMU_ANYONE, emu_destroy_umem),
	{ PRM_OP_ACCESS_REGISTER_USER,	REGISTER_IN,	16, 1, EMU_ANYONE,
	  emu_access_register },
	{ PRM_OP_QUERY_VUID,		16, 16,
	  PRM_SIZE_query_vuid_out,	0, EMU_ANYONE, query_vuid },
};

const uint32_t emu_n_commands = ARRAY_SIZE(emu_commands);
