// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "emu-memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "emu-session.h"
#include "prm-offsets.h"

#define PAGE ((u64)4096)
#define MTT_READ_WRITE 3	/* the two lowest bits of an entry */

static int no_memory(struct mlx5ctl_error *error)
{
	return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
}

/* Who may not dump may not have memory for it either. */
static int check_caller(const struct emu_session *session,
			struct mlx5ctl_error *error)
{
	const struct policy_answers *answers = &session->answers;
	u32 i = 0;

	while (policy_classes[i].class != POLICY_DEBUG_READ)
		i++;
	if (policy_classes[i].capabilities & ~answers->capabilities)
		return mlx5ctl_fail(error, -EPERM,
				    "To register memory is refused: it needs CAP_SYS_ADMIN.");
	return 0;
}

static int check_range(const struct emu_memory *memory,
		       struct mlx5ctl_error *error)
{
	if (!memory->len || (u64)(uintptr_t)memory->addr > UINT64_MAX - memory->len ||
	    (u64)(uintptr_t)memory->addr + memory->len > UINT64_MAX - PAGE)
		return mlx5ctl_fail(error, -EINVAL,
				    "The memory is empty, or goes past the end of all addresses.");
	if (memory->size > EMU_MEMORY_EACH)
		return mlx5ctl_fail(error, -EINVAL,
				    "At most %u MiB can be registered at once.",
				    (unsigned int)(EMU_MEMORY_EACH >> 20));
	return 0;
}

/* Room in the account, and for what will be owned. */
static int claim(struct emu_session *session, const struct emu_memory *memory,
		 struct mlx5ctl_error *error)
{
	int ret;

	pthread_mutex_lock(&session->lock);
	if (session->memory_bytes + memory->size > EMU_MEMORY_ALL)
		ret = mlx5ctl_fail(error, -ENOSPC,
				   "At most %u MiB can be registered by a file.",
				   (unsigned int)(EMU_MEMORY_ALL >> 20));
	else
		ret = emu_session_admit(session, error);
	if (!ret)
		session->memory_bytes += memory->size;
	pthread_mutex_unlock(&session->lock);
	return ret;
}

static int create_umem(struct emu_session *session, struct emu_memory *memory,
		       struct mlx5ctl_error *error)
{
	u32 n = memory->size / PAGE;
	u32 in_len = PRM_SIZE_create_umem_in + n * 8;
	u8 out[PRM_SIZE_create_umem_out];
	u8 *in = calloc(1, in_len);
	bool fits = in;
	int ret;

	if (!in)
		return no_memory(error);
	fits &= prm_set(in, in_len, PRM_AT(create_umem_in, opcode),
			PRM_OP_CREATE_UMEM);
	fits &= prm_set(in, in_len, PRM_AT(create_umem_in, umem__num_of_mtt),
			n);
	fits &= prm_set(in, in_len, PRM_AT(create_umem_in, umem__page_offset),
			memory->offset);
	for (u32 i = 0; i < n; i++)
		fits &= prm_set(in, in_len, (struct prm_bits){
				(PRM_SIZE_create_umem_in + i * 8) * 8, 64 },
				(memory->bus + i * PAGE) | MTT_READ_WRITE);
	policy_stamp_uid(in, in_len, session->uid);
	ret = !fits ? -EINVAL :
	      session->door->exec(session->handle, in, in_len, out,
				  sizeof(out), error);
	free(in);
	if (!ret)
		ret = emu_session_status(out, "CREATE_UMEM", error);
	memory->id = prm_value(out, sizeof(out),
			       PRM_AT(create_umem_out, umem_id));
	return ret;
}

static void take_back(struct emu_session *session, struct emu_memory *memory)
{
	session->door->take_back(session->handle, memory->pages, memory->bus,
				 memory->size);
}

/* From here on it is the file's. */
static void own(struct emu_session *session, struct emu_memory *memory)
{
	const struct policy_owned owned = {
		.object = POLICY_UMEM,
		.id = memory->id,
		.address = (uintptr_t)memory->addr,
		.length = memory->len,
	};

	pthread_mutex_lock(&session->lock);
	emu_session_own(session, &owned, 0);
	memory->next = session->memory;
	session->memory = memory;
	pthread_mutex_unlock(&session->lock);
}

static void disclaim(struct emu_session *session,
		     const struct emu_memory *memory)
{
	pthread_mutex_lock(&session->lock);
	session->memory_bytes -= memory->size;
	pthread_mutex_unlock(&session->lock);
}

int emu_memory_register(void *handle, void *addr, uint64_t len, uint32_t *id,
			struct mlx5ctl_error *error)
{
	struct emu_session *session = handle;
	struct emu_memory *memory = calloc(1, sizeof(*memory));
	int ret;

