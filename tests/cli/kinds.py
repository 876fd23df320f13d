# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Every command in every kind of output: what there is, and a word where there is none."""
import json

from documents import Schemas
from reading import whole

FORMS = ("text", "json", "jsonl", "hex", "binary")
NO_BYTES = "-o text, json and jsonl"
ITEM = "configuration_item_header.type=0x80"

# The lines of the tool: the words, the schema of the data, and whether the result is bytes.
LINES = [
    ("list", "list", False),
    ("-d emu info", "info", False),
    ("-d emu cap", "cap", False),
    ("-d emu cap --max", "cap", False),
    ("-d emu cap GENERAL", "cap", True),
    ("-d emu cap GENERAL --max", "cap", True),
    ("-d emu cap 0x13", "cap", True),
    ("-d emu cap ROCE ODP", "cap", False),
    ("-d emu cap --id ROCE --mode max", "cap", True),
    ("reg list", "reg-list", False),
    ("-d emu reg get MGIR", "reg-get", True),
    ("-d emu reg get 0x5006 local_port=1", "reg-get", True),
    (f"-d emu reg set MNVDA {ITEM} configuration_item_data=9c0000008001000902c3f000", "reg-set", True),
    ("-d emu reg set MFRL reset_trigger=0x48", "reg-set", True),
    ("obj list", "obj", False),
    ("-d emu obj issi", "obj", True),
    ("-d emu obj adapter", "obj", True),
    ("-d emu obj vport_state", "obj", True),
    ("-d emu link", "link", False),
    ("-d emu link --port 1", "link", False),
    ("-d emu temp", "temp", False),
    ("-d emu modules", "modules", False),
    ("emu reset", "emu-reset", False),
]


def run(tool, words, form):
    return tool.run(f"{words} -o {form}", text=form != "binary")


def refused(tap, words, form, result):
    good = result.status == 2 and not result.out and NO_BYTES in str(result.err)
    tap.ok(good, f"'{words}' has no -o {form}, and says what it has", result)


def documents_of(form, result):
    return result.out.splitlines() if form == "jsonl" else [result.out]


def problem(schemas, name, words, form, result):
    if result.status or result.err or not result.out:
        return result
    found = documents_of(form, result)
    texts = [whole(line, words) if form == "jsonl" else line for line in found]
    return "\n".join(filter(None, (schemas.problem_of_text(name, text) for text in texts)))


def line(tap, tool, schemas, words, name, has_bytes):
    results = {form: run(tool, words, form) for form in FORMS}
    text = results["text"]
    tap.ok(text.status == 0 and text.out and not text.out.startswith("{"), f"'{words}' has -o text", text)
    for form in ("json", "jsonl"):
        why = problem(schemas, name, words, form, results[form])
        tap.ok(not why, f"'{words}' has -o {form}, as {name}.json says", why)
    if not has_bytes:
        for form in ("hex", "binary"):
            refused(tap, words, form, results[form])
        return
    as_hex, binary = results["hex"], results["binary"]
    same = as_hex.status == binary.status == 0 and binary.out and bytes.fromhex(as_hex.out) == binary.out
    tap.ok(same, f"'{words}' has the same bytes as -o hex and -o binary", as_hex)


def bytes_are_the_document(tap, tool):
    """Where a document holds the bytes, they are those of -o hex."""
    for words in ("-d emu reg get MGIR", "-d emu reg set MFRL reset_trigger=0x48"):
        document = json.loads(run(tool, words, "json").out)["data"]["bytes"]
        tap.ok(bytes.fromhex(document) == bytes.fromhex(run(tool, words, "hex").out),
               f"the bytes of '{words}' are those of its document", document)


def every_example(tap, tool):
    """What the table of commands says of bytes is so, for all of them."""
    for row in json.loads(tool.run("commands -o json").out)["data"]["commands"]:
        for form in FORMS:
            words = row["example"].removesuffix(" -o json").split()
            result = tool.run(["-o", form, *words], env={"MLX5CTL_DEVICE": "emu"},
                              text=form != "binary")
            if form in ("hex", "binary") and not row["has_bytes"]:
                refused(tap, row["example"], form, result)
            else:
                tap.ok(result.status == 0 and result.out, f"the example of {row['name']} has -o {form}", result)


def check(tap, tool):
    schemas = Schemas()
    for words, name, has_bytes in LINES:
        line(tap, tool, schemas, words, name, has_bytes)
    bytes_are_the_document(tap, tool)
    every_example(tap, tool)
