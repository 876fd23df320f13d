// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "served.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "command-socket.h"

char served_folder[64], served_path[128], served_name[160];

int served_make_folder(void **state)
{
	(void)state;
	strcpy(served_folder, "/tmp/mlx5ctl-unit-XXXXXX");
	if (!mkdtemp(served_folder))
		return -1;
	snprintf(served_path, sizeof(served_path), "%s/cx.cmd", served_folder);
	snprintf(served_name, sizeof(served_name), "emu:%s/cx", served_folder);
	setenv("XDG_STATE_HOME", served_folder, 1);
	return mlx5ctl_add_transport(&emu_transport);
}

int served_drop_folder(void **state)
{
	(void)state;
	return rmdir(served_folder);
}

struct mlx5ctl_device *served_connect(void)
{
	struct mlx5ctl_device *client;
	struct mlx5ctl_error error;

	if (mlx5ctl_open(served_name, &client, &error))
		fail_msg("%s", error.message);
	return client;
}

void served_start(struct served *served)
{
	struct emu_problem problem;

	served->server = emu_command_server_start(served_path, served->device,
						  served->bus, &problem);
	if (!served->server)
		fail_msg("%s", problem.text);
}

void served_stop(struct served *served)
{
	emu_command_server_stop(served->server);
	served->server = NULL;
}

struct served *served_begin(void)
{
	struct served *served = calloc(1, sizeof(*served));

	served->device = new_device();
	served->bus = emu_bus_create();
	served_start(served);
	served->client = served_connect();
	return served;
}

void served_end(struct served *served)
{
	mlx5ctl_close(served->client);
	served_stop(served);
	emu_destroy(served->device);
	emu_bus_destroy(served->bus);
	free(served);
}

void served_wait_until_none(const struct served *served, enum emu_kind kind)
{
	for (int i = 0; emu_count(served->device, kind) && i < 20000; i++)
		usleep(1000);
	assert_int_equal(emu_count(served->device, kind), 0);
}

int served_set_up(void **state)
{
	*state = served_begin();
	return 0;
}

int served_tear_down(void **state)
{
	served_end(*state);
	return 0;
}

int served_send(struct mlx5ctl_device *client, u16 opcode)
{
	struct mailbox box;

	command(&box, opcode, 16, 16);
	return mlx5ctl_exec(client, box.in, 16, box.out, 16, NULL);
}

int served_silent(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, served_path);
	assert_int_equal(connect(fd, (void *)&address, sizeof(address)), 0);
	return fd;
}

int served_raw(void)
{
	const struct emu_frame hello = {
		.type = EMU_FRAME_HELLO, .argument = EMU_SOCKET_VERSION,
	};
	int fd = served_silent();
	struct emu_welcome welcome;
	struct emu_frame frame;

	assert_int_equal(emu_frame_send(fd, &hello, NULL, -1, -1), 0);
	assert_int_equal(emu_frame_receive(fd, &frame, NULL,
					   emu_deadline(5000)), 0);
	assert_int_equal(frame.length, sizeof(welcome));
	assert_int_equal(emu_bytes_receive(fd, &welcome, sizeof(welcome),
					   emu_deadline(5000)), 0);
	return fd;
}
