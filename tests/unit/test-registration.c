// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Memory that a file registers: at both doors, and what a dump writes there. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command-socket.h"
#include "emu-door.h"
#include "emu-session.h"
#include "served.h"

#define MIB ((u64)1 << 20)
#define LEN (4 * 4096)

static u8 *area;	/* not at the begin of a page */

static void read_the_bus(struct served *served)
{
	emu_set_host(served->device, &(struct emu_host){
		.read = emu_bus_read, .write = emu_bus_write,
		.context = served->bus });
}

static int begin(void **state)
{
	struct served *served = served_begin();

	read_the_bus(served);
	area = (u8 *)aligned_alloc(4096, 3 * 4096 + LEN) + 100;
	*state = served;
	return 0;
}

static int end(void **state)
{
	served_end(*state);
	free(area - 100);
	return 0;
}

static int send_box(struct mlx5ctl_device *client, struct mailbox *box)
{
	return mlx5ctl_exec(client, box->in, box->in_len, box->out,
			    box->out_len, NULL);
}

static u32 alloc_pd(struct mlx5ctl_device *client)
{
	struct mailbox box;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(send_box(client, &box), 0);
	return got(&box, PRM_AT(alloc_pd_out, pd));
}

static void mkey_command(struct mailbox *box, u32 pd, u32 umem,
			 const void *start, u64 len)
{
	command(box, PRM_OP_CREATE_MKEY, PRM_SIZE(create_mkey_in), 16);
	put(box, PRM_AT(create_mkey_in, mkey_umem_valid), 1);
	put(box, PRM_AT(create_mkey_in, mkey_umem_id), umem);
#define ENTRY(field) PRM_AT(create_mkey_in, memory_key_mkey_entry__##field)
	put(box, ENTRY(access_mode_1_0), 1);
	put(box, ENTRY(lr), 1);
	put(box, ENTRY(lw), 1);
	put(box, ENTRY(qpn), 0xffffff);
	put(box, ENTRY(mkey_7_0), 0x5a);
	put(box, ENTRY(pd), pd);
	put(box, ENTRY(start_addr), (uintptr_t)start);
	put(box, ENTRY(len), len);
}

static int destroy(struct mlx5ctl_device *client, u16 opcode, u32 id)
{
	struct mailbox box;

	command(&box, opcode, 16, 16);
	put(&box, PRM_AT(destroy_mkey_in, mkey_index), id);
	return send_box(client, &box);
}

static void wait_until_gone(const struct served *served)
{
	served_wait_until_none(served, EMU_UCTX);
	assert_int_equal(emu_count(served->device, EMU_PD), 0);
	assert_int_equal(emu_count(served->device, EMU_UMEM), 0);
	assert_int_equal(emu_count(served->device, EMU_MKEY), 0);
}

/* The steps of the original client's dump; returns the mkey's index. */
static u32 make_mkey(struct mlx5ctl_device *client, u8 *bytes, u32 *pd,
		     u32 *umem)
{
	struct mailbox box;

	*pd = alloc_pd(client);
	assert_int_equal(mlx5ctl_register_memory(client, bytes, LEN, umem,
						 NULL), 0);
	mkey_command(&box, *pd, *umem, bytes, LEN);
	if (send_box(client, &box))
		fail_msg("status %u syndrome %x", box.out[0], syndrome(&box));
	return got(&box, PRM_AT(create_mkey_out, mkey_index));
}

static void run_the_steps(struct mlx5ctl_device *client, u8 *bytes)
{
	struct mlx5ctl_error error;
	u32 pd, umem, mkey = make_mkey(client, bytes, &pd, &umem);

	assert_int_equal(mlx5ctl_unregister_memory(client, umem, &error),
			 -EREMOTEIO);
	assert_int_not_equal(error.status, 0);
	assert_non_null(strstr(error.message, "DESTROY_UMEM"));
	assert_int_equal(destroy(client, PRM_OP_DESTROY_MKEY, mkey), 0);
	assert_int_equal(mlx5ctl_unregister_memory(client, umem, NULL), 0);
	assert_int_equal(mlx5ctl_unregister_memory(client, umem, NULL),
			 -ENOENT);
	assert_int_equal(destroy(client, PRM_OP_DEALLOC_PD, pd), 0);
}

