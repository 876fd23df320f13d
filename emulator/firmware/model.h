/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The state of an emulated device, shared by the files of this folder only. */
#ifndef EMU_MODEL_H
#define EMU_MODEL_H

#include <pthread.h>
#include <stdatomic.h>
#include "../../prm/prm.h"
#include "prm-offsets.h"
#include "dumps.h"
#include "firmware.h"
#include "objects.h"
#include "syndromes.h"
#include "tracer.h"

#define EMU_MAX_MAILBOX (2u << 20)
#define EMU_MAX_REGISTER 3100	/* bytes: the longest payload there is */
#define EMU_CAPABILITY_BYTES 4096

/* What a device is called and counts, wherever it shows. */
enum emu_number {
	EMU_PCI_DEVICE_ID,
	EMU_HW_DEVICE_ID,
	EMU_HW_REVISION,
	EMU_NUM_PORTS,
	EMU_FIRMWARE_MAJOR,
	EMU_FIRMWARE_MINOR,
	EMU_FIRMWARE_SUB,
	EMU_BASE_MAC,
	EMU_IEEE_VENDOR_ID,
	EMU_VSD_VENDOR_ID,
	EMU_ISSI_CURRENT,
	EMU_ISSI_SUPPORTED,
	EMU_BOOT_PAGES,
	EMU_INIT_PAGES,
	EMU_PCI_SUBSYSTEM_ID,
	EMU_MSIX_VECTORS,
	EMU_N_NUMBERS,
};

enum emu_text {
	EMU_PSID,
	EMU_VSD,
	EMU_MODEL_NAME,
	EMU_MODEL_DESCRIPTION,
	EMU_DRIVER_VERSION,
	EMU_VUID,
	EMU_N_TEXTS,
};

#define EMU_TEXT_BYTES 209

#define EMU_STANDS_STILL UINT64_MAX	/* since when numbers move: they do not */

/* One instance of a register; its index fields are part of its bytes. */
struct emu_register {
	uint16_t id;
	const struct prm_layout *layout; /* NULL: only its bytes are known */
	uint32_t size;
	uint8_t *bytes;
	uint8_t *rates;		/* what numbers gain in a second, or NULL */
	uint64_t since;		/* milliseconds of uptime when bytes were true */
};

/* A plugged module: its memory as MCIA shows it, in pages of 128 bytes. */
#define EMU_MODULE_PAGES 5	/* the lower half, then upper pages 0 to 3 */

struct emu_module {
	uint8_t number;
	bool is_flat;		/* upper page 0 only */
	uint8_t memory[EMU_MODULE_PAGES][128];
};

#define EMU_NV_BYTES 256

enum emu_nv_set {		/* as access_mode */
	EMU_NV_NEXT,
	EMU_NV_CURRENT,
	EMU_NV_FACTORY,
	EMU_N_NV_SETS,
};

/* An item of non-volatile configuration (a TLV). */
struct emu_nv_item {
	uint32_t type;
	uint32_t length;
	const struct prm_layout *layout; /* NULL: only its bytes are known */
	uint8_t version;
	uint8_t writer;		/* of the next value; 0: the factory */
	bool is_writable;
	uint8_t bytes[EMU_N_NV_SETS][EMU_NV_BYTES];
};

enum emu_capability_set {
	EMU_CAPABILITY_MAXIMUM,		/* as op_mod */
	EMU_CAPABILITY_CURRENT,
	EMU_CAPABILITY_RESET,		/* current, until a driver sets it */
	EMU_N_CAPABILITY_SETS,
};

struct emu_capability {
	const struct prm_capability *type;
	uint8_t bytes[EMU_N_CAPABILITY_SETS][EMU_CAPABILITY_BYTES];
};

/* An object as its query shows it: what the personality says runs already. */
struct emu_object {
	const struct emu_query *query;
	uint32_t id;
	uint64_t select;	/* the query's second key; 0 where it has none */
	uint32_t size;
	uint8_t *bytes;		/* the query's outbox */
	uint8_t *per_second;	/* how its numbers move; NULL: they do not */
	uint64_t since;		/* uptime in ms at which bytes were true */
};

#define EMU_MOST_COUNTERS 1008	/* that the debug capabilities have room for */

/* A diagnostic counter. */
struct emu_counter {
	uint16_t id;
	bool is_synced;		/* can begin at zero with the sampling */
	uint64_t value;		/* when the device's time began */
	uint32_t per_second;
};

