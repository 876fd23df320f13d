// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "function.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "listener.h"
#include "misbehave/faults.h"
#include "nearest.h"
#include "pci/pci.h"
#include "vfio-user/server.h"
#include "../prm/prm.h"

#define MOST_TIMEOUT 600000u	/* ten minutes */

static int __attribute__((format(printf, 2, 3)))
complain(struct emu_problem *problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return -1;
}

static int set_personality(struct emu_function *function, const char *value,
			   struct emu_problem *problem)
{
	(void)problem;
	snprintf(function->personality, sizeof(function->personality), "%s",
		 value);
	return 0;
}

static int set_faults(struct emu_function *function, const char *value,
		      struct emu_problem *problem)
{
	(void)problem;
	snprintf(function->faults, sizeof(function->faults), "%s", value);
	return 0;
}

static int set_latency(struct emu_function *function, const char *value,
		       struct emu_problem *problem)
{
	unsigned long long microseconds;
	char *end;

	microseconds = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end ||
	    microseconds > EMU_MAX_DELAY)
		return complain(problem,
				"the latency '%.32s' is no number of microseconds, an hour at most",
				value);
	function->latency = microseconds;
	return 0;
}

static int set_timeout(struct emu_function *function, const char *value,
		       struct emu_problem *problem)
{
	unsigned long long milliseconds;
	char *end;

	milliseconds = strtoull(value, &end, 10);
	if (*value < '1' || *value > '9' || *end || milliseconds > MOST_TIMEOUT)
		return complain(problem,
				"the timeout '%.32s' is no number of milliseconds, 1 to %u",
				value, MOST_TIMEOUT);
	function->timeout = milliseconds;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct emu_function *function, const char *value,
		   struct emu_problem *problem);
} keys[] = {
	{ "personality", set_personality },
	{ "latency", set_latency },
	{ "timeout", set_timeout },
	{ "faults", set_faults },
};

static int set_key(struct emu_function *function, char *word,
		   struct emu_problem *problem)
{
	char *value = strchr(word, '=');
	struct nearest nearest;

	if (!value || !value[1])
		return complain(problem, "'%.64s' is not KEY=VALUE", word);
	*value++ = 0;
	if (strlen(value) >= sizeof(function->personality))
		return complain(problem, "the %.64s given is too long", word);
	nearest_begin(&nearest, word);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!strcmp(keys[i].name, word))
			return keys[i].set(function, value, problem);
		nearest_offer(&nearest, keys[i].name);
	}
	if (*nearest_found(&nearest))
		return complain(problem,
				"a function has no %.64s; did you mean %s?",
				word, nearest_found(&nearest));
	return complain(problem, "a function has no %.64s", word);
}

int emu_function_parse(const char *text, struct emu_function *function,
		       struct emu_problem *problem)
{
	char *copy = strdup(text), *rest = copy, *word;
	int error = 0;

	memset(function, 0, sizeof(*function));
	if (!copy)
		return complain(problem, "no memory is left");
	word = strsep(&rest, ",");
	if (!*word || strlen(word) >= sizeof(function->socket) - 8)
		error = complain(problem, "a function needs a path of its own: SOCKET[,personality=NAME]");
	else
		strcpy(function->socket, word);
	while (!error && (word = strsep(&rest, ",")))
		error = set_key(function, word, problem);
	free(copy);
	return error;
}

/* Clients of the command socket have windows; all else is the machine's. */
static int read_host(void *context, uint64_t address, void *bytes, size_t len)
{
	struct emu_function *function = context;

	return emu_bus_owns(address) ?
	       emu_bus_read(function->bus, address, bytes, len) :
	       pci_dma_read(function->pci, address, bytes, len);
}

static int write_host(void *context, uint64_t address, const void *bytes,
		      size_t len)
{
	struct emu_function *function = context;

	return emu_bus_owns(address) ?
	       emu_bus_write(function->bus, address, bytes, len) :
	       pci_dma_write(function->pci, address, bytes, len);
}

static void interrupt_host(void *context, uint32_t vector)
{
	struct emu_function *function = context;

	pci_interrupt(function->pci, vector);
}

/* What the machine at the other end of vfio-user has. */
static int read_machine(void *context, uint64_t address, void *bytes,
			size_t len)
{
	return vfu_dma_read(context, address, bytes, len);
}

static int write_machine(void *context, uint64_t address, const void *bytes,
			 size_t len)
{
	return vfu_dma_write(context, address, bytes, len);
}

static void interrupt_machine(void *context, uint32_t vector)
{
	vfu_interrupt(context, vector);
}

