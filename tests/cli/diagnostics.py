# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""diagcnt: counters, sampling and samples; and what the original tool got wrong of them."""
import json
import os
import signal
import struct
import subprocess

from emulator import Emu
from reading import documents_of

# The behaviour, the words, the status, and what is on stdout or stderr.
LINES = [
    ("cap has counters by number and name", "-d emu diagcnt cap", 0, "0x2006 yes  sxw_packet_send_sxw2sxp_go_vld"),
    ("cap says what can be synchronized", "-d emu diagcnt cap", 0, "0x801 no   l0_mtt_miss"),
    ("cap says how it can sample", "-d emu diagcnt cap", 0, "at least       2^4 clocks, 0.016 us\n"),
    ("another card has other counters", "-d emu:connectx-6dx diagcnt cap", 0, "num_of_diagnostic_counters   10\n"),
    ("param says what is sampled", "-d emu diagcnt param", 0, "num_of_counters              4\nCOUNTER"),
    ("dump has a sample of each counter", "-d emu diagcnt dump", 0, "0x2c02      1 "),
    ("dump of fewer lines has these", "-d emu diagcnt dump 1", 0, "0x401      1 "),
    ("dump of more than there is has what there is", "-d emu diagcnt dump 100000", 0, "0x2c02      1 "),
    ("the original's flags in one word", "emu diagcnt set -cSs 4 10 0x0401,0x2006,0x040b", 0, "2^10 clocks, 1.024 us"),
    ("the original's -o", "emu diagcnt set -o 0 0 0x0401", 0, "on_demand                    yes"),
    ("the original's -r", "emu diagcnt set -r 2 10 0x0401", 0, "repetitive                   yes"),
    ("the device after the command", "diagcnt set emu -r 2 10 0x0401", 0, "repetitive                   yes"),
    ("counters by name, in any case, as words", "-d emu diagcnt set -s 4 10 L1_MTT_hit 2049", 0, "0x801 l0_mtt_miss"),
    ("set works on the whole buffer", "-d emu diagcnt set -s 12 4 0x401", 0, "samples kept                 2^12"),
    ("the original's help", "emu diagcnt set help", 0, "LOG_SAMPLES LOG_PERIOD COUNTER"),
    ("disable stops all of it", "-d emu diagcnt disable", 0, "num_of_counters              0\n"),
    ("watch shows values and how fast they move", "-d emu diagcnt watch --count=2 --interval=0 0x2006", 0, "PER SECOND"),
    ("set without a mode", "-d emu diagcnt set 4 10 0x401", 2, "-s fills the buffer once"),
    ("modes that exclude each other", "-d emu diagcnt set -sr 4 10 0x401", 2, "exclude each other"),
    ("clear without sync", "-d emu diagcnt set -sc 4 10 0x401", 2, "add -S"),
    ("on demand and sync", "-d emu diagcnt set -oS 4 10 0x401", 2, "exclude each other"),
    ("a counter that is not there", "-d emu diagcnt set -s 4 10 0x404", 2, "no counter 0x0404"),
    ("a counter without sync", "-d emu diagcnt set -sS 4 10 0x801", 2, "cannot be synchronized"),
    ("a counter twice", "-d emu diagcnt set -s 4 10 0x401,1025", 2, "named twice"),
    ("a counter's name with a slip", "-d emu diagcnt set -s 4 10 l0_mtt_mis", 2, "did you mean 'l0_mtt_miss'"),
    ("an empty list", "-d emu diagcnt set -s 4 10 ,", 2, "there is no counter called ''"),
    ("more than the buffer holds", "-d emu diagcnt set -s 12 10 0x401,0x402", 2, "2^12 of one"),
    ("a period too short", "-d emu diagcnt set -s 4 3 0x401", 2, "shortest, 2^4"),
    ("a period too long", "-d emu diagcnt set -s 4 36 0x401", 2, "from 0 to 35, not '36'"),
    ("a form of output after set", "-d emu diagcnt set -s -o json 10 0x401", 2, "--output=FORM"),
    ("an index past the buffer", "-d emu diagcnt dump 1 1", 2, "keeps 1 sample"),
    ("lines that are no number", "-d emu diagcnt dump all", 2, "LINES is a number"),
    ("an interval that is none", "-d emu diagcnt watch --interval=soon", 2, "--interval takes seconds"),
]

# What is sent, from the words, typed from the PRM.
SENT = [
    ("set -cSs 4 10 0x0401,0x2006,0x040b",
     "08200000 00000000 00030004 b400000a" + "00000000" * 4 + "00000401 00002006 0000040b"),
    ("set -r 3 35 1025", "08200000 00000000 00010003 44000023" + "00000000" * 4 + "00000401"),
    ("set -so 0 0 0x2c02", "08200000 00000000 00010000 8c000000" + "00000000" * 4 + "00002c02"),
    ("disable", "08200000 00000000 00000000 10000000" + "00000000" * 4),
    ("param", "08190000" + "00000000" * 3),
]

