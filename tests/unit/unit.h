/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What unit tests share: random numbers that can be repeated, and mailboxes. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "firmware.h"
#include "prm-offsets.h"
#include "prm.h"

/* SEED=N repeats a run; the seed is printed. */
u64 random_number(void);
u32 random_below(u32 end);
void random_bytes(void *bytes, size_t n);

struct mailbox {
	u8 in[PRM_HEADER_BYTES + 4096];
	u8 out[PRM_HEADER_BYTES + 4096];
	u32 in_len;
	u32 out_len;
};

/* Bits that have to be there. */
u64 read_bits(const void *bytes, u32 len, struct prm_bits at);

/* An empty command; then its fields, its execution, and its answer. */
void command(struct mailbox *box, u16 opcode, u32 in_len, u32 out_len);
void put(struct mailbox *box, struct prm_bits at, u64 value);
u64 got(const struct mailbox *box, struct prm_bits at);
u8 execute(struct emu_device *device, struct mailbox *box);
u32 syndrome(const struct mailbox *box);

/* Fields of a register in the mailbox: `at` is as in its layout. */
struct prm_bits in_register(struct prm_bits at);
void access_register(struct mailbox *box, u16 id, bool write, u32 size);

/* The default personality, alive. */
struct emu_device *new_device(void);
/* One that ships, by its name; and the n-th of them. */
struct emu_device *device_named(const char *name);
struct emu_device *shipped_device(u32 n);
/* A device of this text; fails the test where it is refused. */
struct emu_device *device_of(const char *text);
u16 new_uid(struct emu_device *device, u32 cap);

/* A folder and all in it; as remove() does. */
int remove_tree(const char *path);

#define ALL_FILES UINT32_MAX

/* From now on this process can open `n` more files, or all that it may. */
void leave_files(u32 n);

/* Of the monotonic clock. */
u64 now_us(void);

#endif
