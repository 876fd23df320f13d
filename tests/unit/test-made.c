// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Random lives of what drivers and user contexts make of one another, against
 * a plain list of what should be there.
 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define STEPS 20000
#define MOST 300
#define USERS 4
#define COMPLETION 0x0a
#define START 0x4000000000ull

struct thing {
	enum emu_kind kind;
	u16 uid;
	u32 id;
	u32 needs[2];		/* ids: umem and PD, or UAR */
	u32 pages[4];		/* a umem's, and how many of them */
	u32 n;
	u64 len;		/* of an mkey */
	u32 size;		/* of an EQ, and how far it and its reader are */
	u32 produced;
	u32 consumed;
	bool listens, armed, broken;
	u8 context[64];
};

struct model {
	struct machine machine;
	struct emu_device *device;
	u16 uids[USERS];	/* 0 the kernel's; others may be 0: none now */
	struct thing things[MOST];
	u32 n;
	u32 interrupts;
};

static struct model model;

/* In the order in which the device looks for them. */
static const enum emu_kind needed[EMU_N_KINDS][2] = {
	[EMU_MKEY] = { EMU_UMEM, EMU_PD },
	[EMU_EQ] = { EMU_UAR },
};

static u16 any_uid(void)
{
	return model.uids[random_below(USERS)];
}

static struct thing *find(enum emu_kind kind, u32 id)
{
	for (u32 i = 0; i < model.n; i++)
		if (model.things[i].kind == kind && model.things[i].id == id)
			return &model.things[i];
	return NULL;
}

/* Mostly one that is there; NULL: none is. */
static struct thing *any_thing(enum emu_kind kind)
{
	struct thing *found = NULL;
	u32 seen = 0;

	for (u32 i = 0; i < model.n; i++)
		if (model.things[i].kind == kind && !random_below(++seen))
			found = &model.things[i];
	return found;
}

static u32 any_id(enum emu_kind kind)
{
	const struct thing *thing = any_thing(kind);

	return thing && random_below(12) ? thing->id :
					   0x700000 + random_below(9);
}

static u32 expected_of_needs(const struct thing *thing)
{
	for (u32 i = 0; i < 2; i++) {
		const struct thing *need =
			find(needed[thing->kind][i], thing->needs[i]);

		if (!needed[thing->kind][i])
			continue;
		if (!need)
			return EMU_UNKNOWN_OBJECT;
		if (need->uid != thing->uid)
			return EMU_FOREIGN_OBJECT;
	}
	return EMU_DONE;
}

static void prepare_memory(struct thing *thing, struct mailbox *box)
{
	thing->n = 1 + random_below(4);
	for (u32 i = 0; i < thing->n; i++)
		thing->pages[i] = random_below(8);
	prepare_umem(box, thing->uid, thing->pages, thing->n);
}

static void prepare_key(struct thing *thing, struct mailbox *box)
{
	const struct thing *umem = find(EMU_UMEM, thing->needs[0]);

	thing->len = 1 + random_below(umem ? umem->n * 4096 : 4096);
	prepare_mkey(box, thing->uid, thing->needs[1], thing->needs[0], START,
		     thing->len);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__mkey_7_0),
	    random_below(256));
}

/* Contexts of users may not see completions; theirs ask for nothing. */
static void prepare_queue(struct thing *thing, struct mailbox *box)
{
	u32 log = random_below(4);

	thing->size = 1 << log;
	thing->listens = !thing->uid;
	prepare_eq(box, thing->uid, thing->needs[0], log, 8 + random_below(8),
		   COMPLETION);
	if (!thing->listens)
		memset(box->in + 0x58, 0, 32);
	put(box, PRM_AT(create_eq_in, eq_context_entry__intr), random_below(8));
}

