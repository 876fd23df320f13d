/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the firmware says of what it does: messages of a format string and up
 * to seven numbers, as events of eight bytes. The last ones are kept; whoever
 * owns the tracer also gets them in his memory, in blocks.
 */
#ifndef EMU_TRACER_H
#define EMU_TRACER_H

#include "firmware.h"

/*
 * Those of a database of strings together; a number is %u, %d, %x or half a
 * %llx.
 */
#define EMU_MESSAGES(_)							\
	_(EMU_SAYS_STARTED, "firmware %u.%u.%u runs on chip 0x%x")	\
	_(EMU_SAYS_BOOTED, "card was reset: configuration in force: %u") \
	_(EMU_SAYS_LIFE, "function is in state %u, epoch %u")		\
	_(EMU_SAYS_LINK, "port %u: link state %u")			\
	_(EMU_SAYS_GIVEN, "%u pages given, from 0x%llx on; %u held")	\
	_(EMU_SAYS_TAKEN, "%u pages taken back; %u held")		\
	_(EMU_SAYS_REFUSED,						\
	  "command 0x%x op_mod 0x%x uid %u refused: syndrome 0x%x")	\
	_(EMU_SAYS_STORED, "configuration 0x%x: %u bytes for the next reset") \
	_(EMU_SAYS_DUMP, "dump of register 0x%x: %u bytes")		\
	_(EMU_SAYS_CORE,						\
	  "core: state %u, epoch %u, %u pages, %u refused")		\
	_(EMU_SAYS_SICK, "health syndrome 0x%x, extended 0x%x")		\
	_(EMU_SAYS_ASSERT, "assert at 0x%x, called from 0x%x, on processor %u")

enum emu_message {
#define EMU_MESSAGE(name, format) name,
	EMU_MESSAGES(EMU_MESSAGE)
#undef EMU_MESSAGE
	EMU_N_MESSAGES
};

#define EMU_MOST_NUMBERS 7
#define EMU_BLOCK_EVENTS 32
#define EMU_KEPT_EVENTS 1024	/* a power of two */

struct emu_tracer {
	uint8_t kept[EMU_KEPT_EVENTS][EMU_TRACED_BYTES];
	uint64_t said;		/* events so far */
	uint64_t sent;		/* of them, to the owner's memory or past him */
	uint64_t time;		/* of the last event, microseconds */
	uint32_t block;		/* the next one in the owner's memory */
	uint16_t message;	/* number of the last one */
	bool is_armed;		/* the owner wants to know of the next block */
	bool is_lost;		/* the next message follows lost ones */
	bool is_elsewhere;	/* owned by another host of the card */
};

/* A part of the strings, somewhere in the device's memory. */
struct emu_strings {
	uint32_t address;
	enum emu_message first;
	uint32_t n;
	const char *title;
};

/* A slot for each, after one that is the title: nothing begins at `address`. */
#define EMU_STRING_SLOT 64
#define EMU_DATABASES 3
extern const struct emu_strings emu_strings[EMU_DATABASES];
uint32_t emu_strings_bytes(const struct emu_strings *strings);

#define EMU_TRACE_FIRST 1	/* event_id of the first message's events */

/* Where the owner's memory is. */
struct emu_trace_memory {
	uint32_t mkey;
	uint32_t n_blocks;
	uint64_t address;
};

void emu_say(struct emu_device *device, enum emu_message message,
	     const uint32_t *numbers, uint32_t n);

#define EMU_SAY(device, message, ...)					\
	emu_say(device, message, (const uint32_t[]){ __VA_ARGS__ },	\
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* The clock of events, which MTRC_CTRL shows. */
uint64_t emu_trace_time(const struct emu_device *device);
/* Write to its owner what he has room for and waits for. */
void emu_trace_send(struct emu_device *device);
/* tracer-registers.c: false where it does not run, or has lost its mkey. */
bool emu_trace_memory(struct emu_device *device,
		      struct emu_trace_memory *memory);
/* Nobody owns it any more. */
void emu_trace_end(struct emu_device *device);

#endif
