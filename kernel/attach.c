// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Which devices there are. mlx5_core shows each as children on the auxiliary
 * bus, and the driver core tells of these.
 *
 * Where mlx5_core has a child for fwctl drivers (compat/), we are a driver of
 * that child and of nothing else: whoever holds it holds the device. Where it
 * has none, nothing matches our driver, which then only shows us the bus: there
 * a device is attached with the first of its children and detached with the
 * last, in time for both to send commands.
 *
 * Lifetimes. `attached` holds one reference to each function; a function is
 * ended outside of the lock, so that two devices can go at once, and taken off
 * afterwards, so that who comes second finds it and waits: what mlx5_core is told
 * of in an event it takes apart when the event is over. A look at the bus keeps
 * the lock, and with it each child that it sees: none goes past its last event.
 */
#include <linux/auxiliary_bus.h>
#include <linux/module.h>
#include <linux/suspend.h>

#include "compat/compat.h"
#include "mctl.h"

static LIST_HEAD(attached);
static DEFINE_MUTEX(attached_lock);
static bool is_asleep;		/* or about to be: nothing is attached */

static struct mctl_function *find_attached(const struct mlx5_core_dev *mdev)
{
	struct mctl_function *function;

	list_for_each_entry(function, &attached, attached)
		if (function->mdev == mdev)
			return function;
	return NULL;
}

/* Sub-functions share their parent's firmware, and some devices have no door. */
static bool is_supported(const struct mlx5_core_dev *mdev)
{
	return mdev->coredev_type != MLX5_COREDEV_SF &&
	       MLX5_CAP_GEN(mdev, uctx_cap);
}

/* With a reference, which it gives back. */
static void end(struct mctl_function *function)
{
	scoped_guard(mutex, &function->ending)
		if (function->is_attached)
			mctl_function_down(function);
	scoped_guard(mutex, &attached_lock)
		list_del_init(&function->attached);
	mctl_function_put(function);
}

static void detach(const struct mlx5_core_dev *mdev, bool only_failed)
{
	struct mctl_function *function;

	scoped_guard(mutex, &attached_lock) {
		function = find_attached(mdev);
		if (!function || (only_failed && !READ_ONCE(function->has_failed)))
			return;
		kref_get(&function->ref);
	}
	end(function);
}

/* attached_lock is held. */
static int attach_locked(const struct mlx5_adev *child)
{
	struct mctl_function *function;

	if (!is_supported(child->mdev))
		return -ENODEV;
	if (is_asleep || find_attached(child->mdev))
		return 0;
	function = mctl_function_up(child->mdev, child->adev.id);
	if (IS_ERR(function)) {
		dev_err(&child->adev.dev, "no way in for mlx5ctl: %ld\n",
			PTR_ERR(function));
		return PTR_ERR(function);
	}
	list_add_tail(&function->attached, &attached);
	return 0;
}

/*
 * One that failed may come back with some of its children still there: those
 * whose driver can wait. Its user contexts are gone, so what we have of it is
 * over, too.
 */
static int attach(const struct mlx5_adev *child)
{
	detach(child->mdev, true);
	guard(mutex)(&attached_lock);
	return attach_locked(child);
}

static int probe(struct auxiliary_device *device,
		 const struct auxiliary_device_id *id)
{
	return attach(container_of(device, struct mlx5_adev, adev));
}

static void remove(struct auxiliary_device *device)
{
	detach(container_of(device, struct mlx5_adev, adev)->mdev, false);
}

static const struct auxiliary_device_id ids[] = {
	{ .name = "mlx5_core.fwctl" },
	{ }
};

static struct auxiliary_driver driver = {
	.name = "mlx5ctl",
	.probe = probe,
	.remove = remove,
	.id_table = ids,
};

static int tell_who_holds(struct device *device, void *unused)
{
	const struct device_driver *holder;

	if (!device_trylock(device))
		return 0;
	holder = device->driver;
	if (strstarts(dev_name(device), "mlx5_core.fwctl.") && holder &&
	    holder != &driver.driver)
		dev_info(device, "mlx5ctl leaves this device to %s, which has it\n",
			 holder->name);
	device_unlock(device);
	return 0;
}

