/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What commands make: accounts of who made it, what it needs, and what the
 * model knows of it beside the command that made it.
 */
#ifndef EMU_OBJECTS_H
#define EMU_OBJECTS_H

#include "../../prm/prm.h"
#include "firmware.h"
#include "syndromes.h"

#define EMU_MAX_NEEDS 2
#define EMU_SHARED_UID 0xffff	/* the kernel's, for all: CREATE_EQ of Linux 6.1 */

/* UARs are pages of BAR 0; below the first are registers of the function. */
#define EMU_UAR_BASE 0x800
#define EMU_UAR_END 0x2000

struct emu_call;
struct emu_query;

/* An object that another is built on: not to be destroyed before that one. */
struct emu_need {
	enum emu_kind kind;
	uint32_t id;		/* 0: none */
};

struct emu_slot {
	bool live;
	uint16_t uid;		/* who made it; 0: the kernel */
	uint32_t uctx_cap;	/* of a UCTX ... */
	const void *client;	/* ... and who asked for it, or NULL */
	uint32_t users;		/* objects that need it */
	struct emu_need needs[EMU_MAX_NEEDS];
	uint8_t *given;		/* the command; NULL: no query shows the kind */
	uint32_t given_len;
	void *body;		/* struct emu_umem, emu_mkey, emu_eq or NULL */
};

/* Objects of one kind; an id is `base` and the index of a slot but the first. */
struct emu_account {
	struct emu_slot *slots;
	uint32_t n_slots;
	uint32_t base;
	uint32_t limit;		/* objects at most */
	uint32_t live;
	uint32_t last;		/* slot taken last: ids are not reused at once */
	const struct emu_query *query;
};

/* An object to be: its needs are the same uid's. */
struct emu_new {
	enum emu_kind kind;
	uint16_t uid;
	struct emu_need needs[EMU_MAX_NEEDS];
	void *body;	/* of malloc(); the account's from now on, or freed */
};

enum emu_failure emu_object_create(struct emu_call *call,
				   const struct emu_new *object, uint32_t *id);
enum emu_failure emu_object_destroy(struct emu_device *device,
				    enum emu_kind kind, uint16_t uid,
				    uint32_t id);
struct emu_slot *emu_object_find(struct emu_device *device,
				 enum emu_kind kind, uint32_t id);
/* As the one before, for whoever made it. */
enum emu_failure emu_object_own(struct emu_device *device, enum emu_kind kind,
				uint16_t uid, uint32_t id,
				struct emu_slot **slot);
int emu_accounts_create(struct emu_device *device);
void emu_accounts_destroy(struct emu_device *device);
/* As many objects as the capabilities say now. */
void emu_accounts_limit(struct emu_device *device);
/* All that a driver made: accounts, and the personality's objects. */
void emu_objects_forget(struct emu_device *device);

/* Pages of the machine as one piece; byte 0 is `first` bytes into page 0. */
struct emu_extent {
	uint32_t shift;
	uint64_t first;
	uint64_t n;
	const uint64_t *pages;	/* bus addresses, and flags: EMU_PAGE_* */
};

enum {
	EMU_PAGE_READABLE = 1,
	EMU_PAGE_WRITABLE = 2,
	EMU_PAGE_SHIFT = 12,
	EMU_MAX_PAGE_SHIFT = EMU_PAGE_SHIFT + 31,
};

/* The pages of a mailbox's list; false: an address that is no page's. */
bool emu_extent_take(struct emu_extent *extent, uint64_t *pages,
		     const uint8_t *list);
bool emu_extent_holds(const struct emu_extent *extent, uint64_t offset,
		      uint64_t len);
/* Bytes from `offset` on, as far as they are in one page: how many. */
uint64_t emu_extent_run(const struct emu_extent *extent, uint64_t offset,
			uint64_t *page, uint64_t *address);

/* memory.c, mkeys.c */
struct emu_umem {
	struct emu_extent extent;
	uint64_t pages[];
};

struct emu_mkey {
	uint8_t key;		/* the low byte of what is given as an mkey */
	bool is_free;		/* no memory behind it yet */
	bool is_physical;	/* addresses are the bus's */
	bool is_endless;
	uint32_t rights;	/* EMU_PAGE_READABLE and so on */
	uint64_t start;
	uint64_t len;
	uint64_t offset;	/* of `start` in the extent */
	struct emu_extent extent;
	uint64_t pages[];	/* where they are its own, not an umem's */
};

/* mkeys.c: as a dump reaches the machine. Stops where the machine faults. */
enum emu_failure emu_mkey_read(struct emu_device *device, uint16_t uid,
			       uint32_t mkey, uint64_t address, void *bytes,
			       size_t len);
enum emu_failure emu_mkey_write(struct emu_device *device, uint16_t uid,
				uint32_t mkey, uint64_t address,
				const void *bytes, size_t len);

/* event-queues.c, events.c */
struct emu_eq {
	uint32_t log_size;
	uint32_t uar;
	uint32_t vector;
	uint32_t producer;	/* 24 bits, as the consumer */
	uint32_t consumer;
	uint64_t mask[4];
	bool is_armed;
	bool is_broken;		/* a write failed, or no room was left */
	bool overruns;		/* without a look at the consumer */
	struct emu_extent extent;
	uint64_t pages[];
};

enum { EMU_EQE_BYTES = 64, EMU_EVENT_DATA = 28 };

struct emu_event {
	uint8_t type;
	uint8_t sub_type;
	uint8_t data[EMU_EVENT_DATA];
};

void emu_eq_show(const struct emu_slot *slot, uint8_t *out, uint32_t out_len);
void emu_eq_post(struct emu_device *device, struct emu_eq *eq,
		 const struct emu_event *event);
/* Into every queue that asked for the type: */
void emu_raise_port_change(struct emu_device *device, uint8_t port, bool is_up);
void emu_raise_page_request(struct emu_device *device, uint16_t function,
			    int32_t pages);
enum emu_tracer_event { EMU_OWNERSHIP_CHANGE, EMU_TRACES_AVAILABLE };
void emu_raise_tracer(struct emu_device *device, enum emu_tracer_event event);

#endif
