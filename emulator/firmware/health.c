// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the firmware says of its own health, where drivers poll for it. */
#include "model.h"

enum { NO_IRISC = 0xff };
enum { COUNTER_ENDS = 0xfffffe };	/* never zero, never all ones */

#define GET(buffer, field)						\
	prm_value(buffer, EMU_HEALTH_BYTES, PRM_AT(health_buffer, field))
#define SET(buffer, field, value)					\
	emu_set(buffer, EMU_HEALTH_BYTES, PRM_AT(health_buffer, field), value)

static void keep(struct emu_device *device, const uint8_t *buffer)
{
	pthread_mutex_lock(&device->health_lock);
	memcpy(device->health, buffer, EMU_HEALTH_BYTES);
	pthread_mutex_unlock(&device->health_lock);
}

void emu_health_reset(struct emu_device *device)
{
	uint8_t well[EMU_HEALTH_BYTES] = { 0 };

	SET(well, irisc_index, NO_IRISC);
	keep(device, well);
	emu_stop_health_counter(device, false);
}

void emu_set_health(struct emu_device *device, const uint8_t *buffer)
{
	uint64_t syndrome = GET(buffer, synd);
	uint8_t said[EMU_HEALTH_BYTES];

	memcpy(said, buffer, sizeof(said));
	SET(said, valid, syndrome != 0);
	SET(said, time, syndrome ? emu_uptime_ms(device) / 1000 : 0);
	pthread_mutex_lock(&device->lock);
	keep(device, said);
	if (syndrome)
		EMU_SAY(device, EMU_SAYS_SICK, syndrome, GET(said, ext_synd));
	if (syndrome && GET(said, assert_existptr))
		EMU_SAY(device, EMU_SAYS_ASSERT, GET(said, assert_existptr),
			GET(said, assert_callra), GET(said, irisc_index));
	pthread_mutex_unlock(&device->lock);
}

void emu_health(struct emu_device *device, uint8_t *buffer)
{
	const uint64_t *number = device->state.number;

	pthread_mutex_lock(&device->health_lock);
	memcpy(buffer, device->health, EMU_HEALTH_BYTES);
	pthread_mutex_unlock(&device->health_lock);
	SET(buffer, fw_version, number[EMU_FIRMWARE_MAJOR] << 24 |
	    number[EMU_FIRMWARE_MINOR] << 16 | number[EMU_FIRMWARE_SUB]);
	SET(buffer, hw_id, number[EMU_HW_DEVICE_ID]);
}

static uint32_t moving_counter(struct emu_device *device)
{
	return emu_uptime_ms(device) % COUNTER_ENDS + 1;
}

uint32_t emu_health_counter(struct emu_device *device)
{
	uint32_t stopped;

	pthread_mutex_lock(&device->health_lock);
	stopped = device->health_stopped;
	pthread_mutex_unlock(&device->health_lock);
	return stopped ? stopped : moving_counter(device);
}

void emu_stop_health_counter(struct emu_device *device, bool is_stopped)
{
	pthread_mutex_lock(&device->health_lock);
	device->health_stopped = is_stopped ? moving_counter(device) : 0;
	pthread_mutex_unlock(&device->health_lock);
}
