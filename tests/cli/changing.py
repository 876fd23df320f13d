# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""config set, reset and apply: all or nothing, once, and with a way back."""
import json
import signal
import subprocess

from configuring import parameters
from tool import ROOT
from writing import TYPE, environment, rows, trace_of

TWO = "emu config set NUM_OF_VFS=9 LINK_TYPE_P1=IB"
UNDONE = "config set NUM_OF_VFS=8 LINK_TYPE_P1=ETH"

# The behaviour, the words, the status, and what is on stdout (status 0 or 5) or stderr.
LINES = [
    ("a parameter is changed and shown before and after", "emu config set NUM_OF_VFS=9", 0, "changed\n  NUM_OF_VFS  8 -> 9  (devlink: total_vfs)\n"),
    ("what the next reset changes is said", "emu config set NUM_OF_VFS=9", 0, "the next reset of the machine changes\n  NUM_OF_VFS  8 -> 9\n"),
    ("what is so already is not changed", "emu config set num_of_vfs=8 SRIOV_EN=true", 0, "already so\n"),
    ("what is so already is not shown as changed", "emu config set SRIOV_EN=1 NUM_OF_VFS=9", 0,
     "changed\n  NUM_OF_VFS  8 -> 9  (devlink: total_vfs)\nalready so\n  SRIOV_EN  True(1)  (devlink: enable_sriov)\n"),
    ("several of several TLVs", TWO, 0, "LINK_TYPE_P1  ETH(2) -> IB(1)"),
    ("a name of a value in any case", "emu config set LINK_TYPE_P1=Ib", 0, "ETH(2) -> IB(1)"),
    ("a switch that is named before what needs it", "emu config set NUM_PF_MSIX_VALID=0 NUM_PF_MSIX=32", 0, "NUM_PF_MSIX_VALID  True(1) -> False(0)"),
    ("a switch that is named after it", "emu config set NUM_PF_MSIX=32 NUM_PF_MSIX_VALID=0", 0, "NUM_PF_MSIX_VALID  True(1) -> False(0)"),
    ("one makes another possible", "emu config set ADVANCED_PCI_SETTINGS=1 FORCE_ETH_PCI_SUBCLASS=1", 0, "FORCE_ETH_PCI_SUBCLASS  False(0) -> True(1)"),
    ("an element of an array", "emu config set ELEMENTS[7]=5", 0, "ELEMENTS[7]  0 -> 5"),
    ("bytes and text", "emu config set HAIRPIN_TEXT=abc", 0, "HAIRPIN_TEXT   -> abc"),
    ("the factory's value", "emu config reset NUM_OF_VFS", 0, "NUM_OF_VFS  8 -> 0"),
    ("the factory's value of an array", "emu config reset ELEMENTS", 0, "already so"),
    ("all of the factory's values", "emu config reset --all", 0, "SRIOV_EN  True(1) -> False(0)"),
    ("--dry-run shows the mailbox of the write", "emu config set NUM_OF_VFS=9 --dry-run -o hex", 2, "config set"),
    ("--dry-run shows the verdict", "emu config set NUM_OF_VFS=9 --dry-run", 0, "0200000c 00000080 00000000 80000000\n    00000009 00000000"),
    ("--dry-run of all shows what is sent", "emu config reset --all --dry-run", 0, "ACCESS_REG of MNVIA"),
    ("more than the device can", "emu config set NUM_OF_VFS=128", 2, "at most 127"),
    ("more than the field holds", "emu config set BOOT_VLAN=4096", 2, "BOOT_VLAN is 12 bits wide"),
    ("a name that is no value", "emu config set LINK_TYPE_P1=ethernet", 2, "LINK_TYPE_P1 has no value called 'ethernet'"),
    ("a number that is no value", "emu config set LINK_TYPE_P1=3", 2, "it is one of ib(1), eth(2)"),
    ("no number where one is wanted", "emu config set NUM_OF_VFS=many", 2, "NUM_OF_VFS is a number"),
    ("more vectors than fit", "emu config set NUM_OF_VFS=127 NUM_VF_MSIX=63", 2, "beside the other parameters"),
    ("a rule of mstflint's database", "emu config set MEMIC_BAR_SIZE=6", 2, "at most 5"),
    ("an array without its element", "emu config set ELEMENTS=1", 2, "as ELEMENTS[0]=1"),
    ("an element that there is not", "emu config set ELEMENTS[8]=1", 2, "ELEMENTS[8] is no element"),
    ("an element of what is no array", "emu config set SRIOV_EN[0]=1", 2, "SRIOV_EN[0] is no element"),
    ("a port's parameter without a port", "emu config set LINK_TYPE=IB", 2, "say which, as LINK_TYPE_P1"),
    ("a parameter twice", "emu config set NUM_OF_VFS=1 num_of_vfs=2", 2, "NUM_OF_VFS is given twice"),
    ("a word that is no assignment", "emu config set SRIOV_EN", 2, "not NAME=VALUE"),
    ("a misspelled name suggests the nearest", "emu config set NUM_OF_VFSS=2", 2, "did you mean 'NUM_OF_VFS'?"),
    ("neither names nor --all", "emu config reset", 2, "say --all"),
    ("names and --all", "emu config reset --all SRIOV_EN", 2, "leaves none"),
    ("what the card cannot do", "emu config set FPP_EN=1", 3, "it needs nv_global_pci_cap.fpp_support"),
    ("a TLV that the card has not", "emu config set HOST_SYNC=1", 3, "the device has no HOST_SYNC"),
    ("a password", "emu config set CHAP_PWD=x", 1, "holds a password"),
    ("a key", "emu config set SECRET=1", 1, "nv_secure_host"),
    ("a TLV that nobody may write", "emu config set CAP=0", 3, "lets nobody change nv_wol_cap"),
]


