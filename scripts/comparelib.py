"""The path of scripts/compare-kernel: two network namespaces, and between them a relay on two TUN devices with a line,
a queue, a delay, and faults that depend on nothing but the number of a packet and the seed of the round.
"""

import contextlib
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

SENDER, RECEIVER, OURS = "10.77.0.1", "10.77.0.2", "10.78.0.2"
OUR_GATEWAY = "10.78.0.1"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
SMALLEST_WITH_TEXT = 80  # bytes: an acknowledgment with SACK blocks and timestamps is smaller
ECT, CE = (1, 2), 3


def command(*words, **more):
    """A command that must succeed; its output."""
    result = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **more)
    if result.returncode != 0:
        sys.exit(f"compare-kernel: {' '.join(map(str, words))}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def in_namespace(where, *words):
    return ["ip", "netns", "exec", where, *map(str, words)]


@dataclass(frozen=True)
class Faults:
    """What happens to the packets with text; `ack_loss` to those without. Shares are from 0 to 1."""

    loss: float = 0
    burst: float = 1  # the mean length of a burst of losses, in packets
    reorder: float = 0
    reorder_by: float = 0  # s
    duplicate: float = 0
    mark: float = 0  # CE for packets of an ECN-capable transport (RFC 3168)
    ack_loss: float = 0


class Pattern:
    """The fate of the n-th packet, the same for each sender of a round."""

    def __init__(self, faults, seed, carries_text):
        self.faults, self.carries_text = faults, carries_text
        self.random = random.Random(seed)
        self.in_burst = False

    def next(self):
        """(copies, seconds it is held back, whether it is marked). Draws the same numbers whatever comes of them."""
        draws = [self.random.random() for _ in range(4)]
        if not self.carries_text:
            return (0 if draws[0] < self.faults.ack_loss else 1), 0, False
        # A chain of two states (Gilbert, Elliott) with `loss` as its share of lost packets.
        to_good = 1 / self.faults.burst
        to_bad = to_good * self.faults.loss / (1 - self.faults.loss)
        if self.faults.burst == 1:
            self.in_burst = draws[0] < self.faults.loss
        else:
            self.in_burst = draws[0] >= to_good if self.in_burst else draws[0] < to_bad
        copies = 0 if self.in_burst else 2 if draws[1] < self.faults.duplicate else 1
        held = self.faults.reorder_by if draws[2] < self.faults.reorder else 0
        return copies, held, draws[3] < self.faults.mark


def marked(packet):
    """The IPv4 packet with CE, if its transport knows ECN."""
    if packet[1] & 3 not in ECT:
        return packet
    header = bytearray(packet[: (packet[0] & 15) * 4])
    header[1] |= CE
    header[10:12] = b"\0\0"
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    header[10:12] = struct.pack(">H", ~total & 0xFFFF)
    return bytes(header) + packet[len(header) :]


class Way:
    """One direction of the path: faults, a queue before a line, then a delay."""

    def __init__(self, source, target, cell, carries_text):
        self.source, self.target, self.cell, self.carries_text = source, target, cell, carries_text
        self.numbers = itertools.count()
        self.begin(0)

    def begin(self, seed):
        """A new round: nothing is on its way."""
        self.pattern = Pattern(self.cell.faults, f"{seed} {self.carries_text}", self.carries_text)
        self.line_free = 0.0
        self.leaving = []  # when each queued packet will have left the line
        self.on_its_way = []

    def take(self, now):
        """All that has come from the source."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.queue(os.read(self.source, 65536), now)

    def queue(self, packet, now):
        with_text = len(packet) > SMALLEST_WITH_TEXT
        copies, held, mark = (1, 0, False)
        is_syn = packet[(packet[0] & 15) * 4 + 13] & 2
        if with_text == self.carries_text and not is_syn:
            copies, held, mark = self.pattern.next()
        while self.leaving and self.leaving[0] <= now:
            self.leaving.pop(0)
        if len(self.leaving) >= self.cell.queue:
            return
        self.line_free = max(now, self.line_free) + len(packet) * 8 / self.cell.rate
        self.leaving.append(self.line_free)
        arrival = self.line_free + self.cell.rtt / 2 + held
        for _ in range(copies):
            heapq.heappush(self.on_its_way, (arrival, next(self.numbers), marked(packet) if mark else packet))

    def give(self, now):
        """All that has arrived."""
        while self.on_its_way and self.on_its_way[0][0] <= now:
            with contextlib.suppress(OSError):
                os.write(self.target, heapq.heappop(self.on_its_way)[2])

    def next_arrival(self):
        return self.on_its_way[0][0] if self.on_its_way else float("inf")


class Relay(threading.Thread):
    """Carries packets between two TUN devices until it is stopped."""

    def __init__(self, near, far, cell):
        super().__init__(daemon=True)
        self.ways = [Way(near, far, cell, True), Way(far, near, cell, False)]
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def begin(self, seed):
        with self.lock:
            for way in self.ways:
                way.begin(seed)

    def run(self):
        sources = [way.source for way in self.ways]
        while not self.ended.is_set():
            next_arrival = min(way.next_arrival() for way in self.ways)
            select.select(sources, [], [], min(max(next_arrival - time.monotonic(), 0), 0.1))
            with self.lock:
                now = time.monotonic()
                for way in self.ways:
                    way.take(now)
                    way.give(now)

    def stop(self):
        self.ended.set()
        self.join()


@contextlib.contextmanager
def namespace(label):
    name = f"tcpstack-compare-{os.getpid()}-{label}"
    command("ip", "netns", "add", name)
    try:
        command("ip", "-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        command("ip", "netns", "delete", name)


def make_tun(where, name, address, peer):
    """A TUN device in the namespace; the file that reads and writes its packets."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    command("ip", "link", "set", name, "netns", where)
    command("ip", "-n", where, "address", "add", address, "peer", peer, "dev", name)
    command("ip", "-n", where, "link", "set", name, "up", "txqueuelen", "1000")
    return device


@contextlib.contextmanager
def path(label, cell):
    """The namespaces of a sender and of its receiver, and the relay between them."""
    with namespace(label + "-near") as near, namespace(label + "-far") as far:
        short = f"{os.getpid() % 100_000}{label[0]}"
        near_tun = make_tun(near, f"n{short}", SENDER, RECEIVER)
        far_tun = make_tun(far, f"f{short}", RECEIVER, SENDER)
        command("ip", "-n", far, "route", "add", "default", "via", SENDER)
        settings = ["ip_forward=1", "tcp_no_metrics_save=1", *cell.kernel_settings]
        command(*in_namespace(near, "sysctl", "-q", "-w", *(f"net.ipv4.{setting}" for setting in settings)))
        relay = Relay(near_tun, far_tun, cell)
        relay.start()
        try:
            yield near, far, relay
        finally:
            relay.stop()
            os.close(near_tun)
            os.close(far_tun)