/* What SET_DIAGNOSTIC_PARAMS said. */
struct emu_sampling {
	uint8_t context[PRM_SIZE_diagnostic_params_context];
	uint16_t ids[EMU_MOST_COUNTERS];
	uint64_t since;		/* clocks of the device */
	uint32_t demanded;	/* samples so far that somebody asked for */
};

struct emu_personality {
	char name[64];
	uint64_t number[EMU_N_NUMBERS];
	char text[EMU_N_TEXTS][EMU_TEXT_BYTES];
	struct emu_capability *capabilities;
	uint32_t n_capabilities;
	struct emu_object *objects;
	uint32_t n_objects;
	struct emu_register *registers;	/* as the document has them */
	uint32_t n_registers;
	struct emu_module *modules;
	uint32_t n_modules;
	struct emu_nv_item *nv;
	uint32_t n_nv;
	struct emu_dump_menu dumps;
	bool is_reset_armed;	/* by MFRL */
	struct emu_counter *counters;
	uint32_t n_counters;
	struct emu_sampling sampling;
};

enum emu_life {
	EMU_DOWN,		/* until ENABLE_HCA */
	EMU_ENABLED,		/* until INIT_HCA, and after TEARDOWN_HCA */
	EMU_RUNNING,
};

/* Pages of host memory, by ascending address. */
struct emu_pages {
	uint64_t *held;
	uint32_t n;
	int64_t wanted;		/* while running; negative: too many */
};

/* Bits of a command's inbox that the schema names; the rest is reserved. */
struct emu_named_bits {
	uint8_t *mask;
	uint32_t size;
	bool is_open;		/* an open array follows */
};

/* A dump that was begun, until its last round. */
#define EMU_MAX_WAITING 8

struct emu_waiting {
	uint32_t number;	/* ascending; 0: none */
	uint16_t uid;
	uint16_t reg;
	uint16_t type;
	uint8_t sequence;	/* as it was answered last */
	uint8_t asked[16];	/* vhca_id to num_of_obj, as they are sent */
	uint8_t *bytes;
	uint32_t len;
	uint32_t at;		/* so much was handed out */
};

/* Commands that failed, the last ones. */
#define EMU_MAX_RECORDED 32

struct emu_recorded {
	uint16_t opcode;
	uint16_t uid;
	uint32_t syndrome;
	uint64_t at_ms;
};

struct emu_device {
	pthread_mutex_t lock;
	struct emu_personality state; /* begun as the personality, changed by commands */
	struct emu_account accounts[EMU_N_KINDS];
	uint32_t object_bytes;	/* that all of them take */
	struct emu_pages pages;
	enum emu_life life;
	uint32_t epoch;		/* function-level resets so far */
	uint64_t closed_ports;	/* by number, where a driver took the link down */
	struct emu_named_bits *named; /* one per row of emu_commands */
	emu_clock_t *now;
	void *clock_context;
	uint64_t started;
	struct emu_waiting waiting[EMU_MAX_WAITING];
	uint32_t n_dumps;	/* begun so far */
	struct emu_recorded recorded[EMU_MAX_RECORDED];
	uint32_t n_recorded;	/* so far; the oldest are overwritten */
	struct emu_tracer tracer;
	pthread_mutex_t health_lock; /* no other is taken while it is held */
	uint8_t health[EMU_HEALTH_BYTES];
	uint32_t health_stopped; /* where its counter stands; 0: it moves */
	struct emu_host host;
	emu_observer_t *observe;
	void *observer;
	struct emu_misbehaviour *misbehaviour; /* NULL: none, and no latency */
};

/* health.c: the firmware is well, as after a reset. */
void emu_health_reset(struct emu_device *device);

/* One command under way. */
struct emu_call {
	struct emu_device *device;
	const uint8_t *in;
	uint32_t in_len;
	uint8_t *out;
	uint32_t out_len;
	const void *client;	/* who sent it, or NULL */
	uint16_t uid;
	uint32_t uctx_cap;	/* of that uid; all ones for the kernel */
};

/*
 * device.c: the model itself; misbehave/faults.c: the same with its faults.
 * -ECANCELED, and nothing done, in another epoch than the command's.
 */
struct emu_outcome;
struct emu_arrival;
int emu_execute(struct emu_device *device, const struct emu_arrival *arrival,
		const void *in, uint32_t in_len, void *out, uint32_t out_len);
void emu_choose_faults(struct emu_misbehaviour *misbehaviour, const void *in,
		       uint32_t in_len, struct emu_arrival *arrival);
