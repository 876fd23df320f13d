// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Read and evaluated in one go. What a decided && || or ?: makes irrelevant is
 * read but not looked up, for each name may cost a command.
 */
#include "config-expression.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DEPTH 64
#define N_OPERATORS (sizeof(operators) / sizeof(operators[0]))

struct reader {
	const char *at;
	config_lookup_t *lookup;
	void *context;
	unsigned int depth;
	unsigned int idle;	/* what is read now decides nothing */
	bool failed;
};

enum operator { OR, AND, EQUAL, DIFFERENT, AT_MOST, AT_LEAST, LESS, MORE,
		PLUS, MINUS, TIMES, OVER, POWER };

/* Of those that begin alike the longer one is first. */
static const struct {
	const char *text;
	enum operator operator;
	unsigned int rank;
} operators[] = {
	{ "||", OR, 1 }, { "&&", AND, 2 }, { "==", EQUAL, 3 },
	{ "!=", DIFFERENT, 3 }, { "<=", AT_MOST, 4 }, { ">=", AT_LEAST, 4 },
	{ "<", LESS, 4 }, { ">", MORE, 4 }, { "+", PLUS, 5 },
	{ "-", MINUS, 5 }, { "*", TIMES, 6 }, { "/", OVER, 6 },
	{ "^", POWER, 7 },
};

static double read_choice(struct reader *reader);

static bool take(struct reader *reader, const char *text)
{
	while (isspace((unsigned char)*reader->at))
		reader->at++;
	if (strncmp(reader->at, text, strlen(text)))
		return false;
	reader->at += strlen(text);
	return true;
}

static double give_up(struct reader *reader)
{
	reader->failed = true;
	return 0;
}

static double read_number(struct reader *reader)
{
	char *end;
	double value = strtoull(reader->at, &end, 0);

	reader->at = end;
	return value;
}

static double read_name(struct reader *reader)
{
	const char *name = reader->at;
	double value = 0;

	while (isalnum((unsigned char)*reader->at) || *reader->at == '_' ||
	       *reader->at == '.')
		reader->at++;
	if (reader->at == name ||
	    (!reader->idle && reader->lookup(reader->context, name,
					     reader->at - name, &value)))
		return give_up(reader);
	return value;
}

static double read_rest(struct reader *reader)
{
	double value = read_choice(reader);

	return take(reader, ")") ? value : give_up(reader);
}

static double read_operand(struct reader *reader)
{
	if (take(reader, "log2("))
		return log2(read_rest(reader));
	if (take(reader, "("))
		return read_rest(reader);
	if (take(reader, "$"))
		return read_name(reader);
	if (isdigit((unsigned char)*reader->at))
		return read_number(reader);
	return give_up(reader);
}

static double apply(enum operator operator, double left, double right)
{
	switch (operator) {
	case OR:	return left || right;
	case AND:	return left && right;
	case EQUAL:	return left == right;
	case DIFFERENT:	return left != right;
	case AT_MOST:	return left <= right;
	case AT_LEAST:	return left >= right;
	case LESS:	return left < right;
	case MORE:	return left > right;
	case PLUS:	return left + right;
	case MINUS:	return left - right;
	case TIMES:	return left * right;
	case OVER:	return left / right;
	case POWER:	return pow(left, right);
	}
	return 0;
}

/* The operator that comes next, if it binds more closely than `rank`. */
static size_t next_operator(struct reader *reader, unsigned int rank)
{
	take(reader, "");
	for (size_t i = 0; i < N_OPERATORS; i++) {
		const char *before = reader->at;

		if (*before != operators[i].text[0] ||
		    !take(reader, operators[i].text))
			continue;
		if (operators[i].rank > rank)
			return i;
		reader->at = before;
		break;
	}
	return N_OPERATORS;
}

static double read_chain(struct reader *reader, unsigned int rank)
{
	double left = read_operand(reader);
	size_t i;

	while (!reader->failed &&
	       (i = next_operator(reader, rank)) < N_OPERATORS) {
		bool is_decided = (operators[i].operator == OR && left) ||
				  (operators[i].operator == AND && !left);
		double right;

		reader->idle += is_decided;
		right = read_chain(reader, operators[i].rank);
		reader->idle -= is_decided;
		left = apply(operators[i].operator, left, right);
	}
	return left;
}

static double read_branch(struct reader *reader, bool is_taken)
{
	double value;

	reader->idle += !is_taken;
	value = read_choice(reader);
	reader->idle -= !is_taken;
	return value;
}

static double read_choice(struct reader *reader)
{
	double value, first, second;

	if (reader->failed || reader->depth++ > MOST_DEPTH)
		return give_up(reader);
	value = read_chain(reader, 0);
	if (take(reader, "?")) {
		first = read_branch(reader, value);
		second = take(reader, ":") ? read_branch(reader, !value) :
					     give_up(reader);
		value = value ? first : second;
	}
	reader->depth--;
	return value;
}

int config_evaluate(const char *text, config_lookup_t *lookup, void *context,
		    double *value)
{
	struct reader reader = {
		.at = text, .lookup = lookup, .context = context,
	};

	*value = read_choice(&reader);
	if (reader.failed || !take(&reader, "") || *reader.at)
		return -1;
	return 0;
}
