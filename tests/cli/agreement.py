# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Help, manual page, completion, listing and parser say the same."""
import json
import re
import subprocess

from tool import ROOT


def listing_of(tool):
    return json.loads(tool.run("commands -o json").out)["data"]


def help_has_all(tap, tool, listing):
    overview = tool.run("help").out
    tap.ok(all(row["summary"] in overview for row in listing["commands"]), "help lists every command", overview)
    for row in listing["commands"]:
        text = tool.run(f"help {row['name']}").out
        wanted = [row["synopsis"], row["example"]] + [f"--{o['name']}" for o in row["options"] + listing["options"]]
        wanted += [a["help"] for a in row["arguments"]]
        # What does not fit on a line is on several.
        missing = [w for w in wanted if w not in " ".join(text.split())]
        tap.ok(not missing, f"help {row['name']} names its arguments and options", missing)
        other = tool.run(f"{row['name']} --help").out
        tap.ok(other == text, f"{row['name']} --help is help {row['name']}", other)


def parser_takes_all(tap, tool, listing):
    """An option that is listed is taken, and asks for its argument."""
    for row in listing["commands"]:
        for option in row["options"] + listing["options"]:
            if row["name"] == "completion" or option["name"] in ("help", "version"):
                continue
            spellings = [f"--{option['name']}"] + ([f"-{option['letter']}"] if option["letter"] else [])
            if option in listing["options"] and option["letter"] in [o["letter"] for o in row["options"]]:
                del spellings[1:]  # a command's own letter goes before that of all
            for spelling in spellings:
                result = tool.run(f"{row['name']} {spelling}")
                needs = option["argument"] and not option["argument_optional"]
                wrong = "unknown-option" in result.out or "there is no option" in result.err
                wrong |= bool(needs) != ("needs an argument" in result.err)
                tap.ok(not wrong, f"{row['name']} takes {spelling}", result)


def examples_work(tap, tool, listing):
    tool.file("settings", "NUM_OF_VFS=9\n")
    for row in listing["commands"]:
        result = tool.run(row["example"], env={"MLX5CTL_DEVICE": "emu"})
        tap.ok(result.status == 0 and result.out, f"the example of {row['name']} works", result)


def completion_offers_all(tap, tool, listing):
    for row in listing["commands"]:
        words = row["name"].split()
        found = tool.run(["completion", "mlx5ctl", *words[:-1], words[-1][:1]]).out.split()
        tap.ok(words[-1] in found, f"completion offers {row['name']}", found)
        found = tool.run(["completion", "mlx5ctl", *words, "--"]).out.split()
        wanted = {"--" + o["name"] for o in row["options"] + listing["options"]}
        tap.ok({w.rstrip("=") for w in found} == wanted, f"completion offers the options of {row['name']}", found)


def completion_of_words(tap, tool, _):
    found = tool.run(["completion", "mlx5ctl", "help", "reg", ""]).out.split()
    tap.ok(found == ["list", "get", "set"], "completion of half a command to explain offers its other half", found)
    found = tool.run(["completion", "mlx5ctl", "emu", "reg", ""]).out.split()
    tap.ok(found[:3] == ["list", "get", "set"] and "reset" not in found, "as does that of half a command after the device emu", found)
    found = tool.run(["completion", "mlx5ctl", "help", ""]).out.split()
    tap.ok("reg" in found and not [name for name in found if tool.run(["help", name]).status], "completion of help offers what help explains", found)
    rules = {row["name"]: (row["read"], row["write"]) for row in json.loads(tool.run("reg list -o json").out)["data"]}
    for number, command in enumerate(("get", "set")):
        found = set(tool.run(["completion", "mlx5ctl", "-d", "emu", "reg", command, ""]).out.split())
        tap.ok(found == {name for name, classes in rules.items() if classes[number] != "never"} and found,
               f"completion of reg {command} offers what the rules let pass", found)
    for command, offered in (("get", {"local_port="}), ("set", {"local_port=", "admin_status="})):
        found = set(tool.run(["completion", "mlx5ctl", "-d", "emu", "reg", command, "PAOS", ""]).out.split())
        tap.ok(offered <= found and "oper_status=" not in found and ("admin_status=" in found) == (command == "set"),
               f"completion of reg {command} offers the fields that it may name", found)
    found = tool.run(["completion", "mlx5ctl", "policy", "show", ""]).out.splitlines()
    tap.ok("PAOS" in found and not [name for name in found if " " in name], "completion offers single words", found)


