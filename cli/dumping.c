// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "dumping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "dump.h"
#include "number.h"
#include "output.h"
#include "session.h"
#include "text.h"

#define PAGE 4096u
#define MOST_MEMORY (64u << 20)	/* that can be registered at once */
#define MOST_DUMP (64ull << 30)

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	(void)error;	/* the invocation has it */
	return session_exec(handle, in, in_len, out, out_len);
}

static int register_memory(void *handle, void *addr, uint64_t len,
			   uint32_t *id, struct mlx5ctl_error *error)
{
	(void)error;
	return session_register_memory(handle, addr, len, id);
}

static int unregister_memory(void *handle, uint32_t id,
			     struct mlx5ctl_error *error)
{
	(void)error;
	return session_unregister_memory(handle, id);
}

static const struct mlx5ctl_transport door = {
	.exec = exec,
	.register_memory = register_memory,
	.unregister_memory = unregister_memory,
};

/* Whoever takes a piece. */
struct taker {
	struct invocation *invocation;
	struct dumping *dumping;
	size_t room;		/* of the invocation's bytes */
};

static bool shows_progress(const struct invocation *invocation)
{
	return invocation->output == OUTPUT_TEXT && isatty(STDERR_FILENO);
}

static int keep(struct taker *taker, const void *bytes, u32 len)
{
	struct invocation *invocation = taker->invocation;
	size_t room = taker->room ? taker->room : 65536;
	u8 *more;

	while (room - invocation->n_bytes < len)
		room *= 2;
	if (room > taker->room) {
		more = realloc(invocation->bytes, room);
		if (!more)
			return fail_memory(invocation);
		invocation->bytes = more;
		taker->room = room;
	}
	memcpy(invocation->bytes + invocation->n_bytes, bytes, len);
	invocation->n_bytes += len;
	return 0;
}

static int take(void *context, const void *bytes, uint32_t len)
{
	struct taker *taker = context;
	struct save *save = &taker->dumping->save;

	if (taker->dumping->keeps_bytes && keep(taker, bytes, len))
		return -1;
	if (save_write(taker->invocation, save, bytes, len))
		return -1;
	if (shows_progress(taker->invocation))
		fprintf(stderr, "\r%.1f MiB ", save->length / 1048576.0);
	return 0;
}

/* What stops a dump half way is no failure: what was read is kept. */
static int judge_end(struct invocation *invocation, struct dumping *dumping,
		     int ret, struct mlx5ctl_error *error)
{
	struct failure *failure = &invocation->failure;
	static const char more[] = "--most=SIZE takes more";
	bool is_given_up = false;
	bool is_ours = failure->happened && failure->status != EXIT_DEVICE &&
		       failure->status != EXIT_SYSTEM;

	/* After a whole dump only its objects can have been refused to go. */
	if (!ret)
		*failure = (struct failure){ .happened = false };
	if (!ret || ret == 1)
		return ret;
	if (!failure->happened) {
		error->code = ret;
		fail_device(invocation, error);
		is_given_up = ret == -EFBIG;
	}
	if (is_given_up)
		snprintf(failure->hint, sizeof(failure->hint), "%s", more);
	if (!dumping->length || is_ours || !strcmp(failure->code, "no-memory") ||
	    !strcmp(failure->code, "no-access"))
		return -1;
	snprintf(dumping->problem, sizeof(dumping->problem), "%.200s%s%s",
		 failure->message, is_given_up ? "; " : "",
		 is_given_up ? more : "");
	*failure = (struct failure){ .happened = false };
	return 0;
}

static void hint_function(struct invocation *invocation, u16 vhca_id)
{
	struct failure *failure = &invocation->failure;

	if (vhca_id && failure->status == EXIT_DEVICE && !failure->hint[0])
		snprintf(failure->hint, sizeof(failure->hint),
			 "is there a function %u, and may this one dump it?",
			 vhca_id);
}

static int run(struct invocation *invocation, struct dumping *dumping,
	       const struct mlx5ctl_dump_request *request, u16 vhca_id)
{
	struct taker taker = { invocation, dumping };
	struct mlx5ctl_dump dump = {
		.memory = dumping->memory,
		.most = dumping->most,
		.take = take,
		.context = &taker,
	};
	struct mlx5ctl_error error = { 0 };
	int ret;

	if (save_begin(invocation, &dumping->save, dumping->path))
		return -1;
	free(invocation->bytes);
	invocation->bytes = NULL;
	invocation->n_bytes = 0;
	ret = request ?
	      dump_resources(&door, invocation, request, &dump, &error) :
	      dump_core(&door, invocation, vhca_id, &dump, &error);
	if (shows_progress(invocation) && dump.length)
		fputs("\r\033[K", stderr);
	dumping->length = dump.length;
	dumping->rounds = dump.rounds;
	ret = judge_end(invocation, dumping, ret, &error);
	if (ret < 0)
		hint_function(invocation, vhca_id);
	return ret;
}

