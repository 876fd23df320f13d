// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * fwctl-rules DEVICE [UNBIND]
 *
 * The rules of /dev/fwctl/fwctlN, be it mainline's or another's, for root to
 * try. One line each; the status is 1 if any is broken. UNBIND is a command for
 * the shell that takes the device away; the rules of that are tried only then.
 * Numbers and structures are the interface's; nothing is of this project.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define INFO 0x9a00ul
#define RPC 0x9a01ul
#define MLX5 1
#define FULL 3
#define MIB (1u << 20)

#define NOP 0x80d
#define QUERY_HCA_CAP 0x100
#define QUERY_EQ 0x303
#define CREATE_UCTX 0xa04
#define HEADER 16
#define CAPABILITY_BYTES (HEADER + 4096)
#define EQ_BYTES 272

struct info {
	uint32_t size, flags, type, data_len;
	uint64_t data;
};

struct rpc {
	uint32_t size, scope, in_len, out_len;
	uint64_t in, out;
};

_Static_assert(sizeof(struct info) == 24 && sizeof(struct rpc) == 32, "sizes");

static const char *device;
static int file;
static char text[300];
static uint8_t in[4 * MIB], out[4 * MIB];

/* NULL, or what is wrong. */
static const char *expect(int error, unsigned long number, void *argument,
			  const char *what, ...)
{
	int got = ioctl(file, number, argument) < 0 ? errno : 0;
	va_list arguments;
	int length;

	if (got == error)
		return NULL;
	va_start(arguments, what);
	length = vsnprintf(text, sizeof(text), what, arguments);
	va_end(arguments);
	snprintf(text + length, sizeof(text) - length, " is %s",
		 strerror(got));
	return text;
}

static struct rpc command(uint16_t opcode, uint16_t op_mod, uint32_t out_len)
{
	memset(in, 0, HEADER);
	in[0] = opcode >> 8;
	in[1] = opcode;
	in[7] = op_mod;
	return (struct rpc){
		.size = sizeof(struct rpc),
		.scope = FULL,
		.in_len = HEADER,
		.out_len = out_len,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
	};
}

/* A good call of each number, in front of a page's end or of more zeros. */
static const struct {
	unsigned long number;
	uint32_t size;
} calls[] = { { INFO, sizeof(struct info) }, { RPC, sizeof(struct rpc) } };

static uint8_t *room(size_t size)
{
	uint8_t *pages = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + size, 4096, PROT_NONE)) {
		perror("mmap");
		exit(2);
	}
	return pages;
}

static void place(uint8_t *at, size_t call, uint32_t size)
{
	struct rpc rpc = command(NOP, 0, HEADER);

	memset(at, 0, calls[call].size);
	if (calls[call].number == RPC)
		memcpy(at, &rpc, sizeof(rpc));
	memcpy(at, &size, sizeof(size));
}

static const char *other_numbers(void)
{
	static const unsigned long others[] = {
		0x9a02, 0x9aff, 0x80189a00, 0xc0209a01, 0x5c00, 0x80105c00,
		0xc0185c01, 0, ~0u,
	};
	struct rpc rpc = command(NOP, 0, HEADER);
	const char *found = NULL;

	for (size_t i = 0; !found && i < sizeof(others) / sizeof(*others); i++)
		found = expect(ENOTTY, others[i], &rpc, "number 0x%lx",
			       others[i]);
	return found;
}

static const char *no_structure(void)
{
	uint8_t *pages = room(4096);
	const char *found = NULL;

	for (size_t i = 0; !found && i < 2; i++) {
		found = expect(EFAULT, calls[i].number, NULL, "nothing");
		if (!found)
			found = expect(EFAULT, calls[i].number,
				       pages + 4096 - 3, "part of a size");
		place(pages, i, calls[i].size);
		memcpy(pages + 4096 - 8, pages, 8);
		if (!found)
			found = expect(EFAULT, calls[i].number,
				       pages + 4096 - 8, "part of a structure");
	}
	munmap(pages, 8192);
	return found;
}

static const char *too_short(void)
{
	uint8_t at[64];
	const char *found = NULL;

	for (size_t i = 0; i < 2; i++)
		for (uint32_t size = 0; !found && size < calls[i].size; size++) {
			place(at, i, size);
			found = expect(EINVAL, calls[i].number, at,
				       "size %u of 0x%lx", size,
				       calls[i].number);
		}
	return found;
}

