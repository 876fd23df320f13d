// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a change is, before anything of it is sent: each parameter found, its
 * value read, the device asked what it has and allows, and the judge, too.
 */
#include "config-change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "lock.h"
#include "session.h"

#define MOST_CHANGES 4096

int config_plan_begin(struct invocation *invocation, struct config_plan *plan)
{
	*plan = (struct config_plan){ .is_taken = true };
	return config_begin(invocation, &plan->config);
}

void config_plan_end(struct config_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		free(plan->changes[i].text);
	free(plan->changes);
	free(plan->writes);
	json_object_put(plan->verdicts);
	config_end(&plan->config);
}

static bool is_same(const struct config_target *a,
		    const struct config_target *b)
{
	return a->param == b->param && a->index == b->index &&
	       a->element == b->element;
}

static int add_target(struct config_plan *plan,
		      const struct config_target *target, const char *text)
{
	struct config_change *changes;

	changes = reallocarray(plan->changes, plan->n_changes + 1,
			       sizeof(*changes));
	if (!changes)
		return fail_memory(plan->config.invocation);
	plan->changes = changes;
	changes += plan->n_changes++;
	*changes = (struct config_change){ .target = *target,
					   .line = plan->line };
	changes->text = text ? strdup(text) : NULL;
	return !text || changes->text ? 0 :
	       fail_memory(plan->config.invocation);
}

int config_plan_add(struct config_plan *plan, const char *name, size_t length,
		    const char *text)
{
	struct invocation *invocation = plan->config.invocation;
	struct config_target target;
	char hint[CONFIG_NAME + 16], full[CONFIG_NAME];

	if (config_find(&plan->config, name, length, &target))
		return -1;
	config_name(target.param, target.index, target.element, full,
		    sizeof(full));
	if (config_is_counted(target.param->tlv) && !target.has_index) {
		snprintf(hint, sizeof(hint), "say which, as %s", full);
		return fail_usage(invocation, "which-port", hint,
				  "there is a %s of each port or module",
				  target.param->name);
	}
	for (size_t i = 0; i < plan->n_changes; i++)
		if (is_same(&plan->changes[i].target, &target))
			return fail_usage(invocation, "twice", NULL,
					  "%s is given twice", full);
	if (plan->n_changes >= MOST_CHANGES)
		return fail_usage(invocation, "too-many", NULL,
				  "there are more than %d changes",
				  MOST_CHANGES);
	return add_target(plan, &target, text);
}

static int add_params(struct config_plan *plan, const struct config_tlv *tlv,
		      u32 index)
{
	if (config_params_load(plan->config.invocation, tlv))
		return -1;
	for (u32 i = 0; i < tlv->n_params; i++) {
		const struct config_target target = {
			&tlv->params[i], index, true, -1,
		};

		if (add_target(plan, &target, NULL))
			return -1;
	}
	return 0;
}

/* Each port and module that there is; 1 at the first that is not. */
static int add_item(struct config_plan *plan, const struct config_tlv *tlv,
		    u32 index)
{
	struct config_item *item = config_item(&plan->config, tlv, index);

	if (!item || config_read(&plan->config, item, CONFIG_NEXT))
		return -1;
	return item->state[CONFIG_NEXT] == CONFIG_READ ?
	       add_params(plan, tlv, index) : 1;
}

/* All that the device has. */
static int add_all(struct config_plan *plan)
{
	const struct config_names *names = plan->config.names;

	for (u32 i = 0; i < names->n_tlvs; i++) {
		const struct config_tlv *tlv = &names->tlvs[i];
		u32 index = config_first_index(tlv);
		u32 most = config_is_counted(tlv) ? CONFIG_MOST_COUNTED : 1;
		int result = 0;

		if (!tlv->has_params)
			continue;
		for (u32 n = 0; !result && n < most; n++)
			result = add_item(plan, tlv, index++);
		if (result < 0)
			return -1;
	}
	return 0;
}

