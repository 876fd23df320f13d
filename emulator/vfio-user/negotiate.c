// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The first message: versions, and capabilities as JSON. We answer those that
 * the client named, with what we can; others have defaults that we fulfil.
 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "parts.h"

#define MAX_DEPTH	8

static const struct capability {
	const char *name;
	enum json_type type;
	int64_t ours;		/* 0: understood, but not offered */
} capabilities[] = {
	{ "max_msg_fds", json_type_int, VFU_MAX_FDS },
	{ "max_data_xfer_size", json_type_int, VFU_MAX_TRANSFER },
	{ "max_dma_maps", json_type_int, VFU_MAX_MAPS },
	{ "pgsizes", json_type_int, VFU_PAGE },
	{ "write_multiple", json_type_boolean, 0 },
	{ "twin_socket", json_type_object, 0 },
	{ "migration", json_type_object, 0 },
};

/* Of pages of other sizes only, no map would be possible. */
static bool is_acceptable(const struct capability *capability,
			  struct json_object *theirs)
{
	int64_t value;

	if (!json_object_is_type(theirs, capability->type))
		return false;
	if (capability->type != json_type_int)
		return true;
	value = json_object_get_int64(theirs);
	return value >= 0 && (strcmp(capability->name, "pgsizes") ||
			      value & VFU_PAGE);
}

static int answer_capabilities(struct json_object *theirs,
			       struct json_object *ours)
{
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities);
	     i++) {
		const struct capability *capability = &capabilities[i];
		struct json_object *value;

		if (!json_object_object_get_ex(theirs, capability->name,
					       &value))
			continue;
		if (!is_acceptable(capability, value))
			return -EINVAL;
		if (capability->ours)
			json_object_object_add(ours, capability->name,
				json_object_new_int64(capability->ours));
	}
	return 0;
}

/* What the client says is an object, or nothing at all. */
static int parse(const char *text, uint32_t len, struct json_object **root)
{
	struct json_tokener *tokener;

	*root = NULL;
	if (!len)
		return 0;
	if (memchr(text, 0, len) != text + len - 1)
		return -EINVAL;
	tokener = json_tokener_new_ex(MAX_DEPTH);
	if (!tokener)
		return -ENOMEM;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
					JSON_TOKENER_VALIDATE_UTF8);
	*root = json_tokener_parse_ex(tokener, text, len);
	json_tokener_free(tokener);
	return json_object_is_type(*root, json_type_object) ? 0 : -EINVAL;
}

/* Our minor version is the least there is: none proposes less. */
static int compose(struct vfu_reply *reply, struct json_object *root)
{
	const char *text = json_object_to_json_string(root);
	uint32_t len = strlen(text) + 1;
	struct vfu_version *answer;

	answer = vfu_reply_payload(reply, sizeof(*answer) + len);
	if (!answer)
		return -ENOMEM;
	answer->major = VFU_MAJOR;
	answer->minor = VFU_MINOR;
	memcpy(answer->data, text, len);
	return 0;
}

int vfu_negotiate(struct vfu_server *server, struct vfu_message *message,
		  struct vfu_reply *reply)
{
	const struct vfu_version *version = (void *)message->payload;
	struct json_object *ours = json_object_new_object();
	struct json_object *root = json_object_new_object();
	struct json_object *theirs, *given;
	int error;

	json_object_object_add(root, "capabilities", ours);
	error = parse(version->data, message->len - sizeof(*version), &theirs);
	if (server->is_negotiated || version->major != VFU_MAJOR)
		error = -EINVAL;
	if (!error && json_object_object_get_ex(theirs, "capabilities", &given))
		error = json_object_is_type(given, json_type_object) ?
			answer_capabilities(given, ours) : -EINVAL;
	if (!error)
		error = compose(reply, root);
	server->is_negotiated |= !error;
	json_object_put(theirs);
	json_object_put(root);
	return error;
}
