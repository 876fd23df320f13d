// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The rounds of a dump. Each answer says how much it wrote and whether there
 * is more; what it says is believed only as far as it makes sense.
 */
#include "dump.h"

#include <errno.h>
#include <string.h>

#include "exec.h"
#include "prm-offsets.h"

#define MOST_BYTES (1ull << 30)	/* of a dump, unless the caller says */
#define SEQUENCES 16
#define INLINE_OFFSET 0x30	/* of the data in the register */

enum { CR_DUMP_TO_MEM = 2 };

/* A register that dumps, with the data of an answer where it is inline. */
struct dumper {
	const char *name;
	u16 id;
	u32 size;
	struct prm_bits more, mkey, room, address, token;
	struct prm_bits sequence;	/* no width: none */
};

static const struct dumper resources = {
	.name = "RESOURCE_DUMP",
	.id = PRM_REG_RESOURCE_DUMP,
	.size = PRM_SIZE_resource_dump,
	.more = { PRM(resource_dump, more_dump) },
	.mkey = { PRM(resource_dump, mkey) },
	.room = { PRM(resource_dump, size) },
	.address = { PRM(resource_dump, address) },
	.token = { PRM(resource_dump, device_opaque) },
	.sequence = { PRM(resource_dump, seq_num) },
};

static const struct dumper core = {
	.name = "CORE_DUMP",
	.id = PRM_REG_CORE_DUMP,
	.size = PRM_SIZE_core_dump,
	.more = { PRM(core_dump, more_dump) },
	.mkey = { PRM(core_dump, mkey) },
	.room = { PRM(core_dump, size) },
	.address = { PRM(core_dump, address) },
	.token = { PRM(core_dump, cookie) },
};

struct run {
	const struct dumper *dumper;
	struct mlx5ctl_dump *dump;
	struct dump_memory memory;
	struct mlx5ctl_error *error;
	u8 in[PRM_HEADER_BYTES + PRM_SIZE_resource_dump];
	u8 out[PRM_HEADER_BYTES + PRM_SIZE_resource_dump];
};

static u64 get(const u8 *mailbox, const struct run *run, struct prm_bits at)
{
	return prm_value(mailbox + PRM_HEADER_BYTES, run->dumper->size, at);
}

/* Values fit: they are our own, or were in a field of that width. */
static void put(struct run *run, struct prm_bits at, u64 value)
{
	if (!prm_set(run->in + PRM_HEADER_BYTES, run->dumper->size, at, value))
		return;
}

static void compose(struct run *run)
{
	const struct {
		struct prm_bits at;
		u32 value;
	} head[] = {
		{ PRM_AT(access_reg_in, opcode), PRM_OP_ACCESS_REG },
		{ PRM_AT(access_reg_in, op_mod), 1 },
		{ PRM_AT(access_reg_in, register_id), run->dumper->id },
	};

	for (u32 i = 0; i < ARRAY_SIZE(head); i++)
		if (!prm_set(run->in, sizeof(run->in), head[i].at,
			     head[i].value))
			return;
	put(run, run->dumper->mkey, run->memory.mkey);
	put(run, run->dumper->room, run->memory.size);
	put(run, run->dumper->address, (uintptr_t)run->memory.bytes);
}

/* How much the answer says that it wrote. */
static int check_length(const struct run *run, u64 length, bool more)
{
	u32 room = run->memory.bytes ? run->memory.size :
		   run->dumper->size - INLINE_OFFSET;

	if (length > room)
		return mlx5ctl_fail(run->error, -EPROTO,
				    "Round %u of %s says that it wrote %llu bytes, where there is room for %u.",
				    run->dump->rounds, run->dumper->name,
				    (unsigned long long)length, room);
	if (length % 4)
		return mlx5ctl_fail(run->error, -EPROTO,
				    "Round %u of %s says that it wrote %llu bytes, which are not whole dwords.",
				    run->dump->rounds, run->dumper->name,
				    (unsigned long long)length);
	if (!length)
		return mlx5ctl_fail(run->error, -EPROTO,
				    "Round %u of %s wrote nothing%s.",
				    run->dump->rounds, run->dumper->name,
				    more ? ", and says that there is more" : "");
	return 0;
}

