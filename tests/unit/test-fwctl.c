// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the library makes of fwctl's nodes; sysfs and the kernel are this file's. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../../uapi/fwctl.h"
#include "mlx5ctl.h"
#include "nodes.h"
#include "unit.h"

static struct {
	int error;
	unsigned int sent;
	u32 scope;
	u32 type;
	u32 dumps;		/* bytes, of RESOURCE_DUMP, that are left */
	u8 status;
	int file;
} kernel;

static int about(struct fwctl_about *about)
{
	const struct fwctl_about_mlx5 mlx5 = { .uid = 7, .uctx_cap = 4 };

	assert_int_equal(about->size, 24);
	if (about->data_len) {
		assert_int_equal(about->data_len, sizeof(mlx5));
		memcpy((void *)(uintptr_t)about->data, &mlx5, sizeof(mlx5));
	}
	about->type = kernel.type;
	return 0;
}

/* A round of RESOURCE_DUMP, told apart from others by its opaque. */
static void dump(u8 *out, u32 out_len)
{
	u32 round = kernel.sent;
	u32 n = kernel.dumps < 208 ? kernel.dumps : 208;
	struct {
		struct prm_bits at;
		u64 value;
	} fields[] = {
		{ PRM_AT(resource_dump, seq_num), round },
		{ PRM_AT(resource_dump, device_opaque), round * 0x100000007 },
		{ PRM_AT(resource_dump, size), n },
		{ PRM_AT(resource_dump, more_dump), kernel.dumps > n },
	};

	memset(out, 0, out_len);
	kernel.dumps -= n;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		assert_true(prm_set(out, out_len, in_register(fields[i].at),
				    fields[i].value));
}

/* All that is answered are ones, but the status. */
static int run(const struct fwctl_command *command)
{
	assert_int_equal(command->size, 32);
	kernel.sent++;
	kernel.scope = command->scope;
	memset((void *)(uintptr_t)command->out, 0xff, command->out_len);
	memset((void *)(uintptr_t)command->out, 0, 8);
	if (kernel.status)
		memcpy((void *)(uintptr_t)command->out,
		       (u8[4]){ kernel.status, 1, 1, 1 }, 4);
	if (kernel.dumps)
		dump((void *)(uintptr_t)command->out, command->out_len);
	return kernel.error;
}

/* Both in the place of libc's. Node N has the number 240:N. */
int fstat(int file, struct stat *status)
{
	char link[32], path[128] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	if (readlink(link, path, sizeof(path) - 1) < 0)
		return -1;
	*status = (struct stat){
		.st_mode = S_IFCHR,
		.st_rdev = makedev(240, path[strlen(path) - 1] - '0'),
	};
	return 0;
}

int ioctl(int file, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	assert_true(file >= 0);
	kernel.file = file;
	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	errno = request == FWCTL_IOCTL_ABOUT ? about(argument) :
		request == FWCTL_IOCTL_COMMAND ? run(argument) : ENOTTY;
	return errno ? -1 : 0;
}

/* The kernel's own, ours, one of another driver, and VFs' of a host and of a guest. */
#define TREE								\
	"cd %s && mkdir -p drivers/mlx5_core drivers/cxl_mem dev/fwctl kernel/security && " \
	"i=0 && for name in one two three four five; do "			\
	"mkdir -p $name class/fwctl/fwctl$i && touch dev/fwctl/fwctl$i && " \
	"ln -s ../drivers/mlx5_core $name/driver && "			\
	"ln -s ../../../$name class/fwctl/fwctl$i/device && "		\
	"echo 240:$i >class/fwctl/fwctl$i/dev && "			\
	"i=$((i + 1)) || exit; done && "				\
	"ln -sfn ../drivers/cxl_mem three/driver && ln -s ../one four/physfn && " \
	"echo 0x101e >five/device && echo 0x1021 >one/device && " \
	"echo 0123abcd >class/fwctl/fwctl1/policy_hash && "		\
	"mkdir other && ln -s ../dev/fwctl/fwctl0 other/fwctl1 && "	\
	"ln -s ../dev/fwctl/fwctl1 other/fwctl0 && touch other/fwctl9"

