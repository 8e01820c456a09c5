"""One promise of a lab: its words, the expected value, and its place in a capture."""

import dataclasses
import typing

from .capture import count_hits


@dataclasses.dataclass(frozen=True)
class Within:
    """A number with a tolerance."""
    value: float
    tolerance: float

    def __eq__(self, other):
        return isinstance(other, (int, float)) and abs(other - self.value) <= self.tolerance

    def __str__(self):
        return f"{self.value:g} (within {self.tolerance:g})"


@dataclasses.dataclass(frozen=True)
class EachWithin:
    """Numbers, each with a tolerance."""
    values: tuple
    tolerance: float

    def __eq__(self, other):
        return len(other) == len(self.values) and all(
            Within(value, self.tolerance) == seen for value, seen in zip(self.values, other))

    def __str__(self):
        return f"{', '.join(f'{value:g}' for value in self.values)} (each within {self.tolerance:g})"


@dataclasses.dataclass(frozen=True)
class Check:
    """`shown(capture)` must be equal to `expected`."""
    what: str
    expected: object
    shown: typing.Callable = None
    filter: str = ""  # instead of `shown`: the number of packets that this display filter selects


@dataclasses.dataclass(frozen=True)
class Result:
    """The outcome of a check."""
    check: Check
    shown: object
    ok: bool

    def lines(self):
        """Its three or four lines for the terminal."""
        yield f"{'ok    ' if self.ok else 'FAILED'} {self.check.what}"
        yield from _aligned("expected", self.check.expected)
        yield from _aligned("shown   ", self.shown)


def _aligned(label, value):
    if isinstance(value, float):
        value = f"{value:.3f}"
    parts = [str(part) for part in value] if isinstance(value, (list, tuple)) else [str(value)]
    if sum(map(len, parts)) < 80:
        parts = [", ".join(parts) or "nothing"]
    for number, part in enumerate(parts):
        yield f"       {label if number == 0 else ' ' * len(label)} {part}"


def look(check, capture):
    """The result of one check. It fails if the capture lacks the packets to look at."""
    try:
        shown = check.shown(capture)
    except (LookupError, StopIteration, TypeError, ValueError) as error:
        return Result(check, f"cannot be looked up: {error or 'no such packet'}", False)
    return _compare(check, shown)


def look_all(checks, capture):
    """The results for a whole capture file."""
    counts = count_hits(capture.path, [check.filter for check in checks if check.filter])
    return [_compare(check, counts[check.filter]) if check.filter else look(check, capture)
            for check in checks]


def _compare(check, shown):
    return Result(check, shown, bool(check.expected == shown))


def hits(display_filter, count):
    """A display filter selects this number of packets."""
    return Check(f"packets that the filter `{display_filter}` selects", count, filter=display_filter)


def listed(packets, ours="10.0.0.2"):
    """Packets as lines of a lab's listing, `<` from our stack and `>` to it."""
    return [f"{'<' if packet.source == ours else '>'} {packet}" for packet in packets]
