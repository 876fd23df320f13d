/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The module's own structures: mechanism only, opinions are policy/'s.
 *
 * A function is one mlx5 device for as long as it is attached, a session is
 * one open file of it, a request one command of a session. A request holds
 * its session, a session its function; a function outlives its device, so
 * that files which are still open have something to ask.
 */
#ifndef MCTL_H
#define MCTL_H

#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mlx5/driver.h>
#include <linux/mutex.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "mlx5ctl.h"
#include "policy.h"

#define MCTL_NAME "mlx5ctl-mlx5_core.ctl.%u"
#define MCTL_FACES 2			/* kinds of nodes of a function */
#define MCTL_IN_FLIGHT 8		/* commands of a function */
#define MCTL_IN_FLIGHT_PLAIN 2		/* of callers without CAP_SYS_ADMIN */
#define MCTL_FILES_PER_USER 64		/* of a function */
#define MCTL_FILES_PLAIN 256		/* of all without CAP_SYS_ADMIN */
#define MCTL_AUDIT_RECORDS 32		/* of a user's refusals, in ... */
#define MCTL_AUDIT_SECONDS 10
#define MCTL_OBJECTS_PER_FILE 128
#define MCTL_UCTX_CAP 4			/* TOOLS_RESOURCES, if it is offered */
#define MCTL_OPCODE_ALONE 2		/* the length of an inbox that is not sent */

/* Callers who wait may be killed, and frozen: a suspend waits for no firmware. */
#define MCTL_WAIT (TASK_KILLABLE | TASK_FREEZABLE)

/* What is counted for a function, and shown in sysfs. */
enum mctl_counter {
	MCTL_MEMORY_BYTES,	/* registered or in quarantine, at the moment */
	MCTL_QUARANTINED_BYTES,
	MCTL_SENT,		/* from here in folder `stats`: to mlx5_core, ours too */
	MCTL_NOT_SENT,		/* mlx5_core had no place for it */
	MCTL_FIRMWARE_ERRORS,	/* executed, with an error status */
	MCTL_UNANSWERED,
	MCTL_FAILED,		/* otherwise: not delivered, given up */
	MCTL_KEPT_OBJECTS,	/* that the device did not destroy when told to */
	MCTL_AUDIT_LEFT_OUT,	/* records above the limit */
	MCTL_REFUSED,		/* one for each reason: folder `refused` */
	MCTL_N_COUNTERS = MCTL_REFUSED + POLICY_N_REASONS,
};

/* Whoever has opened a function's node; kept until the function is gone. */
struct mctl_user {
	struct list_head link;
	kuid_t uid;
	u32 files;
	struct ratelimit_state audit;
};

struct mctl_function {
	struct kref ref;
	struct list_head attached;	/* attach.c */
	struct mutex ending;		/* attach.c: whoever comes first ends it */
	struct mlx5_core_dev *mdev;	/* only while `is_attached` is true */
	u32 number;
	char name[48];
	struct device *nodes[MCTL_FACES]; /* NULL behind the last */
	u32 uctx_cap;			/* what the device offers */
	u16 vhca_id;
	bool is_vf;
	unsigned long place;		/* on the PCI bus */
	u32 classes;			/* that this function has */
	const char *broken;		/* why it awaits a reset, or NULL */
	bool has_failed;		/* mlx5_core gave it up, and may bring it back */

	struct mutex lock;		/* of the following four */
	bool is_attached;
	u32 files_plain;
	struct list_head sessions;
	struct list_head users;

	spinlock_t slots_lock;		/* of the following two */
	u32 in_flight;
	u32 in_flight_plain;
	wait_queue_head_t slots;	/* one is free, or the gate closed */

	unsigned long deadline;		/* for commands, in jiffies; 0: none yet */
	struct workqueue_struct *commands;
	struct workqueue_struct *reapers;
	struct notifier_block errors;
	atomic64_t counters[MCTL_N_COUNTERS];
};

struct mctl_session {
	struct kref ref;
	atomic_t users;			/* the file and its requests */
	struct mctl_function *function;
	struct list_head link;		/* in function->sessions */
	struct mctl_user *user;
	bool is_plain;			/* opened without CAP_SYS_ADMIN */
	struct work_struct reap;

