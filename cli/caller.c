// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who is taken to ask: what this process holds, and the kernel's lockdown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "verdict.h"
#include "verdict-text.h"

#define PAGE_SHIFT 12

static const struct {
	u32 capability;
	const char *name;
} capabilities[] = {
	{ POLICY_CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
	{ POLICY_CAP_SYS_RAWIO, "CAP_SYS_RAWIO" },
};

static const char *const lockdown_names[] = {
	[POLICY_LOCKDOWN_NONE] = "none",
	[POLICY_LOCKDOWN_INTEGRITY] = "integrity",
	[POLICY_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

struct json_object *capability_names(u32 held)
{
	struct json_object *names = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (held & capabilities[i].capability)
			put_text(names, NULL, capabilities[i].name);
	return names;
}

const char *lockdown_name(enum policy_lockdown level)
{
	return lockdown_names[level];
}

int lockdown_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(lockdown_names); i++)
		if (!strcmp(lockdown_names[i], name))
			return i;
	return -1;
}

static bool read_line(const char *path, const char *begin, char *line,
		      int size)
{
	FILE *file = fopen(path, "re");
	bool found = false;

	while (file && !found && fgets(line, size, file))
		found = !strncmp(line, begin, strlen(begin));
	if (file)
		fclose(file);
	return found;
}

static u32 held_capabilities(void)
{
	static const char begin[] = "CapEff:";
	unsigned long long mask = 0;
	char line[128];

	if (read_line("/proc/self/status", begin, line, sizeof(line)))
		mask = strtoull(line + sizeof(begin) - 1, NULL, 16);
	return capabilities_of_mask(mask);
}

/* "none [integrity] confidentiality" */
enum policy_lockdown lockdown_in(const char *line)
{
	const char *level = strchr(line, '[');
	char name[32];

	snprintf(name, sizeof(name), "%.*s",
		 level ? (int)strcspn(level + 1, "]") : 0,
		 level ? level + 1 : "");
	return lockdown_level(name) > 0 ? lockdown_level(name) :
					  POLICY_LOCKDOWN_NONE;
}

enum policy_lockdown kernel_lockdown(void)
{
	char line[128];

	if (!read_line("/sys/kernel/security/lockdown", "", line, sizeof(line)))
		return POLICY_LOCKDOWN_NONE;
	return lockdown_in(line);
}

void question_begin(struct question *question, const void *in, u32 in_len)
{
	*question = (struct question){
		.in = in,
		.in_len = in_len,
		.session = { .page_shift = PAGE_SHIFT },
		.answers = {
			.capabilities = held_capabilities(),
			.lockdown = kernel_lockdown(),
			.label_classes = POLICY_ALL_CLASSES,
			.narrowed_to = POLICY_ALL_CLASSES,
		},
		.label = -1,
	};
}
