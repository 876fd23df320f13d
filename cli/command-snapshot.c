// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl snapshot: everything that reading gives, as one personality, which
 * the emulated device then plays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "dumping.h"
#include "output.h"
#include "personality.h"
#include "prm-offsets.h"
#include "save.h"
#include "session.h"
#include "snapshot.h"
#include "text.h"

/* That it has not what was asked of it; any other error is a failure. */
static const u8 refusals[] = {
	0x02,	/* BAD_OP */
	0x03,	/* BAD_PARAM */
	0x04,	/* BAD_SYS_STATE */
	0x05,	/* BAD_RES */
	0x08,	/* LIM */
	0x09,	/* BAD_RES_STATE */
	0x0a,	/* BAD_INDEX */
	0x0f,	/* NO_RES */
	0x10,	/* BAD_QP_STATE */
	0x50,	/* BAD_INP_LEN */
	0x51,	/* BAD_OUTP_LEN */
};

static void count_no(struct snapshot *snapshot, const struct failure *failure,
		     bool has_it)
{
	bool failed = failure->status == EXIT_DEVICE &&
		      (has_it || !memchr(refusals, failure->device.status,
					 sizeof(refusals)));

	snapshot->failed += failed;
	snapshot->refused += !failed;
}

int snapshot_exec(struct snapshot *snapshot, const void *in, u32 in_len,
		  void *out, u32 out_len)
{
	struct failure failure;
	int result = attempt_exec(snapshot->invocation, in, in_len, out,
				  out_len, &failure);

	snapshot->asked++;
	if (result == ATTEMPT_FAILED)
		count_no(snapshot, &failure, false);
	return result;
}

int snapshot_register(struct snapshot *snapshot, u16 id, void *data, u32 size)
{
	struct failure failure;
	int result = attempt_read_register(snapshot->invocation, id, data,
					   size, &failure);

	snapshot->asked++;
	if (result == ATTEMPT_FAILED)	/* each device has MGIR */
		count_no(snapshot, &failure, id == PRM_REG_MGIR);
	return result;
}

int snapshot_dump(struct snapshot *snapshot,
		  const struct mlx5ctl_dump_request *request)
{
	struct invocation *invocation = snapshot->invocation;
	struct dumping dumping = { .save.fd = -1, .keeps_bytes = true,
				   .memory = DUMPING_MEMORY,
				   .most = DUMPING_MOST };
	int result = dumping_resources(invocation, &dumping, request);

	dumping_free(&dumping);
	if (result < 0 && invocation->failure.status == EXIT_SYSTEM)
		return -1;
	snapshot->asked += dumping.rounds + (result < 0);
	snapshot->failed += dumping.problem[0] != 0;
	if (result < 0)
		count_no(snapshot, &invocation->failure, false);
	invocation->failure = (struct failure){ .happened = false };
	return result < 0 || dumping.problem[0] ? ATTEMPT_FAILED : result;
}

/* In the order of the document. */
static int take_all(struct snapshot *snapshot)
{
	static int (*const sections[])(struct snapshot *snapshot) = {
		snapshot_device, snapshot_capabilities, snapshot_objects,
		snapshot_registers, snapshot_modules, snapshot_nv,
		snapshot_dumps,
	};
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sections) && !result; i++)
		result = sections[i](snapshot);
	free(snapshot->invocation->bytes);
	snapshot->invocation->bytes = NULL;
	snapshot->invocation->n_bytes = 0;
	return result;
}

/* What is no personality is not written: the reader is asked first. */
static int check(struct invocation *invocation, const char *text)
{
	struct emu_problem problem;
	struct emu_personality *personality =
		emu_personality_parse("the snapshot", text, strlen(text),
				      &problem);

	emu_personality_free(personality);
	return personality ? 0 :
	       fail(invocation, EXIT_SYSTEM, "bad-answer", NULL,
		    "what the device answers is no personality: %.300s",
		    problem.text);
}

static int write_text(struct invocation *invocation, const char *text,
		      struct save *save)
{
	if (save_write(invocation, save, text, strlen(text)) ||
	    save_write(invocation, save, "\n", 1))
		return -1;
	return save_end(invocation, save, true);
}

static int put_result(struct snapshot *snapshot, struct save *save)
{
	struct invocation *invocation = snapshot->invocation;
	struct json_object *document = snapshot->document;
	struct json_object *data;
	const char *text;

	if (option_given(invocation, "mask"))
		snapshot_mask(document);
	text = json_object_to_json_string_ext(document,
					      JSON_C_TO_STRING_PRETTY |
					      JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (check(invocation, text) || write_text(invocation, text, save))
		return -1;
	data = json_object_new_object();
	invocation->data = data;
	put_text(data, "file", save->path);
	put_number(data, "length", save->length);
	put_bool(data, "masked", option_given(invocation, "mask"));
	put_number(data, "commands", snapshot->asked);
	put_number(data, "refused", snapshot->refused);
	put_number(data, "failed", snapshot->failed);
	if (snapshot->failed)
		invocation->status = EXIT_FINDING;
	return 0;
}

int run_snapshot(struct invocation *invocation)
{
	struct snapshot snapshot = {
		.invocation = invocation,
		.document = json_object_new_object(),
	};
	bool is_dry = option_given(invocation, "dry-run");
	const char *path = is_dry ? NULL : option_value(invocation, "write");
	struct save save;
	int result;

	if (!path && !is_dry) {
		json_object_put(snapshot.document);
		return fail_usage(invocation, "missing-argument", NULL,
				  "snapshot needs a file to write to: -w FILE");
	}
	put_number(snapshot.document, "mlx5ctl_personality", 1);
	put_text(snapshot.document, "name", "snapshot");
	/* Thousands of commands are not sent for what cannot be kept. */
	result = save_begin(invocation, &save, path);
	if (!result)
		result = take_all(&snapshot);
	if (!result)
		result = put_result(&snapshot, &save);
	save_free(&save);
	json_object_put(snapshot.document);
	return result < 0 ? -1 : 0;
}

void show_snapshot(struct invocation *invocation)
{
	struct json_object *data = invocation->data;

	printf("%llu commands, of which %llu were refused and %llu failed; %llu bytes%s\nwritten to ",
	       (unsigned long long)get_number(data, "commands"),
	       (unsigned long long)get_number(data, "refused"),
	       (unsigned long long)get_number(data, "failed"),
	       (unsigned long long)get_number(data, "length"),
	       get_bool(data, "masked") ? ", masked" : "");
	print_safe(stdout, get_text(data, "file"));
	putchar('\n');
}
