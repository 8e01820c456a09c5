"""The cells of grid_test.py: settings of both ends and of the path, and one conversation with them.

A cell runs twice: our tcpcat or tcpstack with the kernel, and for comparison the kernel with itself over the same path
(wire.py). Both count the time from the first SYN until each end has all that the other has written.
"""

import contextlib
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import harness
import pairwise

TCPCAT = harness.BUILD / "tcpcat"
PORT = 24000
LONGEST = 100  # seconds of one conversation
WIRE = pathlib.Path(__file__).with_name("wire.py")

PATHS = {
    "clean": [],
    "loss": ["loss 2%"],
    "reordering": ["reorder 5% 2ms"],
    "duplication": ["duplicate 3%"],
    "corruption": ["corrupt 1%"],
    "all of it": ["loss 1%", "reorder 3% 2ms", "duplicate 1%", "corrupt 0.3%"],
}
BUFFERS = {"small": "4096 10000 10000", "default": None, "large": "4096 2000000 6000000"}
# Our options beside those that have settings of their own.
EXTRAS = ["", "--pacing", "--nagle off", "--delayed-ack 0ms", "--window 4000", "--mss 200", "--black-hole-detection",
          "--like windows"]
ON_OFF = [True, False]

FACTORS = {
    "opens": ["tcpcat", "kernel", "kernel, to our echo with offload"],
    "writes": ["kernel", "ours", "both"],
    "mtu": [68, 296, 576, 1500, 9000, 65535],
    "path": list(PATHS),
    "fast open": ON_OFF,
    "kernel timestamps": ON_OFF,
    "kernel sack": ON_OFF,
    "kernel scaling": ON_OFF,
    "kernel ecn": [0, 1, 2],
    "kernel congestion": ["cubic", "reno"],
    "kernel buffers": list(BUFFERS),
    "our timestamps": ON_OFF,
    "our sack": ON_OFF,
    "our scaling": ON_OFF,
    "our ecn": ["off", "offer", "accept"],
    "our congestion": ["cubic", "reno", "tahoe"],
    "extra": EXTRAS,
}


def possible(row):
    """An echo service writes what it reads."""
    return not row.get("opens", "").endswith("offload") or row.get("writes", "both") == "both"


def cells():
    """All of them. The first ones have the most pairs."""
    return pairwise.rows(FACTORS, possible, at_least=60)


def name_of(cell):
    """The cell in a line, for a failure."""
    return ", ".join(f"{name} {value}" for name, value in cell.items() if value != "")


def _set(name, value):
    pathlib.Path("/proc/sys/net/ipv4", name).write_text(str(value), encoding="ascii")


def _set_kernel(timestamps, sack, scaling, ecn, buffers):
    for name, value in [("tcp_timestamps", int(timestamps)), ("tcp_sack", int(sack)),
                        ("tcp_window_scaling", int(scaling)), ("tcp_ecn", ecn), ("tcp_fastopen", 3)]:
        _set(name, value)
    if buffers:
        _set("tcp_rmem", buffers)
        _set("tcp_wmem", buffers)


def kernel_settings(cell):
    """Of the namespace that the process is in."""
    _set_kernel(cell["kernel timestamps"], cell["kernel sack"], cell["kernel scaling"], cell["kernel ecn"],
                BUFFERS[cell["kernel buffers"]])


def our_settings_for_a_kernel(cell):
    """The nearest that a kernel has to our options."""
    _set_kernel(cell["our timestamps"], cell["our sack"], cell["our scaling"],
                ["off", "offer", "accept"].index(cell["our ecn"]),
                "4096 8000 8000" if cell["extra"].startswith("--window") else None)


def our_options(cell):
    """For tcpcat and tcpstack."""
    options = ["--mtu", cell["mtu"], "--seed", 1, "--ecn", cell["our ecn"], "--congestion", cell["our congestion"],
               *cell["extra"].split()]
    for setting, option in [("our timestamps", "--no-timestamps"), ("our sack", "--no-sack"),
                            ("our scaling", "--no-window-scale")]:
        options += [] if cell[setting] else [option]
    options += ["--fast-open"] if cell["fast open"] else []
    for fault in PATHS[cell["path"]]:
        options += ["--fault", fault]
    return list(map(str, options))


def texts(cell, segments):
    """What the kernel writes, and what we write."""
    size = min(segments * (cell["mtu"] - 40), 2_000_000)
    ours = bytes(number * 7 % 251 for number in range(size)) if cell["writes"] != "kernel" else b""
    kernels = bytes(number % 251 for number in range(size)) if cell["writes"] != "ours" else b""
    return kernels, kernels if cell["opens"].endswith("offload") else ours


class End(threading.Thread):
    """One end of a conversation: writes, closes its side, and reads to the end of the other's."""

    def __init__(self, read, write, close, text, expected):
        super().__init__(daemon=True)
        self.read, self.expected = read, expected
        self.got, self.done_at, self.error = bytearray(), None, None
        self.writer = threading.Thread(target=self._write, args=(write, close, text), daemon=True)
        self.start()

    def _write(self, write, close, text):
        try:
            write(text)
            close()
        except OSError as error:
            self.error = error

    def run(self):
        self.writer.start()
        try:
            while part := self.read(1 << 16):
                self.got += part
                if len(self.got) >= len(self.expected):
                    self.done_at = self.done_at or time.monotonic()
        except OSError as error:
            self.error = error
        self.done_at = self.done_at or time.monotonic()
        self.writer.join()

    def check(self, name, deadline):
        """Fails if the text is not the expected one."""
        self.join(max(0, deadline - time.monotonic()))
        assert not self.is_alive(), f"{name} is not done: {len(self.got)} of {len(self.expected)} bytes"
        assert not self.error, f"{name}: {self.error}"
        if self.got != self.expected:
            at = next((i for i, pair in enumerate(zip(self.got, self.expected)) if pair[0] != pair[1]), "the end")
            raise AssertionError(f"{name} got {len(self.got)} bytes, not {len(self.expected)}; they differ at {at}")