def now(tool):
    """What the next reset brings, read without any fault."""
    return {name: row["next"] for name, row in parameters(tool.run("emu config query --next -o json", keep=True)).items()}


def what_is_sent(tap, tool):
    sent = trace_of(tool, TWO)
    writes = [row for is_write, row in sent if is_write]
    firsts = [i for i, (is_write, _) in enumerate(sent) if is_write]
    tap.ok([row[16:24] for row in writes] == ["00009024", "00009024", "00009028"] and writes[0].endswith("9c0000008001000902c3f000") and
           writes[2].endswith("0000000000000048"), "config set writes each TLV once, and arms the reset", writes)
    card = json.loads((ROOT / "emulator/personalities/connectx-7.json").read_text())
    for item in card["nv"]:
        item["version"] = 5
    versioned = trace_of(tool, f"-d emu:{tool.file('versions.json', json.dumps(card))} config set NUM_OF_VFS=9")
    tap.ok([row[32:40] for is_write, row in versioned if is_write][0] == "0200500c", "a TLV is written in the version that the device has of it", versioned)
    tap.ok(firsts[1] == firsts[0] + 1 and not any(w for w, _ in sent[:firsts[0]]), "nothing is written before all is read", firsts)
    for words in ("emu config set NUM_OF_VFS=8", "emu config set NUM_OF_VFS=9 LINK_TYPE_P1=3", "emu config set NUM_OF_VFS=9 FPP_EN=1",
                  "emu config set NUM_OF_VFS=9 CAP=0", f"{TWO} --dry-run"):
        sent = trace_of(tool, words)
        tap.ok(not [row for is_write, row in sent if is_write], f"nothing is written of '{words}'", sent)
    sent = trace_of(tool, "emu config set NUM_OF_VFS=9 NOSUCH=1")
    tap.ok(sent == [], "of a wrong name nothing is sent at all", sent)
    result = tool.run("emu config set NUM_OF_VFS=9", env={"MLX5CTL_EMU_CAPS": "none"})
    sent = trace_of(tool, "emu config set NUM_OF_VFS=9 ATS_ENABLED=1")
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.err, "who may not write is told before anything is sent", result)
    sent = trace_of(tool, "emu config reset --all")
    tap.ok([row[16:24] for w, row in sent if w] == ["00009033", "00009028"], "a reset of all is one write", sent)


