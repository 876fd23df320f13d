// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The one table of commands. See command.h for who reads it. */
#include "command.h"

#include "prm.h"

const char *const output_forms[] = { "text", "json", "jsonl", "hex", "binary",
				     NULL };
static const char *const modes[] = { "cur", "max", NULL };
static const char *const lockdown_levels[] = { "none", "integrity",
					       "confidentiality", NULL };
static const char *const class_names[] = { "identify", "config-read",
					   "config-write", "debug-read",
					   "debug-write", "full", "never", NULL };

const struct option global_options[] = {
	{ "device", 'd', "DEVICE", .help = "the device to ask, or all, or emu:all; default: $MLX5CTL_DEVICE, or the only one there is" },
	{ "output", 'o', "FORM", .choices = output_forms, .help = "form of the result: text, json, jsonl, hex or binary" },
	{ "timeout", .argument = "SEC", .help = "how many seconds to wait for each answer, 1 to 86400; default: no limit" },
	{ "dry-run", .help = "show mailbox and verdict; nothing is sent" },
	{ "trace", .argument = "FILE", .argument_optional = true, .help = "show each command, decoded, on stderr; or write a line of JSON for each to FILE" },
	{ "help", 'h', .help = "explain the command" },
	{ "version", 'V', .help = "show version and policy hash" },
	{ NULL },
};

#define HEX_ARGUMENT { "HEX", ARGUMENT_HEX, true, true,			\
	"hex digits (spaces, 0x and xxd form are understood), a file that holds some, or - for standard input, the default" }
#define OUT_LENGTH { "out-len", .argument = "BYTES",			\
	.help = "length of the reply; default: as the rule wants it" }

#define AS_BYTES							\
	{ "pretty", 'P', .help = "decoded text, the default" },		\
	{ "hex", 'H', .help = "the same as -o hex" },			\
	{ "bin", 'B', .help = "the same as -o binary" }

