// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A personality document: its sections, and what they become. */
#include <stdlib.h>
#include "document.h"

#define MAX_INSTANCES 4096

const char *const emu_number_keys[EMU_N_NUMBERS] = {
	[EMU_PCI_DEVICE_ID] = "pci_device_id",
	[EMU_HW_DEVICE_ID] = "hw_device_id",
	[EMU_HW_REVISION] = "hw_revision",
	[EMU_NUM_PORTS] = "num_ports",
	[EMU_FIRMWARE_MAJOR] = "firmware_major",
	[EMU_FIRMWARE_MINOR] = "firmware_minor",
	[EMU_FIRMWARE_SUB] = "firmware_subminor",
	[EMU_BASE_MAC] = "base_mac",
	[EMU_IEEE_VENDOR_ID] = "ieee_vendor_id",
	[EMU_VSD_VENDOR_ID] = "vsd_vendor_id",
	[EMU_ISSI_CURRENT] = "issi_current",
	[EMU_ISSI_SUPPORTED] = "issi_supported",
	[EMU_BOOT_PAGES] = "boot_pages",
	[EMU_INIT_PAGES] = "init_pages",
	[EMU_PCI_SUBSYSTEM_ID] = "pci_subsystem_id",
	[EMU_MSIX_VECTORS] = "msix_vectors",
};

static const uint8_t number_bits[EMU_N_NUMBERS] = {
	[EMU_PCI_DEVICE_ID] = 16,
	[EMU_HW_DEVICE_ID] = 16,
	[EMU_HW_REVISION] = 16,
	[EMU_NUM_PORTS] = 8,
	[EMU_FIRMWARE_MAJOR] = 8,
	[EMU_FIRMWARE_MINOR] = 8,
	[EMU_FIRMWARE_SUB] = 16,
	[EMU_BASE_MAC] = 48,
	[EMU_IEEE_VENDOR_ID] = 24,
	[EMU_VSD_VENDOR_ID] = 16,
	[EMU_ISSI_CURRENT] = 16,
	[EMU_ISSI_SUPPORTED] = 32,
	[EMU_BOOT_PAGES] = 16,
	[EMU_INIT_PAGES] = 16,
	[EMU_PCI_SUBSYSTEM_ID] = 16,
	[EMU_MSIX_VECTORS] = 12,
};

const char *const emu_text_keys[EMU_N_TEXTS] = {
	[EMU_PSID] = "psid",
	[EMU_VSD] = "vsd",
	[EMU_MODEL_NAME] = "model_name",
	[EMU_MODEL_DESCRIPTION] = "model_description",
	[EMU_DRIVER_VERSION] = "driver_version",
	[EMU_VUID] = "vuid",
};

static const uint8_t text_bytes[EMU_N_TEXTS] = {
	[EMU_PSID] = 16,
	[EMU_VSD] = 208,
	[EMU_MODEL_NAME] = 64,
	[EMU_MODEL_DESCRIPTION] = 208,
	[EMU_DRIVER_VERSION] = 63,
	[EMU_VUID] = 127,
};

static int read_text(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     char *text, size_t room)
{
	const char *given;

	if (!json_object_is_type(value, json_type_string))
		return emu_complain(document, place, "is not a string");
	given = json_object_get_string(value);
	if (strlen(given) > room)
		return emu_complain(document, place,
				    "is longer than %zu characters", room);
	strcpy(text, given);
	return 0;
}

static int key_index(const char *const *keys, int n, const char *key)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(keys[i], key))
			return i;
	return -1;
}

static int read_device_key(const struct emu_document *document,
			   const struct emu_place *place,
			   struct json_object *value,
			   struct emu_personality *personality)
{
	int text = key_index(emu_text_keys, EMU_N_TEXTS, place->key);
	int which = key_index(emu_number_keys, EMU_N_NUMBERS, place->key);
	uint64_t number;

	if (text >= 0)
		return read_text(document, place, value,
				 personality->text[text], text_bytes[text]);
	if (which < 0)
		return emu_complain(document, place, "is no key of a device");
	if (emu_read_number(document, place, value, &number))
		return -1;
	if (number >> number_bits[which])
		return emu_complain(document, place,
				    "0x%llx is too wide: the field has %u bits",
				    (unsigned long long)number,
				    number_bits[which]);
	personality->number[which] = number;
	return 0;
}

