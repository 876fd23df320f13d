// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One command: judged in the caller's task, sent by a worker, waited for.
 *
 * Threats: a caller who is killed, stopped or impatient while the firmware
 * works; firmware that answers late or never. So nobody but the worker waits
 * for firmware: a caller may leave at any time, and the worker notes what the
 * command made. No command is sent twice.
 *
 * Lifetimes. The caller holds one reference of the request, the worker another;
 * it owns both mailboxes and holds its session. What it has taken (slot, turn)
 * the worker gives back, or where it comes to none the caller with its reference.
 *
 * What is judged must still be true when it is sent: a file that owns objects
 * sends one command at a time, its `turn`, from before the verdict until what
 * came of it is noted. A file that owns none cannot name any.
 */
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "mctl.h"
#include "prm-offsets.h"

static u32 held_of(u32 wanted)
{
	return (wanted & POLICY_CAP_SYS_ADMIN && capable(CAP_SYS_ADMIN) ?
		POLICY_CAP_SYS_ADMIN : 0) |
	       (wanted & POLICY_CAP_SYS_RAWIO && capable(CAP_SYS_RAWIO) ?
		POLICY_CAP_SYS_RAWIO : 0);
}

/* The level that matters to the row, if the kernel is locked down to it. */
static enum policy_lockdown lockdown_of(enum policy_lockdown closes)
{
	static const enum lockdown_reason asked[] = {
		[POLICY_LOCKDOWN_INTEGRITY] = LOCKDOWN_PCI_ACCESS,
		[POLICY_LOCKDOWN_CONFIDENTIALITY] = LOCKDOWN_DBG_READ_KERNEL,
	};

	return closes && security_locked_down(asked[closes]) ?
	       closes : POLICY_LOCKDOWN_NONE;
}

/* Nothing is asked that would leave a trace: all is held, nothing is locked. */
static struct policy_verdict presume(const struct mctl_request *request,
				     struct policy_answers *answers)
{
	*answers = (struct policy_answers){
		.capabilities = request->match.capabilities,
		.label_classes = request->label_classes,
		.narrowed_to = mctl_session_classes(request->session),
	};
	return policy_decide(&request->match, answers);
}

/* To ask leaves traces in logs: only for what the row needs, and last. */
static struct policy_verdict decide(const struct mctl_request *request)
{
	const struct policy_match *match = &request->match;
	struct policy_answers answers;
	struct policy_verdict verdict = presume(request, &answers);

	if (verdict.reason != POLICY_ALLOWED)
		return verdict;
	answers.capabilities = held_of(match->capabilities);
	verdict = policy_decide(match, &answers);
	if (verdict.reason != POLICY_ALLOWED)
		return verdict;
	answers.lockdown = lockdown_of(match->closed_at);
	return policy_decide(match, &answers);
}

static int errno_of(enum policy_reason reason)
{
	if (reason == POLICY_ALLOWED)
		return 0;
	if (reason == POLICY_CAPABILITY || reason == POLICY_LOCKED_DOWN)
		return -EPERM;
	return -EBADMSG;
}

static void match(struct mctl_request *request)
{
	struct mctl_session *session = request->session;

	guard(mutex)(&session->lock);
	request->match = policy_match(request->in, request->in_len,
				      request->out_len, &session->view);
	request->needs_turn = session->view.n_owned;
}

struct policy_verdict mctl_explain(struct mctl_request *question)
{
	struct policy_answers answers;

	match(question);
	return presume(question, &answers);
}

