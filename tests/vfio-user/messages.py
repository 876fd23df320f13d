# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Rules of messages: negotiation, headers, sizes, errors."""
import errno
import json
import os
import socket
import struct

from client import (BAR2, CAPABILITIES, DEVICE_FEATURE, DMA_MAP, DMA_READ, DMA_UNMAP, DMA_WRITE, ERROR,
                    GET_INFO, IRQ_INFO, NO_REPLY, REGION_FDS, REGION_INFO, REGION_READ, REGION_WRITE,
                    REPLY, RESET, SET_IRQS, VERSION, WRITE_MULTI, Client, Gone, Refused)


def refused(number, call, *arguments, **more):
    try:
        answer = call(*arguments, **more)
    except Refused as error:
        assert error.errno == number, f"{error}, not {errno.errorcode[number]}"
    else:
        raise AssertionError(f"not refused: {answer!r}")


def hangs_up(toy, data, number=errno.EINVAL, **more):
    # A first message that is no version to agree on.
    client = Client(toy.path, negotiate=False)
    refused(number, client.version, data, **more)
    assert client.is_gone()
    client.close()


def ours(answer):
    return json.loads(answer[4:-1])["capabilities"]


def version_is_answered(toy):
    """a version is answered with the same major and no greater minor version, and JSON with its NUL"""
    client = Client(toy.path, negotiate=False)
    answer = client.version(minor=7)
    assert struct.unpack("=HH", answer[:4]) == (0, 0) and answer[-1] == 0
    assert ours(answer) == {"max_msg_fds": 16, "max_data_xfer_size": 1 << 20}
    client.close()


def capabilities_are_a_subset(toy):
    """no capability is answered that the client did not name, nor one that is not done"""
    for named in ({}, {"pgsizes": 4096}, {"write_multiple": True, "twin_socket": {"supported": True}},
                  {"max_dma_maps": 65535, "unheard_of": [1]}):
        client = Client(toy.path, negotiate=False)
        text = json.dumps({"capabilities": named}).encode() + b"\0"
        assert ours(client.version(text)).keys() == named.keys() & {"pgsizes", "max_dma_maps"}
        client.close()


def version_data_is_optional(toy):
    """the JSON of a version, and the capabilities in it, may be absent"""
    for data in (b"", b"{}\0"):
        client = Client(toy.path, negotiate=False)
        assert ours(client.version(data)) == {}
        assert client.info()[2] == 9
        client.close()


def other_major_is_hung_up_on(toy):
    """another major version ends the connection"""
    hangs_up(toy, CAPABILITIES, major=1)


def malformed_json_is_hung_up_on(toy):
    """JSON that is malformed, has trailing text, or is no object ends the connection"""
    for text in (b"{", b"{}x", b"[]", b"null", b"1", b'{"capabilities":1}', b'{"capabilities":null}',
                 b"\xff", b'{"a":"\xff"}', b"", b" "):
        hangs_up(toy, text + b"\0")


def unterminated_json_is_hung_up_on(toy):
    """JSON without its NUL, or with one inside, ends the connection"""
    hangs_up(toy, b"{}")
    hangs_up(toy, b"{}\0 \0")


def deep_json_is_hung_up_on(toy):
    """JSON of great depth ends the connection"""
    hangs_up(toy, b'{"a":' * 400 + b"1" + b"}" * 400 + b"\0")


def long_json_is_hung_up_on(toy):
    """more JSON than fits a page ends the connection, also when it is correct"""
    hangs_up(toy, b'{"a":"' + b"x" * 4100 + b'"}\0')


def wrong_types_are_hung_up_on(toy):
    """capabilities of a wrong type, negative, or without pages of 4 KiB end the connection"""
    for named in ('"max_msg_fds":"8"', '"max_data_xfer_size":-1', '"max_dma_maps":1.5', '"pgsizes":8192',
                  '"write_multiple":1', '"twin_socket":true'):
        hangs_up(toy, b'{"capabilities":{%s}}\0' % named.encode())


def short_version_is_hung_up_on(toy):
    """a version of under four bytes ends the connection"""
    client = Client(toy.path, negotiate=False)
    refused(errno.EINVAL, client.call, VERSION, b"\0\0\0")
    assert client.is_gone()
    client.close()


def version_comes_first(toy):
    """any command before the version is refused and ends the connection"""
    for command in (GET_INFO, RESET, 99):
        client = Client(toy.path, negotiate=False)
        refused(errno.EINVAL, client.call, command, bytes(16))
        assert client.is_gone()
        client.close()


def version_comes_once(client):
    """a second version is refused, and the conversation goes on"""
    refused(errno.EINVAL, client.version)
    assert client.info()[2] == 9


def id_is_echoed(client):
    """a reply echoes the id and the command of its message, whatever they are"""
    for id_ in (0, 1, 65535, 1):
        client.send(RESET, id_=id_)
        assert client.reply() == ((id_, RESET, REPLY, 0), b"")
        client.send(77, id_=id_)
        assert client.reply() == ((id_, 77, REPLY | ERROR, errno.EOPNOTSUPP), b"")


def unknown_commands_are_refused(client):
    """a command that is unknown, optional, or the server's own is refused with EOPNOTSUPP"""
    for command in (0, 14, 17, 18, 19, 0xffff, DMA_READ, DMA_WRITE, WRITE_MULTI, DEVICE_FEATURE):
        refused(errno.EOPNOTSUPP, client.call, command, bytes(16))
    assert client.info()[2] == 9


