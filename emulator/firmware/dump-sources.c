// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What each type of dump shows: contexts as their queries do, queues, and the
 * state of units of the chip, of which only that it moves is known.
 */
#include <stdlib.h>
#include "model.h"

#define CONTEXT_BYTES 2048	/* room for any query's answer */
#define HARDWARE_BYTES 256	/* how the chip itself holds a context */
#define MAX_QUEUE (64u << 10)

enum {
	HW_CQPC = 0x0002, HW_SQPC, HW_RQPC, RDB_CONTEXT, MKEY_CONTEXT = 0x0021,
	FULL_QPC = 0x1000, SND_BUFF, RCV_BUFF, FUNC_SYND_REC = 0x1010,
	MDFY_HDR_RNG = 0x1020, MDFY_HDR_ALL, SHARED_BUFFER = 0x1030,
	PAGE_HISTOGRAM = 0x103c, SCHEDQ_INFO = 0x1040,
	VLQ_GVMI_VLQ_SQ = 0x1048, VQOS_TREE = 0x104b, VQOS_DISTLIST = 0x1050,
	PACKET_PACING = 0x1053, FULL_SRQC = 0x1100, SRQ_BUFF, FULL_CQC = 0x1200,
	CQ_BUFF, FULL_EQC = 0x1300, EQ_BUFF, STE_RANGE = 0x1310, STE_ALL,
	STE_GLOBAL_RNG, STE_ROOT, FLOW_COUNTER = 0x1318, PKT_REFORMAT = 0x1320,
	RX_SLICE = 0x2000, RX_SLICE_ALL, ICMC_INFO = 0x2020, SX_SLICE = 0x3000,
	SX_SLICE_ALL, PRM_QUERY_QP = 0x4000, QUERY_VNIC_ENV = 0x4008,
	QUERY_FT = 0x4010, QUERY_FT_ALL, QUERY_FG, QUERY_FG_ALL, QUERY_FTE,
	QUERY_FTE_ALL, PRM_QUERY_CQ = 0x4020, PRM_QUERY_MKEY = 0x4030,
};

/* The query's whole answer; its length without the unused end. */
static uint32_t context_of(struct emu_dump *dump,
			   const struct emu_dump_source *source,
			   const struct emu_dump_item *item, uint8_t *bytes)
{
	const struct emu_query *query = emu_query_by_kind(source->kind);
	uint32_t used = prm_command_by_opcode(query->opcode)->out->size;

	memset(bytes, 0, CONTEXT_BYTES);
	emu_object_show(dump->device, query, item->index[0], item->select,
			bytes, CONTEXT_BYTES);
	for (uint32_t i = used; i < CONTEXT_BYTES; i++)
		if (bytes[i])
			used = (i | 3) + 1;
	return used;
}

static void show_answer(struct emu_dump *dump,
			const struct emu_dump_source *source,
			const struct emu_dump_item *item)
{
	uint8_t bytes[CONTEXT_BYTES];
	uint32_t len = context_of(dump, source, item, bytes);
	uint8_t *to = emu_dump_resource(dump, source->type, item->index, len);

	if (to)
		memcpy(to, bytes, len);
}

/* What else to look at where a context is looked at. */
static const struct {
	uint16_t from;
	uint16_t to;
	struct prm_bits index;	/* no width: the same */
} references[] = {
	{ FULL_QPC, SND_BUFF },
	{ FULL_QPC, RCV_BUFF },
	{ FULL_QPC, FULL_CQC, { PRM(query_qp_out, qpc__cqn_snd) } },
	{ FULL_QPC, FULL_CQC, { PRM(query_qp_out, qpc__cqn_rcv) } },
	{ FULL_SRQC, SRQ_BUFF },
	{ FULL_CQC, CQ_BUFF },
	{ FULL_CQC, FULL_EQC,
	  { PRM(query_cq_out, cq_context__c_eqn_or_apu_element) } },
	{ FULL_EQC, EQ_BUFF },
};

