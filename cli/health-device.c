// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the firmware says of its own health: the health buffer, which only the
 * emulated device shows; on a real kernel it is mlx5_core's, and devlink's
 * reporters are what it makes of it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "decode.h"
#include "devlink.h"
#include "emu-session.h"
#include "emu-transport.h"
#include "health.h"
#include "pci.h"
#include "prm-offsets.h"
#include "stop.h"
#include "text.h"

#define MOST_REPORTERS 32
#define MOST_LINES 32
#define NO_IRISC 0xff		/* irisc_index: of none of its processors */
#define COUNTER_SECONDS 0.05	/* in which it moves, while the firmware lives */

static const struct prm_layout *layout(void)
{
	return prm_layout_by_name("health_buffer");
}

static void add_buffer(const struct emu_session *session,
		       struct json_object *device)
{
	struct mlx5ctl_error error = { .code = 0 };
	u8 buffer[EMU_HEALTH_BYTES];
	u32 before, after;
	bool is_read;

	error.code = session->door->health(session->handle, buffer, &before,
					   &error);
	stop_wait_until(stop_clock() + COUNTER_SECONDS);
	if (!error.code)
		error.code = session->door->health(session->handle, buffer,
						   &after, &error);
	is_read = !error.code;
	fit_into_line(error.message);
	put_object(device, "health_buffer", is_read ?
		   decode_bytes(layout(), buffer, sizeof(buffer)) : NULL);
	put_object(device, "counter_moves", is_read ?
		   json_object_new_boolean(before != after) : NULL);
	put_text(device, "unreadable", is_read ? NULL : error.message);
	put_object(device, "reporters", json_object_new_array());
}

static const char *why_not(int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES:
		return "it is shown to those with CAP_NET_ADMIN: run this as root";
	case -ENOENT:
		return "the kernel has no devlink";
	case -EAGAIN:
		return "the driver did not answer";
	}
	return strerror(-error);
}

static struct json_object *diagnosis(const char *pci, const char *reporter,
				     const char **why)
{
	struct json_object *rows = json_object_new_array();
	struct devlink_line lines[MOST_LINES];
	int n = devlink_diagnose(pci, reporter, lines, MOST_LINES);

	/* Some have nothing to say at any time. */
	*why = n < 0 && n != -EOPNOTSUPP ? why_not(n) : NULL;
	for (int i = 0; i < n; i++) {
		struct json_object *row = json_object_new_object();

		put_text(row, "name", lines[i].name);
		put_text(row, "value", lines[i].value);
		put_object(rows, NULL, row);
	}
	return rows;
}

static void add_reporters(const char *pci, struct json_object *device)
{
	struct json_object *rows = json_object_new_array();
	struct devlink_reporter reporters[MOST_REPORTERS];
	int n = devlink_reporters(pci, reporters, MOST_REPORTERS);

	put_text(device, "unreadable", n < 0 ? why_not(n) :
		 "the kernel shows nobody the health buffer; what mlx5_core makes of it is with the reporters, and its words are in the kernel's log");
	for (int i = 0; i < n; i++) {
		struct json_object *row = json_object_new_object();
		const char *why;

		put_text(row, "name", reporters[i].name);
		put_text(row, "state", reporters[i].is_healthy ? "healthy" :
								 "error");
		put_number(row, "errors", reporters[i].errors);
		put_number(row, "recoveries", reporters[i].recoveries);
		put_object(row, "diagnosis",
			   diagnosis(pci, reporters[i].name, &why));
		put_text(row, "unreadable", why);
		put_object(rows, NULL, row);
	}
	put_object(device, "reporters", rows);
}

struct json_object *health_device(const char *name)
{
	const struct emu_session *session = emu_transport_session(name);
	struct json_object *device = json_object_new_object();
	char pci[64];

	if (session) {
		add_buffer(session, device);
		return device;
	}
	put_object(device, "health_buffer", NULL);
	put_object(device, "counter_moves", NULL);
	if (pci_of_device(name, pci, sizeof(pci))) {
		add_reporters(pci, device);
	} else {
		put_text(device, "unreadable",
			 "sysfs does not show its PCI function");
		put_object(device, "reporters", json_object_new_array());
	}
	return device;
}

static u32 word(struct json_object *buffer, const char *field)
{
	return get_number(buffer, field);
}

static void find_in_buffer(struct json_object *buffer,
			   struct json_object *findings)
{
	char text[256];

	if (!buffer || !word(buffer, "synd.value"))
		return;
	snprintf(text, sizeof(text),
		 "the firmware reports syndrome 0x%x (%s), extended 0x%04x, severity %s%s",
		 word(buffer, "synd.value"),
		 get(buffer, "synd.name") ? get_text(buffer, "synd.name") :
					    "which has no name here",
		 word(buffer, "ext_synd"),
		 get_text(buffer, "severity.name"),
		 word(buffer, "rfr") ? ", and asks for a reset" : "");
	put_text(findings, NULL, text);
}

