// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Plugged modules. The personality says a few facts; their places in the
 * module's memory are those of CMIS 4 and SFF-8636, and MCIA reads that.
 */
#include <stdlib.h>
#include <string.h>
#include "document.h"

enum form { CMIS, SFF_8636, N_FORMS };

static const char *const form_names[N_FORMS] = { "cmis", "sff-8636" };

/* Byte 128 and more is upper page 0. */
struct fact {
	const char *key;
	bool is_text;
	uint8_t len;
	uint8_t at[N_FORMS];
};

static const struct fact facts[] = {
	/*			text   bytes	 CMIS SFF-8636 */
	{ "identifier",		false, 1,	{ 128, 128 } },
	{ "revision",		false, 1,	{ 1, 1 } },
	{ "temperature",	false, 2,	{ 14, 22 } },
	{ "supply_voltage",	false, 2,	{ 16, 26 } },
	{ "connector",		false, 1,	{ 203, 130 } },
	{ "length",		false, 1,	{ 202, 146 } },
	{ "technology",		false, 1,	{ 212, 147 } },
	{ "compliance",		false, 1,	{ 85, 192 } },
	{ "vendor_name",	true, 16,	{ 129, 148 } },
	{ "vendor_oui",		false, 3,	{ 145, 165 } },
	{ "vendor_pn",		true, 16,	{ 148, 168 } },
	{ "vendor_rev",		true, 2,	{ 164, 184 } },
	{ "vendor_sn",		true, 16,	{ 166, 196 } },
	{ "date_code",		true, 8,	{ 182, 212 } },
};

/* A byte that is the sum of those before it. */
static const struct {
	enum form form;
	uint8_t from, at;
} sums[] = {
	{ CMIS, 128, 222 },
	{ SFF_8636, 128, 191 },
	{ SFF_8636, 192, 223 },
};

static uint8_t *byte_of(struct emu_module *module, uint32_t at)
{
	return &module->memory[at / 128][at % 128];
}

static int put_text(const struct emu_document *document,
		    const struct emu_place *place, const struct fact *fact,
		    struct json_object *value, uint8_t *to)
{
	size_t len;

	if (!json_object_is_type(value, json_type_string))
		return emu_complain(document, place, "is not a string");
	len = json_object_get_string_len(value);
	if (len > fact->len)
		return emu_complain(document, place,
				    "has %zu characters, the field %u", len,
				    fact->len);
	memset(to, ' ', fact->len);
	memcpy(to, json_object_get_string(value), len);
	return 0;
}

static int put_fact(const struct emu_document *document,
		    const struct emu_place *place, const struct fact *fact,
		    enum form form, struct json_object *value,
		    struct emu_module *module)
{
	uint8_t *to = byte_of(module, fact->at[form]);
	uint64_t number;

	if (fact->is_text)
		return put_text(document, place, fact, value, to);
	if (emu_read_number(document, place, value, &number))
		return -1;
	if (number >> 8 * fact->len)
		return emu_complain(document, place,
				    "0x%llx is too wide: the field has %u bits",
				    (unsigned long long)number, 8 * fact->len);
	emu_set(to, fact->len, (struct prm_bits){ 0, 8 * fact->len }, number);
	return 0;
}

static int read_key(const struct emu_document *document,
		    const struct emu_place *place, enum form form,
		    struct json_object *value, struct emu_module *module)
{
	uint64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(facts) && form != N_FORMS; i++)
		if (!strcmp(facts[i].key, place->key))
			return put_fact(document, place, &facts[i], form,
					value, module);
	if (!strcmp(place->key, "form") || !strcmp(place->key, "memory"))
		return 0;
	if (strcmp(place->key, "module") && strcmp(place->key, "flat"))
		return emu_complain(document, place, "is no key of a module");
	if (emu_read_number(document, place, value, &number))
		return -1;
	if (number > (*place->key == 'm' ? 0xff : 1))
		return emu_complain(document, place, "is too large");
	if (*place->key == 'm')
		module->number = number;
	else
		module->is_flat = number;
	return 0;
}

static int read_form(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     enum form *form)
{
	const struct emu_place here = { .up = place, .key = "form" };
	struct json_object *member;

	if (!json_object_object_get_ex(value, "form", &member))
		return emu_complain(document, place, "lacks a form");
	for (*form = 0; *form < N_FORMS; (*form)++)
		if (json_object_is_type(member, json_type_string) &&
		    !strcmp(json_object_get_string(member), form_names[*form]))
			return 0;
	return emu_complain(document, &here,
			    "is neither 'cmis' nor 'sff-8636'");
}

