// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The emulated device as a transport: judged first, then executed. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "emu-transport.h"
#include "mlx5ctl.h"
#include "policy.h"
#include "unit.h"

static int begin(void **state)
{
	struct mlx5ctl_device *device;

	unsetenv("MLX5CTL_EMU_CAPS");
	unsetenv("MLX5CTL_EMU_LOCKDOWN");
	if (mlx5ctl_add_transport(&emu_transport) ||
	    mlx5ctl_open("emu", &device, NULL))
		return -1;
	*state = device;
	return 0;
}

static int end(void **state)
{
	mlx5ctl_close(*state);
	return 0;
}

static int send(struct mlx5ctl_device *device, struct mailbox *box,
		struct mlx5ctl_error *error)
{
	return mlx5ctl_exec(device, box->in, box->in_len, box->out,
			    box->out_len, error);
}

static int query_qp(struct mlx5ctl_device *device,
		    struct mlx5ctl_error *error)
{
	struct mailbox box;

	command(&box, PRM_OP_QUERY_QP, PRM_SIZE(query_qp_in),
		PRM_SIZE(query_qp_out));
	return send(device, &box, error);
}

static void an_allowed_register_is_read(void **state)
{
	u8 data[PRM_SIZE(mgir)] = { 0 };

	assert_int_equal(mlx5ctl_read_register(*state, PRM_REG_MGIR, data,
					       sizeof(data), NULL), 0);
	assert_int_equal(read_bits(data, sizeof(data),
				   PRM_AT(mgir, hw_info__hw_dev_id)), 0x218);
}

static void a_refusal_says_why_and_who_does_it_instead(void **state)
{
	u8 data[PRM_SIZE(paos)] = { 0, 1 };
	struct mlx5ctl_error error;

	assert_int_equal(mlx5ctl_write_register(*state, PRM_REG_PAOS, data,
						sizeof(data), &error),
			 -EBADMSG);
	assert_int_equal(error.code, -EBADMSG);
	assert_string_equal(error.reason, "owned-elsewhere");
	assert_string_equal(error.rule, "PAOS");
	assert_memory_equal(error.owner, "ip link set", 11);
	assert_memory_equal(error.message, "PAOS write is refused: ", 23);
	assert_non_null(strstr(error.message, "left to ip link set"));
	assert_int_equal(mlx5ctl_read_register(*state, PRM_REG_PAOS, data,
					       sizeof(data), NULL), 0);
	assert_int_equal(data[2] & 0xf, 1);
}

static void a_reserved_bit_is_named_by_its_position(void **state)
{
	struct mlx5ctl_error error;
	struct mailbox box;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	put(&box, (struct prm_bits){ 8 * 8 + 23, 1 }, 1);
	assert_int_equal(send(*state, &box, &error), -EBADMSG);
	assert_string_equal(error.message,
			    "ALLOC_PD is refused: bit 0x8.8 (reserved) must be 0.");
	assert_int_equal(error.byte, 8);
	assert_int_equal(error.bit, 8);
	access_register(&box, PRM_REG_MCQS, false, PRM_SIZE(mcqs));
	put(&box, in_register(PRM_AT(mcqs, identifier)), 1);
	assert_int_equal(send(*state, &box, &error), -EBADMSG);
	assert_string_equal(error.message,
			    "MCQS read is refused: bit 0x14.0 (field identifier) must be 0.");
}

static void a_firmware_error_is_no_refusal(void **state)
{
	struct mlx5ctl_error error;
	struct mailbox box;

	access_register(&box, PRM_REG_PAOS, false, PRM_SIZE(paos));
	put(&box, in_register(PRM_AT(paos, local_port)), 9);
	assert_int_equal(send(*state, &box, &error), -EREMOTEIO);
	assert_int_equal(error.status, 3);
	assert_null(error.reason);
}

static void only_an_own_pd_is_given_back_and_only_once(void **state)
{
	struct mlx5ctl_error error;
	struct mailbox box;
	u32 pd;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(send(*state, &box, &error), 0);
	pd = got(&box, PRM_AT(alloc_pd_out, pd));
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, pd), pd + 1);
	assert_int_equal(send(*state, &box, &error), -EBADMSG);
	assert_string_equal(error.reason, "foreign");
	put(&box, PRM_AT(dealloc_pd_in, pd), pd);
	assert_int_equal(send(*state, &box, &error), 0);
	assert_int_equal(send(*state, &box, &error), -EBADMSG);
	assert_string_equal(error.reason, "foreign");
}

