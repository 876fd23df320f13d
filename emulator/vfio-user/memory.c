// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Memory of the client, mapped from the descriptors that it sends.
 *
 * A client may cut a file short after we mapped it; touching the lost pages
 * raises SIGBUS. Copies are guarded, so that this is -EFAULT, as a bus would
 * have it, and not our end.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "parts.h"

/* volatile: the compiler does not see who reads it. */
static __thread sigjmp_buf *volatile guard;
static struct sigaction before_guard;

static void on_sigbus(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	if (guard)
		siglongjmp(*guard, 1);
	/* Not ours: let it happen again as if we had never been here. */
	sigaction(signal, &before_guard, NULL);
}

static void install_guard(void)
{
	struct sigaction action = {
		.sa_sigaction = on_sigbus,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};

	sigaction(SIGBUS, &action, &before_guard);
}

static int guarded_copy(void *to, const void *from, size_t n)
{
	sigjmp_buf here;

	if (sigsetjmp(here, 0)) {
		guard = NULL;
		return -EFAULT;
	}
	guard = &here;
	memcpy(to, from, n);
	guard = NULL;
	return 0;
}

void vfu_memory_init(struct vfu_memory *memory)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_rwlockattr_t attr;

	pthread_once(&once, install_guard);
	/* Or transfers without pause would put off an unmap for ever. */
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr,
				      PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&memory->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	memory->maps = NULL;
	memory->n = 0;
	memory->room = 0;
}

void vfu_memory_destroy(struct vfu_memory *memory)
{
	vfu_memory_unmap_all(memory);
	free(memory->maps);
	pthread_rwlock_destroy(&memory->lock);
}

/* The last byte, for a map may end with the address space. */
static uint64_t last(uint64_t address, uint64_t size)
{
	return address + (size - 1);
}

