/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A verdict of the judge's in the library's words, and the kernel's lockdown. */
#ifndef MLX5CTL_VERDICT_TEXT_H
#define MLX5CTL_VERDICT_TEXT_H

#include "mlx5ctl.h"
#include "policy.h"

/* `match` is what the verdict was decided from. */
struct mlx5ctl_verdict describe_verdict(const struct policy_verdict *verdict,
					const struct policy_match *match);

/* The judge's capabilities as the kernel's mask of them, and the other way. */
uint32_t capability_mask(u32 capabilities);
u32 capabilities_of_mask(uint32_t mask);

/* What is left of the policy, by the word in the attribute `access` of a node. */
u32 classes_of_access(const char *word);

const char *lockdown_name(enum policy_lockdown level);
/* -1 where there is no level of that name. */
int lockdown_level(const char *name);
/* The level in force of "none [integrity] confidentiality", as the kernel has it. */
enum policy_lockdown lockdown_in(const char *line);
/* Of this machine's kernel; where nothing says so, none. */
enum policy_lockdown kernel_lockdown(void);

#endif
