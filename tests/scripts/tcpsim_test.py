#!/usr/bin/env python3
"""tcpsim as a program: exit codes, output streams, files that other programs can read."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
TCPSIM = pathlib.Path(os.environ.get("TCPSTACK_BUILD", ROOT / "build"), "tcpsim")


def tcpsim(*arguments):
    return subprocess.run([TCPSIM, *map(str, arguments)], capture_output=True, text=True, timeout=100)


def digest(*arguments):
    return re.search(r"digest ([0-9a-f]{16})", tcpsim(*arguments).stdout).group(1)


class Tcpsim(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_a_run_that_holds_prints_a_table(self):
        run = tcpsim("--bytes", "200kb", "--loss", "1%")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("cubic", run.stdout)

    def test_a_run_that_is_not_over_in_time_fails(self):
        run = tcpsim("--bytes", "10mb", "--limit", "1s")
        self.assertEqual(run.returncode, 1)
        self.assertIn("it takes too long", run.stderr)

    def test_a_mistake_is_told_on_standard_error(self):
        run = tcpsim("--loss", "lots")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("such as 1% or 0.5%", run.stderr)

    def test_help_goes_to_standard_output(self):
        run = tcpsim("--help")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("--plot", run.stdout)

    def test_the_same_seed_has_the_same_digest(self):
        options = ("--bytes", "200kb", "--loss", "2%", "--seed")
        self.assertEqual(digest(*options, 3), digest(*options, 3))
        self.assertNotEqual(digest(*options, 3), digest(*options, 4))

    def test_looking_changes_nothing(self):
        options = ("--bytes", "200kb", "--loss", "2%")
        seen = digest(*options, "--capture", self.folder / "x.pcapng", "--plot", self.folder / "x.svg")
        self.assertEqual(digest(*options), seen)

    def test_random_worlds(self):
        run = tcpsim("--seeds", "20")
        self.assertEqual(run.returncode, 0)
        self.assertIn("20 worlds, 0 failed", run.stdout)
        self.assertIn("tcpsim: 10 of 20 worlds, 0 failed", run.stderr)

    def test_random_worlds_that_fail_tell_how_to_see_why(self):
        run = tcpsim("--seeds", "3", "--limit", "1ms")
        self.assertEqual(run.returncode, 1)
        self.assertIn("tcpsim --world 2 --capture 2.pcapng", run.stdout)

    def test_the_picture_is_well_formed(self):
        picture = self.folder / "picture.svg"
        self.assertEqual(tcpsim("--bytes", "200kb", "--plot", picture).returncode, 0)
        root = xml.etree.ElementTree.parse(picture).getroot()
        texts = "".join(root.itertext())
        for title in ("Congestion window", "In flight", "round-trip time", "Goodput"):
            self.assertIn(title, texts)

    def test_a_file_that_cannot_be_written(self):
        run = tcpsim("--bytes", "10kb", "--plot", self.folder / "absent" / "x.svg")
        self.assertEqual(run.returncode, 1)
        self.assertIn("absent", run.stderr)

    @unittest.skipUnless(shutil.which("tshark"), "no tshark; scripts/setup --for test installs it")
    def test_wireshark_finds_no_fault_in_the_capture(self):
        capture = self.folder / "run.pcapng"
        self.assertEqual(tcpsim("--bytes", "500kb", "--loss", "2%", "--capture", capture).returncode, 0)
        checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
        where = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || tcp.analysis.ack_lost_segment"
        tshark = lambda where: subprocess.run(
            ["tshark", "-r", capture, *checks, "-Y", where], capture_output=True, text=True, check=True).stdout
        self.assertEqual(tshark(where), "")
        self.assertNotEqual(tshark('frame.comment contains "RFC"'), "")
        self.assertNotEqual(tshark("tcp.analysis.fast_retransmission || tcp.analysis.retransmission"), "")


unittest.main()
