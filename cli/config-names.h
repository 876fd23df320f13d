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
	struct prm_layout *theirs;		/* mstflint's, or NULL */
	u64 first_row, last_row;		/* and where its fields are */
	bool has_params;
	/* What config_params_load() brings: */
	bool is_loaded;
	u32 n_params;
	struct config_param *params;	/* in the order of the device */
};

/*
 * Conditions are in the language of mstflint's database, see
 * config-expression.h. One that is NULL or empty always holds.
 */
struct config_param {
	const char *name;	/* "SRIOV_EN" */
	const char *tlv_name;	/* what it is part of, if it is built in */
	const char *field_name;	/* and which */
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
	struct config_tlv *tlvs;	/* in the order of their numbers */
	u32 n_tlvs;
	bool has_database;
};

/*
 * All TLVs that are known; and parameters of one, or of all. Of mstflint's
 * database no more is read than that. 0, or -1 after fail(). Freed together.
 */
int config_names_load(struct invocation *invocation,
		      const struct config_names **names);
int config_params_load(struct invocation *invocation,
		       const struct config_tlv *tlv);
int config_params_load_all(struct invocation *invocation);
void config_names_free(void);

const struct config_tlv *config_tlv_by_name(const struct config_names *names,
					    const char *name, size_t length);
/* NULL: there is none, or after fail(). */
const struct prm_field *config_field(struct invocation *invocation,
				     const struct config_tlv *tlv,
				     const char *name, size_t length);
/* The same; upper and lower case do not matter. */
const struct config_param *config_param_by_name(struct invocation *invocation,
						const char *name,
						size_t length);

/* config-table.c: the built-in set. */
extern const struct config_tlv config_tlvs[];
extern const size_t config_n_tlvs;
extern const struct config_param config_params[];
extern const size_t config_n_params;

/*
 * Memory that lives as long as the names, NULL without any; a row more at the
 * end of an array there; and what a database has beside what is built in,
 * which stays as it is. False: there is no room.
 */
void *config_alloc(size_t size);
bool config_append(void *rows, u32 *n, const void *row, size_t size);
bool config_add_tlv(const struct config_tlv *tlv);
struct config_tlv *config_tlv_of_theirs(const char *name);
bool config_add_param(struct config_tlv *tlv,
		      const struct config_param *param);

/*
 * config-database.c: add the TLVs of a file of mstflint's; then what it has
 * of one. NULL, or a sentence that says what is wrong with the file.
 */
const char *config_database_open(const char *path);
const char *config_database_read(struct config_tlv *tlv);
void config_database_close(void);

#endif
