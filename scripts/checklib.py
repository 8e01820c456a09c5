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


def report(violations, remedy):
    """Prints what was found and leaves with 1 if there was anything."""
    for violation in violations:
        print(violation)
    if violations:
        print(f"{len(violations)} found. {remedy}", file=sys.stderr)
        sys.exit(1)
