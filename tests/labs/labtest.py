"""What the tests of the labs share: each plays the scenes of its lab as scripts/lab-run does."""

import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

# pylint: disable=wrong-import-position,unused-import
from lablib import checks, labs  # noqa: E402
import harness  # noqa: E402


def scene_of(name):
    """(letter of the lab, scene) by the scene's name."""
    [found] = [(letter, scene) for letter, scenes in labs.LABS.items() for scene in scenes
               if scene.name == name]
    return found


def holds(name, but_port=0, every_packet=True):
    """Plays a scene, all of whose checks must hold; and they must be able to fail.

    Each must fail on an empty capture; and whichever packet is missing, one of them must notice;
    `but_port` excludes a conversation in which the kernel may acknowledge as it likes. Without `every_packet` the
    checks are about some packets only: an empty capture must not pass, and that is all."""
    with tempfile.TemporaryDirectory() as folder:
        _, scene = scene_of(name)
        capture, results = labs.perform(scene, folder)
        failed = [line for result in results if not result.ok for line in result.lines()]
        assert not failed, "\n".join([*map(_numbered, capture), *failed])
        own = [check for check in scene.checks if not check.filter]
        empty = capture.only(lambda packet: False)
        if not every_packet:
            assert not all(checks.look(check, empty).ok for check in own), "holds for a capture without packets"
            return
        for result in [checks.look(check, empty) for check in own]:
            assert not result.ok, f"holds for a capture without packets: {result.check.what}"
        for packet in capture.only(lambda packet: but_port not in (packet.tcp_from, packet.tcp_to)):
            rest = capture.without(packet.number)
            assert not all(checks.look(check, rest).ok for check in own), f"nobody misses {_numbered(packet)}"


def _numbered(packet):
    return f"{packet.number:4} {packet.source} > {packet.destination} {packet} {packet.info}"
