// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Non-volatile configuration: items (TLVs) with a value of the factory, one
 * in force, and one for the next reset. Only the last can be set.
 */
#include "model.h"

#define HEADER 12
#define HEADER_FIELD(name) "configuration_item_header." name

static struct emu_nv_item *find_item(struct emu_personality *state,
				     uint64_t type)
{
	for (uint32_t i = 0; i < state->n_nv; i++)
		if (state->nv[i].type == type)
			return &state->nv[i];
	return NULL;
}

static struct emu_nv_item *item_of(struct emu_device *device,
				   const struct emu_register *reg,
				   const uint8_t *request)
{
	return find_item(&device->state,
			 emu_field(reg->layout, request,
				   HEADER_FIELD("type")));
}

/* What MNVGC says can be read beside the next values. */
static bool is_offered(const struct emu_personality *state, uint64_t set)
{
	static const char *const fields[EMU_N_NV_SETS] = {
		[EMU_NV_CURRENT] = "nvda_read_current_settings",
		[EMU_NV_FACTORY] = "nvda_read_factory_settings",
	};

	const struct emu_register *reg = emu_first_register(state,
							    PRM_REG_MNVGC);

	return !fields[set] || !reg ||
	       emu_field(reg->layout, reg->bytes, fields[set]);
}

enum emu_failure emu_read_mnvda(struct emu_device *device,
				const struct emu_register *reg,
				const uint8_t *request, uint8_t *answer)
{
	const struct emu_nv_item *item = item_of(device, reg, request);
	uint64_t set = emu_field(reg->layout, request,
				 HEADER_FIELD("access_mode"));

	if (!item || emu_field(reg->layout, request,
			       HEADER_FIELD("host_id_valid")))
		return EMU_UNKNOWN_INSTANCE;
	if (set >= EMU_N_NV_SETS)
		return EMU_BAD_VALUE;
	if (!is_offered(&device->state, set))
		return EMU_UNOFFERED_OPTION;
	emu_set_field(reg->layout, answer, HEADER_FIELD("length"),
		      item->length);
	emu_set_field(reg->layout, answer, HEADER_FIELD("version"),
		      item->version);
	emu_set_field(reg->layout, answer, HEADER_FIELD("rd_en"), 1);
	if (set == EMU_NV_NEXT)
		emu_set_field(reg->layout, answer, HEADER_FIELD("writer_id"),
			      item->writer);
	memcpy(answer + HEADER, item->bytes[set], item->length);
	return EMU_DONE;
}

enum { WRITER_COMMAND_INTERFACE = 4 };

enum emu_failure emu_write_mnvda(struct emu_device *device,
				 struct emu_register *reg,
				 const uint8_t *before,
				 const uint8_t *request)
{
	struct emu_nv_item *item = item_of(device, reg, request);
	uint64_t writer = emu_field(reg->layout, request,
				    HEADER_FIELD("writer_id"));

	(void)before;
	if (!item || emu_field(reg->layout, request,
			       HEADER_FIELD("host_id_valid")))
		return EMU_UNKNOWN_INSTANCE;
	if (!item->is_writable)
		return EMU_READ_ONLY_ITEM;
	if (emu_field(reg->layout, request, HEADER_FIELD("access_mode")) !=
	    EMU_NV_NEXT ||
	    emu_field(reg->layout, request, HEADER_FIELD("length")) !=
	    item->length ||
	    !emu_nv_allows(&device->state, item, request + HEADER))
		return EMU_BAD_VALUE;
	memcpy(item->bytes[EMU_NV_NEXT], request + HEADER, item->length);
	item->writer = writer ? writer : WRITER_COMMAND_INTERFACE;
	EMU_SAY(device, EMU_SAYS_STORED, item->type, item->length);
	return EMU_DONE;
}

enum emu_failure emu_read_mnvqc(struct emu_device *device,
				const struct emu_register *reg,
				const uint8_t *request, uint8_t *answer)
{
	const struct emu_nv_item *item =
		find_item(&device->state,
			  emu_field(reg->layout, request, "type"));

	if (!item)
		return EMU_DONE; /* neither to be read nor written */
	emu_set_field(reg->layout, answer, "support_rd", 1);
	emu_set_field(reg->layout, answer, "support_wr", item->is_writable);
	emu_set_field(reg->layout, answer, "version", item->version);
	return EMU_DONE;
}

/* All that may be set goes back to the factory's values, with the next reset. */
enum emu_failure emu_write_mnvia(struct emu_device *device,
				 struct emu_register *reg,
				 const uint8_t *before,
				 const uint8_t *request)
{
	(void)before;
	if (emu_field(reg->layout, request, "target"))
		return EMU_BAD_VALUE;
	for (uint32_t i = 0; i < device->state.n_nv; i++) {
		struct emu_nv_item *item = &device->state.nv[i];

		if (!item->is_writable)
			continue;
		memcpy(item->bytes[EMU_NV_NEXT], item->bytes[EMU_NV_FACTORY],
		       EMU_NV_BYTES);
		item->writer = 0;
	}
	return EMU_DONE;
}

void emu_nv_reset(struct emu_personality *state)
{
	for (uint32_t i = 0; i < state->n_nv; i++)
		memcpy(state->nv[i].bytes[EMU_NV_CURRENT],
		       state->nv[i].bytes[EMU_NV_NEXT], EMU_NV_BYTES);
}
