"""Nobody reads what the program prints (`| less`) or captures: the stack goes on, and lines or packets are missing."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading

import harness
import transfer

EXCHANGES = 2000  # of at least three printed lines each: more than a pipe and the program keep together


def test_the_stack_does_not_wait_for_its_reader():
    with harness.Lab(start=False):
        stack = subprocess.Popen([harness.PROGRAM, "--service", "echo", "tun0"], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        try:
            while not stack.stdout.readline().startswith(b"ready on"):
                assert stack.poll() is None, "the stack has ended"
            with harness.connect(7) as client:
                for _ in range(EXCHANGES):
                    client.sendall(b"x")
                    assert harness.read_exactly(client, 1) == b"x"
            stack.send_signal(signal.SIGINT)
            told = stack.communicate(timeout=harness.PATIENCE)[0].decode()
            assert stack.returncode == 0
            missing = [int(count) for count in re.findall(r"\((\d+) lines? (?:is|are) missing here", told)]
            assert sum(missing) > EXCHANGES, told[-500:]
            assert "segments in" in told, "the summary comes once somebody reads"
        finally:
            if stack.poll() is None:
                stack.kill()
                stack.wait()


def test_the_stack_does_not_wait_for_the_reader_of_its_capture():
    size = 15_000_000  # there and back: more than the pipe and the program keep together
    with tempfile.TemporaryDirectory() as folder:
        pipe, kept = os.path.join(folder, "pipe"), os.path.join(folder, "kept.pcapng")
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        with harness.Lab("--service", "echo", "--log-level", "warn", "--capture", pipe) as lab:
            transfer.through_echo(size)
            copier = threading.Thread(target=_copy, args=(reader, kept))
            copier.start()
            harness.eventually(lambda: os.path.exists(kept) and os.path.getsize(kept) > 16_000_000, "a reader again")
            transfer.through_echo(1000)
            assert lab.stack.stop() == 0
            copier.join()
            told = lab.stack.wait_line(r"(\d+) packets are missing in the capture")
        rows = harness.tshark(kept, where="frame.drop_count or _ws.malformed", fields=["frame.drop_count"])
        assert sum(int(row[0]) for row in rows) == int(told[1]) > 0, (rows, told[0])


def test_tcpcat_does_not_wait_for_the_reader_of_its_messages():
    size = 10_000_000
    with harness.Lab(start=False), socket.create_server(("0.0.0.0", 24000)) as server:
        server.settimeout(harness.PATIENCE)
        tcpcat = subprocess.Popen([harness.BUILD / "tcpcat", "-v", "--fault", "duplicate 90%", "10.0.0.1", "24000"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            peer, _ = server.accept()
            writer = threading.Thread(target=lambda: (peer.sendall(bytes(size)), peer.close()))
            writer.start()
            assert len(tcpcat.stdout.read(size)) == size
            writer.join()
            told = tcpcat.communicate(timeout=harness.PATIENCE)[1].decode()
            assert tcpcat.returncode == 0
            assert re.search(r"\(\d+ lines are missing here", told), told[-500:]
        finally:
            tcpcat.kill()
            tcpcat.wait()


def _copy(reader, path):
    """To the end of the pipe, which is the end of the program."""
    os.set_blocking(reader, True)
    with open(reader, "rb") as source, open(path, "wb", buffering=0) as target:
        while part := source.read(1 << 16):
            target.write(part)


harness.main(__name__, needs=["tshark"])
