// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Items are written one after the other, so a change of several can stop half
 * way: then what was written is taken back, and what cannot be is named.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "config-change.h"
#include "output.h"
#include "session.h"
#include "stop.h"

#define ITEM(field) PRM_AT(config_item, field)

struct mailbox {
	u8 in[PRM_HEADER_BYTES + PRM_SIZE(mnvda)];
	u8 out[PRM_HEADER_BYTES + PRM_SIZE(mnvda)];
	u32 length;
};

/* False where it does not fit, which no item that was read does. */
static bool compose_item(struct mailbox *box, const struct config_item *item,
			 const u8 *bytes)
{
	u8 *data = box->in + PRM_HEADER_BYTES;

	memset(box, 0, sizeof(*box));
	box->length = PRM_HEADER_BYTES + CONFIG_HEADER + item->length;
	memcpy(data + CONFIG_HEADER, bytes, item->length);
	/* Others may set it again: without this, none of lower rank could. */
	return !session_compose_register(box->in, box->length, PRM_REG_MNVDA,
					 true, 0) &&
	       prm_set(data, CONFIG_HEADER, ITEM(ovr_en), 1) &&
	       prm_set(data, CONFIG_HEADER, ITEM(version), item->version) &&
	       prm_set(data, CONFIG_HEADER, ITEM(length), item->length) &&
	       prm_set(data, CONFIG_HEADER, ITEM(type), item->type);
}

static bool compose_register(struct mailbox *box, u16 id, u32 size,
			     struct prm_bits at, u64 value)
{
	memset(box, 0, sizeof(*box));
	box->length = PRM_HEADER_BYTES + size;
	return !session_compose_register(box->in, box->length, id, true, 0) &&
	       prm_set(box->in + PRM_HEADER_BYTES, size, at, value);
}

static bool compose_reset(struct mailbox *box)
{
	return compose_register(box, PRM_REG_MNVIA, PRM_SIZE(mnvia),
				PRM_AT(mnvia, target), 0);
}

static bool compose_arming(struct mailbox *box)
{
	return compose_register(box, PRM_REG_MFRL, PRM_SIZE(mfrl),
				PRM_AT(mfrl, reset_trigger),
				CONFIG_ARM_RESET);
}

/* Every mailbox of it, in the order in which they are sent. */
static int with_all(struct config_plan *plan,
		    int (*use)(struct config_plan *plan,
			       const struct mailbox *box))
{
	struct mailbox box;

	for (size_t i = 0; i < plan->n_writes && !plan->resets_all; i++)
		if (!compose_item(&box, plan->writes[i].item,
				  plan->writes[i].wanted) || use(plan, &box))
			return -1;
	if (plan->resets_all && (!compose_reset(&box) || use(plan, &box)))
		return -1;
	return compose_arming(&box) ? use(plan, &box) : -1;
}

static int judge_box(struct config_plan *plan, const struct mailbox *box)
{
	return session_judge(plan->config.invocation, box->in, box->length,
			     box->length);
}

/* Of a dry run: a refusal is the gravest, then the highest class. */
static u32 gravity(struct json_object *verdict)
{
	const char *class = get_text(verdict, "class");
	u32 rank = 0;

	if (!get_bool(verdict, "allowed"))
		return policy_n_classes;
	while (rank < policy_n_classes &&
	       strcmp(policy_classes[rank].name, class))
		rank++;
	return rank;
}

static int preview_box(struct config_plan *plan, const struct mailbox *box)
{
	struct invocation *invocation = plan->config.invocation;

	if (session_exec(invocation, box->in, box->length, NULL,
			 box->length) < 0)
		return -1;
	put_object(plan->verdicts, NULL, json_object_get(invocation->data));
	return 0;
}

/* The verdict on the whole is the gravest, and has all beside it. */
int config_write_preview(struct config_plan *plan)
{
	struct invocation *invocation = plan->config.invocation;
	struct json_object *gravest = NULL, *whole = NULL;

	plan->verdicts = json_object_new_array();
	if (with_all(plan, preview_box))
		return -1;
	for (size_t i = 0; i < json_object_array_length(plan->verdicts); i++) {
		struct json_object *verdict =
			json_object_array_get_idx(plan->verdicts, i);

		if (!gravest || gravity(verdict) > gravity(gravest))
			gravest = verdict;
	}
	if (json_object_deep_copy(gravest, &whole, NULL))
		return fail_memory(invocation);
	put_object(whole, "mailboxes", json_object_get(plan->verdicts));
	json_object_put(invocation->data);
	invocation->data = whole;
	invocation->status = get_bool(whole, "allowed") ? EXIT_DONE :
							  EXIT_REFUSED;
	return 0;
}

/* Does the device let it be written? */
static int check_protection(struct config_plan *plan,
			    const struct config_item *item)
{
	u8 data[PRM_SIZE(mnvqc)] = { 0 };
	u64 writable;

	if (!prm_set(data, sizeof(data), PRM_AT(mnvqc, type), item->type) ||
	    session_read_register(plan->config.invocation, PRM_REG_MNVQC, 0,
				  data, sizeof(data)))
		return -1;
	if (prm_get(data, sizeof(data), PRM_AT(mnvqc, support_wr), &writable) &&
	    writable)
		return 0;
	return fail(plan->config.invocation, EXIT_DEVICE, "read-only", NULL,
		    "the device lets nobody change %s (0x%x)",
		    item->tlv->name, item->type);
}

static int send_item(struct config_plan *plan, struct config_write *write,
		     const u8 *bytes)
{
	struct mailbox box;

	if (!compose_item(&box, write->item, bytes))
		return -1;
	write->was_sent = true;
	return session_exec(plan->config.invocation, box.in, box.length,
			    box.out, box.length);
}

