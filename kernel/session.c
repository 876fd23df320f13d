// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One open file: its user context in the firmware, and what it owns there.
 *
 * Lifetimes. The file is one user of a session, each request another, so a
 * command that its caller no longer waits for still finds where to note what it
 * made. The last user hands the session to the function's reaper: closing never
 * waits for firmware. A function that goes reaps all that it still has, used or
 * not; what a user does later with such a session reaches no device. Memory is
 * held by the users and by the function's list, which an unreaped session is on.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include "mctl.h"
#include "prm-offsets.h"

static void release(struct kref *ref)
{
	struct mctl_session *session =
		container_of(ref, struct mctl_session, ref);

	mctl_function_put(session->function);
	kfree(session);
}

static void reap(struct work_struct *work)
{
	mctl_session_reap(container_of(work, struct mctl_session, reap));
}

static struct mctl_session *session_new(struct mctl_function *function)
{
	struct mctl_session *session = kzalloc(sizeof(*session),
					       GFP_KERNEL_ACCOUNT);

	if (!session)
		return NULL;
	kref_init(&session->ref);
	atomic_set(&session->users, 1);
	init_waitqueue_head(&session->turns);
	mutex_init(&session->lock);
	mutex_init(&session->uctx_lock);
	INIT_WORK(&session->reap, reap);
	kref_get(&function->ref);
	session->function = function;
	session->is_plain = mctl_is_plain();
	session->classes = POLICY_ALL_CLASSES;
	session->view = (struct policy_session){
		.is_vf = function->is_vf,
		.vhca_id = function->vhca_id,
		.page_shift = PAGE_SHIFT,
		.owned = session->owned,
	};
	return session;
}

struct mctl_session *mctl_session_get(struct mctl_session *session)
{
	atomic_inc(&session->users);
	kref_get(&session->ref);
	return session;
}

void mctl_session_put(struct mctl_session *session)
{
	struct mctl_function *function = session->function;

	if (atomic_dec_and_test(&session->users)) {
		guard(mutex)(&function->lock);
		if (function->is_attached)
			queue_work(function->reapers, &session->reap);
	}
	kref_put(&session->ref, release);
}

u32 mctl_session_classes(const struct mctl_session *session)
{
	return READ_ONCE(session->classes) &
	       READ_ONCE(session->function->classes);
}

/* The kernel's own uid, that of what all share, or another file's separate none. */
static bool is_usable(struct mctl_session *session, u64 uid)
{
	struct mctl_function *function = session->function;
	struct mctl_session *other;

	if (!uid || uid == MLX5_SHARED_RESOURCE_UID)
		return false;
	guard(mutex)(&function->lock);
	list_for_each_entry(other, &function->sessions, link)
		if (READ_ONCE(other->uid) == uid)
			return false;
	WRITE_ONCE(session->uid, uid);
	return true;
}

int mctl_session_uid(struct mctl_session *session)
{
	static const struct mctl_order create = {
		PRM_OP_CREATE_UCTX, PRM_SIZE_create_uctx_in,
		{ PRM(create_uctx_in, uctx__cap) }
	};
	u8 out[PRM_SIZE_create_uctx_out];
	u64 uid;
	int ret;

	guard(mutex)(&session->uctx_lock);
	if (session->uid)
		return 0;
	ret = mctl_send_order(session->function, 0, &create,
			      MCTL_UCTX_CAP & session->function->uctx_cap, out);
	if (!ret &&
	    (!prm_get(out, sizeof(out), PRM_AT(create_uctx_out, uid), &uid) ||
	     !is_usable(session, uid))) {
		mctl_function_break(session->function,
				    "it gave out a user context that is in use");
		ret = -ENODEV;
	}
	return ret;
}

static void destroy_uctx(struct mctl_session *session)
{
	static const struct mctl_order destroy = {
		PRM_OP_DESTROY_UCTX, PRM_SIZE_destroy_uctx_in,
		{ PRM(destroy_uctx_in, uctx_uid) }
	};
	u8 out[PRM_SIZE_destroy_uctx_out];
	u16 uid = session->uid;

	/* From here on the device may give the number to another file. */
	WRITE_ONCE(session->uid, 0);
	if (uid && mctl_send_order(session->function, 0, &destroy, uid, out))
		mctl_count(session->function, MCTL_KEPT_OBJECTS);
}

void mctl_session_reap(struct mctl_session *session)
{
	struct mctl_function *function = session->function;

	mctl_objects_reap(session);
	destroy_uctx(session);
	scoped_guard(mutex, &function->lock) {
		session->user->files--;
		function->files_plain -= session->is_plain;
		list_del(&session->link);
	}
	kref_put(&session->ref, release);
}

/* function->lock is held. */
static struct mctl_user *user_of(struct mctl_function *function, kuid_t uid)
{
	struct mctl_user *user;

	list_for_each_entry(user, &function->users, link)
		if (uid_eq(user->uid, uid))
			return user;
	user = kzalloc(sizeof(*user), GFP_KERNEL_ACCOUNT);
	if (!user)
		return NULL;
	user->uid = uid;
	ratelimit_state_init(&user->audit, MCTL_AUDIT_SECONDS * HZ,
			     MCTL_AUDIT_RECORDS);
	ratelimit_set_flags(&user->audit, RATELIMIT_MSG_ON_RELEASE);
	list_add_tail(&user->link, &function->users);
	return user;
}

static int enter(struct mctl_session *session)
{
	struct mctl_function *function = session->function;

	guard(mutex)(&function->lock);
	session->user = user_of(function, current_uid());
	if (!session->user)
		return -ENOMEM;
	if (!function->is_attached)
		return -ENODEV;
	if (session->user->files == MCTL_FILES_PER_USER ||
	    function->files_plain + session->is_plain > MCTL_FILES_PLAIN)
		return -ENOSPC;
	session->user->files++;
	function->files_plain += session->is_plain;
	kref_get(&session->ref);
	list_add_tail(&session->link, &function->sessions);
	return 0;
}

int mctl_session_open(struct mctl_function *function, struct inode *inode,
		      struct file *file)
{
	struct mctl_session *session = session_new(function);
	int ret;

	if (!session)
		return -ENOMEM;
	ret = enter(session);
	if (ret) {
		kref_put(&session->ref, release);
		return ret;
	}
	file->private_data = session;
	return nonseekable_open(inode, file);
}

int mctl_session_close(struct inode *inode, struct file *file)
{
	mctl_session_put(file->private_data);
	return 0;
}
