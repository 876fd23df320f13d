// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who is taken to ask: what this process holds, under this kernel. */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static u32 held_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, held) ? 0 :
	       capabilities_of_mask(held[0].effective);
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
