// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Access registers: the command around them, and what an answer must be. */
#include <errno.h>

#include "mlx5ctl.h"
#include "prm.h"
#include "prm-offsets.h"

#define MAX_REGISTER 3100
#define MAILBOX (PRM_HEADER_BYTES + MAX_REGISTER)

enum method {
	METHOD_WRITE,	/* op_mod */
	METHOD_READ,
};

static bool compose(uint8_t *in, uint32_t len, uint16_t id,
		    enum method method)
{
	return prm_set(in, len, PRM_AT(access_reg_in, opcode),
		       PRM_OP_ACCESS_REG) &&
	       prm_set(in, len, PRM_AT(access_reg_in, op_mod), method) &&
	       prm_set(in, len, PRM_AT(access_reg_in, register_id), id);
}

/*
 * An answer is of the instance that was asked for. A device that leaves an
 * index field zero says nothing about it.
 */
static int check_instance(const struct prm_register *known,
			  const void *asked, const void *answer,
			  uint32_t size, struct mlx5ctl_error *error)
{
	for (uint32_t i = 0; known && i < known->layout->n_fields; i++) {
		const struct prm_field *field = &known->layout->fields[i];
		u64 wanted, got;

		if (field->access != PRM_INDEX || field->type != PRM_NUMBER ||
		    !prm_get(asked, size, field->at, &wanted) ||
		    !prm_get(answer, size, field->at, &got))
			continue;
		if (got && got != wanted)
			return mlx5ctl_fail(error, -EPROTO,
					"The device answered %s of another %s: 0x%llx instead of 0x%llx.",
					known->name, field->name,
					(unsigned long long)got,
					(unsigned long long)wanted);
	}
	return 0;
}

static int access_register(struct mlx5ctl_device *device, uint16_t id,
			   void *data, uint32_t size, enum method method,
			   struct mlx5ctl_error *error)
{
	uint8_t in[MAILBOX] = { 0 };
	uint8_t out[MAILBOX];
	int ret;

	if (error)
		memset(error, 0, sizeof(*error));
	if (!size || size > MAX_REGISTER || size % 4)
		return mlx5ctl_fail(error, -EMSGSIZE,
				"A register has 4 to %u bytes in whole dwords, not %u.",
				MAX_REGISTER, size);
	if (!data || !compose(in, sizeof(in), id, method))
		return mlx5ctl_fail(error, -EINVAL, "There are no bytes to %s.",
				method == METHOD_READ ? "read" : "write");
	memcpy(in + PRM_HEADER_BYTES, data, size);
	ret = mlx5ctl_exec(device, in, PRM_HEADER_BYTES + size, out,
			   PRM_HEADER_BYTES + size, error);
	if (ret)
		return ret;
	ret = check_instance(prm_register_by_id(id), data,
			     out + PRM_HEADER_BYTES, size, error);
	if (!ret)
		memcpy(data, out + PRM_HEADER_BYTES, size);
	return ret;
}

int mlx5ctl_read_register(struct mlx5ctl_device *device, uint16_t id,
			  void *data, uint32_t size,
			  struct mlx5ctl_error *error)
{
	return access_register(device, id, data, size, METHOD_READ, error);
}

int mlx5ctl_write_register(struct mlx5ctl_device *device, uint16_t id,
			   void *data, uint32_t size,
			   struct mlx5ctl_error *error)
{
	return access_register(device, id, data, size, METHOD_WRITE, error);
}
