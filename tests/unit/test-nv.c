// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Non-volatile configuration against a model of it that is a few arrays. */
#include <stdio.h>
#include <string.h>

#include "syndromes.h"
#include "unit.h"

#define ITEMS 6
#define ROUNDS 3000
#define NV(field) in_register(PRM_AT(mnvda, configuration_item_header__##field))

struct item {
	u32 type;
	u32 len;
	u32 version;
	bool writable;
	u32 writer;		/* of the next value; 0: the factory */
	u8 value[3][256];	/* as access_mode */
};

struct world {
	struct item items[ITEMS];
	bool armed;
	struct emu_device *device;
};

static void print_value(char *text, const struct item *item, u32 mode)
{
	for (u32 i = 0; i < item->len; i++)
		sprintf(text + 2 * i, "%02x", item->value[mode][i]);
}

static void invent(struct world *world)
{
	char text[8192], factory[513], current[513];
	size_t used;

	memset(world, 0, sizeof(*world));
	used = sprintf(text, "{\"mlx5ctl_personality\": 1, \"name\": \"nv\","
		       "\"device\": {}, \"capabilities\": {}, \"registers\": "
		       "{\"MFRL\": {\"reset_trigger\": \"0x49\"}}, \"nv\": [");
	for (u32 i = 0; i < ITEMS; i++) {
		struct item *item = &world->items[i];

		item->type = random_below(1 << 30) << 3 | i;
		item->len = 4 + 4 * random_below(64);
		item->writable = random_below(4);
		item->version = random_below(16);
		random_bytes(item->value[2], item->len);
		random_bytes(item->value[1], item->len);
		memcpy(item->value[0], item->value[1], item->len);
		print_value(factory, item, 2);
		print_value(current, item, 1);
		used += sprintf(text + used, "%s{\"type\": %u, \"length\": %u,"
				"\"version\": %u, \"writable\": %u,"
				"\"factory\": \"%s\", \"current\": \"%s\"}",
				i ? "," : "", item->type, item->len,
				item->version, item->writable, factory,
				current);
	}
	strcpy(text + used, "]}");
	world->device = device_of(text);
}

static void address(struct mailbox *box, const struct item *item, bool write,
		    u32 mode)
{
	access_register(box, PRM_REG_MNVDA, write, PRM_SIZE(mnvda));
	put(box, NV(type), item->type);
	put(box, NV(access_mode), mode);
}

static void read_one(struct world *world)
{
	struct item *item = &world->items[random_below(ITEMS)];
	u32 mode = random_below(3);
	struct mailbox box;

	address(&box, item, false, mode);
	assert_int_equal(execute(world->device, &box), 0);
	assert_int_equal(got(&box, NV(length)), item->len);
	assert_int_equal(got(&box, NV(access_mode)), mode);
	assert_int_equal(got(&box, NV(version)), item->version);
	assert_int_equal(got(&box, NV(writer_id)), mode ? 0 : item->writer);
	assert_memory_equal(box.out + PRM_HEADER_BYTES + 12, item->value[mode],
			    256);
}

static void write_one(struct world *world)
{
	struct item *item = &world->items[random_below(ITEMS)];
	u32 mode = random_below(6) ? 0 : 1 + random_below(2);
	u32 len = random_below(6) ? item->len : random_below(257);
	struct mailbox box;
	bool cut = len && !random_below(6);
	bool reserved = !random_below(6);
	bool good = item->writable && !mode && len == item->len && !cut &&
		    !reserved;
	u32 writer = random_below(2) ? random_below(11) : 0;

	address(&box, item, true, mode);
	put(&box, NV(length), len);
	put(&box, NV(writer_id), writer);
	/* The third dword of the header. */
	put(&box, in_register((struct prm_bits){ 64, 32 }), reserved);
	random_bytes(box.in + PRM_HEADER_BYTES + 12, item->len);
	if (cut) {
		box.in_len = PRM_HEADER_BYTES + 12 + (len - 1) / 4 * 4;
		memset(box.in + box.in_len, 0, sizeof(box.in) - box.in_len);
	}
	assert_int_equal(execute(world->device, &box),
			 cut && !reserved ? 0x50 : good ? 0 : 3);
	if (!good) {
		assert_int_not_equal(syndrome(&box), 0);
		return;
	}
	memcpy(item->value[0], box.in + PRM_HEADER_BYTES + 12, item->len);
	item->writer = writer ? writer : 4;	/* who sends commands */
}

