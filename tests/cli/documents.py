# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Every kind of JSON document against the schemas of schema/output."""
import json
import subprocess

import jsonschema

from lines import CONFIG_WRITE, CREATE_UMEM, PAOS_READ, PAOS_WRITE
from tool import ROOT

SCHEMAS = ROOT / "schema/output"

# What is printed, by the schema of its data.
GOOD = {
    "list": ["list"],
    "reg-list": ["reg list"],
    "reg-get": ["-d emu reg get MGIR", "-d emu reg get PAOS local_port=1",
                "-d emu reg get 0x9028", "--dry-run reg get PAOS local_port=1"],
    "policy-list": ["policy list", "policy list --class never", "policy list --canonical"],
    "policy-show": ["policy show PAOS", "policy show CREATE_MKEY", "policy show MNVDA", "policy show 0x100"],
    "policy-explain": [f"policy explain {PAOS_READ}", f"policy explain {PAOS_WRITE}",
                       f"policy explain {CREATE_UMEM}", f"policy explain --caps none {CONFIG_WRITE}",
                       f"policy explain --label 2 --vf --lockdown integrity {CONFIG_WRITE}",
                       "policy explain 01", "policy explain ffff" + "00" * 14],
    "decode": ["decode PAOS " + "00" * 16, "decode TINY " + "ff" * 16, "decode CREATE_MKEY_in " + "ff" * 272,
               "decode MGIR " + "9b" * 160],
    "encode": ["encode PAOS local_port=1"],
    "rpc": [f"-d emu rpc {PAOS_READ}", "-d emu rpc 01010000" + "00" * 12, f"--dry-run rpc {PAOS_WRITE}"],
    "emu-reset": ["emu reset", "emu reset --power-cycle", "emu reset emu:connectx-6dx --dry-run"],
    "config-query": ["emu config query", "emu config query --next", "emu config query LINK_TYPE MEMIC_BAR_SIZE",
                     "emu config query LINK_TYPE_P1 LINK_TYPE_P2", "emu config query --dry-run"],
    "config-diff": ["emu config diff", "emu config diff NUM_OF_VFS"],
    "config-set": ["emu config set NUM_OF_VFS=9 LINK_TYPE_P1=IB", "emu config set NUM_OF_VFS=8", "emu config set ELEMENTS[1]=1",
                   "emu config set NUM_OF_VFS=9 --dry-run"],
    "config-reset": ["emu config reset NUM_OF_VFS", "emu config reset --all", "emu config reset --all --dry-run"],
    "config-apply": ["emu config apply @settings"],
    "commands": ["commands"],
    "help": ["help", "help reg get", "reg get --help", "reg help"],
    "version": ["--version"],
}
# Schemas whose documents are checked here one by one, or in reading.py.
ELSEWHERE = ("common", "completion", "envelope", "error", "info", "cap", "obj", "link", "temp", "modules", "reg-set",
             "diagcnt-cap", "diagcnt-set", "diagcnt-param", "diagcnt-dump", "diagcnt-disable", "diagcnt-watch", "health", "trace", "doctor")
COMPLETION = "-o json completion mlx5ctl reg"

# Lines that fail, of each status, before and after the command is known.
BAD = ["", "lsit", "list -z", "-d emu reg get PAOSS", "-d emu reg get PAOS local_port=9",
       f"-d emu rpc {CREATE_UMEM}", "reg get MFRL", "-d nosuch reg get MFRL", "policy explain 0",
       "decode PAOS 00", "list more", "-d emu rpc 01010000 00000000 00000001 00000000"]

# And in dumps.py and snapshots.py.
ELSEWHERE += ("rscdump", "coredump", "snapshot")

# Documents that are wrong: a schema that takes them checks nothing.
SEEDED = [
    ("error", {"code": "x", "exit": 2}), ("decode", {"structure": "a", "fields": {"a": -1}}),
    ("decode", {"structure": "a", "fields": {"a": 1 << 32}}), ("decode", {"structure": "a", "fields": {"a": 1.5}}),
    ("reg-get", {"register": {"value": 1}, "fields": None, "bytes": ""}),
    ("reg-get", {"register": {"value": 1, "name": None}, "fields": None, "bytes": "0F"}),
    ("list", [{"device": "emu"}]), ("policy-explain", {"allowed": True}),
    ("envelope", {"mlx5ctl": 2, "device": None, "command": None, "data": 1}),
    ("envelope", {"mlx5ctl": 1, "device": None, "command": None}),
]