static void prepare_thing(struct thing *thing, struct mailbox *box)
{
	switch (thing->kind) {
	case EMU_PD:
		prepare(box, PRM_OP_ALLOC_PD, thing->uid);
		break;
	case EMU_UAR:
		prepare(box, PRM_OP_ALLOC_UAR, thing->uid);
		break;
	case EMU_UMEM:
		prepare_memory(thing, box);
		break;
	case EMU_MKEY:
		prepare_key(thing, box);
		break;
	case EMU_EQ:
		prepare_queue(thing, box);
		break;
	case EMU_UCTX:
	case EMU_N_KINDS:
		fail();
	}
}

static void create(void)
{
	struct thing thing = { .kind = EMU_PD + random_below(EMU_EQ) };
	u32 expected;
	struct mailbox box;

	if (model.n == MOST)
		return;
	thing.uid = any_uid();
	for (u32 i = 0; i < 2; i++)
		thing.needs[i] = any_id(needed[thing.kind][i]);
	expected = expected_of_needs(&thing);
	prepare_thing(&thing, &box);
	execute(model.device, &box);
	/* There are few queues, five of which the personality has. */
	if (!expected && thing.kind == EMU_EQ &&
	    emu_count(model.device, EMU_EQ) == 64 - 5)
		expected = EMU_TOO_MANY_OBJECTS;
	assert_int_equal(syndrome(&box), expected);
	if (expected)
		return;
	thing.id = got(&box, (struct prm_bits){ 72, 24 });
	memcpy(thing.context, box.in + 16, 64);
	assert_null(find(thing.kind, thing.id));
	model.things[model.n++] = thing;
}

static bool is_needed(const struct thing *thing)
{
	for (u32 i = 0; i < model.n; i++)
		for (u32 k = 0; k < 2; k++)
			if (needed[model.things[i].kind][k] == thing->kind &&
			    model.things[i].needs[k] == thing->id)
				return true;
	return false;
}

static void destroy_one(void)
{
	static const u16 opcodes[EMU_N_KINDS] = {
		[EMU_PD] = PRM_OP_DEALLOC_PD, [EMU_UAR] = PRM_OP_DEALLOC_UAR,
		[EMU_UMEM] = PRM_OP_DESTROY_UMEM,
		[EMU_MKEY] = PRM_OP_DESTROY_MKEY,
		[EMU_EQ] = PRM_OP_DESTROY_EQ,
	};
	enum emu_kind kind = EMU_PD + random_below(EMU_EQ);
	u32 id = any_id(kind) & (kind == EMU_EQ ? 0xff : 0xffffff);
	struct thing *thing = find(kind, id);
	u16 uid = thing && random_below(4) ? thing->uid : any_uid();
	u32 expected = !thing ? EMU_UNKNOWN_OBJECT :
		       thing->uid != uid ? EMU_FOREIGN_OBJECT :
		       is_needed(thing) ? EMU_OBJECT_IN_USE : EMU_DONE;

	assert_int_equal(destroy(model.device, opcodes[kind], uid, id),
			 expected);
	if (!expected)
		*thing = model.things[--model.n];
}

/* Contexts end seldom, or there is never much to account. */
static void change_user(void)
{
	u16 *uid = &model.uids[1 + random_below(USERS - 1)];

	if (random_below(20))
		return;
	if (!*uid) {
		*uid = new_uid(model.device, 4);
		return;
	}
	assert_int_equal(destroy(model.device, PRM_OP_DESTROY_UCTX, 0, *uid),
			 0);
	for (u32 i = model.n; i-- > 0;)
		if (model.things[i].uid == *uid)
			model.things[i] = model.things[--model.n];
	*uid = 0;
}

static void query_key(void)
{
	const struct thing *mkey = any_thing(EMU_MKEY);
	struct mailbox box;

	if (!mkey)
		return;
	prepare(&box, PRM_OP_QUERY_MKEY, any_uid());
	put(&box, PRM_AT(query_mkey_in, mkey_index), mkey->id);
	make(model.device, &box);
	assert_memory_equal(box.out + 16, mkey->context, 64);
}

