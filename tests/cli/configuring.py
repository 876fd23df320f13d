# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""config: parameters by name, and what may be made of them."""
import json
import random
import time

from writing import rows

# The behaviour, the words, the status, and what is on stdout (status 0 or 5) or stderr.
QUERIES = [
    ("a parameter by name", "emu config query SRIOV_EN", 0, "SRIOV_EN  False(0) True(1) True(1)"),
    ("the case of a name does not matter", "emu config query sriov_en", 0, "SRIOV_EN  False(0) True(1) True(1)"),
    ("a named one is described, indented", "emu config query SRIOV_EN NUM_OF_VFS", 0, "NUM_OF_VFS (number)\n  How many virtual functions"),
    ("a named one is explained", "emu config query NUM_OF_VFS", 0, "from 0 to 127\n  devlink has it as total_vfs"),
    ("names of values are listed", "emu config query LINK_TYPE_P1", 0, "  IB(1)\n  ETH(2)\n"),
    ("of a port's parameter without a port, all ports", "emu config query LINK_TYPE", 0, "LINK_TYPE_P1 ETH(2)"),
    ("a name from mstflint's database", "emu config query MEMIC_BAR_SIZE", 0, "Size of a BAR"),
    ("a limit from mstflint's database", "emu config query MEMIC_BAR_SIZE", 0, "from 0 to 5"),
    ("what is no number names no value", "emu config query MEMIC_SIZE_LIMIT", 0, "\n  DISABLED(0)\n  _256KB(1)\n"),
    ("an array is shown whole", "emu config query ELEMENTS", 0, "0,0,0,0,0,0,0,0"),
    ("bytes are hex", "emu config query HAIRPIN_UUID", 0, "0" * 32),
    ("the built-in definition of a name stands", "emu config query NUM_OF_VFS", 0, "How many virtual functions"),
    ("a TLV of ours has their newer fields, too", "emu config query NEWER", 0, "NEWER     0       0       0"),
    ("nothing differs as shipped", "emu config diff", 0, "nothing to show"),
    ("what differs from the factory's values is status 5", "emu config diff --default", 5, "NUM_OF_VFS 0        -       8"),
    ("--dry-run shows the first command and sends nothing", "emu config query --dry-run", 0, "ACCESS_REG"),
    ("a misspelled name suggests the nearest", "emu config query SRIOV_ENN", 2, "did you mean 'SRIOV_EN'?"),
    ("a misspelled name with a port suggests one with a port", "emu config query LINK_TYP_P1", 2, "did you mean 'LINK_TYPE_P1'?"),
    ("what the card cannot do is said to need what", "emu config query FPP_EN", 3, "it needs nv_global_pci_cap.fpp_support"),
    ("a port that there is not", "emu config query LINK_TYPE_P2", 3, "the device has no LINK_TYPE_P2"),
    ("what is there is shown beside what is not", "emu config query LINK_TYPE_P2 LINK_TYPE_P1", 5, "LINK_TYPE_P1 ETH(2)"),
    ("of several that are not there the first is said", "emu config query LINK_TYPE_P2 HOST_SYNC", 3, "the device has no LINK_TYPE_P2; the device answered"),
    ("what is refused takes nothing from the rest", "emu config query CHAP_PWD SRIOV_EN", 5, "SRIOV_EN  False(0) True(1) True(1)"),
    ("a TLV that the card has not", "emu config query HOST_SYNC", 3, "the device has no HOST_SYNC"),
    ("what came with a later version of the TLV", "emu config query LATER", 3, "it needs version 1 of nv_memic_conf, which is 0"),
    ("what was there from a version on", "emu config query KEEP_LINK_UP_ON_BOOT_P1", 0, "False(0)"),
    ("what decides nothing is not looked up", "emu config query EITHER", 0, "from 0 to 1\n"),
    ("a password is not read", "emu config query CHAP_PWD", 1, "holds a password"),
    ("a key is refused by the table", "emu config query SECRET", 1, "nv_secure_host"),
    ("a condition that names itself holds not", "emu config query LOOP", 3, "it needs _again"),
    ("a condition that breaks off holds not", "emu config query BROKEN", 3, "it needs (1 +"),
    ("a condition about what nobody knows holds not", "emu config query UNKNOWN", 3, "it needs nv_nothing.at_all"),
    *((f"{why} is left out of mstflint's database", f"emu config query {name}", 2, "there is no parameter called") for name, why in (
        ("OUTSIDE", "a field past its TLV"), ("ASKEW", "a field that begins in no dword"), ("WORDY", "a place that is none"),
        ("HUGE", "a TLV too large for a register"), ("COMMENT", "a file's TLV"),
        ("NOBODY_SAYS", "what no condition says when it is there"))),
]


def parameters(result):
    return {row["name"]: row for row in json.loads(result.out)["data"]["parameters"]}


