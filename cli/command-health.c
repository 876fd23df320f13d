// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * mlx5ctl health: what is wrong, on one screen. The firmware's own word, the
 * screens of link and temp, counters of errors, and the sentences that follow.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "build.h"
#include "health.h"
#include "prm-offsets.h"
#include "session.h"
#include "text.h"

#define COUNTERS_AT 8		/* PPCNT and MPCNT: where a group begins */
#define MOST_BYTES 528

#define MOST_COUNTERS_OF_SOURCE 13

/* Counters of which anything but 0 is worth a look. */
struct source {
	const char *area;
	u16 reg;		/* 0: QUERY_VNIC_ENV */
	u8 grp;
	const char *layout;
	/* "X", which may be X_high and X_low there; NULL ends them. */
	const char *counters[MOST_COUNTERS_OF_SOURCE];
};

static const struct source sources[] = {
	{ "function", 0, 0, "vnic_diagnostic_statistics", {
		"total_error_queues", "nic_receive_steering_discard",
		"receive_discard_vport_down", "transmit_discard_vport_down",
		"async_eq_overrun", "comp_eq_overrun", "cq_overrun",
		"invalid_command", "quota_exceeded_command",
		"internal_rq_out_of_buffer", "generated_pkt_steering_fail",
		"handled_pkt_steering_fail" } },
	{ "pcie", PRM_REG_MPCNT, 0, "pcie_perf_counters", {
		"rx_errors", "tx_errors", "crc_error_dllp", "crc_error_tlp",
		"tx_overflow_buffer_pkt", "fec_uncorrectable_error_counter",
		"l0_to_recovery" } },
	{ "port", PRM_REG_PPCNT, 0x12, "phys_layer_cntrs", {
		"symbol_errors", "rs_fec_uncorrectable_blocks",
		"link_down_events", "unintentional_link_down_events" } },
	{ "port", PRM_REG_PPCNT, 0x01, "eth_2863_cntrs_grp_data_layout", {
		"if_in_discards", "if_in_errors", "if_out_discards",
		"if_out_errors" } },
	{ "port", PRM_REG_PPCNT, 0x00, "eth_802_3_cntrs_grp_data_layout", {
		"a_frame_check_sequence_errors", "a_alignment_errors" } },
};

/* The bits of "X" where there is one, else of X_high and X_low as one. */
static struct prm_bits find_counter(const struct prm_layout *layout,
				    const char *name)
{
	const struct prm_field *field = prm_field_by_name(layout, name);
	char high[80];

	if (field)
		return field->at;
	snprintf(high, sizeof(high), "%s_high", name);
	field = prm_field_by_name(layout, high);
	return field ? (struct prm_bits){ field->at.offset, 64 } :
		       (struct prm_bits){ 0, 0 };
}

static struct json_object *counters_json(const struct source *source,
					 const u8 *bytes, u32 len)
{
	const struct prm_layout *layout = prm_layout_by_name(source->layout);
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; source->counters[i]; i++) {
		const char *name = source->counters[i];
		struct json_object *row;
		char text[24];
		u64 value;

		if (!prm_get(bytes, len, find_counter(layout, name), &value))
			continue;
		row = json_object_new_object();
		put_text(row, "name", name);
		snprintf(text, sizeof(text), "0x%016" PRIx64, value);
		put_text(row, "value", text);
		put_object(rows, NULL, row);
	}
	return rows;
}

/* Of one instance: 0, and the bytes of its counters; or as attempt_exec(). */
static int read_source(struct invocation *invocation,
		       const struct source *source, u32 port, u8 *bytes,
		       struct failure *failure)
{
	u8 in[PRM_SIZE(query_vnic_env_in)] = { 0 };
	struct prm_bits index = PRM_AT(ppcnt, local_port);
	int result;

	memset(bytes, 0, MOST_BYTES);
	if (!source->reg) {
		if (!prm_set(in, sizeof(in), PRM_AT(query_vnic_env_in, opcode),
			     PRM_OP_QUERY_VNIC_ENV))
			return fail_memory(invocation);
		result = attempt_exec(invocation, in, sizeof(in), bytes,
				      PRM_SIZE(query_vnic_env_out), failure);
		memmove(bytes, bytes + PRM_HEADER_BYTES,
			MOST_BYTES - PRM_HEADER_BYTES);
		return result;
	}
	/* The two registers have their group in the same bits. */
	if (!prm_set(bytes, MOST_BYTES, PRM_AT(ppcnt, grp), source->grp) ||
	    (source->reg == PRM_REG_PPCNT &&
	     !prm_set(bytes, MOST_BYTES, index, port)))
		return fail_memory(invocation);
	result = attempt_read_register(invocation, source->reg, bytes,
				       PRM_SIZE(ppcnt), failure);
	memmove(bytes, bytes + COUNTERS_AT, PRM_SIZE(ppcnt) - COUNTERS_AT);
	return result;
}

static int add_source(struct invocation *invocation,
		      const struct source *source, u32 port,
		      struct json_object *areas)
{
	struct json_object *area;
	struct failure failure;
	u8 bytes[MOST_BYTES];
	int result;

