// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A driver that writes anything: a descriptor and chains from any bytes, whose
 * answer goes where the descriptor said and nowhere else; then any accesses
 * of configuration space and BAR 0.
 */
#include <errno.h>

#include "../../emulator/pci/parts.h"
#include "fuzz.h"

#define BASE 0x1000u		/* so that a null pointer is one */
#define DOORBELL 0x18

struct memory {
	u8 *bytes;
	u8 *written;		/* which of them were */
	u32 size;
};

static bool is_inside(const struct memory *memory, uint64_t address, size_t len)
{
	return address >= BASE && address - BASE <= memory->size &&
	       len <= memory->size - (address - BASE);
}

static int read_memory(void *context, uint64_t address, void *bytes, size_t len)
{
	struct memory *memory = context;

	if (!is_inside(memory, address, len))
		return -EFAULT;
	memcpy(bytes, memory->bytes + (address - BASE), len);
	return 0;
}

static int write_memory(void *context, uint64_t address, const void *bytes,
			size_t len)
{
	struct memory *memory = context;

	if (!is_inside(memory, address, len))
		return -EFAULT;
	memcpy(memory->bytes + (address - BASE), bytes, len);
	memset(memory->written + (address - BASE), 1, len);
	return 0;
}

static void answer(struct pci_command *command, enum pci_delivery delivery)
{
	if (!delivery) {
		HOLDS(command->in_len >= 16 && command->out_len >= 16 &&
		      command->in_len <= PCI_MOST_COMMAND &&
		      command->out_len <= PCI_MOST_COMMAND &&
		      command->in_len % 4 == 0 && command->out_len % 4 == 0,
		      "what is delivered has the length of a command");
		/* Each byte is there: the sanitizers would see. */
		memcpy(command->out, command->in,
		       command->in_len < command->out_len ?
		       command->in_len : command->out_len);
	}
	pci_command_finish(command, delivery);
}

static void check_written(const struct memory *memory,
			  const struct pci_command *command,
			  enum pci_delivery delivery)
{
	u32 blocks = delivery ? 0 : (command->out_len - 16 + 511) / 512;

	for (u32 i = 0; i < memory->size; i++) {
		bool wanted = i >= 32 && i < 64;

		for (u32 k = 0; k < blocks && !wanted; k++) {
			u32 at = i + BASE - (u32)command->blocks[k].address;

			wanted = at < 512 || (at >= 574 && at < 576);
		}
		HOLDS(wanted || !memory->written[i],
		      "an answer goes to its descriptor and blocks only");
	}
	HOLDS(memory->bytes[63] >> 1 == (u8)delivery || blocks,
	      "the status of delivery is in the descriptor");
}

static void take_command(const u8 *data, u32 size)
{
	struct memory memory = { exact_copy(data, size), calloc(1, size + 1),
				 size };
	const struct emu_host bus = { read_memory, write_memory, NULL, &memory };
	struct pci_command command = { .bus = &bus, .address = BASE };
	enum pci_delivery delivery;

	if (pci_command_fetch(&command, &delivery)) {
		answer(&command, delivery);
		check_written(&memory, &command, delivery);
	}
	pci_command_release(&command);
	free(memory.bytes);
	free(memory.written);
}

static struct emu_device *shared_device(void)
{
	static struct emu_device *device;
	struct emu_personality *personality;
	struct emu_problem problem;

	if (device)
		return device;
	personality = emu_personality_shipped(NULL, &problem);
	HOLDS(personality, "there is a shipped personality");
	device = emu_create(personality);
	emu_personality_free(personality);
	HOLDS(device, "the shipped personality makes a device");
	return device;
}

/* Commands are above: here the doorbell is left alone. */
static void access_function(struct pci_function *function,
			    struct fuzz_input *input)
{
	u8 bytes[64];
	u32 how = take(input, 1), len = take(input, 1) % sizeof(bytes);
	u32 region = how & 1 ? PCI_CONFIG : PCI_BAR0;
	u64 offset = take(input, how & 2 ? 4 : 2);
	bool rings = region == PCI_BAR0 && offset <= DOORBELL &&
		     offset + len > DOORBELL;
	int error;

	for (u32 i = 0; i < len; i++)
		bytes[i] = take(input, 1);
	if (how & 4)
		error = pci_read(function, region, offset, bytes, len);
	else
		error = rings ? 0 : pci_write(function, region, offset, bytes,
					      len);
	HOLDS(!error || error == -EINVAL, "an access is done or refused");
}

static void take_accesses(struct fuzz_input *input)
{
	const struct emu_host bus = { NULL, NULL, NULL, NULL };
	struct pci_function *function =
		pci_create(shared_device(), &bus, PCI_VECTORS_IN_TABLE);
	u32 id = 0;

	HOLDS(function, "the function is made");
	while (input->size)
		access_function(function, input);
	HOLDS(!pci_read(function, PCI_CONFIG, 0, &id, 4) && id == 0x102115b3,
	      "a card stays who it is");
	pci_destroy(function);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data + 1, size - 1 };

	if (size < 66)
		return 0;
	seeded_overread(data, size);
	if (data[0] & 1)
		take_accesses(&input);
	else
		take_command(data + 1, size - 1);
	return 0;
}
