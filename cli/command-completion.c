// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl completion WORD...: what may stand in place of the last word. The
 * shell's side knows nothing of commands, so it cannot grow stale.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "chain.h"
#include "config.h"
#include "device.h"
#include "diagnostics.h"
#include "invocation.h"
#include "policy.h"
#include "verdict.h"

struct line {
	struct json_object *found;
	const char *last;		/* the word to complete */
	const char *group;
	const char *perhaps;		/* a device that is a group, too: emu */
	const struct command *command;
	const struct option *wants;	/* whose argument the last word is */
	bool has_device;
	size_t n_words;			/* positional, before the last */
	const char *subject;		/* the first of them */
};

/* A name of several words is no word that a shell would take over. */
static void offer(struct line *line, const char *word)
{
	if (strncasecmp(word, line->last, strlen(line->last)) ||
	    strchr(word, ' '))
		return;
	for (size_t i = 0; i < json_object_array_length(line->found); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(line->found, i)), word))
			return;
	put_text(line->found, NULL, word);
}

static int offer_device(void *context, const char *device,
			const char *description)
{
	(void)description;
	offer(context, device);
	return 0;
}

static void offer_group(struct line *line, const char *group)
{
	char word[64];

	for (size_t i = 0; i < n_commands; i++) {
		const char *name = group ? name_in_group(&commands[i], group) :
					   commands[i].name;

		if (!name)
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, " "),
			 name);
		offer(line, word);
	}
}

static void offer_commands(struct line *line)
{
	offer_group(line, line->group);
	if (line->perhaps)
		offer_group(line, line->perhaps);
	if (!line->command && !line->group && !line->has_device)
		mlx5ctl_list(offer_device, line);
}

static void offer_options(struct line *line, const struct option *options)
{
	char word[80];

	for (; options->name; options++) {
		snprintf(word, sizeof(word), "--%s%s", options->name,
			 options->argument && !options->argument_optional ?
			 "=" : "");
		offer(line, word);
	}
}

static void offer_choices(struct line *line, const struct option *option)
{
	const char *const *choice = option->choices;

	for (; choice && *choice; choice++)
		offer(line, *choice);
	if (strcmp(option->name, "device"))
		return;
	mlx5ctl_list(offer_device, line);
	offer(line, "emu:all");
	offer(line, "all");
}

static bool is_write(const struct line *line)
{
	return !strcmp(line->command->name, "reg set");
}

/* Of a device, those that the rules let be read, or be written. */
static void offer_registers(struct line *line)
{
	bool is_asked = line->command->flags & COMMAND_DEVICE;
	const char *never = policy_class_name(POLICY_NEVER);

	for (u32 i = 0; i < prm_n_registers; i++) {
		const char *class = is_asked ?
			register_class(prm_registers[i].id, is_write(line)) :
			NULL;

		if (!class || strcmp(class, never))
			offer(line, prm_registers[i].name);
	}
}

static void offer_structures(struct line *line)
{
	offer_registers(line);
	offer(line, "rscdump");
	for (u32 i = 0; i < prm_n_layouts; i++)
		offer(line, prm_layouts[i]->name);
}

static void offer_rules(struct line *line)
{
	for (size_t i = 0; policy_tables[i]; i++)
		for (u32 k = 0; k < policy_tables[i]->n_rules; k++)
			offer(line, policy_tables[i]->rules[k].name);
}

/* "NAME=" of the fields that the user may set: of a read, the index. */
static void offer_fields(struct line *line)
{
	const struct prm_register *row = prm_register_by_name(line->subject);
	const struct prm_layout *layout = row ? row->layout :
					  prm_layout_by_name(line->subject);
	bool is_read = line->command->flags & COMMAND_DEVICE && !is_write(line);
	char word[80];

	for (u32 i = 0; layout && i < layout->n_fields; i++) {
		const struct prm_field *field = &layout->fields[i];

		if (field->access == PRM_RO ||
		    (is_read && field->access != PRM_INDEX))
			continue;
		snprintf(word, sizeof(word), "%s%s", field->name,
			 field->layout ? "." : field->is_array ? "[" : "=");
		offer(line, word);
	}
}

static void offer_capabilities(struct line *line)
{
	for (unsigned int i = 0; mlx5ctl_capability(i); i++)
		offer(line, mlx5ctl_capability(i)->name);
}

static void offer_objects(struct line *line)
{
	struct mlx5ctl_object_kind kind;

	offer(line, "list");
	for (unsigned int i = 0; !mlx5ctl_object_kind(i, &kind); i++)
		offer(line, kind.name);
}

/* Of a port's or module's, the first; a setting goes on after the "=". */
static void offer_params_of(struct line *line, const struct config_tlv *tlv)
{
	char word[CONFIG_NAME + 1];

	for (u32 i = 0; i < tlv->n_params; i++) {
		config_name(&tlv->params[i], config_first_index(tlv), -1, word,
			    CONFIG_NAME);
		offer(line, word);
	}
}

static void offer_parameters(struct line *line)
{
	struct invocation quiet = { .output = OUTPUT_JSON };
	const struct config_names *names;

	if (!config_names_load(&quiet, &names) &&
	    !config_params_load_all(&quiet))
		for (u32 i = 0; i < names->n_tlvs; i++)
			offer_params_of(line, &names->tlvs[i]);
	config_names_free();
}

