# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Rules of the client's memory: mapped, reached, unmapped."""
import errno
import os
import struct

from client import BAR2, DMA_MAP, DMA_UNMAP, PAGE, READ, RESET, WRITE, Memory
from messages import refused

ALL = 2
TOP = (1 << 64) - PAGE


def memory_is_reached_both_ways(client, memory):
    """the function reads and writes memory of the client at its address"""
    client.map(0x10000, 65536, memory.fd)
    memory.bytes[100:104] = b"ping"
    assert client.dma_read(0x10000 + 100, 4) == b"ping"
    assert client.dma_write(0x10000 + 65532, b"pong") == 0
    assert client.dma_write(0x10000 + 65535, b"!") == 0
    assert memory.bytes[65532:] == b"pon!"


def offset_is_into_the_file(client, memory):
    """a map begins at the given offset of its file"""
    client.map(0, PAGE, memory.fd, offset=3 * PAGE)
    memory.bytes[3 * PAGE:3 * PAGE + 5] = b"there"
    assert client.dma_read(0, 5) == b"there"


def transfer_crosses_maps(client, memory):
    """a transfer goes on from one map to the next, in the order of addresses"""
    other = Memory(PAGE)
    client.map(2 * PAGE, PAGE, memory.fd, offset=PAGE)
    client.map(PAGE, PAGE, memory.fd)
    client.map(3 * PAGE, PAGE, other.fd)
    data = bytes(range(1, 251)) * 20
    assert client.dma_write(2 * PAGE - 100, data) == 0
    assert memory.bytes[PAGE - 100:2 * PAGE] + other.bytes[:len(data) - PAGE - 100] == data
    assert client.dma_read(2 * PAGE - 100, len(data)) == data
    other.close()


def hole_stops_the_whole_transfer(client, memory):
    """a transfer with a byte that is not mapped fails, and not a byte of it is done"""
    client.map(PAGE, PAGE, memory.fd)
    client.map(3 * PAGE, PAGE, memory.fd, offset=PAGE)
    for address in (PAGE - 4, 2 * PAGE - 4, 3 * PAGE - 4, 4 * PAGE - 4, 0, 5 * PAGE):
        assert client.dma_write(address, b"12345678") == -errno.EFAULT
        assert client.dma_read(address, 8) == -errno.EFAULT
    assert memory.bytes[:] == bytes(65536)


def last_page_of_all(client, memory):
    """memory may end with the address space, and a transfer does not wrap around it"""
    client.map(TOP, PAGE, memory.fd)
    client.map(0, PAGE, memory.fd, offset=PAGE)
    assert client.dma_write((1 << 64) - 4, b"last") == 0
    assert client.dma_write((1 << 64) - 4, b"beyond") == -errno.EFAULT
    assert memory.bytes[PAGE - 4:PAGE + 2] == b"last\0\0"
    client.unmap(TOP, PAGE)


def read_only_memory(client, memory):
    """memory that is only readable is not written, and the other way"""
    client.map(0, PAGE, memory.fd, flags=READ)
    client.map(PAGE, PAGE, memory.fd, flags=WRITE)
    assert client.dma_write(0, b"x") == -errno.EFAULT
    assert client.dma_read(0, 1) == b"\0"
    assert client.dma_read(PAGE, 1) == -errno.EFAULT
    assert client.dma_write(PAGE, b"x") == 0
    assert client.dma_write(PAGE - 1, b"xx") == -errno.EFAULT


def read_only_descriptor(client, memory):
    """a descriptor that cannot be written gives readable maps only"""
    fd = os.open(f"/proc/self/fd/{memory.fd}", os.O_RDONLY)
    refused(errno.EACCES, client.map, 0, PAGE, fd)
    client.map(0, PAGE, fd, flags=READ)
    assert client.dma_read(0, 1) == b"\0"
    os.close(fd)