static const char *longer(void)
{
	static const uint32_t more[] = { 0, 1, 3, 4, 7, 8, 40, 4096, MIB, 3 * MIB };
	uint8_t *at = room(4 * MIB);
	const char *found = NULL;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; !found && j < sizeof(more) / sizeof(*more); j++) {
			place(at, i, calls[i].size + more[j]);
			found = expect(0, calls[i].number, at,
				       "size %u of 0x%lx",
				       calls[i].size + more[j],
				       calls[i].number);
		}
	munmap(at, 4 * MIB + 4096);
	return found;
}

static const char *tails(void)
{
	static const uint32_t sizes[] = { 64, 4096, 2 * MIB, UINT32_MAX };
	uint8_t *at = room(4 * MIB);
	const char *found = NULL;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < sizeof(sizes) / sizeof(*sizes); j++)
			for (uint32_t bad = calls[i].size;
			     !found && bad < sizes[j] && bad < 4 * MIB;
			     bad = bad < 64 ? bad + 1 : 2 * bad - 1) {
				place(at, i, sizes[j]);
				at[bad] = 0x80;
				found = expect(E2BIG, calls[i].number, at,
					       "size %u of 0x%lx with something at %u",
					       sizes[j], calls[i].number, bad);
				at[bad] = 0;
			}
	munmap(at, 4 * MIB + 4096);
	return found;
}

static const char *missing_tails(void)
{
	uint8_t *at = room(4096);
	const char *found = NULL;

	for (size_t i = 0; !found && i < 2; i++) {
		place(at, i, UINT32_MAX);
		found = expect(EFAULT, calls[i].number, at,
			       "the greatest size, of which a page is there,");
	}
	munmap(at, 8192);
	return found;
}

static const char *flags(void)
{
	const char *found = NULL;

	for (int bit = 0; !found && bit < 32; bit++) {
		struct info info = { .size = sizeof(info), .flags = 1u << bit };

		found = expect(EOPNOTSUPP, INFO, &info, "flag %d", bit);
	}
	return found;
}

/* The room is filled up with zeros, and nothing behind it is touched. */
static const char *about(void)
{
	static const uint32_t rooms[] = { 8, 0, 1, 4, 7, 9, 64, 4096 };
	uint8_t data[4200], first[8] = { 0 };
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		struct info info = { .size = sizeof(info), .data_len = rooms[i],
				     .data = (uintptr_t)data };
		uint32_t n = rooms[i] < 8 ? rooms[i] : 8;

		memset(data, 0xa5, sizeof(data));
		found = expect(0, INFO, &info, "INFO with %u bytes", rooms[i]);
		if (found)
			return found;
		if (info.type != MLX5 || info.data_len != (rooms[i] ? 8 : 0))
			return "the type or the length is wrong";
		if (!i)
			memcpy(first, data, 8);
		if (memcmp(first, data, n) || data[rooms[i]] != 0xa5)
			return "another answer for another room";
		for (; n < rooms[i]; n++)
			if (data[n])
				return "the room is not filled up with zeros";
	}
	return first[0] || first[1] ? NULL : "there is no uid";
}

static const char *about_nowhere(void)
{
	struct info info = { .size = sizeof(info), .data_len = 8, .data = 8 };

	return expect(EFAULT, INFO, &info, "INFO to where nothing is");
}

static const char *scopes(void)
{
	static const uint32_t bad[] = { 4, 5, 255, 256, 1u << 31, UINT32_MAX };
	const char *found = NULL;

	for (size_t i = 0; !found && i < sizeof(bad) / sizeof(*bad); i++) {
		struct rpc rpc = command(NOP, 0, HEADER);

		rpc.scope = bad[i];
		found = expect(EOPNOTSUPP, RPC, &rpc, "scope %u", bad[i]);
	}
	return found;
}

static const char *lengths(void)
{
	static const struct {
		uint32_t in_len, out_len;
		int error;
	} rows[] = {
		{ 16, 16, 0 },
		{ 0, 16, EMSGSIZE }, { 15, 16, EMSGSIZE },
		{ 16, 0, EMSGSIZE }, { 16, 15, EMSGSIZE },
		{ 2 * MIB + 1, 16, EMSGSIZE }, { 16, 2 * MIB + 1, EMSGSIZE },
		{ UINT32_MAX, 16, EMSGSIZE }, { 16, UINT32_MAX, EMSGSIZE },
		{ 2 * MIB + 1, 2 * MIB + 1, EMSGSIZE },
	};
	const char *found = NULL;

	for (size_t i = 0; !found && i < sizeof(rows) / sizeof(*rows); i++) {
		struct rpc rpc = command(NOP, 0, rows[i].out_len);

		rpc.in_len = rows[i].in_len;
		found = expect(rows[i].error, RPC, &rpc, "%u bytes in, %u out",
			       rows[i].in_len, rows[i].out_len);
	}
	return found;
}