	result = read_source(invocation, source, port, bytes, &failure);
	if (result == 1 || result < 0)
		return result;
	area = json_object_new_object();
	put_text(area, "area", source->area);
	if (source->reg == PRM_REG_PPCNT)
		put_number(area, "port", port);
	else
		put_object(area, "port", NULL);
	put_object(area, "counters", result ? json_object_new_array() :
		   counters_json(source, bytes, sizeof(bytes)));
	put_refusal(area, "error", result ? &failure : NULL);
	put_object(areas, NULL, area);
	return 0;
}

/* Counters of the function and of PCIe once, of ports for each. */
static void add_counters(struct invocation *invocation,
			 struct json_object *data)
{
	struct json_object *areas = json_object_new_array();
	struct json_object *ports = get(data, "ports");
	int result = invocation->failure.happened ? -1 : 0;

	put_object(data, "areas", areas);
	for (size_t i = 0; !result && i < ARRAY_SIZE(sources); i++)
		if (sources[i].reg != PRM_REG_PPCNT)
			result = add_source(invocation, &sources[i], 0, areas);
	for (size_t k = 0; !result && k < json_object_array_length(ports); k++) {
		struct json_object *port = json_object_array_get_idx(ports, k);

		for (size_t i = 0; !result && i < ARRAY_SIZE(sources); i++)
			if (sources[i].reg == PRM_REG_PPCNT)
				result = add_source(invocation, &sources[i],
						    get_number(port, "port"),
						    areas);
	}
}

__attribute__((format(printf, 2, 3)))
static void find(struct json_object *findings, const char *format, ...)
{
	va_list arguments;
	char text[512];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put_text(findings, NULL, text);
}

/* An error is its own; that none is plugged in is one where a link is wanted. */
static void judge_module(struct json_object *port, bool is_missed,
			 struct json_object *findings)
{
	u64 number = get_number(port, "module");
	bool has_name = get(port, "module_error.name");

	if (get(port, "module_error"))
		find(findings, "module %" PRIu64 ": plugged with error: %s",
		     number, get_text(port, has_name ? "module_error.name" :
						       "module_error.value"));
	else if (is_missed && !strcmp(get_text(port, "module_state.name"),
				      "unplugged"))
		find(findings, "module %" PRIu64 ": unplugged, and port %" PRIu64 " is wanted up",
		     number, get_number(port, "port"));
}

static void judge_port(struct json_object *port, struct json_object *findings)
{
	u64 number = get_number(port, "port");
	const char *wanted = get_text(port, "admin_state.name");
	const char *state = get_text(port, "state.name");
	const char *words = get_text(port, "trouble_text");
	bool is_missed = !strcmp(wanted, "up") && strcmp(state, "up");

	if (is_missed)
		find(findings, "port %" PRIu64 " is wanted up, and is %s",
		     number, state[0] ? state : "not");
	/* A port that is down on purpose always has one: that it is closed. */
	if (get_number(port, "trouble") &&
	    strcmp(wanted, "down_by_configuration"))
		find(findings, "port %" PRIu64 " has trouble %" PRIu64 ": %s",
		     number, get_number(port, "trouble"),
		     words[0] ? words : "the device has no words for it");
	judge_module(port, is_missed, findings);
}

static void judge_sensor(struct json_object *sensor,
			 struct json_object *findings)
{
	int64_t now = get_number(sensor, "temperature_millidegrees");
	int64_t warns = get_number(sensor, "threshold_millidegrees");

	if (get(sensor, "temperature_millidegrees") &&
	    get(sensor, "threshold_millidegrees") && warns && now >= warns)
		find(findings, "sensor %" PRIu64 " (%s) is at %" PRId64 " C, and warns at %" PRId64 " C",
		     get_number(sensor, "sensor"), get_text(sensor, "name"),
		     now / 1000, warns / 1000);
}

static void judge_all(struct json_object *rows, struct json_object *findings,
		      void (*judge)(struct json_object *row,
				    struct json_object *findings))
{
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		judge(json_object_array_get_idx(rows, i), findings);
}

/* What another command shows, as far as it comes. */
static struct json_object *take(struct invocation *invocation,
				int (*run)(struct invocation *invocation))
{
	struct json_object *data;

	if (!invocation->failure.happened)
		run(invocation);
	data = invocation->data;
	invocation->data = NULL;
	return data ? data : json_object_new_array();
}

/* A card may refuse to say which sensors it has: the rest is worth having. */
static void add_sensors(struct invocation *invocation, struct json_object *data)
{
	struct failure *failure = &invocation->failure;
	struct json_object *sensors = take(invocation, run_temp);
	bool is_refused = failure->happened &&
			  (failure->status == EXIT_DEVICE ||
			   failure->status == EXIT_REFUSED);

	put_object(data, "sensors", sensors);
	put_refusal(data, "sensors_error", is_refused ? failure : NULL);
	if (is_refused)
		*failure = (struct failure){ .happened = false };
}

