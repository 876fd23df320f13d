/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A device behind a command socket, and a client of it by the tool's transport. */
#ifndef SERVED_H
#define SERVED_H

#include "command-server.h"
#include "emu-transport.h"
#include "mlx5ctl.h"
#include "unit.h"

struct served {
	struct emu_device *device;
	struct emu_bus *bus;
	struct emu_command_server *server;
	struct mlx5ctl_device *client;
};

/* Where they are: a folder for the group of tests, the socket, its name. */
extern char served_folder[64], served_path[128], served_name[160];
int served_make_folder(void **state);
int served_drop_folder(void **state);

struct served *served_begin(void);
struct mlx5ctl_device *served_connect(void);
/* A command of an opcode alone, as mlx5ctl_exec() says of it. */
int served_send(struct mlx5ctl_device *client, u16 opcode);
/* Clients of their own making, for what the tool never says: connected; and greeted, too. */
int served_silent(void);
int served_raw(void);
void served_start(struct served *served);
void served_stop(struct served *served);
void served_end(struct served *served);
/* The same of one that is the state of a test. */
int served_set_up(void **state);
int served_tear_down(void **state);
#define SERVED_TEST(name)						\
	cmocka_unit_test_setup_teardown(name, served_set_up, served_tear_down)

/* What a client left goes when the server has seen it leave. */
void served_wait_until_none(const struct served *served, enum emu_kind kind);

#endif
