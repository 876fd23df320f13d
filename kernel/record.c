// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What happened, for who asks later: counters, a trace point, audit records.
 *
 * Threats: a caller who floods the log so that an act is not seen, or who ends
 * a machine that stops when a record is lost. Refusals are cheap to cause: audit
 * is asked for a limited number of each user and function, and of all without
 * CAP_SYS_ADMIN, as one person may be many users; the rest is counted. Changes
 * need a capability: none is left out by us, even if it is not sent then, and it
 * waits for audit, if that has too much to write. Nothing that a caller chose is
 * written as text: numbers, and the policy's own words.
 */
#include <linux/audit.h>

#include "mctl.h"
#include "prm-offsets.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#define CHANGES (POLICY_CONFIG_WRITE | POLICY_DEBUG_WRITE | POLICY_FULL)

static const char *rule_name(const struct policy_rule *rule)
{
	return rule ? rule->name : "";
}

static void audit(const struct mctl_request *request,
		  const struct policy_verdict *verdict)
{
	static struct ratelimit_state all_plain =
		RATELIMIT_STATE_INIT_FLAGS(all_plain,
					   MCTL_AUDIT_SECONDS * HZ,
					   4 * MCTL_AUDIT_RECORDS,
					   RATELIMIT_MSG_ON_RELEASE);
	struct mctl_session *session = request->session;
	struct mctl_function *function = session->function;
	bool is_refused = verdict->reason != POLICY_ALLOWED;
	struct audit_buffer *record = NULL;
	struct prm_bits type = PRM_AT(mnvda, configuration_item_header__type);
	u32 id = policy_register_of(request->in, request->in_len);

	if (!audit_enabled)
		return;
	if (!is_refused)
		record = audit_log_start(NULL, GFP_KERNEL, AUDIT_KERNEL_OTHER);
	else if (__ratelimit(&session->user->audit) &&
		 (!session->is_plain || __ratelimit(&all_plain)))
		record = audit_log_start(NULL, GFP_ATOMIC, AUDIT_KERNEL_OTHER);
	if (!record) {
		mctl_count(function, MCTL_AUDIT_LEFT_OUT);
		return;
	}
	audit_log_format(record, "mlx5ctl=%s opcode=0x%llx op_mod=0x%llx register=0x%x rule=\"%s\" verdict=%s byte=0x%x bit=%u res=%u",
			 function->name,
			 mctl_in(request, PRM_AT(access_reg_in, opcode)),
			 mctl_in(request, PRM_AT(access_reg_in, op_mod)),
			 id, rule_name(verdict->rule),
			 policy_reason_name(verdict->reason), verdict->byte,
			 verdict->bit, verdict->reason == POLICY_ALLOWED);
	if (id == PRM_REG_MNVDA)
		audit_log_format(record, " parameter=0x%llx",
				 mctl_in(request, mctl_behind_header(type)));
	audit_log_task_info(record);
	audit_log_end(record);
}

void mctl_record_verdict(const struct mctl_request *request,
			 const struct policy_verdict *verdict)
{
	bool is_refused = verdict->reason != POLICY_ALLOWED;

	trace_mlx5ctl_verdict(request, policy_reason_name(verdict->reason),
			      rule_name(verdict->rule), 0);
	if (is_refused)
		mctl_count(request->session->function,
			   MCTL_REFUSED + verdict->reason);
	if (is_refused || request->match.class & CHANGES)
		audit(request, verdict);
}

void mctl_record_end(const struct mctl_request *request)
{
	trace_mlx5ctl_end(request, "ended",
			  rule_name(request->match.verdict.rule),
			  request->result);
}
