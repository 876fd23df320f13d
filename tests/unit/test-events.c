// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Event queues as mlx5_core reads them: owner bits, counters, interrupts. */
#include <string.h>

#include "machine.h"

#define ARM 0x40
#define NO_ARM 0x48
#define PORT_CHANGE 0x09
#define COMPLETION 0x0a
#define PAGE_REQUEST 0x0b

/* A driver's side of one queue, in pages of the machine from `page` on. */
struct queue {
	u32 id;
	u32 uar;
	u32 log_size;
	u32 page;
	u32 consumer;
};

static struct machine machine;

static struct emu_device *device_in_machine(void)
{
	struct emu_device *device = new_device();
	struct emu_host host = machine_host(&machine);

	memset(&machine, 0, sizeof(machine));
	emu_set_host(device, &host);
	return device;
}

/* Entries of a new ring are the device's: owner 1, as mlx5_core writes it. */
static struct queue new_queue(struct emu_device *device, u32 log_size,
			      u32 page, u8 event, u32 vector)
{
	struct queue queue = { .log_size = log_size, .page = page };
	struct mailbox box;

	queue.uar = make_uar(device, 0);
	prepare_eq(&box, 0, queue.uar, log_size, page, event);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr), vector);
	queue.id = make(device, &box);
	for (u32 i = 0; i < 1u << log_size; i++)
		machine_page(&machine, page)[i * 64 + 63] = 1;
	return queue;
}

static void ring(struct emu_device *device, const struct queue *queue,
		 u32 offset)
{
	emu_doorbell(device, queue->uar, offset,
		     queue->id << 24 | (queue->consumer & 0xffffff));
}

/* The next entry, as next_eqe_sw() of the driver decides; NULL: none yet. */
static const u8 *next_entry(struct queue *queue)
{
	u32 size = 1u << queue->log_size;
	const u8 *entry = machine_page(&machine, queue->page) +
			  (queue->consumer & (size - 1)) * 64;

	if ((entry[63] & 1) != (queue->consumer >> queue->log_size & 1))
		return NULL;
	queue->consumer++;
	return entry;
}

static u64 entry_field(const u8 *entry, struct prm_bits at)
{
	return read_bits(entry, 64, at);
}

static u64 data_field(const u8 *entry, struct prm_bits at)
{
	at.offset += PRM_AT(eqe, event_data).offset;
	return entry_field(entry, at);
}

static u64 query(struct emu_device *device, u32 id, struct prm_bits at)
{
	struct mailbox box;

	prepare(&box, PRM_OP_QUERY_EQ, 0);
	put(&box, PRM_AT(query_eq_in, eq_number), id);
	make(device, &box);
	return got(&box, at);
}

