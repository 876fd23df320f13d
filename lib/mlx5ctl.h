/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * libmlx5ctl: firmware commands of ConnectX (mlx5) devices, each judged on
 * the host before it is sent.
 *
 * Functions return 0 or a negative errno; errno itself says nothing. One errno
 * has one meaning:
 *
 *   -EBADMSG    the policy table refuses the command; nothing was sent
 *   -EPERM      a capability is missing, kernel lockdown closes the command, or
 *               the memory that it dumps into is another process's
 *   -EMSGSIZE   a mailbox is shorter than its header or longer than 2 MiB, by
 *               way of the driver's own node than 256 KiB
 *   -EINVAL     an argument makes no sense
 *   -ENODEV     there is no such device, or it is gone; or it awaits a reset:
 *               then it can be opened, and yet is sent nothing before its node
 *               goes and comes back, of which there are uevents. Until then
 *               `state` of the node, in sysfs, says why
 *   -ENOENT     what an id names is not there
 *   -ENOSPC     a limit of what one file, user or device may have
 *   -EMFILE     no more files may be opened
 *   -EFBIG      a dump is longer than the caller would have it
 *   -EOPNOTSUPP the transport has no such thing
 *   -EACCES     the device may not be opened
 *   -EFAULT     an address where memory cannot be read or written
 *   -EAGAIN     not sent, the device's driver is busy: sending again may help
 *   -ETIMEDOUT  sent, and not answered in time: it may have been executed
 *   -EIO        sent, and not delivered: likewise
 *   -ENOMEM     out of memory
 *   -EPROTO     the reply does not have the shape that the command has
 *   -ERANGE     an id that is too wide, or that its kind does not have
 *   -EREMOTEIO  the device executed the command and answered with an error:
 *               status and syndrome are in struct mlx5ctl_error; a status of 0
 *               where it refused what the transport has to send before, as for
 *               a user context: then the command was not sent
 *   -EDEADLK    a dump within another's take(); nothing was sent
 *
 * Mailboxes are big-endian, as the PRM writes them. A device may be used by
 * several threads at once.
 */
#ifndef MLX5CTL_H
#define MLX5CTL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mlx5ctl_device;

/*
 * What went wrong, beside the errno that was returned. Every string is valid
 * as long as the program runs, or NULL; message is always a sentence.
 */
struct mlx5ctl_error {
	int code;		/* what was returned: a negative errno, or 0 */
	char message[256];	/* one sentence for a person */
	const char *hint;	/* what to do next */
	/* Of a refusal by the judge: */
	const char *reason;	/* one word, as in struct mlx5ctl_verdict */
	const char *rule;	/* the row that refused, "PAOS" */
	const char *owner;	/* who does it instead, "ip link set" */
	uint32_t byte;		/* offset of the dword in the inbox ... */
	uint32_t bit;		/* ... and the lowest bit concerned */
	/* Of an answer by the firmware: */
	uint8_t status;		/* outbox byte 0; 0 is success, or no answer */
	uint32_t syndrome;	/* the vendor's number for support */
};

/* Who a device is and what this open file may ask of it. */
struct mlx5ctl_device_info {
	char device[64];	/* the name that opens it; its first 63 bytes */
	char transport[16];	/* "mlx5ctl", "fwctl", "emu" */
	uint16_t uid;		/* the firmware's user context, 0: none */
	uint32_t uctx_cap;	/* UCTX capabilities granted to this file */
	uint32_t dev_uctx_cap;	/* those that the device offers */
	char policy_hash[65];	/* of the rules that judge here, in hex */
};

/*
 * What the judge says of a command, and what it would need. The row is the
 * innermost that was found; of what there is not, strings are "".
 */
struct mlx5ctl_verdict {
	const char *reason;	/* "allowed", or why not: one word */
	const char *class_name;	/* "debug-read", "never"; NULL: not known */
	uint32_t capabilities;	/* that it needs: a mask of 1 << CAP_* */
	uint32_t lockdown;	/* closed from 1, integrity, or 2 on; 0: never */
	int taints;		/* sending it taints the kernel */
	uint32_t byte;		/* where, as in struct mlx5ctl_error */
	uint32_t bit;
	uint32_t key;		/* the row's number in its table */
	char table[32];		/* "register-writes" */
	char rule[96];		/* "PAOS" */
	char field[64];		/* whose value is refused */
	char owner[64];		/* who does it instead, "ip link set" */
	char why[192];		/* why the row is in its class, or never */
};

/*
 * A way to reach devices. The library has its own; a program may add more,
 * as the tool does with the emulated device.
 */
