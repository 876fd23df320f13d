# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""reg set: judged whole, written once, verified, undone; and one at a time."""
import fcntl
import json
import os
import signal
import subprocess
import time

from documents import Schemas
from emulator import Emu

TYPE = "configuration_item_header.type"
# What the personality has for nv_global_pci_conf, and the same with one VF more.
FORMER, WANTED = "9c0000008001000802c3f000", "9c0000008001000902c3f000"
SET = f"-d emu reg set MNVDA {TYPE}=0x80 configuration_item_data={WANTED}"
SAME = f"-d emu reg set MNVDA {TYPE}=0x80 configuration_item_data={FORMER}"
# The model keeps no ovr_en: it answers OK, and has it as before.
NOT_TAKEN = f"-d emu reg set MNVDA {TYPE}=0x80 configuration_item_header.ovr_en=1"
BUSY = 4
LOCK = "mlx5ctl/emu.lock"

# The behaviour, the words, the status, and what is on stdout (status 0 or 5) or stderr.
LINES = [
    ("a field is changed and shown before and after", SET, 0, f"MNVDA 0x9024: changed\n  configuration_item_data  {FORMER} -> {WANTED}\n"),
    ("what is so already is not written", SAME, 0, "MNVDA 0x9024: already so"),
    ("what the device did not take is status 5", NOT_TAKEN, 5, "ovr_en  0x0 -> 0x0 instead of 0x1"),
    ("an operation cannot be read back, and it is said", "-d emu reg set MFRL reset_trigger=0x48", 0, "no reading tells"),
    ("a register that may only be written is written", "-d emu reg set MNVIA target=0", 0, "no reading tells"),
    ("a register may be named by number, its field set in decimal", "emu reg set 0x9028 reset_trigger=72", 0, "MFRL 0x9028: written"),
    ("the register as it is then is -o hex", f"{SET} -o hex", 0, "0104000c 00000080 00000000 9c000000\n80010009 02c3f000\n"),
    ("--dry-run shows the mailbox of the write", f"--dry-run {SET} -o hex", 0,
     "08050000 00000000 00009024 00000000\n0000000c 00000080 00000000 9c000000\n80010009 02c3f000\n"),
    ("a register of another's is refused with its owner", "-d emu reg set PAOS local_port=1 admin_status=up", 1, "ip link set"),
    ("a value that the rule does not list is refused", "-d emu reg set MFRL reset_trigger=0x49", 1, "field reset_trigger"),
    ("a parameter that holds a key is refused", f"-d emu reg set MNVDA {TYPE}=0x19b configuration_item_data=00000000", 1,
     "refused"),
    ("values other than the next boot's are refused", f"{SET} configuration_item_header.access_mode=current", 1, "access_mode"),
    ("a field that only the device sets", "-d emu reg set MFRL reset_type=1", 2, "read-only"),
    ("a value too wide says how wide the field is", "-d emu reg set MFRL reset_trigger=0x149", 2, "8 bits wide (at most 0xff)"),
    ("a name of a value that is none", "-d emu reg set PAOS local_port=1 admin_status=dwn", 2, "up_once"),
    ("a misspelled name of a value suggests the nearest", "-d emu reg set PAOS local_port=1 admin_status=upp", 2, "did you mean 'up'"),
    ("a misspelled field suggests the nearest", "-d emu reg set MFRL reset_triger=1", 2, "did you mean 'reset_trigger'"),
    ("a misspelled register suggests the nearest", "-d emu reg set MFRLL reset_trigger=1", 2, "did you mean 'MFRL'"),
    ("a field given twice", "-d emu reg set MFRL reset_trigger=0x48 reset_trigger=0x49", 2, "reset_trigger is given twice"),
    ("an index given twice", "-d emu reg set PAOS local_port=1 local_port=2 admin_status=up", 2, "local_port is given twice"),
    ("a register without fields", "-d emu reg set 0xfffe a=1", 2, "not known"),
    ("nothing to set", "-d emu reg set MFRL", 2, "FIELD=VALUE"),
    ("a word that is no assignment", "-d emu reg set MFRL reset_trigger", 2, "not NAME=VALUE"),
    ("an item of another length", f"-d emu reg set MNVDA {TYPE}=0x80 configuration_item_data=00000001", 2, "12 bytes, and 4 were given"),
    ("an item that the device does not have", f"-d emu reg set MNVDA {TYPE}=0x77 configuration_item_data=00000001", 3, "BAD_PARAM"),
    ("an item that the device does not let be written",
     f"-d emu reg set MNVDA {TYPE}=0x01010202 configuration_item_data=ff000001", 3, "BAD_PARAM"),
]
# The second assignment is wrong; of the first nothing may come.
HALF_WRONG = [f"{SET} configuration_item_header.ovr_en=2", f"{SET} configuration_item_header.version=nosuch",
              f"{SET} configuration_item_header.access_mode=1", f"{SET} configuration_item_header.length=8"]


