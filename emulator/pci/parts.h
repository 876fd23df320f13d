/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The parts of a PCI function, shared by the files of this folder only. */
#ifndef PCI_PARTS_H
#define PCI_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include "../../prm/prm.h"
#include "prm-offsets.h"
#include "misbehave/faults.h"
#include "pci.h"

#define PCI_VPD_BYTES 512

/* Configuration space is little-endian, unlike everything of the firmware. */
uint32_t pci_get_le(const uint8_t *bytes, unsigned int width);
void pci_put_le(uint8_t *bytes, unsigned int width, uint32_t value);
uint32_t pci_get_be32(const uint8_t *bytes);
void pci_put_be32(uint8_t *bytes, uint32_t value);

/* Whether an access reaches what stands at a place. */
static inline bool pci_touches(uint32_t offset, uint32_t len, uint32_t place,
			       uint32_t bytes)
{
	return offset < place + bytes && place < offset + len;
}

/* config.c */
struct pci_config {
	uint8_t bytes[PCI_CONFIG_BYTES];
	uint8_t writable[PCI_CONFIG_BYTES];
};

enum {				/* where capabilities are, as on the cards */
	PCI_COMMAND	= 0x04,
	PCI_PM		= 0x40,
	PCI_VPD		= 0x48,
	PCI_EXPRESS	= 0x60,
	PCI_DEVICE_CONTROL = PCI_EXPRESS + 8,
	PCI_MSIX	= 0x9c,
	PCI_GATEWAY	= 0xc0,
	PCI_AER		= 0x100,
	PCI_SERIAL	= 0x150,
};

void pci_config_reset(struct pci_config *config,
		      const struct emu_identity *identity);
void pci_config_write(struct pci_config *config, uint32_t offset,
		      const uint8_t *bytes, uint32_t len);

/* vpd.c: what the card is called, as VPD resources. */
void pci_vpd_compose(uint8_t *vpd, const struct emu_identity *identity);
void pci_vpd_written(struct pci_function *function);

/* gateway.c: the vendor-specific capability, a second way to crspace. */
enum { GATEWAY_SEMAPHORES = 16 };

struct pci_gateway {
	uint32_t counter;
	uint32_t owner;			/* of the gateway; 0: free */
	uint32_t semaphores[GATEWAY_SEMAPHORES];
};

void pci_gateway_read(struct pci_function *function);
void pci_gateway_written(struct pci_function *function, uint32_t offset,
			 uint32_t len);

/* msix.c */
#define PCI_MSIX_TABLE 0x2000	/* in BAR 0 */
#define PCI_MSIX_PENDING 0x3000

struct pci_msix {
	uint8_t table[EMU_MOST_VECTORS][16];
	uint64_t pending[EMU_MOST_VECTORS / 64];
};

void pci_msix_reset(struct pci_function *function);
void pci_msix_raise(struct pci_function *function, uint32_t vector);
/* Masks have changed: what pended and is unmasked now is sent. */
void pci_msix_deliver(struct pci_function *function);

/* segment.c: the initialization segment, and the interface of the driver. */
enum pci_interface {		/* nic_interface: who uses the function */
	PCI_INTERFACE_FULL	= 0,
	PCI_INTERFACE_DISABLED	= 1,
	PCI_INTERFACE_NO_DRAM	= 2,
	PCI_INTERFACE_RESET	= 7,
};

#define PCI_SEGMENT_BYTES 0x2000

void pci_segment_reset(struct pci_function *function);
/* Fields that move by themselves are as of now. */
uint32_t pci_segment_read(struct pci_function *function, uint32_t offset);
void pci_segment_write(struct pci_function *function, uint32_t offset,
		       uint32_t value);

/* bar.c */
void pci_bar_read(struct pci_function *function, uint64_t offset,
		  uint8_t *bytes, uint32_t len);
void pci_bar_write(struct pci_function *function, uint64_t offset,
		   const uint8_t *bytes, uint32_t len);

/* mailbox.c */
#define PCI_BLOCK_DATA 512u
#define PCI_MOST_COMMAND (2u << 20)

