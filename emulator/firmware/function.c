// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The life of a function: down until ENABLE_HCA, enabled while its driver
 * settles the interface, memory and capabilities, running from INIT_HCA on.
 * Everything else is for a running function; a command at another time than
 * its row says has the wrong state.
 */
#include "model.h"

#define VERSION_BYTES (PRM_SIZE_set_driver_version_in - PRM_HEADER_BYTES)

/* When a command is for any function, this one is the caller's own: 0. */
static bool is_other_function(const struct emu_call *call)
{
	return EMU_IN(call, enable_hca_in, function_id) ||
	       EMU_IN(call, enable_hca_in, function_id_type) ||
	       EMU_IN(call, enable_hca_in, embedded_cpu_function);
}

bool emu_is_timely(const struct emu_device *device,
		   const struct emu_command *command)
{
	uint32_t when = command->needs & EMU_WHEN;

	return (when ? when : EMU_WHEN_RUNNING) & EMU_WHEN_DOWN << device->life;
}

static void become(struct emu_device *device, enum emu_life life)
{
	device->life = life;
	EMU_SAY(device, EMU_SAYS_LIFE, life, device->epoch);
}

/* What its driver made and chose is gone; what the device is, stays. */
static void forget_driver(struct emu_device *device)
{
	emu_pages_forget(device);
	emu_objects_forget(device);
	emu_capabilities_reset(&device->state);
	device->state.number[EMU_ISSI_CURRENT] = 0;
	memset(device->state.text[EMU_DRIVER_VERSION], 0, EMU_TEXT_BYTES);
	memset(&device->state.sampling, 0, sizeof(device->state.sampling));
	emu_trace_end(device);
	emu_health_reset(device);
	become(device, EMU_DOWN);
}

static void boot(struct emu_device *device, bool with_configuration)
{
	if (with_configuration)
		emu_nv_reset(&device->state);
	device->state.is_reset_armed = false;
	emu_health_reset(device);
	EMU_SAY(device, EMU_SAYS_BOOTED, with_configuration);
}

/*
 * The next configuration comes into force with a power cycle always, with a
 * warm boot where MFRL asked for that.
 */
uint32_t emu_reset_noting(struct emu_device *device, enum emu_reset how,
			  struct emu_nv_change *changes, uint32_t most)
{
	uint32_t n;

	pthread_mutex_lock(&device->lock);
	n = emu_nv_changes(&device->state, how, changes, most);
	switch (how) {
	case EMU_FUNCTION_LEVEL_RESET:
		device->epoch++;
		forget_driver(device);
		break;
	case EMU_WARM_BOOT:
		boot(device, device->state.is_reset_armed);
		break;
	case EMU_POWER_CYCLE:
		boot(device, true);
		break;
	}
	pthread_mutex_unlock(&device->lock);
	return n;
}

void emu_reset(struct emu_device *device, enum emu_reset how)
{
	emu_reset_noting(device, how, NULL, 0);
}

enum emu_failure emu_enable_hca(struct emu_call *call)
{
	if (is_other_function(call))
		return EMU_OTHER_FUNCTION;
	become(call->device, EMU_ENABLED);
	return EMU_DONE;
}

/* A driver that still has pages here will not get them back any more. */
enum emu_failure emu_disable_hca(struct emu_call *call)
{
	if (is_other_function(call))
		return EMU_OTHER_FUNCTION;
	forget_driver(call->device);
	return EMU_DONE;
}

enum emu_failure emu_init_hca(struct emu_call *call)
{
	struct emu_device *device = call->device;

	if (!emu_pages_suffice(device))
		return EMU_LACKS_PAGES;
	emu_accounts_limit(device);
	become(device, EMU_RUNNING);
	return EMU_DONE;
}

enum { GRACEFUL_CLOSE, FORCE_CLOSE, PREPARE_FAST_TEARDOWN };

/*
 * Gracefully: the driver takes its pages next. By force, or for a host that
 * will not wait: nothing of the host is touched from here on.
 */
enum emu_failure emu_teardown_hca(struct emu_call *call)
{
	struct emu_device *device = call->device;
	const struct emu_personality *state = &device->state;

	switch (EMU_IN(call, teardown_hca_in, profile)) {
	case GRACEFUL_CLOSE:
		emu_objects_forget(device);
		become(device, EMU_ENABLED);
		return EMU_DONE;
	case FORCE_CLOSE:
		if (!emu_general_capability(state, "force_teardown"))
			return EMU_UNOFFERED_OPTION;
		break;
	case PREPARE_FAST_TEARDOWN:
		if (!emu_general_capability(state, "fast_teardown"))
			return EMU_UNOFFERED_OPTION;
		break;
	default:
		return EMU_BAD_VALUE;
	}
	forget_driver(device);
	return EMU_DONE;
}

enum emu_failure emu_query_issi(struct emu_call *call)
{
	const uint64_t *number = call->device->state.number;

	EMU_OUT(call, query_issi_out, current_issi, number[EMU_ISSI_CURRENT]);
	EMU_OUT(call, query_issi_out, supported_issi_dw0,
		number[EMU_ISSI_SUPPORTED]);
	return EMU_DONE;
}

enum emu_failure emu_set_issi(struct emu_call *call)
{
	uint64_t *number = call->device->state.number;
	uint64_t asked = EMU_IN(call, set_issi_in, current_issi);

	if (asked >= 32 || !(number[EMU_ISSI_SUPPORTED] >> asked & 1))
		return EMU_BAD_VALUE;
	number[EMU_ISSI_CURRENT] = asked;
	return EMU_DONE;
}

enum emu_failure emu_set_driver_version(struct emu_call *call)
{
	char *version = call->device->state.text[EMU_DRIVER_VERSION];

	if (!emu_general_capability(&call->device->state, "driver_version"))
		return EMU_UNOFFERED_COMMAND;
	memset(version, 0, EMU_TEXT_BYTES);
	memcpy(version, call->in + PRM_HEADER_BYTES, VERSION_BYTES);
	return EMU_DONE;
}

/* The reply is not public; it is taken to be the request that set it. */
enum emu_failure emu_query_driver_version(struct emu_call *call)
{
	uint32_t room = call->out_len - PRM_HEADER_BYTES;

	if (!emu_general_capability(&call->device->state, "driver_version"))
		return EMU_UNOFFERED_COMMAND;
	memcpy(call->out + PRM_HEADER_BYTES,
	       call->device->state.text[EMU_DRIVER_VERSION],
	       room < VERSION_BYTES ? room : VERSION_BYTES);
	return EMU_DONE;
}