int dumping_resources(struct invocation *invocation, struct dumping *dumping,
		      const struct mlx5ctl_dump_request *request)
{
	int result = run(invocation, dumping, request, request->vhca_id);

	if (result >= 0 || !dumping->memory ||
	    strcmp(invocation->failure.code, "unsupported"))
		return result;
	invocation->failure = (struct failure){ .happened = false };
	dumping_free(dumping);
	dumping->memory = 0;
	return run(invocation, dumping, request, request->vhca_id);
}

int dumping_core(struct invocation *invocation, struct dumping *dumping,
		 u16 vhca_id)
{
	return run(invocation, dumping, NULL, vhca_id);
}

int dumping_end(struct invocation *invocation, struct dumping *dumping,
		struct json_object *to)
{
	u8 digest[SHA256_DIGEST_LENGTH];

	if (save_end(invocation, &dumping->save, !dumping->problem[0]))
		return -1;
	SHA256Final(digest, &dumping->save.hash);
	put_text(to, "by", dumping->memory ? "memory" : "inline");
	put_number(to, "rounds", dumping->rounds);
	put_number(to, "length", dumping->length);
	put_hex(to, "sha256", digest, sizeof(digest));
	put_text(to, "file", dumping->save.path);
	put_bool(to, "complete", !dumping->problem[0]);
	put_text(to, "problem", dumping->problem[0] ? dumping->problem : NULL);
	if (!dumping->problem[0])
		return 0;
	invocation->status = EXIT_FINDING;
	if (invocation->output == OUTPUT_JSON ||
	    invocation->output == OUTPUT_JSONL)
		return 0;
	fputs("mlx5ctl: the dump is incomplete: ", stderr);
	print_safe(stderr, dumping->problem);
	fputc('\n', stderr);
	return 0;
}

void dumping_free(struct dumping *dumping)
{
	save_free(&dumping->save);
}

/* "4M", "64K" or bytes. */
static int parse_size(const char *text, u64 *bytes)
{
	size_t length = strlen(text);
	char digits[24];
	u64 unit = 1;

	if (!length || length >= sizeof(digits))
		return -1;
	if (text[length - 1] == 'K' || text[length - 1] == 'k')
		unit = 1 << 10;
	else if (text[length - 1] == 'M')
		unit = 1 << 20;
	snprintf(digits, sizeof(digits), "%.*s", (int)(length - (unit > 1)),
		 text);
	if (parse_number(digits, UINT32_MAX, bytes))
		return -1;
	*bytes *= unit;
	return 0;
}

static int option_size(struct invocation *invocation, const char *name,
		       u64 most, u32 step, u64 *bytes)
{
	const char *text = option_value(invocation, name);

	if (!text || (!parse_size(text, bytes) && *bytes && *bytes <= most &&
		      *bytes % step == 0))
		return 0;
	return fail_usage(invocation, "bad-number", NULL,
			  "--%s takes bytes, K or M: %u to %lluM in steps of %u, not '%.40s'",
			  name, step, (unsigned long long)most >> 20, step,
			  text);
}

int dumping_options(struct invocation *invocation, struct dumping *dumping)
{
	const char *umem = option_value(invocation, "umem");
	u64 kilobytes = DUMPING_MEMORY >> 10;
	u64 memory;

	dumping->most = DUMPING_MOST;
	if (option_given(invocation, "size") && umem)
		return fail_usage(invocation, "twice", NULL,
				  "--size and --umem are the same, and both are given");
	if (umem && (parse_number(umem, MOST_MEMORY >> 10, &kilobytes) ||
		     !kilobytes || kilobytes % (PAGE >> 10)))
		return fail_usage(invocation, "bad-number", NULL,
				  "--umem takes kilobytes: 4 to %u in steps of 4, not '%.40s'",
				  MOST_MEMORY >> 10, umem);
	memory = kilobytes << 10;
	if (option_size(invocation, "size", MOST_MEMORY, PAGE, &memory) ||
	    option_size(invocation, "most", MOST_DUMP, 1, &dumping->most))
		return -1;
	dumping->memory = memory;
	return 0;
}

void show_dumping(const struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	u64 rounds = get_number(data, "rounds");

	printf("%llu bytes in %llu round%s, %s%s\n",
	       (unsigned long long)get_number(data, "length"),
	       (unsigned long long)rounds, rounds == 1 ? "" : "s",
	       strcmp(get_text(data, "by"), "memory") ? "inline" :
	       "through memory",
	       get_bool(data, "complete") ? "" : ": incomplete");
	printf("sha256 %s\n", get_text(data, "sha256"));
	if (!get(data, "file"))
		return;
	fputs("written to ", stdout);
	print_safe(stdout, get_text(data, "file"));
	putchar('\n');
}
