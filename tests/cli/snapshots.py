# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""snapshot: what was read of a device plays as that device."""
import json

import jsonschema

from documents import Schemas
from emulator import Emu
from tool import ROOT

# What does not move while it is compared: the same words to the device and to its snapshot.
LINES = ["modules", "cap", "cap --max", "obj issi", "obj eq 4", "obj lag", "obj special_contexts", "obj tir 16",
         "obj vport_state", "obj pages --op-mod 1", "obj adapter", "reg get PTYS local_port=1 proto_mask=4", "reg get MCAM",
         "reg get PDDR local_port=1 page_select=3", "reg get PPCNT local_port=1 grp=5",
         "reg get MCQI component_index=0 info_type=1", "reg get SLRG local_port=1 lane=3", "reg get QCAM",
         "reg get MQIS info_type=1 read_length=8", "reg get MCIA module=0 i2c_device_address=0x50 size=32 device_address=160",
         "reg get MNVDA configuration_item_header.type=0x80 configuration_item_header.access_mode=current",
         "reg get MNVDA configuration_item_header.type=0x2", "reg get MNVQC type=0x03000221", "rscdump"]
# What tells the shipped cards from others, wherever it stands.
NAMES = {"connectx-7": ["a088c2", "MT2412X01234", "MT2412VS01234", "4d5432343132565330", "4d543234", "31325830", "fe80"],
         "connectx-6dx": ["b83fd2", "fe80"]}


def answer(tool, device, words):
    data = json.loads(tool.run(f"-d {device} {words} -o json").out).get("data")
    if isinstance(data, dict) and "segments" in data:
        data = data["menu"]
    return data


def plays(tap, tool, name):
    result = tool.run(f"-d emu:{name} snapshot -w @{name}.json")
    copy = f"emu:{tool.folder}/{name}.json"
    tap.ok(result.status == 0 and "refused and 0 failed" in result.out, f"a snapshot of {name} is taken", result)
    wrong = [w for w in LINES if answer(tool, f"emu:{name}", w) != answer(tool, copy, w) or not answer(tool, copy, w)]
    tap.ok(not wrong, f"the snapshot of {name} answers as the device did", wrong)
    tool.run(f"-d {copy} snapshot -w @{name}-again.json")
    first, again = ((tool.folder / f"{name}{more}.json").read_text() for more in ("", "-again"))
    tap.ok(first == again, f"a snapshot of the snapshot of {name} is the same, to the byte")
    shipped = json.loads((ROOT / f"emulator/personalities/{name}.json").read_text())
    taken = json.loads(first)
    lost = [key for key in shipped["registers"] if key not in taken["registers"]]
    lost += [o["kind"] for o in shipped["objects"] if not any(
        t["kind"] == o["kind"] and t.get("id", 0) == o.get("id", 0) for t in taken["objects"])]
    lost += [i["type"] for i in shipped["nv"] if not any(int(t["type"], 16) == int(i["type"], 16) for t in taken["nv"])]
    tap.ok(not lost and taken["dumps"]["menu"][5]["segment_name"] == "FULL_QPC",
           f"all that {name} has to be read was read", lost)
    tap.ok(taken["device"]["driver_version"] == shipped["device"]["driver_version"],
           f"the driver that runs {name} is known by its version", taken["device"])
    schema = json.loads((ROOT / "schema/personality.json").read_text())
    wrong = list(jsonschema.Draft202012Validator(schema).iter_errors(taken))
    tap.ok(not wrong, f"the snapshot of {name} is as schema/personality.json says", wrong[:1])


def masked(tap, tool, name):
    plain = (tool.folder / f"{name}.json").read_text()
    found = [n for n in NAMES[name] if n not in plain]
    result = tool.run(f"-d emu:{name} snapshot --mask -w @masked.json")
    text = (tool.folder / "masked.json").read_text()
    left = [n for n in NAMES[name] if n in text]
    tap.ok(not found and not left and ", masked" in result.out, f"what tells {name} from others is hidden", (found, left))
    device = json.loads(text)["device"]
    context = [o for o in json.loads(text)["objects"] if o["kind"] == "nic_vport_context"]
    tap.ok(all(o["fields"]["nic_vport_context"]["port_guid"] == device["base_mac"] for o in context) and len(context) == 3,
           f"what was the same of {name} is the same", context[:1])
    result = tool.run(f"-d emu:{tool.folder}/masked.json info")
    tap.ok(result.status == 0 and device["psid"] in result.out, f"a masked {name} plays", result)


# Virtual addresses, and what the boot ROM calls itself and others over iSCSI: MAC, GUID, IP, names.
NAMING = [0x110, 0x111, *range(0x232, 0x239), 0x241, 0x244, 0x245, 0x251, 0x254, 0x255]


