#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Turn the canonical listing of the policy (standard input) into docs/policy.md.

The text at the head is for people who have never seen such a device; all the
rest is what the listing says, grouped by what a command does.
"""
import hashlib
import re
import sys

INTRODUCTION = """\
<!-- Made by policy/document.py from the policy itself: `make docs`. Do not edit. -->
# What may pass

Policy hash (SHA-256 of the listing that this page is made from):
`{hash}`

The module, the library and the tool are compiled from the same tables and show the same hash. If yours differs, this page is not about yours. To verify it:

- of a tool: `mlx5ctl policy list --canonical | sha256sum` must give what `mlx5ctl --version` shows;
- of this page: build the source, and `build/policy/policy-lister | sha256sum` must give the hash above;
- of a loaded module: its attribute `policy_hash` in sysfs says which tables it was built from. That is its own word: that nobody changed the module is for its signature to say.

## What this is about

A ConnectX network card runs firmware, and firmware does what *commands* ask. A command is a block of bytes, the *inbox*: it begins
with a number that says what to do (the opcode), a variant of it (op_mod), and then fields. The firmware answers with another block, the *outbox*. Most
commands show or change one thing. One of them, ACCESS_REG, reads or writes *registers*, of which there are hundreds, each with a number
and fields of its own. One register, MNVDA, in turn reads and writes the *parameters* that the card keeps when power is off.

Commands are powerful. Some give the card addresses of the host's memory, to read from and write to. Some belong to the drivers that are using the card at
that moment. Some show keys. The card itself checks little of this. So **every command is judged on the host before it is sent**, bit by bit, against the tables below.

## How a command is judged

1. The opcode is looked up. **What has no row does not pass.** Where the row says so, the next number is looked up too: the register, the parameter, the kind of object or dump.
2. The length must be the one the row gives, and **every bit that the row does not name must be zero**. What it names must be what it says: any value, a value of a list,
   an object that the caller's own open file made, the caller's own function; and where a note in italics says so, several fields must fit each other.
3. The row's *class* says what the caller must have. Four things can still refuse: a capability is missing, the kernel is locked down, the
   caller itself said that it wants to do less (a label, or a file that was narrowed), or the function does not have the class: a virtual function never has more than
   identify and config-read, and what any may be asked can be lowered (the parameters `access` and `vf_access` of the module, the attribute `access` in sysfs).

**Who decides.** The tables decide what can pass; they are compiled in, and no file, option or administrator makes them milder at run time. Who may ask at all is for the permissions of the
device node; the capability is asked of the caller when the command is judged, and again when it has waited for a place, not when the file was opened. Callers can only lower what they may do, and nothing that the card says
can make a verdict milder, but for numbers that are the card's to give: the function's own, those of objects that a file made, and what a dump goes on with.
Refusals name the row, the byte and the bit; to ask without sending anything: `mlx5ctl policy explain`.
The user context (uid) is never the caller's to choose: the driver writes it.

## Classes

A class is a kind of effect. Classes are not a ladder: being allowed one says nothing about another.

{classes}

"Closed" is the level of kernel lockdown (`/sys/kernel/security/lockdown`) from which on nobody may, root included. Rows marked *host memory* may show what the
host's programs wrote, or keys of theirs; they are closed under `confidentiality`, even where their class is not. Addresses alone are no reason:
queries of queues and memory keys show them at any level. Classes that taint mark the kernel, so that a later bug report tells of it.
To open the node at all is up to its file permissions; the capabilities above come on top.

**Other functions.** A card shows itself as many functions, some given to virtual machines. Fields marked *own function* must be zero, and those marked *own vhca_id* zero or the caller's own number, in the classes
identify and config-read, and always on a virtual function. Elsewhere a physical function may name another one, with CAP_SYS_ADMIN.
Zero passes even where some function may have that number (`vhca_id` of QUERY_VUID, QUERY_VHCA_MIGRATION_STATE and CORE_DUMP).

**Labels.** Callers of the kernel's fwctl interface state with each command how far they mean to go. That can only lower what they may do:

{labels}

**Narrowing.** An open file can give classes up for good. Only that file: whoever can open the node again gets a fresh one, so a sandbox must lose the node, too.

## What is never possible, and who does it instead

Whatever the caller's rights: giving the card an address of the host's memory (the driver registers memory that it owns itself); making or ending user contexts;
starting, stopping or resetting the card; updating its firmware; changing what a kernel driver or another tool is there to change (but for parameters that devlink keeps in the same store, which wait for the reset, and SET_HCA_CAP of the class full, with which devlink sets up other functions);
asking for encryption keys, for what logs in to use them, or for the secure host's key; writing public keys that the card trusts. [The last section](#never) lists all of these with the tool that does it.
Keys of memory and of queue pairs, which dumps may show, are *host memory*; to write which certificate the boot ROM trusts, or a parameter that nobody has described, is the class full.

