// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What follows from the facts. Of each check the first row counts whose
 * conditions hold; where none does there is nothing to say.
 */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

/* modprobe -r would take mlx5_core along, and the network with it. */
#define RELOAD "sudo rmmod mlx5ctl && sudo modprobe mlx5ctl"

enum state {
	FINE,
	NOTE,	/* worth knowing; nothing has to be done */
	MISSING,	/* stands in the way */
	HIDDEN,	/* others can see it */
};

static const char *const state_names[] = {
	[FINE] = "ok", [NOTE] = "note", [MISSING] = "missing", [HIDDEN] = "hidden",
};

/*
 * A condition is a fact and a value: yes, no, - for what there is not, or a
 * text. {a.b} in a text or command is a fact.
 */
struct row {
	const char *check;
	enum state state;
	const char *when[4];
	const char *text;
	const char *next;
};

static const struct row of_machine[] = {
	{ "cards", NOTE, { "devices=none" },
	  "there is no ConnectX in this machine; an emulated one answers all the same",
	  "mlx5ctl -d emu info" },
	{ "cards", FINE, { "devices!=none" }, "there is a ConnectX", NULL },

	{ "module", FINE, { "module.file!=-", "module.kernel={kernel}" },
	  "{module.file} is built for this kernel", NULL },
	{ "module", MISSING, { "module.file!=-" },
	  "{module.file} is built for {module.kernel}, and this kernel is {kernel}",
	  "{module.rebuild}" },
	{ "module", NOTE, { "module.loaded=yes" },
	  "it is loaded, but not installed for this kernel, {kernel}: after a restart it is gone", NULL },
	{ "module", MISSING, { "module.source=-" },
	  "it is not installed; its package is mlx5ctl-dkms_*.deb",
	  "sudo apt install ./mlx5ctl-dkms_*.deb" },
	{ "module", MISSING, { "module.headers=no" },
	  "it cannot be built: the headers of this kernel are not installed",
	  "sudo apt install linux-headers-{kernel}" },
	{ "module", MISSING, { NULL },
	  "it is installed as source, and not built for this kernel, {kernel}",
	  "sudo dkms autoinstall -k {kernel}" },

	{ "signature", FINE, { "module.trusted=yes", "module.signer!=-" },
	  "the kernel trusts its signer, {module.signer}", NULL },
	{ "signature", FINE, { "module.trusted=yes" },
	  "the kernel trusted it when it was loaded", NULL },
	{ "signature", NOTE, { "only_signed!=yes", "module.file!=-", "module.signer=-" },
	  "it is not signed; this kernel takes it, and notes so (taint E)", NULL },
	{ "signature", NOTE, { "only_signed!=yes", "module.trusted=no", "module.signer=-" },
	  "the kernel did not trust it when it was loaded, and noted so (taint E)", NULL },
	{ "signature", NOTE, { "only_signed!=yes", "module.trusted=no" },
	  "the kernel knows no key of its signer, {module.signer}, takes it all the same, and notes so (taint E)", NULL },
	{ "signature", MISSING, { "only_signed=yes", "module.trusted=no", "module.enrolling=yes" },
	  "this kernel does not trust its signer, {module.signer}, yet: the firmware waits to be told so; choose Enroll MOK on the blue screen at the next start",
	  "sudo reboot" },
	{ "signature", MISSING, { "only_signed=yes", "module.trusted=no", "module.own=yes" },
	  "this kernel takes only modules whose signer it trusts, and does not know the key {module.own_key} of {module.signer}; give it to the firmware, restart, and choose Enroll MOK on the blue screen",
	  "sudo mokutil --import {module.own_key}" },
	{ "signature", MISSING, { "only_signed=yes", "module.trusted=no", "module.signer!=-", "module.own_key!=-" },
	  "this kernel takes only modules whose signer it trusts, and does not know the key {module.key} of {module.signer}; build it again, which signs it with {module.own_key}",
	  "{module.rebuild}" },
	{ "signature", MISSING, { "only_signed=yes", "module.signer=-", "module.file!=-", "module.own_key!=-" },
	  "this kernel takes only signed modules, and it is not signed; build it again, which signs it with {module.own_key}",
	  "{module.rebuild}" },
	{ "signature", MISSING, { "only_signed=yes", "module.trusted=no", "module.signer!=-" },
	  "this kernel takes only modules whose signer it trusts, and does not know the key {module.key} of {module.signer}; make one of your own, sign with it, and give it to the firmware",
	  "sudo dkms generate_mok" },
	{ "signature", MISSING, { "only_signed=yes", "module.trusted=no", "module.file!=-" },
	  "this kernel takes only signed modules, and it is not signed; make a key, sign with it, and give it to the firmware",
	  "sudo dkms generate_mok" },
	{ "signature", HIDDEN, { "module.signer!=-" },
	  "signed by {module.signer}; only root sees whether the kernel trusts that",
	  "sudo mlx5ctl doctor" },

	{ "loaded", FINE, { "module.loaded=yes" }, "it runs", NULL },
	{ "loaded", MISSING, { "module.file!=-" }, "it is not loaded",
	  "sudo modprobe mlx5ctl" },

	{ "at boot", FINE, { "module.loads_at_boot=yes" },
	  "it is loaded at each start", NULL },
	{ "at boot", NOTE, { "module.file!=-" },
	  "it is not loaded at the next start",
	  "echo mlx5ctl | sudo install -m 644 /dev/stdin /etc/modules-load.d/mlx5ctl.conf" },

	{ "rules", MISSING, { "module.same_rules=no" },
	  "the module judges by other rules than this tool knows: one of them is older, and packages of one version are needed",
	  "sudo apt install ./*.deb" },

	{ "secure boot", FINE, { "secure_boot=yes" },
	  "Secure Boot is on", NULL },
	{ "secure boot", FINE, { "secure_boot=no" },
	  "Secure Boot is off", NULL },
	{ "secure boot", NOTE, { "uefi=yes" },
	  "whether it is on cannot be seen, as the variables of UEFI are not mounted",
	  "sudo mount -t efivarfs efivarfs /sys/firmware/efi/efivars" },
	{ "secure boot", FINE, { NULL },
	  "this machine did not start by UEFI, so there is no Secure Boot", NULL },

	{ "lockdown", FINE, { "lockdown=none" },
	  "none: no rule is closed", NULL },
	{ "lockdown", FINE, { "lockdown=integrity" },
	  "integrity: rules of class full are closed", NULL },
	{ "lockdown", FINE, { "lockdown=confidentiality" },
	  "confidentiality: rules of class full, and those that show memory of the host, are closed", NULL },
	{ "lockdown", FINE, { "securityfs=yes" }, "this kernel has none", NULL },
	{ "lockdown", NOTE, { NULL },
	  "whether rules are closed cannot be seen, as securityfs is not mounted",
	  "sudo mount -t securityfs securityfs /sys/kernel/security" },

	{ "fwctl", NOTE, { "fwctl=yes" },
	  "the kernel's own fwctl is loaded, too", NULL },
};

