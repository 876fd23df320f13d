# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""rscdump and coredump: what they show, keep, and do with devices that lie."""
import hashlib
import json
import os
import pty
import random
import signal
import subprocess
import time

from emulator import Emu
from reading import documents_of

INFO = 0xfffe
QUEUES = "FULL_EQC --index1=active"

# The behaviour, the words, the status, and what is on stdout or stderr.
LINES = [
    ("rscdump shows the menu", "emu rscdump", 0, "0x1300 FULL_EQC"),
    ("the menu says which index a type takes", "emu rscdump", 0, "EQN, +COUNT, all, active"),
    ("a type by name, in any case", "emu rscdump full_eqc --index1 7", 0, "FULL_EQC 0x1300, 272 bytes at 36"),
    ("a type by number", "emu rscdump 4864 --index1=7", 0, "FULL_EQC 0x1300, 272 bytes at 36"),
    ("the original's spellings", "emu rscdump --type=0x1300 --idx1=0x7 --vhcaid=0 --umem=64", 0, "FULL_EQC 0x1300"),
    ("a context refers to its queue", "emu rscdump FULL_EQC --index1 7", 0, "reference_segment_type  4865 (0x1301)"),
    ("a query's answer has its fields", "emu rscdump PRM_QUERY_CQ --index1 1025", 0, "log_cq_size               10"),
    ("several, from an index on", "emu rscdump FULL_EQC --index1 7+3", 0, "2 of 3 are in use"),
    ("what is not there is said by the device", "emu rscdump FULL_EQC --index1 99", 5, "nothing is there"),
    ("errors are counted", "emu rscdump FULL_EQC --index1 99", 5, "the firmware reports 1 error in the dump\n"),
    ("of what is not shown there is how to see it", "emu rscdump FULL_EQC --index1 99 -o hex", 5, "'mlx5ctl decode rscdump FILE' shows"),
    ("a file is as little shown", "emu rscdump FULL_EQC --index1 99 -w @queue", 5, "'mlx5ctl decode rscdump FILE' shows"),
    ("an index that is needed", "emu rscdump FULL_EQC", 2, "needs --index1, the EQN"),
    ("the second index that is needed", "emu rscdump QUERY_FT --index1 1", 2, "needs --index2, the TABLE_TYPE"),
    ("an index that is not taken", "emu rscdump RX_SLICE_ALL --index1 3", 2, "takes no --index1"),
    ("a count of an index that has none", "emu rscdump QUERY_FT --index1 1 --index2 0+2", 2, "is a single one"),
    ("an index that is none", "emu rscdump FULL_EQC --index1 x", 2, "N+COUNT, all or active, not 'x'"),
    ("a count of nothing", "emu rscdump FULL_EQC --index1 7+0", 2, "not '7+0'"),
    ("an unknown type suggests the nearest", "emu rscdump FULL_EQCC", 2, "did you mean 'FULL_EQC'"),
    ("a number that the device does not know", "emu rscdump 0x1303", 3, "shows, lists no type 0x1303"),
    ("another function is judged", "emu rscdump FULL_EQC --index1 7 --vhca 3 --inline", 3, "is there a function 3, and may this one"),
    ("the core of another function", "emu coredump --vhca 3 -w @core", 3, "is there a function 3, and may this one"),
    ("a count beyond all", "emu rscdump FULL_EQC --index1 4+100000", 2, "a COUNT is from 1 to 65533"),
    ("the greatest count", "emu rscdump FULL_EQC --index1 4+65533", 0, "of 65533 are in use"),
    ("an index of no type", "emu rscdump --index1 4", 2, "no type that it is of"),
    ("a type that is said twice", "emu rscdump FULL_EQC --type FULL_CQC", 2, "both say what to dump"),
    ("an index in both spellings", "emu rscdump FULL_EQC --index1=4 --idx1=5", 2, "--index1 and --idx1 are the same"),
    ("a function in both spellings", "emu rscdump FULL_EQC --index1=4 --vhca=0 --vhcaid=1", 2, "--vhca and --vhcaid are the same"),
    ("memory in both spellings", "emu coredump -w @core --size 1M --umem 64", 2, "--size and --umem are the same"),
    ("memory that is no whole pages", "emu rscdump --umem 5", 2, "in steps of 4, not '5'"),
    ("memory that is no number of kilobytes", "emu coredump -w @core --umem=4M", 2, "takes kilobytes: 4 to 65536 in steps of 4, not '4M'"),
    ("a dry run is of the dump itself", "emu --dry-run rscdump FULL_EQC --index1 7", 0, "40001300 00000000 00000007"),
    ("coredump wants a file", "emu coredump", 2, "-w FILE"),
    ("a core in rounds", "emu coredump -w @core --size 1M", 0, "4194304 bytes in 4 rounds, through memory"),
    ("a size that is none", "emu coredump -w @core --size 5000", 2, "in steps of 4096, not '5000'"),
    ("a dump that is too long is given up", "emu coredump -w @core --size 1M --most 2M", 5, "more than 2097152 bytes after 3 rounds; --most=SIZE takes more"),
    ("a dump whose first piece is too long", "emu coredump -w @core --size 1M --most 4K", 4, "--most=SIZE takes more"),
    ("a folder that is not there", "emu coredump -w @no/where", 4, "cannot be written: No such file"),
    ("one file for several devices", "-d emu:all coredump -w @core", 2, "is 2 devices, and there is one file; write that of one device at a time"),
    ("what is no file is not replaced", "emu coredump -w @pipe", 2, "no ordinary file"),
    ("a stream is no file", "emu rscdump 0x1300 --index1=4 -w -", 2, "- is no ordinary file; for a pipe, a device or standard output say -o binary"),
    ("a file may be called like a stream", "emu rscdump 0x1300 --index1=4 -w ./-", 0, "written to ./-"),
    ("who may not dump", "emu rscdump", 1, "CAP_SYS_ADMIN"),
]

