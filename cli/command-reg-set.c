// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl reg set: read, change, judge, write, and read again. Nothing is sent
 * before all of the command line is known to be right, nor written before
 * what it takes to undo it was said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "decode.h"
#include "lock.h"
#include "output.h"
#include "prm-offsets.h"
#include "register.h"
#include "session.h"
#include "setting.h"
#include "verdict.h"

/* In a mailbox. 1 after a dry run, -1 after fail(), else 0. */
static int with_mailbox(struct setting *setting, const u8 *data,
			int (*use)(struct setting *setting, u8 *in, u8 *out,
				   u32 length))
{
	u32 length = PRM_HEADER_BYTES + setting->length;
	u8 *in = calloc(2, length);
	int result = -1;

	if (!in)
		return fail_memory(setting->invocation);
	memcpy(in + PRM_HEADER_BYTES, data, setting->length);
	if (!session_compose_register(in, length, setting->reg.id, true, 0))
		result = use(setting, in, in + length, length);
	free(in);
	return result;
}

static int judge_write(struct setting *setting, u8 *in, u8 *out, u32 length)
{
	(void)out;
	if (option_given(setting->invocation, "dry-run"))
		return session_exec(setting->invocation, in, length, NULL,
				    length);
	return session_judge(setting->invocation, in, length, length);
}

static int send_write(struct setting *setting, u8 *in, u8 *out, u32 length)
{
	return session_exec(setting->invocation, in, length, out, length);
}

static int read_state(struct setting *setting, u8 *data)
{
	memcpy(data, setting->asked, setting->size);
	return session_read_register(setting->invocation, setting->reg.id, 0,
				     data, setting->size);
}

static int read_former(struct setting *setting)
{
	if (!setting->is_readable)
		return setting_change(setting);
	if (read_state(setting, setting->former)) {
		hint_index(setting->invocation, &setting->reg,
			   setting->has_index);
		return -1;
	}
	return setting_change(setting);
}

/* What takes it back is said now: later there may be nobody to say it. */
static void announce_undo(struct setting *setting)
{
	struct invocation *invocation = setting->invocation;

	invocation->undo = setting_undo(setting);
	if (invocation->undo &&
	    with_mailbox(setting, setting->base, judge_write)) {
		invocation->failure = (struct failure){ .happened = false };
		free(invocation->undo);
		invocation->undo = NULL;
	}
	if (invocation->undo)
		output_note(invocation, "mlx5ctl: to undo it: %s",
			    invocation->undo);
	else
		output_note(invocation, "mlx5ctl: there is no command that undoes it");
}

/* The device refused, so there is nothing to undo. */
static void forget_undo(struct invocation *invocation)
{
	if (invocation->failure.status != EXIT_DEVICE)
		return;
	free(invocation->undo);
	invocation->undo = NULL;
}

/* 1 where the device says that it did, and did not. */
static int verify(struct setting *setting)
{
	if (!setting->is_readable)
		return 0;
	if (read_state(setting, setting->now))
		return -1;
	return setting_is_taken(setting) ? 0 : 1;
}

static int write_and_verify(struct setting *setting)
{
	struct invocation *invocation = setting->invocation;
	int result;

	if (with_mailbox(setting, setting->wanted, judge_write))
		return -1;
	announce_undo(setting);
	output_if_interrupted(invocation, "the change was interrupted", NULL);
	if (with_mailbox(setting, setting->wanted, send_write)) {
		forget_undo(invocation);
		return -1;
	}
	result = verify(setting);
	if (result == 1) {
		invocation->status = EXIT_FINDING;
		output_note(invocation, "mlx5ctl: the device answered OK, but did not take all of it");
	}
	return result < 0 ? -1 : setting_report(setting, result == 0);
}

static int apply(struct setting *setting)
{
	int result = -1;

	if (lock_take(setting->invocation))
		return -1;
	if (!read_former(setting)) {
		if (setting_differs(setting)) {
			result = write_and_verify(setting);
		} else {
			memcpy(setting->now, setting->former, setting->size);
			result = setting_report(setting, true);
		}
	}
	lock_release();
	return result;
}

int run_reg_set(struct invocation *invocation)
{
	struct setting setting;
	int result;

	result = setting_begin(invocation, &setting);
	if (!result)
		result = with_mailbox(&setting, setting.wanted, judge_write);
	if (!result)
		result = apply(&setting);
	setting_end(&setting);
	return result < 0 ? -1 : 0;
}

static const char *outcome(struct json_object *data)
{
	if (!get_bool(data, "changed"))
		return "already so";
	if (!get(data, "verified"))
		return "written; no reading tells what came of it";
	return get_bool(data, "verified") ? "changed" : "written, but not taken";
}

static void show_assignment(struct json_object *row)
{
	char former[VALUE_TEXT], wanted[VALUE_TEXT], now[VALUE_TEXT];

	value_text(get(row, "former"), former, sizeof(former));
	value_text(get(row, "wanted"), wanted, sizeof(wanted));
	value_text(get(row, "now"), now, sizeof(now));
	if (!get(row, "now"))
		printf("  %s  %s\n", get_text(row, "field"), wanted);
	else if (strcmp(now, wanted))
		printf("  %s  %s -> %s instead of %s\n",
		       get_text(row, "field"), former, now, wanted);
	else
		printf("  %s  %s -> %s\n", get_text(row, "field"), former, now);
}

void show_reg_set(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	struct json_object *rows = get(data, "assignments");

	printf("%s 0x%llx: %s\n", get_text(data, "register.name"),
	       (unsigned long long)get_number(data, "register.value"),
	       outcome(data));
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		show_assignment(json_object_array_get_idx(rows, i));
}
