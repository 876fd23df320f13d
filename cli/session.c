// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Judged here for a dry run, else sent; traced; and not waited for too long. */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "emu-transport.h"
#include "mailbox.h"
#include "number.h"
#include "output.h"
#include "prm-offsets.h"
#include "save.h"
#include "stop.h"
#include "timed.h"
#include "trace.h"
#include "verdict.h"

#define MOST_SECONDS 86400

struct request {
	struct mlx5ctl_device **device;
	const char *name;
	const void *in;
	u32 in_len;
	void *out;
	u32 out_len;
	struct mlx5ctl_error error;
};

static int call_open(void *context)
{
	struct request *request = context;

	return mlx5ctl_open(request->name, request->device, &request->error);
}

struct info_request {
	struct mlx5ctl_device *device;
	struct mlx5ctl_device_info *info;
	struct mlx5ctl_error error;
};

static int call_info(void *context)
{
	struct info_request *request = context;

	return mlx5ctl_get_info(request->device, request->info, &request->error);
}

static int call_exec(void *context)
{
	struct request *request = context;

	return mlx5ctl_exec(*request->device, request->in, request->in_len,
			    request->out, request->out_len, &request->error);
}

struct requests {
	struct mlx5ctl_device *device;
	struct mlx5ctl_command *commands;
	size_t n;
};

/* What each came to is with each. */
static int call_exec_many(void *context)
{
	struct requests *requests = context;

	mlx5ctl_exec_many(requests->device, requests->commands, requests->n,
			  SESSION_DEPTH);
	return 0;
}

static unsigned int seconds_allowed(struct invocation *invocation)
{
	u64 seconds = 0;

	option_number(invocation, "timeout", MOST_SECONDS, &seconds);
	return seconds;
}

/* What was given to the device, of which something is not answered. */
static struct {
	struct exchange *exchanges;
	size_t n;
} pending;

/* " ACCESS_REG MGIR (0x9020)", or nothing where it is no command. */
static void name_pending(char *text, size_t size)
{
	char title[64];

	*text = 0;
	if (!pending.n)
		return;
	mailbox_title(pending.exchanges->in, pending.exchanges->in_len, title,
		      sizeof(title));
	if (pending.n > 1)
		snprintf(text, size, " %zu commands, of which the first is %s,",
			 pending.n, title);
	else
		snprintf(text, size, " %s", title);
}

/* Whoever reads the trace looks for what was not answered. */
static void trace_pending(struct invocation *invocation, const char *message)
{
	struct mlx5ctl_error error = { .code = -ETIMEDOUT };

	snprintf(error.message, sizeof(error.message), "%.250s", message);
	for (size_t i = 0; i < pending.n; i++) {
		pending.exchanges[i].result = -ETIMEDOUT;
		pending.exchanges[i].error = &error;
		trace(invocation, &pending.exchanges[i]);
	}
}

/* A thread still hangs in the device: report, and leave without cleaning. */
static int give_up(struct invocation *invocation, unsigned int seconds)
{
	const char *kept = save_interrupted();
	enum exit_status status;
	char hint[512], what[128];

	snprintf(hint, sizeof(hint),
		 "is the device alive? dmesg may say; --timeout sets how long to wait%s%.300s",
		 kept ? "; what came before is in " : "", kept ? kept : "");
	name_pending(what, sizeof(what));
	fail(invocation, EXIT_SYSTEM, "timeout", hint,
	     "%s did not answer%s within %u second%s", invocation->device_name,
	     what, seconds, seconds == 1 ? "" : "s");
	trace_pending(invocation, invocation->failure.message);
	status = output_result(invocation);
	status = output_close(status);
	_exit(status);
}

int session_call(struct invocation *invocation, int (*call)(void *context),
		 void *context, int *result)
{
	unsigned int seconds = seconds_allowed(invocation);
	int error;

	error = timed_call(call, context, seconds, result);
	if (error == -ETIMEDOUT)
		return give_up(invocation, seconds);
	return error ? fail_memory(invocation) : 0;
}

