/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Dumps. One is composed whole when it is asked for, so that it is of one
 * moment, and then handed out in as many rounds as the caller's room needs.
 */
#ifndef EMU_DUMPS_H
#define EMU_DUMPS_H

#include "../../prm/prm.h"
#include "syndromes.h"

struct emu_call;
struct emu_device;
struct emu_personality;
struct emu_query;

#define EMU_MENU_RECORD 52	/* bytes: resource_dump_menu_record */
#define EMU_MAX_MENU 128
#define EMU_MAX_SLICES 256
#define EMU_MAX_SLICE (128u << 10)
#define EMU_MAX_CORE (16u << 20)
#define EMU_MAX_DUMP (32u << 20)	/* bytes of a dump; one that is longer ends with a notice */

/* What a personality says of its dumps. */
struct emu_dump_menu {
	uint32_t n_records;
	uint32_t core_bytes;	/* of the chip's own address space */
	uint32_t slices;	/* parallel units of the chip ... */
	uint32_t slice_bytes;	/* ... and the state of each */
	uint8_t records[EMU_MAX_MENU][EMU_MENU_RECORD];
};

/* A dump that is being composed. */
struct emu_dump {
	struct emu_device *device;
	uint8_t *bytes;
	uint32_t len;
	uint32_t room;
	bool lacks_memory;
	bool is_full;		/* what came last did not fit any more */
	bool is_ending;		/* for the end there is always room */
};

/* `n` zeroes more at the end; NULL: there is no room, and the dump says so. */
uint8_t *emu_dump_extend(struct emu_dump *dump, uint32_t n);

/* What a dump is asked for, in the PRM's words. */
struct emu_dump_request {
	uint16_t type;
	uint32_t index[2];
	uint16_t count[2];	/* 0: of the index alone */
};

enum { EMU_COUNT_ACTIVE = 0xfffe, EMU_COUNT_ALL = 0xffff };
enum { EMU_SEGMENT_MENU = 0xffff };

/* dump-segments.c: the whole chain, from info to terminate. */
enum emu_failure emu_dump_resources(struct emu_dump *dump,
				    const struct emu_dump_request *request);
/* A segment of a resource: its `len` bytes, zero yet. NULL: no room. */
uint8_t *emu_dump_resource(struct emu_dump *dump, uint16_t type,
			   const uint32_t index[2], uint32_t len);
void emu_dump_reference(struct emu_dump *dump, uint16_t type, uint32_t index);
void emu_dump_error(struct emu_dump *dump, const char *text);

/* An instance of what a type shows. */
struct emu_dump_item {
	uint32_t index[2];
	uint64_t select;	/* where it is an object */
};

/* dump-sources.c: what a type shows. NULL: nothing that is in this model. */
struct emu_dump_source {
	uint16_t type;
	const char *kind;	/* of objects, as in documents; else one unit of the chip */
	void (*show)(struct emu_dump *dump,
		     const struct emu_dump_source *source,
		     const struct emu_dump_item *item);
	const char *log_size;	/* of a queue: the field of its context */
	uint32_t entry;		/* and bytes of an entry */
};

const struct emu_dump_source *emu_dump_source(uint16_t type);
/* All instances, ascending; to be freed. NULL: no memory. */
struct emu_dump_item *emu_dump_items(struct emu_device *device,
				     const struct emu_dump_source *source,
				     uint32_t *n);

/* chip.c: words of a unit of the chip, which move with time. */
void emu_chip_read(const struct emu_device *device, uint32_t unit,
		   uint32_t index, uint32_t from, uint8_t *bytes, uint32_t len);
/* The chip's own address space. */
void emu_chip_core(struct emu_device *device, uint8_t *bytes, uint32_t len);

/* dumps.c: dumps under way; those of a uid, or NULL: all. */
void emu_dumps_forget(struct emu_device *device, const uint16_t *uid);

#endif
