/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The command socket of connectx-emu: firmware mailboxes over a Unix socket.
 *
 * Both ends are processes of one user on one machine (the socket has mode
 * 0600), so that numbers are in the machine's own byte order; what is in
 * mailboxes is big-endian as ever. Nobody judges here: whoever connects may
 * send what a driver could.
 *
 * The client begins with HELLO. Then it may have many requests in flight;
 * answers come as they are done and carry the id of their request:
 *
 *   frame    request                        answer, where result is 0
 *   HELLO    argument: version              argument: version; struct emu_welcome
 *   EXEC     argument: bytes of the outbox; the outbox
 *            the inbox
 *   MAP      argument: bytes, with a file   struct emu_mapping
 *            descriptor (SCM_RIGHTS)
 *   UNMAP    struct emu_mapping             nothing
 *   ACCOUNTS nothing                        text: "KIND NUMBER" in a line for
 *                                           each kind of object, and for pages
 *   RESET    argument: how, below           struct emu_nv_change for each item
 *                                           of the configuration that changed
 *   TRACED   argument: how many events of   64 bits, the number to go on with;
 *            the firmware tracer at most;   and the events
 *            64 bits: from which number on
 *   HEALTH   nothing                        the health buffer; 32 bits: its counter
 *
 * Where result is not 0 nothing follows. A frame that is none of these, or is
 * too long, ends the connection; who takes no answers gets nothing more done.
 * With the connection end the user contexts that it created, all that they
 * own, and its mappings.
 *
 * What is mapped is a memfd with F_SEAL_SHRINK; the device reaches it at the
 * bus address in the answer. No two mappings share an address.
 */
#ifndef EMU_COMMAND_SOCKET_H
#define EMU_COMMAND_SOCKET_H

#include "firmware.h"

#define EMU_SOCKET_VERSION 1
#define EMU_SOCKET_MOST (2u << 20)	/* bytes after a frame, and of an outbox */
#define EMU_SOCKET_IN_FLIGHT 32		/* of a connection; others wait */
#define EMU_SOCKET_MAPPINGS 64		/* of a connection */
#define EMU_SOCKET_MAPPING_BYTES (64u << 20)
#define EMU_SOCKET_CHANGES 1024		/* in the answer to RESET */
#define EMU_SOCKET_EVENTS 1024		/* in the answer to TRACED */

enum emu_frame_type {
	EMU_FRAME_HELLO = 0x6d78, /* what comes first says what it is */
	EMU_FRAME_EXEC,
	EMU_FRAME_MAP,
	EMU_FRAME_UNMAP,
	EMU_FRAME_RESET,
	EMU_FRAME_ACCOUNTS = 0x6d80,
	EMU_FRAME_TRACED,
	EMU_FRAME_HEALTH,
};

/* How to reset the card, and whether only to say what that would change. */
enum emu_socket_reset {
	EMU_SOCKET_WARM_BOOT = 1,
	EMU_SOCKET_POWER_CYCLE = 2,
	EMU_SOCKET_PREVIEW = 1 << 8,
};

struct emu_frame {
	uint32_t length;	/* bytes that follow */
	uint32_t type;
	uint64_t id;
	int32_t result;		/* of an answer: 0 or a negative errno */
	uint32_t argument;
};

struct emu_welcome {
	uint32_t uctx_cap;	/* that the device offers */
};

struct emu_mapping {
	uint64_t address;	/* on the device's bus */
	uint64_t size;
};

/*
 * One frame with `len` bytes after it; `passed` is a file descriptor to go
 * with it, or -1. `deadline` is in milliseconds of CLOCK_MONOTONIC, -1: none.
 * 0, -ENODEV if the peer is gone, -ETIMEDOUT.
 */
int emu_frame_send(int fd, const struct emu_frame *frame, const void *bytes,
		   int passed, int64_t deadline);

/*
 * A frame, with the file descriptor that came with it or -1: the caller's to
 * close. `passed` may be NULL: none is taken. -EPROTO for more than one.
 */
int emu_frame_receive(int fd, struct emu_frame *frame, int *passed,
		      int64_t deadline);

/* The bytes that follow. Errors as above. */
int emu_bytes_receive(int fd, void *bytes, uint32_t len, int64_t deadline);

/* CLOCK_MONOTONIC in `ms` from now. */
int64_t emu_deadline(unsigned int ms);

#endif