static void reach_a_byte(void)
{
	const struct thing *mkey = any_thing(EMU_MKEY);
	const struct thing *umem;
	u64 offset;
	u32 name;
	u8 byte = random_below(256), seen;

	if (!mkey)
		return;
	umem = find(EMU_UMEM, mkey->needs[0]);
	name = mkey->id << 8 | mkey->context[7];
	offset = random_below(mkey->len + 2);
	if (offset >= mkey->len) {
		assert_int_equal(emu_mkey_write(model.device, mkey->uid, name,
						START + offset, &byte, 1),
				 EMU_OUTSIDE_MKEY);
		return;
	}
	assert_int_equal(emu_mkey_write(model.device, mkey->uid, name,
					START + offset, &byte, 1), 0);
	seen = machine_page(&model.machine,
			    umem->pages[offset / 4096])[offset % 4096];
	assert_int_equal(seen, byte);
}

static void query_queue(void)
{
	const struct thing *eq = any_thing(EMU_EQ);
	struct mailbox box;

	if (!eq)
		return;
	prepare(&box, PRM_OP_QUERY_EQ, any_uid());
	put(&box, PRM_AT(query_eq_in, eq_number), eq->id);
	make(model.device, &box);
#define SEES(field, value)						\
	assert_int_equal(got(&box, PRM_AT(query_eq_out,			\
				eq_context_entry__##field)), value)
	SEES(uar_page, eq->needs[0]);
	SEES(st, eq->armed ? 9 : 0xa);
	SEES(status, eq->broken ? 0xa : 0);
	SEES(producer_counter, eq->produced);
	SEES(consumer_counter, eq->consumed);
	assert_memory_equal(box.out + 0x24, eq->context + 0x14, 4);
}

static void happen(void)
{
	for (u32 i = 0; i < model.n; i++) {
		struct thing *eq = &model.things[i];

		if (eq->kind != EMU_EQ || !eq->listens || eq->broken)
			continue;
		if (eq->produced - eq->consumed >= eq->size) {
			eq->broken = true;
			continue;
		}
		eq->produced++;
		model.interrupts += eq->armed;
		eq->armed = false;
	}
	emu_completed(model.device, 1 + random_below(1000));
}

static void consume(void)
{
	struct thing *eq = any_thing(EMU_EQ);
	bool arm = random_below(3);

	if (!eq)
		return;
	eq->consumed += random_below(eq->produced - eq->consumed + 1);
	if (arm) {
		eq->armed = eq->consumed == eq->produced;
		model.interrupts += !eq->armed;
	}
	emu_doorbell(model.device, eq->needs[0], arm ? 0x40 : 0x48,
		     eq->id << 24 | eq->consumed);
}

static void counts_agree(void)
{
	u32 counts[EMU_N_KINDS] = { 0 }, interrupts = 0;

	for (u32 i = 0; i < model.n; i++)
		counts[model.things[i].kind]++;
	for (enum emu_kind kind = EMU_PD; kind < EMU_N_KINDS; kind++)
		assert_int_equal(emu_count(model.device, kind), counts[kind]);
	for (u32 i = 0; i < MACHINE_VECTORS; i++)
		interrupts += model.machine.interrupts[i];
	assert_int_equal(interrupts, model.interrupts);
}

static void the_device_agrees_with_a_plain_list_of_what_was_made(void **unused)
{
	static void (*const steps[])(void) = {
		create, create, create, destroy_one, destroy_one, change_user,
		query_key, reach_a_byte, query_queue, happen, consume,
	};
	struct emu_host host = machine_host(&model.machine);

	(void)unused;
	model.device = new_device();
	emu_set_host(model.device, &host);
	for (u32 i = 0; i < STEPS; i++) {
		steps[random_below(ARRAY_SIZE(steps))]();
		counts_agree();
	}
	emu_reset(model.device, EMU_FUNCTION_LEVEL_RESET);
	model.n = 0;
	counts_agree();
	emu_destroy(model.device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_agrees_with_a_plain_list_of_what_was_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