	if (!memory)
		return no_memory(error);
	memory->addr = addr;
	memory->len = len;
	memory->offset = (uintptr_t)addr % PAGE;
	/* Of a length that wraps, this is nonsense, and refused below. */
	memory->size = (memory->offset + len + PAGE - 1) / PAGE * PAGE;
	ret = check_caller(session, error);
	if (!ret)
		ret = check_range(memory, error);
	if (!ret)
		ret = claim(session, memory, error);
	if (ret)
		goto err_free;
	ret = session->door->lend(session->handle, memory->size,
				  &memory->pages, &memory->bus, error);
	if (ret)
		goto err_disclaim;
	ret = create_umem(session, memory, error);
	if (ret)
		goto err_take_back;
	own(session, memory);
	emu_session_leave(session);
	*id = memory->id;
	return 0;

err_take_back:
	take_back(session, memory);
err_disclaim:
	disclaim(session, memory);
	emu_session_leave(session);
err_free:
	free(memory);
	return ret;
}

/* The lock is held. */
static struct emu_memory *find(struct emu_session *session, u32 id)
{
	struct emu_memory *memory = session->memory;

	while (memory && memory->id != id)
		memory = memory->next;
	return memory;
}

static int destroy_umem(struct emu_session *session, u32 id,
			struct mlx5ctl_error *error)
{
	u8 in[PRM_SIZE_destroy_umem_in] = { 0 };
	u8 out[PRM_SIZE_destroy_umem_out];
	int ret;

	if (!prm_set(in, sizeof(in), PRM_AT(destroy_umem_in, opcode),
		     PRM_OP_DESTROY_UMEM) ||
	    !prm_set(in, sizeof(in), PRM_AT(destroy_umem_in, umem_id), id))
		return -EINVAL;
	policy_stamp_uid(in, sizeof(in), session->uid);
	ret = session->door->exec(session->handle, in, sizeof(in), out,
				  sizeof(out), error);
	return ret ? ret : emu_session_status(out, "DESTROY_UMEM", error);
}

/* The lock is held. */
static void unlink_memory(struct emu_session *session,
			  struct emu_memory *memory)
{
	struct emu_memory **link = &session->memory;

	while (*link != memory)
		link = &(*link)->next;
	*link = memory->next;
	emu_session_disown(session, POLICY_UMEM, memory->id);
	session->memory_bytes -= memory->size;
}

/* While the device may still write to it, the memory stays. */
int emu_memory_unregister(void *handle, uint32_t id,
			  struct mlx5ctl_error *error)
{
	struct emu_session *session = handle;
	struct emu_memory *memory;
	int ret;

	pthread_mutex_lock(&session->lock);
	memory = find(session, id);
	if (memory && memory->is_going)
		memory = NULL;
	if (memory)
		memory->is_going = true;
	pthread_mutex_unlock(&session->lock);
	if (!memory)
		return mlx5ctl_fail(error, -ENOENT,
				    "No memory is registered as %u.", id);
	ret = destroy_umem(session, id, error);
	pthread_mutex_lock(&session->lock);
	memory->is_going = false;
	if (!ret)
		unlink_memory(session, memory);
	pthread_mutex_unlock(&session->lock);
	if (ret)
		return ret;
	take_back(session, memory);
	free(memory);
	return 0;
}

/* Registers that write where an mkey says, and where those fields are. */
static const struct dump {
	u32 id;
	struct prm_bits mkey, size, address;
} dumps[] = {
	{ PRM_REG_RESOURCE_DUMP, { PRM(resource_dump, mkey) },
	  { PRM(resource_dump, size) }, { PRM(resource_dump, address) } },
	{ PRM_REG_CORE_DUMP, { PRM(core_dump, mkey) },
	  { PRM(core_dump, size) }, { PRM(core_dump, address) } },
};

static struct emu_memory *memory_of(struct emu_session *session, u32 key)
{
	for (u32 i = 0; i < session->view.n_owned; i++)
		if (session->owned[i].object == POLICY_MKEY &&
		    session->owned[i].id == key)
			return find(session, session->under[i]);
	return NULL;
}

/* Bounded by what was asked, by the memory, and by what the reply admits. */
static void copy_dump(struct emu_session *session, const struct dump *dump,
		      const u8 *in, u32 in_len, const u8 *out, u32 out_len)
{
	u32 asked = prm_value(in, in_len, dump->size);
	u32 written = prm_value(out, out_len, dump->size);
	u64 address = prm_value(in, in_len, dump->address);
	struct emu_memory *memory =
		memory_of(session, prm_value(in, in_len, dump->mkey));
	u64 start;

	if (!memory)
		return;
	start = address - (uintptr_t)memory->addr;
	if (written > asked)
		written = asked;
	if (start > memory->len || written > memory->len - start)
		return;
	memcpy(memory->addr + start, memory->pages + memory->offset + start,
	       written);
}

void emu_memory_show(struct emu_session *session, const u8 *in, u32 in_len,
		     const u8 *out, u32 out_len)
{
	u32 id = policy_register_of(in, in_len);

	if (out_len <= PRM_HEADER_BYTES)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
		if (dumps[i].id == id)
			copy_dump(session, &dumps[i], in + PRM_HEADER_BYTES,
				  in_len - PRM_HEADER_BYTES,
				  out + PRM_HEADER_BYTES,
				  out_len - PRM_HEADER_BYTES);
}

void emu_memory_end(struct emu_session *session)
{
	while (session->memory) {
		struct emu_memory *memory = session->memory;

		session->memory = memory->next;
		munmap(memory->pages, memory->size);
		free(memory);
	}
}