static void the_callers_uid_is_never_believed(void **state)
{
	struct mlx5ctl_device_info info;
	struct mailbox box;

	command(&box, PRM_OP_NOP, 16, 16);
	put(&box, PRM_AT(nop_in, uid), 0xbad);
	assert_int_equal(send(*state, &box, NULL), 0);
	assert_int_equal(mlx5ctl_get_info(*state, &info, NULL), 0);
	assert_int_not_equal(info.uid, 0);
	assert_int_equal(info.uctx_cap, 4);
	assert_int_equal(info.dev_uctx_cap, 7);
	assert_string_equal(info.device, "emu");
	assert_string_equal(info.transport, "emu");
	assert_int_equal(strspn(info.policy_hash, "0123456789abcdef"), 64);
}

static void the_environment_takes_capabilities_away(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	assert_int_equal(query_qp(*state, &error), -EREMOTEIO);
	setenv("MLX5CTL_EMU_CAPS", "none", 1);
	assert_int_equal(mlx5ctl_open("emu", &device, NULL), 0);
	assert_int_equal(query_qp(device, &error), -EPERM);
	assert_string_equal(error.message,
			    "QUERY_QP is refused: it needs CAP_SYS_ADMIN.");
	mlx5ctl_close(device);
	setenv("MLX5CTL_EMU_CAPS", "some", 1);
	assert_int_equal(mlx5ctl_open("emu", &device, &error), -EINVAL);
	unsetenv("MLX5CTL_EMU_CAPS");
}

static const char *explained(struct mlx5ctl_device *device,
			     const struct mailbox *box, int label,
			     struct mlx5ctl_verdict *verdict)
{
	assert_int_equal(mlx5ctl_explain(device, box->in, box->in_len,
					 box->out_len, label, verdict, NULL), 0);
	return verdict->reason;
}

static void an_explanation_says_what_would_be_needed(void **state)
{
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_device *device;
	struct mailbox box;

	setenv("MLX5CTL_EMU_CAPS", "none", 1);
	assert_int_equal(mlx5ctl_open("emu", &device, NULL), 0);
	unsetenv("MLX5CTL_EMU_CAPS");
	command(&box, PRM_OP_QUERY_QP, PRM_SIZE(query_qp_in),
		PRM_SIZE(query_qp_out));
	assert_string_equal(explained(device, &box, -1, &verdict), "allowed");
	assert_string_equal(verdict.class_name, "debug-read");
	assert_string_equal(verdict.rule, "QUERY_QP");
	assert_string_equal(verdict.table, "commands");
	assert_int_equal(verdict.capabilities, 1 << 21);
	assert_string_equal(explained(device, &box, 0, &verdict), "label");
	assert_int_equal(mlx5ctl_explain(device, box.in, box.in_len, 16, 4,
					 &verdict, NULL), -EINVAL);
	mlx5ctl_close(device);
	assert_int_equal(mlx5ctl_explain(*state, NULL, 0, 0, -1, &verdict, NULL),
			 0);
	assert_string_equal(verdict.reason, "too-short");
}

static void an_explanation_knows_what_the_file_made_and_sends_nothing(void **state)
{
	struct mlx5ctl_verdict verdict;
	struct mailbox box;
	u32 pd;

	command(&box, PRM_OP_ALLOC_PD, 16, 16);
	assert_int_equal(send(*state, &box, NULL), 0);
	pd = got(&box, PRM_AT(alloc_pd_out, pd));
	command(&box, PRM_OP_DEALLOC_PD, 16, 16);
	put(&box, PRM_AT(dealloc_pd_in, pd), pd + 1);
	assert_string_equal(explained(*state, &box, -1, &verdict), "foreign");
	assert_string_equal(verdict.field, "pd");
	put(&box, PRM_AT(dealloc_pd_in, pd), pd);
	assert_string_equal(explained(*state, &box, -1, &verdict), "allowed");
	assert_int_equal(send(*state, &box, NULL), 0);
}

static const struct mlx5ctl_dump_request menu = { .type = MLX5CTL_SEGMENT_MENU };

