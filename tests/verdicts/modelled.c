// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * modelled REFUSED [DONE]: what the judge lets pass, the firmware model
 * executes, or refuses as a line of REFUSED says. In TAP, without its plan.
 */
#include <fnmatch.h>
#include <stdlib.h>

#include "base.h"
#include "firmware.h"
#include "syndromes.h"

#define MAX_LINES 512
#define MAX_NAME 160
#define FREE_FIELDS 4

/* NAME (a pattern, with _ for spaces and / between rows) SYNDROME REASON */
struct line {
	char name[MAX_NAME];
	char syndrome[40];
	bool seen;
};

struct walked {
	struct emu_personality *personality;
	struct line lines[MAX_LINES];
	u32 n_lines;
	u32 executed;
	u32 refused;
	u32 failures;
};

static bool read_lines(struct walked *walked, const char *path)
{
	FILE *file = fopen(path, "r");
	char text[1024];

	if (!file) {
		perror(path);
		return false;
	}
	while (fgets(text, sizeof(text), file)) {
		struct line *line = &walked->lines[walked->n_lines];
		char reason[2];

		if (text[0] == '#' || text[0] == '\n')
			continue;
		if (walked->n_lines == MAX_LINES ||
		    sscanf(text, "%159s %39s %1s", line->name, line->syndrome,
			   reason) != 3) {
			fprintf(stderr, "%s: no such line: %s", path, text);
			fclose(file);
			return false;
		}
		walked->n_lines++;
	}
	fclose(file);
	return true;
}

static const char *name_of(u32 syndrome)
{
	switch ((enum emu_failure)syndrome) {
	case EMU_DONE:
		return "DONE";
#define CASE(name, value, status) case name: return &#name[4];
	EMU_FAILURES(CASE)
#undef CASE
	}
	return "unknown";
}

static void name_rows(const struct base *base, char *name)
{
	size_t at = 0;

	for (u32 i = 0; i < base->depth; i++)
		at += snprintf(name + at, MAX_NAME - at, "%s%s", i ? "/" : "",
			       base->path[i]->name);
	for (; *name; name++)
		if (*name == ' ')
			*name = '_';
}

/* The first line for this row; with a syndrome, for that one. */
static struct line *find_line(struct walked *walked, const char *name,
			      const char *got)
{
	for (u32 i = 0; i < walked->n_lines; i++) {
		struct line *line = &walked->lines[i];

		if (!fnmatch(line->name, name, 0) &&
		    (!got || !strcmp(line->syndrome, got)))
			return line;
	}
	return NULL;
}

static void fail(struct walked *walked, const char *name, const char *got,
		 const char *what)
{
	printf("# %s: %s, %s\n", name, got, what);
	walked->failures++;
}

/* The outbox is as long as the row lets it be, so that any answer fits. */
static u32 out_length(const struct base *base)
{
	u32 len = 8192;

	for (u32 i = 0; i < base->depth; i++) {
		u32 max = base->path[i]->out.max;

		if (max && max < len)
			len = max & ~3u;
	}
	return len;
}

static u32 ask(struct emu_device *device, const struct base *base)
{
	u8 out[8192];

	if (emu_exec(device, base->one.in, base->one.in_len, out,
		     out_length(base)))
		abort();
	return (u32)out[4] << 24 | out[5] << 16 | out[6] << 8 | out[7];
}

/* Bit n of `which`: the nth field that the judge lets be anything. */
static void set_free_fields(const struct base *base, u32 which, u32 value)
{
	u32 n = 0;

	for (u32 i = 0; i < base->depth; i++) {
		const struct policy_rule *rule = base->path[i];

		for (u32 k = 0; k < rule->n_checks; k++) {
			struct prm_bits at = rule->checks[k].at;

			if (rule->checks[k].kind != POLICY_ANY ||
			    at.width > 32 ||
			    !strcmp(rule->checks[k].name, "register_id") ||
			    !strcmp(rule->checks[k].name, "obj_type"))
				continue;
			at.offset += base->tables[i]->origin * 8;
			if (!prm_set(base->one.in, GOLDEN_FAR, at,
				     which >> n & 1 &&
				     !((u64)value >> at.width) ? value : 0))
				abort();
			n++;
		}
	}
}

/* What is absent by the number 0 may be there by another one. */
static u32 ask_for_another(struct emu_device *device, const struct base *base)
{
	u32 syndrome = EMU_UNKNOWN_OBJECT;

	for (u32 value = 1; value < 0x420 && syndrome; value++)
		for (u32 which = 1; which < 1u << FREE_FIELDS && syndrome;
		     which++) {
			set_free_fields(base, which, value);
			syndrome = ask(device, base);
		}
	return syndrome;
}

static bool is_absent(u32 syndrome)
{
	return syndrome == EMU_UNKNOWN_OBJECT ||
	       syndrome == EMU_UNKNOWN_INSTANCE;
}

static u32 ask_model(const struct walked *walked, const struct base *base)
{
	struct emu_device *device = emu_create(walked->personality);
	u32 syndrome, other;

	if (!device)
		abort();
	syndrome = ask(device, base);
	if (is_absent(syndrome) && base->depth <= 2) {
		other = ask_for_another(device, base);
		syndrome = other ? syndrome : other;
	}
	emu_destroy(device);
	return syndrome;
}

static void use(const struct base *base, void *context)
{
	const struct golden_case *one = &base->one;
	struct walked *walked = context;
	char name[MAX_NAME];
	const char *got;
	struct line *line;

	if (golden_judge(one, one->in, one->in_len, one->out_len).reason !=
	    POLICY_ALLOWED)
		return;
	name_rows(base, name);
	got = name_of(ask_model(walked, base));
	if (!strcmp(got, "DONE")) {
		walked->executed++;
		line = find_line(walked, name, NULL);
		if (line && !strcmp(line->name, name))
			fail(walked, name, got, "though listed as refused");
		return;
	}
	walked->refused++;
	line = find_line(walked, name, got);
	if (line)
		line->seen = true;
	if (!strcmp(got, "UNKNOWN_OPCODE"))
		fail(walked, name, got, "which is no deliberate answer");
	else if (!line)
		fail(walked, name, got, "and no line says why");
}

static void check_lines(struct walked *walked)
{
	for (u32 i = 0; i < walked->n_lines; i++)
		if (!walked->lines[i].seen)
			fail(walked, walked->lines[i].name, "listed",
			     "but no row is refused so");
}

int main(int argc, char **argv)
{
	u32 number = 1 + (argc > 2 ? strtoul(argv[2], NULL, 10) : 0);
	static struct golden_session session;
	static struct walked walked;
	struct emu_problem problem;

	walked.personality = emu_personality_shipped(NULL, &problem);
	if (argc < 2 || !walked.personality || !read_lines(&walked, argv[1]))
		return 2;
	session_fixed(&session, false);
	session.policy.vhca_id = 0;
	base_each(&session, use, &walked);
	check_lines(&walked);
	if (walked.executed < 200)
		fail(&walked, "the walk", "short", "it has not begun");
	printf("# executed %u, refused %u\n", walked.executed, walked.refused);
	printf("%sok %u - what passes the judge is executed, or refused for a reason that is listed\n",
	       walked.failures ? "not " : "", number);
	emu_personality_free(walked.personality);
	return !!walked.failures;
}