/* So many pass as lengths; whether such a command is allowed is another matter. */
static const char *longest(void)
{
	for (int which = 1; which < 4; which++) {
		struct rpc rpc = command(CREATE_UCTX, 0, HEADER);
		const char *found;

		if (which & 1)
			rpc.in_len = 2 * MIB;
		if (which & 2)
			rpc.out_len = 2 * MIB;
		found = expect(EBADMSG, RPC, &rpc, "a mailbox of 2 MiB");
		if (found)
			return found;
	}
	return NULL;
}

static const char *unreadable(void)
{
	uint8_t *pages = room(4096);
	struct rpc rpc = command(QUERY_HCA_CAP, 1, CAPABILITY_BYTES);
	const char *found;

	memcpy(pages + 4096 - 8, in, 8);
	rpc.in = (uintptr_t)pages + 4096 - 8;
	found = expect(EFAULT, RPC, &rpc, "half an inbox");
	rpc.in = 8;
	if (!found)
		found = expect(EFAULT, RPC, &rpc, "an inbox that is not there");
	rpc.in = (uintptr_t)in;
	rpc.out = (uintptr_t)pages;
	if (!found)
		found = expect(EFAULT, RPC, &rpc, "an outbox that is too small");
	munmap(pages, 8192);
	return found;
}

static const char *firmware_errors(void)
{
	struct rpc rpc = command(QUERY_EQ, 0, EQ_BYTES);
	const char *found;

	in[11] = 0xff;
	memset(out, 0, EQ_BYTES);
	found = expect(0, RPC, &rpc, "QUERY_EQ of none");
	if (found)
		return found;
	return out[0] ? NULL : "an event queue that is not there was found";
}

static const char *used(void)
{
	struct rpc rpc = command(QUERY_HCA_CAP, 1, CAPABILITY_BYTES);
	const char *found;

	memset(out, 0xa5, CAPABILITY_BYTES + 1);
	found = expect(0, RPC, &rpc, "QUERY_HCA_CAP");
	if (found)
		return found;
	if (rpc.out_len != CAPABILITY_BYTES || rpc.scope != FULL ||
	    rpc.in_len != HEADER)
		return "the structure came back another";
	return !out[0] && out[CAPABILITY_BYTES] == 0xa5 ? NULL :
		"the outbox has not what was asked for";
}

/* One buffer for both, which begins in the structure itself. */
static const char *over_itself(void)
{
	struct rpc rpc = command(QUERY_HCA_CAP, 1, CAPABILITY_BYTES);
	uint8_t at[sizeof(rpc) + CAPABILITY_BYTES];
	const char *found;

	rpc.in = (uintptr_t)at + sizeof(rpc);
	rpc.out = rpc.in;
	memcpy(at, &rpc, sizeof(rpc));
	memcpy(at + sizeof(rpc), in, HEADER);
	found = expect(0, RPC, at, "an outbox over the inbox");
	if (!found && memcmp(at + sizeof(rpc), out, CAPABILITY_BYTES))
		found = "another answer where the question was";
	if (found)
		return found;
	rpc.out = (uintptr_t)at;
	memcpy(at, &rpc, sizeof(rpc));
	memcpy(at + sizeof(rpc), in, HEADER);
	found = expect(0, RPC, at, "an outbox over the structure");
	return found || !memcmp(at, &rpc, sizeof(rpc)) ? found :
		"the structure is not what comes last";
}

static uint32_t uid_of(int of)
{
	uint32_t data[2] = { 0 };
	struct info info = { .size = sizeof(info), .data_len = sizeof(data),
			     .data = (uintptr_t)data };

	return ioctl(of, INFO, &info) ? 0 : data[0];
}

/* A child and a duplicate are the same caller; who opens again is another. */
static const char *contexts(void)
{
	uint32_t uid = uid_of(file), other;
	int copy = dup(file), second = open(device, O_RDONLY | O_NONBLOCK);
	int third = open(device, O_WRONLY), status = -1;
	pid_t child = fork();

	if (!child) {
		status = uid_of(copy) != uid || !uid;
		close(file);
		_exit(status);
	}
	waitpid(child, &status, 0);
	close(copy);
	other = uid_of(second);
	if (status)
		return "a child has another user context";
	if (!uid || uid_of(file) != uid)
		return "closing a duplicate ends the user context";
	if (!other || other == uid || !uid_of(third) || uid_of(third) == other)
		return "who opens it again has no user context of its own";
	close(second);
	close(third);
	return NULL;
}

