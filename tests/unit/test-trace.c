// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Messages of the firmware tracer: formats, events in any order, lines. */
#include <stdio.h>
#include <string.h>

#include "tracer.h"
#include "unit.h"

static const char *format(const char *string, const u32 *numbers, u32 n,
			  char *text)
{
	return tracer_format(string, strlen(string) + 1, numbers, n, text,
			     TRACER_TEXT);
}

static void numbers_are_shown_as_printf_shows_them(void **unused)
{
	static const char flags[] = "-0#+ ", letters[] = "diuxXoc";

	(void)unused;
	for (u32 i = 0; i < 20000; i++) {
		char conversion[64] = "%", wanted[TRACER_TEXT], text[TRACER_TEXT];
		u32 number = random_below(3) ? (u32)random_number() :
					       random_below(300);
		char letter = letters[random_below(7)];

		for (u32 k = 0; letter != 'c' && k < 5; k++)
			if (!random_below(3))
				strncat(conversion, &flags[k], 1);
		if (random_below(2))
			sprintf(conversion + strlen(conversion), "%u",
				1 + random_below(20));
		if (letter != 'c' && !random_below(3))
			sprintf(conversion + strlen(conversion), ".%u",
				random_below(15));
		if (letter == 'c')
			number = 'a' + random_below(26);
		strncat(conversion, &letter, 1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(wanted, sizeof(wanted), conversion, number);
#pragma GCC diagnostic pop
		assert_null(format(conversion, &number, 1, text));
		/* An odd corner of C: a zero of no digits, and # of octal. */
		if (strchr(conversion, 'o') && strchr(conversion, '#'))
			continue;
		if (strcmp(text, wanted))
			fail_msg("%s of 0x%x: '%s', not '%s'", conversion,
				 number, text, wanted);
	}
}

static void long_and_short_numbers_have_their_sizes(void **unused)
{
	static const u32 two[] = { 0x12, 0x3456789a, 0xfffff123 };
	char text[TRACER_TEXT];

	(void)unused;
	assert_int_equal(tracer_numbers("%llx %hx%%%lu", 16), 4);
	assert_null(format("%llx %hx", two, 3, text));
	assert_string_equal(text, "123456789a f123");
	assert_null(format("%hhd %d%%", (u32[]){ 0x1ff, 0xffffffff }, 2, text));
	assert_string_equal(text, "-1 -1%");
}

static void a_bad_format_is_said_to_be_one_and_shown_as_it_stands(void **unused)
{
	static const struct {
		const char *string;
		u32 n;
		const char *text;
		const char *problem;
	} rows[] = {
		{ "a %s b %d", 1, "a %s b 7", "conversion" },
		{ "%n%p%*d%5$x", 4, "%n%p%*d%5$x", "conversion" },
		{ "end %", 0, "end %", "conversion" },
		{ "%d %d", 1, "7 ?", "did not come" },
		{ "%llx", 1, "?", "did not come" },
		{ "none", 1, "none", "more numbers" },
		{ "%99999999999u", 1, NULL, NULL },
		{ "%.99999999999u", 1, NULL, NULL },
	};
	const u32 numbers[] = { 7, 7, 7, 7 };
	char text[TRACER_TEXT];

	(void)unused;
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *problem = format(rows[i].string, numbers,
					     rows[i].n, text);

		if (rows[i].text)
			assert_string_equal(text, rows[i].text);
		if (rows[i].problem)
			assert_non_null(strstr(problem ? problem : "",
					       rows[i].problem));
		else
			assert_int_equal(strlen(text), 64);
	}
	assert_string_equal(tracer_format("abcdef", 3, NULL, 0, text,
					  sizeof(text)),
			    "its format has no end");
	assert_string_equal(text, "abc");
	assert_string_equal(tracer_format("abcdef", 7, NULL, 0, text, 4),
			    "it is longer than is shown");
	assert_string_equal(text, "abc");
}

#define BASE 0x1000

static char database[] = "title\0plain\0two %u and %u\0eight %u%u%u%u%u%u%u%u";

struct seen {
	struct tracer_message message[40];
	u32 n;
};

static void keep(void *context, const struct tracer_message *message)
{
	struct seen *seen = context;

	assert_true(seen->n < ARRAY_SIZE(seen->message));
	seen->message[seen->n++] = *message;
}

static struct tracer_strings strings = {
	.database = { { BASE, sizeof(database), sizeof(database), database } },
	.n = 1, .n_said = 1, .first = 1, .count = 4,
};

static void event(struct tracer *tracer, u64 raw)
{
	u8 bytes[8];

	for (u32 i = 0; i < 8; i++)
		bytes[i] = raw >> (56 - 8 * i);
	tracer_take(tracer, bytes);
}

/* Time, kind, number of the message, part, value. */
static u64 part(u64 time, u64 kind, u64 number, u64 index, u64 value)
{
	return (time & 0x7f) << 56 | kind << 48 | number << 35 | index << 32 |
	       value;
}

