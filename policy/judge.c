// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The two steps of the judge. See policy.h for what they are for.
 *
 * A mailbox is read from the outside in: its opcode finds a row, whose bits
 * are judged; where the row names a further table (a register, a parameter,
 * a kind of dump), the next number finds the next row, until one decides.
 */
#include "policy.h"
#include "prm-offsets.h"

struct judge {
	const u8 *in;
	u32 in_len;
	u32 out_len;
	const struct policy_session *session;
	const struct policy_rule *rule;
	u32 origin;		/* of the rule's table, in bits */
	struct prm_bits reaches_out; /* the field that names another function */
};

static struct policy_verdict verdict_at(enum policy_reason reason,
					const struct judge *judge,
					struct prm_bits at)
{
	return (struct policy_verdict){
		.reason = reason,
		.rule = judge->rule,
		.byte = prm_dword_of(at),
		.bit = prm_bit_of(at),
	};
}

static struct policy_verdict verdict(enum policy_reason reason,
				     const struct judge *judge)
{
	return (struct policy_verdict){
		.reason = reason,
		.rule = judge->rule,
	};
}

static bool is_allowed(struct policy_verdict verdict)
{
	return verdict.reason == POLICY_ALLOWED;
}

static struct prm_bits from_origin(const struct judge *judge,
				   struct prm_bits at)
{
	at.offset += judge->origin;
	return at;
}

/* A field the mailbox does not reach is absent; absent bits read as zero. */
static u64 field(const struct judge *judge, struct prm_bits at)
{
	return prm_value(judge->in, judge->in_len, from_origin(judge, at));
}

static bool in_set(const struct policy_set *set, u64 value)
{
	for (u32 i = 0; i < set->count; i++)
		if (set->values[i] == value)
			return true;
	return false;
}

const struct policy_owned *
policy_find_owned(const struct policy_session *session,
		  enum policy_object object, u64 id, u32 drop_bits)
{
	for (u32 i = 0; i < session->n_owned; i++) {
		const struct policy_owned *owned = &session->owned[i];

		if (owned->object == object && owned->id >> drop_bits == id)
			return owned;
	}
	return NULL;
}

static enum policy_reason judge_value(struct judge *judge,
				      const struct policy_check *check)
{
	const struct policy_session *session = judge->session;
	u64 value = check->kind == POLICY_ANY ? 0 : field(judge, check->at);

	switch (check->kind) {
	case POLICY_ANY:
		break;
	case POLICY_EQUALS:
		if (value != check->value)
			return POLICY_VALUE;
		break;
	case POLICY_RANGE:
		if (value < check->value || value > check->last)
			return POLICY_VALUE;
		break;
	case POLICY_ONE_OF:
		if (!in_set(&check->set, value))
			return POLICY_VALUE;
		break;
	case POLICY_OWNED:
		if (!policy_find_owned(session, check->object, value,
				       check->value))
			return POLICY_FOREIGN;
		break;
	case POLICY_OWN_FUNCTION:
		if (value)
			judge->reaches_out = from_origin(judge, check->at);
		break;
	case POLICY_OWN_VHCA:
		if (value && value != session->vhca_id)
			judge->reaches_out = from_origin(judge, check->at);
		break;
	case POLICY_CONTINUES:
		if (value &&
		    value != session->continuation[check->continuation])
			return POLICY_STALE;
		break;
	case POLICY_REST:
		if (value != judge->in_len - check->value)
			return POLICY_VALUE;
		break;
	}
	return POLICY_ALLOWED;
}

/* Who may reach out depends on the class, which is known only at the end. */
static bool may_reach_out(const struct judge *judge, enum policy_class class)
{
	return !(class & (POLICY_IDENTIFY | POLICY_CONFIG_READ)) &&
	       !judge->session->is_vf;
}

/* No bit of [from, to) is set; or `found` is the first. */
static bool is_zero(const struct judge *judge, u32 from, u32 to,
		    struct prm_bits *found)
{
	u32 end = judge->in_len * 8;
	u64 bits;

	if (to > end)
		to = end;
	if (from >= to)
		return true;
	/* Most gaps are short and zero, which is seen at once. */
	if (to - from <= 64 &&
	    prm_get(judge->in, judge->in_len,
		    (struct prm_bits){ from, to - from }, &bits) && !bits)
		return true;
	*found = (struct prm_bits){ prm_first_set(judge->in, from, to), 1 };
	return found->offset == to;
}

/* Each named field and each gap between them, up to `end` (in bits). */
static struct policy_verdict judge_bits(struct judge *judge, u32 from, u32 end)
{
	const struct policy_rule *rule = judge->rule;
	struct policy_verdict answer;
	struct prm_bits found;