static const struct row of_device[] = {
	{ "driver", FINE, { "driver=mlx5_core" }, "mlx5_core drives it", NULL },
	{ "driver", NOTE, { "driver!=-" },
	  "{driver} has it, so nobody else does", NULL },
	{ "driver", MISSING, { "mlx5_core=no" }, "no driver has it",
	  "sudo modprobe mlx5_core" },
	{ "driver", MISSING, { NULL }, "no driver has it",
	  "echo {pci} | sudo tee /sys/bus/pci/drivers/mlx5_core/bind" },

	{ "node", MISSING, { "same_rules=no" },
	  "the module that runs judges by other rules than this tool knows",
	  RELOAD },
	{ "node", FINE, { "node!=-", "state=ready" }, "it is {node}, ready", NULL },
	/* Before the answer has come, mlx5_core waits for it without an end. */
	{ "node", MISSING, { "node!=-", "state=awaiting reset: a command was not answered" },
	  "{node} is {state}: once the lost answer has come, which the kernel's log says, its driver can be loaded anew; where it never comes, only a restart of the machine helps",
	  "sudo dmesg | grep '{pci}.*arrived after timeout' && sudo devlink dev reload pci/{pci}" },
	{ "node", MISSING, { "node!=-" },
	  "{node} is {state}: it is to be used again once its driver is loaded anew",
	  "sudo devlink dev reload pci/{pci}" },
	{ "node", NOTE, { "holder!=-" },
	  "the kernel's own {holder} has it, through which root writes any register; mlx5ctl has it once that is unloaded",
	  "sudo rmmod {holder} fwctl mlx5ctl; sudo modprobe mlx5ctl" },
	{ "node", MISSING, { "driver=mlx5_core", "module.loaded=yes" },
	  "mlx5ctl runs and does not have it; the kernel's log may say why",
	  "sudo dmesg --level err,warn,info | grep -i mlx5" },

	{ "access", MISSING, { "node!=-", "may_open=-" },
	  "there is no /dev/{node}: is udev running, or is this a container?", NULL },
	{ "access", NOTE, { "access=none" },
	  "the administrator has closed it for everybody, until the module is loaded again", NULL },
	{ "access", FINE, { "may_open=yes" },
	  "{user.name} may do here what is {may}",
	  "mlx5ctl -d {pci} info" },
	{ "access", MISSING, { "may_open=no", "group=root" },
	  "{user.name} may not open /dev/{node}, only root may",
	  "sudo mlx5ctl -d {pci} info" },
	{ "access", MISSING, { "may_open=no" },
	  "{user.name} may not open /dev/{node}; members of {group} may, from their next login on",
	  "sudo usermod -aG {group} {user.name}" },
};

