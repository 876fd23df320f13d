// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Pages of host memory that the firmware has been given: 4 KiB each, known by
 * their bus addresses. They come back as they are, when they are taken.
 */
#include <errno.h>
#include <stdlib.h>
#include "model.h"

#define MAX_PAGES (1u << 20)
#define PAGE_BYTES 4096

enum { BOOT_PAGES = 1, INIT_PAGES, REGULAR_PAGES };	/* QUERY_PAGES */
enum { CANNOT_GIVE, GIVE, TAKE };			/* MANAGE_PAGES */

static uint64_t needed(const struct emu_device *device)
{
	return device->state.number[EMU_BOOT_PAGES] +
	       device->state.number[EMU_INIT_PAGES];
}

bool emu_pages_suffice(const struct emu_device *device)
{
	return device->pages.n >= needed(device);
}

void emu_pages_forget(struct emu_device *device)
{
	free(device->pages.held);
	device->pages = (struct emu_pages){ 0 };
}

/* The driver of a device that runs already gave its pages, from 4 KiB on. */
int emu_pages_create(struct emu_device *device)
{
	struct emu_pages *pages = &device->pages;

	pages->n = needed(device);
	pages->held = malloc((pages->n + 1) * sizeof(*pages->held));
	if (!pages->held)
		return -ENOMEM;
	for (uint32_t i = 0; i < pages->n; i++)
		pages->held[i] = (i + 1ull) * PAGE_BYTES;
	return 0;
}

enum emu_failure emu_query_pages(struct emu_call *call)
{
	const struct emu_device *device = call->device;
	const uint64_t *number = device->state.number;
	uint32_t wanted;

	if (EMU_IN(call, query_pages_in, embedded_cpu_function) ||
	    EMU_IN(call, query_pages_in, function_id))
		return EMU_OTHER_FUNCTION;
	switch (EMU_IN(call, query_pages_in, op_mod)) {
	case BOOT_PAGES:
		wanted = number[EMU_BOOT_PAGES];
		break;
	case INIT_PAGES:
		wanted = number[EMU_INIT_PAGES];
		break;
	case REGULAR_PAGES:
		wanted = device->pages.wanted;
		break;
	default:
		return EMU_UNKNOWN_OP_MOD;
	}
	EMU_OUT(call, query_pages_out, num_pages, wanted);
	return EMU_DONE;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static enum emu_failure check_sorted(const uint64_t *page, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (page[i] % PAGE_BYTES || (i && page[i] == page[i - 1]))
			return EMU_BAD_VALUE;
	return EMU_DONE;
}

/* All of them or none: a page that is not whole, or here, is refused. */
static enum emu_failure give(struct emu_call *call, uint32_t n)
{
	struct emu_pages *pages = &call->device->pages;
	const struct prm_bits list = { PRM_SIZE_manage_pages_in * 8, 64 };
	struct prm_bits at = list;
	enum emu_failure failure;
	uint64_t *held, first;

	if (call->in_len - PRM_SIZE_manage_pages_in != (uint64_t)n * 8)
		return EMU_INPUT_LENGTH;
	if (n > MAX_PAGES - pages->n)
		return EMU_TOO_MANY_OBJECTS;
	held = malloc((pages->n + n + 1) * sizeof(*held));
	if (!held)
		return EMU_NO_MEMORY;
	if (pages->n)
		memcpy(held, pages->held, pages->n * sizeof(*held));
	for (uint32_t i = 0; i < n; i++, at.offset += 64)
		held[pages->n + i] = prm_value(call->in, call->in_len, at);
	qsort(held, pages->n + n, sizeof(*held), compare);
	failure = check_sorted(held, pages->n + n);
	if (failure) {
		free(held);
		return failure;
	}
	free(pages->held);
	pages->held = held;
	pages->n += n;
	first = prm_value(call->in, call->in_len, list);
	EMU_SAY(call->device, EMU_SAYS_GIVEN, n, first >> 32, first, pages->n);
	if (pages->wanted > 0)
		pages->wanted -= pages->wanted < n ? pages->wanted : n;
	return EMU_DONE;
}

/* A running function keeps what it needs to run. */
static uint32_t spare(const struct emu_device *device)
{
	uint64_t kept = device->life == EMU_RUNNING ? needed(device) : 0;

	return device->pages.n > kept ? device->pages.n - kept : 0;
}

static enum emu_failure take(struct emu_call *call, uint32_t n)
{
	struct emu_pages *pages = &call->device->pages;
	struct prm_bits at = { PRM_SIZE_manage_pages_out * 8, 64 };
	uint32_t room = (call->out_len - PRM_SIZE_manage_pages_out) / 8;

	if (call->in_len != PRM_SIZE_manage_pages_in)
		return EMU_INPUT_LENGTH;
	if (n > room)
		return EMU_OUTPUT_LENGTH;
	if (n > spare(call->device))
		n = spare(call->device);
	for (uint32_t i = 0; i < n; i++, at.offset += 64)
		emu_set(call->out, call->out_len, at, pages->held[--pages->n]);
	EMU_OUT(call, manage_pages_out, output_num_entries, n);
	if (pages->wanted < 0)
		pages->wanted += -pages->wanted < n ? -pages->wanted : n;
	EMU_SAY(call->device, EMU_SAYS_TAKEN, n, pages->n);
	return EMU_DONE;
}

enum emu_failure emu_manage_pages(struct emu_call *call)
{
	uint32_t n = EMU_IN(call, manage_pages_in, input_num_entries);

	if (EMU_IN(call, manage_pages_in, embedded_cpu_function) ||
	    EMU_IN(call, manage_pages_in, function_id))
		return EMU_OTHER_FUNCTION;
	switch (EMU_IN(call, manage_pages_in, op_mod)) {
	case GIVE:
		return give(call, n);
	case TAKE:
		return take(call, n);
	}
	/* CANNOT_GIVE: the driver will not be asked again. */
	if (call->in_len != PRM_SIZE_manage_pages_in)
		return EMU_INPUT_LENGTH;
	if (call->device->pages.wanted > 0)
		call->device->pages.wanted = 0;
	return EMU_DONE;
}

void emu_want_pages(struct emu_device *device, int32_t pages)
{
	pthread_mutex_lock(&device->lock);
	device->pages.wanted = pages;
	if (pages)
		emu_raise_page_request(device, 0, pages);
	pthread_mutex_unlock(&device->lock);
}
