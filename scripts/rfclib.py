"""Reads what the sources say about RFCs: tags of requirements, citations of sections, departures.

Used by scripts/rfc-map. A place in a source is named by its function, test or row of a table, not by its line.
"""

import dataclasses
import re

import checklib

TAG = re.compile(r"\b(MUST|SHLD|MAY|REC)-(\d+)(?:\s+to\s+\1-(\d+))?\b")
CITATION = re.compile(r"\bRFC\s+(\d{3,5})\s+(?:[Ss]ection\s+)?\(?(\d+(?:\.\d+)*)(?!\d|-byte|,\d)")
MENTION = re.compile(r"\bRFC\s+(\d{3,5})\b")
CONTINUED = re.compile(r"\n\s*(?://|\"|#)\s*")
MARKER = re.compile(r'(?<!")\b(Departs|Linux): ')

COMMENT = re.compile(r"//[^\n]*")
TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)
_STRINGS = r'"((?:[^"\\\n]|\\.)*)"(?:\s*"(?:[^"\\\n]|\\.)*")*'
ROW = re.compile(r"\{\s*" + _STRINGS + r",\s*(" + _STRINGS + r"),")
DECLARATION = re.compile(r"(?:^|[\s*&])(~?\w+|operator\s*\S+?)\s*(?:\(|\{|=|;)")
PYTHON = re.compile(r"^\s*def (\w+)", re.MULTILINE)


@dataclasses.dataclass
class Tag:
    id: str
    offset: int


class Source:
    """A file with the names of the places in it."""

    def __init__(self, path, name):
        self.name = name
        self.text = path.read_text()
        self.code = checklib.without_comments(self.text)
        self.is_test = name.startswith("tests/")
        self.bodies = []
        if path.suffix in checklib.CODE:
            self.bodies = [(f, b, e) for f, b, e in checklib.cpp_functions(self.text)]

    def title(self):
        """The first sentence of the comment that opens the file."""
        words = []
        for line in self.text.splitlines():
            if not line.startswith("//"):
                break
            words.append(line.lstrip("/ "))
            if line.rstrip().endswith((".", ":")):
                break
        return " ".join(words)

    def where(self, offset):
        """The function, test, row or declaration that a tag at `offset` belongs to; perhaps nothing."""
        if self.name.endswith(".py"):
            before = list(PYTHON.finditer(self.text, 0, offset))
            return before[-1].group(1) if before else ""
        return self._test(offset) if self.is_test else self._declaration(offset)

    def _test(self, offset):
        line = checklib.line_of(self.text, offset)
        for test in TEST.finditer(self.text):
            begin = checklib.line_of(self.text, test.start())
            body = self.text.find("\n}\n", test.start())
            if begin <= line <= checklib.line_of(self.text, body):
                return f"{test.group(1)}.{test.group(2)}"
        for row in ROW.finditer(self.text):
            if row.start(2) <= offset < row.end(2):
                return f"“{row.group(1)}”"
        # A comment precedes its subject.
        after = [m for m in (TEST.search(self.text, offset), ROW.search(self.text, offset)) if m]
        nearest = min(after, key=lambda m: m.start(), default=None)
        if nearest is None:
            return ""
        is_test = nearest.re is TEST
        return f"{nearest.group(1)}.{nearest.group(2)}" if is_test else f"“{nearest.group(1)}”"

    def _declaration(self, offset):
        line = checklib.line_of(self.text, offset)
        for function, first, last in self.bodies:
            if first <= line <= last and not self._is_comment_before(line, first):
                return function
        return self._next_declaration(line)

    def _is_comment_before(self, line, first):
        lines = self.text.splitlines()[first - 1 : line]
        return all(text.startswith("//") for text in lines)

    def _next_declaration(self, line):
        """What is declared on this line or, after a comment, on the next line of code."""
        for text in self.code.splitlines()[line - 1 :]:
            if not text.strip():
                continue
            if text.lstrip().startswith("#"):
                return ""  # a comment on the whole file
            if text.lstrip().startswith("namespace"):
                return ""
            found = DECLARATION.search(text.split("(")[0] + "(" if "(" in text else text)
            return found.group(1) if found else ""
        return ""


def sources(root, folders):
    for path, name in checklib.source_files(root, folders, (*checklib.CODE, ".py", ".pkt")):
        if not name.startswith("tests/scripts/"):
            yield Source(path, name)


def tags(source):
    for match in TAG.finditer(source.text):
        kind, first = match.group(1), int(match.group(2))
        for number in range(first, int(match.group(3) or first) + 1):
            yield Tag(f"{kind}-{number}", match.start())


def citations(source):
    """(RFC, section, offset) of each section cited; a citation may run on in the next line of a comment."""
    flat = _flattened(source.text)
    for match in CITATION.finditer(flat):
        yield match.group(1), match.group(2), match.start()


def mentions(source):
    """(RFC, offset) wherever an RFC is named, with a section or without."""
    for match in MENTION.finditer(_flattened(source.text)):
        yield match.group(1), match.start()


def _flattened(text):
    """The same length: a line of a comment, or of a string, joined to the next by blanks."""
    return CONTINUED.sub(lambda match: " " * len(match.group()), text)


def departures(source):
    """(kind, words, where) of each marker in a comment: up to the next marker or the comment's end."""
    lines = source.text.splitlines(keepends=True)
    offset = 0
    for number, line in enumerate(lines):
        comment = COMMENT.search(line)
        for marker in MARKER.finditer(line) if comment else []:
            if marker.start() > comment.start():
                rest = line[marker.end() :] + _continuation(lines, number, comment.start())
                words = " ".join(MARKER.split(rest)[0].split())
                yield marker.group(1), words, source.where(offset + marker.start())
        offset += len(line)


def _continuation(lines, number, column):
    """The comment lines that follow: of the same block, without the slashes."""
    text = ""
    for line in lines[number + 1 :]:
        stripped = line.strip()
        if not stripped.startswith("//") or line.index("//") != column or stripped == "//":
            break
        text += " " + stripped.lstrip("/ ")
    return text
