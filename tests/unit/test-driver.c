// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the library makes of the driver's answers; the driver is this file's. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../uapi/mlx5ctl.h"
#include "mlx5ctl.h"
#include "nodes.h"
#include "unit.h"

static struct {
	int error;			/* of CMDRPC and of the memory's */
	int rules_error;
	int open_error;
	int file;
	bool cannot_explain;
	unsigned int sent, asked;	/* with CMDRPC, and with INFO */
	struct mlx5ctl_info info;
	struct mlx5ctl_explain explain;
	struct mlx5ctl_umem_reg reg;
	struct mlx5ctl_umem_unreg unreg;
} driver;

static char path[] = "/tmp/mlx5ctl-unit-XXXXXX";

static int rules(struct mlx5ctl_rules *rules)
{
	for (size_t i = 0; i < sizeof(rules->hash); i++)
		rules->hash[i] = i * 7;
	return driver.rules_error;
}

static int explain(struct mlx5ctl_explain *question)
{
	struct mlx5ctl_explain answer = driver.explain;

	if (driver.cannot_explain || question->reserved)
		return EFAULT;
	answer.in = question->in;
	answer.inlen = question->inlen;
	answer.outlen = question->outlen;
	answer.label = question->label;
	*question = answer;
	return 0;
}

static int execute_command(const struct mlx5ctl_cmdrpc *rpc)
{
	driver.sent++;
	if (!driver.error)
		memset((void *)(uintptr_t)rpc->out, 0, rpc->outlen);
	return driver.error;
}

static int answer(unsigned long request, void *argument)
{
	if (driver.error == ENODEV)	/* the gate is closed to all */
		return ENODEV;
	switch (request) {
	case MLX5CTL_IOCTL_INFO:
		driver.asked++;
		*(struct mlx5ctl_info *)argument = driver.info;
		return 0;
	case MLX5CTL_IOCTL_CMDRPC:
		return execute_command(argument);
	case MLX5CTL_IOCTL_UMEM_REG:
		driver.reg = *(struct mlx5ctl_umem_reg *)argument;
		((struct mlx5ctl_umem_reg *)argument)->umem_id = 77;
		return driver.error;
	case MLX5CTL_IOCTL_UMEM_UNREG:
		driver.unreg = *(struct mlx5ctl_umem_unreg *)argument;
		return driver.error;
	case MLX5CTL_IOCTL_EXPLAIN:
		return explain(argument);
	case MLX5CTL_IOCTL_RULES:
		return rules(argument);
	}
	return ENOTTY;
}

/* Both in the place of libc's. */
int open(const char *name, int flags, ...)
{
	errno = driver.open_error;
	return errno ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, 0);
}

int ioctl(int file, unsigned long request, ...)
{
	va_list arguments;
	int error;

	assert_true(file >= 0);
	driver.file = file;
	va_start(arguments, request);
	error = answer(request, va_arg(arguments, void *));
	va_end(arguments);
	errno = error;
	return error ? -1 : 0;
}

static int begin(void **state)
{
	struct mlx5ctl_device *device;
	int file;

	memset(&driver, 0, sizeof(driver));
	driver.info.ucap = ~0u;
	strcpy(path + strlen(path) - 6, "XXXXXX");
	file = mkstemp(path);
	if (file < 0 || close(file) || mlx5ctl_open(path, &device, NULL))
		return -1;
	*state = device;
	return 0;
}

static int end(void **state)
{
	mlx5ctl_close(*state);
	return unlink(path);
}

static int run(struct mlx5ctl_device *device, struct mlx5ctl_error *error)
{
	static const u8 in[16] = { 0x05, 0x0b };
	u8 out[16];

	return mlx5ctl_exec(device, in, sizeof(in), out, sizeof(out), error);
}

static void the_file_says_who_it_is(void **state)
{
	struct mlx5ctl_device_info info;

	driver.info = (struct mlx5ctl_info){
		.uctx_uid = 9, .uctx_cap = 4, .dev_uctx_cap = 7,
	};
	assert_int_equal(mlx5ctl_get_info(*state, &info, NULL), 0);
	assert_true(fcntl(driver.file, F_GETFD) & FD_CLOEXEC);
	assert_string_equal(info.transport, "mlx5ctl");
	assert_string_equal(info.device, strrchr(path, '/') + 9);
	assert_int_equal(info.uid, 9);
	assert_int_equal(info.uctx_cap, 4);
	assert_int_equal(info.dev_uctx_cap, 7);
	assert_memory_equal(info.policy_hash, "00070e15", 8);
	assert_int_equal(strlen(info.policy_hash), 64);
}

