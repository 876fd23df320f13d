// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The facts are files of the kernel and of the distribution. They are looked
 * for below $MLX5CTL_ROOT, so that a tree that somebody made, or sent, can be
 * looked at, too.
 */
#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "doctor.h"
#include "policy-hash.h"
#include "verdict-text.h"
#include "verdict.h"

#define VENDOR 0x15b3
#define FIRST_OF_MLX5 0x1011	/* Connect-IB; older ones are mlx4's */
#define CLASS_NETWORK 0x02
#define CAP_DAC_OVERRIDE 1
#define MOST_GROUPS 256

/* Who is taken to ask. */
struct person {
	char name[64];
	uid_t uid;
	gid_t groups[MOST_GROUPS];
	int n_groups;
	u64 capabilities;
	u32 asked;		/* of these, those that the rules know */
};

__attribute__((format(printf, 2, 3)))
static void place(char *path, const char *format, ...)
{
	const char *root = getenv("MLX5CTL_ROOT");
	int length = snprintf(path, PATH_MAX, "%s", root ? root : "");
	va_list arguments;

	va_start(arguments, format);
	if (length < PATH_MAX)
		vsnprintf(path + length, PATH_MAX - length, format, arguments);
	va_end(arguments);
}

static bool is_there(const char *path)
{
	char whole[PATH_MAX];

	place(whole, "%s", path);
	return !access(whole, F_OK);
}

/* The first line that has a word in it, without its end. "" where there is none. */
static bool line_with(const char *path, const char *word, char *line, int size)
{
	char whole[PATH_MAX];
	bool found = false;
	FILE *file;

	place(whole, "%s", path);
	file = fopen(whole, "re");
	while (file && !found && fgets(line, size, file))
		found = strstr(line, word);
	if (file)
		fclose(file);
	line[found ? strcspn(line, "\n") : 0] = 0;
	return found;
}

static u64 number_in(const char *path)
{
	char line[64];

	return line_with(path, "", line, sizeof(line)) ?
	       strtoull(line, NULL, 0) : 0;
}

/* The first path that a pattern matches, without the root. */
static bool find(char *path, const char *pattern)
{
	char whole[PATH_MAX];
	size_t root;
	glob_t found;
	bool any;

	place(whole, "%s", "");
	root = strlen(whole);
	place(whole, "%s", pattern);
	any = !glob(whole, 0, NULL, &found);
	if (any)
		snprintf(path, PATH_MAX, "%s", found.gl_pathv[0] + root);
	globfree(&found);
	return any;
}

