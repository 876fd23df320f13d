// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* One client after the other. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "parts.h"

struct vfu_server *vfu_create(void)
{
	struct vfu_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	vfu_memory_init(&server->memory);
	vfu_irqs_init(&server->irqs);
	return server;
}

static int begin(struct vfu_server *server, const struct vfu_function *function,
		 const struct vfu_transport *transport, void *link)
{
	server->function = *function;
	server->transport = transport;
	server->link = link;
	return vfu_irqs_resize(&server->irqs, function->irqs);
}

/* A client is gone: first what was its own, then what it did to the function. */
static void forget_client(struct vfu_server *server)
{
	vfu_irqs_drop(&server->irqs);
	vfu_memory_unmap_all(&server->memory);
	server->function.reset(server->function.context);
	server->transport->hang_up(server->link);
}

static void *serve(void *context)
{
	struct vfu_server *server = context;

	while (!server->transport->accept(server->link)) {
		vfu_converse(server);
		forget_client(server);
	}
	return NULL;
}

int vfu_serve(struct vfu_server *server, const struct vfu_function *function,
	      const struct vfu_transport *transport, void *link)
{
	int error = begin(server, function, transport, link);

	if (!error)
		serve(server);
	transport->destroy(link);
	return error;
}

int vfu_listen(struct vfu_server *server, const struct vfu_function *function,
	       const char *path)
{
	void *link;
	int error = vfu_socket_create(path, &link);

	if (error)
		return error;
	error = begin(server, function, &vfu_socket, link);
	if (!error)
		error = -pthread_create(&server->thread, NULL, serve, server);
	if (error)
		vfu_socket.destroy(link);
	server->has_thread = !error;
	return error;
}

void vfu_destroy(struct vfu_server *server)
{
	if (!server)
		return;
	if (server->has_thread) {
		server->transport->stop(server->link);
		pthread_join(server->thread, NULL);
		server->transport->destroy(server->link);
	}
	vfu_memory_destroy(&server->memory);
	vfu_irqs_destroy(&server->irqs);
	free(server);
}
