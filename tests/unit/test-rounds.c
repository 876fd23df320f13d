// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The library's side of dumps: rounds, what is made for them, and lies. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dump.h"
#include "unit.h"

#define PAGE 4096

/* A device that dumps `left` bytes, counting up, and can lie in one field. */
static struct {
	u32 left;
	u8 next;		/* byte of the dump */
	u32 calls;
	u32 fails_at;		/* the n-th call fails; 0: none does */
	u32 lies_at;		/* in the n-th round ... */
	struct prm_bits lie;	/* ... this field ... */
	u64 value;		/* ... is this */
	u32 rounds;
	u8 *memory;
	bool has_pd, has_umem, has_mkey;
	u8 got[1 << 20];
	u32 n_got;
} device;

static int begin(void **unused)
{
	(void)unused;
	memset(&device, 0, sizeof(device));
	device.left = 1000;
	return 0;
}

static bool fails(struct mlx5ctl_error *error)
{
	if (++device.calls != device.fails_at)
		return false;
	mlx5ctl_fail(error, -EREMOTEIO, "It failed.");
	return true;
}

static u64 of(const void *mailbox, struct prm_bits at)
{
	return read_bits((const u8 *)mailbox + PRM_HEADER_BYTES, 256, at);
}

static void set(void *mailbox, struct prm_bits at, u64 value)
{
	assert_true(prm_set((u8 *)mailbox + PRM_HEADER_BYTES, 256, at, value));
}

/* Both registers have these; where differs. */
struct shape {
	struct prm_bits more, size, token, mkey, address;
};

static const struct shape shapes[] = {
	{ { PRM(resource_dump, more_dump) }, { PRM(resource_dump, size) },
	  { PRM(resource_dump, device_opaque) }, { PRM(resource_dump, mkey) },
	  { PRM(resource_dump, address) } },
	{ { PRM(core_dump, more_dump) }, { PRM(core_dump, size) },
	  { PRM(core_dump, cookie) }, { PRM(core_dump, mkey) },
	  { PRM(core_dump, address) } },
};

static void dump_round(const void *in, void *out, u16 id)
{
	const struct shape *shape = &shapes[id == PRM_REG_CORE_DUMP];
	bool is_inline = id == PRM_REG_RESOURCE_DUMP &&
			 of(in, PRM_AT(resource_dump, inline_dump));
	u32 n = is_inline ? 208 : of(in, shape->size);
	u8 *to = is_inline ? (u8 *)out + PRM_HEADER_BYTES + 0x30 :
			     device.memory;

	/* Each round brings back what the last one said, and no more. */
	assert_int_equal(of(in, shape->token), device.rounds * 7);
	assert_int_equal(of(in, shape->more), device.rounds > 0);
	assert_int_equal(of(in, shape->mkey), is_inline ? 0 : 0x500);
	assert_int_equal(of(in, shape->address),
			 is_inline ? 0 : (uintptr_t)device.memory);
	if (n > device.left)
		n = device.left;
	for (u32 i = 0; i < n; i++)
		to[i] = device.next++;
	device.left -= n;
	device.rounds++;
	set(out, shape->size, n);
	set(out, shape->more, device.left > 0);
	set(out, shape->token, device.rounds * 7);
	if (id == PRM_REG_RESOURCE_DUMP)
		set(out, PRM_AT(resource_dump, seq_num),
		    (of(in, PRM_AT(resource_dump, seq_num)) + 1) % 16);
	if (device.rounds == device.lies_at)
		set(out, device.lie, device.value);
}

