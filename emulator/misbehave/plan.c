// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Plans of faults, read: tables of keys, and names as prm/ has them. */
#include <stdio.h>
#include <stdlib.h>
#include "../firmware/document.h"
#include "../firmware/shipped.h"
#include "plan.h"

const struct emu_outcome emu_as_it_should = {
	.completions = 1,
	.early = UINT32_MAX,
	.out_len = UINT32_MAX,
};

/* A key whose value is a number, and where it is kept in its part. */
struct key {
	const char *name;
	size_t offset;
	uint64_t most;
	uint32_t least;
};

#define KEY(type, name, most) { #name, offsetof(struct type, name), most }
#define OUTCOME(name, most)						\
	{ #name, offsetof(struct emu_fault, outcome.name), most }

static const struct key when_keys[] = {
	KEY(emu_when, skip, UINT32_MAX),
	{ "every", offsetof(struct emu_when, every), UINT32_MAX, 1 },
	KEY(emu_when, count, UINT32_MAX),
	KEY(emu_when, percent, 100),
};

static const struct key fault_keys[] = {
	KEY(emu_fault, skip_effect, 1),
	KEY(emu_fault, stale, 1),
	KEY(emu_fault, echo, 1),
	KEY(emu_fault, reserved, 1),
	KEY(emu_fault, torn, EMU_MAX_MAILBOX),
	KEY(emu_fault, dump_at, EMU_MAX_DUMP),
	KEY(emu_fault, dump_times, EMU_MAX_DUMP / 4),
	KEY(emu_fault, dump_word, UINT32_MAX),
	KEY(emu_fault, dump_cut, EMU_MAX_DUMP),
	KEY(emu_fault, health_stops, 1),
	OUTCOME(lost, 1),
	OUTCOME(delivery, 0x7f),
	OUTCOME(completions, 2),
	OUTCOME(slot_xor, 31),
	OUTCOME(damage, EMU_BAD_TOKEN | EMU_BAD_SIGNATURE |
		EMU_BAD_BLOCK_NUMBER | EMU_BAD_NEXT),
	OUTCOME(early, EMU_MAX_MAILBOX),
	OUTCOME(changes, 1),
	OUTCOME(out_len, UINT32_MAX),
};

/* -1: an error; 0: it was none of these; 1: it was. */
static int read_key(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    const struct key *keys, size_t n, void *part)
{
	uint64_t number;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(keys[i].name, place->key))
			continue;
		if (emu_read_up_to(document, place, value, keys[i].most,
				   &number))
			return -1;
		if (number < keys[i].least)
			return emu_complain(document, place, "is less than %u",
					    keys[i].least);
		*(uint32_t *)((char *)part + keys[i].offset) = number;
		return 1;
	}
	return 0;
}

static bool command_named(const char *name, uint32_t *number)
{
	const struct prm_command *command = prm_command_by_name(name);

	if (command)
		*number = command->opcode;
	return command;
}

static bool register_named(const char *name, uint32_t *number)
{
	const struct prm_register *reg = prm_register_by_name(name);

	if (reg)
		*number = reg->id;
	return reg;
}

static bool capability_named(const char *name, uint32_t *number)
{
	const struct prm_capability *capability = prm_capability_by_name(name);

	if (capability)
		*number = capability->type;
	return capability;
}

static bool nothing_named(const char *name, uint32_t *number)
{
	(void)name;
	(void)number;
	return false;
}

static const struct match_key {
	const char *name;
	size_t offset;
	bool (*named)(const char *name, uint32_t *number);
} match_keys[] = {
	{ "command", offsetof(struct emu_match, command), command_named },
	{ "op_mod", offsetof(struct emu_match, op_mod), nothing_named },
	{ "register", offsetof(struct emu_match, reg), register_named },
	{ "capability", offsetof(struct emu_match, capability),
	  capability_named },
	{ "uid", offsetof(struct emu_match, uid), nothing_named },
};

static int read_match_key(const struct emu_document *document,
			  const struct emu_place *place,
			  struct json_object *value, struct emu_match *match)
{
	uint64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(match_keys); i++) {
		const struct match_key *row = &match_keys[i];
		uint32_t *to = (uint32_t *)((char *)match + row->offset);

		if (strcmp(row->name, place->key))
			continue;
		if (json_object_is_type(value, json_type_string) &&
		    row->named(json_object_get_string(value), to))
			return 0;
		if (emu_read_up_to(document, place, value, UINT16_MAX,
				   &number))
			return -1;
		*to = number;
		return 0;
	}
	return emu_complain(document, place, "is nothing that a command has");
}

