"""What the check-* scripts share: finding source files, blanking comments, reporting."""

import argparse
import pathlib
import re
import sys

CODE = (".h", ".cc")

# A comment, a string or character literal, or a raw string; newlines survive the blanking.
_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def arguments(doc):
    """The command line every check has: --root, so that its own test can plant violations."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--root", type=pathlib.Path, default=here, help="the checkout to look at")
    return parser


def source_files(root, folders, suffixes=CODE):
    """Files below the folders, in a stable order, as (path, path relative to the root)."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes:
                yield path, path.relative_to(root).as_posix()


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """Blanks comments, but keeps strings (an #include is one)."""
    return _NOT_CODE.sub(lambda m: _blank(m) if m.group().startswith("/") else m.group(), text)


def only_code(text):
    """Blanks comments and the insides of strings."""
    return _NOT_CODE.sub(_blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


# The words before an opening brace.
_CONTROL = re.compile(r"\s*(?:else\s+)?(?:if|for|while|switch|do|else|try|catch)\b")
_NAME = re.compile(r"(~?\w+|operator\s*\S+?)\s*\(")
_TOKEN = re.compile(r"[{}();]")


def cpp_functions(text):
    """(name, first line, last line) of each outermost function body in clang-formatted C++."""
    text = re.sub(r"^[ \t]*#.*$", lambda m: " " * len(m.group()), only_code(text), flags=re.M)
    scopes = []  # (name or None, offset where its head begins, parentheses open outside)
    head, parentheses = 0, 0
    for token in _TOKEN.finditer(text):
        char = token.group()
        if char in "()":
            parentheses += 1 if char == "(" else -1
        elif char == ";":
            head = token.end() if parentheses == 0 else head
        elif char == "{":
            words = text[head : token.start()]
            called = _NAME.search(words)
            inside = any(name for name, _, _ in scopes) or parentheses
            is_function = called and not inside and not _CONTROL.match(words)
            scopes.append((called.group(1) if is_function else None, head, parentheses))
            head, parentheses = token.end(), 0
        elif scopes:
            name, begin, parentheses = scopes.pop()
            if name:
                begin += len(text[begin:]) - len(text[begin:].lstrip())
                yield name, line_of(text, begin), line_of(text, token.start())
            head = token.end()


def report(violations, remedy):
    """Prints what was found and leaves with 1 if there was anything."""
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} found. {remedy}", file=sys.stderr)
        sys.exit(1)
