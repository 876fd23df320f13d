// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* From rows and numbers to words, as the driver's explanation has them. */
#include "verdict-text.h"

#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "nodes.h"

static const struct {
	u32 capability;
	uint32_t mask;
} capabilities[] = {
	{ POLICY_CAP_SYS_ADMIN, 1 << CAP_SYS_ADMIN },
	{ POLICY_CAP_SYS_RAWIO, 1 << CAP_SYS_RAWIO },
};

static const char *const lockdown_names[] = {
	[POLICY_LOCKDOWN_NONE] = "none",
	[POLICY_LOCKDOWN_INTEGRITY] = "integrity",
	[POLICY_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

uint32_t capability_mask(u32 held)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (held & capabilities[i].capability)
			mask |= capabilities[i].mask;
	return mask;
}

u32 capabilities_of_mask(uint32_t mask)
{
	u32 held = 0;

	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (mask & capabilities[i].mask)
			held |= capabilities[i].capability;
	return held;
}

static const char *class_of(const struct policy_match *match,
			    const struct policy_rule *rule)
{
	if (match->class)
		return policy_class_name(match->class);
	return rule && !rule->next ? policy_class_name(rule->class) : NULL;
}

#define TAKE(to, from) snprintf(to, sizeof(to), "%s", (from) ? (from) : "")

struct mlx5ctl_verdict describe_verdict(const struct policy_verdict *verdict,
					const struct policy_match *match)
{
	const struct policy_rule *rule = verdict->rule;
	const struct policy_table *table = policy_table_of(rule);
	struct mlx5ctl_verdict described = {
		.reason = policy_reason_name(verdict->reason),
		.class_name = class_of(match, rule),
		.capabilities = capability_mask(match->capabilities),
		.lockdown = match->closed_at,
		.taints = match->taints,
		.byte = verdict->byte,
		.bit = verdict->bit,
		.key = rule ? rule->key : 0,
	};

	TAKE(described.table, table ? table->name : NULL);
	TAKE(described.field, verdict->check ? verdict->check->name : NULL);
	TAKE(described.rule, rule ? rule->name : NULL);
	TAKE(described.owner, rule ? rule->owner : NULL);
	TAKE(described.why, rule ? rule->why : NULL);
	return described;
}

u32 classes_of_access(const char *word)
{
	return !strcmp(word, "all") ? POLICY_ALL_CLASSES :
	       !strcmp(word, "read") ? POLICY_IDENTIFY | POLICY_CONFIG_READ :
				       0;
}

const char *lockdown_name(enum policy_lockdown level)
{
	return lockdown_names[level];
}

int lockdown_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lockdown_names); i++)
		if (!strcmp(lockdown_names[i], name))
			return i;
	return -1;
}

/* "none [integrity] confidentiality" */
enum policy_lockdown lockdown_in(const char *line)
{
	const char *level = strchr(line, '[');
	char name[32];

	snprintf(name, sizeof(name), "%.*s",
		 level ? (int)strcspn(level + 1, "]") : 0,
		 level ? level + 1 : "");
	return lockdown_level(name) > 0 ? lockdown_level(name) :
					  POLICY_LOCKDOWN_NONE;
}

enum policy_lockdown kernel_lockdown(void)
{
	char path[PATH_MAX], line[128];

	snprintf(path, sizeof(path), "%s/kernel/security/lockdown",
		 node_roots.sys);
	nodes_read_line(path, line, sizeof(line));
	return lockdown_in(line);
}