def _end_of(sock, text, expected):
    sock.settimeout(LONGEST)
    return End(sock.recv, sock.sendall, lambda: sock.shutdown(socket.SHUT_WR), text, expected)


def _end_of_process(process, text, expected):
    def write(data):
        process.stdin.write(data)

    return End(process.stdout.read1, write, process.stdin.close, text, expected)


def _finish(ends, began):
    for name, end in ends.items():
        end.check(name, began + LONGEST)
    return max(end.done_at for end in ends.values()) - began


def _socket(congestion, segment=None):
    sock = socket.socket()
    sock.settimeout(LONGEST)
    if segment:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, congestion.encode())
    return sock


def _listening(congestion, segment=None):
    server = _socket(congestion, segment)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", PORT))
    server.listen()
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
    return server


def _open(cell, text, address=harness.OURS):
    """The kernel opens, with the first text on its SYN if it has a cookie. Gives the socket and the rest of the text."""
    sock = _socket(cell["kernel congestion"])
    if not cell["fast open"] or not text:
        sock.connect((address, PORT))
        return sock, text
    # Of a socket that does not block, the kernel would only begin to connect here when it has no cookie.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", LONGEST, 0))
    sock.settimeout(None)
    taken = sock.sendto(text[:1000], socket.MSG_FASTOPEN, (address, PORT))
    return sock, text[taken:]


@contextlib.contextmanager
def _program(*command):
    """A running tcpcat, and what it says."""
    with subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _tcpcat_opens(cell, kernels, ours, folder):
    with _listening(cell["kernel congestion"]) as server:
        began = time.monotonic()
        with _program(TCPCAT, *our_options(cell), "--wait", "60s", "--cookies", folder + "/cookies", harness.HOST,
                      PORT) as process:
            mine = _end_of_process(process, ours, kernels)
            peer, _ = server.accept()
            with peer:
                return _finish({"the kernel": _end_of(peer, kernels, ours), "tcpcat": mine}, began)


def _tcpcat_listens(cell, kernels, ours, _):
    with _program(TCPCAT, *our_options(cell), "-v", "-l", PORT) as process:
        while not process.stderr.readline().startswith(b"tcpcat: listening"):
            assert process.poll() is None, "tcpcat has ended"
        threading.Thread(target=process.stderr.read, daemon=True).start()
        began = time.monotonic()
        sock, rest = _open(cell, kernels)
        with sock:
            mine = _end_of_process(process, ours, kernels)
            return _finish({"the kernel": _end_of(sock, rest, ours), "tcpcat": mine}, began)


def _echo(cell, kernels, _, __):
    stack = harness.Stack("--service", f"echo:{PORT}", "--offload", "--log-level", "warn", *our_options(cell)).ready()
    try:
        began = time.monotonic()
        sock, rest = _open(cell, kernels)
        with sock:
            return _finish({"the kernel": _end_of(sock, rest, kernels)}, began)
    finally:
        stack.kill()


CONVERSATIONS = dict(zip(FACTORS["opens"], [_tcpcat_opens, _tcpcat_listens, _echo]))


def with_ours(cell, segments):
    """Seconds of the conversation between our stack and the kernel."""
    converse = CONVERSATIONS[cell["opens"]]
    with harness.Lab(start=False), tempfile.TemporaryDirectory() as folder:
        kernel_settings(cell)
        if cell["fast open"]:  # for a cookie
            converse(cell, b"?" if cell["writes"] != "ours" else b"", b"!" if cell["writes"] != "kernel" else b"", folder)
        return converse(cell, *texts(cell, segments), folder)


def _set_up(namespace, address, mtu):
    where = ["ip", "-n", namespace.name]
    harness.run(*where, "address", "add", f"{address}/24", "dev", "tun0")
    harness.run(*where, "link", "set", "tun0", "mtu", mtu, "up")


@contextlib.contextmanager
def _two_kernels(cell):
    with harness.Namespace("one") as one, harness.Namespace("two") as two:
        command = [sys.executable, WIRE, "1", one.name, two.name, *PATHS[cell["path"]]]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as wire:
            try:
                assert wire.stdout.readline() == b"ready\n"
                _set_up(one, harness.HOST, cell["mtu"])
                _set_up(two, harness.OURS, cell["mtu"])
                yield one, two
            finally:
                wire.kill()


def kernel_with_itself(cell, segments):
    """Seconds of the same conversation between two kernels."""
    kernels, ours = texts(cell, segments)
    with _two_kernels(cell) as (one, two):
        with one.inside():
            kernel_settings(cell)
        with two.inside():
            our_settings_for_a_kernel(cell)
        here, there, to = one, two, harness.OURS
        choices = [(cell["kernel congestion"], None),
                   (cell["our congestion"].replace("tahoe", "reno"), 200 if cell["extra"] == "--mss 200" else None)]
        if cell["opens"] == "tcpcat":
            here, there, to = two, one, harness.HOST
            kernels, ours = ours, kernels
            choices.reverse()
        with there.inside():
            server = _listening(*choices[1])
        with server:
            began = time.monotonic()
            with here.inside():
                client = _socket(*choices[0])
                client.connect((to, PORT))
            peer, _ = server.accept()
            with client, peer:
                return _finish({"the first kernel": _end_of(client, kernels, ours),
                                "the second": _end_of(peer, ours, kernels)}, began)
