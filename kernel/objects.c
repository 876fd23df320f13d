// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a file made in the device: protection domains, memory keys, umems.
 *
 * Threats: a command that names what another file, or the kernel, made; an
 * object that outlives its file; a key that outlives the memory under it. So
 * there is a record of each, made in the order of commands, and nothing is a
 * caller's that is not in it.
 *
 * Lifetimes. A record is made when a command has succeeded, whether anybody
 * still waits for it or not, and goes when the device has said that what it
 * is of is destroyed. Umems, and keys over them, hold memory (memory.c) by their
 * records. Lock order: function->lock, then session->lock.
 */
#include "mctl.h"
#include "prm-offsets.h"

/* How an object is destroyed, and where commands have its number. */
static const struct kind {
	enum policy_object object;
	u16 destroys;
	u32 drop_bits;		/* of the id that is recorded */
	u32 size;
	struct prm_bits made;	/* in the outbox that made it */
	struct prm_bits named;	/* in the inbox that destroys it */
} kinds[] = {
	/* In this order at the end: each needs those that follow. */
	{ POLICY_MKEY, PRM_OP_DESTROY_MKEY, 8, PRM_SIZE_destroy_mkey_in,
	  { PRM(create_mkey_out, mkey_index) },
	  { PRM(destroy_mkey_in, mkey_index) } },
	{ POLICY_UMEM, PRM_OP_DESTROY_UMEM, 0, PRM_SIZE_destroy_umem_in,
	  { PRM(create_umem_out, umem_id) },
	  { PRM(destroy_umem_in, umem_id) } },
	{ POLICY_PD, PRM_OP_DEALLOC_PD, 0, PRM_SIZE_dealloc_pd_in,
	  { PRM(alloc_pd_out, pd) }, { PRM(dealloc_pd_in, pd) } },
};

#define MOST_BYTES 32	/* of a command that destroys */

static const struct kind *kind_of(enum policy_object object)
{
	u32 i = 0;

	while (kinds[i].object != object)
		i++;
	return &kinds[i];
}

/* session->lock is held. */
static int find(const struct mctl_session *session, enum policy_object object,
		u32 id, u32 drop_bits)
{
	for (u32 i = 0; i < session->view.n_owned; i++)
		if (session->owned[i].object == object &&
		    session->owned[i].id >> drop_bits == id)
			return i;
	return -ENOENT;
}

/* A key's first address is that of the first byte, wherever it lies. */
void mctl_objects_memory(struct mctl_request *request,
			 enum policy_object object, u32 id)
{
	struct mctl_session *session = request->session;
	int i;

	mutex_lock(&session->lock);
	i = find(session, object, id, 0);
	if (i >= 0 && session->memory[i]) {
		request->memory = session->memory[i];
		request->first = session->owned[i].address;
		kref_get(&request->memory->ref);
	}
	mutex_unlock(&session->lock);
}

int mctl_objects_admit(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	const struct mctl_dump *dump;
	u32 key;

	if (request->creates &&
	    READ_ONCE(session->view.n_owned) == MCTL_OBJECTS_PER_FILE)
		return -ENOSPC;
	/* Of a umem there is no inbox yet. */
	dump = request->creates ? NULL : mctl_memory_dump(request);
	if (request->creates == POLICY_MKEY) {
		key = mctl_field(request->in, request->in_len,
				 PRM_AT(create_mkey_in, mkey_umem_id));
		mctl_objects_memory(request, POLICY_UMEM, key);
	} else if (dump) {
		key = mctl_field(request->in + PRM_HEADER_BYTES,
				 request->in_len - PRM_HEADER_BYTES, dump->mkey);
		mctl_objects_memory(request, POLICY_MKEY, key);
	}
	if (request->memory && request->memory->mm != current->mm)
		return -EPERM;
	return 0;
}

/* The device may not give a number to two: each would destroy the other's. */
static bool is_taken(struct mctl_session *session, const struct kind *kind,
		     u32 id)
{
	struct mctl_function *function = session->function;
	struct mctl_session *other;
	bool taken = false;
	int i;

	mutex_lock(&function->lock);
	list_for_each_entry(other, &function->sessions, link) {
		mutex_lock(&other->lock);
		i = find(other, kind->object, id, kind->drop_bits);
		taken |= i >= 0 && &other->owned[i] != READ_ONCE(other->leaving);
		mutex_unlock(&other->lock);
	}
	mutex_unlock(&function->lock);
	return taken;
}

static void add(struct mctl_session *session, const struct policy_owned *owned,
		struct mctl_memory *memory)
{
	mutex_lock(&session->lock);
	session->memory[session->view.n_owned] = memory;
	session->owned[session->view.n_owned] = *owned;
	WRITE_ONCE(session->view.n_owned, session->view.n_owned + 1);
	mutex_unlock(&session->lock);
}

/* session->lock is held. */
static struct mctl_memory *take_off(struct mctl_session *session, u32 i)
{
	struct mctl_memory *memory = session->memory[i];
	u32 last = session->view.n_owned - 1;