def memory_without_descriptor(client, memory):
    """memory without a descriptor has its place, and is not reached"""
    client.map(0, PAGE)
    refused(errno.EEXIST, client.map, 0, PAGE, memory.fd)
    for address in (0, 8):
        assert client.dma_read(address, 1) == -errno.EFAULT
    client.unmap(0, PAGE)
    client.map(0, PAGE, memory.fd)
    assert client.dma_read(0, 1) == b"\0"


def overlap_is_refused(client, memory):
    """a map over another is refused, however it overlaps, and changes nothing"""
    client.map(4 * PAGE, 2 * PAGE, memory.fd)
    for address, pages in ((4, 2), (3, 2), (5, 2), (3, 4), (4, 1), (5, 1), (0, 16)):
        refused(errno.EEXIST, client.map, address * PAGE, pages * PAGE, memory.fd)
    assert client.dma_write(4 * PAGE, b"abc") == 0 and memory.bytes[:3] == b"abc"
    client.map(3 * PAGE, PAGE, memory.fd)
    client.map(6 * PAGE, PAGE, memory.fd)


def impossible_maps(client, memory):
    """a map that is empty, wraps around, is not of whole pages, or has no or unknown flags is refused"""
    for arguments in ({"size": 0}, {"size": 0, "fd": None}, {"address": TOP, "size": 2 * PAGE}, {"address": 1}, {"size": PAGE - 1},
                      {"size": PAGE + 512}, {"offset": 8}, {"flags": 0}, {"flags": 7},
                      {"address": TOP, "size": TOP}, {"size": 1}):
        refused(errno.EINVAL, client.map, **{"address": 0, "size": PAGE, "fd": memory.fd, **arguments})
    assert client.dma_read(0, 1) == -errno.EFAULT


def map_ends_with_its_file(client, memory):
    """a map beyond the end of its file is refused"""
    client.map(0, 65536, memory.fd)
    for offset, size in ((0, 65536 + PAGE), (PAGE, 65536), (65536, PAGE), (1 << 62, PAGE),
                         ((1 << 64) - PAGE, PAGE), ((1 << 64) - PAGE, 2 * PAGE), (0, 1 << 48)):
        refused(errno.EINVAL, client.map, 1 << 32, size, memory.fd, offset=offset)


def descriptor_is_a_file(client):
    """a descriptor that is no file is refused as memory"""
    ends = os.pipe()
    for fd in (*ends, client.socket.fileno(), os.eventfd(0)):
        refused(errno.EINVAL, client.map, 0, PAGE, fd)


def one_descriptor_for_a_map(client, memory):
    """two descriptors for one map are refused"""
    payload = struct.pack("=IIQQQ", 32, 3, 0, 0, PAGE)
    refused(errno.EINVAL, client.call, DMA_MAP, payload, [memory.fd, memory.fd])


def offset_needs_a_descriptor(client):
    """an offset without a descriptor is refused"""
    refused(errno.EINVAL, client.map, 0, PAGE, offset=PAGE)


def map_has_no_payload_in_reply(client, memory):
    """a map is answered without a payload, an unmap with what was asked"""
    assert client.map(0, PAGE, memory.fd) == b""
    assert client.unmap(0, PAGE) == struct.pack("=IIQQ", 24, 0, 0, PAGE)


def unmapped_memory_is_gone(toy, client, memory):
    """unmapped memory is not reached any more, and the server lets go of it"""
    client.map(0, PAGE, memory.fd)
    client.map(PAGE, PAGE, memory.fd, offset=PAGE)
    assert toy.maps() == 2 or toy.maps() == 1  # the kernel may join them
    client.unmap(0, PAGE)
    assert client.dma_read(0, 1) == -errno.EFAULT
    assert client.dma_read(PAGE, 1) == b"\0"
    client.unmap(PAGE, PAGE)
    assert toy.maps() == 0


