// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the device answers is not believed.
 *
 * Threats: firmware that fills an outbox beyond what the command has, that
 * leaves there what another command was answered, that answers an error and
 * data beside it, that says it wrote more than it was asked for. mlx5_core has
 * copied the answer out of the device's reach once; policy_redact() leaves of
 * that copy what anybody may see. The lengths are the row's, the outbox was zero
 * before, numbers are taken by prm_get(), which knows where the outbox ends.
 */
#include "mctl.h"
#include "prm-offsets.h"

u32 mctl_reply_written(const struct mctl_request *request)
{
	struct prm_bits size = mctl_behind_header(request->dump->size);
	u32 asked = mctl_in(request, size), written = mctl_out(request, size);

	return mctl_is_error(request->out) ? 0 : min(written, asked);
}