const struct command commands[] = {
	{
		.name = "list",
		.summary = "list the devices",
		.description = "Lists every device that can be opened, and opens none of them: no privilege is needed. The emulated device 'emu' is always there.",
		.example = "list",
		.run = run_list,
		.show = show_list,
	},
	{
		.name = "doctor",
		.summary = "say what state this machine is in, and what to type next",
		.description = "Looks at what stands between a user and the cards of this machine: cards and their drivers, the module, whether it is built for this kernel, signed, trusted and loaded, Secure Boot and kernel lockdown, the kernel's own fwctl, and what the caller, or USER, may do. It opens no device and needs no privilege; what only root sees is said to be so (?). Where something is missing (!), the exit status is 5; other remarks (*) are no more than that. The last line is the command to type next.",
		.example = "doctor",
		.arguments = {
			{ "USER", ARGUMENT_TEXT, true, false, "who is taken to ask; default: the caller" },
		},
		.run = run_doctor,
		.show = show_doctor,
	},
	{
		.name = "info",
		.summary = "say who the device is and what may be asked of it",
		.description = "Shows identity, firmware version, PSID and board, from MGIR and QUERY_ADAPTER; and of the open file its user context, the UCTX capabilities granted and offered, the interface it goes through and the hash of the rules. What the device does not tell is '-'.",
		.example = "info",
		.flags = COMMAND_DEVICE,
		.run = run_info,
		.show = show_info,
	},
	{
		.name = "cap",
		.summary = "show what the function can do",
		.description = "Reads groups of capabilities by name or number (QUERY_HCA_CAP) and decodes them: what is switched on or, with --max, what could be. Without a name it shows every group it knows; one that the device refuses is said to be so, and is no error. Bytes are shown of a single group, as the original tool did.",
		.example = "cap ROCE --max",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.arguments = {
			{ "NAME", ARGUMENT_CAPABILITY, true, true, "name or number of a group of capabilities" },
		},
		.options = {
			{ "max", .help = "what could be, instead of what is" },
			{ "mode", 'm', "MODE", .choices = modes, .help = "cur or max, as the original tool took it" },
			{ "id", 'i', "NAME", .help = "the group, as the original tool took it" },
			AS_BYTES,
		},
		.run = run_cap,
		.show = show_cap,
	},
	{
		.name = "obj",
		.summary = "show an object that lives in the device",
		.description = "Reads an object, as a queue or a counter, by kind and number, and decodes it. 'obj list' lists the kinds. Kinds of which there is only one take no number; a virtual port without a number is the own one, with a number another's. FIELD=VALUE sets further fields of the query's inbox.",
		.example = "obj issi",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.arguments = {
			{ "KIND", ARGUMENT_OBJECT, false, false, "kind of object, or list" },
			{ "ID", ARGUMENT_TEXT, true, false, "number of the object; default: 0" },
			{ "FIELD=VALUE", ARGUMENT_ASSIGNMENT, true, true, "a further field of the query" },
		},
		.options = {
			{ "id", 'i', "N", .help = "the number, as the original tool took it" },
			{ "op-mod", .argument = "N", .help = "modifier of the query; default: as the kind wants it" },
			AS_BYTES,
		},
		.run = run_obj,
		.show = show_obj,
	},
	{
		.name = "link",
		.summary = "show the state of each port",
		.description = "Shows state, speed, error correction and troubles of each port, and the state of its module, from PAOS, PTYS, PPLM, PDDR, PMLP and PMAOS. The link mode is one of Ethernet or InfiniBand; a rate that the device does not tell is that of the mode. What the device or the rules refuse is '-' and the reason, and null in JSON; but a port that --port names has to be there.",
		.example = "link",
		.flags = COMMAND_DEVICE,
		.options = {
			{ "port", 'p', "N", .help = "only this port" },
		},
		.run = run_link,
		.show = show_link,
	},
	{
		.name = "temp",
		.summary = "show the temperatures",
		.description = "Shows each sensor of MTCAP's map: temperature, the highest so far and thresholds, from MTMP. In JSON they are thousandths of a degree Celsius.",
		.example = "temp",
		.flags = COMMAND_DEVICE,
		.run = run_temp,
		.show = show_temp,
	},
	{
		.name = "modules",
		.summary = "show the modules and cables",
		.description = "Shows the module that each port is wired to (PMLP): state, error, vendor, part and serial number, temperature, from PMAOS and PDDR.",
		.example = "modules",
		.flags = COMMAND_DEVICE,
		.options = {
			{ "port", 'p', "N", .help = "only this port" },
		},
		.run = run_modules,
		.show = show_modules,
	},
	{
		.name = "health",
		.summary = "say what is wrong, on one screen",
		.description = "Shows what the firmware says of its own health, the state of each port and each temperature, and the counters of errors of the function (QUERY_VNIC_ENV), of PCIe (MPCNT) and of the ports (PPCNT); on the screen only those that are not zero. Of the emulated device that is the health buffer; a real kernel shows it to nobody, but has devlink's reporters, to root with their diagnosis. A syndrome, a reporter in the state of an error, a port that is wanted up and is not, the trouble of a port that is not down on purpose, a module with an error or missing where a port is wanted up, a sensor at its threshold, and that the device answers no more are findings: they are said first, and the exit status is 5. That a counter has counted is none. What the device or the rules refuse is said, too; it is no finding, but then nothing is wrong only with what could be read.",
		.example = "health",
		.flags = COMMAND_DEVICE,
		.run = run_health,
		.show = show_health,
	},
	{
		.name = "trace",
		.summary = "show what the firmware says of what it does",
		.description = "Shows messages of the firmware tracer. On a real kernel mlx5_core owns the tracer, and this follows its trace point mlx5:mlx5_fw in an instance of tracefs of its own, which needs root and shows nothing of the past: for --seconds, or with --follow until it is interrupted. Of the emulated device it reads the events that are kept, and formats them with the device's own strings. A message whose string is not there, has no end or wants what did not come is shown as far as it goes, and said to be so (!); then, or where messages were lost, the exit status is 5. Times are ticks of the device.",
		.example = "trace --seconds=10",
		.flags = COMMAND_DEVICE,
		.options = {
			{ "follow", 'f', .help = "go on until interrupted, or for --seconds" },
			{ "count", 'n', "N", .help = "end after N messages; default: 0, as many as come" },
			{ "seconds", .argument = "N", .help = "listen so long; default: 5, and 0 of the emulated device" },
		},
		.run = run_trace,
		.show = show_trace,
	},
	{
		.name = "diagcnt cap",
		.summary = "list the diagnostic counters of the device",
		.description = "Lists the diagnostic counters that the device has, by number and, where it is known, by name; which of them can be synchronized; and how it can sample: how many samples its buffer has room for, and the shortest period.",
		.example = "diagcnt cap",
		.flags = COMMAND_DEVICE,
		.run = run_diagcnt_cap,
		.show = show_diagcnt_cap,
	},
	{
		.name = "diagcnt set",
		.summary = "start sampling diagnostic counters",
		.description = "Starts the sampling of counters, instead of what was being sampled: once, until the buffer is full (-s), around and around (-r), or whenever somebody looks (-o). What is asked for is checked against the device's capabilities before it is sent, and read back. Whoever sampled before, other programs included, no longer does. After this command's name -o means on demand, as in the original tool; the form of output is --output.",
		.example = "diagcnt set -cSs 4 10 0x401,0x2006,sxw_qp_done_due_to_desched",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "LOG_SAMPLES", ARGUMENT_NUMBER, false, false, "keep 2^LOG_SAMPLES samples of each counter" },
			{ "LOG_PERIOD", ARGUMENT_NUMBER, false, false, "a sample every 2^LOG_PERIOD clocks of the device" },
			{ "COUNTER", ARGUMENT_COUNTER, false, true, "number or name of a counter; several with commas" },
		},
		.options = {
			{ "single", 's', .help = "once, until the buffer is full" },
			{ "repetitive", 'r', .help = "around: the newest sample replaces the oldest" },
			{ "on-demand", 'o', .help = "one sample, taken when it is asked for" },
			{ "sync", 'S', .help = "count from zero, all from the same moment" },
			{ "clear", 'c', .help = "with -S, from zero again in each period" },
		},
		.run = run_diagcnt_set,
		.show = show_diagcnt_param,
	},
	{
		.name = "diagcnt param",
		.summary = "show which diagnostic counters are sampled, and how",
		.description = "Shows what the last 'diagcnt set', by whomever, has set.",
		.example = "diagcnt param",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "N", ARGUMENT_NUMBER, true, false, "list this many counters at most; default: all" },
		},
		.run = run_diagcnt_param,
		.show = show_diagcnt_param,
	},
	{
		.name = "diagcnt dump",
		.summary = "show samples of the diagnostic counters",
		.description = "Shows samples, a line for each counter: from the sample at INDEX of the buffer on, around its end, as far as the buffer goes. Samples that were not taken yet, are torn or repeated, or are of another counter than was due, are counted; then the exit status is 5. Numbers of samples begin at 1, time stamps are clocks of the device. As -o binary a line is four numbers of 64 bits in the byte order of this machine: counter, sample, time stamp, value.",
		.example = "diagcnt dump",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.arguments = {
			{ "LINES", ARGUMENT_NUMBER, true, false, "how many lines; default: one sample of each counter" },
			{ "INDEX", ARGUMENT_NUMBER, true, false, "the first sample; default: 0" },
		},
		.options = { AS_BYTES },
		.run = run_diagcnt_dump,
		.show = show_diagcnt_dump,
	},
	{
		.name = "diagcnt disable",
		.summary = "stop sampling diagnostic counters",
		.description = "Stops the sampling of diagnostic counters, whoever has started it, and empties the buffer.",
		.example = "diagcnt disable",
		.flags = COMMAND_DEVICE,
		.run = run_diagcnt_disable,
		.show = show_diagcnt_param,
	},
	{
		.name = "diagcnt watch",
		.summary = "show diagnostic counters again and again",
		.description = "Shows the latest sample of each counter and how fast it moves, until it is interrupted: on a terminal in place, with -o jsonl as one document a line. Without a COUNTER it shows what is being sampled. With some it samples these on demand and, however it ends, has the device sample what it sampled before. A counter without a sample, or an answer that was there before, makes the exit status 5.",
		.example = "diagcnt watch --count=2 --interval=0 0x2006,0x1001",
		.flags = COMMAND_DEVICE | COMMAND_ENDLESS,
		.arguments = {
			{ "COUNTER", ARGUMENT_COUNTER, true, true, "number or name of a counter; several with commas" },
		},
		.options = {
			{ "interval", 'n', "SEC", .help = "seconds between two looks; default: 1" },
			{ "count", .argument = "N", .help = "end after N looks; default: 0, never" },
		},
		.run = run_diagcnt_watch,
		.show = show_diagcnt_watch,
	},
	{
		.name = "reg list",
		.summary = "list the registers and who may read and write them",
		.description = "Lists the access registers of the vocabulary with the class of a read and of a write. 'never' is refused; '-' depends on what is in the register.",
		.example = "reg list",
		.run = run_reg_list,
		.show = show_reg_list,
	},
	{
		.name = "reg get",
		.summary = "read a register",
		.description = "Reads an access register and decodes it. Index fields are given as NAME=VALUE. For registers beyond the tool's own vocabulary, names come from mstflint's register database where that is installed ($MLX5CTL_ADB overrides where it is looked for).",
		.example = "reg get PAOS local_port=1",
		.flags = COMMAND_DEVICE | COMMAND_BYTES | COMMAND_DEFAULT,
		.arguments = {
			{ "REGISTER", ARGUMENT_REGISTER, false, false, "name or number of the register" },
			{ "INDEX=VALUE", ARGUMENT_ASSIGNMENT, true, true, "a field that selects what is read" },
		},
		.options = {
			{ "size", .argument = "BYTES", .help = "read this many bytes; needed if the register is not known" },
			{ "id", 'i', "REGISTER", .help = "the register, as the original tool took it" },
			{ "port", 'p', "N", .help = "local port: the second byte of the register" },
			{ "argument", 'a', "N", .help = "argument of the access; the rules want 0" },
			AS_BYTES,
		},
		.run = run_reg_get,
		.show = show_reg_get,
	},
	{
		.name = "reg set",
		.summary = "change fields of a register",
		.description = "Changes the named fields of an access register and no others: it is read, changed, judged whole, written, and read again. Index fields select the instance. Where nothing would change, nothing is written; else the command that undoes it is shown first. Two at once wait for each other. If the device says that it did and did not, the status is 5. With --dry-run nothing is read either, and fields that are not named are zero.",
		.example = "reg set MFRL reset_trigger=0x48",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.arguments = {
			{ "REGISTER", ARGUMENT_REGISTER, false, false, "name or number of the register" },
			{ "FIELD=VALUE", ARGUMENT_ASSIGNMENT, false, true, "a field to change, or an index that selects what is changed" },
		},
		.run = run_reg_set,
		.show = show_reg_set,
	},
	{
		.name = "config query",
		.summary = "show the configuration that the card keeps",
		.description = "Shows parameters of the non-volatile configuration, by the names that mstconfig gave them: the factory's value, the one in force, and the one that the next reset brings into force. Without a name, all that the device has of those that are known; of a port's parameter without a port, all ports. Named ones are explained; those among them that the device has not are said to be so, and the exit status is 5, or 3 if it has none of them. Names beyond the built-in set come from mstflint's parameter database where that is installed ($MLX5CTL_CONFIG_DB overrides where it is looked for).",
		.example = "config query SRIOV_EN NUM_OF_VFS",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "NAME", ARGUMENT_PARAMETER, true, true, "a parameter, as SRIOV_EN or LINK_TYPE_P1" },
		},
		.options = {
			{ "next", .help = "only the next values, for speed" },
		},
		.run = run_config_query,
		.show = show_config_query,
	},
	{
		.name = "config set",
		.summary = "change the configuration for the next reset",
		.description = "Changes parameters of the non-volatile configuration, all or none: names, values, limits and conditions are checked, the device is asked what it has, and every command is judged, before anything is written. What is so already is not written; else the command that undoes it is shown first, each write is read again, and the next reset of the machine is made to load it. If a write fails, or the device says that it did and did not, what was written is taken back. Two at once wait for each other. With --dry-run each mailbox is shown with its verdict; nothing is read either, and parameters that are not named are zero.",
		.example = "config set SRIOV_EN=1 NUM_OF_VFS=16",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "NAME=VALUE", ARGUMENT_SETTING, false, true, "a parameter, as SRIOV_EN, and a number, name or hex digits" },
		},
		.run = run_config_set,
		.show = show_config_set,
	},
	{
		.name = "config reset",
		.summary = "set parameters back to the factory's values",
		.description = "Gives the named parameters the factory's values at the next reset, in the same way as config set; with --all every parameter of the device, also those that have no name here.",
		.example = "config reset NUM_OF_VFS",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "NAME", ARGUMENT_PARAMETER, true, true, "a parameter, as SRIOV_EN or LINK_TYPE_P1" },
		},
		.options = {
			{ "all", .help = "all parameters of the device" },
		},
		.run = run_config_reset,
		.show = show_config_set,
	},
	{
		.name = "config apply",
		.summary = "change the configuration to what a file says",
		.description = "Changes all parameters that a file names, in the same way as config set. The file has lines NAME=VALUE, where # begins a comment; or it is what 'config query -o json' printed, of which the next values count.",
		.example = "config apply settings",
		.flags = COMMAND_DEVICE | COMMAND_INPUT,
		.arguments = {
			{ "FILE", ARGUMENT_TEXT, true, false, "the file, or - for standard input, the default" },
		},
		.run = run_config_apply,
		.show = show_config_set,
	},
	{
		.name = "config diff",
		.summary = "show what the next reset changes",
		.description = "Shows the parameters whose next value is another than the one in force; with --default, than the factory's. A power cycle brings them into force; a reset of the machine only if it is armed, as config set does: whether it is, the card tells nobody. If there are any, or one that is named cannot be read, the exit status is 5.",
		.example = "config diff",
		.flags = COMMAND_DEVICE,
		.arguments = {
			{ "NAME", ARGUMENT_PARAMETER, true, true, "only these parameters" },
		},
		.options = {
			{ "default", .help = "what differs from the factory's values" },
		},
		.run = run_config_diff,
		.show = show_config_query,
	},
	{
		.name = "rscdump",
		.summary = "dump resources that live in the device",
		.description = "Without a type it shows the device's menu: what can be dumped, and by which index. With one it dumps: a chain of segments, decoded to named fields, or with -w also kept as it came, for 'decode rscdump FILE'. A dump goes through memory where the interface has that, in one command a round, else inline. An index is N, N+COUNT for COUNT of them, all, or active for those in use. What the device stops half way or does not hold together is kept as FILE.incomplete, and the status is 5; so it is where the firmware reports an error in the dump.",
		.example = "rscdump FULL_EQC --index1=active",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.arguments = {
			{ "TYPE", ARGUMENT_SEGMENT, true, false, "what to dump: a name of the menu, or a number; default: the menu" },
		},
		.options = {
			{ "write", 'w', "FILE", .help = "also write the dump to FILE, whole or not at all" },
			{ "index1", .argument = "INDEX", .help = "which: N, N+COUNT, all or active" },
			{ "index2", .argument = "INDEX", .help = "the second index, of types that have two" },
			{ "vhca", .argument = "N", .help = "of another function; default: the own one" },
			{ "inline", .help = "in the replies, 208 bytes each, instead of through memory" },
			{ "umem", .argument = "KB", .help = "kilobytes of memory to dump through, as the original tool took it; default: 4096" },
			{ "most", .argument = "SIZE", .help = "give up a dump that is longer, as 64M; default: 256M" },
			{ "type", .argument = "TYPE", .help = "the type, as the original tool took it" },
			{ "idx1", .argument = "N", .help = "the same as --index1, as the original tool took it" },
			{ "idx2", .argument = "N", .help = "the same as --index2, as the original tool took it" },
			{ "vhcaid", .argument = "N", .help = "the same as --vhca, as the original tool took it" },
		},
		.run = run_rscdump,
		.show = show_rscdump,
	},
	{
		.name = "coredump",
		.summary = "dump the state of the whole chip",
		.description = "Takes the device's core dump, several MiB in rounds of --size, and writes it to a file: with its name only when it is whole and on the disk. What the device or a time limit stops half way is kept as FILE.incomplete; the status is 5, or 4 after a time limit. What the keyboard interrupts is not kept. Length and SHA-256 are stated. The dump may show memory of the host: the file is for its owner only.",
		.example = "coredump --dry-run",
		.flags = COMMAND_DEVICE | COMMAND_BYTES,
		.options = {
			{ "write", 'w', "FILE", .help = "write the dump to FILE" },
			{ "size", .argument = "SIZE", .help = "memory to dump through, as 64K or 4M, and so the length of a round; default: 4M" },
			{ "most", .argument = "SIZE", .help = "give up a dump that is longer, as 64M; default: 256M" },
			{ "umem", .argument = "KB", .help = "the same as --size, in kilobytes, as the original tool took it" },
			{ "vhca", .argument = "N", .help = "of another function; default: the own one" },
		},
		.run = run_coredump,
		.show = show_coredump,
	},
	{
		.name = "snapshot",
		.summary = "write down the device as a personality",
		.description = "Reads everything that reading may give, identity, capabilities, objects, registers, modules, configuration and the menu of dumps, and writes one personality document, which '-d emu:FILE' and connectx-emu then play. What the device or the rules refuse is not in it, nor is what fails with another error than that the device has it not: then the exit status is 5. Of objects, low numbers are tried. --mask replaces addresses, GUIDs, serial numbers, and the names that hosts and their boot go by, the same by the same. It leaves what many cards share, as PSID, part numbers, versions and dates, and plain numbers, as VLANs, LIDs, PCI addresses, numbers of queues and their keys.",
		.example = "snapshot --dry-run",
		.flags = COMMAND_DEVICE,
		.options = {
			{ "write", 'w', "FILE", .help = "write the personality to FILE" },
			{ "mask", .help = "hide addresses, GUIDs, serial numbers and names of hosts, consistently" },
		},
		.run = run_snapshot,
		.show = show_snapshot,
	},
	{
		.name = "policy list",
		.summary = "list the rules",
		.description = "Lists every rule of the table that each command is judged by. --canonical prints the exact text whose SHA-256 is the policy hash.",
		.example = "policy list --class=config-write",
		.options = {
			{ "class", .argument = "CLASS", .choices = class_names, .help = "only the rules of this class" },
			{ "canonical", .help = "the canonical listing" },
		},
		.run = run_policy_list,
		.show = show_policy_list,
	},
	{
		.name = "policy show",
		.summary = "show one rule in full",
		.description = "Shows the rules of a name or number: lengths, each field and what it may hold, and why.",
		.example = "policy show PAOS",
		.arguments = {
			{ "RULE", ARGUMENT_RULE, false, false, "name of a command, register or parameter, or its number" },
		},
		.run = run_policy_show,
		.show = show_policy_show,
	},
	{
		.name = "policy explain",
		.summary = "say whether a command may pass, and why",
		.description = "Judges a mailbox as the driver would, and sends nothing: what it is, whether it passes, by which rule, which bit decides, and who does it instead. Unless the options say otherwise, the caller is taken to hold what this process holds, under this kernel's lockdown. The rules of this tool judge; where a device is named, here or by $MLX5CTL_DEVICE, the driver that has it is asked. The exit status is 0 if it passes, 1 if not.",
		.example = "policy explain --caps=none 01010000 00000000 00000000 00000000",
		.flags = COMMAND_DEVICE | COMMAND_BYTES | COMMAND_INPUT,
		.arguments = { HEX_ARGUMENT },
		.options = {
			{ "caps", .argument = "LIST", .help = "capabilities of the caller: admin, rawio, all or none; several with commas" },
			{ "lockdown", .argument = "LEVEL", .choices = lockdown_levels, .help = "lockdown of the kernel: none, integrity, confidentiality" },
			{ "label", .argument = "LABEL", .help = "the caller's own ceiling: 0 to 3, or fwctl's name for it as DEBUG_WRITE" },
			{ "vf", .help = "the device is a virtual function, which has no more than identify and config-read" },
			OUT_LENGTH,
		},
		.run = run_policy_explain,
	},
	{
		.name = "decode",
		.summary = "show the fields of a structure",
		.description = "Decodes bytes as a register, a mailbox (query_adapter_out) or any other structure of the vocabulary, or of mstflint's register database; 'decode rscdump FILE' decodes what rscdump -w wrote, and 'decode rscdump -' what -o binary sends. No device is asked.",
		.example = "decode PAOS 00010100 00000000 00000000 00000000",
		.flags = COMMAND_BYTES,
		.arguments = {
			{ "STRUCT", ARGUMENT_STRUCTURE, false, false, "a register, a mailbox or another structure" },
			HEX_ARGUMENT,
		},
		.run = run_decode,
		.show = show_decode,
	},
	{
		.name = "encode",
		.summary = "compose the bytes of a structure",
		.description = "Prints a structure with the named fields set and all others zero, for rpc, explain and tests. A field of a structure in it is a.b, an element of an array a[2].",
		.example = "encode access_reg_in op_mod=1 register_id=0x9020",
		.flags = COMMAND_BYTES,
		.arguments = {
			{ "STRUCT", ARGUMENT_STRUCTURE, false, false, "a register, a mailbox or another structure" },
			{ "NAME=VALUE", ARGUMENT_ASSIGNMENT, true, true, "a field to set; or one file, or -, with what decode -o json prints" },
		},
		.options = {
			{ "any", .help = "also set fields that only the device sets" },
			{ "size", .argument = "BYTES", .help = "this many bytes, for mailboxes with an open end" },
		},
		.run = run_encode,
		.show = show_encode,
	},
	{
		.name = "rpc",
		.summary = "send a mailbox as it is",
		.description = "Sends one firmware command, judged like any other, and decodes the reply if the command is known. The driver sets the user context (bytes 2 and 3) whatever they are.",
		.example = "rpc 01010000 00000000 00000000 00000000",
		.flags = COMMAND_DEVICE | COMMAND_BYTES | COMMAND_INPUT,
		.arguments = { HEX_ARGUMENT },
		.options = { OUT_LENGTH },
		.run = run_rpc,
		.show = show_rpc,
	},
	{
		.name = "emu reset",
		.summary = "reset an emulated card",
		.description = "Resets the card of an emulated device as the machine's firmware would: a warm boot, or with --power-cycle as if power had been away. With a power cycle the next NV configuration comes into force; with a warm boot only where a write of MFRL has asked for it. What changes is shown; with --dry-run only that. The embedded device keeps its configuration under $XDG_STATE_HOME/mlx5ctl; of a running connectx-emu the card behind the socket is reset, under a driver that goes on. Default: emu.",
		.example = "emu reset --power-cycle --dry-run",
		.flags = COMMAND_DEVICE,
		.options = {
			{ "power-cycle", .help = "as if power had been away, instead of a warm boot" },
		},
		.run = run_emu_reset,
		.show = show_emu_reset,
	},
	{
		.name = "commands",
		.summary = "list the commands",
		.description = "Lists commands, options and exit statuses. With -o json it is what the manual page is made from.",
		.example = "commands -o json",
		.run = run_commands,
		.show = show_commands,
	},
	{
		.name = "completion",
		.summary = "complete a command line",
		.description = "Prints the words that may stand in place of the last one given, one a line; for shells.",
		.example = "completion mlx5ctl reg g",
		.flags = COMMAND_VERBATIM,
		.arguments = {
			{ "WORD", ARGUMENT_TEXT, true, true, "the command line so far, from 'mlx5ctl' to the word to complete" },
		},
		.run = run_completion,
		.show = show_completion,
	},
	{
		.name = "help",
		.summary = "explain a command",
		.description = "Explains a command, or says what commands there are. 'COMMAND help' and 'COMMAND --help' do the same.",
		.example = "help reg get",
		.arguments = {
			{ "COMMAND", ARGUMENT_COMMAND, true, true, "the command to explain" },
		},
		.run = run_help,
		.show = show_help,
	},
};

const size_t n_commands = ARRAY_SIZE(commands);

const char *argument_kind_name(enum argument_kind kind)
{
	static const char *const names[] = {
		[ARGUMENT_TEXT] = "text",
		[ARGUMENT_REGISTER] = "register",
		[ARGUMENT_STRUCTURE] = "structure",
		[ARGUMENT_RULE] = "rule",
		[ARGUMENT_COMMAND] = "command",
		[ARGUMENT_HEX] = "hex",
		[ARGUMENT_ASSIGNMENT] = "assignment",
		[ARGUMENT_CAPABILITY] = "capability",
		[ARGUMENT_OBJECT] = "object",
		[ARGUMENT_PARAMETER] = "parameter",
		[ARGUMENT_SETTING] = "setting",
		[ARGUMENT_NUMBER] = "number",
		[ARGUMENT_COUNTER] = "counter",
		[ARGUMENT_SEGMENT] = "segment",
	};

	return names[kind];
}
