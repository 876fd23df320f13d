// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Any sequence of mailboxes, doorbells and accesses through memory keys into
 * the firmware model: the same sequence gives the same answers, each inside
 * its outbox, the same memory, and errors are told apart.
 */
#include <errno.h>
#include "objects.h"
#include "prm-offsets.h"
#include "fuzz.h"

#define MAX_COMMANDS 16

static uint64_t stopped_clock(void *context)
{
	(void)context;
	return 12345;
}

/* Memory at the bus address 0, as much of it as there is. */
struct machine {
	u8 memory[1 << 16];
	u64 interrupts;
};

static int read_memory(void *context, uint64_t address, void *bytes, size_t len)
{
	struct machine *machine = context;

	if (address > sizeof(machine->memory) ||
	    len > sizeof(machine->memory) - address)
		return -EFAULT;
	memcpy(bytes, machine->memory + address, len);
	return 0;
}

static int write_memory(void *context, uint64_t address, const void *bytes,
			size_t len)
{
	struct machine *machine = context;

	if (address > sizeof(machine->memory) ||
	    len > sizeof(machine->memory) - address)
		return -EFAULT;
	memcpy(machine->memory + address, bytes, len);
	return 0;
}

static void interrupt(void *context, uint32_t vector)
{
	struct machine *machine = context;

	HOLDS(vector < 1 << 12, "a vector has the bits of its field");
	machine->interrupts = machine->interrupts * 31 + vector + 1;
}

static struct emu_device *fresh_device(struct machine *machine)
{
	const struct emu_host host = { read_memory, write_memory, interrupt,
				       machine };
	static struct emu_personality *personality;
	struct emu_problem problem;
	struct emu_device *device;

	if (!personality)
		personality = emu_personality_shipped(NULL, &problem);
	HOLDS(personality, "there is a shipped personality");
	device = emu_create(personality);
	HOLDS(device, "the shipped personality makes a device");
	emu_set_clock(device, stopped_clock, NULL);
	memset(machine, 0, sizeof(*machine));
	emu_set_host(device, &host);
	return device;
}

static void check_answer(int error, const u8 *out, u32 out_len)
{
	u32 syndrome;

	if (error) {
		for (u32 i = 0; i < out_len; i++)
			HOLDS(out[i] == 0xa5, "a refused length leaves the outbox");
		return;
	}
	memcpy(&syndrome, out + 4, sizeof(syndrome));
	HOLDS(!out[0] == !syndrome, "an error has a syndrome, success has none");
	HOLDS(!out[1] && !out[2] && !out[3], "beside the status is nothing");
}

static void execute(struct emu_device *devices[2], const u8 *in, u32 in_len,
		    u32 out_len)
{
	u8 *out[2];
	int error[2];

	for (u32 i = 0; i < 2; i++) {
		u8 *copy = exact_copy(in, in_len);

		out[i] = malloc(out_len ? out_len : 1);
		memset(out[i], 0xa5, out_len);
		error[i] = emu_exec(devices[i], copy, in_len, out[i], out_len);
		HOLDS(!memcmp(copy, in, in_len), "the inbox is not changed");
		free(copy);
	}
	HOLDS(error[0] == error[1] && !memcmp(out[0], out[1], out_len),
	      "the same state and command give the same answer");
	check_answer(error[0], out[0], out_len);
	free(out[0]);
	free(out[1]);
}

/* Of a function whose driver is gone the firmware has nothing of the host. */
static void reset(struct emu_device *device, u32 how)
{
	emu_reset(device, how % 3);
	if (how % 3 != EMU_FUNCTION_LEVEL_RESET)
		return;
	for (int kind = 0; kind <= EMU_PAGES; kind++)
		HOLDS(!emu_count(device, kind), "a reset function has nothing");
}

/* What comes beside commands: from the bus, from a dump, and from inside. */
static void happen(struct emu_device *devices[2], struct fuzz_input *input)
{
	u32 what = take(input, 1), uid = take(input, 1), mkey = take(input, 4);
	u64 address = take(input, 6);
	u8 bytes[300] = { 0 };
	u32 len = take(input, 1) + take(input, 1) % 32;
	int failed[2];

	for (u32 i = 0; i < 2; i++) {
		failed[i] = emu_takes_completions(devices[i]);
		if (what % 6 == 0)
			emu_completed(devices[i], mkey);
		else if (what % 6 == 1)
			emu_doorbell(devices[i], address >> 8 & 0xffff,
				     address & 0xff, mkey);
		else if (what % 6 == 2)
			failed[i] = emu_mkey_write(devices[i], uid, mkey,
						   address, bytes, len);
		else if (what % 6 == 4)
			reset(devices[i], mkey);
		else if (what % 6 == 5)
			emu_want_pages(devices[i], mkey);
		else
			failed[i] = emu_mkey_read(devices[i], uid, mkey,
						  address, bytes, len);
	}
	HOLDS(failed[0] == failed[1], "the same state fails in the same way");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct machine machines[2];
	struct fuzz_input input = { data, size };
	struct emu_device *devices[2] = { fresh_device(&machines[0]),
					  fresh_device(&machines[1]) };

	seeded_overread(data, size);
	for (u32 i = 0; i < MAX_COMMANDS && input.size; i++) {
		u32 lengths = take(&input, 2);
		u32 in_len = (lengths & 0xff) * (lengths & 0x80 ? 9 : 4);
		u32 out_len = (lengths >> 8) * 16;

		if (!in_len) {
			happen(devices, &input);
			continue;
		}
		if ((lengths & 0xff) == 0xff)
			in_len = PRM_SIZE_set_hca_cap_in;
		else if (lengths & 0x80)
			out_len += lengths & 3;
		if (in_len > input.size)
			in_len = input.size;
		execute(devices, input.data, in_len, out_len);
		input.data += in_len;
		input.size -= in_len;
	}
	HOLDS(!memcmp(&machines[0], &machines[1], sizeof(machines[0])),
	      "the same commands leave the same memory");
	emu_destroy(devices[0]);
	emu_destroy(devices[1]);
	return 0;
}
