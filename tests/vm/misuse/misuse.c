// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a guest's kernel has to notice, done on purpose (tests/vm/controls):
 * insmod misuse.ko what=overrun|write|read|lose|order|sleep|stack|shift|unmap.
 * It is never loaded.
 */
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#define SIZE 64

static char *what = "";
module_param(what, charp, 0);

static DEFINE_MUTEX(one);
static DEFINE_MUTEX(other);
static DEFINE_SPINLOCK(spin);

static void misuse_object(struct kmem_cache *objects)
{
	u8 *object = kmem_cache_alloc(objects, GFP_KERNEL), *freed = object;

	if (!object)
		return;
	/* Or the compiler would say so. */
	OPTIMIZER_HIDE_VAR(object);
	OPTIMIZER_HIDE_VAR(freed);
	if (!strcmp(what, "overrun"))
		WRITE_ONCE(object[SIZE], 1);
	kmem_cache_free(objects, object);
	if (!strcmp(what, "write"))
		WRITE_ONCE(freed[SIZE / 2], 1);
	if (!strcmp(what, "read"))
		READ_ONCE(freed[SIZE / 2]);
}

static void lose(void)
{
	void *object = kmalloc(SIZE, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(object);
}

static void lock_both(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

static void init_work_on_stack(void)
{
	struct work_struct work;

	INIT_WORK(&work, NULL);
}

static int shift(void)
{
	int places = 40, bits = 1;

	OPTIMIZER_HIDE_VAR(places);
	bits <<= places;
	OPTIMIZER_HIDE_VAR(bits);
	return bits;
}

static void unmap(void)
{
	struct platform_device *device =
		platform_device_register_simple("misuse", -1, NULL, 0);

	if (IS_ERR(device))
		return;
	dma_unmap_single(&device->dev, 0, SIZE, DMA_TO_DEVICE);
	platform_device_unregister(device);
}

static int __init misuse(void)
{
	struct kmem_cache *objects = kmem_cache_create("misuse", SIZE, 0, 0, NULL);

	if (!objects)
		return -ENOMEM;
	misuse_object(objects);
	/* A free object is looked at, too, before its page is given back. */
	kmem_cache_destroy(objects);
	if (!strcmp(what, "lose"))
		lose();
	if (!strcmp(what, "order")) {
		lock_both(&one, &other);
		lock_both(&other, &one);
	}
	if (!strcmp(what, "sleep")) {
		spin_lock(&spin);
		might_sleep();
		spin_unlock(&spin);
	}
	if (!strcmp(what, "stack"))
		init_work_on_stack();
	if (!strcmp(what, "shift"))
		shift();
	if (!strcmp(what, "unmap"))
		unmap();
	return -ECANCELED;
}
module_init(misuse);

MODULE_DESCRIPTION("Misuses memory and locks");
MODULE_LICENSE("Dual BSD/GPL");
