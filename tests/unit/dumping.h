/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A device with memory to dump into, and dumps taken apart. */
#ifndef DUMPING_H
#define DUMPING_H

#include "dumps.h"
#include "machine.h"

#define MEMORY (6u << 20)
#define KEY 0x5a
#define MENU 0xffff
#define RX_SLICE_ALL 0x2001
#define PRM_QUERY_MKEY 0x4030

enum { NOTICE = 0xfff9, COMMAND, TERMINATE, FAULT, REFERENCE, INFO };

/* The machine's memory is one piece from address 0, and the key is the bus's. */
struct dump_world {
	u8 memory[MEMORY];
	u64 ms;
	struct emu_device *device;
	u32 mkey;
};

extern struct dump_world world;
extern u8 dump[MEMORY], again[MEMORY];

#define FIELD(name) in_register(PRM_AT(resource_dump, name))
#define DUMP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int read_bus(void *unused, u64 address, void *bytes, size_t len);
int write_bus(void *unused, u64 address, const void *bytes, size_t len);

int set_up(void **unused);
int tear_down(void **unused);

/* Over all of the bus; its number without the key's low byte is 8 bits less. */
u32 endless_mkey(void);

void ask(struct mailbox *box, u16 type);
void into_memory(struct mailbox *box, u32 size);
/* The next round is what the last one answered, as clients send it. */
void go_on(struct mailbox *box);
/* All rounds; how many there were. */
u32 run(struct mailbox *box, u8 *to, u32 room, u32 *len);
u32 dump_inline(struct mailbox *box, u8 *to);

u32 word(const u8 *at);
u32 length_of(const u8 *segment);
/* The n-th segment of a type, or NULL; the chain must hold together. */
const u8 *find(const u8 *bytes, u32 len, u16 type, u32 n);
u32 count(const u8 *bytes, u32 len, u16 type);

#endif
