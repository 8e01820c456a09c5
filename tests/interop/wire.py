"""A link between two kernels with the faults that our stack's own device has (--fault): loss, reorder, duplicate, corrupt.

    python3 wire.py SEED NAMESPACE NAMESPACE [FAULT ...]

makes tun0 in both namespaces, prints `ready`, and carries packets until standard input ends.
"""

import ctypes
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import sys
import time

_TUNSETIFF = 0x400454ca
_IFF_TUN_NO_PI = 0x1001
_CLONE_NEWNET = 0x40000000


def open_tun(namespace):
    """The descriptor of tun0 there."""
    with open(f"/run/netns/{namespace}", encoding="ascii") as entry:
        if ctypes.CDLL(None, use_errno=True).setns(entry.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", b"tun0", _IFF_TUN_NO_PI))
    return descriptor


def _share(text):
    return float(text.rstrip("%")) / 100


def _milliseconds(text):
    return float(text.removesuffix("ms")) / 1000


class Faults:
    """Fates of packets, in the words of --fault."""

    def __init__(self, faults, seed):
        self.random = random.Random(seed)
        self.faults = [fault.split() for fault in faults]

    def fates(self, packet):
        """[(delay in seconds, packet)]: none if it is lost."""
        delay, copies = 0, 1
        for name, share, *more in self.faults:
            if self.random.random() >= _share(share):
                continue
            if name == "loss":
                return []
            if name == "reorder":
                delay += _milliseconds(more[0])
            elif name == "duplicate":
                copies += 1
            elif name == "corrupt":
                at = self.random.randrange(len(packet))
                packet = packet[:at] + bytes([packet[at] ^ 1 << self.random.randrange(8)]) + packet[at + 1:]
            else:
                raise ValueError(name)
        return [(delay, packet)] * copies


def carry(ends, faults):
    """Until standard input ends."""
    late = []
    numbers = itertools.count()
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    while True:
        patience = max(0, late[0][0] - time.monotonic()) if late else None
        ready, _, _ = select.select([sys.stdin, *ends], [], [], patience)
        if sys.stdin in ready:
            return
        for end in ready:
            for delay, packet in faults.fates(os.read(end, 65536)):
                if delay:
                    heapq.heappush(late, (time.monotonic() + delay, next(numbers), other[end], packet))
                else:
                    _write(other[end], packet)
        while late and late[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(late)
            _write(end, packet)


def _write(end, packet):
    try:
        os.write(end, packet)
    except OSError:  # the header is corrupt, or the device is not up: as lost as on any link
        pass


def main(seed, *arguments):
    """See above."""
    ends = [open_tun(namespace) for namespace in arguments[:2]]
    print("ready", flush=True)
    carry(ends, Faults(arguments[2:], int(seed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
