// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Reads allowed.txt and beyond.txt. */
#include <stdlib.h>

#include "expect.h"

const char *const listing_kinds[LISTED_N_KINDS] = {
	"command", "register-read", "register-write", "object", "tlv-write",
	"tlv-read", "segment",
};

/* Written again here on purpose: policy/ has names of its own for them. */
static const struct {
	const char *name;
	u32 class;
} classes[] = {
	{ "never", 0 },
	{ "identify", 1 },
	{ "config-read", 2 },
	{ "config-write", 4 },
	{ "debug-read", 8 },
	{ "debug-write", 16 },
	{ "full", 32 },
	{ "further", LISTED_FURTHER },
};

static bool parse_op_mods(struct listed *row, char *list)
{
	row->n_op_mods = 0;
	while (*list) {
		u32 *range = row->op_mods[row->n_op_mods];

		if (row->n_op_mods++ == LISTED_OP_MODS)
			return false;
		range[0] = range[1] = strtoul(list, &list, 16);
		if (*list == '-')
			range[1] = strtoul(list + 1, &list, 16);
		if (*list == ',')
			list++;
		else if (*list)
			return false;
	}
	return true;
}

static bool parse_flag(struct listed *row, char *word)
{
	if (!strcmp(word, "host"))
		row->host = true;
	else if (!strcmp(word, "reaches"))
		row->reaches = true;
	else if (!strncmp(word, "clear=", 6))
		row->clear = true, row->clear_byte = strtoul(word + 6, NULL, 16);
	else if (!strncmp(word, "other=", 6))
		row->other = true, row->other_byte = strtoul(word + 6, NULL, 16);
	else if (!strncmp(word, "op_mod=", 7))
		return parse_op_mods(row, word + 7);
	else
		return false;
	return true;
}

static bool parse_number(struct listed *row, char *word)
{
	if (!strcmp(word, "otherwise")) {
		row->otherwise = true;
		row->last = ~0u;
		return true;
	}
	row->first = row->last = strtoul(word, &word, 16);
	if (*word == '-')
		row->last = strtoul(word + 1, &word, 16);
	return !*word;
}

static bool parse_row(struct listed *row, char *line)
{
	char *words[4] = { NULL };
	char *word = strtok(line, " ");

	for (u32 i = 0; i < 4; i++, word = strtok(NULL, " "))
		words[i] = word;
	if (!words[3] || !parse_number(row, words[1]))
		return false;
	snprintf(row->name, sizeof(row->name), "%s", words[3]);
	row->kind = LISTED_N_KINDS;
	for (u32 i = 0; i < LISTED_N_KINDS; i++)
		if (!strcmp(listing_kinds[i], words[0]))
			row->kind = i;
	row->class = ~0u;
	for (u32 i = 0; i < ARRAY_SIZE(classes); i++)
		if (!strcmp(classes[i].name, words[2]))
			row->class = classes[i].class;
	row->n_op_mods = 1;
	for (; word; word = strtok(NULL, " "))
		if (!parse_flag(row, word))
			return false;
	return row->kind < LISTED_N_KINDS && row->class != ~0u;
}

bool listing_load(struct listing *listing, const char *path)
{
	FILE *file = fopen(path, "r");
	bool good = file;
	char *line = NULL;
	size_t room = 0;

	while (good && getline(&line, &room, file) > 0) {
		struct listed *more;

		line[strcspn(line, ":\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		more = realloc(listing->rows, (listing->n + 1) * sizeof(*more));
		good = more;
		if (!more)
			break;
		listing->rows = more;
		memset(&more[listing->n], 0, sizeof(*more));
		good = parse_row(&more[listing->n++], line);
		if (!good)
			fprintf(stderr, "%s: not a row: %s\n", path, line);
	}
	free(line);
	if (!file)
		perror(path);
	else
		fclose(file);
	return good;
}

struct listed *listing_find(const struct listing *listing,
			    enum listed_kind kind, u32 number)
{
	struct listed *otherwise = NULL;

	for (u32 i = 0; i < listing->n; i++) {
		struct listed *row = &listing->rows[i];

		if (row->kind != kind)
			continue;
		if (row->otherwise)
			otherwise = row;
		else if (number >= row->first && number <= row->last)
			return row;
	}
	return otherwise;
}

static bool has_class(const struct listed *row, u32 class)
{
	return row->class == class || row->class == LISTED_FURTHER ||
	       (row->clear && class == POLICY_DEBUG_WRITE) ||
	       (row->other && class == POLICY_DEBUG_READ);
}

struct listed *listing_find_class(const struct listing *listing,
				  enum listed_kind kind, u32 number, u32 class)
{
	struct listed *found = listing_find(listing, kind, number);

	if (!found || has_class(found, class))
		return found;
	for (u32 i = 0; i < listing->n; i++) {
		struct listed *row = &listing->rows[i];

		if (row->kind == kind && !row->otherwise &&
		    number >= row->first && number <= row->last &&
		    has_class(row, class))
			return row;
	}
	return NULL;
}
