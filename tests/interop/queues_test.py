"""--queues: several queues of one device, and every byte still where it belongs."""

import concurrent.futures
import random
import socket
import threading

import harness
import transfer

QUIET = ("--log-level", "warn", "--queues", "4")


def ip(*command):
    return harness.run("ip", *command).stdout


def ask(count, seed):
    """Questions to echo on a connection of its own, one after the other."""
    dice = random.Random(seed)
    with harness.connect(7) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            question = dice.randbytes(dice.choice([1, 10, 1000]))
            client.sendall(question)
            assert harness.read_exactly(client, len(question)) == question


def upload(until):
    """To discard, until the event."""
    text, sent = bytes(1 << 16), 0
    with harness.connect(9) as client:
        while not until.is_set():
            client.sendall(text)
            sent += len(text)
    return sent


def requests_beside_an_upload():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        asked = threading.Event()
        bulk = pool.submit(upload, asked)
        try:
            for answer in [pool.submit(ask, 200, seed) for seed in range(8)]:
                answer.result(6 * harness.PATIENCE)
        finally:
            asked.set()
        assert bulk.result() > 1_000_000


def test_requests_beside_an_upload():
    for more in [], ["--offload"], ["--busy-poll", 50]:
        with harness.Lab(*QUIET, *more) as lab:
            assert "numqueues 4" in ip("-d", "link", "show", "tun0")
            requests_beside_an_upload()
            assert lab.stack.stop() == 0
            assert "packets lost" not in lab.stack.text(), lab.stack.text()


def test_fifty_megabytes():
    for more in [], ["--offload"], ["--mtu", 65535]:
        with harness.Lab("--service", "echo", *QUIET, *more) as lab:
            transfer.through_echo(50_000_000)
            assert lab.stack.stop() == 0


def test_many_connections_at_once():
    with harness.Lab(*QUIET) as lab, concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda seed: transfer.through_echo(1_000_000, seed=seed), range(16)))
        assert lab.stack.stop() == 0


def test_fragments_and_faults():
    with harness.Lab(*QUIET, "--fault", "loss 1%", "--fault", "reorder 1% 5ms", "--seed", 1) as lab:
        list(map(ask, [50] * 8, range(8)))
        harness.eventually(lambda: harness.run("ping", "-c", 1, "-s", 3000, harness.OURS, check=False).returncode == 0,
                           "an answer to a ping in fragments")
        assert lab.stack.stop() == 0


def test_a_device_made_by_someone_else():
    with harness.Lab(start=False) as lab:
        ip("tuntap", "add", "dev", "tun0", "mode", "tun", "multi_queue")
        for _ in range(2):
            stack = lab.start(*QUIET).ready()
            ask(10, 1)
            assert stack.stop() == 0
        assert "numqueues 0" in ip("-d", "link", "show", "tun0")


def refused(*options, say):
    result = harness.run(harness.PROGRAM, *options, "tun0", check=False)
    assert result.returncode == (2 if "--help" in result.stderr else 1), result
    assert say in result.stderr, result


def test_a_device_that_is_not_for_us():
    with harness.Lab(*QUIET):
        refused("--queues", 4, say="busy")  # the kernel alone would give it queues, and half the packets
        refused(say="busy")
    with harness.Lab(start=False):
        ip("tuntap", "add", "dev", "tun0", "mode", "tun")
        refused("--queues", 4, say="ip tuntap add dev tun0 mode tun multi_queue")


def test_the_device_is_removed_under_us():
    with harness.Lab(*QUIET) as lab:
        ip("link", "delete", "tun0")
        assert lab.stack.wait() == 1
        lab.stack.wait_line("tun0")


def test_mistakes():
    with harness.Lab(start=False):
        for number in (0, 9, "x"):
            refused("--queues", number, say="1 to 8")


harness.main(__name__)
