# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Emulated cards that outlive a command: kept configuration, and connectx-emu."""
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

from documents import Schemas

TYPE = "configuration_item_header.type"
FORMER, WANTED = "9c0000008001000802c3f000", "9c0000008001000902c3f000"
SET = f"reg set MNVDA {TYPE}=0x80 configuration_item_data={WANTED}"
GET = f"reg get MNVDA {TYPE}=0x80 -o hex"
CURRENT = f"{GET} configuration_item_header.access_mode=current"
ARM = "reg set MFRL reset_trigger=0x48"
STATE = "state/mlx5ctl/emu-connectx-7.json"


def item(result):
    """The item's own twelve bytes of what reg get -o hex prints."""
    return "".join(result.out.split())[24:48]


def keeps(tap, tool, device):
    """The life of a change, the same at every door; `device` is its name."""
    reset = f"emu reset {device}" if device != "emu" else "emu reset"
    tool.run(f"-d {device} {SET}", keep=True)
    found = [item(tool.run(f"-d {device} {words}", keep=True)) for words in (GET, CURRENT)]
    tap.ok(found == [WANTED, FORMER], f"what was set is there in the next run, and not yet in force: {device}", found)
    result = tool.run(reset, keep=True)
    tap.ok(result.status == 0 and "stays as it is" in result.out and
           item(tool.run(f"-d {device} {CURRENT}", keep=True)) == FORMER,
           f"a warm boot that nobody asked for changes nothing: {device}", result)
    result = tool.run(f"{reset} --power-cycle --dry-run -o json", keep=True)
    data = json.loads(result.out)["data"]
    tap.ok(not data["done"] and not data["changed"] and [x["before"] for x in data["items"]] == [FORMER] and
           item(tool.run(f"-d {device} {CURRENT}", keep=True)) == FORMER,
           f"a dry run says what a reset would change, and changes nothing: {device}", result)
    tool.run(f"-d {device} {ARM}", keep=True)
    result = tool.run(f"{reset} -o json", keep=True)
    data = json.loads(result.out)["data"]
    rows = [{"type": {"value": 0x80, "name": "nv_global_pci_conf"}, "before": FORMER, "after": WANTED}]
    tap.ok(data == {"reset": "warm-boot", "done": True, "changed": True, "items": rows} and rows[0]["type"]["name"] and
           item(tool.run(f"-d {device} {CURRENT}", keep=True)) == WANTED,
           f"a warm boot that MFRL asked for brings it into force: {device}", result)
    tool.run(f"-d {device} reg set MNVIA target=0", keep=True)
    result = tool.run(f"{reset} --power-cycle", keep=True)
    tap.ok(result.status == 0 and f"was {WANTED}\n  is now" in result.out,
           f"a power cycle brings the factory's values back after MNVIA: {device}", result)


def state(tap, tool):
    tool.run("list")
    keeps(tap, tool, "emu")
    tool.run(f"-d emu {SET}", keep=True)
    path = tool.folder / STATE
    tap.ok((path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700),
           "the kept configuration is for its user only", path.stat())
    other = tool.run(f"-d emu:connectx-6dx {GET}", keep=True)
    tap.ok(other.status == 0 and item(other) != WANTED, "each card has a configuration of its own", other)
    result = tool.run("-d emu reg get MGIR", keep=True)
    whole = path.read_text()
    for what, text in {"cut off": whole[:90], "of another card": whole.replace('"connectx-7"', '"connectx-8"'),
                       "no hex": whole.replace('"next":"', '"next":"zz'), "empty": "", "a list": "[1]",
                       "of another version": whole.replace('"mlx5ctl_nv":1', '"mlx5ctl_nv":2'),
                       "short of an item": re.sub(r'"items":\[.*\]', '"items":[]', whole, flags=re.S)}.items():
        path.write_text(text)
        result = tool.run("-d emu reg get MGIR", keep=True)
        tap.ok(text != whole and result.status == 4 and str(path) in result.err and "delete the file" in result.err and
               path.read_text() == text, f"a kept configuration that is {what} is an error, and left as it is", result)
    path.unlink()
    result = tool.run(f"-d emu {GET}", keep=True)
    tap.ok(item(result) == FORMER, "without the file the card is as shipped", result)


