"""Faults that are asked for: what the stack says it did to a packet is what the link shows."""

import socket

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
