// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* mlx5ctl policy explain: what the judge says of a mailbox, nothing is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "build.h"
#include "device.h"
#include "nearest.h"
#include "number.h"
#include "refusal.h"
#include "session.h"
#include "text.h"
#include "verdict.h"
#include "verdict-text.h"

static const struct {
	const char *word;
	u32 capabilities;
} capability_words[] = {
	{ "none", 0 },
	{ "admin", POLICY_CAP_SYS_ADMIN },
	{ "rawio", POLICY_CAP_SYS_RAWIO },
	{ "all", POLICY_CAP_SYS_ADMIN | POLICY_CAP_SYS_RAWIO },
	{ "CAP_SYS_ADMIN", POLICY_CAP_SYS_ADMIN },
	{ "CAP_SYS_RAWIO", POLICY_CAP_SYS_RAWIO },
};

static int take_capability(struct invocation *invocation, const char *word,
			   size_t length, u32 *capabilities)
{
	for (size_t i = 0; i < ARRAY_SIZE(capability_words); i++) {
		if (strlen(capability_words[i].word) != length ||
		    strncasecmp(capability_words[i].word, word, length))
			continue;
		*capabilities |= capability_words[i].capabilities;
		return 0;
	}
	return fail_usage(invocation, "bad-choice",
			  "it is one or more of admin, rawio, none, all, with commas",
			  "--caps cannot be '%.*s'",
			  length > 40 ? 40 : (int)length, word);
}

static int take_capabilities(struct invocation *invocation,
			     struct policy_answers *answers)
{
	const char *words = option_value(invocation, "caps");

	if (!words)
		return 0;
	answers->capabilities = 0;
	do {
		size_t length = strcspn(words, ",");

		if (take_capability(invocation, words, length,
				    &answers->capabilities))
			return -1;
		words += length;
	} while (*words++);
	return 0;
}

/* "DEBUG_WRITE", or as the kernel's header has it: "FWCTL_RPC_DEBUG_WRITE". */
static int label_by_name(const char *name)
{
	static const char prefix[] = "FWCTL_RPC_";

	if (!strncasecmp(name, prefix, strlen(prefix)))
		name += strlen(prefix);
	for (u32 i = 0; i < policy_n_labels; i++)
		if (!strcasecmp(policy_labels[i].name, name))
			return i;
	return -1;
}

static int unknown_label(struct invocation *invocation, const char *label)
{
	char hint[160] = "it is";
	struct nearest nearest;

	nearest_begin(&nearest, label);
	for (u32 i = 0; i < policy_n_labels; i++) {
		size_t used = strlen(hint);

		nearest_offer(&nearest, policy_labels[i].name);
		snprintf(hint + used, sizeof(hint) - used, "%s %u or %s",
			 i ? "," : "", i, policy_labels[i].name);
	}
	return fail_unknown(invocation, "label", label,
			    nearest_found(&nearest), hint);
}

static int take_label(struct invocation *invocation, struct question *question)
{
	const char *label = option_value(invocation, "label");
	u64 number;

	if (!label)
		return 0;
	question->label = label_by_name(label);
	if (!parse_number(label, policy_n_labels - 1, &number))
		question->label = number;
	if (question->label < 0)
		return unknown_label(invocation, label);
	question->answers.label_classes = policy_labels[question->label].classes;
	return 0;
}

static int take_circumstances(struct invocation *invocation,
			      struct question *question)
{
	const char *lockdown = option_value(invocation, "lockdown");
	u64 out_len;

	if (take_capabilities(invocation, &question->answers) ||
	    take_label(invocation, question))
		return -1;
	if (lockdown)
		question->answers.lockdown = lockdown_level(lockdown);
	question->session.is_vf = option_given(invocation, "vf");
	if (question->session.is_vf) /* the driver gives no VF more */
		question->answers.narrowed_to = classes_of_access("read");
	question_guess_reply(question);
	out_len = question->out_len;
	if (option_number(invocation, "out-len", HEX_MOST_BYTES, &out_len))
		return -1;
	question->out_len = out_len;
	return 0;
}

/* Whether it is a virtual function, the device knows. */
static int ask_device(struct invocation *invocation, struct question *question)
{
	struct mlx5ctl_verdict verdict;

	if (option_given(invocation, "vf"))
		return fail_usage(invocation, "bad-option",
				  "name none, nor in $MLX5CTL_DEVICE",
				  "--vf is for a question without a device");
	if (session_explain(invocation, question, &verdict))
		return -1;
	refusal_settle(&verdict,
		       capability_mask(question->answers.capabilities),
		       question->answers.lockdown);
	return put_verdict(invocation, question, &verdict);
}

