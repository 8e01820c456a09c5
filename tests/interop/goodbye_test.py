"""Ctrl-C: connections close in order, the capture is complete, the exit code is 0."""

import pathlib
import signal
import socket
import struct
import tempfile

import harness


def test_open_connections_get_their_fin():
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "goodbye.pcapng")
        with harness.Lab("--capture", capture) as lab:
            clients = [harness.connect(7) for _ in range(5)]
            clients.append(harness.connect(9))
            for client in clients:
                client.sendall(b"hello")
            for client in clients[:5]:
                assert harness.read_exactly(client, 5) == b"hello"
            lab.stack.process.send_signal(signal.SIGINT)
            for client in clients:
                assert harness.read_all(client) == b""  # a FIN, not a reset
                client.close()
            assert lab.stack.wait() == 0
        fins = harness.tshark(capture, where="tcp.flags.fin == 1 and ip.src == 10.0.0.2")
        resets = harness.tshark(capture, where="tcp.flags.reset == 1")
        assert len(fins) == 6 and not resets, (fins, resets)


def test_a_client_that_never_closes_does_not_hold_us_up_for_ever():
    with harness.Lab("--service", "discard") as lab:
        client = harness.connect(9)
        client.sendall(b"I stay")
        lab.stack.process.send_signal(signal.SIGTERM)
        assert harness.read_all(client) == b""
        assert lab.stack.wait() == 0
        lab.stack.wait_line("FIN_WAIT_1 -> FIN_WAIT_2")


def test_a_second_ctrl_c_stops_at_once():
    with harness.Lab("--service", "discard") as lab:
        harness.connect(9)  # and never closed
        client = harness.connect(9)
        lab.stack.process.send_signal(signal.SIGINT)
        lab.stack.wait_line("ESTABLISHED -> FIN_WAIT_1")
        lab.stack.process.send_signal(signal.SIGINT)
        assert lab.stack.wait() == 0
        client.close()


def test_a_kill_leaves_a_readable_capture():
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "killed.pcapng")
        with harness.Lab("--service", "echo", "--capture", capture) as lab:
            with harness.connect(7) as client:
                client.sendall(b"hello")
                assert harness.read_exactly(client, 5) == b"hello"
            # It is flushed once a second.
            harness.eventually(lambda: capture.stat().st_size > 600, "something in the capture")
            lab.stack.kill()
        assert len(harness.tshark(capture, where="tcp.flags.syn == 1")) == 2


def test_a_full_disk_is_reported_once_and_the_stack_goes_on():
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "full.pcapng")
        # A limit for files fails in the same place as a full disk.
        with harness.Lab("--service", "echo", "--log-level", "warn", "--capture", capture,
                         prefix=["prlimit", "--fsize=50000"]) as lab:
            for _ in range(3):
                with harness.connect(7) as client:
                    client.sendall(bytes(100000))
                    harness.read_exactly(client, 100000)
                lab.stack.wait_line("full.pcapng: File too large")
            assert lab.stack.stop() == 0
            assert lab.stack.text().count("too large") == 1, lab.stack.text()


def test_a_disk_that_is_full_already_is_an_error():
    with harness.Lab(start=False):
        result = harness.run(harness.PROGRAM, "--capture", "/dev/full", "tun0", check=False)
        assert result.returncode == 1 and "No space left" in result.stderr, result


def test_the_summary():
    with harness.Lab("--service", "echo") as lab:
        with harness.connect(7) as client:
            client.sendall(b"hello")
            harness.read_exactly(client, 5)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert socket.socket().connect_ex((harness.OURS, 99)) == 111
        assert lab.stack.stop() == 0
        lab.stack.wait_line(r"\d+ segments in, \d+ out")
        lab.stack.wait_line(r"closed_answered_rst\s+1\b")


harness.main(__name__, needs=["tshark", "prlimit"])
