// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Whole devices: what one thing changes is seen in the answers that show it
 * and in no other, whether a document says it or a command did it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syndromes.h"
#include "world.h"

#define ROUNDS 40
#define MAX_LABELS 4

static int open_world(void **state)
{
	static struct world world;

	world_open(&world, random_below(2));
	*state = &world;
	return 0;
}

static int close_world(void **state)
{
	world_close(*state);
	return 0;
}

static bool is_expected(const char *label, const char *const *labels)
{
	for (u32 i = 0; i < MAX_LABELS && labels[i]; i++)
		if (!strcmp(labels[i], label))
			return true;
	return false;
}

/* Those answers differ, and no others. */
static void assert_differ(const struct world *world, const char *what,
			  const struct answers *before,
			  const struct answers *after,
			  const char *const *labels)
{
	for (u32 i = 0; i < world->n; i++) {
		const struct question *question = &world->questions[i];
		bool same = !memcmp(before->out[i], after->out[i],
				    question->out_len);

		if (same == is_expected(question->label, labels))
			fail_msg("%s: '%s' is %s", what, question->label,
				 same ? "the same" : "another");
	}
}

/* The document as it is now, against what was answered before it changed. */
static void assert_change(const struct world *world, const char *what,
			  const struct answers *before,
			  const char *const *labels)
{
	struct emu_device *device = world_device(world);
	struct answers after = { 0 };

	answers_ask(&after, world, device);
	assert_differ(world, what, before, &after, labels);
	answers_free(&after, world);
	emu_destroy(device);
}

static struct answers answers_now(const struct world *world)
{
	struct emu_device *device = world_device(world);
	struct answers answers = { 0 };

	answers_ask(&answers, world, device);
	emu_destroy(device);
	return answers;
}

/* Who shows what the section 'device' says. */
static const struct {
	const char *key;
	u32 bits;		/* 0: a text */
	const char *labels[MAX_LABELS];
} facts[] = {
	{ "pci_device_id", 16, { "reg MGIR 0" } },
	{ "hw_device_id", 16, { "reg MGIR 0" } },
	{ "hw_revision", 16, { "reg MGIR 0" } },
	{ "num_ports", 8, { "reg MGIR 0", "cap GENERAL current",
			    "cap GENERAL maximum" } },
	{ "firmware_major", 8, { "reg MGIR 0" } },
	{ "firmware_minor", 8, { "reg MGIR 0" } },
	{ "firmware_subminor", 16, { "reg MGIR 0" } },
	{ "base_mac", 48, { "reg MGIR 0" } },
	{ "ieee_vendor_id", 24, { "adapter" } },
	{ "vsd_vendor_id", 16, { "adapter" } },
	{ "issi_current", 16, { "issi" } },
	{ "issi_supported", 32, { "issi" } },
	{ "boot_pages", 12, { "pages boot" } },
	{ "init_pages", 12, { "pages init" } },
	/* In configuration space: no command shows these. */
	{ "pci_subsystem_id", 16, { NULL } },
	{ "msix_vectors", 8, { NULL } },
	{ "psid", 0, { "adapter", "reg MGIR 0" } },
	{ "vsd", 0, { "adapter", "text 3", "text 4" } },
	{ "model_name", 0, { "text 1" } },
	{ "model_description", 0, { "text 2" } },
	{ "driver_version", 0, { "driver version" } },
	{ "vuid", 0, { "vuid" } },
};

/* A number as wide as may be, or sixteen letters. */
static struct json_object *another(struct json_object *now, u32 bits)
{
	char text[17] = { 0 };
	u64 value;

	for (u32 i = 0; i < 16; i++)
		text[i] = 'a' + random_below(26);
	if (!bits)
		return json_object_new_string(text);
	do {
		value = random_number() >> (64 - bits);
	} while (value == world_number(now, NULL));
	return json_object_new_uint64(value);
}

static void a_fact_about_the_device_shows_where_it_belongs(void **state)
{
	struct world *world = *state;
	struct json_object *device = world_section(world, "device");
	struct answers before = answers_now(world);

	assert_int_equal(json_object_object_length(device), ARRAY_SIZE(facts));
	for (u32 i = 0; i < ARRAY_SIZE(facts); i++) {
		struct json_object *now =
			json_object_object_get(device, facts[i].key);

		json_object_get(now);
		json_object_object_add(device, facts[i].key,
				       another(now, facts[i].bits));
		assert_change(world, facts[i].key, &before, facts[i].labels);
		json_object_object_add(device, facts[i].key, now);
	}
	answers_free(&before, world);
}