static bool is_possible(const struct emu_match *match)
{
	bool any = match->command == EMU_ANY;

	if (match->capability != EMU_ANY)
		return match->reg == EMU_ANY &&
		       (any || match->command == PRM_OP_QUERY_HCA_CAP) &&
		       (match->op_mod == EMU_ANY ||
			match->op_mod >> 1 == match->capability);
	return match->reg == EMU_ANY || any ||
	       emu_accesses_register(match->command);
}

static int read_match(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      struct emu_match *match)
{
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };

		if (read_match_key(document, &here, member, match))
			return -1;
	}
	return is_possible(match) ? 0 :
	       emu_complain(document, place, "matches no command");
}

const struct prm_layout *emu_match_payload(const struct emu_match *match)
{
	const struct prm_register *reg = match->reg == EMU_ANY ? NULL :
					 prm_register_by_id(match->reg);

	if (reg)
		return reg->layout;
	return match->capability == EMU_ANY ? NULL :
	       prm_capability_layout(match->capability);
}

/* A path in any outbox, else in what follows its header, else in this one. */
static bool find_field(const struct emu_match *match, const char *path,
		       struct prm_bits *at)
{
	const struct prm_layout *payload = emu_match_payload(match);
	const struct prm_command *command = match->command == EMU_ANY ? NULL :
					    prm_command_by_opcode(match->command);
	const struct prm_command *any =
		prm_command_by_opcode(PRM_OP_ACCESS_REG);

	if (!strcmp(path, "status") || !strcmp(path, "syndrome"))
		return emu_find_bits(any->out, path, at);
	if (payload && emu_find_bits(payload, path, at)) {
		at->offset += PRM_HEADER_BYTES * 8;
		return true;
	}
	return command && emu_find_bits(command->out, path, at);
}

static int read_setting(const struct emu_document *document,
			const struct emu_place *place,
			struct json_object *value, struct emu_setting *set)
{
	const char *word = json_object_is_type(value, json_type_string) ?
			   json_object_get_string(value) : "";

	if (!strcmp(word, "ones") || !strcmp(word, "random")) {
		set->filling = *word == 'o' ? EMU_ONES : EMU_RANDOM;
		return 0;
	}
	if (emu_read_number(document, place, value, &set->value))
		return -1;
	if (set->at.width > 64)
		return emu_complain(document, place,
				    "is no number: give \"ones\" or \"random\"");
	if (set->at.width < 64 && set->value >> set->at.width)
		return emu_complain(document, place,
				    "0x%llx is too wide: the field has %u bits",
				    (unsigned long long)set->value,
				    set->at.width);
	return 0;
}

/* Of an answer, or without a match of the health buffer. */
static int read_sets(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     const struct emu_match *match, struct emu_setting *sets,
		     uint32_t *n)
{
	const struct prm_layout *health = prm_layout_by_name("health_buffer");

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, path, member) {
		struct emu_place here = { .up = place, .key = path };
		struct emu_setting *set = &sets[*n];

		if (*n == EMU_MAX_SETS)
			return emu_complain(document, &here,
					    "is one more than %u fields",
					    EMU_MAX_SETS);
		if (match && !find_field(match, path, &set->at))
			return emu_complain(document, &here,
				"is no field of an answer to what matches");
		if (!match && !emu_find_bits(health, path, &set->at))
			return emu_complain(document, &here,
				"is no field of the health buffer");
		if (read_setting(document, &here, member, set))
			return -1;
		++*n;
	}
	return 0;
}

/* Microseconds: a number, or [from, to]. */
static int read_delay(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      uint32_t *delay)
{
	bool is_range = json_object_is_type(value, json_type_array);

	if (is_range && json_object_array_length(value) != 2)
		return emu_complain(document, place, "is neither a number nor [from, to]");
	for (uint32_t i = 0; i < 2; i++) {
		struct json_object *one = is_range ?
			json_object_array_get_idx(value, i) : value;
		uint64_t number;

		if (emu_read_number(document, place, one, &number))
			return -1;
		if (number > EMU_MAX_DELAY)
			return emu_complain(document, place,
					    "is more than an hour");
		delay[i] = number;
	}
	return delay[0] <= delay[1] ? 0 :
	       emu_complain(document, place, "ends before it begins");
}

