// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * RESOURCE_DUMP and CORE_DUMP: the rounds. Between two of them the dump waits
 * in the device, under a token that goes to the caller and comes back; who
 * asks for too many at once loses the oldest.
 */
#include <stdlib.h>
#include "model.h"

#define SEQUENCE_BITS 4

enum { CORE_INTO_TRACER, CR_DUMP_TO_MEM = 2 };

static void forget(struct emu_waiting *waiting)
{
	free(waiting->bytes);
	*waiting = (struct emu_waiting){};
}

void emu_dumps_forget(struct emu_device *device, const uint16_t *uid)
{
	for (uint32_t i = 0; i < EMU_MAX_WAITING; i++)
		if (!uid || device->waiting[i].uid == *uid)
			forget(&device->waiting[i]);
}

/* What the caller sends back: which dump, and how much of it he has. */
static uint64_t token_of(const struct emu_waiting *waiting)
{
	return (uint64_t)waiting->number << 32 | waiting->at;
}

static struct emu_waiting *find(const struct emu_call *call, uint16_t reg,
				uint64_t token)
{
	for (uint32_t i = 0; i < EMU_MAX_WAITING; i++) {
		struct emu_waiting *waiting = &call->device->waiting[i];

		if (waiting->bytes && waiting->uid == call->uid &&
		    waiting->reg == reg && token_of(waiting) == token)
			return waiting;
	}
	return NULL;
}

/* Where nothing waits, or else the oldest: numbers ascend. */
static struct emu_waiting *place(struct emu_device *device)
{
	struct emu_waiting *oldest = &device->waiting[0];

	for (uint32_t i = 1; i < EMU_MAX_WAITING; i++)
		if (device->waiting[i].number < oldest->number)
			oldest = &device->waiting[i];
	forget(oldest);
	return oldest;
}

static enum emu_failure begin(struct emu_call *call, uint16_t reg,
			      struct emu_dump *dump, enum emu_failure failure,
			      struct emu_waiting *begun)
{
	if (!failure && dump->lacks_memory)
		failure = EMU_NO_MEMORY;
	if (failure) {
		free(dump->bytes);
		return failure;
	}
	if (call->device->misbehaviour)
		emu_misbehave_dump(call->device, reg, dump->bytes, &dump->len);
	EMU_SAY(call->device, EMU_SAYS_DUMP, reg, dump->len);
	*begun = (struct emu_waiting){
		.number = ++call->device->n_dumps,
		.uid = call->uid,
		.reg = reg,
		.bytes = dump->bytes,
		.len = dump->len,
	};
	return EMU_DONE;
}

