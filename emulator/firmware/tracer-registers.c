// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The registers through which a driver takes the firmware tracer: it asks to
 * own it, reads the strings, says where its memory is, starts it and arms it
 * after each event. Their bytes are the tracer's state.
 */
#include "model.h"

enum { TO_MEMORY = 1 };		/* trace_mode */
enum { SELECTS_STATUS = 1 };	/* modify_field_select */
enum { RUNS = 1 };		/* trace_status */
enum { MOST_LOG_PAGES = 20 };
enum { EACH_DATABASE = 64 };	/* bits of string_db_param */
enum { MOST_STRINGS = (EMU_N_MESSAGES + 1) * EMU_STRING_SLOT };
enum { PAGE_BLOCKS = 4096 / (EMU_BLOCK_EVENTS * EMU_TRACED_BYTES) };

static uint64_t value(struct emu_device *device, uint16_t id, const char *field)
{
	const struct emu_register *reg = emu_first_register(&device->state, id);

	return reg ? emu_field(reg->layout, reg->bytes, field) : 0;
}

static bool is_owned(struct emu_device *device)
{
	return value(device, PRM_REG_MTRC_CAP, "trace_owner");
}

bool emu_trace_memory(struct emu_device *device,
		      struct emu_trace_memory *memory)
{
	uint64_t log_pages = value(device, PRM_REG_MTRC_CONF,
				   "log_trace_buffer_size");
	const struct emu_slot *slot;
	const struct emu_mkey *mkey;

	if (!is_owned(device) || log_pages > MOST_LOG_PAGES ||
	    value(device, PRM_REG_MTRC_CTRL, "trace_status") != RUNS)
		return false;
	memory->mkey = value(device, PRM_REG_MTRC_CONF, "trace_mkey");
	memory->n_blocks = PAGE_BLOCKS << log_pages;
	slot = emu_object_find(device, EMU_MKEY, memory->mkey >> 8);
	mkey = slot ? slot->body : NULL;
	memory->address = mkey ? mkey->start : 0;
	return mkey;
}

static void clear(struct emu_device *device, uint16_t id, const char *field)
{
	struct emu_register *reg = emu_first_register(&device->state, id);

	if (reg)
		emu_set_field(reg->layout, reg->bytes, field, 0);
}

void emu_trace_end(struct emu_device *device)
{
	clear(device, PRM_REG_MTRC_CAP, "trace_owner");
	clear(device, PRM_REG_MTRC_CTRL, "trace_status");
	clear(device, PRM_REG_MTRC_CONF, "trace_mkey");
	device->tracer.is_armed = false;
}

enum emu_failure emu_read_mtrc_cap(struct emu_device *device,
				   const struct emu_register *reg,
				   const uint8_t *request, uint8_t *answer)
{
	struct prm_bits address = PRM_AT(mtrc_cap,
				string_db_param__string_db_base_address);
	struct prm_bits size = PRM_AT(mtrc_cap,
				string_db_param__string_db_size);

	(void)device;
	(void)request;
	emu_set_field(reg->layout, answer, "first_string_trace",
		      EMU_TRACE_FIRST);
	emu_set_field(reg->layout, answer, "num_string_trace", EMU_N_MESSAGES);
	emu_set_field(reg->layout, answer, "num_string_db", EMU_DATABASES);
	for (uint32_t i = 0; i < EMU_DATABASES; i++) {
		emu_set(answer, reg->size, address, emu_strings[i].address);
		emu_set(answer, reg->size, size,
			emu_strings_bytes(&emu_strings[i]));
		address.offset += EACH_DATABASE;
		size.offset += EACH_DATABASE;
	}
	return EMU_DONE;
}

enum emu_failure emu_write_mtrc_cap(struct emu_device *device,
				    struct emu_register *reg,
				    const uint8_t *before,
				    const uint8_t *request)
{
	(void)before;
	if (!emu_field(reg->layout, request, "trace_owner"))
		emu_trace_end(device);
	/* Who asks for what another host has is told so by the answer. */
	if (device->tracer.is_elsewhere)
		emu_set_field(reg->layout, reg->bytes, "trace_owner", 0);
	return EMU_DONE;
}

