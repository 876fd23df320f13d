// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Accounts of what commands create: who made it, and how many there may be. */
#include <errno.h>
#include <stdlib.h>
#include "model.h"

#define FIRST_SLOTS 64

const char *const emu_kind_names[] = {
	[EMU_UCTX] = "uctx",
	[EMU_PD] = "pd",
	[EMU_UMEM] = "umem",
	[EMU_UAR] = "uar",
	[EMU_MKEY] = "mkey",
	[EMU_EQ] = "eq",
	[EMU_PAGES] = "pages",
};

/* Of all objects at once, so that no machine takes the memory of its host. */
#define MOST_BYTES (64u << 20)

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

/* Also by what runs already, as the personality says. */
static bool is_taken(const struct emu_device *device,
		     const struct emu_account *account, uint32_t slot)
{
	if (account->slots[slot].live)
		return true;
	return account->query &&
	       emu_stored_find(&device->state, account->query,
			       account->base + slot, 0);
}

/* The next free slot after the one given last; 0: there is none. */
static uint32_t free_slot(const struct emu_device *device,
			  const struct emu_account *account)
{
	uint32_t slot = account->last;

	for (uint32_t i = 1; i < account->n_slots; i++) {
		slot = slot + 1 < account->n_slots ? slot + 1 : 1;
		if (!is_taken(device, account, slot))
			return slot;
	}
	return 0;
}

static enum emu_failure take_slot(const struct emu_device *device,
				  struct emu_account *account, uint32_t *slot)
{
	if (account->live >= account->limit)
		return EMU_TOO_MANY_OBJECTS;
	/* Keep a quarter free, so that an id is not the next one again. */
	if (account->n_slots <= account->limit &&
	    account->live + 1 >= account->n_slots - account->n_slots / 4 &&
	    !grow(account))
		return EMU_NO_MEMORY;
	while (!(*slot = free_slot(device, account))) {
		if (account->n_slots > account->limit)
			return EMU_TOO_MANY_OBJECTS;
		if (!grow(account))
			return EMU_NO_MEMORY;
	}
	return EMU_DONE;
}

struct emu_slot *emu_object_find(struct emu_device *device,
				 enum emu_kind kind, uint32_t id)
{
	struct emu_account *account = &device->accounts[kind];
	uint32_t slot = id - account->base;

	if (id < account->base || slot >= account->n_slots ||
	    !account->slots[slot].live)
		return NULL;
	return &account->slots[slot];
}

enum emu_failure emu_object_own(struct emu_device *device, enum emu_kind kind,
				uint16_t uid, uint32_t id,
				struct emu_slot **slot)
{
	*slot = emu_object_find(device, kind, id);
	if (!*slot)
		return EMU_UNKNOWN_OBJECT;
	return (*slot)->uid == uid ? EMU_DONE : EMU_FOREIGN_OBJECT;
}

static enum emu_failure check_needs(struct emu_device *device,
				    const struct emu_new *object)
{
	enum emu_failure failure = EMU_DONE;
	struct emu_slot *slot;

	for (int i = 0; i < EMU_MAX_NEEDS && !failure; i++)
		if (object->needs[i].id)
			failure = emu_object_own(device, object->needs[i].kind,
						 object->uid,
						 object->needs[i].id, &slot);
	return failure;
}

static void count_user(struct emu_device *device, const struct emu_slot *slot,
		       int change)
{
	for (int i = 0; i < EMU_MAX_NEEDS; i++) {
		const struct emu_need *need = &slot->needs[i];

		if (need->id)
			emu_object_find(device, need->kind,
					need->id)->users += change;
	}
}

/* The command where a query shows it, and a body that is no longer. */
static uint32_t cost(const struct emu_account *account,
		     const struct emu_slot *slot)
{
	return sizeof(*slot) + (account->query ? 2 : 1) * slot->given_len;
}

static enum emu_failure keep_command(const struct emu_call *call,
				     const struct emu_account *account,
				     struct emu_slot *slot)
{
	slot->given_len = call->in_len;
	if (call->device->object_bytes + cost(account, slot) > MOST_BYTES)
		return EMU_NO_MEMORY;
	if (!account->query)
		return EMU_DONE;
	slot->given = malloc(call->in_len);
	if (!slot->given)
		return EMU_NO_MEMORY;
	memcpy(slot->given, call->in, call->in_len);
	return EMU_DONE;
}

enum emu_failure emu_object_create(struct emu_call *call,
				   const struct emu_new *object, uint32_t *id)
{
	struct emu_device *device = call->device;
	struct emu_account *account = &device->accounts[object->kind];
	struct emu_slot made = { .live = true, .uid = object->uid,
				 .body = object->body };
	enum emu_failure failure;
	uint32_t slot;

	failure = check_needs(device, object);
	if (!failure)
		failure = take_slot(device, account, &slot);
	if (!failure)
		failure = keep_command(call, account, &made);
	if (failure) {
		free(object->body);
		return failure;
	}
	memcpy(made.needs, object->needs, sizeof(made.needs));
	count_user(device, &made, 1);
	device->object_bytes += cost(account, &made);
	account->slots[slot] = made;
	account->last = slot;
	account->live++;
	*id = account->base + slot;
	return EMU_DONE;
}

static void drop(struct emu_device *device, enum emu_kind kind,
		 struct emu_slot *slot)
{
	count_user(device, slot, -1);
	device->object_bytes -= cost(&device->accounts[kind], slot);
	free(slot->given);
	free(slot->body);
	memset(slot, 0, sizeof(*slot));
	device->accounts[kind].live--;
}

