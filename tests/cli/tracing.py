# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""trace: the emulated firmware's messages, as they are and as a bad device has them."""
import json
import re
import signal
import subprocess
import time

from emulator import Emu
from reading import documents_of
from tool import ROOT

STARTED = "firmware 28.43.1014 runs on chip 0x218"
GOOD = {"trace": ["-d emu trace", "-d emu trace --count=1", "--dry-run trace", "-d emu:connectx-6dx trace --seconds=0"]}

# A plan of faults, and what is shown and said of it; the exit status is 5.
FAULTS = [
    ("D08-trace-no-end", r"firmware 28\.43\.1014 ru  \(! its format has no end\)$", ""),
    ("D24-trace-counts", f"  {STARTED}$", r"has 15 databases of strings, and names 8\n.*has 16777215 bytes, of which 4194304 are read\n"
                                           r".*ends after \d{3} of 16777215 bytes: the device answered BAD_PARAM"),
    ("D24-trace-pointer", r"0x[0-9a-f]{2}010008fffffff0 0x0000001c .*  \(! its string is in no database that was read\)$", ""),
    ("D24-trace-cut", r"^             -  firmware 28\.\?\.\? runs on chip 0x\?  \(! some of its numbers did not come\)$", "events are not kept any more"),
    ("D29-trace-strange", "", "events belong to no message"),
    ("D11-never-completes", "", "never completed"),
]


def alone(tap, tool):
    result = tool.run("-d emu trace")
    tap.ok(result.status == 0 and re.fullmatch(rf"0x[0-9a-f]{{12}}  {STARTED}\n", result.out) and not result.err,
           "trace shows what the firmware said when it began", result)
    result = tool.run("-d emu trace", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.err, "trace needs what reading the tracer's registers needs", result)
    begun = time.monotonic()
    result = tool.run("-d emu trace --follow --seconds=1 -o json")
    tap.ok(result.status == 0 and json.loads(result.out)["data"] and time.monotonic() - begun >= 1,
           "trace --follow ends after --seconds, where they are given", result)
    result = tool.run("-d emu trace --follow -o json")
    tap.ok(result.status == 2 and "--count=N" in result.out, "an endless trace is no single document", result)
    result = tool.run("-d emu:all trace --follow")
    tap.ok(result.status == 2 and not result.out and "is 2 devices, and the first would never end" in result.err,
           "an endless trace leaves other devices no turn", result)
    result = tool.run("-d emu:all trace --follow --seconds=0")
    tap.ok(result.status == 0 and "connectx-6dx:" in result.out, "a trace that ends goes from device to device", result)
    none = json.loads((ROOT / "emulator/personalities/connectx-7.json").read_text())
    del none["registers"]["MTRC_CAP"]["trace_to_memory"]
    tool.file("none.json", json.dumps(none))
    result = tool.run("-d emu:./none.json trace")
    tap.ok(result.status == 4 and "no firmware tracer" in result.err, "a device without a tracer is said to have none", result)


def faults(tap, tool):
    for plan, shown, said in FAULTS:
        result = tool.run("-d emu trace", env={"MLX5CTL_EMU_FAULTS": plan})
        tap.ok(result.status == (4 if plan.startswith("D11") else 5) and re.search(shown, result.out, re.M) and re.search(said, result.err),
               f"{plan}: trace shows what it has, and says what it lacks", result)
    result = tool.run("-d emu trace -o jsonl", env={"MLX5CTL_EMU_FAULTS": "D24-trace-counts"})
    rows = [json.loads(line)["data"] for line in result.out.splitlines()]
    tap.ok(result.status == 5 and [row["text"] is None for row in rows[:3]] == [True] * 3 and rows[3]["text"] == STARTED,
           "what is wrong with the whole is an entry without a text", result)


def served(tap, tool):
    with Emu(tool, "--function=cx7"):
        tool.run("-d emu:./cx7 reg get PAOS local_port=9")
        tool.run("-d emu:./cx7 emu reset --power-cycle")
        rows = json.loads(tool.run("-d emu:./cx7 trace -o json").out)["data"]
        texts = [row["text"] for row in rows]
        tap.ok(texts[0] == STARTED and re.fullmatch(r"command 0x805 op_mod 0x1 uid \d+ refused: syndrome 0xe30011", texts[1]) and
               texts[2:] == ["card was reset: configuration in force: 1"] and sorted(row["time"] for row in rows) ==
               [row["time"] for row in rows], "a card that is served says what others did to it, in order", rows)
        follow = subprocess.Popen([tool.path, "-d", "emu:./cx7", "trace", "--follow", "-o", "jsonl"], stdout=subprocess.PIPE,
                                  text=True, cwd=tool.folder, env=tool.environment())
        first = [json.loads(follow.stdout.readline())["data"]["text"] for _ in texts]
        tool.run("-d emu:./cx7 reg get PAOS local_port=8")
        new = json.loads(follow.stdout.readline())["data"]
        follow.send_signal(signal.SIGINT)
        rest, _ = follow.communicate(timeout=60)
        tap.ok(first == texts and "refused" in new["text"] and not rest and follow.returncode == 130,
               "trace --follow shows what comes, until it is interrupted", (first, new, rest, follow.returncode))
        result = tool.run("-d emu:./cx7 trace --count=3")
        tap.ok(result.status == 0 and result.out.count("\n") == 3, "trace --count ends after so many", result)
        for _ in range(200):
            tool.run("-d emu:./cx7 reg get PAOS local_port=8")
        result = tool.run("-d emu:./cx7 trace")
        tap.ok(result.status == 5 and re.search(r"\d+ events are not kept any more", result.err) and "refused" in result.out,
               "events that are not kept any more are counted", (result.status, result.err))


def unanswered(tap, tool):
    """While a command is under way nothing has to be put back: one interrupt is enough."""
    begun = time.monotonic()
    process = subprocess.Popen([tool.path, "-d", "emu", "--trace", "trace"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=tool.environment({"MLX5CTL_EMU_LATENCY": "9000000"}), text=True)
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    spent = time.monotonic() - begun
    tap.ok(first == "-> ACCESS_REG MTRC_CAP (0x9040)\n" and process.returncode == 130 and spent < 9,
           "one interrupt ends trace while a command is not answered", (first, process.returncode, spent))


def check(tap, tool):
    alone(tap, tool)
    faults(tap, tool)
    served(tap, tool)
    unanswered(tap, tool)
    documents_of(tap, tool, GOOD, {"trace": [{"time": 1}]})
