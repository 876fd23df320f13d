// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who is taken to ask: what this process holds, under this kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "verdict.h"

#define PAGE_SHIFT 12

static const struct {
	u32 capability;
	const char *name;
} capabilities[] = {
	{ POLICY_CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
	{ POLICY_CAP_SYS_RAWIO, "CAP_SYS_RAWIO" },
};

struct json_object *capability_names(u32 held)
{
	struct json_object *names = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (held & capabilities[i].capability)
			put_text(names, NULL, capabilities[i].name);
	return names;
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
