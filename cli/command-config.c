// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl config query and diff: what is set, and what the next reset sets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "config.h"
#include "output.h"
#include "text.h"

#define TEXT 160	/* of a value in a table */

static const struct {
	const char *key;
	enum config_set set;
} sets[] = {
	{ "default", CONFIG_DEFAULT },
	{ "current", CONFIG_CURRENT },
	{ "next", CONFIG_NEXT },
};

struct survey {
	struct config config;
	bool is_read[CONFIG_SETS];
	enum config_set from;	/* a difference to the next values ... */
	bool differences;	/* ... and whether only those are wanted */
	struct json_object *rows;
	struct json_object *incomplete;
	u32 n_found;		/* of those that are named ... */
	struct failure missing;	/* ... and the first that is not there */
};

static struct json_object *value_of(const struct config_param *param,
				    const struct config_item *item,
				    enum config_set set)
{
	return item->state[set] == CONFIG_READ ?
	       config_value(param, -1, item->bytes[set], item->length) : NULL;
}

static bool is_different(const struct config_param *param,
			 const struct config_item *item, enum config_set set)
{
	struct json_object *former = value_of(param, item, set);
	struct json_object *next = value_of(param, item, CONFIG_NEXT);
	bool has_both = former && next;

	return !are_equal(former, next) && has_both;
}

static int put_limit(struct survey *survey, struct json_object *row,
		     const char *key, const struct config_param *param,
		     u32 index, const char *limit)
{
	u64 number;
	int result = config_limit(&survey->config, param, index, limit,
				  &number);

	if (result)
		put_object(row, key, NULL);
	else
		put_number(row, key, number);
	return result < 0 ? -1 : 0;
}

static int put_row(struct survey *survey, const struct config_param *param,
		   const struct config_item *item)
{
	struct json_object *row;
	char name[CONFIG_NAME];

	if (survey->differences && !is_different(param, item, survey->from))
		return 0;
	row = json_object_new_object();
	put_object(survey->rows, NULL, row);
	config_name(param, item->index, -1, name, sizeof(name));
	put_text(row, "name", name);
	put_text(row, "type", config_type_name(param));
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		put_object(row, sets[i].key,
			   value_of(param, item, sets[i].set));
	if (item->state[CONFIG_CURRENT] == CONFIG_READ)
		put_bool(row, "pending",
			 is_different(param, item, CONFIG_CURRENT));
	else
		put_object(row, "pending", NULL);
	if (put_limit(survey, row, "minimum", param, item->index,
		      param->minimum) ||
	    put_limit(survey, row, "maximum", param, item->index,
		      param->maximum))
		return -1;
	put_object(row, "values", config_values(param));
	put_named(row, "item", item->type, param->tlv->name);
	put_text(row, "field", param->field->name);
	put_text(row, "devlink", param->devlink);
	put_text(row, "source", param->is_built_in ? "built-in" : "mstflint");
	put_text(row, "description", param->doc);
	return 0;
}

static int read_sets(struct survey *survey, struct config_item *item)
{
	static const enum config_set order[] = { CONFIG_NEXT, CONFIG_CURRENT,
						 CONFIG_DEFAULT };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (survey->is_read[order[i]] &&
		    (i == 0 || item->state[CONFIG_NEXT] == CONFIG_READ) &&
		    config_read(&survey->config, item, order[i]))
			return -1;
	return 0;
}

static void put_failure(struct survey *survey, const struct config_item *item,
			const struct failure *failure)
{
	struct json_object *object = json_object_new_object();

	put_named(object, "item", item->type, item->tlv->name);
	put_text(object, "code", failure->code);
	put_text(object, "message", failure->message);
	put_text(object, "hint", failure->hint[0] ? failure->hint : NULL);
	put_object(survey->incomplete, NULL, object);
	survey->config.invocation->status = EXIT_FINDING;
}

/* An item that failed in any of its sets is not as it is shown. */
static void put_incomplete(struct survey *survey,
			   const struct config_item *item)
{
	bool has_failed = false;

	for (size_t i = 0; i < CONFIG_SETS; i++)
		has_failed |= item->state[i] == CONFIG_FAILED;
	if (has_failed)
		put_failure(survey, item, &item->failure);
}

