/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the driver keeps for an open file, kept for one of the emulated
 * device: who the caller is, its user context, and the objects it owns.
 */
#ifndef CLI_EMU_SESSION_H
#define CLI_EMU_SESSION_H

#include <pthread.h>

#include "emu-door.h"
#include "policy.h"

struct emu_session {
	const struct emu_door *door;
	void *handle;			/* of the door */
	char name[64];
	struct policy_answers answers;
	pthread_mutex_t lock;		/* of all below; not held while waiting */
	struct policy_session view;
	struct policy_owned *owned;	/* what view.owned shows */
	u32 room;
	u32 n_in_flight;
	u16 uid;
};

void emu_session_begin(struct emu_session *session);
void emu_session_end(struct emu_session *session);

/* UCTX capabilities that this file is given. */
u32 emu_session_uctx_cap(struct emu_session *session);

/* See that there is a user context; the lock is held. */
int emu_session_uid(struct emu_session *session, struct mlx5ctl_error *error);

/* Judge, send, and note what it made or destroyed. The inbox is changed. */
int emu_session_exec(struct emu_session *session, u8 *in, u32 in_len, u8 *out,
		     u32 out_len, struct mlx5ctl_error *error);

#endif