static void memory_is_registered_and_given_back_at_the_socket(void **state)
{
	struct served *served = *state;

	run_the_steps(served->client, area);
	assert_int_equal(emu_count(served->device, EMU_UMEM), 0);
	assert_int_equal(emu_count(served->device, EMU_MKEY), 0);
	assert_int_equal(emu_count(served->device, EMU_PD), 0);
}

static void memory_is_registered_and_given_back_in_the_process(void **state)
{
	struct mlx5ctl_device *client;

	(void)state;
	assert_int_equal(mlx5ctl_open("emu", &client, NULL), 0);
	run_the_steps(client, area);
	mlx5ctl_close(client);
}

static void what_is_registered_goes_with_the_file(void **state)
{
	struct served *served = *state;
	u32 pd, umem;

	make_mkey(served->client, area, &pd, &umem);
	assert_int_equal(emu_count(served->device, EMU_UMEM), 1);
	assert_int_equal(emu_count(served->device, EMU_MKEY), 1);
	mlx5ctl_close(served->client);
	served->client = NULL;
	wait_until_gone(served);
}

static void the_judge_knows_what_is_registered(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_error error;
	struct mailbox box;
	u32 umem, pd = alloc_pd(served->client);

	assert_int_equal(mlx5ctl_register_memory(served->client, area,
						 LEN, &umem, NULL), 0);
	mkey_command(&box, pd, umem, area, LEN + 1);
	assert_int_equal(mlx5ctl_exec(served->client, box.in, box.in_len,
				      box.out, 16, &error), -EBADMSG);
	assert_string_equal(error.reason, "extent");
	mkey_command(&box, pd, umem + 1, area, LEN);
	assert_int_equal(mlx5ctl_exec(served->client, box.in, box.in_len,
				      box.out, 16, &error), -EBADMSG);
	assert_string_equal(error.reason, "foreign");
	assert_int_equal(mlx5ctl_unregister_memory(served->client, umem, NULL),
			 0);
	mkey_command(&box, pd, umem, area, LEN);
	assert_int_equal(mlx5ctl_exec(served->client, box.in, box.in_len,
				      box.out, 16, &error), -EBADMSG);
}

/* The ranges are not touched, so they need not be there. */
static void too_much_or_nothing_is_refused(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_device *client = served->client;
	u8 *there = area - 100;
	u32 ids[5];

	assert_int_equal(mlx5ctl_register_memory(client, there, 0, ids, NULL),
			 -EINVAL);
	assert_int_equal(mlx5ctl_register_memory(client, NULL, 1, ids, NULL),
			 -EINVAL);
	assert_int_equal(mlx5ctl_register_memory(client, there, UINT64_MAX,
						 ids, NULL), -EINVAL);
	assert_int_equal(mlx5ctl_register_memory(client, (void *)-5000, 5000,
						 ids, NULL), -EINVAL);
	assert_int_equal(mlx5ctl_register_memory(client, there, 64 * MIB + 1,
						 ids, NULL), -EINVAL);
	assert_int_equal(mlx5ctl_register_memory(client, there + 1, 64 * MIB,
						 ids, NULL), -EINVAL);
	for (int i = 0; i < 4; i++)
		assert_int_equal(mlx5ctl_register_memory(client, there,
							 64 * MIB, &ids[i],
							 NULL), 0);
	assert_int_equal(mlx5ctl_register_memory(client, there, 1, &ids[4],
						 NULL), -ENOSPC);
	assert_int_equal(mlx5ctl_unregister_memory(client, ids[2], NULL), 0);
	assert_int_equal(mlx5ctl_register_memory(client, there, 1, &ids[4],
						 NULL), 0);
}

