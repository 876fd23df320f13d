// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a device answers about its configuration, conditions of a database, and
 * files of settings. The first byte says which; the next, about which parameter.
 */
#include <json-c/json.h>

#include "config-change.h"
#include "config-expression.h"
#include "fuzz.h"

static const struct config_names *names;

static void load_names(void)
{
	static struct invocation invocation;

	if (!names && (config_names_load(&invocation, &names) ||
		       config_params_load_all(&invocation)))
		abort();
}

/* Every value in an item is read; and what it is called sets it again. */
static void check_param(const struct config_param *param,
			const struct config_item *item, uint8_t *bytes)
{
	const struct config_target target = { param, item->index, true, -1 };
	struct json_object *value, *again;
	struct encode_error error;
	char text[CONFIG_MOST_BYTES * 2 + 1];

	value = config_value(param, -1, bytes, item->length);
	HOLDS(!!value == config_lies_within(param, item) ||
	      param->field->is_array, "what lies within an item has a value");
	config_value_word(value, text, sizeof(text));
	if (value && !config_encode(&target, text, bytes, item->length,
				    &error)) {
		again = config_value(param, -1, bytes, item->length);
		HOLDS(json_object_equal(value, again),
		      "a value that is set again is the same");
		json_object_put(again);
	}
	json_object_put(value);
}

static void try_answer(struct fuzz_input *input)
{
	u32 i = take(input, 1) % names->n_tlvs;
	enum config_set set = take(input, 1) % CONFIG_SETS;
	const struct config_tlv *tlv = &names->tlvs[i];
	struct config_item item = { .tlv = tlv,
				    .index = config_first_index(tlv) };
	u8 *reply = exact_copy(input->data, input->size);
	const char *flaw;

	item.type = config_type(tlv, item.index);
	flaw = config_take_answer(&item, set, reply, input->size);
	HOLDS(!flaw == (item.state[set] == CONFIG_READ),
	      "an answer is taken over or has a flaw");
	HOLDS(flaw || (item.length && item.length <= input->size &&
		       !memcmp(item.bytes[set], reply + CONFIG_HEADER,
			       item.length)), "what is taken over was there");
	for (i = 0; !flaw && i < tlv->n_params; i++)
		check_param(&tlv->params[i], &item, item.bytes[set]);
	seeded_overread(reply, flaw ? 0 : input->size);
	free(reply);
}

static int look_up(void *context, const char *name, size_t length,
		   double *value)
{
	HOLDS(length && strlen(name) >= length, "a name is in the text");
	*value = length;
	return *(unsigned int *)context += 1, name[0] == 'x' ? -1 : 0;
}

static void try_condition(struct fuzz_input *input)
{
	char *text = exact_text(input->data, input->size);
	unsigned int n = 0;
	double value;

	if (!config_evaluate(text, look_up, &n, &value))
		HOLDS(n <= input->size, "each name is looked up once at most");
	free(text);
}

static int count_entry(void *context, const char *name, size_t length,
		       const char *value)
{
	(void)value;
	HOLDS(strlen(name) >= length, "an entry has a name");
	return ++*(unsigned int *)context > 100000 ? -1 : 0;
}

static void try_file(struct fuzz_input *input)
{
	char *text = exact_text(input->data, input->size);
	unsigned int n = 0, line;
	const char *flaw = config_parse(text, count_entry, &n, &line);

	HOLDS(!flaw || flaw[0] || n, "a file that is refused has a reason");
	HOLDS(line <= input->size + 1, "a line that is named is there");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(struct fuzz_input *input) = {
		try_answer, try_condition, try_file,
	};
	struct fuzz_input input = { data, size };

	load_names();
	tries[take(&input, 1) % ARRAY_SIZE(tries)](&input);
	return 0;
}
