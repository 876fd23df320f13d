# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""How it ends: by a signal, with streams that are closed or full, or with nobody who reads."""
import json
import re
import signal
import subprocess
import time

from emulator import Emu
from writing import SET, is_held

# Who is traced cannot look for leaks.
TRACED = {"ASAN_OPTIONS": "detect_leaks=0"}


def traced(tool, options, words, seconds=60):
    log = tool.folder / "strace"
    done = subprocess.run(["strace", "-f", "-qq", "-o", log, *options, tool.path, *words.split()],
                          capture_output=True, text=True, cwd=tool.folder, timeout=seconds, env=tool.environment(TRACED))
    return done, log.read_text()


def half_files(tap, tool):
    """A signal while the file that a dump goes to is created."""
    words = "emu coredump --size 64K -w cut"
    _, log = traced(tool, ["-e", "trace=openat"], words)
    at = [n for n, line in enumerate(re.findall(r"openat\(.*", log), 1) if "O_EXCL" in line]
    tap.ok(len(at) == 1, "the file of a dump is created once", log)
    for number in (signal.SIGINT, signal.SIGTERM):
        (tool.folder / "cut").unlink(missing_ok=True)
        done, log = traced(tool, ["-e", "trace=openat", "-e", f"inject=openat:signal={number.name}:when={at[0]}"], words)
        left = [path.name for path in tool.folder.glob("cut*")]
        tap.ok(number.name in log and done.returncode in (130, -number, 128 + number) and not left,
               f"{number.name} at the moment when a dump's file is created leaves none", (done, left))
    # As when a terminal is closed, or a service is stopped: one signal in the other's handler.
    try:
        done, log = traced(tool, ["-e", "trace=openat,/^unlink", "-e", f"inject=openat:signal=SIGTERM:when={at[0]}",
                                  "-e", "inject=/^unlink:signal=SIGHUP"], words, seconds=10)
    except subprocess.TimeoutExpired as late:
        done, log = late, ""
    tap.ok("SIGTERM" in log and "SIGHUP" in log and not list(tool.folder.glob("cut*")), "a second signal does not keep the first from ending it", done)


def has_rounds(tool):
    return any(path.stat().st_size >= 2 << 16 for path in tool.folder.glob("stopped.*"))


def stopped(tool, words, match, is_there):
    """Ctrl-C when what came before the device takes its time is there."""
    tool.run("list")
    (tool.folder / "mlx5ctl").mkdir(exist_ok=True)
    process = started(tool, words, tool.faults(match | {"fault": {"delay": 20000000}}))
    deadline = time.monotonic() + 20
    while not is_there(tool) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    return process, *process.communicate(timeout=30)


def last_words(tap, tool):
    core = {"match": {"register": "CORE_DUMP"}, "skip": 2}
    reading = {"match": {"command": "ACCESS_REG", "op_mod": 1}}
    for words, match, is_there, said, hint in (
            ("-d emu coredump --size 64K -w stopped", core, has_rounds, "interrupted", "nothing is kept"),
            ("-d emu config set NUM_OF_VFS=3", reading, is_held, "the change was interrupted", "nothing of it was written"),
            (SET, reading, is_held, "the change was interrupted", "nothing of it was written")):
        done, out, err = stopped(tool, words, match, is_there)
        left = [path.name for path in tool.folder.glob("stopped*")]
        tap.ok(done.returncode == 130 and not out and err.splitlines()[-1:] == [f"mlx5ctl: {said}; {hint}"] and not left,
               f"who is interrupted says what became of it: {words}", (done.returncode, out, err, left))
        done, out, err = stopped(tool, f"-o json {words}", match, is_there)
        error = json.loads(out)["error"]
        tap.ok(done.returncode == 130 and not err and (error["code"], error["exit"], error["message"], error["hint"]) ==
               ("interrupted", 130, said, hint), f"and so does the document: {words}", (out, err))


def threads(tap, tool):
    for words, n in {"list": 0, "policy show PAOS": 0, "-d emu info": 1}.items():
        done, log = traced(tool, ["-e", "trace=clone,clone3"], words)
        tap.ok(done.returncode == 0 and len(re.findall(r"clone3?\(", log)) == n,
               f"only who opens a device has a thread that takes signals: {words}", log)


def closed_streams(tap, tool):
    """Whatever is opened then must not be taken for standard output or error."""
    record = tool.folder / "record"
    command = f'exec "$0" -d emu --trace={record} reg set MFRL reset_trigger=0x48'
    for closed, status in {"2>&-": 0, ">&-": 4, "<&-": 0, "<&- >&- 2>&-": 4}.items():
        tool.run("list")
        done = subprocess.run(["sh", "-c", f"{command} {closed}", tool.path], capture_output=True, text=True,
                              cwd=tool.folder, env=tool.environment())
        lines = record.read_text().splitlines()
        tap.ok(done.returncode == status and len(lines) > 2 and all(line.startswith("{") for line in lines),
               f"what is said with {closed} goes into no file", (done, lines))


