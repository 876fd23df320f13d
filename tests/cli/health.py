# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""health: what is wrong is said first; counters are shown, and are no finding."""
import copy
import json

from emulator import Emu
from reading import documents_of
from tool import ROOT

SHIPPED = json.loads((ROOT / "emulator/personalities/connectx-7.json").read_text())
GOOD = {"health": ["-d emu health", "-d emu:connectx-6dx health", "--dry-run health"]}


ASSERT = """
firmware
  syndrome        firmware_internal_error (0x1)
  extended        0x8a1c
  severity        critical
  asks for reset  yes
  processor       3
  after           0 s
  assert at       0x00a3f210
  called from     0x00a3e0b4
  assert words    0x00000071 0x00000000 0x00000000 0x00000000 0x00000000 0xdeadbeef
"""


def down(card):
    card["registers"]["PAOS"]["oper_status"] = 2


def trouble(card, code=1024, words="Cable is unplugged."):
    page = next(p for p in card["registers"]["PDDR"] if p["page_select"] in (1, "troubleshooting_info_page"))
    page["page_data"]["status_opcode"] = {"monitor_opcode": code}
    page["page_data"]["status_message"] = words


def closed(card):
    """As `ip link set down` leaves it."""
    card["registers"]["PAOS"] |= {"admin_status": "down_by_configuration", "oper_status": "down"}
    trouble(card, 1, "Port is closed by command.")


def unsupported(card):
    card["registers"]["PMAOS"] |= {"oper_status": "module_plugged_with_error", "error_type": "unsupported_cable"}


def unplugged(card):
    card["registers"]["PMAOS"]["oper_status"] = "unplugged"


def cold(card):
    card["registers"]["MTMP"] = []


def hot(card):
    card["registers"]["MTMP"][0]["temperature"] = 900


WRONG = [(down, "! port 1 is wanted up, and is down\n"), (trouble, "! port 1 has trouble 1024: Cable is unplugged.\n"),
         (unsupported, "! module 0: plugged with error: unsupported_cable\n"),
         (hot, "! sensor 0 (asic) is at 112 C, and warns at 105 C\n")]


def card_with(tool, name, *changes):
    card = copy.deepcopy(SHIPPED)
    for change in changes:
        change(card)
    tool.file(f"{name}.json", json.dumps(card))
    return f"emu:./{name}.json"


def no_sensor(tap, tool):
    device = card_with(tool, "cold", cold)
    temp, health = (tool.run(f"-d {device} {command}") for command in ("temp", "health"))
    tap.ok(temp.status == 0 and temp.out == "no sensor\n" and health.status == 0 and "\nno sensor\n" in health.out,
           "of a card without a sensor temp and health say so", f"{temp}{health}")


def findings(tap, tool):
    result = tool.run("-d emu health")
    tap.ok(result.status == 0 and result.out.startswith("nothing is wrong"), "a healthy card has no findings", result)
    for change, wanted in WRONG:
        result = tool.run(f"-d {card_with(tool, change.__name__, change)} health")
        tap.ok(result.status == 5 and result.out.startswith(wanted) and result.out.count("! ") == 1,
               f"health of a card that is {change.__name__} says so first, with status 5", result)
    result = tool.run(f"-d {card_with(tool, 'closed', closed)} health")
    tap.ok(result.status == 0 and result.out.startswith("nothing is wrong") and "Port is closed by command" in result.out,
           "a port that is down on purpose is shown with its trouble, and is no finding", result)
    for change, wanted in ((down, 2), (closed, 0)):
        result = tool.run(f"-d {card_with(tool, 'missed', change, unplugged)} health")
        missed = "! module 0: unplugged, and port 1 is wanted up\n" in result.out
        tap.ok(missed == bool(wanted) and result.out.count("! ") == wanted and "\n  module state      unplugged\n" in result.out,
               f"a module that is not there is a finding where a link is wanted: {change.__name__}", result)
    device = card_with(tool, "all", *(change for change, _ in WRONG))
    found = json.loads(tool.run(f"-d {device} health -o json").out)["data"]["findings"]
    tap.ok(found == [f"{wanted[2:-1]}" for _, wanted in WRONG], "every finding is in the document", found)


