# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
"""Rules of interrupts: eventfds given, signalled, taken away."""
import errno
import os

from client import (DATA_BOOL, DATA_EVENTFD, DATA_NONE, ERR, INTX, MASK, MSI, MSIX, REQ, TRIGGER,
                    UNMASK, count_of)
from messages import refused

ASSIGN = DATA_EVENTFD | TRIGGER
CLEAR = DATA_NONE | TRIGGER
MAX_COUNT = (1 << 64) - 2


def eventfds(count):
    return [os.eventfd(0, os.EFD_NONBLOCK) for _ in range(count)]


def signalled(fds):
    return [count_of(fd) for fd in fds]


def interrupts_are_as_the_function_says(client):
    """each kind of interrupt has as many as the function says, by eventfd, singly, and not masked by message"""
    for index, count in ((INTX, 0), (MSI, 0), (MSIX, 64), (ERR, 1), (REQ, 0)):
        assert client.irq(index) == (16, 1, index, count)


def kind_beyond_the_last(client):
    """there is no kind of interrupt beyond the last"""
    for index in (5, 0xffffffff):
        refused(errno.EINVAL, client.irq, index)
        refused(errno.EINVAL, client.set_irqs, CLEAR, 0, 0, index=index)


def vector_signals_its_eventfd(client):
    """an interrupt signals the eventfd of its vector, once, and no other"""
    fds = eventfds(4)
    client.set_irqs(ASSIGN, 0, 4, fds)
    client.interrupt(2)
    assert signalled(fds) == [0, 0, 1, 0]
    client.interrupt(2)
    client.interrupt(0)
    assert signalled(fds) == [1, 0, 1, 0]


def vectors_come_singly(client):
    """vectors are set one at a time, in any order, and again"""
    fds = eventfds(3)
    client.set_irqs(ASSIGN, 63, 1, [fds[0]])
    client.set_irqs(ASSIGN, 5, 1, [fds[1]])
    client.interrupt(63)
    client.interrupt(5)
    assert signalled(fds) == [1, 1, 0]
    client.set_irqs(ASSIGN, 63, 1, [fds[2]])
    client.interrupt(63)
    assert signalled(fds) == [0, 0, 1]


def vector_without_eventfd(client):
    """a vector set without a descriptor, as QEMU begins, takes its eventfd away"""
    fds = eventfds(2)
    client.set_irqs(ASSIGN, 0, 1)
    client.set_irqs(ASSIGN, 0, 2, fds)
    client.set_irqs(ASSIGN, 1, 1)
    client.interrupt(0)
    client.interrupt(1)
    assert signalled(fds) == [1, 0]


def count_of_nothing_disables_all(toy, client):
    """a count of 0 without data disables all vectors of the kind, and of no other"""
    before = toy.descriptors()
    fds = eventfds(3)
    client.set_irqs(ASSIGN, 0, 2, fds[:2])
    client.set_irqs(ASSIGN, 0, 1, fds[2:], index=ERR)
    assert toy.descriptors() == before + 3
    refused(errno.EINVAL, client.set_irqs, CLEAR, 5, 0)
    assert toy.descriptors() == before + 3
    client.set_irqs(CLEAR, 0, 0)
    assert toy.descriptors() == before + 1
    client.interrupt(0)
    assert signalled(fds) == [0, 0, 0]
    client.set_irqs(CLEAR, 0, 1, index=ERR)
    assert signalled(fds) == [0, 0, 1]


def replaced_eventfds_are_closed(toy, client):
    """the server holds no eventfd but the last that was given for a vector"""
    before = toy.descriptors()
    for fd in eventfds(20):
        client.set_irqs(ASSIGN, 7, 1, [fd])
        os.close(fd)
    assert toy.descriptors() == before + 1
    client.set_irqs(ASSIGN, 7, 1)
    assert toy.descriptors() == before


def vectors_out_of_range(client):
    """vectors beyond the last are refused, and none of the others is changed"""
    fds = eventfds(3)
    for start, count in ((64, 1), (63, 2), (62, 3), (0xffffffff, 1), (1, 0xffffffff), (65, 0)):
        refused(errno.EINVAL, client.set_irqs, ASSIGN, start, count, fds[:min(count, 3)])
        refused(errno.EINVAL, client.set_irqs, CLEAR, start, count)
    client.interrupt(63)
    assert signalled(fds) == [0, 0, 0]


