// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a client may ask, one row each. What is not here is answered with
 * EOPNOTSUPP: among others WRITE_MULTI, which we do not offer, migration, and
 * DMA_READ and DMA_WRITE, which go from server to client and we never send.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "parts.h"

typedef int handle_t(struct vfu_server *server, struct vfu_message *message,
		     struct vfu_reply *reply);

/* A reply that begins as the request did. */
static void *echo(struct vfu_reply *reply, const void *bytes, uint32_t len)
{
	void *payload = vfu_reply_payload(reply, len);

	return payload ? memcpy(payload, bytes, len) : NULL;
}

static int map_memory(struct vfu_server *server, struct vfu_message *message,
		      struct vfu_reply *reply)
{
	struct vfu_dma_map map;

	(void)reply;
	memcpy(&map, message->payload, sizeof(map));
	if (map.argsz < sizeof(map))
		return -EINVAL;
	return vfu_memory_map(&server->memory, &map,
			      message->fds.n ? message->fds.fd[0] : -1);
}

static int unmap_memory(struct vfu_server *server, struct vfu_message *message,
			struct vfu_reply *reply)
{
	struct vfu_dma_unmap unmap;
	int error = 0;

	memcpy(&unmap, message->payload, sizeof(unmap));
	if (unmap.argsz < sizeof(unmap) ||
	    unmap.flags & ~VFIO_DMA_UNMAP_FLAG_ALL)
		return -EINVAL;
	if (!unmap.flags)
		error = vfu_memory_unmap(&server->memory, unmap.address,
					 unmap.size);
	else if (unmap.address || unmap.size)
		error = -EINVAL;
	else
		vfu_memory_unmap_all(&server->memory);
	if (error)
		return error;
	return echo(reply, &unmap, sizeof(unmap)) ? 0 : -ENOMEM;
}

static int get_info(struct vfu_server *server, struct vfu_message *message,
		    struct vfu_reply *reply)
{
	struct vfu_device_info info;

	(void)server;
	memcpy(&info, message->payload, sizeof(info));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	info = (struct vfu_device_info){
		.argsz = sizeof(info),
		.flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI,
		.n_regions = VFU_N_REGIONS,
		.n_irqs = VFU_N_IRQS,
	};
	return echo(reply, &info, sizeof(info)) ? 0 : -ENOMEM;
}

static int get_region(struct vfu_server *server, struct vfu_message *message,
		      struct vfu_reply *reply)
{
	struct vfio_region_info info;

	memcpy(&info, message->payload, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFU_N_REGIONS)
		return -EINVAL;
	info = (struct vfio_region_info){
		.argsz = sizeof(info),
		.flags = server->function.regions[info.index].flags,
		.index = info.index,
		.size = server->function.regions[info.index].size,
	};
	return echo(reply, &info, sizeof(info)) ? 0 : -ENOMEM;
}

/* Registers with side effects: no access to them goes without a message. */
static int get_region_fds(struct vfu_server *server,
			  struct vfu_message *message, struct vfu_reply *reply)
{
	uint32_t index;

	(void)server;
	(void)reply;
	memcpy(&index, message->payload + 8, sizeof(index));
	return index < VFU_N_REGIONS ? -EOPNOTSUPP : -EINVAL;
}

static int get_irq(struct vfu_server *server, struct vfu_message *message,
		   struct vfu_reply *reply)
{
	struct vfio_irq_info info;

	memcpy(&info, message->payload, sizeof(info));
	if (info.argsz < sizeof(info) || info.index >= VFU_N_IRQS)
		return -EINVAL;
	info = (struct vfio_irq_info){
		.argsz = sizeof(info),
		.flags = VFIO_IRQ_INFO_EVENTFD,
		.index = info.index,
		.count = server->function.irqs[info.index],
	};
	return echo(reply, &info, sizeof(info)) ? 0 : -ENOMEM;
}

static int set_irqs(struct vfu_server *server, struct vfu_message *message,
		    struct vfu_reply *reply)
{
	struct vfio_irq_set *set = (void *)message->payload;

	(void)reply;
	if (set->argsz < sizeof(*set))
		return -EINVAL;
	return vfu_irqs_set(&server->irqs, set, message->len - sizeof(*set),
			    &message->fds);
}