/* Who is meant by a name that nobody has. */
static void suggest(const char *name, struct emu_problem *problem)
{
	size_t used = strlen(problem->text);
	struct nearest nearest;

	nearest_begin(&nearest, name);
	for (unsigned int i = 0; emu_shipped_name(i); i++)
		nearest_offer(&nearest, emu_shipped_name(i));
	if (*nearest_found(&nearest))
		snprintf(problem->text + used, sizeof(problem->text) - used,
			 " Did you mean '%s'?", nearest_found(&nearest));
}

static int create_device(struct emu_function *function,
			 struct emu_problem *problem)
{
	const char *name = function->personality;
	struct emu_personality *personality;

	if (strchr(name, '/') || strchr(name, '.'))
		personality = emu_personality_load(name, problem);
	else
		personality = emu_personality_shipped(*name ? name : NULL,
						      problem);
	if (!personality && !strchr(name, '/'))
		suggest(name, problem);
	if (!personality)
		return -1;
	function->device = emu_create(personality);
	function->bus = emu_bus_create();
	emu_personality_free(personality);
	return function->device && function->bus ? 0 :
	       complain(problem, "no memory is left");
}

static int create_pci(struct emu_function *function,
		      struct emu_problem *problem)
{
	struct emu_host machine = { read_machine, write_machine,
				    interrupt_machine };

	function->server = vfu_create();
	machine.context = function->server;
	if (function->server)
		function->pci = pci_create(function->device, &machine,
					   PCI_VECTORS_BY_BUS);
	if (!function->pci)
		return complain(problem, "no memory is left");
	if (function->timeout)
		pci_set_timeout(function->pci, function->timeout);
	return 0;
}

static int start_pci(struct emu_function *function,
		     struct emu_problem *problem)
{
	const uint32_t access = VFIO_REGION_INFO_FLAG_READ |
				VFIO_REGION_INFO_FLAG_WRITE;
	const struct vfu_function served = {
		.context = function->pci,
		.regions = {
			[PCI_BAR0] = { PCI_BAR0_BYTES, access },
			[PCI_CONFIG] = { PCI_CONFIG_BYTES, access },
		},
		.irqs = {
			[VFIO_PCI_MSIX_IRQ_INDEX] =
				pci_n_vectors(function->pci),
			[VFIO_PCI_ERR_IRQ_INDEX] = 1,
		},
		.read = pci_read,
		.write = pci_write,
		.reset = pci_reset,
	};
	int error = vfu_listen(function->server, &served, function->socket);

	return error ? complain(problem, "cannot serve at %.200s: %s",
				function->socket, emu_listen_error(error)) : 0;
}

static void stop_pci(struct emu_function *function)
{
	pci_end(function->pci);
	emu_set_host(function->device, NULL);
	vfu_destroy(function->server);
	function->server = NULL;
}

static int misbehave(struct emu_function *function,
		     struct emu_problem *problem)
{
	struct emu_plan *plan;

	if (function->latency &&
	    emu_set_latency(function->device, function->latency))
		return complain(problem, "no memory is left");
	if (!*function->faults)
		return 0;
	plan = emu_plan_named(function->faults, problem);
	if (!plan)
		return -1;
	return emu_set_faults(function->device, plan) ?
	       complain(problem, "no memory is left") : 0;
}

static int start_commands(struct emu_function *function,
			  struct emu_problem *problem)
{
	char path[sizeof(function->socket) + 8];

	snprintf(path, sizeof(path), "%s.cmd", function->socket);
	function->commands = emu_command_server_start(path, function->device,
						      function->bus, problem);
	return function->commands ? 0 : -1;
}

static void stop_commands(struct emu_function *function)
{
	emu_command_server_stop(function->commands);
}

static const struct emu_door doors[] = {
	{ start_commands, stop_commands },
	{ start_pci, stop_pci },
};

static void stop_doors(struct emu_function *function, size_t n)
{
	while (n)
		doors[--n].stop(function);
}

static void release(struct emu_function *function)
{
	pci_destroy(function->pci);
	vfu_destroy(function->server);
	emu_destroy(function->device);
	emu_bus_destroy(function->bus);
}

int emu_function_start(struct emu_function *function,
		       struct emu_trace *trace, struct emu_problem *problem)
{
	const struct emu_host host = { read_host, write_host, interrupt_host,
				       function };

	if (create_device(function, problem) ||
	    create_pci(function, problem) ||
	    misbehave(function, problem)) {
		release(function);
		return -1;
	}
	emu_set_host(function->device, &host);
	if (trace)
		emu_trace_device(trace, function->device, function->socket,
				 &function->traced);
	for (size_t i = 0; i < ARRAY_SIZE(doors); i++) {
		if (!doors[i].start(function, problem))
			continue;
		stop_doors(function, i);
		release(function);
		return -1;
	}
	return 0;
}

void emu_function_stop(struct emu_function *function)
{
	emu_stop(function->device);
	stop_doors(function, ARRAY_SIZE(doors));
	release(function);
}
