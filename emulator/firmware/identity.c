// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a card is to its bus. */
#include <stdio.h>
#include "model.h"

#define CLASS_ETHERNET 0x020000
#define CLASS_INFINIBAND 0x020700
#define PORT_ETHERNET 1
#define FEWEST_VECTORS 16

uint32_t emu_n_vectors(const struct emu_personality *state)
{
	uint64_t n = state->number[EMU_MSIX_VECTORS];

	if (n > EMU_MOST_VECTORS)
		return EMU_MOST_VECTORS;
	return n < FEWEST_VECTORS ? FEWEST_VECTORS : n;
}

void emu_identify(struct emu_device *device, struct emu_identity *identity)
{
	const struct emu_personality *state = &device->state;
	const uint64_t *number = state->number;
	uint64_t type;

	pthread_mutex_lock(&device->lock);
	type = emu_general_capability(state, "port_type");
	*identity = (struct emu_identity){
		.pci_device_id = number[EMU_PCI_DEVICE_ID],
		.subsystem_id = number[EMU_PCI_SUBSYSTEM_ID],
		.pci_class = type == PORT_ETHERNET ? CLASS_ETHERNET :
						     CLASS_INFINIBAND,
		.revision = number[EMU_HW_REVISION],
		.n_vectors = emu_n_vectors(state),
		.hw_device_id = number[EMU_HW_DEVICE_ID],
		.firmware_major = number[EMU_FIRMWARE_MAJOR],
		.firmware_minor = number[EMU_FIRMWARE_MINOR],
		.firmware_sub = number[EMU_FIRMWARE_SUB],
		.base_mac = number[EMU_BASE_MAC],
		.frequency_khz = emu_general_capability(state,
							"device_frequency_khz"),
		.has_timeouts = emu_general_capability(state, "dtor"),
	};
	snprintf(identity->psid, sizeof(identity->psid), "%.16s",
		 state->text[EMU_PSID]);
	snprintf(identity->model_name, sizeof(identity->model_name), "%.64s",
		 state->text[EMU_MODEL_NAME]);
	pthread_mutex_unlock(&device->lock);
}
