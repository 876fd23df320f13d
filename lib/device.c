// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Transports, devices, and one command at a time. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "exec.h"
#include "fwctl.h"
#include "mlx5ctl.h"
#include "policy.h"
#include "prm.h"

#define MAX_TRANSPORTS 16
#define MAX_MAILBOX (2u << 20)

/* Filled before the first device is opened; read only afterwards. */
static const struct mlx5ctl_transport *transports[MAX_TRANSPORTS] = {
	&driver_transport,
	&fwctl_transport,
};
static unsigned int n_transports = 2;

int mlx5ctl_fail(struct mlx5ctl_error *error, int code, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return code;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	error->code = code;
	return code;
}

static void begin(struct mlx5ctl_error *error)
{
	if (error)
		memset(error, 0, sizeof(*error));
}

static bool is_complete(const struct mlx5ctl_transport *transport)
{
	return transport && transport->name && transport->claims &&
	       transport->list && transport->open && transport->close &&
	       transport->info && transport->exec &&
	       !transport->register_memory == !transport->unregister_memory &&
	       !transport->begin == !transport->end;
}

int mlx5ctl_add_transport(const struct mlx5ctl_transport *transport)
{
	if (!is_complete(transport))
		return -EINVAL;
	for (unsigned int i = 0; i < n_transports; i++)
		if (transports[i] == transport)
			return 0;
	if (n_transports == MAX_TRANSPORTS)
		return -ENOSPC;
	transports[n_transports++] = transport;
	return 0;
}

int mlx5ctl_list(int (*found)(void *context, const char *device,
			      const char *description), void *context)
{
	if (!found)
		return -EINVAL;
	for (unsigned int i = 0; i < n_transports; i++) {
		int stop = transports[i]->list(found, context);

		if (stop)
			return stop;
	}
	return 0;
}

static const struct mlx5ctl_transport *claimant(const char *device)
{
	for (unsigned int i = 0; i < n_transports; i++)
		if (transports[i]->claims(device))
			return transports[i];
	return NULL;
}

int mlx5ctl_open(const char *device, struct mlx5ctl_device **opened,
		 struct mlx5ctl_error *error)
{
	const struct mlx5ctl_transport *transport;
	struct mlx5ctl_device *new;
	int ret;

	begin(error);
	if (opened)
		*opened = NULL;
	if (!device || !opened)
		return mlx5ctl_fail(error, -EINVAL, "No device was named.");
	transport = claimant(device);
	if (!transport) {
		if (error)
			error->hint = "'mlx5ctl list' shows what there is, and 'mlx5ctl doctor' says what is missing";
		return mlx5ctl_fail(error, -ENODEV,
				"There is no device called '%.64s'.", device);
	}
	new = calloc(1, sizeof(*new));
	if (!new)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	new->transport = transport;
	ret = transport->open(device, &new->handle, error);
	if (ret) {
		free(new);
		return ret;
	}
	pthread_mutex_init(&new->dumping, NULL);
	*opened = new;
	return 0;
}

void mlx5ctl_close(struct mlx5ctl_device *device)
{
	if (!device)
		return;
	device->transport->close(device->handle);
	pthread_mutex_destroy(&device->dumping);
	free(device);
}

int mlx5ctl_get_info(struct mlx5ctl_device *device,
		     struct mlx5ctl_device_info *info,
		     struct mlx5ctl_error *error)
{
	begin(error);
	if (!device || !info)
		return mlx5ctl_fail(error, -EINVAL, "No device was named.");
	memset(info, 0, sizeof(*info));
	snprintf(info->transport, sizeof(info->transport), "%s",
		 device->transport->name);
	return device->transport->info(device->handle, info, error);
}

static int check_length(const char *which, uint32_t len,
			struct mlx5ctl_error *error)
{
	if (len < PRM_HEADER_BYTES || len > MAX_MAILBOX)
		return mlx5ctl_fail(error, -EMSGSIZE,
				"The %s has %u bytes; it can have %u to %u.",
				which, len, PRM_HEADER_BYTES, MAX_MAILBOX);
	if (len % 4)
		return mlx5ctl_fail(error, -EINVAL,
				"The %s has %u bytes, which is not a multiple of four.",
				which, len);
	return 0;
}

static uint32_t read_be32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
	       bytes[3];
}

/* "QUERY_ISSI (0x10a)" or "ACCESS_REG (0x805), PAOS read" */
static void name_command(const uint8_t *in, char *text, size_t size)
{
	uint16_t opcode = in[0] << 8 | in[1], op_mod = in[6] << 8 | in[7];
	const struct prm_command *command = prm_command_by_opcode(opcode);
	uint16_t id = policy_register_of(in, PRM_HEADER_BYTES);
	const struct prm_register *row = prm_register_by_id(id);
	int n = snprintf(text, size, "%.60s (0x%x)",
			 command ? command->name : "the command", opcode);

	if (row)
		snprintf(text + n, size - n, ", %.40s %s", row->name,
			 op_mod ? "read" : "write");
	else if (id)
		snprintf(text + n, size - n, ", register 0x%x %s", id,
			 op_mod ? "read" : "write");
}