struct mlx5ctl_transport {
	const char *name;
	/* Whether a device name is one of this transport's. */
	int (*claims)(const char *device);
	/* Call `found` with each device; opens nothing. Stop if it returns non-zero. */
	int (*list)(int (*found)(void *context, const char *device,
				 const char *description), void *context);
	/* On success *handle is what the other functions get. */
	int (*open)(const char *device, void **handle,
		    struct mlx5ctl_error *error);
	void (*close)(void *handle);
	int (*info)(void *handle, struct mlx5ctl_device_info *info,
		    struct mlx5ctl_error *error);
	/*
	 * Judge, send, wait. 0: executed, `out` is filled and zero past the
	 * answer; its status may still be an error. `in` is not changed.
	 */
	int (*exec)(void *handle, const void *in, uint32_t in_len, void *out,
		    uint32_t out_len, struct mlx5ctl_error *error);
	/* Both or neither: see mlx5ctl_register_memory(). */
	int (*register_memory)(void *handle, void *addr, uint64_t len,
			       uint32_t *id, struct mlx5ctl_error *error);
	int (*unregister_memory)(void *handle, uint32_t id,
				 struct mlx5ctl_error *error);
	/* Judge only, or NULL: see mlx5ctl_explain(). */
	int (*explain)(void *handle, const void *in, uint32_t in_len,
		       uint32_t out_len, int label,
		       struct mlx5ctl_verdict *verdict,
		       struct mlx5ctl_error *error);
	/*
	 * exec() in two steps, so that one thread has many under way; both or
	 * neither. What was begun with 0 has to be ended, by the same thread,
	 * and `out` is lent until then. -EAGAIN: not now, and nothing was sent;
	 * it is begun again when another was ended, and where there is none
	 * exec() has to do it. -EOPNOTSUPP: not at all, by way of this device.
	 */
	int (*begin)(void *handle, const void *in, uint32_t in_len, void *out,
		     uint32_t out_len, void **pending,
		     struct mlx5ctl_error *error);
	int (*end)(void *handle, void *pending, struct mlx5ctl_error *error);
};

/*
 * For transports: fill `error`, unless it is NULL, with a sentence and the
 * negative errno `code`. Returns `code`.
 */
int mlx5ctl_fail(struct mlx5ctl_error *error, int code, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));

/*
 * Add a transport, before the first device is opened and by one thread; the
 * structure must stay valid. Twice is as once. -EINVAL if it is not complete,
 * -ENOSPC if there are sixteen already.
 */
int mlx5ctl_add_transport(const struct mlx5ctl_transport *transport);

/*
 * Call `found` with every device: transports in the order in which they were
 * added, each with its own in its own order. Nothing is opened. Where `found`
 * returns non-zero, that is returned at once; else 0, -EINVAL without it, or
 * an errno where devices could not be looked for, as when no more files may be
 * opened.
 */
int mlx5ctl_list(int (*found)(void *context, const char *device,
			      const char *description), void *context);

/*
 * Open a device by a name that mlx5ctl_list() gave, or that a transport
 * understands. `error` may be NULL here and everywhere. -ENODEV where nobody
 * knows the name, or it is of another kind of device, -EACCES where the caller
 * may not, else the transport's error; then *opened is NULL. No command of the
 * PRM is sent by the library.
 */
int mlx5ctl_open(const char *device, struct mlx5ctl_device **opened,
		 struct mlx5ctl_error *error);

/* Close; NULL is fine. All that the file made in the device goes with it. */
void mlx5ctl_close(struct mlx5ctl_device *device);

/*
 * What the transport says of the device and of this open file. Fields that it
 * does not know are 0 or "". The first call of a file may have the firmware
 * make a user context, and so waits and fails as mlx5ctl_exec() does; -EBADMSG
 * is for a file or function that may do nothing. -EINVAL without a place for it.
 */
int mlx5ctl_get_info(struct mlx5ctl_device *device,
		     struct mlx5ctl_device_info *info,
		     struct mlx5ctl_error *error);

/*
 * One command. `in` begins with the opcode; bytes 2-3 (uid) are set by the
 * judge's side whatever they are. The lengths are bytes, multiples of four.
 * -EREMOTEIO when the firmware answered with an error: `out` is its answer, or
 * zero where error->status is 0 because this command was not sent.
 */
int mlx5ctl_exec(struct mlx5ctl_device *device, const void *in,
		 uint32_t in_len, void *out, uint32_t out_len,
		 struct mlx5ctl_error *error);

