// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A file of settings: lines NAME=VALUE, where # begins a comment; or JSON, what
 * `config query -o json` printed, of which the next values count, or an object
 * with a member for each parameter.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config-change.h"
#include "hex.h"

struct entries {
	config_entry_t *entry;
	void *context;
};

/* What config_value() makes, and what people write instead of that. */
static bool is_value(struct json_object *value)
{
	struct json_object *number = get(value, "value");

	if (!json_object_is_type(value, json_type_object))
		return value && !json_object_is_type(value, json_type_array);
	if (get(value, "name"))
		return json_object_is_type(get(value, "name"),
					   json_type_string);
	return json_object_is_type(number, json_type_int) &&
	       json_object_get_int64(number) >= 0;
}

static int give(const struct entries *entries, const char *name,
		struct json_object *value)
{
	size_t length = strlen(json_object_to_json_string(value)) + 1;
	char *text = malloc(length);
	int result;

	if (!text)
		return -1;
	config_value_word(value, text, length);
	result = entries->entry(entries->context, name, strlen(name),
				is_value(value) ? text : NULL);
	free(text);
	return result;
}

/* Elements of an array are parameters of their own. */
static int give_all(const struct entries *entries, const char *name,
		    struct json_object *value)
{
	char element[CONFIG_NAME];

	if (!json_object_is_type(value, json_type_array))
		return give(entries, name, value);
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		snprintf(element, sizeof(element), "%.64s[%zu]", name, i);
		if (give(entries, element,
			 json_object_array_get_idx(value, i)))
			return -1;
	}
	return 0;
}

static const char *parse_rows(struct json_object *rows,
			      const struct entries *entries)
{
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		struct json_object *name = get(row, "name");

		if (!json_object_is_type(name, json_type_string))
			return "has a parameter without a name";
		if (give_all(entries, json_object_get_string(name),
			     get(row, "next")))
			return "";
	}
	return NULL;
}

static const char *parse_object(struct json_object *root,
				const struct entries *entries)
{
	struct json_object *data = get(root, "data");
	struct json_object *rows = get(data ? data : root, "parameters");

	if (json_object_is_type(rows, json_type_array))
		return parse_rows(rows, entries);
	if (get(root, "mlx5ctl"))
		return "is no document of config query";
	json_object_object_foreach(root, name, value) {
		if (give_all(entries, name, value))
			return "";
	}
	return NULL;
}

static const char *parse_json(const char *text, const struct entries *entries,
			      unsigned int *line)
{
	struct json_object *root;
	const char *flaw = read_json(text, &root, line);

	if (!flaw)
		flaw = parse_object(root, entries);
	json_object_put(root);
	return flaw;
}

/* One line, cut at its comment and without the space around it. */
static const char *parse_line(char *line, const struct entries *entries)
{
	char *end = line + strcspn(line, "#");
	char *equals;

	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*end = 0;
	line += strspn(line, " \t");
	if (!*line)
		return NULL;
	equals = strchr(line, '=');
	if (!equals || equals == line)
		return "is not NAME=VALUE";
	return entries->entry(entries->context, line, equals - line,
			      equals + 1) ? "" : NULL;
}

const char *config_parse(const char *text, config_entry_t *entry,
			 void *context, unsigned int *line)
{
	const struct entries entries = { entry, context };
	const char *flaw = NULL;
	char *copy, *rest;

	*line = 0;
	if (text[strspn(text, " \t\r\n")] == '{')
		return parse_json(text, &entries, line);
	copy = rest = strdup(text);
	while (copy && rest && !flaw) {
		++*line;
		flaw = parse_line(strsep(&rest, "\n"), &entries);
	}
	free(copy);
	return copy ? flaw : "does not fit into memory";
}

static int add_entry(void *context, const char *name, size_t length,
		     const char *value)
{
	struct config_plan *plan = context;

	if (value)
		return config_plan_add(plan, name, length, value);
	return fail_usage(plan->config.invocation, "no-value", NULL,
			  "%.*s has no value", (int)length, name);
}

static void write_place(const char *path, unsigned int line, char *text,
			size_t size)
{
	int used = snprintf(text, size, "%.200s", source_name(path));

	if (line)
		snprintf(text + used, size - used, ":%u", line);
}

int config_blame_file(const struct config_plan *plan, unsigned int line)
{
	struct failure *failure = &plan->config.invocation->failure;
	char message[sizeof(failure->message)];
	char place[224];

	if (!plan->path)
		return -1;
	write_place(plan->path, line, place, sizeof(place));
	snprintf(message, sizeof(message), "%s: %.250s", place,
		 failure->message);
	strcpy(failure->message, message);
	return -1;
}

int config_plan_add_file(struct config_plan *plan, const char *path)
{
	static const struct text_kind kind = {
		"file of settings", "lines NAME=VALUE, or what config query -o json prints",
	};
	struct invocation *invocation = plan->config.invocation;
	const char *flaw;
	char place[224];
	char *text;

	plan->path = path;
	if (strcmp(path, "-") && access(path, R_OK))
		return fail(invocation, EXIT_SYSTEM, "no-file", NULL,
			    "%.200s cannot be read: %s", path,
			    strerror(errno));
	text = read_text(invocation, path, &kind);
	if (!text)
		return -1;
	flaw = config_parse(text, add_entry, plan, &plan->line);
	free(text);
	if (!flaw)
		return 0;
	if (invocation->failure.happened)
		return config_blame_file(plan, plan->line);
	write_place(path, plan->line, place, sizeof(place));
	return fail_usage(invocation, "bad-file", NULL, "%s %s", place, flaw);
}
