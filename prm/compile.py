#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Compile prm/schema into C.

    compile.py --tables FILE --offsets FILE SCHEMA   write the two C files
    compile.py --check SCHEMA                        only look for errors
    compile.py --list SCHEMA                         print every field, for tests

The format is described in prm/schema/README.md. Every error names file and
line, all errors are shown, and nothing is written when there is one.
"""
import argparse
import pathlib
import re
import sys

ACCESS = {"index", "ro", "wo", "op"}
C_TYPE = {"number": "PRM_NUMBER", "string": "PRM_STRING", "bytes": "PRM_BYTES"}
HEADERS = {
    "in": [("opcode", 0, 16), ("uid", 16, 16), ("op_mod", 48, 16)],
    "out": [("status", 0, 8), ("syndrome", 32, 32)],
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
NUMBER = re.compile(r"(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+)\Z")
KEYWORDS = {"register", "object", "command", "in", "out", "enum", "case"}
MAX_SIZE = 1 << 20  # bytes of a layout: no mailbox comes near


class SchemaError(Exception):
    pass


class Field:
    def __init__(self, name, offset, width, where=None):
        self.name, self.offset, self.width, self.where = name, offset, width, where
        self.count, self.kind, self.enum, self.struct = None, "number", None, None
        self.access, self.cases = "rw", []

    @property
    def bits(self):
        return self.width * (1 if self.count is None else self.count)


class Layout:
    def __init__(self, name, size, doc, where, raw=True):
        self.name, self.size, self.doc, self.where = name, size, doc, where
        self.fields, self.raw = [], raw


class Schema:
    def __init__(self):
        self.layouts, self.enums, self.enum_where = {}, {}, {}
        self.commands, self.registers = [], []
        self.errors = []

    def error(self, where, text):
        self.errors.append(f"{where}: {text}")


def number(text, what, bits=64):
    if not NUMBER.match(text):
        raise SchemaError(f"{what} '{text}' is not a number")
    if len(text) > 20 or int(text, 0) >> bits:
        raise SchemaError(f"{what} {text} has more than {bits} bits")
    return int(text, 0)


def check_name(text):
    """Two underscores in a row join the names of a path."""
    if not NAME.match(text) or "__" in text:
        raise SchemaError(f"'{text}' is not a name")
    return text


def parse_position(text, width):
    """The schema's `byte.bit` as bits from the first bit on the wire."""
    byte, dot, bit = text.partition(".")
    byte, bit = number(byte, "offset"), number(bit, "bit") if dot else -1
    if byte % 4 or byte < 0 or not 0 <= bit <= 31:
        raise SchemaError(f"'{text}' is not `offset.bit` of a dword")
    if width < 1:
        raise SchemaError("the width is not positive")
    if width > 32:
        if bit or width % 32:
            raise SchemaError("a field over 32 bits is whole dwords from bit 0 on")
        return byte * 8
    if bit + width > 32:
        raise SchemaError(f"{width} bits from bit {bit} on pass the end of the dword")
    return byte * 8 + 32 - bit - width


def parse_field(words, where):
    if len(words) < 3:
        raise SchemaError("a field needs a name, `offset.bit` and a width")
    width = number(words[2], "width")
    field = Field(check_name(words[0]), parse_position(words[1], width), width, where)
    for word in words[3:]:
        if word == "[*]":
            field.count = 0
        elif word.startswith("[") and word.endswith("]"):
            field.count = number(word[1:-1], "array size")
            if field.count < 1:
                raise SchemaError("an array has at least one element")
        elif word.startswith("enum:"):
            field.enum = check_name(word[5:])
        elif word.startswith("struct:"):
            field.kind, field.struct = "struct", check_name(word[7:])
        elif word in ("string", "bytes"):
            field.kind = word
        elif word in ACCESS:
            field.access = word
        else:
            raise SchemaError(f"unknown type '{word}'")
    if field.kind == "number" and width > 64:
        raise SchemaError("a number has at most 64 bits: say bytes, string or struct")
    return field


