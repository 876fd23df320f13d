// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Event queues: rings in the machine's memory. An entry's owner bit changes
 * with each round, so the driver sees by it alone what is new. The interrupt
 * comes once: for the first entry after the driver armed the queue, at once
 * where there was one already.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include "model.h"

#define COUNTER_MASK 0xffffff
#define MAX_LOG_SIZE 23		/* the counters tell full from empty */

enum { DOORBELL_ARM = 0x40, DOORBELL = 0x48 };
enum { STATUS_OK, STATUS_WRITE_FAILURE = 0xa };
enum { STATE_ARMED = 9, STATE_FIRED };

#define CONTEXT(call, field)						\
	EMU_IN(call, create_eq_in, eq_context_entry__##field)

static uint64_t mask_of(const struct emu_call *call, uint32_t index)
{
	struct prm_bits at = PRM_AT(create_eq_in, event_bitmask);

	return prm_value(call->in, call->in_len,
			 (struct prm_bits){ at.offset + index * 64, 64 });
}

/* The events of one mask that user contexts may ask for. */
static uint64_t open_events(const struct emu_capability *events, uint32_t index)
{
	struct prm_bits at[] = {
		PRM_AT(device_event_cap, user_affiliated_events),
		PRM_AT(device_event_cap, user_unaffiliated_events),
	};
	uint64_t open = 0;

	for (uint32_t i = 0; events && i < ARRAY_SIZE(at); i++) {
		at[i].offset += index * 64;
		at[i].width = 64;
		open |= prm_value(events->bytes[EMU_CAPABILITY_CURRENT],
				  EMU_CAPABILITY_BYTES, at[i]);
	}
	return open;
}

/* What a driver may see is not for the contexts of its users. */
static bool is_for_users(const struct emu_call *call)
{
	const struct emu_capability *events =
		emu_capability_find(&call->device->state, EMU_DEVICE_EVENTS);

	for (uint32_t i = 0; i < 4; i++)
		if (mask_of(call, i) & ~open_events(events, i))
			return false;
	return true;
}

static struct emu_eq eq_of(const struct emu_call *call)
{
	struct emu_eq eq = {
		.log_size = CONTEXT(call, log_eq_size),
		.uar = CONTEXT(call, uar_page),
		.vector = CONTEXT(call, intr),
		.overruns = CONTEXT(call, oi),
		.extent = {
			.shift = EMU_PAGE_SHIFT + CONTEXT(call, log_page_size),
			.first = CONTEXT(call, page_offset) * EMU_EQE_BYTES,
			.n = (call->in_len - PRM_SIZE_create_eq_in) / 8,
		},
	};

	for (uint32_t i = 0; i < 4; i++)
		eq.mask[i] = mask_of(call, i);
	return eq;
}

/* Exactly the pages that the ring needs. */
static bool has_its_pages(const struct emu_call *call, const struct emu_eq *eq)
{
	uint64_t bytes = eq->extent.first +
			 ((uint64_t)EMU_EQE_BYTES << eq->log_size);
	uint64_t n = ((bytes - 1) >> eq->extent.shift) + 1;

	return call->in_len - PRM_SIZE_create_eq_in == n * 8;
}

static enum emu_failure check_eq(const struct emu_call *call,
				 const struct emu_eq *eq)
{
	if (eq->log_size > MAX_LOG_SIZE ||
	    eq->log_size > emu_general_capability(&call->device->state,
						  "log_max_eq_sz") ||
	    eq->vector >= emu_n_vectors(&call->device->state))
		return EMU_BAD_VALUE;
	if (!has_its_pages(call, eq))
		return EMU_INPUT_LENGTH;
	if (!eq->uar)
		return EMU_UNKNOWN_OBJECT;
	if (call->uid && !is_for_users(call))
		return EMU_UNOFFERED_OPTION;
	return EMU_DONE;
}

enum emu_failure emu_create_eq(struct emu_call *call)
{
	struct emu_eq eq = eq_of(call), *copy;
	struct emu_new object = { EMU_EQ, call->uid, { { EMU_UAR, eq.uar } } };
	enum emu_failure failure;
	uint32_t id;

	failure = check_eq(call, &eq);
	if (failure)
		return failure;
	copy = malloc(sizeof(*copy) + eq.extent.n * sizeof(copy->pages[0]));
	if (!copy)
		return EMU_NO_MEMORY;
	*copy = eq;
	if (!emu_extent_take(&copy->extent, copy->pages,
			     call->in + PRM_SIZE_create_eq_in)) {
		free(copy);
		return EMU_BAD_PAGE;
	}
	object.body = copy;
	failure = emu_object_create(call, &object, &id);
	if (!failure)
		EMU_OUT(call, create_eq_out, eq_number, id);
	return failure;
}

enum emu_failure emu_destroy_eq(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_EQ, call->uid,
				  EMU_IN(call, destroy_eq_in, eq_number));
}