/* The first map that ends at or after the address. */
static uint32_t position(const struct vfu_memory *memory, uint64_t address)
{
	uint32_t low = 0;
	uint32_t high = memory->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct vfu_map *map = &memory->maps[middle];

		if (last(map->address, map->size) < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int check_map(const struct vfu_dma_map *map, int fd)
{
	const uint32_t known = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	struct stat file;

	if (!map->flags || map->flags & ~known)
		return -EINVAL;
	if (!map->size || last(map->address, map->size) < map->address)
		return -EINVAL;
	if ((map->address | map->size | map->offset) % VFU_PAGE)
		return -EINVAL;
	if (fd < 0)
		return map->offset ? -EINVAL : 0;
	if (fstat(fd, &file))
		return -EINVAL;
	if (map->offset > (uint64_t)file.st_size ||
	    map->size > (uint64_t)file.st_size - map->offset)
		return -EINVAL;
	return 0;
}

static uint8_t *map_file(const struct vfu_dma_map *map, int fd)
{
	int access = 0;

	if (map->flags & VFIO_DMA_MAP_FLAG_READ)
		access |= PROT_READ;
	if (map->flags & VFIO_DMA_MAP_FLAG_WRITE)
		access |= PROT_WRITE;
	return mmap(NULL, map->size, access, MAP_SHARED, fd, map->offset);
}

/* A machine has some; behind an IOMMU, one for each page that is lent. */
static int make_room(struct vfu_memory *memory)
{
	uint32_t room = memory->room ? 2 * memory->room : 64;
	struct vfu_map *maps;

	if (memory->n == VFU_MAX_MAPS)
		return -ENOSPC;
	if (memory->n < memory->room)
		return 0;
	maps = reallocarray(memory->maps, room, sizeof(*maps));
	if (!maps)
		return -ENOMEM;
	memory->maps = maps;
	memory->room = room;
	return 0;
}

static int insert(struct vfu_memory *memory, const struct vfu_dma_map *map,
		  int fd)
{
	uint32_t at = position(memory, map->address);
	struct vfu_map *entry;
	uint8_t *bytes = NULL;
	int error;

	if (at < memory->n &&
	    memory->maps[at].address <= last(map->address, map->size))
		return -EEXIST;
	error = make_room(memory);
	if (error)
		return error;
	if (fd >= 0)
		bytes = map_file(map, fd);
	if (bytes == MAP_FAILED)
		return -errno;
	entry = &memory->maps[at];
	memmove(entry + 1, entry, (memory->n - at) * sizeof(*entry));
	*entry = (struct vfu_map){ map->address, map->size, map->flags, bytes };
	memory->n++;
	return 0;
}

int vfu_memory_map(struct vfu_memory *memory, const struct vfu_dma_map *map,
		   int fd)
{
	int error = check_map(map, fd);

	if (error)
		return error;
	pthread_rwlock_wrlock(&memory->lock);
	error = insert(memory, map, fd);
	pthread_rwlock_unlock(&memory->lock);
	return error;
}

static void release(struct vfu_map *map)
{
	if (map->bytes)
		munmap(map->bytes, map->size);
}

int vfu_memory_unmap(struct vfu_memory *memory, uint64_t address, uint64_t size)
{
	struct vfu_map *map = NULL;
	int error = -ENOENT;
	uint32_t at;

	pthread_rwlock_wrlock(&memory->lock);
	at = position(memory, address);
	if (at < memory->n)
		map = &memory->maps[at];
	if (map && map->address == address && map->size == size) {
		release(map);
		memory->n--;
		memmove(map, map + 1, (memory->n - at) * sizeof(*map));
		error = 0;
	}
	pthread_rwlock_unlock(&memory->lock);
	return error;
}

void vfu_memory_unmap_all(struct vfu_memory *memory)
{
	pthread_rwlock_wrlock(&memory->lock);
	for (uint32_t i = 0; i < memory->n; i++)
		release(&memory->maps[i]);
	memory->n = 0;
	pthread_rwlock_unlock(&memory->lock);
}

/* A piece of a transfer: as much as lies in one map. */
static uint8_t *piece(const struct vfu_memory *memory, uint64_t address,
		      size_t len, uint32_t flag, size_t *n)
{
	uint32_t at = position(memory, address);
	const struct vfu_map *map;
	uint64_t left;

	if (at == memory->n || memory->maps[at].address > address)
		return NULL;
	map = &memory->maps[at];
	if (!map->bytes || !(map->flags & flag))
		return NULL;
	left = map->size - (address - map->address);
	*n = left < len ? left : len;
	return map->bytes + (address - map->address);
}

/* All of it lies in maps, in pieces, and does not wrap around. */
static bool is_reachable(const struct vfu_memory *memory, uint64_t address,
			 size_t len, uint32_t flag)
{
	size_t n;

	if (len && last(address, len) < address)
		return false;
	for (; len; address += n, len -= n)
		if (!piece(memory, address, len, flag, &n))
			return false;
	return true;
}

static int transfer(struct vfu_memory *memory, uint64_t address,
		    uint8_t *bytes, size_t len, uint32_t flag)
{
	bool is_read = flag == VFIO_DMA_MAP_FLAG_READ;
	int error = 0;
	size_t n;

	pthread_rwlock_rdlock(&memory->lock);
	if (!is_reachable(memory, address, len, flag))
		error = -EFAULT;
	for (; len && !error; address += n, bytes += n, len -= n) {
		uint8_t *there = piece(memory, address, len, flag, &n);

		error = guarded_copy(is_read ? bytes : there,
				     is_read ? there : bytes, n);
	}
	pthread_rwlock_unlock(&memory->lock);
	return error;
}

int vfu_dma_read(struct vfu_server *server, uint64_t address, void *bytes,
		 size_t len)
{
	return transfer(&server->memory, address, bytes, len,
			VFIO_DMA_MAP_FLAG_READ);
}

int vfu_dma_write(struct vfu_server *server, uint64_t address,
		  const void *bytes, size_t len)
{
	return transfer(&server->memory, address, (uint8_t *)bytes, len,
			VFIO_DMA_MAP_FLAG_WRITE);
}