/* Whether it follows the one before, and the next one will follow it. */
static int check_order(const struct run *run, bool more)
{
	const struct dumper *dumper = run->dumper;
	u64 asked = get(run->in, run, dumper->sequence);
	u64 answered = get(run->out, run, dumper->sequence);
	u64 token = get(run->out, run, dumper->token);

	if (dumper->sequence.width && answered != (asked + 1) % SEQUENCES)
		return mlx5ctl_fail(run->error, -EPROTO,
				    "Round %u of %s has the sequence number %llu after %llu.",
				    run->dump->rounds, dumper->name,
				    (unsigned long long)answered,
				    (unsigned long long)asked);
	if (more && !dumper->sequence.width &&
	    token == get(run->in, run, dumper->token))
		return mlx5ctl_fail(run->error, -EPROTO,
				    "Round %u of %s has the cookie 0x%llx of the one before: it would go on in the same place.",
				    run->dump->rounds, dumper->name,
				    (unsigned long long)token);
	return 0;
}

static int take(struct run *run, u32 length)
{
	struct mlx5ctl_dump *dump = run->dump;
	const u8 *bytes = run->memory.bytes ? run->memory.bytes :
			  run->out + PRM_HEADER_BYTES + INLINE_OFFSET;
	u64 most = dump->most ? dump->most : MOST_BYTES;
	int ret;

	if (length > most - dump->length)
		return mlx5ctl_fail(run->error, -EFBIG,
				    "%s was given up: it has more than %llu bytes after %u round%s.",
				    run->dumper->name,
				    (unsigned long long)most, dump->rounds,
				    dump->rounds == 1 ? "" : "s");
	dump->length += length;
	ret = dump->take(dump->context, bytes, length);
	return ret ? mlx5ctl_fail(run->error, ret,
				  "The dump was ended by who takes it.") : 0;
}

static int one_round(struct run *run, const struct mlx5ctl_transport *door,
		     void *handle, bool *more)
{
	const struct dumper *dumper = run->dumper;
	u64 length;
	int ret;

	ret = door->exec(handle, run->in, PRM_HEADER_BYTES + dumper->size,
			 run->out, PRM_HEADER_BYTES + dumper->size,
			 run->error);
	if (ret)
		return ret;
	run->dump->rounds++;
	length = get(run->out, run, dumper->room);
	*more = get(run->out, run, dumper->more);
	ret = check_length(run, length, *more);
	if (!ret)
		ret = check_order(run, *more);
	if (!ret)
		ret = take(run, length);
	put(run, dumper->more, 1);
	put(run, dumper->sequence, get(run->out, run, dumper->sequence));
	put(run, dumper->token, get(run->out, run, dumper->token));
	return ret;
}

static int all_rounds(struct run *run, const struct mlx5ctl_transport *door,
		      void *handle)
{
	bool more;
	int ret;

	compose(run);
	do
		ret = one_round(run, door, handle, &more);
	while (!ret && more);
	return ret;
}

/* With its memory, if there is to be one. */
static int go(struct run *run, const struct mlx5ctl_transport *door,
	      void *handle)
{
	int ret;

	run->dump->length = 0;
	run->dump->rounds = 0;
	run->memory.door = door;
	run->memory.handle = handle;
	if (!run->dump->memory && run->dumper == &core)
		return mlx5ctl_fail(run->error, -EINVAL,
				    "The core is dumped into memory only.");
	if (!run->dump->memory)
		return all_rounds(run, door, handle);
	ret = dump_memory_make(&run->memory, run->dump->memory, run->error);
	if (ret)
		return ret;
	ret = all_rounds(run, door, handle);
	dump_memory_end(&run->memory);
	return ret;
}

