// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The machine around the device, as far as the device sees it. */
#include <errno.h>
#include "model.h"

void emu_set_host(struct emu_device *device, const struct emu_host *host)
{
	pthread_mutex_lock(&device->lock);
	device->host = host ? *host : (struct emu_host){};
	pthread_mutex_unlock(&device->lock);
}

int emu_host_read(const struct emu_device *device, uint64_t address,
		  void *bytes, size_t len)
{
	const struct emu_host *host = &device->host;

	if (!host->read)
		return -EFAULT;
	return host->read(host->context, address, bytes, len);
}

int emu_host_write(const struct emu_device *device, uint64_t address,
		   const void *bytes, size_t len)
{
	const struct emu_host *host = &device->host;

	if (!host->write)
		return -EFAULT;
	return host->write(host->context, address, bytes, len);
}

void emu_host_interrupt(const struct emu_device *device, uint32_t vector)
{
	const struct emu_host *host = &device->host;

	if (host->interrupt)
		host->interrupt(host->context, vector);
}
