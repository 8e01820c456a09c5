"""tcpcat, our active and passive open, with programs of the kernel at the other end."""

import contextlib
import os
import socket
import struct
import subprocess
import threading
import time

import harness

TCPCAT = harness.BUILD / "tcpcat"


@contextlib.contextmanager
def tcpcat(*options, text=b""):
    """A running tcpcat that has `text` as its standard input."""
    source, sink = os.pipe()
    with subprocess.Popen([TCPCAT, *map(str, options)], stdin=source, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        os.close(source)
        try:
            with os.fdopen(sink, "wb") as standard_input:
                standard_input.write(text)
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextlib.contextmanager
def listening(port):
    """A socket of the kernel that accepts one connection."""
    with socket.create_server((("0.0.0.0"), port)) as server:
        server.settimeout(harness.PATIENCE)
        yield server


def finish(process, code=0):
    """What it has printed, once it has ended."""
    output, errors = process.communicate(timeout=harness.PATIENCE)
    assert process.returncode == code, (process.returncode, output, errors)
    return output, errors.decode()


def everything_through(process, text, peer):
    """Writes the text to tcpcat's input, and returns what the peer reads up to the end."""
    writer = threading.Thread(target=lambda: (process.stdin.write(text), process.stdin.close()))
    writer.start()
    read = harness.read_all(peer)
    writer.join()
    return read


def test_our_active_open_to_a_kernel_server():
    with harness.Lab(start=False), listening(24000) as server:
        with tcpcat("10.0.0.1", 24000, text=b",7B") as process:
            peer, address = server.accept()
            with peer:
                assert address[0] == harness.OURS, address
                assert harness.read_all(peer) == b",7B"
                peer.sendall(b"thank you")
            assert finish(process)[0] == b"thank you"


def test_a_megabyte_there_and_back():
    text = bytes(number % 251 for number in range(1 << 20))
    with harness.Lab(start=False), listening(24000) as server:
        with subprocess.Popen([TCPCAT, "10.0.0.1", "24000"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            peer, _ = server.accept()
            with peer:
                assert everything_through(process, text, peer) == text
                sender = threading.Thread(target=lambda: (peer.sendall(text[::-1]),
                                                          peer.shutdown(socket.SHUT_WR)))
                sender.start()
                assert process.stdout.read() == text[::-1]
                sender.join()
            assert process.wait(harness.PATIENCE) == 0


def test_our_passive_open_to_a_kernel_client():
    with harness.Lab(start=False):
        with tcpcat("-l", 24000, "-v", text=b"hello") as process:
            line = process.stderr.readline()
            assert line == b"tcpcat: listening on port 24000\n", line
            with harness.connect(24000) as client:
                assert harness.read_all(client) == b"hello"
                client.sendall(b"goodbye")
                client.shutdown(socket.SHUT_WR)
                assert finish(process)[0] == b"goodbye"


def test_the_peer_closes_its_side_first_and_still_hears_us():
    text = bytes(number % 251 for number in range(3_000_000))
    with harness.Lab(start=False), listening(24000) as server:
        with subprocess.Popen([TCPCAT, "-v", "10.0.0.1", "24000"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"go on")
                peer.shutdown(socket.SHUT_WR)
                assert process.stdout.read(5) == b"go on"
                assert process.stderr.readline() == b"tcpcat: 10.0.0.1:24000 is open\n"
                assert process.stderr.readline() == b"tcpcat: the peer has closed\n"
                assert everything_through(process, text, peer) == text
            assert process.wait(harness.PATIENCE) == 0


def test_a_slow_path_gets_the_time_that_it_needs():
    text = bytes(number % 251 for number in range(1_600_000))  # 6.4 s
    with harness.Lab(start=False), listening(24000) as server:
        with subprocess.Popen([TCPCAT, "--fault", "rate 2mbit out", "10.0.0.1", "24000"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            peer, _ = server.accept()
            with peer:
                peer.shutdown(socket.SHUT_WR)
                assert everything_through(process, text, peer) == text
            assert process.wait(harness.PATIENCE) == 0


def test_text_that_the_peer_never_takes_is_not_a_success():
    with harness.Lab(start=False), listening(24000) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with tcpcat("-v", "10.0.0.1", 24000, text=bytes(60_000)) as process:  # the stack takes all of it at once
            peer, _ = server.accept()
            peer.shutdown(socket.SHUT_WR)
            while process.stderr.readline() != b"tcpcat: the peer has closed\n":
                assert process.poll() is None
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
            assert finish(process, code=1)[1] == "tcpcat: Connection reset by peer\n"


def test_the_peer_resets_while_our_input_waits():
    with harness.Lab(start=False), listening(24000) as server:
        source, sink = os.pipe()
        with subprocess.Popen([TCPCAT, "10.0.0.1", "24000"], stdin=source, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            peer, _ = server.accept()
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
            assert finish(process, code=1)[1] == "tcpcat: Connection reset by peer\n"
        os.close(source)
        os.close(sink)


def test_a_reader_that_sleeps_closes_the_window_and_does_not_stop_the_stack():
    with harness.Lab(start=False), listening(24000) as server:
        with subprocess.Popen([TCPCAT, "10.0.0.1", "24000"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE) as process:
            peer, _ = server.accept()
            with peer:
                text = bytearray()
                peer.setblocking(False)

                def is_stuck():
                    """No more room for a while, although the kernel had its time to send."""
                    began = time.monotonic()
                    while time.monotonic() - began < 1:
                        try:
                            piece = os.urandom(10_000)
                            text.extend(piece[:peer.send(piece)])
                            return False
                        except BlockingIOError:
                            time.sleep(0.02)
                    return True

                harness.eventually(is_stuck, "a window that is full", seconds=60)
                harness.run("ping", "-c", "1", "-W", "5", harness.OURS)
                peer.shutdown(socket.SHUT_WR)
                assert process.stdout.read() == text
            assert process.wait(harness.PATIENCE) == 0


def test_hex():
    with harness.Lab(start=False), listening(24000) as server:
        with tcpcat("--hex", "10.0.0.1", 24000) as process:
            peer, _ = server.accept()
            with peer:
                peer.sendall(bytes([44, 55, 66]))
            output, _ = finish(process)
            assert output.startswith(b"00000000  2c 37 42 ") and output.endswith(b"|,7B|\n"), output


def test_is_the_port_open():
    with harness.Lab(start=False):
        with listening(24000), tcpcat("-z", "-v", "10.0.0.1", 24000) as process:
            assert finish(process)[1] == "tcpcat: 10.0.0.1:24000 is open\n"
        with tcpcat("-z", "10.0.0.1", 24001) as process:
            assert finish(process, code=1)[1] == "tcpcat: Connection refused\n"


def test_a_server_that_never_accepts_does_not_keep_us():
    with harness.Lab(start=False), listening(24000):
        with tcpcat("-z", "10.0.0.1", 24000) as process:
            began = time.monotonic()
            finish(process)
            assert time.monotonic() - began < 4


def bound(port):
    """A socket of the kernel's UDP."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", port))
    server.settimeout(harness.PATIENCE)
    return server


def test_a_datagram_there_and_back():
    with harness.Lab(start=False), bound(24000) as server:
        with tcpcat("-u", "-p", 24001, "10.0.0.1", 24000, text=b",7B") as process:
            text, sender = server.recvfrom(100)
            assert (text, sender) == (b",7B", (harness.OURS, 24001))
            server.sendto(b"thank you", sender)
            assert finish(process)[0] == b"thank you"


def test_a_datagram_from_the_kernel():
    with harness.Lab(start=False):
        with tcpcat("-u", "-l", 24000, "-v", text=b"hello") as process:
            line = process.stderr.readline()
            assert line == b"tcpcat: listening on port 24000\n", line
            with bound(24001) as client:
                client.sendto(b"goodbye", (harness.OURS, 24000))
                assert client.recv(100) == b"hello"
            output, errors = finish(process)
            assert output == b"goodbye"
            assert errors == "tcpcat: datagram from 10.0.0.1:24001\n", errors


def test_is_the_port_of_udp_open():
    with harness.Lab(start=False):
        with bound(24000), tcpcat("-u", "-z", "-v", "10.0.0.1", 24000) as process:
            assert finish(process)[1] == "tcpcat: 10.0.0.1:24000 is open, or silent\n"
        for options in [["-z"], []]:
            with tcpcat("-u", *options, "10.0.0.1", 24002, text=b"anybody?") as process:
                assert finish(process, code=1)[1] == "tcpcat: Connection refused\n"


def test_a_port_of_our_choice_and_another_systems_syn():
    with harness.Lab(start=False), listening(24000) as server:
        with tcpcat("-v", "-p", 5555, "--like", "windows", "--rto-initial", "100ms", "--fault",
                    "drop syn out", "10.0.0.1", 24000, text=b"x") as process:
            peer, address = server.accept()
            with peer:
                assert address == (harness.OURS, 5555)
                assert harness.read_all(peer) == b"x"
            errors = finish(process)[1]
            assert "tcpcat: fault, out: S 0 bytes, dropped (drop syn out)\n" in errors, errors


def test_nobody_answers():
    with harness.Lab(start=False):
        harness.run("nft", "add", "table", "ip", "t")
        harness.run("nft", "add", "chain", "ip", "t", "c", "{ type filter hook input priority 0 ; }")
        harness.run("nft", "add", "rule", "ip", "t", "c", "tcp", "dport", "24000", "drop")
        with tcpcat("-w", "500ms", "10.0.0.1", 24000) as process:
            assert finish(process, code=1)[1] == "tcpcat: Connection timed out\n"


harness.main(__name__, needs=["nft", "ping"])