static void ask_about_one(struct world *world)
{
	struct item *item = &world->items[random_below(ITEMS)];
	struct mailbox box;

	access_register(&box, PRM_REG_MNVQC, false, PRM_SIZE(mnvqc));
	put(&box, in_register(PRM_AT(mnvqc, type)), item->type);
	assert_int_equal(execute(world->device, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mnvqc, support_rd))), 1);
	assert_int_equal(got(&box, in_register(PRM_AT(mnvqc, support_wr))),
			 item->writable);
	assert_int_equal(got(&box, in_register(PRM_AT(mnvqc, version))),
			 item->version);
}

static void forget_all(struct world *world)
{
	struct mailbox box;
	bool good = random_below(4);

	access_register(&box, PRM_REG_MNVIA, true, PRM_SIZE(mnvia));
	put(&box, in_register(PRM_AT(mnvia, target)), good ? 0 : 1);
	assert_int_equal(execute(world->device, &box), good ? 0 : 3);
	for (u32 i = 0; good && i < ITEMS; i++) {
		if (!world->items[i].writable)
			continue;
		world->items[i].writer = 0;
		memcpy(world->items[i].value[0], world->items[i].value[2],
		       256);
	}
}

static void arm(struct world *world)
{
	static const u8 triggers[] = { 0x48, 0x40, 0x08, 0, 0x02 };
	u32 i = random_below(ARRAY_SIZE(triggers));
	struct mailbox box;

	access_register(&box, PRM_REG_MFRL, true, PRM_SIZE(mfrl));
	put(&box, in_register(PRM_AT(mfrl, reset_trigger)), triggers[i]);
	assert_int_equal(execute(world->device, &box),
			 triggers[i] == 2 ? 3 : 0);
	if (triggers[i] != 2)
		world->armed = triggers[i];
	/* What is read is what could be asked for, not what was. */
	access_register(&box, PRM_REG_MFRL, false, PRM_SIZE(mfrl));
	assert_int_equal(execute(world->device, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mfrl, reset_trigger))),
			 0x49);
}

static void reset(struct world *world)
{
	enum emu_reset how = random_below(2) ? EMU_POWER_CYCLE : EMU_WARM_BOOT;

	emu_reset(world->device, how);
	for (u32 i = 0; i < ITEMS; i++)
		if (how == EMU_POWER_CYCLE || world->armed)
			memcpy(world->items[i].value[1],
			       world->items[i].value[0], 256);
	world->armed = false;
}

static void configuration_does_as_a_model_of_it(void **unused)
{
	static void (*const steps[])(struct world *world) = {
		read_one, read_one, read_one, write_one, write_one,
		ask_about_one, forget_all, arm, reset,
	};
	struct world world;

	(void)unused;
	for (int n = 0; n < 5; n++) {
		invent(&world);
		for (int round = 0; round < ROUNDS; round++)
			steps[random_below(ARRAY_SIZE(steps))](&world);
		emu_destroy(world.device);
	}
}

static void an_item_that_there_is_not_or_of_another_host_is_refused(void **unused)
{
	const struct item none = { .type = 0xffffff }, pci = { .type = 0x80 };
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	for (u32 write = 0; write < 2; write++) {
		address(&box, &none, write, 0);
		assert_int_equal(execute(device, &box), 3);
		assert_int_not_equal(syndrome(&box), 0);
		address(&box, &pci, write, 0);
		put(&box, NV(host_id_valid), 1);
		assert_int_equal(execute(device, &box), 3);
		assert_int_equal(syndrome(&box), EMU_UNKNOWN_INSTANCE);
	}
	address(&box, &pci, false, 3);
	assert_int_equal(execute(device, &box), 3);
	assert_int_equal(syndrome(&box), EMU_BAD_VALUE);
	access_register(&box, PRM_REG_MNVQC, false, PRM_SIZE(mnvqc));
	put(&box, in_register(PRM_AT(mnvqc, type)), none.type);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, in_register(PRM_AT(mnvqc, support_rd))), 0);
	emu_destroy(device);
}

