/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A machine around the device: memory, interrupts, and what a driver makes. */
#ifndef MACHINE_H
#define MACHINE_H

#include "objects.h"
#include "unit.h"

#define MACHINE_BASE 0x7f0000000000ull
#define MACHINE_BYTES (64 * 1024)
#define MACHINE_VECTORS 8

struct machine {
	u8 memory[MACHINE_BYTES];
	u32 interrupts[MACHINE_VECTORS];
	u32 writes;
	u32 fault_after;	/* writes that still succeed; 0: all do */
};

struct emu_host machine_host(struct machine *machine);
/* Page n of the machine's memory, and where it is on the bus. */
u8 *machine_page(struct machine *machine, u32 n);
u64 machine_address(u32 n);

/* A command of a uid; the lists follow its fixed part. */
void prepare(struct mailbox *box, u16 opcode, u16 uid);
void put_page(struct mailbox *box, u32 index, u64 entry);
/* Done, and the id that is in the outbox. */
u32 make(struct emu_device *device, struct mailbox *box);
void refused(struct emu_device *device, struct mailbox *box, u32 failure);
/* A destroy command and its answer: EMU_DONE or the syndrome. */
u32 destroy(struct emu_device *device, u16 opcode, u16 uid, u32 id);

u32 make_pd(struct emu_device *device, u16 uid);
/* A umem of the machine's pages in this order, all rights. */
void prepare_umem(struct mailbox *box, u16 uid, const u32 *pages, u32 n);
void prepare_mkey(struct mailbox *box, u16 uid, u32 pd, u32 umem, u64 start,
		  u64 len);
u32 make_uar(struct emu_device *device, u16 uid);
/* A queue in consecutive pages of the machine, for one type of event. */
void prepare_eq(struct mailbox *box, u16 uid, u32 uar, u32 log_size,
		u32 first_page, u8 event);

#endif