#define QUERY(device, id, field)					\
	query(device, id, PRM_AT(query_eq_out, eq_context_entry__##field))

static void a_completion_names_its_slots_in_the_queue(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue;
	const u8 *entry;

	(void)unused;
	assert_false(emu_takes_completions(device));
	queue = new_queue(device, 4, 0, COMPLETION, 3);
	assert_true(emu_takes_completions(device));
	ring(device, &queue, ARM);
	assert_null(next_entry(&queue));
	emu_completed(device, 0x80000005);
	entry = next_entry(&queue);
	assert_non_null(entry);
	assert_int_equal(entry_field(entry, PRM_AT(eqe, event_type)),
			 COMPLETION);
	assert_int_equal(data_field(entry, PRM_AT(cmd_inter_comp_event,
						  command_completion_vector)),
			 0x80000005);
	assert_null(next_entry(&queue));
	assert_int_equal(machine.interrupts[3], 1);
	assert_int_equal(destroy(device, PRM_OP_DESTROY_EQ, 0, queue.id), 0);
	assert_false(emu_takes_completions(device));
	emu_completed(device, 1);
	assert_null(next_entry(&queue));
	emu_destroy(device);
}

static void an_armed_queue_interrupts_once_until_armed_again(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 4, 0, COMPLETION, 1);

	(void)unused;
	emu_completed(device, 1);
	assert_int_equal(machine.interrupts[1], 0);
	assert_int_equal(QUERY(device, queue.id, st), 0xa);
	/* What came before is told as soon as the driver wants to know. */
	ring(device, &queue, ARM);
	assert_int_equal(machine.interrupts[1], 1);
	emu_completed(device, 2);
	assert_int_equal(machine.interrupts[1], 1);
	assert_non_null(next_entry(&queue));
	assert_non_null(next_entry(&queue));
	ring(device, &queue, ARM);
	assert_int_equal(machine.interrupts[1], 1);
	assert_int_equal(QUERY(device, queue.id, st), 9);
	/* Whatever a driver says it has consumed, it does not ask. */
	queue.consumer--;
	ring(device, &queue, NO_ARM);
	assert_int_equal(machine.interrupts[1], 1);
	queue.consumer++;
	emu_completed(device, 4);
	emu_completed(device, 8);
	assert_int_equal(machine.interrupts[1], 2);
	assert_non_null(next_entry(&queue));
	ring(device, &queue, NO_ARM);
	emu_completed(device, 16);
	assert_int_equal(machine.interrupts[1], 2);
	emu_destroy(device);
}

static void the_owner_bit_changes_with_each_round_of_the_ring(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 7, 0, COMPLETION, 0);

	(void)unused;
	/* Two pages; five rounds and a bit, in bursts of random length. */
	for (u32 done = 0; done < 5 * 128 + 17;) {
		u32 burst = 1 + random_below(128);

		for (u32 i = 0; i < burst; i++)
			emu_completed(device, done + i + 1);
		for (u32 i = 0; i < burst; i++) {
			const u8 *entry = next_entry(&queue);

			assert_non_null(entry);
			assert_int_equal(data_field(entry,
				PRM_AT(cmd_inter_comp_event,
				       command_completion_vector)),
				done + i + 1);
		}
		assert_null(next_entry(&queue));
		done += burst;
		ring(device, &queue, ARM);
		assert_int_equal(QUERY(device, queue.id, producer_counter),
				 done);
		assert_int_equal(QUERY(device, queue.id, consumer_counter),
				 done);
	}
	emu_destroy(device);
}

static void a_full_queue_breaks_and_takes_nothing_more(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 2, 0, COMPLETION, 0);
	u8 before[4096];

	(void)unused;
	ring(device, &queue, ARM);
	for (u32 i = 0; i < 4; i++)
		emu_completed(device, 1);
	assert_int_equal(QUERY(device, queue.id, status), 0);
	memcpy(before, machine_page(&machine, 0), sizeof(before));
	emu_completed(device, 1);
	assert_int_equal(QUERY(device, queue.id, status), 0xa);
	for (u32 i = 0; i < 4; i++)
		assert_non_null(next_entry(&queue));
	ring(device, &queue, ARM);
	emu_completed(device, 1);
	assert_memory_equal(before, machine_page(&machine, 0), sizeof(before));
	assert_int_equal(QUERY(device, queue.id, producer_counter), 4);
	assert_int_equal(machine.interrupts[0], 1);
	emu_destroy(device);
}

static void a_queue_that_ignores_overruns_goes_on(void **unused)
{
	struct emu_device *device = device_in_machine();
	u32 uar = make_uar(device, 0);
	struct mailbox box;
	u32 id;

	(void)unused;
	prepare_eq(&box, 0, uar, 1, 0, COMPLETION);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__oi), 1);
	id = make(device, &box);
	for (u32 i = 0; i < 7; i++)
		emu_completed(device, 1);
	assert_int_equal(QUERY(device, id, status), 0);
	assert_int_equal(QUERY(device, id, producer_counter), 7);
	emu_destroy(device);
}

static void a_queue_whose_memory_faults_breaks_without_interrupt(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 2, 0, COMPLETION, 0);

	(void)unused;
	ring(device, &queue, ARM);
	/* The entry is there but for the dword that makes it the driver's. */
	machine.fault_after = 1;
	emu_completed(device, 1);
	machine.fault_after = 0;
	assert_null(next_entry(&queue));
	assert_int_equal(QUERY(device, queue.id, status), 0xa);
	assert_int_equal(machine.interrupts[0], 0);
	emu_set_host(device, NULL);
	queue = new_queue(device, 2, 1, COMPLETION, 0);
	emu_completed(device, 1);
	assert_int_equal(QUERY(device, queue.id, status), 0xa);
	emu_destroy(device);
}

