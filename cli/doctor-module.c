// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a module's file says of itself, compressed or not. */
#include <libkmod.h>
#include <string.h>

#include "build.h"
#include "doctor.h"
#include "policy-hash.h"

static void take(struct json_object *module, const char *key,
		 const char *value)
{
	if (!strcmp(key, "vermagic"))
		json_object_object_add(module, "kernel",
				       json_object_new_string_len(value,
							strcspn(value, " ")));
	else if (!strcmp(key, "signer"))
		put_text(module, "signer", value);
	else if (!strcmp(key, "policy_hash"))
		put_bool(module, "same_rules", !strcmp(value, POLICY_HASH));
}

void doctor_read_module(struct json_object *module, const char *path)
{
	static const char *const no_configuration;
	struct kmod_ctx *context = kmod_new(NULL, &no_configuration);
	struct kmod_list *list = NULL, *entry;
	struct kmod_module *file = NULL;

	if (context)
		kmod_set_log_priority(context, 0);
	if (context && !kmod_module_new_from_path(context, path, &file) &&
	    kmod_module_get_info(file, &list) >= 0)
		kmod_list_foreach(entry, list)
			take(module, kmod_module_info_get_key(entry),
			     kmod_module_info_get_value(entry));
	kmod_module_info_free_list(list);
	kmod_module_unref(file);
	kmod_unref(context);
}