/*
 * What is said of a command, by those who would send it, and of this open
 * file; nothing is sent. Capabilities and lockdown are not asked for, so
 * `reason` is never about them. `label` is a scope of fwctl, 0 to 3, that the
 * caller would give; below 0 it is none. Any length is a question, too, but the
 * driver's own node has -EINVAL for an inbox of over 256 KiB. -EOPNOTSUPP.
 */
int mlx5ctl_explain(struct mlx5ctl_device *device, const void *in,
		    uint32_t in_len, uint32_t out_len, int label,
		    struct mlx5ctl_verdict *verdict,
		    struct mlx5ctl_error *error);

/*
 * Read or write an access register: PRM command ACCESS_REG. `data` holds
 * `size` bytes of the register, index fields filled in by the caller, and
 * is overwritten with the answer. Errors as mlx5ctl_exec(), and -EMSGSIZE
 * for a size of 0, over 3,100, or not of whole dwords.
 */
int mlx5ctl_read_register(struct mlx5ctl_device *device, uint16_t id,
			  void *data, uint32_t size,
			  struct mlx5ctl_error *error);
int mlx5ctl_write_register(struct mlx5ctl_device *device, uint16_t id,
			   void *data, uint32_t size,
			   struct mlx5ctl_error *error);

/*
 * One of many commands. The caller fills in the mailboxes, which must not
 * overlap; result and error are then what mlx5ctl_exec() returned for it.
 */
struct mlx5ctl_command {
	const void *in;
	uint32_t in_len;	/* bytes */
	void *out;
	uint32_t out_len;	/* bytes */
	int result;
	struct mlx5ctl_error error;
};

/*
 * Execute `n` commands, at most `depth` of them (1 to 256; more is 256) in
 * flight at once, and return when all have ended, which they may in any order.
 * They are sent in that of the array where the device has begin(); else
 * threads send them, in no order, which leave signals to the program's own and
 * are gone on return. One that fails does not keep the others from being sent.
 * 0, or the result of the first in the array that failed. Without a device or
 * with a depth of 0 all have failed, with -EINVAL, and nothing was sent; that
 * is returned, too, where there is no array of them.
 */
int mlx5ctl_exec_many(struct mlx5ctl_device *device,
		      struct mlx5ctl_command *commands, size_t n,
		      unsigned int depth);

/*
 * Let the device write dumps into `len` bytes at `addr`: *id is a umem, as
 * CREATE_MKEY takes it in mkey_umem_id, with start_addr and len inside the
 * range and start_addr whole pages from `addr`. (The ioctl UMEM_REG of V4.)
 *
 * The device is given pages that the transport owns, zeroed and never these:
 * bytes that a command of this process wrote are copied to `addr` before that
 * command returns. The range must stay writable until it is unregistered, or
 * the device closed, which does that, too.
 *
 * -EINVAL for an empty range, one that wraps around, or over 64 MiB of pages;
 * -ENOSPC past 256 MiB in all; -EPERM for who may not read dumps;
 * -EREMOTEIO and -ENODEV as mlx5ctl_exec(); -EOPNOTSUPP.
 */
int mlx5ctl_register_memory(struct mlx5ctl_device *device, void *addr,
			    uint64_t len, uint32_t *id,
			    struct mlx5ctl_error *error);

/*
 * -ENOENT for an id that is not registered; -EREMOTEIO where the device does
 * not let go of it, as under a living mkey: it then stays registered.
 */
int mlx5ctl_unregister_memory(struct mlx5ctl_device *device, uint32_t id,
			      struct mlx5ctl_error *error);

/*
 * A dump on its way to the caller, piece by piece as the device gives it.
 * Through memory a piece is as large as that; inline it is 208 bytes.
 */
struct mlx5ctl_dump {
	uint32_t memory;	/* bytes, whole pages of 4,096; 0: inline */
	uint64_t most;		/* bytes past which it is -EFBIG; 0: 1 GiB */
	/* Called with each piece; what it returns but 0 ends the dump. */
	int (*take)(void *context, const void *bytes, uint32_t len);
	void *context;
	/* Filled in, also where the dump fails half way: */
	uint64_t length;	/* bytes that take() was given */
	uint32_t rounds;	/* commands that dumped */
};

enum {	/* counts that are not numbers */
	MLX5CTL_DUMP_ACTIVE = 0xfffe,	/* those in use */
	MLX5CTL_DUMP_ALL = 0xffff,
};

/* What RESOURCE_DUMP is asked for; the menu says what a type takes. */
struct mlx5ctl_dump_request {
	uint16_t type;		/* MLX5CTL_SEGMENT_MENU, or one of the menu's */
	uint16_t vhca_id;	/* 0: the own function */
	uint32_t index1;
	uint32_t index2;
	uint16_t count1;	/* objects from index1 on; 0: that one */
	uint16_t count2;
};