/* In a dry run nothing is read: what is not named is zero. */
static int read_item(struct config_plan *plan, struct config_change *change)
{
	struct config_item *item = change->item;
	const struct config_tlv *tlv = item->tlv;
	const struct prm_layout *layout = tlv->layout ? tlv->layout :
							tlv->theirs;

	if (option_given(plan->config.invocation, "dry-run")) {
		item->length = layout->size;
		item->state[CONFIG_NEXT] = CONFIG_READ;
		item->state[CONFIG_DEFAULT] = CONFIG_READ;
		return 0;
	}
	if (config_read(&plan->config, item, CONFIG_NEXT))
		return -1;
	if (item->state[CONFIG_NEXT] != CONFIG_READ ||
	    !config_lies_within(change->target.param, item))
		return config_require(&plan->config, change->target.param,
				      item);
	if (config_read(&plan->config, item, CONFIG_CURRENT) ||
	    (!change->text &&
	     config_read(&plan->config, item, CONFIG_DEFAULT)))
		return -1;
	if (item->state[CONFIG_CURRENT] != CONFIG_FAILED &&
	    item->state[CONFIG_DEFAULT] != CONFIG_FAILED)
		return 0;
	plan->config.invocation->failure = item->failure;
	return -1;
}

/* The factory's value: bits that lie in the item, or nothing. */
static int take_default(struct config_plan *plan,
			const struct config_change *change)
{
	const struct prm_field *field = change->target.param->field;
	struct config_item *item = change->item;
	u32 bits = field->at.width * field->count;
	u32 from = field->at.offset;

	if (item->state[CONFIG_DEFAULT] != CONFIG_READ && plan->resets_all)
		return 0;
	if (item->state[CONFIG_DEFAULT] != CONFIG_READ)
		return fail(plan->config.invocation, EXIT_DEVICE, "no-default",
			    NULL, "the device does not say the factory's value of %s",
			    change->target.param->name);
	if (change->target.element >= 0) {
		bits = field->at.width;
		from += change->target.element * bits;
	}
	for (u32 i = 0; i < bits; i++) {
		const struct prm_bits bit = { from + i, 1 };
		u64 value;

		if (!prm_get(item->bytes[CONFIG_DEFAULT], item->length, bit,
			     &value) ||
		    !prm_set(item->wanted, item->length, bit, value))
			return 0;
	}
	return 0;
}

/* Whether the value is to be another one. */
static bool is_changed(const struct config_change *change)
{
	const struct config_target *target = &change->target;
	const struct config_item *item = change->item;

	return !are_equal(config_value(target->param, target->element,
				       item->bytes[CONFIG_NEXT], item->length),
			  config_value(target->param, target->element,
				       item->wanted, item->length));
}

/* In whichever order: who names the switch decides about it. */
static bool names_switch(const struct config_plan *plan,
			 const struct config_target *target)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct config_target *other = &plan->changes[i].target;

		if (other->param->tlv == target->param->tlv &&
		    other->index == target->index &&
		    other->param->field->at.offset ==
		    target->param->valid_field->at.offset)
			return true;
	}
	return false;
}

static int take_value(struct config_plan *plan,
		      const struct config_change *change)
{
	const struct config_param *param = change->target.param;
	struct config_item *item = change->item;
	struct encode_error error;

	if (!change->text)
		return take_default(plan, change);
	if (config_encode(&change->target, change->text, item->wanted,
			  item->length, &error))
		return fail_usage(plan->config.invocation, "bad-value",
				  error.hint, "%s", error.message);
	if (is_changed(change) && param->valid_field &&
	    !names_switch(plan, &change->target) &&
	    !prm_set(item->wanted, item->length, param->valid_field->at, 1))
		return fail(plan->config.invocation, EXIT_DEVICE,
			    "unsupported", NULL,
			    "the device has not the switch that %s needs",
			    param->name);
	return 0;
}

static int check_limit(struct config_plan *plan,
		       const struct config_change *change, const char *limit,
		       bool is_maximum)
{
	const struct config_item *item = change->item;
	const struct config_param *param = change->target.param;
	u32 element = change->target.element > 0 ? change->target.element : 0;
	u64 value, bound;
	int result;

	result = config_limit(&plan->config, param, item->index, limit,
			      &bound);
	if (result < 0)
		return -1;
	if (result || param->field->type != PRM_NUMBER ||
	    !prm_get(item->wanted, item->length,
		     prm_element(param->field, element), &value) ||
	    (is_maximum ? value <= bound : value >= bound))
		return 0;
	return fail_usage(plan->config.invocation, "out-of-range", NULL,
			  "%s is at %s %llu on this device, not %llu",
			  param->name, is_maximum ? "most" : "least",
			  (unsigned long long)bound,
			  (unsigned long long)value);
}

