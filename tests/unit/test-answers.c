// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* No canned replies: what a random personality says is what is answered. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define MANY 8
#define ROUNDS 40

/* A register of a random document, and the bytes that it must show. */
struct shown {
	const struct prm_register *reg;
	u8 bytes[3100];
};

struct world {
	struct shown shown[MANY];
	struct json_object *documents[MANY];
	char psid[17];
};

/* Registers with answers that the device works out or composes. */
static bool is_composed(u16 id)
{
	static const u16 composed[] = {
		PRM_REG_MGIR, PRM_REG_MCAM, PRM_REG_PCAM, PRM_REG_MTCAP,
		PRM_REG_MTMP, PRM_REG_MQIS, PRM_REG_MCQS, PRM_REG_MVCAP,
		PRM_REG_QCAM, PRM_REG_SBCAM, PRM_REG_MCIA, PRM_REG_MNVDA,
		PRM_REG_MNVQC, PRM_REG_MNVIA, PRM_REG_RESOURCE_DUMP,
		PRM_REG_CORE_DUMP, PRM_REG_MTRC_CAP, PRM_REG_MTRC_STDB,
		PRM_REG_MTRC_CTRL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(composed); i++)
		if (composed[i] == id)
			return true;
	return false;
}

static u64 random_value(u32 width)
{
	u64 value = random_number();

	return width < 64 ? value & (((u64)1 << width) - 1) : value;
}

static struct json_object *fill(const struct prm_layout *layout, u8 *bytes,
				u32 size, u32 base);

static struct json_object *fill_bytes(const struct prm_field *field,
				      struct prm_bits at, u8 *bytes)
{
	u32 n = 1 + random_below(at.width / 8);
	char text[2 * 3100 + 1];

	for (u32 i = 0; i < n; i++) {
		u8 *byte = &bytes[at.offset / 8 + i];

		if (field->type == PRM_STRING)
			*byte = 'a' + random_below(26);
		else
			random_bytes(byte, 1);
		if (field->type == PRM_STRING)
			text[i] = *byte;
		else
			sprintf(text + 2 * i, "%02x", *byte);
	}
	text[field->type == PRM_STRING ? n : 2 * n] = '\0';
	return json_object_new_string(text);
}

static struct json_object *fill_one(const struct prm_field *field,
				    struct prm_bits at, u8 *bytes, u32 size)
{
	char text[32];
	u64 value;

	if (field->type == PRM_STRUCT)
		return fill(field->layout, bytes, size, at.offset);
	if (field->type != PRM_NUMBER)
		return fill_bytes(field, at, bytes);
	value = random_value(at.width);
	assert_true(prm_set(bytes, size, at, value));
	if (random_below(2))
		return json_object_new_uint64(value);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)value);
	return json_object_new_string(text);
}

/* About half of the fields, so that absent ones are seen to be zero. */
static struct json_object *fill(const struct prm_layout *layout, u8 *bytes,
				u32 size, u32 base)
{
	struct json_object *object = json_object_new_object();

	for (u32 i = 0; i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];
		struct json_object *array = NULL;

		if (random_below(2) || !field->count)
			continue;
		if (field->is_array) {
			array = json_object_new_array();
			json_object_object_add(object, field->name, array);
		}
		for (u32 k = 0; k < field->count; k++) {
			struct prm_bits at = prm_element(field, k);
			struct json_object *value;

			at.offset += base;
			value = fill_one(field, at, bytes, size);
			if (array)
				json_object_array_add(array, value);
			else
				json_object_object_add(object, field->name,
						       value);
		}
	}
	return object;
}

static bool is_taken(const struct world *world, u32 n,
		     const struct prm_register *reg)
{
	for (u32 i = 0; i < n; i++)
		if (world->shown[i].reg == reg)
			return true;
	return is_composed(reg->id);
}

static void invent(struct world *world)
{
	memset(world, 0, sizeof(*world));
	snprintf(world->psid, sizeof(world->psid), "MT_%08x",
		 random_below(UINT32_MAX));
	for (u32 i = 0; i < MANY; i++) {
		struct shown *shown = &world->shown[i];

		do {
			shown->reg =
				&prm_registers[random_below(prm_n_registers)];
		} while (is_taken(world, i, shown->reg));
		world->documents[i] = fill(shown->reg->layout, shown->bytes,
					   shown->reg->layout->size, 0);
	}
}

static struct emu_device *come_alive(const struct world *world)
{
	struct json_object *root = json_tokener_parse(
		"{\"mlx5ctl_personality\": 1, \"name\": \"random\","
		" \"capabilities\": {}}");
	struct json_object *device = json_object_new_object();
	struct json_object *registers = json_object_new_object();
	struct emu_device *alive;

	json_object_object_add(device, "psid",
			       json_object_new_string(world->psid));
	json_object_object_add(root, "device", device);
	json_object_object_add(registers, "MGIR", json_object_new_object());
	for (u32 i = 0; i < MANY; i++)
		json_object_object_add(registers, world->shown[i].reg->name,
				       json_object_get(world->documents[i]));
	json_object_object_add(root, "registers", registers);
	alive = device_of(json_object_to_json_string(root));
	json_object_put(root);
	return alive;
}

static void end(struct world *world)
{
	for (u32 i = 0; i < MANY; i++)
		json_object_put(world->documents[i]);
}

/* What is shown selects itself: its index fields are in the request. */
static void assert_shown(struct emu_device *device, const struct shown *shown)
{
	u32 size = shown->reg->layout->size;
	struct mailbox box;

	access_register(&box, shown->reg->id, false, size);
	memcpy(box.in + PRM_HEADER_BYTES, shown->bytes, size);
	if (execute(device, &box))
		fail_msg("%s answers 0x%x", shown->reg->name, syndrome(&box));
	if (memcmp(box.out + PRM_HEADER_BYTES, shown->bytes, size))
		fail_msg("%s shows something else", shown->reg->name);
}

