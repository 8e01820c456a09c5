#!/usr/bin/env python3
"""The checks of the labs whose scenes take long, against captures made here: they hold for the right packets and
notice the wrong ones."""

import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "interop"), str(ROOT / "tests" / "scripts")]

# pylint: disable=wrong-import-position
from conversation import PLAIN, Conversation  # noqa: E402
from lablib import checks, lab_c, lab_d  # noqa: E402
from lablib.capture import Capture  # noqa: E402
from packets import ACK, FIN, PSH, RST  # noqa: E402

LADDER = (0.3, 0.6, 1.2, 2.4, 4.8)


def goodbye(ladder=LADDER, last=9.6, window=0):
    talk = Conversation(443).handshake()
    talk.client(PSH | ACK, 1, 1, text=b"GET / HTTP/1.1\r\n\r\n").server(ACK, 1, 19)
    talk.client(FIN | ACK, 19, 1, after=3).server(ACK, 1, 20).server(FIN | ACK, 1, 20, after=17.839)
    for interval in ladder:
        talk.server(FIN | ACK, 1, 20, after=interval)
    return talk.server(RST | ACK, 2, 20, after=last, window=window)


def fields(options=PLAIN, kept_open=0.3):
    talk = Conversation(6000).handshake(options, PLAIN, window=64240)
    talk.client(PSH | ACK, 1, 1, text=b"hetinlabtcp").server(ACK, 1, 12).client(FIN | ACK, 12, 1)
    return talk.server(ACK, 1, 13).server(FIN | ACK, 1, 13, after=kept_open).client(ACK, 13, 2)


def half_close(last=85):
    talk = Conversation(6000).handshake().client(PSH | ACK, 1, 1, text=b"hetinlabtcp").server(ACK, 1, 12)
    talk.client(FIN | ACK, 12, 1).server(ACK, 1, 13)
    for start in (1, 29, 57):
        talk.server(PSH | ACK, start, 13, text=b"x" * 28).client(ACK, 13, start + 28)
    return talk.server(FIN | ACK, last, 13).client(ACK, 13, last + 1)


@unittest.skipUnless(shutil.which("tshark"), "needs tshark: scripts/setup --for test installs it")
class LabChecks(unittest.TestCase):
    def failures(self, talk, wanted):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "lab.pcap")
            talk.save(path)
            results = checks.look_all(wanted, Capture(path))
        return ["\n".join(result.lines()) for result in results if not result.ok]

    def assert_holds(self, talk, wanted):
        failures = self.failures(talk, wanted)
        self.assertFalse(failures, "\n".join(failures))

    def assert_fails(self, talk, wanted, what):
        self.assertTrue([one for one in self.failures(talk, wanted) if what in one], what)

    def test_the_goodbye_of_lab_c(self):
        self.assert_holds(goodbye(), lab_c.GOODBYE)
        self.assert_fails(goodbye(ladder=(0.33, 0.6, 1.2, 2.4, 4.8)), lab_c.GOODBYE, "9.6 s later a RST")
        self.assert_fails(goodbye(ladder=LADDER[:4]), lab_c.GOODBYE, "the same again five times")
        self.assert_fails(goodbye(last=9.7), lab_c.GOODBYE, "9.6 s later a RST")
        self.assert_fails(goodbye(window=10), lab_c.GOODBYE, "one past the FIN, window 0")

    def test_the_fields_of_lab_d(self):
        self.assert_holds(fields(), lab_d.FIELDS)
        scaled = bytes.fromhex("020405b4 01030307")
        self.assert_fails(fields(options=scaled), lab_d.FIELDS, "NOP, NOP, SACK permitted")
        self.assert_fails(fields(kept_open=0.01), lab_d.FIELDS, "keeps its side open")

    def test_the_half_close_of_lab_d(self):
        self.assert_holds(half_close(), lab_d.HALF_CLOSE)
        self.assert_fails(half_close(last=86), lab_d.HALF_CLOSE, "three lines, each acknowledged")


if __name__ == "__main__":
    unittest.main()
