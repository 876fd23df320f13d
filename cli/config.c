// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Items are read when first asked for, and never twice. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attempt.h"
#include "nearest.h"
#include "number.h"
#include "session.h"

/* Where each class has its number and, if it is counted, its index. */
static const struct {
	u32 number;	/* a mask */
	u32 shift;	/* of the index */
	u32 first;
	char letter;	/* of its suffix; 0: it is not counted */
} classes[] = {
	[CONFIG_GLOBAL] = { 0xffffff },
	[CONFIG_PORT] = { 0xffff, 16, 1, 'P' },
	[CONFIG_FUNCTION] = { 0x3ff },
	[CONFIG_HOST] = { 0x3ffff },
	[CONFIG_MODULE] = { 0x3fff, 14, 0, 'M' },
};

u32 config_type(const struct config_tlv *tlv, u32 index)
{
	return (u32)tlv->class << 24 | (tlv->id & classes[tlv->class].number) |
	       index << classes[tlv->class].shift;
}

const struct config_tlv *config_tlv_of(const struct config_names *names,
				       u32 type)
{
	for (u32 i = 0; i < names->n_tlvs; i++) {
		const struct config_tlv *tlv = &names->tlvs[i];
		u32 mask = 0xff000000 | classes[tlv->class].number;

		if (!((config_type(tlv, 0) ^ type) & mask))
			return tlv;
	}
	return NULL;
}

bool config_is_counted(const struct config_tlv *tlv)
{
	return classes[tlv->class].letter;
}

u32 config_first_index(const struct config_tlv *tlv)
{
	return classes[tlv->class].first;
}

int config_begin(struct invocation *invocation, struct config *config)
{
	*config = (struct config){ .invocation = invocation };
	return config_names_load(invocation, &config->names);
}

void config_end(struct config *config)
{
	for (size_t i = 0; i < config->n_items; i++)
		free(config->items[i]);
	free(config->items);
	config_names_free();
}

static struct config_item *add_item(struct config *config,
				    const struct config_tlv *tlv, u32 index)
{
	struct config_item **items =
		reallocarray(config->items, config->n_items + 1,
			     sizeof(*items));
	struct config_item *item = items ? calloc(1, sizeof(*item)) : NULL;

	if (items)
		config->items = items;
	if (!item) {
		fail_memory(config->invocation);
		return NULL;
	}
	item->tlv = tlv;
	item->index = index;
	item->type = config_type(tlv, index);
	items[config->n_items++] = item;
	return item;
}

struct config_item *config_item(struct config *config,
				const struct config_tlv *tlv, u32 index)
{
	for (size_t i = 0; i < config->n_items; i++)
		if (config->items[i]->tlv == tlv &&
		    config->items[i]->index == index)
			return config->items[i];
	return add_item(config, tlv, index);
}

/* The rule about reading an item. */
static struct policy_match match_of(u32 type)
{
	u8 in[PRM_HEADER_BYTES + CONFIG_HEADER + 4] = { 0 };
	const struct policy_session session = { .page_shift = 12 };
	u8 *item = in + PRM_HEADER_BYTES;

	if (session_compose_register(in, sizeof(in), PRM_REG_MNVDA, false, 0) ||
	    !prm_set(item, CONFIG_HEADER, PRM_AT(config_item, type), type))
		return (struct policy_match){ .redacts = NULL };
	return policy_match(in, sizeof(in), sizeof(in), &session);
}

/* The function may be filled in by the device; all else is as it was asked. */
static bool is_type(const struct config_item *item, u64 type)
{
	u32 mask = 0xff000000 | classes[item->tlv->class].number;

	if (config_is_counted(item->tlv))
		mask = 0xffffffff;
	return ((item->type ^ type) & mask) == 0;
}

const char *config_take_answer(struct config_item *item, enum config_set set,
			       const u8 *reply, u32 size)
{
	u64 length, type, version;

	if (!prm_get(reply, size, PRM_AT(config_item, length), &length) ||
	    !prm_get(reply, size, PRM_AT(config_item, type), &type) ||
	    !prm_get(reply, size, PRM_AT(config_item, version), &version) ||
	    size < CONFIG_HEADER)
		return "is cut off";
	if (!is_type(item, type))
		return "is about another parameter";
	if (!length || length % 4)
		return "has a length that is no whole number of dwords";
	if (length > CONFIG_MOST_BYTES || length > size - CONFIG_HEADER)
		return "says that it is longer than there is room for";
	if (item->length && length != item->length)
		return "is of another length than before";
	item->length = length;
	item->version = version;
	memcpy(item->bytes[set], reply + CONFIG_HEADER, length);
	if (set == CONFIG_NEXT)
		memcpy(item->wanted, item->bytes[set], length);
	item->state[set] = CONFIG_READ;
	return NULL;
}