def rows(tap, tool, lines=LINES, command="reg set"):
    for sentence, words, status, wanted in lines:
        result = tool.run(words)
        where = result.out if status in (0, 5) else result.err
        good = result.status == status and wanted in where and "Sanitizer" not in result.err
        good &= status in (0, 5) or not result.out
        tap.ok(good, f"{command}: {sentence}", result)


def trace_of(tool, words):
    """The commands that were sent, as (is a write, mailbox)."""
    path = tool.folder / "trace"
    path.unlink(missing_ok=True)
    tool.run(f"--trace={path} {words}")
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(row["in"][12:16], 16) == 0, row["in"]) for row in map(json.loads, lines)]


def what_is_sent(tap, tool):
    sent = trace_of(tool, SET)
    tap.ok([write for write, _ in sent] == [False, True, False] and sent[1][1].endswith(WANTED),
           "reg set reads, writes once, and reads again", sent)
    sent = trace_of(tool, SAME)
    tap.ok([write for write, _ in sent] == [False], "no write is sent where nothing changes", sent)
    for words in HALF_WRONG + ["-d emu reg set PAOS local_port=1 admin_status=up", f"--dry-run {SET}"]:
        sent = trace_of(tool, words)
        tap.ok(not [row for row in sent if row[0]], f"nothing of it is written: {words[:6]}...{words[-30:]}", sent)
    sent = trace_of(tool, "-d emu reg set PAOS local_port=1 admin_status=up")
    tap.ok(sent == [], "of a refused write nothing is sent at all", sent)
    sent = trace_of(tool, NOT_TAKEN)
    tap.ok(len(sent) == 3 and sent[1][1].endswith(FORMER), "fields that are not named are written back as they were", sent)


def undo(tap, tool):
    result = tool.run(f"{SET} -o json")
    data = json.loads(result.out)["data"]
    tap.ok(data["changed"] is True and data["verified"] is True and not result.err and
           list(data).index("former") < list(data).index("fields"),
           "in JSON a change says so, with the former values first", result)
    sent = trace_of(tool, data["undo"].removeprefix("mlx5ctl "))
    tap.ok(data["undo"].startswith("mlx5ctl -d emu reg set ") and data["undo"].endswith(FORMER) and len(sent) == 1,
           "the undo command sets what was there before", data["undo"])
    text = tool.run(SET)
    tap.ok(text.err == f"mlx5ctl: to undo it: {data['undo']}\n", "the undo command is also said to people", text)
    for form in ("hex", "binary"):
        again, not_taken = (tool.run(f"{words} -o {form}") for words in (SET, NOT_TAKEN))
        tap.ok(again.err == text.err and "did not take all of it" in not_taken.err,
               f"with -o {form} people are told the same", (again, not_taken))
    same = json.loads(tool.run(f"{SAME} -o json").out)["data"]
    tap.ok(same["changed"] is False and same["undo"] is None, "a change that is none needs no undoing", same)
    operation = tool.run("-d emu reg set MFRL reset_trigger=0x48")
    tap.ok("no command that undoes it" in operation.err, "what cannot be undone is said to be so", operation)
    error = json.loads(tool.run(f"-d emu reg set MNVDA {TYPE}=0x01010202 configuration_item_data=ff000001 -o json").out)["error"]
    tap.ok(error["hint"] is None, "what the device refused needs no undoing", error)


def environment(tool):
    return tool.environment() | {"XDG_RUNTIME_DIR": str(tool.folder)}


