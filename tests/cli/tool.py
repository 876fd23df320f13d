# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Running the tool in an environment that nothing of this machine leaks into."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 30


class Result:
    def __init__(self, words, status, out, err):
        self.words, self.status, self.out, self.err = words, status, out, err

    def __str__(self):
        return f"mlx5ctl {' '.join(self.words)}\nexit {self.status}\n{self.out}{self.err}"


class Tool:
    """A build of the tool, and a folder for the files that tests need."""

    def __init__(self, build):
        self.build, self.path = build, build / "cli/mlx5ctl"

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def environment(self, more=None):
        base = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                "XDG_STATE_HOME": str(self.folder / "state"), "XDG_RUNTIME_DIR": str(self.folder),
                # An installed mstflint must not change what is tested here.
                "MLX5CTL_ADB": str(self.database()),
                "MLX5CTL_CONFIG_DB": str(self.parameters())}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                base[name] = os.environ[name]
        return base | (more or {})

    def dirty(self):
        """For two runs: what they allocate is full of one byte, or of another."""
        return [{"ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:max_malloc_fill_size=16777216:malloc_fill_byte={byte}",
                 "GLIBC_TUNABLES": f"glibc.malloc.perturb={byte}"} for byte in (0x5a, 0xa5)]

    def database(self):
        path = self.folder / "register_access_table.adb"
        if not path.exists():
            path.write_bytes((ROOT / "tests/cli/small.adb").read_bytes())
        return path

    def parameters(self):
        path = self.folder / "mlxconfig_host.db"
        if not path.exists():
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.executescript((ROOT / "tests/cli/small.sql").read_text())
        return path

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def faults(self, *rules):
        """An environment: the emulated device does wrong by these rules, which are those of schema/faults.json."""
        name = f"plan-{len(list(self.folder.glob('plan-*')))}.json"
        return {"MLX5CTL_EMU_FAULTS": self.file(name, json.dumps({"mlx5ctl_faults": 1, "rules": rules}))}

    def run(self, words, stdin=b"", env=None, text=True, keep=False):
        """The emulated cards are as shipped, unless what was changed before is kept."""
        if not keep:
            shutil.rmtree(self.folder / "state", ignore_errors=True)
        if isinstance(words, str):
            words = words.split()
        words = [w.replace("@", f"{self.folder}/") for w in words]
        done = subprocess.run([self.path, *words], input=stdin, capture_output=True,
                              timeout=SECONDS, env=self.environment(env), cwd=self.folder)
        out, err = done.stdout, done.stderr
        if text:
            out, err = (x.decode("utf-8", "backslashreplace") for x in (out, err))
        return Result(words, done.returncode, out, err)