/* What the device says now is then item->bytes. */
static int read_again(struct config_plan *plan, struct config_item *item)
{
	item->state[CONFIG_NEXT] = CONFIG_UNREAD;
	item->failure = (struct failure){ .happened = false };
	if (config_read(&plan->config, item, CONFIG_NEXT))
		return -1;
	if (item->state[CONFIG_NEXT] == CONFIG_READ)
		return 0;
	plan->config.invocation->failure = item->failure;
	return -1;
}

static bool holds(const struct config_write *write, const u8 *bytes)
{
	return !memcmp(write->item->bytes[CONFIG_NEXT], bytes,
		       write->item->length);
}

static int stop_if_interrupted(struct config_plan *plan)
{
	if (!stop_is_asked())
		return 0;
	return fail(plan->config.invocation, EXIT_INTERRUPTED, "interrupted",
		    NULL, "the change was interrupted");
}

static int send_reset(struct config_plan *plan)
{
	struct mailbox box;

	if (!compose_reset(&box))
		return -1;
	for (size_t i = 0; i < plan->n_writes; i++)
		plan->writes[i].was_sent = true;
	return session_exec(plan->config.invocation, box.in, box.length,
			    box.out, box.length);
}

/* Once all is written, it is too late to be interrupted. */
static int send_all(struct config_plan *plan)
{
	if (plan->resets_all && send_reset(plan))
		return -1;
	for (size_t i = 0; i < plan->n_writes; i++) {
		struct config_write *write = &plan->writes[i];

		if (!plan->resets_all && send_item(plan, write, write->wanted))
			return -1;
		if (stop_if_interrupted(plan))
			return -1;
	}
	for (size_t i = 0; i < plan->n_writes; i++) {
		struct config_write *write = &plan->writes[i];

		if (read_again(plan, write->item))
			return -1;
		plan->is_taken &= holds(write, write->wanted);
	}
	return 0;
}

static bool put_back(struct config_plan *plan, struct config_write *write)
{
	if (!write->was_sent ||
	    (!read_again(plan, write->item) && holds(write, write->former)))
		return true;
	return !send_item(plan, write, write->former) &&
	       !read_again(plan, write->item) && holds(write, write->former);
}

/* The failure that led here is the one to be told. NULL: all is as it was. */
static char *roll_back(struct config_plan *plan)
{
	struct invocation *invocation = plan->config.invocation;
	struct failure failure = invocation->failure;
	char *left = NULL;

	for (size_t i = plan->n_writes; i-- > 0;) {
		struct config_write *write = &plan->writes[i];
		char *more;

		invocation->failure = (struct failure){ .happened = false };
		if (put_back(plan, write))
			continue;
		if (asprintf(&more, "%s%s%s (0x%x)", left ? left : "",
			     left ? ", " : "", write->item->tlv->name,
			     write->item->type) < 0)
			more = strdup("some");
		free(left);
		left = more;
	}
	invocation->failure = failure;
	return left;
}

static void tell_what_is_left(struct config_plan *plan, const char *left)
{
	struct invocation *invocation = plan->config.invocation;
	struct failure *failure = &invocation->failure;
	size_t used = strlen(failure->hint);

	snprintf(failure->hint + used, sizeof(failure->hint) - used,
		 left ? "%s%.300s is not known to have been taken back" :
		 "%snothing of it is left in the device", used ? "; " : "",
		 left);
	if (left)
		return;
	free(invocation->undo);
	invocation->undo = NULL;
}

/* What did not stick is a finding; all else is taken back, too. */
static int settle(struct config_plan *plan, int result)
{
	struct invocation *invocation = plan->config.invocation;
	char *left;

	if (!result && plan->is_taken)
		return 0;
	left = roll_back(plan);
	if (result) {
		tell_what_is_left(plan, left);
		free(left);
		return -1;
	}
	invocation->status = EXIT_FINDING;
	output_note(invocation, left ?
		    "mlx5ctl: the device answered OK, but did not take all of it; %s is not known to have been taken back" :
		    "mlx5ctl: the device answered OK, but did not take all of it; nothing of it is left",
		    left);
	free(left);
	return 0;
}

/* Without it, what is new waits for a power cycle. */
static int arm_reset(struct config_plan *plan)
{
	struct invocation *invocation = plan->config.invocation;
	struct failure failure;
	struct mailbox box;
	int result;

	if (!compose_arming(&box))
		return -1;
	result = attempt_exec(invocation, box.in, box.length, box.out,
			      box.length, &failure);
	plan->is_armed = !result;
	if (result != ATTEMPT_FAILED)
		return result;
	invocation->status = EXIT_FINDING;
	output_note(invocation, "mlx5ctl: %s; only a power cycle brings it into force",
		    failure.message);
	return 0;
}

static void announce_undo(struct config_plan *plan)
{
	struct invocation *invocation = plan->config.invocation;

	invocation->undo = config_undo(plan);
	if (invocation->undo)
		output_note(invocation, "mlx5ctl: to undo it: %s",
			    invocation->undo);
}

static int carry_out(struct config_plan *plan)
{
	int result;

	/* What was begun is to be ended. */
	stop_catch();
	announce_undo(plan);
	output_if_interrupted(plan->config.invocation,
			      "the change was interrupted", NULL);
	result = settle(plan, send_all(plan));
	if (!result && plan->is_taken)
		result = arm_reset(plan);
	stop_release();
	return result;
}

int config_write_all(struct config_plan *plan)
{
	if (plan->n_writes || plan->resets_all) {
		for (size_t i = 0; i < plan->n_writes && !plan->resets_all; i++)
			if (check_protection(plan, plan->writes[i].item))
				return -1;
		if (with_all(plan, judge_box) || carry_out(plan))
			return -1;
	}
	return config_report(plan);
}
