// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Messages of one client, in the order they come, until it is gone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "parts.h"

#define MAX_PAYLOAD	(sizeof(struct vfu_region_access) + VFU_MAX_TRANSFER)

void *vfu_reply_payload(struct vfu_reply *reply, uint32_t len)
{
	reply->bytes = calloc(1, sizeof(struct vfu_header) + len);
	reply->len = len;
	return reply->bytes ? reply->bytes + sizeof(struct vfu_header) : NULL;
}

/* All of len bytes; -EPIPE: the client went away before. */
static int receive(struct vfu_server *server, void *bytes, size_t len,
		   struct vfu_fds *fds)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = server->transport->receive(server->link,
						       (char *)bytes + done,
						       len - done, fds);

		if (n <= 0)
			return n ? n : -EPIPE;
		done += n;
	}
	return 0;
}

static int answer(struct vfu_server *server, const struct vfu_header *asked,
		  struct vfu_reply *reply, int error)
{
	struct vfu_header header = {
		.id = asked->id,
		.command = asked->command,
		.size = sizeof(header) + (error ? 0 : reply->len),
		.flags = error ? VFU_REPLY | VFU_ERROR : VFU_REPLY,
		.error = -error,
	};

	if (asked->flags & VFU_NO_REPLY)
		return 0;
	if (error || !reply->bytes)
		return server->transport->send(server->link, &header,
					       sizeof(header));
	memcpy(reply->bytes, &header, sizeof(header));
	return server->transport->send(server->link, reply->bytes, header.size);
}

/* A size that we cannot follow leaves no way to find the next message. */
static int receive_payload(struct vfu_server *server,
			   struct vfu_message *message)
{
	message->len = message->header.size - sizeof(message->header);
	if (message->header.size < sizeof(message->header) ||
	    message->len > MAX_PAYLOAD)
		return -EMSGSIZE;
	message->payload = malloc(message->len ? message->len : 1);
	if (!message->payload)
		return -ENOMEM;
	return receive(server, message->payload, message->len, &message->fds);
}

static int execute(struct vfu_server *server, struct vfu_message *message,
		   struct vfu_reply *reply)
{
	/* Nothing of ours waits for a reply, and there are no other types. */
	if (message->header.flags & ~VFU_NO_REPLY)
		return -EINVAL;
	if (!server->is_negotiated && message->header.command != VFU_VERSION)
		return -EINVAL;
	return vfu_execute(server, message, reply);
}

/* Whatever fails before a version is agreed on ends the conversation. */
static int converse_once(struct vfu_server *server)
{
	struct vfu_message message = {};
	struct vfu_reply reply = {};
	int error, broken;

	broken = receive(server, &message.header, sizeof(message.header),
			 &message.fds);
	if (broken)
		goto out;
	broken = receive_payload(server, &message);
	error = broken ? broken : execute(server, &message, &reply);
	/* Who has an answer can rely on nothing being left to do. */
	vfu_fds_close(&message.fds);
	if (broken != -EPIPE)
		error = answer(server, &message.header, &reply, error);
	if (!broken)
		broken = server->is_negotiated ? error : -EPROTO;
out:
	vfu_fds_close(&message.fds);
	free(message.payload);
	free(reply.bytes);
	return broken;
}

void vfu_converse(struct vfu_server *server)
{
	server->is_negotiated = false;
	while (!converse_once(server))
		;
}