	/* Held by the one command at a time that what is owned matters to. */
	unsigned long turn;		/* bit 0 */
	wait_queue_head_t turns;	/* of those who wait for it */
	struct mutex uctx_lock;		/* while the user context is made */
	u16 uid;			/* of it; 0: none yet, or not any more */
	struct mutex lock;		/* of all that follows; never for long */
	u32 classes;			/* that narrowing has left */
	const struct policy_owned *leaving; /* with the command under way, or NULL */
	struct policy_session view;
	struct policy_owned owned[MCTL_OBJECTS_PER_FILE];
	struct mctl_memory *memory[MCTL_OBJECTS_PER_FILE]; /* of each, or NULL */
};

/* Pages of ours that a device may write to: memory.c. */
struct mctl_memory {
	struct kref ref;
	atomic_t holders;		/* for whom the device may write to it */
	bool is_lost;			/* and may do so for ever */
	struct list_head quarantined;
	struct mctl_function *function;
	struct pci_dev *pdev;
	struct mm_struct *mm;		/* of the process that registered it ... */
	u64 address;			/* ... and where it wants to read it */
	u64 length;
	u32 n_pages;
	u32 n_mapped;
	struct {
		struct page *page;
		dma_addr_t bus;
	} pages[];
};

struct mctl_request {
	struct kref ref;		/* of the caller and of the worker */
	struct mctl_session *session;
	struct work_struct work;
	struct completion done;
	u32 label_classes;		/* that the caller's label admits */
	bool needs_turn;		/* the verdict may be about own objects */
	struct policy_match match;
	enum policy_object creates;
	enum policy_object destroys;
	const struct mctl_dump *dump;	/* NULL: it is none */
	bool is_holder;			/* of the memory, until a record is */
	struct mctl_memory *memory;	/* of the umem or key that it is about, ... */
	u64 first;			/* ... which has its first byte here */
	bool has_slot;
	bool has_turn;
	bool is_plain;			/* of a caller without CAP_SYS_ADMIN */
	int result;
	u32 in_len;
	u32 out_len;
	u8 *in;				/* an opcode alone: only the user context */
	u8 *out;
};

/* attach.c: which devices there are, and which of them are ours. */
int mctl_attach_start(void);
void mctl_attach_stop(void);

/* function.c */
struct mctl_function *mctl_function_up(struct mlx5_core_dev *mdev, u32 number);
void mctl_function_down(struct mctl_function *function);
void mctl_function_put(struct mctl_function *function);
/* From now on nothing is sent to it; `why` is a constant. */
void mctl_function_break(struct mctl_function *function, const char *why);
/* It is broken, or goes and has had its time: nothing more is sent to it. */
bool mctl_function_is_over(struct mctl_function *function);
/* Whether it can be asked anything; 0 or -ENODEV. */
int mctl_function_gate(const struct mctl_function *function);
/* One of the places for commands under way; 0, -EINTR or -ENODEV. */
int mctl_slot_take(struct mctl_request *request);
void mctl_slot_give(struct mctl_request *request);

/* session.c */
struct mctl_session *mctl_session_get(struct mctl_session *session);
void mctl_session_put(struct mctl_session *session);
/* Give back all that it made in the device, and the list's reference. */
void mctl_session_reap(struct mctl_session *session);
/* The file is one more user of the function, until it is closed. */
int mctl_session_open(struct mctl_function *function, struct inode *inode,
		      struct file *file);
int mctl_session_close(struct inode *inode, struct file *file);
/* See that there is a user context; in a worker's task. */
int mctl_session_uid(struct mctl_session *session);
/* That both the file and its function still have. */
u32 mctl_session_classes(const struct mctl_session *session);

/* ioctl.c */
/* A number of the one face or the other; without a handler, the end. */
struct mctl_call {
	unsigned int number;
	int (*handle)(struct mctl_session *session, void *argument);
	u32 size;			/* of the structure, if `number` has none */
};

long mctl_call(const struct mctl_call *call, struct file *file,
	       unsigned int number, unsigned long address);
extern const struct mctl_call mctl_calls[], mctl_fwctl_calls[];
/* One command, between mailboxes in user memory. */
int mctl_command(struct mctl_session *session, u64 in, u32 in_len, u64 out,
		 u32 out_len, u32 label_classes);

/* fwctl.c: the face that mainline's fwctl has, where that has none itself. */
bool mctl_fwctl_is_wanted(void);

/* nodes.c */
int mctl_nodes_start(void);
void mctl_nodes_stop(void);
/* Whatever up() says, down() has to follow. */
int mctl_nodes_up(struct mctl_function *function);
void mctl_nodes_down(struct mctl_function *function);

/* A command of the driver's own that is an opcode and one number. */
struct mctl_order {
	u16 opcode;
	u32 in_len;
	struct prm_bits number;
};