static int exec(void *handle, const void *in, u32 in_len, void *out,
		u32 out_len, struct mlx5ctl_error *error)
{
	const u8 *inbox = in;

	(void)handle;
	memset(out, 0, out_len);
	if (fails(error))
		return -EREMOTEIO;
	switch (inbox[0] << 8 | inbox[1]) {
	case PRM_OP_ALLOC_PD:
		device.has_pd = true;
		assert_true(prm_set(out, out_len, PRM_AT(alloc_pd_out, pd), 3));
		break;
	case PRM_OP_CREATE_MKEY:
		assert_int_equal(in_len, 0x110);
		assert_true(device.has_pd && device.has_umem);
		device.has_mkey = true;
		assert_true(prm_set(out, out_len,
				    PRM_AT(create_mkey_out, mkey_index), 5));
		break;
	case PRM_OP_DESTROY_MKEY:
		assert_true(device.has_mkey);
		device.has_mkey = false;
		break;
	case PRM_OP_DEALLOC_PD:
		assert_true(device.has_pd);
		if (device.has_mkey)
			return -EREMOTEIO;
		device.has_pd = false;
		break;
	default:
		dump_round(in, out, inbox[PRM_HEADER_BYTES - 6] << 8 |
			   inbox[PRM_HEADER_BYTES - 5]);
	}
	return 0;
}

static int register_memory(void *handle, void *addr, uint64_t len,
			   uint32_t *id, struct mlx5ctl_error *error)
{
	(void)handle;
	(void)len;
	if (fails(error))
		return -EREMOTEIO;
	device.memory = addr;
	device.has_umem = true;
	*id = 9;
	return 0;
}

static int unregister_memory(void *handle, uint32_t id,
			     struct mlx5ctl_error *error)
{
	(void)handle;
	if (fails(error) || device.has_mkey)
		return -EREMOTEIO;
	assert_int_equal(id, 9);
	device.has_umem = false;
	return 0;
}

static const struct mlx5ctl_transport door = {
	.exec = exec, .register_memory = register_memory,
	.unregister_memory = unregister_memory,
};

static int take(void *context, const void *bytes, u32 len)
{
	const u32 *stops_at = context;

	assert_true(len <= sizeof(device.got) - device.n_got);
	memcpy(device.got + device.n_got, bytes, len);
	device.n_got += len;
	return stops_at && device.n_got >= *stops_at ? -EIO : 0;
}

static const struct mlx5ctl_dump_request menu = { MLX5CTL_SEGMENT_MENU };

static int resources(u32 memory, struct mlx5ctl_dump *dump,
		     struct mlx5ctl_error *error)
{
	*dump = (struct mlx5ctl_dump){ .memory = memory, .take = take,
				       .most = dump->most,
				       .context = dump->context };
	return dump_resources(&door, NULL, &menu, dump, error);
}

static void assert_counts_up(u32 n)
{
	assert_int_equal(device.n_got, n);
	for (u32 i = 0; i < n; i++)
		assert_int_equal(device.got[i], i & 0xff);
}

static void assert_nothing_is_held(void)
{
	assert_false(device.has_pd || device.has_umem || device.has_mkey);
}

static void inline_rounds_are_joined(void **unused)
{
	struct mlx5ctl_dump dump = { 0 };

	(void)unused;
	device.left = 20 * 208 + 4;	/* more than there are numbers */
	assert_int_equal(resources(0, &dump, NULL), 0);
	assert_counts_up(20 * 208 + 4);
	assert_int_equal(dump.rounds, 21);
	assert_int_equal(dump.length, 20 * 208 + 4);
	assert_int_equal(device.calls, 21);
}

static void rounds_through_memory_are_as_large_as_it(void **unused)
{
	struct mlx5ctl_dump dump = { 0 };

	(void)unused;
	device.left = 3 * PAGE + 8;
	assert_int_equal(resources(2 * PAGE, &dump, NULL), 0);
	assert_counts_up(3 * PAGE + 8);
	assert_int_equal(dump.rounds, 2);
	/* One command a round, and six calls around them. */
	assert_int_equal(device.calls, 2 + 6);
	assert_nothing_is_held();
}

static void the_core_is_joined_by_its_cookie(void **unused)
{
	struct mlx5ctl_dump dump = { .memory = PAGE, .take = take };

	(void)unused;
	device.left = 5 * PAGE;
	assert_int_equal(dump_core(&door, NULL, 0, &dump, NULL), 0);
	assert_counts_up(5 * PAGE);
	assert_int_equal(dump.rounds, 5);
	assert_nothing_is_held();
	dump.memory = 0;
	assert_int_equal(dump_core(&door, NULL, 0, &dump, NULL), -EINVAL);
	assert_int_equal(dump.length, 0);
	assert_int_equal(dump.rounds, 0);
}

