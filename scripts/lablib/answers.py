"""Answer sheets: the forms of answers, reading a sheet, marking each answer.

A sheet is lines `key: answer`. Lines that begin with # are the questions; an empty answer is missing.
"""

import dataclasses
import re
import typing


class Mistake(ValueError):
    """Something in a sheet cannot be understood; the text says what was expected."""


class Kind:
    """How an answer is written."""

    def __init__(self, expected, read, same=None, write=str):
        self.expected = expected  # for the student: an example of the form
        self._read = read
        self.same = same or (lambda right, given: right == given)
        self.write = write

    def read(self, text):
        try:
            return self._read(text)
        except (ValueError, KeyError):
            raise Mistake(f"'{text}' is not {self.expected}") from None


def _whole(text):
    return int(text.replace("_", ""), 0)


def _hex(text):
    return bytes.fromhex(text.lower().removeprefix("0x").replace(":", " ")).hex(" ")


_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def _flags(text):
    names = re.split(r"[,\s]+", text.upper())
    if set(names) - set(_FLAGS):
        raise ValueError
    return frozenset(names)


def _list(separated):
    return ", ".join(map(str, separated))


NUMBER = Kind("a whole number, such as 1234 or 0x4d2", _whole)
NUMBERS = Kind("whole numbers with commas between them, such as 1, 2, 3",
               lambda text: [_whole(part) for part in re.split(r"[,\s]+", text)], write=_list)
SECONDS = Kind("a time in seconds, such as 0.3 or 17.8", lambda text: float(text.removesuffix("s")),
               same=lambda right, given: abs(right - given) <= max(0.02, 0.02 * right),
               write=lambda value: f"{value:.3f}")
FLAGS = Kind("names of flags, such as SYN, ACK", _flags,
             write=lambda names: _list(name for name in ("SYN", "FIN", "RST", "PSH", "URG", "ACK")
                                       if name in names))
HEX = Kind("hexadecimal digits, such as 2c 37 42", _hex)
YES_OR_NO = Kind("yes or no", lambda text: {"yes": True, "no": False}[text.lower()],
                 write=lambda value: "yes" if value else "no")


@dataclasses.dataclass(frozen=True)
class Question:
    """`answer(capture)` is the right answer; it raises a LookupError if the capture does not have it."""
    key: str
    text: str
    kind: Kind
    answer: typing.Callable
    look: str  # where to look: a display filter


@dataclasses.dataclass(frozen=True)
class Mark:
    """The result of one question."""
    question: Question
    verdict: str  # right, wrong, missing (no answer), not here (the capture does not have it)
    given: object = None
    right: object = None

    def lines(self):
        kind = self.question.kind
        if self.verdict == "wrong":
            yield f"wrong    {self.question.key}: {kind.write(self.given)}; the capture says {kind.write(self.right)}"
            yield f"         look at: {self.question.look}"
        elif self.verdict == "right":
            yield f"right    {self.question.key}: {kind.write(self.given)}"
        elif self.verdict == "missing":
            yield f"missing  {self.question.key}: expected {kind.expected}"
        else:
            yield f"not here {self.question.key}: this capture cannot tell"


def read_sheet(text, questions):
    """({key: answer}, [mistakes]) of a sheet; each mistake is (number of the line, description)."""
    by_key = {question.key: question for question in questions}
    answers, mistakes = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            key, answer = _read_line(line, by_key)
            if key in answers:
                raise Mistake(f"'{key}' has been answered already, expected one answer")
            if answer is not None:
                answers[key] = answer
        except Mistake as mistake:
            mistakes.append((number, str(mistake)))
    return answers, mistakes


def _read_line(line, by_key):
    key, colon, answer = (part.strip() for part in line.partition(":"))
    if not colon:
        raise Mistake(f"'{line.strip()}' has no colon, expected KEY: ANSWER")
    if key not in by_key:
        raise Mistake(f"no question '{key}', expected one of {', '.join(by_key)}")
    return key, by_key[key].kind.read(answer) if answer else None


def mark(question, answers, capture):
    """The mark for one question."""
    try:
        right = question.answer(capture)
    except (LookupError, StopIteration, TypeError, ValueError):
        return Mark(question, "not here", answers.get(question.key))
    if question.key not in answers:
        return Mark(question, "missing", right=right)
    given = answers[question.key]
    return Mark(question, "right" if question.kind.same(right, given) else "wrong", given, right)


def template(letter, questions):
    """An empty sheet."""
    lines = [f"# Lab {letter.upper()}. Write each answer after its colon, then:",
             f"#   scripts/lab-check {letter} answers.txt capture.pcapng",
             "# Packets are numbered as Wireshark does (frame.number); Seq and Ack are the relative ones unless raw",
             "# is asked for."]
    for question in questions:
        lines += ["", f"# {question.text}", f"#   {question.kind.expected}", f"{question.key}:"]
    return "\n".join(lines) + "\n"
