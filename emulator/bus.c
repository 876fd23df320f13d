// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "bus.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WINDOWS 1024
#define PAGE 4096

struct window {
	uint64_t address;
	size_t size;
	unsigned char *bytes;	/* NULL: free */
};

struct emu_bus {
	pthread_mutex_t lock;	/* taken last: nothing is called under it */
	struct window windows[MOST_WINDOWS];
	uint64_t next;
};

struct emu_bus *emu_bus_create(void)
{
	struct emu_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return NULL;
	pthread_mutex_init(&bus->lock, NULL);
	bus->next = EMU_BUS_FIRST;
	return bus;
}

void emu_bus_destroy(struct emu_bus *bus)
{
	if (!bus)
		return;
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

int emu_bus_map(struct emu_bus *bus, void *bytes, size_t size,
		uint64_t *address)
{
	int error = -ENOSPC;

	if (!bytes || !size || size % PAGE)
		return -EINVAL;
	pthread_mutex_lock(&bus->lock);
	for (int i = 0; error && i < MOST_WINDOWS; i++) {
		struct window *window = &bus->windows[i];

		if (window->bytes)
			continue;
		*window = (struct window){ bus->next, size, bytes };
		*address = bus->next;
		/* A page between two, so that an overrun meets nobody. */
		bus->next += size + PAGE;
		error = 0;
	}
	pthread_mutex_unlock(&bus->lock);
	return error;
}

void *emu_bus_unmap(struct emu_bus *bus, uint64_t address, size_t *size)
{
	void *bytes = NULL;

	pthread_mutex_lock(&bus->lock);
	for (int i = 0; !bytes && i < MOST_WINDOWS; i++) {
		struct window *window = &bus->windows[i];

		if (!window->bytes || window->address != address)
			continue;
		bytes = window->bytes;
		*size = window->size;
		window->bytes = NULL;
	}
	pthread_mutex_unlock(&bus->lock);
	return bytes;
}

/* The lock is held. */
static unsigned char *find(struct emu_bus *bus, uint64_t address, size_t len)
{
	for (int i = 0; i < MOST_WINDOWS; i++) {
		const struct window *window = &bus->windows[i];

		if (window->bytes && address >= window->address &&
		    address - window->address < window->size &&
		    len <= window->size - (address - window->address))
			return window->bytes + (address - window->address);
	}
	return NULL;
}

int emu_bus_read(void *context, uint64_t address, void *bytes, size_t len)
{
	struct emu_bus *bus = context;
	unsigned char *from;

	pthread_mutex_lock(&bus->lock);
	from = find(bus, address, len);
	if (from)
		memcpy(bytes, from, len);
	pthread_mutex_unlock(&bus->lock);
	return from ? 0 : -EFAULT;
}

int emu_bus_write(void *context, uint64_t address, const void *bytes,
		  size_t len)
{
	struct emu_bus *bus = context;
	unsigned char *to;

	pthread_mutex_lock(&bus->lock);
	to = find(bus, address, len);
	if (to)
		memcpy(to, bytes, len);
	pthread_mutex_unlock(&bus->lock);
	return to ? 0 : -EFAULT;
}
