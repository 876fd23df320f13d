// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The command line, by the tables of commands.c:
 *
 *     mlx5ctl [options] COMMAND [DEVICE] ...
 *     mlx5ctl [options] DEVICE COMMAND ...
 *
 * The first word is a command if it names one, else a device. Options may
 * stand anywhere; those of a command, after its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "invocation.h"
#include "nearest.h"
#include "number.h"

struct parser {
	struct invocation *invocation;
	int argc;
	char **argv;
	int next;
	const char *group;	/* "reg", until its command is known */
	bool only_words;	/* after "--" */
};

const char *option_value(const struct invocation *invocation, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < invocation->n_options; i++)
		if (!strcmp(invocation->options[i].option->name, name))
			value = invocation->options[i].value ?
				invocation->options[i].value : "";
	return value;
}

bool option_given(const struct invocation *invocation, const char *name)
{
	return option_value(invocation, name) != NULL;
}

int option_number(struct invocation *invocation, const char *name, u64 most,
		  u64 *value)
{
	const char *text = option_value(invocation, name);

	if (!text || !parse_number(text, most, value))
		return 0;
	return fail_usage(invocation, "bad-number", NULL,
			  "--%s takes a number from 0 to %llu (decimal or 0x), not '%.40s'",
			  name, (unsigned long long)most, text);
}

static const struct command *default_command(const char *group)
{
	for (size_t i = 0; i < n_commands; i++)
		if (commands[i].flags & COMMAND_DEFAULT &&
		    name_in_group(&commands[i], group))
			return &commands[i];
	return NULL;
}

/* Options of the command, of the one its group stands for, or of all. */
static const struct option *command_options(const struct parser *parser)
{
	static const struct option none[1];
	const struct command *command = parser->invocation->command;

	if (!command && parser->group)
		command = default_command(parser->group);
	return command ? command->options : none;
}

static int unknown_option(struct parser *parser, const char *name)
{
	const struct option *lists[] = { command_options(parser),
					 global_options };
	struct nearest nearest;
	char hint[160];

	nearest_begin(&nearest, name);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (const struct option *row = lists[i]; row->name; row++)
			nearest_offer(&nearest, row->name);
	if (nearest_found(&nearest)[0] && strlen(name) > 1)
		snprintf(hint, sizeof(hint), "did you mean '--%s'?",
			 nearest_found(&nearest));
	else
		snprintf(hint, sizeof(hint), "'mlx5ctl help%s%s' lists the options",
			 parser->invocation->command ? " " : "",
			 parser->invocation->command ?
			 parser->invocation->command->name : "");
	return fail_usage(parser->invocation, "unknown-option", hint,
			  "there is no option '%s%.60s'%s",
			  strlen(name) > 1 ? "--" : "-", name,
			  parser->invocation->command ? "" :
			  " before the command");
}

static int check_choice(struct parser *parser, const struct option *option,
			const char *value)
{
	struct nearest nearest;
	char all[256] = "";

	if (!option->choices || !value)
		return 0;
	nearest_begin(&nearest, value);
	for (const char *const *row = option->choices; *row; row++) {
		if (!strcmp(*row, value))
			return 0;
		nearest_offer(&nearest, *row);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
			 all[0] ? ", " : "it is one of ", *row);
	}
	return fail_usage(parser->invocation, "bad-choice", all,
			  "--%s cannot be '%.60s'", option->name, value);
}

static int keep_option(struct parser *parser, const struct option *option,
		       const char *value)
{
	struct invocation *invocation = parser->invocation;
	struct chosen_option *more;

	if (check_choice(parser, option, value))
		return -1;
	more = realloc(invocation->options, (invocation->n_options + 1) *
		       sizeof(*more));
	if (!more)
		return fail_memory(invocation);
	invocation->options = more;
	more[invocation->n_options++] = (struct chosen_option){ option, value };
	return 0;
}

/* The argument of an option: glued to it, or the next word. */
static int take_option(struct parser *parser, const struct option *option,
		       const char *glued)
{
	if (!option->argument && glued)
		return fail_usage(parser->invocation, "bad-option", NULL,
				  "--%s takes no argument", option->name);
	if (!option->argument || glued || option->argument_optional)
		return keep_option(parser, option, glued);
	if (parser->next >= parser->argc)
		return fail_usage(parser->invocation, "missing-argument", NULL,
				  "--%s needs an argument: --%s=%s",
				  option->name, option->name, option->argument);
	return keep_option(parser, option, parser->argv[parser->next++]);
}

