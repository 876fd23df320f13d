// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the device says of itself, to the event queues that asked for it. */
#include "model.h"

enum {
	PORT_CHANGE = 0x09,
	COMMAND_COMPLETION = 0x0a,
	PAGE_REQUEST = 0x0b,
	DEVICE_TRACER = 0x26,
};

enum { PORT_IS_DOWN = 1, PORT_IS_ACTIVE = 4 };

/* The next queue that takes events of a type, from a slot on. */
static struct emu_eq *next_eq(struct emu_device *device, uint8_t type,
			      uint32_t *slot)
{
	struct emu_account *account = &device->accounts[EMU_EQ];

	while (*slot < account->n_slots) {
		const struct emu_slot *now = &account->slots[(*slot)++];
		struct emu_eq *eq = now->body;

		if (now->live && eq->mask[type / 64] >> type % 64 & 1)
			return eq;
	}
	return NULL;
}

static void raise_event(struct emu_device *device,
			const struct emu_event *event)
{
	struct emu_eq *eq;
	uint32_t slot = 0;

	while ((eq = next_eq(device, event->type, &slot)))
		emu_eq_post(device, eq, event);
}

#define DATA(event, layout, field, value)				\
	emu_set((event)->data, EMU_EVENT_DATA, PRM_AT(layout, field), value)

void emu_raise_port_change(struct emu_device *device, uint8_t port, bool is_up)
{
	struct emu_event event = {
		.type = PORT_CHANGE,
		.sub_type = is_up ? PORT_IS_ACTIVE : PORT_IS_DOWN,
	};

	DATA(&event, port_state_change_event, port_num, port);
	raise_event(device, &event);
}

void emu_raise_page_request(struct emu_device *device, uint16_t function,
			    int32_t pages)
{
	struct emu_event event = { .type = PAGE_REQUEST };

	DATA(&event, pages_req_event, function_id, function);
	DATA(&event, pages_req_event, num_pages, (uint32_t)pages);
	raise_event(device, &event);
}

void emu_raise_tracer(struct emu_device *device, enum emu_tracer_event event)
{
	const struct emu_event raised = {
		.type = DEVICE_TRACER,
		.sub_type = event,
	};

	raise_event(device, &raised);
}

bool emu_takes_completions(struct emu_device *device)
{
	uint32_t slot = 0;
	bool takes;

	pthread_mutex_lock(&device->lock);
	takes = next_eq(device, COMMAND_COMPLETION, &slot);
	pthread_mutex_unlock(&device->lock);
	return takes;
}

void emu_completed(struct emu_device *device, uint32_t slots)
{
	struct emu_event event = { .type = COMMAND_COMPLETION };

	DATA(&event, cmd_inter_comp_event, command_completion_vector, slots);
	pthread_mutex_lock(&device->lock);
	raise_event(device, &event);
	pthread_mutex_unlock(&device->lock);
}
