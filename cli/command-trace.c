// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl trace: what the firmware says. On a real kernel mlx5_core owns the
 * tracer, and its trace point shows the messages; of the emulated device the
 * events are read, and put together with the strings of MTRC_STDB.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "emu-session.h"
#include "emu-transport.h"
#include "output.h"
#include "pci.h"
#include "prm-offsets.h"
#include "session.h"
#include "stop.h"
#include "text.h"
#include "trace-point.h"
#include "tracer.h"

#define MOST_SECONDS 86400
#define TRACE_POINT_SECONDS 5	/* it shows nothing of the past */
#define LOOK_SECONDS 0.1
#define PIECE 1024		/* bytes of strings in one answer ... */
#define LEAST_PIECE 4		/* ... or fewer, where it is refused */

struct tracing {
	struct invocation *invocation;
	bool follows;
	double end;		/* of listening, where it does not follow */
	u64 count;		/* messages; 0: all */
	u64 seen;
	bool is_over;		/* enough was seen, or nobody reads it */
	struct tracer_strings strings;
	struct tracer tracer;
	struct emu_session *session;
	u64 next;		/* event of the emulated device */
	u64 n_missed;
	struct trace_point point;
};

static struct json_object *message_json(const struct tracer_message *message)
{
	struct json_object *row = json_object_new_object();
	char time[24];

	snprintf(time, sizeof(time), "0x%016" PRIx64, message->time);
	put_text(row, "time", message->has_time ? time : NULL);
	put_number(row, "event", message->event);
	put_bool(row, "lost", message->is_lost);
	put_text(row, "text", message->text);
	put_text(row, "problem", message->problem);
	return row;
}

static void print_message(const struct tracer_message *message)
{
	if (message->is_lost)
		puts("! messages before this one were lost");
	if (message->has_time)
		printf("0x%012" PRIx64 "  ", message->time);
	else
		printf("%14s  ", "-");
	print_safe(stdout, message->text);
	if (message->problem)
		printf("  (! %s)", message->problem);
	putchar('\n');
}

static void put_row(struct invocation *invocation, struct json_object *row)
{
	if (invocation->output != OUTPUT_JSONL) {
		put_object(invocation->data, NULL, row);
		return;
	}
	output_line(invocation, row);
	json_object_put(row);
}

static void say(void *context, const struct tracer_message *message)
{
	struct tracing *tracing = context;
	struct invocation *invocation = tracing->invocation;

	if (tracing->is_over)
		return;
	if (message->problem || message->is_lost)
		invocation->status = EXIT_FINDING;
	if (invocation->output == OUTPUT_TEXT)
		print_message(message);
	else
		put_row(invocation, message_json(message));
	tracing->is_over = !output_flush() ||
			   ++tracing->seen == tracing->count;
}

/* What is wrong with the whole: an entry without a text. */
__attribute__((format(printf, 2, 3)))
static void complain(struct tracing *tracing, const char *format, ...)
{
	struct invocation *invocation = tracing->invocation;
	struct json_object *row;
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	invocation->status = EXIT_FINDING;
	if (invocation->output == OUTPUT_TEXT) {
		output_note(invocation, "mlx5ctl: incomplete: %s", text);
		return;
	}
	row = json_object_new_object();
	put_text(row, "time", NULL);
	put_object(row, "event", NULL);
	put_bool(row, "lost", false);
	put_text(row, "text", NULL);
	put_text(row, "problem", text);
	put_row(invocation, row);
}

/* As attempt_read_register(): the next piece of a database. */
static int read_piece(struct tracing *tracing, u32 index, u32 want,
		      struct failure *failure)
{
	struct tracer_database *database = &tracing->strings.database[index];
	const u32 data = PRM_AT(mtrc_stdb, string_db_data).offset / 8;
	u8 bytes[PIECE + PRM_SIZE(mtrc_stdb)] = { 0 };
	int result;

