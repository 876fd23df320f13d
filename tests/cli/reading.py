# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""info, cap, obj, link, temp, modules: each line of them, and what the original tool got wrong."""
import json
import re

from documents import Schemas

# The inbox of each kind of object for number 5, typed from the PRM; the words
# not written are zero. Kinds of which there is only one are asked for without.
WITH_ID = {
    "eq": (16, "03030000 00000000 00000005"), "cq": (16, "04020000 00000000 00000005"),
    "qp": (16, "050b0000 00000000 00000005"), "sq": (16, "09070000 00000000 00000005"),
    "rq": (16, "090b0000 00000000 00000005"), "tis": (16, "09150000 00000000 00000005"),
    "tir": (16, "09030000 00000000 00000005"), "rqt": (16, "09190000 00000000 00000005"),
    "rmp": (16, "090f0000 00000000 00000005"), "dct": (16, "07130000 00000000 00000005"),
    "srq": (16, "07020000 00000000 00000005"), "xrq": (16, "07190000 00000000 00000005"),
    "xrc_srq": (16, "07070000 00000000 00000005"),
    "q_counter": (32, "07730000 00000000 00000000 00000000 00000000 00000000 00000000 00000005"),
    "mkey": (16, "02010000 00000000 00000005"), "pages": (16, "01070000 00000001 00000005"),
    "l2_table_entry": (64, "082a0000 00000000 00000000 00000000 00000000 00000005"),
    "vport_state": (16, "07500000 00000000 80000005"), "esw_vport_context": (16, "07520000 00000000 80000005"),
    "vport_counter": (32, "07700000 00000000 80000005"), "vnic_env": (16, "076f0000 00000000 80000005"),
    "packet_reformat_context": (32, "093f0000 00000000 00000005"),
    "cong_params": (16, "08240000 00000000 00000005"), "cong_status": (16, "08220000 00000000 00000005"),
    "vhca_migration_state": (16, "01170000 00000000 00000005"),
}
ALONE = {
    "issi": "010a", "special_contexts": "0203", "mad_demux": "080b", "cong_statistics": "0826", "adapter": "0101",
    "wol_rol": "0831", "lag": "0842", "esw_functions": "0740",
}