/* Whichever call fails: what was made before is let go again. */
static void nothing_is_left_behind_wherever_it_fails(void **unused)
{
	for (u32 n = 1; n <= 8; n++) {
		struct mlx5ctl_dump dump = { 0 };
		int ret;

		begin(unused);
		device.left = 2 * PAGE;
		device.fails_at = n;
		ret = resources(PAGE, &dump, NULL);
		assert_int_equal(ret, n <= 5 ? -EREMOTEIO : 0);
		if (n < 6)
			assert_nothing_is_held();
		if (device.memory) {
			assert_int_equal(msync(device.memory, PAGE, MS_ASYNC), -1);
			assert_int_equal(errno, ENOMEM);
		}
		assert_int_equal(dump.length, n <= 4 ? 0 : n == 5 ? PAGE :
				 2 * PAGE);
	}
}

static void who_takes_it_can_end_it(void **unused)
{
	u32 stops_at = 416;
	struct mlx5ctl_dump dump = { .context = &stops_at };
	struct mlx5ctl_error error = { 0 };

	(void)unused;
	assert_int_equal(resources(0, &dump, &error), -EIO);
	assert_int_equal(error.code, -EIO);
	assert_string_equal(error.message,
			    "The dump was ended by who takes it.");
	assert_int_equal(dump.rounds, 2);
}

#define RESOURCE(name) PRM_AT(resource_dump, name)
#define CORE(name) PRM_AT(core_dump, name)

static void every_lie_is_found_and_what_came_before_is_kept(void **unused)
{
	static const struct {
		struct prm_bits lie;
		u64 value;
		u32 round;
		u32 memory;
		const char *words;
	} lies[] = {
		{ RESOURCE(size), 0, 2, 0, "Round 2 of RESOURCE_DUMP wrote nothing, and says that there is more" },
		{ RESOURCE(size), 212, 1, 0, "wrote 212 bytes, where there is room for 208" },
		{ RESOURCE(size), 0xffffffff, 1, PAGE, "room for 4096" },
		{ RESOURCE(size), 207, 3, 0, "not whole dwords" },
		{ RESOURCE(seq_num), 1, 2, 0, "sequence number 1 after 1" },
		{ RESOURCE(seq_num), 0, 1, 0, "sequence number 0 after 0" },
		{ RESOURCE(seq_num), 15, 2, PAGE, "sequence number 15 after 1" },
	};

	for (u32 i = 0; i < ARRAY_SIZE(lies); i++) {
		u32 room = lies[i].memory ? lies[i].memory : 208;
		struct mlx5ctl_dump dump = { 0 };
		struct mlx5ctl_error error;

		begin(unused);
		device.left = 20 * PAGE;
		device.lie = lies[i].lie;
		device.value = lies[i].value;
		device.lies_at = lies[i].round;
		assert_int_equal(resources(lies[i].memory, &dump, &error),
				 -EPROTO);
		if (!strstr(error.message, lies[i].words))
			fail_msg("%s", error.message);
		assert_int_equal(dump.length, (lies[i].round - 1) * room);
		assert_counts_up(dump.length);
		assert_nothing_is_held();
	}
}

static void a_core_that_does_not_get_on_ends(void **unused)
{
	struct mlx5ctl_dump dump = { .memory = PAGE, .take = take };
	struct mlx5ctl_error error;

	(void)unused;
	device.left = 20 * PAGE;
	device.lies_at = 2;
	device.lie = CORE(cookie);
	device.value = 7;
	assert_int_equal(dump_core(&door, NULL, 0, &dump, &error), -EPROTO);
	assert_non_null(strstr(error.message, "the cookie 0x7 of the one before"));
	assert_int_equal(dump.length, PAGE);
}

