// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One attached device: its node, its gate, and how both end.
 *
 * Lifetimes. attach.c holds one reference while the device is attached, each
 * session another. mdev is valid until mctl_function_down() returns, which is
 * called while mlx5_core still executes commands and which mlx5_core waits for.
 * Down, in this order:
 *
 *   1. the gate closes: who waits for a slot and who comes later gets -ENODEV;
 *   2. the nodes go: nobody opens them any more;
 *   3. what is in flight ends, in the time that mlx5_core gives a command;
 *   4. reapers end, then all sessions that are left are reaped. Files stay open
 *      and say -ENODEV for ever.
 *
 * A device may be slow, and own much: nothing is sent to it any more when this
 * has taken REAPING_SECONDS, so down returns after that, and what mlx5_core
 * gives one command, at most.
 *
 * No lock is held over a wait for firmware. A gate is never opened again: the
 * next attachment is another function.
 */
#include <linux/mlx5/device.h>
#include <linux/slab.h>

#include "mctl.h"

#define REAPING_SECONDS 5

static void function_free(struct kref *ref)
{
	struct mctl_function *function =
		container_of(ref, struct mctl_function, ref);
	struct mctl_user *user, *next;

	list_for_each_entry_safe(user, next, &function->users, link)
		kfree(user);
	kfree(function);
}

void mctl_function_put(struct mctl_function *function)
{
	kref_put(&function->ref, function_free);
}

void mctl_function_break(struct mctl_function *function, const char *why)
{
	if (cmpxchg(&function->broken, NULL, why))
		return;
	pr_warn("mlx5ctl: %s awaits a reset: %s\n", function->name, why);
	wake_up_all(&function->slots);
}

/* In interrupts, too, and once mlx5_core has ended what was under way. */
static int on_error(struct notifier_block *block, unsigned long event,
		    void *data)
{
	struct mctl_function *function =
		container_of(block, struct mctl_function, errors);

	if (event != MLX5_DEV_EVENT_SYS_ERROR)
		return NOTIFY_DONE;
	WRITE_ONCE(function->has_failed, true);
	mctl_function_break(function, "mlx5_core says that the device failed");
	return NOTIFY_DONE;
}

bool mctl_function_is_over(struct mctl_function *function)
{
	unsigned long deadline = READ_ONCE(function->deadline);

	if (deadline && time_after(jiffies, deadline))
		mctl_function_break(function, "it was too slow to take back what files had made");
	return READ_ONCE(function->broken);
}

int mctl_function_gate(const struct mctl_function *function)
{
	return READ_ONCE(function->broken) ||
	       !READ_ONCE(function->is_attached) ? -ENODEV : 0;
}

/* There is one, or there will be none any more. */
static bool try_slot(struct mctl_function *function,
		     struct mctl_request *request)
{
	bool is_open;

	spin_lock(&function->slots_lock);
	is_open = !mctl_function_gate(function);
	if (is_open && function->in_flight < MCTL_IN_FLIGHT &&
	    function->in_flight_plain + request->is_plain <= MCTL_IN_FLIGHT_PLAIN) {
		function->in_flight++;
		function->in_flight_plain += request->is_plain;
		request->has_slot = true;
	}
	spin_unlock(&function->slots_lock);
	return request->has_slot || !is_open;
}

int mctl_slot_take(struct mctl_request *request)
{
	struct mctl_function *function = request->session->function;

	request->is_plain = mctl_is_plain();
	if (wait_event_state(function->slots, try_slot(function, request),
			     MCTL_WAIT))
		return -EINTR;
	return request->has_slot ? 0 : -ENODEV;
}

void mctl_slot_give(struct mctl_request *request)
{
	struct mctl_function *function = request->session->function;

	spin_lock(&function->slots_lock);
	function->in_flight--;
	function->in_flight_plain -= request->is_plain;
	request->has_slot = false;
	/* Inside: whoever waits for the last one may end the function. */
	wake_up_all(&function->slots);
	spin_unlock(&function->slots_lock);
}

