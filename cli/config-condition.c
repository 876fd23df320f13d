// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What parameters say of each other, looked up in the device where needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-expression.h"
#include "config.h"

#define MOST_DEPTH 4	/* of parts of rules that name parts of rules */

struct condition {
	struct config *config;
	const struct config_param *param;
	u32 index;
	unsigned int depth;
};

static int look_up(void *context, const char *name, size_t length,
		   double *value);

/* "$_part=expression" */
static int look_up_part(struct condition *condition, const char *name,
			size_t length, double *value)
{
	const char *where = condition->param->where;
	int result;

	if (!where || where[0] != '$' || strncmp(where + 1, name, length) ||
	    where[length + 1] != '=' || condition->depth >= MOST_DEPTH)
		return -1;
	condition->depth++;
	result = config_evaluate(where + length + 2, look_up, condition, value);
	condition->depth--;
	return result;
}

/* The own TLV, or another one, of the same port where it has one. */
static struct config_item *item_of(const struct condition *condition,
				   const char *name, size_t length)
{
	const struct config_tlv *own = condition->param->tlv;
	const struct config_tlv *tlv = name ?
		config_tlv_by_name(condition->config->names, name, length) :
		own;

	if (!tlv)
		return NULL;
	return config_item(condition->config, tlv,
			   tlv->class == own->class ? condition->index :
			   config_first_index(tlv));
}

static int look_up(void *context, const char *name, size_t length,
		   double *value)
{
	struct condition *condition = context;
	const char *dot = memchr(name, '.', length);
	const char *part = dot ? dot + 1 : name;
	const struct prm_field *field;
	struct config_item *item;
	u64 number;

	if (name[0] == '_')
		return look_up_part(condition, name, length, value);
	item = dot ? item_of(condition, name, dot - name) :
		     item_of(condition, NULL, 0);
	if (!item || config_read(condition->config, item, CONFIG_NEXT) ||
	    item->state[CONFIG_NEXT] != CONFIG_READ)
		return -1;
	field = config_field(condition->config->invocation, item->tlv, part,
			     name + length - part);
	if (!field || !prm_get(item->wanted, item->length, field->at, &number))
		return -1;
	*value = number;
	return 0;
}

static int evaluate(struct config *config, const struct config_param *param,
		    u32 index, const char *text, double *value)
{
	struct condition condition = { config, param, index, 0 };

	if (!config_evaluate(text, look_up, &condition, value))
		return 0;
	return config->invocation->failure.happened ? -1 : 1;
}

int config_holds(struct config *config, const struct config_param *param,
		 u32 index, const char *condition, bool *holds)
{
	double value = 1;
	int result = 0;

	if (condition && *condition && strcmp(condition, "ignore_dependency"))
		result = evaluate(config, param, index, condition, &value);
	*holds = !result && value;
	return result;
}

int config_limit(struct config *config, const struct config_param *param,
		 u32 index, const char *limit, u64 *number)
{
	double value;
	int result;

	if (!limit || !*limit)
		return 1;
	result = evaluate(config, param, index, limit, &value);
	if (result || !(value >= 0) || value >= 18446744073709551615.0)
		return result < 0 ? -1 : 1;
	*number = value;
	return 0;
}

char *config_plain(const char *condition)
{
	char *text;
	size_t n = 0;

	if (asprintf(&text, "it needs %s", condition) < 0)
		return NULL;
	for (const char *c = text; *c; c++)
		if (*c != '$')
			text[n++] = *c;
	text[n] = 0;
	return text;
}

bool config_lies_within(const struct config_param *param,
			const struct config_item *item)
{
	const struct prm_field *field = param->field;

	return field->at.offset + (u64)field->at.width * field->count <=
	       (u64)item->length * 8;
}

int config_is_available(struct config *config,
			const struct config_param *param,
			struct config_item *item, char **why)
{
	bool holds;

	*why = NULL;
	if (config_read(config, item, CONFIG_NEXT))
		return -1;
	if (item->state[CONFIG_NEXT] != CONFIG_READ) {
		*why = strdup(item->failure.message);
		return 0;
	}
	if (!config_lies_within(param, item)) {
		*why = strdup("its firmware keeps less than that");
		return 0;
	}
	if (item->version < param->since) {
		if (asprintf(why, "it needs version %u of %s, which is %u",
			     param->since, item->tlv->name, item->version) < 0)
			*why = strdup("it came later");
		return 0;
	}
	if (config_holds(config, param, item->index, param->needs, &holds) < 0)
		return -1;
	if (!holds)
		*why = config_plain(param->needs);
	return 0;
}

int config_require(struct config *config, const struct config_param *param,
		   struct config_item *item)
{
	struct invocation *invocation = config->invocation;
	enum config_state state;
	char name[CONFIG_NAME];
	char *why;

	if (config_is_available(config, param, item, &why))
		return -1;
	if (!why)
		return 0;
	state = item->state[CONFIG_NEXT];
	config_name(param, item->index, -1, name, sizeof(name));
	if (state == CONFIG_FAILED || (state == CONFIG_ABSENT &&
				       item->failure.status == EXIT_REFUSED)) {
		invocation->failure = item->failure;
	} else {
		fail(invocation, EXIT_DEVICE, "unsupported", why,
		     "the device has no %s", name);
		invocation->failure.device = item->failure.device;
	}
	free(why);
	return -1;
}