GOOD = {
    "rscdump": ["emu rscdump", f"emu rscdump {QUEUES}", "emu rscdump QUERY_FT --index1=1 --index2=0",
                "emu rscdump PRM_QUERY_QP --index1=all --inline", "emu rscdump FULL_EQC --index1 99",
                "emu:connectx-6dx rscdump SHARED_BUFFER", "emu --dry-run rscdump", "emu rscdump -w @json"],
    "coredump": ["emu coredump -w @core", "emu --dry-run coredump", "emu coredump -w @core --size 1M --most 2M"],
    "decode": ["decode rscdump @json", "decode rscdump 0001fffb", "decode rscdump 00001000"],
}

# Plan, words, status, what is said; {} is the file.
LIES = [
    ("D08-dump-text", "rscdump", 0, ""),
    ("D24-dump-counts", "rscdump", 5, "has 65535 records, of which 45 are there"),
    ("D24-dump-zero", f"rscdump {QUEUES}", 5, "the segment at byte 36, of type 0x1300, says that it has no length"),
    ("D24-dump-overlong", f"rscdump {QUEUES}", 5, "says that it has 262140 bytes, of which"),
    ("D24-dump-overlap", f"rscdump {QUEUES}", 5, "the segment at byte 36, of type 0x1300, has 8 bytes, and its fields need 16"),
    ("D24-dump-other", f"rscdump {QUEUES}", 5, "dumped type 0x1003, and was asked for 0x1300"),
    ("D24-dump-cut", f"rscdump {QUEUES}", 5, "bytes, of which"),
    ("D29-dump-repeats", "rscdump --inline", 5, "round 3 of RESOURCE_DUMP has the sequence number 2 after 2"),
    ("D29-endless", "rscdump", 4, "wrote nothing, and says that there is more"),
    ("D23-dump-fails", "rscdump --inline", 5, "INTERNAL_ERR (0x1) to ACCESS_REG (0x805), RESOURCE_DUMP read, syndrome 0x00001234"),
    ("D11-dump-stops", "rscdump --inline", 5, "never completed"),
    ("D11-dump-stops", "coredump --size 64K", 5, "never completed"),
    ("D23-dump-fails", "coredump --size 64K", 5, "syndrome 0x00001234"),
    ("D29-core-repeats", "coredump", 5, "the cookie 0x7 of the one before"),
    ("D29-core-endless", "coredump --most 1M", 5, "was given up: it has more than 1048576 bytes"),
    ("D24-length-lies", "rscdump", 4, "wrote 4294967295 bytes, where there is room for 4194304"),
    ("D30-destroy-fails", "rscdump", 0, ""),
]


