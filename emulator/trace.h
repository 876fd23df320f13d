/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A line of text for each command that a device was given, whoever sent it:
 *
 *   seconds function uid=N COMMAND op_mod=N [REGISTER] field=value ... ->
 *   status syndrome field=value ... microseconds
 *
 * Fields are those that are not zero, as prm/schema names them.
 */
#ifndef EMU_TRACE_H
#define EMU_TRACE_H

#include "firmware.h"

struct emu_trace;

/* What connects a device with a trace; lives as long as the device. */
struct emu_traced {
	struct emu_trace *trace;
	const char *name;
};

/* Write to a file, which is begun anew; NULL: to standard error. NULL, and errno. */
struct emu_trace *emu_trace_open(const char *path);
/* -1: not all of it could be written. */
int emu_trace_close(struct emu_trace *trace);

void emu_trace_device(struct emu_trace *trace, struct emu_device *device,
		      const char *name, struct emu_traced *traced);

#endif
