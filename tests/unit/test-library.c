// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The library: transports, arguments, and what errors say. */
#include <errno.h>
#include <string.h>

#include "mlx5ctl.h"
#include "unit.h"

/* A transport that remembers what it was asked, and answers as it is told. */
static struct {
	int is_open;
	int result;
	u8 in[64];
	u32 in_len;
	u8 out[64];
	unsigned int commands;
} fake;

static int fake_claims(const char *device)
{
	return !strncmp(device, "fake", 4);
}

static int fake_list(int (*found)(void *context, const char *device,
				  const char *description), void *context)
{
	int stop = found(context, "fake0", "the first");

	return stop ? stop : found(context, "fake1", "the second");
}

static int fake_open(const char *device, void **handle,
		     struct mlx5ctl_error *error)
{
	(void)error;
	if (!strcmp(device, "fake9"))
		return -EACCES;
	fake.is_open++;
	*handle = &fake;
	return 0;
}

static void fake_close(void *handle)
{
	assert_ptr_equal(handle, &fake);
	fake.is_open--;
}

static int fake_info(void *handle, struct mlx5ctl_device_info *info,
		     struct mlx5ctl_error *error)
{
	(void)error;
	assert_ptr_equal(handle, &fake);
	info->uid = 7;
	return 0;
}

static int fake_exec(void *handle, const void *in, uint32_t in_len, void *out,
		     uint32_t out_len, struct mlx5ctl_error *error)
{
	(void)error;
	assert_ptr_equal(handle, &fake);
	fake.commands++;
	fake.in_len = in_len;
	memcpy(fake.in, in, in_len < sizeof(fake.in) ? in_len : sizeof(fake.in));
	memset(out, 0, out_len);
	memcpy(out, fake.out,
	       out_len < sizeof(fake.out) ? out_len : sizeof(fake.out));
	return fake.result;
}

static int fake_unregister(void *handle, uint32_t id,
			   struct mlx5ctl_error *error)
{
	(void)handle;
	(void)id;
	(void)error;
	return 0;
}

static int fake_end(void *handle, void *pending, struct mlx5ctl_error *error)
{
	(void)handle;
	(void)pending;
	(void)error;
	return 0;
}

static const struct mlx5ctl_transport fake_transport = {
	.name = "fake",
	.claims = fake_claims,
	.list = fake_list,
	.open = fake_open,
	.close = fake_close,
	.info = fake_info,
	.exec = fake_exec,
};

static int setup(void **state)
{
	struct mlx5ctl_device *device;

	memset(&fake, 0, sizeof(fake));
	if (mlx5ctl_add_transport(&fake_transport) ||
	    mlx5ctl_open("fake0", &device, NULL))
		return -1;
	*state = device;
	return 0;
}

static int teardown(void **state)
{
	mlx5ctl_close(*state);
	return fake.is_open;
}

static void an_incomplete_transport_is_not_added(void **state)
{
	struct mlx5ctl_transport incomplete[3] = {
		fake_transport, fake_transport, fake_transport,
	};

	(void)state;
	incomplete[0].exec = NULL;
	incomplete[1].unregister_memory = fake_unregister;
	incomplete[2].end = fake_end;
	for (size_t i = 0; i < ARRAY_SIZE(incomplete); i++)
		assert_int_equal(mlx5ctl_add_transport(&incomplete[i]), -EINVAL);
	assert_int_equal(mlx5ctl_add_transport(NULL), -EINVAL);
}

static int count_until(void *context, const char *device,
		       const char *description)
{
	int *left = context;

	assert_non_null(description);
	assert_memory_equal(device, "fake", 4);
	return --*left ? 0 : 42;
}

static void a_list_stops_when_it_is_told_to(void **state)
{
	int left = 1;

	(void)state;
	assert_int_equal(mlx5ctl_list(count_until, &left), 42);
	left = 10;
	assert_int_equal(mlx5ctl_list(count_until, &left), 0);
	assert_int_equal(left, 8);
	assert_int_equal(mlx5ctl_list(NULL, NULL), -EINVAL);
}