class Parser:
    """One file: which layout or enumeration the next line belongs to."""

    def __init__(self, schema, path):
        self.schema, self.path = schema, path
        self.doc, self.layout, self.enum, self.command = "", None, None, None

    def parse(self):
        for number_, line in enumerate(self.read().split("\n"), 1):
            self.where = f"{self.path}:{number_}"
            if not line.expandtabs().isprintable():
                self.schema.error(self.where, "there is a character that does not print")
                continue
            if number_ == 1 and line.startswith("#"):
                self.doc = line.lstrip("# ").strip()
            words = line.split("#")[0].split()
            if not words:
                continue
            try:
                self.line_for(words)(words)
            except SchemaError as error:
                self.schema.error(self.where, error)

    def read(self):
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            self.schema.error(f"{self.path}:1", f"cannot be read as text: {error}")
            return ""

    def line_for(self, words):
        """A field may be called like one of the format's own words."""
        if words[0] not in KEYWORDS or \
           len(words) > 2 and re.match(r"[0-9a-fx]+\.\d+\Z", words[1], re.I):
            return self.line_other
        return getattr(self, "line_" + words[0])

    def add_layout(self, name, size, raw=True):
        self.layout = Layout(name, size, self.doc, self.where, raw)
        self.enum = None
        for other in self.schema.layouts.values():
            if other.name.lower() == name.lower():  # they are looked up without case
                raise SchemaError(f"layout '{name}' is already defined at {other.where}")
        if size > MAX_SIZE:
            raise SchemaError(f"size {size} is more than a mailbox can hold")
        if size < 4 or size % 4:
            raise SchemaError(f"size {size} is not whole dwords")
        self.schema.layouts[name] = self.layout
        return self.layout

    def words(self, words, count, form):
        if len(words) != count:
            raise SchemaError(f"expected `{form}`")

    def line_register(self, words):
        self.words(words, 4, "register NAME ID SIZE")
        name, id_ = check_name(words[1]), number(words[2], "id", 16)
        layout = self.add_layout(name.lower(), number(words[3], "size"))
        self.schema.registers.append((id_, name, layout, self.where))

    def line_object(self, words):
        self.words(words, 3, "object NAME SIZE")
        self.add_layout(check_name(words[1]), number(words[2], "size"))

    def line_command(self, words):
        self.words(words, 3, "command NAME OPCODE")
        self.command = {"name": check_name(words[1]), "opcode": number(words[2], "opcode", 16),
                        "where": self.where, "in": None, "out": None}
        self.schema.commands.append(self.command)

    def line_mailbox(self, words):
        raw = words[2:] == ["raw"]
        if not self.command or (len(words) != 2 and not raw):
            raise SchemaError(f"`{words[0]} SIZE [raw]` belongs into a command's file")
        layout = self.add_layout(f"{self.command['name'].lower()}_{words[0]}",
                                 number(words[1], "size"), raw)
        if layout.size < 8:
            raise SchemaError("a mailbox has at least eight bytes")
        if not raw:
            layout.fields += [Field(*header, self.where) for header in HEADERS[words[0]]]
        self.command[words[0]] = layout

    line_in = line_out = line_mailbox

    def line_enum(self, words):
        self.words(words, 2, "enum NAME")
        self.layout, self.enum = None, check_name(words[1])
        if self.enum in self.schema.enums:
            raise SchemaError(f"enumeration '{self.enum}' is already defined")
        self.schema.enums[self.enum] = {}
        self.schema.enum_where[self.enum] = self.where

    def line_case(self, words):
        self.words(words, 3, "case FIELD=VALUE OBJECT")
        selector, equals, value = words[1].partition("=")
        if not equals or not self.layout or not self.layout.fields:
            raise SchemaError("`case FIELD=VALUE OBJECT` follows the bytes it explains")
        field = self.layout.fields[-1]
        if field.kind != "bytes":
            raise SchemaError(f"'{field.name}' is not bytes")
        field.cases.append((selector, number(value, "value", 32), words[2], self.where))

    def line_other(self, words):
        if self.enum:
            self.words(words, 2, "name value")
            check_name(words[0])
            value = number(words[1], "value", 32)
            values = self.schema.enums[self.enum]
            if value in values or words[0] in values.values():
                raise SchemaError(f"'{words[0]} {value}' is there already")
            values[value] = words[0]
        elif self.layout:
            self.layout.fields.append(parse_field(words, self.where))
        else:
            raise SchemaError(f"unknown line '{words[0]}'")


def check_order(schema, layout):
    """As written; then the headers, which are not written, go to their places."""
    headers = 0 if layout.raw else len(HEADERS[layout.name.rpartition("_")[2]])
    for last, field in zip(layout.fields[headers:], layout.fields[headers + 1:]):
        if field.offset < last.offset:
            schema.error(field.where, f"{layout.name}.{field.name}: comes after "
                         f"'{last.name}', which is later on the wire")
    layout.fields.sort(key=lambda f: f.offset)


def is_open(schema, layout, depth=0):
    """Whether it ends with an open array, perhaps of a structure within."""
    last = layout.fields[-1:] if depth < len(schema.layouts) else []
    return any(f.count == 0 or f.struct in schema.layouts and
               is_open(schema, schema.layouts[f.struct], depth + 1) for f in last)


