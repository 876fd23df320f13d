# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The functions that a guest drives: a connectx-emu, and what can be asked of it."""
import os
import re
import socket
import struct
import subprocess

from machine import Failed, ROOT, tied

HELLO, ACCOUNTS, VERSION = 0x6d78, 0x6d80, 1  # emulator/command-socket.h


class Emulator:
    """A connectx-emu with a function for each personality."""

    def __init__(self, build, personalities, folder, outside=()):
        self.environment = os.environ | dict(words.split("=", 1) for words in outside)
        self.sockets = [folder / f"f{number}" for number in range(len(personalities))]
        self.trace = folder / "trace.log"
        self.log, self.tool = folder / "emulator.log", build.absolute() / "cli/mlx5ctl"
        words = [f"--trace={self.trace}"]
        for path, personality in zip(self.sockets, personalities):
            words += ["--function", f"{path},personality={personality}" if personality else str(path)]
        binary = build.absolute() / "emulator/connectx-emu"
        if not binary.exists():
            raise Failed(f"{binary} is missing: make it, or give --no-device")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(tied(binary, *words), stdin=subprocess.DEVNULL, cwd=ROOT,
                                            stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        for path in self.sockets:
            if self.process.stdout.readline().decode().split() != ["ready", str(path)]:
                raise Failed(f"connectx-emu does not start: {self.said()}")

    def said(self):
        return (self.log.read_text(errors="replace").strip().splitlines() or ["it says nothing"])[-1]

    def end(self):
        """End it; it has to end well."""
        self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed("connectx-emu does not end when told to") from None
        if status:
            raise Failed(f"connectx-emu ended with status {status}: {self.said()}")

    def accounts(self, path):
        """What its firmware holds (emulator/command-socket.h)."""
        frame = struct.Struct("=IIQiI")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(f"{path}.cmd")
            answers = connection.makefile("rb")
            for kind, argument in ((HELLO, VERSION), (ACCOUNTS, 0)):
                connection.sendall(frame.pack(0, kind, 0, 0, argument))
                length, _, _, result, _ = frame.unpack(answers.read(frame.size))
                answer = answers.read(length)
            return result & 1, answer

    def ask(self, words):
        """The tool, on functions called @0, @1, ...; or accounts, of one; or lines of the trace."""
        if words[0] == "trace":
            lines = self.trace.read_text(errors="replace").splitlines(True)
            return 0, "".join(line[:200].rstrip() + "\n" for line in lines if re.search(words[1], line)).encode()
        if words[0] == "accounts":
            return self.accounts(self.sockets[int(words[1].removeprefix("@"))])
        for number, path in enumerate(self.sockets):
            words = [f"emu:{path}.cmd" if word == f"@{number}" else word for word in words]
        done = subprocess.run([self.tool, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=self.environment, timeout=60)
        return done.returncode, done.stdout
