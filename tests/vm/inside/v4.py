# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""The V4 interface for scenarios: numbers are those of the published header."""
import ctypes
import errno
import fcntl
import glob
import mmap
import os
import struct
import subprocess
import sys
import time

INFO, CMDRPC, UMEM_REG, UMEM_UNREG = 0x80105C00, 0xC0185C01, 0xC0185C02, 0xC0085C03
NARROW = 0xC0085C12  # ours
QUERY_HCA_CAP, CREATE_MKEY, DESTROY_MKEY, ALLOC_PD, DEALLOC_PD, ACCESS_REG = 0x100, 0x200, 0x202, 0x800, 0x801, 0x805
ACCESS_REGISTER_USER, NOP, MGIR = 0xB0C, 0x80D, 0x9020
IOCTL = 16  # the system call
SHARED = 0xFFFF  # the context that mlx5_core takes for what all use


def node():
    """The only one there is; an IndexError where there is none."""
    return glob.glob("/dev/mlx5ctl-mlx5_core.ctl.*")[0]


def nodes():
    """Their folders in sysfs, in the order of their functions."""
    return sorted(glob.glob("/sys/class/mlx5ctl/mlx5ctl-*"), key=lambda path: os.path.basename(os.path.realpath(f"{path}/mdev")))


def value(name, path=None):
    """What a node's file says; the only one's, if none is given."""
    with open(f"{path or nodes()[0]}/{name}", encoding="ascii") as file:
        return file.read().strip()


def opened(path=None):
    return os.open(f"/dev/{os.path.basename(path)}" if path else node(), os.O_RDWR | os.O_CLOEXEC)


def info(file):
    """uid, reserved, capabilities of the file, of the device, of the caller."""
    answer = bytearray(16)
    fcntl.ioctl(file, INFO, answer)
    return struct.unpack("=HHIII", answer)


def narrow(file, classes):
    """Keep no more than these; what is left."""
    asked = bytearray(struct.pack("=II", classes, 0))
    fcntl.ioctl(file, NARROW, asked)
    return struct.unpack("=II", asked)[0]


def rpc(file, mailbox, out_len):
    given, out = ctypes.create_string_buffer(mailbox, len(mailbox)), ctypes.create_string_buffer(out_len)
    fcntl.ioctl(file, CMDRPC, struct.pack("=QQII", ctypes.addressof(given), ctypes.addressof(out),
                                          len(mailbox), out_len))
    return out.raw


def command(file, opcode, op_mod=0, rest=b"", out_len=16):
    return rpc(file, struct.pack(">HHHH", opcode, 0, 0, op_mod) + rest.ljust(8, b"\0"), out_len)


def register(file, number, size):
    return command(file, ACCESS_REG, 1, struct.pack(">HHI", 0, number, 0) + bytes(size), 16 + size)


def capabilities(file):
    return command(file, QUERY_HCA_CAP, 1, out_len=16 + 4096)


class Memory:
    """Registered memory; address and id are the device's to use."""

    def __init__(self, file, size):
        self.file, self.size, self.bytes = file, size, mmap.mmap(-1, size)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.bytes))
        asked = bytearray(struct.pack("=QQII", self.address, size, 0, 0))
        fcntl.ioctl(file, UMEM_REG, asked)
        self.id = struct.unpack_from("=I", asked, 16)[0]

    def key(self, domain, skipped=0):
        """An mkey over all of it, or so much less; its addresses begin after what is left out, its bytes are the first."""
        mailbox = bytearray(0x110)
        struct.pack_into(">H", mailbox, 0, CREATE_MKEY)
        struct.pack_into(">II", mailbox, 0xC, 0x40000000, 0xD00)
        struct.pack_into(">I", mailbox, 0x14, 0xFFFFFF00)
        struct.pack_into(">IQQ", mailbox, 0x1C, domain, self.address + skipped, self.size - skipped)
        struct.pack_into(">I", mailbox, 0x64, self.id)
        return struct.unpack_from(">I", rpc(self.file, bytes(mailbox), 16), 8)[0] << 8

    def unregister(self):
        fcntl.ioctl(self.file, UMEM_UNREG, struct.pack("=II", self.id, 0))


def domain(file):
    return struct.unpack_from(">I", command(file, ALLOC_PD), 8)[0]


def error_of(act, *words):
    """The name of the errno that it fails with, or None."""
    try:
        act(*words)
    except OSError as error:
        return errno.errorcode[error.errno]
    return None


def until(condition, *words):
    """Wait until it is so, half a minute long."""
    for _ in range(3000):
        if condition(*words):
            return
        time.sleep(0.01)
    sys.exit("failed: what is waited for did not come to pass")


def waits(task):
    """A process, or a thread, stands still inside an ioctl."""
    try:
        with open(f"/proc/{task}/syscall", encoding="ascii") as file:
            return file.read().startswith(f"{IOCTL} ")
    except OSError:
        return False  # it has ended


def back():
    """A new file, once there is a device that answers."""
    for _ in range(300):
        try:
            file = opened()
            capabilities(file)
            return file
        except (OSError, IndexError):
            time.sleep(0.1)
    sys.exit("failed: the door did not come back")


def traced(pattern):
    """Lines of what the device executed, without their ends if they are long."""
    return subprocess.run(["host", "trace", pattern], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()


def none_is_stale():
    """Each command of a user was of a context that the device had given out since it was begun."""
    given, sent = {SHARED}, 0
    for line in traced(r" uid=[1-9]| ENABLE_HCA | (CREATE|DESTROY)_UCTX "):
        uid = int(line.split(" uid=")[1].split()[0])
        if " ENABLE_HCA " in line:
            given = {SHARED}
        elif " CREATE_UCTX " in line:
            given.add(int(line.split(" uid=")[2].split()[0], 0))
        elif " DESTROY_UCTX " in line:
            given.remove(int(line.split(" uctx_uid=")[1].split()[0], 0))
        elif uid not in given:
            sys.exit(f"failed: nobody has this context: {line}")
        sent += uid not in (0, SHARED)
    if refused := traced(r"( uid=[1-9]| DESTROY_UCTX ).* -> status=0x[1-9a-f]"):
        sys.exit(f"failed: the device refused: {refused[0]}")
    print(f"none of {sent} commands was of a context from before")


def outlives(what, *words):
    """A file that was open says that its device is gone, and a new one works."""
    old = opened()
    memory = Memory(old, 1 << 20)
    memory.key(domain(old))
    if subprocess.run(words, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit(f"failed: {what} failed")
    new = back()
    for act, arguments in ((info, []), (capabilities, []), (domain, []), (Memory, [4096]), (narrow, [0])):
        if (said := error_of(act, old, *arguments)) != "ENODEV":
            sys.exit(f"failed: after {what}, {act.__name__} of the old file says {said}")
    info(new)
    print(f"{what}: gone, and back")
