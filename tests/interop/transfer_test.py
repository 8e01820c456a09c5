"""50 MB through the echo service over a clean link."""

import harness
import transfer


def test_fifty_megabytes():
    with harness.Lab("--service", "echo", "--log-level", "warn") as lab:
        transfer.through_echo(50_000_000)
        assert lab.stack.stop() == 0
        lab.stack.wait_line(r"retransmi")  # the summary counts them


def test_with_a_capture_and_the_narrator():
    with harness.Lab("--service", "echo", "--capture", "/dev/null") as lab:
        transfer.through_echo(2_000_000)
        assert lab.stack.stop() == 0


def test_with_jumbo_frames():
    with harness.Lab("--service", "echo", "--log-level", "warn", "--mtu", "65535"):
        transfer.through_echo(50_000_000)


harness.main(__name__)
