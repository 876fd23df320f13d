// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Why a command was refused: one sentence for a person, one errno. */
#include "verdict-text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decode.h"

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
		"this open file gave this class up",
		"open the device again" },
	[POLICY_CAPABILITY] = { -EPERM, false, "it needs %s",
		"run it as root, or with that capability" },
	[POLICY_LOCKED_DOWN] = { -EPERM, false,
		"kernel lockdown closes it from level '%s' on",
		"kernel lockdown ends only with a reboot" },
};

static const char *const lockdown_names[] = {
	[POLICY_LOCKDOWN_NONE] = "none",
	[POLICY_LOCKDOWN_INTEGRITY] = "integrity",
	[POLICY_LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

static const struct policy_table *table_of(const struct policy_rule *rule)
{
	for (u32 i = 0; policy_tables[i]; i++) {
		const struct policy_table *table = policy_tables[i];

		if (rule >= table->rules &&
		    rule < table->rules + table->n_rules)
			return table;
		if (rule == table->otherwise)
			return table;
	}
	return NULL;
}

static bool is_about_registers(const struct policy_table *table)
{
	return table && !strncmp(table->name, "register-", 9);
}

/* Where the rule's layout begins in the mailbox, and which one that is. */
static const struct prm_layout *layout_of(const struct policy_rule *rule,
					  u32 byte, u32 *origin)
{
	const struct policy_table *table = table_of(rule);
	const struct prm_register *row;
	const struct prm_command *command;

	*origin = 0;
	if (table == &policy_commands) {
		command = prm_command_by_opcode(rule->key);
		return command ? command->in : NULL;
	}
	if (!is_about_registers(table) || byte < PRM_HEADER_BYTES)
		return NULL;
	row = prm_register_by_id(rule->key);
	*origin = PRM_HEADER_BYTES;
	return row ? row->layout : NULL;
}

/* "bit 0x10.8 (field admin_status)": the field that the vocabulary has there. */
static void name_place(const struct policy_verdict *verdict, char *text,
		       size_t size)
{
	const char *kind = verdict->check ? "field " : "";
	const char *name = verdict->check ? verdict->check->name : "reserved";
	const struct prm_layout *layout = NULL;
	char found[128] = "";
	u32 origin = 0;

	if (verdict->rule && !verdict->check)
		layout = layout_of(verdict->rule, verdict->byte, &origin);
	if (layout)
		decode_name_at(layout, NULL, 0, (verdict->byte - origin) * 8 +
			       31 - verdict->bit, found, sizeof(found));
	if (*found) {
		kind = "field ";
		name = found;
	}
	snprintf(text, size, "bit 0x%x.%u (%s%s)", verdict->byte, verdict->bit,
		 kind, name ? name : "reserved");
}

/* "PAOS write" */
static void name_subject(const struct policy_rule *rule, char *text,
			 size_t size)
{
	const struct policy_table *table = rule ? table_of(rule) : NULL;
	const char *what = "";
	char *comma;

	if (is_about_registers(table))
		what = strstr(table->name, "write") ? " write" : " read";
	snprintf(text, size, "%.80s%s", rule ? rule->name : "The command",
		 what);
	/* "ACCESS_REG, read"; but "INIT_HCA, TEARDOWN_HCA" are two. */
	comma = strstr(text, ", ");
	if (comma && islower((unsigned char)comma[2]))
		memmove(comma, comma + 1, strlen(comma));
}

/* What no rule is about: the number that a table is looked up by. */
static void name_key(const struct policy_verdict *verdict, char *name,
		     size_t size)
{
	const struct prm_layout *layout = NULL;
	u32 origin = 0;

	if (verdict->rule)
		layout = layout_of(verdict->rule, verdict->byte, &origin);
	if (!layout ||
	    !decode_name_at(layout, NULL, 0, (verdict->byte - origin) * 8 + 31 -
			    verdict->bit, name, size))
		snprintf(name, size, "%s", verdict->rule ? "number" : "opcode");
}

static const char *capabilities_text(u32 capabilities)
{
	switch (capabilities & (POLICY_CAP_SYS_ADMIN | POLICY_CAP_SYS_RAWIO)) {
	case POLICY_CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case POLICY_CAP_SYS_RAWIO:
		return "CAP_SYS_RAWIO";
	case POLICY_CAP_SYS_ADMIN | POLICY_CAP_SYS_RAWIO:
		return "CAP_SYS_ADMIN and CAP_SYS_RAWIO";
	}
	return "a capability";
}

static void explain(const struct policy_verdict *verdict,
		    const struct policy_match *match, char *text, size_t size)
{
	const struct policy_rule *rule = verdict->rule;
	const char *sentence = reasons[verdict->reason].text;
	char key[64];

	if (verdict->reason == POLICY_OWNED_ELSEWHERE)
		snprintf(text, size, "%.120s%s%.60s", rule->why,
			 rule->owner ? "; that is left to " : "",
			 rule->owner ? rule->owner : "");
	else if (verdict->reason == POLICY_CAPABILITY)
		snprintf(text, size, sentence,
			 capabilities_text(match->capabilities));
	else if (verdict->reason == POLICY_LOCKED_DOWN)
		snprintf(text, size, sentence,
			 lockdown_names[match->closed_at]);
	else if (verdict->reason == POLICY_UNKNOWN) {
		name_key(verdict, key, sizeof(key));
		snprintf(text, size, sentence, key);
	} else
		snprintf(text, size, "%s", sentence);
}

void verdict_to_error(const struct policy_verdict *verdict,
		      const struct policy_match *match,
		      struct mlx5ctl_error *error)
{
	const struct policy_rule *rule = verdict->rule;
	char subject[96], place[176] = "", why[224];
	size_t n;

	memset(error, 0, sizeof(*error));
	error->code = reasons[verdict->reason].code;
	error->reason = policy_reason_name(verdict->reason);
	error->hint = reasons[verdict->reason].hint;
	error->rule = rule ? rule->name : NULL;
	error->owner = rule ? rule->owner : NULL;
	error->byte = verdict->byte;
	error->bit = verdict->bit;
	if (!error->code)
		return;
	name_subject(rule, subject, sizeof(subject));
	if (reasons[verdict->reason].names_field) {
		name_place(verdict, place, sizeof(place) - 1);
		strcat(place, " ");
	}
	explain(verdict, match, why, sizeof(why));
	n = snprintf(error->message, sizeof(error->message),
		     "%s is refused: %s%s.", subject, place, why);
	if (n >= sizeof(error->message))
		strcpy(error->message + sizeof(error->message) - 4, "...");
}