int session_check(struct invocation *invocation)
{
	const char *seconds = option_value(invocation, "timeout");
	u64 value;

	if (!seconds || (!parse_number(seconds, MOST_SECONDS, &value) && value))
		return 0;
	return fail_usage(invocation, "bad-number", NULL,
			  "--timeout takes a number of seconds from 1 to %d, not '%.40s'",
			  MOST_SECONDS, seconds);
}

static int session_open(struct invocation *invocation)
{
	struct request request = { .device = &invocation->device };
	int result;

	if (invocation->device)
		return 0;
	if (device_choose(invocation) || trace_open(invocation))
		return -1;
	stop_by_thread();
	request.name = invocation->device_name;
	if (session_call(invocation, call_open, &request, &result))
		return -1;
	if (!result)
		return 0;
	request.error.code = result;
	/* What the name alone does wrong is no usage error of the command. */
	fail_device(invocation, &request.error);
	invocation->failure.status = EXIT_SYSTEM;
	return -1;
}

int session_info(struct invocation *invocation, struct mlx5ctl_device_info *info)
{
	struct info_request request = { .info = info };
	int result;

	if (session_open(invocation))
		return -1;
	request.device = invocation->device;
	if (session_call(invocation, call_info, &request, &result))
		return -1;
	request.error.code = result;
	return result ? fail_device(invocation, &request.error) : 0;
}

int session_explain(struct invocation *invocation,
		    const struct question *question,
		    struct mlx5ctl_verdict *verdict)
{
	struct mlx5ctl_error error;
	int result;

	if (session_open(invocation))
		return -1;
	result = mlx5ctl_explain(invocation->device, question->in,
				 question->in_len, question->out_len,
				 question->label, verdict, &error);
	error.code = result;
	return result ? fail_device(invocation, &error) : 0;
}

int session_question(struct invocation *invocation, struct question *question,
		     const void *in, u32 in_len)
{
	const char *name = device_named(invocation);
	struct mlx5ctl_error error = { .code = 0 };

	question_begin(question, in, in_len);
	if (!name || !device_is_emulated(name) ||
	    !emu_transport_caller(&question->answers, &error))
		return 0;
	fail_device(invocation, &error);
	invocation->failure.status = EXIT_SYSTEM;
	return -1;
}

static int dry_run(struct invocation *invocation, const void *in, u32 in_len,
		   u32 out_len)
{
	struct question question;

	if (session_question(invocation, &question, in, in_len))
		return -1;
	question.out_len = out_len;
	return judge(invocation, &question) ? -1 : 1;
}

int session_judge(struct invocation *invocation, const void *in, u32 in_len,
		  u32 out_len)
{
	struct mlx5ctl_error error;
	struct question question;

	if (session_question(invocation, &question, in, in_len))
		return -1;
	question.out_len = out_len;
	question_ask(&question, &error);
	return error.code ? fail_device(invocation, &error) : 0;
}

/* As session_call(), of something that sends commands. */
static int call_device(struct invocation *invocation,
		       int (*call)(void *context), void *context,
		       struct exchange *exchanges, size_t n, int *result)
{
	int error;

	pending.exchanges = exchanges;
	pending.n = n;
	error = session_call(invocation, call, context, result);
	pending.n = 0;
	return error;
}

int session_exec(struct invocation *invocation, const void *in, u32 in_len,
		 void *out, u32 out_len)
{
	struct request request = {
		.device = &invocation->device,
		.in = in,
		.in_len = in_len,
		.out = out,
		.out_len = out_len,
	};
	struct exchange exchange = {
		.in = in,
		.in_len = in_len,
		.out = out,
		.out_len = out_len,
		.error = &request.error,
	};
	int result;

	if (option_given(invocation, "dry-run"))
		return dry_run(invocation, in, in_len, out_len);
	if (session_open(invocation))
		return -1;
	trace_sent(invocation, &exchange);
	if (call_device(invocation, call_exec, &request, &exchange, 1, &result))
		return -1;
	exchange.result = result;
	trace(invocation, &exchange);
	if (!result)
		return 0;
	request.error.code = result;
	return fail_device(invocation, &request.error);
}