static void a_refusal_has_the_drivers_reason(void **state)
{
	struct mlx5ctl_error error;

	driver.error = EBADMSG;
	driver.explain = (struct mlx5ctl_explain){
		.reason = MLX5CTL_VALUE, .byte = 0x10, .bit = 8, .key = 0x5006,
		.table = "register-writes", .rule = "PAOS",
		.field = "admin_status", .owner = "ip link set",
	};
	assert_int_equal(run(*state, &error), -EBADMSG);
	assert_string_equal(error.reason, "value");
	assert_string_equal(error.rule, "PAOS");
	assert_string_equal(error.owner, "ip link set");
	assert_int_equal(error.byte, 0x10);
	assert_int_equal(error.bit, 8);
	assert_string_equal(error.message,
			    "PAOS write is refused: bit 0x10.8 (field admin_status) has a value that the rule does not list.");
	/* Of a file's first command INFO would make the user context. */
	assert_int_equal(driver.asked, 0);
}

static void what_a_later_driver_refuses_is_still_refused(void **state)
{
	struct mlx5ctl_error error;

	driver.error = EBADMSG;
	driver.explain.reason = 200;
	memset(driver.explain.rule, 'R', sizeof(driver.explain.rule));
	assert_int_equal(run(*state, &error), -EBADMSG);
	assert_int_equal(strlen(error.rule), sizeof(driver.explain.rule) - 1);
	driver.explain.reason = MLX5CTL_OWNED_ELSEWHERE;
	memset(driver.explain.why, 'w', sizeof(driver.explain.why));
	memset(driver.explain.owner, 'o', sizeof(driver.explain.owner));
	assert_int_equal(run(*state, &error), -EBADMSG);
	assert_string_equal(error.message + sizeof(error.message) - 5, "o...");
	driver.explain.reason = MLX5CTL_NARROWED + 1;
	assert_int_equal(run(*state, &error), -EBADMSG);
	assert_string_equal(error.reason, "unjudged");
	driver.cannot_explain = true;
	assert_int_equal(run(*state, &error), -EBADMSG);
	assert_non_null(strstr(error.message, "refused by the rules"));
	assert_int_equal(run(*state, NULL), -EBADMSG);
}

/* A line of a file below sysfs, which is this test's until end_of_sysfs(). */
static void make_sysfs(const char *file, const char *text)
{
	static char root[64];
	char name[192];
	FILE *stream;

	snprintf(root, sizeof(root), "%s.sys", path);
	node_roots.sys = root;
	snprintf(name, sizeof(name), "%s/%s", root, file);
	for (char *slash = strchr(name + 5, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(name, 0700);
		*slash = '/';
	}
	stream = fopen(name, "w");
	assert_true(stream && fprintf(stream, "%s\n", text) > 0 && !fclose(stream));
}

static void end_of_sysfs(void)
{
	assert_int_equal(remove_tree(node_roots.sys), 0);
	node_roots.sys = "/sys";
}

static void set_lockdown(const char *line)
{
	make_sysfs("kernel/security/lockdown", line);
}

static void not_permitted_has_three_reasons(void **state)
{
	struct mlx5ctl_error error;

	driver.error = EPERM;
	driver.explain = (struct mlx5ctl_explain){
		.reason = MLX5CTL_ALLOWED, .class_bit = MLX5CTL_CLASS_FULL,
		.capabilities = 1 << CAP_SYS_RAWIO, .lockdown = 1, .taints = 1,
		.rule = "SET_HCA_CAP",
	};
	driver.info.ucap = 1 << CAP_SYS_ADMIN;
	assert_int_equal(run(*state, &error), -EPERM);
	assert_string_equal(error.message,
			    "SET_HCA_CAP is refused: it needs CAP_SYS_RAWIO.");
	driver.info.ucap = 1 << CAP_SYS_RAWIO;
	set_lockdown("none [integrity] confidentiality");
	assert_int_equal(run(*state, &error), -EPERM);
	assert_string_equal(error.reason, "locked-down");
	assert_non_null(strstr(error.message, "'integrity'"));
	/* What would be closed, and is not: a dump into a parent's memory. */
	driver.explain.lockdown = 2;
	assert_int_equal(run(*state, &error), -EPERM);
	assert_null(error.reason);
	assert_non_null(strstr(error.hint, "another process"));
	set_lockdown("none integrity [confidentiality]");
	assert_int_equal(run(*state, &error), -EPERM);
	assert_string_equal(error.reason, "locked-down");
	set_lockdown("[none] integrity confidentiality");
	assert_int_equal(run(*state, &error), -EPERM);
	assert_null(error.reason);
	end_of_sysfs();
}

static void every_errno_of_the_driver_has_a_meaning_and_a_sentence(void **state)
{
	static const struct {
		int error, code;
	} rows[] = {
		{ EINVAL, -EINVAL }, { EFAULT, -EFAULT }, { ENOENT, -ENOENT },
		{ ENOMEM, -ENOMEM }, { ENOSPC, -ENOSPC }, { EAGAIN, -EAGAIN },
		{ EREMOTEIO, -EREMOTEIO }, { EIO, -EIO }, { ENODEV, -ENODEV },
		{ ETIMEDOUT, -ETIMEDOUT }, { ENOTTY, -ENODEV },
		{ EOVERFLOW, -EOVERFLOW },
	};
	struct mlx5ctl_error error;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		driver.error = rows[i].error;
		assert_int_equal(run(*state, &error), rows[i].code);
		assert_int_equal(error.code, rows[i].code);
		assert_int_equal(error.message[strlen(error.message) - 1], '.');
		assert_null(error.reason);
	}
}

