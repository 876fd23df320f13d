/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A machine with the PCI function in it, and the driver's side of both. */
#ifndef PCI_MACHINE_H
#define PCI_MACHINE_H

#include <pthread.h>
#include <string.h>
#include "pci.h"
#include "unit.h"

#define BASE 0x1000000000ull
#define MEMORY_BYTES (1u << 20)
#define BLOCK_BYTES PRM_SIZE_cmd_if_box
#define VECTORS 16

/* Where things are in that memory. */
#define QUEUE 0x1000u
#define EQ_PAGE 0x2000u
#define IN_BLOCKS 0x10000u	/* 1 KiB each, as many as fit below OUT_BLOCKS */
#define OUT_BLOCKS 0x80000u

struct machine {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	u8 memory[MEMORY_BYTES];
	u32 interrupts[VECTORS];
	u32 writes;
	u32 held;		/* slots whose first input block is not read yet */
	u32 stopped;		/* ... and that wait there */
	struct emu_device *device;
	struct pci_function *function;
};

struct machine *machine_new(enum pci_vectors vectors);
int machine_setup(void **state);	/* vectors in the table */
int machine_teardown(void **state);

u32 config_read(struct machine *machine, u32 offset, u32 width);
void config_write(struct machine *machine, u32 offset, u32 width, u32 value);
u32 bar_read(struct machine *machine, u32 offset);	/* big-endian */
void bar_write(struct machine *machine, u32 offset, u32 value);
/* Little-endian, as PCI's own registers. */
u32 bar_read_le(struct machine *machine, u32 offset);
void bar_write_le(struct machine *machine, u32 offset, u32 value);

void put_be(u8 *bytes, u32 value);

/* Memory and bus mastering on, and the queue's address given. */
void machine_start(struct machine *machine);

/* A command in a slot of the queue, with the chains that its lengths need. */
void place(struct machine *machine, u32 slot, const u8 *in, u32 in_len,
	   u32 out_len);
u8 *descriptor(struct machine *machine, u32 slot);
u8 *in_block(struct machine *machine, u32 slot, u32 index);
u8 *out_block(struct machine *machine, u32 slot, u32 index);
u32 block_address(u32 area, u32 slot, u32 index);
void ring(struct machine *machine, u32 slots);

/* Until the descriptor is ours again, for five seconds: its delivery status. */
u32 completed(struct machine *machine, u32 slot);
bool is_ours(struct machine *machine, u32 slot);
/* Wait until a condition holds; false after five seconds. */
bool eventually(struct machine *machine, bool (*holds)(struct machine *machine));

/* The common case: one command in slot 0, delivered; its output. */
void run(struct machine *machine, struct mailbox *box);

#endif
