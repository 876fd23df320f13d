// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a dump into memory needs in the device: a PD, a umem, an mkey. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "dump.h"
#include "prm-offsets.h"

#define PAGE 4096u
#define MODE_MTT 1
#define NO_QP 0xffffff

enum { NOTHING, PD, UMEM, MKEY };	/* dump_memory.made */

/* Commands without data: one field in, one field out. */
static int simple(struct dump_memory *memory, u16 opcode, struct prm_bits at,
		  u32 value, u8 *out, struct mlx5ctl_error *error)
{
	u8 in[PRM_HEADER_BYTES] = { opcode >> 8, opcode };

	if (at.width && !prm_set(in, sizeof(in), at, value))
		return -EINVAL;
	return memory->door->exec(memory->handle, in, sizeof(in), out,
				  PRM_HEADER_BYTES, error);
}

static int make_pd(struct dump_memory *memory, struct mlx5ctl_error *error)
{
	u8 out[PRM_HEADER_BYTES];
	int ret = simple(memory, PRM_OP_ALLOC_PD, (struct prm_bits){}, 0, out,
			 error);

	memory->pd = ret ? 0 : prm_value(out, sizeof(out),
					 PRM_AT(alloc_pd_out, pd));
	return ret;
}

static int make_mkey(struct dump_memory *memory, struct mlx5ctl_error *error)
{
#define ENTRY(name) PRM_AT(create_mkey_in, memory_key_mkey_entry__##name)
	const struct {
		struct prm_bits at;
		u64 value;
	} fields[] = {
		{ PRM_AT(create_mkey_in, opcode), PRM_OP_CREATE_MKEY },
		{ PRM_AT(create_mkey_in, mkey_umem_valid), 1 },
		{ PRM_AT(create_mkey_in, mkey_umem_id), memory->umem },
		{ ENTRY(access_mode_1_0), MODE_MTT },
		{ ENTRY(lr), 1 },
		{ ENTRY(lw), 1 },
		{ ENTRY(qpn), NO_QP },
		{ ENTRY(pd), memory->pd },
		{ ENTRY(start_addr), (uintptr_t)memory->bytes },
		{ ENTRY(len), memory->size },
	};
#undef ENTRY
	u8 in[PRM_SIZE_create_mkey_in] = { 0 };
	u8 out[PRM_SIZE_create_mkey_out];
	int ret;

	for (u32 i = 0; i < ARRAY_SIZE(fields); i++)
		if (!prm_set(in, sizeof(in), fields[i].at, fields[i].value))
			return mlx5ctl_fail(error, -EPROTO,
					    "The device names an object by a number that is too wide.");
	ret = memory->door->exec(memory->handle, in, sizeof(in), out,
				 sizeof(out), error);
	/* The lowest byte of a key is ours to choose: 0. */
	memory->mkey = ret ? 0 :
		prm_value(out, sizeof(out),
			  PRM_AT(create_mkey_out, mkey_index)) << 8;
	return ret;
}

static int make_objects(struct dump_memory *memory,
			struct mlx5ctl_error *error)
{
	int ret = make_pd(memory, error);

	if (ret)
		return ret;
	memory->made = PD;
	ret = memory->door->register_memory(memory->handle, memory->bytes,
					    memory->size, &memory->umem,
					    error);
	if (ret)
		return ret;
	memory->made = UMEM;
	ret = make_mkey(memory, error);
	if (!ret)
		memory->made = MKEY;
	return ret;
}

int dump_memory_make(struct dump_memory *memory, uint32_t size,
		     struct mlx5ctl_error *error)
{
	int ret;

	if (size % PAGE)
		return mlx5ctl_fail(error, -EINVAL,
				    "Memory for a dump is whole pages of %u bytes, not %u bytes.",
				    PAGE, size);
	memory->size = size;
	memory->made = NOTHING;
	memory->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory->bytes == MAP_FAILED) {
		memory->bytes = NULL;
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	}
	ret = make_objects(memory, error);
	if (ret)
		dump_memory_end(memory);
	return ret;
}

void dump_memory_end(struct dump_memory *memory)
{
	u8 out[PRM_HEADER_BYTES];

	if (memory->made >= MKEY)
		simple(memory, PRM_OP_DESTROY_MKEY,
		       PRM_AT(destroy_mkey_in, mkey_index), memory->mkey >> 8,
		       out, NULL);
	if (memory->made >= UMEM)
		memory->door->unregister_memory(memory->handle, memory->umem,
						NULL);
	if (memory->made >= PD)
		simple(memory, PRM_OP_DEALLOC_PD, PRM_AT(dealloc_pd_in, pd),
		       memory->pd, out, NULL);
	/* Still registered or not: only a command that names the mkey writes. */
	if (memory->bytes)
		munmap(memory->bytes, memory->size);
	memory->bytes = NULL;
	memory->made = NOTHING;
}
