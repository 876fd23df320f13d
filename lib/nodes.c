// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "nodes.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const struct node_kind driver_nodes = {
	.class = "class/mlx5ctl",
	.prefix = "mlx5ctl-",
	.stem = "mlx5_core.ctl.",
	.function = "mdev",
	.dev = "",
};

const struct node_kind fwctl_nodes = {
	.class = "class/fwctl",
	.prefix = "",
	.stem = "fwctl",
	.function = "device",
	.dev = "fwctl/",
	.second = "policy_hash",
};

struct node_roots node_roots = { .sys = "/sys", .dev = "/dev" };

static void attribute_path(const struct node *node, const char *name,
			   char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s/%s%s/%s", node_roots.sys,
		 node->kind->class, node->kind->prefix, node->name, name);
}

/* A path below a node's function; false where it is too long to exist. */
static bool below(const struct node *node, const char *folder,
		  const char *name, char path[PATH_MAX])
{
	const struct node_kind *kind = node->kind;
	int n = snprintf(path, PATH_MAX, "%s/%s/%s%s/%s/%s/%s", node_roots.sys,
			 kind->class, kind->prefix, node->name, kind->function,
			 folder, name);

	return n < PATH_MAX;
}

/* The last part of what a link says, or "". */
static void end_of_link(const char *path, char *name, size_t size)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *end;

	target[n > 0 ? n : 0] = 0;
	end = strrchr(target, '/');
	snprintf(name, size, "%s", end ? end + 1 : "");
}

bool nodes_read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool is_read = file && fgets(line, size, file);

	if (file)
		fclose(file);
	line[is_read ? strcspn(line, "\n") : 0] = 0;
	return is_read;
}

/* The driver itself says it nowhere in sysfs; its RDMA device does. */
static void read_firmware(const struct node *node, char *firmware, int size)
{
	char path[PATH_MAX], name[NAME_MAX + sizeof("/fw_ver")];
	struct dirent *entry;
	bool is_read = false;
	DIR *folder;

	if (!below(node, "infiniband", "", path))
		return;
	folder = opendir(path);
	while (folder && !is_read && (entry = readdir(folder))) {
		snprintf(name, sizeof(name), "%s/fw_ver", entry->d_name);
		is_read = below(node, "infiniband", name, path) &&
			  nodes_read_line(path, firmware, size);
	}
	if (folder)
		closedir(folder);
}

static void read_node(const struct node_kind *kind, const char *entry,
		      struct node *node)
{
	char path[PATH_MAX];

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	snprintf(node->name, sizeof(node->name), "%.63s",
		 entry + strlen(kind->prefix));
	snprintf(node->path, sizeof(node->path), "%s/%s%s%s", node_roots.dev,
		 kind->dev, kind->prefix, node->name);
	attribute_path(node, kind->function, path);
	end_of_link(path, node->function, sizeof(node->function));
	if (below(node, ".", "driver", path))
		end_of_link(path, node->driver, sizeof(node->driver));
}

bool node_attribute(const struct node *node, const char *name, char *line,
		    int size)
{
	char path[PATH_MAX];

	attribute_path(node, name, path);
	return nodes_read_line(path, line, size);
}

/* Of other drivers, too, there are nodes of fwctl. */
static bool is_node(const struct node_kind *kind, const char *entry,
		    struct node *node)
{
	if (strncmp(entry, kind->prefix, strlen(kind->prefix)) ||
	    *entry == '.' || strlen(entry) >= sizeof(node->name))
		return false;
	read_node(kind, entry, node);
	return *kind->prefix || !strcmp(node->driver, "mlx5_core");
}

/*
 * Call `found` with each of a kind, by number, until it returns non-zero. What
 * may not be seen is not there; who cannot look, for want of a descriptor or of
 * memory, does not know.
 */