static char root[] = "/tmp/mlx5ctl-unit-XXXXXX";
static char dev[64];

static int begin(void **state)
{
	char command[1024];

	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(command, sizeof(command), TREE, root);
	if (system(command))
		return -1;
	snprintf(dev, sizeof(dev), "%s/dev", root);
	node_roots = (struct node_roots){ .sys = root, .dev = dev };
	return 0;
}

static int end(void **state)
{
	(void)state;
	return remove_tree(root);
}

static struct mlx5ctl_device *opened(const char *name)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	memset(&kernel, 0, sizeof(kernel));
	kernel.type = FWCTL_TYPE_MLX5;
	if (mlx5ctl_open(name, &device, &error))
		fail_msg("%s: %s", name, error.message);
	return device;
}

static void write_file(const char *name, const char *line)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "w");
	assert_true(file && fprintf(file, "%s\n", line) > 0 && !fclose(file));
}

static int append(void *context, const char *device, const char *description)
{
	strcat(context, device);
	strcat(context, ": ");
	strcat(context, description);
	strcat(context, "\n");
	return 0;
}

static void only_the_kernels_own_are_listed_and_of_our_driver(void **state)
{
	char text[512] = "";

	(void)state;
	assert_int_equal(mlx5ctl_list(append, text), 0);
	assert_string_equal(text, "fwctl0: one, driver mlx5_core\n"
			    "fwctl3: four, driver mlx5_core\n"
			    "fwctl4: five, driver mlx5_core\n");
}

static void what_may_not_be_seen_is_not_there(void **state)
{
	char text[512] = "";
	int ret;

	(void)state;
	assert_int_equal(chmod(root, 0), 0);
	if (!getuid())
		assert_int_equal(seteuid(65534), 0);
	ret = mlx5ctl_list(append, text);
	assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(chmod(root, 0700), 0);
	assert_int_equal(ret, 0);
	assert_string_equal(text, "");
}

static void a_node_is_opened_by_name_number_function_and_path(void **state)
{
	struct mlx5ctl_device_info info;
	struct mlx5ctl_device *device;
	const char *names[] = { "fwctl1", "1", "two", NULL };
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/fwctl/fwctl1", dev);
	names[3] = path;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		device = opened(names[i]);
		assert_int_equal(mlx5ctl_get_info(device, &info, NULL), 0);
		assert_string_equal(info.transport, "fwctl");
		assert_string_equal(info.device, "fwctl1");
		assert_string_equal(info.policy_hash, "0123abcd");
		assert_int_equal(info.uid, 7);
		assert_int_equal(info.uctx_cap, 4);
		assert_true(fcntl(kernel.file, F_GETFD) & FD_CLOEXEC);
		mlx5ctl_close(device);
	}
}

static int sent(struct mlx5ctl_device *device, const u8 *in, u32 in_len,
		u8 *out, u32 out_len, struct mlx5ctl_error *error)
{
	kernel.sent = 0;
	return mlx5ctl_exec(device, in, in_len, out, out_len, error);
}

static const u8 query_eq[16] = { 0x03, 0x03 };
static const u8 query_adapter[16] = { 0x01, 0x01 };
static const u8 alloc_pd[16] = { 0x08, 0x00 };
static const u8 create_umem[16] = { 0x0a, 0x08 };
static const u8 query_contexts[16] = { 0x02, 0x03 };
static const u8 arm_reset[24] = {
	0x08, 0x05, [9] = 0, [10] = 0x90, [11] = 0x28, [23] = 0x48,
};
static const u8 resource_dump[PRM_HEADER_BYTES + PRM_SIZE_resource_dump] = {
	0x08, 0x05, [7] = 1, [10] = 0xc0,
};
static const u8 set_diagnostics[32] = { 0x08, 0x20 };

static void another_kind_of_device_is_no_device(void **state)
{
	static const char *const names[] = {
		"fwctl2", "fwctl9", "/nowhere/fwctl0", "emu:/tmp/fwctl0",
		"three",
	};
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(mlx5ctl_open(names[i], &device, NULL), -ENODEV);
	kernel.type = 2;
	assert_int_equal(mlx5ctl_open("fwctl0", &device, &error), -ENODEV);
	assert_string_equal(error.message,
			    "fwctl0 is no mlx5 device, but of type 2.");
}

