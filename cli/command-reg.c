// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl reg list, reg get */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "build.h"
#include "decode.h"
#include "register.h"
#include "session.h"
#include "text.h"
#include "verdict.h"

/* Where the original tool wrote a port, whatever the register. */
static const struct prm_bits port_position = { 8, 8 };

static void put_class(struct json_object *row, const char *key, u16 id,
		      bool write)
{
	put_text(row, key, register_class(id, write));
}

int run_reg_list(struct invocation *invocation)
{
	invocation->data = json_object_new_array();
	for (u32 i = 0; i < prm_n_registers; i++) {
		const struct prm_register *reg = &prm_registers[i];
		struct json_object *row = json_object_new_object();

		put_number(row, "id", reg->id);
		put_text(row, "name", reg->name);
		put_number(row, "size", reg->layout->size);
		put_class(row, "read", reg->id, false);
		put_class(row, "write", reg->id, true);
		put_text(row, "description", reg->layout->doc);
		put_object(invocation->data, NULL, row);
	}
	return 0;
}

void show_reg_list(struct invocation *invocation)
{
	static const struct column columns[] = {
		{ "ID", "id", .is_hex = true },
		{ "NAME", "name" },
		{ "SIZE", "size", .is_right = true },
		{ "READ", "read" },
		{ "WRITE", "write" },
		{ "DESCRIPTION", "description" },
		{ NULL },
	};

	print_table(invocation->data, columns);
}

/* How many bytes to ask for: as the layout says, or as the user does. */
static int choose_size(struct invocation *invocation, const struct named *named,
		       u32 *size)
{
	u64 chosen = named->layout ? named->layout->size : 0;

	if (option_number(invocation, "size", MOST_REGISTER_BYTES, &chosen))
		return -1;
	if (!chosen && !option_given(invocation, "size"))
		return fail_usage(invocation, "which-size",
				  "say it with --size=BYTES",
				  "the size of register 0x%x is not known",
				  named->id);
	if (!chosen || chosen % 4)
		return fail_usage(invocation, "bad-number", NULL,
				  "--size is whole dwords, one at least, and %u bytes are not",
				  (unsigned int)chosen);
	if (named->layout && chosen < named->layout->size)
		return fail_usage(invocation, "bad-number", NULL,
				  "%s has %u bytes, so --size cannot be %u",
				  named->name, named->layout->size,
				  (unsigned int)chosen);
	*size = chosen;
	return 0;
}

static int set_port(struct invocation *invocation, u8 *data, u32 size)
{
	u64 port = 0;

	if (option_number(invocation, "port", 0xff, &port))
		return -1;
	return prm_set(data, size, port_position, port) ? 0 : -1;
}

static int set_fields(struct invocation *invocation, size_t first,
		      const struct named *named, u8 *data, u32 size)
{
	bool has_port = option_given(invocation, "port");
	const u8 port[MOST_REGISTER_BYTES] = { [1] = 0xff };
	const struct taken taken = { has_port ? port : NULL, "--port" };

	if (has_port && set_port(invocation, data, size))
		return -1;
	if (!named->layout && first < invocation->n_words)
		return fail_usage(invocation, "no-fields", NULL,
				  "the fields of register 0x%x are not known, so '%.60s' cannot be set",
				  named->id, invocation->words[first]);
	return assign_words(invocation, first, named->layout, data, size, 0,
			    &taken);
}

static int put_answer(struct invocation *invocation, const struct named *named,
		      const u8 *data, u32 size)
{
	invocation->data = json_object_new_object();
	put_named(invocation->data, "register", named->id, named->name);
	put_object(invocation->data, "fields", named->layout ?
		   decode_bytes(named->layout, data, named->layout->size) :
		   NULL);
	put_hex(invocation->data, "bytes", data, size);
	return keep_bytes(invocation, data, size);
}

void hint_index(struct invocation *invocation, const struct named *named,
		bool given)
{
	struct failure *failure = &invocation->failure;
	size_t used;

	if (failure->status != EXIT_DEVICE || failure->hint[0] ||
	    !named->layout ||
	    strcmp(mlx5ctl_status_name(failure->device.status), "BAD_PARAM"))
		return;
	for (u32 i = 0; i < named->layout->n_fields; i++) {
		const struct prm_field *field = &named->layout->fields[i];

		if (field->access != PRM_INDEX)
			continue;
		used = strlen(failure->hint);
		snprintf(failure->hint + used, sizeof(failure->hint) - used,
			 "%s%s", used ? ", " : given ?
			 "is there such an index? it has " :
			 "it may want an index: ", field->name);
	}
}

static int read_named(struct invocation *invocation, const struct named *named,
		      size_t first)
{
	u64 argument = 0;
	u8 *data = NULL;
	int result = -1;
	u32 size = 0;

	if (option_number(invocation, "argument", UINT32_MAX, &argument) ||
	    choose_size(invocation, named, &size))
		return -1;
	data = calloc(1, size);
	if (!data)
		return fail_memory(invocation);
	if (set_fields(invocation, first, named, data, size))
		goto out;
	result = session_read_register(invocation, named->id, argument, data,
				       size);
	if (!result)
		result = put_answer(invocation, named, data, size);
	if (result < 0)
		hint_index(invocation, named, invocation->n_words > first ||
			   option_given(invocation, "port"));
	else
		note_source(invocation, named);
out:
	free(data);
	return result < 0 ? -1 : 0;
}

int run_reg_get(struct invocation *invocation)
{
	const char *name = option_value(invocation, "id");
	size_t first = name ? 0 : 1;
	struct named named;

	if (!name)
		name = invocation->words[0];
	if (find_register(invocation, name, &named))
		return -1;
	return read_named(invocation, &named, first);
}

void show_reg_get(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	const char *name = get_text(data, "register.name");

	printf("%s 0x%llx\n", get(data, "register.name") ? name : "register",
	       (unsigned long long)get_number(data, "register.value"));
	if (get(data, "fields"))
		print_tree(stdout, get(data, "fields"), 1);
	else
		print_hex(stdout, invocation->bytes, invocation->n_bytes);
}
