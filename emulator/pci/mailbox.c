// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Commands in the machine's memory: a descriptor, and chains of blocks where
 * sixteen bytes are not enough. A driver may have written anything there:
 * what a chain may hold follows from the length in the descriptor alone, each
 * byte is read once, and both chains are walked before the command is done.
 */
#include <stdlib.h>
#include "parts.h"

#define INLINE_BYTES 16u
#define FEWEST_BYTES 8u
#define TYPE_PCI 7
#define IN_INLINE 0x10u		/* places in the descriptor */
#define OUT_INLINE 0x20u
#define SIGNATURE 0x3du
#define STATUS 0x3fu
#define IS_HARDWARE 1u		/* of the status byte: the command is ours */

#define BLOCK_BYTES PRM_SIZE_cmd_if_box
#define CONTROL_SIGNATURE 574u	/* places in a block; its own is the next */

#define GET(bytes, layout, field) \
	prm_value(bytes, PRM_SIZE(layout), PRM_AT(layout, field))

static uint8_t exclusive_or(const uint8_t *bytes, size_t len)
{
	uint8_t sum = 0;

	while (len--)
		sum ^= *bytes++;
	return sum;
}

/* One direction of a command. */
struct chain {
	const struct emu_host *bus;
	uint64_t next;
	uint32_t low_bits;	/* of next, which have to be zero */
	uint32_t left;		/* bytes */
	uint8_t token;
	enum pci_delivery bad_pointer;
	enum pci_delivery bad_length;
};

uint32_t pci_command_blocks(uint32_t len)
{
	return len <= INLINE_BYTES ? 0 :
	       (len - INLINE_BYTES + PCI_BLOCK_DATA - 1) / PCI_BLOCK_DATA;
}

static enum pci_delivery read_block(struct chain *chain, uint32_t number,
				    uint8_t *block)
{
	const struct emu_host *bus = chain->bus;

	if (chain->low_bits)
		return chain->bad_pointer;
	if (!chain->next)
		return chain->bad_length;
	if (bus->read(bus->context, chain->next, block, BLOCK_BYTES))
		return PCI_FIRMWARE_ERROR;
	if (GET(block, cmd_if_box, token) != chain->token)
		return PCI_BAD_TOKEN;
	if (GET(block, cmd_if_box, block_number) != number)
		return PCI_BAD_BLOCK_NUMBER;
	chain->next = GET(block, cmd_if_box, next_pointer_63_32) << 32 |
		      GET(block, cmd_if_box, next_pointer_31_10) << 10;
	chain->low_bits = pci_get_be32(block + 564) & 0x3ff;
	return PCI_DELIVERED;
}

/* `data` takes what the blocks hold, `blocks` where they are; either is NULL. */
static enum pci_delivery walk(struct chain *chain, uint8_t *data,
			      struct pci_block *blocks)
{
	uint32_t n = pci_command_blocks(chain->left + INLINE_BYTES);
	uint8_t block[BLOCK_BYTES];

	for (uint32_t i = 0; i < n; i++) {
		uint64_t address = chain->next;
		uint32_t part = chain->left < PCI_BLOCK_DATA ? chain->left :
				PCI_BLOCK_DATA;
		enum pci_delivery delivery = read_block(chain, i, block);

		if (delivery)
			return delivery;
		if (data)
			memcpy(data + i * PCI_BLOCK_DATA, block, part);
		if (blocks)
			blocks[i] = (struct pci_block){ address,
				exclusive_or(block + PCI_BLOCK_DATA,
					     CONTROL_SIGNATURE -
					     PCI_BLOCK_DATA) };
		chain->left -= part;
	}
	return PCI_DELIVERED;
}

/* Drivers count less than the header where the end of it is reserved. */
static bool is_length(uint32_t len)
{
	return len >= FEWEST_BYTES && len <= PCI_MOST_COMMAND && len % 4 == 0;
}

static uint32_t with_header(uint32_t len)
{
	return len < INLINE_BYTES ? INLINE_BYTES : len;
}

static enum pci_delivery check_descriptor(struct pci_command *command)
{
	const uint8_t *bytes = command->descriptor;

	if (GET(bytes, cmd_queue_entry, type) != TYPE_PCI)
		return PCI_BAD_DESCRIPTOR;
	if (bytes[1] || bytes[2] || bytes[3] || bytes[0x3e])
		return PCI_RESERVED_IS_SET;
	command->in_len = GET(bytes, cmd_queue_entry, input_length);
	command->out_len = GET(bytes, cmd_queue_entry, output_length);
	if (!is_length(command->in_len))
		return PCI_BAD_IN_LENGTH;
	if (!is_length(command->out_len))
		return PCI_BAD_OUT_LENGTH;
	command->in_len = with_header(command->in_len);
	command->out_len = with_header(command->out_len);
	return PCI_DELIVERED;
}