# The behaviour, the words, the status, and what is on stdout or stderr.
LINES = [
    ("info shows PSID and firmware", "-d emu info", 0, "MT_0000000838\nfirmware        28.43.1014\n"),
    ("info shows what may be asked", "emu info", 0, "uctx granted    0x4  TOOLS_RESOURCES\n"),
    ("info of another personality differs", "-d emu:connectx-6dx info", 0, "interface       emu\n"),
    ("info --dry-run shows its first command", "-d emu --dry-run info", 0, "ACCESS_REG"),
    ("cap by name", "-d emu cap ROCE", 0, "roce_version"),
    ("cap by name in lower case", "-d emu cap roce", 0, "ROCE 0x4, current"),
    ("cap by the device before it", "emu cap roce", 0, "ROCE 0x4, current"),
    ("cap by number", "-d emu cap 4", 0, "ROCE 0x4, current"),
    ("cap of several", "-d emu cap ROCE DEBUG", 0, "DEBUG 0xd, current"),
    ("cap --max is what could be", "-d emu cap ROCE --max", 0, "ROCE 0x4, maximum"),
    ("the original's --id is a group", "-d emu cap --id=ROCE", 0, "ROCE 0x4, current"),
    ("the original's -i is a group", "emu cap -i 0xd", 0, "DEBUG 0xd, current"),
    ("the original's --mode=max is --max", "-d emu cap -i ROCE --mode=max", 0, "ROCE 0x4, maximum"),
    ("the original's -m cur is the default", "-d emu cap -i ROCE -m cur", 0, "ROCE 0x4, current"),
    ("the original's -P is decoded text", "-d emu cap -i ROCE -P", 0, "roce_version"),
    ("the original's -H is hex", "-d emu cap -i GENERAL -H", 0, "00000000 a0000000 "),
    ("cap --dry-run shows the mailbox", "-d emu --dry-run cap ADV_VIRTUALIZATION --max", 0, "01000000 0000004c"),
    ("the emulation group is asked for by its own number", "--dry-run cap VDPA_EMULATION", 0, "01000000 00000027"),
    ("an unknown group suggests the nearest", "-d emu cap ROCEE", 2, "did you mean 'ROCE'"),
    ("--mode without its argument is an error, no crash", "-d emu cap ROCE --mode", 2, "needs an argument"),
    ("a mode that is none", "-d emu cap ROCE --mode=now", 2, "cur, max"),
    ("a number that no device could take", "-d emu cap 0x8000", 2, "0 to 0x7fff"),
    ("a group that the rules do not list is refused", "-d emu cap 0x7fff", 1, "op_mod"),
    ("all groups have no bytes", "-d emu cap -o binary", 2, "single"),
    ("obj list lists the kinds", "obj list", 0, "vhca_migration_state"),
    ("obj of the only one", "-d emu obj issi", 0, "current_issi        1"),
    ("obj by the device before it", "emu obj issi", 0, "supported_issi_dw0"),
    ("obj takes --op-mod", "--dry-run obj pages --op-mod 3 -o hex", None, "01070000 00000003"),
    ("the original's --op_mod is --op-mod", "--dry-run obj pages --op_mod=2 -o hex", None, "01070000 00000002"),
    ("a virtual port without a number is the own one", "--dry-run obj vport_state -o hex", None, "07500000 00000000 00000000"),
    ("the number of a congestion status is priority and protocol", "--dry-run obj cong_status 0x31 -o hex", None,
     "08220000 00000000 00000031"),
    ("further fields of a query are set by name", "--dry-run obj vport_counter port_num=1 -o hex", None,
     "07700000 00000000 00010000"),
    ("an unknown kind suggests the nearest", "-d emu obj vport_stat", 2, "did you mean 'vport_state'"),
    ("a number where there is only one", "-d emu obj issi 3", 2, "only one issi"),
    ("a number too wide", "-d emu obj eq 256", 2, "eq takes a number from 0 to 0xff"),
    ("a number that is none", "-d emu obj eq three", 2, "'three'"),
    ("a number given twice", "-d emu obj eq 3 --id 4", 2, "both say which"),
    ("a negative number", "-d emu obj eq --id=-1", 2, "'-1'"),
    ("a number given twice, by its field", "-d emu obj eq 4 eq_number=5", 2, "eq_number is given twice: by 'eq_number=5', and by the kind"),
    ("what --op-mod says, said by its field", "-d emu obj pages 5 op_mod=2", 2, "op_mod is given twice"),
    ("a field given twice", "--dry-run obj vport_counter port_num=1 port_num=2", 2, "port_num is given twice"),
    ("--max and another mode", "-d emu cap ROCE --max --mode cur", 2, "--max and --mode=cur both say which"),
    ("--max twice", "-d emu cap ROCE --max --mode max", 0, "ROCE 0x4, maximum"),
    ("an index given twice", "-d emu reg get PAOS local_port=1 local_port=2", 2, "local_port is given twice"),
    ("an index given as --port, too", "-d emu reg get PAOS -p 1 local_port=2", 2, "local_port is given twice: by 'local_port=2', and by --port"),
    ("an index beside --port", "-d emu reg get PDDR -p 1 page_select=0", 0, "phy_mngr_fsm_state"),
    ("a kind left out", "-d emu obj --id 3", 2, "kind of object"),
    ("a field that the query does not have", "-d emu obj eq 3 nosuch=1", 2, "no field"),
    ("link is a screen of each port", "-d emu link", 0, "port 1\n  wanted            up\n  state             up\n"),
    ("link says the rate", "-d emu link", 0, "rate              400000 Mb/s\n"),
    ("link mode has its name", "emu link --port 1", 0, "link mode         400GAUI-4\n"),
    ("a port that is not there", "-d emu link -p 9", 3, "is there a port 9?"),
    ("the module of a port that is not there", "-d emu modules -p 9", 3, "is there a port 9?"),
    ("a port that cannot be", "-d emu link -p 256", 2, "0 to 255"),
    ("temp is a screen of each sensor", "-d emu temp", 0, "sensor 0\n  name              asic\n"),
    ("temp is in degrees", "-d emu temp", 0, "warns at          105.0 C\n"),
    ("modules is a screen of each module", "-d emu modules", 0, "module 0\n  wanted            enabled\n"),
    ("modules names the vendor", "emu modules", 0, "vendor            "),
    ("screens are no bytes", "-d emu link -o hex", 2, "not bytes"),
    ("bytes of a list", "obj list -o hex", 2, "not bytes"),
]

