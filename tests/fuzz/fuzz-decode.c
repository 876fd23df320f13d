// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Decoding any bytes by any layout, and back; and any text as an assignment.
 * Input: which layout, how many bytes, the bytes, and then the text.
 */
#include "decode.h"
#include "fuzz.h"

static char *decoded_text(const struct prm_layout *layout, const void *bytes,
			  u32 len)
{
	struct json_object *object = decode_bytes(layout, bytes, len);
	char *text;

	HOLDS(object, "any bytes can be decoded");
	text = strdup(json_object_to_json_string(object));
	json_object_put(object);
	return text;
}

static void check_round_trip(const struct prm_layout *layout,
			     const u8 *bytes, u32 len)
{
	struct json_object *object = decode_bytes(layout, bytes, len);
	struct encode_error error = {};
	char *before, *after;
	u8 *copy;

	if (len < layout->size) {
		json_object_put(object);
		return;
	}
	copy = calloc(1, len);
	HOLDS(!encode_object(layout, copy, len, object, ENCODE_DEVICE_FIELDS,
			     &error), error.message);
	before = decoded_text(layout, bytes, len);
	after = decoded_text(layout, copy, len);
	HOLDS(!strcmp(before, after), "what was decoded encodes to the same");
	free(before);
	free(after);
	free(copy);
	json_object_put(object);
}

static void check_assignment(const struct prm_layout *layout, u8 *bytes,
			     u32 len, const char *text)
{
	struct encode_error error = {};
	u8 *before = exact_copy(bytes, len);

	if (encode_assignment(layout, bytes, len, text, ENCODE_DEVICE_FIELDS,
			      &error)) {
		HOLDS(!memcmp(before, bytes, len),
		      "a refused assignment changes nothing");
		HOLDS(error.message[0], "a refused assignment has a sentence");
	}
	free(before);
}

static void check_names(const struct prm_layout *layout, const u8 *bytes,
			u32 len)
{
	char name[16];

	for (u32 bit = 0; bit < len * 8 + 64; bit += 13)
		HOLDS(field_name_at(layout, bytes, len, bit, name,
				     sizeof(name)) == !!name[0],
		      "a bit has a name, or is reserved and has none");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	const struct prm_layout *layout =
		prm_layouts[take(&input, 2) % prm_n_layouts];
	u32 len = take(&input, 2) % 5000;
	u8 *bytes;
	char *text;

	if (take(&input, 1) & 1)
		len = layout->size;
	seeded_overread(data, size);
	bytes = calloc(1, len ? len : 1);
	if (!bytes)
		abort();
	memcpy(bytes, input.data, len < input.size ? len : input.size);
	input.data += len < input.size ? len : input.size;
	input.size -= len < input.size ? len : input.size;
	text = exact_text(input.data, input.size);
	free(decoded_text(layout, bytes, len));
	check_round_trip(layout, bytes, len);
	check_names(layout, bytes, len);
	check_assignment(layout, bytes, len, text);
	free(text);
	free(bytes);
	return 0;
}