enum emu_failure emu_object_destroy(struct emu_device *device,
				    enum emu_kind kind, uint16_t uid,
				    uint32_t id)
{
	struct emu_slot *slot;
	enum emu_failure failure;

	failure = emu_object_own(device, kind, uid, id, &slot);
	if (failure)
		return failure;
	if (slot->users)
		return EMU_OBJECT_IN_USE;
	drop(device, kind, slot);
	return EMU_DONE;
}

/* Kinds stand in the order of what they need: the last ones go first. */
static void drop_kinds(struct emu_device *device, enum emu_kind first,
		       const uint16_t *uid)
{
	for (int kind = EMU_N_KINDS - 1; kind >= (int)first; kind--) {
		struct emu_account *account = &device->accounts[kind];

		for (uint32_t i = 0; i < account->n_slots; i++) {
			struct emu_slot *slot = &account->slots[i];

			if (slot->live && (!uid || slot->uid == *uid))
				drop(device, kind, slot);
		}
	}
}

void emu_objects_forget(struct emu_device *device)
{
	drop_kinds(device, EMU_UCTX, NULL);
	emu_dumps_forget(device, NULL);
	emu_stored_forget(&device->state);
}

/* How many a kind may have: by its ids, and by what the device says. */
static const struct {
	uint32_t base;
	uint32_t most;
	const char *log_max;
	const char *max;	/* where it is not 0, it counts instead */
} ids[EMU_N_KINDS] = {
	[EMU_UCTX] = { 0, EMU_SHARED_UID - 1, "log_max_uctx" },
	[EMU_PD] = { 0, 0xffffff, "log_max_pd" },
	[EMU_UMEM] = { 0, 0xffffff, "log_max_umem" },
	[EMU_UAR] = { EMU_UAR_BASE, EMU_UAR_END - EMU_UAR_BASE - 1 },
	[EMU_MKEY] = { 0, 0xffffff, "log_max_mkey" },
	[EMU_EQ] = { 0, 0xff, "log_max_eq", "max_num_eqs" },
};

static uint32_t limit_of(const struct emu_device *device, enum emu_kind kind)
{
	const struct emu_personality *state = &device->state;
	uint64_t log, max = 0, limit;

	if (!ids[kind].log_max)
		return ids[kind].most;
	log = emu_general_capability(state, ids[kind].log_max);
	if (ids[kind].max)
		max = emu_general_capability(state, ids[kind].max);
	limit = max ? max : 1ull << (log && log <= 24 ? log : 6);
	return limit < ids[kind].most ? limit : ids[kind].most;
}

void emu_accounts_limit(struct emu_device *device)
{
	for (int kind = 0; kind < EMU_N_KINDS; kind++)
		device->accounts[kind].limit = limit_of(device, kind);
}

int emu_accounts_create(struct emu_device *device)
{
	emu_accounts_limit(device);
	for (int kind = 0; kind < EMU_N_KINDS; kind++) {
		struct emu_account *account = &device->accounts[kind];

		account->base = ids[kind].base;
		account->query = emu_query_of_made(kind);
		if (!grow(account))
			return -ENOMEM;
	}
	return 0;
}

void emu_accounts_destroy(struct emu_device *device)
{
	drop_kinds(device, EMU_UCTX, NULL);
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
	failure = emu_object_create(call, &(struct emu_new){ EMU_UCTX }, &uid);
	if (failure)
		return failure;
	device->accounts[EMU_UCTX].slots[uid].uctx_cap = cap;
	device->accounts[EMU_UCTX].slots[uid].client = call->client;
	EMU_OUT(call, create_uctx_out, uid, uid);
	return EMU_DONE;
}

/* What a user context made does not outlive it. */
static enum emu_failure end_uctx(struct emu_device *device, uint16_t uid)
{
	enum emu_failure failure;

	failure = emu_object_destroy(device, EMU_UCTX, 0, uid);
	if (failure)
		return failure;
	drop_kinds(device, EMU_UCTX + 1, &uid);
	emu_dumps_forget(device, &uid);
	return EMU_DONE;
}

enum emu_failure emu_destroy_uctx(struct emu_call *call)
{
	return end_uctx(call->device, EMU_IN(call, destroy_uctx_in, uctx_uid));
}

void emu_leave(struct emu_device *device, const void *client)
{
	struct emu_account *contexts = &device->accounts[EMU_UCTX];

	pthread_mutex_lock(&device->lock);
	for (uint32_t uid = 1; uid < contexts->n_slots; uid++)
		if (contexts->slots[uid].client == client)
			end_uctx(device, uid);
	pthread_mutex_unlock(&device->lock);
}

/* One of a kind that has nothing but its number. */
static enum emu_failure alloc(struct emu_call *call, enum emu_kind kind,
			      struct prm_bits at)
{
	const struct emu_new object = { kind, call->uid };
	enum emu_failure failure;
	uint32_t id;

	failure = emu_object_create(call, &object, &id);
	if (!failure)
		emu_set(call->out, call->out_len, at, id);
	return failure;
}

enum emu_failure emu_alloc_pd(struct emu_call *call)
{
	return alloc(call, EMU_PD, PRM_AT(alloc_pd_out, pd));
}

enum emu_failure emu_dealloc_pd(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_PD, call->uid,
				  EMU_IN(call, dealloc_pd_in, pd));
}

enum emu_failure emu_alloc_uar(struct emu_call *call)
{
	return alloc(call, EMU_UAR, PRM_AT(alloc_uar_out, uar));
}

enum emu_failure emu_dealloc_uar(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_UAR, call->uid,
				  EMU_IN(call, dealloc_uar_in, uar));
}