/* What is judged here, and what there, is not a matter of a file's name. */
static void a_node_is_what_its_number_says_and_not_its_path(void **state)
{
	static const struct {
		const char *path, *name, *hash;
	} rows[] = {
		{ "other/fwctl1", "fwctl0", "" },
		{ "other/fwctl0", "fwctl1", "0123abcd" },
		{ "other/fwctl9", "fwctl9", "" },
	};
	struct mlx5ctl_device_info info;
	struct mlx5ctl_device *device;
	char path[128];
	u8 out[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, rows[i].path);
		device = opened(path);
		assert_int_equal(mlx5ctl_get_info(device, &info, NULL), 0);
		assert_string_equal(info.device, rows[i].name);
		assert_string_equal(info.policy_hash, rows[i].hash);
		sent(device, create_umem, 16, out, 16, NULL);
		assert_int_equal(kernel.sent, *rows[i].hash ? 1 : 0);
		mlx5ctl_close(device);
	}
}

/* With the last file that it may open, it cannot be asked whose the node is. */
static void a_node_that_cannot_be_looked_at_is_not_opened(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	char path[128];
	int ret;

	(void)state;
	snprintf(path, sizeof(path), "%s/fwctl/fwctl4", dev);
	leave_files(1);
	ret = mlx5ctl_open(path, &device, &error);
	leave_files(ALL_FILES);
	assert_int_equal(ret, -EMFILE);
	assert_string_equal(error.message, "The device 'fwctl4' cannot be opened: Too many open files.");
}

static void a_label_says_no_more_than_the_command_is(void **state)
{
	static const struct {
		const u8 *in;
		u32 in_len, out_len, scope;
	} rows[] = {
		{ query_eq, sizeof(query_eq), 272, FWCTL_DEBUG_READ_ONLY },
		{ arm_reset, sizeof(arm_reset), 24, FWCTL_CONFIGURATION },
		{ set_diagnostics, sizeof(set_diagnostics), 16, FWCTL_DEBUG_WRITE },
	};
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_error error;
	u8 out[272];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (sent(device, rows[i].in, rows[i].in_len, out,
			 rows[i].out_len, &error))
			fail_msg("%zu: %s", i, error.message);
		assert_int_equal(kernel.scope, rows[i].scope);
	}
	mlx5ctl_close(device);
}

static void the_kernels_own_is_sent_nothing_that_is_refused(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_error error;
	u8 out[16];

	(void)state;
	assert_int_equal(sent(device, create_umem, 16, out, 16, &error),
			 -EBADMSG);
	assert_int_equal(kernel.sent, 0);
	assert_string_equal(error.reason, "owned-elsewhere");
	mlx5ctl_close(device);
	device = opened("fwctl1");
	kernel.error = EBADMSG;
	assert_int_equal(sent(device, create_umem, 16, out, 16, &error),
			 -EBADMSG);
	assert_int_equal(kernel.sent, 1);
	assert_string_equal(error.reason, "owned-elsewhere");
	mlx5ctl_close(device);
}

static void what_that_kernel_lacks_is_said_to_be_missing_there(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_error error;
	u8 out[16];
	u32 id;

	(void)state;
	kernel.error = EBADMSG;
	assert_int_equal(sent(device, alloc_pd, 16, out, 16, &error),
			 -EOPNOTSUPP);
	assert_int_equal(kernel.sent, 1);
	assert_non_null(strstr(error.message, "does not know ALLOC_PD"));
	assert_non_null(error.hint);
	assert_int_equal(mlx5ctl_register_memory(device, out, 16, &id, &error),
			 -EOPNOTSUPP);
	kernel.error = ENODEV;
	assert_int_equal(sent(device, alloc_pd, 16, out, 16, &error), -ENODEV);
	mlx5ctl_close(device);
}