	for (u32 i = 0; i < rule->n_checks; i++) {
		const struct policy_check *check = &rule->checks[i];
		struct prm_bits at = from_origin(judge, check->at);
		enum policy_reason reason;

		if (!is_zero(judge, from, at.offset, &found))
			return verdict_at(POLICY_RESERVED, judge, found);
		from = at.offset + at.width;
		if (check->kind == POLICY_ANY)
			continue;
		reason = judge_value(judge, check);
		if (reason != POLICY_ALLOWED) {
			answer = verdict_at(reason, judge, at);
			answer.check = check;
			return answer;
		}
	}
	if (!is_zero(judge, from, end, &found))
		return verdict_at(POLICY_RESERVED, judge, found);
	return verdict(POLICY_ALLOWED, judge);
}

static bool length_is(struct policy_length allowed, u32 length)
{
	return !allowed.max ||
	       (length >= allowed.min && length <= allowed.max &&
		length % 4 == 0);
}

static struct policy_verdict judge_lengths(const struct judge *judge)
{
	if (!length_is(judge->rule->in, judge->in_len))
		return verdict(POLICY_IN_LENGTH, judge);
	if (!length_is(judge->rule->out, judge->out_len))
		return verdict(POLICY_OUT_LENGTH, judge);
	return verdict(POLICY_ALLOWED, judge);
}

static bool inside(const struct policy_owned *memory, u64 address, u64 length)
{
	u64 offset = address - memory->address;

	return address >= memory->address && offset <= memory->length &&
	       length <= memory->length - offset;
}

static u64 pages_of(const struct policy_session *session,
		    const struct policy_owned *memory)
{
	u64 mask = ((u64)1 << session->page_shift) - 1;
	u64 offset = memory->address & mask;

	return (offset + memory->length + mask) >> session->page_shift;
}

/* Two translations of eight bytes to the octword of sixteen. */
static bool octwords_fit(const struct judge *judge, struct prm_bits at,
			 u64 pages)
{
	u64 octwords = field(judge, at);

	return !octwords || octwords == (pages + 1) / 2;
}

static struct policy_verdict judge_mkey(const struct judge *judge)
{
	const struct policy_session *session = judge->session;
	const struct prm_bits id = PRM_AT(create_mkey_in, mkey_umem_id);
	const struct prm_bits start =
		PRM_AT(create_mkey_in, memory_key_mkey_entry__start_addr);
	const struct prm_bits len =
		PRM_AT(create_mkey_in, memory_key_mkey_entry__len);
	const struct prm_bits size = PRM_AT(create_mkey_in,
		memory_key_mkey_entry__translations_octword_size);
	const struct prm_bits actual =
		PRM_AT(create_mkey_in, translations_octword_actual_size);
	const struct prm_bits log_page =
		PRM_AT(create_mkey_in, memory_key_mkey_entry__log_page_size);
	const struct policy_owned *umem =
		policy_find_owned(session, POLICY_UMEM, field(judge, id), 0);
	u64 page = (u64)1 << session->page_shift;
	u64 address = field(judge, start);
	u64 length = field(judge, len);
	u64 pages;

	if (!umem)
		return verdict_at(POLICY_FOREIGN, judge, id);
	if (!inside(umem, address, length) ||
	    ((address - umem->address) & (page - 1)))
		return verdict_at(POLICY_EXTENT, judge, start);
	if (!length)
		return verdict_at(POLICY_EXTENT, judge, len);
	pages = pages_of(session, umem);
	if (!octwords_fit(judge, size, pages))
		return verdict_at(POLICY_EXTENT, judge, size);
	if (!octwords_fit(judge, actual, pages))
		return verdict_at(POLICY_EXTENT, judge, actual);
	if (field(judge, log_page) &&
	    field(judge, log_page) != session->page_shift)
		return verdict_at(POLICY_EXTENT, judge, log_page);
	return verdict(POLICY_ALLOWED, judge);
}

/* A dump to memory, whose row requires a key; one into the reply has a row without. */
static struct policy_verdict judge_dump(const struct judge *judge,
					struct prm_bits mkey,
					struct prm_bits size,
					struct prm_bits address)
{
	const struct policy_owned *memory =
		policy_find_owned(judge->session, POLICY_MKEY,
				  field(judge, mkey), 0);