/* After a round: what was begun waits only if there is another. */
static void settle(struct emu_device *device, struct emu_waiting *waiting,
		   const struct emu_waiting *begun)
{
	if (waiting->at == waiting->len)
		forget(waiting);
	else if (waiting == begun)
		*place(device) = *begun;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* As much as there is room for, into memory or into the answer. */
static enum emu_failure hand_out(struct emu_call *call,
				 struct emu_waiting *waiting, uint32_t room,
				 uint32_t mkey, uint64_t address,
				 uint8_t *inline_data, uint32_t *written)
{
	enum emu_failure failure = EMU_DONE;

	*written = least(room & ~3u, waiting->len - waiting->at);
	if (!*written)
		return EMU_BAD_VALUE;
	if (inline_data)
		memcpy(inline_data, waiting->bytes + waiting->at, *written);
	else
		failure = emu_mkey_write(call->device, call->uid, mkey,
					 address, waiting->bytes + waiting->at,
					 *written);
	if (!failure)
		waiting->at += *written;
	return failure;
}

#define ASKED(request, field)						\
	prm_value(request, PRM_SIZE(resource_dump),			\
		  PRM_AT(resource_dump, field))
#define ANSWER(answer, field, value)					\
	emu_set(answer, PRM_SIZE(resource_dump),			\
		PRM_AT(resource_dump, field), value)

static bool is_own(const struct emu_device *device, uint64_t vhca_id)
{
	return vhca_id == emu_general_capability(&device->state, "vhca_id");
}

static enum emu_failure begin_resources(struct emu_call *call,
					const uint8_t *request,
					struct emu_waiting *begun)
{
	const struct emu_dump_request asked = {
		.type = ASKED(request, segment_type),
		.index = { ASKED(request, index1), ASKED(request, index2) },
		.count = { ASKED(request, num_of_obj1),
			   ASKED(request, num_of_obj2) },
	};
	struct emu_dump dump = { .device = call->device };

	return begin(call, PRM_REG_RESOURCE_DUMP, &dump,
		     emu_dump_resources(&dump, &asked), begun);
}

/* What a dump is of does not change in the middle of it. */
static void remember(struct emu_waiting *waiting, const uint8_t *request)
{
	waiting->sequence = ASKED(request, seq_num);
	memcpy(waiting->asked, request + 4, sizeof(waiting->asked));
	waiting->type = ASKED(request, segment_type);
}

/* The one that waits, or begun now. */
static enum emu_failure find_resources(struct emu_call *call,
				       const uint8_t *request,
				       struct emu_waiting *begun,
				       struct emu_waiting **waiting)
{
	uint64_t token = ASKED(request, device_opaque);
	enum emu_failure failure;

	if ((ASKED(request, vhca_id_valid) || ASKED(request, vhca_id)) &&
	    !is_own(call->device, ASKED(request, vhca_id)))
		return EMU_OTHER_FUNCTION;
	if (!token) {
		if (ASKED(request, seq_num))
			return EMU_UNKNOWN_DUMP;
		failure = begin_resources(call, request, begun);
		if (!failure)
			remember(begun, request);
		*waiting = begun;
		return failure;
	}
	*waiting = find(call, PRM_REG_RESOURCE_DUMP, token);
	if (!*waiting || ASKED(request, seq_num) != (*waiting)->sequence ||
	    ASKED(request, segment_type) != (*waiting)->type ||
	    memcmp((*waiting)->asked, request + 4, sizeof((*waiting)->asked)))
		return EMU_UNKNOWN_DUMP;
	return EMU_DONE;
}

enum emu_failure emu_read_resource_dump(struct emu_call *call,
					const uint8_t *request,
					uint8_t *answer)
{
	const uint32_t data = PRM_AT(resource_dump, inline_data).offset / 8;
	bool is_inline = ASKED(request, inline_dump);
	struct emu_waiting begun = {}, *waiting;
	enum emu_failure failure;
	uint32_t written;

	if (is_inline && ASKED(request, mkey))
		return EMU_BAD_VALUE;
	failure = find_resources(call, request, &begun, &waiting);
	if (failure)
		return failure;
	failure = hand_out(call, waiting, is_inline ?
			   PRM_SIZE(resource_dump) - data :
			   ASKED(request, size), ASKED(request, mkey),
			   ASKED(request, address),
			   is_inline ? answer + data : NULL, &written);
	if (failure) {
		forget(&begun);
		return failure;
	}
	memcpy(answer, request, data);
	waiting->sequence = (waiting->sequence + 1) % (1 << SEQUENCE_BITS);
	ANSWER(answer, seq_num, waiting->sequence);
	ANSWER(answer, size, written);
	ANSWER(answer, more_dump, waiting->at < waiting->len);
	ANSWER(answer, device_opaque,
	       waiting->at < waiting->len ? token_of(waiting) : 0);
	settle(call->device, waiting, &begun);
	return EMU_DONE;
}

#define CORE(request, field)						\
	prm_value(request, PRM_SIZE(core_dump), PRM_AT(core_dump, field))
#define CORE_ANSWER(answer, field, value)				\
	emu_set(answer, PRM_SIZE(core_dump), PRM_AT(core_dump, field), value)

/* Millions of words are drawn for nobody who has no memory to put them in. */
static enum emu_failure begin_core(struct emu_call *call,
				   const uint8_t *request,
				   struct emu_waiting *begun)
{
	struct emu_dump dump = { .device = call->device };
	uint32_t len = call->device->state.dumps.core_bytes;
	enum emu_failure failure;
	uint8_t *bytes;

	failure = emu_mkey_write(call->device, call->uid, CORE(request, mkey),
				 CORE(request, address), request, 0);
	if (failure)
		return failure;
	bytes = emu_dump_extend(&dump, len);
	if (bytes)
		emu_chip_core(call->device, bytes, len);
	return begin(call, PRM_REG_CORE_DUMP, &dump, EMU_DONE, begun);
}

static enum emu_failure find_core(struct emu_call *call,
				  const uint8_t *request,
				  struct emu_waiting *begun,
				  struct emu_waiting **waiting)
{
	if (CORE(request, core_dump_type) != CR_DUMP_TO_MEM ||
	    CORE(request, qpn))
		return EMU_UNOFFERED_OPTION;
	if (CORE(request, vhca_id) &&
	    !is_own(call->device, CORE(request, vhca_id)))
		return EMU_OTHER_FUNCTION;
	*waiting = begun;
	if (!CORE(request, cookie))
		return begin_core(call, request, begun);
	*waiting = find(call, PRM_REG_CORE_DUMP, CORE(request, cookie));
	return *waiting ? EMU_DONE : EMU_UNKNOWN_DUMP;
}

/* For mlx5_core, which shows what was traced (devlink health dump). */
static enum emu_failure trace_core(struct emu_device *device,
				   const uint8_t *request, uint8_t *answer)
{
	memcpy(answer, request, PRM_SIZE(core_dump));
	EMU_SAY(device, EMU_SAYS_CORE, device->life, device->epoch,
		device->pages.n, device->n_recorded);
	return EMU_DONE;
}

enum emu_failure emu_read_core_dump(struct emu_call *call,
				    const uint8_t *request, uint8_t *answer)
{
	struct emu_waiting begun = {}, *waiting;
	enum emu_failure failure;
	uint32_t written;

	if (CORE(request, core_dump_type) == CORE_INTO_TRACER)
		return trace_core(call->device, request, answer);
	failure = find_core(call, request, &begun, &waiting);
	if (failure)
		return failure;
	failure = hand_out(call, waiting, CORE(request, size),
			   CORE(request, mkey), CORE(request, address), NULL,
			   &written);
	if (failure) {
		forget(&begun);
		return failure;
	}
	memcpy(answer, request, PRM_SIZE(core_dump));
	CORE_ANSWER(answer, size, written);
	CORE_ANSWER(answer, more_dump, waiting->at < waiting->len);
	CORE_ANSWER(answer, cookie,
		    waiting->at < waiting->len ? token_of(waiting) : 0);
	settle(call->device, waiting, &begun);
	return EMU_DONE;
}