def rehearsed(tap, tool):
    """A dry run shows all that would be sent, and counts as what weighs most of it."""
    words = "emu config set NUM_OF_VFS=4 ATS_ENABLED=1 LINK_TYPE_P1=IB"
    shown = tool.run(f"{words} --dry-run").out.splitlines()
    classes = [line.split()[1] for line in shown if line.startswith("  class")]
    tap.ok(sorted(classes) == ["config-write"] * 3 + ["full"] and sum("taints the kernel" in line for line in shown) == 1 and
           "allowed: ACCESS_REG of MFRL (0x9028), write" in shown, "--dry-run shows each mailbox, and the arming", shown)
    data = json.loads(tool.run(f"{words} --dry-run -o json").out)["data"]
    sent = [row[16:24] for is_write, row in trace_of(tool, words) if is_write]
    tap.ok(data["class"] == "full" and data["needs"]["taints"] and [row["in"][16:24] for row in data["mailboxes"]] == sent,
           "in JSON, too, and the gravest is the verdict", (data, sent))
    result = tool.run(f"{words} --dry-run -o json", env={"MLX5CTL_EMU_CAPS": "admin"})
    data = json.loads(result.out)["data"]
    tap.ok(result.status == 1 and not data["allowed"] and [row["allowed"] for row in data["mailboxes"]].count(False) == 1,
           "of which one that is refused refuses all", result)


def undone(tap, tool):
    tool.run("list")
    before = now(tool)
    result = tool.run(f"{TWO} -o json", keep=True)
    data = json.loads(result.out)["data"]
    tap.ok(data["undo"] == f"mlx5ctl -d emu {UNDONE}" and data["changed"] and data["verified"] and data["reset_armed"] and not result.err,
           "in JSON a change says so, and how to undo it", data)
    found = {row["name"]: row["changed"] for row in json.loads(tool.run(f"{TWO} SRIOV_EN=1 -o json").out)["data"]["parameters"]}
    tap.ok(found == {"NUM_OF_VFS": True, "LINK_TYPE_P1": True, "SRIOV_EN": False}, "and which parameters it changed", found)
    tool.run(data["undo"].removeprefix("mlx5ctl "), keep=True)
    tap.ok(now(tool) == before, "the undo command brings back what was there", before)
    said = tool.run(TWO)
    tap.ok(said.err == f"mlx5ctl: to undo it: mlx5ctl -d emu {UNDONE}\n", "the undo command is also said to people", said)
    again = json.loads(tool.run(f"{TWO} -o json", keep=True).out)["data"]
    tap.ok(not again["changed"] and again["undo"] is None and not again["reset_armed"], "the same change again is none", again)
    undo = json.loads(tool.run("emu config set PF_TOTAL_SF=5 -o json").out)["data"]["undo"]
    tool.run(undo.removeprefix("mlx5ctl "), keep=True)
    bytes_ = tool.run(f"emu reg get MNVDA {TYPE}=0x03000080 -o hex", keep=True).out.replace("\n", " ")
    tap.ok("reg set MNVDA" in undo and " 00000000 00000000 00000000 00000000 " in bytes_,
           "a switch that a change set is undone, too", undo)
    tool.run("emu config set NUM_OF_VFS=11 BOOT_VLAN=3 LINK_TYPE_P1=IB")
    tool.run(f"emu reg set MNVDA {TYPE}=6 configuration_item_data=00001000", keep=True)
    before, nameless = now(tool), tool.run(f"emu reg get MNVDA {TYPE}=6 -o hex", keep=True).out
    undo = json.loads(tool.run("emu config reset --all -o json", keep=True).out)["data"]["undo"]
    changed = now(tool)
    tool.run("emu reset", keep=True)
    for part in undo.split(" && "):
        tool.run(part.removeprefix("mlx5ctl "), keep=True)
    tap.ok(changed != before and now(tool) == before, "a reset of all is undone", undo)
    tool.run("emu reset", keep=True)
    rows_ = parameters(tool.run("emu config query -o json", keep=True))
    tap.ok(rows_["NUM_OF_VFS"]["current"] == 11 and not any(row["pending"] for row in rows_.values()),
           "and the next reset of the machine brings it back into force", rows_["NUM_OF_VFS"])
    tap.ok(tool.run(f"emu reg get MNVDA {TYPE}=6 -o hex", keep=True).out == nameless and "00001000" in nameless,
           "also where it has no name", nameless)