# A plan of faults, the words, the status, and what is said.
FAULTS = [
    ("D17-torn", "diagcnt dump", 5, "1 lines with no sample in them, 1 samples torn"),
    ("D17-torn", "diagcnt dump -o binary", 5, "incomplete: 1 lines"),
    ("D17-torn", "diagcnt watch --count=1", 5, "1 samples torn"),
    ("D24-length-lies", "diagcnt cap", 5, "says that it has 65535 counters, and names 30"),
    ("D24-length-lies", "diagcnt param", 5, "says that it samples 65535 counters, and names 4"),
    ("D24-length-lies", "diagcnt dump 1000000", 0, ""),
    ("D24-length-lies", "diagcnt watch --count=1 0x401", 5, "could not be restored"),
    ("D25-stale", "diagcnt watch --count=2 --interval=0", 5, "1 samples repeated"),
    ("D28-no-effect", "diagcnt set -s 4 10 0x402", 5, "says that it did what was asked, and did not"),
    ("D28-no-effect", "diagcnt disable", 5, "says that it did what was asked, and did not"),
    ("D28-no-effect", "diagcnt dump", 5, "4 lines with no sample in them"),
    ("D28-no-effect", "diagcnt watch --count=3 --interval=0", 5, "4 lines with no sample in them"),
    ("D31-same-id", "diagcnt dump", 5, "1 of another counter than was due"),
]

GOOD = {
    "diagcnt-cap": ["-d emu diagcnt cap", "--dry-run diagcnt cap"],
    "diagcnt-param": ["-d emu diagcnt param", "-d emu diagcnt param 2", "--dry-run diagcnt param"],
    "diagcnt-set": ["-d emu diagcnt set -cSs 4 10 0x401", "--dry-run diagcnt set -r 4 10 0x401"],
    "diagcnt-disable": ["-d emu diagcnt disable", "--dry-run diagcnt disable"],
    "diagcnt-dump": ["-d emu diagcnt dump", "-d emu diagcnt dump 2", "--dry-run diagcnt dump"],
    "diagcnt-watch": ["-d emu diagcnt watch --count=3 --interval=0", "--dry-run diagcnt watch --count=1 0x401"],
}


def rows(tap, tool):
    for sentence, words, status, wanted in LINES:
        result = tool.run(words)
        where = result.out if status == 0 else result.err
        fine = result.status == status and wanted in where and "Sanitizer" not in result.err
        fine &= status == 0 or (not result.out and result.err.count("\n") == 1)
        tap.ok(fine, f"diagcnt: {sentence}", result)


def sent(tap, tool):
    for words, wanted in SENT:
        mailbox = json.loads(tool.run(f"--dry-run diagcnt {words} --output=json").out)["data"]["in"]
        tap.ok(bytes.fromhex(mailbox) == bytes.fromhex(wanted), f"defect 8: 'diagcnt {words}' sends exactly these bytes", mailbox)
    record = tool.folder / "refused"
    result = tool.run(f"-d emu --trace={record} diagcnt set -s 4 10 0x404")
    names = [json.loads(line)["in"][:4] for line in record.read_text().splitlines()]
    tap.ok(result.status == 2 and set(names) == {"0100"}, "what the device cannot do is not sent", names)
    result = tool.run("-d emu diagcnt set -s 4 10 0x404", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.err, "the rules come before what the device can do", result)


def data(tool, device, words, status=0):
    result = tool.run(f"-d {device} --output=json diagcnt {words}", keep=True)
    return json.loads(result.out)["data"] if result.status == status else result


def sampled(tap, tool):
    """On a device that lives on, each command sees what the one before has set."""
    with Emu(tool, "--function=cx"):
        device = "emu:./cx"
        data(tool, device, "set -cSs 4 10 0x0401,0x2006,0x040b")
        found = data(tool, device, "dump 6 4")["samples"]
        tap.ok([(s["counter"]["value"], s["sample_id"]) for s in found] ==
               [(c, n) for n in (5, 6) for c in (0x401, 0x2006, 0x40b)], "dump 6 4 is samples 5 and 6 of three counters", found)
        found = data(tool, device, "dump 48 8")["samples"]
        tap.ok([s["sample_id"] for s in found[::3]] == [*range(9, 17), *range(1, 9)], "a dump goes around the end of the buffer", found)
        words = tool.run(f"-d {device} diagcnt dump 3 --bin", text=False, keep=True).out
        tap.ok(len(words) == 96 and struct.unpack("=12Q", words)[::4] == (0x401, 0x2006, 0x40b),
               "--bin is four numbers of 64 bits for each line", words)
        data(tool, device, "set -s 12 4 0x801")
        found = data(tool, device, "dump 4096")["samples"]
        tap.ok([s["sample_id"] for s in found] == [*range(1, 4097)], "defect 7: 4096 lines are whole", len(found))
        data(tool, device, "set -s 3 35 0x801,0x802")
        found = data(tool, device, "dump 8", 5)
        tap.ok(found["missing"] == 8 and not found["samples"], "samples that are not taken yet are missing, status 5", found)
        before = data(tool, device, "param")
        data(tool, device, "watch --count=2 --interval=0 0x1001")
        tap.ok(data(tool, device, "param") == before, "after a watch of other counters all is as it was", before)
        data(tool, device, "disable")
        result = tool.run(f"-d {device} diagcnt dump", keep=True)
        tap.ok(result.status == 5 and "no diagnostic counters are being sampled" in result.err and "diagcnt set" in result.err,
               "a dump of nothing says how to start", result)
        data(tool, device, "set -r 4 4 0x402")
        ticks = data(tool, device, "watch --count=3 --interval=0.01")
        values = [int(tick["samples"][0]["value"], 16) for tick in ticks]
        tap.ok(values == sorted(values) and ticks[0]["samples"][0]["delta"] is None and
               int(ticks[2]["samples"][0]["delta"], 16) == values[2] - values[1], "watch follows what is being sampled", ticks)


