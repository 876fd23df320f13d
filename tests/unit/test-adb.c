// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mstflint's register database, out of a file of this one's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adb.h"
#include "decode.h"
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

#define NODE(name, fields) "<node name=\"" name "\" size=\"0x8.0\">" fields "</node>"
#define PART(name, part, at, more)					\
	"<field name=\"" name "\" subnode=\"" part "\" offset=\"" at	\
	"\" size=\"0x4.0\"" more "/>"
#define VARIABLE " low_bound=\"0\" high_bound=\"VARIABLE\""

/* Of chained nodes, each with as many of the next as there are. */
static char *nested_arrays(u32 levels)
{
	char *text = malloc(64 + levels * 160);
	u32 n = sprintf(text, "<NodesDefinition>");

	for (u32 i = 0; i < levels; i++)
		n += sprintf(text + n, "<node name=\"n%u\" size=\"0x4.0\"><field name=\"v\" subnode=\"n%u\" offset=\"0x0.0\" size=\"0x4.0\"" VARIABLE "/></node>",
			     i, i + 1);
	sprintf(text + n, "<node name=\"n%u\" size=\"0x4.0\"><field name=\"v\" offset=\"0x0.0\" size=\"0x4.0\"/></node></NodesDefinition>",
		levels);
	return text;
}

static void assert_decoded(struct adb *adb, const char *node,
			   const char *expected)
{
	static const u8 bytes[16] = { [3] = 1, [7] = 2, [11] = 3, [15] = 4 };
	struct json_object *object = decode_bytes(adb_layout(adb, node), bytes,
						  sizeof(bytes));

	assert_string_equal(json_object_to_json_string_ext(object,
							   JSON_C_TO_STRING_PLAIN),
			    expected);
	json_object_put(object);
}

static void what_is_open_is_a_structure_only_at_the_end(void **state)
{
	static const char text[] =
		"<NodesDefinition>"
		"<node name=\"list\" size=\"0x4.0\"><field name=\"v\" offset=\"0x0.0\" size=\"0x4.0\"" VARIABLE "/></node>"
		NODE("last", "<field name=\"n\" offset=\"0x0.0\" size=\"0x4.0\"/>" PART("rest", "list", "0x4.0", ""))
		NODE("first", PART("rest", "list", "0x0.0", ""))
		"</NodesDefinition>";
	struct adb *adb = adb_parse(text, sizeof(text) - 1);

	(void)state;
	assert_decoded(adb, "last", "{\"n\":1,\"rest\":{\"v\":[2,3,4]}}");
	assert_decoded(adb, "first", "{\"rest\":\"00000001\"}");
	adb_free(adb);
}

static void arrays_without_end_do_not_multiply(void **state)
{
	char *text = nested_arrays(5);
	struct adb *adb = adb_parse(text, strlen(text));

	(void)state;
	free(text);
	assert_decoded(adb, "n4", "{\"v\":[{\"v\":1},{\"v\":2},{\"v\":3},{\"v\":4}]}");
	assert_decoded(adb, "n0", "{\"v\":\"00000001000000020000000300000004\"}");
	adb_free(adb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_that_is_what_is_said),
		cmocka_unit_test(a_layout_is_the_same_whatever_was_asked_before),
		cmocka_unit_test(what_is_open_is_a_structure_only_at_the_end),
		cmocka_unit_test(arrays_without_end_do_not_multiply),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
