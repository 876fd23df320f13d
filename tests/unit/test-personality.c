// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A document means what it says, once, and anything else in it is an error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "unit.h"

#define HEAD "{\"mlx5ctl_personality\": 1,\n\"name\": \"test\",\n"
#define DEVICE "\"device\": {\"psid\": \"MT_TEST\"},\n"
#define CAPABILITIES "\"capabilities\": {},\n"
#define REGISTERS "\"registers\": {"

static struct emu_personality *parse(const char *text,
				     struct emu_problem *problem)
{
	memset(problem, 0, sizeof(*problem));
	return emu_personality_parse("test.json", text, strlen(text), problem);
}

/* The documents that are refused, and the whole of what is said. */
static const struct {
	const char *text;
	const char *problem;
} bad[] = {
	{ "", "test.json:1: unexpected end of data" },
	{ "[]", "test.json:1: is not an object" },
	{ "{\n\"name\": oops}", "test.json:2: unexpected character" },
	{ "{\"name\": \"a\",}", "test.json:1: unexpected character" },
	{ HEAD DEVICE CAPABILITIES "\"registers\": {}\n,\n\"name\": \"b\"}",
	  "test.json:7: the key is there already" },
	{ HEAD "\"surprise\": 1}",
	  "test.json:3: surprise: is no section of a personality" },
	{ "{\"mlx5ctl_personality\": 1}",
	  "test.json:1: lacks the section 'name'" },
	{ "{\"mlx5ctl_personality\": 2}",
	  "test.json:1: mlx5ctl_personality: only version 1 is known" },
	{ HEAD "\"device\": {\n\"psid\": \"0123456789abcdefg\"}," CAPABILITIES
	  REGISTERS "}}",
	  "test.json:4: device.psid: is longer than 16 characters" },
	{ HEAD "\"device\": {\n\n\"colour\": 1}," CAPABILITIES REGISTERS "}}",
	  "test.json:5: device.colour: is no key of a device" },
	{ HEAD "\"device\": {\"num_ports\": 256}," CAPABILITIES REGISTERS "}}",
	  "test.json:3: device.num_ports: 0x100 is too wide: the field has 8 bits" },
	{ HEAD DEVICE "\"capabilities\": {\"PERPETUAL_MOTION\": {}}," REGISTERS "}}",
	  "test.json:4: capabilities.PERPETUAL_MOTION: is no type of capabilities" },
	{ HEAD DEVICE "\"capabilities\": {\"ROCE\": {\"past\": {}}}," REGISTERS "}}",
	  "test.json:4: capabilities.ROCE.past: is neither 'current', 'maximum' nor 'reset'" },
	{ HEAD DEVICE "\"capabilities\": {\"ROCE\":\n{\"current\":\n{\"l3_type\": 16}}}," REGISTERS "}}",
	  "test.json:6: capabilities.ROCE.current.l3_type: 0x10 is too wide: the field has 4 bits" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\n\"PAOX\": {}}}",
	  "test.json:6: registers.PAOX: is neither a register's name nor a number" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": [\n{},\n{\"locl_port\": 1}]}}",
	  "test.json:7: registers.PAOS[1].locl_port: paos has no such field" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": {\"admin_status\": \"upp\"}}}",
	  "test.json:5: registers.PAOS.admin_status: 'upp' is neither a number nor a name that the field has" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": {\"local_port\": 1.5}}}",
	  "test.json:5: registers.PAOS.local_port: is not a number" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": {\"local_port\": -1}}}",
	  "test.json:5: registers.PAOS.local_port: is negative" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": 7}}",
	  "test.json:5: registers.PAOS: is not an object" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": \"0011\", \"0x5006\": \"00\"}}",
	  "test.json:5: registers.0x5006: has a name: PAOS" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"MFRL\": \"00112233445566778899\"}}",
	  "test.json:5: registers.MFRL: is longer than 8 bytes" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"MFRL\": \"001\"}}",
	  "test.json:5: registers.MFRL: is not hex, two digits for each byte" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PCAP\": {\"port_capability_mask\": [1,2,3,4,\n5]}}}",
	  "test.json:5: registers.PCAP.port_capability_mask: has 5 elements, the field 4" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"MGIR\": {\"fw_info\": {\n\"psid\": \"MT_OTHER\"}}}}",
	  "test.json:6: registers.MGIR.fw_info.psid: is given by device.psid" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"MTCAP\": {\"sensor_count\": 9}}}",
	  "test.json:5: registers.MTCAP.sensor_count: is worked out by the device" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"PAOS\": [{\"local_port\": 1},\n{\"local_port\": 1, \"admin_status\": 1}]}}",
	  "test.json:6: registers.PAOS[1]: repeats the index of another instance" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"MTMP\": [{},\n{\"i\": 1}]}}",
	  "test.json:6: registers.MTMP[1]: repeats the index of another instance" },
	{ HEAD DEVICE CAPABILITIES REGISTERS "\"0xffff\": \"00\",\n\"65535\": \"01\"}}",
	  "test.json:6: registers.65535: repeats the index of another instance" },
};

