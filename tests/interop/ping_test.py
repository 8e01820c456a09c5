"""ping: every size up to the MTU, and what happens beyond it."""

import itertools

import harness
from harness import OURS


def ping(size, count=1, *more):
    return harness.run("ping", "-c", count, "-i", "0.002", "-W", 1, "-s", size, *more, OURS, check=False)


def answered(size, *more):
    result = ping(size, 1, *more)
    return result.returncode == 0 and "1 received" in result.stdout and "wrong data" not in result.stdout


def test_sizes_up_to_the_mtu():
    with harness.Lab("--log-level", "warn"):
        sizes = itertools.chain(range(0, 66, 7), range(100, 1472, 137), range(1465, 1473))
        for size in sizes:
            assert answered(size, "-M", "do"), f"no good reply to {size} bytes"


def test_larger_than_the_mtu():
    with harness.Lab("--log-level", "warn"):
        # The kernel does not send what may not be fragmented and does not fit.
        result = ping(1473, 1, "-M", "do")
        assert result.returncode != 0 and "too long" in result.stdout + result.stderr, result
        # Otherwise it sends fragments; they are put together, and the reply is fragmented again.
        for size in [1473, 3000, 20000, 65507]:
            assert answered(size, "-M", "dont"), f"no good reply to {size} bytes"


def test_small_and_large_mtu():
    for mtu in [68, 576, 9000, 65535]:
        with harness.Lab("--log-level", "warn", "--mtu", mtu):
            assert answered(0) and answered(mtu - 28, "-M", "do"), f"MTU {mtu}"


def test_a_thousand_in_a_row():
    with harness.Lab("--log-level", "warn"):
        result = harness.run("ping", "-f", "-c", 1000, "-W", 5, OURS, check=False)
        assert " 0% packet loss" in result.stdout, result


harness.main(__name__, needs=["ping"])
