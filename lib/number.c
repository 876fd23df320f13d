// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "number.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found;

	if (digit >= 'A' && digit <= 'F')
		digit += 'a' - 'A';
	found = digit ? strchr(digits, digit) : NULL;
	return found ? found - digits : 16;
}

int parse_number(const char *text, u64 most, u64 *value)
{
	u64 base = 10;
	u64 number = 0;
	int error = 0;

	if (!strncasecmp(text, "0x", 2)) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		u64 digit = digit_value(*text);

		if (digit >= base)
			return -EINVAL;
		if (number > (UINT64_MAX - digit) / base)
			error = -ERANGE;
		number = number * base + digit;
	}
	if (error || number > most)
		return -ERANGE;
	*value = number;
	return 0;
}