static int read_device(const struct emu_document *document,
		       const struct emu_place *place,
		       struct json_object *value,
		       struct emu_personality *personality)
{
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };

		if (read_device_key(document, &here, member, personality))
			return -1;
	}
	return 0;
}

/* `current`, and what differs from it in the other two. */
static int read_capability(const struct emu_document *document,
			   const struct emu_place *place,
			   struct json_object *value,
			   struct emu_personality *personality,
			   struct emu_capability *capability)
{
	static const char *const modes[] = { "maximum", "current", "reset" };
	static const uint8_t order[] = {
		EMU_CAPABILITY_CURRENT, EMU_CAPABILITY_MAXIMUM,
		EMU_CAPABILITY_RESET,
	};
	struct emu_target target = {
		.layout = prm_capability_layout(capability->type->type),
		.where = capability->type->name,
		.size = EMU_CAPABILITY_BYTES,
	};

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, unused) {
		struct emu_place here = { .up = place, .key = key };

		(void)unused;
		if (key_index(modes, EMU_N_CAPABILITY_SETS, key) < 0)
			return emu_complain(document, &here,
				"is neither 'current', 'maximum' nor 'reset'");
	}
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		uint8_t mode = order[i];
		struct emu_place here = { .up = place, .key = modes[mode] };
		struct json_object *member;

		target.bytes = capability->bytes[mode];
		memmove(target.bytes,
			capability->bytes[EMU_CAPABILITY_CURRENT],
			EMU_CAPABILITY_BYTES);
		if (json_object_object_get_ex(value, modes[mode], &member) &&
		    emu_read_fields(document, &here, member, &target))
			return -1;
		emu_give(personality, target.where, target.layout,
			 target.bytes, target.size);
	}
	return 0;
}

static int read_capabilities(const struct emu_document *document,
			     const struct emu_place *place,
			     struct json_object *value,
			     struct emu_personality *personality)
{
	struct emu_capability *capability;

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	personality->capabilities = calloc(json_object_object_length(value) + 1,
					   sizeof(*capability));
	if (!personality->capabilities)
		return emu_complain(document, place, "no memory is left");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };

		capability = &personality->capabilities[personality->n_capabilities];
		capability->type = prm_capability_by_name(key);
		if (!capability->type || strcmp(capability->type->name, key))
			return emu_complain(document, &here,
					    "is no type of capabilities");
		personality->n_capabilities++;
		if (read_capability(document, &here, member, personality,
				    capability))
			return -1;
	}
	return 0;
}

static int read_raw_register(const struct emu_document *document,
			     const struct emu_place *place,
			     struct json_object *value,
			     struct emu_register *reg)
{
	if (!json_object_is_type(value, json_type_string))
		return emu_complain(document, place,
			"is a register without named fields: give it as hex");
	return emu_read_hex(document, place, json_object_get_string(value),
			    reg->bytes, EMU_MAX_REGISTER, &reg->size);
}

/* per_second: what fields gain in a second, where other fields are numbers. */
static int read_rates(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      struct emu_target *target, struct emu_register *reg)
{
	const struct emu_place here = { .up = place, .key = "per_second" };
	uint8_t mask[EMU_MAX_REGISTER];

	reg->rates = calloc(1, reg->size);
	if (!reg->rates)
		return emu_complain(document, place, "no memory is left");
	/* What bytes are depends on the instance. */
	emu_mark(reg->layout, EMU_INDEX, mask, reg->size);
	for (uint32_t i = 0; i < reg->size; i++)
		reg->rates[i] = reg->bytes[i] & mask[i];
	target->bytes = reg->rates;
	return emu_read_fields(document, &here, value, target);
}

static int read_named(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      struct emu_target *target, struct emu_register *reg)
{
	struct json_object *rates = NULL;
	int failed;

	if (json_object_is_type(value, json_type_object) &&
	    json_object_object_get_ex(value, "per_second", &rates)) {
		json_object_get(rates);
		json_object_object_del(value, "per_second");
	}
	failed = emu_read_fields(document, place, value, target);
	if (!failed && rates)
		failed = read_rates(document, place, rates, target, reg);
	json_object_put(rates);
	return failed;
}

static int read_bytes(const struct emu_document *document,
		      const struct emu_place *place, const char *name,
		      struct json_object *value,
		      const struct emu_personality *personality,
		      struct emu_register *reg)
{
	struct emu_target target = {
		.layout = reg->layout,
		.where = name,
		.bytes = reg->bytes,
		.size = reg->size,
	};

