// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A JSON document: its text, its values, its lines. json-c has parsed the text
 * before the scanner of lines sees it, so that need not know what is wrong,
 * only where things are.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include "document.h"

#define MAX_DOCUMENT (16u << 20)

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Past the closing quote. */
static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

static const char *skip_value(const char *p)
{
	int depth = 0;

	p = skip_space(p);
	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		else if (!depth)
			return p + strcspn(p, ",]} \t\r\n");
		if (*p)
			p++;
	} while (*p && depth);
	return p;
}

static bool is_key(const char *p, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(p + 1, key, len) && p[len + 1] == '"';
}

/* The key, or the element, that a place names inside the value at p. */
static const char *step(const char *p, const struct emu_place *place)
{
	size_t index = 0;

	p = skip_space(p);
	if (*p != '{' && *p != '[')
		return p;
	for (p = skip_space(p + 1); *p && *p != '}' && *p != ']';
	     p = skip_space(p)) {
		if (place->key && is_key(p, place->key))
			return p;
		if (!place->key && index++ == place->index)
			return p;
		if (place->key)
			p = skip_space(skip_string(p)) + 1;
		p = skip_space(skip_value(p));
		if (*p == ',')
			p++;
	}
	return p;
}

static const char *find(const char *text, const struct emu_place *place)
{
	const char *p;

	if (!place)
		return skip_space(text);
	p = find(text, place->up);
	if (place->up && place->up->key)
		p = skip_space(skip_string(p)) + 1;
	return step(p, place);
}

unsigned int emu_line_at(const char *text, const char *position)
{
	unsigned int line = 1;

	for (; text < position && *text; text++)
		line += *text == '\n';
	return line;
}

static unsigned int line_of(const char *text, const struct emu_place *place)
{
	return emu_line_at(text, find(text, place));
}

static bool same_string(const char *a, const char *b)
{
	size_t len = skip_string(a) - a;

	return !strncmp(a, b, len);
}

/* The keys so far of the objects that are open: those of the innermost last. */
struct open_keys {
	const char **keys;
	size_t n;
	size_t first[64];	/* of each open object or array */
	int depth;
};

static bool add_key(struct open_keys *open, const char *key)
{
	for (size_t i = open->first[open->depth - 1]; i < open->n; i++)
		if (same_string(open->keys[i], key))
			return false;
	open->keys[open->n++] = key;
	return true;
}

/* Past what is at p; NULL where that repeats a key or is nested too deep. */
static const char *pass(struct open_keys *open, const char *p)
{
	const char *end = p + 1;

	if (*p == '{' || *p == '[') {
		if (open->depth == ARRAY_SIZE(open->first))
			return NULL;
		open->first[open->depth++] = open->n;
	} else if ((*p == '}' || *p == ']') && open->depth) {
		open->n = open->first[--open->depth];
	} else if (*p == '"') {
		end = skip_string(p);
		if (open->depth && *skip_space(end) == ':' && !add_key(open, p))
			return NULL;
	}
	return end;
}

const char *emu_duplicate_key(const char *text)
{
	/* A key, its quotes, colon and value have four characters at least. */
	struct open_keys open = {
		.keys = malloc((strlen(text) / 4 + 1) * sizeof(*open.keys)),
	};
	const char *p = text;
	const char *next;

	if (!open.keys)
		return NULL;
	while (*p && (next = pass(&open, p)))
		p = next;
	free(open.keys);
	return *p ? p : NULL;
}

static void put_path(const struct emu_place *place, char *text, size_t size)
{
	size_t used;

	if (!place)
		return;
	put_path(place->up, text, size);
	used = strlen(text);
	if (place->key)
		snprintf(text + used, size - used, "%s%s", used ? "." : "",
			 place->key);
	else
		snprintf(text + used, size - used, "[%zu]", place->index);
}

int emu_complain(const struct emu_document *document,
		 const struct emu_place *place, const char *format, ...)
{
	char path[160] = "";
	char what[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	put_path(place, path, sizeof(path));
	snprintf(document->problem->text, sizeof(document->problem->text),
		 "%.80s:%u: %s%s%s", document->name,
		 line_of(document->text, place), path, *path ? ": " : "",
		 what);
	return -1;
}

static struct json_object *parse(const struct emu_document *document,
				 size_t len)
{
	struct json_tokener *tokener = json_tokener_new();
	const char *duplicate;
	struct json_object *root;
	const char *where;

	if (!tokener) {
		emu_complain(document, NULL, "no memory is left");
		return NULL;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	root = json_tokener_parse_ex(tokener, document->text, len + 1);
	where = document->text + json_tokener_get_parse_end(tokener);
	duplicate = root ? emu_duplicate_key(document->text) : NULL;
	if (!root || duplicate) {
		snprintf(document->problem->text,
			 sizeof(document->problem->text), "%.80s:%u: %s",
			 document->name,
			 emu_line_at(document->text,
				 duplicate ? duplicate : where),
			 duplicate ? "the key is there already" :
			 json_tokener_error_desc(json_tokener_get_error(tokener)));
		json_object_put(root);
		root = NULL;
	}
	json_tokener_free(tokener);
	return root;
}

/* json-c and the scanner both end at a NUL: there is one, at the end only. */
struct json_object *emu_document_parse(const struct emu_document *document,
				       size_t len)
{
	if (strlen(document->text) == len)
		return parse(document, len);
	emu_complain(document, NULL, "contains a NUL");
	return NULL;
}

/* Plain or gzip, which zlib tells apart. NULL with errno. */
static char *read_file(const char *path, size_t *len)
{
	gzFile file = gzopen(path, "rbe");
	char *text = NULL;
	size_t room = 0;
	int n = 0;

	if (!file)
		return NULL;
	errno = 0;
	for (*len = 0; *len < MAX_DOCUMENT; *len += n) {
		if (*len == room) {
			char *more = realloc(text, room += 65536);

			if (!more)
				break;
			text = more;
		}
		n = gzread(file, text + *len, room - *len);
		if (n <= 0)
			break;
	}
	if (n)
		errno = errno ? errno : n < 0 ? EBADMSG : EFBIG;
	if (gzclose(file) != Z_OK && !errno)
		errno = EBADMSG;
	if (!errno)
		return text;
	free(text);
	return NULL;
}

char *emu_document_load(const char *path, size_t *len,
			struct emu_problem *problem)
{
	char *text;

	errno = 0;
	text = read_file(path, len);
	if (!text)
		snprintf(problem->text, sizeof(problem->text),
			 "%.160s cannot be read: %s", path,
			 strerror(errno ? errno : ENOMEM));
	return text;
}
