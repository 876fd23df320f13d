// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The PRM's words for what a device answers: outbox byte 0. */
#include "mlx5ctl.h"
#include "prm.h"

static const struct {
	uint8_t status;
	const char *name;
} statuses[] = {
	{ 0x00, "OK" },
	{ 0x01, "INTERNAL_ERR" },
	{ 0x02, "BAD_OP" },
	{ 0x03, "BAD_PARAM" },
	{ 0x04, "BAD_SYS_STATE" },
	{ 0x05, "BAD_RES" },
	{ 0x06, "RES_BUSY" },
	{ 0x07, "NOT_READY" },
	{ 0x08, "LIM" },
	{ 0x09, "BAD_RES_STATE" },
	{ 0x0a, "BAD_INDEX" },
	{ 0x0f, "NO_RES" },
	{ 0x10, "BAD_QP_STATE" },
	{ 0x30, "BAD_PKT" },
	{ 0x40, "BAD_SIZE_OUTS_CQES" },
	{ 0x50, "BAD_INP_LEN" },
	{ 0x51, "BAD_OUTP_LEN" },
};

const char *mlx5ctl_status_name(uint8_t status)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == status)
			return statuses[i].name;
	return "unknown status";
}
