// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "nodes.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLASS "class/misc"
#define PREFIX "mlx5ctl-"
#define NAME "mlx5_core.ctl."

struct node_roots node_roots = { .sys = "/sys", .dev = "/dev" };

/* A path below a node's function; false where it is too long to exist. */
static bool below(const struct node *node, const char *folder,
		  const char *name, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/" CLASS "/" PREFIX "%s/mdev/%s/%s",
			 node_roots.sys, node->name, folder, name);

	return n < PATH_MAX;
}

/* The last part of where a path leads to, or "". */
static void end_of_link(const char *path, char *name, size_t size)
{
	char target[PATH_MAX];
	const char *end = realpath(path, target) ? strrchr(target, '/') : NULL;

	snprintf(name, size, "%s", end ? end + 1 : "");
}

static bool read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool is_read = file && fgets(line, size, file);

	if (file)
		fclose(file);
	line[is_read ? strcspn(line, "\n") : 0] = 0;
	return is_read;
}

/* The driver itself says it nowhere in sysfs; its RDMA device does. */
static void read_firmware(struct node *node)
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
			  read_line(path, node->firmware,
				    sizeof(node->firmware));
	}
	if (folder)
		closedir(folder);
}

static void read_node(const char *entry, struct node *node)
{
	char path[PATH_MAX];

	memset(node, 0, sizeof(*node));
	snprintf(node->name, sizeof(node->name), "%s", entry + strlen(PREFIX));
	snprintf(node->path, sizeof(node->path), "%s/" PREFIX "%s",
		 node_roots.dev, node->name);
	if (below(node, ".", ".", path))
		end_of_link(path, node->function, sizeof(node->function));
	if (below(node, "driver", "", path))
		end_of_link(path, node->driver, sizeof(node->driver));
	read_firmware(node);
}

static int is_node(const struct dirent *entry)
{
	return !strncmp(entry->d_name, PREFIX, strlen(PREFIX)) &&
	       strlen(entry->d_name) < sizeof(((struct node *)0)->name);
}

int nodes_each(int (*found)(void *context, const struct node *node),
	       void *context)
{
	struct dirent **entries;
	char path[PATH_MAX];
	struct node node;
	int n, stop = 0;

	snprintf(path, sizeof(path), "%s/" CLASS, node_roots.sys);
	n = scandir(path, &entries, is_node, versionsort);
	for (int i = 0; i < n; i++) {
		read_node(entries[i]->d_name, &node);
		if (!stop)
			stop = found(context, &node);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return stop;
}

static bool is_below(const struct node *node, const char *folder,
		     const char *name)
{
	char path[PATH_MAX];

	return *name != '.' && *name && !strchr(name, '/') &&
	       below(node, folder, name, path) && !access(path, F_OK);
}

bool node_state(const char *name, char *text, int size)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/" CLASS "/" PREFIX "%s/state",
			 node_roots.sys, name);

	return n < (int)sizeof(path) && read_line(path, text, size);
}

struct search {
	const char *word;
	struct node *node;
};

static int is_meant(void *context, const struct node *node)
{
	const struct search *search = context;
	const char *word = search->word;
	const char *number = node->name;
	const char *address = node->function;

	if (!strncmp(number, NAME, strlen(NAME)))
		number += strlen(NAME);
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

bool node_find(const char *word, struct node *node)
{
	struct search search = { .word = word, .node = node };

	return *word && nodes_each(is_meant, &search);
}