/* What is not there takes nothing from the others that are named. */
static int put_missing(struct survey *survey, const struct config_item *item)
{
	struct failure *failure = &survey->config.invocation->failure;

	if (failure->status != EXIT_DEVICE && failure->status != EXIT_REFUSED)
		return -1;
	if (!survey->missing.happened)
		survey->missing = *failure;
	put_failure(survey, item, failure);
	*failure = (struct failure){ .happened = false };
	return 0;
}

static int put_item(struct survey *survey, struct config_item *item)
{
	const struct config_tlv *tlv = item->tlv;

	if (config_params_load(survey->config.invocation, tlv))
		return -1;
	for (u32 i = 0; i < tlv->n_params; i++) {
		char *why;

		if (config_is_available(&survey->config, &tlv->params[i], item,
					&why))
			return -1;
		if (!why && put_row(survey, &tlv->params[i], item))
			return -1;
		free(why);
	}
	return 0;
}

/* Ports and modules until one is not there. */
static int survey_tlv(struct survey *survey, const struct config_tlv *tlv)
{
	u32 index = config_first_index(tlv);
	u32 end = index + (config_is_counted(tlv) ? CONFIG_MOST_COUNTED : 1);

	for (; index < end; index++) {
		struct config_item *item = config_item(&survey->config, tlv,
						       index);

		if (!item || read_sets(survey, item))
			return -1;
		put_incomplete(survey, item);
		if (item->state[CONFIG_NEXT] != CONFIG_READ)
			break;
		if (put_item(survey, item))
			return -1;
	}
	return 0;
}

/* What the first of them needs of each TLV; then what those that are there do. */
static int want_item(struct survey *survey, const struct config_tlv *tlv,
		     u32 index, bool first, struct config_want *wants)
{
	struct config_item *item = config_item(&survey->config, tlv, index);
	int n = 0;

	if (!item)
		return -1;
	if (first)
		wants[n++] = (struct config_want){ item, CONFIG_NEXT };
	if (first || item->state[CONFIG_NEXT] != CONFIG_READ)
		return n;
	for (size_t i = 0; i < CONFIG_SETS; i++)
		if (survey->is_read[i])
			wants[n++] = (struct config_want){ item, i };
	if (config_is_counted(tlv))
		wants[n++] = (struct config_want){
			config_item(&survey->config, tlv, index + 1),
			CONFIG_NEXT,
		};
	return wants[n - 1].item ? n : -1;
}

/* Many commands at once: what is read here, nobody waits for afterwards. */
static int read_ahead(struct survey *survey, bool first)
{
	const struct config_names *names = survey->config.names;
	struct config_want *wants = calloc(names->n_tlvs * (CONFIG_SETS + 1),
					   sizeof(*wants));
	int n = 0, more = 0;

	if (!wants)
		return fail_memory(survey->config.invocation);
	for (u32 i = 0; more >= 0 && i < names->n_tlvs; i++) {
		const struct config_tlv *tlv = &names->tlvs[i];

		if (!tlv->has_params)
			continue;
		more = want_item(survey, tlv, config_first_index(tlv), first,
				 wants + n);
		n += more;
	}
	if (more >= 0)
		more = config_read_many(&survey->config, wants, n);
	free(wants);
	return more < 0 ? -1 : 0;
}

static int survey_all(struct survey *survey)
{
	const struct config_names *names = survey->config.names;

	if (read_ahead(survey, true) || read_ahead(survey, false))
		return -1;
	for (u32 i = 0; i < names->n_tlvs; i++)
		if (names->tlvs[i].has_params &&
		    survey_tlv(survey, &names->tlvs[i]))
			return -1;
	return 0;
}

static int survey_target(struct survey *survey,
			 const struct config_target *target)
{
	struct config_item *item = config_item(&survey->config,
					       target->param->tlv,
					       target->index);

	if (!item || read_sets(survey, item))
		return -1;
	if (config_require(&survey->config, target->param, item))
		return put_missing(survey, item);
	survey->n_found++;
	return put_row(survey, target->param, item);
}

/* Without a port, all that there are. */
static int survey_name(struct survey *survey, const char *word)
{
	struct config_target target;

	if (config_find(&survey->config, word, strlen(word), &target) ||
	    survey_target(survey, &target))
		return -1;
	while (config_is_counted(target.param->tlv) && !target.has_index) {
		struct config_item *item =
			config_item(&survey->config, target.param->tlv,
				    ++target.index);

		if (!item || target.index > CONFIG_MOST_COUNTED ||
		    read_sets(survey, item))
			return item ? 0 : -1;
		if (item->state[CONFIG_NEXT] != CONFIG_READ)
			return 0;
		if (survey_target(survey, &target))
			return -1;
	}
	return 0;
}

