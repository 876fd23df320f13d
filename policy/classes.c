// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What each class is, needs and does, and how callers' labels map to it. */
#include "policy.h"

POLICY_CONST struct policy_class_info policy_classes[] = {
	{
		.class = POLICY_IDENTIFY,
		.name = "identify",
		.doc = "what ethtool, devlink or lspci show to any user: identity, capabilities, state of ports and modules, temperatures",
	},
	{
		.class = POLICY_CONFIG_READ,
		.name = "config-read",
		.doc = "non-volatile configuration, and what says which of it is supported",
	},
	{
		.class = POLICY_CONFIG_WRITE,
		.name = "config-write",
		.doc = "non-volatile configuration that takes effect at the next reset, and arming (not triggering) that reset",
		.capabilities = POLICY_CAP_SYS_ADMIN,
	},
	{
		.class = POLICY_DEBUG_READ,
		.name = "debug-read",
		.doc = "other state: objects, counters, dumps, and the memory a dump is written to",
		.capabilities = POLICY_CAP_SYS_ADMIN,
	},
	{
		.class = POLICY_DEBUG_WRITE,
		.name = "debug-write",
		.doc = "diagnostic sampling, and counters that are cleared when read",
		.capabilities = POLICY_CAP_SYS_ADMIN,
		.taints = true,
	},
	{
		.class = POLICY_FULL,
		.name = "full",
		.doc = "changes that reach beyond debugging: other functions' capabilities, congestion control, privileges",
		.capabilities = POLICY_CAP_SYS_RAWIO,
		.closed_at = POLICY_LOCKDOWN_INTEGRITY,
		.taints = true,
	},
};

const u32 policy_n_classes = ARRAY_SIZE(policy_classes);

POLICY_CONST struct policy_label_info policy_labels[] = {
	{
		.name = "CONFIGURATION",
		.classes = POLICY_IDENTIFY | POLICY_CONFIG_READ |
			   POLICY_CONFIG_WRITE,
	},
	{
		.name = "DEBUG_READ_ONLY",
		.classes = POLICY_IDENTIFY | POLICY_CONFIG_READ |
			   POLICY_DEBUG_READ,
	},
	{
		.name = "DEBUG_WRITE",
		.classes = POLICY_ALL_CLASSES & ~POLICY_FULL,
	},
	{
		.name = "DEBUG_WRITE_FULL",
		.classes = POLICY_ALL_CLASSES,
	},
};

const u32 policy_n_labels = ARRAY_SIZE(policy_labels);

/* One word for each reason; scripts and golden verdicts depend on them. */
static const char *const reason_names[POLICY_N_REASONS] = {
	[POLICY_UNJUDGED] = "unjudged",
	[POLICY_ALLOWED] = "allowed",
	[POLICY_TOO_SHORT] = "too-short",
	[POLICY_UNKNOWN] = "unknown",
	[POLICY_OWNED_ELSEWHERE] = "owned-elsewhere",
	[POLICY_IN_LENGTH] = "in-length",
	[POLICY_OUT_LENGTH] = "out-length",
	[POLICY_RESERVED] = "reserved",
	[POLICY_VALUE] = "value",
	[POLICY_FOREIGN] = "foreign",
	[POLICY_OTHER_FUNCTION] = "other-function",
	[POLICY_EXTENT] = "extent",
	[POLICY_STALE] = "stale",
	[POLICY_LABEL] = "label",
	[POLICY_NARROWED] = "narrowed",
	[POLICY_CAPABILITY] = "capability",
	[POLICY_LOCKED_DOWN] = "locked-down",
};

const char *policy_reason_name(enum policy_reason reason)
{
	return reason < POLICY_N_REASONS ? reason_names[reason] : "unjudged";
}

const char *policy_class_name(enum policy_class class)
{
	for (u32 i = 0; i < policy_n_classes; i++)
		if (policy_classes[i].class == class)
			return policy_classes[i].name;
	return "never";
}
