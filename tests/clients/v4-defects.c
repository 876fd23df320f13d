// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * v4-defects DEVICE [NAME...]
 *
 * The defects that the V4 driver had, each as the behaviour that is right, for
 * root to try. One line each; the status is 1 if any is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "v4.h"

#define QUERY_EQ 0x303		/* what only an administrator may */
#define QUERY_ISSI 0x10a	/* what everyone may who has the node */
#define ISSI_BYTES 112
#define EQ_BYTES 272
#define QUERY_MKEY 0x201
#define MKEY_BYTES 304
#define ACCESS_REGISTER_USER 0xb0c /* the other way to registers */
#define MGIR 0x9020
#define MGIR_BYTES 160
#define MOST_REGISTER 3100
#define SLICE 0x2000		/* a segment to dump: RX_SLICE */
#define BUFFER 65536
#define MIB (1ull << 20)

#define SHOWN (1u << CAP_NET_RAW | 1u << CAP_SYS_RAWIO | 1u << CAP_SYS_ADMIN)

struct tried {
	const char *device;
	int file;
};

/* What went wrong, with the number that shows it; NULL is right. */
static const char *wrong(const char *what, long result)
{
	static char text[200];

	snprintf(text, sizeof(text), "%s: %ld (%s)", what, result,
		 result < 0 ? strerror(-result) : "no error");
	return text;
}

/* The capabilities in effect; all that were there can be had again. */
static void hold(uint32_t mask)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { { 0 } };

	syscall(SYS_capget, &header, data);
	data[0].effective = data[0].permitted & mask;
	data[1].effective = mask ? data[1].permitted : 0;
	syscall(SYS_capset, &header, data);
}

static long query(int file, uint16_t opcode, uint32_t out_len)
{
	uint8_t in[V4_HEADER] = { 0 }, out[512] = { 0 };

	v4_begin(in, opcode, 0);
	return v4_command(file, in, sizeof(in), out, out_len);
}

/* What `run` returns in another process that has the same open file. */
static long elsewhere(long (*run)(int file, void *context), int file,
		      void *context)
{
	int ends[2], status;
	long result = -ECHILD;
	pid_t child;

	if (pipe(ends))
		return -errno;
	child = fork();
	if (!child) {
		result = run(file, context);
		_exit(write(ends[1], &result, sizeof(result)) != sizeof(result));
	}
	close(ends[1]);
	if (child > 0 && (read(ends[0], &result, sizeof(result)) != sizeof(result) ||
			  waitpid(child, &status, 0) != child || status))
		result = -ECHILD;
	close(ends[0]);
	return result;
}

static const char *refused_open(const struct tried *tried)
{
	static int files[4096];
	int n = 0, error;

	while (n < 4096 && (files[n] = open(tried->device, O_RDWR)) >= 0)
		n++;
	error = errno;
	for (int i = 0; i < n; i++)
		close(files[i]);
	if (n == 4096 || error != ENOSPC)
		return wrong("open, when there are too many", -error);
	/* What they had in the device is given back after they were closed. */
	for (int tries = 0; tries < 100; tries++) {
		files[0] = open(tried->device, O_RDWR);
		error = errno;
		if (files[0] >= 0)
			break;
		usleep(100000);
	}
	if (files[0] < 0)
		return wrong("open, after all were closed", -error);
	close(files[0]);
	return NULL;
}

static const char *true_ucap(const struct tried *tried)
{
	static const uint32_t masks[] = {
		~0u, ~(1u << CAP_SYS_RAWIO), ~(1u << CAP_SYS_ADMIN),
		1u << CAP_NET_RAW, 0, ~0u,
	};
	struct v4_info info;
	const char *found = NULL;

	for (size_t i = 0; !found && i < sizeof(masks) / sizeof(*masks); i++) {
		hold(masks[i]);
		memset(&info, 0xff, sizeof(info));
		if (ioctl(tried->file, V4_INFO, &info) < 0)
			found = wrong("INFO", -errno);
		else if (info.ucap != (masks[i] & SHOWN) || info.reserved1)
			found = wrong("ucap", info.ucap);
	}
	hold(~0u);
	return found;
}

static const char *bad_inbox(const struct tried *tried)
{
	static const uintptr_t bad[] = {
		0, 8, (uintptr_t)-4096, UINTPTR_MAX / 2 + 4096,
	};
	uint8_t out[ISSI_BYTES];
	long result;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		result = v4_command(tried->file, (void *)bad[i], V4_HEADER, out,
				    sizeof(out));
		if (result != -EFAULT)
			return wrong("an inbox that is not there", result);
	}
	result = query(tried->file, QUERY_ISSI, ISSI_BYTES);
	return result ? wrong("a good command after that", result) : NULL;
}

static const char *half_a_mailbox(const struct tried *tried)
{
	size_t page = getpagesize();
	uint8_t in[V4_HEADER] = { 0 }, out[ISSI_BYTES];
	uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long in_result, out_result;

	v4_begin(in, QUERY_ISSI, 0);
	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
		return wrong("two pages", -errno);
	memcpy(pages + page - 8, in, 8);
	in_result = v4_command(tried->file, pages + page - 8, V4_HEADER, out,
			       sizeof(out));
	out_result = v4_command(tried->file, in, sizeof(in), pages + page - 8,
				sizeof(out));
	munmap(pages, 2 * page);
	if (in_result != -EFAULT)
		return wrong("half an inbox", in_result);
	return out_result == -EFAULT ? NULL : wrong("half an outbox", out_result);
}