def values(tap, tool):
    found = data(tool, "emu", "dump")["samples"]
    tap.ok(found[1]["value"] >= "0xfffffffff0000000" and found[3]["value"] >= "0x0000003010ffee12",
           "defect 5: a counter keeps all of its 64 bits", found)
    flags = {"s": "single", "r": "repetitive", "o": "on_demand"}
    for letter, name in flags.items():
        found = data(tool, "emu", f"set -{letter} 1 10 0x401")
        tap.ok([found[n] for n in flags.values()] == [n == name for n in flags.values()], f"defect 6: -{letter} is {name}", found)


def watching(tap, tool, *more, **how):
    return subprocess.Popen([tool.path, "-d", "emu:./cx", "diagcnt", "watch", "0x1001,0x2006", "-o", "jsonl", *more],
                            cwd=tool.folder, env=tool.environment(), stderr=subprocess.PIPE, text=True, **how)


def ends(tap, tool):
    result = tool.run("-d emu diagcnt watch -o json")
    tap.ok(result.status == 2 and "use -o jsonl" in json.loads(result.out)["error"]["hint"],
           "an endless watch is no single document", result)
    result = tool.run("-d emu:all diagcnt watch --count=0x0")
    tap.ok(result.status == 2 and not result.out and result.err.count("\n") == 1 and "--count=N" in result.err,
           "an endless watch leaves other devices no turn", result)
    result = tool.run("-d emu:all diagcnt watch --count=1 0x2006")
    tap.ok(result.status == 0 and "connectx-6dx:" in result.out, "a watch that ends goes from device to device", result)
    with Emu(tool, "--function=cx"):
        before = data(tool, "emu:./cx", "set -r 2 20 0x403")
        for how in (signal.SIGINT, signal.SIGTERM):
            process = watching(tap, tool, stdout=subprocess.PIPE)
            first = process.stdout.readline()
            process.send_signal(how)
            out, err = process.communicate(timeout=20)
            lines = [json.loads(line)["data"]["samples"] for line in (first + out).splitlines()]
            tap.ok(process.returncode == 130 and not err and all(len(line) == 2 for line in lines),
                   f"{how.name} ends a watch after a whole line, with status 130", (process.returncode, out, err))
            tap.ok(data(tool, "emu:./cx", "param") == before, f"after {how.name} the device samples what it sampled before")
        reader, writer = os.pipe()
        process = watching(tap, tool, "--interval=0", stdout=writer)
        os.close(writer)
        os.read(reader, 100)
        os.close(reader)
        _, err = process.communicate(timeout=20)
        tap.ok(process.returncode == 0 and not err, "a watch that nobody reads ends quietly", (process.returncode, err))
        tap.ok(data(tool, "emu:./cx", "param") == before, "after a closed pipe the device samples what it sampled before")


def faults(tap, tool):
    for plan, words, status, wanted in FAULTS:
        result = tool.run(f"-d emu {words}", env={"MLX5CTL_EMU_FAULTS": plan})
        tap.ok(result.status == status and wanted in result.err and "Sanitizer" not in result.err,
               f"'{words}' of {plan} is bounded, and it is said what is wrong", result)
    torn = tool.faults({"match": {"command": "QUERY_DIAGNOSTIC_COUNTERS"}, "skip": 1, "count": 1, "fault": {"torn": 32}})
    result = tool.run("-d emu diagcnt watch --count=3 --interval=0 0x1001,0x2006 -o jsonl", env=torn)
    deltas = [[s["delta"] is not None for s in json.loads(line)["data"]["samples"]] for line in result.out.splitlines()]
    tap.ok(deltas == [[False, False], [True], [True, False]],
           "a counter that one tick misses has no delta in the next, which would be of two ticks", result)


def documents(tap, tool):
    documents_of(tap, tool, GOOD, {name: {"problem": 1} for name in GOOD})


def completion(tap, tool):
    for line, wanted in (("diagcnt ", "watch"), ("diagcnt watch l0_mtt_h", "l0_mtt_hit"), ("diagcnt set 4 10 pci_w", "pci_write_bp")):
        found = tool.run(["completion", "mlx5ctl", *line.split(" ")]).out.split()
        tap.ok(wanted in found, f"completion of '{line}' offers {wanted}", found)


def check(tap, tool):
    for part in (rows, sent, sampled, values, ends, faults, documents, completion):
        part(tap, tool)