static int claims_none(const char *device)
{
	(void)device;
	return 0;
}

static int list_late(int (*found)(void *context, const char *device,
				  const char *description), void *context)
{
	return found(context, "late0", "of a transport added later");
}

static int join(void *context, const char *device, const char *description)
{
	(void)description;
	strcat(strcat(context, device), " ");
	return 0;
}

static void a_list_is_in_the_order_in_which_transports_were_added(void **state)
{
	static struct mlx5ctl_transport late;
	char names[64] = "";

	(void)state;
	late = fake_transport;
	late.claims = claims_none;
	late.list = list_late;
	assert_int_equal(mlx5ctl_add_transport(&late), 0);
	assert_int_equal(mlx5ctl_add_transport(&late), 0);
	assert_int_equal(mlx5ctl_list(join, names), 0);
	assert_string_equal(names, "fake0 fake1 late0 ");
}

/* The last test: there is no way to take one out again. */
static void there_are_sixteen_transports_at_most(void **state)
{
	static struct mlx5ctl_transport others[16];
	size_t n = 0;
	int ret;

	(void)state;
	do {
		others[n] = fake_transport;
		ret = mlx5ctl_add_transport(&others[n]);
	} while (!ret && ++n < ARRAY_SIZE(others));
	assert_int_equal(ret, -ENOSPC);
	assert_in_range(n, 10, 14);
}

static void a_device_that_nobody_claims_does_not_exist(void **state)
{
	struct mlx5ctl_device *device = *state;
	struct mlx5ctl_error error;

	assert_int_equal(mlx5ctl_open("eth0", &device, &error), -ENODEV);
	assert_null(device);
	assert_int_equal(error.code, -ENODEV);
	assert_string_equal(error.message,
			    "There is no device called 'eth0'.");
	assert_non_null(error.hint);
	device = *state;
	assert_int_equal(mlx5ctl_open(NULL, &device, NULL), -EINVAL);
	assert_null(device);
	assert_int_equal(mlx5ctl_open("fake9", &device, &error), -EACCES);
	assert_int_equal(fake.is_open, 1);
	mlx5ctl_close(NULL);
}

static void info_says_which_transport_it_is(void **state)
{
	struct mlx5ctl_device_info info;

	memset(&info, 0xff, sizeof(info));
	assert_int_equal(mlx5ctl_get_info(*state, &info, NULL), 0);
	assert_string_equal(info.transport, "fake");
	assert_int_equal(info.uid, 7);
	/* What a transport has not is not there. */
	assert_string_equal(info.policy_hash, "");
	assert_int_equal(info.uctx_cap, 0);
	assert_int_equal(mlx5ctl_get_info(*state, NULL, NULL), -EINVAL);
}

static void what_cannot_explain_says_so(void **state)
{
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_error error;
	u8 in[16] = { 0 };

	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, -1, &verdict,
					 &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.message, "fake"));
	assert_int_equal(mlx5ctl_explain(*state, NULL, 16, 16, -1, &verdict,
					 NULL), -EINVAL);
	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, -1, NULL, NULL),
			 -EINVAL);
}

static void lengths_are_checked_before_anything_is_sent(void **state)
{
	static u8 in[64], out[64];
	struct mlx5ctl_error error;

	assert_int_equal(mlx5ctl_exec(*state, in, 12, out, 16, &error),
			 -EMSGSIZE);
	assert_string_equal(error.message,
			    "The inbox has 12 bytes; it can have 16 to 2097152.");
	assert_int_equal(mlx5ctl_exec(*state, in, 16, out, 12, NULL),
			 -EMSGSIZE);
	assert_int_equal(mlx5ctl_exec(*state, in, 16, out, (2u << 20) + 4,
				      NULL), -EMSGSIZE);
	assert_int_equal(mlx5ctl_exec(*state, in, 18, out, 16, NULL), -EINVAL);
	assert_int_equal(mlx5ctl_exec(*state, NULL, 16, out, 16, NULL),
			 -EINVAL);
	assert_int_equal(mlx5ctl_exec(NULL, in, 16, out, 16, NULL), -EINVAL);
	assert_int_equal(fake.commands, 0);
}