class Schemas:
    def __init__(self):
        self.found = {path.stem: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
        self.store = {f"file:///schema/{name}.json": schema for name, schema in self.found.items()}

    def problem(self, name, document):
        schema = self.found[name]
        resolver = jsonschema.RefResolver(f"file:///schema/{name}.json", schema, store=self.store)
        validator = jsonschema.Draft7Validator(schema, resolver=resolver)
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in validator.iter_errors(document)]
        return "\n".join(errors[:3])

    def problem_of_text(self, name, text):
        document = json.loads(text)
        return self.problem("envelope", document) or self.problem(name, document["data"])


def good(tap, tool, schemas):
    tool.file("settings", "NUM_OF_VFS=9\n")
    for name, all_words in GOOD.items():
        for words in all_words:
            result = tool.run(words + " -o json")
            why = schemas.problem_of_text(name, result.out)
            tap.ok(not why and not result.err, f"JSON of '{words[:60]}' is as {name}.json says", why or result)
    result = tool.run(COMPLETION)
    why = schemas.problem_of_text("completion", result.out)
    tap.ok(not why, "JSON of completion is as completion.json says", why)


def line_by_line(tap, tool, schemas):
    lines = tool.run("list -o jsonl").out.splitlines()
    whole = json.loads(tool.run("list -o json").out)["data"]
    tap.ok([json.loads(line)["data"] for line in lines] == whole, "-o jsonl has a line for each entry of a list", lines)
    why = [schemas.problem("envelope", json.loads(line)) for line in lines]
    tap.ok(not any(why), "every line of -o jsonl is a document", why)
    lines = tool.run("-d emu:all reg get MFRL -o jsonl").out.splitlines()
    devices = [json.loads(line)["device"] for line in lines]
    tap.ok(devices == [row["device"] for row in whole], "-d all has a document for each device", lines)


def bad(tap, tool, schemas):
    for words in BAD:
        for form in ("json", "jsonl"):
            result = tool.run(f"{words} -o {form}")
            document = json.loads(result.out)
            error = document.get("error", {})
            why = schemas.problem("envelope", document) or ("" if error.get("exit") == result.status else "exit differs")
            placed = error.get("code") == "refused" and error.get("rule") is not None
            if (error.get("byte") is not None, error.get("bit") is not None) != (placed, placed):
                why = why or "a refusal has a place in the mailbox, and nothing else"
            tap.ok(not why and not result.err, f"the failure of '{words}' is a document in {form}", why or result)


def unicode_and_keys(tap, tool):
    devices = [json.loads(tool.run(f"-d emu {words} -o json").out)["device"] for words in ("list", "reg get MFRL")]
    tap.ok(devices == [None, "emu"], "a document names the device that was asked, and none if none was", devices)
    asked = [json.loads(tool.run(f"{words} -o json").out)["command"] for words in ("reg get", "reg get --help", "--version", "list")]
    tap.ok(asked == ["reg get", "help", "version", "list"], "a document names the command, also where it is help or a version", asked)
    result = tool.run("decode mgir_fw_info " + "00" * 16 + "ff80e4220a5c".ljust(32, "0") + "00" * 32 + " -o json")
    tap.ok(json.loads(result.out)["data"]["fields"]["psid"] == "ÿ\x80ä\"\n\\",
           "any bytes of a string are valid JSON", result)


def any_bytes(tap, tool):
    for words in ([b"reg", b"get", b"a\xff\xc3\xa9"], [b"-d", b"\xc0\x80", b"reg", b"get", b"MFRL"],
                  [b"policy", b"show", b"\xed\xa0\x80" * 40], [b"help", b"\xf4\x90\x80\x80\xe2\x82"]):
        done = subprocess.run([tool.path, *words, "-o", "json"], capture_output=True, env=tool.environment())
        try:
            error = json.loads(done.stdout.decode("utf-8"))["error"]
        except ValueError as flaw:
            error = {"exit": flaw}
        tap.ok(error["exit"] == done.returncode, f"a failure over {words!r} is valid JSON", error)


def check(tap, tool):
    schemas = Schemas()
    for name, schema in sorted(schemas.found.items()):
        jsonschema.Draft7Validator.check_schema(schema)
        tap.ok(name in GOOD or name in ELSEWHERE,
               f"{name}.json is the schema of something", name)
    for name, document in SEEDED:
        tap.ok(schemas.problem(name, document), f"{name}.json refuses {str(document)[:60]}")
    good(tap, tool, schemas)
    line_by_line(tap, tool, schemas)
    bad(tap, tool, schemas)
    unicode_and_keys(tap, tool)
    any_bytes(tap, tool)