/* What mlx5_core's results mean for a caller, and for the function. */
static int result_of(struct mctl_function *function, int ret)
{
	switch (ret) {
	case 0:
	case -EREMOTEIO:	/* executed, with a status in the outbox */
		return 0;
	case -ENOMEM:
	case -EAGAIN:
	case -EALREADY:
	case -EBUSY:
	case -ECANCELED:
		mctl_count(function, MCTL_NOT_SENT);
		return ret == -ENOMEM ? ret : -EAGAIN;
	case -ETIMEDOUT:
		mctl_count(function, MCTL_UNANSWERED);
		mctl_function_break(function, "a command was not answered");
		return ret;
	case -ENXIO:
		mctl_count(function, MCTL_FAILED);
		WRITE_ONCE(function->has_failed, true);
		mctl_function_break(function, "mlx5_core gave a command up");
		return -ENODEV;
	default:
		mctl_count(function, MCTL_FAILED);
		return -EIO;
	}
}

/*
 * The only way to the device. 0: executed, and `out` is what it answered, be it
 * an error; else an errno of the uapi.
 */
static int send(struct mctl_function *function, void *in, u32 in_len, void *out,
		u32 out_len)
{
	int ret;

	if (mctl_function_is_over(function))
		return -ENODEV;
	mctl_count(function, MCTL_SENT);
	ret = result_of(function, mlx5_cmd_do(function->mdev, in, in_len, out,
					      out_len));
	if (!ret && mctl_is_error(out))
		mctl_count(function, MCTL_FIRMWARE_ERRORS);
	return ret;
}

int mctl_send_order(struct mctl_function *function, u16 uid,
		    const struct mctl_order *order, u32 value, void *out)
{
	u8 in[PRM_SIZE_create_uctx_in] = { 0 };	/* no other is as long */
	int ret;

	mctl_set(in, order->in_len, PRM_AT(dealloc_pd_in, opcode),
		 order->opcode);
	mctl_set(in, order->in_len, order->number, value);
	policy_stamp_uid(in, order->in_len, uid);
	ret = send(function, in, order->in_len, out, PRM_HEADER_BYTES);
	return !ret && mctl_is_error(out) ? -EREMOTEIO : ret;
}

struct mctl_request *mctl_request_new(struct mctl_session *session,
				      u32 in_len, u32 out_len)
{
	u32 room = ALIGN(in_len, 8);
	struct mctl_request *request =
		kvzalloc(sizeof(*request) + room + out_len, GFP_KERNEL_ACCOUNT);

	if (!request)
		return NULL;
	kref_init(&request->ref);
	init_completion(&request->done);
	request->session = mctl_session_get(session);
	request->label_classes = POLICY_ALL_CLASSES;
	request->in_len = in_len;
	request->out_len = out_len;
	request->in = (u8 *)(request + 1);
	request->out = request->in + room;
	return request;
}

/* Give back what it took. The device may be gone as soon as the slot is. */
static void finish(struct mctl_request *request)
{
	struct mctl_session *session = request->session;

	if (request->is_holder)
		mctl_memory_let_go(request->memory, false);
	if (request->has_turn) {
		WRITE_ONCE(session->leaving, NULL);
		clear_bit_unlock(0, &session->turn);
		wake_up_all(&session->turns);
	}
	if (request->has_slot)
		mctl_slot_give(request);
	request->is_holder = false;
	request->has_turn = false;
}

/* One that was sent has finished; one that was not does so here. */
static void request_free(struct kref *ref)
{
	struct mctl_request *request =
		container_of(ref, struct mctl_request, ref);

	finish(request);
	mctl_memory_put(request->memory);
	mctl_session_put(request->session);
	kvfree(request);
}

void mctl_request_put(struct mctl_request *request)
{
	kref_put(&request->ref, request_free);
}

static int execute(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	int ret = mctl_session_uid(session);

	if (ret || request->in_len == MCTL_OPCODE_ALONE)
		return ret;
	if (mctl_function_is_over(session->function))
		return -ENODEV;
	policy_stamp_uid(request->in, request->in_len, session->uid);
	mctl_objects_expect(request);
	ret = send(session->function, request->in, request->in_len,
		   request->out, request->out_len);
	if (!ret) {
		policy_redact(&request->match, request->out, request->out_len);
		mctl_memory_sync(request);
		ret = mctl_objects_note(request);
	}
	if (ret && ret != -EAGAIN && ret != -ENOMEM && request->creates &&
	    request->memory)	/* what may be made may write there for ever */
		WRITE_ONCE(request->memory->is_lost, true);
	return ret;
}

