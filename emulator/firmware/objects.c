// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Accounts of what commands create: who made it, and how many there may be. */
#include <errno.h>
#include <stdlib.h>
#include "model.h"

#define FIRST_SLOTS 64

static bool grow(struct emu_account *account)
{
	uint32_t n = account->n_slots ? account->n_slots * 2 : FIRST_SLOTS;
	struct emu_slot *slots;

	if (n > account->limit + 1)
		n = account->limit + 1;
	slots = realloc(account->slots, n * sizeof(*slots));
	if (!slots)
		return false;
	memset(slots + account->n_slots, 0,
	       (n - account->n_slots) * sizeof(*slots));
	account->slots = slots;
	account->n_slots = n;
	return true;
}

/* The next free slot after the one given last; there is one. */
static uint32_t free_slot(const struct emu_account *account)
{
	uint32_t id = account->last;

	do {
		id = id + 1 < account->n_slots ? id + 1 : 1;
	} while (account->slots[id].live);
	return id;
}

enum emu_failure emu_object_create(struct emu_device *device,
				   enum emu_kind kind, uint16_t uid,
				   uint32_t *id)
{
	struct emu_account *account = &device->accounts[kind];

	if (account->live >= account->limit)
		return EMU_TOO_MANY_OBJECTS;
	/* Keep a quarter free, so that an id is not the next one again. */
	if (account->n_slots <= account->limit &&
	    account->live + 1 >= account->n_slots - account->n_slots / 4 &&
	    !grow(account))
		return EMU_NO_MEMORY;
	*id = free_slot(account);
	account->last = *id;
	account->slots[*id] = (struct emu_slot){ .live = true, .uid = uid };
	account->live++;
	return EMU_DONE;
}

struct emu_slot *emu_object_find(struct emu_device *device,
				 enum emu_kind kind, uint32_t id)
{
	struct emu_account *account = &device->accounts[kind];

	if (id >= account->n_slots || !account->slots[id].live)
		return NULL;
	return &account->slots[id];
}

enum emu_failure emu_object_destroy(struct emu_device *device,
				    enum emu_kind kind, uint16_t uid,
				    uint32_t id)
{
	struct emu_slot *slot = emu_object_find(device, kind, id);

	if (!slot)
		return EMU_UNKNOWN_OBJECT;
	if (slot->uid != uid)
		return EMU_FOREIGN_OBJECT;
	slot->live = false;
	device->accounts[kind].live--;
	return EMU_DONE;
}

static uint32_t limit_of(const struct emu_device *device, const char *field)
{
	uint64_t log = emu_general_capability(&device->state, field);

	return log && log < 24 ? 1u << log : 1u << 6;
}

void emu_accounts_limit(struct emu_device *device)
{
	struct emu_account *uctx = &device->accounts[EMU_UCTX];

	uctx->limit = limit_of(device, "log_max_uctx");
	device->accounts[EMU_PD].limit = limit_of(device, "log_max_pd");
	/* Ids of 16 bits, of which the last is not used either. */
	if (uctx->limit > 0xfffe)
		uctx->limit = 0xfffe;
}

int emu_accounts_create(struct emu_device *device)
{
	emu_accounts_limit(device);
	for (int kind = 0; kind < EMU_N_KINDS; kind++)
		if (!grow(&device->accounts[kind]))
			return -ENOMEM;
	return 0;
}

void emu_objects_forget(struct emu_device *device)
{
	for (int kind = 0; kind < EMU_N_KINDS; kind++) {
		struct emu_account *account = &device->accounts[kind];

		memset(account->slots, 0,
		       account->n_slots * sizeof(*account->slots));
		account->live = 0;
	}
	emu_stored_forget(&device->state);
}

void emu_accounts_destroy(struct emu_device *device)
{
	for (int kind = 0; kind < EMU_N_KINDS; kind++)
		free(device->accounts[kind].slots);
}

enum emu_failure emu_create_uctx(struct emu_call *call)
{
	struct emu_device *device = call->device;
	uint32_t cap = EMU_IN(call, create_uctx_in, uctx__cap);
	enum emu_failure failure;
	uint32_t uid;

	if (cap & ~emu_general_capability(&device->state, "uctx_cap"))
		return EMU_UNOFFERED_UCTX_CAP;
	failure = emu_object_create(device, EMU_UCTX, 0, &uid);
	if (failure)
		return failure;
	device->accounts[EMU_UCTX].slots[uid].uctx_cap = cap;
	EMU_OUT(call, create_uctx_out, uid, uid);
	return EMU_DONE;
}

/* What a user context made does not outlive it. */
enum emu_failure emu_destroy_uctx(struct emu_call *call)
{
	struct emu_device *device = call->device;
	uint16_t uid = EMU_IN(call, destroy_uctx_in, uctx_uid);
	enum emu_failure failure;

	failure = emu_object_destroy(device, EMU_UCTX, 0, uid);
	if (failure)
		return failure;
	for (int kind = EMU_UCTX + 1; kind < EMU_N_KINDS; kind++) {
		struct emu_account *account = &device->accounts[kind];

		for (uint32_t id = 0; id < account->n_slots; id++) {
			struct emu_slot *slot = &account->slots[id];

			if (!slot->live || slot->uid != uid)
				continue;
			slot->live = false;
			account->live--;
		}
	}
	return EMU_DONE;
}

enum emu_failure emu_alloc_pd(struct emu_call *call)
{
	enum emu_failure failure;
	uint32_t pd;

	failure = emu_object_create(call->device, EMU_PD, call->uid, &pd);
	if (!failure)
		EMU_OUT(call, alloc_pd_out, pd, pd);
	return failure;
}

enum emu_failure emu_dealloc_pd(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_PD, call->uid,
				  EMU_IN(call, dealloc_pd_in, pd));
}
