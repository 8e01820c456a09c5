#!/usr/bin/env python3
"""scripts/mutate: an entry that no longer applies is noticed, and a switch is what the entry says."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import mutationlib  # noqa: E402

SOURCE = """\
// The window: a < b is text, not code.
namespace x {
constexpr int kLimit = 8;  // octets
constexpr bool fits(int n) { return n < kLimit; }
bool inside(int a, int b) {
  if (a < b) return true;
  // a comment in between
  stop();
  return a < b || fits(a);
}
}  // namespace x
"""
HEAD = '#include "stack/base/mutation.h"\n#line 1 "stack/a.cc"\n'


class Mutate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.plant("stack/a.cc", SOURCE)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def entries(self, *rows):
        """Plants a list of (id, old, new)."""
        self.plant("tests/mutation/a.tsv", "".join(f"{name}\tstack/a.cc\t{old}\t{new}\tx\t\n" for name, old, new in rows))

    def check(self):
        return subprocess.run([ROOT / "scripts/check-mutations", "--root", self.root],
                              capture_output=True, text=True, check=False)

    def assert_found(self, *words):
        result = self.check()
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for word in words:
            self.assertIn(word, result.stdout)

    def switched(self, *rows):
        self.entries(*rows)
        wrong = []
        by_file = mutationlib.locate_all(self.root, mutationlib.read_lists(self.root, wrong), wrong)
        self.assertEqual(wrong, [])
        text = mutationlib.with_switches("stack/a.cc", SOURCE, by_file["stack/a.cc"])
        self.assertTrue(text.startswith(HEAD))
        return text[len(HEAD):]

    def test_an_entry_that_applies(self):
        self.entries(("one", "return a < b || fits(a);", "return false;"))
        self.assertEqual(self.check().returncode, 0)

    def test_an_entry_whose_text_is_gone(self):
        self.entries(("one", "a <= b", "a < b"))
        self.assert_found("a.tsv:1: one: in stack/a.cc, `a <= b` is not there")

    def test_an_entry_whose_text_is_there_twice(self):
        self.entries(("one", "a < b", "a <= b"))
        self.assert_found("`a < b` is there 2 times")

    def test_an_entry_whose_text_is_a_comment(self):
        self.entries(("one", "a comment in between", ""))
        self.assert_found("is not there")

    def test_an_entry_that_changes_nothing(self):
        self.entries(("one", "return a<b || «fits( a )»;", "fits(a)"))
        self.assert_found("changes nothing")

    def test_an_entry_without_its_file(self):
        self.plant("tests/mutation/a.tsv", "one\tstack/b.cc\ta\tb\tx\t\n")
        self.assert_found("there is no stack/b.cc")

    def test_an_id_that_is_there_twice(self):
        self.entries(("one", "if («a < b»)", "true"), ("one", "stop();", ""))
        self.assert_found("a.tsv:2: 'one' is in tests/mutation/a.tsv:1, too")

    def test_entries_that_overlap(self):
        self.entries(("one", "return «a < b» || fits(a);", "a"), ("two", "return a < «b || fits(a)»;", "b"))
        self.assert_found("overlap")

    def test_an_expression_becomes_a_choice(self):
        text = self.switched(("one", "if («a < b»)", "a <= b"))
        self.assertIn("if ((::tcpstack::mutation::on(1) ? (a <= b) : (a < b))) return true;", text)

    def test_a_statement_is_left_out(self):
        self.assertIn("if (!::tcpstack::mutation::on(1)) { stop(); }", self.switched(("one", "stop();", "")))

    def test_a_statement_is_added(self):
        text = self.switched(("one", "return true; «»", "go();"))
        self.assertIn("if (::tcpstack::mutation::on(1)) { go(); }", text)

    def test_two_in_one_place(self):
        text = self.switched(("one", "if («a < b»)", "true"), ("two", "if («a» < b)", "b"))
        self.assertIn("(::tcpstack::mutation::on(1) ? (true) : "
                      "(static_cast<bool>((::tcpstack::mutation::on(2) ? (b) : (a)) < b)))", text)

    def test_a_constant_becomes_a_choice_where_the_program_runs(self):
        text = self.switched(("one", "constexpr int kLimit = «8»;", "9"))
        self.assertIn("constexpr int kLimit_0 = 8; constexpr int kLimit_1 = 9;\n", text)
        self.assertIn("#define kLimit (::tcpstack::mutation::on_if_running(1) ? kLimit_1 : kLimit_0)\n#line 3\n", text)

    def test_a_constexpr_function_may_be_computed(self):
        self.assertIn("on_if_running(1) ? (n <= kLimit)", self.switched(("one", "n < kLimit", "n <= kLimit")))

    def test_lines_keep_their_numbers(self):
        text = self.switched(("one", "if («a < b»)", "true"), ("two", "stop();", ""))
        self.assertEqual([line.strip() for line in text.splitlines()][10], "}")


if __name__ == "__main__":
    unittest.main()
