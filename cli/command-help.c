// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl help, commands: the table of commands, for people and programs. */
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "invocation.h"
#include "nearest.h"
#include "text.h"

#define INDENT 26	/* of what an option does */

static struct json_object *option_json(const struct option *option)
{
	struct json_object *row = json_object_new_object();
	char letter[2] = { option->letter, 0 };
	struct json_object *choices = NULL;

	put_text(row, "name", option->name);
	put_text(row, "letter", letter[0] ? letter : NULL);
	put_text(row, "argument", option->argument);
	put_bool(row, "argument_optional", option->argument_optional);
	if (option->choices)
		choices = json_object_new_array();
	for (size_t i = 0; choices && option->choices[i]; i++)
		put_text(choices, NULL, option->choices[i]);
	put_object(row, "choices", choices);
	put_text(row, "help", option->help);
	return row;
}

static struct json_object *options_json(const struct option *options)
{
	struct json_object *rows = json_object_new_array();

	for (; options->name; options++)
		put_object(rows, NULL, option_json(options));
	return rows;
}

static struct json_object *arguments_json(const struct argument *arguments)
{
	struct json_object *rows = json_object_new_array();

	for (; arguments->name; arguments++) {
		struct json_object *row = json_object_new_object();

		put_text(row, "name", arguments->name);
		put_text(row, "kind", argument_kind_name(arguments->kind));
		put_bool(row, "optional", arguments->optional);
		put_bool(row, "repeated", arguments->repeated);
		put_text(row, "help", arguments->help);
		put_object(rows, NULL, row);
	}
	return rows;
}

static void synopsis(const struct command *command, char *text, size_t size)
{
	snprintf(text, size, "mlx5ctl %s%s%s", command->name,
		 command->flags & COMMAND_DEVICE ? " [DEVICE]" : "",
		 command->options->name ? " [options]" : "");
	for (const struct argument *row = command->arguments; row->name; row++) {
		size_t used = strlen(text);

		snprintf(text + used, size - used, " %s%s%s%s",
			 row->optional ? "[" : "", row->name,
			 row->repeated ? " ..." : "", row->optional ? "]" : "");
	}
}

static struct json_object *command_json(const struct command *command)
{
	struct json_object *row = json_object_new_object();
	char text[256];

	synopsis(command, text, sizeof(text));
	put_text(row, "name", command->name);
	put_text(row, "synopsis", text);
	put_text(row, "summary", command->summary);
	put_text(row, "description", command->description);
	put_text(row, "example", command->example);
	put_bool(row, "asks_device", command->flags & COMMAND_DEVICE);
	put_bool(row, "has_bytes", command->flags & COMMAND_BYTES);
	put_object(row, "arguments", arguments_json(command->arguments));
	put_object(row, "options", options_json(command->options));
	return row;
}

static struct json_object *exits_json(void)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < n_exits; i++) {
		struct json_object *row = json_object_new_object();

		put_number(row, "status", exit_table[i].status);
		put_text(row, "name", exit_table[i].name);
		put_text(row, "meaning", exit_table[i].meaning);
		put_object(rows, NULL, row);
	}
	return rows;
}

int run_commands(struct invocation *invocation)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < n_commands; i++)
		put_object(rows, NULL, command_json(&commands[i]));
	invocation->data = json_object_new_object();
	put_object(invocation->data, "commands", rows);
	put_object(invocation->data, "options", options_json(global_options));
	put_object(invocation->data, "exit_statuses", exits_json());
	return 0;
}

static void print_command_lines(const char *group)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!group || name_in_group(&commands[i], group))
			printf("  %-16s%s\n", commands[i].name,
			       commands[i].summary);
}

void show_commands(struct invocation *invocation)
{
	(void)invocation;
	print_command_lines(NULL);
}

static void print_option(const struct option *option)
{
	char text[64];
	int used;

	used = snprintf(text, sizeof(text), "  %c%c%s--%s",
			option->letter ? '-' : ' ',
			option->letter ? option->letter : ' ',
			option->letter ? ", " : "  ", option->name);
	if (option->argument)
		snprintf(text + used, sizeof(text) - used, "%s=%s%s",
			 option->argument_optional ? "[" : "", option->argument,
			 option->argument_optional ? "]" : "");
	if (strlen(text) + 2 > INDENT)
		printf("%s\n%*s", text, INDENT, "");
	else
		printf("%-*s", INDENT, text);
	print_words(stdout, option->help, INDENT);
}

static void print_options(const char *title, const struct option *options)
{
	if (!options->name)
		return;
	printf("\n%s:\n", title);
	for (; options->name; options++)
		print_option(options);
}

static void print_command(const struct command *command)
{
	char text[256];

	synopsis(command, text, sizeof(text));
	printf("%s\n\n", text);
	print_words(stdout, command->description, 0);
	if (command->arguments->name)
		printf("\nArguments:\n");
	for (const struct argument *row = command->arguments; row->name; row++) {
		printf("  %-*s", INDENT - 2, row->name);
		print_words(stdout, row->help, INDENT);
	}
	print_options("Options", command->options);
	print_options("Options of every command", global_options);
	printf("\nExample:\n  mlx5ctl %s\n", command->example);
}

static void print_overview(void)
{
	printf("mlx5ctl [options] COMMAND [DEVICE] ...\n"
	       "mlx5ctl [options] DEVICE COMMAND ...\n\n");
	print_words(stdout, "Asks ConnectX (mlx5) devices, and judges every command on the host before it is sent. Without hardware, the device 'emu' answers.", 0);
	printf("\nCommands:\n");
	print_command_lines(NULL);
	print_options("Options", global_options);
	printf("\n'mlx5ctl help COMMAND' explains one; mlx5ctl(1) has exit statuses and files.\n");
}

/* What help was asked about: the command at hand, or the words after help. */
static void subject(const struct invocation *invocation, char *name,
		    size_t size)
{
	const struct command *command = invocation->command;

	name[0] = 0;
	if (command && (strcmp(command->name, "help") || invocation->help)) {
		snprintf(name, size, "%s", command->name);
		return;
	}
	for (size_t i = 0; i < invocation->n_words; i++) {
		size_t used = strlen(name);

		snprintf(name + used, size - used, "%s%s", i ? " " : "",
			 invocation->words[i]);
	}
}

int run_help(struct invocation *invocation)
{
	const struct command *command;
	struct nearest nearest;
	char name[128];

	subject(invocation, name, sizeof(name));
	command = command_by_name(name);
	if (command) {
		invocation->data = command_json(command);
		return 0;
	}
	if (!name[0] || is_group(name))
		return run_commands(invocation);
	nearest_begin(&nearest, name);
	for (size_t i = 0; i < n_commands; i++)
		nearest_offer(&nearest, commands[i].name);
	return fail_unknown(invocation, "command", name,
			    nearest_found(&nearest),
			    "'mlx5ctl help' lists the commands");
}

void show_help(struct invocation *invocation)
{
	const struct command *command;
	char name[128];

	subject(invocation, name, sizeof(name));
	command = command_by_name(name);
	if (command)
		print_command(command);
	else if (name[0])
		print_command_lines(name);
	else
		print_overview();
}
