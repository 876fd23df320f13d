// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Finding commands and options in their tables. */
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "invocation.h"

const struct command *command_by_name(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

const char *name_in_group(const struct command *command, const char *group)
{
	size_t length = strlen(group);

	return !strncmp(command->name, group, length) &&
	       command->name[length] == ' ' ? command->name + length + 1 : NULL;
}

bool is_group(const char *word)
{
	for (size_t i = 0; i < n_commands; i++)
		if (name_in_group(&commands[i], word))
			return true;
	return false;
}

bool begins_group(const char *word, const char *next)
{
	char name[128];

	if (!is_group(word) || !device_is_emulated(word))
		return is_group(word);
	snprintf(name, sizeof(name), "%s %.80s", word, next ? next : "");
	return command_by_name(name);
}

bool begins_with_number(const struct command *command, const char *word)
{
	enum argument_kind kind = command->arguments->kind;

	return command->arguments->name &&
	       (kind == ARGUMENT_HEX || kind == ARGUMENT_NUMBER ||
		kind == ARGUMENT_COUNTER) &&
	       strspn(word, "0123456789") == strlen(word);
}

/* The original tool wrote --op_mod. */
static bool is_same(const char *name, const char *typed, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (name[i] != (typed[i] == '_' ? '-' : typed[i]))
			return false;
	return !name[length];
}

const struct option *find_option(const struct option *options,
				 const char *name, size_t length)
{
	for (; options->name; options++)
		if (is_same(options->name, name, length))
			return options;
	return NULL;
}