/* What follows from the rest. */
static void complete(struct emu_module *module, enum form form)
{
	*byte_of(module, 0) = *byte_of(module, 128);
	if (module->is_flat)
		*byte_of(module, 2) |= form == CMIS ? 0x80 : 0x04;
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		uint8_t sum = 0;

		if (sums[i].form != form)
			continue;
		for (uint32_t at = sums[i].from; at < sums[i].at; at++)
			sum += *byte_of(module, at);
		*byte_of(module, sums[i].at) = sum;
	}
}

/* The lower half and upper pages, the last of them where it ends. */
static int read_memory(const struct emu_document *document,
		       const struct emu_place *place, struct json_object *value,
		       struct emu_module *module)
{
	const struct emu_place here = { .up = place, .key = "memory" };
	uint32_t len;

	if (!json_object_is_type(value, json_type_string))
		return emu_complain(document, &here, "is not a string");
	if (emu_read_hex(document, &here, json_object_get_string(value),
			 module->memory[0], sizeof(module->memory), &len))
		return -1;
	module->is_flat = len <= 2 * sizeof(module->memory[0]);
	return 0;
}

static int read_module(const struct emu_document *document,
		       const struct emu_place *place,
		       struct json_object *value, struct emu_module *module)
{
	enum form form = N_FORMS;
	struct json_object *memory;

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	/* What was read of a module has no facts beside it. */
	if (json_object_object_get_ex(value, "memory", &memory)) {
		if (read_memory(document, place, memory, module))
			return -1;
	} else if (read_form(document, place, value, &form)) {
		return -1;
	}
	json_object_object_foreach(value, key, member) {
		const struct emu_place here = { .up = place, .key = key };

		if (read_key(document, &here, form, member, module))
			return -1;
	}
	if (form != N_FORMS)
		complete(module, form);
	return 0;
}

static bool is_repeated(const struct emu_personality *personality)
{
	uint32_t last = personality->n_modules - 1;

	for (uint32_t i = 0; i < last; i++)
		if (personality->modules[i].number ==
		    personality->modules[last].number)
			return true;
	return false;
}

int emu_read_modules(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_personality *personality)
{
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	n = json_object_array_length(value);
	personality->modules = calloc(n + 1, sizeof(*personality->modules));
	if (!personality->modules)
		return emu_complain(document, place, "no memory is left");
	for (size_t i = 0; i < n; i++) {
		const struct emu_place here = { .up = place, .index = i };

		personality->n_modules++;
		if (read_module(document, &here,
				json_object_array_get_idx(value, i),
				&personality->modules[i]))
			return -1;
		if (is_repeated(personality))
			return emu_complain(document, &here,
				"repeats the number of another module");
	}
	return 0;
}

#define I2C_ADDRESS 0x50
enum { MCIA_GOOD = 0, MCIA_I2C_ERROR = 9 };

static uint8_t copy_memory(const struct emu_module *module, uint64_t page,
			   uint64_t from, uint64_t size, uint8_t *to)
{
	uint64_t last = module->is_flat ? 0 : EMU_MODULE_PAGES - 2;

	if (from + size > 128 && page > last)
		return MCIA_I2C_ERROR;
	for (uint64_t at = from; at < from + size; at++)
		*to++ = module->memory[at < 128 ? 0 : page + 1][at % 128];
	return MCIA_GOOD;
}

enum emu_failure emu_read_mcia(struct emu_device *device,
			       const struct emu_register *reg,
			       const uint8_t *request, uint8_t *answer)
{
	const struct prm_layout *layout = reg->layout;
	uint64_t from = emu_field(layout, request, "device_address");
	uint64_t size = emu_field(layout, request, "size");
	const struct emu_module *module = NULL;
	uint8_t status = MCIA_I2C_ERROR;
	struct prm_bits at;

	for (uint32_t i = 0; i < device->state.n_modules; i++)
		if (device->state.modules[i].number ==
		    emu_field(layout, request, "module"))
			module = &device->state.modules[i];
	if (!module || emu_field(layout, request, "slot_index"))
		return EMU_UNKNOWN_INSTANCE;
	if (!emu_find_bits(layout, "dword", &at) || size > at.width / 8 ||
	    from + size > 256)
		return EMU_BAD_VALUE;
	if (emu_field(layout, request, "i2c_device_address") == I2C_ADDRESS &&
	    !emu_field(layout, request, "bank_number"))
		status = copy_memory(module,
				     emu_field(layout, request, "page_number"),
				     from, size, answer + at.offset / 8);
	emu_set_field(layout, answer, "status", status);
	return EMU_DONE;
}
