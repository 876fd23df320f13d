// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Pages of the machine as pieces of memory, and umems: such pieces by name. */
#include <stdlib.h>
#include "model.h"

#define FLAGS (EMU_PAGE_READABLE | EMU_PAGE_WRITABLE)

static uint64_t page_bytes(const struct emu_extent *extent)
{
	return (uint64_t)1 << extent->shift;
}

bool emu_extent_take(struct emu_extent *extent, uint64_t *pages,
		     const uint8_t *list)
{
	uint64_t inside = (page_bytes(extent) - 1) & ~(uint64_t)FLAGS;

	extent->pages = pages;
	for (uint64_t i = 0; i < extent->n; i++) {
		pages[i] = prm_value(list + i * 8, 8,
				     (struct prm_bits){ 0, 64 });
		if (pages[i] & inside)
			return false;
	}
	return true;
}

bool emu_extent_holds(const struct emu_extent *extent, uint64_t offset,
		      uint64_t len)
{
	uint64_t bytes = extent->n << extent->shift;

	if (extent->first > bytes)
		return false;
	bytes -= extent->first;
	return offset <= bytes && len <= bytes - offset;
}

uint64_t emu_extent_run(const struct emu_extent *extent, uint64_t offset,
			uint64_t *page, uint64_t *address)
{
	uint64_t at = extent->first + offset;
	uint64_t inside = at & (page_bytes(extent) - 1);

	*page = extent->pages[at >> extent->shift];
	*address = (*page & ~(uint64_t)FLAGS) + inside;
	return page_bytes(extent) - inside;
}

/* A umem by what its command says, without its pages. */
static enum emu_failure read_umem(const struct emu_call *call,
				  struct emu_extent *extent)
{
	uint32_t list = call->in_len - PRM_SIZE_create_umem_in;

	extent->n = EMU_IN(call, create_umem_in, umem__num_of_mtt);
	extent->first = EMU_IN(call, create_umem_in, umem__page_offset);
	extent->shift = EMU_PAGE_SHIFT +
			EMU_IN(call, create_umem_in, umem__log_page_size);
	if (list % 8 || list / 8 != extent->n)
		return EMU_INPUT_LENGTH;
	if ((EMU_IN(call, create_umem_in, umem__ats) &&
	     !emu_general_capability(&call->device->state, "ats")) ||
	    (!call->uid &&
	     !emu_general_capability(&call->device->state, "umem_uid_0")))
		return EMU_UNOFFERED_OPTION;
	if (!extent->n || extent->first >= page_bytes(extent))
		return EMU_BAD_VALUE;
	return EMU_DONE;
}

/*
 * Whose the pages are nobody asks: firmware takes any bus address, which is
 * why users must not send this.
 */
enum emu_failure emu_create_umem(struct emu_call *call)
{
	struct emu_new object = { EMU_UMEM, call->uid };
	struct emu_extent extent;
	struct emu_umem *umem;
	enum emu_failure failure;
	uint32_t id;

	failure = read_umem(call, &extent);
	if (failure)
		return failure;
	umem = malloc(sizeof(*umem) + extent.n * sizeof(umem->pages[0]));
	if (!umem)
		return EMU_NO_MEMORY;
	umem->extent = extent;
	if (!emu_extent_take(&umem->extent, umem->pages,
			     call->in + PRM_SIZE_create_umem_in)) {
		free(umem);
		return EMU_BAD_PAGE;
	}
	object.body = umem;
	failure = emu_object_create(call, &object, &id);
	if (!failure)
		EMU_OUT(call, create_umem_out, umem_id, id);
	return failure;
}

enum emu_failure emu_destroy_umem(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_UMEM, call->uid,
				  EMU_IN(call, destroy_umem_in, umem_id));
}