def start(tool, words):
    return subprocess.Popen([tool.path, *words.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment(tool), cwd=tool.folder)


def hold(tool):
    path = tool.folder / LOCK
    path.parent.mkdir(exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def one_at_a_time(tap, tool):
    lock = hold(tool)
    result = tool.run(f"--timeout 1 {SET}")
    tap.ok(result.status == BUSY and not result.out and "another mlx5ctl still changes emu" in result.err,
           "who waits too long for another's change gives up with status 4", result)
    reading = tool.run("-d emu reg get MFRL")
    tap.ok(reading.status == 0, "reading waits for nobody", reading)
    process = start(tool, SET)
    said = process.stderr.readline()
    tap.ok("waiting for another" in said and process.poll() is None, "the second change waits, and says so", said)
    os.close(lock)
    out, err = process.communicate(timeout=20)
    tap.ok(process.returncode == 0 and "changed" in out, "and goes on when the first is done", out + err)
    lock = hold(tool)
    process = start(tool, SET)
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    os.close(lock)
    free = os.open(tool.folder / LOCK, os.O_RDWR)
    fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(free)
    tap.ok(process.returncode == 130, "Ctrl-C while waiting is status 130", process.returncode)


def two_names(tap, tool):
    """Of one device: the lock is the same, whichever it is called by."""
    with Emu(tool, "--function=cx"):
        (tool.folder / "there").symlink_to(tool.folder)
        before = set(tool.folder.glob("mlx5ctl/*.lock"))
        results = [tool.run(SET.replace("-d emu", f"-d emu:{name}"))
                   for name in ("./cx", "./cx.cmd", f"{tool.folder}/there/cx")]
        made = set(tool.folder.glob("mlx5ctl/*.lock")) - before
    tap.ok(all(result.status == 0 for result in results) and len(made) == 1, "two names of one device are locked as one", (made, results))


def together(tap, tool):
    """Each sees what another wrote last, and none what two wrote: their changes are a chain."""
    tool.run("list")  # the card is as shipped from here on
    wanted = [f"9c0000008001000{n:x}02c3f000" for n in range(1, 8)]
    started = [start(tool, f"-d emu -o json reg set MNVDA {TYPE}=0x80 configuration_item_data={value}") for value in wanted]
    documents = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    rows = [document["data"]["assignments"][0] for document in documents]
    last = json.loads(tool.run(f"-d emu reg get MNVDA {TYPE}=0x80 -o json", keep=True).out)["data"]["fields"]
    froms = sorted(row["former"] for row in rows) + [last["configuration_item_data"][:len(FORMER)]]
    tap.ok(sorted(froms) == sorted([FORMER] + wanted) and all(d["data"]["verified"] for d in documents),
           "changes at the same time come one after the other", rows)


def taken_back(tap, tool):
    undo = json.loads(tool.run(f"{SET} -o json").out)["data"]["undo"].removeprefix("mlx5ctl ")
    done = tool.run(undo, keep=True)
    now = tool.run(f"-d emu reg get MNVDA {TYPE}=0x80", keep=True)
    tap.ok(done.status == 0 and f"{WANTED} -> {FORMER}" in done.out and FORMER in now.out,
           "the undo command brings back what was there", done)


def is_held(tool):
    lock = os.open(tool.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def killed(tap, tool):
    """Stopped between reading and writing: its record goes to a pipe that is full."""
    fifo = tool.folder / "full-pipe"
    os.mkfifo(fifo)
    pipe = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    os.write(pipe, bytes(fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)))
    for number in (signal.SIGINT, signal.SIGKILL):
        process = start(tool, f"--trace={fifo} {SET}")
        deadline = time.monotonic() + 20
        while not (held := is_held(tool)) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        process.communicate(timeout=20)
        tap.ok(held and not is_held(tool), f"{number.name} in the middle of a change leaves no lock behind", process.returncode)
    os.close(pipe)


def without_a_folder(tap, tool):
    result = tool.run(SET, env={"XDG_RUNTIME_DIR": "/proc/nosuch"})
    tap.ok(result.status == 4 and "XDG_RUNTIME_DIR" in result.err and not result.out,
           "without a place for locks nothing is written", result)
    root = os.geteuid() == 0
    result = tool.run(SET, env={"XDG_RUNTIME_DIR": "/run/user/none"})
    tap.ok(result.status == (0 if root else 4), "root's locks are in /run, whichever user became root", result)


def documents(tap, tool):
    schemas = Schemas()
    for words in (SET, SAME, NOT_TAKEN, f"--dry-run {SET}", "-d emu reg set MNVIA target=0"):
        for form in ("json", "jsonl"):
            result = tool.run(f"{words} -o {form}")
            why = schemas.problem_of_text("reg-set", result.out)
            tap.ok(not why and not result.err, f"{form} of '{words[:60]}' is as reg-set.json says", why or result)
    tap.ok(schemas.problem("reg-set", {"changed": True}), "reg-set.json refuses what is wrong")


def check(tap, tool):
    for part in (rows, what_is_sent, undo, taken_back, one_at_a_time, two_names, together, killed, without_a_folder, documents):
        part(tap, tool)