static int check_access(const struct vfu_server *server,
			const struct vfu_region_access *access, uint32_t flag)
{
	const struct vfu_region *region;

	if (access->region >= VFU_N_REGIONS || !access->count ||
	    access->count > VFU_MAX_TRANSFER)
		return -EINVAL;
	region = &server->function.regions[access->region];
	if (!(region->flags & flag) || access->offset > region->size ||
	    access->count > region->size - access->offset)
		return -EINVAL;
	return 0;
}

static int read_region(struct vfu_server *server, struct vfu_message *message,
		       struct vfu_reply *reply)
{
	const struct vfu_region_access *access = (void *)message->payload;
	struct vfu_region_access *answer;
	int error;

	error = check_access(server, access, VFIO_REGION_INFO_FLAG_READ);
	if (error)
		return error;
	answer = vfu_reply_payload(reply, sizeof(*answer) + access->count);
	if (!answer)
		return -ENOMEM;
	*answer = *access;
	return server->function.read(server->function.context, access->region,
				     access->offset, answer->data,
				     access->count);
}

static int write_region(struct vfu_server *server, struct vfu_message *message,
			struct vfu_reply *reply)
{
	const struct vfu_region_access *access = (void *)message->payload;
	int error;

	error = check_access(server, access, VFIO_REGION_INFO_FLAG_WRITE);
	if (error)
		return error;
	if (message->len - sizeof(*access) != access->count)
		return -EINVAL;
	error = server->function.write(server->function.context,
				       access->region, access->offset,
				       access->data, access->count);
	if (error)
		return error;
	return echo(reply, access, sizeof(*access)) ? 0 : -ENOMEM;
}

static int reset(struct vfu_server *server, struct vfu_message *message,
		 struct vfu_reply *reply)
{
	(void)message;
	(void)reply;
	server->function.reset(server->function.context);
	return 0;
}

/* How long the payload is, at least and at most, and how many descriptors. */
static const struct row {
	handle_t *handle;
	uint32_t least;
	uint32_t most;
	uint32_t fds;
} rows[] = {
	[VFU_VERSION] = {
		vfu_negotiate, sizeof(struct vfu_version),
		sizeof(struct vfu_version) + VFU_MAX_VERSION, 0 },
	[VFU_DMA_MAP] = {
		map_memory, sizeof(struct vfu_dma_map),
		sizeof(struct vfu_dma_map), 1 },
	[VFU_DMA_UNMAP] = {
		unmap_memory, sizeof(struct vfu_dma_unmap),
		sizeof(struct vfu_dma_unmap), 0 },
	[VFU_DEVICE_GET_INFO] = {
		get_info, sizeof(struct vfu_device_info),
		sizeof(struct vfu_device_info), 0 },
	[VFU_DEVICE_GET_REGION_INFO] = {
		get_region, sizeof(struct vfio_region_info),
		sizeof(struct vfio_region_info), 0 },
	[VFU_DEVICE_GET_REGION_IO_FDS] = { get_region_fds, 16, 16, 0 },
	[VFU_DEVICE_GET_IRQ_INFO] = {
		get_irq, sizeof(struct vfio_irq_info),
		sizeof(struct vfio_irq_info), 0 },
	[VFU_DEVICE_SET_IRQS] = {
		set_irqs, sizeof(struct vfio_irq_set),
		sizeof(struct vfio_irq_set) + VFU_MAX_VECTORS, VFU_MAX_FDS },
	[VFU_REGION_READ] = {
		read_region, sizeof(struct vfu_region_access),
		sizeof(struct vfu_region_access), 0 },
	[VFU_REGION_WRITE] = {
		write_region, sizeof(struct vfu_region_access),
		sizeof(struct vfu_region_access) + VFU_MAX_TRANSFER, 0 },
	[VFU_DEVICE_RESET] = { reset, 0, 0, 0 },
};

int vfu_execute(struct vfu_server *server, struct vfu_message *message,
		struct vfu_reply *reply)
{
	uint16_t command = message->header.command;
	const struct row *row;

	if (command >= sizeof(rows) / sizeof(*rows) || !rows[command].handle)
		return -EOPNOTSUPP;
	row = &rows[command];
	if (message->len < row->least || message->len > row->most ||
	    message->fds.n > row->fds || message->fds.n_lost)
		return -EINVAL;
	return row->handle(server, message, reply);
}
