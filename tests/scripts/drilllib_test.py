#!/usr/bin/env python3
"""scripts/drilllib.py: what tcpdrill printed, the record of differences, and where both disagree."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import drilllib  # pylint: disable=wrong-import-position

PRINTED = """on Linux 6.1
PASS tests/drill/a/passes.pkt (psh=lax)
FAIL tests/drill/a/fails.pkt (psh=lax)
    0.000020  < S 0:0(0) win 32792 <mss 1000>
 12.500000  > S. 0:0(0) ack 1
tests/drill/a/fails.pkt:12:
    +0 > S. 0:0(0) ack 2
  acknowledgment: expected 2, sent 1
UNSUPPORTED tests/drill/a/other.pkt: --syn-text=keep
1 passed, 1 failed, 1 unsupported, 0 malformed
"""


def comparison(**words):
    verdicts = {f"a/{name}.pkt": drilllib.Verdict(word, "") for name, word in words.items()}
    return drilllib.Comparison("6.1", verdicts, verdicts, [])


class Drilllib(unittest.TestCase):
    def record(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / drilllib.RECORD
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return drilllib.Record(pathlib.Path(folder))

    def test_verdicts_are_read(self):
        verdicts = drilllib.read_verdicts(PRINTED)
        self.assertEqual({script: verdict.word for script, verdict in verdicts.items()},
                         {"a/passes.pkt": "PASS", "a/fails.pkt": "FAIL", "a/other.pkt": "UNSUPPORTED"})
        self.assertEqual(verdicts["a/fails.pkt"].difference(), "acknowledgment: expected 2, sent 1")
        self.assertEqual(verdicts["a/other.pkt"].difference(), "--syn-text=keep")
        self.assertEqual(drilllib.seconds(verdicts["a/fails.pkt"]), 12.5)
        self.assertEqual(drilllib.seconds(verdicts["a/passes.pkt"]), 0)

    def test_a_difference_without_a_line_and_a_line_without_a_difference(self):
        record = self.record("# kernel 6.1\na/old.pkt\trfc\tRFC 1 2\tA sentence.\n")
        self.assertEqual(record.release, "6.1")
        problems = list(drilllib.disagreements(comparison(new="FAIL", old="PASS", same="PASS"), record))
        self.assertEqual([problem.split(":")[0] for problem in problems], ["a/new.pkt", "a/old.pkt"])

    def test_a_line_about_a_script_that_is_gone(self):
        record = self.record("a/gone.pkt\trfc\tRFC 1 2\tA sentence.\n")
        self.assertIn("a/gone.pkt was not run", "".join(drilllib.disagreements(comparison(), record)))

    def test_real_time_may_pass_by_chance(self):
        record = self.record("a/x.pkt\treal_time\tRFC 1 2\tA sentence.\n")
        self.assertEqual(list(drilllib.disagreements(comparison(x="PASS"), record)), [])

    def test_an_unknown_reason_is_refused(self):
        with self.assertRaisesRegex(ValueError, "'because' is not one of"):
            self.record("a/x.pkt\tbecause\tRFC 1 2\tA sentence.\n")


if __name__ == "__main__":
    unittest.main()