static const char *bad_ranges(const struct tried *tried)
{
	static uint8_t byte;
	uint64_t there = (uintptr_t)&byte;
	const struct {
		struct v4_umem_reg reg;
		int error;
	} rows[] = {
		{ { .addr = there, .len = 0 }, EINVAL },
		{ { .addr = there, .len = UINT64_MAX }, EINVAL },
		{ { .addr = UINT64_MAX, .len = 2 }, EINVAL },
		{ { .addr = there, .len = 64 * MIB + 4096 }, EINVAL },
		{ { .addr = there, .len = 1, .reserved = 1 }, EOPNOTSUPP },
	};
	struct v4_umem_unreg odd = { .reserved = 1 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct v4_umem_reg reg = rows[i].reg;
		int result = ioctl(tried->file, V4_UMEM_REG, &reg);

		if (result != -1 || errno != rows[i].error)
			return wrong("a range that cannot be", result ? -errno : 0);
	}
	if (v4_unregister_memory(tried->file, 12345) != -ENOENT ||
	    v4_unregister_memory(tried->file, UINT32_MAX) != -ENOENT)
		return "memory is unregistered that never was registered";
	if (ioctl(tried->file, V4_UMEM_UNREG, &odd) != -1 || errno != EOPNOTSUPP)
		return wrong("UMEM_UNREG with something reserved", -errno);
	return NULL;
}

/* A file of its own for each, so that what one leaves is not the next one's. */
static const char *lend(const struct tried *tried, struct v4_buffer *buffer)
{
	const char *failed;
	int result;

	buffer->size = BUFFER;
	buffer->access = 0;
	buffer->file = open(tried->device, O_RDWR | O_CLOEXEC);
	buffer->bytes = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (buffer->file < 0 || buffer->bytes == MAP_FAILED)
		return wrong("a file and a buffer", -errno);
	memset(buffer->bytes, 0xa5, BUFFER);
	result = v4_lend(buffer, &failed);
	return result ? wrong(failed, result) : NULL;
}

static void forget(struct v4_buffer *buffer)
{
	close(buffer->file);
	munmap(buffer->bytes, BUFFER);
}

static bool is_untouched(const struct v4_buffer *buffer)
{
	for (size_t i = 0; i < BUFFER; i++)
		if (buffer->bytes[i] != 0xa5)
			return false;
	return true;
}

static long dump_slice(int file, void *context)
{
	struct v4_buffer *buffer = context;
	uint8_t reg[V4_RESOURCE_DUMP_BYTES] = { 0 };
	uint32_t written;
	int more;

	(void)file;
	v4_put(reg, 0, SLICE);
	return v4_resource_dump(buffer, reg, &written, &more);
}

/* What may not be written by a program is not written by its device either. */
static const char *user_memory(const struct tried *tried)
{
	struct v4_buffer buffer;
	const char *found = lend(tried, &buffer);
	long result;

	if (found)
		return found;
	mprotect(buffer.bytes, BUFFER, PROT_READ);
	result = dump_slice(buffer.file, &buffer);
	if (result != -EFAULT)
		found = wrong("a dump to what cannot be written", result);
	else if (!is_untouched(&buffer))
		found = "the device wrote into memory that cannot be written";
	mprotect(buffer.bytes, BUFFER, PROT_READ | PROT_WRITE);
	result = found ? 0 : dump_slice(buffer.file, &buffer);
	if (!found && (result || is_untouched(&buffer)))
		found = wrong("a dump to what can be written", result);
	forget(&buffer);
	return found;
}

static const char *kept_memory(const struct tried *tried)
{
	struct v4_buffer buffer;
	const char *failed, *found = lend(tried, &buffer);
	long result;

	if (found)
		return found;
	result = v4_unregister_memory(buffer.file, buffer.umem);
	if (result >= 0)
		found = wrong("UMEM_UNREG under a living mkey", result);
	result = v4_take_back(&buffer, &failed);
	if (!found && result)
		found = wrong(failed, result);
	if (!found && v4_unregister_memory(buffer.file, buffer.umem) != -ENOENT)
		found = "memory is unregistered twice";
	forget(&buffer);
	return found;
}

/* Whoever has a key whole may use it; the reply is shown without its last byte. */
static const char *blanked(const struct tried *tried)
{
	uint8_t in[V4_HEADER] = { 0 }, out[MKEY_BYTES] = { 0 };
	struct v4_buffer buffer;
	const char *found = lend(tried, &buffer);
	long result;

	if (found)
		return found;
	v4_begin(in, QUERY_MKEY, 0);
	v4_put(in, 8, buffer.index);
	result = v4_command(buffer.file, in, sizeof(in), out, sizeof(out));
	forget(&buffer);
	if (result || out[0])
		return wrong("QUERY_MKEY", result ? result : out[0]);
	if (v4_get(out, 0x1c) != buffer.pd)
		return wrong("the PD of an mkey", v4_get(out, 0x1c));
	return v4_get(out, 0x14) == 0xffffff00 && buffer.key & 0xff ? NULL :
	       wrong("the last byte of an mkey", out[0x17]);
}

