// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the node shows in sysfs, one value per file, and the one thing that an
 * administrator can change there: to let a function do less, until its driver
 * or this module is loaded again.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#include "mctl.h"
#include "policy-hash.h"

/* How much of the policy a function has, from most to least. */
static const struct access {
	const char *name;
	u32 classes;
} accesses[] = {
	{ "all", POLICY_ALL_CLASSES },
	{ "read", POLICY_IDENTIFY | POLICY_CONFIG_READ },
	{ "none", 0 },
};

static int access_by_name(const char *name)
{
	for (u32 i = 0; i < ARRAY_SIZE(accesses); i++)
		if (sysfs_streq(name, accesses[i].name))
			return i;
	return -EINVAL;
}

static int set_access(const char *name, const struct kernel_param *parameter)
{
	int i = access_by_name(name);

	if (i < 0)
		return i;
	WRITE_ONCE(*(u32 *)parameter->arg, i);
	return 0;
}

static int get_access(char *text, const struct kernel_param *parameter)
{
	return sysfs_emit(text, "%s\n",
			  accesses[*(u32 *)parameter->arg].name);
}

static const struct kernel_param_ops access_ops = {
	.set = set_access,
	.get = get_access,
};

static u32 pf_access;
static u32 vf_access = 1;
module_param_cb(access, &access_ops, &pf_access, 0444);
MODULE_PARM_DESC(access, "what functions may be asked: all, read or none");
module_param_cb(vf_access, &access_ops, &vf_access, 0444);
MODULE_PARM_DESC(vf_access, "of virtual functions, at most `read`");

u32 mctl_classes_of(bool is_vf)
{
	u32 classes = accesses[pf_access].classes;

	if (is_vf)
		classes &= accesses[vf_access].classes & accesses[1].classes;
	return classes;
}

/* misc gives its own structure to the device. */
static struct mctl_function *function_of(struct device *device)
{
	return container_of(dev_get_drvdata(device), struct mctl_function, node);
}

static ssize_t access_show(struct device *device,
			   struct device_attribute *attribute, char *text)
{
	u32 classes = READ_ONCE(function_of(device)->classes);
	u32 i = 0;

	while (accesses[i].classes != classes)
		i++;
	return sysfs_emit(text, "%s\n", accesses[i].name);
}

static ssize_t access_store(struct device *device,
			    struct device_attribute *attribute,
			    const char *text, size_t length)
{
	struct mctl_function *function = function_of(device);
	int i = access_by_name(text);

	if (i < 0)
		return i;
	mutex_lock(&function->lock);
	WRITE_ONCE(function->classes, function->classes & accesses[i].classes);
	i = function->classes == accesses[i].classes ? 0 : -EPERM;
	mutex_unlock(&function->lock);
	return i ? i : length;
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
	const char *broken = READ_ONCE(function_of(device)->broken);

	return broken ? sysfs_emit(text, "awaiting reset: %s\n", broken) :
			sysfs_emit(text, "ready\n");
}
static DEVICE_ATTR_RO(state);

static ssize_t memory_bytes_show(struct device *device,
				 struct device_attribute *attribute, char *text)
{
	return sysfs_emit(text, "%llu\n",
			  atomic64_read(&function_of(device)->memory_bytes));
}
static DEVICE_ATTR_RO(memory_bytes);

static ssize_t quarantined_bytes_show(struct device *device,
				      struct device_attribute *attribute,
				      char *text)
{
	return sysfs_emit(text, "%llu\n",
			  atomic64_read(&function_of(device)->quarantined));
}
static DEVICE_ATTR_RO(quarantined_bytes);

static struct attribute *node_attributes[] = {
	&dev_attr_access.attr,
	&dev_attr_memory_bytes.attr,
	&dev_attr_policy_hash.attr,
	&dev_attr_quarantined_bytes.attr,
	&dev_attr_state.attr,
	NULL
};

static const char *const counter_names[MCTL_REFUSED] = {
	[MCTL_SENT] = "sent",
	[MCTL_NOT_SENT] = "not_sent",
	[MCTL_FIRMWARE_ERRORS] = "firmware_errors",
	[MCTL_UNANSWERED] = "unanswered",
	[MCTL_FAILED] = "failed",
	[MCTL_KEPT_OBJECTS] = "kept_objects",
	[MCTL_AUDIT_LEFT_OUT] = "audit_left_out",
};

static struct device_attribute counters[MCTL_N_COUNTERS];
static struct attribute *stats_attributes[MCTL_REFUSED + 1];
static struct attribute *refused_attributes[POLICY_N_REASONS];

static ssize_t counter_show(struct device *device,
			    struct device_attribute *attribute, char *text)
{
	u32 i = attribute - counters;

	return sysfs_emit(text, "%llu\n",
			  atomic64_read(&function_of(device)->counters[i]));
}

static struct attribute *counter_begin(u32 i, const char *name)
{
	counters[i].attr.name = name;
	counters[i].attr.mode = 0444;
	counters[i].show = counter_show;
	return &counters[i].attr;
}

/* Reasons of refusals follow POLICY_ALLOWED. */
void mctl_attributes_start(void)
{
	u32 n = 0;

	for (u32 i = 0; i < MCTL_REFUSED; i++)
		stats_attributes[i] = counter_begin(i, counter_names[i]);
	for (u32 i = POLICY_ALLOWED + 1; i < POLICY_N_REASONS; i++)
		refused_attributes[n++] = counter_begin(MCTL_REFUSED + i,
							policy_reason_name(i));
}

static const struct attribute_group groups[] = {
	{ .attrs = node_attributes },
	{ .attrs = stats_attributes, .name = "stats" },
	{ .attrs = refused_attributes, .name = "refused" },
};

const struct attribute_group *mctl_attributes[] = {
	&groups[0], &groups[1], &groups[2], NULL
};
