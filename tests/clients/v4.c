// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Mailboxes by the offset, and the way of a dump into memory. */
#include "v4.h"

#include <errno.h>
#include <string.h>

#define QUERY 1			/* op_mod of a register's read */
#define ACCESS_REG 0x805
#define ALLOC_PD 0x800
#define DEALLOC_PD 0x801
#define CREATE_MKEY 0x200
#define DESTROY_MKEY 0x202
#define CORE_DUMP 0x402e
#define RESOURCE_DUMP 0xc000

#define ID 8			/* where ids are, in and out */
#define ID_MASK 0xffffffu
#define VARIANT 0x5a		/* the byte of an mkey that is ours to choose */

uint32_t v4_get(const void *bytes, size_t at)
{
	const uint8_t *byte = (const uint8_t *)bytes + at;

	return (uint32_t)byte[0] << 24 | byte[1] << 16 | byte[2] << 8 | byte[3];
}

void v4_put(void *bytes, size_t at, uint32_t value)
{
	uint8_t *byte = (uint8_t *)bytes + at;

	for (int i = 0; i < 4; i++)
		byte[i] = value >> (24 - 8 * i);
}

static void put64(void *bytes, size_t at, uint64_t value)
{
	v4_put(bytes, at, value >> 32);
	v4_put(bytes, at + 4, value);
}

void v4_begin(void *in, uint16_t opcode, uint16_t op_mod)
{
	v4_put(in, 0, (uint32_t)opcode << 16);
	v4_put(in, 4, op_mod);
}

void v4_begin_register(void *in, uint16_t id)
{
	v4_begin(in, ACCESS_REG, QUERY);
	v4_put(in, 8, id);
	v4_put(in, 12, 0);
}

static int call(int file, unsigned long request, void *argument)
{
	int result = ioctl(file, request, argument);

	return result < 0 ? -errno : result;
}

int v4_command(int file, const void *in, uint32_t in_len, void *out,
	       uint32_t out_len)
{
	struct v4_cmdrpc rpc = {
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.inlen = in_len,
		.outlen = out_len,
	};

	return call(file, V4_CMDRPC, &rpc);
}

int v4_register_memory(int file, const void *addr, uint64_t len, uint32_t *id)
{
	struct v4_umem_reg reg = { .addr = (uintptr_t)addr, .len = len };
	int result = call(file, V4_UMEM_REG, &reg);

	*id = reg.umem_id;
	return result;
}

int v4_unregister_memory(int file, uint32_t id)
{
	struct v4_umem_unreg unreg = { .umem_id = id };

	return call(file, V4_UMEM_UNREG, &unreg);
}

/* A command of 16 bytes each way, with an id in one of them or both. */
static int small(int file, uint16_t opcode, uint32_t id, uint32_t *made)
{
	uint8_t in[V4_HEADER] = { 0 }, out[V4_HEADER] = { 0 };
	int result;

	v4_begin(in, opcode, 0);
	v4_put(in, ID, id);
	result = v4_command(file, in, sizeof(in), out, sizeof(out));
	if (made)
		*made = v4_get(out, ID) & ID_MASK;
	return result ? result : out[0];
}

static int create_mkey(struct v4_buffer *buffer)
{
	uint8_t in[0x110] = { 0 }, out[V4_HEADER] = { 0 };
	int result;

	v4_begin(in, CREATE_MKEY, 0);
	v4_put(in, 0x0c, 1u << 30);	/* mkey_umem_valid */
	v4_put(in, 0x10, 0xd00);	/* MTT, local read and write */
	v4_put(in, 0x14, ID_MASK << 8 | VARIANT);
	v4_put(in, 0x1c, buffer->pd);
	put64(in, 0x20, (uintptr_t)buffer->bytes);
	put64(in, 0x28, buffer->size);
	v4_put(in, 0x64, buffer->umem);
	result = v4_command(buffer->file, in, sizeof(in), out, sizeof(out));
	buffer->index = v4_get(out, ID) & ID_MASK;
	buffer->key = buffer->index << 8 | VARIANT;
	return result ? result : out[0];
}

int v4_lend(struct v4_buffer *buffer, const char **failed)
{
	int result;

	*failed = "ALLOC_PD";
	result = small(buffer->file, ALLOC_PD, 0, &buffer->pd);
	if (result)
		return result;
	*failed = "UMEM_REG";
	result = v4_register_memory(buffer->file, buffer->bytes, buffer->size,
				    &buffer->umem);
	if (result)
		return result;
	*failed = "CREATE_MKEY";
	return create_mkey(buffer);
}

int v4_take_back(struct v4_buffer *buffer, const char **failed)
{
	int result;

	*failed = "DESTROY_MKEY";
	result = small(buffer->file, DESTROY_MKEY, buffer->index, NULL);
	if (result)
		return result;
	*failed = "UMEM_UNREG";
	result = v4_unregister_memory(buffer->file, buffer->umem);
	if (result)
		return result;
	*failed = "DEALLOC_PD";
	return small(buffer->file, DEALLOC_PD, buffer->pd, NULL);
}

/* Registers that name memory have mkey, size and address in a row. */
static int dump(struct v4_buffer *buffer, uint16_t id, uint8_t *reg,
		uint32_t len, size_t mkey, size_t size, size_t address)
{
	uint8_t in[V4_HEADER + V4_RESOURCE_DUMP_BYTES], out[sizeof(in)];
	int result;

	v4_put(reg, mkey, buffer->key);
	v4_put(reg, size, buffer->size);
	put64(reg, address, (uintptr_t)buffer->bytes);
	v4_begin_register(in, id);
	if (buffer->access)
		v4_begin(in, buffer->access, QUERY);
	memcpy(in + V4_HEADER, reg, len);
	memset(out, 0, sizeof(out));
	result = v4_command(buffer->file, in, V4_HEADER + len, out,
			    V4_HEADER + len);
	if (!result && !out[0])
		memcpy(reg, out + V4_HEADER, len);
	return result ? result : out[0];
}

int v4_core_dump(struct v4_buffer *buffer, uint8_t *reg, uint32_t *written,
		 int *more)
{
	int result = dump(buffer, CORE_DUMP, reg, V4_CORE_DUMP_BYTES, 0x10,
			  0x14, 0x18);

	*written = v4_get(reg, 0x14);
	*more = reg[0] >> 7;
	return result;
}

int v4_resource_dump(struct v4_buffer *buffer, uint8_t *reg, uint32_t *written,
		     int *more)
{
	uint32_t sequence = reg[1] & 0xf;
	int result = dump(buffer, RESOURCE_DUMP, reg, V4_RESOURCE_DUMP_BYTES,
			  0x20, 0x24, 0x28);

	if (!result && (reg[1] & 0xf) != ((sequence + 1) & 0xf))
		return -EPROTO;
	*written = v4_get(reg, 0x24);
	*more = reg[0] >> 7;
	return result;
}