/* A dump is of a register, whichever command it is composed for. */
static bool is_of_dumps(const struct emu_match *match)
{
	static const uint16_t dumps[] = {
		PRM_REG_RESOURCE_DUMP, PRM_REG_CORE_DUMP, PRM_REG_MTRC_CONF,
	};

	for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
		if (match->reg == dumps[i])
			return (match->command & match->op_mod &
				match->capability & match->uid) == EMU_ANY;
	return false;
}

static int check_dump(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      const struct emu_rule *rule)
{
	if (emu_spoils_dumps(&rule->fault) && !is_of_dumps(&rule->match))
		return emu_complain(document, place,
			"is of dumps: match RESOURCE_DUMP, CORE_DUMP or MTRC_CONF, and nothing else");
	if (!rule->fault.dump_times &&
	    (json_object_object_get_ex(value, "dump_at", NULL) ||
	     json_object_object_get_ex(value, "dump_word", NULL)))
		return emu_complain(document, place, "lacks 'dump_times'");
	return 0;
}

static int read_fault(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      struct emu_rule *rule)
{
	struct emu_fault *fault = &rule->fault;

	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, member) {
		struct emu_place here = { .up = place, .key = key };
		int is_read = read_key(document, &here, member, fault_keys,
				       ARRAY_SIZE(fault_keys), fault);

		if (is_read < 0)
			return -1;
		if (is_read)
			continue;
		if (!strcmp(key, "delay"))
			is_read = read_delay(document, &here, member,
					     fault->delay);
		else if (!strcmp(key, "set"))
			is_read = read_sets(document, &here, member,
					    &rule->match, fault->sets,
					    &fault->n_sets);
		else if (!strcmp(key, "health"))
			is_read = read_sets(document, &here, member, NULL,
					    fault->health, &fault->n_health);
		else
			is_read = emu_complain(document, &here,
					       "is no action of a fault");
		if (is_read)
			return -1;
	}
	return check_dump(document, place, value, rule);
}

/* `match` first, wherever it is: the names of fields depend on it. */
static int read_rule(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_rule *rule)
{
	struct emu_place match = { .up = place, .key = "match" };
	struct emu_place fault = { .up = place, .key = "fault" };
	struct json_object *member;
	int is_read = 0;

	memset(&rule->match, 0xff, sizeof(rule->match));
	rule->when = (struct emu_when){ 0, 1, UINT32_MAX, 100 };
	rule->fault.torn = EMU_ANY;
	rule->fault.dump_cut = EMU_ANY;
	rule->fault.health_stops = EMU_ANY;
	rule->fault.outcome = emu_as_it_should;
	if (!json_object_is_type(value, json_type_object))
		return emu_complain(document, place, "is not an object");
	json_object_object_foreach(value, key, other) {
		struct emu_place here = { .up = place, .key = key };

		if (strcmp(key, "match") && strcmp(key, "fault"))
			is_read = read_key(document, &here, other, when_keys,
					   ARRAY_SIZE(when_keys), &rule->when);
		else
			is_read = 1;
		if (!is_read)
			return emu_complain(document, &here,
					    "is no key of a rule");
		if (is_read < 0)
			return -1;
	}
	if (json_object_object_get_ex(value, "match", &member) &&
	    read_match(document, &match, member, &rule->match))
		return -1;
	if (!json_object_object_get_ex(value, "fault", &member))
		return emu_complain(document, place, "lacks 'fault'");
	return read_fault(document, &fault, member, rule);
}

static int read_rules(const struct emu_document *document,
		      const struct emu_place *place, struct json_object *value,
		      struct emu_plan *plan)
{
	size_t n;

	if (!json_object_is_type(value, json_type_array))
		return emu_complain(document, place, "is not an array");
	n = json_object_array_length(value);
	if (n > EMU_MAX_RULES)
		return emu_complain(document, place, "has more than %u rules",
				    EMU_MAX_RULES);
	for (; plan->n_rules < n; plan->n_rules++) {
		struct emu_place here = { .up = place, .index = plan->n_rules };

		if (read_rule(document, &here,
			      json_object_array_get_idx(value, plan->n_rules),
			      &plan->rules[plan->n_rules]))
			return -1;
	}
	return 0;
}

static int read_seed(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_plan *plan)
{
	return emu_read_number(document, place, value, &plan->random);
}

static int read_version(const struct emu_document *document,
			const struct emu_place *place,
			struct json_object *value, struct emu_plan *plan)
{
	uint64_t version;

