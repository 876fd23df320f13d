/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* One function that connectx-emu serves: a device, its bus, and its doors. */
#ifndef EMU_FUNCTION_H
#define EMU_FUNCTION_H

#include "bus.h"
#include "command-server.h"
#include "trace.h"

struct vfu_server;
struct pci_function;

struct emu_function {
	char socket[256];	/* the path that names it */
	char personality[256];	/* "": the default */
	char faults[256];	/* "": none */
	uint32_t latency;	/* microseconds */
	uint32_t timeout;	/* milliseconds; 0: the usual */
	struct emu_device *device;
	struct emu_bus *bus;
	struct emu_command_server *commands;
	struct vfu_server *server;
	struct pci_function *pci;
	struct emu_traced traced;
};

/* A way into a function; rows of one table, in the order they are opened. */
struct emu_door {
	int (*start)(struct emu_function *function,
		     struct emu_problem *problem);
	void (*stop)(struct emu_function *function);
};

/* "SOCKET[,key=value]..."; 0, or -1 and why. Nothing is started. */
int emu_function_parse(const char *text, struct emu_function *function,
		       struct emu_problem *problem);

/* 0, or -1 and why, and then nothing of it runs. */
int emu_function_start(struct emu_function *function,
		       struct emu_trace *trace, struct emu_problem *problem);
void emu_function_stop(struct emu_function *function);

#endif