The one way to have the card write to memory is a dump into a buffer of the driver, by a key (mkey) that spans
this buffer and nothing else: rows ALLOC_PD, CREATE_MKEY, DESTROY_MKEY, DEALLOC_PD.

## What this does not promise

- The judge sees what goes to the card, not what the card does with it. Faulty or hostile firmware is not held back by it.
- A card reaches memory by itself. Without an IOMMU it can reach all memory, whether or not this driver is loaded; what is promised is that no caller can name an address to it.
- Answers are as the firmware gives them, but for what is blanked. Without lockdown, *host memory* is open to anybody with the capability of its row.
- config-write changes what the card does after the next reset, of any length: how many functions it shows, what it boots from, whether the host of a SmartNIC
  reaches the processor of it (RSHIM, a bit of `nv_global_pci_conf`; other parameters that open that door are the class full). Who may do that can put the card out of service, and so can the class full.
- MNVIA, as `mstconfig reset` sends it, sets all parameters back to the factory's values, and so also those whose own write is the class full. It is config-write: no value but the factory's comes of it.
- Other doors stay as they are: PCI configuration space and BARs (`setpci`, `mstflint` on PCI), the RDMA device, the kernel's own fwctl driver. Lockdown closes the first.

## What is recorded

Every command that a caller wrote passes a trace point of the kernel. Every command that is sent is counted, the driver's own too (user contexts, memory, taking back what a file leaves).
Every refusal and every change of state is counted and traced, and is an audit record where audit is enabled: it gives the verdict (`res`), before the command is sent, and for MNVDA the parameter; the trace point `mlx5ctl_end` tells what came of a command. Records of refusals are limited per user and function, and of all without CAP_SYS_ADMIN; of changes none is left out by us. What is left out, by us or by audit itself, is counted. A class that taints marks the kernel after the verdict and before the command is sent (flag J, or U on kernels that lack it).
`mlx5ctl policy explain` and `--dry-run` send nothing.

## What is blanked in answers

Some answers that are useful hold a secret as well. There the driver zeroes the secret before the caller sees the answer: {redacted}.

## How to read the tables

Each row has its number, why it is in its class, and the fields that a caller may set: `name` alone takes any value. Numbers with 0x are hexadecimal. Lengths are bytes of the whole
inbox and outbox, each with its header of 16, and always whole dwords. A register may be read with up to 3,100 bytes, which some clients do for any of them; all that is past its end must be zero.
The same, complete to the bit: `mlx5ctl policy list --canonical` and `mlx5ctl policy show ROW`.

A refusal and the canonical listing give a **position** such as `0x10.8`: the part before the dot is the byte at which a dword (four bytes, the first the most significant) begins, the part behind it a bit of that
dword, counted from its least significant, which is 0. So `0x10.8` is the byte at 0x12, its lowest bit, and `0x10.8:24` in the listing is a field of 24 bits that begins there and goes up: bytes 0x10 to 0x12. A refusal counts from the start of
the inbox, and names the lowest bit of a field that it refuses, or the first bit that should be zero. In the listing, it is counted from the table's `origin`: 16 for registers, whose own byte 0 is the inbox's byte 16, and 20 for parameters.