static void work(struct work_struct *item)
{
	struct mctl_request *request =
		container_of(item, struct mctl_request, work);

	request->result = execute(request);
	mctl_record_end(request);
	finish(request);
	complete_all(&request->done);
	mctl_request_put(request);
}

/* All who wait are woken: the one that is might be frozen. */
static int take_turn(struct mctl_request *request)
{
	struct mctl_session *session = request->session;

	request->has_turn = !wait_event_state(session->turns,
					      !test_and_set_bit_lock(0, &session->turn),
					      MCTL_WAIT);
	return request->has_turn ? 0 : -EINTR;
}

static int admit(const struct mctl_request *request)
{
	struct policy_verdict verdict = { .reason = POLICY_ALLOWED };

	if (request->match.class)
		verdict = decide(request);
	if (verdict.reason != POLICY_ALLOWED)
		mctl_record_verdict(request, &verdict);
	return errno_of(verdict.reason);
}

int mctl_request_enter(struct mctl_request *request)
{
	int ret = admit(request);

	if (!ret && request->in_len != MCTL_OPCODE_ALONE)
		ret = take_turn(request);
	return ret ? ret : mctl_slot_take(request);
}

/* Whoever waited for a place may have been let do less meanwhile. */
int mctl_request_send(struct mctl_request *request)
{
	int ret = admit(request);

	if (ret)
		return ret;
	if (request->match.taints)
		add_taint(TAINT_FWCTL, LOCKDEP_STILL_OK);
	kref_get(&request->ref);
	INIT_WORK(&request->work, work);
	queue_work(request->session->function->commands, &request->work);
	if (wait_for_completion_state(&request->done, MCTL_WAIT))
		return -EINTR;
	return request->result;
}

int mctl_session_introduce(struct mctl_session *session)
{
	struct mctl_request *request =
		mctl_request_new(session, MCTL_OPCODE_ALONE, 0);
	int ret;

	if (!request)
		return -ENOMEM;
	mctl_set(request->in, MCTL_OPCODE_ALONE,
		 PRM_AT(create_uctx_in, opcode), PRM_OP_CREATE_UCTX);
	request->match = (struct policy_match){
		.verdict.reason = POLICY_ALLOWED,
		.class = POLICY_ALL_CLASSES,
	};
	ret = mctl_request_enter(request);
	if (!ret)
		ret = mctl_request_send(request);
	mctl_request_put(request);
	return ret;
}

static struct policy_verdict judge(struct mctl_request *request)
{
	struct policy_verdict verdict;

	match(request);
	verdict = decide(request);
	if (verdict.reason == POLICY_ALLOWED) {
		request->creates = verdict.rule->creates;
		request->destroys = verdict.rule->destroys;
	}
	return verdict;
}

/* Judged without the turn first: most commands do not need it. */
int mctl_request_run(struct mctl_request *request)
{
	struct policy_verdict verdict = judge(request);
	int ret;

	if (verdict.reason == POLICY_ALLOWED &&
	    (request->needs_turn || request->creates)) {
		ret = take_turn(request);
		if (ret)
			return ret;
		verdict = judge(request);
	}
	/* Of a device that is gone nothing is owned, which is not the reason. */
	ret = mctl_function_gate(request->session->function);
	if (!ret) {
		mctl_record_verdict(request, &verdict);
		ret = errno_of(verdict.reason);
	}
	if (!ret)
		ret = mctl_objects_admit(request);
	if (!ret)
		ret = mctl_slot_take(request);
	return ret ? ret : mctl_request_send(request);
}