	session->owned[i] = session->owned[last];
	session->memory[i] = session->memory[last];
	WRITE_ONCE(session->view.n_owned, last);
	return memory;
}

static struct policy_owned made_by(const struct mctl_request *request, u32 id)
{
	static const struct prm_bits
		low = { PRM(create_mkey_in, memory_key_mkey_entry__mkey_7_0) },
		start = { PRM(create_mkey_in, memory_key_mkey_entry__start_addr) },
		size = { PRM(create_mkey_in, memory_key_mkey_entry__len) };
	struct policy_owned owned = { .object = request->creates, .id = id };
	const u8 *in = request->in;
	u32 len = request->in_len;

	if (owned.object == POLICY_UMEM) {
		owned.address = request->memory->address;
		owned.length = request->memory->length;
	} else if (owned.object == POLICY_MKEY) {
		owned.id = id << 8 | mctl_field(in, len, low);
		owned.address = mctl_field(in, len, start);
		owned.length = mctl_field(in, len, size);
	}
	return owned;
}

static int note_made(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	const struct kind *kind = kind_of(request->creates);
	u32 id = mctl_field(request->out, request->out_len, kind->made);
	struct policy_owned owned = made_by(request, id);

	if (is_taken(session, kind, id)) {
		mctl_function_break(session->function,
				    "it gave one number to two objects");
		return -ENODEV;
	}
	if (request->memory)
		mctl_memory_hold(request->memory);
	add(session, &owned, request->memory);
	return 0;
}

/* Once destroyed, its number may be another file's before we hear of that. */
void mctl_objects_expect(const struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	const struct kind *kind;
	int i;

	if (!request->destroys)
		return;
	kind = kind_of(request->destroys);
	mutex_lock(&session->lock);
	i = find(session, kind->object,
		 mctl_field(request->in, request->in_len, kind->named),
		 kind->drop_bits);
	WRITE_ONCE(session->leaving, i < 0 ? NULL : &session->owned[i]);
	mutex_unlock(&session->lock);
}

static void note_destroyed(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	struct mctl_memory *memory = NULL;

	mutex_lock(&session->lock);
	if (session->leaving)
		memory = take_off(session, session->leaving - session->owned);
	WRITE_ONCE(session->leaving, NULL);
	mutex_unlock(&session->lock);
	if (memory)
		mctl_memory_let_go(memory, false);
}

static void note_continuation(struct mctl_request *request)
{
	u64 *last = request->session->view.continuation;
	const u8 *out = request->out + PRM_HEADER_BYTES;
	u32 len = request->out_len - PRM_HEADER_BYTES;

	mutex_lock(&request->session->lock);
	switch (mctl_request_register(request)) {
	case PRM_REG_RESOURCE_DUMP:
		last[POLICY_DUMP_SEQUENCE] =
			mctl_field(out, len, PRM_AT(resource_dump, seq_num));
		last[POLICY_DUMP_OPAQUE] =
			mctl_field(out, len, PRM_AT(resource_dump, device_opaque));
		break;
	case PRM_REG_CORE_DUMP:
		last[POLICY_CORE_COOKIE] =
			mctl_field(out, len, PRM_AT(core_dump, cookie));
		break;
	}
	mutex_unlock(&request->session->lock);
}

int mctl_objects_note(struct mctl_request *request)
{
	if (mctl_is_error(request->out))
		return 0;
	if (request->destroys)
		note_destroyed(request);
	note_continuation(request);
	return request->creates ? note_made(request) : 0;
}

/* Destroyed is what the device says is destroyed, and nothing else. */
static bool destroy(struct mctl_session *session, const struct kind *kind,
		    u32 id)
{
	u8 in[MOST_BYTES] = { 0 };
	u8 out[PRM_HEADER_BYTES];

	if (!prm_set(in, kind->size, PRM_AT(dealloc_pd_in, opcode),
		     kind->destroys) ||
	    !prm_set(in, kind->size, kind->named, id >> kind->drop_bits))
		return false;
	policy_stamp_uid(in, kind->size, session->uid);
	return !mctl_send(session->function, in, kind->size, out,
			  sizeof(out)) && !mctl_is_error(out);
}

/* The record goes first: once destroyed, the number may be another file's. */
static bool reap_one(struct mctl_session *session, const struct kind *kind)
{
	struct mctl_memory *memory;
	bool is_gone;
	u32 id;
	int i = 0;

	mutex_lock(&session->lock);
	while (i < session->view.n_owned &&
	       session->owned[i].object != kind->object)
		i++;
	if (i == session->view.n_owned) {
		mutex_unlock(&session->lock);
		return false;
	}
	id = session->owned[i].id;
	memory = take_off(session, i);
	mutex_unlock(&session->lock);
	is_gone = destroy(session, kind, id);
	if (!is_gone)
		mctl_count(session->function, MCTL_KEPT_OBJECTS);
	if (memory)
		mctl_memory_let_go(memory, !is_gone);
	return true;
}

void mctl_objects_reap(struct mctl_session *session)
{
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++)
		while (reap_one(session, &kinds[i]))
			;
}
