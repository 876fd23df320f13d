// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The firmware tracer. Each message is followed by the whole time, a tick
 * after its own: whoever puts the two together then need not know whether
 * seven bits went round between them.
 */
#include "model.h"

enum { TIMESTAMP = 0xff };	/* event_id */
enum { BLOCK_BYTES = EMU_BLOCK_EVENTS * EMU_TRACED_BYTES };
enum { MOST_EVENTS = EMU_MOST_NUMBERS + 2 };	/* of a message */

#define SET(event, layout, field, value)				\
	emu_set(event, EMU_TRACED_BYTES, PRM_AT(layout, field), value)

uint64_t emu_trace_time(const struct emu_device *device)
{
	return emu_uptime_ms(device) * 1000;
}

const struct emu_strings emu_strings[] = {
	{ 0x20100000, EMU_SAYS_STARTED, EMU_SAYS_GIVEN - EMU_SAYS_STARTED,
	  "what becomes of card and function" },
	{ 0x20400000, EMU_SAYS_GIVEN, EMU_SAYS_CORE - EMU_SAYS_GIVEN,
	  "what drivers ask for" },
	{ 0x20180000, EMU_SAYS_CORE, EMU_N_MESSAGES - EMU_SAYS_CORE,
	  "what is the state of the chip" },
};

uint32_t emu_strings_bytes(const struct emu_strings *strings)
{
	return (strings->n + 1) * EMU_STRING_SLOT;
}

static uint32_t address_of(enum emu_message message)
{
	const struct emu_strings *strings = emu_strings;

	while (message - strings->first >= strings->n)
		strings++;
	return strings->address +
	       (message - strings->first + 1) * EMU_STRING_SLOT;
}

static uint8_t *kept(struct emu_tracer *tracer, uint64_t number)
{
	return tracer->kept[number % EMU_KEPT_EVENTS];
}

static uint8_t *next_event(struct emu_tracer *tracer)
{
	uint8_t *event = kept(tracer, tracer->said++);

	memset(event, 0, EMU_TRACED_BYTES);
	return event;
}

static void add_part(struct emu_tracer *tracer, enum emu_message message,
		     uint32_t part, uint32_t number)
{
	uint8_t *event = next_event(tracer);

	SET(event, tracer_string_event, lost, !part && tracer->is_lost);
	SET(event, tracer_string_event, timestamp, tracer->time);
	SET(event, tracer_string_event, event_id, EMU_TRACE_FIRST + message);
	SET(event, tracer_string_event, tmsn, tracer->message);
	SET(event, tracer_string_event, tdsn, part);
	SET(event, tracer_string_event, string_param, number);
}

static void add_time(struct emu_tracer *tracer)
{
	uint8_t *event = next_event(tracer);

	SET(event, tracer_timestamp_event, timestamp7_0, tracer->time);
	SET(event, tracer_timestamp_event, event_id, TIMESTAMP);
	SET(event, tracer_timestamp_event, timestamp39_8, tracer->time >> 8);
	SET(event, tracer_timestamp_event, timestamp52_40, tracer->time >> 40);
}

void emu_say(struct emu_device *device, enum emu_message message,
	     const uint32_t *numbers, uint32_t n)
{
	struct emu_tracer *tracer = &device->tracer;
	uint64_t now = emu_trace_time(device);

	/* No two messages are of one time. */
	tracer->time = now > tracer->time ? now : tracer->time + 1;
	tracer->message++;
	add_part(tracer, message, 0, address_of(message));
	for (uint32_t i = 0; i < n && i < EMU_MOST_NUMBERS; i++)
		add_part(tracer, message, i + 1, numbers[i]);
	tracer->time++;
	tracer->is_lost = false;
	add_time(tracer);
	emu_trace_send(device);
}

/* What is left of a block repeats its last event, which is a time. */
static uint32_t compose(struct emu_device *device, uint8_t *block)
{
	struct emu_tracer *tracer = &device->tracer;
	uint32_t len = BLOCK_BYTES;

	for (uint32_t i = 0; i < EMU_BLOCK_EVENTS; i++) {
		uint64_t number = tracer->sent + i;

		if (number >= tracer->said)
			number = tracer->said - 1;
		memcpy(block + i * EMU_TRACED_BYTES, kept(tracer, number),
		       EMU_TRACED_BYTES);
	}
	if (device->misbehaviour)
		emu_misbehave_dump(device, PRM_REG_MTRC_CONF, block, &len);
	return len;
}

static void send_block(struct emu_device *device,
		       const struct emu_trace_memory *memory)
{
	struct emu_tracer *tracer = &device->tracer;
	uint8_t block[BLOCK_BYTES];
	uint32_t len = compose(device, block);

	if (emu_mkey_write(device, 0, memory->mkey, memory->address +
			   (uint64_t)tracer->block * BLOCK_BYTES, block, len))
		tracer->is_lost = true;
	tracer->block = (tracer->block + 1) % memory->n_blocks;
	tracer->sent = tracer->said;
}

/* A block is closed when it is wanted, or might not hold one more message. */
void emu_trace_send(struct emu_device *device)
{
	struct emu_tracer *tracer = &device->tracer;
	uint64_t waiting = tracer->said - tracer->sent;
	struct emu_trace_memory memory;

	if (!emu_trace_memory(device, &memory)) {
		tracer->sent = tracer->said;
		return;
	}
	if (!waiting || (!tracer->is_armed &&
			 waiting <= EMU_BLOCK_EVENTS - MOST_EVENTS))
		return;
	send_block(device, &memory);
	if (!tracer->is_armed)
		return;
	tracer->is_armed = false;
	emu_raise_tracer(device, EMU_TRACES_AVAILABLE);
}

uint32_t emu_traced(struct emu_device *device, uint64_t *next,
		    uint8_t *events, uint32_t most)
{
	struct emu_tracer *tracer = &device->tracer;
	uint32_t n = 0, len;

	pthread_mutex_lock(&device->lock);
	if (*next > tracer->said)
		*next = tracer->said;
	if (tracer->said - *next > EMU_KEPT_EVENTS)
		*next = tracer->said - EMU_KEPT_EVENTS;
	for (; n < most && *next < tracer->said; n++, (*next)++)
		memcpy(events + n * EMU_TRACED_BYTES, kept(tracer, *next),
		       EMU_TRACED_BYTES);
	len = n * EMU_TRACED_BYTES;
	if (device->misbehaviour)
		emu_misbehave_dump(device, PRM_REG_MTRC_CONF, events, &len);
	pthread_mutex_unlock(&device->lock);
	return len / EMU_TRACED_BYTES;
}
