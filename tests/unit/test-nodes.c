// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Nodes of the kernel driver, found in a made-up sysfs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mlx5ctl.h"
#include "node-errors.h"
#include "nodes.h"
#include "unit.h"

#define FIRST "devices/pci0000:00/0000:08:00.0"
#define SECOND "devices/pci0001:00/0001:c4:00.1"

static char root[64];
static char dev[80];

/* What lies there: a folder ends with a slash, "a > b" is a link, "a = b" a file. */
static const char *const tree[] = {
	"bus/pci/drivers/mlx5_core/",
	"class/mlx5ctl/mlx5ctl-mlx5_core.ctl.10/", "class/mlx5ctl/mlx5ctl-mlx5_core.ctl.9/",
	"class/mlx5ctl/mlx5ctl-mlx5_core.ctl.11/", "class/mlx5ctl/another/",
	FIRST "/net/ens1np0/", FIRST "/infiniband/mlx5_0/", FIRST "/mlx5_core.eth.4/",
	FIRST "/infiniband/mlx5_0/fw_ver = 28.43.1014",
	FIRST "/driver > ../../../bus/pci/drivers/mlx5_core",
	SECOND "/net/eth7/",
	"class/mlx5ctl/mlx5ctl-mlx5_core.ctl.9/mdev > ../../../" FIRST,
	"class/mlx5ctl/mlx5ctl-mlx5_core.ctl.10/mdev > ../../../" SECOND,
};

static void make_folders(char *path)
{
	for (char *slash = path + strlen(root); (slash = strchr(slash + 1, '/'));) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
}

static int make(const char *line)
{
	char path[256];
	char *more;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, line);
	more = strpbrk(path, ">=");
	if (more)
		more[-1] = 0;
	make_folders(path);
	if (!more)
		return 0;
	if (*more == '>')
		return symlink(more + 2, path);
	file = fopen(path, "w");
	return !file || fprintf(file, "%s\n", more + 2) < 0 || fclose(file);
}

static int begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/nodes-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(dev, sizeof(dev), "%s/dev", root);
	node_roots = (struct node_roots){ .sys = root, .dev = dev };
	if (make("dev/"))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(tree); i++)
		if (make(tree[i]))
			return -1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	node_roots = (struct node_roots){ .sys = "/sys", .dev = "/dev" };
	return remove_tree(root);
}

static int append(void *context, const char *device, const char *description)
{
	char *text = context;

	sprintf(text + strlen(text), "%s: %s\n", device, description);
	return 0;
}

static int stop_at_once(void *context, const char *device,
			const char *description)
{
	(void)description;
	strcpy(context, device);
	return 7;
}

static void nodes_are_listed_by_number_with_what_sysfs_says(void **state)
{
	char text[512] = "";

	(void)state;
	assert_int_equal(mlx5ctl_list(append, text), 0);
	assert_string_equal(text,
			    "mlx5_core.ctl.9: 0000:08:00.0, driver mlx5_core, firmware 28.43.1014\n"
			    "mlx5_core.ctl.10: 0001:c4:00.1\n"
			    "mlx5_core.ctl.11: \n");
	assert_int_equal(mlx5ctl_list(stop_at_once, text), 7);
	assert_string_equal(text, "mlx5_core.ctl.9");
}

static void no_node_is_listed_where_there_is_no_driver(void **state)
{
	char text[512] = "";

	(void)state;
	node_roots.sys = "/nowhere";
	assert_int_equal(mlx5ctl_list(append, text), 0);
	assert_string_equal(text, "");
}

