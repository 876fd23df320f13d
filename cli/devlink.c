// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "devlink.h"

#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define BUFFER 32768
#define WAIT_SECONDS 10		/* for a kernel that waits for a device */

/* Types of values, as the kernel's own enumeration of attributes has them. */
enum {
	VALUE_U8 = 1,
	VALUE_U32 = 3,
	VALUE_U64 = 4,
	VALUE_FLAG = 6,
	VALUE_TEXT = 10,
};

struct talk {
	struct mnl_socket *socket;
	u16 family;
	u32 sequence;
	char buffer[BUFFER];
};

static struct nlmsghdr *begin(struct talk *talk, u16 type, u8 command,
			      u16 flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(talk->buffer);
	struct genlmsghdr *generic;

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	header->nlmsg_seq = ++talk->sequence;
	generic = mnl_nlmsg_put_extra_header(header, sizeof(*generic));
	generic->cmd = command;
	generic->version = 1;
	return header;
}

static int ask(struct talk *talk, const struct nlmsghdr *header, mnl_cb_t take,
	       void *context)
{
	u32 port = mnl_socket_get_portid(talk->socket);
	u32 sequence = header->nlmsg_seq;
	int result = 1;

	if (mnl_socket_sendto(talk->socket, header, header->nlmsg_len) < 0)
		return -errno;
	while (result > 0) {
		ssize_t got = mnl_socket_recvfrom(talk->socket, talk->buffer,
						  sizeof(talk->buffer));

		if (got < 0)
			return -errno;
		result = mnl_cb_run(talk->buffer, got, sequence, port, take,
				    context);
	}
	return result < 0 ? -errno : 0;
}

static int take_family(const struct nlmsghdr *header, void *context)
{
	struct nlattr *attribute;
	u16 *family = context;

	mnl_attr_for_each(attribute, header, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID &&
		    !mnl_attr_validate(attribute, MNL_TYPE_U16))
			*family = mnl_attr_get_u16(attribute);
	return MNL_CB_OK;
}

static void end(struct talk *talk)
{
	if (talk->socket)
		mnl_socket_close(talk->socket);
}

static int start(struct talk *talk)
{
	const struct timeval wait = { .tv_sec = WAIT_SECONDS };
	struct nlmsghdr *header;
	int error;

	memset(talk, 0, sizeof(*talk));
	talk->socket = mnl_socket_open(NETLINK_GENERIC);
	if (!talk->socket)
		return -errno;
	if (mnl_socket_bind(talk->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    setsockopt(mnl_socket_get_fd(talk->socket), SOL_SOCKET,
		       SO_RCVTIMEO, &wait, sizeof(wait)))
		return -errno;
	header = begin(talk, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	mnl_attr_put_strz(header, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME);
	error = ask(talk, header, take_family, &talk->family);
	return error ? error : talk->family ? 0 : -ENOENT;
}

static void name_function(struct nlmsghdr *header, const char *pci)
{
	mnl_attr_put_strz(header, DEVLINK_ATTR_BUS_NAME, "pci");
	mnl_attr_put_strz(header, DEVLINK_ATTR_DEV_NAME, pci);
}

struct reporters {
	const char *pci;
	struct devlink_reporter *at;
	u32 n;
	u32 most;
};

static bool is_text(const struct nlattr *attribute)
{
	return !mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING);
}

static void take_fields(const struct nlattr *nest,
			struct devlink_reporter *reporter)
{
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest) {
		switch (mnl_attr_get_type(attribute)) {
		case DEVLINK_ATTR_HEALTH_REPORTER_NAME:
			if (is_text(attribute))
				snprintf(reporter->name, sizeof(reporter->name),
					 "%s", mnl_attr_get_str(attribute));
			break;
		case DEVLINK_ATTR_HEALTH_REPORTER_STATE:
			if (!mnl_attr_validate(attribute, MNL_TYPE_U8))
				reporter->is_healthy =
					!mnl_attr_get_u8(attribute);
			break;
		case DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT:
			if (!mnl_attr_validate(attribute, MNL_TYPE_U64))
				reporter->errors = mnl_attr_get_u64(attribute);
			break;
		case DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT:
			if (!mnl_attr_validate(attribute, MNL_TYPE_U64))
				reporter->recoveries =
					mnl_attr_get_u64(attribute);
			break;
		}
	}
}

