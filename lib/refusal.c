// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Why a command was refused: one sentence for a person, one errno. */
#include "refusal.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "field-of.h"
#include "intern.h"
#include "policy.h"
#include "verdict-text.h"

/* What is said after "PAOS write is refused: "; the field is named before it. */
static const struct {
	int code;
	bool names_field;
	const char *text;
	const char *hint;
} reasons[POLICY_N_REASONS] = {
	[POLICY_UNJUDGED] = { -EBADMSG, false, "no verdict was made" },
	[POLICY_ALLOWED] = { 0 },
	[POLICY_TOO_SHORT] = { -EMSGSIZE, false,
		"the inbox ends before what has to be judged, or the outbox is under 16 bytes" },
	[POLICY_UNKNOWN] = { -EBADMSG, false, "no rule is about this %s",
		"'mlx5ctl policy list' shows what may be sent" },
	[POLICY_OWNED_ELSEWHERE] = { -EBADMSG },
	[POLICY_IN_LENGTH] = { -EBADMSG, false,
		"the inbox does not have the length of this command" },
	[POLICY_OUT_LENGTH] = { -EBADMSG, false,
		"the outbox does not have the length of this command" },
	[POLICY_RESERVED] = { -EBADMSG, true, "must be 0" },
	[POLICY_VALUE] = { -EBADMSG, true,
		"has a value that the rule does not list" },
	[POLICY_FOREIGN] = { -EBADMSG, true,
		"names an object that this open file did not make" },
	[POLICY_OTHER_FUNCTION] = { -EBADMSG, true,
		"reaches beyond the caller's own function" },
	[POLICY_EXTENT] = { -EBADMSG, true,
		"lies outside of the memory that was registered" },
	[POLICY_STALE] = { -EBADMSG, true,
		"continues what this open file was never answered" },
	[POLICY_LABEL] = { -EBADMSG, false,
		"the caller's own label does not admit this class" },
	[POLICY_NARROWED] = { -EBADMSG, false,
		"this function, or this open file, does not have the class %s",
		"a virtual function, or one whose 'access' in sysfs says so, tells what it is and no more; "
		"a file that gave a class up has to be opened again" },
	[POLICY_CAPABILITY] = { -EPERM, false, "it needs %s",
		"run it as root, or with that capability" },
	[POLICY_LOCKED_DOWN] = { -EPERM, false,
		"kernel lockdown closes it from level '%s' on",
		"kernel lockdown ends only with a reboot" },
};

static enum policy_reason number_of(const struct mlx5ctl_verdict *verdict)
{
	enum policy_reason reason = POLICY_UNJUDGED;

	for (u32 i = 0; i < POLICY_N_REASONS; i++)
		if (!strcmp(policy_reason_name(i), verdict->reason))
			reason = i;
	return reason;
}

static bool is_about_registers(const struct mlx5ctl_verdict *verdict)
{
	return !strncmp(verdict->table, "register-", 9);
}

/* Where the rule's layout begins in the mailbox, and which one that is. */
static const struct prm_layout *layout_of(const struct mlx5ctl_verdict *verdict,
					  u32 *origin)
{
	const struct prm_register *row;
	const struct prm_command *command;

	*origin = 0;
	if (!strcmp(verdict->table, "commands")) {
		command = prm_command_by_opcode(verdict->key);
		return command ? command->in : NULL;
	}
	if (!is_about_registers(verdict) || verdict->byte < PRM_HEADER_BYTES)
		return NULL;
	row = prm_register_by_id(verdict->key);
	*origin = PRM_HEADER_BYTES;
	return row ? row->layout : NULL;
}

/* The field that the vocabulary has at the position; false where it has none. */
static bool field_at(const struct mlx5ctl_verdict *verdict, char *name,
		     size_t size)
{
	u32 origin;
	const struct prm_layout *layout = layout_of(verdict, &origin);

	return layout &&
	       field_name_at(layout, NULL, 0, (verdict->byte - origin) * 8 +
			     31 - verdict->bit, name, size);
}

