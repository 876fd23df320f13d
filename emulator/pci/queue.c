// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The command queue: slots whose doorbell rang are taken by as many workers
 * as there are commands, so that a slow one holds up no other.
 */
#include "parts.h"

static enum pci_delivery execute(struct pci_function *function,
				 struct pci_command *command, uint32_t epoch)
{
	if (emu_exec_with(function->device, &epoch, command->in,
			  command->in_len, command->out, command->out_len,
			  &command->outcome))
		return PCI_FIRMWARE_ERROR;
	return command->outcome.delivery;
}

/*
 * The driver may ring for the slot again as soon as it sees the status, so the
 * slot is free before that. False: a reset came first, and the driver's memory
 * is not ours any more.
 */
static bool answer(struct pci_function *function, struct pci_command *command,
		   uint32_t slot, uint32_t epoch, enum pci_delivery delivery)
{
	bool is_ours;

	pthread_mutex_lock(&function->lock);
	is_ours = function->epoch == epoch;
	if (is_ours)
		function->queue.running &= ~(1u << slot);
	pthread_mutex_unlock(&function->lock);
	if (is_ours)
		pci_command_finish(command, delivery);
	return is_ours;
}

/* An event needs a queue that was there before the command and still is. */
static void finish(struct pci_function *function, struct pci_command *command,
		   uint32_t slot, uint32_t epoch, enum pci_delivery delivery,
		   bool had_queue)
{
	const struct emu_outcome *outcome = &command->outcome;
	uint32_t named = 1u << ((slot ^ outcome->slot_xor) % PCI_N_SLOTS);

	pthread_mutex_lock(&function->finish);
	if (answer(function, command, slot, epoch, delivery)) {
		for (uint32_t i = 0; i < outcome->completions && had_queue &&
		     emu_takes_completions(function->device); i++)
			emu_completed(function->device, named);
		pci_outcome_afterwards(command);
	}
	pthread_mutex_unlock(&function->finish);
}

static void abandon(struct pci_function *function, uint32_t slot,
		    uint32_t epoch)
{
	pthread_mutex_lock(&function->lock);
	if (function->epoch == epoch)
		function->queue.running &= ~(1u << slot);
	pthread_mutex_unlock(&function->lock);
}

static void run(struct pci_function *function, uint32_t slot, uint64_t queue,
		uint32_t epoch)
{
	const struct emu_host bus = { pci_dma_read, pci_dma_write,
				      pci_interrupt, function };
	struct pci_command command = {
		.bus = &bus,
		.address = queue + ((uint64_t)slot << PCI_LOG_STRIDE),
		.outcome = emu_as_it_should,
	};
	bool had_queue = emu_takes_completions(function->device);
	enum pci_delivery delivery;

	if (pci_command_fetch(&command, &delivery)) {
		if (!delivery)
			delivery = execute(function, &command, epoch);
		/* A lost one keeps its slot until the function is reset. */
		if (!command.outcome.lost)
			finish(function, &command, slot, epoch, delivery,
			       had_queue);
	} else {
		abandon(function, slot, epoch);
	}
	pci_command_release(&command);
}

static uint32_t take_slot(struct pci_queue *queue)
{
	uint32_t slot = __builtin_ctz(queue->waiting);

	queue->waiting &= ~(1u << slot);
	queue->running |= 1u << slot;
	return slot;
}

static void *work(void *context)
{
	struct pci_function *function = context;
	struct pci_queue *queue = &function->queue;

	pthread_mutex_lock(&function->lock);
	while (!queue->is_ending) {
		uint64_t address = function->queue_address;
		uint32_t epoch = function->epoch;
		uint32_t slot;

		if (!queue->waiting) {
			queue->n_idle++;
			pthread_cond_wait(&queue->work, &function->lock);
			queue->n_idle--;
			continue;
		}
		slot = take_slot(queue);
		pthread_mutex_unlock(&function->lock);
		run(function, slot, address, epoch);
		pthread_mutex_lock(&function->lock);
	}
	pthread_mutex_unlock(&function->lock);
	return NULL;
}

static void add_worker(struct pci_function *function)
{
	struct pci_queue *queue = &function->queue;

	if (!queue->is_ending && queue->n_workers < PCI_MOST_WORKERS &&
	    !pthread_create(&queue->workers[queue->n_workers], NULL, work,
			    function))
		queue->n_workers++;
}

/* A slot that is not done yet has no doorbell. */
void pci_queue_ring(struct pci_function *function, uint32_t slots)
{
	struct pci_queue *queue = &function->queue;
	uint32_t fresh = slots & ~queue->running & ~queue->waiting;
	int needed;

	queue->waiting |= fresh;
	needed = __builtin_popcount(queue->waiting) - (int)queue->n_idle;
	for (; needed > 0; needed--)
		add_worker(function);
	while (fresh) {
		pthread_cond_signal(&queue->work);
		fresh &= fresh - 1;
	}
}

void pci_queue_reset(struct pci_function *function)
{
	function->queue.waiting = 0;
	function->queue.running = 0;
}

void pci_queue_end(struct pci_function *function)
{
	struct pci_queue *queue = &function->queue;

	pthread_mutex_lock(&function->lock);
	queue->is_ending = true;
	function->epoch--;	/* answers to nobody */
	pthread_cond_broadcast(&queue->work);
	pthread_mutex_unlock(&function->lock);
	for (unsigned int i = 0; i < queue->n_workers; i++)
		pthread_join(queue->workers[i], NULL);
	queue->n_workers = 0;
}
