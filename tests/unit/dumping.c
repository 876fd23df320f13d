// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "dumping.h"

#include <errno.h>
#include <string.h>

struct dump_world world;
u8 dump[MEMORY], again[MEMORY];

static u64 read_clock(void *unused)
{
	(void)unused;
	return world.ms;
}

int read_bus(void *unused, u64 address, void *bytes, size_t len)
{
	(void)unused;
	if (address > MEMORY || len > MEMORY - address)
		return -EFAULT;
	memcpy(bytes, world.memory + address, len);
	return 0;
}

int write_bus(void *unused, u64 address, const void *bytes, size_t len)
{
	(void)unused;
	if (address > MEMORY || len > MEMORY - address)
		return -EFAULT;
	memcpy(world.memory + address, bytes, len);
	return 0;
}

u32 endless_mkey(void)
{
	struct mailbox box;
	u32 pd = make_pd(world.device, 0);

	prepare(&box, PRM_OP_CREATE_MKEY, 0);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__lw), 1);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__length64), 1);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__pd), pd);
	put(&box, PRM_AT(create_mkey_in, memory_key_mkey_entry__mkey_7_0), KEY);
	return make(world.device, &box) << 8 | KEY;
}

int set_up(void **unused)
{
	const struct emu_host host = { read_bus, write_bus };

	(void)unused;
	memset(&world, 0, sizeof(world));
	world.device = new_device();
	emu_set_clock(world.device, read_clock, NULL);
	emu_set_host(world.device, &host);
	world.mkey = endless_mkey();
	return 0;
}

int tear_down(void **unused)
{
	(void)unused;
	emu_destroy(world.device);
	return 0;
}

void ask(struct mailbox *box, u16 type)
{
	access_register(box, PRM_REG_RESOURCE_DUMP, false,
			PRM_SIZE(resource_dump));
	put(box, FIELD(segment_type), type);
}

void into_memory(struct mailbox *box, u32 size)
{
	put(box, FIELD(mkey), world.mkey);
	put(box, FIELD(size), size);
}

void go_on(struct mailbox *box)
{
	put(box, FIELD(seq_num), got(box, FIELD(seq_num)));
	put(box, FIELD(more_dump), 1);
	put(box, FIELD(device_opaque), got(box, FIELD(device_opaque)));
}

static u64 asked(const struct mailbox *box, struct prm_bits at)
{
	return read_bits(box->in, box->in_len, at);
}

u32 run(struct mailbox *box, u8 *to, u32 room, u32 *len)
{
	const u32 data = FIELD(inline_data).offset / 8;
	bool is_inline = asked(box, FIELD(inline_dump));
	u32 rounds = 0, sequence = 0;

	*len = 0;
	do {
		u32 size;

		if (rounds)
			go_on(box);
		if (execute(world.device, box))
			fail_msg("round %u: syndrome 0x%x", rounds,
				 syndrome(box));
		sequence = (sequence + 1) % 16;
		assert_int_equal(got(box, FIELD(seq_num)), sequence);
		size = got(box, FIELD(size));
		assert_true(size && size <= room - *len);
		memcpy(to + *len, is_inline ? box->out + data : world.memory,
		       size);
		*len += size;
		rounds++;
	} while (got(box, FIELD(more_dump)));
	assert_int_equal(got(box, FIELD(device_opaque)), 0);
	return rounds;
}

u32 dump_inline(struct mailbox *box, u8 *to)
{
	u32 len;

	put(box, FIELD(inline_dump), 1);
	run(box, to, MEMORY, &len);
	return len;
}

u32 word(const u8 *at)
{
	return (u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static u16 type_of(const u8 *segment)
{
	return word(segment);
}

u32 length_of(const u8 *segment)
{
	return (word(segment) >> 16) * 4;
}

const u8 *find(const u8 *bytes, u32 len, u16 type, u32 n)
{
	const u8 *found = NULL;
	u32 at = 0, last = 0;

	for (; at < len; at += length_of(bytes + at)) {
		assert_true(length_of(bytes + at) >= 4);
		assert_true(length_of(bytes + at) <= len - at);
		if (type_of(bytes + at) == type && !n--)
			found = bytes + at;
		last = at;
	}
	assert_int_equal(at, len);
	assert_int_equal(type_of(bytes), INFO);
	assert_int_equal(type_of(bytes + 16), COMMAND);
	assert_int_equal(type_of(bytes + last), TERMINATE);
	return found;
}

u32 count(const u8 *bytes, u32 len, u16 type)
{
	u32 n = 0;

	while (find(bytes, len, type, n))
		n++;
	return n;
}