def lines(tap, tool):
    os.mkfifo(tool.folder / "pipe")  # as a device would be; and whatever goes wrong, that stays
    for sentence, words, status, wanted in LINES:
        env = {"MLX5CTL_EMU_CAPS": "none"} if sentence.startswith("who may not") else None
        result = tool.run(words, env=env)
        tap.ok(result.status == status and wanted in result.out + result.err, sentence, result)


def documents(tap, tool):
    documents_of(tap, tool, GOOD, {})


def whole(tap, tool):
    """Two ways of a dump, and three of keeping it."""
    words = "emu rscdump QUERY_FG --index1=1 --index2=1 -o binary"
    through, inline = (tool.run(words + more, text=False) for more in ("", " --inline"))
    tap.ok(not through.status and through.out == inline.out and through.out[:4] == b"\0\x04\xff\xfe",
           "through memory and inline the same comes", (through, inline))
    # Of another time, so that only what was written can be the same.
    result = tool.run(f"emu rscdump {QUEUES} -o json -w @queues")
    data = json.loads(result.out)["data"]
    kept = (tool.folder / "queues").read_bytes()
    tap.ok(data["sha256"] == hashlib.sha256(kept).hexdigest() and data["length"] == len(kept) and
           data["file"] == f"{tool.folder}/queues" and data["complete"], "length and checksum are the file's", data)
    decoded = json.loads(tool.run("decode rscdump @queues -o json").out)["data"]["fields"]
    tap.ok(decoded == {"segments": data["segments"], "problem": None} and len(data["segments"]) > 5,
           "what was written decodes to what was shown", decoded)
    tool.file("d1", kept)
    named = json.loads(tool.run("decode rscdump d1 -o json").out)["data"]["fields"]
    tap.ok(named == decoded, "and so it does where the file's name could be hex digits", named)
    piped = json.loads(tool.run("decode rscdump - -o json", stdin=kept).out)["data"]["fields"]
    tap.ok(piped == decoded, "and so it does when it comes through a pipe", piped)
    for words, sent in (("", kept), ("/dev/stdin", kept), ("/dev/stdin", kept.hex().encode())):
        piped = json.loads(tool.run(f"decode rscdump {words} -o json", stdin=sent).out)["data"]["fields"]
        tap.ok(piped == decoded, f"and as {words or 'nothing named'}, {'hex' if sent != kept else 'bytes'}", piped)
    core = bytes(4) + random.Random(7).randbytes(200000)
    piped, read = (tool.run(f"decode rscdump {name} -o binary", stdin=core, text=False)
                   for name in ("-", tool.file("core", core)))
    tap.ok(piped.out == read.out == core, "of a pipe all is read, as of a file", (len(piped.out), len(read.out)))
    tap.ok((tool.folder / "queues").stat().st_mode & 0o777 == 0o600, "a dump is for its owner only")
    result = tool.run("emu rscdump RX_SLICE_ALL -w @slices")
    tap.ok("2097704 bytes in 1 round, through memory" in result.out, "two mebibytes are one command", result)
    result = tool.run("emu rscdump RX_SLICE_ALL --umem=64 -o json")
    data = json.loads(result.out)["data"]
    tap.ok(data["rounds"] == -(-2097704 // 65536) and len(data["segments"]) == 35,
           "with less memory there are more rounds", {k: data[k] for k in data if k != "segments"})
    binary = tool.run("emu coredump -o binary --size 4M", text=False).out
    tap.ok(len(binary) == 4 << 20 and binary[0xf0014:0xf0018] == b"\0\0\x02\x18", "a core may go to standard output")


def files(tap, tool):
    target = tool.folder / "target"
    target.write_text("before")
    (tool.folder / "link").symlink_to(target)
    tool.run("emu coredump -w @link")
    tap.ok(target.stat().st_size == 4 << 20 and (tool.folder / "link").is_symlink(), "a link is written through")
    again = tool.run("emu coredump -w target")
    tap.ok("written to target\n" in again.out, "a file that is replaced is called as it was named", again)
    target.write_text("before")
    result = tool.run("emu coredump -w @target", env={"MLX5CTL_EMU_FAULTS": "D11-never-completes"})
    tap.ok(result.status == 4 and target.read_text() == "before" and left(tool) == [],
           "a dump of which nothing came leaves the file as it was", result)
    result = tool.run("emu coredump -w @target --size 64K", env={"MLX5CTL_EMU_FAULTS": "D11-dump-stops"})
    kept = tool.folder / "target.incomplete"
    tap.ok(result.status == 5 and target.read_text() == "before" and kept.stat().st_size == 3 << 16 and
           f"written to {kept}" in result.out, "what stopped half way is kept beside it, and marked", result)
    kept.unlink()


def left(tool):
    """Files that a dump began and did not end."""
    return [p.name for p in tool.folder.iterdir() if p.name.startswith(("target.", "cut"))]


def lies(tap, tool):
    for plan, words, status, wanted in LIES:
        begun = time.monotonic()
        result = tool.run(f"emu {words} -w @lied", env={"MLX5CTL_EMU_FAULTS": plan})
        found = [p.name for p in tool.folder.glob("lied*")]
        named = {0: ["lied"], 5: ["lied.incomplete"], 4: []}[status]
        tap.ok(result.status == status and wanted in result.err and found == named and
               "Sanitizer" not in result.err and time.monotonic() - begun < 20,
               f"'{words}' of {plan} is bounded, and told", f"{found}\n{result}")
        for name in found:
            (tool.folder / name).unlink()


def progress(tap, tool):
    """A terminal sees it; a file does not."""
    master, slave = pty.openpty()
    process = subprocess.Popen([tool.path, "emu", "coredump", "-w", "progress", "--size", "1M"], cwd=tool.folder,
                               stdout=subprocess.PIPE, stderr=slave, env=tool.environment())
    os.close(slave)
    process.communicate()
    seen = os.read(master, 4096)
    os.close(master)
    tap.ok(b"\r1.0 MiB \r2.0 MiB \r3.0 MiB \r4.0 MiB \r\x1b[K" in seen, "a terminal sees how far a dump is", seen)
    result = tool.run("emu coredump -w @progress --size 1M")
    tap.ok(not result.err, "nobody else does", result)


def accounts(emu):
    emu.process.send_signal(signal.SIGUSR1)
    return emu.process.stdout.readline()


def interrupted(tap, tool):
    """At whatever point the keyboard interrupts: no object, no file."""
    draw = random.Random(7)
    wrong = []
    with Emu(tool, "--function=@cx,latency=3000".replace("@", f"{tool.folder}/")) as emu:
        none = accounts(emu)
        for words, size in (("coredump --size 64K -w cut", 4 << 20), ("rscdump RX_SLICE_ALL --inline -w cut", 2097704)) * 6:
            process = subprocess.Popen([tool.path, f"emu:{tool.folder}/cx", *words.split()], cwd=tool.folder,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=tool.environment())
            time.sleep(draw.uniform(0.02, 0.5))
            process.send_signal(signal.SIGINT)
            process.communicate()
            for _ in range(100):
                now = accounts(emu)
                if now == none:
                    break
                time.sleep(0.02)
            # Just before the signal the dump may have got its name, and then it is whole.
            if (cut := tool.folder / "cut").exists() and cut.stat().st_size == size:
                cut.unlink()
            # Before it has set up anything, the signal itself ends it.
            if process.returncode not in (0, 130, -signal.SIGINT) or now != none or left(tool):
                wrong.append((words, process.returncode, now, left(tool)))
    tap.ok("uctx=0 pd=0 umem=0" in none and not wrong, "an interrupted dump leaves no object and no file", wrong)


def timed_out(tap, tool):
    slow = tool.faults({"match": {"register": "CORE_DUMP"}, "skip": 2, "fault": {"delay": 20000000}})
    with Emu(tool, f"--function={tool.folder}/cx,faults={slow['MLX5CTL_EMU_FAULTS']}"):
        result = tool.run(f"-d emu:{tool.folder}/cx --timeout 2 coredump --size 64K -w @target")
    kept = tool.folder / "target.incomplete"
    tap.ok(result.status == 4 and "target.incomplete" in result.err and kept.stat().st_size == 2 << 16,
           "when the device is waited for no longer, what came is kept", result)


def check(tap, tool):
    for part in (lines, documents, whole, files, lies, progress, interrupted, timed_out):
        part(tap, tool)