static bool is_idle(struct mctl_function *function)
{
	bool idle;

	spin_lock(&function->slots_lock);
	idle = !function->in_flight;
	spin_unlock(&function->slots_lock);
	return idle;
}

static struct mctl_function *function_new(struct mlx5_core_dev *mdev,
					  u32 number)
{
	struct mctl_function *function = kzalloc(sizeof(*function), GFP_KERNEL);

	if (!function)
		return NULL;
	kref_init(&function->ref);
	mutex_init(&function->ending);
	mutex_init(&function->lock);
	spin_lock_init(&function->slots_lock);
	init_waitqueue_head(&function->slots);
	INIT_LIST_HEAD(&function->sessions);
	INIT_LIST_HEAD(&function->users);
	snprintf(function->name, sizeof(function->name), MCTL_NAME, number);
	function->number = number;
	function->mdev = mdev;
	function->uctx_cap = MLX5_CAP_GEN(mdev, uctx_cap);
	function->vhca_id = MLX5_CAP_GEN(mdev, vhca_id);
	/* mlx5_core goes by the id, which a guest sees; a host knows better. */
	function->is_vf = mlx5_core_is_vf(mdev) || mdev->pdev->is_virtfn;
	function->place = (unsigned long)pci_domain_nr(mdev->pdev->bus) << 16 |
			  pci_dev_id(mdev->pdev);
	function->classes = mctl_classes_of(function);
	function->errors.notifier_call = on_error;
	function->is_attached = true;
	mctl_memory_inherit(function);
	return function;
}

static int start_workers(struct mctl_function *function)
{
	function->commands = alloc_workqueue("%s", WQ_UNBOUND, MCTL_IN_FLIGHT,
					     function->name);
	if (!function->commands)
		return -ENOMEM;
	function->reapers = alloc_ordered_workqueue("%s-reaper", 0,
						    function->name);
	if (function->reapers)
		return 0;
	destroy_workqueue(function->commands);
	return -ENOMEM;
}

static void stop_workers(struct mctl_function *function)
{
	destroy_workqueue(function->commands);
	destroy_workqueue(function->reapers);
}

/* No reaper runs any more, and nobody can come to the list. */
static void reap_all(struct mctl_function *function)
{
	struct mctl_session *session;

	while ((session = list_first_entry_or_null(&function->sessions,
						   struct mctl_session, link)))
		mctl_session_reap(session);
}

void mctl_function_down(struct mctl_function *function)
{
	WRITE_ONCE(function->deadline, (jiffies + REAPING_SECONDS * HZ) | 1);
	scoped_guard(mutex, &function->lock) {
		spin_lock(&function->slots_lock);
		WRITE_ONCE(function->is_attached, false);
		spin_unlock(&function->slots_lock);
	}
	wake_up_all(&function->slots);

	mctl_nodes_down(function);
	mlx5_notifier_unregister(function->mdev, &function->errors);
	wait_event(function->slots, is_idle(function));
	stop_workers(function);
	reap_all(function);
	mctl_function_put(function);
}

struct mctl_function *mctl_function_up(struct mlx5_core_dev *mdev, u32 number)
{
	struct mctl_function *function = function_new(mdev, number);
	int ret;

	if (!function)
		return ERR_PTR(-ENOMEM);
	ret = start_workers(function);
	if (ret)
		goto err_new;
	ret = mlx5_notifier_register(mdev, &function->errors);
	if (ret)
		goto err_start_workers;
	ret = mctl_nodes_up(function);
	if (ret) {
		/* By now it may have been opened. */
		mctl_function_down(function);
		return ERR_PTR(ret);
	}
	return function;

err_start_workers:
	stop_workers(function);
err_new:
	mctl_function_put(function);
	return ERR_PTR(ret);
}
