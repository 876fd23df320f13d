// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../uapi/mlx5ctl.h"
#include "prm-offsets.h"

/* Around the umems of the golden session. */
#define SPACE ((void *)0x7f0000000000)
#define SPACE_BYTES 0x10000

/* Fields that hold an id of ours, without its lowest `shift` bits. */
static const struct place {
	u16 opcode, reg;
	u8 shift;
	enum policy_object object;
	struct prm_bits at;
} places[] = {
	{ PRM_OP_DEALLOC_PD, 0, 0, POLICY_PD, { PRM(dealloc_pd_in, pd) } },
	{ PRM_OP_DESTROY_MKEY, 0, 8, POLICY_MKEY,
	  { PRM(destroy_mkey_in, mkey_index) } },
	{ PRM_OP_CREATE_MKEY, 0, 0, POLICY_PD,
	  { PRM(create_mkey_in, memory_key_mkey_entry__pd) } },
	{ PRM_OP_CREATE_MKEY, 0, 0, POLICY_UMEM,
	  { PRM(create_mkey_in, mkey_umem_id) } },
	{ PRM_OP_ACCESS_REG, PRM_REG_RESOURCE_DUMP, 0, POLICY_MKEY,
	  { PRM(resource_dump, mkey) } },
	{ PRM_OP_ACCESS_REG, PRM_REG_CORE_DUMP, 0, POLICY_MKEY,
	  { PRM(core_dump, mkey) } },
};

/* An id of the golden session and the real one change places. */
static u64 exchange(const struct live *live, const struct place *place,
		    u64 id)
{
	for (u32 i = 0; i < live->session.policy.n_owned; i++) {
		u64 one = live->golden.owned[i].id >> place->shift;
		u64 other = live->session.owned[i].id >> place->shift;

		if (live->session.owned[i].object != place->object)
			continue;
		if (id == one || id == other)
			return one + other - id;
	}
	return id;
}

void live_translate(const struct live *live, u8 *in, u32 in_len)
{
	u16 opcode = prm_value(in, in_len, PRM_AT(access_reg_in, opcode));
	u16 reg = prm_value(in, in_len, PRM_AT(access_reg_in, register_id));

	/* The same, under another number. */
	if (opcode == PRM_OP_ACCESS_REGISTER_USER)
		opcode = PRM_OP_ACCESS_REG;
	for (u32 i = 0; i < ARRAY_SIZE(places); i++) {
		const struct place *place = &places[i];
		struct prm_bits at = place->at;
		u64 id;

		if (place->opcode != opcode || (place->reg && place->reg != reg))
			continue;
		at.offset += place->reg ? PRM_HEADER_BYTES * 8 : 0;
		if (prm_get(in, in_len, at, &id) &&
		    !prm_set(in, in_len, at, exchange(live, place, id)))
			abort();
	}
}

void live_hold(u32 capabilities)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { 0 } };

	syscall(SYS_capget, &header, data);
	data[0].effective = data[0].permitted;
	if (!(capabilities & POLICY_CAP_SYS_ADMIN))
		data[0].effective &= ~(1u << CAP_SYS_ADMIN);
	if (!(capabilities & POLICY_CAP_SYS_RAWIO))
		data[0].effective &= ~(1u << CAP_SYS_RAWIO);
	if (syscall(SYS_capset, &header, data))
		abort();
}

int live_send(int file, const void *in, u32 in_len, void *out, u32 out_len)
{
	struct mlx5ctl_cmdrpc rpc = {
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.inlen = in_len,
		.outlen = out_len,
	};

	return ioctl(file, MLX5CTL_IOCTL_CMDRPC, &rpc) ? errno : 0;
}

static bool read_lockdown(enum policy_lockdown *level)
{
	FILE *file = fopen("/sys/kernel/security/lockdown", "r");
	char line[128] = "";
	char *word;

	*level = POLICY_LOCKDOWN_NONE;
	if (!file)
		return true;
	word = fgets(line, sizeof(line), file) ? strchr(line, '[') : NULL;
	fclose(file);
	if (!word)
		return false;
	word[1 + strcspn(word + 1, "]")] = 0;
	for (u32 i = 0; i < ARRAY_SIZE(golden_lockdowns); i++)
		if (!strcmp(golden_lockdowns[i], word + 1))
			*level = i;
	return true;
}

