// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * v4-change DEVICE COUNT: send mailboxes that become others once half of them
 * was read, to or from one that may not pass. What was read first is what counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "v4.h"

#define NOP 0x80d
#define DESTROY_UCTX 0xa06	/* what no program may */

/* Two pages with a mailbox across them; the second comes when it is asked for. */
struct changing {
	uint8_t *pages;
	size_t page;
	int faults;
	uint16_t later;		/* the opcode, once it is half read */
};

/* Who reads the second half waits here, and the first half becomes another. */
static void *change(void *context)
{
	struct changing *changing = context;
	struct uffd_msg message;

	while (read(changing->faults, &message, sizeof(message)) == sizeof(message)) {
		struct uffdio_zeropage zeros = { .range = {
			.start = (uintptr_t)changing->pages + changing->page,
			.len = changing->page,
		} };

		v4_begin(changing->pages + changing->page - 8, changing->later, 0);
		if (ioctl(changing->faults, UFFDIO_ZEROPAGE, &zeros))
			break;
	}
	return NULL;
}

static bool begin_changing(struct changing *changing)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	changing->page = getpagesize();
	changing->pages = mmap(NULL, 2 * changing->page, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	changing->faults = syscall(SYS_userfaultfd, O_CLOEXEC);
	range.range.start = (uintptr_t)changing->pages + changing->page;
	range.range.len = changing->page;
	return changing->pages != MAP_FAILED && changing->faults >= 0 &&
	       !ioctl(changing->faults, UFFDIO_API, &api) &&
	       !ioctl(changing->faults, UFFDIO_REGISTER, &range) &&
	       !pthread_create(&thread, NULL, change, changing);
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 0) : 0;
	unsigned long passed = 0, refused = 0;
	struct changing changing = { 0 };
	int file = open(argv[argc > 1], O_RDWR);

	if (file < 0 || !begin_changing(&changing)) {
		perror("v4-change");
		return 2;
	}
	for (unsigned long i = 0; i < count; i++) {
		uint8_t *in = changing.pages + changing.page - 8;
		uint16_t first = i % 2 ? NOP : DESTROY_UCTX;
		uint8_t out[V4_HEADER];
		int result;

		changing.later = i % 2 ? DESTROY_UCTX : NOP;
		v4_begin(in, first, 0);
		madvise(changing.pages + changing.page, changing.page,
			MADV_DONTNEED);
		result = v4_command(file, in, V4_HEADER, out, sizeof(out));
		passed += !result && first == NOP;
		refused += result == -EBADMSG && first != NOP;
	}
	printf("of %lu commands %lu passed and %lu were refused\n", count,
	       passed, refused);
	return !count || passed + refused != count;
}
