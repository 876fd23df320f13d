# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What needs more than one line: statuses, streams, pipes, time, records."""
import errno
import fcntl
import hashlib
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import termios
import time

from lines import PAOS_READ

PAOS = "00010100000000000000000000000000"


def statuses(tap, tool):
    result = tool.run("-d emu reg get PAOS local_port=9")
    tap.ok(result.status == 3 and "BAD_PARAM" in result.err and "syndrome" in result.err,
           "what the device refuses is status 3, decoded", result)
    result = tool.run("-d emu rpc 0a080000 00000000 00000000 00000000")
    tap.ok(result.status == 1 and result.err.count("\n") == 1 and not result.out,
           "what the rules refuse is status 1 and one sentence", result)
    for words, what in {"rpc ffff0000 00000000 00000000 00000000": "this opcode",
                        "reg get 0xffff --size=16": "ACCESS_REG read is refused: no rule is about this register_id",
                        "reg get TINY": "this register_id"}.items():
        result = tool.run(f"-d emu {words}")
        tap.ok(result.status == 1 and result.err.count("\n") == 1 and what in result.err,
               f"what no rule is about is named: {words}", result)
    for words, hint in {"": "; no number was given, so it was asked for 0", " 0": "syndrome 0x00e3000a"}.items():
        result = tool.run(f"-d emu obj qp{words}")
        tap.ok(result.status == 3 and result.err.endswith(f"{hint}\n"),
               f"an object that is not there is hinted at where nobody said which: qp{words}", result)
    for words, what in {"": "it may want an index: swid, local_port", " local_port=9": "is there such an index"}.items():
        result = tool.run(f"-d emu reg get PAOS{words}")
        tap.ok(result.status == 3 and what in result.err, f"a wrong index is hinted at: PAOS{words}", result)
    result = tool.run("-d emu reg get PPCNT local_port=1", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.err,
           "a missing capability is status 1 and named", result)
    result = tool.run("-d emu --dry-run rpc 0a080000 00000000 00000000 00000000")
    tap.ok(result.status == 1 and "refused" in result.out,
           "a dry run of what the rules refuse is status 1", result)
    result = tool.run("-d emu --dry-run reg get PPCNT local_port=1", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.out,
           "a dry run takes the caller for whom the emulated device takes him", result)
    result = tool.run("-d emu --dry-run reg get MFRL", env={"MLX5CTL_EMU_CAPS": "some"})
    tap.ok(result.status == 4 and "MLX5CTL_EMU_CAPS" in result.err and not result.out,
           "a dry run says when it cannot know the caller", result)
    result = tool.run("reg get MFRL", env={"MLX5CTL_DEVICE": "emu:all"})
    tap.ok(result.status == 0 and "emu:connectx-6dx:" in result.out, "$MLX5CTL_DEVICE may be all of them", result)
    result = tool.run("reg get MFRL", env={"MLX5CTL_DEVICE": "emu"})
    tap.ok(result.status == 0, "$MLX5CTL_DEVICE is the default device", result)
    result = tool.run(f"policy explain -o json {PAOS_READ}", env={"MLX5CTL_DEVICE": "emu"})
    tap.ok(result.status == 0 and json.loads(result.out)["device"] == "emu", "policy explain asks it, too", result)
    result = tool.run("-d emu reg get MFRL", env={"MLX5CTL_DEVICE": "nosuch"})
    tap.ok(result.status == 0, "-d goes before $MLX5CTL_DEVICE", result)
    tool.run("-d emu:connectx-6dx config set NUM_OF_VFS=3")
    (tool.folder / "state/mlx5ctl/emu-connectx-6dx.json").write_text("no JSON")
    result = tool.run("-d emu:all rscdump FULL_EQC --index1=99", keep=True)
    tap.ok(result.status == 4 and "1 error in the dump" in result.err,
           "of several devices a failure outweighs a finding", result)
    tool.run("emu config set NUM_OF_VFS=3")
    result = tool.run("-d emu:all config diff", keep=True)
    tap.ok(result.status == 5 and result.out.endswith("emu:connectx-6dx:\nnothing to show\n"),
           "what one of several devices has to report is not forgotten over the last", result)


def writer_of(fifo, reader):
    """The fifo, to write to, once the reader has it open."""
    while reader.poll() is None:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)


