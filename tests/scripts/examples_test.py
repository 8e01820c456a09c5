#!/usr/bin/env python3
"""Every program in apps/examples runs, says what its comment promises, and is mentioned in docs/sockets.md."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TCPSTACK_BUILD", ROOT / "build"))


def output_of(name):
    result = subprocess.run([BUILD / name], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, (name, result.returncode, result.stdout, result.stderr)
    return result.stdout


class Examples(unittest.TestCase):
    def test_the_guide_has_them_all(self):
        guide = (ROOT / "docs/sockets.md").read_text()
        names = [path.name for path in (ROOT / "apps/examples").glob("*.cc")]
        self.assertGreaterEqual(len(names), 3)
        for name in names:
            self.assertIn(f"(../apps/examples/{name})", guide)

    def test_echo_coroutines(self):
        self.assertEqual(output_of("echo_coroutines"), "10.0.0.2:7 answers: Hello, RFC 9293\n")

    def test_http_get(self):
        self.assertEqual(output_of("http_get"), "200 You asked for /the/page.\n")

    def test_virtual_time(self):
        first = output_of("virtual_time")
        lines = first.splitlines()
        self.assertGreater(len(lines), 8)
        self.assertIn("packet 0 of", lines[0])
        self.assertTrue(lines[0].endswith("answer 12  after 0 ms"), lines[0])
        # Without its SYN the client waits for RTO, 1 s at first (RFC 6298 2.1).
        self.assertTrue(lines[1].endswith("answer 12  after 1000 ms"), lines[1])
        self.assertEqual(output_of("virtual_time"), first)


if __name__ == "__main__":
    unittest.main()