# What a port says of its modes, and what link makes of it: field, name, Mb/s.
MODES = [
    ({"ext_eth_proto_oper": 1 << 17, "data_rate_oper": 0}, "ext_eth_proto_oper", "400GAUI-2", 400000),
    ({"ext_eth_proto_oper": 1 << 14}, "ext_eth_proto_oper", "200GAUI-1", 400000),
    ({"ext_eth_proto_oper": 1 << 20, "data_rate_oper": 8000}, "ext_eth_proto_oper", "800GAUI-4", 800000),
    ({"ext_eth_proto_oper": 1 << 29, "data_rate_oper": 0}, "ext_eth_proto_oper", None, 0),
    ({"ext_eth_proto_capability": 0, "ext_eth_proto_oper": 0, "data_rate_oper": 0}, "eth_proto_oper", "50GBASE-KR2", 50000),
    ({"ext_eth_proto_capability": 0, "eth_proto_oper": 1 << 20, "data_rate_oper": 1000}, "eth_proto_oper", "100GBASE-CR4", 100000),
]
INFINIBAND = {"local_port": 1, "proto_mask": "infiniband", "an_status": "an_completed_successfully",
              "ib_proto_capability": 0xff, "ib_proto_oper": 0x80, "ib_link_width_oper": 4}
NO_ETHERNET = {"local_port": 1, "proto_mask": "ethernet"}


def mode_of(tool, ptys):
    def change(card):
        card["registers"]["PTYS"] = ptys
    return tool.run(f"-d {card_with(tool, 'modes', change)} link -o json"), tool.run("-d emu:./modes.json link")


def modes(tap, tool):
    shipped = SHIPPED["registers"]["PTYS"][0]
    for change, field, name, rate in MODES:
        result, text = mode_of(tool, [shipped | change])
        row = json.loads(result.out)["data"][0]
        tap.ok((row["mode_field"], row["mode"]["name"], row["rate_mbps"]) == (field, name, rate) and
               (not name or f"\n  link mode         {name}\n" in text.out), f"link knows the mode of {change}", (result, text))
    for ptys in ([INFINIBAND], [NO_ETHERNET, INFINIBAND]):
        result, text = mode_of(tool, ptys)
        row = json.loads(result.out)["data"][0]
        tap.ok((row["mode_field"], row["mode"], row["rate_mbps"]) == ("ib_proto_oper", {"value": 0x80, "name": "NDR 4x"}, 400000) and
               not row["unread"] and "\n  autonegotiation   an_completed_successfully\n" in text.out,
               f"link knows a port of InfiniBand, which has {len(ptys) - 1} things to say of Ethernet", (result, text))
    text = tool.run("-d emu link").out
    tap.ok("\n  active FEC        standard_rs\n" in text, "the error correction has its name", text)


def module(tap, tool):
    device = card_with(tool, "unsupported", unsupported)
    for words, wanted in (("link", "module state      module_plugged_with_error\n  module error      unsupported_cable\n"),
                          ("modules", "state             module_plugged_with_error\n  error             unsupported_cable\n")):
        result = tool.run(f"-d {device} {words}")
        tap.ok(wanted in result.out, f"{words} shows a module's error", result)

    def unmapped(card):
        card["registers"]["PMLP"] |= {"width": 0, "lane_module_mapping": []}
    row = json.loads(tool.run(f"-d {card_with(tool, 'unmapped', unmapped)} link -o json").out)["data"][0]
    tap.ok(row["module"] is None and row["module_state"] is None and not row["unread"], "a port without lanes leads to no module", row)


def firmware(tap, tool):
    well = tool.run("-d emu health")
    tap.ok("\nfirmware\n  syndrome        none (0x0)\n" in well.out, "firmware that is well says so", well)
    sick = {"MLX5CTL_EMU_FAULTS": "D47-sick"}
    result = tool.run("-d emu health", env=sick)
    tap.ok(result.status == 5 and result.out.startswith("! the firmware reports syndrome 0x8 (unrecoverable_hw_error), extended 0x1234, "
                                                        "severity error\n"), "firmware that is sick is the first finding", result)
    data = json.loads(tool.run("-d emu health -o json", env=sick).out)["data"]["firmware"]
    tap.ok(data["reporters"] == [] and data["health_buffer"]["synd"] == {"value": 8, "name": "unrecoverable_hw_error"} and
           data["health_buffer"]["hw_id"] == 0x218, "the document has the health buffer's fields", data)
    stopped = {"MLX5CTL_EMU_FAULTS": "D47-assert"}
    result = tool.run("-d emu health", env=stopped)
    tap.ok(result.status == 5 and ASSERT in result.out and "severity critical, and asks for a reset\n" in result.out,
           "an assert is shown with its severity, place, processor and words", result)
    stands = {"MLX5CTL_EMU_FAULTS": "D47-counter-stops"}
    result = tool.run("-d emu health -o json", env=stands)
    data = json.loads(result.out)["data"]
    tap.ok(result.status == 5 and data["firmware"]["counter_moves"] is False and "counter stands still" in data["findings"][0],
           "a health counter that stands still is a finding", result)
    with Emu(tool, "--function=cx7,faults=D47-sick"):
        before = tool.run("-d emu:./cx7 health")
        said = tool.run("-d emu:./cx7 trace")
        tap.ok(before.status == 5 and "health syndrome 0x8, extended 0x1234" in said.out, "a served card is as sick, and traces it", (before, said))


