// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "pci-machine.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define PATIENCE_S 5
#define CHAIN_MOST 8		/* blocks of a slot */
#define TOKEN 0x5a

static bool is_inside(u64 address, size_t len)
{
	return address >= BASE && address - BASE <= MEMORY_BYTES &&
	       len <= MEMORY_BYTES - (address - BASE);
}

/* Memory that can be slow: a block of a held slot is read when released. */
static void wait_for_release(struct machine *machine, u64 address)
{
	u32 at = address - BASE;
	u32 slot = (at - IN_BLOCKS) / 1024 / CHAIN_MOST;

	if (at < IN_BLOCKS || slot > 31)
		return;
	while (machine->held & 1u << slot) {
		machine->stopped |= 1u << slot;
		pthread_cond_broadcast(&machine->changed);
		pthread_cond_wait(&machine->changed, &machine->lock);
	}
	machine->stopped &= ~(1u << slot);
}

static int bus_read(void *context, uint64_t address, void *bytes, size_t len)
{
	struct machine *machine = context;

	if (!is_inside(address, len))
		return -EFAULT;
	pthread_mutex_lock(&machine->lock);
	wait_for_release(machine, address);
	memcpy(bytes, machine->memory + (address - BASE), len);
	pthread_mutex_unlock(&machine->lock);
	return 0;
}

static int bus_write(void *context, uint64_t address, const void *bytes,
		     size_t len)
{
	struct machine *machine = context;

	if (!is_inside(address, len))
		return -EFAULT;
	pthread_mutex_lock(&machine->lock);
	memcpy(machine->memory + (address - BASE), bytes, len);
	machine->writes++;
	pthread_cond_broadcast(&machine->changed);
	pthread_mutex_unlock(&machine->lock);
	return 0;
}

static void bus_interrupt(void *context, uint32_t vector)
{
	struct machine *machine = context;

	pthread_mutex_lock(&machine->lock);
	machine->interrupts[vector % VECTORS]++;
	pthread_cond_broadcast(&machine->changed);
	pthread_mutex_unlock(&machine->lock);
}

struct machine *machine_new(enum pci_vectors vectors)
{
	struct machine *machine = calloc(1, sizeof(*machine));
	const struct emu_host bus = { bus_read, bus_write, bus_interrupt,
				      machine };
	struct emu_host host = { pci_dma_read, pci_dma_write, pci_interrupt };
	pthread_condattr_t attributes;

	assert_non_null(machine);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&machine->lock, NULL);
	pthread_cond_init(&machine->changed, &attributes);
	machine->device = new_device();
	machine->function = pci_create(machine->device, &bus, vectors);
	assert_non_null(machine->function);
	host.context = machine->function;
	emu_set_host(machine->device, &host);
	return machine;
}

int machine_setup(void **state)
{
	*state = machine_new(PCI_VECTORS_IN_TABLE);
	return 0;
}

int machine_teardown(void **state)
{
	struct machine *machine = *state;

	pthread_mutex_lock(&machine->lock);
	machine->held = 0;
	pthread_cond_broadcast(&machine->changed);
	pthread_mutex_unlock(&machine->lock);
	pci_destroy(machine->function);
	emu_destroy(machine->device);
	pthread_cond_destroy(&machine->changed);
	pthread_mutex_destroy(&machine->lock);
	free(machine);
	return 0;
}

static u32 le(const u8 *bytes, u32 width)
{
	u32 value = 0;

	while (width--)
		value = value << 8 | bytes[width];
	return value;
}