GOOD = {
    "info": ["-d emu info", "-d emu:connectx-6dx info", "-d emu --dry-run info"],
    "cap": ["-d emu cap", "-d emu cap --max", "-d emu cap ROCE", "-d emu cap 4 13", "--dry-run cap ROCE"],
    "link": ["-d emu link", "-d emu --dry-run link"],
    "temp": ["-d emu temp", "-d emu:connectx-6dx temp"],
    "modules": ["-d emu modules", "-d emu modules --port=1"],
    "obj": ["obj list", "-d emu obj issi", "-d emu obj adapter", "--dry-run obj eq 3"],
}


def rows(tap, tool):
    for sentence, words, status, wanted in LINES:
        result = tool.run(words)
        where = result.out if status in (0, None) else result.err
        fine = wanted in where and (status is None or result.status == status) and "Sanitizer" not in result.err
        fine &= status in (0, None) or (not result.out and result.err.count("\n") == 1)
        tap.ok(fine, sentence, result)


def hex_of(tool, words):
    return bytes.fromhex(tool.run(f"--dry-run {words} -o hex").out)


def mailboxes(tap, tool):
    for kind, (size, words) in WITH_ID.items():
        wanted = bytes.fromhex(words).ljust(size, b"\0")
        found = [hex_of(tool, f"obj {kind} {words}") for words in ("5", "--id=5", "-i 5", "0x5")]
        tap.ok(all(f == wanted for f in found), f"obj {kind} 5 asks in exactly these bytes", found)
    for kind, opcode in ALONE.items():
        found = hex_of(tool, f"obj {kind}")
        tap.ok(found == bytes.fromhex(opcode).ljust(16, b"\0"), f"obj {kind} asks in exactly these bytes", found)
    listed = [row["kind"] for row in json.loads(tool.run("obj list -o json").out)["data"]]
    tap.ok(len(listed) == 33 and set(listed) == set(WITH_ID) | set(ALONE), "obj list has the 33 kinds", listed)


def refusing(tool, **what):
    return tool.faults(*({"match": {key: value}, "fault": {"set": {"status": 3}}} for key, value in what.items()))


def refusals(tap, tool):
    result = tool.run("-d emu obj mkey 0xfffffe -o hex")
    tap.ok(result.status == 3 and not result.out and "syndrome" in result.err,
           "an object that the device does not have is status 3, and no bytes", result)
    result = tool.run("-d emu obj mkey 0xfffffe -o json")
    error = json.loads(result.out)["error"]
    tap.ok(result.status == 3 and error["status"]["value"] and error["syndrome"],
           "and in JSON an error with status and syndrome", result)
    result = tool.run("-d emu obj tir 5", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 1 and "CAP_SYS_ADMIN" in result.err and not result.out,
           "an object that the caller may not see is status 1", result)
    result = tool.run("-d emu temp", env=refusing(tool, register="MTCAP"))
    tap.ok(result.status == 3 and "BAD_PARAM" in result.err,
           "a card that does not say which sensors it has is status 3, and not nothing", result)
    nameless = refusing(tool, register="MGIR", command="QUERY_ADAPTER")
    result = tool.run("-d emu info", env=nameless)
    data = json.loads(tool.run("-d emu info -o json", env=nameless).out)["data"]
    tap.ok(result.err.count(" is left out: the device answered BAD_PARAM") == 2 and data["board"] is None and
           [(u["what"], u["error"]["status"]["name"]) for u in data["unread"]] == [("MGIR", "BAD_PARAM"), ("QUERY_ADAPTER", "BAD_PARAM")],
           "info says what was refused, in its document, too", (result, data))
    documents_of(tap, tool, {"info": ["-d emu info"]}, {}, nameless)
    groups = json.loads(tool.run("-d emu cap -o json", env=refusing(tool, command="CREATE_UCTX")).out)["data"]
    tap.ok(all((g["error"]["code"], g["error"]["status"], g["error"]["syndrome"]) == ("firmware", None, None) for g in groups),
           "a group that was never asked for has no status of the device, and not OK", groups[:1])
    groups = json.loads(tool.run("-d emu cap -o json").out)["data"]
    answered = [g for g in groups if g["fields"]]
    tap.ok(len(groups) >= 22 and len(answered) >= 18 and
           all(g["fields"] or g["error"]["status"] for g in groups),
           "cap without a name has every group, and of each its fields or why not", [g["type"] for g in answered])