static void show_context(struct emu_dump *dump,
			 const struct emu_dump_source *source,
			 const struct emu_dump_item *item)
{
	uint8_t bytes[CONTEXT_BYTES];
	uint32_t len = context_of(dump, source, item, bytes) - PRM_HEADER_BYTES;
	uint8_t *to = emu_dump_resource(dump, source->type, item->index, len);

	if (to)
		memcpy(to, bytes + PRM_HEADER_BYTES, len);
	for (uint32_t i = 0; i < ARRAY_SIZE(references); i++)
		if (references[i].from == source->type)
			emu_dump_reference(dump, references[i].to,
					   references[i].index.width ?
					   prm_value(bytes, CONTEXT_BYTES,
						     references[i].index) :
					   item->index[0]);
}

static void show_hardware(struct emu_dump *dump,
			  const struct emu_dump_source *source,
			  const struct emu_dump_item *item)
{
	uint8_t *to = emu_dump_resource(dump, source->type, item->index,
					HARDWARE_BYTES);

	if (to)
		emu_chip_read(dump->device, source->type, item->index[0], 0,
			      to, HARDWARE_BYTES);
}

static void show_slice(struct emu_dump *dump,
		       const struct emu_dump_source *source,
		       const struct emu_dump_item *item)
{
	uint32_t len = dump->device->state.dumps.slice_bytes;
	uint8_t *to = emu_dump_resource(dump, source->type, item->index, len);

	if (to)		/* the same unit, whether alone or with all */
		emu_chip_read(dump->device, source->type & ~1,
			      item->index[0], 0, to, len);
}

/* A queue in the machine's memory, read as the device reads it. */
static bool read_queue(struct emu_device *device,
		       const struct emu_extent *extent, uint8_t *to,
		       uint32_t len)
{
	uint64_t page, address;

	for (uint32_t at = 0, n; at < len; at += n) {
		uint64_t run = emu_extent_run(extent, at, &page, &address);

		n = run < len - at ? run : len - at;
		if (emu_host_read(device, address, to + at, n))
			return false;
	}
	return true;
}

static const struct emu_slot *made_by_command(struct emu_device *device,
					      const struct emu_dump_source *source,
					      uint32_t id)
{
	enum emu_kind kind = emu_query_by_kind(source->kind)->made;

	return kind ? emu_object_find(device, kind, id) : NULL;
}

static void show_queue(struct emu_dump *dump,
		       const struct emu_dump_source *source,
		       const struct emu_dump_item *item)
{
	const struct prm_layout *layout = prm_command_by_opcode(
		emu_query_by_kind(source->kind)->opcode)->out;
	const struct emu_slot *made =
		made_by_command(dump->device, source, item->index[0]);
	uint8_t bytes[CONTEXT_BYTES], *to;
	struct prm_bits at;
	uint64_t len = source->entry;

	context_of(dump, source, item, bytes);
	if (emu_find_bits(layout, source->log_size, &at))
		len <<= prm_value(bytes, CONTEXT_BYTES, at);
	if (len > MAX_QUEUE)
		len = MAX_QUEUE;
	to = emu_dump_resource(dump, source->type, item->index, len);
	if (!to)
		return;
	if (!made)	/* by nobody whose memory could be read */
		emu_chip_read(dump->device, source->type, item->index[0], 0,
			      to, len);
	else if (!read_queue(dump->device,
			     &((const struct emu_eq *)made->body)->extent,
			     to, len))
		emu_dump_error(dump, "the queue cannot be read");
}

static void put_word(uint8_t *bytes, uint32_t index, uint64_t value)
{
	emu_set(bytes, index * 4 + 4, (struct prm_bits){ index * 32, 32 },
		value);
}

