// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Any document as a personality: refused with a sentence, or a device. */
#include "firmware.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct emu_problem problem = {};
	uint8_t *text = exact_copy(data, size);
	struct emu_personality *personality;
	struct emu_device *device;

	seeded_overread(data, size);
	personality = emu_personality_parse("fuzz", (const char *)text, size,
					    &problem);
	free(text);
	if (!personality) {
		HOLDS(problem.text[0], "a refused document has a sentence");
		return 0;
	}
	HOLDS(emu_personality_name(personality), "a personality has a name");
	device = emu_create(personality);
	emu_personality_free(personality);
	HOLDS(device, "an accepted document makes a device");
	emu_destroy(device);
	return 0;
}