	if (!memory)
		return verdict_at(POLICY_FOREIGN, judge,
				  from_origin(judge, mkey));
	if (!inside(memory, field(judge, address), field(judge, size)))
		return verdict_at(POLICY_EXTENT, judge,
				  from_origin(judge, address));
	return verdict(POLICY_ALLOWED, judge);
}

static struct policy_verdict judge_extra(const struct judge *judge)
{
	switch (judge->rule->extra) {
	case POLICY_NO_EXTRA:
		break;
	case POLICY_MKEY_OVER_UMEM:
		return judge_mkey(judge);
	case POLICY_RESOURCE_TO_MKEY:
		return judge_dump(judge, PRM_AT(resource_dump, mkey),
				  PRM_AT(resource_dump, size),
				  PRM_AT(resource_dump, address));
	case POLICY_CORE_TO_MKEY:
		return judge_dump(judge, PRM_AT(core_dump, mkey),
				  PRM_AT(core_dump, size),
				  PRM_AT(core_dump, address));
	}
	return verdict(POLICY_ALLOWED, judge);
}

static u32 last_key(const struct policy_rule *rule)
{
	return rule->last ? rule->last : rule->key;
}

static bool row_is_for(const struct judge *judge,
		       const struct policy_rule *rule, u32 key)
{
	return key >= rule->key && key <= last_key(rule) &&
	       (!rule->when.width || field(judge, rule->when) == rule->is);
}