static void note_failure(struct config_item *item, enum config_set set,
			 enum config_state state,
			 const struct failure *failure)
{
	item->state[set] = state;
	if (!item->failure.happened)
		item->failure = *failure;
	item->failure.happened = true;
}

/* A password would read as zeros, and be written back as such. */
static bool is_withheld(struct config_item *item, enum config_set set)
{
	struct failure failure = { .status = EXIT_REFUSED, .code = "secret" };

	if (!match_of(item->type).redacts)
		return false;
	snprintf(failure.message, sizeof(failure.message),
		 "%s holds a password, which is shown to nobody",
		 item->tlv->name);
	note_failure(item, set, CONFIG_ABSENT, &failure);
	return true;
}

static void note_nonsense(struct config_item *item, enum config_set set,
			  const char *flaw)
{
	struct failure failure = { .status = EXIT_SYSTEM,
				   .code = "bad-answer" };

	snprintf(failure.message, sizeof(failure.message),
		 "the device's answer about %s (0x%x) %s", item->tlv->name,
		 item->type, flaw);
	note_failure(item, set, CONFIG_FAILED, &failure);
}

/* A parameter that there is not is a bad one; other errors are errors. */
static enum config_state state_after(const struct failure *failure)
{
	const char *status = failure->status == EXIT_DEVICE ?
			     mlx5ctl_status_name(failure->device.status) : NULL;

	return failure->status == EXIT_REFUSED ||
	       (status && !strcmp(status, "BAD_PARAM")) ? CONFIG_ABSENT :
							   CONFIG_FAILED;
}

struct box {
	u8 in[PRM_HEADER_BYTES + PRM_SIZE(mnvda)];
	u8 out[PRM_HEADER_BYTES + PRM_SIZE(mnvda)];
};

static bool compose_read(struct box *box, const struct config_item *item,
			 enum config_set set)
{
	const struct prm_layout *layout = item->tlv->layout ?
		item->tlv->layout : item->tlv->theirs;
	u8 *data = box->in + PRM_HEADER_BYTES;

	return !session_compose_register(box->in, sizeof(box->in),
					 PRM_REG_MNVDA, false, 0) &&
	       prm_set(data, CONFIG_HEADER, PRM_AT(config_item, type),
		       item->type) &&
	       prm_set(data, CONFIG_HEADER, PRM_AT(config_item, access_mode),
		       set) &&
	       prm_set(data, CONFIG_HEADER, PRM_AT(config_item, length),
		       layout->size);
}

static int take_result(struct config *config, const struct config_want *want,
		       struct mlx5ctl_command *command)
{
	struct failure failure;
	const char *flaw;
	int result = attempt_result(config->invocation, command, &failure);

	if (result < 0)
		return -1;
	if (result) {
		note_failure(want->item, want->set, state_after(&failure),
			     &failure);
		return 0;
	}
	flaw = config_take_answer(want->item, want->set,
				  (u8 *)command->out + PRM_HEADER_BYTES,
				  PRM_SIZE(mnvda));
	if (flaw)
		note_nonsense(want->item, want->set, flaw);
	return 0;
}

static int read_wanted(struct config *config, const struct config_want *wants,
		       size_t n, struct box *boxes,
		       struct mlx5ctl_command *sent)
{
	int result;

	for (size_t i = 0; i < n; i++) {
		if (!compose_read(&boxes[i], wants[i].item, wants[i].set))
			return fail_memory(config->invocation);
		sent[i] = (struct mlx5ctl_command){
			.in = boxes[i].in, .in_len = sizeof(boxes[i].in),
			.out = boxes[i].out, .out_len = sizeof(boxes[i].out),
		};
	}
	result = session_exec_many(config->invocation, sent, n);
	for (size_t i = 0; !result && i < n; i++)
		result = take_result(config, &wants[i], &sent[i]);
	return result ? -1 : 0;
}

