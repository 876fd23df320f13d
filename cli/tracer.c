// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Events of the firmware tracer become messages. */
#include "tracer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "prm-offsets.h"

enum { TIMESTAMP = 0xff };	/* event_id */
enum { EACH_DATABASE = 64 };	/* bits of string_db_param */

#define PART(event, layout, field)					\
	prm_value(event, TRACER_EVENT_BYTES, PRM_AT(layout, field))

static u64 of_cap(const void *mtrc_cap, struct prm_bits at)
{
	return prm_value(mtrc_cap, PRM_SIZE(mtrc_cap), at);
}

void tracer_read_cap(const void *mtrc_cap, struct tracer_strings *strings)
{
	struct prm_bits address = PRM_AT(mtrc_cap,
				string_db_param__string_db_base_address);
	struct prm_bits size = PRM_AT(mtrc_cap,
				string_db_param__string_db_size);

	memset(strings, 0, sizeof(*strings));
	strings->first = of_cap(mtrc_cap, PRM_AT(mtrc_cap, first_string_trace));
	strings->count = of_cap(mtrc_cap, PRM_AT(mtrc_cap, num_string_trace));
	strings->n_said = of_cap(mtrc_cap, PRM_AT(mtrc_cap, num_string_db));
	strings->n = strings->n_said < TRACER_DATABASES ? strings->n_said :
							  TRACER_DATABASES;
	for (u32 i = 0; i < strings->n; i++) {
		strings->database[i].address = of_cap(mtrc_cap, address);
		strings->database[i].size = of_cap(mtrc_cap, size);
		address.offset += EACH_DATABASE;
		size.offset += EACH_DATABASE;
	}
}

/* The format at an address of the device's; NULL where nothing was read. */
static const char *find(const struct tracer_strings *strings, u32 address,
			size_t *room)
{
	for (u32 i = 0; i < strings->n; i++) {
		const struct tracer_database *database = &strings->database[i];
		u32 at = address - database->address;

		if (address < database->address || at >= database->len)
			continue;
		*room = database->len - at;
		return database->bytes + at;
	}
	return NULL;
}

static const char *compose(const struct tracer_open *open, char *text)
{
	int len;

	if (open->format)
		return tracer_format(open->format, open->room, open->numbers,
				     open->n, text, TRACER_TEXT);
	len = snprintf(text, TRACER_TEXT, "0x%016" PRIx64, open->raw);
	for (u32 i = 0; i < open->n; i++)
		len += snprintf(text + len, TRACER_TEXT - len, " 0x%08x",
				open->numbers[i]);
	return "its string is in no database that was read";
}

static void show(struct tracer *tracer, const struct tracer_open *open,
		 const u64 *after)
{
	struct tracer_message message = {
		.event = open->event,
		.is_lost = open->is_lost,
		.has_time = after,
	};

	/* Its last seven bits, at most 127 ticks before the time after it. */
	if (after) {
		message.time = (*after & ~0x7full) | open->time;
		if (message.time > *after && message.time > 0x7f)
			message.time -= 0x80;
	}
	message.problem = compose(open, message.text);
	tracer->show(tracer->context, &message);
}

static void drop(struct tracer *tracer, u32 index)
{
	tracer->n_open--;
	memmove(&tracer->open[index], &tracer->open[index + 1],
		(tracer->n_open - index) * sizeof(tracer->open[0]));
}

static bool is_whole(const struct tracer_open *open)
{
	return !open->format || open->n >= open->wanted;
}

static void take_time(struct tracer *tracer, const u8 *event)
{
	u64 time = PART(event, tracer_timestamp_event, timestamp52_40) << 40 |
		   PART(event, tracer_timestamp_event, timestamp39_8) << 8 |
		   PART(event, tracer_timestamp_event, timestamp7_0);
	bool is_reliable = !(PART(event, tracer_timestamp_event, urts) & 1);

	for (u32 i = 0; i < tracer->n_open;) {
		if (!is_whole(&tracer->open[i])) {
			i++;
			continue;
		}
		show(tracer, &tracer->open[i], is_reliable ? &time : NULL);
		drop(tracer, i);
	}
}

static void begin(struct tracer *tracer, const u8 *event)
{
	struct tracer_open *open;

	if (tracer->n_open == TRACER_OPEN) {
		show(tracer, &tracer->open[0], NULL);
		drop(tracer, 0);
	}
	open = &tracer->open[tracer->n_open++];
	*open = (struct tracer_open){
		.raw = prm_value(event, TRACER_EVENT_BYTES,
				 (struct prm_bits){ 0, 64 }),
		.number = PART(event, tracer_string_event, tmsn),
		.event = PART(event, tracer_string_event, event_id),
		.time = PART(event, tracer_string_event, timestamp),
		.is_lost = PART(event, tracer_string_event, lost),
	};
	open->format = find(tracer->strings,
			    PART(event, tracer_string_event, string_param),
			    &open->room);
	if (open->format)
		open->wanted = tracer_numbers(open->format, open->room);
	if (open->wanted > TRACER_NUMBERS)
		open->wanted = TRACER_NUMBERS;
}

/* A number belongs to the message that was begun last under its own number. */
static void add(struct tracer *tracer, const u8 *event)
{
	u64 number = PART(event, tracer_string_event, tmsn);

	for (u32 i = tracer->n_open; i--;) {
		struct tracer_open *open = &tracer->open[i];

		if (open->number != number ||
		    open->event != PART(event, tracer_string_event, event_id))
			continue;
		if (open->n < TRACER_NUMBERS)
			open->numbers[open->n++] =
				PART(event, tracer_string_event, string_param);
		else
			tracer->n_strange++;
		return;
	}
	tracer->n_strange++;
}

void tracer_take(struct tracer *tracer, const u8 *event)
{
	u64 id = PART(event, tracer_string_event, event_id);

	if (id == TIMESTAMP)
		take_time(tracer, event);
	else if (id < tracer->strings->first ||
		 id - tracer->strings->first >= tracer->strings->count)
		tracer->n_strange++;
	else if (PART(event, tracer_string_event, tdsn))
		add(tracer, event);
	else
		begin(tracer, event);
}

void tracer_end(struct tracer *tracer)
{
	for (u32 i = 0; i < tracer->n_open; i++)
		show(tracer, &tracer->open[i], NULL);
	tracer->n_open = 0;
}