def wrong_sizes_are_refused(client):
    """every command refuses a payload that is a byte too short or too long"""
    for command, size in ((DMA_MAP, 32), (DMA_UNMAP, 24), (GET_INFO, 16), (REGION_INFO, 32),
                          (REGION_FDS, 16), (IRQ_INFO, 16), (REGION_READ, 16)):
        for wrong in (size - 1, size + 1, 0):
            payload = struct.pack("=I", 64) + bytes(40)
            refused(errno.EINVAL, client.call, command, payload[:wrong])
    refused(errno.EINVAL, client.call, RESET, b"x")
    refused(errno.EINVAL, client.call, SET_IRQS, bytes(19))
    refused(errno.EINVAL, client.call, REGION_WRITE, bytes(15))
    assert client.info()[2] == 9


def small_argsz_is_refused(client):
    """an argsz too small for what is sent or answered is refused"""
    refused(errno.EINVAL, client.info, argsz=15)
    refused(errno.EINVAL, client.region, 0, argsz=31)
    refused(errno.EINVAL, client.irq, 2, argsz=15)
    refused(errno.EINVAL, client.map, 0, 4096, argsz=31)
    refused(errno.EINVAL, client.set_irqs, 0x21, 0, 0, argsz=19)
    client.map(0, 4096)
    refused(errno.EINVAL, client.unmap, 0, 4096, argsz=23)


def impossible_size_is_hung_up_on(toy):
    """a message that says it is shorter than its header, or beyond any bound, ends the connection"""
    for size in (0, 15, (1 << 20) + 33, 0xffffffff):
        client = Client(toy.path)
        client.send(RESET, size=size)
        assert client.reply() == ((client.id, RESET, REPLY | ERROR, errno.EMSGSIZE), b"")
        assert client.is_gone()
        client.close()


def reply_is_not_expected(client):
    """a reply, another type, and flags that are not defined are refused"""
    for flags in (1, 2, 15, ERROR, 0x40, 0x80000000):
        refused(errno.EINVAL, client.call, GET_INFO, struct.pack("=4I", 16, 0, 0, 0), flags=flags)
    assert client.info()[2] == 9


def no_reply_is_obeyed(client):
    """a message that wants no reply gets none, not even when it fails; the next gets its own"""
    client.send(99, flags=NO_REPLY)
    client.send(RESET, flags=NO_REPLY)
    client.send(GET_INFO, bytes(3), flags=NO_REPLY)
    assert client.info()[2] == 9


def descriptors_need_a_reason(client):
    """a command that takes no descriptor is refused with one, and the server keeps none"""
    for command, payload in ((GET_INFO, struct.pack("=4I", 16, 0, 0, 0)), (RESET, b""),
                             (REGION_READ, struct.pack("=QII", 0, BAR2, 4))):
        refused(errno.EINVAL, client.call, command, payload, fds=[0])


def no_descriptor_is_kept(toy, client, memory):
    """descriptors of messages that were refused are closed"""
    before = toy.descriptors()
    for count in (1, 5, 16):
        refused(errno.EINVAL, client.call, RESET, b"", fds=[memory.fd] * count)
    refused(errno.EOPNOTSUPP, client.call, 99, b"", fds=[memory.fd])
    refused(errno.EINVAL, client.map, 0, 1, memory.fd)
    assert toy.descriptors() == before


def too_many_descriptors(toy, client):
    """more descriptors than max_msg_fds are refused, and closed"""
    before = toy.descriptors()
    eventfds = [os.eventfd(0) for _ in range(17)]
    for count in (16, 17):
        refused(errno.EINVAL, client.set_irqs, 0x24, 0, count, eventfds)
    assert toy.descriptors() == before
    client.set_irqs(0x24, 0, 16, eventfds[:16])
    for fd in eventfds:
        os.close(fd)


def bytes_may_come_singly(client):
    """a message may come byte by byte"""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    message = struct.pack("=HHIII4I", 9, GET_INFO, 32, 0, 0, 16, 0, 0, 0)
    for byte in message:
        client.socket.sendall(bytes([byte]))
    assert client.reply()[0] == (9, GET_INFO, REPLY, 0)


def messages_may_come_together(client):
    """messages may come together, and are answered in their order"""
    one = struct.pack("=HHIII4I", 7, GET_INFO, 32, 0, 0, 16, 0, 0, 0)
    two = struct.pack("=HHIII", 8, RESET, 16, 0, 0)
    client.socket.sendall((one + two) * 40)
    for _ in range(40):
        assert [client.reply()[0][0], client.reply()[0][0]] == [7, 8]


def second_client_waits(toy, client):
    """a second client is served when the first is gone, and not before"""
    second = Client(toy.path, negotiate=False)
    second.send(VERSION, bytes(4))
    second.socket.settimeout(0.2)
    try:
        second.take(1)
    except (TimeoutError, Gone) as waited:
        assert isinstance(waited, TimeoutError)
    else:
        raise AssertionError("two clients at once")
    second.socket.settimeout(20)
    assert client.info()[2] == 9
    client.close()
    assert second.reply()[0][1:3] == (VERSION, REPLY)
    second.close()
