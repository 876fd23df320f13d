// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Questions about the caller, and about memory that a dump is written to. */
#include <stdlib.h>

#include "generate.h"

static void ask_matrix(FILE *file, const struct golden_case *from)
{
	struct golden_case one = *from;

	for (one.label = -1; one.label < 4; one.label++)
		for (one.capabilities = 0; one.capabilities < 4;
		     one.capabilities++)
			for (u32 level = 0; level < 3; level++) {
				one.lockdown = level;
				say(file, &one);
			}
	one = *from;
	for (one.classes = 0; one.classes <= POLICY_ALL_CLASSES; one.classes++)
		say(file, &one);
	one.classes = 0;
	one.capabilities = 0;
	one.lockdown = POLICY_LOCKDOWN_CONFIDENTIALITY;
	for (one.label = -1; one.label < 4; one.label++)
		say(file, &one);
}

/* A mailbox that reaches out, if the base has a field for that. */
static bool reach_out(const struct base *base)
{
	for (u32 i = 0; i < base->depth; i++)
		for (u32 j = 0; j < base->path[i]->n_checks; j++) {
			const struct policy_check *check =
				&base->path[i]->checks[j];
			struct prm_bits at = check->at;

			if (check->kind != POLICY_OWN_FUNCTION)
				continue;
			at.offset += base->tables[i]->origin * 8;
			if (!prm_set(base->one.in, base->one.in_len, at, 1))
				abort();
			return true;
		}
	return false;
}

void generate_callers(struct outputs *to, const struct base *base)
{
	const struct golden_case *one = &base->one;
	struct policy_match match = policy_match(one->in, one->in_len,
						 one->out_len,
						 &one->session->policy);
	bool first = !(to->classes_done & match.class);
	bool host = match.class == POLICY_DEBUG_READ && match.closed_at &&
		    !to->host_memory_done;

	to->classes_done |= match.class;
	to->host_memory_done |= host;
	if (first || host) {
		say_name(to->files[CALLERS], base);
		ask_matrix(to->files[CALLERS], one);
	}
	if (match.class == POLICY_DEBUG_READ && !to->reaching_done &&
	    reach_out(base)) {
		to->reaching_done = true;
		say_name(to->files[CALLERS], base);
		ask_matrix(to->files[CALLERS], one);
	}
}

/* One field of one mailbox set to a value; offsets as policy.md has them. */
struct poke {
	const char *why;
	u32 byte;
	u32 bytes;
	u64 value;
};

static const struct poke mkey_pokes[] = {
	{ "free: both", 0x10, 4, 0x00000d00 },
	{ "local read without local write", 0x10, 4, 0x00000500 },
	{ "access mode PA", 0x10, 4, 0x00000800 },
	{ "access mode KSM", 0x10, 4, 0x00000a00 },
	{ "remote write", 0x10, 4, 0x00002900 },
	{ "remote read", 0x10, 4, 0x00001900 },
	{ "atomic", 0x10, 4, 0x00004900 },
	{ "umr_en", 0x10, 4, 0x00008900 },
	{ "free bit", 0x10, 4, 0x40000900 },
	{ "page access", 0x0c, 4, 0xc0000000 },
	{ "no umem", 0x0c, 4, 0 },
	{ "data direct", 0x0c, 4, 0x50000000 },
	{ "any low byte of the key", 0x14, 4, 0xffffffab },
	{ "a queue's own", 0x14, 4, 0x00000100 },
	{ "another own pd", 0x1c, 4, 0x12 },
	{ "a pd of nobody", 0x1c, 4, 0x13 },
	{ "a umem's id as a pd", 0x1c, 4, 0x21 },
	{ "length64", 0x1c, 4, 0x80000011 },
	{ "bsf_en", 0x1c, 4, 0x40000011 },
	{ "starts a page later, ends outside", 0x20, 8, 0x7f0000002200 },
	{ "starts one byte early", 0x20, 8, 0x7f00000011ff },
	{ "starts one byte late", 0x20, 8, 0x7f0000001201 },
	{ "starts a page early", 0x20, 8, 0x7f0000000200 },
	{ "starts at nothing", 0x20, 8, 0 },
	{ "starts where addresses end", 0x20, 8, 0xfffffffffffff200 },
	{ "shorter", 0x28, 8, 0x1000 },
	{ "one byte", 0x28, 8, 1 },
	{ "nothing", 0x28, 8, 0 },
	{ "one byte longer", 0x28, 8, 0x5001 },
	{ "as long as wraps", 0x28, 8, 0xffff80ffffffee00 },
	{ "all there is", 0x28, 8, 0xffffffffffffffff },
	{ "exact octwords", 0x44, 4, 3 },
	{ "one octword less", 0x44, 4, 2 },
	{ "one octword more", 0x44, 4, 4 },
	{ "exact actual octwords", 0x60, 4, 3 },
	{ "one actual octword less", 0x60, 4, 2 },
	{ "one actual octword more", 0x60, 4, 4 },
	{ "the host's pages", 0x48, 4, 12 },
	{ "larger pages", 0x48, 4, 13 },
	{ "smaller pages", 0x48, 4, 11 },
	{ "relaxed ordering read", 0x48, 4, 0x40 },
	{ "another own umem, other addresses", 0x64, 4, 0x22 },
	{ "a umem of nobody", 0x64, 4, 0x24 },
	{ "no umem id", 0x64, 4, 0 },
	{ "a pd's id as a umem", 0x64, 4, 0x11 },
	{ "an offset", 0x68, 8, 0x1000 },
	{ "the last byte of the offset", 0x68, 8, 1 },
	{ "a translation of its own", 0x110, 8, 0x1000 },
};