# What is changed, what it held before, and the change.
OBEYED = "611b5b33316d655c0a27c29b807f2120"  # what terminals and shells obey
PASTED = [
    ("an element of an array", "list", "emu config set ELEMENTS[7]=5"),
    ("a whole array", "emu config set ELEMENTS[1]=5 ELEMENTS[7]=9", "emu config reset ELEMENTS"),
    ("an array and an element of it", "emu config set ELEMENTS[1]=5 ELEMENTS[7]=9", "emu config reset ELEMENTS[1] ELEMENTS"),
    ("text that a terminal could obey", f"emu reg set MNVDA {TYPE}=0x13 configuration_item_data={OBEYED}", "emu config set HAIRPIN_TEXT=x"),
]


def pasted(tap, tool):
    """By who takes a word with brackets for the name of a file."""
    path = {"PATH": f"{tool.path.parent}:/usr/bin:/bin"}
    for what, first, words in PASTED:
        tool.run(first)
        before, result = now(tool), tool.run(words, keep=True)
        undo = result.err.strip().removeprefix("mlx5ctl: to undo it: ")
        changed = now(tool)
        done = subprocess.run(["bash", "-O", "failglob", "-c", undo], capture_output=True, text=True, cwd=tool.folder, env=tool.environment(path))
        tap.ok(done.returncode == 0 and changed != before and now(tool) == before, f"what undoes it can be pasted: {what}", (result, done))
        tap.ok(not any(c < " " and c != "\n" or "\x7e" < c < "\xa0" for c in result.out + result.err) and result.err.count("\n") == 1,
               f"and is safe for a terminal: {what}", result)


def in_force(tap, tool):
    tool.run(TWO)
    reset = tool.run("emu reset", keep=True)
    rows_ = parameters(tool.run("emu config query NUM_OF_VFS LINK_TYPE_P1 -o json", keep=True))
    tap.ok("warm-boot done" in reset.out and rows_["NUM_OF_VFS"]["current"] == 9 and rows_["LINK_TYPE_P1"]["current"]["name"] == "IB" and
           not rows_["NUM_OF_VFS"]["pending"], "the next warm boot brings a change into force", rows_)
    refuses = tool.faults({"match": {"register": "MFRL"}, "fault": {"skip_effect": 1, "set": {"status": 3, "syndrome": 1}}})
    result = tool.run(f"{TWO} -o json", env=refuses)
    data = json.loads(result.out)["data"]
    tap.ok(result.status == 5 and data["changed"] and not data["reset_armed"], "a reset that cannot be armed is a finding", result)


