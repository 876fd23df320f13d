/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The firmware tracer's events, put together as messages. Nothing that the
 * device says is trusted: neither its strings nor its counts.
 */
#ifndef CLI_TRACER_H
#define CLI_TRACER_H

#include <stdbool.h>
#include <stddef.h>

#include "prm.h"

#define TRACER_EVENT_BYTES 8
#define TRACER_DATABASES 8
#define TRACER_DATABASE_MOST (4u << 20)	/* bytes of one that are read */
#define TRACER_NUMBERS 7		/* of a message */
#define TRACER_TEXT 512
#define TRACER_OPEN 16			/* messages begun and not shown yet */

/* A part of the strings, at an address of the device's own. */
struct tracer_database {
	u32 address;
	u32 size;	/* as the device says */
	u32 len;	/* that was read; 0: none */
	char *bytes;
};

/* What MTRC_CAP says. */
struct tracer_strings {
	struct tracer_database database[TRACER_DATABASES];
	u32 n;
	u32 n_said;	/* may be more than there is room for */
	u8 first;	/* event_id of the first string events, and ... */
	u8 count;	/* ... how many */
};

/* Of PRM_SIZE(mtrc_cap) bytes. */
void tracer_read_cap(const void *mtrc_cap, struct tracer_strings *strings);

struct tracer_message {
	u64 time;		/* where has_time */
	bool has_time;
	bool is_lost;		/* others before it were */
	u8 event;
	char text[TRACER_TEXT];
	const char *problem;	/* of this one alone, or NULL */
};

struct tracer_open {
	u64 raw;		/* the event that began it */
	const char *format;	/* in a database; NULL: none there */
	size_t room;		/* bytes from it to the database's end */
	u32 numbers[TRACER_NUMBERS];
	u32 n, wanted;
	u16 number;
	u8 event, time;
	bool is_lost;
};

struct tracer {
	const struct tracer_strings *strings;
	struct tracer_open open[TRACER_OPEN];
	u32 n_open;
	u64 n_strange;		/* events that belong to no message */
	void (*show)(void *context, const struct tracer_message *message);
	void *context;
};

/* One event; messages are shown once their time is known. */
void tracer_take(struct tracer *tracer, const u8 *event);
/* No event comes any more: what is not whole is shown as it is. */
void tracer_end(struct tracer *tracer);

/*
 * A format with its numbers, as printf() would of numbers alone: %d %i %u %x
 * %X %o %c, with flags, width and precision; ll takes two. What it says else
 * is shown as it stands. NULL, or what is wrong with it.
 */
const char *tracer_format(const char *format, size_t room, const u32 *numbers,
			  u32 n, char *text, size_t size);
/* How many numbers it takes; more than TRACER_NUMBERS are counted. */
u32 tracer_numbers(const char *format, size_t room);

/* A line of the kernel's trace point mlx5_fw, without context information. */
bool tracer_read_line(const char *line, const char *pci,
		      struct tracer_message *message);

#endif