static void events_go_to_all_queues_that_asked_for_them(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue ports[2] = { new_queue(device, 4, 0, PORT_CHANGE, 0),
				  new_queue(device, 4, 1, PORT_CHANGE, 1) };
	struct queue pages = new_queue(device, 4, 2, PAGE_REQUEST, 2);
	const u8 *entry;
	struct mailbox box;

	(void)unused;
	for (u32 up = 0; up < 2; up++) {
		access_register(&box, PRM_REG_PAOS, true, PRM_SIZE(paos));
		put(&box, in_register(PRM_AT(paos, local_port)), 1);
		put(&box, in_register(PRM_AT(paos, admin_status)), 2 - up);
		put(&box, in_register(PRM_AT(paos, ase)), 1);
		make(device, &box);
		/* The state that there is already is nothing new. */
		make(device, &box);
		for (u32 i = 0; i < 2; i++) {
			entry = next_entry(&ports[i]);
			assert_non_null(entry);
			assert_int_equal(entry_field(entry,
					 PRM_AT(eqe, event_type)), PORT_CHANGE);
			assert_int_equal(entry_field(entry,
					 PRM_AT(eqe, event_sub_type)),
					 up ? 4 : 1);
			assert_int_equal(data_field(entry,
					 PRM_AT(port_state_change_event,
						port_num)), 1);
			assert_null(next_entry(&ports[i]));
		}
	}
	assert_null(next_entry(&pages));
	emu_want_pages(device, -300);
	entry = next_entry(&pages);
	assert_non_null(entry);
	assert_int_equal(entry_field(entry, PRM_AT(eqe, event_type)),
			 PAGE_REQUEST);
	assert_int_equal((int32_t)data_field(entry,
			 PRM_AT(pages_req_event, num_pages)), -300);
	assert_null(next_entry(&ports[0]));
	emu_destroy(device);
}

static void a_doorbell_rings_for_the_queues_of_its_page_only(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 4, 0, COMPLETION, 0);
	struct queue other = new_queue(device, 4, 1, PORT_CHANGE, 0);

	(void)unused;
	emu_completed(device, 1);
	emu_doorbell(device, other.uar, ARM, queue.id << 24 | 1);
	emu_doorbell(device, queue.uar, 0x44, queue.id << 24 | 1);
	emu_doorbell(device, queue.uar, ARM, 0xfeu << 24 | 1);
	emu_doorbell(device, 0, ARM, 1);
	assert_int_equal(QUERY(device, queue.id, consumer_counter), 0);
	assert_int_equal(QUERY(device, queue.id, st), 0xa);
	assert_int_equal(machine.interrupts[0], 0);
	emu_doorbell(device, queue.uar, ARM, queue.id << 24 | 1);
	assert_int_equal(QUERY(device, queue.id, consumer_counter), 1);
	assert_int_equal(QUERY(device, queue.id, st), 9);
	emu_destroy(device);
}

static void a_query_shows_the_queue_as_it_was_made(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct mailbox made, seen;
	u32 uar = make_uar(device, 0), id;

	(void)unused;
	prepare_eq(&made, 0, uar, 7, 4, PORT_CHANGE);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__intr), 5);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__ec), 1);
	/* The device's own state is not what the command says. */
	put(&made, PRM_AT(create_eq_in, eq_context_entry__status), 0xa);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__st), 9);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__producer_counter), 7);
	id = make(device, &made);
	prepare(&seen, PRM_OP_QUERY_EQ, 0);
	put(&seen, PRM_AT(query_eq_in, eq_number), id);
	seen.out_len = 0x110 + 3 * 8;
	make(device, &seen);
	assert_int_equal(got(&seen, PRM_AT(query_eq_out,
			 eq_context_entry__status)), 0);
	assert_int_equal(got(&seen, PRM_AT(query_eq_out,
			 eq_context_entry__st)), 0xa);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__status), 0);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__st), 0xa);
	put(&made, PRM_AT(create_eq_in, eq_context_entry__producer_counter), 0);
	assert_memory_equal(seen.out + 0x10, made.in + 0x10, 0x50);
	assert_int_equal(got(&seen, PRM_AT(query_eq_out, event_bitmask)),
			 1 << PORT_CHANGE);
	/* Two pages, and no third. */
	assert_memory_equal(seen.out + 0x110, made.in + 0x110, 16);
	assert_int_equal(got(&seen, (struct prm_bits){ 0x120 * 8, 64 }), 0);
	emu_destroy(device);
}