/* One that has to succeed; its outbox is good until the next. */
static const u8 *done(const struct live *live, const u8 *in, u32 in_len,
		      u32 out_len)
{
	static u8 out[8192];
	int error = live_send(live->file, in, in_len, out, out_len);

	if (error || out[0]) {
		fprintf(stderr, "opcode 0x%x: %s, status 0x%x\n",
			in[0] << 8 | in[1], strerror(error), out[0]);
		exit(1);
	}
	return out;
}

static u16 own_vhca(const struct live *live)
{
	u8 in[16] = { 0x01, 0x00, [7] = 1 };

	return prm_value(done(live, in, sizeof(in), 16 + 4096) + 16, 4096,
			 PRM_AT(cmd_hca_cap, vhca_id));
}

static u32 alloc_pd(const struct live *live)
{
	u8 in[16] = { 0x08, 0x00 };

	return prm_value(done(live, in, sizeof(in), 16), 16,
			 PRM_AT(alloc_pd_out, pd));
}

static u32 register_memory(const struct live *live,
			   const struct policy_owned *like)
{
	struct mlx5ctl_umem_reg reg = {
		.addr = like->address,
		.len = like->length,
	};

	if (ioctl(live->file, MLX5CTL_IOCTL_UMEM_REG, &reg)) {
		perror("UMEM_REG");
		exit(1);
	}
	return reg.umem_id;
}

/* Over the first umem, for the first PD: as the golden session has it. */
static u32 create_mkey(const struct live *live, const struct policy_owned *like)
{
	u8 in[0x110] = { 0x02, 0x00, [0x0c] = 0x40, [0x12] = 0x0d,
			 [0x14] = 0xff, 0xff, 0xff, like->id & 0xff };
	u32 umem = 0;

	for (u32 i = 0; i < live->session.policy.n_owned; i++)
		if (live->session.owned[i].object == POLICY_UMEM && !umem)
			umem = live->session.owned[i].id;
	if (!prm_set(in, sizeof(in), PRM_AT(create_mkey_in,
		     memory_key_mkey_entry__pd), live->session.owned[0].id) ||
	    !prm_set(in, sizeof(in), PRM_AT(create_mkey_in,
		     memory_key_mkey_entry__start_addr), like->address) ||
	    !prm_set(in, sizeof(in), PRM_AT(create_mkey_in,
		     memory_key_mkey_entry__len), like->length) ||
	    !prm_set(in, sizeof(in), PRM_AT(create_mkey_in, mkey_umem_id), umem))
		abort();
	return prm_value(done(live, in, sizeof(in), 16), 16,
			 PRM_AT(create_mkey_out, mkey_index)) << 8 |
	       (like->id & 0xff);
}

static u32 make(const struct live *live, const struct policy_owned *like)
{
	switch (like->object) {
	case POLICY_PD:
		return alloc_pd(live);
	case POLICY_UMEM:
		return register_memory(live, like);
	case POLICY_MKEY:
		return create_mkey(live, like);
	case POLICY_NO_OBJECT:
		break;
	}
	abort();
}

/* Where a program of this machine cannot have memory, it is left out. */
static bool can_be_had(const struct policy_owned *like)
{
	return like->address < 1ull << 47;
}

bool live_open(struct live *live, const char *path)
{
	struct policy_session *policy = &live->session.policy;
	struct golden_session fixed;

	*live = (struct live){ .path = path, .file = open(path, O_RDWR) };
	if (live->file < 0 || !read_lockdown(&live->lockdown)) {
		perror(path);
		return false;
	}
	if (mmap(SPACE, SPACE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		 MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != SPACE) {
		perror("memory for dumps");
		return false;
	}
	session_fixed(&fixed, false);
	policy->page_shift = fixed.policy.page_shift;
	policy->vhca_id = own_vhca(live);
	policy->owned = live->session.owned;
	for (u32 i = 0; i < fixed.policy.n_owned; i++) {
		const struct policy_owned *like = &fixed.owned[i];
		u32 n = policy->n_owned;

		if (!can_be_had(like))
			continue;
		live->golden.owned[n] = live->session.owned[n] = *like;
		live->session.owned[n].id = make(live, like);
		policy->n_owned++;
	}
	return true;
}
