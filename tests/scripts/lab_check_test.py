#!/usr/bin/env python3
"""scripts/lab-check marks right answers right, wrong ones wrong, and says what is wrong with a sheet.

The captures are made here, packet by packet, so that the right answers are known without looking."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "interop"), str(ROOT / "tests" / "scripts")]

# pylint: disable=wrong-import-position
from conversation import SCALED, SERVERS, Conversation  # noqa: E402
from lablib.answers import mark  # noqa: E402
from lablib.capture import Capture  # noqa: E402
from lablib.questions import QUESTIONS  # noqa: E402
from packets import ACK, FIN, PSH, RST  # noqa: E402

def lab_b():
    talk = Conversation(24000).handshake()
    talk.client(PSH | ACK, 1, 1, text=b",7B").server(ACK, 1, 4).client(FIN | ACK, 4, 1)
    return talk.server(FIN | ACK, 1, 5).client(ACK, 5, 2)


ANSWERS_B = """# a sheet with a comment
client-port: 40000
client-isn: 0x3e8
server-isn: 5000
handshake: 1, 2, 3
client-mss: 1460
syn-options: 2 1 1 4

packets: 8
text: 2C:37:42
text-ack: 4
first-fin: 6
fin-flags: ack, fin
fin-ack: 5
shared: Yes
"""


@unittest.skipUnless(shutil.which("tshark"), "needs tshark: scripts/setup --for test installs it")
class LabCheck(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sheet = pathlib.Path(folder.name, "answers.txt")
        self.capture = pathlib.Path(folder.name, "capture.pcap")

    def check(self, lab, sheet, talk=None):
        self.sheet.write_text(sheet)
        if talk:
            talk.save(self.capture)
        return subprocess.run([ROOT / "scripts" / "lab-check", lab, self.sheet, self.capture],
                              capture_output=True, text=True)

    def assert_marks(self, lab, sheet, talk, code, *lines):
        result = self.check(lab, sheet, talk)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        for line in lines:
            self.assertIn(line, result.stdout.splitlines())

    def assert_refuses(self, sheet, *lines):
        result = self.check("b", sheet, lab_b())
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertEqual(result.stderr.splitlines(), [f"lab-check: {self.sheet}:{line}" for line in lines])

    def test_right_answers(self):
        self.assert_marks("b", ANSWERS_B, lab_b(), 0, "right    text: 2c 37 42", "13 of 13 right")

    def test_a_wrong_answer_and_where_to_look(self):
        wrong = ANSWERS_B.replace("text-ack: 4", "text-ack: 3").replace("shared: Yes", "shared: no")
        self.assert_marks("b", wrong, lab_b(), 1, "wrong    text-ack: 3; the capture says 4",
                          "         look at: tcp.srcport == 24000",
                          "wrong    shared: no; the capture says yes", "11 of 13 right")

    def test_each_answer_of_another_value_is_wrong(self):
        others = {"handshake": [1, 2, 4], "syn-options": [2, 1, 4], "text": "2c 37",
                  "fin-flags": frozenset(["FIN"]), "shared": False}
        lab_b().save(self.capture)
        capture = Capture(self.capture)
        for question in QUESTIONS["b"]:
            verdict = mark(question, {question.key: others.get(question.key, 77)}, capture).verdict
            self.assertEqual(verdict, "wrong", question.key)

    def test_missing_answers(self):
        self.assert_marks("b", "packets:\nclient-port: 40000\n", lab_b(), 1,
                          "missing  packets: expected a whole number, such as 1234 or 0x4d2",
                          "right    client-port: 40000", "1 of 13 right")

    def test_malformed_sheets(self):
        self.assert_refuses("\n# comment\nclient-port 40000\n",
                            "3: 'client-port 40000' has no colon, expected KEY: ANSWER")
        self.assert_refuses("packets: eight\nshared: perhaps\n",
                            "1: 'eight' is not a whole number, such as 1234 or 0x4d2",
                            "2: 'perhaps' is not yes or no")
        self.assert_refuses("handshake: 1, two\n",
                            "1: '1, two' is not whole numbers with commas between them, such as 1, 2, 3")
        self.assert_refuses("text: xyz\n", "1: 'xyz' is not hexadecimal digits, such as 2c 37 42")
        self.assert_refuses("fin-flags: FIN, BYE\n", "1: 'FIN, BYE' is not names of flags, such as SYN, ACK")
        self.assert_refuses("packets: 8\npackets: 8\n",
                            "2: 'packets' has been answered already, expected one answer")
        self.sheet.write_text("colour: red\n")
        result = self.check("b", "colour: red\n", lab_b())
        self.assertIn("1: no question 'colour', expected one of client-port, client-isn,", result.stderr)

    def test_files_that_cannot_be_read(self):
        missing = self.check("b", ANSWERS_B)
        self.assertEqual((missing.returncode, missing.stderr),
                         (2, f"lab-check: {self.capture}: No such file or directory\n"))
        self.capture.write_text("this is no capture")
        garbage = self.check("b", ANSWERS_B)
        self.assertEqual(garbage.returncode, 2, garbage)
        self.assertIn("tshark cannot read", garbage.stderr)

    def test_the_capture_of_another_lab(self):
        result = self.check("d", "", lab_b())
        self.assertEqual(result.returncode, 2, result)
        self.assertIn("none of the questions of lab d can be answered from it", result.stderr)

    def test_lab_a(self):
        talk = Conversation(5050).handshake(SCALED, SERVERS)
        talk.client(PSH | ACK, 1, 1, text=b"soheil\n").server(ACK, 1, 8, window=10)
        talk.server(PSH | ACK, 1, 8, text=b"ali: hi\n").client(FIN | ACK, 8, 9)
        talk.server(ACK, 9, 9).server(FIN | ACK, 9, 9).client(ACK, 9, 10)
        sheet = ("client-shift: 10\nserver-shift: 5\nfirst-text: 4\nfirst-text-ack: 5\nwindow: 320\n"
                 "listeners: 1\nclients: 1\nfirst-fin: 7\nfin-ack: 9\nshared: no\n")
        self.assert_marks("a", sheet, talk, 1, "right    window: 320", "right    shared: no",
                          "10 of 17 right")

    def test_lab_c_the_ladder(self):
        talk = Conversation(443).handshake(SCALED, SERVERS).server(FIN | ACK, 1, 1).client(ACK, 1, 2)
        talk.client(FIN | ACK, 1, 2, after=17.84)
        for interval in (0.3, 0.6, 1.2, 2.4, 4.8):
            talk.client(FIN | ACK, 1, 2, after=interval)
        talk.client(RST | ACK, 2, 2, after=9.6)
        sheet = ("server-mss: 1452\nserver-shift: 5\ntimestamps: no\nthird-window: 528384\nfin-retries: 5\n"
                 "first-interval: 0.31\nlast-interval: 9.6s\nrst-seq: 2\n")
        self.assert_marks("c", sheet, talk, 1, "right    fin-retries: 5", "right    first-interval: 0.310",
                          "right    last-interval: 9.600", "right    rst-seq: 2",
                          "right    third-window: 528384", "not here d-sack: this capture cannot tell",
                          "8 of 15 right")

    def test_lab_d(self):
        talk = Conversation(6000).handshake()
        talk.client(PSH | ACK, 1, 1, text=b"hetinlabtcp").server(ACK, 1, 12).client(FIN | ACK, 12, 1)
        talk.server(ACK, 1, 13).server(FIN | ACK, 1, 13, after=0.3).client(ACK, 13, 2)
        sheet = ("syn-header: 28\noption-bytes: 020405b401010402\nack-header: 20\ntext-length: 11\n"
                 "first-fin: 6\nfin-flags: FIN ACK\nfin-ack: 13\nshared: no\nkept-open: 0.3\n")
        self.assert_marks("d", sheet, talk, 1, "right    option-bytes: 02 04 05 b4 01 01 04 02",
                          "right    kept-open: 0.300", "not here refused: this capture cannot tell",
                          "9 of 15 right")

    def test_the_templates_are_those_in_the_documents(self):
        for lab in "abcd":
            made = subprocess.run([ROOT / "scripts" / "lab-check", lab, "--template"], capture_output=True,
                                  text=True, check=True).stdout
            self.assertEqual((ROOT / "docs" / "labs" / "answers" / f"{lab}.txt").read_text(), made)


unittest.main()