static void secrets_are_blanked_where_the_kernel_shows_them(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	u8 out[32];

	(void)state;
	assert_int_equal(sent(device, query_contexts, 16, out, 32, NULL), 0);
	assert_int_equal(out[8], 0xff);		/* dump_fill_mkey */
	for (int i = 12; i < 16; i++)		/* resd_lkey */
		assert_int_equal(out[i], 0);
	/* Behind an error there may be anybody's bytes. */
	kernel.status = 3;
	assert_int_equal(sent(device, query_contexts, 16, out, 32, NULL),
			 -EREMOTEIO);
	for (int i = 1; i < 32; i++)
		assert_int_equal(out[i], 0);
	mlx5ctl_close(device);
}

static int count(void *context, const void *bytes, u32 len)
{
	(void)bytes;
	*(u32 *)context += len;
	return 0;
}

static int resources(struct mlx5ctl_device *device, u16 vhca_id, u32 *length,
		     struct mlx5ctl_error *error)
{
	const struct mlx5ctl_dump_request request = {
		.type = MLX5CTL_SEGMENT_MENU, .vhca_id = vhca_id,
	};
	struct mlx5ctl_dump inlined = { .take = count, .context = length };

	*length = 0;
	return mlx5ctl_resource_dump(device, &request, &inlined, error);
}

static void a_dump_goes_on_from_what_was_answered_and_nothing_else(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_error error;
	u8 in[sizeof(resource_dump)], out[272];
	u32 length;

	(void)state;
	memcpy(in, resource_dump, sizeof(in));
	kernel.dumps = 2 * 208 + 8;
	if (resources(device, 0, &length, &error))
		fail_msg("%s", error.message);
	assert_int_equal(length, 2 * 208 + 8);
	assert_int_equal(kernel.sent, 3);
	assert_true(prm_set(in, sizeof(in), in_register(PRM_AT(resource_dump,
			    device_opaque)), 2 * 0x100000007ull));
	assert_int_equal(mlx5ctl_exec(device, in, sizeof(in), out, sizeof(in),
				      &error), -EBADMSG);
	assert_string_equal(error.reason, "stale");
	assert_int_equal(kernel.sent, 3);
	/* Other answers, of whatever bytes, are none of its rounds. */
	assert_true(prm_set(in, sizeof(in), in_register(PRM_AT(resource_dump,
			    device_opaque)), UINT64_MAX));
	assert_int_equal(sent(device, query_eq, 16, out, 272, NULL), 0);
	assert_int_equal(mlx5ctl_exec(device, in, sizeof(in), out, sizeof(in),
				      &error), -EBADMSG);
	assert_string_equal(error.reason, "stale");
	mlx5ctl_close(device);
}

static void a_virtual_function_does_not_reach_beyond_itself(void **state)
{
	struct mlx5ctl_error error;
	struct mlx5ctl_device *device;
	u32 length;

	(void)state;
	device = opened("fwctl0");
	kernel.dumps = 8;
	assert_int_equal(resources(device, 5, &length, &error), 0);
	mlx5ctl_close(device);
	for (int i = 3; i < 5; i++) {
		device = opened(i == 3 ? "fwctl3" : "fwctl4");
		kernel.dumps = 8;
		assert_int_equal(resources(device, 5, &length, &error), -EBADMSG);
		assert_string_equal(error.reason, "other-function");
		mlx5ctl_close(device);
	}
}

/* As on our node, where an administrator can take as much from others, too. */
static void a_function_that_is_restricted_tells_what_it_is_and_no_more(void **state)
{
	static const struct {
		const char *name, *access;
		unsigned int sent;
	} rows[] = {
		{ "fwctl3", "", 0 }, { "fwctl4", "", 0 },
		{ "fwctl1", "read", 1 }, { "fwctl1", "none", 1 },
	};
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	u8 out[272];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		device = opened(rows[i].name);
		write_file("class/fwctl/fwctl1/access", rows[i].access);
		kernel.error = EBADMSG;
		assert_int_equal(sent(device, query_eq, 16, out, 272, &error),
				 -EBADMSG);
		assert_string_equal(error.reason, "narrowed");
		assert_int_equal(kernel.sent, rows[i].sent);
		assert_int_equal(mlx5ctl_explain(device, query_eq, 16, 272, -1,
						 &verdict, NULL), 0);
		assert_string_equal(verdict.reason, "narrowed");
		kernel.error = 0;
		assert_int_equal(sent(device, query_adapter, 16, out, 272,
				      &error), 0);
		mlx5ctl_close(device);
	}
	device = opened("fwctl1");
	write_file("class/fwctl/fwctl1/access", "all");
	assert_int_equal(mlx5ctl_explain(device, query_eq, 16, 272, -1,
					 &verdict, NULL), 0);
	assert_string_equal(verdict.reason, "allowed");
	mlx5ctl_close(device);
}