	(void)plan;
	if (emu_read_number(document, place, value, &version))
		return -1;
	return version == 1 ? 0 :
	       emu_complain(document, place, "only version 1 is known");
}

/* For people; nothing is made of it. */
static int read_text(const struct emu_document *document,
		     const struct emu_place *place, struct json_object *value,
		     struct emu_plan *plan)
{
	(void)plan;
	return json_object_is_type(value, json_type_string) ? 0 :
	       emu_complain(document, place, "is not a string");
}

static const struct {
	const char *key;
	int (*read)(const struct emu_document *document,
		    const struct emu_place *place, struct json_object *value,
		    struct emu_plan *plan);
	bool is_needed;
} sections[] = {
	{ "mlx5ctl_faults", read_version, true },
	{ "description", read_text, false },
	{ "seed", read_seed, false },
	{ "rules", read_rules, true },
};

static int read_section(const struct emu_document *document, const char *key,
			struct json_object *value, struct emu_plan *plan)
{
	struct emu_place here = { .key = key };

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (!strcmp(sections[i].key, key))
			return sections[i].read(document, &here, value, plan);
	return emu_complain(document, &here, "is no section of a plan");
}

static int read_plan(const struct emu_document *document,
		     struct json_object *root, struct emu_plan *plan)
{
	if (!json_object_is_type(root, json_type_object))
		return emu_complain(document, NULL, "is not an object");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (sections[i].is_needed &&
		    !json_object_object_get(root, sections[i].key))
			return emu_complain(document, NULL,
					    "lacks the section '%s'",
					    sections[i].key);
	json_object_object_foreach(root, key, value)
		if (read_section(document, key, value, plan))
			return -1;
	return 0;
}

struct emu_plan *emu_plan_parse(const char *name, const char *text, size_t len,
				struct emu_problem *problem)
{
	struct emu_document document = { .name = name, .problem = problem };
	struct json_object *root = NULL;
	struct emu_plan *plan = calloc(1, sizeof(*plan));
	char *copy = plan ? strndup(text, len) : NULL;
	int error = -1;

	snprintf(problem->text, sizeof(problem->text),
		 "%.80s: no memory is left", name);
	if (copy) {
		document.text = copy;
		root = emu_document_parse(&document, len);
	}
	if (root)
		error = read_plan(&document, root, plan);
	json_object_put(root);
	free(copy);
	if (!error)
		return plan;
	emu_plan_free(plan);
	return NULL;
}

static struct emu_plan *load(const char *path, struct emu_problem *problem)
{
	size_t len;
	char *text = emu_document_load(path, &len, problem);
	struct emu_plan *plan = text ? emu_plan_parse(path, text, len, problem) :
				       NULL;

	free(text);
	return plan;
}

/* There are too many to list; those of one kind begin with its letter and number. */
static void say_there_is_none(const char *name, struct emu_problem *problem)
{
	const size_t size = sizeof(problem->text);
	const char *before = "; there is ";
	size_t len = snprintf(problem->text, size,
			      "There is no plan of faults called '%.40s'", name);

	for (unsigned int i = 0; i < emu_n_shipped_plans && len < size; i++) {
		if (strncmp(emu_shipped_plans[i].name, name, 3))
			continue;
		len += snprintf(problem->text + len, size - len, "%s%s", before,
				emu_shipped_plans[i].name);
		before = ", ";
	}
	if (*before == ';')
		snprintf(problem->text + len, size - len,
			 "; connectx-emu(1) says where they are");
}

struct emu_plan *emu_plan_shipped(const char *name, struct emu_problem *problem)
{
	for (unsigned int i = 0; i < emu_n_shipped_plans; i++)
		if (!strcmp(emu_shipped_plans[i].name, name))
			return emu_plan_parse(name, emu_shipped_plans[i].text,
					      emu_shipped_plans[i].len,
					      problem);
	say_there_is_none(name, problem);
	return NULL;
}

const char *emu_plan_name(unsigned int index)
{
	return index < emu_n_shipped_plans ? emu_shipped_plans[index].name :
					     NULL;
}

struct emu_plan *emu_plan_named(const char *word, struct emu_problem *problem)
{
	return strpbrk(word, "/.") ? load(word, problem) :
				     emu_plan_shipped(word, problem);
}

void emu_plan_free(struct emu_plan *plan)
{
	free(plan);
}