def interrupted(tap, tool):
    os.mkfifo(tool.folder / "fifo")
    words = [tool.path, "-d", f"emu:{tool.folder}/fifo", "reg", "get", "MFRL"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=tool.environment())
    writer = writer_of(tool.folder / "fifo", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    os.close(writer)
    tap.ok(process.returncode == 130 and not out and not err,
           "an interrupt from the keyboard is status 130", (process.returncode, out, err))
    start = time.monotonic()
    result = tool.run(["--timeout=1", "-o", "json", *map(str, words[1:])])
    took = time.monotonic() - start
    tap.ok(result.status == 4 and json.loads(result.out)["error"]["code"] == "timeout" and took < 10,
           "a device that does not answer is status 4 when the time is up", result)


def input_forms(tap, tool):
    xxd = "00000000: 0001 0100 0000 0000 0000 0000 0000 0000  ................\n"
    forms = {"digits": PAOS, "spaces": " ".join(PAOS), "dwords over lines": "00010100\n" + "00000000\n" * 3,
             "0x": "0x00010100 0x00000000 0x0000000000000000", "xxd": xxd,
             "xxd with an ascii column like hex": xxd.replace(".", "a"),
             "CR LF": "00010100 00000000\r\n00000000 00000000\r\n", "upper case": PAOS.upper()}
    del forms["spaces"]
    for name, text in forms.items():
        result = tool.run(["decode", "PAOS", tool.file("form", text)])
        tap.ok(result.status == 0 and "up (1)" in result.out, f"hex in a file: {name}", result)
    for words in ("decode PAOS -", "decode PAOS"):
        result = tool.run(words, stdin=xxd.encode())
        tap.ok(result.status == 0 and "up (1)" in result.out, f"hex on standard input: {words}", result)
    result = tool.run("-d emu rpc -", stdin=PAOS_READ.encode())
    tap.ok(result.status == 0 and "oper_status" in result.out, "rpc reads standard input", result)
    for words in ("rpc", "rpc -", "policy explain -", "config apply /dev/stdin"):
        result = tool.run(f"-d emu:all {words}", stdin=b"NUM_OF_VFS=9" if "config" in words else PAOS_READ.encode())
        tap.ok(result.status == 2 and not result.out and result.err.endswith("; give the name of a file\n"),
               f"what can be read once is not for several devices: {words}", result)
    result = tool.run(["-d", "emu:all", "rpc", tool.file("form", PAOS_READ)])
    tap.ok(result.status == 0 and "connectx-6dx:\nACCESS_REG" in result.out, "a file is for several devices", result)


def round_trips(tap, tool):
    first = tool.run("-d emu reg get PAOS local_port=1 -o hex").out
    decoded = tool.run("decode PAOS - -o json", stdin=first.encode())
    encoded = tool.run("encode PAOS - -o hex", stdin=decoded.out.encode())
    tap.ok(first and encoded.out == first, "what decode prints, encode takes back", encoded)
    alone = json.dumps(json.loads(decoded.out)["data"]["fields"])
    encoded = tool.run("encode PAOS -", stdin=alone.encode())
    tap.ok(encoded.status == 2 and "--any sets it all the same" in encoded.err, "what somebody wrote sets no field of the device's", encoded)
    again = tool.run("-d emu reg get MGIR -o json").out
    fields = json.dumps(json.loads(again)["data"]["fields"])
    encoded = tool.run("encode MGIR - --any -o json", stdin=fields.encode())
    tap.ok(encoded.status == 0 and json.loads(encoded.out)["data"]["bytes"] ==
           json.loads(again)["data"]["bytes"], "a register with strings survives the round trip", encoded)
    as_bytes = tool.run("-d emu reg get PAOS local_port=1 -o binary", text=False).out
    tap.ok(as_bytes == bytes.fromhex(first), "-o binary is the bytes that -o hex writes", first)


def streams(tap, tool):
    full = subprocess.run([tool.path, "reg", "list"], stdout=open("/dev/full", "w"),
                          stderr=subprocess.PIPE, env=tool.environment(), text=True)
    tap.ok(full.returncode == 4 and "cannot be written" in full.stderr,
           "a full disk is status 4, not silence", full)
    for words in (["list"], ["help", "-o", "json"]):
        full = subprocess.run([tool.path, *words], stdout=open("/dev/full", "w"), stderr=subprocess.PIPE,
                              env=tool.environment(), text=True)
        tap.ok(full.returncode == 4 and "No space left" in full.stderr and full.stderr.count("\n") == 1,
               f"a full disk is the one thing said: {words[0]}", full)
    reader, writer = os.pipe()
    os.close(reader)
    closed = subprocess.run([tool.path, "reg", "list"], stdout=writer, stderr=subprocess.PIPE,
                            env=tool.environment(), text=True)
    os.close(writer)
    tap.ok(closed.returncode == 0 and not closed.stderr, "a closed pipe ends it quietly", closed)
    result = tool.run("list")
    tap.ok("\x1b" not in result.out + result.err, "no colours where no terminal is", result)
    result = tool.run("-d emu --trace reg get MFRL -o json")
    tap.ok(json.loads(result.out) and "-> ACCESS_REG MFRL" in result.err and "<- " in result.err,
           "--trace shows commands on stderr and leaves stdout alone", result)
    result = tool.run("decode mgir_fw_info " + "00" * 16 + "1b5b33316d9b0000".ljust(32, "0") + "00" * 32)
    tap.ok(result.status == 0 and "\x1b" not in result.out and "\\x1b[31m" in result.out,
           "what a device says cannot steer the terminal", result)


def on_terminal(tool, words, columns):
    """What a terminal of so many columns is sent."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    process = subprocess.Popen([tool.path, *words.split()], stdout=follower, stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL, env=tool.environment())
    os.close(follower)
    out = b""
    try:
        while chunk := os.read(leader, 65536):
            out += chunk
    except OSError:  # how Linux says that the other side is closed
        pass
    process.wait(timeout=20)
    os.close(leader)
    return out.decode().replace("\r", "").splitlines()


def letters(text):
    return sorted("".join(text.split()))


def terminals(tap, tool):
    """What a terminal has no room for goes on below."""
    for words in ("policy list", "reg list", "obj list", "list", "-d emu config query"):
        whole = tool.run(words).out
        for columns in (40, 80, 120):
            lines = on_terminal(tool, words, columns)
            tap.ok(len(lines) > 2 and letters("".join(lines)) == letters(whole),
                   f"a terminal of {columns} columns gets all of '{words}'", lines[:9])
            if columns > 40:
                tap.ok(max(map(len, lines)) <= columns, f"'{words}' fits a terminal of {columns} columns", max(lines, key=len))
        if words == "policy list":
            tap.ok(max(map(len, whole.splitlines())) > 200, "a pipe gets a line for each row", whole)


def nothing_typed(tap, tool):
    """Who gives no input on a terminal is told so, instead of being waited for."""
    leader, follower = pty.openpty()
    bytes_ = "needs bytes; give hex digits, a file, or -"
    for words, said in {"decode PAOS": bytes_, "-d emu rpc": bytes_, "policy explain": bytes_,
                        "-d emu config apply": "needs settings; give a file, or -"}.items():
        try:
            done = subprocess.run([tool.path, *words.split()], stdin=follower, capture_output=True, text=True, timeout=20,
                                  env=tool.environment())
        except subprocess.TimeoutExpired as late:
            done = late
        tap.ok(getattr(done, "returncode", None) == 2 and said in done.stderr,
               f"no input is not waited for on a terminal: {words}", done)
    os.close(leader)
    os.close(follower)


def help_lines(tap, tool):
    names = [row["name"] for row in json.loads(tool.run("commands -o json").out)["data"]["commands"]]
    lines = [line for words in ["", *names] for line in tool.run(f"help {words}").out.splitlines()]
    tap.ok(len(names) > 10 and len(lines) > 200 and max(map(len, lines)) <= 80,
           "help of the tool and of each command is 80 columns wide", max(lines, key=len))


def reached(tool, words):
    """The tool's system calls that open a device or a socket, or write: (name, arguments)."""
    log = tool.folder / "strace"
    done = subprocess.run(["strace", "-f", "-qq", "-s", "4096", "-o", log, "-e", "trace=%file,%network,ioctl",
                           tool.path, *words.split()], capture_output=True, text=True, cwd=tool.folder, timeout=60,
                          # Who is traced cannot look for leaks.
                          env=tool.environment({"ASAN_OPTIONS": "detect_leaks=0"}))
    calls = re.findall(r"^\d+ +(\w+)\((.*)\) += ", log.read_text(), re.M)
    return done, len(calls), [
        (name, arguments) for name, arguments in calls
        if name in ("socket", "connect", "mkdir") or '"/dev/' in arguments or
        name == "ioctl" and not re.search("TCGETS|TIOCGWINSZ", arguments) or
        name.startswith("open") and "O_RDONLY" not in arguments]


def opens_nothing(tap, tool):
    """Who needs no privilege is who asks for nothing that could be refused."""
    done, n, found = reached(tool, "list")
    tap.ok(done.returncode == 0 and "emu" in done.stdout and n > 5 and not found,
           "list opens no device and no socket, and writes nothing", found or done)
    with socket.socket(socket.AF_UNIX) as nobody:
        nobody.bind(str(tool.folder / "nobody.cmd"))
        for words, what in {"-d emu:./nobody info": "connect", "emu reset": "openat"}.items():
            done, _, found = reached(tool, words)
            tap.ok(what in [name for name, _ in found], f"what does is seen to: {words}", found or done)


def records(tap, tool):
    path = tool.folder / "record"
    result = tool.run(f"-d emu:all --trace={path} reg get MFRL")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    tap.ok(result.status == 0 and len(lines) == 2 and lines[0]["in"].startswith("0805") and
           len(lines[0]["out"]) == 2 * lines[0]["out_length"], "--trace=FILE records each command", lines)
    again = tool.run(["-d", "emu", "rpc", "-o", "hex", lines[0]["in"]])
    tap.ok(bytes.fromhex(again.out) == bytes.fromhex(lines[0]["out"]), "a recorded command can be sent again", again)
    slow = {"MLX5CTL_EMU_LATENCY": "9000000"}
    for words, least, said in (("reg get MFRL", 1, "emu did not answer ACCESS_REG MFRL (0x9028) within 1 second"),
                               ("config query", 2, " commands, of which the first is ACCESS_REG MNVDA (0x9024), within 1 second")):
        result = tool.run(f"-d emu --timeout=1 --trace={path} {words}", env=slow)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        tap.ok(result.status == 4 and said in result.err and len(lines) >= least and
               all(line["result"] == -errno.ETIMEDOUT and line["out"] is None for line in lines),
               f"what is not answered in time is named, and recorded: {words}", (result, lines))
    begun = time.monotonic()
    process = subprocess.Popen([tool.path, "-d", "emu", "--trace", "reg", "get", "MFRL"], stderr=subprocess.PIPE,
                               env=tool.environment(slow), text=True)
    line = process.stderr.readline()
    spent = time.monotonic() - begun
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)
    tap.ok(line == "-> ACCESS_REG MFRL (0x9028)\n" and "<-" not in rest and process.returncode == 130 and spent < 9,
           "--trace shows a command before it is answered", (line, rest, spent))


