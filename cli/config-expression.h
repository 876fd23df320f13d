/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Conditions on parameters, as mstflint's database writes them: numbers,
 * `$tlv.field`, `$field` of the same TLV, `$_name` of a part that was given a
 * name, log2(), parentheses and the operators of C, with ^ for powers.
 */
#ifndef CLI_CONFIG_EXPRESSION_H
#define CLI_CONFIG_EXPRESSION_H

#include <stddef.h>

/*
 * The number that a name stands for: `name` is what follows the $, `length`
 * characters. 0, or -1, which ends it all.
 */
typedef int config_lookup_t(void *context, const char *name, size_t length,
			    double *value);

/* 0, or -1 where the lookup failed or `text` is no such expression. */
int config_evaluate(const char *text, config_lookup_t *lookup, void *context,
		    double *value);

#endif