static void what_lockdown_closes_is_not_sent_to_the_kernels_own(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_verdict verdict;
	struct mlx5ctl_error error;
	u8 full_qpc[sizeof(resource_dump)], out[sizeof(full_qpc)];

	(void)state;
	memcpy(full_qpc, resource_dump, sizeof(full_qpc));
	assert_true(prm_set(full_qpc, sizeof(full_qpc), in_register(PRM_AT(
			    resource_dump, segment_type)), 0x1000));
	assert_true(prm_set(full_qpc, sizeof(full_qpc), in_register(PRM_AT(
			    resource_dump, inline_dump)), 1));
	write_file("kernel/security/lockdown", "none [integrity] confidentiality");
	assert_int_equal(sent(device, full_qpc, sizeof(full_qpc), out,
			      sizeof(out), &error), 0);
	write_file("kernel/security/lockdown", "none integrity [confidentiality]");
	assert_int_equal(sent(device, full_qpc, sizeof(full_qpc), out,
			      sizeof(out), &error), -EPERM);
	assert_string_equal(error.reason, "locked-down");
	assert_int_equal(kernel.sent, 0);
	assert_int_equal(mlx5ctl_explain(device, full_qpc, sizeof(full_qpc),
					 sizeof(out), -1, &verdict, NULL), 0);
	assert_string_equal(verdict.reason, "allowed");
	assert_int_equal(sent(device, query_eq, 16, out, 272, &error), 0);
	mlx5ctl_close(device);
	device = opened("fwctl3");	/* which may not whatever is locked down */
	assert_int_equal(sent(device, full_qpc, sizeof(full_qpc), out,
			      sizeof(out), &error), -EBADMSG);
	assert_string_equal(error.reason, "narrowed");
	mlx5ctl_close(device);
	write_file("kernel/security/lockdown", "[none] integrity confidentiality");
}

static void not_permitted_is_a_capability_or_lockdown(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	u8 out[16];

	(void)state;
	for (int i = 0; i < 2; i++) {
		device = opened(i ? "fwctl1" : "fwctl0");
		kernel.error = EPERM;
		assert_int_equal(sent(device, set_diagnostics, 32, out, 16,
				      &error), -EPERM);
		assert_int_equal(kernel.sent, 1);
		assert_string_equal(error.message, "SET_DIAGNOSTIC_PARAMS is refused: it needs CAP_SYS_ADMIN.");
		mlx5ctl_close(device);
	}
}

/* Of the kernel's own: what mlx5_core said, which has meanings of its own. */
static void every_errno_has_one_meaning(void **state)
{
	static const struct {
		int error, code;
	} rows[] = {
		{ EBUSY, -EAGAIN }, { ECANCELED, -EAGAIN },
		{ EALREADY, -EAGAIN }, { EAGAIN, -EAGAIN },
		{ ENXIO, -ENODEV }, { ENODEV, -ENODEV }, { ENOMEM, -ENOMEM },
		{ ETIMEDOUT, -ETIMEDOUT }, { EMSGSIZE, -EMSGSIZE },
		{ EOPNOTSUPP, -EOPNOTSUPP }, { EIO, -EIO }, { EFAULT, -EIO },
		{ EINVAL, -EIO }, { EBADR, -EIO }, { ENOMSG, -EIO },
	};
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_error error;
	u8 out[272];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		kernel.error = rows[i].error;
		assert_int_equal(sent(device, query_eq, 16, out, 272, &error),
				 rows[i].code);
		assert_int_equal(error.code, rows[i].code);
	}
	mlx5ctl_close(device);
	device = opened("fwctl1");
	kernel.error = EFAULT;
	assert_int_equal(sent(device, query_eq, 16, out, 272, &error), -EFAULT);
	/* It knows why, which here may be told by another reason. */
	kernel.error = EPERM;
	assert_int_equal(sent(device, create_umem, 16, out, 16, &error), -EPERM);
	mlx5ctl_close(device);
}