/* The driver's own command before it was refused: this one has no answer. */
static void what_was_not_sent_has_no_answer(void **state)
{
	static const u8 in[16] = { 0x05, 0x0b }, none[24];
	struct mlx5ctl_error error;
	u8 out[24];

	driver.error = EREMOTEIO;
	memset(out, 0x5a, sizeof(out));
	assert_int_equal(mlx5ctl_exec(*state, in, sizeof(in), out, sizeof(out),
				      &error), -EREMOTEIO);
	assert_int_equal(error.status, 0);
	assert_memory_equal(out, none, sizeof(out));
}

static void a_device_that_awaits_a_reset_says_why(void **state)
{
	struct mlx5ctl_device *other;
	struct mlx5ctl_error error;
	char file[64];

	snprintf(file, sizeof(file), "class/mlx5ctl/%s/state",
		 strrchr(path, '/') + 1);
	driver.error = ENODEV;
	assert_int_equal(mlx5ctl_open(path, &other, &error), 0);
	mlx5ctl_close(other);
	make_sysfs(file, "awaiting reset: a command was not answered");
	assert_int_equal(run(*state, &error), -ENODEV);
	assert_non_null(strstr(error.message, "awaiting reset: a command was not answered."));
	assert_non_null(strstr(error.hint, "doctor"));
	driver.error = EAGAIN;	/* of another that was sent before */
	assert_int_equal(run(*state, &error), -EAGAIN);
	driver.error = ENODEV;
	make_sysfs(file, "ready");
	assert_int_equal(run(*state, &error), -ENODEV);
	assert_non_null(strstr(error.message, "found the device gone"));
	end_of_sysfs();
}

static void every_errno_of_opening_has_a_meaning(void **state)
{
	static const struct {
		int error, code;
		const char *hint;
	} rows[] = {
		{ ENOENT, -ENODEV, "is the driver loaded?" },
		{ ENXIO, -ENODEV, "is the driver loaded?" },
		{ ENODEV, -ENODEV, "is the driver loaded?" },
		{ EACCES, -EACCES, "run it as root" },
		{ EPERM, -EACCES, "run it as root" },
		{ ENOSPC, -ENOSPC }, { EMFILE, -EMFILE },
	};
	struct mlx5ctl_device *other;
	struct mlx5ctl_error error;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		driver.open_error = rows[i].error;
		assert_int_equal(mlx5ctl_open(path, &other, &error),
				 rows[i].code);
		if (rows[i].hint)
			assert_non_null(strstr(error.hint, rows[i].hint));
		else
			assert_null(error.hint);
	}
}

/* Each kind of device has an errno of its own for what it does not know. */
static void another_kind_of_device_is_no_device(void **state)
{
	static const int errors[] = { ENOTTY, ENOSYS, EBADFD, EINVAL };
	struct mlx5ctl_device *other;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		driver.rules_error = errors[i];
		assert_int_equal(mlx5ctl_open(path, &other, NULL), -ENODEV);
	}
}

static void a_node_is_what_its_number_says_and_not_its_path(void **state)
{
	struct mlx5ctl_device_info info;
	struct mlx5ctl_device *linked;
	char link[64];

	(void)state;
	snprintf(link, sizeof(link), "%s.link", path);
	assert_int_equal(symlink("/dev/null", link), 0);
	make_sysfs("class/mlx5ctl/mlx5ctl-mlx5_core.ctl.4/dev", "1:3");
	assert_int_equal(mlx5ctl_open(link, &linked, NULL), 0);
	assert_int_equal(mlx5ctl_get_info(linked, &info, NULL), 0);
	assert_string_equal(info.device, "mlx5_core.ctl.4");
	mlx5ctl_close(linked);
	end_of_sysfs();
	unlink(link);
}

