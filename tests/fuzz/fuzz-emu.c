// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Any sequence of mailboxes into the firmware model: the same sequence gives
 * the same answers, each inside its outbox, and errors are told apart.
 */
#include "firmware.h"
#include "fuzz.h"

#define MAX_COMMANDS 12

static uint64_t stopped_clock(void *context)
{
	(void)context;
	return 12345;
}

static struct emu_device *fresh_device(void)
{
	static struct emu_personality *personality;
	struct emu_problem problem;
	struct emu_device *device;

	if (!personality)
		personality = emu_personality_shipped(NULL, &problem);
	HOLDS(personality, "there is a shipped personality");
	device = emu_create(personality);
	HOLDS(device, "the shipped personality makes a device");
	emu_set_clock(device, stopped_clock, NULL);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct emu_device *devices[2] = { fresh_device(), fresh_device() };

	seeded_overread(data, size);
	for (u32 i = 0; i < MAX_COMMANDS && input.size; i++) {
		u32 lengths = take(&input, 2);
		u32 in_len = (lengths & 0xff) * (lengths & 0x80 ? 9 : 4);
		u32 out_len = (lengths >> 8) * 16 + (lengths & 3);

		if (in_len > input.size)
			in_len = input.size;
		execute(devices, input.data, in_len, out_len);
		input.data += in_len;
		input.size -= in_len;
	}
	emu_destroy(devices[0]);
	emu_destroy(devices[1]);
	return 0;
}