static int take(void *context, const void *bytes, u32 len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

static int dump_without_a_request(struct mlx5ctl_device *device,
				  struct mlx5ctl_error *error)
{
	struct mlx5ctl_dump dump = { .take = take };

	return mlx5ctl_resource_dump(device, NULL, &dump, error);
}

static int dump_for_nobody(struct mlx5ctl_device *device,
			   struct mlx5ctl_error *error)
{
	struct mlx5ctl_dump dump = { .memory = 4096 };

	return mlx5ctl_core_dump(device, 0, &dump, error);
}

static int no_type_of_capability(struct mlx5ctl_device *device,
				 struct mlx5ctl_error *error)
{
	u8 data[MLX5CTL_CAPABILITY_BYTES];

	return mlx5ctl_query_capability(device, 0xffff, 0, data, error);
}

static int no_register(struct mlx5ctl_device *device,
		       struct mlx5ctl_error *error)
{
	return mlx5ctl_read_register(device, 1, NULL, 4, error);
}

static int no_segment(struct mlx5ctl_device *device,
		      struct mlx5ctl_error *error)
{
	struct mlx5ctl_segment segment = { 0 };

	(void)device;
	return mlx5ctl_next_segment("", 0, &segment, error);
}

static int no_place_for_a_segment(struct mlx5ctl_device *device,
				  struct mlx5ctl_error *error)
{
	(void)device;
	return mlx5ctl_next_segment("", 0, NULL, error);
}

static int no_dump(struct mlx5ctl_device *device, struct mlx5ctl_error *error)
{
	struct mlx5ctl_segment segment = { 0 };

	(void)device;
	return mlx5ctl_next_segment(NULL, 16, &segment, error);
}

static void an_error_says_nothing_of_what_went_before(void **state)
{
	static const struct {
		int (*call)(struct mlx5ctl_device *device,
			    struct mlx5ctl_error *error);
		int code;
	} rows[] = {
		{ dump_without_a_request, -EINVAL },
		{ dump_for_nobody, -EINVAL },
		{ no_type_of_capability, -EINVAL },
		{ no_register, -EINVAL },
		{ no_segment, -EPROTO },
		{ no_place_for_a_segment, -EINVAL },
		{ no_dump, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mlx5ctl_error error = {
			.hint = "of before", .rule = "R", .status = 3,
		};

		assert_int_equal(rows[i].call(*state, &error), rows[i].code);
		assert_int_equal(error.code, rows[i].code);
		assert_string_not_equal(error.message, "");
		assert_null(error.hint);
		assert_null(error.rule);
		assert_int_equal(error.status, 0);
	}
	assert_int_equal(fake.commands, 0);
}

static void a_firmware_error_travels_beside_the_errno(void **state)
{
	u8 in[16] = { 0x01, 0x0a }, out[16];
	struct mlx5ctl_error error;

	fake.out[0] = 3;
	memcpy(fake.out + 4, "\x12\x34\x56\x78", 4);
	assert_int_equal(mlx5ctl_exec(*state, in, 16, out, 16, &error),
			 -EREMOTEIO);
	assert_int_equal(error.status, 3);
	assert_int_equal(error.syndrome, 0x12345678);
	assert_string_equal(error.message,
			    "The device answered BAD_PARAM (0x3) to QUERY_ISSI (0x10a), syndrome 0x12345678.");
	fake.result = -EBADMSG;
	assert_int_equal(mlx5ctl_exec(*state, in, 16, out, 16, &error),
			 -EBADMSG);
	assert_int_equal(error.status, 0);
}

static void a_firmware_error_names_the_register(void **state)
{
	static const struct {
		u8 in[16];
		const char *words;
	} rows[] = {
		{ { 8, 5, [7] = 1, [10] = 0x50, 6 }, "(0x805), PAOS read, " },
		{ { 8, 5, [10] = 0x90, 0x28 }, "(0x805), MFRL write, " },
		{ { 8, 5, [7] = 1, [10] = 0xff, 0xfe },
		  "(0x805), register 0xfffe read, " },
	};
	struct mlx5ctl_error error;
	u8 out[16];

	fake.out[0] = 3;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(mlx5ctl_exec(*state, rows[i].in, 16, out, 16,
					      &error), -EREMOTEIO);
		assert_non_null(strstr(error.message, rows[i].words));
	}
}

static void reading_a_register_composes_the_command(void **state)
{
	static const u8 wanted[] = { 0x08, 0x05, 0, 0, 0, 0, 0, 1, 0, 0, 0x50,
				     0x06, 0, 0, 0, 0, 0, 1, 0, 0 };
	u8 data[PRM_SIZE(paos)] = { 0, 1 };

	memcpy(fake.out + PRM_HEADER_BYTES, "\x00\x01\x01\x01", 4);
	assert_int_equal(mlx5ctl_read_register(*state, PRM_REG_PAOS, data,
					       sizeof(data), NULL), 0);
	assert_int_equal(fake.in_len, PRM_HEADER_BYTES + sizeof(data));
	assert_memory_equal(fake.in, wanted, sizeof(wanted));
	assert_memory_equal(data, "\x00\x01\x01\x01", 4);
	assert_int_equal(mlx5ctl_write_register(*state, PRM_REG_PAOS, data,
						sizeof(data), NULL), 0);
	assert_int_equal(fake.in[7], 0);
}

static void a_register_of_another_instance_is_no_answer(void **state)
{
	u8 data[PRM_SIZE(paos)] = { 0, 1 }, same[sizeof(data)] = { 0, 1 };
	struct mlx5ctl_error error;

	fake.out[PRM_HEADER_BYTES + 1] = 2;
	assert_int_equal(mlx5ctl_read_register(*state, PRM_REG_PAOS, data,
					       sizeof(data), &error), -EPROTO);
	assert_string_equal(error.message,
			    "The device answered PAOS of another local_port: 0x2 instead of 0x1.");
	assert_memory_equal(data, same, sizeof(data));
}

static void a_register_has_whole_dwords_and_3100_bytes_at_most(void **state)
{
	static u8 data[4096];
	static const u32 wrong[] = { 0, 2, 3104, 4096 };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(mlx5ctl_read_register(*state, 1, data,
						       wrong[i], NULL),
				 -EMSGSIZE);
	assert_int_equal(fake.commands, 0);
	assert_int_equal(mlx5ctl_read_register(*state, 1, data, 3100, NULL), 0);
}

static void every_status_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(mlx5ctl_status_name(0), "OK");
	assert_string_equal(mlx5ctl_status_name(0x50), "BAD_INP_LEN");
	assert_string_equal(mlx5ctl_status_name(0xee), "unknown status");
}

#define LIBRARY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIBRARY_TEST(an_incomplete_transport_is_not_added),
		LIBRARY_TEST(a_list_stops_when_it_is_told_to),
		LIBRARY_TEST(a_device_that_nobody_claims_does_not_exist),
		LIBRARY_TEST(info_says_which_transport_it_is),
		LIBRARY_TEST(what_cannot_explain_says_so),
		LIBRARY_TEST(lengths_are_checked_before_anything_is_sent),
		LIBRARY_TEST(an_error_says_nothing_of_what_went_before),
		LIBRARY_TEST(a_firmware_error_travels_beside_the_errno),
		LIBRARY_TEST(a_firmware_error_names_the_register),
		LIBRARY_TEST(reading_a_register_composes_the_command),
		LIBRARY_TEST(a_register_of_another_instance_is_no_answer),
		LIBRARY_TEST(a_register_has_whole_dwords_and_3100_bytes_at_most),
		LIBRARY_TEST(every_status_has_a_word),
		LIBRARY_TEST(a_list_is_in_the_order_in_which_transports_were_added),
		LIBRARY_TEST(there_are_sixteen_transports_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
