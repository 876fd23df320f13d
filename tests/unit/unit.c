// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static u64 state;

static void seed(void)
{
	const char *given = getenv("SEED");

	state = given ? strtoull(given, NULL, 0) : (u64)time(NULL);
	printf("# SEED=%llu\n", (unsigned long long)state);
	state = state * 2 + 1;
}

/* xorshift64*: enough to find what was forgotten. */
u64 random_number(void)
{
	if (!state)
		seed();
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ull;
}

u32 random_below(u32 end)
{
	return (random_number() >> 32) % end;
}

void random_bytes(void *bytes, size_t n)
{
	u8 *byte = bytes;

	while (n--)
		*byte++ = random_number() >> 56;
}

void command(struct mailbox *box, u16 opcode, u32 in_len, u32 out_len)
{
	memset(box, 0, sizeof(*box));
	random_bytes(box->out, sizeof(box->out));
	box->in_len = in_len;
	box->out_len = out_len;
	put(box, (struct prm_bits){ 0, 16 }, opcode);
}

void put(struct mailbox *box, struct prm_bits at, u64 value)
{
	assert_true(prm_set(box->in, sizeof(box->in), at, value));
}

u64 read_bits(const void *bytes, u32 len, struct prm_bits at)
{
	u64 value = 0;

	assert_true(prm_get(bytes, len, at, &value));
	return value;
}

u64 got(const struct mailbox *box, struct prm_bits at)
{
	return read_bits(box->out, box->out_len, at);
}

u8 execute(struct emu_device *device, struct mailbox *box)
{
	assert_int_equal(emu_exec(device, box->in, box->in_len, box->out,
				  box->out_len), 0);
	return box->out[0];
}

u32 syndrome(const struct mailbox *box)
{
	return got(box, (struct prm_bits){ 32, 32 });
}

struct prm_bits in_register(struct prm_bits at)
{
	at.offset += PRM_HEADER_BYTES * 8;
	return at;
}

void access_register(struct mailbox *box, u16 id, bool write, u32 size)
{
	command(box, PRM_OP_ACCESS_REG, PRM_HEADER_BYTES + size,
		PRM_HEADER_BYTES + size);
	put(box, PRM_AT(access_reg_in, op_mod), !write);
	put(box, PRM_AT(access_reg_in, register_id), id);
}

struct emu_device *device_of(const char *text)
{
	struct emu_problem problem = { "" };
	struct emu_personality *personality =
		emu_personality_parse("test", text, strlen(text), &problem);
	struct emu_device *device;

	if (!personality)
		fail_msg("%s", problem.text);
	device = emu_create(personality);
	emu_personality_free(personality);
	assert_non_null(device);
	return device;
}

struct emu_device *device_named(const char *name)
{
	struct emu_problem problem;
	struct emu_personality *personality =
		emu_personality_shipped(name, &problem);
	struct emu_device *device;

	assert_non_null(personality);
	device = emu_create(personality);
	emu_personality_free(personality);
	assert_non_null(device);
	return device;
}

struct emu_device *new_device(void)
{
	return device_named(NULL);
}

struct emu_device *shipped_device(u32 n)
{
	assert_non_null(emu_shipped_name(n));
	return device_named(emu_shipped_name(n));
}

u16 new_uid(struct emu_device *device, u32 cap)
{
	struct mailbox box;

	command(&box, PRM_OP_CREATE_UCTX, PRM_SIZE(create_uctx_in), 16);
	put(&box, PRM_AT(create_uctx_in, uctx__cap), cap);
	assert_int_equal(execute(device, &box), 0);
	return got(&box, PRM_AT(create_uctx_out, uid));
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

void leave_files(u32 n)
{
	struct rlimit limit;
	int lowest;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	if (n == ALL_FILES)
		return;
	lowest = dup(STDERR_FILENO);
	assert_true(lowest >= 0 && !close(lowest));
	limit.rlim_cur = lowest + n;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

int remove_tree(const char *path)
{
	return nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

u64 now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
