# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Rules of ends: clients that go, servers that go, and what runs meanwhile."""
import contextlib
import errno
import os
import pathlib
import resource
import socket
import stat
import struct
import subprocess

from client import (BAR0, BAR2, DMA_MAP, GET_INFO, PAGE, REGION_WRITE, RESETS, ROUNDS, TOY_BUSY, TOY_IDLE,
                    VERSION, Client, count_of, soon)
from interrupts import ASSIGN, eventfds
from messages import refused


def next_client(toy, resets):
    # Another client finds the function reset, and nothing of the one before.
    client = Client(toy.path)
    assert client.register(RESETS) == resets
    assert client.dma_read(0, 1) == -errno.EFAULT
    assert toy.maps() == 0
    return client


def set_up(client, memory):
    client.map(0, 65536, memory.fd)
    fds = eventfds(3)
    client.set_irqs(ASSIGN, 0, 3, fds)
    return fds


def client_that_goes_leaves_nothing(toy, client, memory):
    """when a client goes, its memory and eventfds are dropped and the function is reset"""
    before = toy.descriptors()
    fds = set_up(client, memory)
    client.write(BAR2, 0, b"mine")
    client.close()
    second = next_client(toy, 1)
    assert toy.descriptors() == before
    second.interrupt(0)
    assert count_of(fds[0]) == 0
    assert second.read(BAR2, 0, 4) == bytes(4)
    second.close()


def clients_come_again_and_again(toy, memory):
    """a hundred clients, one after the other, leave as many resets and nothing else"""
    before = toy.descriptors()
    for count in range(100):
        client = next_client(toy, count)
        set_up(client, memory)
        client.close()
    assert soon(lambda: toy.descriptors() == before)


def client_goes_in_a_header(toy):
    """a client may go in the middle of a header, even its first"""
    for resets, length in enumerate((0, 1, 8, 15)):
        client = Client(toy.path, negotiate=False)
        client.socket.sendall(struct.pack("=HHIII", 1, VERSION, 20, 0, 0)[:length])
        client.close()
        next_client(toy, 2 * resets + 1).close()


def client_goes_in_a_payload(toy, memory):
    """a client may go in the middle of a payload, and the command is not done"""
    client = Client(toy.path)
    set_up(client, memory)
    client.send(REGION_WRITE, struct.pack("=QII", 0, BAR2, 100) + b"x" * 50, size=16 + 116)
    client.close()
    second = next_client(toy, 1)
    assert second.read(BAR2, 0, 50) == bytes(50)
    second.close()


def client_goes_after_descriptors(toy, client, memory):
    """descriptors of a command that was cut off are closed"""
    before = toy.descriptors()
    message = struct.pack("=HHIII", 1, DMA_MAP, 48, 0, 0) + struct.pack("=II", 32, 3)
    for resets, length in ((1, 24), (3, 16), (5, 15), (7, 1)):
        socket.send_fds(client.socket, [message[:length]], [memory.fd])
        assert soon(lambda: toy.descriptors() == before + 1)
        client.close()
        next_client(toy, resets).close()
        assert soon(lambda: toy.descriptors() == before - 1)
        client = Client(toy.path)
    client.close()


def client_does_not_listen(toy, client):
    """a client that goes without taking its replies does no harm"""
    for _ in range(50):
        client.send(GET_INFO, struct.pack("=4I", 16, 0, 0, 0))
    client.close()
    next_client(toy, 1).close()


def client_half_closes(toy, client):
    """a client that only stops to send has its replies, and is then gone"""
    client.send(GET_INFO, struct.pack("=4I", 16, 0, 0, 0))
    client.socket.shutdown(socket.SHUT_WR)
    assert client.reply()[0][3] == 0
    assert client.is_gone()
    next_client(toy, 1).close()


def client_is_rude(toy, client, memory):
    """a client that is hung up on leaves nothing either"""
    set_up(client, memory)
    client.send(GET_INFO, size=3)
    client.reply()
    assert client.is_gone()
    next_client(toy, 1).close()


def unmap_while_transfers_run(toy, client, memory):
    """memory can be unmapped and mapped while the function transfers and interrupts without pause"""
    client.set_irqs(ASSIGN, 0, 16, eventfds(16))
    client.job(TOY_BUSY)
    for turn in range(300):
        for page in range(4):
            client.map(page * PAGE, PAGE, memory.fd, offset=page * PAGE)
        client.set_irqs(0x21, 0, 0)
        client.set_irqs(ASSIGN, turn % 48, 16, eventfds(0))
        for page in range(4):
            client.unmap(page * PAGE, PAGE)
        assert toy.maps() == 0
    before = client.register(ROUNDS, "Q")
    assert soon(lambda: client.register(ROUNDS, "Q") > before)
    client.job(TOY_IDLE)