static int take_any(void *context, const void *bytes, u32 len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

static int dump_again(void *device, const void *bytes, u32 len)
{
	struct mlx5ctl_dump again = { .take = take_any, .rounds = 7 };
	struct mlx5ctl_device *other;
	struct mlx5ctl_error error;

	(void)bytes;
	(void)len;
	assert_int_equal(mlx5ctl_resource_dump(device, &menu, &again, &error),
			 -EDEADLK);
	assert_int_equal(error.code, -EDEADLK);
	assert_int_equal(again.rounds, 0);
	assert_int_equal(mlx5ctl_open("emu", &other, NULL), 0);
	assert_int_equal(mlx5ctl_resource_dump(other, &menu, &again, NULL),
			 -EDEADLK);
	mlx5ctl_close(other);
	return 0;
}

static void *dump_often(void *device)
{
	struct mlx5ctl_dump dump = { .take = take_any };
	int ret = 0;

	for (int i = 0; !ret && i < 50; i++)
		ret = mlx5ctl_resource_dump(device, &menu, &dump, NULL);
	return (void *)(intptr_t)ret;
}

static void dumps_of_one_open_device_are_one_after_another(void **state)
{
	struct mlx5ctl_dump dump = { .take = dump_again, .context = *state };
	pthread_t threads[3];
	void *result;

	assert_int_equal(mlx5ctl_resource_dump(*state, &menu, &dump, NULL), 0);
	assert_true(dump.rounds > 1);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, dump_often,
						*state), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
}

/* The card's configuration is in a file, which is not opened then. */
static void no_more_open_files_is_said_to_be_that(void **state)
{
	u8 data[PRM_SIZE(mnvda)] = { 0 };
	int ret;

	leave_files(0);
	ret = mlx5ctl_read_register(*state, PRM_REG_MNVDA, data, sizeof(data),
				    NULL);
	leave_files(ALL_FILES);
	assert_int_equal(ret, -EMFILE);
}

/* Congestion control is of the class that lockdown closes. */
static void the_environment_locks_down(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	struct mailbox box;

	command(&box, PRM_OP_MODIFY_CONG_STATUS, PRM_SIZE(modify_cong_status_in),
		PRM_SIZE(modify_cong_status_out));
	assert_int_equal(send(*state, &box, &error), -EREMOTEIO);
	setenv("MLX5CTL_EMU_LOCKDOWN", "integrity", 1);
	assert_int_equal(mlx5ctl_open("emu", &device, NULL), 0);
	assert_int_equal(send(device, &box, &error), -EPERM);
	assert_string_equal(error.reason, "locked-down");
	assert_non_null(strstr(error.message, "'integrity'"));
	mlx5ctl_close(device);
	unsetenv("MLX5CTL_EMU_LOCKDOWN");
}

static void a_personality_has_a_name_or_is_a_file(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	u8 data[PRM_SIZE(mgir)] = { 0 };

	(void)state;
	assert_int_equal(mlx5ctl_open("emu:connectx-6dx", &device, NULL), 0);
	assert_int_equal(mlx5ctl_read_register(device, PRM_REG_MGIR, data,
					       sizeof(data), NULL), 0);
	assert_int_equal(data[2] << 8 | data[3], 0x101d);
	mlx5ctl_close(device);
	assert_int_equal(mlx5ctl_open("emu:connectx-1", &device, &error),
			 -ENODEV);
	assert_string_equal(error.message,
			    "There is no personality called 'connectx-1'.");
	assert_int_equal(mlx5ctl_open("emu:/nowhere", &device, &error),
			 -ENODEV);
}

static int count(void *context, const char *device, const char *description)
{
	unsigned int *n = context;

	assert_non_null(description);
	assert_string_equal(device, *n ? "emu:connectx-6dx" : "emu");
	(*n)++;
	return 0;
}

static void every_shipped_personality_is_listed(void **state)
{
	unsigned int n = 0;

	(void)state;
	assert_int_equal(mlx5ctl_list(count, &n), 0);
	assert_int_equal(n, 2);
}

#define TRANSPORT_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRANSPORT_TEST(an_allowed_register_is_read),
		TRANSPORT_TEST(a_refusal_says_why_and_who_does_it_instead),
		TRANSPORT_TEST(a_reserved_bit_is_named_by_its_position),
		TRANSPORT_TEST(a_firmware_error_is_no_refusal),
		TRANSPORT_TEST(only_an_own_pd_is_given_back_and_only_once),
		TRANSPORT_TEST(the_callers_uid_is_never_believed),
		TRANSPORT_TEST(the_environment_takes_capabilities_away),
		TRANSPORT_TEST(an_explanation_says_what_would_be_needed),
		TRANSPORT_TEST(an_explanation_knows_what_the_file_made_and_sends_nothing),
		TRANSPORT_TEST(dumps_of_one_open_device_are_one_after_another),
		TRANSPORT_TEST(no_more_open_files_is_said_to_be_that),
		TRANSPORT_TEST(the_environment_locks_down),
		TRANSPORT_TEST(a_personality_has_a_name_or_is_a_file),
		TRANSPORT_TEST(every_shipped_personality_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