static u64 time_event(u64 time, u64 urts)
{
	return (time & 0xff) << 56 | (u64)0xff << 48 | urts << 45 |
	       (time >> 40 & 0x1fff) << 32 | (time >> 8 & 0xffffffff);
}

static void a_message_has_the_last_bits_of_the_time_after_it(void **unused)
{
	struct seen seen = { .n = 0 };
	struct tracer tracer = { &strings, .show = keep, .context = &seen };

	(void)unused;
	event(&tracer, part(0x7e, 1, 5, 0, BASE + 6));
	event(&tracer, part(0x03, 2, 6, 0, BASE + 12));
	event(&tracer, part(0x03, 2, 6, 1, 11));
	assert_int_equal(seen.n, 0);
	event(&tracer, time_event(0x1123456789a00, 0));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.message[0].text, "plain");
	assert_true(seen.message[0].time == 0x11234567899fe);
	event(&tracer, part(0x04, 2, 6, 2, 22));
	event(&tracer, time_event(0x1123456789a05, 1));
	event(&tracer, time_event(0x1123456789a06, 0));
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.message[1].text, "two 11 and 22");
	/* What is not to be relied on is not shown. */
	assert_false(seen.message[1].has_time);
	tracer_end(&tracer);
	assert_int_equal(seen.n, 2);
	assert_int_equal(tracer.n_strange, 0);
}

static void messages_that_are_mixed_come_apart_by_their_numbers(void **unused)
{
	struct seen seen = { .n = 0 };
	struct tracer tracer = { &strings, .show = keep, .context = &seen };

	(void)unused;
	for (u32 i = 0; i < 10; i++)
		event(&tracer, part(1, 2, i, 0, BASE + 12));
	for (u32 k = 1; k < 3; k++)
		for (u32 i = 10; i--;)
			event(&tracer, part(1, 2, i, k, i * k));
	event(&tracer, time_event(2, 0));
	assert_int_equal(seen.n, 10);
	for (u32 i = 0; i < 10; i++) {
		char wanted[40];

		sprintf(wanted, "two %u and %u", i, 2 * i);
		assert_string_equal(seen.message[i].text, wanted);
		assert_null(seen.message[i].problem);
	}
}

static void what_is_not_whole_is_shown_with_what_it_lacks(void **unused)
{
	struct seen seen = { .n = 0 };
	struct tracer tracer = { &strings, .show = keep, .context = &seen };

	(void)unused;
	event(&tracer, part(1, 2, 1, 1, 5));			/* of none */
	event(&tracer, part(1, 200, 1, 0, BASE + 6));		/* of no kind */
	event(&tracer, part(1, 1, 2, 0, BASE + sizeof(database)));
	event(&tracer, part(1, 2, 3, 0, BASE + 12));
	event(&tracer, part(1, 3, 4, 0, BASE + 26));
	for (u32 i = 1; i < 8; i++)
		event(&tracer, part(1, 3, 4, i, i));
	event(&tracer, time_event(2, 0));
	for (u32 i = 0; i < TRACER_OPEN + 1; i++)
		event(&tracer, part(1, 2, 100 + i, 0, BASE + 12));
	tracer_end(&tracer);
	assert_string_equal(seen.message[0].problem,
			    "its string is in no database that was read");
	assert_string_equal(seen.message[1].text, "eight 1234567?");
	assert_string_equal(seen.message[1].problem,
			    "some of its numbers did not come");
	assert_string_equal(seen.message[2].text, "two ? and ?");
	/* Each is shown once, the oldest when there are too many. */
	assert_int_equal(seen.n, 3 + TRACER_OPEN + 1);
	assert_int_equal(tracer.n_strange, 2);
}

static void a_line_is_of_the_function_that_is_asked_for(void **unused)
{
	struct tracer_message message;

	(void)unused;
	assert_true(tracer_read_line("mlx5_fw: 0000:01:00.0 [0x25d780] 1 [0x2] a [0x3] b",
				     "0000:01:00.0", &message));
	assert_int_equal(message.time, 0x25d780);
	assert_true(message.is_lost);
	assert_int_equal(message.event, 2);
	assert_string_equal(message.text, "a [0x3] b");
	assert_false(tracer_read_line("mlx5_fw: 0000:02:00.0 [0x25d780] 0 [0x2] a",
				      "0000:01:00.0", &message));
	assert_false(tracer_read_line("mlx5_fw: 0000:01:00.0 [0x25d780] 0 [0x2",
				      "0000:01:00.0", &message));
	assert_false(tracer_read_line("", "0000:01:00.0", &message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_shown_as_printf_shows_them),
		cmocka_unit_test(long_and_short_numbers_have_their_sizes),
		cmocka_unit_test(a_bad_format_is_said_to_be_one_and_shown_as_it_stands),
		cmocka_unit_test(a_message_has_the_last_bits_of_the_time_after_it),
		cmocka_unit_test(messages_that_are_mixed_come_apart_by_their_numbers),
		cmocka_unit_test(what_is_not_whole_is_shown_with_what_it_lacks),
		cmocka_unit_test(a_line_is_of_the_function_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