/* Counts of old errors are no finding; a state is, and a syndrome. */
static void find_in_reporter(struct json_object *reporter,
			     struct json_object *findings)
{
	struct json_object *lines = get(reporter, "diagnosis");
	const char *name = get_text(reporter, "name");
	const char *syndrome = "0", *words = "";
	char text[256];

	for (size_t i = 0; i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);

		if (!strcmp(get_text(line, "name"), "Syndrome"))
			syndrome = get_text(line, "value");
		if (!strcmp(get_text(line, "name"), "Description"))
			words = get_text(line, "value");
	}
	if (!strcmp(get_text(reporter, "state"), "healthy") &&
	    !strcmp(syndrome, "0"))
		return;
	if (!strcmp(name, "fw") && !strcmp(syndrome, "0"))
		words = "its counter stood still, or the syndrome has gone; the kernel's log says which";
	snprintf(text, sizeof(text), "reporter %s is in state %s: syndrome %s%s%s%s",
		 name, get_text(reporter, "state"), syndrome,
		 *words ? " (" : "", words, *words ? ")" : "");
	put_text(findings, NULL, text);
}

void health_judge_device(struct json_object *device,
			 struct json_object *findings)
{
	struct json_object *reporters = get(device, "reporters");

	find_in_buffer(get(device, "health_buffer"), findings);
	if (get(device, "counter_moves") && !get_bool(device, "counter_moves"))
		put_text(findings, NULL,
			 "the firmware's health counter stands still: it hangs, or is too busy to say that it lives");
	for (size_t i = 0; i < json_object_array_length(reporters); i++)
		find_in_reporter(json_object_array_get_idx(reporters, i),
				 findings);
}

static void show_reporter(struct json_object *reporter)
{
	struct json_object *lines = get(reporter, "diagnosis");

	printf("  reporter %-12s %s, %llu errors, %llu recovered\n",
	       get_text(reporter, "name"), get_text(reporter, "state"),
	       (unsigned long long)get_number(reporter, "errors"),
	       (unsigned long long)get_number(reporter, "recoveries"));
	for (size_t i = 0; i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);

		/* Of what counts, only what has counted. */
		if (strcmp(get_text(line, "name"), "Syndrome") &&
		    !strcmp(get_text(line, "value"), "0"))
			continue;
		fputs("    ", stdout);
		print_safe(stdout, get_text(line, "name"));
		fputs("  ", stdout);
		print_safe(stdout, get_text(line, "value"));
		putchar('\n');
	}
	if (get(reporter, "unreadable"))
		printf("    -: %s\n", get_text(reporter, "unreadable"));
}

__attribute__((format(printf, 2, 3)))
static void show_row(const char *title, const char *format, ...)
{
	va_list arguments;

	printf("  %-16s", title);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

static void show_assert(struct json_object *buffer)
{
	struct json_object *words = get(buffer, "assert_var");
	char text[128] = "";

	for (size_t i = 0; i < json_object_array_length(words); i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s0x%08x",
			 i ? " " : "",
			 (u32)json_object_get_int64(json_object_array_get_idx(words, i)));
	}
	show_row("assert at", "0x%08x", word(buffer, "assert_existptr"));
	show_row("called from", "0x%08x", word(buffer, "assert_callra"));
	show_row("assert words", "%s", text);
}

/* What a support engineer is asked for. */
static void show_sickness(struct json_object *buffer)
{
	show_row("extended", "0x%04x", word(buffer, "ext_synd"));
	show_row("severity", "%s", get_text(buffer, "severity.name"));
	show_row("asks for reset", "%s", word(buffer, "rfr") ? "yes" : "no");
	if (word(buffer, "irisc_index") != NO_IRISC)
		show_row("processor", "%u", word(buffer, "irisc_index"));
	show_row("after", "%u s", word(buffer, "time"));
	if (word(buffer, "assert_existptr"))
		show_assert(buffer);
}

void health_show_device(struct json_object *device)
{
	struct json_object *buffer = get(device, "health_buffer");
	struct json_object *reporters = get(device, "reporters");

	puts("\nfirmware");
	if (buffer)
		show_row("syndrome", "%s (0x%x)", get_text(buffer, "synd.name"),
			 word(buffer, "synd.value"));
	if (buffer && word(buffer, "synd.value"))
		show_sickness(buffer);
	for (size_t i = 0; i < json_object_array_length(reporters); i++)
		show_reporter(json_object_array_get_idx(reporters, i));
	if (get(device, "unreadable"))
		show_row("health buffer", "-: %s",
			 get_text(device, "unreadable"));
}