enum pci_delivery {		/* of a command, in its descriptor */
	PCI_DELIVERED		= 0x0,
	PCI_BAD_TOKEN		= 0x2,
	PCI_BAD_BLOCK_NUMBER	= 0x3,
	PCI_BAD_OUT_POINTER	= 0x4,
	PCI_BAD_IN_POINTER	= 0x5,
	PCI_FIRMWARE_ERROR	= 0x6,
	PCI_BAD_IN_LENGTH	= 0x7,
	PCI_BAD_OUT_LENGTH	= 0x8,
	PCI_RESERVED_IS_SET	= 0x9,
	PCI_BAD_DESCRIPTOR	= 0x10,
};

struct pci_block {
	uint64_t address;
	uint8_t control;	/* the exclusive or of what follows the data */
};

/* A command as it was found, and room for its answer. */
struct pci_command {
	const struct emu_host *bus;
	uint64_t address;	/* of the descriptor */
	uint8_t descriptor[PRM_SIZE_cmd_queue_entry];
	uint32_t in_len;
	uint32_t out_len;
	uint8_t *in;
	uint8_t *out;
	struct pci_block *blocks; /* of the answer */
	struct emu_outcome outcome;
	uint8_t *held_back;	/* the answer, of which only a part is shown */
};

/* False: there is no command for us, or no way to answer it. */
bool pci_command_fetch(struct pci_command *command,
		       enum pci_delivery *delivery);
/* Only what was delivered has an answer. */
void pci_command_finish(struct pci_command *command,
			enum pci_delivery delivery);
/* The output once more, after the command completed. */
void pci_command_write_again(struct pci_command *command);
void pci_command_release(struct pci_command *command);
uint32_t pci_command_blocks(uint32_t len);

#define PCI_OUTPUT_LENGTH 0x38	/* place in the descriptor */

/* outcome.c: what a plan of faults does beside the answer. */
void pci_outcome_hold_back(struct pci_command *command);
void pci_outcome_damage(struct pci_command *command);
void pci_outcome_afterwards(struct pci_command *command);

/* queue.c */
enum { PCI_N_SLOTS = 32, PCI_MOST_WORKERS = 64 };

/* As drivers read it: 2^5 slots of 2^6 bytes. */
#define PCI_LOG_SLOTS 5u
#define PCI_LOG_STRIDE 6u

struct pci_queue {
	pthread_cond_t work;
	pthread_t workers[PCI_MOST_WORKERS];
	unsigned int n_workers;
	unsigned int n_idle;
	uint32_t waiting;	/* slots whose doorbell rang */
	uint32_t running;
	bool is_ending;
};

void pci_queue_ring(struct pci_function *function, uint32_t slots);
void pci_queue_reset(struct pci_function *function);
void pci_queue_end(struct pci_function *function);

/*
 * Locks, outermost first: `finish` (a command's end, or a reset, never both),
 * the firmware model's own, `lock`, and those of the bus.
 */
struct pci_function {
	struct emu_device *device;
	struct emu_host bus;
	enum pci_vectors vectors;
	pthread_mutex_t finish;
	pthread_mutex_t lock;
	struct emu_identity identity;
	struct pci_config config;
	struct pci_gateway gateway;
	struct pci_msix msix;
	struct pci_queue queue;
	uint8_t vpd[PCI_VPD_BYTES];
	uint8_t segment[PCI_SEGMENT_BYTES];
	uint64_t queue_address;
	uint32_t timeout;	/* of a command, milliseconds */
	enum pci_interface interface;
	bool is_claimed;	/* by a driver on the bus */
	bool wants_reset;	/* a write asked for it */
	bool wants_restart;	/* ... for one that spares configuration space */
	uint32_t epoch;		/* of the device: commands of others are void */
	atomic_bool is_master;	/* may reach memory */
};

/* Powered, and the command register lets it answer in BAR 0. */
bool pci_is_decoding(const struct pci_function *function);
bool pci_is_master(const struct pci_function *function);

#endif