static void *ask(void *wrong)
{
	uint8_t question[HEADER] = { 1, [7] = 1 }, answer[CAPABILITY_BYTES];
	struct rpc rpc = { sizeof(rpc), FULL, HEADER, CAPABILITY_BYTES,
			   (uintptr_t)question, (uintptr_t)answer };

	for (int i = 0; i < 20; i++)
		if (ioctl(file, RPC, &rpc) || rpc.out_len != sizeof(answer) ||
		    memcmp(answer, out, sizeof(answer)))
			return wrong;
	return NULL;
}

static const char *at_once(void)
{
	struct rpc rpc = command(QUERY_HCA_CAP, 1, CAPABILITY_BYTES);
	const char *found = expect(0, RPC, &rpc, "QUERY_HCA_CAP");
	pthread_t threads[4];
	size_t n = found ? 0 : 4;
	void *wrong;

	for (size_t i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, ask, "another answer"))
			exit(2);
	for (size_t i = 0; i < n; i++) {
		pthread_join(threads[i], &wrong);
		found = wrong ? wrong : found;
	}
	return found;
}

/* It is no stream: nothing but the numbers does anything. */
static const char *no_stream(void)
{
	struct pollfd ready = { .fd = file, .events = POLLIN | POLLOUT };

	if (read(file, out, 1) >= 0 || errno != EINVAL ||
	    write(file, in, 1) >= 0 || errno != EINVAL)
		return "it can be read or written";
	if (lseek(file, 0, SEEK_CUR) >= 0 || errno != ESPIPE)
		return "it has a position";
	if (mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0) != MAP_FAILED ||
	    errno != ENODEV)
		return "it can be mapped";
	return poll(&ready, 1, 0) == 1 && ready.revents == ready.events ?
		       NULL : "who polls it waits";
}

static const char *refused(void)
{
	struct rpc rpc = command(CREATE_UCTX, 0, HEADER);

	return expect(EBADMSG, RPC, &rpc, "CREATE_UCTX");
}

static const char *gone(void)
{
	const char *found = NULL;
	uint8_t at[64];

	for (int twice = 0; twice < 2; twice++)
		for (size_t i = 0; !found && i < 2; i++) {
			place(at, i, calls[i].size);
			found = expect(ENODEV, calls[i].number, at, "0x%lx",
				       calls[i].number);
			place(at, i, calls[i].size - 1);
			if (!found)
				found = expect(EINVAL, calls[i].number, at,
					       "a size that is too small");
		}
	if (!found && open(device, O_RDWR) >= 0)
		found = "it can be opened";
	return found;
}

static const struct {
	const char *behaviour;
	const char *(*find)(void);
} rules[] = {
	{ "other numbers are ENOTTY", other_numbers },
	{ "a structure that is not there is EFAULT", no_structure },
	{ "a size that never was is EINVAL", too_short },
	{ "a longer structure that ends in zeros is taken", longer },
	{ "what this kernel does not know is E2BIG", tails },
	{ "a size of which not all is there is EFAULT", missing_tails },
	{ "flags are EOPNOTSUPP", flags },
	{ "INFO says what it is in the room that there is", about },
	{ "INFO to where nothing is is EFAULT", about_nowhere },
	{ "another scope is EOPNOTSUPP", scopes },
	{ "mailboxes without a header or over 2 MiB are EMSGSIZE", lengths },
	{ "mailboxes of 2 MiB pass as lengths", longest },
	{ "mailboxes that are not there are EFAULT", unreadable },
	{ "what the firmware refuses is no errno", firmware_errors },
	{ "out_len is what was used, and no more is written", used },
	{ "an answer may lie over its question", over_itself },
	{ "a child and a duplicate have the file's user context, another open has its own", contexts },
	{ "several threads may ask through one file", at_once },
	{ "it is no stream, and who polls it does not wait", no_stream },
	{ "a refused command is EBADMSG", refused },
};

static int report(const char *behaviour, const char *found)
{
	printf("%s: %s%s%s\n", found ? "BROKEN" : "holds", behaviour,
	       found ? ": " : "", found ? found : "");
	return !!found;
}

int main(int argc, char **argv)
{
	int status = 0;

	device = argc > 1 ? argv[1] : "usage: fwctl-rules DEVICE [UNBIND]";
	file = open(device, O_RDWR | O_CLOEXEC);
	if (file < 0) {
		perror(device);
		return 2;
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		status |= report(rules[i].behaviour, rules[i].find());
	if (argc < 3)
		return status;
	if (system(argv[2]))
		return report("the device can be taken away", argv[2]);
	return status | report("a device that is gone is ENODEV, for ever", gone());
}
