/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the driver keeps for an open file, kept for one of the emulated
 * device: who the caller is, its user context, and the objects it owns.
 */
#ifndef CLI_EMU_SESSION_H
#define CLI_EMU_SESSION_H

#include <pthread.h>

#include "emu-door.h"
#include "emu-memory.h"
#include "policy.h"

struct emu_session {
	struct emu_session *next;	/* that is open in this process */
	const struct emu_door *door;
	void *handle;			/* of the door */
	char name[64];
	struct policy_answers answers;
	pthread_mutex_t lock;		/* of all below; not held while waiting */
	struct policy_session view;
	struct policy_owned *owned;	/* what view.owned shows */
	u32 *under;			/* of each that is an mkey: its umem */
	u32 room;
	u32 n_in_flight;
	u16 uid;
	struct emu_memory *memory;
	u64 memory_bytes;
};

void emu_session_begin(struct emu_session *session);
void emu_session_end(struct emu_session *session);

/* What is said of a command; capabilities and lockdown are not asked for. */
struct mlx5ctl_verdict emu_session_explain(struct emu_session *session,
					   const void *in, u32 in_len,
					   u32 out_len, u32 label_classes);

/* UCTX capabilities that this file is given. */
u32 emu_session_uctx_cap(struct emu_session *session);

/* See that there is a user context; the lock is held. */
int emu_session_uid(struct emu_session *session, struct mlx5ctl_error *error);

/*
 * One more command under way, with room for what it makes: the lock is held.
 * Then what it made, the lock held; and that it is over.
 */
int emu_session_admit(struct emu_session *session,
		      struct mlx5ctl_error *error);
void emu_session_own(struct emu_session *session,
		     const struct policy_owned *owned, u32 under);
void emu_session_leave(struct emu_session *session);
/* The lock is held. */
void emu_session_disown(struct emu_session *session,
			enum policy_object object, u32 id);

/* Of a command that the session itself sent: 0, or -EREMOTEIO. */
int emu_session_status(const u8 *out, const char *command,
		       struct mlx5ctl_error *error);

/* A command, from its copy to its answer. */
struct emu_command {
	u8 *in;				/* is changed */
	u32 in_len;
	u8 *out;
	u32 out_len;
	struct policy_match match;
	void *pending;			/* the door's, between the two steps */
};

/* Judge, send, and note what it made or destroyed. */
int emu_session_exec(struct emu_session *session, struct emu_command *command,
		     struct mlx5ctl_error *error);

/* The same in two steps, by a door that has them. */
int emu_session_send(struct emu_session *session, struct emu_command *command,
		     struct mlx5ctl_error *error);
int emu_session_receive(struct emu_session *session,
			struct emu_command *command,
			struct mlx5ctl_error *error);

#endif
