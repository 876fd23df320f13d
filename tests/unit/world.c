// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"

/* Fields that select beside those that the schema calls an index. */
static const char *const selecting[] = {
	"port_number", "local_port", "pin", "info_type",
};

static struct json_object *read_document(u32 n)
{
	struct json_object *root;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s.json", PERSONALITIES,
		 emu_shipped_name(n));
	root = json_object_from_file(path);
	if (!root)
		fail_msg("%s: %s", path, json_util_get_last_err());
	return root;
}

struct json_object *world_section(const struct world *world, const char *name)
{
	return json_object_object_get(world->root, name);
}

u64 world_number(struct json_object *value, const struct prm_field *field)
{
	const char *text = json_object_get_string(value);

	for (u32 i = 0; field && field->names && i < field->names->count; i++)
		if (!strcmp(field->names->values[i].name, text))
			return field->names->values[i].value;
	return strtoull(text, NULL, 0);
}

static struct question *add(struct world *world, u16 opcode, u32 in_len,
			    u32 out_len)
{
	struct question *question = &world->questions[world->n++];

	assert_true(world->n <= MAX_QUESTIONS);
	question->opcode = opcode;
	question->in = calloc(1, in_len);
	question->in_len = in_len;
	question->out_len = out_len;
	assert_true(prm_set(question->in, in_len, (struct prm_bits){ 0, 16 },
			    opcode));
	return question;
}

static void set(struct question *question, struct prm_bits at, u64 value)
{
	assert_true(prm_set(question->in, question->in_len, at, value));
}

static void ask_once(struct world *world, u16 opcode, u32 in_len, u32 out_len,
		     const char *label)
{
	strcpy(add(world, opcode, in_len, out_len)->label, label);
}

static void ask_device(struct world *world)
{
	static const char *const pages[] = { "boot", "init", "regular" };

	ask_once(world, PRM_OP_QUERY_ISSI, 16, PRM_SIZE(query_issi_out),
		 "issi");
	ask_once(world, PRM_OP_QUERY_ADAPTER, 16, PRM_SIZE(query_adapter_out),
		 "adapter");
	ask_once(world, PRM_OP_QUERY_DRIVER_VERSION, 16, 80, "driver version");
	ask_once(world, PRM_OP_QUERY_VUID, 16, 192, "vuid");
	ask_once(world, PRM_OP_QUERY_OTHER_HCA_CAP, 16,
		 PRM_SIZE(query_other_hca_cap_out), "other cap");
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++) {
		struct question *question =
			add(world, PRM_OP_QUERY_PAGES, 16, 16);

		sprintf(question->label, "pages %s", pages[i]);
		set(question, PRM_AT(query_pages_in, op_mod), i + 1);
	}
	ask_once(world, PRM_OP_QUERY_DIAGNOSTIC_PARAMS, 16, 128,
		 "diagnostic params");
	ask_once(world, PRM_OP_QUERY_DIAGNOSTIC_COUNTERS, 16, 128,
		 "diagnostic counters");
	set(&world->questions[world->n - 1],
	    PRM_AT(query_diagnostic_counters_in, num_of_samples), 1);
	for (u32 i = 0; i < 2 * prm_n_capabilities; i++) {
		struct question *question =
			add(world, PRM_OP_QUERY_HCA_CAP, 16, 4112);

		sprintf(question->label, "cap %s %s",
			prm_capabilities[i / 2].name,
			i % 2 ? "current" : "maximum");
		set(question, PRM_AT(query_hca_cap_in, op_mod),
		    prm_capabilities[i / 2].type << 1 | i % 2);
	}
}

static bool selects(const struct prm_field *field)
{
	for (u32 i = 0; i < ARRAY_SIZE(selecting); i++)
		if (!strcmp(selecting[i], field->name))
			return true;
	return field->access == PRM_INDEX;
}

static void ask_instance(struct world *world, const struct prm_register *reg,
			 struct json_object *fields, u32 n)
{
	u32 size = reg->layout->size;
	struct question *question =
		add(world, PRM_OP_ACCESS_REG, 16 + size, 16 + size);

