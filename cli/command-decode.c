// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl decode, encode: structures as named values, and back. No device. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "build.h"
#include "chain.h"
#include "decode.h"
#include "hex.h"
#include "mailbox.h"
#include "names.h"
#include "number.h"
#include "text.h"

#define DUMP "rscdump"
#define MOST_OPEN_BYTES 65536	/* of an encoded mailbox with an open end */

static bool is_zero(const u8 *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i])
			return false;
	return true;
}

static bool is_open(const struct prm_layout *layout)
{
	const struct prm_field *last;

	if (!layout->n_fields)
		return false;
	last = &layout->fields[layout->n_fields - 1];
	return !last->count || (last->layout && is_open(last->layout));
}

/* A reply may be longer than the structure, but then with zeros. */
static int check_length(struct invocation *invocation,
			const struct named *named, const struct bytes *bytes)
{
	u32 size = named->layout->size;
	char hint[96];

	snprintf(hint, sizeof(hint), "give all %u bytes, with zeros for what is not known",
		 size);
	if (bytes->n < size)
		return fail_usage(invocation, "too-short", hint,
				  "%s has %u byte%s, and the input only %zu",
				  named->name, size, size == 1 ? "" : "s",
				  bytes->n);
	if (bytes->n > size && !is_open(named->layout) &&
	    !is_zero(bytes->data + size, bytes->n - size))
		return fail_usage(invocation, "too-long", NULL,
				  "%s has %u bytes, and the input %zu that are not all zero past those",
				  named->name, size, bytes->n);
	return 0;
}

/* The inbox of an access to a register says which register follows. */
static struct json_object *decode_named(const struct named *named,
					const struct bytes *bytes)
{
	struct json_object *fields;

	if (!named->is_register && !named->source &&
	    !strcmp(named->name, "access_reg_in")) {
		fields = decode_request(bytes->data, bytes->n);
		if (fields)
			return fields;
	}
	return decode_bytes(named->layout, bytes->data,
			    is_open(named->layout) ? bytes->n :
						     named->layout->size);
}

/* A dump that was written: not one structure, but a chain of them. */
static int decode_dump(struct invocation *invocation)
{
	struct json_object *fields;
	struct bytes bytes;
	struct chain chain;

	if (read_dump(invocation, 1, &bytes))
		return -1;
	chain_decode(bytes.data, bytes.n, NULL, &chain);
	fields = json_object_new_object();
	put_object(fields, "segments", chain.segments);
	put_text(fields, "problem", chain.problem[0] ? chain.problem : NULL);
	invocation->data = json_object_new_object();
	put_text(invocation->data, "structure", DUMP);
	put_object(invocation->data, "fields", fields);
	if (chain.problem[0])
		invocation->status = EXIT_FINDING;
	keep_bytes(invocation, bytes.data, bytes.n);
	free(bytes.data);
	return invocation->failure.happened ? -1 : 0;
}

static void show_dump(struct json_object *fields)
{
	show_chain(get(fields, "segments"));
	if (!get(fields, "problem"))
		return;
	fflush(stdout);
	fputs("mlx5ctl: the dump is incomplete: ", stderr);
	print_safe(stderr, get_text(fields, "problem"));
	fputc('\n', stderr);
}

int run_decode(struct invocation *invocation)
{
	struct named named;
	struct bytes bytes;

	if (!strcmp(invocation->words[0], DUMP))
		return decode_dump(invocation);
	if (find_structure(invocation, invocation->words[0], &named) ||
	    read_hex(invocation, 1, &bytes))
		return -1;
	if (!check_length(invocation, &named, &bytes)) {
		invocation->data = json_object_new_object();
		put_text(invocation->data, "structure", named.name);
		put_object(invocation->data, "fields",
			   decode_named(&named, &bytes));
		keep_bytes(invocation, bytes.data, bytes.n);
		note_source(invocation, &named);
	}
	free(bytes.data);
	return invocation->failure.happened ? -1 : 0;
}

