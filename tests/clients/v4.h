/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The V4 interface as a program of 2024 knew it: numbers and structures of its
 * own, from the interface's description, and nothing of this project's.
 */
#ifndef CLIENTS_V4_H
#define CLIENTS_V4_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

typedef uint64_t __attribute__((aligned(8))) v4_u64;

struct v4_info {
	uint16_t uctx_uid;
	uint16_t reserved1;
	uint32_t uctx_cap;
	uint32_t dev_uctx_cap;
	uint32_t ucap;
};

struct v4_cmdrpc {
	v4_u64 in;
	v4_u64 out;
	uint32_t inlen;
	uint32_t outlen;
};

struct v4_umem_reg {
	v4_u64 addr;
	v4_u64 len;
	uint32_t umem_id;
	uint32_t reserved;
};

struct v4_umem_unreg {
	uint32_t umem_id;
	uint32_t reserved;
};

#define V4_INFO _IOR(0x5c, 0x0, struct v4_info)
#define V4_CMDRPC _IOWR(0x5c, 0x1, struct v4_cmdrpc)
#define V4_UMEM_REG _IOWR(0x5c, 0x2, struct v4_umem_reg)
#define V4_UMEM_UNREG _IOWR(0x5c, 0x3, struct v4_umem_unreg)

_Static_assert(V4_INFO == 0x80105C00, "INFO");
_Static_assert(V4_CMDRPC == 0xC0185C01, "CMDRPC");
_Static_assert(V4_UMEM_REG == 0xC0185C02, "UMEM_REG");
_Static_assert(V4_UMEM_UNREG == 0xC0085C03, "UMEM_UNREG");

#define V4_HEADER 16u
#define V4_MOST 262144u

/* Big-endian, as mailboxes are. */
uint32_t v4_get(const void *bytes, size_t at);
void v4_put(void *bytes, size_t at, uint32_t value);

/* The first dwords of an inbox; the rest stays what it was. */
void v4_begin(void *in, uint16_t opcode, uint16_t op_mod);
void v4_begin_register(void *in, uint16_t id);

/* 0, or a negative errno; the firmware's status is in out[0]. */
int v4_command(int file, const void *in, uint32_t in_len, void *out,
	       uint32_t out_len);
int v4_register_memory(int file, const void *addr, uint64_t len, uint32_t *id);
int v4_unregister_memory(int file, uint32_t id);

/* A buffer that the device may dump into, and what it takes. */
struct v4_buffer {
	int file;
	uint8_t *bytes;
	uint32_t size;
	uint32_t pd;
	uint32_t umem;
	uint32_t index;		/* the mkey's */
	uint32_t key;
	uint16_t access;	/* the command for registers; 0: ACCESS_REG */
};

/*
 * PD, umem and mkey for `bytes`; and, in the opposite order, without them. 0,
 * a negative errno, or the firmware's status; *failed is then what failed.
 */
int v4_lend(struct v4_buffer *buffer, const char **failed);
int v4_take_back(struct v4_buffer *buffer, const char **failed);

/*
 * A step of a dump into the buffer. `reg` is the register as the last step
 * left it, and at the first what is asked for. Results as above; *written
 * bytes are in the buffer and *more follow.
 */
int v4_core_dump(struct v4_buffer *buffer, uint8_t *reg, uint32_t *written,
		 int *more);
int v4_resource_dump(struct v4_buffer *buffer, uint8_t *reg, uint32_t *written,
		     int *more);

#define V4_CORE_DUMP_BYTES 64u
#define V4_RESOURCE_DUMP_BYTES 256u

#endif
