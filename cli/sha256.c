// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sha256.h"

#include <string.h>

#define BLOCK 64
#define ROUNDS 64

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* The first 32 bits behind the point of a root, found bit by bit. */
static uint32_t root_fraction(uint32_t prime, unsigned int power)
{
	unsigned __int128 target = (unsigned __int128)prime << (32 * power);
	uint64_t root = 0;

	for (int bit = 36; bit >= 0; bit--) {
		unsigned __int128 tried = root | (uint64_t)1 << bit;
		unsigned __int128 product = tried;

		for (unsigned int i = 1; i < power; i++)
			product *= tried;
		if (product <= target)
			root = tried;
	}
	return root;
}

static int is_prime(uint32_t n)
{
	for (uint32_t i = 2; i * i <= n; i++)
		if (n % i == 0)
			return 0;
	return 1;
}

/* The standard's constants: roots of the first primes. */
static const uint32_t *constants(unsigned int power)
{
	static uint32_t square[8], cube[ROUNDS];
	uint32_t prime = 2;

	for (unsigned int i = 0; !cube[ROUNDS - 1] && i < ROUNDS; prime++) {
		if (!is_prime(prime))
			continue;
		if (i < 8)
			square[i] = root_fraction(prime, 2);
		cube[i++] = root_fraction(prime, 3);
	}
	return power == 2 ? square : cube;
}

static void expand(const uint8_t *block, uint32_t words[ROUNDS])
{
	for (int i = 0; i < 16; i++)
		words[i] = (uint32_t)block[i * 4] << 24 |
			   block[i * 4 + 1] << 16 | block[i * 4 + 2] << 8 |
			   block[i * 4 + 3];
	for (int i = 16; i < ROUNDS; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + words[i - 7] +
			   (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void compress(struct sha256 *hash, const uint8_t *block)
{
	const uint32_t *k = constants(3);
	uint32_t words[ROUNDS], s[8];

	expand(block, words);
	memcpy(s, hash->state, sizeof(s));
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t one = s[7] + k[i] + words[i] +
			(rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
			((s[4] & s[5]) ^ (~s[4] & s[6]));
		uint32_t two =
			(rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
			((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += one;
		s[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		hash->state[i] += s[i];
}

void sha256_begin(struct sha256 *hash)
{
	memcpy(hash->state, constants(2), sizeof(hash->state));
	hash->length = 0;
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;

	while (n) {
		size_t at = hash->length % BLOCK;
		size_t run = n < BLOCK - at ? n : BLOCK - at;

		memcpy(hash->block + at, from, run);
		hash->length += run;
		from += run;
		n -= run;
		if (at + run == BLOCK)
			compress(hash, hash->block);
	}
}

void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES])
{
	uint64_t bits = hash->length * 8;
	uint8_t end[8];

	sha256_add(hash, "\x80", 1);
	while (hash->length % BLOCK != BLOCK - sizeof(end))
		sha256_add(hash, "", 1);
	for (int i = 0; i < 8; i++)
		end[i] = bits >> (56 - i * 8);
	sha256_add(hash, end, sizeof(end));
	for (int i = 0; i < SHA256_BYTES; i++)
		digest[i] = hash->state[i / 4] >> (24 - i % 4 * 8);
}
