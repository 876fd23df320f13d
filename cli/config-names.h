/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Parameters of the non-volatile configuration, by the names that mstconfig
 * gave them: a built-in set of the common ones, and those of mstflint's
 * parameter database where that is installed.
 */
#ifndef CLI_CONFIG_NAMES_H
#define CLI_CONFIG_NAMES_H

#include "invocation.h"
#include "prm.h"

enum config_class {
	CONFIG_GLOBAL = 0,
	CONFIG_PORT = 1,
	CONFIG_FUNCTION = 3,
	CONFIG_HOST = 7,
	CONFIG_MODULE = 9,
};

/* What the device keeps as one: a TLV. */
struct config_tlv {
	const char *name;
	enum config_class class;
	u32 id;
	const struct prm_layout *layout;	/* our own, or NULL */
	const struct prm_layout *theirs;	/* mstflint's, or NULL */
};

/*
 * Conditions are in the language of mstflint's database, see
 * config-expression.h. One that is NULL or empty always holds.
 */
struct config_param {
	const char *name;	/* "SRIOV_EN" */
	const char *tlv_name;	/* what it is part of ... */
	const char *field_name;	/* ... and which */
	const char *valid;	/* a field to set beside it, or NULL */
	const char *needs;	/* whether the device has it */
	u32 since;		/* the version of the TLV that brought it */
	const char *minimum;	/* or NULL */
	const char *maximum;
	const char *rule;	/* what must hold when it is changed */
	const char *where;	/* "$_name=...": a part of the rule, or NULL */
	const char *devlink;	/* the same in devlink, or NULL */
	const char *doc;
	/* Made of the names above, when they are loaded: */
	const struct config_tlv *tlv;
	const struct prm_field *field;
	const struct prm_field *valid_field;
	bool is_built_in;
};

struct config_names {
	struct config_tlv *tlvs;
	size_t n_tlvs;
	struct config_param *params;	/* in the order of the device */
	size_t n_params;
	bool has_database;
};

/* All that is known. 0, or -1 after fail(). Freed by config_names_free(). */
int config_names_load(struct invocation *invocation,
		      const struct config_names **names);
void config_names_free(void);

const struct config_tlv *config_tlv_by_name(const struct config_names *names,
					    const char *name, size_t length);
const struct prm_field *config_field(const struct config_tlv *tlv,
				     const char *name, size_t length);
/* Upper and lower case do not matter. */
const struct config_param *
config_param_by_name(const struct config_names *names, const char *name,
		     size_t length);

/* config-table.c: the built-in set. */
extern const struct config_tlv config_tlvs[];
extern const size_t config_n_tlvs;
extern const struct config_param config_params[];
extern const size_t config_n_params;

/*
 * While it is loaded: memory that lives as long as the names, NULL without
 * any; and a place for one more. What is there already stays as it is, except
 * that a TLV gets the layout that it lacks. False: there is no room.
 */
void *config_alloc(size_t size);
bool config_add_tlv(const struct config_tlv *tlv);
bool config_add_param(const struct config_param *param);

/*
 * config-database.c: add what a file of mstflint's has. NULL, or a sentence
 * that says what is wrong with the file.
 */
const char *config_read_database(const char *path);

#endif