def unreadable(tap, tool):
    path = tool.folder / STATE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(path)
    result = tool.run("-d emu reg get MGIR", keep=True)
    path.unlink()
    tap.ok(result.status == 4 and "cannot be read: Too many levels of symbolic links; let $XDG_STATE_HOME" in result.err,
           "a kept configuration that cannot be opened is said to be so, and where another could be", result)


def unwritable(tap, tool):
    for what, folder in {"is a file": tool.file("plain", "x"), "is nowhere": "/proc/nowhere"}.items():
        env = {"XDG_STATE_HOME": folder}
        result = tool.run(f"-d emu {GET}", env=env)
        tap.ok(item(result) == FORMER, f"where the folder {what}, reading works", result)
        result = tool.run(f"-d emu {SET}", env=env)
        tap.ok(result.status == 4 and "cannot be kept" in result.err and "XDG_STATE_HOME" in result.err,
               f"where the folder {what}, a change is refused and told why", result)
    env = {"XDG_STATE_HOME": "relative", "HOME": str(tool.folder / "home")}
    tool.run(f"-d emu {SET}", env=env)
    tap.ok((tool.folder / "home/.local/state/mlx5ctl/emu-connectx-7.json").exists() and
           not (tool.folder / "relative").exists(), "a relative $XDG_STATE_HOME is ignored, as its specification says")


def at_once(tap, tool):
    """Two change an item, two arm a reset; each reads and writes the whole file."""
    tool.run("list")
    threads = [threading.Thread(target=tool.run, args=(f"-d emu {words}",), kwargs={"keep": True})
               for words in (SET, ARM, SET, ARM)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = (tool.folder / STATE).read_text()
    tap.ok(json.loads(text)["reset_armed"] and WANTED in text,
           "several tools at once lose none of their changes", text)


class Emu:
    """A connectx-emu that runs, and ends with the block."""

    def __init__(self, tool, *words):
        self.tool, self.words = tool, [tool.build / "emulator/connectx-emu", *words]

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        cwd=self.tool.folder, env=self.tool.environment())
        wanted = sum(str(w).startswith("--function") for w in self.words)
        self.ready = [self.process.stdout.readline() for _ in range(wanted)]
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def end(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.out, self.err = self.process.communicate(timeout=20)
        return self.process.returncode


def program(tool, *words):
    return subprocess.run([tool.build / "emulator/connectx-emu", *words], capture_output=True, text=True,
                          cwd=tool.folder, timeout=20, env=tool.environment())


def serving(tap, tool):
    trace = tool.folder / "trace"
    with Emu(tool, "--function=cx7", "--function=cx6,personality=connectx-6dx", f"--trace={trace}") as emu:
        tap.ok(emu.ready == ["ready cx7\n", "ready cx6\n"], "connectx-emu says ready for each function", emu.ready)
        found = [json.loads(tool.run(f"-d emu:./{name} info -o json").out)["data"]["pci_device_id"]
                 for name in ("cx7", "cx6", "cx6.cmd")]
        tap.ok(found == [0x1021, 0x101d, 0x101d], "several functions of one process are different cards", found)
        keeps(tap, tool, "emu:./cx7")
        tap.ok(not (tool.folder / STATE).exists(), "what a connectx-emu keeps is not in the user's files")
        result = tool.run("-d emu:./cx7 reg get PAOS local_port=9")
        tap.ok(result.status == 3 and "BAD_PARAM" in result.err, "a firmware error comes through the socket", result)
        result = tool.run("-d emu:./cx7 reg set PAOS local_port=1 admin_status=up")
        tap.ok(result.status == 1, "the rules hold at the socket", result)
        text = trace.read_text()
        tap.ok(re.search(r"^\d+\.\d+ cx7 uid=\d+ ACCESS_REG op_mod=1 PAOS local_port=0x9 -> status=0x3 "
                         r"syndrome=0x[0-9a-f]{8} \d+us$", text, re.M) and "PAOS local_port=0x1" not in text and
               re.search(r" cx6 uid=\d+ ACCESS_REG op_mod=1 MGIR -> status=0x0 .*hw_info.device_id=0x101d", text),
               "the trace names function, command, register, fields and status", text[-3000:])
        status = emu.end(signal.SIGTERM)
        tap.ok(status == 0 and not emu.err and not list(tool.folder.glob("cx?.cmd")),
               "SIGTERM ends it clean, with no socket left", (status, emu.err))
    with Emu(tool, "--function=cx7") as emu:
        tool.run("-d emu:./cx7 info")
        status = emu.end(signal.SIGINT)
        tap.ok(status == 0 and not emu.err, "SIGINT ends it clean, too", (status, emu.err))


def two_at_once(tap, tool):
    """One tool stands still in the midst of its session; another comes, asks and goes."""
    words = ["-d", "emu:./cx7", "info", "-o", "json"]
    trace = tool.folder / "trace"
    trace.unlink(missing_ok=True)
    with Emu(tool, "--function=cx7,latency=200000", f"--trace={trace}") as emu:
        first = subprocess.Popen([tool.path, *words], stdout=subprocess.PIPE, text=True, cwd=tool.folder,
                                 env=tool.environment())
        while first.poll() is None and "CREATE_UCTX" not in trace.read_text():
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)
        second = tool.run(words)
        first.send_signal(signal.SIGCONT)
        out, _ = first.communicate(timeout=60)
        mine, other = (json.loads(text)["data"]["uid"] for text in (out, second.out))
        order = re.findall(r" uid=([1-9]\d*) ", trace.read_text())  # not what the socket tidies up as 0
        emu.end(signal.SIGTERM)
        tap.ok(first.returncode == 0 and second.status == 0 and mine != other and
               order[-1] == str(mine) and order.count(str(other)) > 1,
               "two tools at one socket at once have answers, and contexts of their own", (out, second, order))


