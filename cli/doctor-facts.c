// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The facts are files of the kernel and of the distribution. */
#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "doctor.h"
#include "machine.h"
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

/* What a link of the driver model leads to, by name. */
static void put_target(struct json_object *to, const char *key,
		       const char *path)
{
	char whole[PATH_MAX], target[PATH_MAX];
	ssize_t length;

	machine_path(whole, "%s", path);
	length = readlink(whole, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = 0;
	put_text(to, key, length > 0 ? basename(target) : NULL);
}

/* Y or 1 at the end of a file of the kernel's; null where there is none. */
static void put_switch(struct json_object *to, const char *key,
		       const char *path)
{
	char whole[PATH_MAX];
	u8 bytes[16];
	size_t n = 0;
	FILE *file;

	machine_path(whole, "%s", path);
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

/* -- the person */

static u64 status_line(const char *key, int base, int column)
{
	char line[4096], *at = line;
	u64 number = 0;

	if (!machine_line("/proc/self/status", key, line, sizeof(line)))
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
	if (machine_line("/proc/self/status", "Groups:", line, sizeof(line)))
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
				  "there is no user called '%s'", name);
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

static struct json_object *classes_of(const struct person *person,
				      enum policy_lockdown lockdown,
				      const char *access)
{
	struct json_object *names = json_object_new_array();

	for (u32 i = 0; i < policy_n_classes; i++) {
		const struct policy_class_info *info = &policy_classes[i];
		bool is_open = !info->closed_at || lockdown < info->closed_at;

		if (is_open && classes_of_access(access) & info->class &&
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

	machine_path(whole, "/dev/%s", get_text(device, "node"));
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

	snprintf(file, sizeof(file), "%.200s/mlx5ctl/mlx5ctl-*", folder);
	if (!machine_find(path, file))
		return;
	put_text(device, "node", basename(path));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		put_text(device, names[i],
			 machine_line(file, "", line, sizeof(line)) ? line : NULL);
	}
	snprintf(file, sizeof(file), "%s/policy_hash", path);
	if (machine_line(file, "", line, sizeof(line)))
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
	snprintf(path, sizeof(path), "%s/mlx5_core.fwctl.*/driver/module",
		 folder);
	if (machine_find(path, path))
		put_target(device, "holder", path);
	put_node(device, folder);
	put_permission(device, person);
	put_object(device, "may", get_bool(device, "may_open") ?
		   classes_of(person, lockdown, get_text(device, "access")) :
		   json_object_new_array());
	return device;
}

static u64 number_in(const char *path)
{
	char line[64];

	return machine_line(path, "", line, sizeof(line)) ?
	       strtoull(line, NULL, 0) : 0;
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

	machine_path(pattern, "%s", "");
	root = strlen(pattern);
	machine_path(pattern, "/sys/bus/pci/devices/*");
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
	machine_line("/proc/sys/kernel/osrelease", "", line, sizeof(line));
	put_text(facts, "kernel", line);
	put_object(facts, "module", doctor_module(line));
	put_bool(facts, "mlx5_core", machine_has("/sys/module/mlx5_core"));
	put_bool(facts, "fwctl", machine_has("/sys/module/fwctl"));
	put_bool(facts, "uefi", machine_has("/sys/firmware/efi"));
	put_switch(facts, "secure_boot",
		   "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
	put_switch(facts, "only_signed",
		   "/sys/module/module/parameters/sig_enforce");
	put_bool(facts, "securityfs", machine_has("/sys/kernel/security/lsm"));
	machine_line("/sys/kernel/security/lockdown", "", line, sizeof(line));
	lockdown = lockdown_in(line);
	put_text(facts, "lockdown", line[0] ? lockdown_name(lockdown) : NULL);
	if (lockdown)
		put_bool(facts, "only_signed", true);
	put_person(facts, &person);
	put_object(facts, "devices", devices_facts(&person, lockdown));
	return facts;
}
