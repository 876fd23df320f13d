#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Documents as a C array: embed.py OUTPUT NAME FILE..., a default first."""
import pathlib
import sys


def c_bytes(data):
    rows = [data[i:i + 24] for i in range(0, len(data), 24)]
    return ",\n".join("\t" + ", ".join(str(byte) for byte in row) for row in rows)


def main():
    output, name, *files = sys.argv[1:]
    lines = ["// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause",
             "/* Made by emulator/embed.py. */", '#include "shipped.h"', ""]
    rows = []
    for index, path in enumerate(map(pathlib.Path, files)):
        data = path.read_bytes()
        if not data.isascii():
            sys.exit(f"{path.name}: not ASCII")
        lines.append(f"static const char text_{index}[] = {{\n{c_bytes(data)}\n}};\n")
        rows.append(f'\t{{ "{path.stem}", text_{index}, sizeof(text_{index}) }},')
    lines += [f"const struct emu_shipped emu_{name}[] = {{", *rows, "};", "",
              f"const unsigned int emu_n_{name} = sizeof(emu_{name}) / sizeof(emu_{name}[0]);"]
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


main()
