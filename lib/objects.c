// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Objects that live in the device: which command reads one of which kind. */
#include <errno.h>

#include "mlx5ctl.h"
#include "prm.h"
#include "prm-offsets.h"

struct kind {
	const char *name;
	uint16_t opcode;
	struct prm_bits id;	/* in the inbox; width 0: there is only one */
	struct prm_bits other;	/* set where an id is given: another's */
	uint16_t op_mod;	/* unless the caller says another */
};

#define AT(command, field) { PRM(query_##command##_in, field) }

/* The names, and their order, are those of the original tool. */
static const struct kind kinds[] = {
	{ "eq", PRM_OP_QUERY_EQ, AT(eq, eq_number) },
	{ "cq", PRM_OP_QUERY_CQ, AT(cq, cqn) },
	{ "qp", PRM_OP_QUERY_QP, AT(qp, qpn) },
	{ "sq", PRM_OP_QUERY_SQ, AT(sq, sqn) },
	{ "rq", PRM_OP_QUERY_RQ, AT(rq, rqn) },
	{ "tis", PRM_OP_QUERY_TIS, AT(tis, tisn) },
	{ "tir", PRM_OP_QUERY_TIR, AT(tir, tirn) },
	{ "rqt", PRM_OP_QUERY_RQT, AT(rqt, rqtn) },
	{ "rmp", PRM_OP_QUERY_RMP, AT(rmp, rmpn) },
	{ "dct", PRM_OP_QUERY_DCT, AT(dct, dctn) },
	{ "srq", PRM_OP_QUERY_SRQ, AT(srq, srqn) },
	{ "xrq", PRM_OP_QUERY_XRQ, AT(xrq, xrqn) },
	{ "xrc_srq", PRM_OP_QUERY_XRC_SRQ, AT(xrc_srq, xrc_srqn) },
	{ "q_counter", PRM_OP_QUERY_Q_COUNTER, AT(q_counter, counter_set_id) },
	{ "mkey", PRM_OP_QUERY_MKEY, AT(mkey, mkey_index) },
	{ "pages", PRM_OP_QUERY_PAGES, AT(pages, function_id), .op_mod = 1 },
	{ "l2_table_entry", PRM_OP_QUERY_L2_TABLE_ENTRY,
	  AT(l2_table_entry, table_index) },
	{ "issi", PRM_OP_QUERY_ISSI },
	{ "vport_state", PRM_OP_QUERY_VPORT_STATE,
	  AT(vport_state, vport_number), AT(vport_state, other_vport) },
	{ "esw_vport_context", PRM_OP_QUERY_ESW_VPORT_CONTEXT,
	  AT(esw_vport_context, vport_number),
	  AT(esw_vport_context, other_vport) },
	{ "vport_counter", PRM_OP_QUERY_VPORT_COUNTER,
	  AT(vport_counter, vport_number), AT(vport_counter, other_vport) },
	{ "vnic_env", PRM_OP_QUERY_VNIC_ENV, AT(vnic_env, vport_number),
	  AT(vnic_env, other_vport) },
	{ "packet_reformat_context", PRM_OP_QUERY_PACKET_REFORMAT_CONTEXT,
	  AT(packet_reformat_context, packet_reformat_id) },
	{ "special_contexts", PRM_OP_QUERY_SPECIAL_CONTEXTS },
	{ "mad_demux", PRM_OP_QUERY_MAD_DEMUX },
	{ "cong_statistics", PRM_OP_QUERY_CONG_STATISTICS },
	{ "cong_params", PRM_OP_QUERY_CONG_PARAMS,
	  AT(cong_params, cong_protocol) },
	/* One number for priority and, in the low four bits, protocol. */
	{ "cong_status", PRM_OP_QUERY_CONG_STATUS, { 8 * 8 + 24, 8 } },
	{ "adapter", PRM_OP_QUERY_ADAPTER },
	{ "wol_rol", PRM_OP_QUERY_WOL_ROL },
	{ "lag", PRM_OP_QUERY_LAG },
	{ "esw_functions", PRM_OP_QUERY_ESW_FUNCTIONS },
	{ "vhca_migration_state", PRM_OP_QUERY_VHCA_MIGRATION_STATE,
	  AT(vhca_migration_state, vhca_id) },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

int mlx5ctl_object_kind(unsigned int index, struct mlx5ctl_object_kind *kind)
{
	const struct prm_command *command;
	const struct kind *row;

	if (index >= ARRAY_SIZE(kinds) || !kind)
		return -EINVAL;
	row = &kinds[index];
	command = prm_command_by_opcode(row->opcode);
	*kind = (struct mlx5ctl_object_kind){
		.name = row->name,
		.command = command->name,
		.opcode = row->opcode,
		.op_mod = row->op_mod,
		.id_bits = row->id.width,
		.in_len = command->in->size,
		.out_len = command->out->size,
	};
	return 0;
}

int mlx5ctl_object_command(const char *name, const uint32_t *id,
			   uint16_t op_mod, void *in, uint32_t in_len)
{
	const struct kind *kind = find_kind(name);

	if (!kind || !in ||
	    in_len != prm_command_by_opcode(kind->opcode)->in->size)
		return -EINVAL;
	if (!prm_set(in, in_len, PRM_AT(query_eq_in, opcode), kind->opcode) ||
	    !prm_set(in, in_len, PRM_AT(query_eq_in, op_mod), op_mod))
		return -EINVAL;
	if (id && !prm_set(in, in_len, kind->id, *id))
		return -ERANGE;
	if (id && kind->other.width && !prm_set(in, in_len, kind->other, 1))
		return -EINVAL;
	return 0;
}
