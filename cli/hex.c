// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Reading bytes: hex digits from arguments, a file or standard input. */
#include "hex.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_TEXT (16u << 20)
#define MOST_DUMP (1u << 30)

static const char digits[] = "0123456789abcdefABCDEF";

const char *source_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

static const struct text_kind hex_kind = { "hex digits", "hex digits" };

static int fail_file(struct invocation *invocation, const char *path,
		     const struct text_kind *kind, int error)
{
	char hint[160];

	snprintf(hint, sizeof(hint),
		 "give %s, the name of a file that holds %s, or - for standard input",
		 kind->word, kind == &hex_kind ? "some" : kind->content);
	if (error == ENOENT)
		return fail_usage(invocation, "no-file", hint,
				  "'%.100s' is neither %s nor a file",
				  path, kind->word);
	return fail(invocation, EXIT_SYSTEM, "no-access", NULL,
		    "%.200s cannot be read: %s", source_name(path),
		    strerror(error));
}

static FILE *open_text(struct invocation *invocation, const char *path,
		       const struct text_kind *kind)
{
	struct stat status;
	char hint[80];
	FILE *file;

	if (!strcmp(path, "-"))
		return stdin;
	if (!stat(path, &status) && S_ISDIR(status.st_mode)) {
		snprintf(hint, sizeof(hint), "give a file that holds %s",
			 kind->content);
		fail_usage(invocation, "is-folder", hint, "%.200s is a directory", path);
		return NULL;
	}
	file = fopen(path, "re");
	if (!file)
		fail_file(invocation, path, kind, errno);
	return file;
}

static char *read_all(struct invocation *invocation, FILE *file,
		      const char *path, const struct text_kind *kind)
{
	size_t room = 4096, used = 0;
	char *text = malloc(room);

	while (text) {
		used += fread(text + used, 1, room - 1 - used, file);
		if (used < room - 1 || room > MOST_TEXT)
			break;
		char *more = realloc(text, room *= 2);

		if (!more)
			free(text);
		text = more;
	}
	if (!text) {
		fail_memory(invocation);
		return NULL;
	}
	text[used] = 0;
	if (ferror(file))
		fail_file(invocation, path, kind, errno ? errno : EIO);
	else if (room > MOST_TEXT)
		fail_usage(invocation, "too-long", NULL,
			   "%.200s is longer than %u MiB", source_name(path),
			   MOST_TEXT >> 20);
	else if (strlen(text) != used)
		fail_usage(invocation, "not-hex",
			   kind == &hex_kind ?
			   "turn it into hex digits first: xxd -p FILE" : NULL,
			   "%.200s is not text: it holds a NUL byte at %zu",
			   source_name(path), strlen(text));
	else
		return text;
	free(text);
	return NULL;
}

static void close_text(FILE *file)
{
	if (file && file != stdin)
		fclose(file);
}

char *read_text(struct invocation *invocation, const char *path,
		const struct text_kind *kind)
{
	FILE *file = open_text(invocation, path, kind);
	char *text;

	if (!file)
		return NULL;
	text = read_all(invocation, file, path, kind);
	close_text(file);
	return text;
}

static int fail_digits(struct invocation *invocation, const char *source,
		       const char *token, size_t length)
{
	size_t bad = strspn(token, digits);

	if (bad < length)
		return fail_usage(invocation, "not-hex", NULL,
				  "%.100s has '%c' in '%.*s', which is no hex digit",
				  source, isprint((u8)token[bad]) ? token[bad] : '?',
				  length > 40 ? 40 : (int)bad + 1, token);
	return fail_usage(invocation, "odd-hex",
			  "each byte is two digits: is one missing?",
			  "%.100s ends in the middle of a byte: '%.*s' has %zu hex digit%s",
			  source, length > 40 ? 40 : (int)length, token, length,
			  length == 1 ? "" : "s");
}

static int take_token(struct invocation *invocation, const char *source,
		      const char *token, size_t length, struct bytes *bytes)
{
	if (length > 2 && !strncasecmp(token, "0x", 2)) {
		token += 2;
		length -= 2;
	}
	if (strspn(token, digits) < length || length % 2)
		return fail_digits(invocation, source, token, length);
	if (bytes->n + length / 2 > HEX_MOST_BYTES)
		return fail_usage(invocation, "too-long", NULL,
				  "%.100s is longer than any mailbox (%u bytes)",
				  source, HEX_MOST_BYTES);
	for (size_t i = 0; i < length; i += 2) {
		char pair[3] = { token[i], token[i + 1], 0 };

		bytes->data[bytes->n++] = strtoul(pair, NULL, 16);
	}
	return 0;
}

/* "00000010: 0000 0001  ....": the digits end at two spaces. */
static const char *skip_xxd_offset(const char *line, size_t *length)
{
	size_t offset = strspn(line, digits);
	const char *end;

	if (!offset || offset >= *length || line[offset] != ':')
		return line;
	line += offset + 1;
	*length -= offset + 1;
	while (*length && *line == ' ') {
		line++;
		(*length)--;
	}
	end = memmem(line, *length, "  ", 2);
	if (end)
		*length = end - line;
	return line;
}

