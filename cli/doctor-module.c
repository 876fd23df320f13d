// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The module: what its file says of itself, compressed or not, and who vouches for it. */
#include <dlfcn.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "doctor.h"
#include "machine.h"
#include "policy-hash.h"

/* Firmware's lists of certificates: what shim took, what is asked of it, and the firmware's own. */
#define EFI "/sys/firmware/efi/efivars/"
#define ENROLLED EFI "{MokListRT*,db}-*"
#define ENROLLING EFI "MokNew-*"

static void take(struct json_object *module, const char *key,
		 const char *value)
{
	if (!strcmp(key, "vermagic"))
		json_object_object_add(module, "kernel",
				       json_object_new_string_len(value,
							strcspn(value, " ")));
	else if (!strcmp(key, "signer"))
		put_text(module, "signer", value);
	else if (!strcmp(key, "sig_key"))
		put_text(module, "key", value);
	else if (!strcmp(key, "policy_hash"))
		put_bool(module, "same_rules", !strcmp(value, POLICY_HASH));
}

/*
 * Of libkmod, which is loaded here: the cryptography and the compression that
 * come with it took other commands half of their start.
 */
static struct {
	__typeof__(kmod_new) *new;
	__typeof__(kmod_unref) *unref;
	__typeof__(kmod_set_log_priority) *set_log_priority;
	__typeof__(kmod_module_new_from_path) *module_new;
	__typeof__(kmod_module_unref) *module_unref;
	__typeof__(kmod_module_get_info) *get_info;
	__typeof__(kmod_module_info_get_key) *get_key;
	__typeof__(kmod_module_info_get_value) *get_value;
	__typeof__(kmod_module_info_free_list) *free_list;
	__typeof__(kmod_list_next) *next;
} kmod;

static const struct {
	const char *name;
	void *function;		/* where its address goes */
} functions[] = {
	{ "kmod_new", &kmod.new },
	{ "kmod_unref", &kmod.unref },
	{ "kmod_set_log_priority", &kmod.set_log_priority },
	{ "kmod_module_new_from_path", &kmod.module_new },
	{ "kmod_module_unref", &kmod.module_unref },
	{ "kmod_module_get_info", &kmod.get_info },
	{ "kmod_module_info_get_key", &kmod.get_key },
	{ "kmod_module_info_get_value", &kmod.get_value },
	{ "kmod_module_info_free_list", &kmod.free_list },
	{ "kmod_list_next", &kmod.next },
};

static bool load_library(void)
{
	void *library = dlopen("libkmod.so.2", RTLD_NOW);

	for (size_t i = 0; library && i < ARRAY_SIZE(functions); i++) {
		void *found = dlsym(library, functions[i].name);

		if (!found)
			return false;
		memcpy(functions[i].function, &found, sizeof(found));
	}
	return library;
}

static void read_module(struct json_object *module, const char *path)
{
	static const char *const no_configuration;
	struct kmod_list *list = NULL, *entry;
	struct kmod_module *file = NULL;
	struct kmod_ctx *context;

	if (!load_library())
		return;
	context = kmod.new(NULL, &no_configuration);
	if (context)
		kmod.set_log_priority(context, 0);
	if (context && !kmod.module_new(context, path, &file))
		kmod.get_info(file, &list);
	for (entry = list; entry; entry = kmod.next(list, entry))
		take(module, kmod.get_key(entry), kmod.get_value(entry));
	kmod.free_list(list);
	kmod.module_unref(file);
	kmod.unref(context);
}

/* The file that modprobe takes: the index of the kernel's modules names it. */
static void put_file(struct json_object *module, const char *kernel)
{
	char path[PATH_MAX], line[PATH_MAX], whole[PATH_MAX];
	char *file = line;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", kernel);
	if (!machine_line(path, "/mlx5ctl.ko", line, sizeof(line)))
		return;
	file[strcspn(file, ":")] = 0;
	snprintf(path, sizeof(path), "%s%.64s/%.512s",
		 file[0] == '/' ? "" : "/lib/modules/",
		 file[0] == '/' ? "" : kernel, file);
	put_text(module, "file", path);
	machine_path(whole, "%s", path);
	read_module(module, whole);
}

/*
 * The serial number of the key, as certificates have it: a positive INTEGER of
 * DER. Its length, or 0. Those that openssl makes are of twenty bytes, so
 * nobody else's certificate has the same.
 */