static void offer_settings(struct line *line)
{
	size_t n = json_object_array_length(line->found);

	offer_parameters(line);
	for (; n < json_object_array_length(line->found); n++) {
		struct json_object *word =
			json_object_array_get_idx(line->found, n);
		char text[CONFIG_NAME + 1];

		snprintf(text, sizeof(text), "%s=",
			 json_object_get_string(word));
		json_object_array_put_idx(line->found, n,
					  json_object_new_string(text));
	}
}

static void offer_counters(struct line *line)
{
	for (size_t i = 0; i < n_counter_names; i++)
		offer(line, counter_names[i].name);
}

static void offer_segments(struct line *line)
{
	for (u32 i = 0; chain_known_type(i); i++)
		offer(line, chain_known_type(i));
}

static void offer_arguments(struct line *line)
{
	static void (*const offers[])(struct line *line) = {
		[ARGUMENT_REGISTER] = offer_registers,
		[ARGUMENT_STRUCTURE] = offer_structures,
		[ARGUMENT_RULE] = offer_rules,
		[ARGUMENT_COMMAND] = offer_commands,
		[ARGUMENT_ASSIGNMENT] = offer_fields,
		[ARGUMENT_CAPABILITY] = offer_capabilities,
		[ARGUMENT_OBJECT] = offer_objects,
		[ARGUMENT_PARAMETER] = offer_parameters,
		[ARGUMENT_SETTING] = offer_settings,
		[ARGUMENT_COUNTER] = offer_counters,
		[ARGUMENT_SEGMENT] = offer_segments,
	};
	const struct argument *argument = line->command->arguments;

	for (size_t i = 0; argument->name && i < line->n_words; i++)
		argument += !argument->repeated;
	if (argument->name && argument->kind < ARRAY_SIZE(offers) &&
	    offers[argument->kind])
		offers[argument->kind](line);
	if (!line->has_device && !line->n_words &&
	    line->command->flags & COMMAND_DEVICE)
		mlx5ctl_list(offer_device, line);
}

static const struct option *known_option(const struct line *line,
					 const char *word)
{
	const struct option *lists[2] = { global_options, global_options };
	const struct option *option = NULL;

	if (line->command)
		lists[0] = line->command->options;
	for (size_t i = 0; i < ARRAY_SIZE(lists) && !option; i++) {
		if (!strncmp(word, "--", 2))
			option = find_option(lists[i], word + 2,
					     strcspn(word + 2, "="));
		for (const struct option *row = lists[i];
		     !option && word[1] && !word[2] && row->name; row++)
			if (row->letter == word[1])
				option = row;
	}
	return option;
}

static void take_option(struct line *line, const char *word)
{
	const struct option *option = known_option(line, word);

	if (option && option->argument && !option->argument_optional &&
	    !strchr(word, '='))
		line->wants = option;
	if (option && !strcmp(option->name, "device"))
		line->has_device = true;
}

static void take_word(struct line *line, const char *word, const char *next)
{
	char name[128];

	if (line->wants) {
		line->wants = NULL;
	} else if (word[0] == '-' && word[1]) {
		take_option(line, word);
	} else if (line->command) {
		if (!line->n_words && !line->has_device &&
		    line->command->flags & COMMAND_DEVICE &&
		    !begins_with_number(line->command, word) &&
		    device_looks_like_one(word))
			line->has_device = true;
		else if (!line->n_words++)
			line->subject = word;
	} else if (line->group) {
		snprintf(name, sizeof(name), "%s %.80s", line->group, word);
		line->command = command_by_name(name);
	} else if (begins_group(word, next)) {
		line->group = word;
		line->perhaps = NULL;
	} else {
		line->command = command_by_name(word);
		line->has_device |= !line->command;
		line->perhaps = is_group(word) ? word : NULL;
	}
}

static void complete(struct line *line)
{
	const char *glued = strchr(line->last, '=');
	const struct option *option;

	if (line->wants) {
		offer_choices(line, line->wants);
	} else if (!strncmp(line->last, "--", 2) && glued) {
		option = known_option(line, line->last);
		line->last = glued + 1;
		if (option)
			offer_choices(line, option);
	} else if (line->last[0] == '-') {
		if (line->command)
			offer_options(line, line->command->options);
		offer_options(line, global_options);
	} else if (line->command) {
		line->group = line->subject;	/* that "help" is asked of */
		offer_arguments(line);
	} else {
		offer_commands(line);
	}
}

int run_completion(struct invocation *invocation)
{
	struct line line = { .last = "" };
	size_t count = invocation->n_words;

	invocation->data = line.found = json_object_new_array();
	for (size_t i = 1; i + 1 < count; i++)
		take_word(&line, invocation->words[i],
			  i + 2 < count ? invocation->words[i + 1] : NULL);
	if (count > 1)
		line.last = invocation->words[count - 1];
	complete(&line);
	return 0;
}

void show_completion(struct invocation *invocation)
{
	struct json_object *found = invocation->data;

	for (size_t i = 0; i < json_object_array_length(found); i++)
		puts(json_object_get_string(json_object_array_get_idx(found, i)));
}
