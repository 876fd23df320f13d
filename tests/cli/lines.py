# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Command lines and what each must give.

A row is: the behaviour, the words, the exit status, and what stdout and stderr
must contain; `@` in a word is the folder for files. A line that fails says so
in exactly one line of stderr, and nothing on stdout.
"""
PAOS_READ = "08050000 00000001 00005006 00000000 00010000 00000000 00000000 00000000"
PAOS_WRITE = "08050000 00000000 00005006 00000000 00010100 00000000 00000000 00000000"
CREATE_UMEM = "0a080000 00000000 00000000 00000000"
CQ_READ = "04020000 00000000 00000001 00000000"
CONFIG_WRITE = "08050000 00000000 00009028 00000000 00000000 00000048"
MGIR_READ = "08050000 00000001 00009020 00000000" + " 00000000" * 40

GRAMMAR = [
    ("the device may stand before the command", "emu reg get MFRL", "MFRL"),
    ("the device may stand after the command", "reg get emu MFRL", "MFRL"),
    ("-d may stand before the command", "-d emu reg get MFRL", "MFRL"),
    ("-d may stand after everything", "reg get MFRL -d emu", "MFRL"),
    ("-d may be glued to its argument", "reg get MFRL -demu", "MFRL"),
    ("--device takes its argument after =", "reg get MFRL --device=emu", "MFRL"),
    ("--device takes its argument as a word", "--device emu reg get MFRL", "MFRL"),
    ("a device may be named in both ways", "emu -d emu reg get MFRL", "MFRL"),
    ("a personality is chosen after emu:", "-d emu:connectx-6dx reg get MFRL", "MFRL"),
    ("-d emu:all asks one device after the other", "-d emu:all reg get MFRL", "\n\nemu:connectx-6dx:\nMFRL"),
    ("a register may be given by number", "-d emu reg get 0x9028", "MFRL"),
    ("a register may be given by decimal number", "-d emu reg get 36904", "MFRL"),
    ("a register's name may be lower case", "-d emu reg get mfrl", "MFRL"),
    ("an index field selects what is read", "-d emu reg get PAOS local_port=1", "local_port"),
    ("an index may be written in 0x", "-d emu reg get PAOS local_port=0x1", "up (1)"),
    ("after -- a word is no option", "-d emu reg get -- MFRL", "MFRL"),
    ("the original's --id names a register", "emu reg --id=MFRL", "MFRL"),
    ("the original's -i names a register", "emu reg -i MFRL", "MFRL"),
    ("the original's --port is the local port", "emu reg --id PAOS --port 1", "up (1)"),
    ("the original's -p is the local port", "emu reg -i PAOS -p 1", "up (1)"),
    ("the original's -P is decoded text", "emu reg -i PAOS -p 1 -P", "up (1)"),
    ("the original's -H is hex", "emu reg -i PAOS -p 1 -H", "00010101 "),
    ("the original's -B is binary", "emu reg -i PAOS -p 1 -B", "\x00\x01\x01\x01"),
    ("the original's -a is passed on", "emu reg -i PAOS -p 1 -a 0", "up (1)"),
    ("COMMAND help explains a command", "reg get help", "mlx5ctl reg get [DEVICE]"),
    ("DEVICE COMMAND help explains a command", "emu reg get help", "mlx5ctl reg get [DEVICE]"),
    ("help of half a command lists its commands", "reg help", "reg list"),
    ("--help of half a command lists its commands", "reg --help", "reg list"),
    ("-h explains a command", "policy explain -h", "--lockdown"),
    ("--help explains the tool", "--help", "Commands:"),
    ("help explains the tool", "help", "Commands:"),
    ("--version shows the policy hash", "--version", "policy "),
    ("list needs no device", "list", "emu"),
    ("the original's options may follow COMMAND DEVICE", "reg emu --id=PAOS --port=1", "up (1)"),
    ("of -B and -H the last counts", "emu reg -i PAOS -p 1 -B -H", "00010101 "),
    ("of -B and -o the last counts", "emu reg -i PAOS -p 1 -B -o json", '"command"'),
    ("a number before NAME is a device's", "emu reg get MFRL --size 8", "MFRL"),
]

EXPLAIN = [
    ("a write of PAOS is refused and names its owner", f"policy explain {PAOS_WRITE}", 1, "ip link set"),
    ("a raw CREATE_UMEM is refused", f"policy explain {CREATE_UMEM}", 1, "owned-elsewhere"),
    ("a read of PAOS passes without capabilities", f"policy explain --caps none {PAOS_READ}", 0, "identify"),
    ("arming a reset needs CAP_SYS_ADMIN", f"policy explain --caps none {CONFIG_WRITE}", 1, "CAP_SYS_ADMIN"),
    ("arming a reset passes with CAP_SYS_ADMIN", f"policy explain --caps admin {CONFIG_WRITE}", 0, "config-write"),
    ("a capability has the kernel's name", f"policy explain --caps CAP_SYS_ADMIN {CONFIG_WRITE}", 0, "allowed"),
    ("several capabilities are joined by commas", f"policy explain --caps admin,rawio {CONFIG_WRITE}", 0, "allowed"),
    ("a label too low refuses", f"policy explain --caps all --label 1 {CONFIG_WRITE}", 1, "label"),
    ("a label may be named", f"policy explain --caps all --label configuration {CONFIG_WRITE}", 0, "allowed"),
    ("a label has the kernel's name", f"policy explain --caps all --label FWCTL_RPC_CONFIGURATION {CONFIG_WRITE}",
     0, "allowed"),
    ("a virtual function has no debug-read", f"policy explain --caps all --vf {CQ_READ}", 1, "narrowed"),
    ("a virtual function has identify", f"policy explain --caps all --vf {PAOS_READ}", 0, "allowed"),
    ("an unknown opcode is refused", "policy explain ffff0000 00000000 00000000 00000000", 1, "unknown"),
    ("an unknown opcode is no reserved bit", "policy explain ffff0000 00000000 00000000 00000000", 1, "field opcode"),
    ("a reserved bit is pointed at", "policy explain 01010000 00000000 00000001 00000000", 1, "byte 0x8, bit 0"),
    ("a reply too short is refused", f"policy explain --out-len 12 {PAOS_READ}", 1, "too-short"),
    ("a mailbox under 16 bytes is refused", "policy explain 0101", 1, "too-short"),
    ("the field of a register is named", "policy explain 08050000 00000001 00005006 00000000 "
     "00010001 00000000 00000000 00000000", 1, "oper_status"),
]

DONE = [
    ("policy list filters by class", "policy list --class=full", "SET_HCA_CAP"),
    ("policy list has the classes of tables within tables", "policy list --class config-write", "MFRL"),
    ("policy list --canonical is the listing", "policy list --canonical", "mlx5ctl-policy 1"),
    ("policy show finds a rule by name", "policy show paos", "ip link set"),
    ("policy show finds a rule by number", "policy show 0x5006", "PAOS"),
    ("policy show finds one of several names of a row", "policy show TEARDOWN_HCA", "INIT_HCA"),
    ("policy show tells the fields", "policy show CREATE_MKEY", "mkey_umem_id"),
    ("policy show tells which fields must fit each other", "policy show CREATE_MKEY", "log_page_size is 0 or"),
    ("reg list says who may read", "reg list", "identify"),
    ("decode shows names of values", "decode PAOS 00010100000000000000000000000000", "up (1)"),
    ("decode takes spaces", "decode PAOS 00010100 00000000 00000000 00000000", "up (1)"),
    ("decode takes 0x", "decode PAOS 0x00010100 0x00000000 0x00000000 0x00000000", "up (1)"),
    ("decode takes a mailbox", "decode query_adapter_in 01010000000000000000000000000000", "opcode"),
    ("decode shows a register within its mailbox", f"decode access_reg_in {PAOS_READ}", "local_port"),
    ("decode ignores zeros past the end", "decode PAOS 00010100" + "00000000" * 7, "up (1)"),
    ("decode takes names from mstflint's database", "decode TINY 80000002" + "00000000" * 3, "pear (2)"),
    ("decode of what a selector chooses", "decode TINY 0000000200010002" + "7f000000" * 2, "colour  127"),
    ("decode finds a structure of the database by its node", "decode tiny_ext " + "00" * 16, "kind"),
    ("what a structure of the database has of itself in itself is bytes", "decode SNAKE 01020304", "01020304"),
    ("encode sets fields by name", "encode PAOS local_port=1 admin_status=up", "00010100 "),
    ("encode sets fields of structures", "encode MNVDA configuration_item_header.length=4", "00000004"),
    ("encode of an inbox begins with the opcode", "encode query_adapter_in", "01010000 "),
    ("encode sets what the device sets with --any", "encode PAOS oper_status=2 --any", "00000002 "),
    ("encode --size gives an open mailbox its end",
     "encode access_reg_in --size=32 register_id=0x5006 register_data[0]=7", "00005006 00000000\n00000007"),
    ("rpc sends a mailbox and decodes the reply", f"-d emu rpc {PAOS_READ}", "oper_status"),
    ("rpc takes a length of the reply", f"-d emu rpc --out-len=32 {PAOS_READ}", "oper_status"),
    ("rpc shows the reply as hex", f"-d emu rpc -o hex {PAOS_READ}", "00000000 00000000"),
    ("a dry run shows mailbox and verdict", "-d emu --dry-run reg get PAOS local_port=1", "08050000 00000001"),
    ("a dry run needs no device", "--dry-run reg get PAOS local_port=1", "allowed"),
    ("a dry run of a raw mailbox", f"--dry-run rpc {PAOS_READ}", "allowed"),
    ("a time limit that is kept changes nothing", "-d emu --timeout 20 reg get MFRL", "MFRL"),
    ("completion offers commands", "completion mlx5ctl re", "reg"),
    ("completion offers registers", "completion mlx5ctl reg get MG", "MGIR"),
    ("completion offers registers after a device", "completion mlx5ctl emu reg get MG", "MGIR"),
    ("completion offers options of the command", "completion mlx5ctl policy explain --lo", "--lockdown="),
    ("completion offers choices", "completion mlx5ctl -o js", "jsonl"),
    ("completion offers choices after =", "completion mlx5ctl policy list --class=con", "config-write"),
    ("completion offers devices", "completion mlx5ctl -d em", "emu:connectx-6dx"),
    ("completion offers all devices at once", "completion mlx5ctl -d a", "all"),
    ("completion offers the index of a register", "completion mlx5ctl emu reg get PAOS loc", "local_port="),
    ("completion offers fields to encode", "completion mlx5ctl encode PAOS adm", "admin_status="),
    ("completion offers commands after help", "completion mlx5ctl help po", "policy"),
]

# Status 2: a line or its input is wrong. Each says what, and what instead.
WRONG = [
    ("--vf of a device that knows", f"-d emu policy explain --vf {PAOS_READ}", "--vf"),
    ("no command", "", "mlx5ctl help"),
    ("only a device", "emu", "say what to do with emu"),
    ("an unknown command", "lsit", "did you mean 'list'"),
    ("an unknown second half of a command", "reg gte", "did you mean 'reg get'"),
    ("half a command", "policy", "'policy list' or"),
    ("half a command and no known half", "policy foo", "'policy list' or"),
    ("half a command, after a device of that name", "emu emu info", "'emu' is the first half of a command; it is 'emu reset'"),
    ("a register after half a command", "reg PAOS", "'reg list' or 'reg get'"),
    ("an unknown option", "list --nosuch", "--nosuch"),
    ("a misspelled option", "policy list --clas=full", "--class"),
    ("an unknown letter", "list -z", "-z"),
    ("an option of a command before it", "--class=full policy list", "before the command"),
    ("an option without its argument", "reg get MFRL -d", "--device=DEVICE"),
    ("an argument to an option that takes none", "list --dry-run=1", "takes no argument"),
    ("a time limit that is no number", "-d emu reg get MFRL --timeout=abc", "abc"),
    ("a time limit of zero", "-d emu reg get MFRL --timeout=0", "from 1 to 86400, not '0'"),
    ("an unknown form of output", "list -o xml", "jsonl"),
    ("hex of what is not bytes", "list -o hex", "not bytes"),
    ("binary of what is not bytes", "policy list -o binary", "not bytes"),
    ("hex of the version", "--version -o hex", "--version has no -o hex"),
    ("binary of help", "--help -o binary", "help has no -o binary"),
    ("binary of a command's help", "reg get --help -B", "help has no -o binary"),
    ("a word too many", "list more", "'more'"),
    ("an empty name of a device", ["-d", "", "reg", "get", "MFRL"], "empty"),
    ("a missing register", "-d emu reg get", "needs REGISTER"),
    ("an unknown register", "-d emu reg get PAOSS", "did you mean 'PAOS'"),
    ("a number over 16 bits for a register", "-d emu reg get 0x12345", "0x12345"),
    ("a register of unknown size", "-d emu reg get 0x1234", "--size="),
    ("fields of an unknown register", "-d emu reg get 0x1234 --size=8 a=1", "'a=1'"),
    ("a size that is no whole dwords", "-d emu reg get 0x1234 --size=6", "6"),
    ("a device that there is not", "info mlx5_9", "no device is called that"),
    ("two devices", "emu:connectx-6dx reg get MFRL -d emu", "'emu:connectx-6dx' and 'emu' both say which device"),
    ("a second device", "info -d emu mlx5_9", "info does not take 'mlx5_9'; "),
    ("a command of the device emu, misspelled", "emu rest", "did you mean 'reset'"),
    ("half the name of an option", "-d emu reg get MGIR --pret", "did you mean '--pretty'"),
    ("half the name of a parameter", "-d emu config query SRIOV", "did you mean 'SRIOV_EN'"),
    ("a size of nothing", "-d emu reg get 0x1234 --size=0", "one at least"),
    ("a size over what a register can be", "-d emu reg get 0x1234 --size=3104", "3100"),
    ("an index that is no assignment", "-d emu reg get PAOS local_port", "NAME=VALUE"),
    ("an unknown index", "-d emu reg get PAOS local_prt=1", "did you mean 'local_port'"),
    ("an index like no field", "-d emu reg get PAOS xyzzy=1", "its fields are swid, local_port"),
    ("an index too wide", "-d emu reg get PAOS local_port=256", "8 bits"),
    ("an index that is no number", "-d emu reg get PAOS local_port=one", "'one'"),
    ("an index beyond 64 bits", "-d emu reg get PAOS local_port=0x10000000000000000", "is a number"),
    ("a port too wide", "-d emu reg -i PAOS -p 300", "255"),
    ("a field that only the device sets", "-d emu reg get PAOS oper_status=1", "read-only"),
    ("an unknown class", "policy list --class=ful", "it is one of identify"),
    ("--class beside --canonical", "policy list --class=full --canonical", "--canonical"),
    ("an unknown rule", "policy show PAOX", "did you mean 'PAOS'"),
    ("a missing rule", "policy show", "needs RULE"),
    ("an unknown capability", f"policy explain --caps=root {CREATE_UMEM}", "admin, rawio"),
    ("an unknown level of lockdown", f"policy explain --lockdown=high {CREATE_UMEM}", "confidentiality"),
    ("an unknown label", f"policy explain --label=4 {CREATE_UMEM}", "2 or DEBUG_WRITE,"),
    ("a misspelled label", f"policy explain --label=debug_writ {CREATE_UMEM}", "did you mean 'DEBUG_WRITE'"),
    ("odd hex to explain", "policy explain 0a0", "middle of a byte"),
    ("an odd word of hex to rpc", "-d emu rpc 0a08 000", "middle of a byte"),
    ("odd hex to decode", "decode PAOS 000", "middle of a byte"),
    ("what is no hex", "policy explain 0a0g", "'g'"),
    ("neither hex nor a file", "policy explain nosuch", "neither hex digits nor a file"),
    ("a file that is not there", "decode PAOS @nosuch", "neither hex digits nor a file"),
    ("a directory instead of a file", "decode PAOS /tmp", "directory"),
    ("an empty file", "decode PAOS @empty", "is empty"),
    ("a file of bytes", "decode PAOS @bytes", "xxd -p"),
    ("a file with an odd digit", "decode PAOS @odd", "middle of a byte"),
    ("more settings than a file may have", "-d emu config apply @long", "long is longer than 16 MiB"),
    ("a dump to a file without a name", ["-d", "emu", "coredump", "-w", ""], "name of the file is empty"),
    ("an empty stdin to explain", "policy explain", "standard input is empty"),
    ("an empty stdin to decode", "decode PAOS -", "standard input is empty"),
    ("an empty stdin to rpc", "-d emu rpc -", "standard input is empty"),
    ("an empty stdin to encode", "encode PAOS -", "no JSON object"),
    ("an empty word of hex", ["decode", "PAOS", ""], "empty"),
    ("a mailbox under 16 bytes", "-d emu rpc 0101", "16 bytes"),
    ("a mailbox of broken dwords", "-d emu rpc 010100000000000000000000000000000000", "dwords"),
    ("a reply of broken dwords", f"-d emu rpc --out-len=18 {PAOS_READ}", "dwords"),
    ("a reply over all bounds", f"-d emu rpc --out-len=0xffffffff {PAOS_READ}", "2097152"),
    ("a structure cut short", "decode PAOS 00010100", "give all 16 bytes"),
    ("a structure with something behind it", "decode PAOS " + "00" * 16 + "00000001", "16 bytes"),
    ("an unknown structure", "decode PAOSS 00", "did you mean 'PAOS'"),
    ("a command instead of its mailbox", "decode QUERY_ADAPTER 00", "query_adapter_in or query_adapter_out"),
    ("a value too wide to encode", "encode PAOS admin_status=16", "4 bits"),
    ("an unknown name of a value", "encode PAOS admin_status=dwn", "up, down_by_configuration"),
    ("a misspelled name of a value", "encode PAOS admin_status=up_onc", "did you mean 'up_once'"),
    ("an unknown field to encode", "encode PAOS admin_stat=1", "did you mean 'admin_status'"),
    ("a field of what has none", "encode PAOS admin_status.x=1", "has no fields"),
    ("an index of what is no array", "encode PAOS admin_status[0]=1", "no array"),
    ("an index past the end", "encode TINY list[2]=1", "2 elements"),
    ("an index of what has no room", "encode access_reg_in register_data[4]=1", "--size=BYTES"),
    ("neither a value nor a file to encode", "encode PAOS nosuch", "neither NAME=VALUE nor a file"),
    ("a directory to encode", "encode PAOS /tmp", "an object of JSON"),
    ("a file of bytes to encode", "encode PAOS @bytes", "is not text"),
    ("a whole array at once", "encode TINY list=1 --any", "list[0]"),
    ("a whole structure at once", "encode MNVDA configuration_item_header=1", "is a structure"),
    ("a string too long", "encode mgir_fw_info --any psid=12345678901234567", "16 characters"),
    ("no JSON to encode", "encode PAOS @odd", "odd:1 is no JSON object"),
    ("more after JSON to encode", "encode PAOS @after.json", "after.json:2 is no JSON object"),
    ("a field twice to encode", "encode PAOS local_port=1 local_port=2", "local_port is given twice"),
    ("a field twice in JSON to encode", "encode PAOS @twice.json", "twice.json:1 has a key twice"),
    ("JSON with an unknown field", "encode PAOS @unknown.json", "no field"),
    ("JSON with a wrong type", "encode PAOS @type.json", "neither a number nor a string"),
    ("help of an unknown command", "help reg gte", "did you mean 'reg get'"),
]

# Status 4: what the system does not give.
SYSTEM = [
    ("no device there", "reg get MFRL", "-d emu"),
    ("an unknown device", "-d nosuch reg get MFRL", "nosuch"),
    ("a node that is not there", "-d /dev/mlx5ctl-nosuch reg get MFRL", "nosuch"),
    ("an unknown personality", "-d emu:nosuch reg get MFRL", "nosuch"),
    ("a record that cannot be written", "-d emu --trace=/nosuch/file reg get MFRL", "/nosuch/file"),
]

FILES = {
    "empty": "", "odd": "00010", "bytes": b"\x00\x01\x02",
    "unknown.json": '{"nosuch": 1}', "type.json": '{"local_port": [1]}',
    "long": "#" * (17 << 20), "after.json": '{"local_port": 1}\nx', "twice.json": '{"local_port": 1, "local_port": 2}',
}


def problem(result, status, out="", err=""):
    if result.status != status:
        return f"expected exit {status}\n{result}"
    if out not in result.out or err not in result.err:
        return f"expected {out + err!r}\n{result}"
    if status > 1 and (result.out or result.err.count("\n") != 1):
        return f"expected one sentence on stderr and nothing else\n{result}"
    if "Sanitizer" in result.err:
        return str(result)
    return ""


def check(tap, tool):
    for name, content in FILES.items():
        tool.file(name, content)
    for sentence, words, out in GRAMMAR + DONE:
        why = problem(tool.run(words), 0, out)
        tap.ok(not why, sentence, why)
    for sentence, words, status, out in EXPLAIN:
        why = problem(tool.run(words), status, out)
        tap.ok(not why, sentence, why)
        if "--vf" in words:  # which a device says itself
            continue
        words = words.replace("explain", "explain -o json --caps all", 1)
        alone, asked = tool.run(words), tool.run(f"-d emu {words}")
        tap.ok('"needs"' in alone.out and alone.out == asked.out.replace('"emu"', "null", 1), f"a device that is asked agrees: {sentence}",
               f"{alone}\n{asked}")
    for status, rows in ((2, WRONG), (4, SYSTEM)):
        for what, words, err in rows:
            why = problem(tool.run(words), status, "", err)
            tap.ok(not why, f"{what}: status {status} and one sentence", why)