#define SOME_EVENTS "{\"mlx5ctl_personality\": 1, \"name\": \"events\"," \
	" \"device\": {}, \"capabilities\": {\"GENERAL\": {\"current\":" \
	" {\"log_max_eq\": 5, \"log_max_eq_sz\": 8, \"log_max_uctx\": 3," \
	" \"uctx_cap\": 4, \"event_cap\": 1}}, \"DEV_EVENT\": {\"current\":" \
	" {\"user_affiliated_events\": [\"0x10\", 0, 0, 1]," \
	" \"user_unaffiliated_events\": [\"0x200\", 0, 0, 0]}}}," \
	" \"registers\": {}}"

static void users_may_ask_for_the_events_that_the_device_opens(void **unused)
{
	static const struct {
		u8 event;
		u32 failure;
	} cases[] = {
		{ 0x04, 0 }, { 0x09, 0 }, { 192, 0 },
		{ 0x05, EMU_UNOFFERED_OPTION }, { 193, EMU_UNOFFERED_OPTION },
		{ 64, EMU_UNOFFERED_OPTION },
	};
	struct emu_device *device = device_of(SOME_EVENTS);
	u16 uid = new_uid(device, 4);
	u32 uar = make_uar(device, uid);
	struct mailbox box;

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		prepare_eq(&box, uid, uar, 4, 0, cases[i].event);
		execute(device, &box);
		assert_int_equal(syndrome(&box), cases[i].failure);
	}
	emu_destroy(device);
}

static void queues_are_refused_where_firmware_would(void **unused)
{
	struct emu_device *device = device_in_machine();
	u16 uid = new_uid(device, 4);
	u32 uar = make_uar(device, 0), own = make_uar(device, uid);
	struct emu_identity identity;
	struct mailbox box;

	(void)unused;
	prepare_eq(&box, 0, uar, 7, 0, PORT_CHANGE);
	box.in_len -= 8;
	refused(device, &box, EMU_INPUT_LENGTH);
	box.in_len += 16;
	refused(device, &box, EMU_INPUT_LENGTH);
	box.in_len -= 8;
	put_page(&box, 1, machine_address(1) + 8);
	refused(device, &box, EMU_BAD_PAGE);
	prepare_eq(&box, 0, 0x1fff, 4, 0, PORT_CHANGE);
	refused(device, &box, EMU_UNKNOWN_OBJECT);
	prepare_eq(&box, 0, 0, 4, 0, PORT_CHANGE);
	refused(device, &box, EMU_UNKNOWN_OBJECT);
	prepare_eq(&box, 0, own, 4, 0, PORT_CHANGE);
	refused(device, &box, EMU_FOREIGN_OBJECT);
	prepare_eq(&box, uid, own, 4, 0, COMPLETION);
	refused(device, &box, EMU_UNOFFERED_OPTION);
	prepare_eq(&box, 0, uar, 4, 0, PORT_CHANGE);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__log_eq_size), 24);
	refused(device, &box, EMU_BAD_VALUE);
	emu_identify(device, &identity);
	prepare_eq(&box, 0, uar, 4, 0, PORT_CHANGE);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr),
	    identity.n_vectors);
	refused(device, &box, EMU_BAD_VALUE);
	assert_int_equal(emu_count(device, EMU_EQ), 0);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr),
	    identity.n_vectors - 1);
	make(device, &box);
	emu_destroy(device);
}

static void a_queue_has_an_interrupt_that_the_function_has(void **unused)
{
	struct emu_device *device = device_of("{\"mlx5ctl_personality\": 1,"
		" \"name\": \"t\", \"device\": {\"msix_vectors\": 4095},"
		" \"registers\": {}, \"capabilities\": {\"GENERAL\":"
		" {\"current\": {\"log_max_eq_sz\": 8}}}}");
	struct emu_identity identity;
	struct mailbox box;

	(void)unused;
	emu_identify(device, &identity);
	assert_int_equal(identity.n_vectors, 256);
	prepare_eq(&box, 0, make_uar(device, 0), 4, 0, PORT_CHANGE);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr), 255);
	make(device, &box);
	put(&box, PRM_AT(create_eq_in, eq_context_entry__intr), 256);
	refused(device, &box, EMU_BAD_VALUE);
	emu_destroy(device);
}