def named(tap, tool):
    """A card that is in use has names that the shipped ones have not."""
    card = json.loads((ROOT / "emulator/personalities/connectx-7.json").read_text())
    card["registers"]["NODE_DESC"] = {"node_description": "db-prod-07 mlx5_0"}
    card["nv"] += [{"type": hex(0x3000000 + n), "length": 8, "writable": 1, "factory": f"00c0ffee00000{n:x}"} for n in NAMING]
    tool.file("named.json", json.dumps(card))
    plain, text = (tool.folder / name for name in ("plain.json", "masked.json"))
    for path, more in ((plain, ""), (text, " --mask")):
        tool.run(f"-d emu:{tool.folder}/named.json snapshot -w {path}{more}")
    plain, text = plain.read_text(), text.read_text()
    tap.ok(plain.count("c0ffee") >= len(NAMING) and "c0ffee" not in text, "addresses and names of the configuration are hidden",
           [row for row in text.splitlines() if "c0ffee" in row])
    tap.ok("db-prod-07" in plain and "db-prod" not in text, "the name that the host gave the card is hidden")


# Where modules have their serial number: SFP, QSFP, CMIS; and a kind that is not known has it at any of them.
SERIALS = {0x03: [68], 0x0c: [196], 0x18: [166], 0x7f: [68, 166, 196]}


def plugged(tap, tool):
    """All that is in a module's memory but its serial number stays."""
    card = json.loads((ROOT / "emulator/personalities/connectx-7.json").read_text())
    shown, hidden = {}, {}
    for number, (identifier, places) in enumerate(SERIALS.items()):
        memory = bytearray([identifier]) + b"M" * 255
        shown[number] = memory.hex()
        for at in places:
            memory[at:at + 16] = b"0" * 16
        hidden[number] = memory.hex()
    card["modules"] = [{"module": number, "memory": memory} for number, memory in shown.items()]
    tool.file("plugged.json", json.dumps(card))
    tool.run(f"-d emu:{tool.folder}/plugged.json snapshot --mask -w @masked.json")
    taken = {m["module"]: m["memory"][:512] for m in json.loads((tool.folder / "masked.json").read_text())["modules"]}
    wrong = [hex(identifier) for number, identifier in enumerate(SERIALS) if taken.get(number) != hidden[number]]
    tap.ok(not wrong, "the serial number of a module is hidden, and nothing else of it, whatever its kind", wrong)


def sick(tap, tool):
    """What a card has not is left out without a word; that it fails to answer is a finding."""
    schemas = Schemas()
    for plan in ("D23-error-with-output", "D23-status-undefined", "D25-stale"):
        result = tool.run("-d emu snapshot -w @sick.json -o json", env={"MLX5CTL_EMU_FAULTS": plan})
        data = json.loads(result.out)["data"]
        tap.ok(result.status == 5 and data["failed"] > 0 and not schemas.problem_of_text("snapshot", result.out),
               f"{plan}: a snapshot says that commands failed", result)


def deaf(tap, tool):
    """A card that ignores an index answers for one instance again and again, and its counters move."""
    deaf_card = tool.faults({"match": {"register": "PPCNT"}, "fault": {"set": {"prio_tc": 0, "counter_set": "random"}}})
    result = tool.run("-d emu snapshot -w @deaf.json", env=deaf_card)
    played = tool.run(f"-d emu:{tool.folder}/deaf.json info")
    tap.ok(result.status == 0 and played.status == 0, "an instance is in a snapshot once, and the snapshot plays", (result, played))


def others(tap, tool):
    result = tool.run("-d emu snapshot")
    tap.ok(result.status == 2 and "-w FILE" in result.err, "a snapshot needs a file", result)
    result = tool.run("-d emu:all snapshot -w @both.json")
    tap.ok(result.status == 2 and "one device at a time" in result.err and not (tool.folder / "both.json").exists(),
           "one device's snapshot does not replace another's", result)
    record = tool.folder / "unwritable"
    result = tool.run(f"-d emu --trace={record} snapshot -w @nowhere/card.json")
    tap.ok(result.status == 4 and "cannot be written" in result.err and not record.exists(),
           "what cannot be written is known before the device is asked", result)
    result = tool.run("-d emu snapshot -w @few.json -o json", env={"MLX5CTL_EMU_CAPS": "none"})
    few = json.loads(result.out)["data"]
    kinds = {o["kind"] for o in json.loads((tool.folder / "few.json").read_text())["objects"]}
    tap.ok(result.status == 0 and "qp" not in kinds and "vport_state" in kinds and few["refused"] > 5000,
           "who may read little has a small snapshot", (few, kinds))
    with Emu(tool, f"--function={tool.folder}/played,personality={tool.folder}/few.json"):
        result = tool.run(f"-d emu:{tool.folder}/played info")
    tap.ok("MT_0000000838" in result.out, "connectx-emu plays a snapshot", result)
    schemas = Schemas()
    for words in ("-d emu snapshot -w @json", "-d emu snapshot --dry-run"):
        result = tool.run(f"{words} -o json")
        why = schemas.problem_of_text("snapshot", result.out)
        tap.ok(not why and not result.err, f"JSON of '{words}' is as snapshot.json says", why or result)


def check(tap, tool):
    for name in NAMES:
        plays(tap, tool, name)
        masked(tap, tool, name)
    named(tap, tool)
    plugged(tap, tool)
    sick(tap, tool)
    deaf(tap, tool)
    others(tap, tool)
