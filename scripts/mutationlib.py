"""What scripts/mutate knows of a mutation: the list, the place in the source, and the switch that takes it there.

A build per mutation would take a day. So all mutations go into one build, as switches ("mutant schemata"): an
expression `a < b` becomes `(mutation::on(17) ? (a <= b) : (a < b))`, and the environment says which one is on.
"""

import bisect
import csv
import dataclasses
import hashlib
import pathlib
import re

import checklib

COLUMNS = ["id", "file", "old", "new", "mechanism", "note"]
OPEN, CLOSE = "«", "»"
NAMESPACE = "tcpstack::mutation"
HEADER = "stack/base/mutation.h"

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\w+|[^\w\s]')
# A constant that is known when the program is compiled, up to its `;`.
_CONSTANT = re.compile(r"^[ \t]*((?:inline |static )*constexpr\b[^;(){}=]*?\b(k\w+)\s*(?:=|\{)[^;]*;)", re.MULTILINE)


class Wrong(Exception):
    """An entry of the list does not apply; the text says why."""


@dataclasses.dataclass
class Mutation:
    """One line of a list."""

    id: str
    file: str
    old: str
    new: str
    mechanism: str
    note: str = ""
    listed: str = ""  # file:line of the entry
    number: int = 0  # in this build
    span: tuple = (0, 0)  # of the replaced text in its file
    line: int = 0
    may_be_computed: bool = False  # by the compiler

    @property
    def is_equivalent(self):
        return self.note.startswith("equivalent:")

    @property
    def digest(self):
        return hashlib.sha256(f"{self.file}\t{self.old}\t{self.new}".encode()).hexdigest()[:12]

    @property
    def target(self):
        """The part of `old` that `new` replaces."""
        return self.old.partition(OPEN)[2].partition(CLOSE)[0] if OPEN in self.old else self.old

    @property
    def is_statement(self):
        text = self.target.strip() or self.new.strip()
        return text.endswith(";") or (text.endswith("}") and ";" in text)


def read_lists(root, wrong):
    """All entries of tests/mutation/*.tsv; what is malformed is appended to `wrong`."""
    mutations, seen = [], {}
    for path in sorted((root / "tests/mutation").glob("*.tsv")):
        name = path.relative_to(root).as_posix()
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                where = f"{name}:{number}"
                if not row or row[0].startswith("#") or row == COLUMNS:
                    continue
                if len(row) not in (5, 6) or not all(row[i].strip() for i in (0, 1, 2, 4)):
                    wrong.append(f"{where}: a line has the columns {', '.join(COLUMNS)}; only new and note may be empty")
                    continue
                mutation = Mutation(*row, listed=where)
                if mutation.id in seen:
                    wrong.append(f"{where}: '{mutation.id}' is in {seen[mutation.id]}, too")
                    continue
                seen[mutation.id] = where
                mutations.append(mutation)
    for number, mutation in enumerate(mutations, 1):
        mutation.number = number
    return mutations


def keep_numbers(mutations, path):
    """Each keeps the number that it had in the last build, so that a new entry changes its own file only."""
    known = {}
    if path.is_file():
        known = dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    largest = max(map(int, known.values()), default=0)
    for mutation in mutations:
        if mutation.id not in known:
            largest += 1
            known[mutation.id] = str(largest)
        mutation.number = int(known[mutation.id])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name}\t{number}\n" for name, number in known.items()), encoding="utf-8")


def _pattern(text):
    """The text with any white space between its tokens; spaces at its ends are nothing."""
    tokens = _TOKEN.findall(text)
    pattern = ""
    for before, token in zip(["", *tokens], tokens):
        both_words = re.match(r"\w", token) and re.search(r"\w$", before)
        pattern += (r"\s+" if both_words else r"\s*" if before else "") + re.escape(token)
    if tokens and re.match(r"\w", tokens[0]):
        pattern = r"(?<!\w)" + pattern
    if tokens and re.search(r"\w$", tokens[-1]):
        pattern += r"(?!\w)"
    return pattern


def locate(mutation, text):
    """Sets where the mutation's target stands in the text of its file, which is without comments."""
    old = mutation.old
    if OPEN in old:
        before, _, rest = old.partition(OPEN)
        target, close, after = rest.partition(CLOSE)
        if not close:
            raise Wrong(f"{OPEN} without {CLOSE}")
    else:
        before, target, after = "", old, ""
    pattern = rf"{_pattern(before)}\s*(?P<target>{_pattern(target)})\s*{_pattern(after)}"
    found = list(re.finditer(pattern, text))
    if len(found) != 1:
        raise Wrong("is not there" if not found else f"is there {len(found)} times; give more context around {OPEN}{CLOSE}")
    mutation.span = found[0].span("target")
    mutation.line = checklib.line_of(text, mutation.span[0])
    if _TOKEN.findall(mutation.target) == _TOKEN.findall(mutation.new):
        raise Wrong("changes nothing")
    if text[text.rfind("\n", 0, mutation.span[0]) + 1 : mutation.span[0]].count('"') % 2 == 1:
        raise Wrong("is inside a string: take the whole of it")
    if mutation.is_statement:
        if not re.search(r"([;{}):]|\belse)\s*$", text[: mutation.span[0]]):
            raise Wrong("ends like a statement and does not begin like one")
    elif ";" in mutation.target:
        raise Wrong("is neither an expression nor whole statements")
    elif not mutation.new.strip():
        raise Wrong("is not a statement: something must replace it")


