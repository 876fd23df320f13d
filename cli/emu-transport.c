// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The emulated device: judged here, then sent through a door to the model. */
#include "emu-transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu-session.h"
#include "firmware.h"
#include "policy-hash.h"
#include "verdict-text.h"

static const struct {
	const char *name;
	u32 capabilities;
} callers[] = {
	{ "all", POLICY_CAP_SYS_ADMIN | POLICY_CAP_SYS_RAWIO },
	{ "none", 0 },
	{ "admin", POLICY_CAP_SYS_ADMIN },
	{ "rawio", POLICY_CAP_SYS_RAWIO },
};

static const char *environment(const char *variable, const char *otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? text : otherwise;
}

int emu_transport_caller(struct policy_answers *answers,
			 struct mlx5ctl_error *error)
{
	const char *caller = environment("MLX5CTL_EMU_CAPS", "all");
	int lockdown = lockdown_level(environment("MLX5CTL_EMU_LOCKDOWN",
						  "none"));
	size_t i = 0;

	while (i < ARRAY_SIZE(callers) && strcmp(callers[i].name, caller))
		i++;
	if (i == ARRAY_SIZE(callers))
		return mlx5ctl_fail(error, -EINVAL,
				"MLX5CTL_EMU_CAPS is none, admin, rawio or all.");
	if (lockdown < 0)
		return mlx5ctl_fail(error, -EINVAL,
				"MLX5CTL_EMU_LOCKDOWN is none, integrity or confidentiality.");
	*answers = (struct policy_answers){
		.capabilities = callers[i].capabilities,
		.lockdown = lockdown,
		.label_classes = POLICY_ALL_CLASSES,
		.narrowed_to = POLICY_ALL_CLASSES,
	};
	return 0;
}

static int claims(const char *device)
{
	return !strcmp(device, "emu") || !strncmp(device, "emu:", 4);
}

static int list(int (*found)(void *context, const char *device,
			     const char *description), void *context)
{
	char name[80], text[128];
	int stop = 0;

	for (unsigned int i = 0; !stop && emu_shipped_name(i); i++) {
		snprintf(name, sizeof(name), i ? "emu:%s" : "emu",
			 emu_shipped_name(i));
		snprintf(text, sizeof(text), "emulated, personality %s",
			 emu_shipped_name(i));
		stop = found(context, name, text);
	}
	return stop;
}

const struct emu_door *emu_transport_door(const char *device)
{
	static const struct emu_door *const doors[] = {
		&emu_door_socket, &emu_door_embedded,
	};
	size_t i = 0;

	while (!doors[i]->claims(device))
		i++;
	return doors[i];
}

static pthread_mutex_t opened_lock = PTHREAD_MUTEX_INITIALIZER;
static struct emu_session *opened;

static void note_opened(struct emu_session *session)
{
	pthread_mutex_lock(&opened_lock);
	session->next = opened;
	opened = session;
	pthread_mutex_unlock(&opened_lock);
}

static void note_closed(const struct emu_session *session)
{
	struct emu_session **at = &opened;

	pthread_mutex_lock(&opened_lock);
	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	pthread_mutex_unlock(&opened_lock);
}

struct emu_session *emu_transport_session(const char *device)
{
	struct emu_session *session;

	pthread_mutex_lock(&opened_lock);
	session = opened;
	while (session && strncmp(session->name, device,
				  sizeof(session->name) - 1))
		session = session->next;
	pthread_mutex_unlock(&opened_lock);
	return session;
}

static void close_session(void *handle)
{
	struct emu_session *session = handle;

	note_closed(session);
	session->door->close(session->handle);
	emu_session_end(session);
	free(session);
}

static int open_session(const char *device, void **handle,
			struct mlx5ctl_error *error)
{
	struct emu_session *session = calloc(1, sizeof(*session));
	int ret;

	if (!session)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	emu_session_begin(session);
	snprintf(session->name, sizeof(session->name), "%s", device);
	session->door = emu_transport_door(device);
	ret = emu_transport_caller(&session->answers, error);
	if (!ret)
		ret = session->door->open(device, &session->handle, error);
	if (ret) {
		emu_session_end(session);
		free(session);
		return ret;
	}
	note_opened(session);
	*handle = session;
	return 0;
}

static int info(void *handle, struct mlx5ctl_device_info *info,
		struct mlx5ctl_error *error)
{
	struct emu_session *session = handle;
	int ret;

	pthread_mutex_lock(&session->lock);
	ret = emu_session_uid(session, error);
	pthread_mutex_unlock(&session->lock);
	snprintf(info->device, sizeof(info->device), "%s", session->name);
	info->uid = session->uid;
	info->dev_uctx_cap = session->door->uctx_cap(session->handle);
	info->uctx_cap = emu_session_uctx_cap(session);
	snprintf(info->policy_hash, sizeof(info->policy_hash), "%s",
		 POLICY_HASH);
	return ret;
}

/* The caller's own mailbox is not changed. */
static struct emu_command *copy(const void *in, u32 in_len, void *out,
				u32 out_len)
{
	struct emu_command *command = malloc(sizeof(*command) + in_len);

	if (!command)
		return NULL;
	*command = (struct emu_command){
		.in = (u8 *)(command + 1), .in_len = in_len,
		.out = out, .out_len = out_len,
	};
	memcpy(command->in, in, in_len);
	return command;
}

static int exec(void *handle, const void *in, uint32_t in_len, void *out,
		uint32_t out_len, struct mlx5ctl_error *error)
{
	struct emu_command *command = copy(in, in_len, out, out_len);
	int ret;

	if (!command)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	ret = emu_session_exec(handle, command, error);
	free(command);
	return ret;
}

static int begin(void *handle, const void *in, uint32_t in_len, void *out,
		 uint32_t out_len, void **pending, struct mlx5ctl_error *error)
{
	struct emu_command *command = copy(in, in_len, out, out_len);
	int ret;

	if (!command)
		return mlx5ctl_fail(error, -ENOMEM, "No memory is left.");
	ret = emu_session_send(handle, command, error);
	if (ret)
		free(command);
	else
		*pending = command;
	return ret;
}

static int end(void *handle, void *pending, struct mlx5ctl_error *error)
{
	int ret = emu_session_receive(handle, pending, error);

	free(pending);
	return ret;
}

static int explain(void *handle, const void *in, uint32_t in_len,
		   uint32_t out_len, int label,
		   struct mlx5ctl_verdict *verdict, struct mlx5ctl_error *error)
{
	(void)error;
	*verdict = emu_session_explain(handle, in, in_len, out_len, label < 0 ?
				       POLICY_ALL_CLASSES :
				       policy_labels[label].classes);
	return 0;
}

const struct mlx5ctl_transport emu_transport = {
	.name = "emu",
	.claims = claims,
	.list = list,
	.open = open_session,
	.close = close_session,
	.info = info,
	.exec = exec,
	.register_memory = emu_memory_register,
	.unregister_memory = emu_memory_unregister,
	.explain = explain,
	.begin = begin,
	.end = end,
};