void show_decode(struct invocation *invocation)
{
	if (!strcmp(get_text(invocation->data, "structure"), DUMP)) {
		show_dump(get(invocation->data, "fields"));
		return;
	}
	printf("%s\n", get_text(invocation->data, "structure"));
	print_tree(stdout, get(invocation->data, "fields"), 1);
}

/* The values: words NAME=VALUE, or one JSON object in a file or on stdin. */
static int encode_file(struct invocation *invocation,
		       const struct prm_layout *layout, u8 *bytes, u32 size,
		       unsigned int flags)
{
	static const struct text_kind kind = { "NAME=VALUE",
					       "an object of JSON" };
	const char *path = invocation->words[1];
	char *text = read_text(invocation, path, &kind);
	struct encode_error error = { .message = "" };
	struct json_object *json, *fields;
	unsigned int line;
	const char *flaw;
	int result;

	if (!text)
		return -1;
	flaw = read_json(text, &json, &line);
	free(text);
	if (flaw) {
		json_object_put(json);
		return fail_usage(invocation, "not-json",
				  "give what 'mlx5ctl decode -o json' prints, or an object of fields",
				  "%.200s:%u %s",
				  source_name(path), line, flaw);
	}
	/* What was decoded is the device's, with all that it sets. */
	fields = get(json, "data.fields");
	if (fields)
		flags |= ENCODE_DEVICE_FIELDS;
	result = encode_object(layout, bytes, size, fields ? fields : json,
			       flags, &error);
	json_object_put(json);
	return result ? fail_usage(invocation, "bad-value", error.hint, "%s",
				   error.message) : 0;
}

static int encode_all(struct invocation *invocation,
		      const struct prm_layout *layout, u8 *bytes, u32 size)
{
	unsigned int flags = option_given(invocation, "any") ?
			     ENCODE_DEVICE_FIELDS : 0;
	bool is_file = invocation->n_words == 2 &&
		       !strchr(invocation->words[1], '=');
	struct failure *failure = &invocation->failure;
	const struct taken nothing = { .bits = NULL };
	int result;

	result = is_file ?
		 encode_file(invocation, layout, bytes, size, flags) :
		 assign_words(invocation, 1, layout, bytes, size, flags,
			      &nothing);
	if (!result || strcmp(failure->code, "bad-value"))
		return result;
	if (strstr(failure->message, "past the end"))
		snprintf(failure->hint, sizeof(failure->hint),
			 "--size=BYTES makes it longer");
	if (strstr(failure->message, "read-only"))
		snprintf(failure->hint, sizeof(failure->hint),
			 "--any sets it all the same");
	return -1;
}

/* An inbox begins with its command's opcode, whoever asks for it. */
static int set_opcode(const struct prm_layout *layout, u8 *bytes, u32 size)
{
	const struct prm_field *opcode = prm_field_by_name(layout, "opcode");

	for (u32 i = 0; opcode && i < prm_n_commands; i++)
		if (prm_commands[i].in == layout)
			return prm_set(bytes, size, opcode->at,
				       prm_commands[i].opcode) ? 0 : -1;
	return 0;
}

int run_encode(struct invocation *invocation)
{
	struct named named;
	u64 size;
	u8 *bytes;

	if (find_structure(invocation, invocation->words[0], &named))
		return -1;
	size = named.layout->size;
	if (option_number(invocation, "size", MOST_OPEN_BYTES, &size))
		return -1;
	if (size < named.layout->size || size % 4)
		return fail_usage(invocation, "bad-number", NULL,
				  "--size of %s is whole dwords and %u bytes at least",
				  named.name, named.layout->size);
	bytes = calloc(1, size);
	if (!bytes)
		return fail_memory(invocation);
	if (!set_opcode(named.layout, bytes, size) &&
	    !encode_all(invocation, named.layout, bytes, size)) {
		invocation->data = json_object_new_object();
		put_text(invocation->data, "structure", named.name);
		put_hex(invocation->data, "bytes", bytes, size);
		keep_bytes(invocation, bytes, size);
		note_source(invocation, &named);
	}
	free(bytes);
	return invocation->failure.happened ? -1 : 0;
}

void show_encode(struct invocation *invocation)
{
	print_hex(stdout, invocation->bytes, invocation->n_bytes);
}
