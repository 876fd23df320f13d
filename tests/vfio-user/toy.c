// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* toy SOCKET: serves the toy there until it is told to end. */
#include <signal.h>
#include <stdio.h>

#include "toy.h"

static int serve(struct toy *toy, const char *path, const sigset_t *signals)
{
	struct vfu_function function = toy_of(toy);
	int error = vfu_listen(toy->server, &function, path);
	int caught;

	if (error) {
		fprintf(stderr, "%s: %s\n", path, strerror(-error));
		return 1;
	}
	puts("ready");
	fflush(stdout);
	sigwait(signals, &caught);
	return 0;
}

int main(int argc, char **argv)
{
	static struct toy toy;
	sigset_t signals;
	int status;

	if (argc != 2)
		return 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	toy.server = vfu_create();
	if (!toy.server)
		return 1;
	status = serve(&toy, argv[1], &signals);
	toy_stop(&toy);
	vfu_destroy(toy.server);
	return status;
}