def unmapped_memory_is_left_alone(client, memory):
    """once an unmap is answered, no transfer in flight changes that memory"""
    client.job(TOY_BUSY)
    for turn in range(200):
        client.map(0, PAGE, memory.fd)
        client.unmap(0, PAGE)
        memory.bytes[:PAGE] = bytes([turn + 1]) * PAGE
        assert client.info()[2] == 9
        assert memory.bytes[:PAGE] == bytes([turn + 1]) * PAGE
    client.job(TOY_IDLE)


def client_goes_while_transfers_run(toy, memory):
    """a client may go while the function transfers and interrupts without pause"""
    for turn in range(20):
        client = Client(toy.path)
        set_up(client, memory)
        client.job(TOY_BUSY)
        if turn % 2:
            client.send(DMA_MAP, bytes(7), size=48)
        client.close()
    client = Client(toy.path)
    assert client.register(RESETS) == 20 and toy.maps() == 0
    client.job(TOY_IDLE)
    client.close()


def server_ends_while_a_client_talks(toy, client, memory):
    """a server that is ended hangs up on its client, and removes its socket"""
    set_up(client, memory)
    status, complaint = toy.end()
    assert (status, complaint) == (0, "")
    assert client.is_gone()
    assert not pathlib.Path(toy.path).exists()


def server_ends_in_a_message(toy, client):
    """a server ends also in the middle of a client's message"""
    client.send(REGION_WRITE, bytes(20), size=200)
    status, complaint = toy.end()
    assert (status, complaint) == (0, "")
    assert client.is_gone()


def second_is_refused(toy):
    second = subprocess.run([toy.process.args[0], toy.path], capture_output=True, text=True, timeout=20)
    assert second.returncode == 1 and "Address already in use" in second.stderr, second


def socket_in_use(toy):
    """a second server does not take the socket of a running one"""
    second_is_refused(toy)
    Client(toy.path).close()


def socket_in_use_and_full(toy):
    """nor waits for it, where the running one has more clients waiting than it takes"""
    with contextlib.ExitStack() as waiting:
        for _ in range(200):
            client = waiting.enter_context(socket.socket(socket.AF_UNIX))
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.connect(toy.path)
        second_is_refused(toy)


def socket_of_this_user(toy):
    """the socket is for its user only, whatever the umask"""
    path = toy.path + ".open"
    before = os.umask(0)
    second = type(toy)(toy.process.args[0], path)
    os.umask(before)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert second.end() == (0, "")


def socket_left_behind(toy):
    """a socket that a killed server left behind is taken over; another file is not"""
    stale = toy.path + ".stale"
    left = socket.socket(socket.AF_UNIX)
    left.bind(stale)
    left.close()
    second = type(toy)(toy.process.args[0], stale)
    client = Client(stale)
    assert client.register(RESETS, "I") == 0 and client.read(BAR0, 0, 4) == bytes(4)
    client.close()
    assert second.end() == (0, "")
    pathlib.Path(stale).write_text("precious")
    third = subprocess.run([toy.process.args[0], stale], capture_output=True, text=True, timeout=20)
    assert third.returncode == 1 and pathlib.Path(stale).read_text() == "precious"
    os.unlink(stale)


def is_left_waiting(client):
    client.send(VERSION, bytes(4))
    client.socket.settimeout(0.3)
    try:
        client.reply()
    except TimeoutError:
        return True
    finally:
        client.socket.settimeout(20)
    return False


def lack_of_descriptors(toy):
    """a server without a descriptor left serves the next client when it has one again"""
    limits = resource.prlimit(toy.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(toy.process.pid, resource.RLIMIT_NOFILE, (toy.descriptors(), limits[1]))
    client = Client(toy.path, negotiate=False)
    if not is_left_waiting(client):  # it had the one that a waiting accept took before
        client.close()
        client = Client(toy.path, negotiate=False)
        assert is_left_waiting(client)
    resource.prlimit(toy.process.pid, resource.RLIMIT_NOFILE, limits)
    assert client.reply()[0][3] == 0
    client.close()


def path_too_long(toy):
    """a path that does not fit a socket's address is refused, not cut"""
    second = subprocess.run([toy.process.args[0], toy.path + "x" * 200], capture_output=True, text=True,
                            timeout=20)
    assert second.returncode == 1 and "too long" in second.stderr


def refusals_do_not_pile_up(toy, client):
    """refusals do not pile up: a client may be refused a thousand times"""
    before = toy.descriptors()
    for _ in range(1000):
        refused(errno.EOPNOTSUPP, client.call, 99)
    assert toy.descriptors() == before