/* mstconfig's write of SRIOV_EN=1 NUM_OF_VFS=8, byte for byte. */
static void what_mstconfig_writes_is_in_force_after_the_reset(void **unused)
{
	static const u8 sent[] = {
		0x02, 0x09, 0x00, 0x0c, 0, 0, 0, 0x80, 0, 0, 0, 0,
		0x80, 0, 0, 0, 0x80, 0, 0, 0x08, 0, 0, 0, 0,
	};
	const struct item item = { .type = 0x80 };
	struct emu_device *device = new_device();
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_MNVDA, true, sizeof(sent));
	memcpy(box.in + PRM_HEADER_BYTES, sent, sizeof(sent));
	assert_int_equal(execute(device, &box), 0);
	emu_reset(device, EMU_POWER_CYCLE);
	address(&box, &item, false, 1);
	assert_int_equal(execute(device, &box), 0);
	assert_memory_equal(box.out + PRM_HEADER_BYTES + 12, sent + 12, 12);
	emu_destroy(device);
}

/* Cards: what is possible, what is set, and what may be set instead. */
#define CARD "{\"mlx5ctl_personality\": 1, \"name\": \"nv\", \"device\": {}," \
	     "\"capabilities\": {}, \"registers\": {%s}, \"nv\": [%s" \
	     "{\"type\": \"0x80\", \"layout\": \"nv_global_pci_conf\"," \
	     " \"writable\": 1, \"factory\": {%s}}," \
	     "{\"type\": \"0x01010012\", \"layout\": \"nv_vpi_link_type\"," \
	     " \"writable\": 1, \"factory\": {\"default_link_type\": 2}}]}"
#define CAP(fields) "{\"type\": \"0x81\", \"layout\": \"nv_global_pci_cap\"," \
		    " \"factory\": {" fields "}},"
#define PCI(field) 0x80, 12, { PRM(nv_global_pci_conf, field) }
#define LINK 0x01010012, 4, { PRM(nv_vpi_link_type, default_link_type) }

static const struct {
	const char *cap;	/* the item that says what is possible */
	const char *factory;
	u32 type;
	u32 len;
	struct prm_bits at;
	u64 value;
	bool good;
} settings[] = {
	{ CAP("\"sriov_support\": 1"), "", PCI(sriov_en), 1, true },
	{ CAP(""), "", PCI(sriov_en), 1, false },
	{ "", "", PCI(sriov_en), 1, false },
	{ "", "\"sriov_en\": 1", PCI(sriov_en), 1, true },
	{ "", "\"sriov_en\": 1", PCI(sriov_en), 0, true },
	{ CAP("\"sriov_support\": 1, \"max_vfs_per_pf\": 5"), "",
		PCI(total_vfs), 5, true },
	{ CAP("\"sriov_support\": 1, \"max_vfs_per_pf\": 5"), "",
		PCI(total_vfs), 6, false },
	{ "", "", PCI(partial_wr_cache_mode), 3, true },
	{ "", "", PCI(partial_wr_cache_mode), 4, false },
	{ "", "", LINK, 1, true },
	{ "", "", LINK, 2, true },
	{ "", "", LINK, 3, false },
};

static struct emu_device *card(const char *registers, const char *cap,
			       const char *factory)
{
	char text[1024];

	snprintf(text, sizeof(text), CARD, registers, cap, factory);
	return device_of(text);
}

