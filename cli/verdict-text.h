/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A verdict in one sentence, and as what the library reports. */
#ifndef CLI_VERDICT_TEXT_H
#define CLI_VERDICT_TEXT_H

#include "mlx5ctl.h"
#include "policy.h"

/*
 * Fill in code (0 if allowed), message, hint, reason, rule, owner, byte and
 * bit. `match` is what the verdict was decided from.
 */
void verdict_to_error(const struct policy_verdict *verdict,
		      const struct policy_match *match,
		      struct mlx5ctl_error *error);

#endif
