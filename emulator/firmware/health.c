// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the firmware says of its own health, where drivers poll for it: no
 * lock is needed to read, so that a bus may hold its own.
 */
#include "model.h"

enum { NO_IRISC = 0xff };

union packed {
	struct emu_health health;
	uint64_t word;
};

void emu_set_health(struct emu_device *device, const struct emu_health *health)
{
	union packed packed = { .word = 0 };

	packed.health = *health;
	pthread_mutex_lock(&device->lock);
	atomic_store(&device->health, packed.word);
	if (health->syndrome)
		EMU_SAY(device, EMU_SAYS_SICK, health->syndrome,
			health->extended);
	pthread_mutex_unlock(&device->lock);
}

void emu_health(struct emu_device *device, uint8_t *buffer)
{
	const uint64_t *number = device->state.number;
	const union packed now = { .word = atomic_load(&device->health) };
	const struct {
		struct prm_bits at;
		uint64_t value;
	} fields[] = {
		{ PRM_AT(health_buffer, fw_version),
		  number[EMU_FIRMWARE_MAJOR] << 24 |
		  number[EMU_FIRMWARE_MINOR] << 16 |
		  number[EMU_FIRMWARE_SUB] },
		{ PRM_AT(health_buffer, hw_id), number[EMU_HW_DEVICE_ID] },
		{ PRM_AT(health_buffer, irisc_index), NO_IRISC },
		{ PRM_AT(health_buffer, valid), now.health.syndrome != 0 },
		{ PRM_AT(health_buffer, severity), now.health.severity },
		{ PRM_AT(health_buffer, synd), now.health.syndrome },
		{ PRM_AT(health_buffer, ext_synd), now.health.extended },
	};

	memset(buffer, 0, EMU_HEALTH_BYTES);
	for (uint32_t i = 0; i < ARRAY_SIZE(fields); i++)
		emu_set(buffer, EMU_HEALTH_BYTES, fields[i].at,
			fields[i].value);
}
