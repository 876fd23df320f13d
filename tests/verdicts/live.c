// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * live DEVICE FILE...: ask the driver what golden lines ask, and this program's
 * own judge beside it; they have to agree. Refusals are refusals when the
 * command is sent, too, with the capabilities that the line gives the caller;
 * at the end one command of each row is sent, with those that it needs and no
 * more: executed, or refused where lockdown closes it. Prints TAP; for root.
 *
 * The file has PDs, umems and an mkey, whose ids take the place of the golden
 * session's. What is left of that session, such as another vhca_id, changes
 * some answers: how many are as golden is said.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../uapi/mlx5ctl.h"
#include "live.h"

#define SHOWN 10
#define ROWS 4096
#define LONGER 64	/* bytes that an inbox is tried to be longer by */

struct count {
	u32 asked, golden, refused, differ;
};

static u32 kernel_mask(u32 capabilities)
{
	return (capabilities & POLICY_CAP_SYS_ADMIN ? 1u << CAP_SYS_ADMIN : 0) |
	       (capabilities & POLICY_CAP_SYS_RAWIO ? 1u << CAP_SYS_RAWIO : 0);
}

/* Where an allowed command's position is, nobody asks. */
static bool agrees(const struct mlx5ctl_explain *said,
		   const struct policy_match *match,
		   const struct policy_verdict *verdict)
{
	const char *rule = verdict->rule ? verdict->rule->name : "";

	if (said->reason != (u32)verdict->reason ||
	    strncmp(said->rule, rule, sizeof(said->rule) - 1))
		return false;
	if (match->verdict.reason != POLICY_ALLOWED)
		return said->byte == verdict->byte && said->bit == verdict->bit;
	return said->class_bit == (u32)match->class &&
	       said->capabilities == kernel_mask(match->capabilities) &&
	       said->lockdown == (u32)match->closed_at &&
	       said->taints == match->taints;
}

/* The driver and the judge about one mailbox; what the judge says, in *match. */
static bool ask(const struct live *live, int file,
		const struct golden_case *one, u32 in_len, u32 out_len,
		struct policy_match *match)
{
	const struct policy_session nothing = {
		.page_shift = 12,
		.vhca_id = live->session.policy.vhca_id,
	};
	const struct policy_answers answers = {
		.capabilities = ~0u,
		.label_classes = one->label < 0 ?
			POLICY_ALL_CLASSES : policy_labels[one->label].classes,
		.narrowed_to = one->classes,
	};
	struct mlx5ctl_explain said = {
		.in = (uintptr_t)one->in,
		.inlen = in_len,
		.outlen = out_len,
		.label = one->label < 0 ? MLX5CTL_NO_LABEL : (u32)one->label,
	};
	struct policy_verdict verdict;

	*match = policy_match(one->in, in_len, out_len, file == live->file ?
			      &live->session.policy : &nothing);
	verdict = policy_decide(match, &answers);
	if (ioctl(file, MLX5CTL_IOCTL_EXPLAIN, &said)) {
		perror("EXPLAIN");
		return false;
	}
	return agrees(&said, match, &verdict);
}

static int errno_of(enum policy_reason reason)
{
	if (reason == POLICY_ALLOWED)
		return 0;
	return reason == POLICY_CAPABILITY || reason == POLICY_LOCKED_DOWN ?
	       EPERM : EBADMSG;
}

/* What sending it to a file of these classes ends with; without a label. */
static int errno_for(const struct policy_match *match, u32 capabilities,
		     enum policy_lockdown lockdown, u32 classes)
{
	const struct policy_answers answers = {
		.capabilities = capabilities,
		.lockdown = lockdown,
		.label_classes = POLICY_ALL_CLASSES,
		.narrowed_to = classes,
	};

	return errno_of(policy_decide(match, &answers).reason);
}

static bool can_be_sent(const struct golden_case *one)
{
	return one->in_len >= MLX5CTL_MIN_BYTES &&
	       one->in_len <= MLX5CTL_MAX_BYTES &&
	       one->out_len >= MLX5CTL_MIN_BYTES &&
	       one->out_len <= MLX5CTL_MAX_BYTES;
}