/* A dump is of all devices, where the kernel is an older one. */
static int take_reporter(const struct nlmsghdr *header, void *context)
{
	struct reporters *reporters = context;
	struct devlink_reporter reporter = { "" };
	const struct nlattr *attribute;
	bool is_ours = false;

	mnl_attr_for_each(attribute, header, sizeof(struct genlmsghdr)) {
		u16 type = mnl_attr_get_type(attribute);

		if (type == DEVLINK_ATTR_DEV_NAME && is_text(attribute))
			is_ours = !strcmp(mnl_attr_get_str(attribute),
					  reporters->pci);
		if (type == DEVLINK_ATTR_HEALTH_REPORTER)
			take_fields(attribute, &reporter);
	}
	if (is_ours && reporter.name[0] && reporters->n < reporters->most)
		reporters->at[reporters->n++] = reporter;
	return MNL_CB_OK;
}

int devlink_reporters(const char *pci, struct devlink_reporter *at, u32 most)
{
	struct reporters reporters = { pci, at, .most = most };
	struct nlmsghdr *header;
	struct talk talk;
	int error = start(&talk);

	if (!error) {
		header = begin(&talk, talk.family,
			       DEVLINK_CMD_HEALTH_REPORTER_GET, NLM_F_DUMP);
		name_function(header, pci);
		error = ask(&talk, header, take_reporter, &reporters);
	}
	end(&talk);
	return error ? error : (int)reporters.n;
}

struct lines {
	struct devlink_line *at;
	u32 n;
	u32 most;
	bool has_name;		/* at[n] waits for its value */
	u8 type;
};

static void take_value(struct lines *lines, const struct nlattr *attribute)
{
	struct devlink_line *line = &lines->at[lines->n];
	u64 value;

	switch (lines->type) {
	case VALUE_U8:
	case VALUE_FLAG:
		if (mnl_attr_validate(attribute, MNL_TYPE_U8))
			return;
		value = mnl_attr_get_u8(attribute);
		break;
	case VALUE_U32:
		if (mnl_attr_validate(attribute, MNL_TYPE_U32))
			return;
		value = mnl_attr_get_u32(attribute);
		break;
	case VALUE_U64:
		if (mnl_attr_validate(attribute, MNL_TYPE_U64))
			return;
		value = mnl_attr_get_u64(attribute);
		break;
	case VALUE_TEXT:
		if (is_text(attribute))
			snprintf(line->value, sizeof(line->value), "%s",
				 mnl_attr_get_str(attribute));
		lines->n++;
		return;
	default:
		return;
	}
	snprintf(line->value, sizeof(line->value), "%" PRIu64, value);
	lines->n++;
}

/* Flat: a name, a type, a value; what nests them does not matter here. */
static int take_diagnosis(const struct nlmsghdr *header, void *context)
{
	const struct nlattr *nest, *attribute;
	struct lines *lines = context;

	mnl_attr_for_each(nest, header, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(nest) != DEVLINK_ATTR_FMSG)
			continue;
		mnl_attr_for_each_nested(attribute, nest) {
			u16 type = mnl_attr_get_type(attribute);

			if (lines->n == lines->most)
				return MNL_CB_OK;
			if (type == DEVLINK_ATTR_FMSG_OBJ_NAME &&
			    is_text(attribute)) {
				snprintf(lines->at[lines->n].name,
					 sizeof(lines->at->name), "%s",
					 mnl_attr_get_str(attribute));
				lines->at[lines->n].value[0] = '\0';
				lines->has_name = true;
			} else if (type == DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE &&
				   !mnl_attr_validate(attribute, MNL_TYPE_U8)) {
				lines->type = mnl_attr_get_u8(attribute);
			} else if (type == DEVLINK_ATTR_FMSG_OBJ_VALUE_DATA &&
				   lines->has_name) {
				take_value(lines, attribute);
				lines->has_name = false;
			}
		}
	}
	return MNL_CB_OK;
}

int devlink_diagnose(const char *pci, const char *reporter,
		     struct devlink_line *at, u32 most)
{
	struct lines lines = { at, .most = most };
	struct nlmsghdr *header;
	struct talk talk;
	int error = start(&talk);

	if (!error) {
		header = begin(&talk, talk.family,
			       DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE,
			       NLM_F_ACK);
		name_function(header, pci);
		mnl_attr_put_strz(header, DEVLINK_ATTR_HEALTH_REPORTER_NAME,
				  reporter);
		error = ask(&talk, header, take_diagnosis, &lines);
	}
	end(&talk);
	return error ? error : (int)lines.n;
}
