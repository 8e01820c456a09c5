#!/usr/bin/env python3
"""The program tcpdrill as a user runs it: exit codes, --narrate, --capture, --gdb."""

import os
import pathlib
import stat
import struct
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("TCPSTACK_BUILD", "build")).resolve()
PROGRAM = BUILD / "tcpdrill"

PASSES = "0 < R 0:0(0) win 0\n"
RESET = "0 < S 0:0(0) win 1000\n+0 > R. 0:0(0) ack 1\n"
FAILS = "0 < S 0:0(0) win 1000\n+0 > R. 0:0(0) ack 2\n"
UNSUPPORTED = "0 fork() = 0\n"
MALFORMED = "0 < S 0:0(0) win\n"

# A pcapng block: type, length, body, length again. An enhanced packet has its captured size at 12.
ENHANCED_PACKET = 6


def packets_of(capture):
    packets, at = [], 0
    while at < len(capture):
        kind, length = struct.unpack_from("<II", capture, at)
        if kind == ENHANCED_PACKET:
            (size,) = struct.unpack_from("<I", capture, at + 20)
            packets.append(capture[at + 28 : at + 28 + size])
        at += length
    return packets


@unittest.skipUnless(PROGRAM.exists(), f"{PROGRAM} is not built")
class Tcpdrill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def script(self, text, name="x.pkt"):
        path = self.folder / name
        path.write_text(text)
        return path

    def run_it(self, *arguments, env=None):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=env)

    def test_exit_codes_tell_what_came_of_it(self):
        for text, code, said in [
            (PASSES, 0, "PASS "),
            (FAILS, 1, "acknowledgment: expected 2, sent 1"),
            (UNSUPPORTED, 1, "UNSUPPORTED "),
            (MALFORMED, 2, "x.pkt:2:1: expected "),
        ]:
            with self.subTest(text=text):
                result = self.run_it(self.script(text))
                self.assertEqual(result.returncode, code)
                self.assertIn(said, result.stdout + result.stderr)

    def test_a_folder_is_all_scripts_in_it_in_order(self):
        self.script(PASSES, "b.pkt")
        self.script(FAILS, "a.pkt")
        self.script(MALFORMED, "notes.txt")
        result = self.run_it("-j2", self.folder)
        verdicts = [line for line in result.stdout.splitlines() if line[:4] in ("PASS", "FAIL")]
        self.assertEqual(verdicts, [f"FAIL {self.folder}/a.pkt", f"PASS {self.folder}/b.pkt"])
        self.assertIn("1 passed, 1 failed, 0 unsupported, 0 malformed", result.stdout)

    def test_narrate_tells_what_the_stack_thinks(self):
        plain = self.run_it("-v", self.script(RESET))
        self.assertNotIn("drop", plain.stdout)
        told = self.run_it("--narrate", self.script(RESET))
        self.assertEqual(told.returncode, 0)
        self.assertIn("> R. 0:0(0) ack 1", told.stdout)
        self.assertIn("  drop closed_answered_rst: ", told.stdout)

    def test_capture_has_every_packet(self):
        file = self.folder / "x.pcapng"
        result = self.run_it("--capture", file, self.script(RESET))
        self.assertEqual(result.returncode, 0, result.stderr)
        flags = [packet[33] for packet in packets_of(file.read_bytes())]
        self.assertEqual(flags, [0x02, 0x14])  # SYN, then RST and ACK

    def test_capture_takes_one_script(self):
        self.script(PASSES, "a.pkt")
        self.script(PASSES, "b.pkt")
        result = self.run_it("--capture", self.folder / "x.pcapng", self.folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--capture takes one script", result.stderr)

    def test_gdb_is_shown_and_run_with_the_same_arguments(self):
        fake = self.folder / "gdb"
        fake.write_text('#!/bin/sh\necho "gdb got: $*"\n')
        fake.chmod(fake.stat().st_mode | stat.S_IEXEC)
        script = self.script(PASSES)
        env = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}
        result = self.run_it("--gdb", "-DA=1", "--peer-isn=7", script, env=env)
        shown, got = result.stdout.splitlines()
        self.assertEqual("gdb got: " + shown.removeprefix("gdb "), got)
        self.assertIn(f"--args {PROGRAM} -v -DA=1 --peer-isn=7 {script}", got)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become nobody")
    def test_the_kernel_needs_root(self):
        result = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM,
                                 "--on", "kernel", "/"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 2)
        self.assertIn("needs root: run it with sudo", result.stderr)

    def test_gdb_that_is_missing(self):
        result = self.run_it("--gdb", self.script(PASSES), env={"PATH": str(self.folder)})
        self.assertEqual(result.returncode, 2)
        self.assertIn("gdb is not there", result.stderr)


if __name__ == "__main__":
    unittest.main()