def provenance(tap, tool):
    result = tool.run("decode TINY " + "00" * 16)
    tap.ok("names from mstflint PRM 9.9" in result.err and "mstflint" not in result.out,
           "names from mstflint's database are said to be its", result)
    ours = [tool.run("decode PAOS " + "00" * 16 + " -o json", env={"MLX5CTL_ADB": adb})
            for adb in (str(tool.database()), "/nosuch")]
    tap.ok(ours[0].status == 0 and ours[0].out == ours[1].out,
           "our registers look the same whatever mstflint says", ours[0])
    for name, content in {"no XML": "hello", "no index": "<NodesDefinition></NodesDefinition>",
                          "cut off": tool.database().read_text()[:900],
                          "a document type": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}.items():
        broken = tool.file("broken.adb", content)
        result = tool.run("decode TINY 00", env={"MLX5CTL_ADB": broken})
        tap.ok(result.status == 4 and "no register database" in result.err and result.err.count("\n") == 1,
               f"a database with {name} is refused in one sentence", result)


def hash_of_rules(tap, tool):
    listing = tool.run("policy list --canonical", text=False).out
    version = tool.run("--version -o json")
    tap.ok(json.loads(version.out)["data"]["policy_hash"] == hashlib.sha256(listing).hexdigest(),
           "the policy hash is the SHA-256 of the canonical listing", version)


def sockets(tap, tool):
    path = tool.folder / "silent"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        result = tool.run(["-d", f"emu:{path}", "--timeout", "2", "reg", "get", "MFRL"])
    tap.ok(result.status == 4 and result.err.count("\n") == 1,
           "a socket that nobody serves is status 4 and one sentence", result)


def check(tap, tool):
    for part in (statuses, interrupted, input_forms, round_trips, streams, terminals, nothing_typed, help_lines, opens_nothing,
                 records, provenance, hash_of_rules, sockets):
        part(tap, tool)