/* Children that are a struct mlx5_adev; "sf" is another structure. */
static const char *const kinds[] = {
	"eth", "rdma", "vnet", "eth-rep", "rdma-rep", "multiport", "dpll",
};

static const struct mlx5_adev *child_of_mlx5(const struct device *device)
{
	size_t prefix = str_has_prefix(dev_name(device), "mlx5_core.");
	const char *kind = dev_name(device) + prefix;

	if (!prefix)
		return NULL;
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i]) == strcspn(kind, ".") &&
		    strstarts(kind, kinds[i]))
			return container_of(device, struct mlx5_adev, adev.dev);
	return NULL;
}

static int is_sibling(struct device *device, void *context)
{
	const struct mlx5_adev *besides = context;
	const struct mlx5_adev *child = child_of_mlx5(device);

	return child && child != besides && child->mdev == besides->mdev;
}

/* It, or what is left of it, was the last of its device. */
static bool is_last(const struct mlx5_adev *child)
{
	guard(mutex)(&attached_lock);
	return !bus_for_each_dev(driver.driver.bus, NULL, (void *)child,
				 is_sibling);
}

static int on_event(struct notifier_block *block, unsigned long event,
		    void *data)
{
	struct device *device = data;
	const struct mlx5_adev *child = child_of_mlx5(device);

	if (!child)
		return NOTIFY_DONE;
	if (event == BUS_NOTIFY_ADD_DEVICE)
		attach(child);
	/* A look between the two may have attached it again. */
	else if ((event == BUS_NOTIFY_DEL_DEVICE ||
		  event == BUS_NOTIFY_REMOVED_DEVICE) && is_last(child))
		detach(child->mdev, false);
	return NOTIFY_DONE;
}

static struct notifier_block events = { .notifier_call = on_event };

static int look_at(struct device *device, void *unused)
{
	const struct mlx5_adev *child = child_of_mlx5(device);

	if (child)
		attach_locked(child);
	return 0;
}

static int look(void)
{
	guard(mutex)(&attached_lock);
	is_asleep = false;
	return bus_for_each_dev(driver.driver.bus, NULL, NULL, look_at);
}

static void detach_all(void)
{
	struct mctl_function *function;

	mutex_lock(&attached_lock);
	is_asleep = true;
	while ((function = list_first_entry_or_null(&attached,
						    struct mctl_function,
						    attached))) {
		kref_get(&function->ref);
		mutex_unlock(&attached_lock);
		end(function);
		mutex_lock(&attached_lock);
	}
	mutex_unlock(&attached_lock);
}

/* Over a suspend some children stay, but nothing that firmware knew of does. */
static int on_power(struct notifier_block *block, unsigned long event,
		    void *data)
{
	if (event == PM_SUSPEND_PREPARE || event == PM_HIBERNATION_PREPARE ||
	    event == PM_RESTORE_PREPARE)
		detach_all();
	else if (event == PM_POST_SUSPEND || event == PM_POST_HIBERNATION ||
		 event == PM_POST_RESTORE)
		look();
	return NOTIFY_DONE;
}

static struct notifier_block power = { .notifier_call = on_power };

/* Events are heard until all are detached, and nobody looks any more. */
static void unwatch(void)
{
	if (MCTL_HAS_FWCTL_CHILD)
		return;
	unregister_pm_notifier(&power);
	detach_all();
	bus_unregister_notifier(driver.driver.bus, &events);
}

static int watch(void)
{
	int ret;

	if (MCTL_HAS_FWCTL_CHILD)
		return bus_for_each_dev(driver.driver.bus, NULL, NULL,
					tell_who_holds);
	ret = bus_register_notifier(driver.driver.bus, &events);
	if (ret)
		return ret;
	ret = register_pm_notifier(&power);
	if (!ret)
		ret = look();
	if (ret)
		unwatch();
	return ret;
}

int mctl_attach_start(void)
{
	int ret = auxiliary_driver_register(&driver);

	if (ret)
		return ret;
	ret = watch();
	if (ret)
		auxiliary_driver_unregister(&driver);
	return ret;
}

void mctl_attach_stop(void)
{
	unwatch();
	auxiliary_driver_unregister(&driver);
}
