// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The initialization segment at the beginning of BAR 0. */
#include <time.h>
#include "parts.h"

#define SET(function, field, value)					\
	set_field(function, PRM_AT(initial_seg, field), value)

enum {				/* registers that a driver writes */
	QUEUE_ADDRESS_HIGH	= 0x10,
	QUEUE_ADDRESS_LOW	= 0x14,
	DOORBELL		= 0x18,
};

enum { HEALTH = 0x200 };	/* the health buffer */

#define COMMAND_INTERFACE 5
#define COMMAND_TIMEOUT_MS 60000
#define QUEUE_TIMEOUT_MS 120000
#define ADDRESS_BITS 0xfffff000u
#define INTERFACE_SHIFT 8	/* nic_interface, with the bit that its reset has */

static void set_field(struct pci_function *function, struct prm_bits at,
		      uint64_t value)
{
	if (at.width < 64)
		value &= ((uint64_t)1 << at.width) - 1;
	if (!prm_set(function->segment, sizeof(function->segment), at, value))
		return;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void set_address_low(struct pci_function *function)
{
	pci_put_be32(function->segment + QUEUE_ADDRESS_LOW,
		     (function->queue_address & ADDRESS_BITS) |
		     (uint32_t)function->interface << INTERFACE_SHIFT |
		     PCI_LOG_SLOTS << 4 | PCI_LOG_STRIDE);
}

/* A driver has to say where its queue is before the function works. */
void pci_segment_reset(struct pci_function *function)
{
	const struct emu_identity *identity = &function->identity;

	memset(function->segment, 0, sizeof(function->segment));
	function->queue_address = 0;
	function->interface = PCI_INTERFACE_DISABLED;
	SET(function, fw_rev_major, identity->firmware_major);
	SET(function, fw_rev_minor, identity->firmware_minor);
	SET(function, fw_rev_subminor, identity->firmware_sub);
	SET(function, cmd_interface_rev, COMMAND_INTERFACE);
	SET(function, fw_reset_supported, 1);
	if (identity->has_timeouts) {
		SET(function, cmd_exec_to, function->timeout ?
		    function->timeout : COMMAND_TIMEOUT_MS);
		SET(function, cmd_q_init_to, QUEUE_TIMEOUT_MS);
	}
	set_address_low(function);
}

static void refresh(struct pci_function *function)
{
	uint64_t us = now_us();
	uint64_t khz = function->identity.frequency_khz;
	uint64_t ticks = us / 1000 * khz + us % 1000 * khz / 1000;

	SET(function, internal_timer_h, ticks >> 32);
	SET(function, internal_timer_l, (uint32_t)ticks);
	SET(function, health_syndrome,
	    function->segment[HEALTH + PRM_AT(health_buffer, synd).offset / 8]);
	SET(function, health_counter, emu_health_counter(function->device));
	SET(function, real_time_h, us / 1000000);
	SET(function, real_time_l, us % 1000000 * 1000);
}

uint32_t pci_segment_read(struct pci_function *function, uint32_t offset)
{
	emu_health(function->device, function->segment + HEALTH);
	if (offset >= PCI_SEGMENT_BYTES / 2)
		refresh(function);
	return pci_get_be32(function->segment + offset);
}

/* The queue's address, or what shall become of the driver's interface. */
static void write_address_low(struct pci_function *function, uint32_t value)
{
	uint32_t wanted = value >> INTERFACE_SHIFT & 7;

	function->queue_address &= ~(uint64_t)UINT32_MAX;
	function->queue_address |= value & ADDRESS_BITS;
	switch (wanted) {
	case PCI_INTERFACE_FULL:
	case PCI_INTERFACE_DISABLED:
	case PCI_INTERFACE_NO_DRAM:
		function->interface = wanted;
		break;
	case PCI_INTERFACE_RESET:
		function->interface = wanted;
		function->wants_restart = true;
		break;
	}
	set_address_low(function);
}

void pci_segment_write(struct pci_function *function, uint32_t offset,
		       uint32_t value)
{
	switch (offset) {
	case QUEUE_ADDRESS_HIGH:
		function->queue_address &= UINT32_MAX;
		function->queue_address |= (uint64_t)value << 32;
		pci_put_be32(function->segment + offset, value);
		break;
	case QUEUE_ADDRESS_LOW:
		write_address_low(function, value);
		break;
	case DOORBELL:
		if (function->interface == PCI_INTERFACE_FULL)
			pci_queue_ring(function, value);
		break;
	}
}

void pci_set_timeout(struct pci_function *function, uint32_t milliseconds)
{
	pthread_mutex_lock(&function->lock);
	function->timeout = milliseconds;
	SET(function, cmd_exec_to, milliseconds);
	pthread_mutex_unlock(&function->lock);
}