def check_layout(schema, layout):
    """Names, order, overlap, ends, and whether all that is named exists."""
    end, last, open_array, names = 0, None, None, set()
    check_order(schema, layout)
    for field in layout.fields:
        def bad(text):
            schema.error(field.where, f"{layout.name}.{field.name}: {text}")
        if field.name.lower() in names:
            bad("is there already")
        names.add(field.name.lower())
        if open_array:
            bad(f"comes after the open array '{open_array.name}'")
        open_array = field if field.count == 0 else open_array
        if field.offset < end:
            bad(f"overlaps '{last.name}'")
        if field.offset + field.bits > end or last is None:
            last = field
        end = max(end, field.offset + field.bits)
        if field.offset + field.bits > layout.size * 8:
            bad(f"passes the end of the layout ({layout.size} bytes)")
        if field.enum and field.enum not in schema.enums:
            bad(f"unknown enumeration '{field.enum}'")
        if field.struct:
            part = schema.layouts.get(field.struct)
            if not part:
                bad(f"unknown structure '{field.struct}'")
            elif part.size * 8 != field.width:
                bad(f"is {field.width} bits, but {part.name} has {part.size * 8}")
            elif is_open(schema, part) and (field.count is not None or
                                            field is not layout.fields[-1]):
                bad(f"{part.name} ends with an open array: only the last field may be one, once")
        if field.kind in ("bytes", "string") and field.bits % 8:
            bad("is not whole bytes")
        check_cases(schema, layout, field)


def check_cases(schema, layout, field):
    seen = set()
    for selector, value, struct, where in field.cases:
        part = schema.layouts.get(struct)
        if not part or part.size * 8 > field.bits:
            schema.error(where, f"'{struct}' is no structure that fits {field.name}")
        by = next((f for f in layout.fields if f.name == selector), None)
        if not by or by.kind != "number" or by.count is not None:
            schema.error(where, f"'{selector}' is no number among the fields of {layout.name}")
        elif value >> by.width:
            schema.error(where, f"'{selector}' has {by.width} bits and is never {value}")
        if (selector, value) in seen:
            schema.error(where, f"the case {selector}={value} is there already")
        seen.add((selector, value))


def check_cycles(schema):
    """Take away layouts that contain only what was taken; a cycle stays."""
    inner = {layout.name: {f.struct for f in layout.fields if f.struct} |
                          {case[2] for f in layout.fields for case in f.cases}
             for layout in schema.layouts.values()}
    left = set(inner)
    while done := {name for name in left if not inner[name] & left}:
        left -= done
    if not left:
        return
    path = [min(left)]
    while path[-1] not in path[:-1]:
        path.append(min(inner[path[-1]] & left))
    path = path[path.index(path[-1]):]
    schema.error(schema.layouts[path[0]].where, "contains itself: " + " > ".join(path))


def check_unique(schema, rows, what):
    seen = {}
    for key, where in rows:
        if key in seen:
            schema.error(where, f"{what} '{key}' is already defined at {seen[key]}")
        seen[key] = where


def load(folder):
    schema = Schema()
    for path in sorted(pathlib.Path(folder).glob("*/*")):
        Parser(schema, path).parse()
    if not schema.layouts:
        schema.error(folder, "there is no schema here")
    for command in schema.commands:
        if not command["in"] or not command["out"]:
            schema.error(command["where"], "a command has an `in` and an `out`")
    check_unique(schema, [(c["opcode"], c["where"]) for c in schema.commands], "opcode")
    check_unique(schema, [(c["name"], c["where"]) for c in schema.commands], "command")
    check_unique(schema, [(r[0], r[3]) for r in schema.registers], "register id")
    for layout in schema.layouts.values():
        check_layout(schema, layout)
    check_cycles(schema)
    used = {field.enum for layout in schema.layouts.values() for field in layout.fields}
    for name, values in schema.enums.items():
        if not values:
            schema.error(schema.enum_where[name], f"enumeration '{name}' has no values")
        if name not in used:
            schema.error(schema.enum_where[name], f"enumeration '{name}' is used by no field")
    schema.commands.sort(key=lambda c: c["opcode"])
    schema.registers.sort(key=lambda r: r[0])
    return schema


# What follows writes C.

def flatten(schema, layout, prefix="", base=0):
    for field in layout.fields:
        yield prefix + field.name, base + field.offset, field.bits
        if field.struct:
            yield from flatten(schema, schema.layouts[field.struct],
                               prefix + field.name + "__", base + field.offset)