/* command.c */
/* What the judge says if nothing is missing and nothing locked down. */
struct policy_verdict mctl_explain(struct mctl_request *question);
struct mctl_request *mctl_request_new(struct mctl_session *session,
				      u32 in_len, u32 out_len);
void mctl_request_put(struct mctl_request *request);
/* Judge it, send it, wait; the answer is in request->out. */
int mctl_request_run(struct mctl_request *request);
/* See that there is a user context; in a caller's task. */
int mctl_session_introduce(struct mctl_session *session);
/*
 * The same in steps, for what the driver itself writes into the inbox, by the
 * class and capabilities in request->match, if any: the device stays from the
 * first until the request is put or has ended.
 */
int mctl_request_enter(struct mctl_request *request);
int mctl_request_send(struct mctl_request *request);
/* Such a command with one number; an error of the firmware's is -EREMOTEIO. */
int mctl_send_order(struct mctl_function *function, u16 uid,
		    const struct mctl_order *order, u32 value, void *out);

/* objects.c: what a session owns. */
/* Before it is sent: room for what it makes, and only memory of the caller's. */
int mctl_objects_admit(struct mctl_request *request);
/* When it is sent, and after it was executed. */
void mctl_objects_expect(const struct mctl_request *request);
int mctl_objects_note(struct mctl_request *request);
void mctl_objects_reap(struct mctl_session *session);
/* The request is about the memory behind an own umem or mkey, if it has any. */
void mctl_objects_memory(struct mctl_request *request,
			 enum policy_object object, u32 id);

/* memory.c */
/* A register that writes where an mkey says, and where those fields are. */
struct mctl_dump {
	u32 register_id;
	struct prm_bits mkey, size, address;
};

/* NULL where the command is no dump. */
const struct mctl_dump *mctl_memory_dump(const struct mctl_request *request);
int mctl_memory_start(void);
void mctl_memory_stop(void);
/* What earlier attachments of its device left in quarantine is its own. */
void mctl_memory_inherit(struct mctl_function *function);
int mctl_memory_register(struct mctl_session *session, u64 address, u64 length,
			 u32 *id);
int mctl_memory_unregister(struct mctl_session *session, u32 id);
/* Who has the file, but not the memory: -EPERM, and recorded. */
int mctl_memory_check(const struct mctl_request *request);
void mctl_memory_put(struct mctl_memory *memory);
/* One holder less; `is_lost` where the device may go on to write to it. */
void mctl_memory_let_go(struct mctl_memory *memory, bool is_lost);
/*
 * What a dump has written: for the CPU to see, and then for the process, where
 * it would be if the device had written to the memory that was registered.
 */
void mctl_memory_sync(const struct mctl_request *request);
int mctl_memory_show(const struct mctl_request *request);

/* reply.c */
/* How many bytes a dump says that it wrote, which are no more than asked. */
u32 mctl_reply_written(const struct mctl_request *request);

/* attributes.c */
extern const struct attribute_group *mctl_attributes[];
int mctl_attributes_start(void);
extern struct xarray mctl_limits;
/* Classes by the module's parameters, less what an administrator took since. */
u32 mctl_classes_of(const struct mctl_function *function);

/* record.c: what happened, for who asks later. */
static inline void mctl_count(struct mctl_function *function, u32 counter)
{
	atomic64_inc(&function->counters[counter]);
}

/* A verdict, in the task of the caller: trace, counter, audit. */
void mctl_record_verdict(const struct mctl_request *request,
			 const struct policy_verdict *verdict);
/* What came of it, in the worker's task: trace. */
void mctl_record_end(const struct mctl_request *request);

/* Asking is not using: nothing is logged. */
static inline bool mctl_is_plain(void)
{
	return !ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

static inline bool mctl_is_error(const void *out)
{
	return *(const u8 *)out;
}

/* Where the driver itself composes, all fits. */
static inline void mctl_set(void *mailbox, u32 len, struct prm_bits at,
			    u64 value)
{
	WARN_ON_ONCE(!prm_set(mailbox, len, at, value));
}

/* Of its mailboxes. Bits that they do not reach are 0. */
static inline u64 mctl_in(const struct mctl_request *request, struct prm_bits at)
{
	return prm_value(request->in, request->in_len, at);
}

static inline u64 mctl_out(const struct mctl_request *request,
			   struct prm_bits at)
{
	return prm_value(request->out, request->out_len, at);
}

/* Of a field of the register there. */
static inline struct prm_bits mctl_behind_header(struct prm_bits at)
{
	at.offset += PRM_HEADER_BYTES * 8;
	return at;
}

#endif