	if (!prm_set(bytes, sizeof(bytes), PRM_AT(mtrc_stdb, string_db_index),
		     index) ||
	    !prm_set(bytes, sizeof(bytes), PRM_AT(mtrc_stdb, read_size),
		     want) ||
	    !prm_set(bytes, sizeof(bytes), PRM_AT(mtrc_stdb, start_offset),
		     database->len))
		return fail_memory(tracing->invocation);
	result = attempt_read_register(tracing->invocation, PRM_REG_MTRC_STDB,
				       bytes, data + want, failure);
	if (result)
		return result;
	memcpy(database->bytes + database->len, bytes + data, want);
	database->len += want;
	return 0;
}

static int read_database(struct tracing *tracing, u32 index)
{
	struct tracer_database *database = &tracing->strings.database[index];
	u32 size = database->size < TRACER_DATABASE_MOST ?
		   database->size & ~3u : TRACER_DATABASE_MOST;
	u32 piece = PIECE;
	struct failure failure;
	int result = 0;

	if (size < database->size)
		complain(tracing, "database %u of the strings has %u bytes, of which %u are read",
			 index, database->size, size);
	database->bytes = malloc(size + 1);
	if (!database->bytes)
		return fail_memory(tracing->invocation);
	while (!result && database->len < size) {
		u32 left = size - database->len;

		result = read_piece(tracing, index,
				    left < piece ? left : piece, &failure);
		/* Up to its end, where that is nearer than the device says. */
		if (result == ATTEMPT_FAILED && piece > LEAST_PIECE) {
			piece /= 2;
			result = 0;
		}
	}
	if (result != ATTEMPT_FAILED)
		return result;
	complain(tracing, "database %u of the strings ends after %u of %u bytes: %s",
		 index, database->len, database->size, failure.message);
	return 0;
}

/* As session_exec(): 1 is a dry run. */
static int read_strings(struct tracing *tracing, const u8 *cap)
{
	struct tracer_strings *strings = &tracing->strings;
	int result = 0;

	tracer_read_cap(cap, strings);
	if (strings->n < strings->n_said)
		complain(tracing, "the device says that it has %u databases of strings, and names %u",
			 strings->n_said, strings->n);
	for (u32 i = 0; !result && i < strings->n; i++)
		result = read_database(tracing, i);
	return result;
}

static int read_cap(struct tracing *tracing, u8 *cap)
{
	int result = session_read_register(tracing->invocation,
					   PRM_REG_MTRC_CAP, 0, cap,
					   PRM_SIZE(mtrc_cap));
	u64 to_memory;

	if (result)
		return result;
	if (prm_get(cap, PRM_SIZE(mtrc_cap), PRM_AT(mtrc_cap, trace_to_memory),
		    &to_memory) && to_memory)
		return 0;
	return fail(tracing->invocation, EXIT_SYSTEM, "no-tracer", NULL,
		    "the device has no firmware tracer that writes to memory");
}

static int look_at_events(struct tracing *tracing)
{
	const struct emu_session *session = tracing->session;
	u8 events[EMU_DOOR_EVENTS * TRACER_EVENT_BYTES];
	struct mlx5ctl_error error = { .code = 0 };
	u64 before;
	u32 n;

	do {
		before = tracing->next;
		error.code = session->door->traced(session->handle,
						   &tracing->next, events, &n,
						   &error);
		if (error.code)
			return fail_device(tracing->invocation, &error);
		tracing->n_missed += tracing->next - before - n;
		for (u32 i = 0; i < n; i++)
			tracer_take(&tracing->tracer,
				    events + i * TRACER_EVENT_BYTES);
	} while (n && !tracing->is_over && !stop_is_asked());
	return 0;
}

static int look_at_trace_point(struct tracing *tracing)
{
	if (trace_point_read(&tracing->point, say, tracing))
		return 0;
	return fail(tracing->invocation, EXIT_SYSTEM, "no-trace-point", NULL,
		    "the trace point can no longer be read");
}

