// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Any document as a plan of faults: refused with a sentence, or obeyed. */
#include "fuzz.h"
#include "misbehave/faults.h"
#include "prm-offsets.h"

/* Lengths at the edges of what rules look at, the shortest mailbox first. */
static const uint32_t lengths[] = { 16, 20, 176, 4112 };

static struct emu_device *new_device(void)
{
	static struct emu_personality *personality;
	struct emu_problem problem;

	if (!personality)
		personality = emu_personality_shipped(NULL, &problem);
	HOLDS(personality, "there is a personality");
	return emu_create(personality);
}

static void execute(struct emu_device *device, uint16_t opcode, uint32_t in_len,
		    uint32_t out_len)
{
	struct emu_outcome outcome;
	uint8_t *in = calloc(1, in_len);
	uint8_t *out = calloc(1, out_len);

	HOLDS(in && out, "there is memory");
	in[0] = opcode >> 8;
	in[1] = opcode;
	if (opcode == PRM_OP_ACCESS_REG) {
		in[7] = 1;
		in[10] = PRM_REG_MGIR >> 8;
		in[11] = PRM_REG_MGIR & 0xff;
	}
	HOLDS(!emu_exec_with(device, NULL, in, in_len, out, out_len,
			     &outcome),
	      "a mailbox is executed");
	HOLDS(outcome.delivery <= 0x7f && outcome.completions <= 2 &&
	      outcome.slot_xor <= 31, "an outcome is in its bounds");
	free(in);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t opcodes[] = {
		PRM_OP_ACCESS_REG, PRM_OP_QUERY_HCA_CAP, PRM_OP_ALLOC_PD,
		PRM_OP_CREATE_UCTX,
	};
	struct emu_problem problem = {};
	uint8_t *text = exact_copy(data, size);
	struct emu_device *device;
	struct emu_plan *plan;

	seeded_overread(data, size);
	plan = emu_plan_parse("fuzz", (const char *)text, size, &problem);
	free(text);
	if (!plan) {
		HOLDS(problem.text[0], "a refused document has a sentence");
		return 0;
	}
	device = new_device();
	HOLDS(device && !emu_set_faults(device, plan), "a plan is taken");
	emu_stop(device);	/* nobody waits here */
	for (u32 i = 0; i < 64; i++)
		execute(device, opcodes[i % 4], lengths[i / 4 % 4],
			lengths[i / 16]);
	emu_destroy(device);
	return 0;
}