static void a_label_that_is_asked_about_is_a_ceiling(void **state)
{
	struct mlx5ctl_device *device = opened("fwctl0");
	struct mlx5ctl_verdict verdict;

	(void)state;
	assert_int_equal(mlx5ctl_explain(device, query_eq, 16, 272, 0,
					 &verdict, NULL), 0);
	assert_string_equal(verdict.reason, "label");
	assert_int_equal(mlx5ctl_explain(device, query_eq, 16, 272, 1,
					 &verdict, NULL), 0);
	assert_string_equal(verdict.reason, "allowed");
	assert_int_equal(mlx5ctl_explain(device, query_eq, 16, 272, 4,
					 &verdict, NULL), -EINVAL);
	assert_int_equal(kernel.sent, 0);
	mlx5ctl_close(device);
}

/* Of our face, which has made it: its judge is asked, and ours agrees. */
static void a_pd_is_its_files_until_it_is_given_back(void **state)
{
	static const u8 dealloc_pd[16] = {
		0x08, 0x01, [9] = 0xff, [10] = 0xff, [11] = 0xff,
	};
	struct mlx5ctl_device *device = opened("fwctl1");
	struct mlx5ctl_verdict verdict;
	u8 out[16];

	(void)state;
	kernel.status = 3;
	assert_int_equal(sent(device, alloc_pd, 16, out, 16, NULL), -EREMOTEIO);
	kernel.status = 0;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mlx5ctl_explain(device, dealloc_pd, 16, 16, -1,
						 &verdict, NULL), 0);
		assert_string_equal(verdict.reason, "foreign");
		assert_int_equal(sent(device, alloc_pd, 16, out, 16, NULL), 0);
		assert_int_equal(mlx5ctl_explain(device, dealloc_pd, 16, 16, -1,
						 &verdict, NULL), 0);
		assert_string_equal(verdict.reason, "allowed");
		assert_int_equal(sent(device, dealloc_pd, 16, out, 16, NULL), 0);
		assert_int_not_equal(kernel.scope, FWCTL_DEBUG_WRITE_FULL);
	}
	/* Mainline's has no limit, and there is room for 128. */
	for (int i = 0; i < 130; i++)
		assert_int_equal(sent(device, alloc_pd, 16, out, 16, NULL), 0);
	mlx5ctl_close(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_kernels_own_are_listed_and_of_our_driver),
		cmocka_unit_test(what_may_not_be_seen_is_not_there),
		cmocka_unit_test(a_node_is_opened_by_name_number_function_and_path),
		cmocka_unit_test(another_kind_of_device_is_no_device),
		cmocka_unit_test(a_node_is_what_its_number_says_and_not_its_path),
		cmocka_unit_test(a_node_that_cannot_be_looked_at_is_not_opened),
		cmocka_unit_test(a_label_says_no_more_than_the_command_is),
		cmocka_unit_test(the_kernels_own_is_sent_nothing_that_is_refused),
		cmocka_unit_test(what_that_kernel_lacks_is_said_to_be_missing_there),
		cmocka_unit_test(secrets_are_blanked_where_the_kernel_shows_them),
		cmocka_unit_test(a_dump_goes_on_from_what_was_answered_and_nothing_else),
		cmocka_unit_test(a_virtual_function_does_not_reach_beyond_itself),
		cmocka_unit_test(a_function_that_is_restricted_tells_what_it_is_and_no_more),
		cmocka_unit_test(what_lockdown_closes_is_not_sent_to_the_kernels_own),
		cmocka_unit_test(not_permitted_is_a_capability_or_lockdown),
		cmocka_unit_test(every_errno_has_one_meaning),
		cmocka_unit_test(a_label_that_is_asked_about_is_a_ceiling),
		cmocka_unit_test(a_pd_is_its_files_until_it_is_given_back),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