int dump_resources(const struct mlx5ctl_transport *door, void *handle,
		   const struct mlx5ctl_dump_request *request,
		   struct mlx5ctl_dump *dump, struct mlx5ctl_error *error)
{
	struct run run = { .dumper = &resources, .dump = dump, .error = error };

	put(&run, PRM_AT(resource_dump, inline_dump), !dump->memory);
	put(&run, PRM_AT(resource_dump, segment_type), request->type);
	put(&run, PRM_AT(resource_dump, vhca_id_valid), !!request->vhca_id);
	put(&run, PRM_AT(resource_dump, vhca_id), request->vhca_id);
	put(&run, PRM_AT(resource_dump, index1), request->index1);
	put(&run, PRM_AT(resource_dump, index2), request->index2);
	put(&run, PRM_AT(resource_dump, num_of_obj1), request->count1);
	put(&run, PRM_AT(resource_dump, num_of_obj2), request->count2);
	return go(&run, door, handle);
}

int dump_core(const struct mlx5ctl_transport *door, void *handle,
	      uint16_t vhca_id, struct mlx5ctl_dump *dump,
	      struct mlx5ctl_error *error)
{
	struct run run = { .dumper = &core, .dump = dump, .error = error };

	put(&run, PRM_AT(core_dump, core_dump_type), CR_DUMP_TO_MEM);
	put(&run, PRM_AT(core_dump, vhca_id), vhca_id);
	return go(&run, door, handle);
}

static int exec_device(void *device, const void *in, uint32_t in_len,
		       void *out, uint32_t out_len,
		       struct mlx5ctl_error *error)
{
	return mlx5ctl_exec(device, in, in_len, out, out_len, error);
}

static int register_device(void *device, void *addr, uint64_t len,
			   uint32_t *id, struct mlx5ctl_error *error)
{
	return mlx5ctl_register_memory(device, addr, len, id, error);
}

static int unregister_device(void *device, uint32_t id,
			     struct mlx5ctl_error *error)
{
	return mlx5ctl_unregister_memory(device, id, error);
}

static const struct mlx5ctl_transport library = {
	.exec = exec_device,
	.register_memory = register_device,
	.unregister_memory = unregister_device,
};

/* Who takes a dump would wait for himself, or crosswise for another. */
static _Thread_local bool is_dumping;

/* A file goes on with one dump at a time: the judge knows where one is. */
static int begin(struct mlx5ctl_device *device, struct mlx5ctl_dump *dump,
		 struct mlx5ctl_error *error)
{
	if (error)
		memset(error, 0, sizeof(*error));
	if (dump) {
		dump->length = 0;
		dump->rounds = 0;
	}
	if (!device || !dump || !dump->take)
		return mlx5ctl_fail(error, -EINVAL,
				    "A dump needs a device, and somebody who takes it.");
	if (is_dumping)
		return mlx5ctl_fail(error, -EDEADLK,
				    "take() cannot start another dump.");
	pthread_mutex_lock(&device->dumping);
	is_dumping = true;
	return 0;
}

static int end(struct mlx5ctl_device *device, int ret)
{
	is_dumping = false;
	pthread_mutex_unlock(&device->dumping);
	return ret;
}

int mlx5ctl_resource_dump(struct mlx5ctl_device *device,
			  const struct mlx5ctl_dump_request *request,
			  struct mlx5ctl_dump *dump,
			  struct mlx5ctl_error *error)
{
	int ret = begin(device, dump, error);

	if (ret)
		return ret;
	ret = request ? dump_resources(&library, device, request, dump, error) :
	      mlx5ctl_fail(error, -EINVAL,
			   "A dump of resources needs a request.");
	return end(device, ret);
}

int mlx5ctl_core_dump(struct mlx5ctl_device *device, uint16_t vhca_id,
		      struct mlx5ctl_dump *dump, struct mlx5ctl_error *error)
{
	int ret = begin(device, dump, error);

	return ret ? ret : end(device, dump_core(&library, device, vhca_id,
						 dump, error));
}