static void what_a_random_personality_says_is_answered(void **unused)
{
	struct emu_device *device;
	struct world world;

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		invent(&world);
		device = come_alive(&world);
		for (u32 i = 0; i < MANY; i++)
			assert_shown(device, &world.shown[i]);
		emu_destroy(device);
		end(&world);
	}
}

static void the_psid_shows_wherever_it_belongs(void **unused)
{
	struct mailbox adapter, mgir;
	struct emu_device *device;
	struct world world;

	(void)unused;
	invent(&world);
	device = come_alive(&world);
	command(&adapter, PRM_OP_QUERY_ADAPTER, 16,
		PRM_SIZE(query_adapter_out));
	assert_int_equal(execute(device, &adapter), 0);
	assert_memory_equal(adapter.out + PRM_SIZE(query_adapter_out) - 16,
			    world.psid, 16);
	access_register(&mgir, PRM_REG_MGIR, false, PRM_SIZE(mgir));
	assert_int_equal(execute(device, &mgir), 0);
	assert_memory_equal(mgir.out + PRM_HEADER_BYTES + 0x30, world.psid, 16);
	emu_destroy(device);
	end(&world);
}

static void capabilities_are_answered_field_by_field(void **unused)
{
	const struct prm_layout *layout = prm_layout_by_name("cmd_hca_cap");
	u8 bytes[4096] = { 0 };
	struct json_object *fields, *root, *type, *types;
	struct emu_device *device;
	struct mailbox box;

	(void)unused;
	assert_non_null(layout);
	fields = fill(layout, bytes, sizeof(bytes), 0);
	json_object_object_del(fields, "num_ports");
	assert_true(prm_set(bytes, sizeof(bytes),
			    PRM_AT(cmd_hca_cap, num_ports), 3));
	json_object_object_del(fields, "num_of_diagnostic_counters");
	assert_true(prm_set(bytes, sizeof(bytes),
			    PRM_AT(cmd_hca_cap, num_of_diagnostic_counters), 0));
	type = json_object_new_object();
	json_object_object_add(type, "current", fields);
	types = json_object_new_object();
	json_object_object_add(types, "GENERAL", type);
	root = json_tokener_parse("{\"mlx5ctl_personality\": 1, \"name\": \"r\","
		" \"device\": {\"num_ports\": 3}, \"registers\": {}}");
	json_object_object_add(root, "capabilities", types);
	device = device_of(json_object_to_json_string(root));
	for (u32 mode = 0; mode < 2; mode++) {
		command(&box, PRM_OP_QUERY_HCA_CAP, 16, 4112);
		put(&box, PRM_AT(query_hca_cap_in, op_mod), mode);
		assert_int_equal(execute(device, &box), 0);
		assert_memory_equal(box.out + PRM_HEADER_BYTES, bytes, 4096);
	}
	emu_destroy(device);
	json_object_put(root);
}

/* Port 1, where there are ports; nothing else is selected. */
static void select_instance(const struct prm_register *reg,
			    struct mailbox *box)
{
	for (u32 i = 0; i < reg->layout->n_fields; i++) {
		const struct prm_field *field = &reg->layout->fields[i];

		if (field->access == PRM_INDEX)
			put(box, in_register(field->at),
			    !strcmp(field->name, "local_port"));
	}
}

/* Read-only and index fields keep their value; others have the written one. */
static void assert_stored(const struct prm_register *reg,
			  const struct mailbox *before,
			  const struct mailbox *written,
			  const struct mailbox *after)
{
	for (u32 i = 0; i < reg->layout->n_fields; i++) {
		const struct prm_field *field = &reg->layout->fields[i];
		struct prm_bits at = in_register(field->at);
		u64 wanted;

		if (field->type != PRM_NUMBER)
			continue;
		assert_true(prm_get(written->in, sizeof(written->in), at,
				    &wanted));
		if (field->access == PRM_RO || field->access == PRM_INDEX)
			wanted = got(before, at);
		else if (field->access != PRM_RW)
			wanted = 0;
		assert_int_equal(got(after, at), wanted);
	}
}

static void writes_change_what_may_be_written_and_nothing_else(void **unused)
{
	static const u16 writable[] = { PRM_REG_MTRC_CAP, PRM_REG_PMLP,
					PRM_REG_PPTB, PRM_REG_PCMR,
					PRM_REG_SBPR, PRM_REG_QPDPM,
					PRM_REG_MSEES,
					PRM_REG_NODE_DESC };
	struct emu_device *device = new_device();

	(void)unused;
	for (int round = 0; round < 200; round++) {
		const struct prm_register *reg = prm_register_by_id(
			writable[random_below(ARRAY_SIZE(writable))]);
		u32 size = reg->layout->size;
		struct mailbox before, box, after;

		access_register(&before, reg->id, false, size);
		select_instance(reg, &before);
		assert_int_equal(execute(device, &before), 0);
		access_register(&box, reg->id, true, size);
		json_object_put(fill(reg->layout, box.in + PRM_HEADER_BYTES,
				     size, 0));
		select_instance(reg, &box);
		assert_int_equal(execute(device, &box), 0);
		after = before;
		assert_int_equal(execute(device, &after), 0);
		assert_stored(reg, &before, &box, &after);
	}
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_random_personality_says_is_answered),
		cmocka_unit_test(the_psid_shows_wherever_it_belongs),
		cmocka_unit_test(capabilities_are_answered_field_by_field),
		cmocka_unit_test(writes_change_what_may_be_written_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
