/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A ConnectX in a process: the firmware's side of the mailbox.
 *
 * The model believes that nobody judged a command before it came: it knows
 * nothing of policy/ and enforces what firmware enforces. No reply is canned:
 * each is composed from the state that a personality began and that commands
 * changed. What it answers to errors is listed in syndromes.h.
 */
#ifndef EMU_FIRMWARE_H
#define EMU_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "personality.h"

struct emu_device;

/* Milliseconds of the device's own time. */
typedef uint64_t emu_clock_t(void *context);

/*
 * What a function reaches outside itself. Calls come with the model's lock
 * held and must not call the model.
 */
struct emu_host {
	/* Memory of the machine by bus address: 0 or -EFAULT, never less. */
	int (*read)(void *context, uint64_t address, void *bytes, size_t len);
	int (*write)(void *context, uint64_t address, const void *bytes,
		     size_t len);
	void (*interrupt)(void *context, uint32_t vector);
	void *context;
};

/* Objects that a device counts, in the order of what they are built on. */
enum emu_kind {
	EMU_UCTX,
	EMU_PD,
	EMU_UMEM,
	EMU_UAR,
	EMU_MKEY,
	EMU_EQ,
	EMU_N_KINDS,
	EMU_PAGES = EMU_N_KINDS, /* of the host, in the firmware's hands */
};

/*
 * A device in the state of its personality, which is copied: it runs, and a
 * driver has made what the document says. For one that waits for a driver,
 * follow with EMU_FUNCTION_LEVEL_RESET. NULL: no memory.
 */
struct emu_device *emu_create(const struct emu_personality *personality);

/* When no command runs: emu_stop() wakes those that wait. */
void emu_destroy(struct emu_device *device);

/* Let the device live by another clock; the default is the monotonic one. */
void emu_set_clock(struct emu_device *device, emu_clock_t *now, void *context);

/*
 * Give the device a machine to live in; copied. NULL, and at first: none,
 * so that all memory faults and interrupts go nowhere.
 */
void emu_set_host(struct emu_device *device, const struct emu_host *host);

/*
 * Execute one command. Mailboxes are big-endian, header included; status and
 * syndrome are part of the answer and what it does not fill is zero. May be
 * called by several threads. -EMSGSIZE, and `out` untouched, for a mailbox
 * under sixteen bytes, over 2 MiB, or not of whole dwords. A device that was
 * made to misbehave (misbehave/faults.h) has more errors.
 */
int emu_exec(struct emu_device *device, const void *in, uint32_t in_len,
	     void *out, uint32_t out_len);

/*
 * The device's time is counted in epochs, that end with function-level resets;
 * emu_exec_with() of misbehave/faults.h executes a command of one epoch only.
 */
uint32_t emu_epoch(struct emu_device *device);

enum emu_reset {
	EMU_FUNCTION_LEVEL_RESET,
	EMU_WARM_BOOT,
	EMU_POWER_CYCLE,
};

/*
 * A function-level reset forgets the driver: user contexts, objects, pages,
 * its version, the ISSI and the capabilities that it set. The function is
 * down until ENABLE_HCA. The others are of the card: the next configuration
 * becomes the current one, with a power cycle always, with a warm boot where
 * MFRL was written before it. All else stays, also what a driver made: a bus
 * that goes down with the machine resets the function itself.
 */
void emu_reset(struct emu_device *device, enum emu_reset how);

/*
 * What commands changed of the non-volatile configuration, as text that can
 * be kept; NULL: no memory. To restore it is all or nothing: -1 and a
 * problem that says what the text "is" or "has" that makes it none of this
 * card.
 */
char *emu_nv_save(struct emu_device *device);
int emu_nv_restore(struct emu_device *device, const char *text,
		   struct emu_problem *problem);

/* An item of the configuration that a reset changes. */
struct emu_nv_change {
	uint32_t type;
	uint32_t length;
	uint8_t before[256];	/* in force now ... */
	uint8_t after[256];	/* ... and after the reset */
};

