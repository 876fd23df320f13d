// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Who comes is given a thread of its own, and in the end waited for. */
#include "command-server.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listener.h"

#define MOST_CLIENTS 64

struct client {
	struct emu_command_server *server;
	pthread_t thread;
	int fd;			/* -1: this place is free */
	bool has_ended;
};

struct emu_command_server {
	struct emu_device *device;
	struct emu_bus *bus;
	char *path;
	int fd;
	pthread_t thread;
	pthread_mutex_t lock;	/* of has_ended and of shutting down */
	struct client clients[MOST_CLIENTS];
};

static void *serve(void *context)
{
	struct client *client = context;

	emu_command_serve(client->server->device, client->server->bus,
			  client->fd);
	/* The client sees the end now, not when its place is needed again. */
	shutdown(client->fd, SHUT_RDWR);
	pthread_mutex_lock(&client->server->lock);
	client->has_ended = true;
	pthread_mutex_unlock(&client->server->lock);
	return NULL;
}

static void reap(struct client *client)
{
	pthread_join(client->thread, NULL);
	close(client->fd);
	client->fd = -1;
}

static bool has_ended(struct client *client)
{
	bool ended;

	pthread_mutex_lock(&client->server->lock);
	ended = client->has_ended;
	pthread_mutex_unlock(&client->server->lock);
	return ended;
}

static struct client *free_place(struct emu_command_server *server)
{
	struct client *found = NULL;

	for (int i = 0; i < MOST_CLIENTS; i++) {
		struct client *client = &server->clients[i];

		if (client->fd >= 0 && has_ended(client))
			reap(client);
		if (client->fd < 0)
			found = client;
	}
	return found;
}

/* One too many, or one there is no thread for, sees its connection end. */
static void *accept_clients(void *context)
{
	struct emu_command_server *server = context;

	for (;;) {
		int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC);
		struct client *client;

		if (fd < 0 && (errno == EINVAL || errno == EBADF))
			return NULL;
		if (fd < 0) {
			/* No descriptors, perhaps: others will be closed. */
			usleep(errno == EINTR ? 0 : 10000);
			continue;
		}
		client = free_place(server);
		if (client) {
			client->has_ended = false;
			client->fd = fd;
		}
		if (client && !pthread_create(&client->thread, NULL, serve,
					      client))
			continue;
		if (client)
			client->fd = -1;
		close(fd);
	}
}

static void release(struct emu_command_server *server)
{
	pthread_mutex_destroy(&server->lock);
	free(server->path);
	free(server);
}

struct emu_command_server *
emu_command_server_start(const char *path, struct emu_device *device,
			 struct emu_bus *bus, struct emu_problem *problem)
{
	struct emu_command_server *server = calloc(1, sizeof(*server));

	snprintf(problem->text, sizeof(problem->text), "no memory is left");
	if (!server)
		return NULL;
	server->device = device;
	server->bus = bus;
	pthread_mutex_init(&server->lock, NULL);
	for (int i = 0; i < MOST_CLIENTS; i++)
		server->clients[i] = (struct client){ server, .fd = -1 };
	server->path = strdup(path);
	if (!server->path)
		goto err_release;
	server->fd = emu_listen(path);
	if (server->fd < 0) {
		snprintf(problem->text, sizeof(problem->text),
			 "cannot serve at %.200s: %s", path,
			 emu_listen_error(server->fd));
		goto err_release;
	}
	if (pthread_create(&server->thread, NULL, accept_clients, server))
		goto err_unlink;
	return server;

err_unlink:
	close(server->fd);
	unlink(path);
err_release:
	release(server);
	return NULL;
}

void emu_command_server_stop(struct emu_command_server *server)
{
	if (!server)
		return;
	unlink(server->path);
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
	for (int i = 0; i < MOST_CLIENTS; i++) {
		if (server->clients[i].fd < 0)
			continue;
		shutdown(server->clients[i].fd, SHUT_RDWR);
		reap(&server->clients[i]);
	}
	release(server);
}
