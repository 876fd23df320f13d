// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What the node shows in sysfs, one value per file. */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "mctl.h"
#include "policy-hash.h"

/* misc gives its own structure to the device. */
static struct mctl_function *function_of(struct device *device)
{
	return container_of(dev_get_drvdata(device), struct mctl_function, node);
}

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

static struct attribute *node_attributes[] = {
	&dev_attr_policy_hash.attr,
	&dev_attr_state.attr,
	NULL
};

static const struct attribute_group node_group = { .attrs = node_attributes };

const struct attribute_group *mctl_attributes[] = { &node_group, NULL };