/* Send what is refused; a label is none of this interface's. */
static bool is_refused(const struct live *live, int file,
		       const struct golden_case *one,
		       const struct policy_match *match, struct count *count)
{
	int error = errno_for(match, one->capabilities, one->lockdown,
			      one->classes);
	u8 *out;
	bool good;

	if (!error || one->label >= 0 || one->lockdown != live->lockdown)
		return true;
	if (!can_be_sent(one))
		error = EINVAL;
	out = malloc(one->out_len + 1);
	live_hold(one->capabilities);
	good = out && live_send(file, one->in, one->in_len, out, one->out_len) == error;
	live_hold(~0u);
	free(out);
	count->refused++;
	return good;
}

/* Those that were closed count until the device has taken them back. */
static int open_in_time(const char *path)
{
	int file;

	for (int tries = 0; tries < 300; tries++) {
		file = open(path, O_RDWR);
		if (file >= 0 || errno != ENOSPC)
			break;
		usleep(100000);
	}
	return file;
}

/* A file of which the line gave some classes up. */
static int open_narrowed(const struct live *live, u32 classes)
{
	struct mlx5ctl_narrow narrow = { .classes = classes };
	int file;

	if (classes == POLICY_ALL_CLASSES)
		return live->file;
	file = open_in_time(live->path);
	if (file < 0 || ioctl(file, MLX5CTL_IOCTL_NARROW, &narrow) ||
	    narrow.classes != classes) {
		perror("a narrowed file");
		exit(1);
	}
	return file;
}

static bool ask_verdict(const struct live *live,
			const struct golden_case *one, struct count *count)
{
	int file = open_narrowed(live, one->classes);
	struct policy_match match;
	bool good = ask(live, file, one, one->in_len, one->out_len, &match) &&
		    is_refused(live, file, one, &match, count);

	if (file != live->file)
		close(file);
	return good;
}

/* Each bit flipped alone, as the line has it. */
static bool ask_flips(const struct live *live,
		      const struct golden_case *one, struct count *count)
{
	struct policy_match match;
	bool good = true;

	for (u32 bit = 16; bit < one->in_len * 8; bit++) {
		if (bit >= 288 * 8 && bit % 32 != bit / 32 % 32)
			continue;
		one->in[bit / 8] ^= 0x80 >> bit % 8;
		good &= ask(live, live->file, one, one->in_len,
			    one->out_len, &match);
		one->in[bit / 8] ^= 0x80 >> bit % 8;
		count->asked++;
	}
	return good;
}

static bool ask_in_lengths(const struct live *live,
			   const struct golden_case *one, struct count *count)
{
	struct golden_case longer = *one;
	struct policy_match match;
	bool good = true;

	longer.in = calloc(1, one->in_len + LONGER);
	if (!longer.in)
		abort();
	memcpy(longer.in, one->in, one->in_len);
	for (u32 n = 0; n <= one->in_len + LONGER; n += n < 64 ? 1 : 4) {
		good &= ask(live, live->file, &longer, n, one->out_len,
			    &match);
		count->asked++;
	}
	free(longer.in);
	return good;
}

static bool ask_out_lengths(const struct live *live,
			    const struct golden_case *one, struct count *count)
{
	struct policy_match match;
	bool good = true;

	for (u32 n = 0; n <= one->out_len + LONGER; n += n < 64 ? 1 : 4) {
		good &= ask(live, live->file, one, one->in_len, n, &match);
		count->asked++;
	}
	return good;
}

static bool ask_case(const struct live *live, const struct golden_case *one,
		     struct count *count)
{
	switch (one->kind) {
	case GOLDEN_VERDICT:
	case GOLDEN_NEEDS:
		count->asked++;
		return ask_verdict(live, one, count);
	case GOLDEN_FLIPS:
		return ask_flips(live, one, count);
	case GOLDEN_IN_LENGTHS:
		return ask_in_lengths(live, one, count);
	case GOLDEN_OUT_LENGTHS:
		return ask_out_lengths(live, one, count);
	case GOLDEN_REDACTS:	/* of a reply, which no question shows */
	case GOLDEN_N_KINDS:
		break;
	}
	return true;
}

