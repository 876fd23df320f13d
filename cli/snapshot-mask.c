// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Names that tell one card, port or machine from another. The same one is
 * replaced by the same, wherever it stands, so that what belonged together
 * still does; a MAC in two parts is two names.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "snapshot.h"

/* Parts of keys; MDIR is a register that is nothing but the chip's own number. */
static const char *const names[] = {
	"mac", "guid", "gid", "serial", "vendor_sn", "vuid", "l3_address",
	"node_description", "MDIR",
};

/* Items of configuration that say who somebody is, by type. */
static const char *const items[] = {
	"0x2",		/* nv_base_mac_guid */
	"0x3000110",	/* nv_virt_net_addr */
	"0x3000111",	/* nv_virt_guid_addr */
	"0x3000232",	/* nv_rom_iscsi_initiator_ip_addr */
	"0x3000233",	/* nv_rom_iscsi_initiator_subnet_mask */
	"0x3000234",	/* nv_rom_iscsi_initiator_gateway */
	"0x3000235",	/* nv_rom_iscsi_initiator_primary_dns_addr */
	"0x3000236",	/* nv_rom_iscsi_initiator_secondary_dns_addr */
	"0x3000237",	/* nv_rom_iscsi_initiator_name */
	"0x3000238",	/* nv_rom_iscsi_initiator_chap_id */
	"0x3000241",	/* nv_rom_iscsi_first_target_addr */
	"0x3000244",	/* nv_rom_iscsi_first_target_name */
	"0x3000245",	/* nv_rom_iscsi_first_target_chap_id */
	"0x3000251",	/* nv_rom_iscsi_second_target_addr */
	"0x3000254",	/* nv_rom_iscsi_second_target_name */
	"0x3000255",	/* nv_rom_iscsi_second_target_chap_id */
};

struct mask {
	struct json_object *known;	/* what was replaced, and by what */
	u32 n;
};

static bool is_hidden(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strstr(key, names[i]))
			return true;
	return false;
}

/* As long, and of the same kind of characters, but made of a number. */
static void invent(char *text, u32 n)
{
	size_t first = strncmp(text, "0x", 2) ? 0 : 2;

	for (size_t i = strlen(text); i > first; i--) {
		if (!isalnum((unsigned char)text[i - 1]))
			continue;
		text[i - 1] = '0' + n % 10;
		n /= 10;
	}
}

static struct json_object *replaced(struct mask *mask, const char *text)
{
	struct json_object *known;
	char *copy;

	if (json_object_object_get_ex(mask->known, text, &known))
		return json_object_get(known);
	copy = strdup(text);
	if (!copy)
		return json_object_new_string("");
	invent(copy, ++mask->n);
	known = json_object_new_string(copy);
	put_object(mask->known, text, json_object_get(known));
	free(copy);
	return known;
}

#define SERIAL_BYTES 16

/* Where a module's memory has its serial number, by its identifier (SFF-8024). */
enum { IN_SFF_8472 = 68, IN_CMIS = 166, IN_SFF_8636 = 196 };

static const struct {
	u8 identifier, at;
} serials[] = {
	{ 0x03, IN_SFF_8472 }, { 0x0b, IN_SFF_8472 },	/* SFP */
	{ 0x0c, IN_SFF_8636 }, { 0x0d, IN_SFF_8636 },	/* QSFP, QSFP+ ... */
	{ 0x11, IN_SFF_8636 },				/* ... and QSFP28 */
	{ 0x18, IN_CMIS }, { 0x19, IN_CMIS },		/* QSFP-DD, OSFP */
	{ 0x1b, IN_CMIS }, { 0x1e, IN_CMIS },		/* DSFP, QSFP of CMIS */
};

static void hide_serial(char *memory, size_t at)
{
	for (size_t i = at * 2; i < (at + SERIAL_BYTES) * 2 &&
	     i + 1 < strlen(memory); i += 2)
		memcpy(memory + i, "30", 2);	/* the digit 0 */
}

/* Of a kind that is not known, wherever one may be. */
static struct json_object *without_serial(const char *memory)
{
	struct json_object *hidden;
	char *copy = strdup(memory);
	unsigned int identifier = 0;
	size_t i = 0;

	if (!copy)
		return json_object_new_string("");
	sscanf(copy, "%2x", &identifier);
	while (i < ARRAY_SIZE(serials) && serials[i].identifier != identifier)
		i++;
	if (i < ARRAY_SIZE(serials)) {
		hide_serial(copy, serials[i].at);
	} else {
		hide_serial(copy, IN_SFF_8472);
		hide_serial(copy, IN_CMIS);
		hide_serial(copy, IN_SFF_8636);
	}
	hidden = json_object_new_string(copy);
	free(copy);
	return hidden;
}

/* All that is in it. */
static struct json_object *hide(struct mask *mask, struct json_object *value)
{
	const char *text = json_object_get_string(value);

	/* Zero says that there is none. */
	if (!value || !text[strspn(text, "0x ")])
		return json_object_get(value);
	if (json_object_is_type(value, json_type_array)) {
		struct json_object *all = json_object_new_array();

		for (size_t i = 0; i < json_object_array_length(value); i++)
			put_object(all, NULL,
				   hide(mask, json_object_array_get_idx(value, i)));
		return all;
	}
	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, inner)
			json_object_object_add(value, key, hide(mask, inner));
	}
	return json_object_is_type(value, json_type_string) ?
	       replaced(mask, text) : json_object_get(value);
}

static void walk(struct mask *mask, struct json_object *value);

static bool is_address(struct json_object *item)
{
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		if (!strcmp(get_text(item, "type"), items[i]))
			return true;
	return false;
}

static void walk_object(struct mask *mask, struct json_object *object)
{
	bool is_item = is_address(object);

	json_object_object_foreach(object, key, value) {
		bool is_value = !strcmp(key, "factory") ||
				!strcmp(key, "current") ||
				!strcmp(key, "next");

		if (!strcmp(key, "memory"))
			json_object_object_add(object, key, without_serial(
					json_object_get_string(value)));
		else if ((is_item && is_value) ||
		    (is_hidden(key) &&
		     !json_object_is_type(value, json_type_object)))
			json_object_object_add(object, key, hide(mask, value));
		else
			walk(mask, value);
	}
}

static void walk(struct mask *mask, struct json_object *value)
{
	if (json_object_is_type(value, json_type_object)) {
		walk_object(mask, value);
		return;
	}
	for (size_t i = 0; i < get_count(value, ""); i++)
		walk(mask, json_object_array_get_idx(value, i));
}

void snapshot_mask(struct json_object *document)
{
	struct mask mask = { .known = json_object_new_object() };

	walk(&mask, document);
	json_object_put(mask.known);
}
