// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Memory keys: virtual addresses of the device, over a umem, over pages that
 * the command lists, or, as the kernel's own, over all of the bus. Forms that
 * are built of other keys are not offered.
 */
#include <stdlib.h>
#include "model.h"

enum { ACCESS_PHYSICAL, ACCESS_MTT };
enum { ENTRIES_PER_OCTWORD = 2 };

static const struct prm_bits unoffered[] = {
	{ PRM(create_mkey_in, pg_access) },
	{ PRM(create_mkey_in, data_direct) },
	{ PRM(create_mkey_in, memory_key_mkey_entry__access_mode_4_2) },
	{ PRM(create_mkey_in, memory_key_mkey_entry__bsf_en) },
	{ PRM(create_mkey_in, memory_key_mkey_entry__crossing_target_vhca_id) },
};

#define ENTRY(call, field)						\
	EMU_IN(call, create_mkey_in, memory_key_mkey_entry__##field)

static struct emu_mkey mkey_of(const struct emu_call *call)
{
	return (struct emu_mkey){
		.key = ENTRY(call, mkey_7_0),
		.is_free = ENTRY(call, free),
		.is_physical = ENTRY(call, access_mode_1_0) == ACCESS_PHYSICAL,
		.is_endless = ENTRY(call, length64),
		.rights = (ENTRY(call, lr) ? EMU_PAGE_READABLE : 0) |
			  (ENTRY(call, lw) ? EMU_PAGE_WRITABLE : 0),
		.start = ENTRY(call, start_addr),
		.len = ENTRY(call, len),
	};
}

static enum emu_failure check_form(const struct emu_call *call,
				   const struct emu_mkey *mkey)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(unoffered); i++)
		if (prm_value(call->in, call->in_len, unoffered[i]))
			return EMU_UNOFFERED_OPTION;
	if (ENTRY(call, access_mode_1_0) > ACCESS_MTT)
		return EMU_UNOFFERED_OPTION;
	if (!ENTRY(call, pd))
		return EMU_UNKNOWN_OBJECT;
	if (mkey->is_endless && !mkey->is_physical)
		return EMU_BAD_VALUE;
	if (!mkey->len && !mkey->is_free && !mkey->is_endless)
		return EMU_BAD_VALUE;
	if (mkey->len && mkey->start > UINT64_MAX - (mkey->len - 1))
		return EMU_BAD_VALUE;
	return EMU_DONE;
}

/* `start` is where the umem begins, or as far inside as the command says. */
static enum emu_failure put_on_umem(const struct emu_call *call,
				    struct emu_mkey *mkey)
{
	uint64_t log_page = ENTRY(call, log_page_size);
	struct emu_slot *slot;
	enum emu_failure failure;

	if (call->in_len != PRM_SIZE_create_mkey_in)
		return EMU_INPUT_LENGTH;
	failure = emu_object_own(call->device, EMU_UMEM, call->uid,
				 EMU_IN(call, create_mkey_in, mkey_umem_id),
				 &slot);
	if (failure)
		return failure;
	mkey->extent = ((const struct emu_umem *)slot->body)->extent;
	mkey->offset = EMU_IN(call, create_mkey_in, mkey_umem_offset);
	if (log_page && log_page != mkey->extent.shift)
		return EMU_BAD_VALUE;
	return emu_extent_holds(&mkey->extent, mkey->offset, mkey->len) ?
	       EMU_DONE : EMU_OUTSIDE_MEMORY;
}

/* Without pages it waits for a work request that brings them: none comes. */
static enum emu_failure put_on_list(const struct emu_call *call,
				    struct emu_mkey *mkey)
{
	uint64_t n = ENTRIES_PER_OCTWORD *
		     EMU_IN(call, create_mkey_in,
			    translations_octword_actual_size);
	uint64_t log_page = ENTRY(call, log_page_size);

	if (call->in_len - PRM_SIZE_create_mkey_in != n * 8)
		return EMU_INPUT_LENGTH;
	mkey->extent.n = n;
	if (!n)
		return EMU_DONE;
	if (mkey->is_physical || log_page < EMU_PAGE_SHIFT ||
	    log_page > EMU_MAX_PAGE_SHIFT)
		return EMU_BAD_VALUE;
	mkey->extent.shift = log_page;
	mkey->extent.first = mkey->start & (((uint64_t)1 << log_page) - 1);
	return emu_extent_holds(&mkey->extent, 0, mkey->len) ?
	       EMU_DONE : EMU_OUTSIDE_MEMORY;
}

static enum emu_failure make_mkey(const struct emu_call *call,
				  struct emu_mkey **made)
{
	bool is_on_umem = EMU_IN(call, create_mkey_in, mkey_umem_valid);
	struct emu_mkey mkey = mkey_of(call), *copy;
	enum emu_failure failure;
	uint64_t own;

