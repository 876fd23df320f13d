// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The module: checks its own tables first, then looks for devices. */
#include <linux/module.h>

#include "mctl.h"
#include "policy-hash.h"

static void stop_rest(void)
{
	mctl_nodes_stop();
	mctl_memory_stop();
	xa_destroy(&mctl_limits);
}

static int __init start(void)
{
	const char *where = "";
	const char *flaw = policy_self_check(&where);
	int ret;

	if (flaw) {
		pr_err("mlx5ctl: not loaded, the policy is flawed: %s: %s\n",
		       where, flaw);
		return -EINVAL;
	}
	ret = mctl_attributes_start();
	if (!ret)
		ret = mctl_memory_start();
	if (ret)
		return ret;
	ret = mctl_nodes_start();
	if (!ret)
		ret = mctl_attach_start();
	if (ret)
		stop_rest();
	return ret;
}

static void __exit stop(void)
{
	mctl_attach_stop();
	stop_rest();
}

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Firmware commands of ConnectX devices, each judged first");
MODULE_AUTHOR("The mlx5ctl authors");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_INFO(policy_hash, POLICY_HASH);
