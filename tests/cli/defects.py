# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""What the original client got wrong, by the number it has in our list of its defects.

Missing here: 6 and 7 are in diagnostics.py; 9 to 12 belong to its commands rscdump and
coredump; 17 is that it had no tests.
"""
import json
import pathlib
import re
import shlex
import subprocess

from tool import ROOT, Tool

# Sources that turn words into numbers, built anew with the other sign of char.
PARSERS = ["cli/command-cap.c", "cli/command-obj.c", "cli/command-reg.c", "cli/names.c", "cli/parse.c", "cli/hex.c"]
# Lines that end in every way: what they allocate is freed all the same.
ALL_WAYS = ["list", "-d emu info", "-d emu cap", "-d emu reg get MGIR -o json", "-d emu obj list -o jsonl", "-d emu link",
            "-d emu reg set MFRL reset_trigger=0x48", "--dry-run obj eq 3", "help", "-d emu cap NOSUCH",
            "-d emu reg get PAOS local_port=9", "-d emu obj mkey 0xfffffe", "-d emu rpc 0a080000" + "00" * 12,
            "-d emu:nosuch info", "-d emu --trace reg get MFRL", "-d emu:all info", "decode TINY 00", "policy explain 0"]


def one_sentence(result, status):
    return result.status == status and not result.out and result.err.count("\n") == 1


def defect_1(tap, tool):
    for words, wanted in (("-d emu cap --mode", "needs an argument"), ("-d emu cap -m", "needs an argument"),
                          ("-d emu obj eq -i", "needs an argument")):
        result = tool.run(words)
        tap.ok(one_sentence(result, 2) and wanted in result.err, f"defect 1: '{words}' says what is missing, and does not crash", result)
    result = tool.run("-d emu obj eq -i 4")
    tap.ok(result.status == 0 and result.out.startswith("eq 0x4\n"), "defect 1: the short option -i takes the number", result)


def other_sign(tool):
    """The tool with `char` unsigned, as on arm64 and ppc64le, in the test's folder."""
    folder = tool.folder / "unsigned"
    (folder / "cli").mkdir(parents=True)
    commands = {entry["file"]: entry["command"]
                for entry in json.loads((tool.build / "compile_commands.json").read_text())}
    link = subprocess.run(["ninja", "-C", tool.build, "-t", "commands", "cli/mlx5ctl"],
                          capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    link = link.replace("-o cli/mlx5ctl ", f"-o {folder}/cli/mlx5ctl ")
    for source in PARSERS:
        name = pathlib.Path(source).name
        command = re.sub(r" -M\S+( \S+\.d| \S+\.o)?", "", commands[f"../{source}"])
        command = re.sub(r"-o \S+", f"-o {folder}/{name}.o", command)
        subprocess.run([*shlex.split(command), "-funsigned-char"], cwd=tool.build, check=True)
        link = link.replace(f"cli/mlx5ctl.p/{name}.o", f"{folder}/{name}.o")
    subprocess.run(shlex.split(link), cwd=tool.build, check=True)
    return Tool(folder)


def defect_2(tap, tool):
    with other_sign(tool) as unsigned:
        for who, program in (("signed", tool), ("unsigned", unsigned)):
            for words, status, wanted in (("-d emu cap 4", 0, "ROCE 0x4"), ("-d emu cap 0x13", 0, "VDPA_EMULATION 0x13"),
                                          ("-d emu reg get 0x9028", 0, "MFRL 0x9028"), ("-d emu cap nosuch", 2, "nosuch"),
                                          ("--dry-run cap 255 -o hex", 1, "01000000 000001ff"),
                                          ("-d emu obj eq é", 2, "decimal or 0x")):
                result = program.run(words)
                where = result.err if status == 2 else result.out
                tap.ok(result.status == status and wanted in where, f"defect 2: '{words}' is what it says where char is {who}", result)


def defect_3(tap, tool):
    found = tool.run("--dry-run obj xrq 5 -o hex").out
    tap.ok(found.startswith("07190000"), "defect 3: obj xrq asks QUERY_XRQ, 0x719", found)
    found = tool.run("--dry-run obj xrc_srq 5 -o hex").out
    tap.ok(found.startswith("07070000"), "defect 3: obj xrc_srq asks QUERY_XRC_SRQ, 0x707", found)


def fields_of(tool, group):
    return set(json.loads(tool.run(f"-d emu cap {group} -o json").out)["data"][0]["fields"])


def defect_4(tap, tool):
    emulation, advanced = fields_of(tool, "VDPA_EMULATION"), fields_of(tool, "ADV_VIRTUALIZATION")
    tap.ok("virtio_queue_type" in emulation and not emulation & advanced,
           "defect 4: VDPA_EMULATION and ADV_VIRTUALIZATION have each its own fields", emulation & advanced)


def defect_5(tap, tool):
    for value in ("ffffffff80000001", "0000000180000000", "8000000000000000"):
        data = json.loads(tool.run(f"decode mkc {'00' * 16}{value}{'00' * 40} -o json").out)["data"]["fields"]
        tap.ok(data["start_addr"] == f"0x{value}", f"defect 5: a number of 64 bits keeps all of them: {value}", data)


def defect_8(tap, tool):
    for words in ("cap ROCE", "obj q_counter 0", "obj vport_counter", "reg get MGIR", "reg get PAOS local_port=1"):
        found = [tool.run(f"--dry-run {words} -o hex", env=env).out for env in tool.dirty()]
        tap.ok(found[0] == found[1] and bytes.fromhex(found[0])[2:4] == b"\0\0",
               f"defect 8: what '{words}' does not set is zero", found)


def defect_13(tap, tool):
    for form in ("text", "hex", "binary"):
        result = tool.run(f"-d emu obj mkey 0xfffffe -o {form}")
        tap.ok(one_sentence(result, 3) and "syndrome" in result.err,
               f"defect 13: an object that the device refuses is status 3 and no data, -o {form}", result)


def defect_14(tap, tool):
    groups = json.loads(tool.run("-d emu cap -o json").out)["data"]
    rule = json.loads(tool.run("policy show QUERY_HCA_CAP -o json").out)["data"][0]["checks"][0]["rule"]
    allowed = {int(op_mod, 16) >> 1 for op_mod in re.findall("0x[0-9a-f]+", rule)}
    tap.ok({group["type"]["value"] for group in groups} == allowed and all(group["fields"] for group in groups),
           "defect 14: every group of capabilities that the table allows is shown by name", [g["type"] for g in groups])
    for group in ("ODP", "QOS", "IPSEC"):
        result = tool.run(f"-d emu cap -i {group} -P")
        lines = result.out.splitlines()
        named = all(re.fullmatch(r" +[a-z][a-z0-9_]*(\[\d+\])?( .*)?", line) for line in lines[1:])
        tap.ok(result.status == 0 and len(lines) > 2 and named, f"defect 14: cap -i {group} -P is fields by name, not hex", result)
    result = tool.run("-d emu cap 0x7fff -P")
    tap.ok(one_sentence(result, 1), "defect 14: an error is said once", result)


LEAK = "#include <stdlib.h>\nint main(void) { volatile char *p = malloc(9); p[0] = 1; p = 0; return p != 0; }\n"


def leaks_are_seen(tool):
    source, program = tool.file("leak.c", LEAK), tool.folder / "leak"
    subprocess.run(["cc", "-fsanitize=address", source, "-o", program], check=True)
    return subprocess.run([program], capture_output=True, env=tool.environment()).returncode != 0


def defect_15(tap, tool):
    if b"__asan_init" not in tool.path.read_bytes():
        tap.skip("defect 15: no line leaks memory", "run it on the sanitized build: tests/cli/run build-asan")
        return
    tap.ok(leaks_are_seen(tool), "defect 15: a leak would be seen here")
    for words in ALL_WAYS:
        result = tool.run(words)
        tap.ok("Sanitizer" not in result.err and result.status in (0, 1, 2, 3, 4), f"defect 15: '{words}' leaks no memory", result)
    long = "a" * 300
    for words in (f"-d {long} info", f"-d emu reg get {long}", f"-d emu obj {long}", f"-d emu cap {long}", f"{long} info"):
        result = tool.run(words)
        tap.ok(result.status in (2, 4) and result.err.count("\n") == 1, f"defect 15: a name of 300 letters is no harm: {words[:14]}", result)


def defect_16(tap, tool):
    for words in ("-d emu cap GENERAL", "-d emu reg get MGIR", "-d emu obj issi", "-d emu rpc 010a0000" + "00" * 12):
        plain, noisy = (tool.run(f"{trace} {words} -o binary", text=False) for trace in ("", "--trace"))
        tap.ok(plain.out == noisy.out and not plain.err and noisy.err,
               f"defect 16: -o binary of '{words[:24]}' is the bytes alone, whatever else is said", noisy)
    result = tool.run("decode TINY " + "00" * 16)
    tap.ok("names from" in result.err and "names from" not in result.out, "defect 16: remarks are not among the data", result)


def lines_of_readme():
    text = (ROOT / "README.md").read_text()
    for span in re.findall(r"`(mlx5ctl [^`]*)`", text):
        words = span.split()[1:]
        if not {"HEX", "FILE", "SOCKET"} & set(words):
            yield " ".join(words)


def defect_18(tap, tool):
    found = list(lines_of_readme())
    tap.ok(len(found) >= 5, "defect 18: the README has lines to try", found)
    for words in found:
        result = tool.run(words)
        tap.ok(result.status == 0 and result.out, f"defect 18: the README's '{words}' works", result)
    default, zero = (tool.run(f"--dry-run reg get PAOS {port} -o hex").out for port in ("", "--port 0"))
    tap.ok(default == zero and "default" not in re.search(r"--port.*", tool.run("help reg get").out)[0],
           "defect 18: help promises no other port than is asked", default)
    listing = json.loads(tool.run("commands -o json").out)["data"]["commands"]
    for name, wanted in (("cap", "mode"), ("reg get", "port"), ("obj", "id")):
        options = [o["name"] for row in listing if row["name"] == name for o in row["options"]]
        tap.ok(wanted in options and f"--{wanted}" in tool.run(f"help {name}").out,
               f"defect 18: help {name} has --{wanted}, which the parser takes", options)


def check(tap, tool):
    for part in (defect_1, defect_2, defect_3, defect_4, defect_5, defect_8, defect_13, defect_14, defect_15, defect_16,
                 defect_18):
        part(tap, tool)