static void what_is_wanting_is_named(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_error error;
	void *door;
	u32 id;
	int ret;

	for (u32 i = 0; i < EMU_SOCKET_MAPPINGS; i++)
		assert_int_equal(mlx5ctl_register_memory(served->client, area,
							 1, &id, NULL), 0);
	assert_int_equal(mlx5ctl_register_memory(served->client, area, 1, &id,
						 &error), -ENOSPC);
	assert_non_null(strstr(error.message, "takes no more memory."));
	leave_files(0);
	ret = mlx5ctl_register_memory(served->client, area, 1, &id, &error);
	leave_files(ALL_FILES);
	assert_int_equal(ret, -EMFILE);
	assert_non_null(strstr(error.message, "Too many open files"));
	leave_files(0);
	ret = emu_door_socket_connect(served_path, 5000, &door, &error);
	leave_files(ALL_FILES);
	assert_int_equal(ret, -EMFILE);
	assert_non_null(strstr(error.message, "Too many open files"));
}

static void who_may_not_dump_may_not_register(void **state)
{
	struct served *served = *state;
	struct mlx5ctl_device *client;
	struct mlx5ctl_error error;
	u32 id;

	setenv("MLX5CTL_EMU_CAPS", "rawio", 1);
	assert_int_equal(mlx5ctl_open(served_name, &client, NULL), 0);
	unsetenv("MLX5CTL_EMU_CAPS");
	assert_int_equal(mlx5ctl_register_memory(client, area, LEN,
						 &id, &error), -EPERM);
	assert_non_null(strstr(error.message, "CAP_SYS_ADMIN"));
	assert_int_equal(emu_count(served->device, EMU_UCTX), 0);
	mlx5ctl_close(client);
}

/* A door to a device that writes a dump, and says that it wrote so much. */
static struct {
	u8 pages[3 * 4096 + LEN];
	u32 says;
} dumper;

static u32 dumper_cap(void *handle)
{
	(void)handle;
	return 4;
}

static int dumper_exec(void *handle, const void *in, u32 in_len, void *out,
		       u32 out_len, struct mlx5ctl_error *error)
{
	(void)handle;
	(void)error;
	memset(out, 0, out_len);
	if (!policy_register_of(in, in_len)) {
		/* Whatever is created has the number 1. */
		assert_true(prm_set(out, out_len, PRM_AT(create_umem_out,
							 umem_id), 1));
		return 0;
	}
	memset(dumper.pages, 0xdd, sizeof(dumper.pages));
	assert_true(prm_set(out, out_len,
			    in_register(PRM_AT(resource_dump, size)),
			    dumper.says));
	return 0;
}

static int dumper_lend(void *handle, u64 size, u8 **pages, u64 *bus,
		       struct mlx5ctl_error *error)
{
	(void)handle;
	(void)error;
	assert_true(size <= sizeof(dumper.pages));
	*pages = dumper.pages;
	*bus = 0x1000;
	return 0;
}

static void dumper_take_back(void *handle, u8 *pages, u64 bus, u64 size)
{
	(void)handle;
	(void)bus;
	(void)size;
	assert_ptr_equal(pages, dumper.pages);
}

static int exec_in(struct emu_session *session, struct mailbox *box)
{
	struct emu_command command = {
		.in = box->in, .in_len = box->in_len,
		.out = box->out, .out_len = box->out_len,
	};

	return emu_session_exec(session, &command, NULL);
}

static void dump(struct emu_session *session, u16 opcode, u8 *to, u32 asked,
		 u32 says)
{
	struct mailbox box;

	memset(to - 100, 0, 3 * 4096 + LEN);
	dumper.says = says;
	access_register(&box, PRM_REG_RESOURCE_DUMP, false,
			PRM_SIZE(resource_dump));
	put(&box, PRM_AT(access_reg_in, opcode), opcode);
	put(&box, in_register(PRM_AT(resource_dump, segment_type)), 0x1002);
	put(&box, in_register(PRM_AT(resource_dump, mkey)), 0x15a);
	put(&box, in_register(PRM_AT(resource_dump, size)), asked);
	put(&box, in_register(PRM_AT(resource_dump, address)),
	    (uintptr_t)to + 50);
	assert_int_equal(exec_in(session, &box), 0);
}