	failure = check_form(call, &mkey);
	if (!failure)
		failure = is_on_umem ? put_on_umem(call, &mkey) :
				       put_on_list(call, &mkey);
	if (failure)
		return failure;
	own = is_on_umem ? 0 : mkey.extent.n;
	copy = malloc(sizeof(*copy) + own * sizeof(copy->pages[0]));
	if (!copy)
		return EMU_NO_MEMORY;
	*copy = mkey;
	if (own && !emu_extent_take(&copy->extent, copy->pages,
				    call->in + PRM_SIZE_create_mkey_in)) {
		free(copy);
		return EMU_BAD_PAGE;
	}
	/* Without pg_access the key's rights are those of its pages. */
	for (uint64_t i = 0; i < own; i++)
		copy->pages[i] |= EMU_PAGE_READABLE | EMU_PAGE_WRITABLE;
	*made = copy;
	return EMU_DONE;
}

enum emu_failure emu_create_mkey(struct emu_call *call)
{
	struct emu_new object = {
		.kind = EMU_MKEY,
		.uid = call->uid,
		.needs = { { EMU_PD, ENTRY(call, pd) } },
	};
	enum emu_failure failure;
	struct emu_mkey *mkey;
	uint32_t id;

	failure = make_mkey(call, &mkey);
	if (failure)
		return failure;
	if (EMU_IN(call, create_mkey_in, mkey_umem_valid))
		object.needs[1] = (struct emu_need){
			EMU_UMEM, EMU_IN(call, create_mkey_in, mkey_umem_id)
		};
	object.body = mkey;
	failure = emu_object_create(call, &object, &id);
	if (!failure)
		EMU_OUT(call, create_mkey_out, mkey_index, id);
	return failure;
}

enum emu_failure emu_destroy_mkey(struct emu_call *call)
{
	return emu_object_destroy(call->device, EMU_MKEY, call->uid,
				  EMU_IN(call, destroy_mkey_in, mkey_index));
}

/* One access: to the machine where `from` is, else from it. */
struct access {
	struct emu_device *device;
	uint64_t offset;	/* from the key's first address */
	size_t len;
	uint8_t *to;
	const uint8_t *from;
};

static enum emu_failure find_mkey(struct emu_device *device, uint16_t uid,
				  uint32_t number, const struct emu_mkey **mkey)
{
	struct emu_slot *slot;
	enum emu_failure failure;

	failure = emu_object_own(device, EMU_MKEY, uid, number >> 8, &slot);
	if (failure)
		return failure;
	*mkey = slot->body;
	return (*mkey)->key == (number & 0xff) ? EMU_DONE : EMU_UNKNOWN_OBJECT;
}

static enum emu_failure move_run(struct access *access, uint64_t address,
				 size_t len)
{
	int error = access->from ?
		emu_host_write(access->device, address, access->from, len) :
		emu_host_read(access->device, address, access->to, len);

	if (error)
		return EMU_MACHINE_FAULT;
	access->offset += len;
	access->len -= len;
	if (access->from)
		access->from += len;
	else
		access->to += len;
	return EMU_DONE;
}

static enum emu_failure move_pages(struct access *access,
				   const struct emu_mkey *mkey)
{
	uint32_t right = access->from ? EMU_PAGE_WRITABLE : EMU_PAGE_READABLE;
	enum emu_failure failure = EMU_DONE;

	if (!emu_extent_holds(&mkey->extent, mkey->offset + access->offset,
			      access->len))
		return EMU_OUTSIDE_MEMORY;
	while (access->len && !failure) {
		uint64_t page, address;
		uint64_t run = emu_extent_run(&mkey->extent,
					      mkey->offset + access->offset,
					      &page, &address);

		if (!(page & right))
			return EMU_NO_RIGHT;
		failure = move_run(access, address,
				   run < access->len ? run : access->len);
	}
	return failure;
}

static enum emu_failure move(struct access *access, uint16_t uid,
			     uint32_t number, uint64_t address)
{
	uint32_t right = access->from ? EMU_PAGE_WRITABLE : EMU_PAGE_READABLE;
	const struct emu_mkey *mkey;
	enum emu_failure failure;

	failure = find_mkey(access->device, uid, number, &mkey);
	if (failure)
		return failure;
	if (mkey->is_free || !(mkey->rights & right))
		return EMU_NO_RIGHT;
	access->offset = address - mkey->start;
	if (!mkey->is_endless &&
	    (address < mkey->start || access->offset > mkey->len ||
	     access->len > mkey->len - access->offset))
		return EMU_OUTSIDE_MKEY;
	if (!access->len)
		return EMU_DONE;
	if (address > UINT64_MAX - (access->len - 1))
		return EMU_OUTSIDE_MKEY;
	return mkey->is_physical ? move_run(access, address, access->len) :
				   move_pages(access, mkey);
}

enum emu_failure emu_mkey_read(struct emu_device *device, uint16_t uid,
			       uint32_t mkey, uint64_t address, void *bytes,
			       size_t len)
{
	struct access access = { .device = device, .len = len, .to = bytes };

	return move(&access, uid, mkey, address);
}

enum emu_failure emu_mkey_write(struct emu_device *device, uint16_t uid,
				uint32_t mkey, uint64_t address,
				const void *bytes, size_t len)
{
	struct access access = { .device = device, .len = len, .from = bytes };

	return move(&access, uid, mkey, address);
}