/* Of the device, or of the machine. */
static struct json_object *fact(struct json_object *facts,
				struct json_object *device, const char *path)
{
	if (device && json_object_object_get_ex(device, path, NULL))
		return get(device, path);
	return get(facts, path);
}

static void join(struct json_object *array, char *text, size_t size)
{
	size_t length = 0;

	snprintf(text, size, "none");
	for (size_t i = 0; i < json_object_array_length(array) &&
	     length < size; i++) {
		struct json_object *item = json_object_array_get_idx(array, i);

		length += snprintf(text + length, size - length, "%s%s",
				   i ? ", " : "", json_object_get_string(item));
	}
}

static void fact_text(struct json_object *value, char *text, size_t size)
{
	if (!value)
		snprintf(text, size, "-");
	else if (json_object_is_type(value, json_type_boolean))
		snprintf(text, size, "%s",
			 json_object_get_boolean(value) ? "yes" : "no");
	else if (json_object_is_type(value, json_type_array))
		join(value, text, size);
	else
		snprintf(text, size, "%s", json_object_get_string(value));
}

/* A text with its facts filled in, to be freed; NULL for none. */
static char *fill(struct json_object *facts, struct json_object *device,
		  const char *text)
{
	char path[64], value[512];
	size_t size = 0;
	char *filled = NULL;
	FILE *file = text ? open_memstream(&filled, &size) : NULL;

	while (file && *text) {
		if (*text != '{') {
			fputc(*text++, file);
			continue;
		}
		snprintf(path, sizeof(path), "%.*s",
			 (int)strcspn(text, "}") - 1, text + 1);
		fact_text(fact(facts, device, path), value, sizeof(value));
		fputs(value, file);
		text += strcspn(text, "}") + 1;
	}
	if (file)
		fclose(file);
	return filled;
}

static bool holds(struct json_object *facts, struct json_object *device,
		  const char *condition)
{
	size_t length = strcspn(condition, "!=");
	bool is_not = condition[length] == '!';
	char path[64], value[512];
	char *wanted = fill(facts, device, condition + length + 1 + is_not);
	bool is_same;

	snprintf(path, sizeof(path), "%.*s", (int)length, condition);
	fact_text(fact(facts, device, path), value, sizeof(value));
	is_same = wanted && !strcmp(value, wanted);
	free(wanted);
	return is_same != is_not;
}

static bool applies(struct json_object *facts, struct json_object *device,
		    const struct row *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(row->when) && row->when[i]; i++)
		if (!holds(facts, device, row->when[i]))
			return false;
	return true;
}

/* Without a card nothing has to be done for it. */
static enum state state_of(struct json_object *facts, const struct row *row)
{
	return row->state == MISSING && !get_count(facts, "devices") ? NOTE :
								     row->state;
}

static void put_finding(struct json_object *findings, struct json_object *facts,
			struct json_object *device, const struct row *row)
{
	struct json_object *finding = json_object_new_object();
	char *text = fill(facts, device, row->text);
	char *next = fill(facts, device, row->next);

	put_text(finding, "check", row->check);
	put_text(finding, "device", device ? get_text(device, "pci") : NULL);
	put_text(finding, "state", state_names[state_of(facts, row)]);
	put_text(finding, "message", text);
	put_text(finding, "next", next);
	put_object(findings, NULL, finding);
	free(text);
	free(next);
}

static void check_rows(struct json_object *findings, struct json_object *facts,
		       struct json_object *device, const struct row *rows,
		       size_t n)
{
	const char *answered = "";

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(rows[i].check, answered) ||
		    !applies(facts, device, &rows[i]))
			continue;
		answered = rows[i].check;
		put_finding(findings, facts, device, &rows[i]);
	}
}

struct json_object *doctor_findings(struct json_object *facts)
{
	struct json_object *findings = json_object_new_array();
	struct json_object *devices = get(facts, "devices");

	check_rows(findings, facts, NULL, of_machine, ARRAY_SIZE(of_machine));
	for (size_t i = 0; i < json_object_array_length(devices); i++)
		check_rows(findings, facts,
			   json_object_array_get_idx(devices, i), of_device,
			   ARRAY_SIZE(of_device));
	return findings;
}