static void what_the_card_cannot_do_is_not_set(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		const struct item item = { .type = settings[i].type,
					   .len = settings[i].len };
		struct emu_device *device = card("", settings[i].cap,
						 settings[i].factory);
		struct prm_bits at = settings[i].at;
		u8 former[256];
		struct mailbox box;

		address(&box, &item, false, 0);
		assert_int_equal(execute(device, &box), 0);
		memcpy(former, box.out + PRM_HEADER_BYTES + 12, item.len);
		address(&box, &item, true, 0);
		put(&box, NV(length), item.len);
		memcpy(box.in + PRM_HEADER_BYTES + 12, former, item.len);
		at.offset += (PRM_HEADER_BYTES + 12) * 8;
		put(&box, at, settings[i].value);
		assert_int_equal(execute(device, &box),
				 settings[i].good ? 0 : 3);
		address(&box, &item, false, 0);
		assert_int_equal(execute(device, &box), 0);
		assert_int_equal(got(&box, at) == settings[i].value,
				 settings[i].good);
		emu_destroy(device);
	}
}

static void values_that_mnvgc_does_not_offer_are_not_read(void **unused)
{
	const struct item item = { .type = 0x80, .len = 12 };
	static const char *const offers[] = {
		"\"MNVGC\": {}",
		"\"MNVGC\": {\"nvda_read_current_settings\": 1}",
		"\"MNVGC\": {\"nvda_read_factory_settings\": 1}",
	};
	struct mailbox box;

	(void)unused;
	for (u32 offered = 0; offered < 3; offered++) {
		struct emu_device *device = card(offers[offered], "", "");

		for (u32 mode = 0; mode < 3; mode++) {
			address(&box, &item, false, mode);
			assert_int_equal(execute(device, &box),
					 mode && mode != offered ? 3 : 0);
		}
		emu_destroy(device);
	}
}

#define HEAD "{\"mlx5ctl_personality\": 1, \"name\": \"nv\", \"device\": {}," \
	     "\"capabilities\": {}, \"registers\": {},\n"

static const struct {
	const char *text;
	const char *problem;
} bad[] = {
	{ HEAD "\"nv\": [{\"type\": 1}]}",
	  "t:2: nv[0]: is not a whole number of dwords long" },
	{ HEAD "\"nv\": [{\"type\": 1, \"length\": 260}]}",
	  "t:2: nv[0].length: is more than 256" },
	{ HEAD "\"nv\": [{\"kind\": 1}]}",
	  "t:2: nv[0].kind: is no key of a configuration item" },
	{ HEAD "\"nv\": [{\"layout\": \"mgir\"}]}", NULL },
	{ HEAD "\"nv\": [{\"layout\": \"nv_pci_cons\"}]}",
	  "t:2: nv[0].layout: is no layout of such an item" },
	{ HEAD "\"nv\": [{\"length\": 4,\n\"factory\": {\"a\": 1}}]}",
	  "t:3: nv[0].factory: has no named fields here: give it as hex" },
	{ HEAD "\"nv\": [{\"length\": 4},\n{\"length\": 4}]}",
	  "t:3: nv[1]: repeats the type of another item" },
	{ HEAD "\"nv\": {}}", "t:2: nv: is not an array" },
	{ HEAD "\"nv\": [1]}", "t:2: nv[0]: is not an object" },
	{ HEAD "\"modules\": {}}", "t:2: modules: is not an array" },
	{ HEAD "\"modules\": [1]}", "t:2: modules[0]: is not an object" },
	{ HEAD "\"modules\": [{}]}", "t:2: modules[0]: lacks a form" },
	{ HEAD "\"modules\": [{\"form\": \"xfp\"}]}",
	  "t:2: modules[0].form: is neither 'cmis' nor 'sff-8636'" },
	{ HEAD "\"modules\": [{\"form\": \"cmis\", \"weight\": 2}]}",
	  "t:2: modules[0].weight: is no key of a module" },
	{ HEAD "\"modules\": [{\"form\": \"cmis\"},\n{\"form\": \"sff-8636\"}]}",
	  "t:3: modules[1]: repeats the number of another module" },
	{ HEAD "\"dumps\": {\"menu\": [{\"segment_type\": 1},\n{\"segment_type\": 1}]}}",
	  "t:3: dumps.menu[1]: repeats the type of another record" },
	{ HEAD "\"modules\": [{\"form\": \"cmis\", \"length\": 256}]}",
	  "t:2: modules[0].length: 0x100 is too wide: the field has 8 bits" },
};