SHELL = r"""
PATH=$2:$PATH
. "$1"
COMP_WORDBREAKS=${COMP_WORDBREAKS//[$4]}
COMP_LINE=$3 COMP_POINT=${#3}
_mlx5ctl
printf '%s\n' "${COMPREPLY[@]}"
"""


def shell_completes(tap, tool):
    script = ROOT / "packaging/completion/mlx5ctl.bash"
    # What bash, and who has told it that some characters break no words, puts in the place of the last word of a line.
    rows = [("mlx5ctl re", "", "reg"), ("mlx5ctl reg get MGI", "", "MGIR"), ("mlx5ctl -d emu:connectx-6", "", "connectx-6dx"),
            ("mlx5ctl policy list --class=ful", "", "full"), ("mlx5ctl reg ", "", "get"),
            ("mlx5ctl --device=emu:connectx-6", "", "connectx-6dx"), ("mlx5ctl -d emu:connectx-6", ":", "emu:connectx-6dx"),
            ("mlx5ctl --device=emu:connectx-6", ":", "emu:connectx-6dx"), ("mlx5ctl --device=emu:connectx-6", "=", "connectx-6dx"),
            ("mlx5ctl --device=emu:connectx-6", ":=", "--device=emu:connectx-6dx"), ("mlx5ctl -d EMU:connectx-6", "", "connectx-6dx")]
    for line, unbroken, wanted in rows:
        done = subprocess.run(["bash", "--norc", "-c", SHELL, "bash", script, tool.path.parent, line, unbroken],
                              capture_output=True, text=True, env=tool.environment())
        tap.ok(wanted in done.stdout.splitlines(), f"bash completes '{line}'" + (f" where '{unbroken}' breaks no word" if unbroken else ""), done)


def page_has_all(tap, tool, listing):
    page = tool.build / "man/mlx5ctl.1.scd"
    if not page.exists():
        tap.skip("the manual page has everything", "install scdoc and build again")
        return
    text = re.sub(r"\\(.)", r"\1", page.read_text())
    for row in listing["commands"]:
        wanted = [f"## {row['name']}\n", row["description"], row["synopsis"]] + [o["help"] for o in row["options"]]
        missing = [w for w in wanted if w not in text]
        tap.ok(not missing, f"the manual page explains {row['name']}", missing)
    missing = [o["help"] for o in listing["options"] if o["help"] not in text]
    missing += [e["meaning"] for e in listing["exit_statuses"] if f"*{e['status']}*\n\t{e['meaning']}" not in text]
    tap.ok(not missing, "the manual page has the common options and the exit statuses", missing)
    lint = subprocess.run(["man", "-l", "--warnings", tool.build / "man/mlx5ctl.1"],
                          capture_output=True, text=True, env=tool.environment({"MANPAGER": "cat"})) \
        if any((tool.build / "man").glob("mlx5ctl.1")) and _has("man") else None
    if lint is None:
        tap.skip("the manual page is clean for man", "install man-db")
    else:
        tap.ok(lint.returncode == 0 and not lint.stderr, "the manual page is clean for man", lint.stderr)


def _has(program):
    return subprocess.run(["sh", "-c", f"command -v {program}"], capture_output=True).returncode == 0


def statuses_are_listed(tap, listing):
    found = [row["status"] for row in listing["exit_statuses"]]
    tap.ok(found == [0, 1, 2, 3, 4, 5, 130], "the exit statuses are those of the contract", found)


def check(tap, tool):
    listing = listing_of(tool)
    help_has_all(tap, tool, listing)
    parser_takes_all(tap, tool, listing)
    examples_work(tap, tool, listing)
    completion_offers_all(tap, tool, listing)
    completion_of_words(tap, tool, listing)
    shell_completes(tap, tool)
    page_has_all(tap, tool, listing)
    statuses_are_listed(tap, listing)
