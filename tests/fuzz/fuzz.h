/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What all fuzz targets share. Each is built twice: as it is, and with
 * SEEDED_FAULT, where it has one known fault that the fuzzer has to find.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef SEEDED_FAULT
#define SEEDED 1
#else
#define SEEDED 0
#endif

/* What must hold; a sentence, so that the crash says what broke. */
#define HOLDS(condition, sentence)					\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "%s:%d: does not hold: %s\n",	\
				__FILE__, __LINE__, sentence);		\
			abort();					\
		}							\
	} while (0)

/* The input, taken from the front piece by piece; zero when used up. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

static inline u64 take(struct fuzz_input *input, u32 bytes)
{
	u64 value = 0;

	for (; bytes; bytes--) {
		value = value << 8 | (input->size ? *input->data : 0);
		if (input->size) {
			input->data++;
			input->size--;
		}
	}
	return value;
}

/* A copy of exactly that size: one byte more is seen by the sanitizer. */
static inline void *exact_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	return copy;
}

/* Text in the same manner, with its NUL. */
static inline char *exact_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = 0;
	return text;
}

/* For targets without arithmetic of their own: a read past the end. */
static inline void seeded_overread(const uint8_t *data, size_t size)
{
	volatile uint8_t sink;
	uint8_t *copy;

	if (!SEEDED || size < 4)
		return;
	copy = exact_copy(data, size);
	sink = copy[size];
	(void)sink;
	free(copy);
}

#endif
