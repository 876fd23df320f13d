/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Non-volatile configuration as a device has it: read once, and changed here. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "config-names.h"
#include "decode.h"
#include "policy.h"
#include "prm-offsets.h"

#define CONFIG_HEADER PRM_SIZE(config_item)
#define CONFIG_MOST_BYTES (PRM_SIZE(mnvda) - CONFIG_HEADER)
#define CONFIG_MOST_COUNTED 64	/* ports or modules, where none says stop */
#define CONFIG_NAME 96	/* "LINK_TYPE_P1[3]" */

enum config_set {	/* as MNVDA's access_mode */
	CONFIG_NEXT,
	CONFIG_CURRENT,
	CONFIG_DEFAULT,
	CONFIG_SETS,
};

enum config_state {
	CONFIG_UNREAD,
	CONFIG_READ,
	CONFIG_ABSENT,	/* the device has it not, or it may not be read */
	CONFIG_FAILED,	/* the device answered nonsense, or an error */
};

/* A TLV of this device. */
struct config_item {
	const struct config_tlv *tlv;
	u32 index;		/* of the port (from 1) or module; else 0 */
	u32 type;		/* how MNVDA calls it */
	enum config_state state[CONFIG_SETS];
	struct failure failure;	/* the first */
	u32 length;
	u32 version;		/* of its form */
	u8 bytes[CONFIG_SETS][CONFIG_MOST_BYTES];
	u8 wanted[CONFIG_MOST_BYTES];	/* the next values, with changes */
};

struct config {
	struct invocation *invocation;
	const struct config_names *names;
	struct config_item **items;
	size_t n_items;
};

/* A parameter of one port or module, and one element where it is an array. */
struct config_target {
	const struct config_param *param;
	u32 index;
	bool has_index;
	int element;		/* -1: all, or it is no array */
};

/* 0, or -1 after fail(). */
int config_begin(struct invocation *invocation, struct config *config);
void config_end(struct config *config);

/* The item, unread when new; NULL after fail(). */
struct config_item *config_item(struct config *config,
				const struct config_tlv *tlv, u32 index);

/*
 * See that a set was tried to be read: -1 only where the device is gone, or
 * this is a dry run: then the invocation has the verdict.
 */
int config_read(struct config *config, struct config_item *item,
		enum config_set set);

/* The same of many at once; `wants` is used up. */
struct config_want {
	struct config_item *item;
	enum config_set set;
};

int config_read_many(struct config *config, struct config_want *wants,
		     size_t n);

/* Which item it is for MNVDA. */
u32 config_type(const struct config_tlv *tlv, u32 index);
/* The other way round, of whichever port or function; NULL: nobody knows it. */
const struct config_tlv *config_tlv_of(const struct config_names *names,
				       u32 type);

/* Ports and modules are counted, the rest is there once. */
bool config_is_counted(const struct config_tlv *tlv);
u32 config_first_index(const struct config_tlv *tlv);

/*
 * Take over what MNVDA answered about a set; checked first, for devices lie.
 * NULL, or what is wrong with it.
 */
const char *config_take_answer(struct config_item *item, enum config_set set,
			       const u8 *reply, u32 size);

/* "LINK_TYPE_P1", to be shown; `length` characters of a word to a target. */
void config_name(const struct config_param *param, u32 index, int element,
		 char *name, size_t size);
int config_find(struct config *config, const char *word, size_t length,
		struct config_target *target);

/* config-value.c: what a parameter is, as JSON has it; NULL: it lies outside. */
const char *config_type_name(const struct config_param *param);
struct json_object *config_value(const struct config_param *param,
				 int element, const u8 *bytes, u32 length);
struct json_object *config_values(const struct config_param *param);
/* A value as people and the tool write it. */
void config_value_text(struct json_object *value, char *text, size_t size);
void config_value_word(struct json_object *value, char *text, size_t size);

/* "NAME=text" into bytes. 0, or -EINVAL with the sentence that says why. */
int config_encode(const struct config_target *target, const char *text,
		  u8 *bytes, u32 length, struct encode_error *error);

/*
 * config-condition.c: whether a condition holds with what is wanted, and the
 * number that a limit is. -1 after fail(); 1 where it cannot be known.
 */
int config_holds(struct config *config, const struct config_param *param,
		 u32 index, const char *condition, bool *holds);
int config_limit(struct config *config, const struct config_param *param,
		 u32 index, const char *limit, u64 *number);

/* "it needs nv_wol_cap.en", without what only machines read; to be freed. */
char *config_plain(const char *condition);

/* Older firmware keeps shorter items. */
bool config_lies_within(const struct config_param *param,
			const struct config_item *item);

/* Whether the device has it: `why`, to be freed, is NULL or why not. */
int config_is_available(struct config *config,
			const struct config_param *param,
			struct config_item *item, char **why);

/* The same as a failure: 0, or -1 after fail(). */
int config_require(struct config *config, const struct config_param *param,
		   struct config_item *item);

#endif