static void a_mistake_in_items_modules_or_dumps_is_named_with_its_line(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct emu_problem problem = { "" };
		struct emu_personality *personality = emu_personality_parse(
			"t", bad[i].text, strlen(bad[i].text), &problem);

		assert_true(!personality == !!bad[i].problem);
		if (bad[i].problem)
			assert_string_equal(problem.text, bad[i].problem);
		emu_personality_free(personality);
	}
}

#define SAVED(more, items)						\
	"{\"mlx5ctl_nv\": 1, \"personality\": \"nv\", " more		\
	"\"reset_armed\": false, \"items\": [" items "]}"
#define ITEM(type, value) "{\"type\": \"" type "\", \"writer\": 4,"	\
	" \"current\": \"" value "\", \"next\": \"" value "\"}"

static const struct {
	const char *text;
	const char *problem;
} saved[] = {
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("2", "00000012")), "" },
	{ SAVED("", ITEM("0x1", "00000011")), "has not the items of this card" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("1", "00000012")),
	  "has not the items of this card" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "00000012") ","
		ITEM("0x3", "00000000")), "has more items than this card" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "00000012") ","
		ITEM("0x2", "00000012")), "has more items than this card" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "000012")),
	  "has an item that is cut off or no hex" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "0000001g")),
	  "has an item that is cut off or no hex" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "00000012zz")),
	  "has an item that is cut off or no hex" },
	{ SAVED("", "{\"type\": \"1\", \"writer\": 256, \"current\": "
		"\"00000011\", \"next\": \"00000011\"},"
		ITEM("0x2", "00000012")),
	  "has an item that is cut off or no hex" },
	{ "{\"mlx5ctl_nv\": 1, \"personality\": \"another\", "
	  "\"reset_armed\": false, \"items\": ["
	  ITEM("0x1", "00000011") "," ITEM("0x2", "00000012") "]}",
	  "is of another card" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "00000012")) "}",
	  "is no JSON, or has a key twice" },
	{ SAVED("", ITEM("0x1", "00000011") "," ITEM("0x2", "00000012"))
	  SAVED("", ""), "is no JSON, or has a key twice" },
	{ SAVED("\"items\": [], ", ITEM("0x1", "00000011") ","
		ITEM("0x2", "00000012")), "is no JSON, or has a key twice" },
};

/* Of three items two can be written. */
static void what_was_kept_is_taken_back_whole_or_not_at_all(void **unused)
{
	const struct item second = { .type = 2, .len = 4 };
	struct mailbox box;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(saved); i++) {
		struct emu_device *device = device_of(HEAD "\"nv\": ["
			"{\"type\": 1, \"length\": 4, \"writable\": 1},"
			"{\"type\": 2, \"length\": 4, \"writable\": 1},"
			"{\"type\": 3, \"length\": 4}]}");
		struct emu_problem problem;
		int error = emu_nv_restore(device, saved[i].text, &problem);

		assert_string_equal(problem.text, saved[i].problem);
		assert_int_equal(error, *saved[i].problem ? -1 : 0);
		address(&box, &second, false, 0);
		assert_int_equal(execute(device, &box), 0);
		assert_int_equal(box.out[PRM_HEADER_BYTES + 12 + 3],
				 *saved[i].problem ? 0 : 0x12);
		emu_destroy(device);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration_does_as_a_model_of_it),
		cmocka_unit_test(an_item_that_there_is_not_or_of_another_host_is_refused),
		cmocka_unit_test(what_mstconfig_writes_is_in_force_after_the_reset),
		cmocka_unit_test(what_the_card_cannot_do_is_not_set),
		cmocka_unit_test(values_that_mnvgc_does_not_offer_are_not_read),
		cmocka_unit_test(a_mistake_in_items_modules_or_dumps_is_named_with_its_line),
		cmocka_unit_test(what_was_kept_is_taken_back_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