/* What a link of the driver model leads to, by name. */
static void put_target(struct json_object *to, const char *key,
		       const char *path)
{
	char whole[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	place(whole, "%s", path);
	length = readlink(whole, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = 0;
	put_text(to, key, length > 0 ? basename(target) : NULL);
}

static void put_found(struct json_object *to, const char *key,
		      const char *pattern)
{
	char path[PATH_MAX];

	put_text(to, key, find(path, pattern) ? path : NULL);
}

/* Y or 1 at the end of a file of the kernel's; null where there is none. */
static void put_switch(struct json_object *to, const char *key,
		       const char *path)
{
	char whole[PATH_MAX];
	u8 bytes[16];
	size_t n = 0;
	FILE *file;

	place(whole, "%s", path);
	file = fopen(whole, "re");
	if (file) {
		n = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
	}
	if (n && bytes[n - 1] == '\n')
		n--;
	if (n)
		put_bool(to, key, bytes[n - 1] == 'Y' || bytes[n - 1] == 1);
	else
		put_object(to, key, NULL);
}

/* Whether the kernel has a key of the signer's name; only root sees them all. */
static void put_key(struct json_object *module)
{
	char line[512], wanted[256];
	bool found;

	snprintf(wanted, sizeof(wanted), " %s: ", get_text(module, "signer"));
	found = get(module, "signer") &&
		line_with("/proc/keys", wanted, line, sizeof(line));
	if (found || !get(module, "signer") ||
	    line_with("/proc/keys", ".builtin_trusted_keys", line, sizeof(line)))
		put_bool(module, "trusted", found);
}

static void put_trust(struct json_object *module)
{
	char line[64];

	if (get_bool(module, "loaded"))
		put_bool(module, "trusted",
			 !line_with("/sys/module/mlx5ctl/taint", "E", line,
				    sizeof(line)));
	else if (get(module, "file"))
		put_key(module);
}

/* The file that modprobe takes: the index of the kernel's modules names it. */
static void put_file(struct json_object *module, const char *kernel)
{
	char path[PATH_MAX], line[PATH_MAX], whole[PATH_MAX];
	char *file = line;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", kernel);
	if (!line_with(path, "/mlx5ctl.ko", line, sizeof(line)))
		return;
	file[strcspn(file, ":")] = 0;
	snprintf(path, sizeof(path), "%s%.64s/%.512s",
		 file[0] == '/' ? "" : "/lib/modules/",
		 file[0] == '/' ? "" : kernel, file);
	put_text(module, "file", path);
	place(whole, "%s", path);
	doctor_read_module(module, whole);
}

static struct json_object *module_facts(const char *kernel)
{
	static const char *const texts[] = { "file", "kernel", "signer",
					     "trusted", "same_rules" };
	struct json_object *module = json_object_new_object();
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		put_object(module, texts[i], NULL);
	put_bool(module, "loaded", is_there("/sys/module/mlx5ctl"));
	put_bool(module, "loads_at_boot",
		 is_there("/etc/modules-load.d/mlx5ctl.conf") ||
		 is_there("/usr/lib/modules-load.d/mlx5ctl.conf"));
	put_found(module, "source", "/usr/src/mlx5ctl-[0-9]*");
	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", kernel);
	put_bool(module, "headers", is_there(path));
	put_found(module, "own_key", "/var/lib/dkms/mok.pub");
	put_file(module, kernel);
	put_trust(module);
	return module;
}

/* -- the person */

static u64 status_line(const char *key, int base, int column)
{
	char line[4096], *at = line;
	u64 number = 0;

	if (!line_with("/proc/self/status", key, line, sizeof(line)))
		return 0;
	at = strchr(line, ':') + 1;
	for (int i = 0; i <= column; i++)
		number = strtoull(at, &at, base);
	return number;
}

static void read_caller(struct person *person)
{
	char line[4096], *at = line, *end;
	struct passwd *entry;

	person->uid = status_line("Uid:", 10, 1);
	person->capabilities = status_line("CapEff:", 16, 0);
	person->groups[person->n_groups++] = status_line("Gid:", 10, 1);
	if (line_with("/proc/self/status", "Groups:", line, sizeof(line)))
		at = line + strlen("Groups:");
	while (person->n_groups < MOST_GROUPS) {
		person->groups[person->n_groups] = strtoul(at, &end, 10);
		if (end == at)
			break;
		person->n_groups++;
		at = end;
	}
	entry = getpwuid(person->uid);
	if (entry)
		snprintf(person->name, sizeof(person->name), "%s",
			 entry->pw_name);
	else
		snprintf(person->name, sizeof(person->name), "%u", person->uid);
}

static int read_user(struct invocation *invocation, const char *name,
		     struct person *person)
{
	struct passwd *entry = getpwnam(name);

	if (!entry)
		return fail_usage(invocation, "unknown-user",
				  "getent passwd lists the users",
				  "There is no user '%s'.", name);
	snprintf(person->name, sizeof(person->name), "%s", name);
	person->uid = entry->pw_uid;
	person->n_groups = MOST_GROUPS;
	if (getgrouplist(name, entry->pw_gid, person->groups,
			 &person->n_groups) < 0)
		person->n_groups = MOST_GROUPS;
	person->capabilities = person->uid ? 0 : ~0ull;
	return 0;
}

static bool may_open(const struct person *person, const struct stat *node)
{
	mode_t wanted = S_IROTH | S_IWOTH;

	if (person->capabilities >> CAP_DAC_OVERRIDE & 1)
		return true;
	if (person->uid == node->st_uid) {
		wanted = S_IRUSR | S_IWUSR;
	} else {
		for (int i = 0; i < person->n_groups; i++)
			if (person->groups[i] == node->st_gid)
				wanted = S_IRGRP | S_IWGRP;
	}
	return (node->st_mode & wanted) == wanted;
}

/* -- the devices */

/* What an administrator left of the rules, as the module names it. */
static u32 classes_left(const char *access)
{
	return !strcmp(access, "all") ? POLICY_ALL_CLASSES :
	       !strcmp(access, "read") ? POLICY_IDENTIFY | POLICY_CONFIG_READ :
					 0;
}

static struct json_object *classes_of(const struct person *person,
				      enum policy_lockdown lockdown,
				      const char *access)
{
	struct json_object *names = json_object_new_array();

	for (u32 i = 0; i < policy_n_classes; i++) {
		const struct policy_class_info *info = &policy_classes[i];
		bool is_open = !info->closed_at || lockdown < info->closed_at;

		if (is_open && classes_left(access) & info->class &&
		    !(info->capabilities & ~person->asked))
			put_text(names, NULL, info->name);
	}
	return names;
}

static void put_permission(struct json_object *device,
			   const struct person *person)
{
	char whole[PATH_MAX];
	struct group *group;
	struct stat node;

	place(whole, "/dev/%s", get_text(device, "node"));
	if (!get(device, "node") || stat(whole, &node))
		return;
	group = getgrgid(node.st_gid);
	put_text(device, "group", group ? group->gr_name : NULL);
	put_bool(device, "may_open", may_open(person, &node));
}

/* What our module shows of a device that it has. */
static void put_node(struct json_object *device, const char *folder)
{
	static const char *const names[] = { "state", "access" };
	char path[PATH_MAX], file[PATH_MAX + 16], line[256];

	snprintf(file, sizeof(file), "%.200s/misc/mlx5ctl-*", folder);
	if (!find(path, file))
		return;
	put_text(device, "node", basename(path));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		put_text(device, names[i],
			 line_with(file, "", line, sizeof(line)) ? line : NULL);
	}
	snprintf(file, sizeof(file), "%s/policy_hash", path);
	if (line_with(file, "", line, sizeof(line)))
		put_bool(device, "same_rules", !strcmp(line, POLICY_HASH));
}

static struct json_object *device_facts(const char *folder,
					const struct person *person,
					enum policy_lockdown lockdown)
{
	static const char *const names[] = {
		"driver", "holder", "node", "state", "access", "same_rules",
		"group", "may_open",
	};
	struct json_object *device = json_object_new_object();
	char path[PATH_MAX];

	put_text(device, "pci", strrchr(folder, '/') + 1);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		put_object(device, names[i], NULL);
	snprintf(path, sizeof(path), "%s/driver", folder);
	put_target(device, "driver", path);
	snprintf(path, sizeof(path), "%s/mlx5_core.fwctl.*/driver", folder);
	if (find(path, path))
		put_target(device, "holder", path);
	put_node(device, folder);
	put_permission(device, person);
	put_object(device, "may", get_bool(device, "may_open") ?
		   classes_of(person, lockdown, get_text(device, "access")) :
		   json_object_new_array());
	return device;
}

static bool is_card(const char *folder)
{
	static const char *const names[] = { "vendor", "device", "class" };
	u64 numbers[ARRAY_SIZE(names)];
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		numbers[i] = number_in(path);
	}
	return numbers[0] == VENDOR && numbers[1] >= FIRST_OF_MLX5 &&
	       numbers[2] >> 16 == CLASS_NETWORK;
}