static void poke(const struct base *base, u32 byte, u32 bytes, u64 value)
{
	const struct prm_bits at = { byte * 8, bytes * 8 };

	if (!prm_set(base->one.in, GOLDEN_FAR, at, value))
		abort();
}

static void ask_mkey(FILE *file, const struct base *base)
{
	struct golden_case one = base->one;
	u8 before[GOLDEN_FAR];

	memcpy(before, one.in, GOLDEN_FAR);
	for (u32 i = 0; i < ARRAY_SIZE(mkey_pokes); i++) {
		const struct poke *this = &mkey_pokes[i];

		one.in_len = this->byte < 0x110 ? 0x110 : 0x118;
		poke(base, this->byte, this->bytes, this->value);
		fprintf(file, "# 0x%02x: %s\n", this->byte, this->why);
		say(file, &one);
		memcpy(one.in, before, GOLDEN_FAR);
	}
	one.in_len = 0x110;
	fputs("# one byte late, less of it; a later page; the end of addresses\n",
	      file);
	poke(base, 0x28, 8, 0x1000);
	poke(base, 0x20, 8, 0x7f0000001201);
	say(file, &one);
	poke(base, 0x20, 8, 0x7f0000002200);
	poke(base, 0x28, 8, 0x4000);
	say(file, &one);
	poke(base, 0x64, 4, 0x23);
	poke(base, 0x20, 8, 0xfffffffffffff000);
	poke(base, 0x28, 8, 0xfff);
	say(file, &one);
	poke(base, 0x28, 8, 0x1000);
	say(file, &one);
	poke(base, 0x28, 8, 0xfff);
	poke(base, 0x44, 4, 1);
	poke(base, 0x60, 4, 1);
	say(file, &one);
	fputs("# four pages long, but on five of them\n", file);
	poke(base, 0x64, 4, 0x22);
	poke(base, 0x20, 8, 0x7f0000010e00);
	poke(base, 0x28, 8, 0x4000);
	for (u32 octwords = 2; octwords < 5; octwords++) {
		poke(base, 0x44, 4, octwords);
		poke(base, 0x60, 4, octwords);
		say(file, &one);
	}
	memcpy(one.in, before, GOLDEN_FAR);
}

/* mkey, size and address of a dump to memory. */
static const struct {
	const char *why;
	u32 mkey;
	u32 size;
	u64 address;
} dumps[] = {
	{ "all of it", 0x3142, 0x4000, 0x7f0000001200 },
	{ "its end", 0x3142, 0x200, 0x7f0000005000 },
	{ "one byte more", 0x3142, 0x4001, 0x7f0000001200 },
	{ "one byte early", 0x3142, 0x10, 0x7f00000011ff },
	{ "nothing, at its end", 0x3142, 0, 0x7f0000005200 },
	{ "one byte behind its end", 0x3142, 1, 0x7f0000005200 },
	{ "nothing behind its end", 0x3142, 0, 0x7f0000005201 },
	{ "wraps around", 0x3142, 0x1000, 0xfffffffffffff200 },
	{ "all sizes", 0x3142, 0xffffffff, 0x7f0000001200 },
	{ "address from zero", 0x3142, 0x1000, 0 },
	{ "another low byte of the key", 0x3143, 0x1000, 0x7f0000001200 },
	{ "the index without its low byte", 0x3100, 0x1000, 0x7f0000001200 },
	{ "another own key, other memory", 0x3300, 0x1000, 0x7f0000001200 },
	{ "at the end of addresses", 0x3300, 0x1fff, 0xffffffffffffe000 },
	{ "past the end of addresses", 0x3300, 0x2000, 0xffffffffffffe000 },
	{ "wraps to nothing", 0x3300, 0x1, 0xffffffffffffffff },
	{ "no key but a size", 0, 0x1000, 0 },
	{ "no key but an address", 0, 0, 0x7f0000001200 },
	{ "a umem's id", 0x21, 0x1000, 0x7f0000001200 },
	{ "a pd's id", 0x11, 0x1000, 0x7f0000001200 },
	{ "all ones", 0xffffffff, 0xffffffff, 0xffffffffffffffff },
};

static void ask_dump(FILE *file, const struct base *base, u32 byte)
{
	u8 before[GOLDEN_FAR];

	memcpy(before, base->one.in, GOLDEN_FAR);
	for (u32 i = 0; i < ARRAY_SIZE(dumps); i++) {
		poke(base, byte, 4, dumps[i].mkey);
		poke(base, byte + 4, 4, dumps[i].size);
		poke(base, byte + 8, 8, dumps[i].address);
		fprintf(file, "# %s\n", dumps[i].why);
		say(file, &base->one);
		memcpy(base->one.in, before, GOLDEN_FAR);
	}
}

void generate_memory(FILE *file, const struct base *base,
		     struct rows_done *done)
{
	for (u32 i = 0; i < base->depth; i++) {
		enum policy_extra extra = base->path[i]->extra;

		if (extra == POLICY_NO_EXTRA || !is_new(done, base->path[i]))
			continue;
		say_name(file, base);
		if (extra == POLICY_MKEY_OVER_UMEM)
			ask_mkey(file, base);
		else
			ask_dump(file, base,
				 extra == POLICY_RESOURCE_TO_MKEY ? 0x30 : 0x20);
	}
}