/* Pages in the firmware's hands, those it wants, and objects of each kind. */
static void show_pages(struct emu_dump *dump,
		       const struct emu_dump_source *source,
		       const struct emu_dump_item *item)
{
	const struct emu_device *device = dump->device;
	uint8_t *to = emu_dump_resource(dump, source->type, item->index,
					(2 + EMU_N_KINDS) * 4);

	if (!to)
		return;
	put_word(to, 0, device->pages.n);
	put_word(to, 1, device->pages.wanted);
	for (uint32_t kind = 0; kind < EMU_N_KINDS; kind++)
		put_word(to, 2 + kind, device->accounts[kind].live);
}

/* Commands that failed, the newest first: who, what, why and when. */
static void show_failures(struct emu_dump *dump,
			  const struct emu_dump_source *source,
			  const struct emu_dump_item *item)
{
	const struct emu_device *device = dump->device;
	uint32_t n = device->n_recorded < EMU_MAX_RECORDED ?
		     device->n_recorded : EMU_MAX_RECORDED;
	uint8_t *to = emu_dump_resource(dump, source->type, item->index,
					4 + n * 16);

	if (!to)
		return;
	put_word(to, 0, device->n_recorded);
	for (uint32_t i = 0; i < n; i++) {
		const struct emu_recorded *recorded =
			&device->recorded[(device->n_recorded - 1 - i) %
					  EMU_MAX_RECORDED];

		put_word(to, 1 + i * 4,
			 (uint32_t)recorded->opcode << 16 | recorded->uid);
		put_word(to, 2 + i * 4, recorded->syndrome);
		put_word(to, 3 + i * 4, recorded->at_ms >> 32);
		put_word(to, 4 + i * 4, recorded->at_ms);
	}
}

/* Pools and classes of the shared buffers: the registers that show them. */
static void show_buffers(struct emu_dump *dump,
			 const struct emu_dump_source *source,
			 const struct emu_dump_item *item)
{
	const struct emu_personality *state = &dump->device->state;

	(void)item;
	for (uint32_t i = 0; i < state->n_registers; i++) {
		const struct emu_register *reg = &state->registers[i];
		const uint32_t index[2] = { reg->id, i };
		uint8_t *to;

		if (reg->id != PRM_REG_SBPR && reg->id != PRM_REG_SBCM)
			continue;
		to = emu_dump_resource(dump, source->type, index, reg->size);
		if (!to)
			return;
		memcpy(to, reg->bytes, reg->size);
		emu_counters_now(dump->device, reg, to);
	}
}

/* Ascending by type. */
static const struct emu_dump_source sources[] = {
	{ HW_CQPC, "cq", show_hardware },
	{ HW_SQPC, "qp", show_hardware },
	{ HW_RQPC, "qp", show_hardware },
	{ RDB_CONTEXT, "qp", show_hardware },
	{ MKEY_CONTEXT, "mkey", show_context },
	{ FULL_QPC, "qp", show_context },
	{ SND_BUFF, "qp", show_queue, "qpc.log_sq_size", 64 },
	{ RCV_BUFF, "qp", show_queue, "qpc.log_rq_size", 16 },
	{ FUNC_SYND_REC, NULL, show_failures },
	{ MDFY_HDR_RNG, "modify_header_context", show_context },
	{ MDFY_HDR_ALL, "modify_header_context", show_context },
	{ SHARED_BUFFER, NULL, show_buffers },
	{ PAGE_HISTOGRAM, NULL, show_pages },
	{ SCHEDQ_INFO, "scheduling_element", show_context },
	{ VLQ_GVMI_VLQ_SQ, "sq", show_hardware },
	{ VQOS_TREE, "scheduling_element", show_context },
	{ VQOS_DISTLIST, "scheduling_element", show_hardware },
	{ PACKET_PACING, "sq", show_context },
	{ FULL_SRQC, "srq", show_context },
	{ SRQ_BUFF, "srq", show_queue, "srq_context_entry.log_srq_size", 64 },
	{ FULL_CQC, "cq", show_context },
	{ CQ_BUFF, "cq", show_queue, "cq_context.log_cq_size", 64 },
	{ FULL_EQC, "eq", show_context },
	{ EQ_BUFF, "eq", show_queue, "eq_context_entry.log_eq_size", 64 },
	{ STE_RANGE, "flow_table_entry", show_hardware },
	{ STE_ALL, "flow_table_entry", show_hardware },
	{ STE_GLOBAL_RNG, "flow_group", show_hardware },
	{ STE_ROOT, "flow_table", show_hardware },
	{ FLOW_COUNTER, "flow_counter", show_context },
	{ PKT_REFORMAT, "packet_reformat_context", show_context },
	{ RX_SLICE, NULL, show_slice },
	{ RX_SLICE_ALL, NULL, show_slice },
	{ ICMC_INFO, NULL, show_hardware },
	{ SX_SLICE, NULL, show_slice },
	{ SX_SLICE_ALL, NULL, show_slice },
	{ PRM_QUERY_QP, "qp", show_answer },
	{ QUERY_VNIC_ENV, "vnic_env", show_answer },
	{ QUERY_FT, "flow_table", show_answer },
	{ QUERY_FT_ALL, "flow_table", show_answer },
	{ QUERY_FG, "flow_group", show_answer },
	{ QUERY_FG_ALL, "flow_group", show_answer },
	{ QUERY_FTE, "flow_table_entry", show_answer },
	{ QUERY_FTE_ALL, "flow_table_entry", show_answer },
	{ PRM_QUERY_CQ, "cq", show_answer },
	{ PRM_QUERY_MKEY, "mkey", show_answer },
};

