// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* QUERY_HCA_CAP: the groups of capabilities, and how one is asked for. */
#include <errno.h>

#include "mlx5ctl.h"
#include "prm.h"
#include "prm-offsets.h"

static const struct mlx5ctl_capability groups[] = { PRM_CAPABILITIES };

const struct mlx5ctl_capability *mlx5ctl_capability(unsigned int index)
{
	return index < ARRAY_SIZE(groups) ? &groups[index] : NULL;
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
	if (!data)
		return mlx5ctl_fail(error, -EINVAL,
				"A capability needs a place for its bytes.");
	if (mlx5ctl_capability_command(type, maximum, in, sizeof(in)))
		return mlx5ctl_fail(error, -EINVAL,
				"There is no capability type 0x%x.", type);
	ret = mlx5ctl_exec(device, in, sizeof(in), out, sizeof(out), error);
	if (!ret)
		memcpy(data, out + PRM_HEADER_BYTES, MLX5CTL_CAPABILITY_BYTES);
	return ret;
}