static void a_dump_without_end_is_given_up(void **unused)
{
	struct mlx5ctl_dump dump = { .most = 10000 };
	struct mlx5ctl_error error;

	(void)unused;
	device.left = UINT32_MAX;
	assert_int_equal(resources(0, &dump, &error), -EFBIG);
	assert_non_null(strstr(error.message, "was given up"));
	assert_counts_up(10000 / 208 * 208);
}

static void a_dump_may_be_as_long_as_the_caller_says(void **unused)
{
	struct mlx5ctl_dump dump = { .most = 2 * 208 + 8 };

	(void)unused;
	device.left = dump.most;
	assert_int_equal(resources(0, &dump, NULL), 0);
	assert_int_equal(dump.length, dump.most);
}

static void memory_is_whole_pages(void **unused)
{
	struct mlx5ctl_dump dump = { 0 };

	(void)unused;
	assert_int_equal(resources(PAGE + 4, &dump, NULL), -EINVAL);
	assert_int_equal(device.calls, 0);
}

/* A chain of heads in hex, and where and how it ends. */
static void a_chain_is_followed_to_its_end_or_first_fault(void **unused)
{
	static const struct {
		const char *words;	/* dwords */
		int n;			/* whole segments */
		int end;
		const char *said;
	} chains[] = {
		{ "0001fffb", 1, 0, "" },
		{ "0002fff9 00000000 0001fffb", 2, 0, "" },
		{ "", 0, -EPROTO, "ends at byte 0 without" },
		{ "0001fff9", 1, -EPROTO, "ends at byte 4 without" },
		{ "0002fff9 00000000 00001000", 1, -EPROTO,
		  "The segment at byte 8, of type 0x1000, says that it has no length" },
		{ "00031000 00000000", 0, -EPROTO,
		  "says that it has 12 bytes, of which 8 are there" },
		{ "ffff1000", 0, -EPROTO, "262140 bytes, of which 4" },
		{ "0001fffb 00000000", 1, -EPROTO,
		  "terminated at byte 4, and 4 bytes follow" },
	};

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(chains); i++) {
		struct mlx5ctl_segment segment = { 0 };
		struct mlx5ctl_error error = { 0 };
		size_t len = strlen(chains[i].words) / 9 * 4;
		u8 *bytes;
		int ret, n = 0;

		if (chains[i].words[0])
			len = (strlen(chains[i].words) + 1) / 9 * 4;
		/* Exactly so long: past it, the sanitizer looks. */
		bytes = malloc(len ? len : 1);
		for (size_t k = 0; k < len; k++) {
			char pair[3] = { 0 };

			memcpy(pair, chains[i].words + k / 4 * 9 + k % 4 * 2, 2);
			bytes[k] = strtoul(pair, NULL, 16);
		}
		while ((ret = mlx5ctl_next_segment(bytes, len, &segment,
						   &error)) == 1)
			n++;
		assert_int_equal(ret, chains[i].end);
		assert_int_equal(n, chains[i].n);
		if (!strstr(error.message, chains[i].said))
			fail_msg("%s", error.message);
		/* Who asks again is told the same. */
		assert_int_equal(mlx5ctl_next_segment(bytes, len, &segment,
						      &error), ret);
		if (!strstr(error.message, chains[i].said))
			fail_msg("%s", error.message);
		free(bytes);
	}
}

#define ROUNDS_TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROUNDS_TEST(inline_rounds_are_joined),
		ROUNDS_TEST(rounds_through_memory_are_as_large_as_it),
		ROUNDS_TEST(the_core_is_joined_by_its_cookie),
		ROUNDS_TEST(nothing_is_left_behind_wherever_it_fails),
		ROUNDS_TEST(who_takes_it_can_end_it),
		ROUNDS_TEST(every_lie_is_found_and_what_came_before_is_kept),
		ROUNDS_TEST(a_core_that_does_not_get_on_ends),
		ROUNDS_TEST(a_dump_without_end_is_given_up),
		ROUNDS_TEST(a_dump_may_be_as_long_as_the_caller_says),
		ROUNDS_TEST(memory_is_whole_pages),
		ROUNDS_TEST(a_chain_is_followed_to_its_end_or_first_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