def full_disk(tap, tool):
    for words in ("policy list", "policy list --canonical", "-d emu config query", "-d emu coredump -o binary"):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([tool.path, *words.split()], stdout=full, stderr=subprocess.PIPE, text=True, env=tool.environment())
        tap.ok(done.returncode == 4 and done.stderr == "mlx5ctl: the output cannot be written: No space left on device\n",
               f"a full disk is said to be full: {words}", done)

    dies = tool.faults({"match": {"register": "MNVDA", "op_mod": 0}, "fault": {"lost": 1}})
    for words, env in (("-d emu config set NUM_OF_VFS=20", {}), (SET, {}), ("-d emu config set NUM_OF_VFS=30", dies)):
        tool.run("list")
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([tool.path, *words.split(), "-o", "json"], stdout=full, stderr=subprocess.PIPE, text=True, env=tool.environment(env))
        tap.ok(done.returncode == 4 and re.search("the change was sent; to undo it: mlx5ctl .* set ", done.stderr),
               f"what undoes a change is said where its document cannot be written: {words}", done)


def limited(tap, tool):
    """Files may have a kilobyte (in blocks of 512 bytes): the kernel's signal for that would end the tool half way."""
    done = subprocess.run(["sh", "-c", 'ulimit -f 2; exec "$0" emu coredump -w limited', tool.path], capture_output=True, text=True,
                          cwd=tool.folder, env=tool.environment())
    left = [path.name for path in tool.folder.glob("limited*")]
    tap.ok(done.returncode == 4 and done.stderr == "mlx5ctl: limited cannot be written: File too large\n" and not left,
           "a file that may not be that long is not there at all", (done, left))


def started(tool, words, env=None, prefix=()):
    return subprocess.Popen([*prefix, tool.path, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            cwd=tool.folder, env=tool.environment(env))


def nobody_reads(tap, tool):
    with Emu(tool, "--function=cx"):
        follow = started(tool, "-d emu:./cx trace --follow")
        first = follow.stdout.readline()
        follow.stdout.close()
        try:
            status = follow.wait(timeout=20)
        except subprocess.TimeoutExpired:
            follow.kill()
            status = None
        said = follow.stderr.read()
    tap.ok("firmware" in first and status == 0 and not said,
           "trace --follow ends when nobody reads it any more, though the device is silent", (first, status, said))


def hung_up(tap, tool):
    with Emu(tool, "--function=cx"):
        follow = started(tool, "-d emu:./cx trace --follow", prefix=("nohup",))
        follow.stdout.readline()
        follow.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        lives = follow.poll() is None
        follow.send_signal(signal.SIGINT)
        follow.communicate(timeout=20)
    tap.ok(lives and follow.returncode == 130, "under nohup a hangup ends nothing, also not what catches signals", follow.returncode)


def several(tap, tool):
    """What was begun on one device is ended; nothing is begun on the next."""
    tool.run("list")
    slow = tool.faults({"match": {"command": "ACCESS_REG", "op_mod": 0}, "fault": {"delay": 1500000}})
    change = started(tool, "-d emu:all config set NUM_OF_VFS=3", slow)
    said = change.stderr.readline()
    change.send_signal(signal.SIGINT)
    out, err = change.communicate(timeout=30)
    tap.ok("to undo it" in said and change.returncode == 130 and "connectx-6dx" not in out + err,
           "who interrupts -d all has nothing begun on the next device", (change.returncode, out, err))


def twice(tap, tool):
    """Who does not wait for what was begun to end is told how to undo it, also in a document."""
    slow = tool.faults({"match": {"command": "ACCESS_REG", "op_mod": 0}, "fault": {"delay": 3000000}})
    change = started(tool, "-d emu config set NUM_OF_VFS=5 -o json --trace", slow)
    while (line := change.stderr.readline()) and line.split() != ["op_mod", "0"]:
        pass
    for _ in range(2):
        time.sleep(0.3)
        change.send_signal(signal.SIGINT)
    out, err = change.communicate(timeout=30)
    said = json.loads(out or "{}").get("error") or {}
    tap.ok(change.returncode == 130 and "interrupted" in said.get("message", "") and "NUM_OF_VFS=" in str(said),
           "who interrupts a change twice has a document that says how to undo it", (change.returncode, out, err))


def reader_is_gone(tap, tool):
    change = started(tool, "-d emu coredump --size=64K -w never -o json", {"MLX5CTL_EMU_LATENCY": "100000"})
    while change.poll() is None and not list(tool.folder.glob("never*")):
        time.sleep(0.02)
    change.stdout.close()
    change.send_signal(signal.SIGINT)
    status = change.wait(timeout=20)
    tap.ok(status == 130, "who interrupts a dump that nobody reads of any more has interrupted it", status)


def check(tap, tool):
    for part in (half_files, last_words, threads, closed_streams, full_disk, limited, nobody_reads, hung_up, several, twice, reader_is_gone):
        part(tap, tool)