int emu_misbehave(struct emu_device *device, const struct emu_arrival *arrival,
		  const void *in, uint32_t in_len, void *out, uint32_t out_len,
		  struct emu_outcome *outcome);
/* What a plan makes of a dump that was composed. */
void emu_misbehave_dump(struct emu_device *device, uint16_t reg,
			uint8_t *bytes, uint32_t *len);
void emu_misbehaviour_end(struct emu_misbehaviour *misbehaviour);

typedef enum emu_failure emu_handler_t(struct emu_call *call);

enum emu_needs {
	EMU_ANYONE	= 0,
	EMU_TOOLS	= 1 << 2, /* UCTX capability TOOLS_RESOURCES */
	EMU_UCTX_CAPS	= 0xff,
	/* In which life, shifted by it; none of them: running. */
	EMU_WHEN_DOWN	= 1 << 24,
	EMU_WHEN_ENABLED = EMU_WHEN_DOWN << EMU_ENABLED,
	EMU_WHEN_RUNNING = EMU_WHEN_DOWN << EMU_RUNNING,
	EMU_WHEN_UP	= EMU_WHEN_ENABLED | EMU_WHEN_RUNNING,
	EMU_WHEN	= EMU_WHEN_DOWN | EMU_WHEN_UP,
	EMU_SHARED	= 1 << 30, /* EMU_SHARED_UID, too, as the kernel */
	EMU_KERNEL	= 1 << 31, /* uid 0 only */
};

struct emu_command {
	uint16_t opcode;
	uint32_t in_min;
	uint32_t in_max;
	uint32_t out_min;
	uint16_t op_mod_last;
	uint32_t needs;
	emu_handler_t *handler;
};

extern const struct emu_command emu_commands[];
extern const uint32_t emu_n_commands;

/* Too wide a value loses its high bits, as in a register of the hardware. */
static inline void emu_set(void *bytes, uint32_t len, struct prm_bits at,
			   uint64_t value)
{
	if (at.width < 64)
		value &= ((uint64_t)1 << at.width) - 1;
	if (!prm_set(bytes, len, at, value))
		return;
}

/* Every field a handler asks for is inside what its row's lengths promise. */
#define EMU_IN(call, layout, field)					\
	prm_value((call)->in, (call)->in_len, PRM_AT(layout, field))
#define EMU_OUT(call, layout, field, value)				\
	emu_set((call)->out, (call)->out_len, PRM_AT(layout, field), value)

/* layout.c */
enum emu_purpose {
	EMU_NAMED,	/* all bits that any line of the schema names */
	EMU_INDEX,	/* those that select the instance */
	EMU_STORED,	/* those that a write changes */
};

void emu_mark(const struct prm_layout *layout, enum emu_purpose purpose,
	      uint8_t *mask, uint32_t size);
bool emu_layout_is_open(const struct prm_layout *layout);
/* "hw_info.device_id"; false where there is no such number or string. */
bool emu_find_bits(const struct prm_layout *layout, const char *path,
		   struct prm_bits *at);

/* objects.c, memory.c, mkeys.c, event-queues.c: see objects.h */
emu_handler_t emu_create_uctx, emu_destroy_uctx, emu_alloc_pd, emu_dealloc_pd,
	      emu_alloc_uar, emu_dealloc_uar, emu_create_umem,
	      emu_destroy_umem, emu_create_mkey, emu_destroy_mkey,
	      emu_create_eq, emu_destroy_eq;

/* host.c: memory of the machine, 0 or -EFAULT, and its interrupts. */
int emu_host_read(const struct emu_device *device, uint64_t address,
		  void *bytes, size_t len);
int emu_host_write(const struct emu_device *device, uint64_t address,
		   const void *bytes, size_t len);
void emu_host_interrupt(const struct emu_device *device, uint32_t vector);

/* objects-queries.c: commands that show an object. */
enum emu_query_flags {
	EMU_OF_VPORT	= 1 << 0, /* id: a port of the switch; 0 is the own one */
	EMU_MADE	= 1 << 1, /* by a driver: gone after a reset */
};

#define EMU_MAX_REFUSED 3
#define EMU_MAX_KEPT 3
#define EMU_MAX_SPARED 4

/* Bytes that stand in the create command where the query has them. */
struct emu_kept {
	uint32_t from;
	uint32_t to;
};