/* The same line with the real session: does the judge say what is golden? */
static bool is_golden(struct live *live, const struct golden_case *one)
{
	struct golden_case real = *one;

	real.session = &live->session;
	return golden_holds(&real);
}

static void ask_file(struct live *live, const struct golden_set *set,
		     const char *name, u32 number)
{
	struct count count = { 0 };

	for (u32 i = 0; i < set->n_cases; i++) {
		struct golden_case *one = &set->cases[i];

		if (one->session->policy.is_vf)
			continue;
		live_translate(live, one->in, one->in_len);
		count.golden += is_golden(live, one);
		if (ask_case(live, one, &count) || count.differ++ >= SHOWN)
			continue;
		printf("# %s:%u: ", one->file, one->line);
		golden_print_question(stdout, one);
		printf("\n");
	}
	printf("%s %u - the driver answers as the judge does in %s: %u questions of %u lines, %u as golden, %u sent and refused\n",
	       count.differ || count.golden * 10 < set->n_cases * 8 ? "not ok" :
	       "ok", number, name,
	       count.asked, set->n_cases, count.golden, count.refused);
}

/* A row, by the name of what it allows. */
static bool is_new(const char *rows[], u32 *n, const char *row)
{
	for (u32 i = 0; i < *n; i++)
		if (!strcmp(rows[i], row))
			return false;
	if (*n == ROWS)
		abort();
	rows[(*n)++] = row;
	return true;
}

struct execution {
	const char *rows[ROWS];
	u32 n, executed, failed;
};

static void execute(const struct live *live, const struct golden_case *one,
		    const struct policy_match *match,
		    struct execution *execution)
{
	int wanted = errno_for(match, match->capabilities, live->lockdown,
			       POLICY_ALL_CLASSES);
	u8 *out = malloc(one->out_len);
	int error;

	live_hold(match->capabilities);
	error = out ? live_send(live->file, one->in, one->in_len, out,
				one->out_len) : ENOMEM;
	live_hold(~0u);
	execution->executed += !error;
	if (error != wanted && execution->failed++ < SHOWN)
		printf("# %s:%u: %s\n", one->file, one->line, strerror(error));
	free(out);
}

/* The first command that each row allows; last of all what ends something. */
static void execute_rows(const struct live *live, const struct golden_set *set,
			 u32 number)
{
	static struct execution execution;

	for (u32 i = 0; i < 2 * set->n_cases; i++) {
		const struct golden_case *one = &set->cases[i % set->n_cases];
		bool is_last = i >= set->n_cases;
		struct policy_match match;

		if (one->kind != GOLDEN_VERDICT || one->session->policy.is_vf)
			continue;
		match = policy_match(one->in, one->in_len, one->out_len,
				     &live->session.policy);
		if (match.verdict.reason == POLICY_ALLOWED &&
		    !match.verdict.rule->destroys != is_last &&
		    is_new(execution.rows, &execution.n, one->expected))
			execute(live, one, &match, &execution);
	}
	printf("%s %u - of one command of each of %u rows %u are executed, with what they need\n",
	       execution.failed || !execution.n ? "not ok" : "ok", number,
	       execution.n, execution.executed);
}

int main(int argc, char **argv)
{
	static struct golden_set rows;
	struct live live;

	if (argc < 3 || !live_open(&live, argv[1]))
		return 2;
	for (int i = 2; i < argc; i++) {
		struct golden_set set = { NULL };
		const char *base = strrchr(argv[i], '/');

		base = base ? base + 1 : argv[i];
		if (!golden_load(&set, argv[i]))
			return 2;
		ask_file(&live, &set, base, i - 1);
		if (!strcmp(base, "rows.txt"))
			rows = set;
		else
			golden_free(&set);
	}
	if (rows.n_cases)
		execute_rows(&live, &rows, argc - 1);
	return 0;
}