void emu_eq_show(const struct emu_slot *slot, uint8_t *out, uint32_t out_len)
{
	const struct emu_eq *eq = slot->body;
	const struct {
		struct prm_bits at;
		uint32_t value;
	} now[] = {
		{ PRM_AT(query_eq_out, eq_context_entry__status),
		  eq->is_broken ? STATUS_WRITE_FAILURE : STATUS_OK },
		{ PRM_AT(query_eq_out, eq_context_entry__st),
		  eq->is_armed ? STATE_ARMED : STATE_FIRED },
		{ PRM_AT(query_eq_out, eq_context_entry__consumer_counter),
		  eq->consumer },
		{ PRM_AT(query_eq_out, eq_context_entry__producer_counter),
		  eq->producer },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(now); i++)
		emu_set(out, out_len, now[i].at, now[i].value);
}

static void compose(uint8_t *entry, const struct emu_eq *eq,
		    const struct emu_event *event)
{
	memset(entry, 0, EMU_EQE_BYTES);
	emu_set(entry, EMU_EQE_BYTES, PRM_AT(eqe, event_type), event->type);
	emu_set(entry, EMU_EQE_BYTES, PRM_AT(eqe, event_sub_type),
		event->sub_type);
	memcpy(entry + PRM_AT(eqe, event_data).offset / 8, event->data,
	       EMU_EVENT_DATA);
	emu_set(entry, EMU_EQE_BYTES, PRM_AT(eqe, owner),
		eq->producer >> eq->log_size);
}

/* The driver polls the owner, which is in the last dword: that one is last. */
static int write_entry(const struct emu_device *device, uint64_t address,
		       const uint8_t *entry)
{
	const size_t owner = EMU_EQE_BYTES - sizeof(uint32_t);
	int error;

	error = emu_host_write(device, address, entry, owner);
	if (error)
		return error;
	atomic_thread_fence(memory_order_release);
	return emu_host_write(device, address + owner, entry + owner,
			      sizeof(uint32_t));
}

static void interrupt(struct emu_device *device, struct emu_eq *eq)
{
	if (!eq->is_armed)
		return;
	eq->is_armed = false;
	emu_host_interrupt(device, eq->vector);
}

void emu_eq_post(struct emu_device *device, struct emu_eq *eq,
		 const struct emu_event *event)
{
	uint32_t size = 1u << eq->log_size;
	uint32_t filled = (eq->producer - eq->consumer) & COUNTER_MASK;
	uint8_t entry[EMU_EQE_BYTES];
	uint64_t page, address;

	if (eq->is_broken)
		return;
	compose(entry, eq, event);
	emu_extent_run(&eq->extent,
		       (uint64_t)(eq->producer & (size - 1)) * EMU_EQE_BYTES,
		       &page, &address);
	if ((filled >= size && !eq->overruns) ||
	    write_entry(device, address, entry)) {
		eq->is_broken = true;
		return;
	}
	eq->producer = (eq->producer + 1) & COUNTER_MASK;
	interrupt(device, eq);
}

void emu_doorbell(struct emu_device *device, uint32_t uar, uint32_t offset,
		  uint32_t value)
{
	struct emu_slot *slot;
	struct emu_eq *eq;

	if (offset != DOORBELL_ARM && offset != DOORBELL)
		return;
	pthread_mutex_lock(&device->lock);
	slot = emu_object_find(device, EMU_EQ, value >> 24);
	eq = slot ? slot->body : NULL;
	/* A page rings for the queues that were made with it, and no others. */
	if (eq && eq->uar == uar) {
		eq->consumer = value & COUNTER_MASK;
		eq->is_armed |= offset == DOORBELL_ARM;
		if (offset == DOORBELL_ARM && eq->consumer != eq->producer)
			interrupt(device, eq);
	}
	pthread_mutex_unlock(&device->lock);
}
