// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A device's life, and the way of a command through it. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "../misbehave/plan.h"

#define OPCODE	((struct prm_bits){ 0, 16 })
#define UID	((struct prm_bits){ 16, 16 })
#define OP_MOD	((struct prm_bits){ 48, 16 })
#define STATUS	((struct prm_bits){ 0, 8 })
#define SYNDROME ((struct prm_bits){ 32, 32 })

static uint64_t monotonic_ms(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void emu_set_clock(struct emu_device *device, emu_clock_t *now, void *context)
{
	pthread_mutex_lock(&device->lock);
	device->now = now;
	device->clock_context = context;
	device->started = now(context);
	pthread_mutex_unlock(&device->lock);
}

uint64_t emu_uptime_ms(const struct emu_device *device)
{
	return device->now(device->clock_context) - device->started;
}

static int name_bits(struct emu_device *device)
{
	device->named = calloc(emu_n_commands, sizeof(*device->named));
	if (!device->named)
		return -ENOMEM;
	for (uint32_t i = 0; i < emu_n_commands; i++) {
		const struct prm_command *command =
			prm_command_by_opcode(emu_commands[i].opcode);
		struct emu_named_bits *named = &device->named[i];

		named->size = command->in->size;
		named->is_open = emu_layout_is_open(command->in);
		named->mask = malloc(named->size);
		if (!named->mask)
			return -ENOMEM;
		emu_mark(command->in, EMU_NAMED, named->mask, named->size);
		/* The uid is in every command, whatever its layout says. */
		named->mask[2] = named->mask[3] = 0xff;
	}
	return 0;
}

struct emu_device *emu_create(const struct emu_personality *personality)
{
	struct emu_device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	pthread_mutex_init(&device->lock, NULL);
	pthread_mutex_init(&device->health_lock, NULL);
	emu_health_reset(device);
	if (emu_personality_copy(&device->state, personality) ||
	    emu_accounts_create(device) || emu_pages_create(device) ||
	    name_bits(device)) {
		emu_destroy(device);
		return NULL;
	}
	device->life = EMU_RUNNING;
	emu_set_clock(device, monotonic_ms, NULL);
	EMU_SAY(device, EMU_SAYS_STARTED,
		device->state.number[EMU_FIRMWARE_MAJOR],
		device->state.number[EMU_FIRMWARE_MINOR],
		device->state.number[EMU_FIRMWARE_SUB],
		device->state.number[EMU_HW_DEVICE_ID]);
	return device;
}

void emu_destroy(struct emu_device *device)
{
	if (!device)
		return;
	for (uint32_t i = 0; device->named && i < emu_n_commands; i++)
		free(device->named[i].mask);
	free(device->named);
	emu_accounts_destroy(device);
	emu_dumps_forget(device, NULL);
	emu_pages_forget(device);
	emu_personality_clear(&device->state);
	emu_misbehaviour_end(device->misbehaviour);
	pthread_mutex_destroy(&device->health_lock);
	pthread_mutex_destroy(&device->lock);
	free(device);
}

static const struct emu_command *find_command(uint16_t opcode)
{
	for (uint32_t i = 0; i < emu_n_commands; i++)
		if (emu_commands[i].opcode == opcode)
			return &emu_commands[i];
	return NULL;
}

static enum emu_failure check_caller(struct emu_call *call,
				     const struct emu_command *command)
{
	struct emu_slot *uctx;

	if (call->uid == EMU_SHARED_UID && command->needs & EMU_SHARED)
		call->uid = 0;
	if (!call->uid)
		return EMU_DONE;
	uctx = emu_object_find(call->device, EMU_UCTX, call->uid);
	if (!uctx)
		return EMU_UNKNOWN_UID;
	call->uctx_cap = uctx->uctx_cap;
	if (command->needs & EMU_KERNEL)
		return EMU_NEEDS_KERNEL;
	if (command->needs & EMU_UCTX_CAPS & ~call->uctx_cap)
		return EMU_NEEDS_UCTX_CAP;
	return EMU_DONE;
}

static bool reserved_is_set(const struct emu_call *call,
			    const struct emu_named_bits *named)
{
	for (uint32_t i = 0; i < call->in_len; i++) {
		uint8_t mask = named->is_open ? 0xff : 0;

		if (i < named->size)
			mask = named->mask[i];
		if (call->in[i] & ~mask)
			return true;
	}
	return false;
}

static enum emu_failure run(struct emu_call *call)
{
	uint16_t opcode = prm_value(call->in, call->in_len, OPCODE);
	const struct emu_command *command = find_command(opcode);
	enum emu_failure failure;

	if (!command)
		return emu_is_unoffered(opcode) ? EMU_UNOFFERED_COMMAND :
		       EMU_UNKNOWN_OPCODE;
	if (!emu_is_timely(call->device, command))
		return EMU_UNTIMELY;
	failure = check_caller(call, command);
	if (failure)
		return failure;
	if (call->in_len < command->in_min || call->in_len > command->in_max)
		return EMU_INPUT_LENGTH;
	if (call->out_len < command->out_min)
		return EMU_OUTPUT_LENGTH;
	if (prm_value(call->in, call->in_len, OP_MOD) > command->op_mod_last)
		return EMU_UNKNOWN_OP_MOD;
	if (reserved_is_set(call, &call->device->named[command - emu_commands]))
		return EMU_RESERVED_FIELD;
	return command->handler(call);
}

static enum emu_status status_of(enum emu_failure failure)
{
	switch (failure) {
	case EMU_DONE:
		return EMU_OK;
#define EMU_STATUS(name, value, status) case name: return status;
	EMU_FAILURES(EMU_STATUS)
#undef EMU_STATUS
	}
	return EMU_INTERNAL;
}

/* The lock is held. */
static void record(struct emu_device *device, const struct emu_call *call,
		   enum emu_failure failure)
{
	uint32_t slot = device->n_recorded++ % EMU_MAX_RECORDED;

	device->recorded[slot] = (struct emu_recorded){
		.opcode = prm_value(call->in, call->in_len, OPCODE),
		.uid = call->uid,
		.syndrome = failure,
		.at_ms = emu_uptime_ms(device),
	};
	EMU_SAY(device, EMU_SAYS_REFUSED, device->recorded[slot].opcode,
		prm_value(call->in, call->in_len, OP_MOD), call->uid, failure);
}

static bool is_mailbox(uint32_t len)
{
	return len >= PRM_HEADER_BYTES && len <= EMU_MAX_MAILBOX && len % 4 == 0;
}

void emu_set_observer(struct emu_device *device, emu_observer_t *observe,
		      void *context)
{
	device->observer = context;
	device->observe = observe;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int emu_execute(struct emu_device *device, const struct emu_arrival *arrival,
		const void *in, uint32_t in_len, void *out, uint32_t out_len)
{
	struct emu_call call = {
		.device = device,
		.in = in,
		.in_len = in_len,
		.out = out,
		.out_len = out_len,
		.client = arrival->client,
		.uctx_cap = UINT32_MAX,
	};
	enum emu_failure failure;
	bool is_late;

	call.uid = prm_value(in, in_len, UID);
	memset(out, 0, out_len);
	pthread_mutex_lock(&device->lock);
	is_late = arrival->epoch && *arrival->epoch != device->epoch;
	failure = is_late || arrival->skips_effect ? EMU_DONE : run(&call);
	if (failure)
		record(device, &call, failure);
	pthread_mutex_unlock(&device->lock);
	if (is_late)
		return -ECANCELED;
	if (failure) {
		memset(out, 0, out_len);
		emu_set(out, out_len, STATUS, status_of(failure));
		emu_set(out, out_len, SYNDROME, failure);
	}
	return 0;
}

void emu_arrive(struct emu_device *device, const void *in, uint32_t in_len,
		struct emu_arrival *arrival)
{
	*arrival = (struct emu_arrival){ .due = 0 };
	if (device->observe || device->misbehaviour)
		arrival->begun = now_ns();
	if (device->misbehaviour && is_mailbox(in_len))
		emu_choose_faults(device->misbehaviour, in, in_len, arrival);
}

int emu_exec_arrived(struct emu_device *device,
		     const struct emu_arrival *arrival, const void *in,
		     uint32_t in_len, void *out, uint32_t out_len,
		     struct emu_outcome *outcome)
{
	struct emu_executed executed = { in, out, in_len, out_len };
	int error;

	*outcome = emu_as_it_should;
	if (!is_mailbox(in_len) || !is_mailbox(out_len))
		return -EMSGSIZE;
	if (device->misbehaviour)
		error = emu_misbehave(device, arrival, in, in_len, out, out_len,
				      outcome);
	else
		error = emu_execute(device, arrival, in, in_len, out, out_len);
	if (error || !device->observe)
		return error;
	executed.nanoseconds = now_ns() - arrival->begun;
	device->observe(device->observer, &executed);
	return 0;
}

int emu_exec_with(struct emu_device *device, const uint32_t *epoch,
		  const void *in, uint32_t in_len, void *out,
		  uint32_t out_len, struct emu_outcome *outcome)
{
	struct emu_arrival arrival;

	emu_arrive(device, in, in_len, &arrival);
	arrival.epoch = epoch;
	emu_wait(device, &arrival);
	return emu_exec_arrived(device, &arrival, in, in_len, out, out_len,
				outcome);
}

int emu_outcome_error(int error, const struct emu_outcome *outcome)
{
	if (error)
		return error;
	if (outcome->lost)
		return -ETIMEDOUT;
	return outcome->delivery ? -EIO : 0;
}

int emu_exec(struct emu_device *device, const void *in, uint32_t in_len,
	     void *out, uint32_t out_len)
{
	struct emu_outcome outcome;
	int error = emu_exec_with(device, NULL, in, in_len, out, out_len,
				  &outcome);

	return emu_outcome_error(error, &outcome);
}

uint32_t emu_epoch(struct emu_device *device)
{
	uint32_t epoch;

	pthread_mutex_lock(&device->lock);
	epoch = device->epoch;
	pthread_mutex_unlock(&device->lock);
	return epoch;
}

uint32_t emu_count(struct emu_device *device, enum emu_kind kind)
{
	uint32_t live;

	pthread_mutex_lock(&device->lock);
	live = kind == EMU_PAGES ? device->pages.n :
	       device->accounts[kind].live;
	pthread_mutex_unlock(&device->lock);
	return live;
}

uint32_t emu_uctx_cap(struct emu_device *device)
{
	uint32_t cap;

	pthread_mutex_lock(&device->lock);	/* SET_HCA_CAP may be changing it */
	cap = emu_general_capability(&device->state, "uctx_cap");
	pthread_mutex_unlock(&device->lock);
	return cap;
}
