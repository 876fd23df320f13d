/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Rows of the policy as data for output. */
#ifndef CLI_RULES_H
#define CLI_RULES_H

#include <json-c/json.h>

#include "policy.h"

/* NULL where a further table decides. */
const char *rule_class(const struct policy_rule *rule);

/* One line of the list: who, what, why. */
struct json_object *rule_summary(const struct policy_table *table,
				 const struct policy_rule *rule);

/* All of it: lengths, fields, what it makes and hides. */
struct json_object *rule_details(const struct policy_table *table,
				 const struct policy_rule *rule);

#endif