def documents(tap, tool):
    all_ = parameters(tool.run("emu config query -o json"))
    row = all_["NUM_OF_VFS"]
    tap.ok((row["default"], row["current"], row["next"], row["pending"], row["minimum"], row["maximum"]) ==
           (0, 8, 8, False, None, 127), "a row has default, current and next values, and limits", row)
    tap.ok(all_["SRIOV_EN"]["next"] is True and all_["LINK_TYPE_P1"]["next"] == {"value": 2, "name": "ETH"} and
           all_["ELEMENTS"]["next"] == [0] * 8 and all_["HAIRPIN_UUID"]["next"] == "00" * 16 and
           all_["HAIRPIN_TEXT"]["next"] == "", "values are typed", all_["ELEMENTS"])
    tap.ok("FPP_EN" not in all_ and "HOST_SYNC" not in all_ and "CHAP_PWD" not in all_,
           "what the card has not is not listed", list(all_))
    quick = parameters(tool.run("emu config query --next -o json"))
    tap.ok({n: r["next"] for n, r in quick.items()} == {n: r["next"] for n, r in all_.items()} and
           quick["SRIOV_EN"]["current"] is None and quick["SRIOV_EN"]["pending"] is None,
           "--next has the next values and no others", quick["SRIOV_EN"])
    bare = parameters(tool.run("emu config query -o json", env={"MLX5CTL_CONFIG_DB": ""}))
    same = {name: row for name, row in all_.items() if row["source"] == "built-in"}
    tap.ok(len(same) > 50 and all(bare.get(name) == row for name, row in same.items()),
           "the common ones are the same with mstflint's database and without", len(same))
    result = tool.run("emu config query", env={"MLX5CTL_CONFIG_DB": tool.file("no.db", "no database at all" * 50)})
    tap.ok(result.status == 4 and "is no parameter database" in result.err and not result.out,
           "a file that was asked for and is no database is an error", result)


def missing(tap, tool):
    """What a card has not is the device's answer, not a refusal of ours."""
    result = tool.run("emu config query LINK_TYPE_P1 LINK_TYPE_P2 FPP_EN")
    tap.ok("not all was read: the device has no LINK_TYPE_P2; the device answered" in result.err and
           "not all was read: the device has no FPP_EN; it needs" in result.err, "what is not there is said beside what is", result)
    found = [row["code"] for row in json.loads(tool.run("emu config query LINK_TYPE_P1 LINK_TYPE_P2 -o json").out)["data"]["incomplete"]]
    tap.ok(found == ["unsupported"], "and is in JSON, too", found)
    answered, needed = (json.loads(tool.run(f"emu config query {name} -o json").out)["error"] for name in ("LINK_TYPE_P2", "FPP_EN"))
    tap.ok((answered["code"], answered["exit"], answered["status"]["name"]) == ("unsupported", 3, "BAD_PARAM") and needed["exit"] == 3 and
           needed["status"] is None, "with the status that the device answered, if it answered one", (answered, needed))


def pending(tap, tool):
    """Set by another tool, which armed no reset: a reset alone changes nothing."""
    tool.run("emu reg set MNVDA configuration_item_header.type=0x80 configuration_item_data=9c0000008001000902c3f000")
    tool.run("emu reset", keep=True)
    result = tool.run("emu config diff", keep=True)
    tap.ok(result.status == 5 and "* the next power cycle changes it, or the next reset of the machine if one is armed" in result.err,
           "what waits for a power cycle is not promised for the next reset", result)
    result = tool.run("emu config set NUM_OF_VFS=9", keep=True)
    tap.ok("the next power cycle, or reset of the machine if one is armed, changes\n  NUM_OF_VFS  8 -> 9" in result.out,
           "nor by config set, where it was so already", result)


def commands_of(tool, words):
    """How many commands a line sends, and how many of them failed."""
    path = tool.folder / "trace"
    path.unlink(missing_ok=True)
    tool.run(f"--trace={path} {words}")
    sent = [json.loads(line) for line in path.read_text().splitlines()]
    return len(sent), sum(bool(row["result"]) for row in sent)


def counts(tap, tool):
    sent, failed = commands_of(tool, "emu config query --next")
    tap.ok(0 < sent <= 200, "the next values of all parameters take at most 200 commands", sent)
    all_, missing = commands_of(tool, "emu config query")
    tap.ok(all_ <= 3 * (sent - failed) + failed and missing == failed,
           "with current and default, at most three per TLV that there is, and one per other", (all_, sent, failed))


def waiting(tap, tool):
    sent, _ = commands_of(tool, "emu config query --next")
    begun = time.monotonic()
    result = tool.run("emu config query --next", env={"MLX5CTL_EMU_LATENCY": "300000"})
    spent = time.monotonic() - begun
    tap.ok(result.status == 0 and spent < sent * 0.3 * 2 / 3, "several commands are under way at once", (spent, sent))
    slow = tool.faults({"match": {"register": "MNVDA"}, "skip": 3, "fault": {"delay": 20000000}})
    result = tool.run("emu config query --timeout 1", env=slow)
    tap.ok(result.status == 4 and "emu did not answer" in result.err and "within 1 second" in result.err and not result.out,
           "a device that does not answer one of many is not waited for", result)


def damaged(tap, tool):
    """Bytes of the database changed at random: it is read, or said to be none."""
    whole, chance = tool.parameters().read_bytes(), random.Random(7)
    bad = []
    for _ in range(40):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 8, 100))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        result = tool.run("emu config query --next", env={"MLX5CTL_CONFIG_DB": tool.file("broken.db", bytes(broken))})
        if result.status not in (0, 4) or "Sanitizer" in result.err or "runtime error" in result.err:
            bad.append(result)
    tap.ok(not bad, "a damaged database is read as far as it makes sense, or refused", bad and bad[0])


def completed(tap, tool):
    found = tool.run("completion mlx5ctl emu config query MEMIC").out.split()
    tap.ok(set(found) == {"MEMIC_BAR_SIZE", "MEMIC_SIZE_LIMIT"}, "parameters are completed, mstflint's, too", found)
    found = tool.run("completion mlx5ctl config query LINK_T").out.split()
    tap.ok(found == ["LINK_TYPE_P1"], "a port's parameter is completed with a port", found)


def check(tap, tool):
    rows(tap, tool, QUERIES, "config")
    for part in (documents, missing, pending, counts, waiting, damaged, completed):
        part(tap, tool)
