// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a plan of faults does to a command's descriptor and blocks, beside its
 * answer: damage that a driver should notice, and bytes that come too late.
 */
#include <stdlib.h>
#include "parts.h"

static const struct {
	uint32_t damage;
	uint32_t in_descriptor;	/* a byte of it, which is inverted; 0: none */
	uint32_t in_block;
} places[] = {
	{ EMU_BAD_TOKEN,	0x3c,	573 },
	{ EMU_BAD_SIGNATURE,	0x3d,	575 },
	{ EMU_BAD_BLOCK_NUMBER,	0,	571 },
	{ EMU_BAD_NEXT,		0,	566 },
};

static int invert(const struct emu_host *bus, uint64_t address)
{
	uint8_t byte;

	if (bus->read(bus->context, address, &byte, 1))
		return -1;
	byte = ~byte;
	return bus->write(bus->context, address, &byte, 1);
}

static void damage_blocks(const struct pci_command *command, uint32_t place)
{
	uint32_t n = pci_command_blocks(command->out_len);

	for (uint32_t i = 0; i < n; i++)
		if (invert(command->bus, command->blocks[i].address + place))
			return;
}

void pci_outcome_damage(struct pci_command *command)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!(command->outcome.damage & places[i].damage))
			continue;
		if (places[i].in_descriptor)
			command->descriptor[places[i].in_descriptor] ^= 0xff;
		damage_blocks(command, places[i].in_block);
	}
	if (command->outcome.out_len != emu_as_it_should.out_len)
		pci_put_be32(command->descriptor + PCI_OUTPUT_LENGTH,
			     command->outcome.out_len);
}

/* What follows `early` comes after the command has completed. */
void pci_outcome_hold_back(struct pci_command *command)
{
	uint32_t early = command->outcome.early;

	if (early >= command->out_len)
		return;
	command->held_back = malloc(command->out_len);
	if (!command->held_back)
		return;
	memcpy(command->held_back, command->out, command->out_len);
	memset(command->out + early, 0, command->out_len - early);
}

void pci_outcome_afterwards(struct pci_command *command)
{
	if (!command->held_back && !command->outcome.changes)
		return;
	if (command->held_back)
		memcpy(command->out, command->held_back, command->out_len);
	for (uint32_t i = 0; command->outcome.changes &&
	     i < command->out_len; i++)
		command->out[i] = ~command->out[i];
	pci_command_write_again(command);
}