/* "bit 0x10.8 (field admin_status)" */
static void name_place(const struct mlx5ctl_verdict *verdict, char *text,
		       size_t size)
{
	char found[128];

	snprintf(found, sizeof(found), "%s", verdict->field);
	if (*found || field_at(verdict, found, sizeof(found)))
		snprintf(text, size, "bit 0x%x.%u (field %s) ", verdict->byte,
			 verdict->bit, found);
	else
		snprintf(text, size, "bit 0x%x.%u (reserved) ", verdict->byte,
			 verdict->bit);
}

/* "PAOS write" */
static void name_subject(const struct mlx5ctl_verdict *verdict, char *text,
			 size_t size)
{
	const char *what = "";
	char *comma;

	if (is_about_registers(verdict))
		what = strstr(verdict->table, "write") ? " write" : " read";
	snprintf(text, size, "%.80s%s",
		 verdict->rule[0] ? verdict->rule : "The command", what);
	/* "ACCESS_REG, read"; but "INIT_HCA, TEARDOWN_HCA" are two. */
	comma = strstr(text, ", ");
	if (comma && islower((unsigned char)comma[2]))
		memmove(comma, comma + 1, strlen(comma));
}

static const char *capabilities_text(uint32_t capabilities)
{
	switch (capabilities) {
	case 1 << CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case 1 << CAP_SYS_RAWIO:
		return "CAP_SYS_RAWIO";
	case 1 << CAP_SYS_ADMIN | 1 << CAP_SYS_RAWIO:
		return "CAP_SYS_ADMIN and CAP_SYS_RAWIO";
	}
	return "a capability";
}

static void explain(const struct mlx5ctl_verdict *verdict,
		    enum policy_reason reason, char *text, size_t size)
{
	const char *sentence = reasons[reason].text;
	char key[64];

	if (reason == POLICY_OWNED_ELSEWHERE)
		snprintf(text, size, "%.120s%s%.60s", verdict->why,
			 verdict->owner[0] ? "; that is left to " : "",
			 verdict->owner);
	else if (reason == POLICY_NARROWED)
		snprintf(text, size, sentence, verdict->class_name ?
			 verdict->class_name : "of this command");
	else if (reason == POLICY_CAPABILITY)
		snprintf(text, size, sentence,
			 capabilities_text(verdict->capabilities));
	else if (reason == POLICY_LOCKED_DOWN)
		snprintf(text, size, sentence,
			 lockdown_name(verdict->lockdown));
	else if (reason == POLICY_UNKNOWN) {
		/* The number that a table is looked up by. */
		if (!field_at(verdict, key, sizeof(key)))
			snprintf(key, sizeof(key), "%s",
				 verdict->rule[0] ? "number" : "opcode");
		snprintf(text, size, sentence, key);
	} else
		snprintf(text, size, "%s", sentence);
}

void refusal_to_error(const struct mlx5ctl_verdict *verdict,
		      struct mlx5ctl_error *error)
{
	enum policy_reason reason = number_of(verdict);
	char subject[96], place[176] = "", why[224];
	size_t n;

	memset(error, 0, sizeof(*error));
	error->code = reasons[reason].code;
	error->reason = verdict->reason;
	error->hint = reasons[reason].hint;
	error->rule = intern(verdict->rule);
	error->owner = intern(verdict->owner);
	error->byte = verdict->byte;
	error->bit = verdict->bit;
	if (!error->code)
		return;
	name_subject(verdict, subject, sizeof(subject));
	if (reasons[reason].names_field)
		name_place(verdict, place, sizeof(place));
	explain(verdict, reason, why, sizeof(why));
	n = snprintf(error->message, sizeof(error->message),
		     "%s is refused: %s%s.", subject, place, why);
	if (n >= sizeof(error->message))
		strcpy(error->message + sizeof(error->message) - 4, "...");
}

void refusal_settle(struct mlx5ctl_verdict *verdict, uint32_t held,
		    uint32_t lockdown)
{
	if (number_of(verdict) != POLICY_ALLOWED)
		return;
	if (verdict->capabilities & ~held)
		verdict->reason = policy_reason_name(POLICY_CAPABILITY);
	else if (verdict->lockdown && lockdown >= verdict->lockdown)
		verdict->reason = policy_reason_name(POLICY_LOCKED_DOWN);
}