static int parse_long(struct parser *parser, const char *text)
{
	size_t length = strcspn(text, "=");
	const char *glued = text[length] ? text + length + 1 : NULL;
	const struct option *option;
	char name[64];

	option = find_option(command_options(parser), text, length);
	if (!option)
		option = find_option(global_options, text, length);
	if (option)
		return take_option(parser, option, glued);
	snprintf(name, sizeof(name), "%.*s", (int)length, text);
	return unknown_option(parser, name);
}

static const struct option *find_letter(const struct option *options,
					char letter)
{
	for (; options->name; options++)
		if (options->letter == letter)
			return options;
	return NULL;
}

static int parse_short(struct parser *parser, const char *text)
{
	for (; *text; text++) {
		const struct option *option =
			find_letter(command_options(parser), *text);
		char name[2] = { *text, 0 };

		if (!option)
			option = find_letter(global_options, *text);
		if (!option)
			return unknown_option(parser, name);
		if (option->argument)
			return take_option(parser, option,
					   text[1] ? text + 1 : NULL);
		if (take_option(parser, option, NULL))
			return -1;
	}
	return 0;
}

/* The group's own commands, for one that does not name any. */
static void list_group(const char *group, char *hint, size_t size,
		       struct nearest *nearest)
{
	bool is_first = true;

	snprintf(hint, size, "it is");
	for (size_t i = 0; i < n_commands; i++) {
		const char *name = name_in_group(&commands[i], group);
		size_t used = strlen(hint);

		if (!name)
			continue;
		nearest_offer(nearest, name);
		snprintf(hint + used, size - used, "%s '%s'",
			 is_first ? "" : " or", commands[i].name);
		is_first = false;
	}
}

static int incomplete_group(struct parser *parser, const char *group)
{
	struct nearest nearest;
	char hint[256];

	nearest_begin(&nearest, "");
	list_group(group, hint, sizeof(hint), &nearest);
	return fail_usage(parser->invocation, "missing-command", hint,
			  "'%s' is the first half of a command", group);
}

static int unknown_command(struct parser *parser, const char *word)
{
	const char *device = parser->invocation->device_name;
	struct nearest nearest;
	char group_hint[256];

	if (is_group(word))	/* emu, as a device and once more */
		return incomplete_group(parser, word);
	nearest_begin(&nearest, word);
	if (device && is_group(device))		/* emu */
		list_group(device, group_hint, sizeof(group_hint), &nearest);
	for (size_t i = 0; i < n_commands; i++) {
		size_t length = strcspn(commands[i].name, " ");
		char group[64];

		snprintf(group, sizeof(group), "%.*s", (int)length,
			 commands[i].name);
		nearest_offer(&nearest, group);
		nearest_offer(&nearest, commands[i].name);
	}
	return fail_unknown(parser->invocation, "command", word,
			    nearest_found(&nearest),
			    "'mlx5ctl help' lists the commands, 'mlx5ctl list' the devices");
}

static int unknown_in_group(struct parser *parser, const char *word)
{
	struct nearest nearest;
	char name[128], near[128];
	char hint[256];

	nearest_begin(&nearest, word);
	list_group(parser->group, hint, sizeof(hint), &nearest);
	snprintf(name, sizeof(name), "%s %.80s", parser->group, word);
	snprintf(near, sizeof(near), "%s %s", parser->group,
		 nearest_found(&nearest));
	return fail_unknown(parser->invocation, "command", name,
			    nearest_found(&nearest)[0] ? near : "", hint);
}

static int parse_group_word(struct parser *parser, const char *word)
{
	char name[128];

	snprintf(name, sizeof(name), "%s %.80s", parser->group, word);
	parser->invocation->command = command_by_name(name);
	if (parser->invocation->command)
		return 0;
	if (!strcmp(word, "help")) {
		parser->invocation->help = true;
		return 0;
	}
	if (default_command(parser->group) && device_looks_like_one(word) &&
	    !parser->invocation->device_name) {
		parser->invocation->device_name = word;
		return 0;
	}
	return unknown_in_group(parser, word);
}