static struct json_object *devices_facts(const struct person *person,
					 enum policy_lockdown lockdown)
{
	struct json_object *devices = json_object_new_array();
	char pattern[PATH_MAX];
	size_t root;
	glob_t found;

	place(pattern, "%s", "");
	root = strlen(pattern);
	place(pattern, "/sys/bus/pci/devices/*");
	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_card(found.gl_pathv[i] + root))
			put_object(devices, NULL,
				   device_facts(found.gl_pathv[i] + root,
						person, lockdown));
	globfree(&found);
	return devices;
}

static void put_person(struct json_object *facts, const struct person *person)
{
	struct json_object *user = json_object_new_object();

	put_text(user, "name", person->name);
	put_object(user, "capabilities", capability_names(person->asked));
	put_object(facts, "user", user);
}

struct json_object *doctor_facts(struct invocation *invocation,
				 const char *user)
{
	struct person person = { .n_groups = 0 };
	enum policy_lockdown lockdown;
	struct json_object *facts;
	char line[256];

	if (!user)
		read_caller(&person);
	else if (read_user(invocation, user, &person))
		return NULL;
	person.asked = capabilities_of_mask(person.capabilities);
	facts = json_object_new_object();
	line_with("/proc/sys/kernel/osrelease", "", line, sizeof(line));
	put_text(facts, "kernel", line);
	put_object(facts, "module", module_facts(line));
	put_bool(facts, "mlx5_core", is_there("/sys/module/mlx5_core"));
	put_bool(facts, "fwctl", is_there("/sys/module/fwctl"));
	put_switch(facts, "secure_boot",
		   "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
	put_switch(facts, "only_signed",
		   "/sys/module/module/parameters/sig_enforce");
	line_with("/sys/kernel/security/lockdown", "", line, sizeof(line));
	lockdown = lockdown_in(line);
	put_text(facts, "lockdown", line[0] ? lockdown_name(lockdown) : NULL);
	if (lockdown)
		put_bool(facts, "only_signed", true);
	put_person(facts, &person);
	put_object(facts, "devices", devices_facts(&person, lockdown));
	return facts;
}