static bool is_zero(const uint8_t *bytes, size_t n)
{
	while (n && !*bytes) {
		bytes++;
		n--;
	}
	return !n;
}

static const char *only_the_answer(const struct tried *tried)
{
	uint8_t in[V4_HEADER + MOST_REGISTER] = { 0 };
	uint8_t out[sizeof(in) + 64];
	long result;

	memset(out, 0xa5, sizeof(out));
	v4_begin_register(in, MGIR);
	result = v4_command(tried->file, in, sizeof(in), out, sizeof(in));
	if (result || out[0])
		return wrong("MGIR", result ? result : out[0]);
	if (!is_zero(out + V4_HEADER + MGIR_BYTES, MOST_REGISTER - MGIR_BYTES))
		return "the outbox has more in it than the answer";
	memset(in, 0, sizeof(in));
	v4_begin(in, QUERY_EQ, 0);
	v4_put(in, 8, 0xff);
	result = v4_command(tried->file, in, V4_HEADER, out, EQ_BYTES);
	if (result || !out[0])
		return wrong("QUERY_EQ of none", result);
	if (!is_zero(out + 8, EQ_BYTES - 8))
		return "after an error, the outbox has an answer in it";
	for (size_t i = sizeof(in); i < sizeof(out); i++)
		if (out[i] != 0xa5)
			return "more was written than the outbox has";
	return NULL;
}

static long as_nobody(int file, void *context)
{
	struct v4_info info;
	uint32_t id;
	long result;

	(void)context;
	hold(0);
	if (ioctl(file, V4_INFO, &info) < 0)
		return -errno;
	result = query(file, QUERY_ISSI, ISSI_BYTES);
	if (result || info.ucap)
		return result ? result : 1;
	result = query(file, QUERY_EQ, EQ_BYTES);
	return result == -EPERM ? v4_register_memory(file, &id, 1, &id) : result;
}

static long unregister(int file, void *context)
{
	struct v4_buffer *buffer = context;

	return v4_unregister_memory(file, buffer->umem);
}

static const char *passed_file(const struct tried *tried)
{
	struct v4_buffer buffer;
	long result = elsewhere(as_nobody, tried->file, NULL);
	const char *found;

	if (result != -EPERM)
		return wrong("a file passed to a process without capabilities",
			     result);
	found = lend(tried, &buffer);
	if (found)
		return found;
	for (size_t i = 0; !found && i < 2; i++) {
		buffer.access = i ? ACCESS_REGISTER_USER : 0;
		result = elsewhere(dump_slice, buffer.file, &buffer);
		if (result != -EPERM)
			found = wrong("a dump by a process whose memory it is not",
				      result);
		else if (!is_untouched(&buffer))
			found = "a dump by another process wrote into this one's memory";
	}
	result = elsewhere(unregister, buffer.file, &buffer);
	if (!found && result != -EPERM)
		found = wrong("UMEM_UNREG by a process whose memory it is not",
			      result);
	forget(&buffer);
	return found;
}

static const struct {
	const char *name, *behaviour;
	const char *(*find)(const struct tried *tried);
} defects[] = {
	{ "B1", "an open that is refused leaves nothing behind", refused_open },
	{ "B3", "ucap is the mask of what the caller holds now", true_ucap },
	{ "B4", "an inbox that is not there is EFAULT", bad_inbox },
	{ "B5", "half a mailbox is EFAULT and no count", half_a_mailbox },
	{ "B6", "ranges that cannot be are refused", bad_ranges },
	{ "B7", "the device writes no user memory", user_memory },
	{ "B8", "memory that the device still has stays", kept_memory },
	{ "B10", "no more is copied out than was answered", only_the_answer },
	{ "secrets", "what a row blanks is not shown", blanked },
	{ "B11", "a file that was passed has its user's rights", passed_file },
};

static bool is_wanted(const char *name, char **words)
{
	bool is_found = !*words;

	for (; *words; words++)
		is_found |= !strcmp(*words, name);
	return is_found;
}

int main(int argc, char **argv)
{
	struct tried tried = { .device = argv[argc > 1] };
	const char *found;
	int status = 0;

	tried.file = argc > 1 ? open(tried.device, O_RDWR | O_CLOEXEC) : -1;
	if (tried.file < 0) {
		perror(argc > 1 ? tried.device : "usage: v4-defects DEVICE");
		return 2;
	}
	for (size_t i = 0; i < sizeof(defects) / sizeof(*defects); i++) {
		if (!is_wanted(defects[i].name, argv + 2))
			continue;
		found = defects[i].find(&tried);
		status |= !!found;
		printf("%s %s: %s%s%s\n", found ? "THERE" : "gone",
		       defects[i].name, defects[i].behaviour,
		       found ? ": " : "", found ? found : "");
	}
	return status;
}