/* Memory, as a call that may have to wait. */
struct memory_request {
	struct mlx5ctl_device *device;
	void *addr;		/* NULL: let go of `id` */
	u64 len;
	u32 *id;
	struct mlx5ctl_error error;
};

static int call_memory(void *context)
{
	struct memory_request *request = context;

	if (request->addr)
		return mlx5ctl_register_memory(request->device, request->addr,
					       request->len, request->id,
					       &request->error);
	return mlx5ctl_unregister_memory(request->device, *request->id,
					 &request->error);
}

static int ask_memory(struct invocation *invocation,
		      struct memory_request *request)
{
	int result;

	if (session_open(invocation))
		return -1;
	request->device = invocation->device;
	if (session_call(invocation, call_memory, request, &result))
		return -1;
	request->error.code = result;
	return result ? fail_device(invocation, &request->error) : 0;
}

int session_register_memory(struct invocation *invocation, void *addr,
			    u64 len, u32 *id)
{
	struct memory_request request = { .addr = addr, .len = len, .id = id };

	return ask_memory(invocation, &request);
}

int session_unregister_memory(struct invocation *invocation, u32 id)
{
	struct memory_request request = { .id = &id };

	return ask_memory(invocation, &request);
}

/* Of some that are under way at once, each is shown with its answer. */
static int exec_batch(struct invocation *invocation,
		      struct mlx5ctl_command *batch, size_t n)
{
	struct requests requests = { invocation->device, batch, n };
	struct exchange exchanges[SESSION_BATCH];
	int result;

	for (size_t i = 0; i < n; i++)
		exchanges[i] = (struct exchange){
			.in = batch[i].in,
			.in_len = batch[i].in_len,
			.out = batch[i].out,
			.out_len = batch[i].out_len,
			.error = &batch[i].error,
		};
	if (call_device(invocation, call_exec_many, &requests, exchanges, n,
			&result))
		return -1;
	for (size_t i = 0; i < n; i++) {
		exchanges[i].result = batch[i].result;
		trace(invocation, &exchanges[i]);
	}
	return 0;
}

int session_exec_many(struct invocation *invocation,
		      struct mlx5ctl_command *batch, size_t n)
{
	if (n && option_given(invocation, "dry-run"))
		return dry_run(invocation, batch->in, batch->in_len,
			       batch->out_len);
	if (session_open(invocation))
		return -1;
	for (size_t done = 0; done < n; done += SESSION_BATCH) {
		size_t some = n - done < SESSION_BATCH ? n - done :
							 SESSION_BATCH;

		if (exec_batch(invocation, batch + done, some))
			return -1;
	}
	return 0;
}

int session_compose_register(u8 *in, u32 in_len, u16 id, bool write,
			     u32 argument)
{
	if (prm_set(in, in_len, PRM_AT(access_reg_in, opcode),
		    PRM_OP_ACCESS_REG) &&
	    prm_set(in, in_len, PRM_AT(access_reg_in, op_mod), !write) &&
	    prm_set(in, in_len, PRM_AT(access_reg_in, register_id), id) &&
	    prm_set(in, in_len, PRM_AT(access_reg_in, argument), argument))
		return 0;
	return -1;
}

int session_read_register(struct invocation *invocation, u16 id, u32 argument,
			  void *data, u32 size)
{
	u32 length = PRM_HEADER_BYTES + size;
	u8 *in = calloc(2, length);
	u8 *out = in + length;
	int result = -1;

	if (!in)
		return fail_memory(invocation);
	memcpy(in + PRM_HEADER_BYTES, data, size);
	if (!session_compose_register(in, length, id, false, argument))
		result = session_exec(invocation, in, length, out, length);
	if (!result)
		memcpy(data, out + PRM_HEADER_BYTES, size);
	free(in);
	return result;
}

void session_close(struct invocation *invocation)
{
	trace_close(invocation);
	mlx5ctl_close(invocation->device);
	invocation->device = NULL;
}
