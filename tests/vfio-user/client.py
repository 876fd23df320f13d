# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""A client of vfio-user, as plain as it can be, and the toy it talks with."""
import array
import errno
import mmap
import os
import pathlib
import select
import socket
import struct
import subprocess
import time

VERSION, DMA_MAP, DMA_UNMAP, GET_INFO, REGION_INFO, REGION_FDS, IRQ_INFO, SET_IRQS, REGION_READ, \
    REGION_WRITE, DMA_READ, DMA_WRITE, RESET = range(1, 14)
WRITE_MULTI, DEVICE_FEATURE = 15, 16
REPLY, NO_REPLY, ERROR = 1, 0x10, 0x20
READ, WRITE = 1, 2
BAR0, BAR1, BAR2, BAR3, BAR4, BAR5, ROM, CONFIG, VGA = range(9)
INTX, MSI, MSIX, ERR, REQ = range(5)
DATA_NONE, DATA_BOOL, DATA_EVENTFD, MASK, UNMASK, TRIGGER = 1, 2, 4, 8, 16, 32
PAGE = 4096
# struct toy_registers
ADDRESS, LENGTH, JOB, RESULT, RESETS, ROUNDS, ACCESSES = 0, 8, 12, 16, 20, 24, 32
TOY_READ, TOY_WRITE, TOY_INTERRUPT, TOY_BUSY, TOY_IDLE = range(1, 6)
PATIENCE = 20
CAPABILITIES = b'{"capabilities":{"max_msg_fds":8,"max_data_xfer_size":1048576}}\0'


class Gone(Exception):
    """The server hung up."""


class Refused(Exception):
    """The server answered with an error."""
    def __init__(self, number):
        super().__init__(errno.errorcode.get(number, number))
        self.errno = number


class Client:
    def __init__(self, path, negotiate=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.id = 0
        if negotiate:
            self.version()

    def close(self):
        self.socket.close()

    def send(self, command, payload=b"", fds=(), flags=0, size=None, id_=None):
        self.id = (self.id + 1) % 65536 if id_ is None else id_
        size = 16 + len(payload) if size is None else size
        message = struct.pack("=HHIII", self.id, command, size, flags, 0) + payload
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        sent = self.socket.sendmsg([message], ancillary)
        if sent < len(message):
            self.socket.sendall(message[sent:])

    def take(self, size):
        data = b""
        while len(data) < size:
            try:
                piece = self.socket.recv(size - len(data))
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise Gone(data)
            data += piece
        return data

    def reply(self):
        """Header fields and payload of the next reply."""
        id_, command, size, flags, error = struct.unpack("=HHIII", self.take(16))
        return (id_, command, flags, error), self.take(size - 16)

    def call(self, command, payload=b"", fds=(), flags=0):
        self.send(command, payload, fds, flags)
        header, answer = self.reply()
        if header[2] & ERROR:
            raise Refused(header[3])
        assert header == (self.id, command, REPLY, 0), header
        return answer

    def is_gone(self):
        try:
            self.take(1)
        except Gone:
            return True
        return False

    def version(self, data=CAPABILITIES, major=0, minor=0):
        return self.call(VERSION, struct.pack("=HH", major, minor) + data)

    def map(self, address, size, fd=None, offset=0, flags=READ | WRITE, argsz=32):
        return self.call(DMA_MAP, struct.pack("=IIQQQ", argsz, flags, offset, address, size),
                         [] if fd is None else [fd])

    def unmap(self, address, size, flags=0, argsz=24):
        return self.call(DMA_UNMAP, struct.pack("=IIQQ", argsz, flags, address, size))

    def info(self, argsz=16):
        return struct.unpack("=4I", self.call(GET_INFO, struct.pack("=4I", argsz, 0, 0, 0)))

    def region(self, index, argsz=32):
        return struct.unpack("=4I2Q", self.call(REGION_INFO,
                                                struct.pack("=4I2Q", argsz, 0, index, 0, 0, 0)))

    def irq(self, index, argsz=16):
        return struct.unpack("=4I", self.call(IRQ_INFO, struct.pack("=4I", argsz, 0, index, 0)))

    def set_irqs(self, flags, start, count, fds=(), data=b"", index=MSIX, argsz=None):
        return self.call(SET_IRQS, struct.pack("=5I", 20 + len(data) if argsz is None else argsz,
                                               flags, index, start, count) + data, fds)

    def read(self, region, offset, count):
        answer = self.call(REGION_READ, struct.pack("=QII", offset, region, count))
        assert answer[:16] == struct.pack("=QII", offset, region, count), answer
        return answer[16:]

    def write(self, region, offset, data, flags=0):
        payload = struct.pack("=QII", offset, region, len(data)) + data
        if flags & NO_REPLY:
            return self.send(REGION_WRITE, payload, flags=flags)
        return self.call(REGION_WRITE, payload)

    def register(self, offset, form="I"):
        return struct.unpack("=" + form, self.read(BAR0, offset, struct.calcsize(form)))[0]

    def job(self, todo, address=0, length=0):
        """Have the toy do something; its result."""
        self.write(BAR0, ADDRESS, struct.pack("=QII", address, length, todo))
        return self.register(RESULT, "i")

    def dma_read(self, address, length):
        error = self.job(TOY_READ, address, length)
        return error or self.read(BAR2, 0, length)

    def dma_write(self, address, data):
        self.write(BAR2, 0, data)
        return self.job(TOY_WRITE, address, len(data))

    def interrupt(self, vector):
        self.job(TOY_INTERRUPT, length=vector)


class Memory:
    """Memory of a client, as a file."""
    def __init__(self, size):
        self.fd = os.memfd_create("guest")
        os.ftruncate(self.fd, size)
        self.bytes = mmap.mmap(self.fd, size)

    def close(self):
        self.bytes.close()
        os.close(self.fd)


def count_of(eventfd):
    """How often it was signalled since the last time; 0 if it was not."""
    ready, _, _ = select.select([eventfd], [], [], 0)
    return struct.unpack("=Q", os.read(eventfd, 8))[0] if ready else 0


def soon(condition):
    """Whether it becomes true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Toy:
    """The program under test, and what it holds at the moment."""
    def __init__(self, program, path):
        self.path = path
        self.process = subprocess.Popen([program, path], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def maps(self):
        """How many pieces of clients' memory are mapped."""
        return pathlib.Path(f"/proc/{self.process.pid}/maps").read_text().count("memfd:guest")

    def end(self):
        """Its exit status, and what it complained about."""
        self.process.terminate()
        try:
            _, complaint = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, complaint = self.process.communicate()
        return self.process.returncode, complaint
