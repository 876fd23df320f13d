/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Layouts of the system call, the same for programs of 32 bits and of 64. */
#ifndef UAPI_LAYOUT_H
#define UAPI_LAYOUT_H

#include <stddef.h>

#include "../../uapi/mlx5ctl.h"

#define AT(type, field, offset)						\
	_Static_assert(offsetof(struct mlx5ctl_##type, field) == (offset), #field)
#define SIZE(type, bytes)						\
	_Static_assert(sizeof(struct mlx5ctl_##type) == (bytes), #type)

SIZE(info, 16);
AT(info, uctx_uid, 0);
AT(info, uctx_cap, 4);
AT(info, dev_uctx_cap, 8);
AT(info, ucap, 12);
SIZE(cmdrpc, 24);
AT(cmdrpc, in, 0);
AT(cmdrpc, out, 8);
AT(cmdrpc, inlen, 16);
AT(cmdrpc, outlen, 20);
SIZE(umem_reg, 24);
AT(umem_reg, addr, 0);
AT(umem_reg, len, 8);
AT(umem_reg, umem_id, 16);
AT(umem_reg, reserved, 20);
SIZE(umem_unreg, 8);
AT(umem_unreg, reserved, 4);
SIZE(explain, 504);
AT(explain, label, 16);
AT(explain, reason, 24);
AT(explain, key, 52);
AT(explain, table, 56);
AT(explain, why, 312);
SIZE(rules, 56);
AT(rules, hash, 24);
SIZE(narrow, 8);

#endif