static int take_line(struct invocation *invocation, const char *source,
		     const char *line, size_t length, struct bytes *bytes)
{
	const char *end;

	line = skip_xxd_offset(line, &length);
	end = line + length;
	while (line < end) {
		size_t token = strcspn(line, " \t\r\n");

		if (line + token > end)
			token = end - line;
		if (token && take_token(invocation, source, line, token, bytes))
			return -1;
		line += token + 1;
	}
	return 0;
}

/* Append what a text holds; there is room for half of its length. */
static int take_text(struct invocation *invocation, const char *source,
		     const char *text, struct bytes *bytes)
{
	u8 *more = realloc(bytes->data, bytes->n + strlen(text) / 2 + 1);

	if (!more)
		return fail_memory(invocation);
	bytes->data = more;
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (take_line(invocation, source, text, length, bytes))
			return -1;
		text += length;
		text += *text == '\n';
	}
	return 0;
}

/* Closes the file, which may be NULL: then it has been said why. */
static int take_file(struct invocation *invocation, FILE *file,
		     const char *path, struct bytes *bytes)
{
	char *text = file ? read_all(invocation, file, path, &hex_kind) : NULL;
	int result;

	close_text(file);
	if (!text)
		return -1;
	result = take_text(invocation, source_name(path), text, bytes);
	free(text);
	if (!result && !bytes->n)
		return fail_usage(invocation, "empty",
				  "give hex digits, a file or - for standard input",
				  "%.200s is empty", source_name(path));
	return result;
}

/* Whether a word can only be the name of a file. */
static bool names_file(const char *word)
{
	if (!strcmp(word, "-") || strchr(word, '/'))
		return true;
	if (!strncasecmp(word, "0x", 2))
		word += 2;
	return word[strspn(word, "0123456789abcdefABCDEF: \t\r\n.xX")] &&
	       (!access(word, F_OK) || !isxdigit((u8)word[0]));
}

/* The file that all comes from, "-" for standard input; NULL: from words. */
static const char *only_file(const struct invocation *invocation, size_t first)
{
	if (invocation->n_words <= first)
		return "-";
	return invocation->n_words == first + 1 &&
	       names_file(invocation->words[first]) ?
	       invocation->words[first] : NULL;
}

/* Nobody types a dump: a word that is the name of a file is that file. */
static const char *only_dump(const struct invocation *invocation, size_t first)
{
	struct stat status;

	return invocation->n_words == first + 1 &&
	       !stat(invocation->words[first], &status) &&
	       S_ISREG(status.st_mode) ? invocation->words[first] :
	       only_file(invocation, first);
}

static FILE *open_hex(struct invocation *invocation, size_t first,
		      const char *path)
{
	if (invocation->n_words > first || !isatty(STDIN_FILENO))
		return open_text(invocation, path, &hex_kind);
	fail_usage(invocation, "missing-argument",
		   "give hex digits, a file, or - to type them",
		   "%s needs bytes", invocation->command->name);
	return NULL;
}

static int take_words(struct invocation *invocation, size_t first,
		      struct bytes *bytes)
{
	const char *path = only_file(invocation, first);

	if (path)
		return take_file(invocation, open_hex(invocation, first, path),
				 path, bytes);
	for (size_t i = first; i < invocation->n_words; i++)
		if (take_text(invocation, "the hex input", invocation->words[i],
			      bytes))
			return -1;
	if (!bytes->n)
		return fail_usage(invocation, "empty",
				  "give hex digits, a file or - for standard input",
				  "the hex input is empty");
	return 0;
}

int read_hex(struct invocation *invocation, size_t first, struct bytes *bytes)
{
	*bytes = (struct bytes){ NULL, 0 };
	if (take_words(invocation, first, bytes) == 0)
		return 0;
	free(bytes->data);
	bytes->data = NULL;
	return -1;
}

/* As long as a dump may be; of a pipe nobody knows before how long it is. */
static int read_all_bytes(struct invocation *invocation, FILE *file,
			  const char *path, struct bytes *bytes)
{
	for (size_t room = 65536; room <= MOST_DUMP; room *= 2) {
		u8 *more = realloc(bytes->data, room);

		if (!more)
			return fail_memory(invocation);
		bytes->data = more;
		bytes->n += fread(more + bytes->n, 1, room - bytes->n, file);
		if (ferror(file))
			return fail_file(invocation, path, &hex_kind,
					 errno ? errno : EIO);
		if (bytes->n < room)
			return 0;
	}
	return fail_usage(invocation, "too-long", NULL,
			  "%.200s is longer than any dump", source_name(path));
}

int read_dump(struct invocation *invocation, size_t first,
	      struct bytes *bytes)
{
	const char *path = only_dump(invocation, first);
	FILE *file;
	int result;

	if (!path)
		return read_hex(invocation, first, bytes);
	*bytes = (struct bytes){ NULL, 0 };
	file = open_hex(invocation, first, path);
	if (!file || ungetc(fgetc(file), file)) {
		result = take_file(invocation, file, path, bytes);
	} else {
		result = read_all_bytes(invocation, file, path, bytes);
		close_text(file);
	}
	if (result)
		free(bytes->data);
	return result;
}
