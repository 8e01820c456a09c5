#!/usr/bin/env python3
"""The requirement map: its collections, and that its check fails on planted violations."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

REQUIREMENTS = (
    "# id\tsection\tlevel\trequirement\n"
    "MUST-1\t3.1\tMUST\tfirst\n"
    "MUST-2\t3.1\tMUST\tsecond\n"
    "SHLD-1\t3.4.1\tSHOULD\tthird\n"
)

SOURCE = """// 3.1: a title. More words.
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// MUST-1: why.
int first(int a) {
  return a;
}

int second(int a) {
  // MUST-2
  return a;
}

}  // namespace tcpstack::tcp
"""

TEST = """const std::vector<Row> kRows = table(
    {},
    {{"a row", "RFC 9293 3.1 MUST-1", {"listen"}},
     {"another row",
      "RFC 9293 3.1: \\"quoted\\" "
      "MUST-2",
      {"listen"}}});

// SHLD-1
TEST(Suite, name) {
  f();
}
"""


class RfcMap(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.plant("docs/rfc9293-requirements.tsv", REQUIREMENTS)
        self.plant("docs/rfc9293-notes.tsv", "")
        self.plant("stack/tcp/x.cc", SOURCE)
        self.plant("tests/tcp/x_test.cc", TEST)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def text(self, name):
        return (self.root / name).read_text()

    def run_script(self, script):
        return subprocess.run(
            [ROOT / "scripts" / script, "--root", self.root], capture_output=True, text=True
        )

    def generate(self):
        return self.run_script("rfc-map")

    def assert_finds(self, *words):
        result = self.run_script("check-rfc-map")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for word in words:
            self.assertIn(word, result.stdout)

    def assert_passes(self):
        result = self.run_script("check-rfc-map")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def row(self, requirement):
        lines = self.text("docs/rfc-map.md").splitlines()
        return next(line for line in lines if line.startswith(f"| {requirement} |"))


class TheMap(RfcMap):
    def test_names_functions_tests_and_rows(self):
        self.generate()
        self.assertIn("[x.cc](../stack/tcp/x.cc) first |", self.row("MUST-1"))
        self.assertIn("[x.cc](../stack/tcp/x.cc) second |", self.row("MUST-2"))
        self.assertIn("“a row”", self.row("MUST-1"))
        self.assertIn("“another row”", self.row("MUST-2"))
        self.assertIn("Suite.name", self.row("SHLD-1"))
        self.assertIn("kept and tested", self.row("MUST-1"))
        self.assertIn("missing", self.row("SHLD-1"))
        self.assert_passes()

    def test_does_not_change_with_the_lines(self):
        self.generate()
        self.plant("stack/tcp/x.cc", SOURCE.replace("  return a;", "  a += 1;\n  return a;"))
        self.plant("tests/tcp/x_test.cc", "// A comment.\n" + TEST)
        self.assert_passes()

    def test_takes_a_range(self):
        self.plant("stack/tcp/x.cc", SOURCE.replace("MUST-1: why", "MUST-1 to MUST-2"))
        self.generate()
        self.assertIn("first, second", self.row("MUST-2"))

    def test_takes_scripts(self):
        self.plant("tests/drill/a.pkt", "// RFC 9293 MUST-2\n")
        self.generate()
        self.assertIn("[a.pkt](../tests/drill/a.pkt)", self.row("MUST-2"))

    def test_shows_the_reason(self):
        self.plant("docs/rfc9293-notes.tsv", "SHLD-1\tmissing\tnobody has done it\n")
        self.plant("tests/tcp/x_test.cc", TEST.replace("SHLD-1", ""))
        self.generate()
        self.assertIn("missing: nobody has done it", self.row("SHLD-1"))
        self.assert_passes()


class TheCheck(RfcMap):
    def test_a_document_that_is_not_current(self):
        self.generate()
        self.plant("stack/tcp/y.cc", "// SHLD-1\nint g();\n")
        self.assert_finds("docs/rfc-map.md is not what the sources give")

    def test_a_document_that_was_edited(self):
        self.generate()
        self.plant("docs/departures.md", "")
        self.assert_finds("docs/departures.md is not what the sources give")

    def test_a_tag_that_names_nothing(self):
        self.plant("stack/tcp/y.cc", "// MUST-99\nint g();\n")
        self.generate()
        self.assert_finds("stack/tcp/y.cc: MUST-99 (g) is no requirement")

    def test_a_tag_in_a_test_that_names_nothing(self):
        self.plant("tests/tcp/y_test.cc", "// MAY-7\n")
        self.generate()
        self.assert_finds("tests/tcp/y_test.cc: MAY-7")

    def test_a_must_that_is_not_kept(self):
        self.plant("stack/tcp/x.cc", SOURCE.replace("MUST-2", ""))
        self.generate()
        self.assert_finds("MUST-2 (3.1, second) is missing")

    def test_a_must_that_is_not_tested(self):
        self.plant("tests/tcp/x_test.cc", TEST.replace("MUST-2", ""))
        self.generate()
        self.assert_finds("MUST-2 (3.1, second) is kept, untested")

    def test_a_must_with_a_remark_alone(self):
        self.plant("stack/tcp/x.cc", SOURCE.replace("MUST-2", ""))
        self.plant("docs/rfc9293-notes.tsv", "MUST-2\tremark\tsome words\n")
        self.generate()
        self.assert_finds("MUST-2 (3.1, second) is missing: some words")

    def test_a_must_that_is_excused(self):
        for verdict in ("missing", "not applicable", "departs"):
            with self.subTest(verdict):
                self.plant("stack/tcp/x.cc", SOURCE.replace("MUST-2", ""))
                self.plant("docs/rfc9293-notes.tsv", f"MUST-2\t{verdict}\tsome words\n")
                self.generate()
                self.assert_passes()

    def test_an_excuse_that_is_not_needed(self):
        self.plant("docs/rfc9293-notes.tsv", "MUST-2\tmissing\tsome words\n")
        self.generate()
        self.assert_finds("MUST-2 is kept and tested now")

    def test_notes_that_make_no_sense(self):
        self.plant("docs/rfc9293-notes.tsv", "MUST-9\tmissing\twords\nMUST-1\tperhaps\twords\n")
        self.generate()
        self.assert_finds("MUST-9 is no requirement", "MUST-1: 'perhaps' is not one of")

    def test_a_table_with_a_wrong_column(self):
        self.plant("docs/rfc9293-notes.tsv", "MUST-1 missing words\n")
        self.assertNotEqual(self.run_script("check-rfc-map").returncode, 0)


class TheOtherPages(RfcMap):
    def test_departures(self):
        self.plant(
            "stack/tcp/y.cc",
            "// 3.2: a title.\n\n// Departs: one thing\n// and its reason.\nint g() {\n  return 1;\n}\n\n"
            'int h = 1;  // Linux: a constant\nconst char* s = "Linux: no comment";\n',
        )
        self.generate()
        text = self.text("docs/departures.md")
        self.assertIn("- **Departs** (`g`): one thing and its reason.\n", text)
        self.assertIn("- **Linux** (`h`): a constant\n", text)
        self.assertIn("3.2: a title.", text)
        self.assertNotIn("no comment", text)

    def test_index_of_sections(self):
        self.plant("stack/tcp/y.cc", "// RFC 5681 section 4.2, RFC 793\n// RFC 5961 3.2\n")
        self.generate()
        text = self.text("docs/rfc-index.md")
        self.assertIn("## RFC 5681\n", text)
        self.assertIn("| 4.2 | [y.cc](../stack/tcp/y.cc) |  |", text)
        self.assertIn("| 3.2 | [y.cc](../stack/tcp/y.cc) |  |", text)

    def test_the_index_may_lag_but_not_lie(self):
        self.plant("stack/tcp/y.cc", "// RFC 5681 section 4.2\n")
        self.generate()
        self.plant("stack/tcp/x.cc", SOURCE + "// RFC 5681 section 3\n")
        self.assert_passes()
        (self.root / "stack/tcp/y.cc").unlink()
        self.assert_finds("docs/rfc-index.md: stack/tcp/y.cc is gone")


if __name__ == "__main__":
    unittest.main()
