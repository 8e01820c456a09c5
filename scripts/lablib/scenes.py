"""A scene: one capture of a lab, with its events and its checks."""

import contextlib
import dataclasses
import pathlib
import signal
import subprocess
import typing

import harness

from . import checks
from .capture import Capture


@dataclasses.dataclass(frozen=True)
class Scene:
    """`play(path)` makes the capture. If the numbers depend on how soon the kernel runs a program, a busy
    machine may need more than one try."""
    name: str  # of the capture file
    title: str
    play: typing.Callable
    checks: list
    tries: int = 1


@contextlib.contextmanager
def quiet_namespace():
    """Without IPv6, which asks for routers on every new device: not a part of any lab."""
    with harness.Lab(start=False) as lab:
        with contextlib.suppress(OSError):
            pathlib.Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1", encoding="ascii")
        yield lab


@contextlib.contextmanager
def stack(capture, *options):
    """tcpstack in a namespace of its own, the process beside it; the capture is complete afterwards, and
    the narrator's lines are in a file beside it."""
    with quiet_namespace() as lab:
        try:
            lab.start("--capture", capture, *options).ready()
            yield lab
            assert lab.stack.stop() == 0, lab.stack.story()
        finally:
            pathlib.Path(capture).with_suffix(".txt").write_text(lab.stack.text() + "\n", encoding="utf-8")


class Recording:
    """tcpdump's capture of a device, for a stack that writes none itself."""

    def __init__(self, path, device):
        self.file = path.with_suffix(".pcap")
        self.device = device
        self.path = path
        self._process = subprocess.Popen(
            ["tcpdump", "-Z", "root", "-i", device, "-U", "--immediate-mode", "-w", self.file, "ip"],
            stderr=subprocess.PIPE, text=True)
        while "listening on" not in (line := self._process.stderr.readline()):
            assert line, "tcpdump has ended"

    def wait_for(self, count):
        """Waits until the capture has `count` packets."""
        harness.eventually(lambda: self.count() >= count, f"packet {count} at {self.device}")

    def wait_for_bytes(self, part):
        """Waits until a packet with these bytes has passed."""
        harness.eventually(lambda: part in self.file.read_bytes(), f"{part.hex(' ')} at {self.device}")

    def count(self):
        data = self.file.read_bytes()
        place, count = 24, 0  # the header of the file
        while place + 16 <= len(data):
            size = int.from_bytes(data[place + 8:place + 12], "little")
            place += 16 + size
            count += place <= len(data)
        return count

    def end(self):
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=harness.PATIENCE)
        harness.run("editcap", "-F", "pcapng", self.file, self.path)
        self.file.unlink()


@contextlib.contextmanager
def recorded(path, count):
    """A namespace with a device tun0 that is watched until `count` packets have passed. The block starts the
    program that uses the device."""
    with quiet_namespace() as lab:
        harness.run("ip", "tuntap", "add", "mode", "tun", "dev", "tun0")
        harness.run("ip", "address", "add", f"{harness.HOST}/24", "dev", "tun0")
        harness.run("ip", "link", "set", "tun0", "up")
        recording = Recording(pathlib.Path(path), "tun0")
        try:
            yield lab, recording
            recording.wait_for(count)
        finally:
            recording.end()


def perform(scene, folder):
    """Plays a scene; returns its capture and the results of its checks."""
    path = pathlib.Path(folder, scene.name + ".pcapng")
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(scene.tries)):
        path.unlink(missing_ok=True)
        try:
            scene.play(path)
        except AssertionError:
            if left:
                continue
            raise
        capture = Capture(path)
        results = checks.look_all(scene.checks, capture)
        if all(result.ok for result in results):
            break
    return capture, results