/*
 * Take a dump of resources: register RESOURCE_DUMP, until it has no more. What
 * came is a chain of segments. Memory is registered for it and let go again.
 * Threads that dump by way of one open device wait for each other; take()
 * cannot dump, by way of any device. Errors as mlx5ctl_exec() and
 * mlx5ctl_register_memory(), -EPROTO where the device's answers do not fit
 * together, -EFBIG past `most`, or what take() returned.
 */
int mlx5ctl_resource_dump(struct mlx5ctl_device *device,
			  const struct mlx5ctl_dump_request *request,
			  struct mlx5ctl_dump *dump,
			  struct mlx5ctl_error *error);

/*
 * The same of the whole chip: register CORE_DUMP, through memory only. What
 * came has no form that is public.
 */
int mlx5ctl_core_dump(struct mlx5ctl_device *device, uint16_t vhca_id,
		      struct mlx5ctl_dump *dump, struct mlx5ctl_error *error);

enum {	/* types of segments; smaller ones are resources */
	MLX5CTL_SEGMENT_NOTICE = 0xfff9,
	MLX5CTL_SEGMENT_COMMAND,
	MLX5CTL_SEGMENT_TERMINATE,
	MLX5CTL_SEGMENT_ERROR,
	MLX5CTL_SEGMENT_REFERENCE,
	MLX5CTL_SEGMENT_INFO,
	MLX5CTL_SEGMENT_MENU,
};

struct mlx5ctl_segment {
	size_t offset;		/* of its head, in the dump */
	uint32_t length;	/* bytes, the head's four included */
	uint16_t type;
};

/*
 * The segment after this one; the first after one of zeroes. 1: here it is,
 * and whole. 0: the dump ended, as it should. -EPROTO, with a sentence: it
 * does not hold together from here on, or is empty. -EINVAL without a segment,
 * or for bytes at NULL. Where it is not 1, the segment stays as it was.
 */
int mlx5ctl_next_segment(const void *dump, size_t len,
			 struct mlx5ctl_segment *segment,
			 struct mlx5ctl_error *error);

/* A group of capabilities, PRM command QUERY_HCA_CAP. */
struct mlx5ctl_capability {
	uint16_t type;		/* the number in op_mod */
	const char *name;	/* "GENERAL" */
};

#define MLX5CTL_CAPABILITY_BYTES 4096

/* The groups that the library has names for, by ascending type; then NULL. */
const struct mlx5ctl_capability *mlx5ctl_capability(unsigned int index);

/*
 * Compose the inbox (16 bytes) that asks for a group: what is switched on, or
 * with `maximum` what could be. The reply has 16 bytes and then 4,096 of
 * capabilities. -EINVAL for a shorter inbox or a type over 15 bits.
 */
int mlx5ctl_capability_command(uint16_t type, int maximum, void *in,
			       uint32_t in_len);

/* Ask for a group: `data` is 4,096 bytes. Errors as mlx5ctl_exec(). */
int mlx5ctl_query_capability(struct mlx5ctl_device *device, uint16_t type,
			     int maximum, void *data,
			     struct mlx5ctl_error *error);

/* A kind of object that a command of the firmware reads. */
struct mlx5ctl_object_kind {
	const char *name;	/* "eq" */
	const char *command;	/* "QUERY_EQ" */
	uint16_t opcode;
	uint16_t op_mod;	/* the usual one */
	uint32_t id_bits;	/* how wide an id is; 0: there is only one */
	uint32_t in_len;	/* bytes of the inbox */
	uint32_t out_len;	/* bytes of the outbox, header included */
};

/* The kinds, from index 0 on; -EINVAL past the last. */
int mlx5ctl_object_kind(unsigned int index, struct mlx5ctl_object_kind *kind);

/*
 * Write opcode, op_mod and id into an inbox of exactly kind.in_len bytes; the
 * rest is the caller's to zero or fill. `id` is NULL for the only one, or for
 * a virtual port the own one. -EINVAL for an unknown kind or another length,
 * -ERANGE for an id that is too wide or that the kind does not have.
 */
int mlx5ctl_object_command(const char *kind, const uint32_t *id,
			   uint16_t op_mod, void *in, uint32_t in_len);

/* The PRM's word for a status, "BAD_PARAM"; "unknown status" for others. */
const char *mlx5ctl_status_name(uint8_t status);

#ifdef __cplusplus
}
#endif

#endif
