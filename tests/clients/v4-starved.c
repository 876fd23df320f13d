// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * v4-starved DEVICE CGROUP open|command|registration
 *
 * What takes memory in the kernel, tried with a page more each time until there
 * is enough, so that each of its allocations fails once: the error is ENOMEM,
 * and the next time it works as if nothing had been.
 *
 * CGROUP is a folder of cgroup v2 with `memory`, which this joins. It must not
 * need a page of its own meanwhile, nor be what is killed for want of memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "v4.h"

#define QUERY_HCA_CAP 0x100
#define PAGE 4096
#define MOST_PAGES 200		/* that any of them may want */
#define STACK 65536

static const char *device;
static int used, limit;		/* files of the cgroup */
static uint8_t bytes[64 * PAGE];

static void end(const char *what)
{
	perror(what);
	exit(1);
}

static int file_of(const char *folder, const char *name, int flags)
{
	char path[256];
	int file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path, flags | O_CLOEXEC);
	if (file < 0)
		end(path);
	return file;
}

static void say(int file, const char *text)
{
	if (pwrite(file, text, strlen(text), 0) < 0)
		end(text);
}

static long in_use(void)
{
	char text[32] = "";

	if (pread(used, text, sizeof(text) - 1, 0) <= 0)
		end("memory.current");
	return atol(text);
}

static void allow(long most)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", most);
	say(limit, text);
}

static int open_it(void)
{
	int file = open(device, O_RDWR | O_CLOEXEC);

	return file < 0 ? -errno : file;
}

static int opens(int file)
{
	int other = open_it();

	(void)file;
	return other < 0 ? other : close(other);
}

static int asks(int file)
{
	uint8_t in[V4_HEADER] = { 0 };

	v4_begin(in, QUERY_HCA_CAP, 1);
	return v4_command(file, in, sizeof(in), bytes, V4_HEADER + 4096);
}

static int registers(int file)
{
	uint32_t id;
	int result = v4_register_memory(file, bytes, sizeof(bytes), &id);

	return result ? result : v4_unregister_memory(file, id);
}

static const struct {
	const char *name;
	int (*act)(int file);
} tried[] = {
	{ "open", opens },
	{ "command", asks },
	{ "registration", registers },
};

/* How often it failed before there was enough; ends where it was otherwise. */
static int starve(int (*act)(int file), int file)
{
	int failed = 0, result;
	long least;

	allow(0);	/* what was put by is given back */
	least = in_use();
	do {
		allow(least + (long)failed * PAGE);
		result = act(file);
	} while (result == -ENOMEM && ++failed < MOST_PAGES);
	say(limit, "max");
	errno = -result;
	if (result)
		end("an error other than ENOMEM, or never enough");
	return failed;
}

/* So that it needs no more of it later. */
static int touch_stack(void)
{
	volatile uint8_t stack[STACK];

	for (size_t i = 0; i < STACK; i += PAGE)
		stack[i] = 0;
	return stack[STACK - PAGE];
}

int main(int argc, char **argv)
{
	int file;

	if (argc != 4 || touch_stack())
		return 2;
	device = argv[1];
	memset(bytes, 1, sizeof(bytes));
	say(file_of("/proc/self", "oom_score_adj", O_WRONLY), "-1000");
	used = file_of(argv[2], "memory.current", O_RDONLY);
	limit = file_of(argv[2], "memory.max", O_WRONLY);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		end("mlockall");
	say(file_of(argv[2], "cgroup.procs", O_WRONLY), "0");
	file = open_it();
	if (file < 0 || asks(file) || registers(file))
		end("with all the memory there is");
	in_use();
	for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++)
		if (!strcmp(tried[i].name, argv[3]))
			printf("%s failed %d times, then worked\n", argv[3],
			       starve(tried[i].act, file));
	return 0;
}