def unmap_is_exact(client, memory):
    """an unmap of anything but a whole map as it was made is refused"""
    client.map(2 * PAGE, 2 * PAGE, memory.fd)
    client.map(4 * PAGE, PAGE, memory.fd)
    for address, pages in ((2, 1), (3, 1), (2, 3), (1, 2), (0, 16), (8, 1), (2, 0)):
        refused(errno.ENOENT, client.unmap, address * PAGE, pages * PAGE)
    assert client.dma_read(2 * PAGE, 3 * PAGE) == bytes(3 * PAGE)
    client.unmap(2 * PAGE, 2 * PAGE)
    refused(errno.ENOENT, client.unmap, 2 * PAGE, 2 * PAGE)


def everything_is_unmapped_by_its_flag(toy, client, memory):
    """one flag unmaps everything, and is refused beside a range"""
    for page in (0, 2, 9):
        client.map(page * PAGE, PAGE, memory.fd)
    refused(errno.EINVAL, client.unmap, 0, PAGE, flags=ALL)
    refused(errno.EINVAL, client.unmap, PAGE, 0, flags=ALL)
    assert toy.maps() == 3
    client.unmap(0, 0, flags=ALL)
    assert toy.maps() == 0 and client.dma_read(0, 1) == -errno.EFAULT


def unknown_flags_of_unmap(client, memory):
    """an unmap with flags that are not offered is refused"""
    client.map(0, PAGE, memory.fd)
    for flags in (1, 4, 3, 0x80000000):
        refused(errno.EINVAL, client.unmap, 0, PAGE, flags=flags)
        refused(errno.EINVAL, client.unmap, 0, 0, flags=flags)
    client.unmap(0, PAGE)


def maps_are_limited(client):
    """as many maps as max_dma_maps says can be made, and not one more"""
    for page in range(65534):
        client.send(DMA_MAP, struct.pack("=IIQQQ", 32, 3, 0, page * 2 * PAGE, PAGE), flags=0x10)
    client.map(1 << 39, PAGE)
    refused(errno.ENOSPC, client.map, 1 << 40, PAGE)
    client.unmap(100 * PAGE, PAGE)
    answer = client.map(1 << 40, PAGE)
    assert answer == b""


def maps_come_in_any_order(client, memory):
    """maps may come in any order and are found"""
    order = [(i * 37) % 101 for i in range(101)]
    for page in order:
        client.map(page * 2 * PAGE, PAGE, memory.fd, offset=page % 16 * PAGE)
    for page in range(16):
        memory.bytes[page * PAGE] = page + 1
    for page in range(101):
        assert client.dma_read(page * 2 * PAGE, 1) == bytes([page % 16 + 1])
        assert client.dma_read((page * 2 + 1) * PAGE, 1) == -errno.EFAULT
    for page in order[::-1]:
        client.unmap(page * 2 * PAGE, PAGE)


def reset_keeps_maps(client, memory):
    """a reset of the device keeps the client's memory"""
    client.map(0, PAGE, memory.fd)
    client.call(RESET)
    assert client.dma_read(0, 1) == b"\0"


def truncated_memory(client, memory):
    """memory that its owner cuts short is an error of the transfer, not the server's end"""
    client.map(0, 65536, memory.fd)
    os.ftruncate(memory.fd, PAGE)
    assert client.dma_read(8 * PAGE, 16) == -errno.EFAULT
    assert client.dma_write(8 * PAGE, bytes(16)) == -errno.EFAULT
    assert client.dma_read(0, 16) == bytes(16)
    assert client.read(BAR2, 0, 1) == b"\0"


def posted_unmap(client, memory):
    """maps and unmaps that want no reply are done in their order"""
    client.send(DMA_MAP, struct.pack("=IIQQQ", 32, 3, 0, 0, PAGE), [memory.fd], flags=0x10)
    assert client.dma_read(0, 1) == b"\0"
    client.send(DMA_UNMAP, struct.pack("=IIQQ", 24, 0, 0, PAGE), flags=0x10)
    assert client.dma_read(0, 1) == -errno.EFAULT