struct emu_query {
	uint16_t opcode;
	const char *kind;	/* in documents */
	uint32_t flags;
	enum emu_kind made;	/* commands make them; 0: they do not */
	struct emu_kept kept[EMU_MAX_KEPT];
	/* What changed since then. */
	void (*show)(const struct emu_slot *slot, uint8_t *out,
		     uint32_t out_len);
	struct prm_bits id;	/* in the inbox; no width: the only one */
	struct prm_bits select;
	struct prm_bits other_vport;
	struct prm_bits port;	/* of the card; 0 is the only one */
	struct prm_bits clear;
	struct prm_bits spared[EMU_MAX_SPARED]; /* by that: it counts nothing */
	struct prm_bits link;	/* in the outbox: zero while the port has none */
	struct prm_bits refused[EMU_MAX_REFUSED]; /* not offered: must be 0 */
	const char *offered;	/* by this general capability; NULL: always */
};

/* The object as its query shows it now; false: there is none. */
bool emu_object_show(struct emu_device *device, const struct emu_query *query,
		     uint32_t id, uint64_t select, uint8_t *out,
		     uint32_t out_len);

const struct emu_query *emu_query_by_kind(const char *kind);
const struct emu_query *emu_query_of_made(enum emu_kind kind);
extern const struct emu_query emu_queries[];
extern const uint32_t emu_n_queries;
emu_handler_t emu_query_object, emu_query_general_object;

/* unoffered.c: known to firmware, but not of this device. */
bool emu_is_unoffered(uint16_t opcode);

/* objects-stored.c */
struct emu_object *emu_stored_find(const struct emu_personality *personality,
				   const struct emu_query *query, uint32_t id,
				   uint64_t select);
void emu_stored_show(const struct emu_object *object, uint64_t now_ms,
		     uint8_t *out, uint32_t out_len);
int emu_stored_copy(struct emu_personality *to,
		    const struct emu_personality *from);
/* Those of kinds that drivers make. */
void emu_stored_forget(struct emu_personality *personality);
void emu_stored_clear(struct emu_personality *personality);

/* identity.c: of MSI-X, which event queues may name. */
uint32_t emu_n_vectors(const struct emu_personality *personality);

/* capabilities.c */
#define EMU_DEBUG 0x0d		/* types of QUERY_HCA_CAP */
#define EMU_DEVICE_EVENTS 0x14

struct emu_capability *
emu_capability_find(const struct emu_personality *personality, uint16_t type);
uint64_t emu_general_capability(const struct emu_personality *personality,
				const char *field);
uint64_t emu_capability_value(const struct emu_personality *personality,
			      uint16_t type, const char *field);
void emu_capabilities_reset(struct emu_personality *personality);
emu_handler_t emu_query_hca_cap, emu_set_hca_cap;

/* function.c */
bool emu_is_timely(const struct emu_device *device,
		   const struct emu_command *command);
emu_handler_t emu_enable_hca, emu_disable_hca, emu_init_hca, emu_teardown_hca,
	      emu_query_issi, emu_set_issi, emu_set_driver_version,
	      emu_query_driver_version;

/* pages.c */
int emu_pages_create(struct emu_device *device);
void emu_pages_forget(struct emu_device *device);
bool emu_pages_suffice(const struct emu_device *device);
emu_handler_t emu_query_pages, emu_manage_pages;

/* registers.c, register-rules.c */
typedef enum emu_failure emu_register_read_t(struct emu_device *device,
					     const struct emu_register *reg,
					     const uint8_t *request,
					     uint8_t *answer);
/* `before` is the register as it was; reg has the stored fields already. */
typedef enum emu_failure emu_register_write_t(struct emu_device *device,
					      struct emu_register *reg,
					      const uint8_t *before,
					      const uint8_t *request);

/* One that does something, for whoever sent it; its answer is all it says. */
typedef enum emu_failure emu_register_act_t(struct emu_call *call,
					    const uint8_t *request,
					    uint8_t *answer);

enum emu_register_flags {
	EMU_WRITABLE	= 1 << 0,
	EMU_COMPOSED	= 1 << 1, /* there without instances; index is `read`'s */
};

struct emu_register_rule {
	uint16_t id;
	uint32_t flags;
	const char *selects;	/* a field that selects, too, though not `index` */
	const char *alike;	/* an `index` whose values mean the same here */
	const char *clear;	/* a field that, set in a read, zeroes ... */
	const char *cleared;	/* ... this one afterwards */
	const char *data;	/* of a write, and ... */
	const char *length;	/* ... how many bytes of it there must be */
	emu_register_read_t *read;
	emu_register_write_t *write;
	emu_register_act_t *act; /* instead of a read */
	const char *offered;	/* there by this DEBUG capability only ... */
	uint16_t with;		/* ... or with this register */
};

