// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A PCI function: its life, and accesses by region. */
#include <errno.h>
#include <stdlib.h>
#include "parts.h"

#define COMMAND_MEMORY 0x2
#define COMMAND_MASTER 0x4
#define POWER_STATE 0x3		/* 0: D0 */
#define STARTS_RESET 0x8000	/* in device control */

static bool has_power(const struct pci_function *function)
{
	return !(function->config.bytes[PCI_PM + 4] & POWER_STATE);
}

bool pci_is_decoding(const struct pci_function *function)
{
	return has_power(function) &&
	       function->config.bytes[PCI_COMMAND] & COMMAND_MEMORY;
}

bool pci_is_master(const struct pci_function *function)
{
	return has_power(function) &&
	       function->config.bytes[PCI_COMMAND] & COMMAND_MASTER;
}

/*
 * After the device's reset, so that what began before it is of another epoch.
 * The model's lock is not taken inside of ours.
 */
static void renew(struct pci_function *function, bool with_config)
{
	uint32_t epoch = emu_epoch(function->device);

	pthread_mutex_lock(&function->lock);
	if (with_config) {
		pci_config_reset(&function->config, &function->identity);
		pci_msix_reset(function);
		memset(&function->gateway, 0, sizeof(function->gateway));
		atomic_store(&function->is_master, false);
	}
	pci_segment_reset(function);
	pci_queue_reset(function);
	function->epoch = epoch;
	pthread_mutex_unlock(&function->lock);
}

static bool is_claimed(struct pci_function *function)
{
	bool claimed;

	pthread_mutex_lock(&function->lock);
	claimed = function->is_claimed;
	pthread_mutex_unlock(&function->lock);
	return claimed;
}

/* Before a driver came there is none to forget, and others use the device. */
static void start_again(struct pci_function *function, bool with_config)
{
	pthread_mutex_lock(&function->finish);
	if (is_claimed(function))
		emu_reset(function->device, EMU_FUNCTION_LEVEL_RESET);
	renew(function, with_config);
	pthread_mutex_unlock(&function->finish);
}

struct pci_function *pci_create(struct emu_device *device,
				const struct emu_host *bus,
				enum pci_vectors vectors)
{
	struct pci_function *function = calloc(1, sizeof(*function));

	if (!function)
		return NULL;
	function->device = device;
	function->bus = *bus;
	function->vectors = vectors;
	pthread_mutex_init(&function->finish, NULL);
	pthread_mutex_init(&function->lock, NULL);
	pthread_cond_init(&function->queue.work, NULL);
	emu_identify(device, &function->identity);
	pci_vpd_compose(function->vpd, &function->identity);
	renew(function, true);
	return function;
}

void pci_end(struct pci_function *function)
{
	pci_queue_end(function);
}

void pci_destroy(struct pci_function *function)
{
	if (!function)
		return;
	pci_queue_end(function);
	pthread_cond_destroy(&function->queue.work);
	pthread_mutex_destroy(&function->lock);
	pthread_mutex_destroy(&function->finish);
	free(function);
}

uint32_t pci_n_vectors(const struct pci_function *function)
{
	return function->identity.n_vectors;
}

int pci_dma_read(void *context, uint64_t address, void *bytes, size_t len)
{
	struct pci_function *function = context;
	const struct emu_host *bus = &function->bus;

	if (!atomic_load(&function->is_master) || !bus->read)
		return -EFAULT;
	return bus->read(bus->context, address, bytes, len);
}

int pci_dma_write(void *context, uint64_t address, const void *bytes,
		  size_t len)
{
	struct pci_function *function = context;
	const struct emu_host *bus = &function->bus;

	if (!atomic_load(&function->is_master) || !bus->write)
		return -EFAULT;
	return bus->write(bus->context, address, bytes, len);
}

void pci_interrupt(void *context, uint32_t vector)
{
	struct pci_function *function = context;

	pthread_mutex_lock(&function->lock);
	pci_msix_raise(function, vector);
	pthread_mutex_unlock(&function->lock);
}

static void read_config(struct pci_function *function, uint32_t offset,
			uint8_t *bytes, uint32_t len)
{
	pthread_mutex_lock(&function->lock);
	if (pci_touches(offset, len, PCI_GATEWAY + 8, 4))
		pci_gateway_read(function);
	memcpy(bytes, function->config.bytes + offset, len);
	pthread_mutex_unlock(&function->lock);
}

/* Whoever drove the device before had no bus: that ends when a driver comes. */
static void take_command(struct pci_function *function)
{
	atomic_store(&function->is_master, pci_is_master(function));
	if (!function->is_claimed && pci_is_decoding(function))
		function->is_claimed = function->wants_restart = true;
	pci_msix_deliver(function);
}

static void take_reset(struct pci_function *function)
{
	uint8_t *control = function->config.bytes + PCI_DEVICE_CONTROL;
	uint32_t value = pci_get_le(control, 2);

	pci_put_le(control, 2, value & ~STARTS_RESET);
	if (value & STARTS_RESET)
		function->wants_reset = true;
}

static void write_config(struct pci_function *function, uint32_t offset,
			 const uint8_t *bytes, uint32_t len)
{
	pthread_mutex_lock(&function->lock);
	pci_config_write(&function->config, offset, bytes, len);
	if (pci_touches(offset, len, PCI_VPD + 2, 2))
		pci_vpd_written(function);
	pci_gateway_written(function, offset, len);
	take_command(function);
	take_reset(function);
	pthread_mutex_unlock(&function->lock);
}

int pci_read(void *context, uint32_t region, uint64_t offset, void *bytes,
	     uint32_t len)
{
	struct pci_function *function = context;

	if (region == PCI_CONFIG && offset <= PCI_CONFIG_BYTES &&
	    len <= PCI_CONFIG_BYTES - offset)
		read_config(function, offset, bytes, len);
	else if (region == PCI_BAR0 && offset <= PCI_BAR0_BYTES &&
		 len <= PCI_BAR0_BYTES - offset)
		pci_bar_read(function, offset, bytes, len);
	else
		return -EINVAL;
	return 0;
}

/* A write may ask for a reset, which is done without the lock. */
static void restart_if_asked(struct pci_function *function)
{
	bool reset, restart;

	pthread_mutex_lock(&function->lock);
	reset = function->wants_reset;
	restart = function->wants_restart;
	function->wants_reset = function->wants_restart = false;
	pthread_mutex_unlock(&function->lock);
	if (reset || restart)
		start_again(function, reset);
}

int pci_write(void *context, uint32_t region, uint64_t offset,
	      const void *bytes, uint32_t len)
{
	struct pci_function *function = context;

	if (region == PCI_CONFIG && offset <= PCI_CONFIG_BYTES &&
	    len <= PCI_CONFIG_BYTES - offset)
		write_config(function, offset, bytes, len);
	else if (region == PCI_BAR0 && offset <= PCI_BAR0_BYTES &&
		 len <= PCI_BAR0_BYTES - offset)
		pci_bar_write(function, offset, bytes, len);
	else
		return -EINVAL;
	restart_if_asked(function);
	return 0;
}

void pci_reset(void *context)
{
	start_again(context, true);
}
