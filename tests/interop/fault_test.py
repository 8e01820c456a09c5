"""Faults on request: the link shows what the stack reports of a packet."""

import re
import socket
import time

import harness


def test_a_lost_synack_is_sent_again():
    with harness.Lab("--service", "echo", "--fault", "drop synack out", "--rto-initial", "100ms") as lab:
        with harness.connect(7) as client:
            client.sendall(b"hello")
            assert harness.read_exactly(client, 5) == b"hello"
        lab.stack.wait_line(r"fault, out: S\. 0 bytes, dropped +drop synack out")
        lab.stack.wait_line("alarm: ")
        assert lab.stack.stop() == 0


def test_a_corrupt_segment_is_dropped_and_comes_again():
    with harness.Lab("--service", "echo", "--fault", "corrupt data in", "--log-level", "debug") as lab:
        with harness.connect(7) as client:
            client.sendall(b"x" * 1000)
            assert harness.read_exactly(client, 1000) == b"x" * 1000
        lab.stack.wait_line(r"fault, in: P\. 1000 bytes, corrupted in byte \d+ +corrupt data in")
        assert lab.stack.stop() == 0


def test_each_fault_in_each_direction():
    for fault, told in [("duplicate data in", "in: P. 5 bytes, sent twice"),
                        ("duplicate synack out", "out: S. 0 bytes, sent twice"),
                        ("delay ack 50ms in", "in: . 0 bytes, delayed by 50 ms"),
                        ("delay data 50ms out", "out: P. 5 bytes, delayed by 50 ms"),
                        ("hold data in", "in: P. 5 bytes, held until the next has passed"),
                        ("hold data out", "out: P. 5 bytes, held until the next has passed"),
                        ("drop #2 in", "in: . 0 bytes, dropped"),
                        ("corrupt synack out", "out: S. 0 bytes, corrupted in byte")]:
        with harness.Lab("--service", "echo", "--fault", fault) as lab:
            with harness.connect(7) as client:
                client.sendall(b"hello")
                assert harness.read_exactly(client, 5) == b"hello"
            match = lab.stack.wait_line(f"fault, {re.escape(told)}.*")
            assert fault in match.string, match.string
            assert lab.stack.stop() == 0


def test_the_same_seed_strikes_the_same_packets():
    def struck(seed):
        with harness.Lab("--service", "discard", "--seed", seed, "--fault", "loss 20% in") as lab:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                for number in range(100):  # of different sizes, to know them again
                    client.sendto(bytes(number), (harness.OURS, 9))
            harness.connect(9).close()  # behind them all
            assert lab.stack.stop() == 0
            return re.findall(r"in: (\d+) bytes, dropped", lab.stack.text())

    first = struck(7)
    assert 5 < len(first) < 40, first
    assert struck(7) == first
    assert struck(8) != first


def test_a_link_with_a_rate():
    with harness.Lab("--service", "chargen", "--log-level", "warn", "--fault", "rate 1mbit out") as lab:
        with harness.connect(19) as client:
            began = time.monotonic()
            harness.read_exactly(client, 100_000)
            # 100,000 bytes and their headers are 0.8 Mbit at the least.
            assert time.monotonic() - began > 0.75
        assert lab.stack.stop() == 0


def test_a_transfer_survives_faults_by_chance():
    with harness.Lab("--service", "echo", "--log-level", "warn", "--seed", 1, "--fault", "loss 2%",
                     "--fault", "reorder 5% 2ms", "--fault", "duplicate 1%",
                     "--fault", "corrupt 0.5%") as lab:
        with harness.connect(7) as client:
            text = bytes(range(256)) * 400
            client.sendall(text)
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == text
        assert lab.stack.stop() == 0


def test_a_mistake_is_pointed_at():
    answer = harness.run(harness.PROGRAM, "--fault", "drop dat", "tun0", check=False)
    assert answer.returncode == 2, answer
    assert "  drop dat\n       ^ expected a packet: data, ack" in answer.stderr, answer


harness.main(__name__)
