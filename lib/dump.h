/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Dumps by way of any functions that execute commands: those of the library,
 * or a program's own around them.
 */
#ifndef MLX5CTL_DUMP_H
#define MLX5CTL_DUMP_H

#include "mlx5ctl.h"
#include "prm.h"

/*
 * As mlx5ctl_resource_dump() and mlx5ctl_core_dump(). Of the door only exec,
 * register_memory and unregister_memory are called; here exec returns what
 * mlx5ctl_exec() would, and whatever else it returns ends the dump, too.
 */
int dump_resources(const struct mlx5ctl_transport *door, void *handle,
		   const struct mlx5ctl_dump_request *request,
		   struct mlx5ctl_dump *dump, struct mlx5ctl_error *error);
int dump_core(const struct mlx5ctl_transport *door, void *handle,
	      uint16_t vhca_id, struct mlx5ctl_dump *dump,
	      struct mlx5ctl_error *error);

/* Memory of this process that the device may write to. */
struct dump_memory {
	const struct mlx5ctl_transport *door;
	void *handle;
	uint8_t *bytes;		/* whole pages; NULL: none */
	uint32_t size;
	uint32_t pd;
	uint32_t umem;
	uint32_t mkey;		/* as commands name it */
	unsigned int made;	/* of pd, umem and mkey, in this order */
};

int dump_memory_make(struct dump_memory *memory, uint32_t size,
		     struct mlx5ctl_error *error);
/* All that was made, in reverse; what the device refuses goes with the file. */
void dump_memory_end(struct dump_memory *memory);

#endif
