// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a verdict costs. `bench` prints nanoseconds per call; `bench NAME N`
 * calls one thing N times, for a tool that counts instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "firmware.h"
#include "policy.h"
#include "prm-offsets.h"
#include "switch.h"

#define LONGEST 4112
#define ROUNDS 200

struct mailbox {
	const char *name;
	u32 in_len;
	u32 out_len;
	u8 in[LONGEST];
};

static struct mailbox mailboxes[] = {
	{ "QUERY_ISSI", PRM_SIZE(query_issi_in), PRM_SIZE(query_issi_out) },
	{ "CREATE_MKEY", PRM_SIZE(create_mkey_in), PRM_SIZE(create_mkey_out) },
	{ "SET_HCA_CAP", PRM_SIZE(set_hca_cap_in), 16 },
	{ "ACCESS_REG", PRM_HEADER_BYTES + 3100, PRM_HEADER_BYTES + 3100 },
};

static const struct policy_owned owned[] = {
	{ POLICY_PD, 0x11, 0, 0 },
	{ POLICY_UMEM, 0x22, 0x7f0000000000, 0x10000 },
};

static const struct policy_session session = {
	.vhca_id = 1,
	.page_shift = 12,
	.owned = owned,
	.n_owned = ARRAY_SIZE(owned),
};

static void set(struct mailbox *mailbox, struct prm_bits at, u64 value)
{
	if (!prm_set(mailbox->in, mailbox->in_len, at, value))
		abort();
}

#define SET(mailbox, layout, field, value)				\
	set(&mailboxes[mailbox], PRM_AT(layout, field), value)

static void fill_mailboxes(void)
{
	SET(0, query_issi_in, opcode, PRM_OP_QUERY_ISSI);
	SET(1, create_mkey_in, opcode, PRM_OP_CREATE_MKEY);
	SET(1, create_mkey_in, mkey_umem_valid, 1);
	SET(1, create_mkey_in, memory_key_mkey_entry__lw, 1);
	SET(1, create_mkey_in, memory_key_mkey_entry__lr, 1);
	SET(1, create_mkey_in, memory_key_mkey_entry__access_mode_1_0, 1);
	SET(1, create_mkey_in, memory_key_mkey_entry__qpn, 0xffffff);
	SET(1, create_mkey_in, memory_key_mkey_entry__pd, 0x11);
	SET(1, create_mkey_in, memory_key_mkey_entry__start_addr, 0x7f0000000000);
	SET(1, create_mkey_in, memory_key_mkey_entry__len, 0x10000);
	SET(1, create_mkey_in, mkey_umem_id, 0x22);
	SET(2, set_hca_cap_in, opcode, PRM_OP_SET_HCA_CAP);
	SET(2, set_hca_cap_in, other_function, 1);
	memset(mailboxes[2].in + 16, 0x5a, 4096);
	SET(3, access_reg_in, opcode, PRM_OP_ACCESS_REG);
	SET(3, access_reg_in, op_mod, 1);
	SET(3, access_reg_in, register_id, PRM_REG_MGIR);
}

static struct emu_device *emulated;
static u64 sink;

/* Both steps, as the driver does for each command. */
static void judge(const struct mailbox *mailbox)
{
	static const struct policy_answers answers = {
		.capabilities = ~0u,
		.label_classes = POLICY_ALL_CLASSES,
		.narrowed_to = POLICY_ALL_CLASSES,
	};
	struct policy_match match = policy_match(mailbox->in, mailbox->in_len,
						 mailbox->out_len, &session);
	struct policy_verdict verdict = policy_decide(&match, &answers);

	if (verdict.reason != POLICY_ALLOWED) {
		fprintf(stderr, "%s is refused: %s at 0x%x.%u\n", mailbox->name,
			policy_reason_name(verdict.reason), verdict.byte,
			verdict.bit);
		exit(1);
	}
	sink++;
}

/* What fwctl's list does: the opcode, and nothing else. */
static void look_up(const struct mailbox *mailbox)
{
	sink += opcode_is_listed(mailbox->in[0] << 8 | mailbox->in[1]);
}

static void emulate(const struct mailbox *mailbox)
{
	static u8 out[LONGEST];

	if (emu_exec(emulated, mailbox->in, mailbox->in_len, out,
		     mailbox->out_len) || out[0])
		exit(1);
	sink++;
}

struct work {
	const char *name;
	void (*call)(const struct mailbox *mailbox);
	const struct mailbox *mailbox;
};

static const struct work works[] = {
	{ "switch", look_up, &mailboxes[0] },
	{ "QUERY_ISSI", judge, &mailboxes[0] },
	{ "CREATE_MKEY", judge, &mailboxes[1] },
	{ "SET_HCA_CAP", judge, &mailboxes[2] },
	{ "ACCESS_REG", judge, &mailboxes[3] },
	{ "emulator", emulate, &mailboxes[0] },
};

static void repeat(const struct work *work, u64 times)
{
	for (u64 i = 0; i < times; i++) {
		work->call(work->mailbox);
		__asm__ volatile("" : : : "memory");
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* The best of many short rounds: noise only ever adds. */
static double nanoseconds(const struct work *work)
{
	const u64 times = 5000;
	double best = 1e9;

	for (u32 i = 0; i < ROUNDS; i++) {
		double start = seconds();
		double spent;

		repeat(work, times);
		spent = (seconds() - start) / times * 1e9;
		if (spent < best)
			best = spent;
	}
	return best;
}

int main(int argc, char **argv)
{
	struct emu_problem problem;

	fill_mailboxes();
	if (argc == 1 || !strcmp(argv[1], "emulator"))
		emulated = emu_create(emu_personality_shipped(NULL, &problem));
	for (u32 i = 0; i < ARRAY_SIZE(works); i++) {
		if (argc == 3 && !strcmp(argv[1], works[i].name))
			repeat(&works[i], strtoull(argv[2], NULL, 0));
		if (argc == 1)
			printf("%s %u %.2f\n", works[i].name,
			       works[i].mailbox->in_len,
			       nanoseconds(&works[i]));
	}
	return !sink;
}