const struct emu_dump_source *emu_dump_source(uint16_t type)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i].type == type)
			return &sources[i];
	return NULL;
}

/* An index has 32 bits: of a table's type and its number, both are in it. */
static struct emu_dump_item object_item(uint32_t id, uint64_t select)
{
	return (struct emu_dump_item){
		.index = { id, select >> 32 | select },
		.select = select,
	};
}

static uint32_t list_stored(const struct emu_device *device,
			    const struct emu_query *query,
			    struct emu_dump_item *items)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < device->state.n_objects; i++) {
		const struct emu_object *object = &device->state.objects[i];

		if (object->query == query)
			items[n++] = object_item(object->id, object->select);
	}
	return n;
}

static uint32_t list_made(const struct emu_account *account,
			  struct emu_dump_item *items)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < account->n_slots; i++)
		if (account->slots[i].live)
			items[n++] = object_item(account->base + i, 0);
	return n;
}

static int compare(const void *left, const void *right)
{
	const struct emu_dump_item *a = left, *b = right;

	if (a->index[0] != b->index[0])
		return a->index[0] < b->index[0] ? -1 : 1;
	return a->index[1] < b->index[1] ? -1 : a->index[1] > b->index[1];
}

static uint32_t list_objects(const struct emu_device *device,
			     const struct emu_query *query,
			     struct emu_dump_item *items)
{
	uint32_t n = list_stored(device, query, items);

	if (query->made)
		n += list_made(&device->accounts[query->made], items + n);
	qsort(items, n, sizeof(*items), compare);
	return n;
}

static uint32_t units(const struct emu_device *device,
		      const struct emu_dump_source *source)
{
	return source->show == show_slice ? device->state.dumps.slices : 1;
}

struct emu_dump_item *emu_dump_items(struct emu_device *device,
				     const struct emu_dump_source *source,
				     uint32_t *n)
{
	const struct emu_query *query = source->kind ?
					emu_query_by_kind(source->kind) : NULL;
	uint32_t most = query ? device->state.n_objects :
				units(device, source);
	struct emu_dump_item *items;

	if (query && query->made)
		most += device->accounts[query->made].live;
	items = calloc(most + 1, sizeof(*items));
	if (!items)
		return NULL;
	for (*n = 0; !query && *n < most; ++*n)
		items[*n].index[0] = *n;
	if (query)
		*n = list_objects(device, query, items);
	return items;
}
