/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A personality as its document, all questions that it answers, and the
 * answers of a device: so that two of them can be compared as wholes.
 */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include <json-c/json.h>

#include "unit.h"

#define MAX_QUESTIONS 640

struct question {
	char label[72];		/* "cap GENERAL current", "reg PAOS 0" ... */
	u16 opcode;
	u8 *in;
	u32 in_len;
	u32 out_len;
};

struct world {
	struct json_object *root;
	struct question questions[MAX_QUESTIONS];
	u32 n;
};

/* The nth shipped document; each instance and each object is asked for. */
void world_open(struct world *world, u32 n);
void world_close(struct world *world);

/* A device of the document as it is now. Its clock stands still. */
struct emu_device *world_device(const struct world *world);

/* A member by name, so that it can be changed. */
struct json_object *world_section(const struct world *world, const char *name);
u64 world_number(struct json_object *value, const struct prm_field *field);

/* Whole outboxes, one after the other; status and syndrome are part of them. */
struct answers {
	u8 *out[MAX_QUESTIONS];
};

void answers_ask(struct answers *answers, const struct world *world,
		 struct emu_device *device);
void answers_free(struct answers *answers, const struct world *world);
int question_find(const struct world *world, const char *label);

#endif