/* A rule of which a part cannot be known is left to the device. */
static int check_rule(struct config_plan *plan,
		      const struct config_change *change)
{
	const struct config_param *param = change->target.param;
	bool holds;
	int result = config_holds(&plan->config, param, change->item->index,
				  param->rule, &holds);
	char *hint;

	if (result < 0)
		return -1;
	if (result || holds)
		return 0;
	hint = config_plain(param->rule);
	fail_usage(plan->config.invocation, "rule", hint,
		   "%s cannot be that beside the other parameters",
		   param->name);
	free(hint);
	return -1;
}

static int check_change(struct config_plan *plan,
			const struct config_change *change)
{
	const struct config_param *param = change->target.param;

	if (!is_changed(change))
		return 0;
	if (config_require(&plan->config, param, change->item) ||
	    check_limit(plan, change, param->minimum, false) ||
	    check_limit(plan, change, param->maximum, true))
		return -1;
	return check_rule(plan, change);
}

/* Also what has no name here. */
static void reset_items(struct config_plan *plan)
{
	for (size_t i = 0; i < plan->config.n_items; i++) {
		struct config_item *item = plan->config.items[i];

		if (item->state[CONFIG_NEXT] == CONFIG_READ &&
		    item->state[CONFIG_DEFAULT] == CONFIG_READ)
			memcpy(item->wanted, item->bytes[CONFIG_DEFAULT],
			       item->length);
	}
}

/* What the device says is not the file's fault. */
static int blame(const struct config_plan *plan,
		 const struct config_change *change)
{
	const struct failure *failure = &plan->config.invocation->failure;

	return failure->status == EXIT_USAGE && !failure->device.code ?
	       config_blame_file(plan, change->line) : -1;
}

/* All values first: one may make another possible. */
static int plan_values(struct config_plan *plan)
{
	bool is_dry = option_given(plan->config.invocation, "dry-run");

	if (plan->resets_all && !is_dry && add_all(plan))
		return -1;
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct config_change *change = &plan->changes[i];

		change->item = config_item(&plan->config,
					   change->target.param->tlv,
					   change->target.index);
		if (!change->item || read_item(plan, change) ||
		    take_value(plan, change))
			return blame(plan, change);
	}
	if (plan->resets_all)
		reset_items(plan);
	for (size_t i = 0; i < plan->n_changes && !plan->resets_all && !is_dry;
	     i++)
		if (check_change(plan, &plan->changes[i]))
			return blame(plan, &plan->changes[i]);
	return 0;
}

/* Items that differ, each once. */
static int plan_writes(struct config_plan *plan)
{
	bool all = option_given(plan->config.invocation, "dry-run");

	plan->writes = calloc(plan->config.n_items + 1, sizeof(*plan->writes));
	if (!plan->writes)
		return fail_memory(plan->config.invocation);
	for (size_t i = 0; i < plan->config.n_items; i++) {
		struct config_item *item = plan->config.items[i];
		struct config_write *write = &plan->writes[plan->n_writes];

		if (item->state[CONFIG_NEXT] != CONFIG_READ ||
		    (!all && !memcmp(item->wanted, item->bytes[CONFIG_NEXT],
				     item->length)))
			continue;
		write->item = item;
		memcpy(write->former, item->bytes[CONFIG_NEXT], item->length);
		memcpy(write->wanted, item->wanted, item->length);
		plan->n_writes++;
	}
	return 0;
}

int config_plan_run(struct config_plan *plan)
{
	bool is_dry = option_given(plan->config.invocation, "dry-run");
	int result = -1;

	if (!is_dry && lock_take(plan->config.invocation))
		return -1;
	if (!plan_values(plan) && !plan_writes(plan))
		result = is_dry ? config_write_preview(plan) :
				  config_write_all(plan);
	lock_release();
	return result;
}