static int run_survey(struct invocation *invocation, struct survey *survey)
{
	struct json_object *data = json_object_new_object();
	int result;

	survey->rows = json_object_new_array();
	survey->incomplete = json_object_new_array();
	survey->is_read[CONFIG_NEXT] = true;
	put_object(data, "parameters", survey->rows);
	put_object(data, "incomplete", survey->incomplete);
	result = config_begin(invocation, &survey->config);
	if (!result && !invocation->n_words)
		result = survey_all(survey);
	for (size_t i = 0; !result && i < invocation->n_words; i++)
		result = survey_name(survey, invocation->words[i]);
	if (!result && survey->missing.happened && !survey->n_found) {
		invocation->failure = survey->missing;
		result = -1;
	}
	config_end(&survey->config);
	if (invocation->is_verdict) { /* of a dry run, which went no further */
		json_object_put(data);
		return 0;
	}
	invocation->data = data;
	return result;
}

int run_config_query(struct invocation *invocation)
{
	bool all = !option_given(invocation, "next");
	struct survey survey = {
		.is_read = { [CONFIG_CURRENT] = all, [CONFIG_DEFAULT] = all },
	};

	return run_survey(invocation, &survey);
}

int run_config_diff(struct invocation *invocation)
{
	struct survey survey = {
		.differences = true,
		.from = option_given(invocation, "default") ? CONFIG_DEFAULT :
							      CONFIG_CURRENT,
	};

	survey.is_read[survey.from] = true;
	if (run_survey(invocation, &survey))
		return -1;
	if (!invocation->is_verdict && get_count(invocation->data, "parameters"))
		invocation->status = EXIT_FINDING;
	return 0;
}

static void next_text(struct json_object *row, char *text, size_t size)
{
	const char *mark = get_bool(row, "pending") ? "* " : "";

	config_value_text(get(row, "next"), stpcpy(text, mark),
			  size - strlen(mark));
}

static void print_details(struct json_object *row)
{
	struct json_object *values = get(row, "values");
	const char *description = get_text(row, "description");
	char text[TEXT];

	printf("\n%s (%s)\n%s", get_text(row, "name"), get_text(row, "type"),
	       description[0] ? "  " : "");
	print_words(stdout, description, 2);
	if (get(row, "minimum") || get(row, "maximum")) {
		printf("  from %llu", (unsigned long long)
		       get_number(row, "minimum"));
		if (get(row, "maximum"))
			printf(" to %llu", (unsigned long long)
			       get_number(row, "maximum"));
		putchar('\n');
	}
	for (size_t i = 0; values && i < json_object_array_length(values); i++) {
		config_value_text(json_object_array_get_idx(values, i), text,
				  sizeof(text));
		printf("  %s\n", text);
	}
	if (get(row, "devlink"))
		printf("  devlink has it as %s\n", get_text(row, "devlink"));
}

static void note_incomplete(struct invocation *invocation)
{
	struct json_object *rows = get(invocation->data, "incomplete");

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		bool has_hint = get(row, "hint");

		output_note(invocation, "mlx5ctl: not all was read: %s%s%s",
			    get_text(row, "message"), has_hint ? "; " : "",
			    has_hint ? get_text(row, "hint") : "");
	}
}

void show_config_query(struct invocation *invocation)
{
	static const struct column columns[] = {
		{ "parameter", "name" },
		{ "default", "default", .is_long = true,
		  .write = config_value_text },
		{ "current", "current", .is_long = true,
		  .write = config_value_text },
		{ "next", "", .write = next_text },
		{ NULL },
	};
	struct json_object *rows = get(invocation->data, "parameters");
	size_t n = json_object_array_length(rows);
	bool is_pending = false;

	if (n)
		print_table(rows, columns);
	else
		puts("nothing to show");
	for (size_t i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (invocation->n_words)
			print_details(row);
		is_pending |= get_bool(row, "pending");
	}
	note_incomplete(invocation);
	/* No reading of MFRL tells whether one is armed. */
	if (is_pending)
		output_note(invocation, "mlx5ctl: * the next power cycle changes it, or the next reset of the machine if one is armed, as config set does");
}