static size_t serial_of(struct json_object *module, u8 *serial, size_t size)
{
	const char *text = get_text(module, "key");
	size_t n = 2;
	unsigned int byte;

	for (; sscanf(text, "%2x", &byte) == 1 && n < size; n++) {
		if (n == 2 && byte >> 7)
			serial[n++] = 0;
		serial[n] = byte;
		text += 2 + (text[2] == ':');
	}
	serial[0] = 2;
	serial[1] = n - 2;
	return n > 2 ? n : 0;
}

static void put_held(struct json_object *module, const char *key,
		     const char *pattern, const void *bytes, size_t n)
{
	enum machine_held held = machine_holds(pattern, bytes, n);

	if (n && held != MACHINE_HAS_NO_FILE)
		put_bool(module, key, held == MACHINE_HOLDS);
}

static void put_lists(struct json_object *module)
{
	const char *own = get_text(module, "own_key");
	u8 serial[64];
	size_t n = serial_of(module, serial, sizeof(serial));

	put_held(module, "enrolled", ENROLLED, serial, n);
	put_held(module, "enrolling", ENROLLING, serial, n);
	if (own[0])
		put_held(module, "own", own, serial, n);
}

/*
 * Names of keys are no proof: all that DKMS makes have the same. A key that
 * firmware knows by that name has to be the very one.
 */
static bool is_namesake(struct json_object *module)
{
	const char *signer = get_text(module, "signer");

	return get(module, "enrolled") && !get_bool(module, "enrolled") &&
	       machine_holds(ENROLLED, signer, strlen(signer)) == MACHINE_HOLDS;
}

/* Whether the kernel has the signer's key; only root sees them all. */
static void put_key(struct json_object *module)
{
	char line[512], wanted[256];
	bool found;

	snprintf(wanted, sizeof(wanted), " %s: ", get_text(module, "signer"));
	found = get(module, "signer") && !is_namesake(module) &&
		machine_line("/proc/keys", wanted, line, sizeof(line));
	if (found || !get(module, "signer") ||
	    machine_line("/proc/keys", ".builtin_trusted_keys", line,
			 sizeof(line)))
		put_bool(module, "trusted", found);
}

static void put_trust(struct json_object *module)
{
	char line[64];

	if (get_bool(module, "loaded"))
		put_bool(module, "trusted",
			 !machine_line("/sys/module/mlx5ctl/taint", "E", line,
				       sizeof(line)));
	else if (get(module, "file"))
		put_key(module);
}

static void put_found(struct json_object *to, const char *key,
		      const char *pattern)
{
	char path[PATH_MAX];

	put_text(to, key, machine_find(path, pattern) ? path : NULL);
}

/* Of the files of that name systemd heeds the first, which may hide the others. */
static bool loads_at_boot(void)
{
	char path[PATH_MAX];

	return machine_find(path, "{/etc,/run,/usr/local/lib,/usr/lib}"
				  "/modules-load.d/mlx5ctl.conf") &&
	       machine_lists(path, "mlx5ctl");
}

/* Who built the file builds it again. */
static void put_rebuild(struct json_object *module, const char *kernel)
{
	const char *source = get_text(module, "source");
	const char *version = strrchr(source, '-');
	char command[512];

	snprintf(command, sizeof(command), "sudo dkms build --force mlx5ctl/%.64s -k %.64s && sudo dkms install --force mlx5ctl/%.64s -k %.64s",
		 version ? version + 1 : "", kernel, version ? version + 1 : "",
		 kernel);
	put_text(module, "rebuild",
		 !strstr(get_text(module, "file"), "/dkms/") ? "sudo make install" :
		 version ? command : "sudo apt install ./mlx5ctl-dkms_*.deb");
}

struct json_object *doctor_module(const char *kernel)
{
	static const char *const texts[] = {
		"file", "kernel", "signer", "key", "own", "enrolled",
		"enrolling", "trusted", "same_rules",
	};
	struct json_object *module = json_object_new_object();
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		put_object(module, texts[i], NULL);
	put_bool(module, "loaded", machine_has("/sys/module/mlx5ctl"));
	put_bool(module, "loads_at_boot", loads_at_boot());
	put_found(module, "source", "/usr/src/mlx5ctl-[0-9]*");
	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", kernel);
	put_bool(module, "headers", machine_has(path));
	put_found(module, "own_key", "/var/lib/dkms/mok.pub");
	put_file(module, kernel);
	put_rebuild(module, kernel);
	put_lists(module);
	put_trust(module);
	return module;
}