static u32 be(const u8 *bytes)
{
	return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

void put_be(u8 *bytes, u32 value)
{
	for (u32 i = 0; i < 4; i++)
		bytes[i] = value >> (24 - 8 * i);
}

u32 config_read(struct machine *machine, u32 offset, u32 width)
{
	u8 bytes[4];

	assert_int_equal(pci_read(machine->function, PCI_CONFIG, offset, bytes,
				  width), 0);
	return le(bytes, width);
}

void config_write(struct machine *machine, u32 offset, u32 width, u32 value)
{
	u8 bytes[4] = { value, value >> 8, value >> 16, value >> 24 };

	assert_int_equal(pci_write(machine->function, PCI_CONFIG, offset,
				   bytes, width), 0);
}

u32 bar_read(struct machine *machine, u32 offset)
{
	u8 bytes[4];

	assert_int_equal(pci_read(machine->function, PCI_BAR0, offset, bytes,
				  4), 0);
	return be(bytes);
}

void bar_write(struct machine *machine, u32 offset, u32 value)
{
	u8 bytes[4];

	put_be(bytes, value);
	assert_int_equal(pci_write(machine->function, PCI_BAR0, offset, bytes,
				   4), 0);
}

u32 bar_read_le(struct machine *machine, u32 offset)
{
	return __builtin_bswap32(bar_read(machine, offset));
}

void bar_write_le(struct machine *machine, u32 offset, u32 value)
{
	bar_write(machine, offset, __builtin_bswap32(value));
}

void machine_start(struct machine *machine)
{
	config_write(machine, 4, 2, 0x0006);
	bar_write(machine, 0x10, BASE >> 32);
	bar_write(machine, 0x14, QUEUE);
}

u8 *descriptor(struct machine *machine, u32 slot)
{
	return machine->memory + QUEUE + 64 * slot;
}

u32 block_address(u32 area, u32 slot, u32 index)
{
	assert_true(index < CHAIN_MOST);
	return area + (slot * CHAIN_MOST + index) * 1024;
}

u8 *in_block(struct machine *machine, u32 slot, u32 index)
{
	return machine->memory + block_address(IN_BLOCKS, slot, index);
}

u8 *out_block(struct machine *machine, u32 slot, u32 index)
{
	return machine->memory + block_address(OUT_BLOCKS, slot, index);
}

static u32 blocks_of(u32 len)
{
	return len <= 16 ? 0 : (len - 16 + 511) / 512;
}

static void put_pointer(u8 *at, u32 area, u32 slot, u32 index)
{
	put_be(at, BASE >> 32);
	put_be(at + 4, block_address(area, slot, index));
}

static void place_chain(struct machine *machine, u32 area, u32 slot, u32 len)
{
	u32 n = blocks_of(len);

	for (u32 i = 0; i < n; i++) {
		u8 *block = machine->memory + block_address(area, slot, i);

		memset(block, 0, BLOCK_BYTES);
		if (i + 1 < n)
			put_pointer(block + 560, area, slot, i + 1);
		put_be(block + 568, i);
		block[573] = TOKEN;
	}
}

void place(struct machine *machine, u32 slot, const u8 *in, u32 in_len,
	   u32 out_len)
{
	u8 *at = descriptor(machine, slot);

	pthread_mutex_lock(&machine->lock);
	memset(at, 0, 64);
	at[0] = 7;
	put_be(at + 4, in_len);
	if (in_len > 16)
		put_pointer(at + 8, IN_BLOCKS, slot, 0);
	memcpy(at + 16, in, in_len < 16 ? in_len : 16);
	if (out_len > 16)
		put_pointer(at + 48, OUT_BLOCKS, slot, 0);
	put_be(at + 56, out_len);
	at[60] = TOKEN;
	at[63] = 1;
	place_chain(machine, IN_BLOCKS, slot, in_len);
	place_chain(machine, OUT_BLOCKS, slot, out_len);
	for (u32 done = 16, i = 0; done < in_len; done += 512, i++)
		memcpy(in_block(machine, slot, i), in + done,
		       in_len - done < 512 ? in_len - done : 512);
	pthread_mutex_unlock(&machine->lock);
}

void ring(struct machine *machine, u32 slots)
{
	bar_write(machine, 0x18, slots);
}

bool is_ours(struct machine *machine, u32 slot)
{
	bool ours;

	pthread_mutex_lock(&machine->lock);
	ours = !(descriptor(machine, slot)[63] & 1);
	pthread_mutex_unlock(&machine->lock);
	return ours;
}

static void deadline(struct timespec *end)
{
	clock_gettime(CLOCK_MONOTONIC, end);
	end->tv_sec += PATIENCE_S;
}

u32 completed(struct machine *machine, u32 slot)
{
	struct timespec end;
	u8 status;
	int error = 0;

	deadline(&end);
	pthread_mutex_lock(&machine->lock);
	while (!error && descriptor(machine, slot)[63] & 1)
		error = pthread_cond_timedwait(&machine->changed,
					       &machine->lock, &end);
	status = descriptor(machine, slot)[63];
	pthread_mutex_unlock(&machine->lock);
	if (error)
		fail_msg("slot %u is never completed", slot);
	return status >> 1;
}

bool eventually(struct machine *machine, bool (*holds)(struct machine *machine))
{
	struct timespec end;
	bool held;
	int error = 0;

	deadline(&end);
	pthread_mutex_lock(&machine->lock);
	while (!(held = holds(machine)) && !error)
		error = pthread_cond_timedwait(&machine->changed,
					       &machine->lock, &end);
	pthread_mutex_unlock(&machine->lock);
	return held;
}

void run(struct machine *machine, struct mailbox *box)
{
	place(machine, 0, box->in, box->in_len, box->out_len);
	ring(machine, 1);
	assert_int_equal(completed(machine, 0), 0);
	memcpy(box->out, descriptor(machine, 0) + 32, 16);
	for (u32 done = 16, i = 0; done < box->out_len; done += 512, i++)
		memcpy(box->out + done, out_block(machine, 0, i),
		       box->out_len - done < 512 ? box->out_len - done : 512);
}
