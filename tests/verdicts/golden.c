// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Reading and writing golden verdicts. */
#include <stdlib.h>

#include "golden.h"

const char *const golden_kinds[GOLDEN_N_KINDS] = {
	"", "needs", "redacts", "flips", "in-lengths", "out-lengths",
};

const char *const golden_capabilities[4] = { "none", "admin", "rawio", "all" };
const char *const golden_lockdowns[3] = {
	"none", "integrity", "confidentiality",
};

static int index_of(const char *word, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* A mailbox has its own allocation: reading past it is what ASan looks for. */
static bool parse_mailbox(struct golden_case *one, const char *hex)
{
	const char *plus = strchr(hex, '+');
	u32 digits = plus ? (u32)(plus - hex) : (u32)strlen(hex);
	u32 zeros = plus ? strtoul(plus + 1, NULL, 10) : 0;

	if (!strcmp(hex, "-"))
		digits = 0;
	one->in_len = digits / 2 + zeros;
	one->in = calloc(1, one->in_len ? one->in_len : 1);
	if (!one->in || digits % 2)
		return false;
	for (u32 i = 0; i < digits / 2; i++) {
		int high = nibble(hex[2 * i]);
		int low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		one->in[i] = high << 4 | low;
	}
	return true;
}

static bool parse_who(struct golden_case *one, char **words)
{
	int capabilities = index_of(words[2], golden_capabilities, 4);
	int lockdown = index_of(words[3], golden_lockdowns, 3);

	one->label = *words[0] == '-' ? -1 : atoi(words[0]);
	one->classes = strtoul(words[1], NULL, 16);
	one->capabilities = capabilities;
	one->lockdown = lockdown;
	return capabilities >= 0 && lockdown >= 0;
}

static bool parse_case(struct golden_case *one, char *line)
{
	char *arrow = strstr(line, " -> ");
	char *words[8] = { NULL };
	char **from = words;
	int kind, n = 0;

	if (!arrow)
		return false;
	*arrow = '\0';
	one->expected = strdup(arrow + 4);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		if (n < 8)
			words[n++] = word;
	kind = n ? index_of(words[0], golden_kinds, GOLDEN_N_KINDS) : -1;
	if (kind > 0) {
		one->kind = kind;
		from++;
		n--;
	}
	if (n != 6 || !parse_who(one, from))
		return false;
	one->out_len = strtoul(from[5], NULL, 10);
	return parse_mailbox(one, from[4]);
}

static struct golden_case *new_case(struct golden_set *set)
{
	if (set->n_cases == set->room) {
		u32 room = set->room ? 2 * set->room : 1024;
		struct golden_case *more =
			realloc(set->cases, room * sizeof(*more));

		if (!more)
			return NULL;
		set->cases = more;
		set->room = room;
	}
	return memset(&set->cases[set->n_cases++], 0, sizeof(*set->cases));
}

static bool load_line(struct golden_set *set, struct golden_session *session,
		      char *line)
{
	struct golden_case *one;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#' || session_line(session, line))
		return true;
	one = new_case(set);
	if (!one)
		return false;
	one->session = session;
	return parse_case(one, line);
}

bool golden_load(struct golden_set *set, const char *path)
{
	struct golden_session *session = calloc(1, sizeof(*session));
	FILE *file = fopen(path, "r");
	u32 before = set->n_cases;
	char *line = NULL;
	size_t room = 0;
	bool good = file && session;

	for (u32 n = 1; good && getline(&line, &room, file) > 0; n++) {
		u32 cases = set->n_cases;

		good = load_line(set, session, line);
		if (!good)
			fprintf(stderr, "%s:%u: not a golden line\n", path, n);
		if (set->n_cases > cases) {
			set->cases[cases].line = n;
			set->cases[cases].file = path;
		}
	}
	if (!file)
		perror(path);
	else
		fclose(file);
	free(line);
	if (set->n_cases == before)
		free(session);
	return good && set->n_cases > before;
}

void golden_free(struct golden_set *set)
{
	struct golden_session *session = NULL;

	for (u32 i = 0; i < set->n_cases; i++) {
		if (set->cases[i].session != session)
			free(session);
		session = set->cases[i].session;
		free(set->cases[i].in);
		free(set->cases[i].expected);
	}
	free(session);
	free(set->cases);
	memset(set, 0, sizeof(*set));
}

static void print_mailbox(FILE *file, const u8 *in, u32 in_len)
{
	u32 used = in_len;

	while (used && !in[used - 1])
		used--;
	for (u32 i = 0; i < used; i++)
		fprintf(file, "%02x", in[i]);
	if (used < in_len)
		fprintf(file, "+%u", in_len - used);
	if (!in_len)
		fputs("-", file);
}

void golden_print_question(FILE *file, const struct golden_case *one)
{
	if (one->kind)
		fprintf(file, "%s ", golden_kinds[one->kind]);
	if (one->label < 0)
		fputs("- ", file);
	else
		fprintf(file, "%d ", one->label);
	fprintf(file, "%02x %s %s ", one->classes,
		golden_capabilities[one->capabilities],
		golden_lockdowns[one->lockdown]);
	print_mailbox(file, one->in, one->in_len);
	fprintf(file, " %u", one->out_len);
}
