// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A command on its way through latency and a plan of faults. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include "plan.h"

#define MAX_STALE (PRM_HEADER_BYTES + 4096)

/* The lock is never held while the model executes or anybody waits. */
struct emu_misbehaviour {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool is_stopped;
	uint32_t latency;
	struct emu_plan *plan;
	uint8_t last[MAX_STALE];	/* the answer before */
	uint32_t last_len;
};

static struct emu_misbehaviour *begin(struct emu_device *device)
{
	struct emu_misbehaviour *mis = device->misbehaviour;
	pthread_condattr_t monotonic;

	if (mis)
		return mis;
	mis = calloc(1, sizeof(*mis));
	if (!mis)
		return NULL;
	pthread_mutex_init(&mis->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&mis->woken, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return device->misbehaviour = mis;
}

void emu_misbehaviour_end(struct emu_misbehaviour *mis)
{
	if (!mis)
		return;
	emu_plan_free(mis->plan);
	pthread_cond_destroy(&mis->woken);
	pthread_mutex_destroy(&mis->lock);
	free(mis);
}

int emu_set_latency(struct emu_device *device, uint32_t microseconds)
{
	struct emu_misbehaviour *mis = begin(device);

	if (!mis)
		return -ENOMEM;
	mis->latency = microseconds;
	return 0;
}

int emu_set_faults(struct emu_device *device, struct emu_plan *plan)
{
	struct emu_misbehaviour *mis = begin(device);

	if (!mis) {
		emu_plan_free(plan);
		return -ENOMEM;
	}
	emu_plan_free(mis->plan);
	mis->plan = plan;
	return 0;
}

void emu_stop(struct emu_device *device)
{
	struct emu_misbehaviour *mis = device->misbehaviour;

	if (!mis)
		return;
	pthread_mutex_lock(&mis->lock);
	mis->is_stopped = true;
	pthread_cond_broadcast(&mis->woken);
	pthread_mutex_unlock(&mis->lock);
}

static uint64_t draw(struct emu_plan *plan)
{
	uint64_t z = plan->random += 0x9e3779b97f4a7c15;	/* splitmix64 */

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* The narrowest match of a command. */
static struct emu_match match_of(const uint8_t *in, uint32_t in_len)
{
#define IN(field) prm_value(in, in_len, PRM_AT(access_reg_in, field))
	struct emu_match match = {
		.command = IN(opcode),
		.op_mod = IN(op_mod),
		.reg = EMU_ANY,
		.capability = EMU_ANY,
		.uid = IN(uid),
	};

	if (emu_accesses_register(match.command))
		match.reg = IN(register_id);
	if (match.command == PRM_OP_QUERY_HCA_CAP)
		match.capability = match.op_mod >> 1;
	return match;
#undef IN
}

static bool is_like(uint32_t wanted, uint32_t found)
{
	return wanted == EMU_ANY || wanted == found;
}

static bool matches(const struct emu_match *wanted,
		    const struct emu_match *found)
{
	return is_like(wanted->command, found->command) &&
	       is_like(wanted->op_mod, found->op_mod) &&
	       is_like(wanted->reg, found->reg) &&
	       is_like(wanted->capability, found->capability) &&
	       is_like(wanted->uid, found->uid);
}

static bool fires(struct emu_plan *plan, struct emu_rule *rule)
{
	const struct emu_when *when = &rule->when;
	uint32_t n = rule->seen++;

	if (n < when->skip || rule->fired == when->count ||
	    (n - when->skip + 1) % when->every)
		return false;
	if (when->percent < 100 && draw(plan) % 100 >= when->percent)
		return false;
	rule->fired++;
	return true;
}

static void spoil_dump(const struct emu_fault *fault, uint8_t *bytes,
		       uint32_t *len)
{
	uint64_t at = fault->dump_at;

	for (uint32_t i = 0; i < fault->dump_times && at + 4 <= *len; i++) {
		emu_set(bytes + at, 4, (struct prm_bits){ 0, 32 },
			fault->dump_word);
		at += 4;
	}
	if (fault->dump_cut < *len)
		*len = fault->dump_cut & ~3u;
}

void emu_misbehave_dump(struct emu_device *device, uint16_t reg,
			uint8_t *bytes, uint32_t *len)
{
	struct emu_misbehaviour *mis = device->misbehaviour;

	pthread_mutex_lock(&mis->lock);
	for (uint32_t i = 0; mis->plan && i < mis->plan->n_rules; i++) {
		struct emu_rule *rule = &mis->plan->rules[i];

		if (emu_spoils_dumps(&rule->fault) &&
		    rule->match.reg == reg && fires(mis->plan, rule))
			spoil_dump(&rule->fault, bytes, len);
	}
	pthread_mutex_unlock(&mis->lock);
}

/* The rules that fire for a command; and how long it takes. */
static uint64_t choose(struct emu_misbehaviour *mis,
		       const struct emu_match *match,
		       struct emu_arrival *arrival)
{
	struct emu_plan *plan = mis->plan;
	uint64_t delay = mis->latency;

	for (uint32_t i = 0; plan && i < plan->n_rules; i++) {
		const struct emu_fault *fault = &plan->rules[i].fault;
		const uint32_t *range = fault->delay;

		if (emu_spoils_dumps(fault) ||
		    !matches(&plan->rules[i].match, match) ||
		    !fires(plan, &plan->rules[i]))
			continue;
		arrival->rules |= (uint64_t)1 << i;
		arrival->skips_effect |= fault->skip_effect;
		delay += range[0];
		if (range[1] > range[0])
			delay += draw(plan) % (range[1] - range[0] + 1);
	}
	return delay;
}

void emu_choose_faults(struct emu_misbehaviour *mis, const void *in,
		       uint32_t in_len, struct emu_arrival *arrival)
{
	const struct emu_match match = match_of(in, in_len);
	uint64_t delay;

	pthread_mutex_lock(&mis->lock);
	delay = choose(mis, &match, arrival);
	if (delay && !mis->is_stopped)
		arrival->due = arrival->begun + delay * 1000;
	pthread_mutex_unlock(&mis->lock);
}

void emu_wait(struct emu_device *device, const struct emu_arrival *arrival)
{
	const struct timespec end = {
		.tv_sec = arrival->due / 1000000000,
		.tv_nsec = arrival->due % 1000000000,
	};
	struct emu_misbehaviour *mis = device->misbehaviour;

	if (!arrival->due)
		return;
	pthread_mutex_lock(&mis->lock);
	while (!mis->is_stopped &&
	       !pthread_cond_timedwait(&mis->woken, &mis->lock, &end))
		;
	pthread_mutex_unlock(&mis->lock);
}

static void fill(struct emu_plan *plan, const struct emu_setting *set,
		 uint8_t *out, uint32_t out_len)
{
	struct prm_bits at = set->at;
	uint32_t end = at.offset + at.width;

	for (; at.offset < end; at.offset += at.width) {
		at.width = end - at.offset < 64 ? end - at.offset : 64;
		emu_set(out, out_len, at,
			set->filling == EMU_VALUE ? set->value :
			set->filling == EMU_ONES ? UINT64_MAX : draw(plan));
	}
}

static void set_unnamed(const struct prm_layout *layout, uint8_t *bytes,
			uint32_t len)
{
	uint8_t mask[EMU_CAPABILITY_BYTES];
	uint32_t size = layout->size < len ? layout->size : len;

	if (size > sizeof(mask))
		size = sizeof(mask);
	emu_mark(layout, EMU_NAMED, mask, size);
	for (uint32_t i = 0; i < size; i++)
		bytes[i] |= ~mask[i];
}

static void set_reserved(const uint8_t *in, uint32_t in_len, uint8_t *out,
			 uint32_t out_len)
{
	const struct emu_match match = match_of(in, in_len);
	const struct prm_layout *payload = emu_match_payload(&match);
	const struct prm_command *command =
		prm_command_by_opcode(match.command);

	if (payload)
		set_unnamed(payload, out + PRM_HEADER_BYTES,
			    out_len - PRM_HEADER_BYTES);
	else if (command)
		set_unnamed(command->out, out, out_len);
}

static void take(uint32_t *to, uint32_t from, uint32_t usual)
{
	if (from != usual)
		*to = from;
}

static void add_outcome(struct emu_outcome *to, const struct emu_outcome *from)
{
	const struct emu_outcome *usual = &emu_as_it_should;

	take(&to->lost, from->lost, usual->lost);
	take(&to->delivery, from->delivery, usual->delivery);
	take(&to->completions, from->completions, usual->completions);
	take(&to->slot_xor, from->slot_xor, usual->slot_xor);
	to->damage |= from->damage;
	take(&to->early, from->early, usual->early);
	take(&to->changes, from->changes, usual->changes);
	take(&to->out_len, from->out_len, usual->out_len);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* What one rule makes of an answer. */
static void spoil(struct emu_misbehaviour *mis, const struct emu_rule *rule,
		  const uint8_t *in, uint32_t in_len, uint8_t *out,
		  uint32_t out_len)
{
	const struct emu_fault *fault = &rule->fault;

	if (fault->stale)
		memcpy(out, mis->last, least(out_len, mis->last_len));
	if (fault->echo)
		memcpy(out + 8, in + 8, least(in_len, out_len) - 8);
	if (fault->reserved)
		set_reserved(in, in_len, out, out_len);
	for (uint32_t i = 0; i < fault->n_sets; i++)
		fill(mis->plan, &fault->sets[i], out, out_len);
	if (fault->torn < out_len)
		memset(out + fault->torn, 0, out_len - fault->torn);
}

static void change_health(struct emu_device *device,
			  const struct emu_fault *fault)
{
	struct emu_misbehaviour *mis = device->misbehaviour;
	uint8_t buffer[EMU_HEALTH_BYTES];

	if (fault->health_stops != EMU_ANY)
		emu_stop_health_counter(device, fault->health_stops);
	if (!fault->n_health)
		return;
	emu_health(device, buffer);
	pthread_mutex_lock(&mis->lock);
	for (uint32_t i = 0; i < fault->n_health; i++)
		fill(mis->plan, &fault->health[i], buffer, sizeof(buffer));
	pthread_mutex_unlock(&mis->lock);
	emu_set_health(device, buffer);
}

static void remember(struct emu_misbehaviour *mis, const uint8_t *out,
		     uint32_t out_len)
{
	mis->last_len = least(out_len, sizeof(mis->last));
	memcpy(mis->last, out, mis->last_len);
}

int emu_misbehave(struct emu_device *device, const struct emu_arrival *arrival,
		  const void *in, uint32_t in_len, void *out, uint32_t out_len,
		  struct emu_outcome *outcome)
{
	struct emu_misbehaviour *mis = device->misbehaviour;
	uint64_t chosen = arrival->rules;
	int error = emu_execute(device, arrival, in, in_len, out, out_len);

	if (error)
		return error;
	for (uint32_t i = 0; i < EMU_MAX_RULES && chosen >> i; i++)
		if (chosen >> i & 1)
			change_health(device, &mis->plan->rules[i].fault);
	pthread_mutex_lock(&mis->lock);
	for (uint32_t i = 0; i < EMU_MAX_RULES && chosen >> i; i++) {
		if (!(chosen >> i & 1))
			continue;
		spoil(mis, &mis->plan->rules[i], in, in_len, out, out_len);
		add_outcome(outcome, &mis->plan->rules[i].fault.outcome);
	}
	remember(mis, out, out_len);
	pthread_mutex_unlock(&mis->lock);
	return 0;
}