enum emu_failure emu_write_mtrc_conf(struct emu_device *device,
				     struct emu_register *reg,
				     const uint8_t *before,
				     const uint8_t *request)
{
	(void)before;
	if (!is_owned(device))
		return EMU_NOT_TRACING;
	if (emu_field(reg->layout, request, "trace_mode") != TO_MEMORY ||
	    emu_field(reg->layout, request, "log_trace_buffer_size") >
	    value(device, PRM_REG_MTRC_CAP, "log_max_trace_buffer_size"))
		return EMU_BAD_VALUE;
	device->tracer.block = 0;
	return EMU_DONE;
}

enum emu_failure emu_read_mtrc_ctrl(struct emu_device *device,
				    const struct emu_register *reg,
				    const uint8_t *request, uint8_t *answer)
{
	uint64_t now = emu_trace_time(device);

	(void)request;
	emu_set_field(reg->layout, answer, "current_timestamp_52_32",
		      now >> 32);
	emu_set_field(reg->layout, answer, "current_timestamp_31_0",
		      now & UINT32_MAX);
	return EMU_DONE;
}

enum emu_failure emu_write_mtrc_ctrl(struct emu_device *device,
				     struct emu_register *reg,
				     const uint8_t *before,
				     const uint8_t *request)
{
	struct emu_trace_memory memory;
	bool selects = emu_field(reg->layout, request, "modify_field_select") &
		       SELECTS_STATUS;

	if (!is_owned(device))
		return EMU_NOT_TRACING;
	if (!selects)
		emu_set_field(reg->layout, reg->bytes, "trace_status",
			      emu_field(reg->layout, before, "trace_status"));
	else if (emu_field(reg->layout, request, "trace_status") == RUNS &&
		 !emu_trace_memory(device, &memory))
		return EMU_UNKNOWN_OBJECT;
	device->tracer.is_armed |= emu_field(reg->layout, request, "arm_event");
	emu_trace_send(device);
	return EMU_DONE;
}

static void put_string(uint8_t *bytes, uint32_t slot, const char *text)
{
	strncpy((char *)bytes + slot * EMU_STRING_SLOT, text,
		EMU_STRING_SLOT - 1);
}

static void compose_strings(const struct emu_strings *strings, uint8_t *bytes)
{
	static const char *const formats[] = {
#define EMU_FORMAT(name, format) format,
		EMU_MESSAGES(EMU_FORMAT)
#undef EMU_FORMAT
	};

	memset(bytes, 0, MOST_STRINGS);
	put_string(bytes, 0, strings->title);
	for (uint32_t i = 0; i < strings->n; i++)
		put_string(bytes, i + 1, formats[strings->first + i]);
}

/* mlx5_core writes the register to read it, and more of it than there is. */
enum emu_failure emu_read_mtrc_stdb(struct emu_call *call,
				    const uint8_t *request, uint8_t *answer)
{
	const struct prm_layout *layout =
		prm_register_by_id(PRM_REG_MTRC_STDB)->layout;
	const uint32_t data = PRM_AT(mtrc_stdb, string_db_data).offset / 8;
	uint64_t index = emu_field(layout, request, "string_db_index");
	uint64_t at = emu_field(layout, request, "start_offset");
	uint64_t len = emu_field(layout, request, "read_size");
	uint8_t bytes[MOST_STRINGS];
	uint32_t size;

	if (index >= EMU_DATABASES)
		return EMU_UNKNOWN_INSTANCE;
	size = emu_strings_bytes(&emu_strings[index]);
	if (len % 4 || len > size || at > size - len)
		return EMU_BAD_VALUE;
	if (len > call->out_len - PRM_HEADER_BYTES ||
	    data > call->out_len - PRM_HEADER_BYTES - len)
		return EMU_OUTPUT_LENGTH;
	compose_strings(&emu_strings[index], bytes);
	memcpy(answer + data, bytes + at, len);
	return EMU_DONE;
}

void emu_trace_take(struct emu_device *device, bool take)
{
	pthread_mutex_lock(&device->lock);
	if (device->tracer.is_elsewhere != take) {
		device->tracer.is_elsewhere = take;
		emu_trace_end(device);
		emu_raise_tracer(device, EMU_OWNERSHIP_CHANGE);
	}
	pthread_mutex_unlock(&device->lock);
}