static int keep_word(struct invocation *invocation, const char *word)
{
	const char **more = realloc(invocation->words, (invocation->n_words + 1) *
				    sizeof(*more));

	if (!more)
		return fail_memory(invocation);
	invocation->words = more;
	more[invocation->n_words++] = word;
	return 0;
}

static int parse_word(struct parser *parser, const char *word)
{
	struct invocation *invocation = parser->invocation;

	if (invocation->command)
		return keep_word(invocation, word);
	if (parser->group)
		return invocation->help ? 0 : parse_group_word(parser, word);
	invocation->command = command_by_name(word);
	if (invocation->command)
		return 0;
	if (begins_group(word, parser->next < parser->argc ?
			       parser->argv[parser->next] : NULL)) {
		parser->group = word;
		return 0;
	}
	if (invocation->device_name || !device_looks_like_one(word))
		return unknown_command(parser, word);
	invocation->device_name = word;
	return 0;
}

static int parse_one(struct parser *parser)
{
	const char *text = parser->argv[parser->next++];
	const struct command *command = parser->invocation->command;

	/* "completion mlx5ctl --": the words are another command line's. */
	if (parser->invocation->n_words && command &&
	    command->flags & COMMAND_VERBATIM)
		return parse_word(parser, text);
	if (parser->only_words || text[0] != '-' || !text[1])
		return parse_word(parser, text);
	if (!strcmp(text, "--")) {
		parser->only_words = true;
		return 0;
	}
	return text[1] == '-' ? parse_long(parser, text + 2) :
				parse_short(parser, text + 1);
}

/* "reg get 0 MGIR": a bare number is a device if a name follows it. */
static bool first_word_is_device(const struct invocation *invocation)
{
	const struct argument *argument = invocation->command->arguments;
	const char *word = invocation->words[0];

	if (begins_with_number(invocation->command, word))
		return false;
	if (strspn(word, "0123456789") == strlen(word))
		return argument->name && invocation->n_words > 1 &&
		       !strchr(invocation->words[1], '=');
	return device_looks_like_one(word);
}

static int take_device(struct invocation *invocation)
{
	const char *chosen = option_value(invocation, "device");
	const char *word = invocation->device_name;

	if (!(invocation->command->flags & COMMAND_DEVICE)) {
		invocation->device_name = NULL;
		return 0;
	}
	if (chosen && word && strcmp(chosen, word))
		return fail_usage(invocation, "two-devices", NULL,
				  "'%.60s' and '%.60s' both say which device",
				  word, chosen);
	if (chosen)
		invocation->device_name = chosen;
	if (invocation->device_name || !invocation->n_words ||
	    !first_word_is_device(invocation))
		return 0;
	invocation->device_name = invocation->words[0];
	invocation->n_words--;
	memmove(invocation->words, invocation->words + 1,
		invocation->n_words * sizeof(*invocation->words));
	return 0;
}

/* Some options say the same as an argument did in the original tool. */
static bool replaced_by_option(const struct invocation *invocation)
{
	return option_given(invocation, "id");
}

static int check_words(struct invocation *invocation)
{
	const struct argument *argument = invocation->command->arguments;
	size_t used = 0;
	char hint[128];

	snprintf(hint, sizeof(hint), "'mlx5ctl help %s' explains it",
		 invocation->command->name);
	if (argument->name && replaced_by_option(invocation))
		argument++;
	for (; argument->name; argument++) {
		if (used < invocation->n_words)
			used = argument->repeated ? invocation->n_words :
						    used + 1;
		else if (!argument->optional)
			return fail_usage(invocation, "missing-argument", hint,
					  "%s needs %s: %s",
					  invocation->command->name,
					  argument->name, argument->help);
	}
	if (used == invocation->n_words)
		return 0;
	return fail_usage(invocation, "unexpected-argument", hint,
			  "%s does not take '%.60s'%s",
			  invocation->command->name, invocation->words[used],
			  invocation->command->flags & COMMAND_DEVICE &&
			  !invocation->device_name && !used ?
			  ", and no device is called that" : "");
}

