# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Rules of the device: its information, its regions, its reset."""
import errno
import struct

from client import (ACCESSES, BAR0, BAR1, BAR2, BAR3, BAR4, BAR5, CONFIG, NO_REPLY, READ, REGION_FDS,
                    REGION_READ, REGION_WRITE, RESET, RESETS, ROM, VGA, WRITE)
from messages import refused

MEGABYTE = 1 << 20


def device_is_pci(client):
    """the device is PCI, can be reset, and has the nine regions and five kinds of interrupt of vfio-pci"""
    assert client.info() == (16, 3, 9, 5)
    assert client.info(argsz=4096) == (16, 3, 9, 5)


def regions_are_as_the_function_says(client):
    """a region's size and directions are the function's; none can be mapped"""
    wanted = {BAR0: (4096, 3), BAR1: (16, 3), BAR2: (65536, 3), BAR3: (4 * MEGABYTE, 3),
              BAR4: (256, READ), BAR5: (256, WRITE), CONFIG: (256, 3)}
    for index in range(9):
        size, flags = wanted.get(index, (0, 0))
        assert client.region(index) == (32, flags, index, 0, size, 0)


def region_beyond_the_last(client):
    """there is no region beyond the last"""
    for index in (9, 0xffffffff):
        refused(errno.EINVAL, client.region, index)
        refused(errno.EINVAL, client.read, index, 0, 4)
        refused(errno.EINVAL, client.write, index, 0, b"1234")
        refused(errno.EINVAL, client.call, REGION_FDS, struct.pack("=4I", 16, 0, index, 0))


def no_descriptors_for_regions(client):
    """descriptors for access to a region are refused, since none are offered"""
    refused(errno.EOPNOTSUPP, client.call, REGION_FDS, struct.pack("=4I", 16, 0, BAR0, 0))


def what_was_written_is_read(client):
    """what was written to a region is read from it, at any offset and length"""
    for offset, data in ((0, b"a"), (1, b"bcd"), (65533, b"efg"), (4096, bytes(range(256)) * 16)):
        client.write(BAR2, offset, data)
        assert client.read(BAR2, offset, len(data)) == data
    client.write(BAR2, 0, bytes(65536))
    assert client.read(BAR2, 0, 65536) == bytes(65536)


def write_is_answered_without_data(client):
    """the answer to a write repeats its place and length, without data"""
    place = struct.pack("=QII", 5, BAR2, 3)
    assert client.call(REGION_WRITE, place + b"abc") == place


def posted_writes_come_in_order(client):
    """posted writes have no answer and are done before what comes after them"""
    for value in range(200):
        client.write(BAR2, value % 8, bytes([value]), flags=NO_REPLY)
    assert client.read(BAR2, 0, 8) == bytes(range(192, 200))


def posted_write_fails_silently(client):
    """a posted write that fails has no answer"""
    client.write(BAR1, 0, b"1234", flags=NO_REPLY)
    client.write(BAR4, 0, b"1234", flags=NO_REPLY)
    assert client.info()[2] == 9


def access_stays_inside(client):
    """no access that leaves its region reaches the function"""
    before = client.register(ACCESSES)
    for region, offset, count in ((BAR2, 65536, 1), (BAR2, 65533, 4), (CONFIG, 256, 4), (CONFIG, 0, 257),
                                  (BAR2, (1 << 64) - 1, 4), (BAR2, (1 << 64) - 4, 4), (BAR2, 1 << 63, 1),
                                  (9, 0, 4), (0xFFFFFFFF, 0, 4)):
        refused(errno.EINVAL, client.read, region, offset, count)
        refused(errno.EINVAL, client.write, region, offset, bytes(count))
    assert client.register(ACCESSES) == before + 1


def empty_access_is_refused(client):
    """an access of no bytes is refused"""
    refused(errno.EINVAL, client.read, BAR2, 0, 0)
    refused(errno.EINVAL, client.write, BAR2, 0, b"")


def absent_region_is_refused(client):
    """a region that the function does not have is neither read nor written"""
    for region in (ROM, VGA):
        refused(errno.EINVAL, client.read, region, 0, 1)
        refused(errno.EINVAL, client.write, region, 0, b"1")


def directions_are_kept(client):
    """a region is not read or written against its flags"""
    refused(errno.EINVAL, client.write, BAR4, 0, b"1")
    refused(errno.EINVAL, client.read, BAR5, 0, 1)
    client.read(BAR4, 0, 1)
    client.write(BAR5, 0, b"1")


def long_transfer_is_refused(client):
    """a transfer of more than max_data_xfer_size is refused"""
    assert len(client.read(BAR3, 0, MEGABYTE)) == MEGABYTE
    client.write(BAR3, 0, bytes(MEGABYTE))
    refused(errno.EINVAL, client.read, BAR3, 0, MEGABYTE + 1)
    refused(errno.EINVAL, client.read, BAR3, 0, 0xffffffff)


def count_is_the_data(client):
    """a write whose count is not the length of its data is refused, and nothing is written"""
    for count in (3, 5, 0xffffffff):
        refused(errno.EINVAL, client.call, REGION_WRITE, struct.pack("=QII", 0, BAR2, count) + b"abcd")
    refused(errno.EINVAL, client.call, REGION_READ, struct.pack("=QII", 0, BAR2, 4) + b"abcd")
    assert client.read(BAR2, 0, 4) == bytes(4)


def errors_of_the_function_are_told(client):
    """an error of the function is told with its number"""
    refused(errno.EIO, client.read, BAR1, 0, 4)
    refused(errno.EIO, client.write, BAR1, 0, b"1234")
    assert client.info()[2] == 9


def reset_reaches_the_function(client):
    """a reset resets the function, once, and is answered without a payload"""
    client.write(BAR2, 0, b"abcd")
    before = client.register(RESETS)
    assert client.call(RESET) == b""
    assert client.register(RESETS) == before + 1
    assert client.read(BAR2, 0, 4) == bytes(4)