int config_read_many(struct config *config, struct config_want *wants,
		     size_t n)
{
	struct mlx5ctl_command *sent;
	struct box *boxes;
	size_t kept = 0;
	int result = 0;

	for (size_t i = 0; i < n; i++)
		if (wants[i].item->state[wants[i].set] == CONFIG_UNREAD &&
		    !is_withheld(wants[i].item, wants[i].set))
			wants[kept++] = wants[i];
	if (!kept)
		return 0;
	boxes = calloc(kept, sizeof(*boxes));
	sent = calloc(kept, sizeof(*sent));
	if (boxes && sent)
		result = read_wanted(config, wants, kept, boxes, sent);
	else
		result = fail_memory(config->invocation);
	free(boxes);
	free(sent);
	return result;
}

int config_read(struct config *config, struct config_item *item,
		enum config_set set)
{
	struct config_want want = { item, set };

	return config_read_many(config, &want, 1);
}

void config_name(const struct config_param *param, u32 index, int element,
		 char *name, size_t size)
{
	char letter = classes[param->tlv->class].letter;
	char suffix[16] = "", place[24] = "";

	if (letter)
		snprintf(suffix, sizeof(suffix), "_%c%u", letter, index);
	if (element >= 0)
		snprintf(place, sizeof(place), "[%d]", element);
	snprintf(name, size, "%s%s%s", param->name, suffix, place);
}

/* "_P1" at the end of a name: its number, or -1. */
static int suffix_of(const char *word, size_t *length, char letter)
{
	size_t at = *length;
	char digits[8];
	u64 number;

	while (at > 2 && word[at - 1] >= '0' && word[at - 1] <= '9')
		at--;
	if (at < 3 || *length - at >= sizeof(digits) || word[at - 2] != '_' ||
	    (word[at - 1] & ~0x20) != letter)
		return -1;
	snprintf(digits, sizeof(digits), "%.*s", (int)(*length - at),
		 word + at);
	if (parse_number(digits, 255, &number))
		return -1;
	*length = at - 2;
	return number;
}

static bool find_counted(struct config *config, const char *word,
			 size_t length, struct config_target *target)
{
	static const enum config_class counted[] = { CONFIG_PORT,
						     CONFIG_MODULE };

	for (size_t i = 0; i < ARRAY_SIZE(counted); i++) {
		size_t rest = length;
		int index = suffix_of(word, &rest,
				      classes[counted[i]].letter);

		if (index < (int)classes[counted[i]].first)
			continue;
		target->param = config_param_by_name(config->invocation, word,
						     rest);
		target->index = index;
		target->has_index = true;
		if (target->param && target->param->tlv->class == counted[i])
			return true;
	}
	return false;
}

static void offer_names(struct nearest *nearest, const struct config_tlv *tlv)
{
	char known[CONFIG_NAME];

	for (u32 i = 0; i < tlv->n_params; i++) {
		config_name(&tlv->params[i], config_first_index(tlv), -1, known,
			    sizeof(known));
		nearest_offer(nearest, known);
		nearest_offer(nearest, tlv->params[i].name);
	}
}

static int unknown_name(struct config *config, const char *word, int length)
{
	const struct config_names *names = config->names;
	struct nearest nearest;
	char name[CONFIG_NAME];

	snprintf(name, sizeof(name), "%.*s", length, word);
	nearest_begin(&nearest, name);
	for (u32 i = 0; i < names->n_tlvs; i++)
		offer_names(&nearest, &names->tlvs[i]);
	return fail_unknown(config->invocation, "parameter", name,
			    nearest_found(&nearest), names->has_database ?
			    "'mlx5ctl config query' lists them" :
			    "'mlx5ctl config query' lists them; with mstflint installed its names are known, too");
}

int config_find(struct config *config, const char *word, size_t length,
		struct config_target *target)
{
	const char *bracket = memchr(word, '[', length);
	size_t name = bracket ? (size_t)(bracket - word) : length;
	char digits[16];
	u64 element;

	*target = (struct config_target){ .element = -1 };
	target->param = config_param_by_name(config->invocation, word, name);
	if (target->param)
		target->index = config_first_index(target->param->tlv);
	else if (!find_counted(config, word, name, target))
		return unknown_name(config, word, name);
	if (!bracket)
		return 0;
	snprintf(digits, sizeof(digits), "%.*s", (int)(length - name - 2),
		 bracket + 1);
	if (!target->param->field->is_array || word[length - 1] != ']' ||
	    parse_number(digits, target->param->field->count - 1, &element))
		return fail_usage(config->invocation, "bad-index", NULL,
				  "%.*s is no element of an array",
				  (int)length, word);
	target->element = element;
	return 0;
}
