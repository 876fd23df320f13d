// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The session that golden verdicts are judged in, as text and as structure. */
#include <inttypes.h>
#include <stdlib.h>

#include "golden.h"

const char *const golden_objects[4] = {
	[POLICY_NO_OBJECT] = "none",
	[POLICY_PD] = "pd",
	[POLICY_MKEY] = "mkey",
	[POLICY_UMEM] = "umem",
};

static bool add_owned(struct golden_session *session, const char *name, u32 id,
		      u64 address, u64 length)
{
	struct policy_owned *owned = &session->owned[session->policy.n_owned];

	if (session->policy.n_owned == GOLDEN_OWNED)
		return false;
	for (u32 i = 1; i < ARRAY_SIZE(golden_objects); i++)
		if (!strcmp(golden_objects[i], name))
			owned->object = i;
	if (owned->object == POLICY_NO_OBJECT)
		return false;
	owned->id = id;
	owned->address = address;
	owned->length = length;
	session->policy.n_owned++;
	session->policy.owned = session->owned;
	return true;
}

bool session_line(struct golden_session *session, const char *line)
{
	u64 *last = session->policy.continuation;
	uint64_t address, length, sequence, opaque, cookie;
	u32 id, shift;
	char word[8];

	if (sscanf(line, "session %7s %x %u", word, &id, &shift) == 3) {
		session->policy.is_vf = !strcmp(word, "vf");
		session->policy.vhca_id = id;
		session->policy.page_shift = shift;
		return true;
	}
	if (sscanf(line, "own %7s %x %" SCNx64 " %" SCNx64, word, &id, &address,
		   &length) == 4)
		return add_owned(session, word, id, address, length);
	if (sscanf(line, "last %" SCNx64 " %" SCNx64 " %" SCNx64, &sequence,
		   &opaque, &cookie) == 3) {
		last[POLICY_DUMP_SEQUENCE] = sequence;
		last[POLICY_DUMP_OPAQUE] = opaque;
		last[POLICY_CORE_COOKIE] = cookie;
		return true;
	}
	return false;
}

void session_print(FILE *file, const struct golden_session *session)
{
	const struct policy_session *policy = &session->policy;

	fprintf(file, "session %s 0x%x %u\n", policy->is_vf ? "vf" : "pf",
		policy->vhca_id, policy->page_shift);
	for (u32 i = 0; i < policy->n_owned; i++)
		fprintf(file, "own %s 0x%x 0x%" PRIx64 " 0x%" PRIx64 "\n",
			golden_objects[policy->owned[i].object],
			policy->owned[i].id,
			(uint64_t)policy->owned[i].address,
			(uint64_t)policy->owned[i].length);
	fprintf(file, "last 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n",
		(uint64_t)policy->continuation[POLICY_DUMP_SEQUENCE],
		(uint64_t)policy->continuation[POLICY_DUMP_OPAQUE],
		(uint64_t)policy->continuation[POLICY_CORE_COOKIE]);
}

/*
 * Ids of one kind are no ids of another, so that a mix-up is seen. The first
 * umem starts inside a page, the last one ends where addresses end.
 */
void session_fixed(struct golden_session *session, bool is_vf)
{
	memset(session, 0, sizeof(*session));
	session_line(session, is_vf ? "session vf 0x7 12" : "session pf 0x7 12");
	session_line(session, "own pd 0x11 0x0 0x0");
	session_line(session, "own pd 0x12 0x0 0x0");
	session_line(session, "own umem 0x21 0x7f0000001200 0x5000");
	session_line(session, "own umem 0x22 0x7f0000010e00 0x4000");
	session_line(session, "own umem 0x23 0xffffffffffffe000 0x1fff");
	session_line(session, "own mkey 0x3142 0x7f0000001200 0x4000");
	session_line(session, "own mkey 0x3300 0xffffffffffffe000 0x1fff");
	session_line(session, "last 0x5 0x1122334455667788 0x99aabbccddeeff01");
}
