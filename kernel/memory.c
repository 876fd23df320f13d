// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Memory that the device may write dumps to.
 *
 * Threats: a device that writes to memory after it should have stopped, or
 * that was handed an address by a caller. So it never gets a page of a
 * process: it gets zeroed pages of ours, and their addresses from here only; the
 * process gets a copy of what a command says was written, from its own task.
 * Pages that the device may still reach are not reused.
 *
 * Lifetimes. `holders` are the records of umems and of keys over them, and the
 * request that makes one. With the last of them the pages are unmapped, or,
 * where one was let go without the device's word that it is destroyed, they go
 * to quarantine as they are. `ref` keeps the pages for a caller who copies, and
 * who holds nothing else: the device may be gone by then.
 *
 * Quarantine ends when nothing drives the device and it is seen to have lost
 * the right to master the bus, or when it is gone. When the module goes
 * before that, these pages are lost on purpose.
 */
#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mctl.h"
#include "prm-offsets.h"

#define BYTES_EACH SZ_64M
#define BYTES_ALL SZ_256M	/* of a function, quarantine included */
#define MTT_READ_WRITE 3	/* the lowest bits of an entry */

static LIST_HEAD(quarantine);
static DEFINE_MUTEX(quarantine_lock);

static s64 bytes_of(const struct mctl_memory *memory)
{
	return (s64)memory->n_pages << PAGE_SHIFT;
}

static s64 account(const struct mctl_memory *memory, enum mctl_counter counter,
		   s64 bytes)
{
	return atomic64_add_return(bytes, &memory->function->counters[counter]);
}

static void free_pages_of(struct kref *ref)
{
	struct mctl_memory *memory = container_of(ref, struct mctl_memory, ref);

	for (u32 i = 0; i < memory->n_pages && memory->pages[i].page; i++)
		__free_page(memory->pages[i].page);
	account(memory, MCTL_MEMORY_BYTES, -bytes_of(memory));
	mctl_function_put(memory->function);
	pci_dev_put(memory->pdev);
	mmdrop(memory->mm);
	kvfree(memory);
}

void mctl_memory_put(struct mctl_memory *memory)
{
	if (memory)
		kref_put(&memory->ref, free_pages_of);
}

static void unmap(struct mctl_memory *memory)
{
	for (u32 i = 0; i < memory->n_mapped; i++)
		dma_unmap_page(&memory->pdev->dev, memory->pages[i].bus,
			       PAGE_SIZE, DMA_BIDIRECTIONAL);
	memory->n_mapped = 0;
}

static void to_quarantine(struct mctl_memory *memory)
{
	pr_warn("mlx5ctl: %s may still write to %lld bytes, which are kept\n",
		memory->function->name, bytes_of(memory));
	account(memory, MCTL_QUARANTINED_BYTES, bytes_of(memory));
	guard(mutex)(&quarantine_lock);
	list_add_tail(&memory->quarantined, &quarantine);
}

void mctl_memory_let_go(struct mctl_memory *memory, bool is_lost)
{
	if (is_lost)
		WRITE_ONCE(memory->is_lost, true);
	if (!atomic_dec_and_test(&memory->holders))
		return;
	if (READ_ONCE(memory->is_lost))
		return to_quarantine(memory);
	unmap(memory);
	mctl_memory_put(memory);
}

/*
 * All ones are what a device says that is not there; and what one that is there
 * may say once. One that the kernel was told to forget may still be there.
 */
static bool is_harmless(struct pci_dev *pdev, bool is_going)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	return PCI_POSSIBLE_ERROR(command) ? is_going :
					     !(command & PCI_COMMAND_MASTER);
}

void mctl_memory_inherit(struct mctl_function *function)
{
	struct mctl_memory *memory;

	guard(mutex)(&quarantine_lock);
	list_for_each_entry(memory, &quarantine, quarantined) {
		if (memory->pdev != function->mdev->pdev)
			continue;
		mctl_function_put(memory->function);
		kref_get(&function->ref);
		memory->function = function;
		account(memory, MCTL_MEMORY_BYTES, bytes_of(memory));
		account(memory, MCTL_QUARANTINED_BYTES, bytes_of(memory));
	}
}

static void release(struct pci_dev *pdev, bool is_going)
{
	struct mctl_memory *memory, *next;

	guard(mutex)(&quarantine_lock);
	list_for_each_entry_safe(memory, next, &quarantine, quarantined) {
		if (memory->pdev != pdev || !is_harmless(pdev, is_going))
			continue;
		list_del(&memory->quarantined);
		account(memory, MCTL_QUARANTINED_BYTES, -bytes_of(memory));
		unmap(memory);
		mctl_memory_put(memory);
	}
}