static void a_mailbox_that_no_driver_takes_is_not_sent(void **state)
{
	static u8 in[MLX5CTL_MAX_BYTES + 4], out[sizeof(in)];

	assert_int_equal(mlx5ctl_exec(*state, in, sizeof(in), out, 16, NULL),
			 -EMSGSIZE);
	assert_int_equal(mlx5ctl_exec(*state, in, 16, out, sizeof(out), NULL),
			 -EMSGSIZE);
	assert_int_equal(driver.sent, 0);
	assert_int_equal(mlx5ctl_exec(*state, in, sizeof(in) - 4, out,
				      sizeof(out) - 4, NULL), 0);
	assert_int_equal(driver.sent, 1);
}

static void an_explanation_is_passed_on_whole(void **state)
{
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_error error;
	u8 in[16] = { 0 };

	driver.explain = (struct mlx5ctl_explain){
		.reason = MLX5CTL_ALLOWED, .class_bit = MLX5CTL_CLASS_DEBUG_WRITE,
		.capabilities = 1 << CAP_SYS_ADMIN, .lockdown = 2, .taints = 1,
		.key = 0x820, .table = "commands", .rule = "R", .why = "W",
	};
	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, 2, &verdict, NULL),
			 0);
	assert_string_equal(verdict.reason, "allowed");
	assert_string_equal(verdict.class_name, "debug-write");
	assert_int_equal(verdict.capabilities, 1 << CAP_SYS_ADMIN);
	assert_int_equal(verdict.lockdown, 2);
	assert_true(verdict.taints);
	assert_int_equal(verdict.key, 0x820);
	assert_string_equal(verdict.table, "commands");
	assert_string_equal(verdict.rule, "R");
	assert_string_equal(verdict.why, "W");
	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, 4, &verdict,
					 &error), -EINVAL);
	assert_string_equal(error.message,
			    "There is no scope 4: they are 0 to 3.");
	driver.explain.class_bit = 0;
	driver.explain.reason = MLX5CTL_OWNED_ELSEWHERE;
	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, -1, &verdict, NULL),
			 0);
	assert_string_equal(verdict.class_name, "never");
	driver.explain.reason = MLX5CTL_UNKNOWN;
	assert_int_equal(mlx5ctl_explain(*state, in, 16, 16, -1, &verdict, NULL),
			 0);
	assert_null(verdict.class_name);
}

static void memory_is_the_drivers(void **state)
{
	struct mlx5ctl_error error;
	u32 id;

	assert_int_equal(mlx5ctl_register_memory(*state, path, 5, &id, NULL), 0);
	assert_int_equal(id, 77);
	assert_int_equal(driver.reg.addr, (uintptr_t)path);
	assert_int_equal(driver.reg.len, 5);
	assert_int_equal(driver.reg.reserved, 0);
	assert_int_equal(mlx5ctl_register_memory(*state, NULL, 5, &id, NULL),
			 -EINVAL);
	assert_int_equal(driver.reg.addr, (uintptr_t)path);
	assert_int_equal(mlx5ctl_unregister_memory(*state, 77, NULL), 0);
	assert_int_equal(driver.unreg.umem_id, 77);
	driver.error = EREMOTEIO;
	assert_int_equal(mlx5ctl_unregister_memory(*state, 77, &error),
			 -EREMOTEIO);
	assert_non_null(strstr(error.message, "the device refused"));
}

#define DRIVER_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DRIVER_TEST(the_file_says_who_it_is),
		DRIVER_TEST(a_refusal_has_the_drivers_reason),
		DRIVER_TEST(what_a_later_driver_refuses_is_still_refused),
		DRIVER_TEST(not_permitted_has_three_reasons),
		DRIVER_TEST(every_errno_of_the_driver_has_a_meaning_and_a_sentence),
		DRIVER_TEST(what_was_not_sent_has_no_answer),
		DRIVER_TEST(a_device_that_awaits_a_reset_says_why),
		DRIVER_TEST(every_errno_of_opening_has_a_meaning),
		DRIVER_TEST(another_kind_of_device_is_no_device),
		DRIVER_TEST(a_node_is_what_its_number_says_and_not_its_path),
		DRIVER_TEST(a_mailbox_that_no_driver_takes_is_not_sent),
		DRIVER_TEST(an_explanation_is_passed_on_whole),
		DRIVER_TEST(memory_is_the_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