def eventfds_are_as_many_as_vectors(client):
    """a number of descriptors other than the count is refused, unless there is none"""
    fds = eventfds(3)
    for given in (1, 3):
        refused(errno.EINVAL, client.set_irqs, ASSIGN, 0, 2, fds[:given])
    refused(errno.EINVAL, client.set_irqs, ASSIGN, 0, 0, fds[:1])
    refused(errno.EINVAL, client.set_irqs, ASSIGN, 0, 0)
    client.interrupt(0)
    assert signalled(fds) == [0, 0, 0]


def only_eventfds_are_signalled(client, memory):
    """a descriptor that is no eventfd is refused, and with it those beside it"""
    ends = os.pipe()
    good = eventfds(1)
    for bad in (memory.fd, ends[1], client.socket.fileno()):
        refused(errno.EINVAL, client.set_irqs, ASSIGN, 0, 2, [good[0], bad])
    client.interrupt(0)
    assert signalled(good) == [0] and memory.bytes[:8] == bytes(8)


def client_triggers(client):
    """a client triggers vectors itself: all of a range, or those that are true"""
    fds = eventfds(4)
    client.set_irqs(ASSIGN, 0, 4, fds)
    client.set_irqs(CLEAR, 1, 2)
    assert signalled(fds) == [0, 1, 1, 0]
    client.set_irqs(DATA_BOOL | TRIGGER, 0, 4, data=b"\1\0\0\2")
    assert signalled(fds) == [1, 0, 0, 1]


def bools_are_as_many_as_vectors(client):
    """bools of another number than the count, or beside other data, are refused"""
    fds = eventfds(2)
    client.set_irqs(ASSIGN, 0, 2, fds)
    for data in (b"", b"\1", b"\1\1\1"):
        refused(errno.EINVAL, client.set_irqs, DATA_BOOL | TRIGGER, 0, 2, data=data)
    refused(errno.EINVAL, client.set_irqs, CLEAR, 0, 2, data=b"\1\1")
    refused(errno.EINVAL, client.set_irqs, ASSIGN, 0, 2, data=b"\1\1")
    refused(errno.EINVAL, client.set_irqs, DATA_BOOL | TRIGGER, 0, 0)
    assert signalled(fds) == [0, 0]


def masks_are_not_offered(client):
    """masking and unmasking by message is refused"""
    for action in (MASK, UNMASK):
        for data in (DATA_NONE, DATA_EVENTFD):
            refused(errno.EINVAL, client.set_irqs, data | action, 0, 1)


def flags_name_one_thing(client):
    """flags that name no or several kinds of data or actions are refused"""
    for flags in (0, TRIGGER, DATA_NONE, DATA_EVENTFD, CLEAR | DATA_EVENTFD, CLEAR | DATA_BOOL, CLEAR | MASK,
                  ASSIGN | UNMASK, CLEAR | 0x40, ASSIGN | 0x80000000):
        refused(errno.EINVAL, client.set_irqs, flags, 0, 1)


def data_none_has_no_descriptor(client):
    """a descriptor beside no data or bools is refused"""
    fds = eventfds(1)
    client.set_irqs(ASSIGN, 0, 1, fds)
    refused(errno.EINVAL, client.set_irqs, CLEAR, 0, 0, fds)
    refused(errno.EINVAL, client.set_irqs, DATA_BOOL | TRIGGER, 0, 1, fds, data=b"\1")
    assert signalled(fds) == [0]
    client.interrupt(0)
    assert signalled(fds) == [1]


def full_eventfd_does_not_block(client):
    """an eventfd that is full does not block the server, even when the client makes it blocking afterwards"""
    fd = os.eventfd(0)
    client.set_irqs(ASSIGN, 0, 1, [fd])
    os.set_blocking(fd, True)
    os.eventfd_write(fd, MAX_COUNT)
    client.interrupt(0)
    client.set_irqs(CLEAR, 0, 1)
    assert client.info()[2] == 9
    assert count_of(fd) >= MAX_COUNT
    client.interrupt(0)
    assert count_of(fd) == 1
    os.close(fd)


def more_interrupts_than_requests(client):
    """as many interrupts as may come are all signalled"""
    fd = os.eventfd(0)
    client.set_irqs(ASSIGN, 0, 1, [fd])
    for _ in range(2000):
        client.interrupt(0)
    assert count_of(fd) == 2000
    os.close(fd)


def interrupt_without_eventfd(client):
    """an interrupt of a vector without eventfd, or of none, goes nowhere"""
    for vector in (0, 63, 64, 0xffffffff):
        client.interrupt(vector)
    assert client.info()[2] == 9


def reset_keeps_eventfds(client):
    """a reset of the device keeps the eventfds"""
    fds = eventfds(1)
    client.set_irqs(ASSIGN, 0, 1, fds, index=MSIX)
    client.call(13)
    client.interrupt(0)
    assert signalled(fds) == [1]
