// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "machine.h"

#include <errno.h>
#include <string.h>

static bool is_there(u64 address, size_t len)
{
	u64 offset = address - MACHINE_BASE;

	return address >= MACHINE_BASE && offset <= MACHINE_BYTES &&
	       len <= MACHINE_BYTES - offset;
}

static int read_memory(void *context, u64 address, void *bytes, size_t len)
{
	struct machine *machine = context;

	if (!is_there(address, len))
		return -EFAULT;
	memcpy(bytes, machine->memory + (address - MACHINE_BASE), len);
	return 0;
}

static int write_memory(void *context, u64 address, const void *bytes,
			size_t len)
{
	struct machine *machine = context;

	if (!is_there(address, len) ||
	    (machine->fault_after && machine->writes >= machine->fault_after))
		return -EFAULT;
	machine->writes++;
	memcpy(machine->memory + (address - MACHINE_BASE), bytes, len);
	return 0;
}

static void interrupt(void *context, u32 vector)
{
	struct machine *machine = context;

	assert_true(vector < MACHINE_VECTORS);
	machine->interrupts[vector]++;
}

struct emu_host machine_host(struct machine *machine)
{
	return (struct emu_host){ read_memory, write_memory, interrupt,
				  machine };
}

u8 *machine_page(struct machine *machine, u32 n)
{
	return machine->memory + n * 4096;
}

u64 machine_address(u32 n)
{
	return MACHINE_BASE + n * 4096;
}

void prepare(struct mailbox *box, u16 opcode, u16 uid)
{
	const struct prm_command *row = prm_command_by_opcode(opcode);

	command(box, opcode, row->in->size, row->out->size);
	put(box, (struct prm_bits){ 16, 16 }, uid);
}

void put_page(struct mailbox *box, u32 index, u64 entry)
{
	u32 fixed = prm_command_by_opcode(box->in[0] << 8 |
					  box->in[1])->in->size;

	put(box, (struct prm_bits){ (fixed + index * 8) * 8, 64 }, entry);
	box->in_len = fixed + (index + 1) * 8;
}

/* All that commands make, they name in the same place. */
u32 make(struct emu_device *device, struct mailbox *box)
{
	if (execute(device, box))
		fail_msg("status 0x%x, syndrome 0x%x", box->out[0],
			 syndrome(box));
	return got(box, (struct prm_bits){ 72, 24 });
}

void refused(struct emu_device *device, struct mailbox *box, u32 failure)
{
	assert_int_not_equal(execute(device, box), EMU_OK);
	assert_int_equal(syndrome(box), failure);
}

u32 destroy(struct emu_device *device, u16 opcode, u16 uid, u32 id)
{
	struct mailbox box;

	prepare(&box, opcode, uid);
	put(&box, (struct prm_bits){ 72, 24 }, id);
	execute(device, &box);
	return syndrome(&box);
}

u32 make_pd(struct emu_device *device, u16 uid)
{
	struct mailbox box;

	prepare(&box, PRM_OP_ALLOC_PD, uid);
	return make(device, &box);
}

void prepare_umem(struct mailbox *box, u16 uid, const u32 *pages, u32 n)
{
	prepare(box, PRM_OP_CREATE_UMEM, uid);
	put(box, PRM_AT(create_umem_in, umem__num_of_mtt), n);
	for (u32 i = 0; i < n; i++)
		put_page(box, i, machine_address(pages[i]) |
			 EMU_PAGE_READABLE | EMU_PAGE_WRITABLE);
}

void prepare_mkey(struct mailbox *box, u16 uid, u32 pd, u32 umem, u64 start,
		  u64 len)
{
	prepare(box, PRM_OP_CREATE_MKEY, uid);
	put(box, PRM_AT(create_mkey_in, mkey_umem_valid), 1);
	put(box, PRM_AT(create_mkey_in, mkey_umem_id), umem);
	put(box, PRM_AT(create_mkey_in,
			memory_key_mkey_entry__access_mode_1_0), 1);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__lr), 1);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__lw), 1);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__qpn), 0xffffff);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__pd), pd);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__start_addr),
	    start);
	put(box, PRM_AT(create_mkey_in, memory_key_mkey_entry__len), len);
}

u32 make_uar(struct emu_device *device, u16 uid)
{
	struct mailbox box;

	prepare(&box, PRM_OP_ALLOC_UAR, uid);
	return make(device, &box);
}

void prepare_eq(struct mailbox *box, u16 uid, u32 uar, u32 log_size,
		u32 first_page, u8 event)
{
	u32 mask = PRM_AT(create_eq_in, event_bitmask).offset;

	prepare(box, PRM_OP_CREATE_EQ, uid);
	put(box, PRM_AT(create_eq_in, eq_context_entry__log_eq_size), log_size);
	put(box, PRM_AT(create_eq_in, eq_context_entry__uar_page), uar);
	put(box, (struct prm_bits){ mask + event / 64 * 64, 64 },
	    (u64)1 << event % 64);
	for (u32 i = 0; i << 12 < 64u << log_size; i++)
		put_page(box, i, machine_address(first_page + i));
}
