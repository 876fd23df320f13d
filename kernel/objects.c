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
	u32 drop_bits;		/* of the id that is recorded */
	struct prm_bits made;	/* in the outbox that made it */
	struct mctl_order destroy;
} kinds[] = {
	/* In this order at the end: each needs those that follow. */
	{ POLICY_MKEY, 8, { PRM(create_mkey_out, mkey_index) },
	  { PRM_OP_DESTROY_MKEY, PRM_SIZE_destroy_mkey_in,
	    { PRM(destroy_mkey_in, mkey_index) } } },
	{ POLICY_UMEM, 0, { PRM(create_umem_out, umem_id) },
	  { PRM_OP_DESTROY_UMEM, PRM_SIZE_destroy_umem_in,
	    { PRM(destroy_umem_in, umem_id) } } },
	{ POLICY_PD, 0, { PRM(alloc_pd_out, pd) },
	  { PRM_OP_DEALLOC_PD, PRM_SIZE_dealloc_pd_in,
	    { PRM(dealloc_pd_in, pd) } } },
};

static const struct kind *kind_of(enum policy_object object)
{
	u32 i = 0;

	while (kinds[i].object != object)
		i++;
	return &kinds[i];
}

/* A key's first address is that of the first byte, wherever it lies. */
void mctl_objects_memory(struct mctl_request *request,
			 enum policy_object object, u32 id)
{
	struct mctl_session *session = request->session;
	const struct policy_owned *owned;

	guard(mutex)(&session->lock);
	owned = policy_find_owned(&session->view, object, id, 0);
	if (!owned || !session->memory[owned - session->owned])
		return;
	request->memory = session->memory[owned - session->owned];
	request->first = owned->address;
	kref_get(&request->memory->ref);
}

int mctl_objects_admit(struct mctl_request *request)
{
	const struct mctl_session *session = request->session;
	struct prm_bits key;

	if (request->creates &&
	    READ_ONCE(session->view.n_owned) == MCTL_OBJECTS_PER_FILE)
		return -ENOSPC;
	request->dump = mctl_memory_dump(request);
	if (request->creates == POLICY_MKEY) {
		key = PRM_AT(create_mkey_in, mkey_umem_id);
		mctl_objects_memory(request, POLICY_UMEM, mctl_in(request, key));
	} else if (request->dump && request->needs_turn) {
		key = mctl_behind_header(request->dump->mkey);
		mctl_objects_memory(request, POLICY_MKEY, mctl_in(request, key));
	}
	return mctl_memory_check(request);
}

/* One number of two: each would destroy the other's. function->lock is held. */
static bool is_taken(struct mctl_session *session, const struct kind *kind,
		     u32 id)
{
	struct mctl_function *function = session->function;
	const struct policy_owned *owned;
	struct mctl_session *other;

	list_for_each_entry(other, &function->sessions, link) {
		guard(mutex)(&other->lock);
		owned = policy_find_owned(&other->view, kind->object, id,
					  kind->drop_bits);
		if (owned && owned != READ_ONCE(other->leaving))
			return true;
	}
	return false;
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

	if (owned.object == POLICY_UMEM) {
		owned.address = request->memory->address;
		owned.length = request->memory->length;
	} else if (owned.object == POLICY_MKEY) {
		owned.id = id << 8 | mctl_in(request, low);
		owned.address = mctl_in(request, start);
		owned.length = mctl_in(request, size);
	}
	return owned;
}

static int note_made(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	const struct kind *kind = kind_of(request->creates);
	u32 id = mctl_out(request, kind->made);
	u32 i = session->view.n_owned;

	guard(mutex)(&session->function->lock);
	if (is_taken(session, kind, id)) {
		mctl_function_break(session->function,
				    "it gave one number to two objects");
		return -ENODEV;
	}
	if (request->memory)
		atomic_inc(&request->memory->holders);
	guard(mutex)(&session->lock);
	session->memory[i] = request->memory;
	session->owned[i] = made_by(request, id);
	WRITE_ONCE(session->view.n_owned, i + 1);
	return 0;
}

/* Once destroyed, its number may be another file's before we hear of that. */
void mctl_objects_expect(const struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	const struct kind *kind;

	if (!request->destroys)
		return;
	kind = kind_of(request->destroys);
	guard(mutex)(&session->lock);
	WRITE_ONCE(session->leaving,
		   policy_find_owned(&session->view, kind->object,
				     mctl_in(request, kind->destroy.number),
				     kind->drop_bits));
}

static void note_destroyed(struct mctl_request *request)
{
	struct mctl_session *session = request->session;
	struct mctl_memory *memory = NULL;

	scoped_guard(mutex, &session->lock) {
		if (session->leaving)
			memory = take_off(session,
					  session->leaving - session->owned);
		WRITE_ONCE(session->leaving, NULL);
	}
	if (memory)
		mctl_memory_let_go(memory, false);
}

int mctl_objects_note(struct mctl_request *request)
{
	if (mctl_is_error(request->out))
		return 0;
	if (request->destroys)
		note_destroyed(request);
	scoped_guard(mutex, &request->session->lock)
		policy_note_answer(&request->session->view, request->in,
				   request->in_len, request->out,
				   request->out_len);
	return request->creates ? note_made(request) : 0;
}

/*
 * The record goes first: once destroyed, the number may be another file's.
 * Destroyed is what the device says is destroyed, and nothing else.
 */
static void reap_one(struct mctl_session *session, const struct kind *kind,
		     u32 i)
{
	u8 out[PRM_HEADER_BYTES];
	struct mctl_memory *memory;
	bool is_gone;
	u32 id;

	scoped_guard(mutex, &session->lock) {
		id = session->owned[i].id >> kind->drop_bits;
		memory = take_off(session, i);
	}
	is_gone = !mctl_send_order(session->function, session->uid,
				   &kind->destroy, id, out);
	if (!is_gone)
		mctl_count(session->function, MCTL_KEPT_OBJECTS);
	if (memory)
		mctl_memory_let_go(memory, !is_gone);
}

/* Nobody else changes the list any more; what is moved in it was looked at. */
void mctl_objects_reap(struct mctl_session *session)
{
	for (u32 k = 0; k < ARRAY_SIZE(kinds); k++)
		for (u32 i = session->view.n_owned; i-- > 0;)
			if (session->owned[i].object == kinds[k].object)
				reap_one(session, &kinds[k], i);
}