static int listen(struct tracing *tracing, int (*look)(struct tracing *tracing))
{
	int result;

	for (;;) {
		double now = stop_clock();

		result = look(tracing);
		if (result || tracing->is_over || stop_is_asked() ||
		    !output_has_reader() ||
		    (!tracing->follows && now >= tracing->end))
			break;
		stop_wait_until(now + LOOK_SECONDS);
	}
	if (!result && stop_is_asked())
		tracing->invocation->status = EXIT_INTERRUPTED;
	return result;
}

static int trace_emulated(struct tracing *tracing, const u8 *cap)
{
	struct tracer *tracer = &tracing->tracer;
	int result = read_strings(tracing, cap);

	if (result)
		return result;
	tracer->strings = &tracing->strings;
	tracer->show = say;
	tracer->context = tracing;
	stop_catch();
	result = listen(tracing, look_at_events);
	if (result)
		return result;
	tracer_end(tracer);
	if (tracing->n_missed)
		complain(tracing, "%" PRIu64 " events are not kept any more",
			 tracing->n_missed);
	if (tracer->n_strange)
		complain(tracing, "%" PRIu64 " events belong to no message",
			 tracer->n_strange);
	return 0;
}

static int trace_real(struct tracing *tracing, const u8 *cap, const char *pci)
{
	u64 owner;
	int result;

	stop_catch();	/* what is made in tracefs is to go again */
	if (trace_point_open(tracing->invocation, &tracing->point, pci))
		return -1;
	if (!option_given(tracing->invocation, "seconds"))
		tracing->end = stop_clock() + TRACE_POINT_SECONDS;
	if (prm_get(cap, PRM_SIZE(mtrc_cap),
			   PRM_AT(mtrc_cap, trace_owner), &owner) && !owner)
		output_note(tracing->invocation,
			    "mlx5ctl: nobody owns the tracer now, or another host: mlx5_core has nothing to show");
	result = listen(tracing, look_at_trace_point);
	if (!result && tracing->point.n_lost)
		complain(tracing, "the kernel had no room for %" PRIu64 " messages",
			 tracing->point.n_lost);
	trace_point_close(&tracing->point);
	return result;
}

static int trace_device(struct tracing *tracing)
{
	struct invocation *invocation = tracing->invocation;
	u8 cap[PRM_SIZE(mtrc_cap)] = { 0 };
	struct mlx5ctl_device_info info = { "" };
	char pci[32];
	int result = read_cap(tracing, cap);

	if (result)
		return result;
	tracing->session = emu_transport_session(invocation->device_name);
	if (tracing->session)
		return trace_emulated(tracing, cap);
	if (session_info(invocation, &info))
		return -1;
	if (!pci_of_device(info.device, pci, sizeof(pci)))
		return fail(invocation, EXIT_SYSTEM, "no-function", NULL,
			    "sysfs does not show the PCI function of %s",
			    info.device);
	return trace_real(tracing, cap, pci);
}

static int take_options(struct invocation *invocation, struct tracing *tracing)
{
	u64 seconds = 0;

	tracing->follows = option_given(invocation, "follow") &&
			   !option_given(invocation, "seconds");
	if (option_number(invocation, "count", UINT32_MAX, &tracing->count) ||
	    option_number(invocation, "seconds", MOST_SECONDS, &seconds))
		return -1;
	tracing->end = stop_clock() + seconds;
	return 0;
}

int run_trace(struct invocation *invocation)
{
	struct tracing *tracing = calloc(1, sizeof(*tracing));
	int result;

	if (!tracing)
		return fail_memory(invocation);
	tracing->invocation = invocation;
	result = take_options(invocation, tracing);
	if (!result) {
		if (!option_given(invocation, "dry-run"))
			invocation->data = json_object_new_array();
		result = trace_device(tracing);
		stop_release();
	}
	for (u32 i = 0; i < tracing->strings.n; i++)
		free(tracing->strings.database[i].bytes);
	free(tracing);
	return result < 0 ? -1 : 0;
}

/* All of it was shown when it came. */
void show_trace(struct invocation *invocation)
{
	(void)invocation;
}
