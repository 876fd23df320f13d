# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A guest: QEMU under software emulation, from the cache, as an ordinary user.

A guest boots once, without a device, up to the point where its kernel, its
root, and mlx5_core are ready (inside/serve). That state is kept in the cache and
each run starts from it: functions of a connectx-emu are then plugged in, and
one job goes in through a port of its own. Five ports join the guest with the
outside; the sockets are in a folder that only this run knows.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from firmware import Firmware, REFUSES

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PORTS = ("control", "stdin", "stdout", "stderr", "host")
SLOTS = 4  # functions that can be plugged in
MEMORY = {"debug": "1536M"}  # of a kernel; else 640M
UNUSED = 7 * 24 * 3600  # seconds after which a snapshot is forgotten
SNAPSHOT = [{"capability": "mapped-ram", "state": True}]  # what was never used is neither written nor read

# A complaint ends the guest where the kernel lets us ask for that.
KERNEL = ("console=ttyS0 panic=-1 oops=panic panic_on_warn=1 slub_debug=FZP init_on_free=1 "
          "softlockup_panic=1 sysctl.kernel.hung_task_panic=1 sysctl.kernel.hung_task_timeout_secs=60 "
          "mitigations=off loglevel=7")
COMPLAINTS = re.compile(
    r"Kernel panic|\bOops\b|\bBUG\b|WARNING: |Call Trace|blocked for more than|soft lockup|"
    r"rcu.*(?:stall|detected)|locking correctness validator|possible recursive locking|general protection fault|"
    r"Unable to handle|Bad page state|refcount_t|UBSAN|KASAN|leaked|slab.*corrupt|Redzone|Poison overwritten")


class Failed(Exception):
    """The machine failed; one sentence why."""