def binaries(tap, tool):
    whole = tool.run("-d emu cap -i GENERAL -B", text=False).out
    again = tool.run("-d emu cap GENERAL -o json").out
    fields = json.loads(again)["data"][0]["fields"]
    tap.ok(len(whole) == 4096 and whole[0x10] == fields["log_max_srq_sz"],
           "cap -B is the 4,096 bytes of the group and nothing else", whole[:64])
    both = [json.loads(tool.run(f"-d emu cap GENERAL {mode} -o json").out)["data"][0]["fields"]["log_max_qp"]
            for mode in ("", "--max")]
    tap.ok(both == [18, 24], "what is and what could be are asked for apart", both)
    out = tool.run("-d emu obj issi -B", text=False).out
    tap.ok(len(out) == 112, "obj -B is the outbox and nothing else", out)


def whole(line, words):
    """An entry of a list as the list that has it alone; other documents as they are."""
    document = json.loads(line)
    if "data" in document and not isinstance(document["data"], list) and \
       (words.endswith("list") or re.search("(?<!diagcnt) (cap|link|temp|modules)|diagcnt watch| trace", words) and "dry" not in words):
        document["data"] = [document["data"]]
    return json.dumps(document)


def first_steps(tap, tool):
    result = tool.run("list")
    hint = re.search(r"the emulated device answers.*: mlx5ctl (.*)$", result.err, re.M)
    tried = tool.run(hint[1]) if hint else result
    tap.ok(hint and tried.status == 0 and "psid" in tried.out, "list says how to try the emulated device, and that works", tried)
    for words in ("list", "info", "-d eth9 info", "-d 0000:3b:00.0 info", "-d all health"):
        result = tool.run(words)
        tap.ok("'mlx5ctl doctor' says" in result.err, f"who finds no card is sent to doctor, for there may be one: {words}", result)


def economy(tap, tool):
    """How often the device is asked: each command of a real one costs a millisecond, or hundreds."""
    for words, most in (("reg get MGIR", 1), ("reg get PAOS local_port=1", 1), ("cap ROCE", 1), ("obj issi", 1), ("info", 2)):
        record = tool.folder / "economy"
        record.unlink(missing_ok=True)
        tool.run(f"-d emu --trace={record} {words}")
        sent = record.read_text().splitlines()
        tap.ok(0 < len(sent) <= most, f"'{words}' asks the device {most} time{'s' if most > 1 else ''} at most", sent)


def documents_of(tap, tool, good, wrong, env=None):
    """The lines of each schema in `good`; and documents that a schema has to refuse."""
    schemas = Schemas()
    for name, all_words in good.items():
        for words in all_words:
            for form in ("json", "jsonl"):
                result = tool.run(f"{words} --output={form}", env=env)
                lines = result.out.splitlines() if form == "jsonl" else [result.out]
                why = [why for line in lines if (why := schemas.problem_of_text(name, whole(line, words)))]
                tap.ok(lines and not why and not result.err, f"{form} of '{words}' is as {name}.json says", why or result)
    for name, document in wrong.items():
        tap.ok(schemas.problem(name, document), f"{name}.json refuses what is wrong")


def documents(tap, tool):
    documents_of(tap, tool, GOOD, {"cap": [{"type": 1}], "obj": {"kind": "eq"}, "info": {"psid": 1}})
    silent = tool.faults(*({"match": {"register": name}, "fault": {"set": {"status": 3}}}
                           for name in ("PAOS", "PPLM", "PDDR", "PMLP", "PMAOS")))
    result = tool.run("-d emu link", env=silent)
    tap.ok(result.status == 0 and "wanted            - (the device answered BAD_PARAM" in result.out and "\n  state             -\n" in result.out and "rate              400000 Mb/s" in result.out,
           "what the device refuses is -, and the rest is shown", result)
    documents_of(tap, tool, {"link": ["-d emu link"], "modules": ["-d emu modules"]}, {}, silent)


def completion(tap, tool):
    for line, wanted in (("cap ROC", "ROCE"), ("obj vport_st", "vport_state"), ("obj li", "list"), ("cap --mode=m", "max")):
        found = tool.run(["completion", "mlx5ctl", *line.split()]).out.split()
        tap.ok(wanted in found, f"completion of '{line}' offers {wanted}", found)


def check(tap, tool):
    for part in (rows, mailboxes, refusals, binaries, first_steps, economy, documents, completion):
        part(tap, tool)
