// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl doctor: what state this machine is in, and what to type next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "doctor.h"
#include "text.h"

static bool is_missing(struct json_object *finding)
{
	return !strcmp(get_text(finding, "state"), "missing");
}

/* Of the first that is missing; where nothing is, of the first that has one. */
static const char *next_command(struct json_object *findings)
{
	const char *next = NULL;

	for (size_t i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *finding =
			json_object_array_get_idx(findings, i);

		if (!get(finding, "next"))
			continue;
		if (is_missing(finding))
			return get_text(finding, "next");
		if (!next)
			next = get_text(finding, "next");
	}
	return next;
}

int run_doctor(struct invocation *invocation)
{
	const char *user = invocation->n_words ? invocation->words[0] : NULL;
	struct json_object *facts = doctor_facts(invocation, user);
	struct json_object *findings;

	if (!facts)
		return -1;
	findings = doctor_findings(facts);
	for (size_t i = 0; i < json_object_array_length(findings); i++)
		if (is_missing(json_object_array_get_idx(findings, i)))
			invocation->status = EXIT_FINDING;
	put_object(facts, "findings", findings);
	put_text(facts, "next", next_command(findings));
	invocation->data = facts;
	return 0;
}

/* Names of keys are whatever their owner wrote. */
static void show_message(const char *text)
{
	size_t size = 0;
	char *safe = NULL;
	FILE *file = open_memstream(&safe, &size);

	if (!file)
		return;
	print_safe(file, text);
	fclose(file);
	print_words(stdout, safe, 15);
	free(safe);
}

static void show_finding(struct json_object *finding)
{
	static const char *const signs[] = { "missing", "!", "note", "*",
					     "hidden", "?", "ok", " " };
	const char *state = get_text(finding, "state");
	size_t i = 0;

	while (strcmp(signs[i], state))
		i += 2;
	printf("%s %-13s", signs[i + 1], get_text(finding, "check"));
	show_message(get_text(finding, "message"));
}

void show_doctor(struct invocation *invocation)
{
	struct json_object *findings = get(invocation->data, "findings");
	const char *device = "";

	for (size_t i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *finding =
			json_object_array_get_idx(findings, i);

		if (strcmp(get_text(finding, "device"), device)) {
			device = get_text(finding, "device");
			printf("%s\n", device);
		}
		show_finding(finding);
	}
	if (get(invocation->data, "next")) {
		fputs("\nnext: ", stdout);
		print_safe(stdout, get_text(invocation->data, "next"));
		putchar('\n');
	}
}