static void assert_written(const u8 *to, u32 bytes)
{
	for (u32 i = 0; i < LEN; i++)
		if ((to[i] == 0xdd) != (i >= 50 && i < 50 + bytes))
			fail_msg("byte %u is 0x%x", i, to[i]);
}

static void the_caller_sees_what_the_reply_says_and_no_more(void **state)
{
	static const struct emu_door door = {
		.uctx_cap = dumper_cap, .exec = dumper_exec,
		.lend = dumper_lend, .take_back = dumper_take_back,
	};
	/* Both commands for registers lead there. */
	static const u16 opcodes[] = {
		PRM_OP_ACCESS_REG, PRM_OP_ACCESS_REGISTER_USER,
	};
	struct emu_session session = { .door = &door };
	struct mailbox box;
	u32 id;

	(void)state;
	emu_session_begin(&session);
	assert_int_equal(emu_transport_caller(&session.answers, NULL), 0);
	assert_int_equal(emu_memory_register(&session, area, LEN, &id,
					     NULL), 0);
	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(exec_in(&session, &box), 0);
	mkey_command(&box, 1, id, area, LEN);
	assert_int_equal(exec_in(&session, &box), 0);
	for (u32 i = 0; i < ARRAY_SIZE(opcodes); i++) {
		dump(&session, opcodes[i], area, 8192, 5000);
		assert_written(area, 5000);
		dump(&session, opcodes[i], area, 8192, 0);
		assert_written(area, 0);
		/* A device that says it wrote more than it was allowed to. */
		dump(&session, opcodes[i], area, 8192, 0xffffffff);
		assert_written(area, 8192);
	}
	assert_int_equal(emu_memory_unregister(&session, id, NULL), 0);
	emu_session_end(&session);
}

static int no_open(const char *device, void **handle,
		   struct mlx5ctl_error *error)
{
	(void)device;
	(void)error;
	*handle = served_folder;
	return 0;
}

static void no_close(void *handle)
{
	assert_ptr_equal(handle, served_folder);
}

static int is_poor(const char *device)
{
	return !strcmp(device, "poor");
}

static void a_transport_without_memory_says_so(void **state)
{
	static struct mlx5ctl_transport poor;
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	u32 id;

	(void)state;
	poor = emu_transport;
	poor.name = "poor";
	poor.claims = is_poor;
	poor.open = no_open;
	poor.unregister_memory = NULL;
	assert_int_equal(mlx5ctl_add_transport(&poor), -EINVAL);
	poor.register_memory = NULL;
	poor.close = no_close;
	assert_int_equal(mlx5ctl_add_transport(&poor), 0);
	assert_int_equal(mlx5ctl_open("poor", &device, NULL), 0);
	assert_int_equal(mlx5ctl_register_memory(device, area, LEN,
						 &id, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.message, "poor"));
	assert_int_equal(mlx5ctl_unregister_memory(device, 1, &error),
			 -EOPNOTSUPP);
	mlx5ctl_close(device);
}

#define MEMORY_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEMORY_TEST(memory_is_registered_and_given_back_at_the_socket),
		MEMORY_TEST(memory_is_registered_and_given_back_in_the_process),
		MEMORY_TEST(what_is_registered_goes_with_the_file),
		MEMORY_TEST(the_judge_knows_what_is_registered),
		MEMORY_TEST(too_much_or_nothing_is_refused),
		MEMORY_TEST(what_is_wanting_is_named),
		MEMORY_TEST(who_may_not_dump_may_not_register),
		MEMORY_TEST(the_caller_sees_what_the_reply_says_and_no_more),
		MEMORY_TEST(a_transport_without_memory_says_so),
	};

	return cmocka_run_group_tests(tests, served_make_folder,
				      served_drop_folder);
}