	if (!reg->layout)
		return read_raw_register(document, place, value, reg);
	if (read_named(document, place, value, &target, reg))
		return -1;
	emu_give(personality, name, reg->layout, reg->bytes, reg->size);
	return 0;
}

static bool is_repeated(const struct emu_personality *personality,
			const struct emu_register *last)
{
	const struct emu_register *reg = personality->registers;

	for (; reg < last; reg++)
		if (reg->id == last->id &&
		    emu_is_one_instance(reg->id, reg->layout, reg->bytes,
					last->bytes))
			return true;
	return false;
}

static int read_instance(const struct emu_document *document,
			 const struct emu_place *place, const char *name,
			 struct json_object *value,
			 struct emu_personality *personality, uint16_t id)
{
	struct emu_register *reg;
	const struct prm_register *known = prm_register_by_id(id);

	if (personality->n_registers == MAX_INSTANCES)
		return emu_complain(document, place,
				    "there are more than %u instances",
				    MAX_INSTANCES);
	reg = &personality->registers[personality->n_registers++];
	reg->id = id;
	reg->layout = known ? known->layout : NULL;
	reg->size = known ? known->layout->size : EMU_MAX_REGISTER;
	reg->bytes = calloc(1, reg->size);
	if (!reg->bytes)
		return emu_complain(document, place, "no memory is left");
	if (read_bytes(document, place, name, value, personality, reg))
		return -1;
	return !is_repeated(personality, reg) ? 0 :
	       emu_complain(document, place,
			    "repeats the index of another instance");
}

static int read_register(const struct emu_document *document,
			 const struct emu_place *place,
			 struct json_object *value,
			 struct emu_personality *personality)
{
	const struct prm_register *known = prm_register_by_name(place->key);
	const char *name = known ? known->name : place->key;
	char *end;
	unsigned long id = known ? known->id : strtoul(place->key, &end, 0);

	if (!known && (*end || !*place->key || id > 0xffff))
		return emu_complain(document, place,
				    "is neither a register's name nor a number");
	if (!known && prm_register_by_id(id))
		return emu_complain(document, place, "has a name: %s",
				    prm_register_by_id(id)->name);
	if (!json_object_is_type(value, json_type_array))
		return read_instance(document, place, name, value, personality,
				     id);
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		struct emu_place here = { .up = place, .index = i };

		if (read_instance(document, &here, name,
				  json_object_array_get_idx(value, i),
				  personality, id))
			return -1;
	}
	return 0;
}

static int read_registers(const struct emu_document *document,
			  const struct emu_place *place,
			  struct json_object *value,
			  struct emu_personality *personality)
{
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	personality->registers = calloc(MAX_INSTANCES,
					sizeof(*personality->registers));
	if (!personality->registers)
		return emu_complain(document, place, "no memory is left");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };

		if (read_register(document, &here, member, personality))
			return -1;
	}
	return 0;
}

static int read_version(const struct emu_document *document,
			const struct emu_place *place,
			struct json_object *value,
			struct emu_personality *personality)
{
	uint64_t version;

	(void)personality;
	if (emu_read_number(document, place, value, &version))
		return -1;
	return version == 1 ? 0 :
	       emu_complain(document, place, "only version 1 is known");
}

static int read_name(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_personality *personality)
{
	return read_text(document, place, value, personality->name,
			 sizeof(personality->name) - 1);
}

static int read_description(const struct emu_document *document,
			    const struct emu_place *place,
			    struct json_object *value,
			    struct emu_personality *personality)
{
	char description[256];	/* for people, who read the document */

	(void)personality;
	return read_text(document, place, value, description,
			 sizeof(description) - 1);
}

/* In the order of reading: registers show what the device section says. */
const struct emu_section emu_sections[] = {
	{ "mlx5ctl_personality", read_version, true },
	{ "name", read_name, true },
	{ "description", read_description },
	{ "device", read_device, true },
	{ "capabilities", read_capabilities, true },
	{ "objects", emu_read_objects },
	{ "registers", read_registers, true },
	{ "modules", emu_read_modules },
	{ "nv", emu_read_nv },
	{ "dumps", emu_read_dumps },
	{ "diagnostics", emu_read_diagnostics },
};

const uint32_t emu_n_sections = ARRAY_SIZE(emu_sections);