Words that recur: a *function* is a device on the PCI bus, one of many that a card may show: physical (PF) or virtual (VF). A *vHCA* or *vport* number names a function or its port of the card's inner switch. An *mkey* is a key to memory, a *umem* the memory
that the driver gave the card, a *PD* the protection domain that keeps both together. A *TLV* is a parameter that outlives a reset. A *segment* is a kind of dump.
"""

KINDS = {"own-function": "own function", "own-vhca": "own vhca_id", "bytes-after": "the bytes that follow",
         "continues": "0 or as last answered"}
INTO_MKEY = "mkey an own one, address and size inside it"
EXTRAS = {"resource-to-mkey": INTO_MKEY, "core-to-mkey": INTO_MKEY,
          "mkey-over-umem": "start_addr and len inside the umem, with its offset in a page; log_page_size 0 or that of the host's pages; "
                            "each octword size 0 or that of the umem"}
LEVELS = {"never": "never", "integrity": "from integrity on", "confidentiality": "under confidentiality"}


class Block:
    """Lines that belong together: the first, and what the others say."""

    def __init__(self, lines):
        self.kind, _, self.title = lines[0].partition(" ")
        self.lines = [line.partition(" ")[::2] for line in lines[1:]]

    def all(self, keyword):
        return [value for word, value in self.lines if word == keyword]

    def get(self, keyword, default=""):
        return next(iter(self.all(keyword)), default)


def read(text):
    return [Block(part.split("\n")) for part in text.strip().split("\n\n")[1:]]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def check(text):
    """One check as a reader wants it: `field`, and what it may be."""
    _, name, kind, *operands = text.split(" ")
    name = f"`{name.split('__')[-1]}`"
    if kind == "any":
        return name
    if kind == "is":
        return f"{name} = {operands[0]}"
    if kind == "range":
        return f"{name} {operands[0]}…{operands[1]}" if not operands[1].startswith("0xffff") \
            else f"{name} from {operands[0]}"
    if kind == "one-of":
        values = ", ".join(operands[:4])
        return f"{name} one of {values}" + (f" … ({len(operands)} values)" if len(operands) > 4 else "")
    if kind == "own":
        return f"{name}: an own {operands[0]}"
    return f"{name}: {KINDS[kind]}"


def fields(rule):
    parts = [check(text) for text in rule.all("check")]
    if rule.get("extra"):
        parts.append(f"*{EXTRAS[rule.get('extra')]}*")
    return ", ".join(parts) or "none"


def notes(rule):
    text = rule.get("why")
    if rule.get("flag") == "host-memory":
        text += " (**host memory**)"
    if rule.all("redacts"):
        text += " (*blanked in part*)"
    return text


def lengths(rule):
    into, out = rule.get("in"), rule.get("out")
    return f"{into} → {out}".replace("-", "–") if into else ""


def number(rule, decimal):
    key = rule.title.split(" ")[0]
    if decimal and key != "otherwise":
        return str(int(key, 16))
    return key.replace("-", "–")


def name(rule):
    return rule.title.partition(" ")[2]


def anchor(text):
    return re.sub(r"[^a-z0-9-]", "", text.lower().replace(" ", "-"))


def is_parameter(title):
    return title.startswith("parameter-")


def part(title, doc, rules):
    """The rows of one table and one class."""
    decimal = is_parameter(title) and title.count("-") > 1
    plain = [rule for rule in rules if rule.get("why") == "takes effect at the next reset"]
    lines = [f"**{title}**: {doc}\n"]
    if plain:
        lines.append("Take effect at the next reset: " +
                     ", ".join(f"{name(rule)} ({number(rule, decimal)})" for rule in plain) + ".\n")
    rest = [rule for rule in rules if rule not in plain]
    if not rest:
        return lines
    columns = [("row", lambda rule: f"`{name(rule)}`"), ("number", lambda rule: number(rule, decimal)),
               ("why", notes)]
    if any(rule.get("check") for rule in rest):
        columns.append(("fields", fields))
    if any(rule.get("in") for rule in rest):
        columns.append(("bytes in → out", lengths))
    rows = [[column(rule) for _, column in columns] for rule in rest]
    return lines + [table([head for head, _ in columns], rows) + "\n"]


def split(blocks):
    """[(table, its rules)], in the order of the listing."""
    tables = []
    for block in blocks:
        if block.kind == "table":
            tables.append((block, []))
        elif block.kind == "rule":
            tables[-1][1].append(block)
    return tables


def sections(tables, title, wanted):
    lines = []
    for block, rules in tables:
        rules = [rule for rule in rules if wanted(rule)]
        if rules:
            lines += part(block.title, block.get("doc"), rules)
    return [f"## {title}\n"] + lines


def never(tables):
    lines = ["## Never\n", "Refused whoever asks, and who does it instead.\n"]
    for block, rules in tables:
        rows = [(f"`{name(rule)}`", number(rule, is_parameter(block.title) and block.title.count("-") > 1),
                 rule.get("why"), rule.get("owner") or "nobody")
                for rule in rules if rule.get("class") == "never"]
        if rows:
            lines += [f"**{block.title}**\n", table(("row", "number", "why not", "who does it"), rows) + "\n"]
    return lines


def redacted(tables):
    found = {name(rule): None for _, rules in tables for rule in rules if rule.all("redacts")}
    return ", ".join(f"`{rule}`" for rule in found)


def main():
    data = sys.stdin.buffer.read()
    blocks = read(data.decode("ascii"))
    classes = [block for block in blocks if block.kind == "class"]
    tables = split(blocks)
    rows = [(f"[{block.title}](#{anchor(block.title)})", block.get("doc"), block.get("needs"),
             LEVELS[block.get("closed")], block.get("taints")) for block in classes]
    labels = [(block.title.split(" ")[0], block.title.split(" ")[1], block.get("admits"))
              for block in blocks if block.kind == "label"]
    print(INTRODUCTION.format(
        hash=hashlib.sha256(data).hexdigest(), redacted=redacted(tables),
        classes=table(("class", "what it does", "needs", "closed by lockdown", "taints"), rows),
        labels=table(("label", "name", "admits"), labels)))
    lines = sections(tables, "Where a further number decides", lambda rule: rule.get("next"))
    for block in classes:
        lines += sections(tables, block.title, lambda rule: rule.get("class") == block.title)
    print("\n".join(lines + never(tables)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