static void each_mistake_is_named_with_its_line_and_key(void **unused)
{
	struct emu_problem problem;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_null(parse(bad[i].text, &problem));
		assert_string_equal(problem.text, bad[i].problem);
	}
}

static void every_shipped_personality_makes_a_device(void **unused)
{
	struct emu_problem problem;
	unsigned int n;

	(void)unused;
	for (n = 0; emu_shipped_name(n); n++) {
		struct emu_personality *personality =
			emu_personality_shipped(emu_shipped_name(n), &problem);
		struct emu_device *device;

		assert_non_null(personality);
		assert_string_equal(emu_personality_name(personality),
				    emu_shipped_name(n));
		device = emu_create(personality);
		assert_non_null(device);
		assert_true(emu_uctx_cap(device) & 4);
		emu_destroy(device);
		emu_personality_free(personality);
	}
	assert_true(n >= 2);
	assert_null(emu_personality_shipped("connectx-1", &problem));
}

static void a_gzip_file_is_read_and_a_torn_one_is_not(void **unused)
{
	static const char text[] = HEAD DEVICE CAPABILITIES REGISTERS "}}";
	char path[64];
	struct emu_personality *personality;
	struct emu_problem problem;
	gzFile file;
	int fd;

	(void)unused;
	snprintf(path, sizeof(path), P_tmpdir "/personality-%d", getpid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	file = gzdopen(dup(fd), "wb");
	assert_int_equal(gzwrite(file, text, sizeof(text) - 1),
			 sizeof(text) - 1);
	gzclose(file);
	personality = emu_personality_load(path, &problem);
	assert_non_null(personality);
	assert_string_equal(emu_personality_name(personality), "test");
	emu_personality_free(personality);
	/* The check sum is in the last eight bytes. */
	assert_int_equal(pwrite(fd, "oops", 4, lseek(fd, 0, SEEK_END) - 8), 4);
	assert_null(emu_personality_load(path, &problem));
	assert_non_null(strstr(problem.text, "cannot be read"));
	assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) - 12), 0);
	assert_null(emu_personality_load(path, &problem));
	assert_non_null(strstr(problem.text, "cannot be read"));
	close(fd);
	unlink(path);
	assert_null(emu_personality_load(path, &problem));
	assert_non_null(strstr(problem.text, "No such file"));
}

static void a_register_without_a_name_is_its_bytes(void **unused)
{
	struct emu_device *device = device_of(HEAD DEVICE CAPABILITIES REGISTERS
					      "\"0x9876\": \"de ad beef\"}}");
	struct mailbox box;

	(void)unused;
	access_register(&box, 0x9876, false, 8);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, in_register((struct prm_bits){ 0, 64 })),
			 0xdeadbeef00000000);
	emu_destroy(device);
}

static void bytes_with_cases_are_named_fields(void **unused)
{
	struct emu_device *device = device_of(HEAD DEVICE CAPABILITIES REGISTERS
		"\"PDDR\": [{\"page_data\": {\"link_active\": {\"link_eth_active\":"
		" 512}, \"proto_active\": \"ethernet\"}, \"page_select\": 0},"
		" {\"page_data\": {\"cable_length\": 5}, \"page_select\": 3}]}}");
	struct mailbox box;

	(void)unused;
	access_register(&box, PRM_REG_PDDR, false, PRM_SIZE(pddr));
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, (struct prm_bits){ (16 + 8) * 8 + 8, 4 }), 4);
	assert_int_equal(got(&box, (struct prm_bits){ (16 + 8 + 0x14) * 8, 32 }),
			 512);
	put(&box, in_register(PRM_AT(pddr, page_select)), 3);
	assert_int_equal(execute(device, &box), 0);
	assert_int_equal(got(&box, (struct prm_bits){ (16 + 8 + 4) * 8 + 8, 8 }),
			 5);
	emu_destroy(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_named_with_its_line_and_key),
		cmocka_unit_test(every_shipped_personality_makes_a_device),
		cmocka_unit_test(a_gzip_file_is_read_and_a_torn_one_is_not),
		cmocka_unit_test(a_register_without_a_name_is_its_bytes),
		cmocka_unit_test(bytes_with_cases_are_named_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
