#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Fill in a manual page from what the tool says of itself.

    generate.py PAGE.scd.in COMMANDS.json > PAGE.scd

@COMMANDS@, @OPTIONS@ and @EXITS@ in the page are replaced.
"""
import json
import pathlib
import re
import sys


def plain(text):
    """What scdoc would read as markup is text here."""
    return re.sub(r"([\\_*<>\[\]#])", r"\\\1", text)


def option(row):
    names = [f"*--{row['name']}*"]
    if row["letter"]:
        names.insert(0, f"*-{row['letter']}*")
    text = ", ".join(names)
    if row["argument"]:
        argument = f"_{row['argument']}_"
        text += f"\\[={argument}\\]" if row["argument_optional"] else f"={argument}"
    return f"{text}\n\t{plain(row['help'])}\n"


def argument(row):
    text = f"_{plain(row['name'])}_" + (" ..." if row["repeated"] else "")
    return f"{text}\n\t{plain(row['help'])}\n"


def command(row):
    lines = [f"## {row['name']}", "", f"*{plain(row['synopsis'])}*", "",
             plain(row["description"]), ""]
    lines += [argument(r) for r in row["arguments"]]
    lines += [option(r) for r in row["options"]]
    return "\n".join(lines + [f"Example: *mlx5ctl {plain(row['example'])}*", ""])


def exits(row):
    return f"*{row['status']}*\n\t{plain(row['meaning'])}\n"


def main():
    page, listing = (pathlib.Path(name).read_text() for name in sys.argv[1:])
    data = json.loads(listing)["data"]
    parts = {"@COMMANDS@": (command, "commands"), "@OPTIONS@": (option, "options"),
             "@EXITS@": (exits, "exit_statuses")}
    for mark, (render, key) in parts.items():
        if mark not in page:
            sys.exit(f"the page has no {mark}")
        page = page.replace(mark, "\n".join(render(row) for row in data[key]))
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
