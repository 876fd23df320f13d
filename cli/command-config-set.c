// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl config set, reset and apply: three ways to say one kind of change. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config-change.h"
#include "hex.h"
#include "output.h"
#include "text.h"

#define TEXT 160

static int finish(struct config_plan *plan, int result)
{
	if (!result)
		result = config_plan_run(plan);
	config_plan_end(plan);
	return result;
}

static int add_word(struct config_plan *plan, const char *word)
{
	const char *equals = strchr(word, '=');

	if (!equals || equals == word)
		return fail_usage(plan->config.invocation, "no-assignment",
				  NULL, "'%.80s' is not NAME=VALUE", word);
	return config_plan_add(plan, word, equals - word, equals + 1);
}

int run_config_set(struct invocation *invocation)
{
	struct config_plan plan;
	int result = config_plan_begin(invocation, &plan);

	for (size_t i = 0; !result && i < invocation->n_words; i++)
		result = add_word(&plan, invocation->words[i]);
	return finish(&plan, result);
}

int run_config_reset(struct invocation *invocation)
{
	bool all = option_given(invocation, "all");
	struct config_plan plan;
	int result;

	if (all == !!invocation->n_words)
		return fail_usage(invocation, "which",
				  "name the parameters, or say --all",
				  all ? "--all leaves none to be named" :
				  "nothing is named that is to be reset");
	result = config_plan_begin(invocation, &plan);
	plan.resets_all = all;
	for (size_t i = 0; !result && i < invocation->n_words; i++)
		result = config_plan_add(&plan, invocation->words[i],
					 strlen(invocation->words[i]), NULL);
	return finish(&plan, result);
}

int run_config_apply(struct invocation *invocation)
{
	const char *path = invocation->n_words ? invocation->words[0] : "-";
	struct config_plan plan;
	int result;

	if (!invocation->n_words && isatty(STDIN_FILENO))
		return fail_usage(invocation, "missing-argument",
				  "give a file, or - to type them",
				  "config apply needs settings");
	result = config_plan_begin(invocation, &plan);
	if (!result)
		result = config_plan_add_file(&plan, path);
	if (!result && !plan.n_changes)
		result = fail_usage(invocation, "empty", NULL,
				    "%.200s has no parameters",
				    source_name(path));
	return finish(&plan, result);
}

static void print_after(const char *words, const char *value)
{
	fputs(words, stdout);
	print_safe(stdout, value);
}

static void show_change(struct json_object *row)
{
	char former[TEXT], wanted[TEXT], now[TEXT];

	config_value_text(get(row, "former"), former, sizeof(former));
	config_value_text(get(row, "wanted"), wanted, sizeof(wanted));
	config_value_text(get(row, "now"), now, sizeof(now));
	printf("  %s", get_text(row, "name"));
	print_after("  ", former);
	if (strcmp(former, now) || strcmp(now, wanted))
		print_after(" -> ", now);
	if (strcmp(now, wanted))
		print_after(" instead of ", wanted);
	if (get(row, "devlink"))
		printf("  (devlink: %s)", get_text(row, "devlink"));
	putchar('\n');
}

enum outcome { NOT_TAKEN, CHANGED, ALREADY_SO };

static const char *const outcomes[] = {
	[NOT_TAKEN] = "not taken",
	[CHANGED] = "changed",
	[ALREADY_SO] = "already so",
};

static enum outcome outcome_of(struct json_object *row)
{
	if (!json_object_equal(get(row, "now"), get(row, "wanted")))
		return NOT_TAKEN;
	return get_bool(row, "changed") ? CHANGED : ALREADY_SO;
}

static size_t show_outcome(struct json_object *rows, enum outcome outcome)
{
	size_t shown = 0;

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (outcome_of(row) != outcome)
			continue;
		if (!shown++)
			puts(outcomes[outcome]);
		show_change(row);
	}
	return shown;
}

/* Of what is named here: what the next reset does to it. */
static void show_pending(struct json_object *rows, const char *what)
{
	bool is_pending = false;
	char current[TEXT], now[TEXT];

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		config_value_text(get(row, "current"), current,
				  sizeof(current));
		config_value_text(get(row, "now"), now, sizeof(now));
		if (!strcmp(current, now) || !get(row, "current"))
			continue;
		if (!is_pending)
			printf("the next %s changes\n", what);
		is_pending = true;
		printf("  %s", get_text(row, "name"));
		print_after("  ", current);
		print_after(" -> ", now);
		putchar('\n');
	}
	if (!is_pending)
		puts("the next reset changes nothing of it");
}

void show_config_set(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	struct json_object *rows = get(data, "parameters");
	bool changed = get_bool(data, "changed");
	size_t shown = 0;

	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		shown += show_outcome(rows, i);
	if (!shown)	/* what has no name here may change, too */
		puts(outcomes[!get_bool(data, "verified") ? NOT_TAKEN :
			      changed ? CHANGED : ALREADY_SO]);
	/* Whether somebody else has armed a reset, no reading tells. */
	show_pending(rows, get_bool(data, "reset_armed") ?
		     "reset of the machine" : changed ? "power cycle" :
		     "power cycle, or reset of the machine if one is armed,");
}