def offsets_h(schema):
    lines = ["/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */",
             "/* Made by prm/compile.py from prm/schema. Use PRM() and PRM_AT(). */",
             "#ifndef PRM_OFFSETS_H", "#define PRM_OFFSETS_H", ""]
    lines += [f"#define PRM_OP_{c['name']} 0x{c['opcode']:x}" for c in schema.commands]
    lines += [f"#define PRM_REG_{name} 0x{id_:x}" for id_, name, *_ in schema.registers]
    for name in sorted(schema.layouts):
        layout = schema.layouts[name]
        lines += ["", f"#define PRM_SIZE_{name} {layout.size}"]
        lines += [f"#define PRM_{name}__{path} {offset}, {bits}"
                  for path, offset, bits in flatten(schema, layout)]
    return "\n".join(lines + ["", "#endif", ""])


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_field(field):
    parts = [f".name = {c_string(field.name)}", f".at = {{ {field.offset}, {field.width} }}",
             f".count = {1 if field.count is None else field.count}"]
    if field.count is not None:
        parts.append(".is_array = true")
    if field.struct:
        parts += [".type = PRM_STRUCT", f".layout = &layout_{field.struct}"]
    else:
        parts.append(f".type = {C_TYPE[field.kind]}")
    if field.access != "rw":
        parts.append(f".access = PRM_{field.access.upper()}")
    if field.enum:
        parts.append(f".names = &enum_{field.enum}")
    return parts


def c_layout(layout):
    lines = []
    for field in layout.fields:
        if field.cases:
            lines.append(f"static const struct prm_case cases_{layout.name}__{field.name}[] = {{")
            lines += [f"\t{{ {c_string(s)}, {v}, &layout_{o} }}," for s, v, o, _ in field.cases]
            lines.append("};")
    if layout.fields:
        lines.append(f"static const struct prm_field fields_{layout.name}[] = {{")
        for field in layout.fields:
            parts = c_field(field)
            if field.cases:
                parts += [f".cases = cases_{layout.name}__{field.name}",
                          f".n_cases = {len(field.cases)}"]
            lines.append("\t{ " + ", ".join(parts) + " },")
        lines.append("};")
    fields = f".fields = fields_{layout.name}, " if layout.fields else ""
    lines.append(f"static const struct prm_layout layout_{layout.name} = {{ "
                 f".name = {c_string(layout.name)}, .doc = {c_string(layout.doc)}, "
                 f".size = {layout.size}, {fields}.n_fields = {len(layout.fields)} }};")
    return lines


def tables_c(schema):
    names = sorted(schema.layouts)
    lines = ["// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause",
             "/* Made by prm/compile.py from prm/schema. */", '#include "prm.h"', ""]
    for name, values in sorted(schema.enums.items()):
        lines.append(f"static const struct prm_enum_value values_{name}[] = {{")
        lines += [f"\t{{ {v}u, {c_string(values[v])} }}," for v in sorted(values)]
        lines += ["};", f"static const struct prm_enum enum_{name} = {{ values_{name}, {len(values)} }};"]
    lines += [f"static const struct prm_layout layout_{name};" for name in names]
    for name in names:
        lines += c_layout(schema.layouts[name])
    lines += ["", "const struct prm_command prm_commands[] = {"]
    lines += [f"\t{{ 0x{c['opcode']:x}, {c_string(c['name'])}, &layout_{c['in'].name}, "
              f"&layout_{c['out'].name} }}," for c in schema.commands]
    lines += ["};", f"const u32 prm_n_commands = {len(schema.commands)};", "",
              "const struct prm_register prm_registers[] = {"]
    lines += [f"\t{{ 0x{id_:x}, {c_string(name)}, &layout_{layout.name} }},"
              for id_, name, layout, _ in schema.registers]
    lines += ["};", f"const u32 prm_n_registers = {len(schema.registers)};", "",
              "const struct prm_layout *const prm_layouts[] = {"]
    lines += [f"\t&layout_{name}," for name in names]
    return "\n".join(lines + ["};", f"const u32 prm_n_layouts = {len(names)};", ""])


def listing(schema):
    lines = [f"@command {c['name']} {c['opcode']} {c['in'].name} {c['out'].name}"
             for c in schema.commands]
    lines += [f"@register {name} {id_} {layout.name}" for id_, name, layout, _ in schema.registers]
    for name in sorted(schema.layouts):
        layout = schema.layouts[name]
        lines.append(f"@layout {name} {layout.size}")
        for f in layout.fields:
            kind = f"struct:{f.struct}" if f.struct else f.kind
            count = 1 if f.count is None else f.count
            lines.append(f"{name} {f.name} {f.offset} {f.width} {count} {kind}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("schema")
    parser.add_argument("--tables")
    parser.add_argument("--offsets")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    schema = load(options.schema)
    if schema.errors:
        print("\n".join(schema.errors), file=sys.stderr)
        return 1
    if options.list:
        print(listing(schema))
    try:
        if options.tables:
            pathlib.Path(options.tables).write_text(tables_c(schema))
        if options.offsets:
            pathlib.Path(options.offsets).write_text(offsets_h(schema))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