def places(tap, tool):
    with Emu(tool, "--function=cx"):
        second = program(tool, "--function=cx")
        tap.ok(second.returncode == 4 and "another process serves there" in second.stderr,
               "a path in use is not taken", second)
        tap.ok(tool.run("-d emu:./cx info").status == 0, "whoever serves there goes on")
    tap.ok((tool.folder / "cx.cmd").exists(), "a process that is killed leaves its socket behind")
    result = tool.run("-d emu:./cx.cmd info")
    tap.ok(result.status == 4 and "is connectx-emu running?" in result.err, "nobody serves there, and it is said", result)
    with Emu(tool, "--function=cx") as emu:
        tap.ok(emu.ready == ["ready cx\n"], "a stale socket is replaced", emu.ready)
        emu.end(signal.SIGTERM)


def lost(tap, tool):
    """What cannot be written is said, whatever it was; and then, too, no socket is left."""
    binary = tool.build / "emulator/connectx-emu"
    for words in (["--version"], ["--function=cx"]):
        with open("/dev/full", "w", encoding="ascii") as full:
            try:
                done = subprocess.run([binary, *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20,
                                      cwd=tool.folder, env=tool.environment())
                status, err = done.returncode, done.stderr
            except subprocess.TimeoutExpired as slow:
                status, err = None, slow
        tap.ok(status == 4 and "cannot be written: No space left" in err and not (tool.folder / "cx.cmd").exists(),
               f"connectx-emu {words[0]} that cannot be printed is status 4", (status, err))
        (tool.folder / "cx.cmd").unlink(missing_ok=True)
    with Emu(tool, "--function=cx", "--trace=/dev/full") as emu:
        served = tool.run("-d emu:./cx info").status
        status = emu.end(signal.SIGTERM)
        tap.ok(served == 0 and status == 4 and "not all of the trace" in emu.err,
               "a trace that is lost ends nothing, and is said at the end", (served, status, emu.err))
    with Emu(tool, "--function=cx") as emu:
        emu.process.stdout.close()
        emu.process.send_signal(signal.SIGUSR1)
        status, err = emu.process.wait(20), emu.process.stderr.read()
        emu.process.stdout = None
        tap.ok(status == 4 and "Broken pipe" in err and not (tool.folder / "cx.cmd").exists(),
               "accounts that nobody reads are status 4, with no socket left", (status, err))
        (tool.folder / "cx.cmd").unlink(missing_ok=True)


def planned(tap, tool):
    """A device that does wrong as planned is told from a process that does."""
    for plan, wanted in (("D11-never-completes", "never completed the command"), ("D22-delivery", "its delivery failed")):
        with Emu(tool, f"--function=cx,faults={plan}") as emu:
            result = tool.run("-d emu:./cx reg get MGIR")
            emu.end(signal.SIGTERM)
            tap.ok(result.status == 4 and wanted in result.err, f"{plan} is said at the socket as without one", result)


def usage(tap, tool):
    for sentence, words, status, wanted in [
            ("no function", [], 2, "--function=SOCKET"),
            ("a word that is no option", ["cx"], 2, "--function=cx?"),
            ("a key that is none", ["--function=cx,personalty=x"], 2, "did you mean personality?"),
            ("a key without a value", ["--function=cx,personality"], 2, "KEY=VALUE"),
            ("a personality that is none", ["--function=cx,personality=connectx-6d"], 4, "Did you mean 'connectx-6dx'?"),
            ("a file that is none", ["--function=cx,personality=./nosuch.json"], 4, "nosuch.json"),
            ("two functions in one place", ["--function=cx", "--function=cx"], 2, "two functions"),
            ("too long a path", ["--function=" + "x" * 120], 4, "107 bytes"),
            ("a trace that cannot be written", ["--function=cx", "--trace=/proc/nowhere"], 4, "/proc/nowhere"),
            ("--help", ["--help"], 0, "--function"), ("--version", ["--version"], 0, "connectx-emu ")]:
        done = program(tool, *words)
        tap.ok(done.returncode == status and wanted in (done.stderr if status else done.stdout) and
               not list(tool.folder.glob("cx*.cmd")), f"connectx-emu and {sentence}: status {status}", done)


def killed(tap, tool):
    """A server that dies mid-command: the tool says so, and does not wait."""
    name = f"cx{os.getpid()}"
    with Emu(tool, f"--function={name}") as emu:
        os.kill(emu.process.pid, signal.SIGSTOP)
        started = time.monotonic()
        waiting = subprocess.Popen([tool.path, "-d", f"emu:./{name}", "info"], stdout=subprocess.PIPE, cwd=tool.folder,
                                   stderr=subprocess.PIPE, text=True, env=tool.environment())
        # The socket that listens, and one that waits to be accepted.
        while waiting.poll() is None and pathlib.Path("/proc/net/unix").read_text().count(f"{name}.cmd\n") < 2:
            time.sleep(0.01)
        emu.process.kill()
        out, err = waiting.communicate(timeout=20)
        (tool.folder / f"{name}.cmd").unlink()
        tap.ok(waiting.returncode == 4 and "has ended" in err and time.monotonic() - started < 15,
               "a connectx-emu that dies under a command is no device any more", (out, err))


def wrong(tap, tool):
    result = tool.run("emu reset mlx5_core.ctl.0 -o json")
    tap.ok(result.status == 2 and json.loads(result.out)["error"]["code"] == "not-emulated" and "devlink" in result.out,
           "a real card is not reset, and it is said who does that", result)
    result = tool.run("emu info")
    tap.ok(result.status == 0 and "emu" in result.out, "emu is still a device where no command of its own follows", result)
    result = tool.run("emu reset --timeout=5 emu:/nowhere/at/all")
    tap.ok(result.status == 4, "a card that is not there is status 4", result)
    found = tool.run("completion mlx5ctl emu r").out.split()
    tap.ok({"reset", "reg"} <= set(found), "after emu, completion offers its own commands and the others", found)


def schemas(tap, tool):
    tool.run(f"-d emu {SET}")
    result = tool.run("emu reset --power-cycle -o json", keep=True)
    why = Schemas().problem_of_text("emu-reset", result.out)
    tap.ok(not why and json.loads(result.out)["data"]["changed"],
           "a reset that changed something is as its schema says", why or result)


def check(tap, tool):
    for part in (state, unreadable, unwritable, at_once, serving, two_at_once, places, lost, planned, usage, killed, wrong,
                 schemas):
        part(tap, tool)
