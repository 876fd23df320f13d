// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Format strings of a device, which no printf() may see: each conversion is
 * read here, and is of numbers or not at all.
 */
#include "tracer.h"

#include <stdio.h>
#include <string.h>

#define MOST_WIDTH 64

struct conversion {
	bool is_left, is_zeroed, is_prefixed, is_signed_too, is_spaced;
	u32 width;
	u32 precision;
	bool has_precision;
	bool is_long;		/* ll: two numbers, the high one first */
	u32 bits;		/* of a number; hh and h have fewer */
	char letter;
};

struct text {
	char *at;
	size_t room;		/* the last byte is for the end */
};

static void put(struct text *text, char letter)
{
	if (text->room < 2)
		return;
	*text->at++ = letter;
	text->room--;
}

static const char *read_number(const char *at, const char *end, u32 *number)
{
	*number = 0;
	while (at < end && *at >= '0' && *at <= '9') {
		*number = *number * 10 + (*at++ - '0');
		if (*number > MOST_WIDTH)
			*number = MOST_WIDTH;
	}
	return at;
}

static const char *read_flags(const char *at, const char *end,
			      struct conversion *conversion)
{
	for (; at < end; at++) {
		if (*at == '-')
			conversion->is_left = true;
		else if (*at == '0')
			conversion->is_zeroed = true;
		else if (*at == '#')
			conversion->is_prefixed = true;
		else if (*at == '+')
			conversion->is_signed_too = true;
		else if (*at == ' ')
			conversion->is_spaced = true;
		else
			break;
	}
	return at;
}

/* Firmware is of 32 bits, so that l is nothing; ll is 64. */
static const char *read_length(const char *at, const char *end,
			       struct conversion *conversion)
{
	u32 ls = 0, hs = 0;

	for (; at < end && *at == 'l' && ls < 2; at++)
		ls++;
	for (; !ls && at < end && *at == 'h' && hs < 2; at++)
		hs++;
	conversion->is_long = ls == 2;
	conversion->bits = conversion->is_long ? 64 : 32 >> hs;
	return at;
}

/* Behind a '%'; NULL: it is no conversion of a number. */
static const char *read_conversion(const char *at, const char *end,
				   struct conversion *conversion)
{
	memset(conversion, 0, sizeof(*conversion));
	at = read_flags(at, end, conversion);
	at = read_number(at, end, &conversion->width);
	if (at < end && *at == '.') {
		conversion->has_precision = true;
		at = read_number(at + 1, end, &conversion->precision);
	}
	at = read_length(at, end, conversion);
	if (at == end || !*at || !strchr("diuxXoc", *at))
		return NULL;
	conversion->letter = *at;
	return at + 1;
}

static bool is_signed(const struct conversion *conversion)
{
	return conversion->letter == 'd' || conversion->letter == 'i';
}

static u32 base_of(const struct conversion *conversion)
{
	switch (conversion->letter) {
	case 'x':
	case 'X':
		return 16;
	case 'o':
		return 8;
	}
	return 10;
}

/* Digits from the last one on; how many. */
static u32 make_digits(const struct conversion *conversion, u64 value,
		       char *digits)
{
	const char *letters = conversion->letter == 'X' ? "0123456789ABCDEF" :
							  "0123456789abcdef";
	u32 base = base_of(conversion);
	u32 n = 0;

	for (; value; value /= base)
		digits[n++] = letters[value % base];
	while (n < (conversion->has_precision ? conversion->precision : 1))
		digits[n++] = '0';
	return n;
}

static const char *prefix_of(const struct conversion *conversion, u64 value,
			     bool is_negative)
{
	if (is_negative)
		return "-";
	if (is_signed(conversion))
		return conversion->is_signed_too ? "+" :
		       conversion->is_spaced ? " " : "";
	if (!conversion->is_prefixed || !value)
		return "";
	switch (conversion->letter) {
	case 'x':
		return "0x";
	case 'X':
		return "0X";
	case 'o':
		return "0";
	}
	return "";
}