const struct emu_register_rule *emu_register_rule(uint16_t id);
extern const struct emu_register_rule emu_register_rules[];
extern const uint32_t emu_n_register_rules;
struct emu_register *emu_first_register(const struct emu_personality *state,
					uint16_t id);
bool emu_has_register(const struct emu_device *device, uint16_t id);
/* What selects an instance is the same in both; without a layout there is one. */
bool emu_is_one_instance(uint16_t id, const struct prm_layout *layout,
			 const uint8_t *a, const uint8_t *b);
uint64_t emu_uptime_ms(const struct emu_device *device);
emu_handler_t emu_access_register;

/* counters.c */
struct emu_moving {
	const uint8_t *bytes;	/* what they were */
	const uint8_t *rates;	/* what they gain in a second */
	uint32_t size;		/* of both */
	uint64_t ms;
	uint8_t *answer;	/* what they are `ms` later */
	uint32_t answer_len;
};

/* Every number of a layout by its own rate; most have none. */
void emu_move(const struct emu_moving *moving, const struct prm_layout *layout,
	      uint32_t base);
void emu_counters_now(const struct emu_device *device,
		      const struct emu_register *reg, uint8_t *answer);
/* From now on they begin with what they are now. */
void emu_counters_settle(const struct emu_device *device,
			 struct emu_register *reg);
void emu_counters_clear(const struct emu_device *device,
			struct emu_register *reg, const char *path);

/* register-rules.c: a field by its name in the schema; 0 where there is none. */
uint64_t emu_field(const struct prm_layout *layout, const uint8_t *bytes,
		   const char *path);
void emu_set_field(const struct prm_layout *layout, uint8_t *bytes,
		   const char *path, uint64_t value);

/* link.c: whether a local port has one, which drivers take down and up. */
bool emu_has_link(const struct emu_device *device, uint64_t port);
emu_register_read_t emu_read_link;
emu_register_write_t emu_write_paos, emu_write_ptys;

/* modules.c, nv.c, nv-state.c */
emu_register_read_t emu_read_mcia, emu_read_mnvda, emu_read_mnvqc;
emu_register_write_t emu_write_mnvda, emu_write_mnvia;
void emu_nv_reset(struct emu_personality *state);
uint32_t emu_nv_changes(const struct emu_personality *state, enum emu_reset how,
			struct emu_nv_change *changes, uint32_t most);

/* dumps.c */
emu_register_act_t emu_read_resource_dump, emu_read_core_dump;

/* tracer-registers.c */
emu_register_read_t emu_read_mtrc_cap, emu_read_mtrc_ctrl;
emu_register_write_t emu_write_mtrc_cap, emu_write_mtrc_conf,
		     emu_write_mtrc_ctrl;
emu_register_act_t emu_read_mtrc_stdb;

/* nv-rules.c: whether an item may have these bytes at the next reset. */
bool emu_nv_allows(const struct emu_personality *state,
		   const struct emu_nv_item *item, const uint8_t *bytes);

/* diagnostics.c */
emu_handler_t emu_set_diagnostic_params, emu_query_diagnostic_params,
	      emu_query_diagnostic_counters;
const struct emu_counter *
emu_counter_find(const struct emu_personality *state, uint64_t id);
enum emu_failure emu_check_sampling(const struct emu_personality *state,
				    const struct emu_sampling *sampling);
void emu_give_counters(struct emu_personality *personality);

/* given.c: fields whose value comes from elsewhere, by register and path. */
enum emu_source {
	EMU_FROM_NUMBER,
	EMU_FROM_TEXT,
	EMU_COMPUTED,
};

struct emu_given {
	const char *where;	/* a register's or capability type's name */
	const char *path;
	enum emu_source source;
	uint32_t which;		/* enum emu_number or emu_text */
	uint32_t shift;
};

const struct emu_given *emu_given_find(const char *where, const char *path);
void emu_give(const struct emu_personality *personality, const char *where,
	      const struct prm_layout *layout, uint8_t *bytes, uint32_t size);

/* personality.c */
extern const char *const emu_number_keys[EMU_N_NUMBERS];
extern const char *const emu_text_keys[EMU_N_TEXTS];
/* NULL: no memory. */
void *emu_copy_of(const void *from, size_t size);
int emu_personality_copy(struct emu_personality *to,
			 const struct emu_personality *from);
void emu_personality_clear(struct emu_personality *personality);

#endif
