#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Build and run the mutants; see the script `mutants`."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

TOP, WORK = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
WHICH = sys.argv[3:] or ["tables", "code"]
HERE = TOP / "tests/verdicts"
JOBS = max(2, os.cpu_count() or 1)
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", f"-I{TOP}/prm", f"-I{WORK}", f"-I{HERE}"]
ORACLE = ["session.c", "golden.c", "answer.c"]
OPINION = ["listing.c", "expect.c", "base.c", "opcodes.c", "properties.c"]


def compile_to(target, sources, *flags):
    subprocess.run([os.environ.get("CC", "gcc"), *FLAGS, *flags, "-o", target,
                    *map(str, sources)], check=True)
    return target


def objects(sources, policy, *flags):
    made = []
    for source in sources:
        made.append(WORK / f"{policy.name}-{source.parent.name}-{source.stem}.o")
        compile_to(made[-1], [source], "-c", f"-I{policy}", *flags)
    return made


def policy_sources():
    text = (TOP / "policy/meson.build").read_text()
    names = re.findall(r"'([^']+\.c)'", text.split("policy_include")[0])
    return [TOP / "policy" / name for name in names]


def vocabulary():
    subprocess.run([sys.executable, TOP / "prm/compile.py", "--tables", WORK / "prm-tables.c",
                    "--offsets", WORK / "prm-offsets.h", TOP / "prm/schema"], check=True)
    return [TOP / "prm/bits.c"]


def table_mutants(prm):
    """In one program per processor, which changes the tables in memory."""
    sources = [*prm, *policy_sources()]
    sources += [HERE / name for name in
                [*ORACLE, *OPINION, "mutants.c", "mutate.c"]]
    program = compile_to(WORK / "mutants", sources, "-O2", "-DPOLICY_CONST=",
                         f"-I{TOP}/policy")
    runs = [subprocess.Popen([program, HERE, str(job), str(JOBS)], text=True,
                             stdout=subprocess.PIPE) for job in range(JOBS)]
    survivors, mutants = [], 0
    for run in runs:
        lines = run.communicate()[0].splitlines()
        if run.returncode or not lines:
            sys.exit("mutants: the tables could not be tried")
        mutants += int(lines[-1].split()[1])
        survivors += [line.removeprefix("survived: ") for line in lines[:-1]]
    return mutants, survivors


def code_lines():
    for line in (HERE / "code-mutants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split(" | ", 3) if line.count(" | ") == 3 else sys.exit(
                f"code-mutants.txt: not four parts: {line}")


def notices(program, *arguments):
    """In processor time, as one that waits for a busy machine notices nothing."""
    run = subprocess.run(["prlimit", "--cpu=120", program, *arguments],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return run.returncode != 0


GOLDEN = ["callers", "memory", "rows", "redactions", "virtual-function",
          "predicates", "flips", "lengths"]


def try_code(number, mutant, fixed, replay, exhaustive):
    name, text, replacement, _ = mutant
    policy = WORK / f"mutant{number}"
    policy.mkdir()
    for header in (TOP / "policy").glob("*.h"):
        shutil.copy(header, policy)
    source = (TOP / "policy" / name).read_text()
    if source.count(text) != 1:
        sys.exit(f"code-mutants.txt: found {source.count(text)} times: {text}")
    (policy / name).write_text(source.replace(text, replacement).replace(
        '"../prm/', '"'))
    header = policy / "policy.h"
    header.write_text(header.read_text().replace('"../prm/', '"'))
    made = objects([policy / name], policy, "-O1", "-w")
    others = [made[0] if one.name.endswith(f"-{name[:-2]}.o") else one for one in fixed]
    program = compile_to(policy / "replay", [*others, *replay])
    if notices(program, "-1", *(HERE / f"golden/{one}.txt" for one in GOLDEN)):
        return True
    return notices(compile_to(policy / "exhaustive", [*others, *exhaustive]), HERE)


def code_mutants(prm):
    """Each a copy of one file with one text replaced, and the tests run on it."""
    policy = TOP / "policy"
    fixed = objects([*prm, *policy_sources()], policy, "-O1")
    oracle = objects([HERE / one for one in ORACLE], policy, "-O1")
    replay = oracle + objects([HERE / "replay.c"], policy, "-O1")
    exhaustive = oracle + objects([HERE / one for one in [*OPINION, "exhaustive.c"]],
                                  policy, "-O1")
    mutants = list(code_lines())
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        noticed = list(pool.map(lambda one: try_code(*one, fixed, replay, exhaustive),
                                enumerate(mutants)))
    return len(mutants), [f"{one[0]}: {one[3]}" for one, seen in zip(mutants, noticed)
                          if not seen]


def equivalent():
    """Survivors that change nothing, each with its reason."""
    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split(" : ")[0]


def main():
    prm = vocabulary()
    mutants, survivors, same = 0, [], set(equivalent())
    for kind, run in (("tables", table_mutants), ("code", code_mutants)):
        if kind in WHICH:
            n, left = run(prm)
            mutants += n
            survivors += left
    for name in sorted(same - set(survivors)) if len(WHICH) == 2 else []:
        print(f"listed in equivalent.txt, but noticed: {name}")
    excused = [one for one in survivors if one in same]
    survivors = [one for one in survivors if one not in same]
    for survivor in survivors:
        print(f"survived: {survivor}")
    print(f"{mutants} mutants, {mutants - len(survivors) - len(excused)} noticed, "
          f"{len(survivors)} survived" +
          (f", {len(excused)} change nothing" if excused else ""))
    return 1 if survivors or not mutants else 0


sys.exit(main())