def half_dead(tap, tool):
    """What is wrong with a card may be that it refuses, or no longer answers."""
    refusing = tool.faults({"match": {"register": "MTCAP"}, "fault": {"set": {"status": 3}}})
    result = tool.run("-d emu health", env=refusing)
    tap.ok(result.status == 0 and "\nsensors\n  -: the device answered BAD_PARAM" in result.out and "\nport 1\n" in result.out and
           result.out.startswith("nothing is wrong with what could be read of "),
           "a card that does not say which sensors it has shows the rest, and that is no finding", result)
    dying = tool.faults({"match": {"register": "MPCNT"}, "fault": {"lost": 1}},
                        {"match": {"register": "MPCNT"}, "fault": {"health": {"synd": 8, "ext_synd": "0x1234", "severity": 3}}})
    result = tool.run("-d emu health -o json", env=dying)
    data = json.loads(result.out)["data"]
    tap.ok(result.status == 5 and len(data["findings"]) == 2 and "syndrome 0x8" in data["findings"][0] and
           data["findings"][1] == "not all could be asked: the emulated device never completed the command" and
           data["ended_by"]["code"] == "timeout" and data["ports"] and len(data["areas"]) == 1,
           "a card that dies while it is asked has its health buffer shown, and what it said before", result)
    for env in (refusing, dying, {"MLX5CTL_EMU_FAULTS": "D11-never-completes"}):
        documents_of(tap, tool, {"health": ["-d emu health"]}, {}, env)


def counters(tap, tool):
    def broken(card):
        vnic = next(o for o in card["objects"] if o["kind"] == "vnic_env" and not o.get("id"))
        vnic["fields"]["vport_env"]["cq_overrun"] = 77
        page = next(p for p in card["registers"]["PPCNT"] if p["grp"] == 18)
        page["counter_set"] |= {"symbol_errors_high": 1, "symbol_errors_low": 5}
    device = card_with(tool, "broken", broken)
    text = tool.run(f"-d {device} health").out.splitlines()
    tap.ok("  cq_overrun                      77" in text and "  symbol_errors                   4294967301" in text,
           "a counter that counted is shown, with all of its 64 bits", text)
    areas = json.loads(tool.run(f"-d {device} health -o json").out)["data"]["areas"]
    found = {c["name"]: c["value"] for area in areas for c in area["counters"]}
    tap.ok(found["symbol_errors"] == "0x0000000100000005" and found["cq_overrun"] == f"0x{77:016x}" and
           found["if_in_errors"] == "0x" + "0" * 16, "the document has those at zero, too", found)
    result = tool.run("-d emu health", env={"MLX5CTL_EMU_CAPS": "none"})
    tap.ok(result.status == 0 and result.out.count("  -: ") == 5 and "CAP_SYS_ADMIN" in result.out,
           "what the rules refuse is said in its place", result)
    tap.ok("\n  trouble           - (PDDR read is refused: it needs CAP_SYS_ADMIN)\n  in words          -\n" in result.out and
           result.out.startswith("nothing is wrong with what could be read of "),
           "nothing is said to be well that could not be read", result)


def check(tap, tool):
    findings(tap, tool)
    no_sensor(tap, tool)
    modes(tap, tool)
    module(tap, tool)
    firmware(tap, tool)
    half_dead(tap, tool)
    counters(tap, tool)
    documents_of(tap, tool, GOOD, {"health": {"findings": 1}})
    documents_of(tap, tool, {"health": ["-d emu health"]}, {}, {"MLX5CTL_EMU_CAPS": "none"})