WRITE = {"register": "MNVDA", "op_mod": 0}
READ = {"register": "MNVDA", "op_mod": 1}
ERROR = {"skip_effect": 1, "set": {"status": 1, "syndrome": 1}}
# What the device does, the rules of its faults, the status, and what is said.
BAD_DEVICES = [
    ("the first write fails", [{"match": WRITE, "count": 1, "fault": ERROR}], 3, "nothing of it is left in the device"),
    ("a write fails and was done", [{"match": WRITE, "skip": 1, "count": 1, "fault": {"set": {"status": 1, "syndrome": 1}}}], 3,
     "nothing of it is left in the device"),
    ("the first write does not stick", [{"match": WRITE, "count": 1, "fault": {"skip_effect": 1}}], 5, "did not take all of it; nothing of it is left"),
    ("the second write does not stick", [{"match": WRITE, "skip": 1, "count": 1, "fault": {"skip_effect": 1}}], 5, "nothing of it is left"),
    ("it breaks down half way", [{"match": WRITE, "skip": 1, "fault": ERROR}], 3, "nv_global_pci_conf (0x80) is not known to have been taken back"),
    ("it no longer answers half way", [{"match": WRITE, "skip": 1, "fault": {"lost": 1}}], 4, "nv_global_pci_conf (0x80) is not known to have been taken back"),
    ("it answers nonsense after the write", [{"match": READ, "skip": 5, "fault": {"set": {"configuration_item_header.length": 5}}}], 4,
     "no whole number of dwords"),
    ("it answers about another parameter", [{"match": READ, "fault": {"set": {"configuration_item_header.type": "ones"}}}], 4,
     "is about another parameter"),
    ("it says a length beyond the register", [{"match": READ, "fault": {"set": {"configuration_item_header.length": "ones"}}}], 4,
     "no whole number of dwords"),
    ("it says a length of a few bytes too many", [{"match": READ, "fault": {"set": {"configuration_item_header.length": 260}}}], 4,
     "longer than there is room for"),
    ("it says no length", [{"match": READ, "fault": {"set": {"configuration_item_header.length": 0}}}], 4, "no whole number of dwords"),
    ("it says less than the parameter needs", [{"match": READ, "fault": {"set": {"configuration_item_header.length": 4}}}], 3,
     "keeps less than that"),
    ("it changes its mind about the length", [{"match": READ, "skip": 1, "fault": {"set": {"configuration_item_header.length": 16}}}], 4,
     "of another length than before"),
    ("it denies that it can be written", [{"match": {"register": "MNVQC"}, "fault": {"set": {"support_wr": 0}}}], 3, "lets nobody change"),
]


def bad_devices(tap, tool):
    result = tool.run(TWO, env={"MLX5CTL_EMU_FAULTS": "D28-half-way"})
    tap.ok(result.status == 3 and "nothing of it is left in the device" in result.err, "config set survives D28-half-way", result)
    for what, rules, status, said in BAD_DEVICES:
        tool.run("list")
        before = now(tool)
        result = tool.run(TWO, env=tool.faults(*rules), keep=True)
        left = now(tool) != before
        stuck = "is not known to have been taken back" in said or "after the write" in what
        tap.ok(result.status == status and said in result.err and "Sanitizer" not in result.err and (stuck or not left),
               f"config set, where {what}: nothing, or it is said what", result)
    # Which of the reads it is that fails changes: several are under way at once.
    whole = tool.run("emu config query").out.splitlines()
    result = tool.run("emu config query", env=tool.faults({"match": READ, "every": 3, "fault": {"set": {"configuration_item_header.length": "ones"}}}))
    tap.ok(result.status == 5 and "not all was read: the device's answer about" in result.err and
           len(whole) / 4 < len(result.out.splitlines()) < len(whole),
           "what is read well is shown beside what is not", result)


