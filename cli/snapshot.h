/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A device as a personality document: what reading gives, in named fields. */
#ifndef CLI_SNAPSHOT_H
#define CLI_SNAPSHOT_H

#include "attempt.h"

struct snapshot {
	struct invocation *invocation;
	struct json_object *document;
	u32 asked;		/* commands */
	u32 refused;		/* by the rules, or as the device has it not */
	u32 failed;		/* with another error of the device */
	u32 n_ports;
};

/*
 * Ask, and go on where the answer is no: 0: `out` is the answer; 1: a dry run;
 * ATTEMPT_FAILED: it was refused; -1 after fail().
 */
int snapshot_exec(struct snapshot *snapshot, const void *in, u32 in_len,
		  void *out, u32 out_len);
int snapshot_register(struct snapshot *snapshot, u16 id, void *data, u32 size);

/* A dump, whole, in the invocation's bytes; as snapshot_exec(). */
struct mlx5ctl_dump_request;
int snapshot_dump(struct snapshot *snapshot,
		  const struct mlx5ctl_dump_request *request);

/* Sections of the document; as snapshot_exec(), but never ATTEMPT_FAILED. */
int snapshot_device(struct snapshot *snapshot);
int snapshot_capabilities(struct snapshot *snapshot);
int snapshot_registers(struct snapshot *snapshot);
int snapshot_modules(struct snapshot *snapshot);
int snapshot_objects(struct snapshot *snapshot);
int snapshot_nv(struct snapshot *snapshot);
int snapshot_dumps(struct snapshot *snapshot);

/* Keys of the section `device` that are not from the device itself. */
int snapshot_pci(struct snapshot *snapshot, struct json_object *device);

/*
 * Bytes as a personality has them: fields that are not zero, without those
 * that it gives elsewhere. `where` is the register or type of capabilities.
 */
struct json_object *snapshot_fields(const struct prm_layout *layout,
				    const char *where, const void *bytes,
				    u32 len);

/* Hide what tells one card or machine from another: same to same. */
void snapshot_mask(struct json_object *document);

#endif
