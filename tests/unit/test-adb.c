// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mstflint's register database, out of a file of this one's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adb.h"
#include "unit.h"

#define LENGTH 20		/* of the chain: n0 has n1 in it, and so on */

static u32 allocations;
static u32 fails_at;		/* the n-th of them fails; 0: none does */

void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);

static bool is_left(void)
{
	if (++allocations != fails_at)
		return true;
	errno = ENOMEM;
	return false;
}

/* The linker has the library call these. */
void *__wrap_calloc(size_t count, size_t size)
{
	return is_left() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_left() ? __real_realloc(old, size) : NULL;
}

static char path[] = "/tmp/mlx5ctl-unit-XXXXXX";

/* More than is read at once. */
static bool write_database(FILE *file)
{
	fprintf(file, "<NodesDefinition>\n");
	for (u32 i = 0; i < LENGTH; i++)
		fprintf(file,
			"<node name=\"n%u\" size=\"0x4.0\"><field name=\"next\" subnode=\"n%u\" offset=\"0x0.0\" size=\"0x4.0\"/></node>\n",
			i, i + 1);
	fprintf(file,
		"<node name=\"access_reg_summary_ctrl_ext\" attr_is_union=\"1\" size=\"0x4.0\"><field name=\"id\" enum=\"N=0x7e01\" offset=\"0x0.0\" size=\"0x4.0\"/></node>\n"
		"<node name=\"access_reg_summary_ext\" attr_is_union=\"1\" size=\"0x4.0\"><field name=\"n\" subnode=\"n0\" selected_by=\"N\" offset=\"0x0.0\" size=\"0x4.0\"/></node>\n"
		"%*s</NodesDefinition>\n", 1 << 21, "");
	return !ferror(file);
}

static int begin(void **state)
{
	int number = mkstemp(path);
	FILE *file = number < 0 ? NULL : fdopen(number, "w");

	(void)state;
	return file && write_database(file) && !fclose(file) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return unlink(path);
}

/* Whichever allocation fails, it is not the file that is to blame. */
static void without_memory_that_is_what_is_said(void **state)
{
	struct adb *adb;

	(void)state;
	for (fails_at = 1;; fails_at++) {
		allocations = 0;
		errno = 0;
		adb = adb_load(path);
		if (allocations < fails_at)
			break;
		if (!adb && errno != ENOMEM)
			fail_msg("%u: %s", fails_at, strerror(errno));
		if (adb && (!adb_flaw(adb) ||
			    !strstr(adb_flaw(adb), "out of memory")))
			fail_msg("%u: %s", fails_at, adb_flaw(adb));
		adb_free(adb);
	}
	assert_true(fails_at > LENGTH);
	fails_at = 0;
	assert_null(adb_flaw(adb));
	adb_free(adb);
}

static u32 levels(const struct prm_layout *layout)
{
	u32 n = 0;

	for (; layout; layout = layout->fields[0].layout) {
		assert_int_equal(layout->n_fields, 1);
		n++;
	}
	return n;
}

static void a_layout_is_the_same_whatever_was_asked_before(void **state)
{
	struct adb *adb = adb_load(path);

	(void)state;
	assert_int_equal(levels(adb_layout(adb, "n12")), LENGTH - 12);
	adb_free(adb);
	adb = adb_load(path);
	assert_non_null(adb_layout(adb, "n0"));
	assert_int_equal(levels(adb_layout(adb, "n12")), LENGTH - 12);
	adb_free(adb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_that_is_what_is_said),
		cmocka_unit_test(a_layout_is_the_same_whatever_was_asked_before),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