static void every_name_of_a_function_means_its_node(void **state)
{
	static const struct {
		const char *word, *name;
	} rows[] = {
		{ "mlx5_core.ctl.9", "mlx5_core.ctl.9" },
		{ "9", "mlx5_core.ctl.9" },
		{ "mlx5ctl-mlx5_core.ctl.9", "mlx5_core.ctl.9" },
		{ "0000:08:00.0", "mlx5_core.ctl.9" },
		{ "08:00.0", "mlx5_core.ctl.9" },
		{ "ens1np0", "mlx5_core.ctl.9" },
		{ "mlx5_0", "mlx5_core.ctl.9" },
		{ "mlx5_core.eth.4", "mlx5_core.ctl.9" },
		{ "10", "mlx5_core.ctl.10" },
		{ "0001:C4:00.1", "mlx5_core.ctl.10" },
		{ "eth7", "mlx5_core.ctl.10" },
	};
	struct node node;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!node_find(&driver_nodes, rows[i].word, &node))
			fail_msg("%s means nothing", rows[i].word);
		assert_string_equal(node.name, rows[i].name);
	}
}

static void another_word_means_no_node(void **state)
{
	static const char *const words[] = {
		"", ".", "..", "1", "09", "mlx5_core.ctl.1", "c4:00.1",
		"mlx5_core", "driver", "net", "net/ens1np0", "../net/ens1np0",
		"loop-control", "ens1np", "mlx5_core.eth.4/",
	};
	struct node node;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (node_find(&driver_nodes, words[i], &node))
			fail_msg("%s means %s", words[i], node.name);
}

static void a_node_that_is_not_there_is_no_device(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	(void)state;
	assert_int_equal(mlx5ctl_open("9", &device, &error), -ENODEV);
	assert_non_null(strstr(error.message, "mlx5_core.ctl.9"));
	assert_int_equal(mlx5ctl_open("/dev/mlx5ctl-nowhere", &device, &error),
			 -ENODEV);
	assert_int_equal(mlx5ctl_open("mlx5_core.ctl.3", &device, &error),
			 -ENODEV);
	assert_non_null(error.hint);
	assert_non_null(strstr(error.hint, "modprobe mlx5ctl"));
}

static void who_cannot_look_does_not_say_that_there_is_nothing(void **state)
{
	static const char *const names[] = { "9", "ens1np0", "fwctl0" };
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;
	char text[512] = "";
	int listed, opened[ARRAY_SIZE(names)];

	(void)state;
	leave_files(0);
	listed = mlx5ctl_list(append, text);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		opened[i] = mlx5ctl_open(names[i], &device, &error);
	leave_files(ALL_FILES);
	assert_int_equal(listed, -EMFILE);
	assert_string_equal(text, "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(opened[i], -EMFILE);
	assert_string_equal(error.message, "The device 'fwctl0' cannot be opened: Too many open files.");
	assert_null(error.hint);
}

static void as_many_files_as_one_may_have_are_not_a_full_disk(void **state)
{
	struct mlx5ctl_error error;

	(void)state;
	assert_int_equal(node_fail_open("9", ENOSPC, &error), -ENOSPC);
	assert_string_equal(error.message, "The device '9' cannot be opened: this user, or all without CAP_SYS_ADMIN, have as many files of it open as they may.");
}

static void what_answers_no_ioctl_is_no_device(void **state)
{
	struct mlx5ctl_device *device;
	struct mlx5ctl_error error;

	(void)state;
	assert_int_equal(make("dev/mlx5ctl-mlx5_core.ctl.9 = a file"), 0);
	assert_int_equal(mlx5ctl_open("9", &device, &error), -ENODEV);
	assert_null(device);
	assert_non_null(strstr(error.message, "mlx5_core.ctl.9"));
	assert_non_null(strstr(error.hint, "a node of the driver mlx5ctl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nodes_are_listed_by_number_with_what_sysfs_says, begin, end),
		cmocka_unit_test_setup_teardown(no_node_is_listed_where_there_is_no_driver, begin, end),
		cmocka_unit_test_setup_teardown(every_name_of_a_function_means_its_node, begin, end),
		cmocka_unit_test_setup_teardown(another_word_means_no_node, begin, end),
		cmocka_unit_test_setup_teardown(a_node_that_is_not_there_is_no_device, begin, end),
		cmocka_unit_test_setup_teardown(who_cannot_look_does_not_say_that_there_is_nothing, begin, end),
		cmocka_unit_test(as_many_files_as_one_may_have_are_not_a_full_disk),
		cmocka_unit_test_setup_teardown(what_answers_no_ioctl_is_no_device, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