static void put_number(struct text *text, const struct conversion *conversion,
		       u64 value)
{
	bool is_zeroed = conversion->is_zeroed && !conversion->is_left &&
			 !conversion->has_precision;
	bool is_negative;
	char digits[MOST_WIDTH + 1];
	const char *prefix;
	u32 n, len;

	if (conversion->bits < 64)
		value &= ((u64)1 << conversion->bits) - 1;
	is_negative = is_signed(conversion) &&
		      value >> (conversion->bits - 1) & 1;
	if (is_negative)
		value = -value;
	if (conversion->bits < 64)
		value &= ((u64)1 << conversion->bits) - 1;
	prefix = prefix_of(conversion, value, is_negative);
	n = make_digits(conversion, value, digits);
	len = n + strlen(prefix);
	for (u32 i = len; !conversion->is_left && !is_zeroed &&
	     i < conversion->width; i++)
		put(text, ' ');
	for (; *prefix; prefix++)
		put(text, *prefix);
	for (u32 i = len; is_zeroed && i < conversion->width; i++)
		put(text, '0');
	while (n)
		put(text, digits[--n]);
	for (u32 i = len; conversion->is_left && i < conversion->width; i++)
		put(text, ' ');
}

static void put_letter(struct text *text, const struct conversion *conversion,
		       u64 value)
{
	for (u32 i = 1; !conversion->is_left && i < conversion->width; i++)
		put(text, ' ');
	/* A zero would end the text. */
	put(text, value & 0xff ? value & 0xff : '?');
	for (u32 i = 1; conversion->is_left && i < conversion->width; i++)
		put(text, ' ');
}

u32 tracer_numbers(const char *format, size_t room)
{
	const char *end = format + strnlen(format, room), *next;
	struct conversion conversion;
	u32 n = 0;

	while (format < end) {
		if (*format++ != '%')
			continue;
		if (format < end && *format == '%') {
			format++;
			continue;
		}
		next = read_conversion(format, end, &conversion);
		if (next) {
			n += conversion.is_long ? 2 : 1;
			format = next;
		}
	}
	return n;
}

struct numbers {
	const u32 *at;
	u32 n;
	bool were_short;
};

static u64 take(struct numbers *numbers, bool is_long)
{
	u32 wanted = is_long ? 2 : 1;
	u64 value;

	if (numbers->n < wanted) {
		numbers->were_short = true;
		return 0;
	}
	value = is_long ? (u64)numbers->at[0] << 32 | numbers->at[1] :
			  numbers->at[0];
	numbers->at += wanted;
	numbers->n -= wanted;
	return value;
}

/* What follows a '%' that is not doubled; false: it is none of a number. */
static bool put_conversion(struct text *text, const char **at,
			   const char *end, struct numbers *numbers)
{
	struct conversion conversion;
	const char *next = read_conversion(*at, end, &conversion);
	u64 value;

	if (!next) {
		put(text, '%');
		return false;
	}
	*at = next;
	value = take(numbers, conversion.is_long);
	if (numbers->were_short)
		put(text, '?');
	else if (conversion.letter == 'c')
		put_letter(text, &conversion, value);
	else
		put_number(text, &conversion, value);
	return true;
}

const char *tracer_format(const char *format, size_t room, const u32 *numbers,
			  u32 n, char *text, size_t size)
{
	size_t len = strnlen(format, room);
	const char *end = format + len;
	struct numbers left = { numbers, n };
	struct text out = { text, size };
	bool is_good = true;

	while (format < end) {
		if (*format != '%')
			put(&out, *format++);
		else if (++format < end && *format == '%')
			put(&out, *format++);
		else
			is_good &= put_conversion(&out, &format, end, &left);
	}
	*out.at = '\0';
	if (len == room)
		return "its format has no end";
	if (!is_good)
		return "its format has a conversion that is none of a number";
	if (left.were_short)
		return "some of its numbers did not come";
	if (out.room < 2)
		return "it is longer than is shown";
	return left.n ? "more numbers came than its format has" : NULL;
}

/* "mlx5_fw: 0000:01:00.0 [0x25d780] 0 [0x2] TEXT" */
bool tracer_read_line(const char *line, const char *pci,
		      struct tracer_message *message)
{
	unsigned long long time;
	unsigned int event;
	int lost, at = -1;
	char name[64];

	if (sscanf(line, " mlx5_fw: %63s [0x%llx] %d [0x%x]%n", name, &time,
		   &lost, &event, &at) != 4 || at < 0 || strcmp(name, pci))
		return false;
	*message = (struct tracer_message){
		.time = time,
		.has_time = true,
		.is_lost = lost,
		.event = event,
	};
	snprintf(message->text, sizeof(message->text), "%.*s",
		 TRACER_TEXT - 1, line + at + (line[at] == ' '));
	return true;
}
