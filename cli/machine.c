// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "machine.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES (1u << 18)	/* of a file that is searched for bytes */

void machine_path(char *path, const char *format, ...)
{
	const char *root = getenv("MLX5CTL_ROOT");
	int length = snprintf(path, PATH_MAX, "%s", root ? root : "");
	va_list arguments;

	va_start(arguments, format);
	if (length < PATH_MAX)
		vsnprintf(path + length, PATH_MAX - length, format, arguments);
	va_end(arguments);
}

bool machine_has(const char *path)
{
	char whole[PATH_MAX];

	machine_path(whole, "%s", path);
	return !access(whole, F_OK);
}

static bool has_word(const char *line, const char *word)
{
	return strstr(line, word);
}

static bool is_word(const char *line, const char *word)
{
	char first[256];

	return sscanf(line, "%255s", first) == 1 && !strcmp(first, word);
}

static bool find_line(const char *path,
		      bool (*is_it)(const char *line, const char *word),
		      const char *word, char *line, int size)
{
	char whole[PATH_MAX];
	bool found = false;
	FILE *file;

	machine_path(whole, "%s", path);
	file = fopen(whole, "re");
	while (file && !found && fgets(line, size, file))
		found = is_it(line, word);
	if (file)
		fclose(file);
	return found;
}

bool machine_line(const char *path, const char *word, char *line, int size)
{
	bool found = find_line(path, has_word, word, line, size);

	line[found ? strcspn(line, "\n") : 0] = 0;
	return found;
}

bool machine_lists(const char *path, const char *word)
{
	char line[256];

	return find_line(path, is_word, word, line, sizeof(line));
}

static void find(const char *pattern, glob_t *found)
{
	char whole[PATH_MAX];

	machine_path(whole, "%s", pattern);
	if (glob(whole, GLOB_BRACE, NULL, found))
		found->gl_pathc = 0;
}

bool machine_find(char *path, const char *pattern)
{
	char root[PATH_MAX];
	glob_t found;
	bool any;

	machine_path(root, "%s", "");
	find(pattern, &found);
	any = found.gl_pathc;
	if (any)
		snprintf(path, PATH_MAX, "%s", found.gl_pathv[0] + strlen(root));
	globfree(&found);
	return any;
}

static enum machine_held holds(const char *path, const void *bytes, size_t n)
{
	enum machine_held held = MACHINE_HAS_NO_FILE;
	u8 *content = malloc(MOST_BYTES);
	FILE *file = fopen(path, "re");
	size_t length = file && content ?
			fread(content, 1, MOST_BYTES, file) : 0;

	if (length)
		held = memmem(content, length, bytes, n) ? MACHINE_HOLDS :
							   MACHINE_HOLDS_NOT;
	if (file)
		fclose(file);
	free(content);
	return held;
}

enum machine_held machine_holds(const char *pattern, const void *bytes,
				size_t n)
{
	enum machine_held held = MACHINE_HAS_NO_FILE;
	glob_t found;

	find(pattern, &found);
	for (size_t i = 0; i < found.gl_pathc && held != MACHINE_HOLDS; i++) {
		enum machine_held one = holds(found.gl_pathv[i], bytes, n);

		if (one != MACHINE_HAS_NO_FILE)
			held = one;
	}
	globfree(&found);
	return held;
}