def cached(*names):
    done = subprocess.run([ROOT / "tests/cache", "get", *names], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise Failed(done.stderr.strip().splitlines()[-1])
    return [pathlib.Path(line) for line in done.stdout.splitlines()]


def kernel_name(wanted):
    """6.1, 6.12, newest, debug, or the version that newest is. The debug kernel has to be asked for: it is built first."""
    names = re.findall(r"(?m)^(\d[\w.]*|newest|debug)\s", (HERE / "versions").read_text())
    if wanted in names:
        return wanted
    for name in [name for name in names if name != "debug" and re.fullmatch(r"\d+\.\d+", wanted)]:
        if (cached(f"kernel-{name}")[0] / "release").read_text().startswith(f"{wanted}."):
            return name
    raise Failed(f"no kernel {wanted}: there are {', '.join(names)} (tests/vm/versions)")


def tied(*command):
    """A command that dies with this process, however this process dies."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)]


def complaint(text):
    return next((line.strip() for line in text.splitlines() if COMPLAINTS.search(line)), None)


class Monitor:
    """QEMU's control socket."""

    def __init__(self, connection):
        self.stream = connection.makefile("rw", encoding="utf-8")
        self.stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        for line in self.stream:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Failed(f"QEMU: {command}: {answer['error']['desc']}")
        raise Failed(f"QEMU ended during {command}")

    def wait(self, command, done, seconds):
        """Ask until the status is one of `done`."""
        end = time.monotonic() + seconds
        while (status := self.ask(command).get("status")) not in done:
            if status == "failed" or time.monotonic() > end:
                raise Failed(f"QEMU: {command} says {status}")
            time.sleep(0.02)


class Machine:
    """One QEMU. `folder` holds its sockets and logs and belongs to this run; `append` is for the kernel's command line."""

    def __init__(self, kernel, folder, append=(), secure_boot=False, processors=1):
        self.folder = pathlib.Path(folder)
        self.serial = self.folder / "serial.log"
        self.qemu, self.root, self.kernel = cached("qemu", "root", f"kernel-{kernel}")
        self.name = kernel
        self.line = " ".join((KERNEL, *append))
        self.firmware = Firmware(cached("secure-boot")[0], self.folder) if secure_boot else None
        self.processors = processors
        self.process = None
        self.ports = {}

    def initramfs(self):
        path = self.folder / "initramfs"
        with tempfile.TemporaryDirectory(dir=self.folder) as tree:
            tree = pathlib.Path(tree)
            (tree / "bin").mkdir()
            shutil.copy(self.root / "busybox", tree / "bin")
            shutil.copytree(self.kernel / "boot", tree / "modules")
            for name, place in (("boot", "init"), ("serve", "serve")):
                shutil.copy(HERE / "inside" / name, tree / place)
            names = "\n".join(str(found.relative_to(tree)) for found in sorted(tree.rglob("*")))
            with open(path, "wb") as file:
                subprocess.run([self.root / "busybox", "cpio", "-o", "-H", "newc", "-R", "0:0"], cwd=tree,
                               input=names.encode(), stdout=file, stderr=subprocess.DEVNULL, check=True)
        return path

    def command(self):
        """All that makes the virtual hardware; the same for a boot and a restore."""
        memory = MEMORY.get(self.name, "640M")
        words = ["-L", self.qemu / "share", "-nodefaults", "-no-user-config", "-display", "none",
                 "-no-reboot", "-accel", "tcg", "-cpu", "max", "-smp", self.processors, "-m", memory,
                 "-object", f"memory-backend-memfd,id=memory,size={memory},share=on",
                 "-machine", "q35,memory-backend=memory,usb=off", "-rtc", "base=utc",
                 "-chardev", f"file,id=serial,path={self.serial},append=on", "-serial", "chardev:serial",
                 "-chardev", f"socket,id=monitor,path={self.folder}/monitor", "-mon", "chardev=monitor,mode=control",
                 "-device", "virtio-serial-pci,id=ports"]
        if "intel_iommu=on" in self.line.split():
            # caching-mode: the guest says what it maps, or nothing would reach a device that is not QEMU's own.
            words += ["-device", "intel-iommu,intremap=off,caching-mode=on"]
        for name, image in (("root", self.root / "root.squashfs"), ("modules", self.kernel / "modules.squashfs")):
            words += ["-drive", f"if=none,id={name},format=raw,readonly=on,file={image}",
                      "-device", f"virtio-blk-pci,drive={name}"]
        for port in PORTS:
            words += ["-chardev", f"socket,id={port},path={self.folder}/{port}",
                      "-device", f"virtserialport,bus=ports.0,chardev={port},name={port}"]
        for slot in range(SLOTS):
            words += ["-device", f"pcie-root-port,id=slot{slot},chassis={slot + 1},pref64-reserve=64M"]
        return words + (self.firmware.words() if self.firmware else [])

    def start(self, *more):
        listening = {}
        for name in ("monitor", *PORTS):
            listening[name] = socket.socket(socket.AF_UNIX)
            listening[name].bind(str(self.folder / name))
            listening[name].listen(1)
            listening[name].settimeout(30)
        loader = self.qemu / "lib/ld-linux-x86-64.so.2"
        with open(self.folder / "qemu.log", "ab") as log:
            self.process = subprocess.Popen(
                tied(loader, "--library-path", self.qemu / "lib", self.qemu / "qemu-system-x86_64",
                     *self.command(), *more), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "QEMU_MODULE_DIR": "/nonexistent"}, start_new_session=True)
        try:
            for name, listener in listening.items():
                self.ports[name] = listener.accept()[0]
        except TimeoutError:
            said = (self.folder / "qemu.log").read_text().strip().splitlines()
            raise Failed(f"QEMU does not start: {said[-1] if said else 'it says nothing'}") from None
        finally:
            for name, listener in listening.items():
                listener.close()
                (self.folder / name).unlink()
        self.monitor = Monitor(self.ports["monitor"])

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        for connection in self.ports.values():
            connection.close()
        self.process, self.ports = None, {}

    def boot(self, *more, tampered=False):
        """From the firmware on, until the guest says that it is ready."""
        kernel, initramfs = self.kernel / "vmlinuz", self.initramfs()
        if self.firmware:
            self.firmware.install(kernel, initramfs, self.line, tampered)
        else:
            more = ["-kernel", kernel, "-initrd", initramfs, "-append", self.line, *more]
        self.start(*more)
        self.ports["control"].settimeout(180)
        try:
            said = self.ports["control"].recv(64)
        except TimeoutError:
            raise Failed("the guest did not boot within three minutes") from None
        if said != b"ready\n":
            if REFUSES in self.serial.read_text(errors="replace"):
                raise Failed("Secure Boot refuses this kernel")
            raise Failed("the guest ended while it booted")

    def wake(self, said):
        """A guest that says it sleeps does so until it is woken."""
        if b'"SUSPEND"' in said:
            self.monitor.ask("system_wakeup")

    @contextlib.contextmanager
    def still(self):
        """Its processors stand still meanwhile."""
        self.monitor.ask("stop")
        try:
            yield
        finally:
            self.monitor.ask("cont")

    # -- the snapshot

    def snapshot(self):
        parts = [self.qemu.name, self.root.name, self.kernel.name, self.line, inspectable(self.command(), self.folder),
                 self.firmware.key() if self.firmware else "", json.dumps(SNAPSHOT),
                 *[(HERE / "inside" / name).read_text() for name in ("boot", "serve")]]
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return self.qemu.parent.parent / "snapshots" / f"{self.name}-{key}"

    def make_snapshot(self, path):
        self.boot()
        if complains := complaint(self.serial.read_text(errors="replace")):
            raise Failed(f"the kernel complained while it booted: {complains}")
        new = path.parent / f"{path.name}.new"
        self.monitor.ask("migrate-set-capabilities", capabilities=SNAPSHOT)
        self.monitor.ask("migrate", uri=f"file:{new}")
        self.monitor.wait("query-migrate", ["completed"], 120)
        self.stop()
        for old in path.parent.iterdir():
            if time.time() - old.stat().st_mtime > UNUSED:
                old.unlink(missing_ok=True)
        new.rename(path)

    def restore(self):
        """From the state after a boot, which is made when there is none."""
        path = self.snapshot()
        path.parent.mkdir(exist_ok=True)
        with open(path.parent / f"{path.name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                self.make_snapshot(path)
        os.utime(path)
        self.start("-incoming", "defer")
        self.monitor.ask("migrate-set-capabilities", capabilities=SNAPSHOT)
        self.monitor.ask("migrate-incoming", uri=f"file:{path}")
        self.monitor.wait("query-status", ["running", "paused"], 60)
        self.monitor.ask("cont")

    def complaint(self):
        found = complaint(self.serial.read_text(errors="replace")) if self.serial.exists() else None
        return found and f"the kernel complained: {found}"

    def plug(self, slot, path):
        self.monitor.ask("device_add", **function(slot, path))

    def add_disk(self, image):
        """A disk that nobody can write, in the last slot."""
        self.monitor.ask("blockdev-add", **{"driver": "raw", "node-name": "image", "read-only": True,
                                            "file": {"driver": "file", "filename": str(image)}})
        self.monitor.ask("device_add", driver="virtio-blk-pci", drive="image", bus=f"slot{SLOTS - 1}")


def function(slot, path):
    """A device whose server listens at path."""
    return {"driver": "vfio-user-pci", "id": f"function{slot}", "bus": f"slot{slot}",
            "socket": {"type": "unix", "path": str(path)}}


def inspectable(words, folder):
    return " ".join(map(str, words)).replace(str(folder), "")
