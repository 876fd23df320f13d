// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * v4-client DEVICE info
 * v4-client DEVICE cap TYPE
 * v4-client DEVICE reg ID BYTES
 * v4-client DEVICE command HEX OUT-BYTES
 * v4-client DEVICE core BYTES
 * v4-client DEVICE resource TYPE BYTES
 *
 * What a program of the V4 interface does with a device. The last two dump into
 * memory, in as many steps as a buffer of so many bytes takes, to the output.
 * DEVICE is a node's path, or @ and the number of a file that is open already.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "v4.h"

#define QUERY_HCA_CAP 0x100
#define CAPABILITY_BYTES 4096u
#define CR_DUMP_TO_MEMORY 2
#define MOST_STEPS 10000

static uint8_t in[V4_MOST], out[V4_MOST];

static int report(const char *what, int result)
{
	if (result < 0)
		fprintf(stderr, "%s: %s\n", what, strerror(-result));
	else if (result)
		fprintf(stderr, "%s: status 0x%x, syndrome 0x%x\n", what,
			result, v4_get(out, 4));
	return !!result;
}

static void print_hex(const uint8_t *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		printf("%02x%s", bytes[i], i % 16 == 15 || i + 1 == n ? "\n" : "");
}

static uint32_t number(const char *word)
{
	return strtoul(word, NULL, 0);
}

static int ask(int file, const char *what, uint32_t in_len, uint32_t out_len)
{
	int result;

	if (out_len > sizeof(out) || in_len > sizeof(in))
		return report(what, -EMSGSIZE);
	result = v4_command(file, in, in_len, out, out_len);
	if (report(what, result ? result : out[0]))
		return 1;
	print_hex(out, out_len);
	return 0;
}

/* The uid is another for each file, so only whether there is one. */
static int info(int file, char **words)
{
	struct v4_info info = { .reserved1 = 0xffff };

	(void)words;
	if (ioctl(file, V4_INFO, &info) < 0)
		return report("INFO", -errno);
	printf("uid %s\nreserved %u\nuctx_cap 0x%x\ndev_uctx_cap 0x%x\nucap 0x%x\n",
	       info.uctx_uid ? "given" : "none", info.reserved1, info.uctx_cap,
	       info.dev_uctx_cap, info.ucap);
	return 0;
}

static int cap(int file, char **words)
{
	v4_begin(in, QUERY_HCA_CAP, number(words[0]) << 1 | 1);
	return ask(file, "QUERY_HCA_CAP", V4_HEADER,
		   V4_HEADER + CAPABILITY_BYTES);
}

static int reg(int file, char **words)
{
	uint32_t len = V4_HEADER + number(words[1]);

	v4_begin_register(in, number(words[0]));
	return ask(file, "ACCESS_REG", len, len);
}

static int command(int file, char **words)
{
	uint32_t len = strlen(words[0]) / 2;

	for (uint32_t i = 0; i < len && i < sizeof(in); i++)
		if (sscanf(words[0] + 2 * i, "%2hhx", &in[i]) != 1)
			return report(words[0], -EINVAL);
	return ask(file, "the command", len, number(words[1]));
}

/* All steps of a dump, written out as they come. */
static int dump(int file, uint32_t size, uint8_t *first,
		int (*step)(struct v4_buffer *buffer, uint8_t *bytes,
			    uint32_t *written, int *more))
{
	struct v4_buffer buffer = { .file = file, .size = size };
	const char *what;
	uint32_t written;
	int result, more = 1;

	buffer.bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buffer.bytes == MAP_FAILED)
		return report("mmap", -errno);
	result = v4_lend(&buffer, &what);
	for (int i = 0; !result && more; i++) {
		what = "a step of the dump";
		result = step(&buffer, first, &written, &more);
		if (!result && (written > size || i == MOST_STEPS))
			result = -EPROTO;
		if (!result && fwrite(buffer.bytes, 1, written, stdout) != written)
			result = -EIO;
	}
	if (!result)
		result = v4_take_back(&buffer, &what);
	munmap(buffer.bytes, size);
	return report(what, result);
}

static int core(int file, char **words)
{
	uint8_t first[V4_CORE_DUMP_BYTES] = { 0 };

	v4_put(first, 0, CR_DUMP_TO_MEMORY);
	return dump(file, number(words[0]), first, v4_core_dump);
}

static int resource(int file, char **words)
{
	uint8_t first[V4_RESOURCE_DUMP_BYTES] = { 0 };

	v4_put(first, 0, number(words[0]));
	return dump(file, number(words[1]), first, v4_resource_dump);
}

static const struct {
	const char *name;
	int words;
	int (*run)(int file, char **words);
} commands[] = {
	{ "info", 0, info }, { "cap", 1, cap }, { "reg", 2, reg },
	{ "command", 2, command }, { "core", 1, core },
	{ "resource", 2, resource },
};

int main(int argc, char **argv)
{
	int file;

	for (size_t i = 0; argc > 2 && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, argv[2]) ||
		    commands[i].words != argc - 3)
			continue;
		file = argv[1][0] == '@' ? atoi(argv[1] + 1) :
					   open(argv[1], O_RDWR | O_CLOEXEC);
		return file < 0 ? report(argv[1], -errno) :
				  commands[i].run(file, argv + 3);
	}
	fputs("usage: v4-client DEVICE info | cap TYPE | reg ID BYTES | command HEX OUT-BYTES |\n"
	      "                        core BYTES | resource TYPE BYTES\n", stderr);
	return 2;
}
