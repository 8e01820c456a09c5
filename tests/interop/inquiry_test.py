"""The running program is asked how it does: a line of standard input, and SIGUSR1."""

import json
import re
import signal
import subprocess

import harness


def ask(stack, line):
    stack.process.stdin.write(line + "\n")
    stack.process.stdin.flush()


def test_connections():
    with harness.Lab("--service", "echo", "--log-level", "warn", stdin=subprocess.PIPE) as lab:
        with harness.connect(7) as client:
            client.sendall(b"hello")
            assert harness.read_exactly(client, 5) == b"hello"
            ask(lab.stack, "s")
            lab.stack.wait_line(r"^LISTEN +0\.0\.0\.0:7$")
            port = client.getsockname()[1]
            lab.stack.wait_line(rf"^ESTABLISHED +0 +0  10\.0\.0\.2:7 +10\.0\.0\.1:{port}$")
            lab.stack.wait_line(r"^    ts sack wscale:\d+,7 rto:2\d\d.* mss:1448 .*cwnd:\d+ .*"
                                r"bytes_acked:5 bytes_received:5$")
        ask(lab.stack, "?")
        lab.stack.wait_line("^d +the drops, with their reasons$")
        ask(lab.stack, "what")
        lab.stack.wait_line("'what' is not a command")
        lab.stack.process.stdin.close()  # the end of the input does not end the program
        with harness.connect(7):
            pass
        assert lab.stack.stop() == 0


def test_drops():
    with harness.Lab("--service", "none", "--log-level", "warn", stdin=subprocess.PIPE) as lab:
        ask(lab.stack, "d")
        lab.stack.wait_line("dropped")  # at most the kernel's IPv6
        assert not any("closed_answered_rst   " in line for line in lab.stack.lines), lab.stack.lines
        try:
            harness.connect(7).close()
            raise AssertionError("nobody listens there")
        except ConnectionRefusedError:
            pass
        ask(lab.stack, "d")
        lab.stack.wait_line(r"^  closed_answered_rst +1 ")
        lab.stack.wait_line("^not dropped, because of:$")
        names = " ".join(lab.stack.lines)
        for name in ["ip_checksum", "paws", "too_many_connections"]:
            assert name in names, name


def test_a_signal():
    with harness.Lab("--service", "echo", "--log-level", "warn") as lab:
        lab.stack.process.send_signal(signal.SIGUSR1)
        lab.stack.wait_line(r"^LISTEN +0\.0\.0\.0:7$")
        lab.stack.wait_line("dropped")
        assert lab.stack.stop() == 0


def test_json():
    with harness.Lab("--service", "echo", "--log-level", "warn", "--log-format", "json") as lab:
        with harness.connect(7) as client:
            lab.stack.process.send_signal(signal.SIGUSR1)
            line = lab.stack.wait_line(r'^{"event":"connections".*').string
            told = json.loads(line)
            assert told["listening"] == ["0.0.0.0:7"], told
            [row] = told["connections"]
            assert row["remote"].endswith(f":{client.getsockname()[1]}"), row
            assert re.search(r"\bcwnd:\d+", row["details"]), row
            assert told["drops"]["paws"] == 0, told


harness.main(__name__)