def interrupted(tap, tool):
    """Ctrl-C after the first write: the undo was said, and each command takes its time."""
    tool.run("list")
    before = now(tool)
    slow = environment(tool) | tool.faults({"match": {"command": "ACCESS_REG", "op_mod": 0}, "fault": {"delay": 700000}})
    for number in (signal.SIGINT, signal.SIGTERM):
        record = tool.folder / "record"
        record.unlink(missing_ok=True)
        process = subprocess.Popen([tool.path, f"--trace={record}", *TWO.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=slow, cwd=tool.folder)
        said = process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        tap.ok(process.returncode == 130 and UNDONE in said and "nothing of it is left" in err and now(tool) == before,
               f"{number.name} in the middle of a change takes it back", said + out + err)
        sent = [row["in"] for row in map(json.loads, record.read_text().splitlines())]
        tap.ok(not [row for row in sent if row[12:16] == "0000" and row[40:48] == "01010012"], "and what was not begun is not begun", sent)


def timed_out(tap, tool):
    tool.run("list")
    before = now(tool)
    hangs = tool.faults({"match": WRITE, "skip": 1, "fault": {"delay": 20000000}})
    result = tool.run(f"{TWO} --timeout 1 -o json", env=hangs, keep=True)
    error = json.loads(result.out)["error"]
    undo = error["hint"].split("this undoes it: ")[-1]
    left = now(tool) != before
    tool.run(undo.removeprefix("mlx5ctl "), keep=True)
    tap.ok(result.status == 4 and left and now(tool) == before, "who gives up half way is told what undoes it", error)


def together(tap, tool):
    """Different parameters of one TLV at the same time: none is lost."""
    tool.run("list")
    wanted = {"NUM_OF_VFS": 20, "NUM_OF_PF": 2, "NUM_PF_MSIX": 64, "NUM_VF_MSIX": 12}
    started = [subprocess.Popen([tool.path, *f"emu config set {name}={value}".split()], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env=environment(tool), cwd=tool.folder) for name, value in wanted.items()]
    ended = [process.wait(timeout=60) for process in started]
    has = now(tool)
    tap.ok(ended == [0] * 4 and {name: has[name] for name in wanted} == wanted, "changes at the same time are all there in the end", has)


# The behaviour, the file, the status, and what is on stdout or stderr.
FILES = [
    ("lines, comments and space", "# for the lab\n\n  NUM_OF_VFS=9  # nine\r\nLINK_TYPE_P1=IB\n", 0, "NUM_OF_VFS  8 -> 9"),
    ("a JSON object", '{"NUM_OF_VFS": 9, "SRIOV_EN": false, "LINK_TYPE_P1": "IB", "ELEMENTS": [1, 2, 0, 0, 0, 0, 0, 0]}', 0, "ELEMENTS[1]  0 -> 2"),
    ("a switch and what needs it", '{"NUM_PF_MSIX_VALID": false, "NUM_PF_MSIX": 32}', 0, "NUM_PF_MSIX_VALID  True(1) -> False(0)"),
    ("a wrong value names its line", "NUM_OF_VFS=9\nNUM_OF_VFS=9\n", 2, ":2: NUM_OF_VFS is given twice"),
    ("more than the device can names its line", "SRIOV_EN=1\nNUM_OF_VFS=128\n", 2, "settings:2: NUM_OF_VFS is at most 127"),
    ("what is no value names its line", "SRIOV_EN=1\n\nLINK_TYPE_P1=3\n", 2, "settings:3: LINK_TYPE_P1 has no such value"),
    ("what the rules forbid names its file", '{"NUM_OF_VFS": 127, "NUM_VF_MSIX": 63}', 2, "settings: NUM_OF_VFS cannot be that beside"),
    ("a wrong name names its line", "NUM_OF_VFS=9\nNUM_VFS=9\n", 2, ":2: there is no parameter called 'NUM_VFS'"),
    ("a line without a value", "NUM_OF_VFS\n", 2, ":1 is not NAME=VALUE"),
    ("nothing", "# nothing\n", 2, "has no parameters"),
    ("broken JSON", '{"NUM_OF_VFS": \n', 2, "settings:2 is no JSON object"),
    ("two documents", '{"NUM_OF_VFS": 9}\n{"SRIOV_EN": false}\n', 2, "settings:2 is no JSON object"),
    ("a parameter twice in JSON", '{"NUM_OF_VFS": 9,\n "NUM_OF_VFS": 10}', 2, "settings:2 has a key twice"),
    ("space after JSON", '{"NUM_OF_VFS": 9}\n\n', 0, "8 -> 9"),
    ("JSON of another command", '{"mlx5ctl": 1, "device": "emu", "command": "list", "data": []}', 2, "no document of config query"),
    ("a parameter without a value", '{"parameters": [{"name": "NUM_OF_VFS", "next": null}]}', 2, "settings: NUM_OF_VFS has no value"),
    ("a parameter without a next value", '{"parameters": [{"name": "NUM_OF_VFS", "current": 8}]}', 2, "NUM_OF_VFS has no value"),
    ("an object that is no value", '{"SRIOV_EN": true, "NUM_OF_VFS": {"valeu": 16}}', 2, "NUM_OF_VFS has no value"),
    ("an empty object", '{"parameters": [{"name": "LINK_TYPE_P1", "next": {}}]}', 2, "LINK_TYPE_P1 has no value"),
    ("a value below zero", '{"NUM_OF_VFS": {"value": -1}}', 2, "NUM_OF_VFS has no value"),
    ("a number below zero", '{"NUM_OF_VFS": -1}', 2, "NUM_OF_VFS is a number"),
    ("a value that is no number", '{"NUM_OF_VFS": {"value": "many", "name": null}}', 2, "NUM_OF_VFS has no value"),
    ("a name that is no text", '{"LINK_TYPE_P1": {"value": 2, "name": 1}}', 2, "LINK_TYPE_P1 has no value"),
    ("a value without a name", '{"NUM_OF_VFS": {"value": 16, "name": null}}', 0, "NUM_OF_VFS  8 -> 16"),
    ("an element without a value", '{"ELEMENTS": [1, null]}', 2, "ELEMENTS[1] has no value"),
    ("a parameter without a name", '{"parameters": [{"next": 3}]}', 2, "without a name"),
]


def files(tap, tool):
    for sentence, content, status, wanted in FILES:
        result = tool.run(f"emu config apply {tool.file('settings', content)}")
        tap.ok(result.status == status and wanted in (result.err if status else result.out) and "Sanitizer" not in result.err,
               f"config apply: {sentence}", result)
    result = tool.run("emu config apply -", stdin=b"NUM_OF_VFS=9\n")
    tap.ok(result.status == 0 and "8 -> 9" in result.out, "config apply reads standard input", result)
    result = tool.run("emu config apply", stdin=b"NUM_OF_VFS=9\n")
    tap.ok(result.status == 0 and "8 -> 9" in result.out, "also where no file is named", result)
    result = tool.run("emu config apply", stdin=b"# nothing\n")
    tap.ok(result.status == 2 and "standard input has no parameters" in result.err, "and says so where it has nothing", result)
    result = tool.run("emu config apply no-such-file")
    tap.ok(result.status == 4 and "no-such-file" in result.err, "config apply of a file that there is not", result)
    saved = tool.run("emu config query -o json").out
    before = parameters(tool.run("emu config query -o json"))
    tool.run("emu config reset --all")
    result = tool.run(f"emu config apply {tool.file('saved', saved)}", keep=True)
    tap.ok(result.status == 0 and "NUM_OF_VFS  0 -> 8" in result.out and
           now(tool) == {name: row["next"] for name, row in before.items()}, "what query printed is applied", result)
    tool.run("emu config set NUM_OF_VFS=3")
    result = tool.run(f"emu config apply {tool.file('saved', saved)}", keep=True)
    changed, _, same = result.out.partition("already so\n")
    tap.ok(changed == "changed\n  NUM_OF_VFS  3 -> 8  (devlink: total_vfs)\n" and same.count("\n") > 50,
           "of which only what changes is shown as changed", result)


def check(tap, tool):
    rows(tap, tool, LINES, "config")
    for part in (what_is_sent, rehearsed, undone, pasted, in_force, bad_devices, interrupted, timed_out, together, files):
        part(tap, tool)