/* The first row that a key may belong to: rows ascend, ranges are disjoint. */
static u32 first_candidate(const struct policy_table *table, u32 key)
{
	u32 low = 0;
	u32 high = table->n_rules;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (last_key(&table->rules[middle]) < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct policy_rule *find_rule(const struct judge *judge,
					   const struct policy_table *table,
					   u32 key)
{
	for (u32 i = first_candidate(table, key);
	     i < table->n_rules && table->rules[i].key <= key; i++)
		if (row_is_for(judge, &table->rules[i], key))
			return &table->rules[i];
	return table->otherwise;
}

/* No row is for the key, or there are some but for other modes of it. */
static struct policy_verdict refuse_unknown(const struct judge *judge,
					    const struct policy_table *table)
{
	u32 key = field(judge, table->key);
	u32 i = first_candidate(table, key);

	if (i < table->n_rules && table->rules[i].key <= key)
		return verdict_at(POLICY_VALUE, judge,
				  from_origin(judge, table->rules[i].when));
	return verdict_at(POLICY_UNKNOWN, judge, from_origin(judge, table->key));
}

/* A row of one table: found, permitted at all, and its part of the bits. */
static struct policy_verdict judge_row(struct judge *judge,
				       const struct policy_table *table)
{
	const struct policy_rule *rule;
	struct policy_verdict answer;
	struct prm_bits key;
	u32 from, end;

	judge->origin = table->origin * 8;
	key = from_origin(judge, table->key);
	if (judge->in_len * 8 < key.offset + key.width)
		return verdict(POLICY_TOO_SHORT, judge);
	rule = find_rule(judge, table, field(judge, table->key));
	if (!rule)
		return refuse_unknown(judge, table);
	judge->rule = rule;
	if (!rule->next && rule->class == POLICY_NEVER)
		return verdict_at(POLICY_OWNED_ELSEWHERE, judge, key);
	answer = judge_lengths(judge);
	if (!is_allowed(answer) || table->classifies)
		return answer;
	from = table->origin ? judge->origin : 32; /* past opcode and uid */
	end = rule->next && !rule->next->classifies ? rule->next->origin * 8 :
						       judge->in_len * 8;
	answer = judge_bits(judge, from, end);
	return is_allowed(answer) ? judge_extra(judge) : answer;
}

static const struct policy_class_info *class_info(enum policy_class class)
{
	for (u32 i = 0; i < policy_n_classes; i++)
		if (policy_classes[i].class == class)
			return &policy_classes[i];
	return NULL;
}

/* What the caller must have for the row that decides. */
static void require(struct policy_match *match, const struct judge *judge,
		    u32 flags)
{
	const struct policy_class_info *info = class_info(judge->rule->class);

	if (!info) {
		match->verdict = verdict(POLICY_UNJUDGED, judge);
		return;
	}
	if (judge->reaches_out.width && !may_reach_out(judge, info->class)) {
		match->verdict = verdict_at(POLICY_OTHER_FUNCTION, judge,
					    judge->reaches_out);
		return;
	}
	match->class = info->class;
	match->capabilities = info->capabilities;
	match->closed_at = info->closed_at;
	match->taints = info->taints;
	if (judge->reaches_out.width)
		match->capabilities |= POLICY_CAP_SYS_ADMIN;
	if (flags & POLICY_HOST_MEMORY && !match->closed_at)
		match->closed_at = POLICY_LOCKDOWN_CONFIDENTIALITY;
}

struct policy_match policy_match(const void *in, u32 in_len, u32 out_len,
				 const struct policy_session *session)
{
	struct judge judge = {
		.in = in,
		.in_len = in_len,
		.out_len = out_len,
		.session = session,
	};
	struct policy_match match = { .verdict = verdict(POLICY_TOO_SHORT, &judge) };
	u32 flags = 0;

	if (in_len < PRM_HEADER_BYTES || out_len < PRM_HEADER_BYTES)
		return match;
	for (const struct policy_table *table = &policy_commands; table;
	     table = judge.rule->next) {
		match.verdict = judge_row(&judge, table);
		if (!is_allowed(match.verdict))
			return match;
		flags |= judge.rule->flags;
		if (judge.rule->n_redact) {
			match.redacts = judge.rule;
			match.redact_origin = judge.origin;
		}
	}
	require(&match, &judge, flags);
	return match;
}

struct policy_verdict policy_decide(const struct policy_match *match,
				    const struct policy_answers *answers)
{
	struct policy_verdict answer = match->verdict;

	if (!is_allowed(answer))
		return answer;
	if (!(match->class & answers->label_classes))
		answer.reason = POLICY_LABEL;
	else if (!(match->class & answers->narrowed_to))
		answer.reason = POLICY_NARROWED;
	else if (match->capabilities & ~answers->capabilities)
		answer.reason = POLICY_CAPABILITY;
	else if (match->closed_at && answers->lockdown >= match->closed_at)
		answer.reason = POLICY_LOCKED_DOWN;
	return answer;
}

const struct policy_table *policy_table_of(const struct policy_rule *rule)
{
	const struct policy_table *table;

	for (u32 i = 0; rule && (table = policy_tables[i]); i++)
		if (rule == table->otherwise ||
		    (rule >= table->rules &&
		     rule < table->rules + table->n_rules))
			return table;
	return NULL;
}

u32 policy_register_of(const void *in, u32 in_len)
{
	u64 opcode, id;

	if (!prm_get(in, in_len, PRM_AT(access_reg_in, opcode), &opcode) ||
	    !prm_get(in, in_len, PRM_AT(access_reg_in, register_id), &id))
		return 0;
	return opcode == PRM_OP_ACCESS_REG ||
	       opcode == PRM_OP_ACCESS_REGISTER_USER ? id : 0;
}

/* What the next command of a dump may repeat; from the register's first byte. */
static const struct {
	u32 register_id;
	struct prm_bits at;
} continuations[POLICY_N_CONTINUATIONS] = {
	[POLICY_DUMP_SEQUENCE] = { PRM_REG_RESOURCE_DUMP,
				   { PRM(resource_dump, seq_num) } },
	[POLICY_DUMP_OPAQUE] = { PRM_REG_RESOURCE_DUMP,
				 { PRM(resource_dump, device_opaque) } },
	[POLICY_CORE_COOKIE] = { PRM_REG_CORE_DUMP, { PRM(core_dump, cookie) } },
};

void policy_note_answer(struct policy_session *session, const void *in,
			u32 in_len, const void *out, u32 out_len)
{
	u32 id = policy_register_of(in, in_len);
	struct prm_bits at;

	for (u32 i = 0; i < POLICY_N_CONTINUATIONS; i++) {
		at = continuations[i].at;
		at.offset += PRM_HEADER_BYTES * 8;
		if (continuations[i].register_id == id)
			session->continuation[i] =
				prm_value(out, out_len, at);
	}
}

void policy_stamp_uid(void *in, u32 in_len, u16 uid)
{
	u8 *bytes = in;

	if (in_len < PRM_HEADER_BYTES)
		return;
	bytes[2] = uid >> 8;
	bytes[3] = uid & 0xff;
}

void policy_redact(const struct policy_match *match, void *out, u32 out_len)
{
	const struct policy_rule *rule = match->redacts;
	u8 *bytes = out;

	/* An error is a status and a syndrome; there is no more to it. */
	for (u32 i = 1; i < out_len && bytes[0]; i++)
		if (i < 4 || i >= 8)
			bytes[i] = 0;
	for (u32 i = 0; rule && i < rule->n_redact; i++) {
		u32 bit = match->redact_origin + rule->redact[i].offset;
		u32 end = bit + rule->redact[i].width;

		for (; bit < end && bit / 8 < out_len; bit++)
			bytes[bit / 8] &= ~(0x80 >> bit % 8);
	}
}