	sprintf(question->label, "reg %s %u", reg->name, n);
	set(question, PRM_AT(access_reg_in, op_mod), 1);
	set(question, PRM_AT(access_reg_in, register_id), reg->id);
	for (u32 i = 0; i < reg->layout->n_fields; i++) {
		const struct prm_field *field = &reg->layout->fields[i];
		struct json_object *value;

		if (field->type == PRM_NUMBER && selects(field) &&
		    json_object_object_get_ex(fields, field->name, &value))
			set(question, in_register(field->at),
			    world_number(value, field));
	}
}

static void ask_registers(struct world *world)
{
	json_object_object_foreach(world_section(world, "registers"), name,
				   value) {
		const struct prm_register *reg = prm_register_by_name(name);
		bool many = json_object_is_type(value, json_type_array);
		size_t n = many ? json_object_array_length(value) : 1;

		for (size_t i = 0; reg && i < n; i++)
			ask_instance(world, reg, many ?
				     json_object_array_get_idx(value, i) :
				     value, i);
	}
}

/* Texts that only this register shows, by their type. */
static void ask_texts(struct world *world)
{
	for (u32 type = 1; type <= 4; type++) {
		struct question *question =
			add(world, PRM_OP_ACCESS_REG, 16 + PRM_SIZE(mqis),
			    16 + PRM_SIZE(mqis));

		sprintf(question->label, "text %u", type);
		set(question, PRM_AT(access_reg_in, op_mod), 1);
		set(question, PRM_AT(access_reg_in, register_id), PRM_REG_MQIS);
		set(question, in_register(PRM_AT(mqis, info_type)), type);
		set(question, in_register(PRM_AT(mqis, read_length)), 208);
	}
}

static const struct kind *kind_of(const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	fail_msg("no kind %s", name);
	return NULL;
}

static void ask_object(struct world *world, struct json_object *object, u32 n)
{
	struct json_object *id, *select;
	const struct kind *kind;
	struct question *question;
	const struct prm_command *row;

	kind = kind_of(json_object_get_string(
		json_object_object_get(object, "kind")));
	row = prm_command_by_opcode(kind->opcode);
	question = add(world, kind->opcode, row->in->size,
		       row->out->size + 512);
	sprintf(question->label, "obj %u", n);
	if (kind->id.width && json_object_object_get_ex(object, "id", &id))
		set(question, kind->id, world_number(id, NULL));
	if (kind->select.width &&
	    json_object_object_get_ex(object, "select", &select))
		set(question, kind->select, world_number(select, NULL));
}

void world_open(struct world *world, u32 n)
{
	struct json_object *objects;

	memset(world, 0, sizeof(*world));
	world->root = read_document(n);
	ask_device(world);
	ask_registers(world);
	ask_texts(world);
	objects = world_section(world, "objects");
	for (size_t i = 0; i < json_object_array_length(objects); i++)
		ask_object(world, json_object_array_get_idx(objects, i), i);
}

void world_close(struct world *world)
{
	for (u32 i = 0; i < world->n; i++)
		free(world->questions[i].in);
	json_object_put(world->root);
}

static u64 stopped(void *context)
{
	(void)context;
	return 1000;
}

struct emu_device *world_device(const struct world *world)
{
	struct emu_device *device =
		device_of(json_object_to_json_string(world->root));

	emu_set_clock(device, stopped, NULL);
	return device;
}

/* A sample on demand is numbered by how many were demanded before. */
static void forget_numbers(u8 *out, u32 len)
{
	for (u32 at = PRM_HEADER_BYTES; at < len; at += 16)
		out[at + 2] = out[at + 3] = 0;
}

void answers_ask(struct answers *answers, const struct world *world,
		 struct emu_device *device)
{
	for (u32 i = 0; i < world->n; i++) {
		const struct question *question = &world->questions[i];

		if (!answers->out[i])
			answers->out[i] = malloc(question->out_len);
		assert_int_equal(emu_exec(device, question->in,
					  question->in_len, answers->out[i],
					  question->out_len), 0);
		if (question->opcode == PRM_OP_QUERY_DIAGNOSTIC_COUNTERS)
			forget_numbers(answers->out[i], question->out_len);
	}
}

void answers_free(struct answers *answers, const struct world *world)
{
	for (u32 i = 0; i < world->n; i++)
		free(answers->out[i]);
}

int question_find(const struct world *world, const char *label)
{
	for (u32 i = 0; i < world->n; i++)
		if (!strcmp(world->questions[i].label, label))
			return i;
	return -1;
}
