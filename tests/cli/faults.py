# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The tool with every device that lies: bounded, with a status and a sentence."""
import json
import time

import jsonschema

from tool import ROOT

PLANS = sorted((ROOT / "emulator/misbehave/plans").glob("*.json"))
LINES = ["info", "cap", "reg get MGIR", "reg get MNVDA configuration_item_header.type=0x80", "obj tir 5", "link", "temp",
         "config query NUM_OF_VFS", "config set NUM_OF_VFS=9", "reg get PPCNT local_port=1", "rpc 08000000 00000000 00000000 00000000",
         "rscdump FULL_EQC --index1=active", "coredump --most 8M -o hex"]
SECONDS = 25
# What must be said: plan, line, status, words.
SAID = [("D11-never-completes", "reg get MGIR", 4, "never completed"),
        ("D22-delivery", "reg get MGIR", 4, "its delivery failed"),
        ("D23-status-undefined", "reg get MGIR", 3, "0xee"),
        ("D23-error-with-output", "reg get MGIR", 3, "syndrome 0x00000001"),
        ("D12-late", "reg get MGIR", 0, ""),
        ("D30-uid-zero", "reg get MGIR", 4, "the kernel's"),
        ("no-such-plan", "reg get MGIR", 4, "no plan of faults called 'no-such-plan'; connectx-emu(1) says where"),
        ("D12", "reg get MGIR", 4, "called 'D12'; there is D12-late"),
        ("./no/such.json", "reg get MGIR", 4, "cannot be read")]


def survives(tool, plan, line):
    begun = time.monotonic()
    result = tool.run(f"-d emu {line}", env={"MLX5CTL_EMU_FAULTS": plan})
    good = result.status in (0, 1, 3, 4, 5) and "Sanitizer" not in result.err and \
        "runtime error" not in result.err and time.monotonic() - begun < SECONDS
    return None if good and (result.status in (0, 5) or result.err) else result


def check(tap, tool):
    schema = json.loads((ROOT / "schema/faults.json").read_text())
    tap.ok(len(PLANS) > 25, "plans of faults ship", PLANS)
    for path in PLANS:
        bad = [b for b in (survives(tool, path.stem, line) for line in LINES) if b]
        tap.ok(not bad, f"the tool survives {path.stem}", bad and bad[0])
        wrong = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(path.read_text())))
        tap.ok(not wrong, f"{path.stem} is what schema/faults.json says", wrong)
    for plan, line, status, words in SAID:
        result = tool.run(f"-d emu {line}", env={"MLX5CTL_EMU_FAULTS": plan})
        tap.ok(result.status == status and words in result.err, f"of {plan} it is said what happened", result)
    result = tool.run("-d emu reg get MGIR", env={"MLX5CTL_EMU_LATENCY": "soon"})
    tap.ok(result.status == 4 and "microseconds" in result.err, "a latency is a number", result)
    begun = time.monotonic()
    result = tool.run("-d emu reg get MGIR", env={"MLX5CTL_EMU_LATENCY": "200000"})
    tap.ok(result.status == 0 and time.monotonic() - begun >= 0.2, "a latency is waited", result)
