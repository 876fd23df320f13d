// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a guest's kernel has to notice, done on purpose (tests/vm/controls/misuse):
 * insmod misuse.ko what=overrun|write|read times=N. It is never loaded.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define SIZE 64

static char *what = "";
module_param(what, charp, 0);
static int times = 1;
module_param(times, int, 0);

static int __init misuse(void)
{
	for (int i = 0; i < times; i++) {
		u8 *object = kmalloc(SIZE, GFP_KERNEL), *freed = object;

		if (!object)
			return -ENOMEM;
		/* Or the compiler would say so. */
		OPTIMIZER_HIDE_VAR(object);
		OPTIMIZER_HIDE_VAR(freed);
		if (!strcmp(what, "overrun"))
			WRITE_ONCE(object[SIZE], 1);
		kfree(object);
		if (!strcmp(what, "write"))
			WRITE_ONCE(freed[SIZE / 2], 1);
		if (!strcmp(what, "read"))
			READ_ONCE(freed[SIZE / 2]);
		usleep_range(1000, 2000);
	}
	return -ECANCELED;
}
module_init(misuse);

MODULE_DESCRIPTION("Misuses memory");
MODULE_LICENSE("Dual BSD/GPL");