def locate_all(root, mutations, wrong):
    """Finds the place of each mutation; returns those that have one, by file."""
    by_file = {}
    for mutation in mutations:
        by_file.setdefault(mutation.file, []).append(mutation)
    for name, ones in by_file.items():
        path = root / name
        if not path.is_file():
            wrong.extend(f"{one.listed}: {one.id}: there is no {name}" for one in ones)
            ones.clear()
            continue
        text = checklib.without_comments(path.read_text(encoding="utf-8"))
        for one in list(ones):
            try:
                locate(one, text)
            except Wrong as problem:
                wrong.append(f"{one.listed}: {one.id}: in {name}, `{one.old}` {problem}")
                ones.remove(one)
    return by_file


# ---- switches --------------------------------------------------------------------------------------


def _on(mutation):
    return f"::{NAMESPACE}::{'on_if_running' if mutation.may_be_computed else 'on'}({mutation.number})"


def _mark_computed(text, mutations):
    """Inside a constexpr function the compiler may ask for the switch."""
    lines = text.splitlines()
    for _, first, last in checklib.cpp_functions(text):
        head = "\n".join(lines[first - 1 : last]).partition("{")[0]
        if "constexpr" in head:
            for one in mutations:
                one.may_be_computed |= first <= one.line <= last


def _switch(mutation, old):
    """The old text, already switched inside, and the new one, of which the environment chooses."""
    new = mutation.new.strip()
    if not mutation.is_statement:
        if new in ("true", "false"):
            old = f"static_cast<bool>({old})"  # a condition need not be a bool
        return f"({_on(mutation)} ? ({new}) : ({old}))"
    if not old.strip():
        return f"if ({_on(mutation)}) {{ {new} }}"
    if not new:
        return f"if (!{_on(mutation)}) {{ {old} }}"
    return f"if ({_on(mutation)}) {{ {new} }} else {{ {old} }}"


def _switched(text, begin, end, mutations):
    """text[begin:end] with the mutations inside as switches; those of an outer place enclose those of an inner one."""
    result, at = "", begin
    while mutations:
        outer = min(mutations, key=lambda one: (one.span[0], -one.span[1]))
        first, last = outer.span
        inside = [one for one in mutations if one is not outer and first <= one.span[0] and one.span[1] <= last]
        mutations = [one for one in mutations if one is not outer and one not in inside]
        if mutations and min(one.span[0] for one in mutations) < last:
            other = min(mutations, key=lambda one: one.span)
            raise Wrong(f"{outer.id} and {other.id} overlap, and neither is inside the other")
        result += text[at:first] + _switch(outer, _switched(text, first, last, inside))
        at = last
    return result + text[at:end]


def _constant_switch(text, match, mutations):
    """A constant is defined once for each value, and its name becomes the choice between them. The compiler may want
    it wherever a header's constant is seen."""
    name, declaration, begin = match.group(2), match.group(1), match.start(1)
    renamed = re.compile(rf"\b{name}\b")
    computed = rf"^(?=.*\b{name}\b)(?=.*(constexpr|static_assert|std::array<|\bcase\b))"
    for one in mutations:
        in_header = one.file.endswith(".h")
        one.may_be_computed = in_header or re.search(computed, text[match.end(1) :], re.MULTILINE) is not None
    values, choice = [renamed.sub(f"{name}_0", declaration, count=1).replace("\n", " ")], f"{name}_0"
    for one in mutations:
        first, last = (place - begin for place in one.span)
        changed = declaration[:first] + one.new + declaration[last:]
        values.append(renamed.sub(f"{name}_{one.number}", changed, count=1).replace("\n", " "))
        choice = f"{_on(one)} ? {name}_{one.number} : {choice}"
    line = checklib.line_of(text, match.end(1))
    return f"{' '.join(values)}\n#define {name} ({choice})\n#line {line}\n"


def with_switches(name, text, mutations):
    """The file's text with all its mutations as switches. Line numbers stay what they were."""
    blank = checklib.without_comments(text)
    _mark_computed(blank, mutations)
    edits, left = [], list(mutations)
    for match in _CONSTANT.finditer(blank):
        inside = [one for one in left if match.start(1) <= one.span[0] and one.span[1] <= match.end(1)]
        if inside:
            left = [one for one in left if one not in inside]
            edits.append((match.start(1), match.end(1), _constant_switch(blank, match, inside)))
    result, at = f'#include "{HEADER}"\n#line 1 "{name}"\n', 0
    for begin, end, replacement in edits:
        between = [one for one in left if at <= one.span[0] and one.span[1] <= begin]
        left = [one for one in left if one not in between]
        result += _switched(blank, at, begin, between) + replacement
        at = end
    return result + _switched(blank, at, len(blank), left)


def of_line(mutations, file, line):
    """The mutations whose text stands on this line of the file."""
    ones = sorted((one for one in mutations if one.file == file), key=lambda one: one.line)
    first = bisect.bisect_left([one.line for one in ones], line)
    return [one for one in ones[first:] if one.line == line] or ones[max(first - 1, 0):first]


def path_of_root():
    """The checkout that this script belongs to."""
    return pathlib.Path(__file__).resolve().parent.parent


def shown(mutation):
    """`old -> new`, for a reader."""
    return f"{mutation.old} -> {mutation.new or 'nothing'}"


def try_switches(root, by_file, wrong):
    """Writes every switch to nowhere: finds entries that overlap."""
    for name, mutations in by_file.items():
        if not mutations:
            continue
        try:
            with_switches(name, (root / name).read_text(encoding="utf-8"), mutations)
        except Wrong as problem:
            wrong.append(f"{name}: {problem}")
