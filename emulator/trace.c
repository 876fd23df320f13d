// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode.h"
#include "prm-offsets.h"

#define STATUS ((struct prm_bits){ 0, 8 })
#define SYNDROME ((struct prm_bits){ 32, 32 })

struct emu_trace {
	FILE *file;
	bool is_own;
};

/* One line, built up whole: many threads write. */
struct line {
	char *text;
	size_t size;
	FILE *stream;
};

struct emu_trace *emu_trace_open(const char *path)
{
	struct emu_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	trace->file = path ? fopen(path, "we") : stderr;
	trace->is_own = path;
	if (trace->file) {
		setvbuf(trace->file, NULL, _IOLBF, 0);
		return trace;
	}
	free(trace);
	return NULL;
}

int emu_trace_close(struct emu_trace *trace)
{
	int error;

	if (!trace)
		return 0;
	error = ferror(trace->file) ? -1 : 0;
	if (trace->is_own && fclose(trace->file))
		error = -1;
	free(trace);
	return error;
}

static bool is_empty(const char *text)
{
	return !text[strspn(text, text[0] == '0' && text[1] == 'x' ?
				  "0x" : "0")];
}

static void put_scalar(FILE *to, const char *path, struct json_object *value)
{
	const char *text = json_object_get_string(value);

	if (!value || is_empty(text))
		return;
	if (json_object_is_type(value, json_type_int))
		fprintf(to, " %s=0x%llx", path,
			(unsigned long long)json_object_get_int64(value));
	else
		fprintf(to, " %s=%s", path,
			json_object_to_json_string_ext(value,
						       JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* {"value": 1, "name": "up"} is one value. */
static bool put_named(FILE *to, const char *path, struct json_object *value)
{
	struct json_object *number, *name;

	if (json_object_object_length(value) != 2 ||
	    !json_object_object_get_ex(value, "value", &number) ||
	    !json_object_object_get_ex(value, "name", &name))
		return false;
	if (json_object_get_int64(number) && name)
		fprintf(to, " %s=%s(0x%llx)", path,
			json_object_get_string(name),
			(unsigned long long)json_object_get_int64(number));
	else
		put_scalar(to, path, number);
	return true;
}

static void put_fields(FILE *to, const char *path, struct json_object *value)
{
	char below[256];

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			snprintf(below, sizeof(below), "%s[%zu]", path, i);
			put_fields(to, below,
				   json_object_array_get_idx(value, i));
		}
		return;
	}
	if (!json_object_is_type(value, json_type_object)) {
		put_scalar(to, path, value);
		return;
	}
	if (*path && put_named(to, path, value))
		return;
	json_object_object_foreach(value, key, member) {
		snprintf(below, sizeof(below), "%s%s%s", path,
			 *path ? "." : "", key);
		put_fields(to, below, member);
	}
}

/* All that is not zero but the fields of these names. */
static void put_layout(FILE *to, const struct prm_layout *layout,
		       const uint8_t *bytes, uint32_t len,
		       const char *const *but)
{
	struct json_object *fields = decode_bytes(layout, bytes, len);

	for (; fields && *but; but++)
		json_object_object_del(fields, *but);
	put_fields(to, "", fields);
	json_object_put(fields);
}

static const struct prm_register *register_of(const uint8_t *in,
					      uint32_t in_len)
{
	switch (prm_value(in, in_len, PRM_AT(access_reg_in, opcode))) {
	case PRM_OP_ACCESS_REG:
	case PRM_OP_ACCESS_REGISTER_USER:
		return prm_register_by_id(prm_value(in, in_len,
				PRM_AT(access_reg_in, register_id)));
	}
	return NULL;
}

/* The mailbox's own fields but those, and the register in it. */
static void put_mailbox(FILE *to, const struct prm_layout *layout,
			const struct prm_register *reg, const uint8_t *bytes,
			uint32_t len, const char *const *but)
{
	static const char *const none[] = { NULL };

	if (layout && (!reg || len < PRM_HEADER_BYTES))
		put_layout(to, layout, bytes, len, but);
	else if (layout)
		put_layout(to, layout, bytes, PRM_HEADER_BYTES, but);
	if (reg && len > PRM_HEADER_BYTES)
		put_layout(to, reg->layout, bytes + PRM_HEADER_BYTES,
			   len - PRM_HEADER_BYTES, none);
}

static void put_title(FILE *to, const struct emu_executed *executed,
		      const struct prm_command *command,
		      const struct prm_register *reg)
{
	const uint8_t *in = executed->in;
	uint32_t len = executed->in_len;
	uint16_t opcode = prm_value(in, len, PRM_AT(access_reg_in, opcode));

	fprintf(to, " uid=%u ", (unsigned int)prm_value(in, len,
					PRM_AT(access_reg_in, uid)));
	if (command)
		fputs(command->name, to);
	else
		fprintf(to, "0x%x", opcode);
	fprintf(to, " op_mod=%u", (unsigned int)prm_value(in, len,
					PRM_AT(access_reg_in, op_mod)));
	if (reg)
		fprintf(to, " %s", reg->name);
	else if (opcode == PRM_OP_ACCESS_REG ||
		 opcode == PRM_OP_ACCESS_REGISTER_USER)
		fprintf(to, " register_id=0x%x", (unsigned int)prm_value(in, len,
					PRM_AT(access_reg_in, register_id)));
}

static void put_command(FILE *to, const struct emu_executed *executed)
{
	static const char *const asked[] = { "opcode", "uid", "op_mod",
					     "register_id", "register_data",
					     NULL };
	static const char *const told[] = { "status", "syndrome",
					    "register_data", NULL };
	const uint8_t *in = executed->in, *out = executed->out;
	const struct prm_command *command = prm_command_by_opcode(
		prm_value(in, executed->in_len, PRM_AT(access_reg_in, opcode)));
	const struct prm_register *reg = register_of(in, executed->in_len);

	put_title(to, executed, command, reg);
	put_mailbox(to, command ? command->in : NULL, reg, in,
		    executed->in_len, asked);
	fprintf(to, " -> status=0x%x",
		(unsigned int)prm_value(out, executed->out_len, STATUS));
	if (out[0])
		fprintf(to, " syndrome=0x%08x",
			(unsigned int)prm_value(out, executed->out_len,
						SYNDROME));
	else
		put_mailbox(to, command ? command->out : NULL, reg, out,
			    executed->out_len, told);
}

static void executed_one(void *context, const struct emu_executed *executed)
{
	const struct emu_traced *traced = context;
	struct line line = { .text = NULL };
	struct timespec now;

	line.stream = open_memstream(&line.text, &line.size);
	if (!line.stream)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(line.stream, "%lld.%06ld %s", (long long)now.tv_sec,
		now.tv_nsec / 1000, traced->name);
	put_command(line.stream, executed);
	fprintf(line.stream, " %lluus\n",
		(unsigned long long)executed->nanoseconds / 1000);
	if (!fclose(line.stream))
		fwrite(line.text, 1, line.size, traced->trace->file);
	free(line.text);
}

void emu_trace_device(struct emu_trace *trace, struct emu_device *device,
		      const char *name, struct emu_traced *traced)
{
	*traced = (struct emu_traced){ trace, name };
	emu_set_observer(device, executed_one, traced);
}
