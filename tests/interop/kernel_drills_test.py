#!/usr/bin/env python3
"""tcpdrill --on kernel: the kernel judges our scripts, and tests/drill/kernel.tsv says where it differs from them, no
more and no less."""

import pathlib
import sys
import tempfile

import harness

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import drilllib  # pylint: disable=wrong-import-position

TCPDRILL = harness.BUILD / "tcpdrill"
SCRIPTS_AT_ONCE = 30

CONNECTION = """
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
   +0 < S 0:0(0) win 32792 <mss 1000>
   +0 > S. 0:0(0) ack 1 <mss 1460>
  +.1 < . 1:1(0) ack 1 win 32792
   +0 accept(3, ..., ...) = 4
"""


def verdict_of(rest):
    """What tcpdrill prints about a connection that goes on with `rest`."""
    with tempfile.NamedTemporaryFile("w", suffix=".pkt") as script:
        script.write(CONNECTION + rest)
        script.flush()
        return harness.run(TCPDRILL, "--on", "kernel", script.name, check=False).stdout


def test_a_failure_shows_the_kernels_segment():
    verdict = verdict_of("+0 write(4, ..., 10) = 10\n+0 > P. 1:12(11) ack 1\n")
    assert "expected > P. 1:12(11) ack 1" in verdict, verdict
    assert "sent     > P. 1:11(10) ack 1" in verdict, verdict


def test_a_blocking_call_returns_at_its_time():
    read = "+0...0.2 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 32792\n+0 > . 1:1(0) ack 11\n"
    assert "PASS" in verdict_of(read)
    assert "time: expected read() to return at" in verdict_of(read.replace("...0.2", "...0.3"))


def test_a_call_that_blocks_for_ever_is_interrupted():
    assert "read() blocks" in verdict_of("+0 read(4, ..., 100) = 10\n")
    assert "read() still blocks" in verdict_of("+0...0.2 read(4, ..., 100) = 10\n+0 close(4) = 0\n")


def test_text_is_compared():
    verdict = verdict_of("+0 < P. 1:11(10) ack 1 win 32792\n+0 > . 1:1(0) ack 11\n+0 read(4, ..., 100) = 10\n")
    assert "PASS" in verdict, verdict


def test_the_record_is_true():
    record = drilllib.Record(ROOT)
    try:
        comparison = drilllib.compare(TCPDRILL, [ROOT / drilllib.FOLDER], SCRIPTS_AT_ONCE, record)
    except drilllib.Impossible as reason:
        raise harness.Skip(str(reason)) from reason
    problems = list(drilllib.disagreements(comparison, record))
    if comparison.release != record.release:
        print("\n".join(problems))
        raise harness.Skip(f"{drilllib.RECORD} is about Linux {record.release}, this is {comparison.release}")
    assert not problems, "\n".join(problems)


harness.main(__name__)
