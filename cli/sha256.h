/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* SHA-256 (FIPS 180-4), as sha256sum computes it. */
#ifndef CLI_SHA256_H
#define CLI_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

struct sha256 {
	uint32_t state[8];
	uint64_t length;	/* bytes so far */
	uint8_t block[64];
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t n);
void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES]);

#endif
