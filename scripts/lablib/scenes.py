"""A scene: one capture of a lab, with what has to happen for it and the checks of what came of it."""

import contextlib
import dataclasses
import pathlib
import typing

import harness

from . import checks
from .capture import Capture


@dataclasses.dataclass(frozen=True)
class Scene:
    """`play(path)` makes the capture (a generator that yields the stacks' stories is not needed)."""
    name: str  # of the capture file
    title: str
    play: typing.Callable
    checks: list


@contextlib.contextmanager
def stack(capture, *options):
    """tcpstack in a namespace of its own, the process beside it; the capture is complete afterwards, and
    what the narrator has said is in a file beside it."""
    with harness.Lab("--capture", capture, *options) as lab:
        try:
            yield lab
            assert lab.stack.stop() == 0, lab.stack.story()
        finally:
            pathlib.Path(capture).with_suffix(".txt").write_text(lab.stack.text() + "\n", encoding="utf-8")


def perform(scene, folder):
    """Plays a scene; its capture, and the results of its checks."""
    path = pathlib.Path(folder, scene.name + ".pcapng")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    scene.play(path)
    capture = Capture(path)
    return capture, checks.look_all(scene.checks, capture)