/* Linux 6.1 makes its completion queues so, and destroys them as its own. */
static void the_shared_uid_makes_queues_of_the_kernel(void **unused)
{
	struct emu_device *device = device_in_machine();
	u16 uid = new_uid(device, 4);
	u32 uar = make_uar(device, 0), id;
	struct mailbox box;

	(void)unused;
	prepare_eq(&box, 0xffff, uar, 4, 0, 0);
	memset(box.in + 0x58, 0, 32);
	id = make(device, &box);
	assert_int_equal(destroy(device, PRM_OP_DESTROY_EQ, uid, id),
			 EMU_FOREIGN_OBJECT);
	assert_int_equal(destroy(device, PRM_OP_DESTROY_EQ, 0xffff, id),
			 EMU_UNKNOWN_UID);
	assert_int_equal(destroy(device, PRM_OP_DESTROY_EQ, 0, id), 0);
	prepare(&box, PRM_OP_ALLOC_PD, 0xffff);
	refused(device, &box, EMU_UNKNOWN_UID);
	emu_destroy(device);
}

static void a_page_of_doorbells_is_busy_while_a_queue_uses_it(void **unused)
{
	struct emu_device *device = device_in_machine();
	struct queue queue = new_queue(device, 4, 0, COMPLETION, 0);
	u16 uid = new_uid(device, 4);

	(void)unused;
	assert_in_range(queue.uar, EMU_UAR_BASE + 1, EMU_UAR_END - 1);
	assert_int_equal(destroy(device, PRM_OP_DEALLOC_UAR, uid, queue.uar),
			 EMU_FOREIGN_OBJECT);
	assert_int_equal(destroy(device, PRM_OP_DEALLOC_UAR, 0, queue.uar),
			 EMU_OBJECT_IN_USE);
	assert_int_equal(emu_count(device, EMU_UAR), 1);
	assert_int_equal(destroy(device, PRM_OP_DESTROY_EQ, 0, queue.id), 0);
	assert_int_equal(destroy(device, PRM_OP_DEALLOC_UAR, 0, queue.uar), 0);
	assert_int_equal(emu_count(device, EMU_UAR), 0);
	assert_int_equal(emu_count(device, EMU_EQ), 0);
	emu_destroy(device);
}

static void queues_have_ids_that_nothing_else_has_until_all_are_taken(void **unused)
{
	struct emu_device *device = device_in_machine();
	u32 uar = make_uar(device, 0), n = 0;
	bool seen[256] = { false };
	struct mailbox box;

	(void)unused;
	for (;;) {
		u32 id;

		prepare_eq(&box, 0, uar, 0, 0, COMPLETION);
		if (execute(device, &box))
			break;
		id = got(&box, PRM_AT(create_eq_out, eq_number));
		/* 4 to 8 run already, as the personality says. */
		assert_false(seen[id] || !id || (id >= 4 && id <= 8));
		seen[id] = true;
		n++;
	}
	assert_int_equal(syndrome(&box), EMU_TOO_MANY_OBJECTS);
	assert_int_equal(emu_count(device, EMU_EQ), n);
	assert_int_equal(n, 64 - 5);
	assert_int_equal(QUERY(device, 5, log_eq_size), 12);
	emu_reset(device, EMU_FUNCTION_LEVEL_RESET);
	assert_int_equal(emu_count(device, EMU_EQ), 0);
	assert_int_equal(emu_count(device, EMU_UAR), 0);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_completion_names_its_slots_in_the_queue),
		cmocka_unit_test(an_armed_queue_interrupts_once_until_armed_again),
		cmocka_unit_test(the_owner_bit_changes_with_each_round_of_the_ring),
		cmocka_unit_test(a_full_queue_breaks_and_takes_nothing_more),
		cmocka_unit_test(a_queue_that_ignores_overruns_goes_on),
		cmocka_unit_test(a_queue_whose_memory_faults_breaks_without_interrupt),
		cmocka_unit_test(events_go_to_all_queues_that_asked_for_them),
		cmocka_unit_test(a_doorbell_rings_for_the_queues_of_its_page_only),
		cmocka_unit_test(a_query_shows_the_queue_as_it_was_made),
		cmocka_unit_test(users_may_ask_for_the_events_that_the_device_opens),
		cmocka_unit_test(queues_are_refused_where_firmware_would),
		cmocka_unit_test(a_queue_has_an_interrupt_that_the_function_has),
		cmocka_unit_test(the_shared_uid_makes_queues_of_the_kernel),
		cmocka_unit_test(a_page_of_doorbells_is_busy_while_a_queue_uses_it),
		cmocka_unit_test(queues_have_ids_that_nothing_else_has_until_all_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