static int nodes_each(const struct node_kind *kind,
		      int (*found)(void *context, const struct node *node),
		      void *context)
{
	struct dirent **entries;
	char path[PATH_MAX];
	struct node node;
	int n, stop = 0;

	snprintf(path, sizeof(path), "%s/%s", node_roots.sys, kind->class);
	n = scandir(path, &entries, NULL, versionsort);
	if (n < 0)
		return errno == ENOENT || errno == EACCES ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (!stop && is_node(kind, entries[i]->d_name, &node))
			stop = found(context, &node);
		free(entries[i]);
	}
	free(entries);
	return stop;
}

struct listing {
	int (*found)(void *context, const char *device,
		     const char *description);
	void *context;
};

static int list_node(void *context, const struct node *node)
{
	const struct listing *listing = context;
	const char *second = node->kind->second;
	char firmware[64] = "", line[2], text[256];

	if (second && node_attribute(node, second, line, sizeof(line)))
		return 0;
	read_firmware(node, firmware, sizeof(firmware));
	snprintf(text, sizeof(text), "%s%s%s%s%s", node->function,
		 node->driver[0] ? ", driver " : "", node->driver,
		 firmware[0] ? ", firmware " : "", firmware);
	return listing->found(listing->context, node->name, text);
}

int nodes_list(const struct node_kind *kind,
	       int (*found)(void *context, const char *device,
			    const char *description), void *context)
{
	struct listing listing = { found, context };

	return nodes_each(kind, list_node, &listing);
}

static bool is_below(const struct node *node, const char *folder,
		     const char *name)
{
	char path[PATH_MAX];

	return *name != '.' && *name && !strchr(name, '/') &&
	       below(node, folder, name, path) && !access(path, F_OK);
}

bool node_is_virtual(const struct node *node)
{
	/* As mlx5_core's table of PCI ids marks them; a guest sees no physfn. */
	static const char *const ids[] = {
		"0x1012", "0x1014", "0x1016", "0x1018",
		"0x101a", "0x101c", "0x101e", "0xa2d3",
	};
	char path[PATH_MAX], id[16];

	if (is_below(node, ".", "physfn"))
		return true;
	if (!below(node, ".", "device", path) ||
	    !nodes_read_line(path, id, sizeof(id)))
		return false;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (!strcmp(id, ids[i]))
			return true;
	return false;
}

struct search {
	const char *word;
	struct node *node;
};

static int is_meant(void *context, const struct node *node)
{
	const struct search *search = context;
	const char *word = search->word;
	const char *stem = node->kind->stem;
	const char *number = node->name;
	const char *address = node->function;

	if (!strncmp(number, stem, strlen(stem)))
		number += strlen(stem);
	/* The first domain need not be said. */
	if (!strncmp(address, "0000:", 5) && strlen(word) + 5 == strlen(address))
		address += 5;
	*search->node = *node;
	return !strcmp(word, node->name) || !strcmp(word, number) ||
	       !strcmp(word, strrchr(node->path, '/') + 1) ||
	       !strcasecmp(word, address) || is_below(node, "net", word) ||
	       is_below(node, "infiniband", word) ||
	       (!strncmp(word, "mlx5_core.", 10) && is_below(node, ".", word));
}

int node_find(const struct node_kind *kind, const char *word,
	      struct node *node)
{
	struct search search = { .word = word, .node = node };

	return *word ? nodes_each(kind, is_meant, &search) : 0;
}

static int has_number(void *context, const struct node *node)
{
	const struct search *search = context;
	char number[32];

	*search->node = *node;
	return node_attribute(node, "dev", number, sizeof(number)) &&
	       !strcmp(number, search->word);
}

int node_of_file(const struct node_kind *kind, int file, struct node *node)
{
	char number[32];
	struct search search = { .word = number, .node = node };
	struct stat status;

	if (fstat(file, &status) || !S_ISCHR(status.st_mode))
		return 0;
	snprintf(number, sizeof(number), "%u:%u", major(status.st_rdev),
		 minor(status.st_rdev));
	return nodes_each(kind, has_number, &search);
}