/* What leads to something else than the type of capabilities itself. */
static bool has_consequences(const char *name)
{
	static const char *const names[] = {
		"roce", "qos", "general_obj_types", "driver_version",
		"vport_group_manager", "vhca_id", "num_ports", "query_vuid",
		"debug", "single", "num_of_diagnostic_counters",
		"core_dump_general", "migration", "xrc", "dct", "tag_matching",
		"eswitch_manager", "vport_counters", "cc_query_allowed",
	};

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Other fields mean something else when this one changes. */
static bool is_selector(const struct prm_layout *layout, const char *name)
{
	for (u32 i = 0; i < layout->n_fields; i++)
		for (u32 k = 0; k < layout->fields[i].n_cases; k++)
			if (!strcmp(layout->fields[i].cases[k].selector, name))
				return true;
	return false;
}

/* Any number of a layout that does not select. */
static const struct prm_field *random_field(const struct prm_layout *layout)
{
	for (u32 tries = 0; tries < 200 && layout->n_fields; tries++) {
		const struct prm_field *field =
			&layout->fields[random_below(layout->n_fields)];

		if (field->type == PRM_NUMBER && !field->is_array &&
		    field->access != PRM_INDEX &&
		    !is_selector(layout, field->name))
			return field;
	}
	return NULL;
}

static void flip(struct json_object *fields, const struct prm_field *field)
{
	struct json_object *now = json_object_object_get(fields, field->name);
	u64 value = now ? world_number(now, field) : 0;

	json_object_object_add(fields, field->name,
			       json_object_new_uint64(value ^ 1));
}

static struct json_object *copy_of(struct json_object *object)
{
	return json_tokener_parse(json_object_to_json_string(object));
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = json_object_object_get(object, name);

	if (!value) {
		value = json_object_new_object();
		json_object_object_add(object, name, value);
	}
	return value;
}

/* The maximum is what is current, unless it is said to be something else. */
static void change_capability(struct world *world,
			      const struct answers *before)
{
	const struct prm_capability *type =
		&prm_capabilities[random_below(prm_n_capabilities)];
	const struct prm_field *field =
		random_field(prm_capability_layout(type->type));
	struct json_object *all = world_section(world, "capabilities");
	struct json_object *now = member(all, type->name);
	struct json_object *maximum = json_object_object_get(now, "maximum");
	char what[128], labels[2][64];
	const char *expected[MAX_LABELS] = { labels[0], labels[1] };

	if (!field || has_consequences(field->name))
		return;
	now = copy_of(now);
	flip(member(member(all, type->name), "current"), field);
	sprintf(what, "%s.%s", type->name, field->name);
	sprintf(labels[0], "cap %s current", type->name);
	sprintf(labels[1], "cap %s maximum", type->name);
	if (json_object_object_get(maximum, field->name))
		expected[1] = NULL;
	assert_change(world, what, before, expected);
	json_object_object_add(all, type->name, now);
}

static void a_capability_shows_in_its_type_alone(void **state)
{
	struct world *world = *state;
	struct answers before = answers_now(world);

	for (u32 i = 0; i < ROUNDS; i++)
		change_capability(world, &before);
	answers_free(&before, world);
}

/* What they show is worked out, or from elsewhere. */
static bool is_composed(const char *name)
{
	static const char *const names[] = {
		"MGIR", "MCAM", "PCAM", "QCAM", "SBCAM", "MTCAP", "MVCAP",
		"MTMP", "MCQS", "MCIA", "MQIS", "MTRC_CAP", "MTRC_CTRL",
	};

	for (u32 i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static struct json_object *instance_of(const struct world *world,
				       const char *name, u32 n)
{
	struct json_object *all = json_object_object_get(
		world_section(world, "registers"), name);

	return json_object_is_type(all, json_type_array) ?
	       json_object_array_get_idx(all, n) : all;
}

/* "reg NAME N" */
static void change_register(struct world *world, const struct answers *before,
			    const struct question *question)
{
	const char *expected[MAX_LABELS] = { question->label };
	const struct prm_field *field;
	struct json_object *fields;
	char name[32];
	u32 n;

	if (sscanf(question->label, "reg %31s %u", name, &n) != 2 ||
	    is_composed(name))
		return;
	field = random_field(prm_register_by_name(name)->layout);
	fields = instance_of(world, name, n);
	if (!field || !json_object_is_type(fields, json_type_object) ||
	    !strcmp(field->name, "local_port") ||
	    !strcmp(field->name, "port_number") ||
	    !strcmp(field->name, "pin") || !strcmp(field->name, "info_type"))
		return;
	flip(fields, field);
	assert_change(world, field->name, before, expected);
	flip(fields, field);
}

static void a_field_of_a_register_shows_in_its_instance_alone(void **state)
{
	struct world *world = *state;
	struct answers before = answers_now(world);

	for (u32 i = 0; i < ROUNDS; i++)
		change_register(world, &before,
				&world->questions[random_below(world->n)]);
	answers_free(&before, world);
}

/* Down through structures to a number; NULL where there is none. */
static const struct prm_field *descend(const struct prm_layout *layout,
				       struct json_object **fields)
{
	const struct prm_field *field;

	for (u32 tries = 0; tries < 50; tries++) {
		field = &layout->fields[random_below(layout->n_fields)];
		if (field->is_array || !strcmp(field->name, "status") ||
		    !strcmp(field->name, "syndrome") ||
		    is_selector(layout, field->name))
			continue;
		if (field->type == PRM_NUMBER)
			return field;
		if (field->type != PRM_STRUCT)
			continue;
		*fields = member(*fields, field->name);
		layout = field->layout;
	}
	return NULL;
}

static void change_object(struct world *world, const struct answers *before,
			  u32 n)
{
	struct json_object *objects = world_section(world, "objects");
	struct json_object *object = json_object_array_get_idx(objects, n);
	struct json_object *kept = copy_of(object);
	struct json_object *fields = member(object, "fields");
	const char *expected[MAX_LABELS] = { NULL };
	const struct prm_field *field;
	char label[32];
	int asked;

	sprintf(label, "obj %u", n);
	expected[0] = label;
	asked = question_find(world, label);
	assert_true(asked >= 0);
	if (json_object_is_type(fields, json_type_object)) {
		field = descend(prm_command_by_opcode(
			world->questions[asked].opcode)->out, &fields);
		if (field) {
			flip(fields, field);
			assert_change(world, field->name, before, expected);
		}
	}
	json_object_array_put_idx(objects, n, kept);
}

static void a_field_of_an_object_shows_in_its_query_alone(void **state)
{
	struct world *world = *state;
	struct answers before = answers_now(world);
	size_t n = json_object_array_length(world_section(world, "objects"));

	for (u32 i = 0; i < ROUNDS; i++)
		change_object(world, &before, random_below(n));
	answers_free(&before, world);
}

/* What one counts shows where it is sampled; the rest, in the capabilities. */
static void a_counter_shows_where_it_belongs(void **state)
{
	static const char *const capabilities[MAX_LABELS] = {
		"cap DEBUG current", "cap DEBUG maximum",
	};
	struct world *world = *state;
	struct json_object *section = world_section(world, "diagnostics");
	struct json_object *all = json_object_object_get(section, "counters");
	const char *sampled = json_object_to_json_string(
		json_object_object_get(section, "sampling"));
	struct answers before = answers_now(world);

	for (u32 i = 0; i < json_object_array_length(all); i++) {
		struct json_object *row = json_object_array_get_idx(all, i);
		const char *id = json_object_get_string(
			json_object_object_get(row, "id"));
		const char *shown[MAX_LABELS] = { strstr(sampled, id) ?
						  "diagnostic counters" : NULL };
		const struct prm_field value = { .name = "value" };
		const struct prm_field sync = { .name = "sync" };

		flip(row, &value);
		assert_change(world, id, &before, shown);
		flip(row, &value);
		flip(row, &sync);
		assert_change(world, id, &before, capabilities);
		flip(row, &sync);
	}
	answers_free(&before, world);
}

static void every_question_is_answered(void **state)
{
	struct world *world = *state;
	struct answers answers = answers_now(world);

	assert_true(world->n > 200);
	for (u32 i = 0; i < world->n; i++)
		if (answers.out[i][0])
			fail_msg("'%s' has status %u",
				 world->questions[i].label, answers.out[i][0]);
	answers_free(&answers, world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define WORLD_TEST(name)						\
	cmocka_unit_test_setup_teardown(name, open_world, close_world)
		WORLD_TEST(every_question_is_answered),
		WORLD_TEST(a_fact_about_the_device_shows_where_it_belongs),
		WORLD_TEST(a_capability_shows_in_its_type_alone),
		WORLD_TEST(a_field_of_a_register_shows_in_its_instance_alone),
		WORLD_TEST(a_field_of_an_object_shows_in_its_query_alone),
		WORLD_TEST(a_counter_shows_where_it_belongs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