static bool make_room(struct pci_command *command)
{
	uint32_t n = pci_command_blocks(command->out_len);

	command->in = malloc(command->in_len);
	command->out = malloc(command->out_len);
	command->blocks = calloc(n ? n : 1, sizeof(*command->blocks));
	return command->in && command->out && command->blocks;
}

static enum pci_delivery take_input(struct pci_command *command)
{
	const uint8_t *bytes = command->descriptor;
	struct chain chain = {
		.bus = command->bus,
		.next = GET(bytes, cmd_queue_entry,
			    input_mailbox_pointer_63_32) << 32 |
			GET(bytes, cmd_queue_entry,
			    input_mailbox_pointer_31_9) << 9,
		.low_bits = pci_get_be32(bytes + 0xc) & 0x1ff,
		.left = command->in_len - INLINE_BYTES,
		.token = GET(bytes, cmd_queue_entry, token),
		.bad_pointer = PCI_BAD_IN_POINTER,
		.bad_length = PCI_BAD_IN_LENGTH,
	};

	memcpy(command->in, bytes + IN_INLINE, INLINE_BYTES);
	return walk(&chain, command->in + INLINE_BYTES, NULL);
}

static enum pci_delivery find_output(struct pci_command *command)
{
	const uint8_t *bytes = command->descriptor;
	struct chain chain = {
		.bus = command->bus,
		.next = GET(bytes, cmd_queue_entry,
			    output_mailbox_pointer_63_32) << 32 |
			GET(bytes, cmd_queue_entry,
			    output_mailbox_pointer_31_9) << 9,
		.low_bits = pci_get_be32(bytes + 0x34) & 0x1ff,
		.left = command->out_len - INLINE_BYTES,
		.token = GET(bytes, cmd_queue_entry, token),
		.bad_pointer = PCI_BAD_OUT_POINTER,
		.bad_length = PCI_BAD_OUT_LENGTH,
	};

	return walk(&chain, NULL, command->blocks);
}

bool pci_command_fetch(struct pci_command *command,
		       enum pci_delivery *delivery)
{
	const struct emu_host *bus = command->bus;

	if (bus->read(bus->context, command->address, command->descriptor,
		      sizeof(command->descriptor)) ||
	    !(command->descriptor[STATUS] & IS_HARDWARE))
		return false;
	*delivery = check_descriptor(command);
	if (*delivery)
		return true;
	*delivery = PCI_FIRMWARE_ERROR;
	if (!make_room(command))
		return true;
	*delivery = take_input(command);
	if (!*delivery)
		*delivery = find_output(command);
	return true;
}

/* Both signatures: the exclusive or of a whole block is all ones. */
static int write_block(const struct pci_command *command, uint32_t index)
{
	const struct pci_block *block = &command->blocks[index];
	const struct emu_host *bus = command->bus;
	uint32_t from = INLINE_BYTES + index * PCI_BLOCK_DATA;
	uint32_t left = command->out_len - from;
	uint8_t data[PCI_BLOCK_DATA] = { 0 };
	uint8_t signatures[2];

	memcpy(data, command->out + from,
	       left < sizeof(data) ? left : sizeof(data));
	signatures[0] = ~block->control;
	signatures[1] = exclusive_or(data, sizeof(data));
	if (bus->write(bus->context, block->address, data, sizeof(data)))
		return -1;
	return bus->write(bus->context, block->address + CONTROL_SIGNATURE,
			  signatures, sizeof(signatures));
}

static enum pci_delivery write_output(struct pci_command *command)
{
	uint32_t n = pci_command_blocks(command->out_len);

	for (uint32_t i = 0; i < n; i++)
		if (write_block(command, i))
			return PCI_FIRMWARE_ERROR;
	memcpy(command->descriptor + OUT_INLINE, command->out, INLINE_BYTES);
	return PCI_DELIVERED;
}

/* Ownership goes back last, in a write of its own. */
void pci_command_finish(struct pci_command *command,
			enum pci_delivery delivery)
{
	const struct emu_host *bus = command->bus;
	uint8_t *bytes = command->descriptor;
	uint32_t rest = STATUS - OUT_INLINE;

	if (!delivery) {
		pci_outcome_hold_back(command);
		delivery = write_output(command);
	}
	bytes[STATUS] = delivery << 1;
	bytes[SIGNATURE] = 0;
	bytes[SIGNATURE] = ~exclusive_or(bytes, sizeof(command->descriptor));
	pci_outcome_damage(command);
	if (bus->write(bus->context, command->address + OUT_INLINE,
		       bytes + OUT_INLINE, rest))
		return;
	atomic_thread_fence(memory_order_release);
	if (bus->write(bus->context, command->address + STATUS,
		       bytes + STATUS, 1))
		return;
}

void pci_command_write_again(struct pci_command *command)
{
	const struct emu_host *bus = command->bus;

	if (write_output(command))
		return;
	if (bus->write(bus->context, command->address + OUT_INLINE,
		       command->out, INLINE_BYTES))
		return;
}

void pci_command_release(struct pci_command *command)
{
	free(command->held_back);
	free(command->in);
	free(command->out);
	free(command->blocks);
}