/* -o FORM, or the original tool's letter for a form; -1 for other options. */
static int form_of(const struct chosen_option *chosen)
{
	static const char *const letters[] = {
		[OUTPUT_TEXT] = "pretty",
		[OUTPUT_HEX] = "hex",
		[OUTPUT_BINARY] = "bin",
	};
	const char *name = chosen->option->name;

	for (int i = 0; output_forms[i]; i++)
		if ((!strcmp(name, "output") &&
		     !strcmp(chosen->value, output_forms[i])) ||
		    (letters[i] && !strcmp(name, letters[i])))
			return i;
	return -1;
}

/* What has help or the version for its result has no bytes. */
static const char *result_name(const struct invocation *invocation)
{
	if (invocation->help)
		return "help";
	if (option_given(invocation, "version"))
		return "--version";
	return invocation->command ? invocation->command->name : NULL;
}

/* The last form that was asked for counts. */
static int choose_output(struct invocation *invocation)
{
	const char *name = result_name(invocation);
	int form = OUTPUT_TEXT;

	for (size_t i = 0; i < invocation->n_options; i++)
		if (form_of(&invocation->options[i]) >= 0)
			form = form_of(&invocation->options[i]);
	invocation->output = form;
	if (form < OUTPUT_HEX || !name ||
	    (invocation->command && name == invocation->command->name &&
	     invocation->command->flags & COMMAND_BYTES))
		return 0;
	invocation->output = OUTPUT_TEXT;
	return fail_usage(invocation, "no-bytes",
			  "it has -o text, json and jsonl",
			  "%s has no -o %s: its result is not bytes",
			  name, output_forms[form]);
}

/* The group named alone, with options: what it meant in the original tool. */
static int finish_group(struct parser *parser)
{
	struct invocation *invocation = parser->invocation;

	if (invocation->help || invocation->command || !parser->group)
		return 0;
	if (option_given(invocation, "help")) {
		invocation->help = true;
		return 0;
	}
	if (option_given(invocation, "id"))
		invocation->command = default_command(parser->group);
	return invocation->command ? 0 :
				     incomplete_group(parser, parser->group);
}

static int finish(struct parser *parser)
{
	struct invocation *invocation = parser->invocation;

	if (finish_group(parser))
		return -1;
	if (parser->group && !invocation->command)
		return keep_word(invocation, parser->group) ||
		       choose_output(invocation) ? -1 : 0;
	invocation->help |= option_given(invocation, "help");
	if (invocation->command &&
	    !(invocation->command->flags & COMMAND_VERBATIM) &&
	    invocation->n_words && !strcmp(invocation->words[0], "help"))
		invocation->help = true;
	if (choose_output(invocation))
		return -1;
	if (invocation->help || option_given(invocation, "version"))
		return 0;
	if (!invocation->command)
		return fail_usage(invocation, "missing-command",
				  "'mlx5ctl help' lists the commands",
				  invocation->device_name ?
				  "say what to do with %s" :
				  "say what to do%s",
				  invocation->device_name ?
				  invocation->device_name : "");
	return take_device(invocation) ? -1 : check_words(invocation);
}

/* After an error, the rest is only searched for the form to report it in. */
static void find_output(struct invocation *invocation, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *form = argv[i];

		if (!strcmp(form, "-o") || !strcmp(form, "--output"))
			form = i + 1 < argc ? argv[i + 1] : "";
		else if (!strncmp(form, "--output=", 9))
			form += 9;
		else if (!strncmp(form, "-o", 2))
			form += 2;
		else
			continue;
		if (!strcmp(form, "json"))
			invocation->output = OUTPUT_JSON;
		if (!strcmp(form, "jsonl"))
			invocation->output = OUTPUT_JSONL;
	}
}

int parse_arguments(struct invocation *invocation, int argc, char **argv)
{
	struct parser parser = {
		.invocation = invocation,
		.argc = argc,
		.argv = argv,
		.next = 1,
	};

	while (parser.next < argc) {
		if (parse_one(&parser)) {
			find_output(invocation, argc, argv);
			return -1;
		}
	}
	if (finish(&parser) == 0)
		return 0;
	find_output(invocation, argc, argv);
	return -1;
}
