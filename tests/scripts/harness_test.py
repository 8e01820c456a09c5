#!/usr/bin/env python3
"""tests/interop/harness.py: a file of tests has the exit code of its worst test."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

INTEROP = pathlib.Path(__file__).resolve().parents[1] / "interop"

FILE = """\
import sys
sys.path.insert(0, "{interop}")
import harness

harness._require = lambda tools: None  # neither root nor a device is needed to fail or to skip

def test_passes(): pass
def test_fails(): raise AssertionError("no")
def test_skips(): raise harness.Skip("not here")
def test_passes_after(): print("the last one")

harness.main(__name__)
"""


class ExitCode(unittest.TestCase):
    def run_tests(self, *names):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "some_test.py"
            file.write_text(FILE.format(interop=INTEROP), encoding="utf-8")
            return subprocess.run([sys.executable, file, *names], capture_output=True, text=True, check=False)

    def test_all_pass(self):
        self.assertEqual(self.run_tests("test_passes").returncode, 0)

    def test_a_failure(self):
        self.assertEqual(self.run_tests("test_passes", "test_fails").returncode, 1)

    def test_a_skip(self):
        result = self.run_tests("test_passes", "test_skips")
        self.assertEqual(result.returncode, 77)
        self.assertIn("skipped: not here", result.stdout)

    def test_a_failure_before_a_skip(self):
        self.assertEqual(self.run_tests("test_fails", "test_skips").returncode, 1)

    def test_a_skip_before_a_failure(self):
        self.assertEqual(self.run_tests("test_skips", "test_fails").returncode, 1)

    def test_a_skip_ends_one_test_only(self):
        self.assertIn("the last one", self.run_tests("test_skips", "test_passes_after").stdout)


if __name__ == "__main__":
    unittest.main()