/* The firmware's own error: the command was executed, and failed there. */
static int check_status(const uint8_t *in, const uint8_t *out,
			struct mlx5ctl_error *error)
{
	char command[128];

	if (!out[0])
		return 0;
	name_command(in, command, sizeof(command));
	if (error) {
		error->status = out[0];
		error->syndrome = read_be32(out + 4);
	}
	return mlx5ctl_fail(error, -EREMOTEIO,
			"The device answered %s (0x%x) to %s, syndrome 0x%08x.",
			mlx5ctl_status_name(out[0]), out[0], command,
			read_be32(out + 4));
}

/* What a transport has of the firmware's is of another command, before this. */
static int settle(int ret, const void *in, void *out, uint32_t out_len,
		  struct mlx5ctl_error *error)
{
	if (ret == -EREMOTEIO)
		memset(out, 0, out_len);
	return ret ? ret : check_status(in, out, error);
}

static int check_command(const struct mlx5ctl_device *device, const void *in,
			 uint32_t in_len, const void *out, uint32_t out_len,
			 struct mlx5ctl_error *error)
{
	int ret;

	begin(error);
	if (!device || !in || !out)
		return mlx5ctl_fail(error, -EINVAL,
				"A command needs a device and two mailboxes.");
	ret = check_length("inbox", in_len, error);
	return ret ? ret : check_length("outbox", out_len, error);
}

int mlx5ctl_exec(struct mlx5ctl_device *device, const void *in,
		 uint32_t in_len, void *out, uint32_t out_len,
		 struct mlx5ctl_error *error)
{
	int ret = check_command(device, in, in_len, out, out_len, error);

	if (ret)
		return ret;
	ret = device->transport->exec(device->handle, in, in_len, out,
				      out_len, error);
	return settle(ret, in, out, out_len, error);
}

int exec_begin(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	       void **pending)
{
	command->result = check_command(device, command->in, command->in_len,
					command->out, command->out_len,
					&command->error);
	if (!command->result)
		command->result = device->transport->begin(device->handle,
				command->in, command->in_len, command->out,
				command->out_len, pending, &command->error);
	if (command->result == -EREMOTEIO)
		memset(command->out, 0, command->out_len);
	return command->result;
}

void exec_end(struct mlx5ctl_device *device, struct mlx5ctl_command *command,
	      void *pending)
{
	int ret = device->transport->end(device->handle, pending,
					 &command->error);

	command->result = settle(ret, command->in, command->out,
				 command->out_len, &command->error);
}

int mlx5ctl_explain(struct mlx5ctl_device *device, const void *in,
		    uint32_t in_len, uint32_t out_len, int label,
		    struct mlx5ctl_verdict *verdict,
		    struct mlx5ctl_error *error)
{
	begin(error);
	if (!device || (!in && in_len) || !verdict)
		return mlx5ctl_fail(error, -EINVAL,
				"An explanation needs a device and a command.");
	if (!device->transport->explain)
		return mlx5ctl_fail(error, -EOPNOTSUPP,
				"Nothing is explained by way of %.16s.",
				device->transport->name);
	if (label >= (int)policy_n_labels)
		return mlx5ctl_fail(error, -EINVAL,
				"There is no scope %d: they are 0 to %u.",
				label, policy_n_labels - 1);
	memset(verdict, 0, sizeof(*verdict));
	return device->transport->explain(device->handle, in, in_len, out_len,
					  label, verdict, error);
}

static int check_memory(const struct mlx5ctl_device *device,
			struct mlx5ctl_error *error)
{
	begin(error);
	if (!device)
		return mlx5ctl_fail(error, -EINVAL, "No device was named.");
	if (device->transport->register_memory)
		return 0;
	return mlx5ctl_fail(error, -EOPNOTSUPP,
			    "No memory can be registered by way of %.16s.",
			    device->transport->name);
}

int mlx5ctl_register_memory(struct mlx5ctl_device *device, void *addr,
			    uint64_t len, uint32_t *id,
			    struct mlx5ctl_error *error)
{
	int ret = check_memory(device, error);

	if (!ret && (!addr || !id))
		ret = mlx5ctl_fail(error, -EINVAL,
				   "Memory has an address, and gets an id.");
	return ret ? ret : device->transport->register_memory(device->handle,
						addr, len, id, error);
}

int mlx5ctl_unregister_memory(struct mlx5ctl_device *device, uint32_t id,
			      struct mlx5ctl_error *error)
{
	int ret = check_memory(device, error);

	return ret ? ret : device->transport->unregister_memory(device->handle,
								id, error);
}