int run_policy_explain(struct invocation *invocation)
{
	struct question question;
	struct bytes in;
	int result;

	if (read_hex(invocation, 0, &in))
		return -1;
	invocation->device_name = device_named(invocation);
	question_begin(&question, in.data, in.n);
	if (invocation->device_name)
		result = session_question(invocation, &question, in.data, in.n);
	else
		result = 0;
	if (!result)
		result = take_circumstances(invocation, &question);
	if (!result && invocation->device_name)
		result = ask_device(invocation, &question);
	else if (!result)
		result = judge(invocation, &question);
	free(in.data);
	return result;
}

static void print_subject(struct json_object *data)
{
	const char *opcode = get_text(data, "opcode.name");

	if (get(data, "opcode.name"))
		printf("%s", opcode);
	else
		printf("opcode 0x%llx",
		       (unsigned long long)get_number(data, "opcode.value"));
	if (get(data, "register.name"))
		printf(" of %s (0x%llx), %s", get_text(data, "register.name"),
		       (unsigned long long)get_number(data, "register.value"),
		       get_number(data, "op_mod") ? "read" : "write");
	else if (get(data, "register"))
		printf(" of register 0x%llx",
		       (unsigned long long)get_number(data, "register.value"));
}

static void print_row(const char *name, const char *text)
{
	if (text && *text)
		printf("  %-10s%s\n", name, text);
}

static void print_where(struct json_object *data)
{
	if (!get(data, "byte"))
		return;
	printf("  %-10sbyte 0x%llx, bit %llu", "where",
	       (unsigned long long)get_number(data, "byte"),
	       (unsigned long long)get_number(data, "bit"));
	printf(get(data, "field") ? ": field %s\n" : ": reserved%s\n",
	       get_text(data, "field"));
}

static void print_list(struct json_object *list)
{
	size_t count = json_object_array_length(list);

	for (size_t i = 0; i < count; i++)
		printf("%s%s", i ? ", " : "",
		       json_object_get_string(json_object_array_get_idx(list, i)));
	if (!count)
		printf("no capability");
}

static void print_needs(struct json_object *needs)
{
	if (!needs)
		return;
	printf("  %-10s", "needs");
	print_list(get(needs, "capabilities"));
	if (get(needs, "closed_at_lockdown"))
		printf("; closed under kernel lockdown '%s'",
		       get_text(needs, "closed_at_lockdown"));
	if (get_bool(needs, "taints"))
		printf("; taints the kernel");
	putchar('\n');
}

static void print_assumed(struct json_object *assumed)
{
	printf("  %-10s", "assuming");
	print_list(get(assumed, "capabilities"));
	printf(", lockdown %s", get_text(assumed, "lockdown"));
	if (get(assumed, "label"))
		printf(", label %s", get_text(assumed, "label.name"));
	printf("%s, a reply of %llu bytes\n",
	       get_bool(assumed, "vf") ? ", a VF" : "",
	       (unsigned long long)get_number(assumed, "out_length"));
}

static void print_mailbox(const char *digits)
{
	printf("  mailbox");
	for (size_t i = 0; digits[i]; i++)
		printf("%s%c", i % 32 == 0 ? "\n    " : i % 8 == 0 ? " " : "",
		       digits[i]);
	putchar('\n');
}

static void print_verdict(struct json_object *data, bool has_mailbox)
{
	printf("%s: ", get_bool(data, "allowed") ? "allowed" : "refused");
	print_subject(data);
	putchar('\n');
	if (get(data, "message"))
		printf("  %s\n", get_text(data, "message"));
	print_row("reason", get_text(data, "reason"));
	print_row("rule", get_text(data, "rule"));
	print_row("class", get_text(data, "class"));
	print_where(data);
	print_row("why", get_text(data, "why"));
	print_row("instead", get_text(data, "owner"));
	print_needs(get(data, "needs"));
	print_assumed(get(data, "assumed"));
	if (has_mailbox)
		print_mailbox(get_text(data, "in"));
}

/* A dry run may be of several mailboxes. */
void show_verdict(struct invocation *invocation)
{
	bool is_dry = option_given(invocation, "dry-run");
	struct json_object *all = get(invocation->data, "mailboxes");

	if (!all)
		print_verdict(invocation->data, is_dry);
	for (size_t i = 0; i < get_count(all, ""); i++)
		print_verdict(json_object_array_get_idx(all, i), is_dry);
}