static int map_pages(struct mctl_memory *memory)
{
	struct device *device = &memory->pdev->dev;

	for (u32 i = 0; i < memory->n_pages; i++) {
		struct page *page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);

		if (!page)
			return -ENOMEM;
		memory->pages[i].page = page;
		memory->pages[i].bus = dma_map_page(device, page, 0, PAGE_SIZE,
						    DMA_BIDIRECTIONAL);
		if (dma_mapping_error(device, memory->pages[i].bus))
			return -ENOMEM;
		memory->n_mapped++;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static struct mctl_memory *memory_new(struct mctl_function *function,
				      u64 address, u64 length, u32 n_pages)
{
	struct mctl_memory *memory = kvzalloc(struct_size(memory, pages, n_pages),
					      GFP_KERNEL_ACCOUNT);

	if (!memory)
		return ERR_PTR(-ENOMEM);
	kref_init(&memory->ref);
	atomic_set(&memory->holders, 1);
	kref_get(&function->ref);
	memory->function = function;
	memory->pdev = pci_dev_get(function->mdev->pdev);
	mmgrab(current->mm);
	memory->mm = current->mm;
	memory->address = address;
	memory->length = length;
	memory->n_pages = n_pages;
	if (account(memory, MCTL_MEMORY_BYTES, bytes_of(memory)) <= BYTES_ALL)
		return memory;
	mctl_memory_put(memory);
	return ERR_PTR(-ENOSPC);
}

static void compose(struct mctl_request *request)
{
	const struct mctl_memory *memory = request->memory;
	u8 *in = request->in;
	u32 len = request->in_len;

	mctl_set(in, len, PRM_AT(create_umem_in, umem__num_of_mtt),
		 memory->n_pages);
	mctl_set(in, len, PRM_AT(create_umem_in, umem__log_page_size),
		 PAGE_SHIFT - 12);
	mctl_set(in, len, PRM_AT(create_umem_in, umem__page_offset),
		 offset_in_page(memory->address));
	for (u32 i = 0; i < memory->n_pages; i++)
		mctl_set(in, len, (struct prm_bits){
			 (PRM_SIZE_create_umem_in + i * 8) * 8, 64 },
			 memory->pages[i].bus | MTT_READ_WRITE);
}

/* Pages of ours for it, in an inbox that nobody judges. */
static int lend(struct mctl_request *request, u64 address, u64 length,
		u32 n_pages)
{
	struct mctl_memory *memory = memory_new(request->session->function,
						address, length, n_pages);
	int ret;

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	request->is_holder = true;
	kref_get(&memory->ref);
	request->memory = memory;
	ret = map_pages(memory);
	if (!ret)
		compose(request);
	return ret;
}

static int send(struct mctl_request *request)
{
	int ret = mctl_request_send(request);

	return !ret && mctl_is_error(request->out) ? -EREMOTEIO : ret;
}

static int check_range(u64 address, u64 length, u32 *n_pages)
{
	if (!length || length > BYTES_EACH || address + length < address)
		return -EINVAL;
	*n_pages = (offset_in_page(address) + length + PAGE_SIZE - 1) >>
		   PAGE_SHIFT;
	if (*n_pages > BYTES_EACH >> PAGE_SHIFT ||
	    !access_ok(u64_to_user_ptr(address), length))
		return -EINVAL;
	return 0;
}

int mctl_memory_register(struct mctl_session *session, u64 address, u64 length,
			 u32 *id)
{
	struct mctl_request *request;
	u32 n_pages;
	int ret = check_range(address, length, &n_pages);

	if (ret)
		return ret;
	request = mctl_request_new(session, PRM_SIZE_create_umem_in +
				   n_pages * 8, PRM_SIZE_create_umem_out);
	if (!request)
		return -ENOMEM;
	mctl_set(request->in, request->in_len, PRM_AT(create_umem_in, opcode),
		 PRM_OP_CREATE_UMEM);
	request->creates = POLICY_UMEM;
	/* Whoever may not dump may not have memory for it. */
	request->match = (struct policy_match){
		.verdict.reason = POLICY_ALLOWED,
		.class = POLICY_DEBUG_READ,
		.capabilities = POLICY_CAP_SYS_ADMIN,
	};
	ret = mctl_request_enter(request);
	if (!ret)
		ret = mctl_objects_admit(request);
	if (!ret)
		ret = lend(request, address, length, n_pages);
	if (!ret)
		ret = send(request);
	if (!ret)
		*id = mctl_out(request, PRM_AT(create_umem_out, umem_id));
	mctl_request_put(request);
	return ret;
}

int mctl_memory_check(const struct mctl_request *request)
{
	if (!request->memory || request->memory->mm == current->mm)
		return 0;
	mctl_record_verdict(request, &(struct policy_verdict){
			    .reason = POLICY_FOREIGN });
	return -EPERM;
}

int mctl_memory_unregister(struct mctl_session *session, u32 id)
{
	const u32 len = PRM_SIZE_destroy_umem_in;
	struct mctl_request *request =
		mctl_request_new(session, len, PRM_SIZE_destroy_umem_out);
	int ret;

	if (!request)
		return -ENOMEM;
	request->destroys = POLICY_UMEM;
	mctl_set(request->in, len, PRM_AT(destroy_umem_in, opcode),
		 PRM_OP_DESTROY_UMEM);
	ret = mctl_request_enter(request);
	if (!ret) {
		mctl_objects_memory(request, POLICY_UMEM, id);
		ret = request->memory ? mctl_memory_check(request) : -ENOENT;
	}
	if (!ret) {
		mctl_set(request->in, len, PRM_AT(destroy_umem_in, umem_id), id);
		ret = send(request);
	}
	mctl_request_put(request);
	return ret;
}

static const struct mctl_dump dumps[] = {
	{ PRM_REG_RESOURCE_DUMP, { PRM(resource_dump, mkey) },
	  { PRM(resource_dump, size) }, { PRM(resource_dump, address) } },
	{ PRM_REG_CORE_DUMP, { PRM(core_dump, mkey) },
	  { PRM(core_dump, size) }, { PRM(core_dump, address) } },
};

const struct mctl_dump *mctl_memory_dump(const struct mctl_request *request)
{
	u32 id = policy_register_of(request->in, request->in_len);

	for (u32 i = 0; i < ARRAY_SIZE(dumps); i++)
		if (dumps[i].register_id == id)
			return &dumps[i];
	return NULL;
}

void mctl_memory_sync(const struct mctl_request *request)
{
	struct mctl_memory *memory = request->memory;

	if (!memory || !request->dump)
		return;
	for (u32 i = 0; i < memory->n_mapped; i++)
		dma_sync_single_for_cpu(&memory->pdev->dev,
					memory->pages[i].bus, PAGE_SIZE,
					DMA_BIDIRECTIONAL);
}

/* `start` bytes into the registration, whose pages begin at a page. */
static int copy_pages(const struct mctl_memory *memory, u64 start, u64 left)
{
	u64 at = offset_in_page(memory->address) + start;
	u8 __user *to = u64_to_user_ptr(memory->address + start);

	while (left) {
		u64 here = min_t(u64, left, PAGE_SIZE - offset_in_page(at));
		struct page *page = memory->pages[at >> PAGE_SHIFT].page;

		if (copy_to_user(to, page_address(page) + offset_in_page(at),
				 here))
			return -EFAULT;
		to += here;
		at += here;
		left -= here;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/* Bounded by what was asked, by the memory, and by what the reply admits. */
int mctl_memory_show(const struct mctl_request *request)
{
	const struct mctl_memory *memory = request->memory;
	u32 written;
	u64 start;

	if (!memory || !request->dump)
		return 0;
	written = mctl_reply_written(request);
	start = mctl_in(request, mctl_behind_header(request->dump->address)) -
		request->first;
	if (start > memory->length || written > memory->length - start)
		return -EFAULT;
	return copy_pages(memory, start, written);
}

static int on_event(struct notifier_block *block, unsigned long event,
		    void *data)
{
	/* At its end a device has no driver, but an IOMMU to unmap from. */
	bool is_over = event == BUS_NOTIFY_DEL_DEVICE;

	/* Where the way to unmap went with the driver, pages are not used again. */
	if (!IS_ENABLED(CONFIG_ARCH_HAS_TEARDOWN_DMA_OPS) &&
	    (is_over || event == BUS_NOTIFY_UNBOUND_DRIVER))
		release(to_pci_dev(data), is_over);
	return NOTIFY_DONE;
}

/* First, as DMA_API_DEBUG looks for what a driver left. */
static struct notifier_block events = { .notifier_call = on_event, .priority = 1 };

int mctl_memory_start(void)
{
	return bus_register_notifier(&pci_bus_type, &events);
}

void mctl_memory_stop(void)
{
	bus_unregister_notifier(&pci_bus_type, &events);
	if (!list_empty(&quarantine))
		pr_warn("mlx5ctl: what a device may still write to is lost until the next boot\n");
}