/* Those that such a reset would change now, `most` at most. */
uint32_t emu_nv_pending(struct emu_device *device, enum emu_reset how,
			struct emu_nv_change *changes, uint32_t most);

/* Such a reset, and those that it changed: each is one reset's and no other's. */
uint32_t emu_reset_noting(struct emu_device *device, enum emu_reset how,
			  struct emu_nv_change *changes, uint32_t most);

/* A command that was executed, with its answer. */
struct emu_executed {
	const void *in;
	const void *out;
	uint32_t in_len;
	uint32_t out_len;
	uint64_t nanoseconds;	/* how long it took */
};

/*
 * Show each command to somebody, by the threads that execute them; set before
 * the first. NULL: nobody.
 */
typedef void emu_observer_t(void *context, const struct emu_executed *executed);
void emu_set_observer(struct emu_device *device, emu_observer_t *observe,
		      void *context);

/*
 * A client of which commands came (misbehave/faults.h) is gone, and with it
 * the user contexts that it made, whatever it was told that they are.
 */
void emu_leave(struct emu_device *device, const void *client);

/* Of kinds, in lower case: as accounts of a device list them. */
extern const char *const emu_kind_names[EMU_PAGES + 1];

/* How many objects of a kind exist now. */
uint32_t emu_count(struct emu_device *device, enum emu_kind kind);

/*
 * From here on the running firmware asks for so many pages more, or offers
 * to return some where negative: QUERY_PAGES says so.
 */
void emu_want_pages(struct emu_device *device, int32_t pages);

/*
 * Events of the firmware tracer, as a driver that owns it gets them in blocks,
 * from number *next on, `most` at most: how many. The oldest are not kept;
 * afterwards *next is the one to go on with.
 */
#define EMU_TRACED_BYTES 8
uint32_t emu_traced(struct emu_device *device, uint64_t *next,
		    uint8_t *events, uint32_t most);

/* Another host of the card takes the tracer for itself, or gives it back. */
void emu_trace_take(struct emu_device *device, bool take);

/*
 * What the firmware says of its own health: the health buffer and the counter
 * that moves while it lives, as the initialization segment has them. A bus may
 * ask while it holds locks of its own.
 */
#define EMU_HEALTH_BYTES 64
void emu_health(struct emu_device *device, uint8_t *buffer);
uint32_t emu_health_counter(struct emu_device *device);

/* Until a reset. Without a syndrome it is well. */
void emu_set_health(struct emu_device *device, const uint8_t *buffer);
void emu_stop_health_counter(struct emu_device *device, bool is_stopped);

/* Whether an event queue asked for completions of commands. */
bool emu_takes_completions(struct emu_device *device);

/*
 * Say in it that the commands in these slots (a bit each) are done. Their
 * answers are in the machine's memory by now.
 */
void emu_completed(struct emu_device *device, uint32_t slots);

/*
 * A driver wrote to page `uar` of BAR 0: at 0x40 (and arm) or 0x48 an event
 * queue's number and how many entries were consumed. `value` is the number
 * that was meant: on the bus it is big-endian.
 */
void emu_doorbell(struct emu_device *device, uint32_t uar, uint32_t offset,
		  uint32_t value);

#define EMU_MOST_VECTORS 256	/* of MSI-X, whatever a personality says */

/* What a card is to the bus that it is on. */
struct emu_identity {
	uint16_t pci_device_id;
	uint16_t subsystem_id;
	uint32_t pci_class;
	uint8_t revision;
	uint16_t n_vectors;	/* of MSI-X */
	uint16_t hw_device_id;
	uint8_t firmware_major;
	uint8_t firmware_minor;
	uint16_t firmware_sub;
	uint64_t base_mac;
	uint32_t frequency_khz;	/* of the internal timer */
	bool has_timeouts;	/* tells drivers how long to wait: DTOR */
	char psid[17];
	char model_name[65];
};

void emu_identify(struct emu_device *device, struct emu_identity *identity);

/* What the device offers to user contexts: UCTX capability bits. */
uint32_t emu_uctx_cap(struct emu_device *device);

#endif
