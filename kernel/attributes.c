// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the node shows in sysfs, one value per file, and the one thing that an
 * administrator can change there: to let a function do less, until this module
 * is loaded again.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "mctl.h"
#include "policy-hash.h"

/* How much of the policy a function has, from most to least. */
static const char *const accesses[] = { "all", "read", "none" };
static const u32 classes_of[] = {
	POLICY_ALL_CLASSES, POLICY_IDENTIFY | POLICY_CONFIG_READ, 0
};

static char *access = "all";
module_param(access, charp, 0444);
MODULE_PARM_DESC(access, "what functions may be asked: all, read or none");
static char *vf_access = "read";
module_param(vf_access, charp, 0444);
MODULE_PARM_DESC(vf_access, "of virtual functions, at most `read`");
static u32 pf_classes, vf_classes;	/* by these */

/* Classes left at a place, also when it comes back from a suspend or reset. */
DEFINE_XARRAY(mctl_limits);

u32 mctl_classes_of(const struct mctl_function *function)
{
	void *limit = xa_load(&mctl_limits, function->place);

	return (function->is_vf ? vf_classes : pf_classes) &
	       (limit ? xa_to_value(limit) : POLICY_ALL_CLASSES);
}

static ssize_t access_show(struct device *device,
			   struct device_attribute *attribute, char *text)
{
	const struct mctl_function *function = dev_get_drvdata(device);
	u32 classes = READ_ONCE(function->classes);
	u32 i = 0;

	while (classes_of[i] != classes)
		i++;
	return sysfs_emit(text, "%s\n", accesses[i]);
}

static ssize_t access_store(struct device *device,
			    struct device_attribute *attribute,
			    const char *text, size_t length)
{
	struct mctl_function *function = dev_get_drvdata(device);
	int i = sysfs_match_string(accesses, text);
	u32 left;

	if (i < 0)
		return i;
	guard(mutex)(&function->lock);
	left = function->classes & classes_of[i];
	WRITE_ONCE(function->classes, left);
	if (xa_err(xa_store(&mctl_limits, function->place, xa_mk_value(left),
			    GFP_KERNEL)))
		return -ENOMEM;
	return left == classes_of[i] ? length : -EPERM;
}
static DEVICE_ATTR_RW(access);

static ssize_t policy_hash_show(struct device *device,
				struct device_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%s\n", POLICY_HASH);
}
static DEVICE_ATTR_RO(policy_hash);

static ssize_t state_show(struct device *device,
			  struct device_attribute *attribute, char *text)
{
	const struct mctl_function *function = dev_get_drvdata(device);
	const char *broken = READ_ONCE(function->broken);

	return broken ? sysfs_emit(text, "awaiting reset: %s\n", broken) :
			sysfs_emit(text, "ready\n");
}
static DEVICE_ATTR_RO(state);

static const char *const counter_names[MCTL_REFUSED] = {
	[MCTL_MEMORY_BYTES] = "memory_bytes",
	[MCTL_QUARANTINED_BYTES] = "quarantined_bytes",
	[MCTL_SENT] = "sent",
	[MCTL_NOT_SENT] = "not_sent",
	[MCTL_FIRMWARE_ERRORS] = "firmware_errors",
	[MCTL_UNANSWERED] = "unanswered",
	[MCTL_FAILED] = "failed",
	[MCTL_KEPT_OBJECTS] = "kept_objects",
	[MCTL_AUDIT_LEFT_OUT] = "audit_left_out",
};

static struct device_attribute counters[MCTL_N_COUNTERS];
static struct attribute *stats_attributes[MCTL_REFUSED - MCTL_SENT + 1];
static struct attribute *refused_attributes[POLICY_N_REASONS];
static struct attribute *node_attributes[] = {
	&counters[MCTL_MEMORY_BYTES].attr,
	&counters[MCTL_QUARANTINED_BYTES].attr,
	&dev_attr_access.attr,
	&dev_attr_policy_hash.attr,
	&dev_attr_state.attr,
	NULL
};

static ssize_t counter_show(struct device *device,
			    struct device_attribute *attribute, char *text)
{
	const struct mctl_function *function = dev_get_drvdata(device);
	u32 i = attribute - counters;

	return sysfs_emit(text, "%lld\n",
			  atomic64_read(&function->counters[i]));
}

static struct attribute *counter_begin(u32 i, const char *name)
{
	counters[i].attr.name = name;
	counters[i].attr.mode = 0444;
	counters[i].show = counter_show;
	return &counters[i].attr;
}

/* Reasons of refusals follow POLICY_ALLOWED. */
int mctl_attributes_start(void)
{
	int pf = sysfs_match_string(accesses, access);
	int vf = sysfs_match_string(accesses, vf_access);
	u32 n = 0;

	if (pf < 0 || vf < 0) {
		pr_err("mlx5ctl: not loaded, access is all, read or none\n");
		return -EINVAL;
	}
	pf_classes = classes_of[pf];
	vf_classes = classes_of[max3(pf, vf, 1)];
	for (u32 i = 0; i < MCTL_SENT; i++)
		counter_begin(i, counter_names[i]);
	for (u32 i = MCTL_SENT; i < MCTL_REFUSED; i++)
		stats_attributes[i - MCTL_SENT] =
			counter_begin(i, counter_names[i]);
	for (u32 i = POLICY_ALLOWED + 1; i < POLICY_N_REASONS; i++)
		refused_attributes[n++] = counter_begin(MCTL_REFUSED + i,
							policy_reason_name(i));
	return 0;
}

static const struct attribute_group groups[] = {
	{ .attrs = node_attributes },
	{ .attrs = stats_attributes, .name = "stats" },
	{ .attrs = refused_attributes, .name = "refused" },
};

const struct attribute_group *mctl_attributes[] = {
	&groups[0], &groups[1], &groups[2], NULL
};