/* That a device answers no more is what health is asked for. 0, or -1. */
static int judge_end(struct invocation *invocation, struct json_object *data)
{
	struct failure *failure = &invocation->failure;

	if (failure->happened && (failure->status != EXIT_SYSTEM ||
				  !strcmp(failure->code, "no-memory")))
		return -1;
	put_refusal(data, "ended_by", failure->happened ? failure : NULL);
	if (failure->happened)
		find(get(data, "findings"), "not all could be asked: %s",
		     failure->message);
	*failure = (struct failure){ .happened = false };
	return 0;
}

static void judge(struct json_object *data)
{
	struct json_object *findings = get(data, "findings");

	health_judge_device(get(data, "firmware"), findings);
	judge_all(get(data, "ports"), findings, judge_port);
	judge_all(get(data, "sensors"), findings, judge_sensor);
}

/*
 * What needs no command comes last, as it shows what the others brought about;
 * but which function it is, a device says only while it answers.
 */
int run_health(struct invocation *invocation)
{
	struct mlx5ctl_device_info info = { "" };
	struct json_object *data;

	if (option_given(invocation, "dry-run"))
		return run_link(invocation);
	session_info(invocation, &info);
	if (!invocation->device)
		return -1;
	data = json_object_new_object();
	put_object(data, "findings", json_object_new_array());
	put_object(data, "ports", take(invocation, run_link));
	add_sensors(invocation, data);
	add_counters(invocation, data);
	put_object(data, "firmware",
		   health_device(info.device[0] ? info.device :
						  invocation->device_name));
	judge(data);
	if (judge_end(invocation, data)) {
		json_object_put(data);
		return -1;
	}
	if (get_count(data, "findings"))
		invocation->status = EXIT_FINDING;
	invocation->data = data;
	return 0;
}

static bool has_unread(struct json_object *rows)
{
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		if (get_count(json_object_array_get_idx(rows, i), "unread"))
			return true;
	return false;
}

static bool is_all_read(struct json_object *data)
{
	struct json_object *reporters = get(data, "firmware.reporters");
	size_t n = json_object_array_length(reporters);

	for (size_t i = 0; i < n; i++)
		if (get(json_object_array_get_idx(reporters, i), "unreadable"))
			return false;
	return (n || get(data, "firmware.health_buffer")) &&
	       get_count(data, "sensors") &&
	       !has_unread(get(data, "sensors")) &&
	       !has_unread(get(data, "ports"));
}

static void show_refusal(struct json_object *error)
{
	if (!error)
		return;
	fputs("  -: ", stdout);
	print_safe(stdout, get_text(error, "message"));
	putchar('\n');
}

/* Those that have counted; how many have not is added to *zero. */
static void show_area(struct json_object *area, size_t *zero)
{
	struct json_object *counters = get(area, "counters");

	for (size_t i = 0; i < json_object_array_length(counters); i++) {
		struct json_object *row = json_object_array_get_idx(counters, i);
		u64 value = strtoull(get_text(row, "value"), NULL, 16);

		*zero += !value;
		if (value)
			printf("  %-32s%" PRIu64 "\n", get_text(row, "name"),
			       value);
	}
	show_refusal(get(area, "error"));
}

/* The areas of one name and port stand together. */
static void show_areas(struct json_object *areas)
{
	size_t n = json_object_array_length(areas);
	char title[32], before[32] = "";
	size_t zero = 0;

	for (size_t i = 0; i <= n; i++) {
		struct json_object *area = i < n ?
			json_object_array_get_idx(areas, i) : NULL;

		snprintf(title, sizeof(title), "%s", get_text(area, "area"));
		if (get(area, "port"))
			snprintf(title, sizeof(title), "port %" PRIu64,
				 get_number(area, "port"));
		if (strcmp(title, before)) {
			if (zero)
				printf("  %-32s%zu\n", "counters at zero", zero);
			zero = 0;
			if (area)
				printf("%s\n", title);
		}
		strcpy(before, title);
		if (area)
			show_area(area, &zero);
	}
}

void show_health(struct invocation *invocation)
{
	struct json_object *data = invocation->data;
	struct json_object *findings = get(data, "findings");

	for (size_t i = 0; i < json_object_array_length(findings); i++) {
		fputs("! ", stdout);
		print_safe(stdout, json_object_get_string(
			json_object_array_get_idx(findings, i)));
		putchar('\n');
	}
	if (!json_object_array_length(findings))
		puts(is_all_read(data) ?
		     "nothing is wrong with firmware, ports and temperatures" :
		     "nothing is wrong with what could be read of firmware, ports and temperatures");
	invocation->data = get(data, "ports");
	show_link(invocation);
	invocation->data = get(data, "sensors");
	show_temp(invocation);
	invocation->data = data;
	if (get(data, "sensors_error"))
		puts("sensors");
	show_refusal(get(data, "sensors_error"));
	health_show_device(get(data, "firmware"));
	puts("\ncounters of errors, since they were cleared:");
	show_areas(get(data, "areas"));
}
