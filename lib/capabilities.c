// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* QUERY_HCA_CAP: the groups of capabilities, and how one is asked for. */
#include "capabilities.h"

#include <errno.h>

#include "mlx5ctl.h"
#include "prm.h"
#include "prm-offsets.h"

#define NETWORKING "per_protocol_networking_offload_caps"

struct group {
	struct mlx5ctl_capability public;
	const char *layout;
};

/* Ascending. The names are those of the original tool. */
static const struct group groups[] = {
	{ { 0x00, "GENERAL" }, "cmd_hca_cap" },
	{ { 0x01, "ETHERNET_OFFLOADS" }, NETWORKING },
	{ { 0x02, "ODP" }, "odp_cap" },
	{ { 0x03, "ATOMIC" }, "atomic_caps" },
	{ { 0x04, "ROCE" }, "roce_cap" },
	{ { 0x05, "IPOIB_OFFLOADS" }, NETWORKING },
	{ { 0x06, "IPOIB_ENHANCED_OFFLOADS" }, NETWORKING },
	{ { 0x07, "FLOW_TABLE" }, "flow_table_nic_cap" },
	{ { 0x08, "ESWITCH_FLOW_TABLE" }, "flow_table_eswitch_cap" },
	{ { 0x09, "ESWITCH" }, "e_switch_cap" },
	{ { 0x0c, "QOS" }, "qos_cap" },
	{ { 0x0d, "DEBUG" }, "debug_cap" },
	{ { 0x0f, "DEV_MEM" }, "device_mem_cap" },
	{ { 0x11, "TLS" }, "tls_cap" },
	{ { 0x13, "VDPA_EMULATION" }, "virtio_emulation_cap" },
	{ { 0x14, "DEV_EVENT" }, "device_event_cap" },
	{ { 0x15, "IPSEC" }, "ipsec_cap" },
	{ { 0x1a, "CRYPTO" }, "crypto_cap" },
	{ { 0x1d, "SHAMPO" }, "shampo_cap" },
	{ { 0x1f, "MACSEC" }, "macsec_cap" },
	{ { 0x20, "GENERAL_2" }, "cmd_hca_cap_2" },
	{ { 0x25, "PORT_SELECTION" }, "port_selection_cap" },
	{ { 0x26, "ADV_VIRTUALIZATION" }, "adv_virtualization_cap" },
};

const struct mlx5ctl_capability *mlx5ctl_capability(unsigned int index)
{
	return index < ARRAY_SIZE(groups) ? &groups[index].public : NULL;
}

const struct prm_layout *capability_layout(u16 type)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i].public.type == type)
			return prm_layout_by_name(groups[i].layout);
	return NULL;
}

int mlx5ctl_capability_command(uint16_t type, int maximum, void *in,
			       uint32_t in_len)
{
	if (!in || in_len < PRM_SIZE(query_hca_cap_in) || type > UINT16_MAX / 2)
		return -EINVAL;
	memset(in, 0, in_len);
	if (!prm_set(in, in_len, PRM_AT(query_hca_cap_in, opcode),
		     PRM_OP_QUERY_HCA_CAP) ||
	    !prm_set(in, in_len, PRM_AT(query_hca_cap_in, op_mod),
		     type << 1 | !maximum))
		return -EINVAL;
	return 0;
}

int mlx5ctl_query_capability(struct mlx5ctl_device *device, uint16_t type,
			     int maximum, void *data,
			     struct mlx5ctl_error *error)
{
	uint8_t in[PRM_SIZE(query_hca_cap_in)];
	uint8_t out[PRM_SIZE(query_hca_cap_out)];
	int ret;

	if (error)
		memset(error, 0, sizeof(*error));
	if (!data ||
	    mlx5ctl_capability_command(type, maximum, in, sizeof(in)))
		return mlx5ctl_fail(error, -EINVAL,
				"There is no capability type 0x%x.", type);
	ret = mlx5ctl_exec(device, in, sizeof(in), out, sizeof(out), error);
	if (!ret)
		memcpy(data, out + PRM_HEADER_BYTES, MLX5CTL_CAPABILITY_BYTES);
	return ret;
}
